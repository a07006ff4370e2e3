# Reference values of counts and person-time. Run in this folder: Rscript make_frequency.R
# Variances: HC3 of sandwich; the likelihood of the negative binomial in theta, by digamma and trigamma.

source("common.R")
suppressPackageStartupMessages({library(MASS); library(sandwich); library(geepack)})

per_hundred_years <- 36525
counts <- read.csv("data/counts.csv")
repeats <- do.call(rbind, lapply(split(repeated, repeated$person), function(rows) data.frame(
  treated = rows$treated[1], priors = rows$priors[1],
  events = sum(rows$event), exposure_days = sum(rows$stop_days - rows$start_days))))

student <- function(estimate, se, df, level, back = identity) {
  ends <- estimate + c(-1, 1) * qt(0.5 + level / 2, df) * se; t <- estimate / se
  list(estimate = back(estimate), conf_low = back(ends[1]), conf_high = back(ends[2]),
       std_error = se, statistic = t, df = df, p_value = 2 * pt(-abs(t), df))
}

# Iterated until the deviance stands still; one more step makes weights and coefficients those of one point.
tight <- function(formula, data) {
  fit <- glm(formula, poisson, data, offset = log(exposure_days),
             control = glm.control(epsilon = 1e-14, maxit = 100))
  glm(formula, poisson, data, offset = log(exposure_days), start = coef(fit),
      control = glm.control(epsilon = 1e-14, maxit = 100))
}

# Log-likelihood, gradient and Hessian in coefficients and log theta, at fixed data.
nb_point <- function(at, X, y, days) {
  p <- ncol(X); theta <- exp(at[p + 1]); mu <- exp(drop(X %*% at[1:p])) * days
  by_eta <- theta * (y - mu) / (theta + mu)
  by_theta <- digamma(y + theta) - digamma(theta) + log(theta) + 1 - log(theta + mu) - (y + theta) / (theta + mu)
  twice <- trigamma(y + theta) - trigamma(theta) + 1 / theta - 2 / (theta + mu) + (y + theta) / (theta + mu)^2
  mixed <- (y - mu) * mu / (theta + mu)^2
  H <- matrix(0, p + 1, p + 1)
  H[1:p, 1:p] <- -t(X) %*% (X * (theta * mu * (theta + y) / (theta + mu)^2))
  H[1:p, p + 1] <- H[p + 1, 1:p] <- theta * colSums(X * mixed)
  H[p + 1, p + 1] <- theta * sum(by_theta) + theta^2 * sum(twice)
  list(loglik = sum(dnbinom(y, size = theta, mu = mu, log = TRUE)),
       gradient = c(colSums(X * by_eta), theta * sum(by_theta)), hessian = H)
}

negative_binomial <- function(formula, data, level) {
  start <- glm.nb(update(formula, . ~ . + offset(log(exposure_days))), data,
                  control = glm.control(epsilon = 1e-12, maxit = 200))
  X <- model.matrix(formula, data); at <- c(coef(start), log(start$theta))
  loglik <- function(at) nb_point(at, X, data$events, data$exposure_days)$loglik
  gradient <- function(at) nb_point(at, X, data$events, data$exposure_days)$gradient
  for (step in 1:5) {
    point <- nb_point(at, X, data$events, data$exposure_days)
    at <- at - solve(point$hessian, point$gradient)
  }
  point <- nb_point(at, X, data$events, data$exposure_days)
  p <- ncol(X)
  # MASS must have been there already, and differences of the gradient must give the same information.
  numerical <- optimHess(at, loglik, gradient, control = list(ndeps = rep(1e-4, p + 1)))
  stopifnot(abs(coef(start) - at[1:p]) < 1e-6, abs(point$gradient) < 1e-8,
            abs(diag(solve(-numerical)) / diag(solve(-point$hessian)) - 1) < 1e-5)
  covariance <- solve(-point$hessian)[1:p, 1:p]
  list(coef = unname(at[1:p]), covariance = unname(covariance), alpha = unname(exp(-at[p + 1])),
       loglik = point$loglik,
       mass = list(coef = unname(coef(start)), alpha = 1 / start$theta, loglik = as.numeric(logLik(start))),
       rate_ratio = lapply(2:p, function(j)
         normal(unname(at[j]), sqrt(covariance[j, j]), level, exp)))
}

