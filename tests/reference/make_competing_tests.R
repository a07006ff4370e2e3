# Reference values for Gray's test, the regression of Fine and Gray, and restricted mean time lost.
#
#   cd tests/reference && Rscript make_competing_tests.R
#
# Needs R with survival, cmprsk, mets and carData. Writes fixtures/competing_tests.json.

suppressPackageStartupMessages({library(cmprsk); library(mets)})
source("common.R")

# ---- Gray's test ---------------------------------------------------------------------------------

# cuminc prints the statistic only; its own routine also gives the score and the variance behind it. The
# score is that of the first group, so treatment is coded 1 and control 2.
gray <- function(data, arm, strata = NULL, rho = 0) {
  group <- 2 - data[[arm]]
  within <- if (is.null(strata)) rep(1, nrow(data)) else data[[strata]]
  printed <- cuminc(data$time, data$kind, group, within, rho = rho)$Tests["1", ]
  o <- order(data$time); n <- nrow(data); cause <- as.integer(data$kind[o]); g <- as.integer(group[o])
  s <- as.integer(factor(within))[o]
  z <- .Fortran(
    "crstm", as.double(data$time[o]), cause, g, s, n, as.double(rho), max(s), 2L, double(1), double(1),
    as.double(data$time[o]), cause, g, double(1), double(1), double(1), double(20), integer(8),
    PACKAGE = "cmprsk")
  stopifnot(abs(z[[9]]^2 / z[[10]] / printed[["stat"]] - 1) < 1e-12)
  list(arm = arm, strata = strata, rho = rho, score = z[[9]], variance = z[[10]],
       chi_square = printed[["stat"]], p_value = printed[["pv"]])
}

# ---- Fine and Gray -------------------------------------------------------------------------------

# crr's line search gives up before the last digits: from where it stops, Newton's steps with its own score
# and information, until they are rounding.
fine_gray <- function(data, columns, level = 0.95, groups = NULL) {
  x <- as.matrix(data[columns])
  among <- if (is.null(groups)) rep(1, nrow(data)) else data[[groups]]
  b <- crr(data$time, data$kind, x, cengroup = among, gtol = 1e-9, maxiter = 100)$coef
  for (i in 1:5) {
    f <- crr(data$time, data$kind, x, cengroup = among, init = b, maxiter = 0)
    b <- b + as.vector(f$invinf %*% f$score)
  }
  f <- crr(data$time, data$kind, x, cengroup = among, init = b, maxiter = 0)
  stopifnot(abs(f$invinf %*% f$score) < 1e-13)
  b <- unname(b); v <- unname(f$var)
  list(
    columns = as.list(columns), censoring_groups = groups, conf_level = level,
    coef = as.list(b), covariance = v, covariance_model = unname(f$invinf),
    loglik_null = f$loglik.null, loglik = f$loglik, n = f$n, n_events = sum(data$kind == 1),
    n_competing = sum(data$kind == 2),
    subdistribution_hazard_ratio = lapply(seq_along(b), function(j) normal(b[j], sqrt(v[j, j]), level, exp))
  )
}

# crr leaves a part out of the variance where censoring is by group; mets does not. mets takes what falls on
# one day apart, so the days are pulled apart here, and every seventh person leaves early.
apart <- function(data) {
  row <- seq_len(nrow(data)); leaves <- row %% 7 == 0 & data$time > 30 + (row * 11) %% 150
  data$time <- ifelse(leaves, 30 + (row * 11) %% 150, data$time) + ((row * 37) %% 997) / 1000
  data$kind[leaves] <- 0
  stopifnot(!anyDuplicated(data$time))
  data
}

by_group <- function(data, columns, group) {
  f <- as.formula(paste("Event(time, kind) ~", paste(columns, collapse = " + ")))
  f <- cifreg(f, data = apart(data), cause = 1, propodds = NULL,
              cens.model = as.formula(sprintf("~strata(%s)", group)))
  list(columns = as.list(columns), censoring_groups = group, coef = as.list(unname(coef(f))),
       covariance = unname(f$var))
}

# ---- restricted mean time lost -------------------------------------------------------------------

# The mean time in the state of the event; survfit gives its standard error from the people's influences.
time_lost <- function(data, day) {
  f <- survfit(Surv(time, factor(kind, 0:2)) ~ 1, data, influence = TRUE)
  t <- summary(f, rmean = day)$table["1", ]
  list(mean_days = t[["rmean"]], std_error_days = t[["se(rmean)"]])
}

student <- function(estimate, se, df, level) {
  ends <- estimate + c(-1, 1) * qt(0.5 + level / 2, df) * se; t <- estimate / se
  list(estimate = estimate, conf_low = ends[1], conf_high = ends[2],
       std_error = se, statistic = t, df = df, p_value = 2 * pt(-abs(t), df))
}

time_lost_by_arm <- function(data, arm, day, level = 0.95) {
  m1 <- time_lost(data[data[[arm]] == 1, ], day); m0 <- time_lost(data[data[[arm]] == 0, ], day)
  list(
    horizon_days = day, conf_level = level,
    restricted_mean_time_lost = list(treatment = m1, control = m0),
    time_lost_difference = student(
      m1$mean_days - m0$mean_days, sqrt(m1$std_error_days^2 + m0$std_error_days^2), nrow(data) - 2, level)
  )
}

seven <- c("fin", "age", "race", "wexp", "mar", "paro", "prio")
write_fixture("competing_tests", c("survival", "cmprsk", "mets", "carData"), list(
  maryland = list(
    gray = list(gray(maryland, "fin"), gray(maryland, "fin", "race"), gray(maryland, "fin", rho = 1)),
    fine_gray = list(fine_gray(maryland, "fin"), fine_gray(maryland, seven, level = 0.90)),
    by_group = list(by_group(maryland, c("fin", "age", "prio"), "race")),
    time_lost = list(
      time_lost_by_arm(maryland, "fin", 364), time_lost_by_arm(maryland, "fin", 180, level = 0.90))
  ),
  tied = list(
    gray = list(
      gray(tied, "treated"), gray(tied, "treated", "stratum"), gray(tied, "treated", "stratum", rho = 0.5)),
    fine_gray = list(
      fine_gray(tied, "treated"), fine_gray(tied, c("treated", "age", "employed"), level = 0.99),
      fine_gray(tied, c("treated", "age", "employed"), groups = "treated")),
    by_group = list(
      by_group(tied, c("treated", "age", "employed"), "treated"), by_group(tied, "treated", "stratum")),
    time_lost = list(
      time_lost_by_arm(tied, "treated", 182), time_lost_by_arm(tied, "treated", 80),
      time_lost_by_arm(tied, "treated", 84, level = 0.99))
  )
))
