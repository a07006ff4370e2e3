# Hazard ratios period by period, on given days, and from a landmark on.
#
#   cd tests/reference && Rscript make_transition.R
#
# Needs R with survival and carData.

source("common.R")
level <- 0.95
control <- coxph.control(eps = 1e-13, toler.chol = 1e-15, iter.max = 50)

effects <- function(coef, covariance, rows) lapply(seq_len(nrow(rows)), function(i)
  normal(drop(rows[i, ] %*% coef), drop(sqrt(rows[i, ] %*% covariance %*% rows[i, ])), level, exp))

terms_of <- function(covariates, stratum)
  c(covariates, if (!is.null(stratum)) paste0("strata(", stratum, ")"))

# ---- periods: rows split at the inner ends -------------------------------------------------------

split_rows <- function(x, days) {
  last <- days[length(days)]
  x$event[x$time > last] <- 0
  x$time <- pmin(x$time, last)
  inner <- days[-c(1, length(days))]
  survSplit(Surv(time, event) ~ ., x, cut = inner, episode = "period", start = "begin")
}

by_period <- function(rows, days, covariates, stratum, kept = seq_len(length(days) - 1)) {
  of_period <- paste0("arm_", kept)
  for (i in seq_along(kept)) rows[[of_period[i]]] <- rows$arm * (rows$period == kept[i])
  formula <- reformulate(c(of_period, terms_of(covariates, stratum)), quote(Surv(begin, time, event)))
  fit <- coxph(formula, rows, ties = "efron", control = control)
  effects(coef(fit), vcov(fit), diag(length(coef(fit)))[seq_along(kept), , drop = FALSE])
}

period_case <- function(x, days, covariates = character(), stratum = NULL)
  list(periods_days = days, covariates = as.list(covariates), strata = stratum,
       effects = by_period(split_rows(x, days), days, covariates, stratum))

# Nobody of the treatment arm has an event in the second period: in the limit they are not there then.
limit_case <- function(x, days, covariates) {
  x$event[x$arm == 1 & x$time > days[2] & x$time <= days[3]] <- 0
  rows <- split_rows(x, days)
  rows <- rows[!(rows$arm == 1 & rows$period == 2), ]
  kept <- setdiff(seq_len(length(days) - 1), 2)
  list(periods_days = days, covariates = as.list(covariates), kept = kept - 1,
       effects = by_period(rows, days, covariates, NULL, kept))
}

# ---- a ratio that changes with time --------------------------------------------------------------

over_time <- function(x, at, name, covariates = character(), stratum = NULL) {
  g <- switch(name, days = identity, log_days = function(t) log(t + 1))
  formula <- reformulate(c("arm", "tt(arm)", terms_of(covariates, stratum)), quote(Surv(time, event)))
  fit <- coxph(formula, x, ties = "efron", tt = function(x, t, ...) x * g(t), control = control)
  rows <- matrix(0, length(at), length(coef(fit))); rows[, 1] <- 1; rows[, 2] <- g(at)
  chi_square <- coef(fit)[[2]]^2 / vcov(fit)[2, 2]
  list(at_days = at, time_function = name, covariates = as.list(covariates), strata = stratum,
       effects = effects(coef(fit), vcov(fit), rows),
       change = list(statistic = chi_square, df = 1, p_value = pchisq(chi_square, 1, lower.tail = FALSE)))
}

# ---- from a landmark on --------------------------------------------------------------------------

from_landmark <- function(x, day, horizon, covariates) {
  x$event[x$time > horizon] <- 0
  x$time <- pmin(x$time, horizon)
  x <- x[x$time > day, ]; x$time <- x$time - day
  fit <- coxph(reformulate(c("arm", covariates), quote(Surv(time, event))), x, ties = "efron", control = control)
  first <- diag(length(coef(fit)))[1, , drop = FALSE]
  list(landmark_days = day, covariates = as.list(covariates),
       n = list(treatment = sum(x$arm), control = sum(!x$arm)),
       hazard_ratio = effects(coef(fit), vcov(fit), first)[[1]])
}

risk_from_landmark <- function(x, day, horizon) {
  x <- x[x$time > day, ]; x$time <- x$time - day
  risks <- lapply(1:0, function(arm) {
    curve <- summary(survfit(Surv(time, factor(kind, 0:2)) ~ 1, x[x$arm == arm, ]), times = horizon - day)
    c(curve$pstate[2], curve$std.err[2])
  })
  list(estimate = risks[[1]][1] - risks[[2]][1], std_error = sqrt(risks[[1]][2]^2 + risks[[2]][2]^2))
}

# ---- all of it -----------------------------------------------------------------------------------

of <- function(x, days, at, landmark, horizon, covariates, stratum) list(
  conf_level = level,
  periods = list(period_case(x, days), period_case(x, days, covariates),
                 period_case(x, days, covariates, stratum)),
  limit = limit_case(x, days, covariates),
  over_time = list(over_time(x, at, "days"), over_time(x, at, "log_days"),
                   over_time(x, at, "log_days", covariates, stratum)),
  landmark = c(from_landmark(x, landmark, horizon, covariates),
               list(horizon_days = horizon, risk_difference = risk_from_landmark(x, landmark, horizon))))

maryland$arm <- maryland$fin
tied$arm <- tied$treated
write_fixture("transition", c("survival", "carData"), list(
  maryland = of(maryland, c(0, 91, 182, 364), c(30, 182, 364), 91, 364, c("age", "prio"), "race"),
  tied = of(tied, c(0, 49, 126, 182), c(7, 100, 182), 49, 182, c("age", "employed"), "stratum")))