regression <- function(data, covariates, level) {
  formula <- reformulate(c("treated", covariates), "events")
  fit <- tight(formula, data); X <- model.matrix(fit); mu <- fitted(fit); y <- data$events
  n <- nrow(X); p <- ncol(X); beta <- unname(coef(fit))
  model <- unname(solve(t(X) %*% (X * mu)))
  robust <- unname(vcovHC(fit, type = "HC3"))
  dispersion <- sum((y - mu)^2 / mu) / (n - p)
  stopifnot(abs(summary(update(fit, family = quasipoisson))$dispersion / dispersion - 1) < 1e-10)
  ratios <- function(covariance, t) lapply(2:p, function(j) {
    se <- sqrt(covariance[j, j])
    if (t) student(beta[j], se, n - p, level, exp) else normal(beta[j], se, level, exp)
  })
  list(covariates = as.list(covariates), conf_level = level, coef = beta, covariance_model = model,
       covariance_robust = robust, dispersion = dispersion,
       overdispersion = sum((y - mu)^2 - y) / sqrt(2 * sum(mu^2)), n = n,
       rate_ratio_model = ratios(model, FALSE), rate_ratio_robust = ratios(robust, TRUE),
       rate_ratio_quasi = ratios(dispersion * model, TRUE),
       negative_binomial = negative_binomial(formula, data, level))
}

# One rate is a regression on a constant.
of_rate <- function(data) {
  fit <- tight(events ~ 1, data)
  list(log_rate = unname(coef(fit)) + log(per_hundred_years), se = sqrt(vcovHC(fit, type = "HC3")[1, 1]),
       n = nrow(data))
}

# The same once more by leaving each person out and fitting again; and geepack has the same HC0 as sandwich.
check_rate <- function(data, found) {
  fit <- function(rows) glm(events ~ 1, poisson, rows, offset = log(exposure_days),
                            control = glm.control(epsilon = 1e-14))
  rate <- function(rows) exp(coef(fit(rows)))
  all <- rate(data)
  moves <- vapply(seq_len(nrow(data)), function(i) rate(data[-i, ]) - all, 0)
  gee <- geeglm(events ~ 1, poisson, data, offset = log(data$exposure_days), id = seq_len(nrow(data)),
                control = geese.control(epsilon = 1e-14))
  stopifnot(abs(sqrt(sum(moves^2)) / all / found$se - 1) < 1e-8,
            abs(gee$geese$vbeta[1, 1] / vcovHC(fit(data), type = "HC0")[1, 1] - 1) < 1e-8)
}

rates <- function(data, level) {
  arms <- lapply(list(treatment = 1, control = 0), function(arm) of_rate(data[data$treated == arm, ]))
  for (arm in c("treatment", "control")) check_rate(data[data$treated == (arm == "treatment"), ], arms[[arm]])
  of_arm <- function(arm) {
    found <- student(arm$log_rate, arm$se, arm$n - 1, level, exp)
    found[c("estimate", "conf_low", "conf_high", "std_error", "df")]
  }
  size <- function(arm) exp(arm$log_rate) * arm$se
  list(conf_level = level, treatment = of_arm(arms$treatment), control = of_arm(arms$control),
       difference = student(exp(arms$treatment$log_rate) - exp(arms$control$log_rate),
                            sqrt(size(arms$treatment)^2 + size(arms$control)^2), nrow(data) - 2, level))
}

write_fixture("frequency", c("MASS", "sandwich", "geepack"), list(
  counts = list(
    rates = lapply(c(0.95, 0.9), function(level) rates(counts, level)),
    regressions = list(regression(counts, character(), 0.95),
                       regression(counts, c("age", "employed"), 0.9))),
  repeated = list(
    rates = lapply(c(0.95, 0.9), function(level) rates(repeats, level)),
    regressions = list(regression(repeats, character(), 0.95), regression(repeats, "priors", 0.9)))
))
