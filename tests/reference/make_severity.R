# Reference values of means by two parts, proportional odds and win ratios.
# Run in this folder: Rscript make_severity.R

source("common.R")
suppressPackageStartupMessages({ library(ordinal); library(pROC) })

# Made up, as neither data set has amounts: harm in days, zero without the event; levels cut from it.
made_up <- function(d, arm) {
  i <- seq_len(nrow(d))
  d$arm <- d[[arm]]
  d$harm <- ifelse(d$event == 1, ((i * 37) %% 101 + 1) * ifelse(i %% 4 == 0, 9, 1) + 0.25 * (i %% 3), 0)
  d$level <- findInterval(d$harm, c(0.5, 30, 70, 300)) # a level begins at its cut
  d$score <- ((i * 61) %% 997) + d$age / 100 # no two are equal
  stopifnot(!anyDuplicated(d$score))
  d
}
data_sets <- list(
  maryland = list(data = made_up(maryland, "fin"), covariates = c("age", "prio")),
  tied = list(data = made_up(tied, "treated"), covariates = c("age", "employed"))
)
tight <- glm.control(epsilon = 1e-15, maxit = 200)

# Two parts: both regressions by glm; the standard errors by stacked estimating equations in base R.
two_parts <- function(d, covariates) {
  x <- cbind(1, d$arm, as.matrix(d[covariates]))
  any <- as.numeric(d$harm > 0); some <- any == 1; n <- nrow(d)
  one <- suppressWarnings(glm.fit(x, any, family = binomial(), control = tight))
  xs <- x[some, , drop = FALSE]
  two <- suppressWarnings(glm.fit(xs, d$harm[some], family = quasipoisson(), control = tight))
  a <- one$coefficients; g <- two$coefficients; p <- ncol(x)
  # Fisher's steps to the end: glm stops by the deviance, whose last digits say half as many of the coefficients.
  for (k in 1:20) {
    fitted <- drop(exp(xs %*% g))
    g <- g + drop(solve(crossprod(xs, xs * fitted), crossprod(xs, d$harm[some] - fitted)))
  }
  stopifnot(max(abs(g - two$coefficients)) < 1e-6)
  most <- max(d$harm) # what nobody is expected to pass
  up <- down <- x; up[, 2] <- 1; down[, 2] <- 0
  contrasts <- function(theta) {
    a <- theta[1:p]; g <- theta[p + 1:p]
    pu <- plogis(up %*% a); pd <- plogis(down %*% a)
    mu <- pmin(exp(up %*% g), most); md <- pmin(exp(down %*% g), most)
    cbind(pu * mu - pd * md, pu - pd, 0 * pu, any * (mu - md))
  }
  sizes <- c(n, n, 1, sum(some))
  theta <- c(a, g)
  est <- colSums(contrasts(theta)) / sizes; est[3] <- g[2]
  scores <- function(theta) {
    fitted <- plogis(x %*% theta[1:p]); mean <- exp(x %*% theta[p + 1:p])
    cbind(x * as.vector(any - fitted), x * as.vector(any * (d$harm - mean)))
  }
  slope <- numDeriv::jacobian(function(t) colSums(scores(t)), theta)
  gradient <- numDeriv::jacobian(function(t) { e <- colSums(contrasts(t)) / sizes; e[3] <- t[p + 2]; e }, theta)
  direct <- t((t(contrasts(theta)) - est) / sizes)
  direct[, 3] <- 0
  direct[, 4] <- any * direct[, 4]
  moves <- direct - scores(theta) %*% t(gradient %*% solve(slope))
  list(estimate = as.vector(est), std_error = as.vector(sqrt(colSums(moves^2))))
}

