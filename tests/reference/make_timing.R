# Weighted log-rank tests, quantiles, time ratios and pseudo-values.
#
#   cd tests/reference && Rscript make_timing.R
#
# Needs R with survival, carData and sandwich.

source("common.R")
suppressPackageStartupMessages(library(sandwich))
level <- 0.95

# ---- weighted log-rank ---------------------------------------------------------------------------

# The formula, a stratum and a day at a time: survdiff has no gamma, Gehan or Tarone-Ware weights.
weighted <- function(x, stratum, weight) {
  score <- 0; variance <- 0
  for (s in unique(x[[stratum]])) {
    here <- x[x[[stratum]] == s, ]; survival <- 1
    for (day in sort(unique(here$time[here$event == 1]))) {
      at_risk <- here[here$time >= day, ]; n <- nrow(at_risk); n1 <- sum(at_risk$arm)
      now <- at_risk$event == 1 & at_risk$time == day; d <- sum(now); d1 <- sum(at_risk$arm[now])
      w <- weight(survival, n)
      score <- score + w * (d1 - d * n1 / n)
      if (n > 1) variance <- variance + w^2 * d * (n1 / n) * (1 - n1 / n) * (n - d) / (n - 1)
      survival <- survival * (1 - d / n)
    }
  }
  list(score = score, variance = variance)
}

weighted_case <- function(x, stratum, family, rho = 0, gamma = 0) {
  weight <- switch(family,
    fleming_harrington = function(s, n) s^rho * (1 - s)^gamma,
    gehan = function(s, n) n, tarone_ware = function(s, n) sqrt(n))
  x$group <- if (is.null(stratum)) 1 else x[[stratum]]
  sums <- weighted(x, "group", weight)
  if (family == "fleming_harrington" && gamma == 0) { # then R's own is the reference
    own <- sums
    f <- if (is.null(stratum)) survdiff(Surv(time, event) ~ arm, x, rho = rho) else
      survdiff(Surv(time, event) ~ arm + strata(group), x, rho = rho)
    total <- function(v) if (is.matrix(v)) sum(v[2, ]) else v[2]
    sums <- list(score = total(f$obs) - total(f$exp), variance = f$var[2, 2])
    stopifnot(all.equal(own, sums, tolerance = 1e-12), all.equal(sums$score^2 / sums$variance, f$chisq))
  }
  chi_square <- sums$score^2 / sums$variance
  c(list(family = family, rho = rho, gamma = gamma, strata = stratum), sums,
    list(chi_square = chi_square, p_value = pchisq(chi_square, 1, lower.tail = FALSE)))
}

weighted_cases <- function(x, stratum) do.call(c, lapply(list(NULL, stratum), function(s) list(
  weighted_case(x, s, "fleming_harrington", rho = 1),
  weighted_case(x, s, "fleming_harrington", rho = 0.5),
  weighted_case(x, s, "fleming_harrington", gamma = 1),
  weighted_case(x, s, "fleming_harrington", rho = 1, gamma = 0.5),
  weighted_case(x, s, "gehan"), weighted_case(x, s, "tarone_ware"))))

# ---- quantiles -----------------------------------------------------------------------------------

# R gives the middle of a plateau; the shares are chosen so that no curve lies exactly on one of them.
quantile_cases <- function(x, shares) do.call(c, lapply(0:1, function(arm) lapply(shares, function(share) {
  curve <- survfit(Surv(time, event) ~ 1, x[x$arm == arm, ])
  stopifnot(all(abs(curve$surv - (1 - share)) > 1e-6))
  list(arm = arm, quantile = share, day = as.numeric(quantile(curve, share, conf.int = FALSE)))
})))

# ---- time ratios ---------------------------------------------------------------------------------

time_ratio <- function(x, covariates, distribution) {
  formula <- reformulate(c("arm", covariates), quote(Surv(time, event)))
  control <- survreg.control(rel.tolerance = 1e-13, maxiter = 200) # below it rounding keeps R from ending
  fit <- survreg(formula, x, dist = distribution, control = control)
  effect <- normal(coef(fit)[["arm"]], sqrt(vcov(fit)["arm", "arm"]), level, exp)
  c(list(method = distribution, covariates = as.list(covariates)), effect)
}

time_ratios <- function(x, covariates) do.call(c, lapply(c("weibull", "lognormal", "loglogistic"),
  function(distribution) list(time_ratio(x, character(), distribution), time_ratio(x, covariates, distribution))))

# ---- pseudo-values: every person of an arm left out in turn, a curve each time ---------------------

# A step function of days: its value at the horizon, or the area under it until then.
value_of <- function(days, steps, first, horizon, area) {
  seen <- days <= horizon; days <- days[seen]; steps <- c(first, steps[seen])
  if (area) sum(steps * diff(c(0, days, horizon))) else steps[length(steps)]
}

estimate <- function(x, quantity, horizon) {
  if (quantity == "days_free") {
    curve <- survfit(Surv(time, event) ~ 1, x)
    return(value_of(curve$time, curve$surv, 1, horizon, area = TRUE))
  }
  curve <- survfit(Surv(time, factor(kind, 0:2)) ~ 1, x)
  value_of(curve$time, curve$pstate[, 2], 0, horizon, area = quantity == "days_lost")
}

pseudo <- function(x, quantity, horizon) {
  values <- numeric(nrow(x))
  for (arm in 0:1) {
    rows <- which(x$arm == arm); mine <- x[rows, ]; n <- length(rows)
    whole <- estimate(mine, quantity, horizon)
    without <- vapply(seq_len(n), function(i) estimate(mine[-i, ], quantity, horizon), 0)
    values[rows] <- n * whole - (n - 1) * without
  }
  values
}

difference <- function(x, covariates) {
  fit <- lm(reformulate(c("arm", covariates), "pseudo"), x); df <- fit$df.residual
  estimate <- coef(fit)[["arm"]]; se <- sqrt(vcovHC(fit, type = "HC2")["arm", "arm"])
  ends <- estimate + c(-1, 1) * qt(0.5 + level / 2, df) * se; t <- estimate / se
  list(estimate = estimate, conf_low = ends[1], conf_high = ends[2], std_error = se, statistic = t, df = df,
       p_value = 2 * pt(-abs(t), df))
}

pseudo_cases <- function(x, covariates, horizons) do.call(c, lapply(horizons, function(horizon)
  lapply(c("risk", "days_lost", "days_free"), function(quantity) {
    x$pseudo <- pseudo(x, quantity, horizon)
    list(quantity = quantity, horizon_days = horizon, covariates = as.list(covariates), values = x$pseudo,
         unadjusted = difference(x, character()), adjusted = difference(x, covariates))
  })))

# ---- all of it -----------------------------------------------------------------------------------

of <- function(x, stratum, covariates, shares, horizons) list(
  conf_level = level, stratum = stratum, weighted_logrank = weighted_cases(x, stratum),
  quantiles = quantile_cases(x, shares), time_ratios = time_ratios(x, covariates),
  pseudo = pseudo_cases(x, covariates, horizons))

maryland$arm <- maryland$fin
tied$arm <- tied$treated
write_fixture("timing", c("survival", "carData", "sandwich"), list(
  maryland = of(maryland, "race", c("age", "prio"), c(0.1, 0.2, 0.3), c(364, 200)),
  tied = of(tied, "stratum", c("age", "employed"), c(0.11, 0.26, 0.51), c(182, 100))
))
