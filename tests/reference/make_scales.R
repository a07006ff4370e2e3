# Reference values of adjusted differences of mean scores, at one wave and in a model of all, and of Holm's method.
# Run in this folder: Rscript make_scales.R

source("common.R")
suppressPackageStartupMessages(library(nlme))

# Made up, as neither data set has scores: a score before, three after, each missing for some, back and forth.
made_up <- function(d, arm) {
  i <- seq_len(nrow(d))
  d$arm <- d[[arm]]; d$row <- i
  d$before <- (i * 37) %% 101 / 3 + d$age / 5
  person <- (i * 29) %% 71 / 3
  for (k in 1:3) {
    y <- 20 + d$before / 2 + k * d$arm + person * (1 + k / 10) + (i * (53 + 18 * k)) %% 97 / (3 + k)
    y[i %% (3 + k) == (k == 3)] <- NA
    d[[paste0("wave", k)]] <- y
  }
  d
}
data_sets <- list(maryland = made_up(maryland, "fin"), tied = made_up(tied, "treated"))

# Each squared residual over one minus its leverage (HC2); degrees by matching moments, an arm one variance.
one_wave <- function(d) {
  fit <- lm(wave3 ~ arm + before + age, data = d)
  x <- model.matrix(fit)
  e <- residuals(fit)
  treated <- x[, "arm"] == 1
  left <- 1 - hatvalues(fit)
  away <- diag(nrow(x)) - x %*% solve(crossprod(x), t(x))
  share <- (solve(crossprod(x), t(x))["arm", ])^2 / left
  spread <- ifelse(treated, sum(e[treated]^2) / sum(left[treated]), sum(e[!treated]^2) / sum(left[!treated]))
  of_residuals <- away %*% diag(spread) %*% away
  se <- sqrt(sum(share * e^2))
  df <- sum(share * diag(of_residuals))^2 / sum(outer(share, share) * of_residuals^2)
  est <- coef(fit)[["arm"]]
  half <- qt(0.95, df) * se
  list(conf_level = 0.9, estimate = est, conf_low = est - half, conf_high = est + half, std_error = se,
       statistic = est / se, df = df, p_value = 2 * pt(-abs(est / se), df))
}

# The restricted likelihood person by person; gls gives where to start, its criterion stops at six digits.
all_waves <- function(d) {
  long <- reshape(d[c("row", "arm", "before", "age", "wave1", "wave2", "wave3")], direction = "long",
                  varying = paste0("wave", 1:3), v.names = "score", timevar = "wave", idvar = "row")
  long <- long[!is.na(long$score), ]
  long <- long[order(long$row, long$wave), ]
  long$w <- factor(long$wave)
  x <- model.matrix(~ 0 + w + w:arm + w:before + w:age, data = long)
  fit <- gls(score ~ 0 + w + w:arm + w:before + w:age, data = long, method = "REML",
             correlation = corSymm(form = ~ wave | row), weights = varIdent(form = ~ 1 | w),
             control = glsControl(tolerance = 1e-10, msTol = 1e-12, maxIter = 500, msMaxIter = 500))
  unscaled <- corMatrix(fit$modelStruct$corStruct)
  whole <- unscaled[[which(vapply(unscaled, nrow, 1L) == 3)[1]]]
  spread <- fit$sigma * c(1, 1, 1) * sapply(c("1", "2", "3"), function(level) {
    ratios <- coef(fit$modelStruct$varStruct, unconstrained = FALSE, allCoef = TRUE); ratios[[level]]
  })
  between <- whole * outer(spread, spread)
  groups <- split(seq_len(nrow(long)), long$row)
  root_of <- function(theta) { l <- diag(exp(theta[1:3])); l[lower.tri(l)] <- theta[4:6]; l }
  parts <- function(theta) {
    v <- tcrossprod(root_of(theta)); info <- 0; right <- 0; value <- 0
    for (rows in groups) {
      at <- long$wave[rows]; w <- solve(v[at, at]); xi <- x[rows, , drop = FALSE]
      info <- info + t(xi) %*% w %*% xi; right <- right + t(xi) %*% w %*% long$score[rows]
      value <- value - determinant(v[at, at, drop = FALSE])$modulus / 2
    }
    beta <- solve(info, right)
    for (rows in groups) {
      at <- long$wave[rows]; r <- long$score[rows] - x[rows, , drop = FALSE] %*% beta
      value <- value - t(r) %*% solve(v[at, at]) %*% r / 2
    }
    list(value = as.numeric(value - determinant(info)$modulus / 2), beta = drop(beta), inverse = solve(info))
  }
  value <- function(theta) parts(theta)$value
  l <- t(chol(between)); theta <- c(log(diag(l)), l[lower.tri(l)])
  for (k in 1:3) theta <- theta - drop(solve(numDeriv::hessian(value, theta), numDeriv::grad(value, theta)))
  stopifnot(max(abs(numDeriv::grad(value, theta))) < 1e-5)
  spread_of_theta <- solve(-numDeriv::hessian(value, theta))
  at <- parts(theta); arms <- grep(":arm$", colnames(x))
  degrees <- vapply(arms, function(j) {
    slope <- numDeriv::grad(function(t) parts(t)$inverse[j, j], theta)
    2 * at$inverse[j, j]^2 / drop(slope %*% spread_of_theta %*% slope)
  }, 0)
  gls_arms <- grep(":arm$", names(coef(fit)))
  list(difference = unname(at$beta[arms]), covariance = unname(at$inverse[arms, arms]), degrees = degrees,
       between_waves = tcrossprod(root_of(theta)), difference_gls = unname(coef(fit)[gls_arms]),
       std_error_gls = unname(sqrt(diag(vcov(fit))[gls_arms])), n_scores = nrow(long),
       weighted_sum = sum(long$score * long$row))
}

p_values <- list(c(0.01, 0.04, 0.03, 0.005), c(0.2, 0.2, 0.9), c(0.0001, 0.6, 0.011, 0.011, 1))
results <- lapply(data_sets, function(d) list(one_wave = one_wave(d), all_waves = all_waves(d)))
results$holm <- lapply(p_values, function(p) list(p_values = p, adjusted = p.adjust(p, "holm")))
write_fixture("scales", c("nlme", "numDeriv"), results)