ordinal_case <- function(d, covariates, level) {
  names <- c("arm", covariates)
  f <- reformulate(names, "factor(level, ordered = TRUE)")
  fit <- clm(f, data = d, control = clm.control(gradTol = 1e-11, maxIter = 200, method = "Newton"))
  p <- length(names); K <- length(fit$alpha) + 1
  beta <- fit$beta; V <- vcov(fit)[K - 1 + 1:p, K - 1 + 1:p, drop = FALSE]
  byMASS <- MASS::polr(f, data = d, Hess = TRUE, control = list(reltol = 1e-16, maxit = 1000))
  stopifnot(max(abs(byMASS$coefficients - beta)) < 1e-5)
  # Brant 1990: separate logits, their joint covariance from the fitted chances.
  codes <- as.integer(factor(d$level)); x <- cbind(1, as.matrix(d[names]))
  fits <- lapply(1:(K - 1), function(k) glm(I(codes > k) ~ x - 1, family = binomial, control = tight))
  pi <- sapply(fits, fitted); b <- sapply(fits, coef)
  inv <- lapply(1:(K - 1), function(k) solve(t(x) %*% (x * pi[, k] * (1 - pi[, k]))))
  q <- p + 1; big <- matrix(0, (K - 1) * q, (K - 1) * q)
  for (k in 1:(K - 1)) for (l in k:(K - 1)) {
    block <- inv[[k]] %*% (t(x) %*% (x * (pi[, l] - pi[, k] * pi[, l]))) %*% inv[[l]]
    rk <- (k - 1) * q + 1:q; rl <- (l - 1) * q + 1:q
    big[rk, rl] <- block; big[rl, rk] <- t(block)
  }
  brant <- function(columns) {
    pick <- as.vector(outer(columns + 1, (0:(K - 2)) * q, "+")); m <- length(columns)
    C <- cbind(matrix(1, K - 2, 1), -diag(K - 2)) %x% diag(m)
    apart <- C %*% as.vector(b)[pick]; S <- C %*% big[pick, pick] %*% t(C)
    chi <- as.numeric(t(apart) %*% solve(S, apart)); df <- (K - 2) * m
    list(statistic = chi, df = df, p_value = pchisq(chi, df, lower.tail = FALSE))
  }
  at <- lapply(1:(K - 1), function(k)
    normal(b[2, k], sqrt(inv[[k]][2, 2]), level, exp))
  list(
    columns = as.list(names), conf_level = level, coef = as.list(as.vector(beta)), covariance = unname(V),
    thresholds = unname(as.vector(fit$alpha)), log_likelihood = as.numeric(logLik(fit)), n_levels = K,
    common_odds_ratio = normal(beta[[1]], sqrt(V[1, 1]), level, exp),
    polr = list(coef = as.list(unname(byMASS$coefficients)),
                std_error = as.list(unname(sqrt(diag(vcov(byMASS)))[1:p]))),
    binary_coef = unname(t(b)), binary_covariance = unname(big),
    odds_ratio_at = at, brant_arm = brant(1), brant_all = brant(seq_len(p))
  )
}

# Pairs of a treated and a control by Gehan's rule: concordance of time with arm, with each person's influence.
by_time <- function(d, level) {
  fit <- concordance(Surv(time, event) ~ arm, data = d, influence = 2, timefix = FALSE)
  counts <- fit$count; total <- sum(d$arm == 1) * sum(d$arm == 0)
  infl <- fit$influence
  # The pairs that each person takes part in: they add up to twice the count.
  stopifnot(sum(infl[, "concordant"]) == 2 * counts[["concordant"]])
  move <- infl[, "concordant"] / counts[["concordant"]] - infl[, "discordant"] / counts[["discordant"]]
  n <- ifelse(d$arm == 1, sum(d$arm == 1), sum(d$arm == 0))
  se <- sqrt(sum(move^2 * n / (n - 1)))
  wins <- counts[["concordant"]]; losses <- counts[["discordant"]]
  list(wins = wins, losses = losses, ties = total - wins - losses, std_error = se,
       win_ratio = normal(log(wins / losses), se, level, exp))
}

# A score without ties: the win ratio is the odds of Mann and Whitney's chance; DeLong's variance from pROC.
by_score <- function(d, level) {
  curve <- roc(d$arm, d$score, levels = c(0, 1), direction = "<", quiet = TRUE)
  u <- as.numeric(auc(curve)); v <- var(curve, method = "delong")
  w <- wilcox.test(d$score[d$arm == 1], d$score[d$arm == 0], exact = FALSE)$statistic[[1]]
  total <- sum(d$arm == 1) * sum(d$arm == 0)
  stopifnot(abs(w / total - u) < 1e-12)
  se <- sqrt(v) / (u * (1 - u))
  list(wins = w, losses = total - w, ties = 0, std_error = se, win_ratio = normal(log(w / (total - w)), se, level, exp))
}

# Event first (no wins), then harm (less wins by more than 20): every pair by outer().
by_two <- function(d, level) {
  t <- d$arm == 1; c <- !t
  first <- outer(d$event[t], d$event[c], function(a, b) sign(b - a))
  gap <- outer(d$harm[t], d$harm[c], function(a, b) b - a)
  result <- ifelse(first != 0, first, ifelse(abs(gap) > 20, sign(gap), 0))
  W <- sum(result > 0); L <- sum(result < 0)
  move <- function(margin) apply(result, margin, function(r) sum(r > 0) / W - sum(r < 0) / L)
  part <- function(m) length(m) * stats::var(m)
  se <- sqrt(part(move(1)) + part(move(2)))
  list(wins = W, losses = L, ties = length(result) - W - L, std_error = se,
       win_ratio = normal(log(W / L), se, level, exp))
}

content <- lapply(data_sets, function(one) {
  d <- one$data
  total <- function(x) sum(x * seq_along(x))
  list(
    weighted_sums = list(harm = total(d$harm), level = total(d$level), score = total(d$score)),
    covariates = one$covariates,
    two_part = list(plain = two_parts(d, character()), adjusted = two_parts(d, one$covariates)),
    plain_difference = mean(d$harm[d$arm == 1]) - mean(d$harm[d$arm == 0]),
    ordinal = list(ordinal_case(d, character(), 0.95), ordinal_case(d, one$covariates, 0.9)),
    pairs = list(time = by_time(d, 0.95), score = by_score(d, 0.9), two = by_two(d, 0.95))
  )
})
write_fixture("severity", c("survival", "MASS", "ordinal", "pROC", "numDeriv"), content)
