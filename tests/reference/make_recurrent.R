# Reference values for repeated events: mean counts, Andersen-Gill, Prentice-Williams-Peterson.
#
#   cd tests/reference && Rscript make_recurrent.R
#
# Needs R with survival, carData and mets. Writes fixtures/recurrent.json. People are given as histories
# (end of follow-up, whether death ended it, days of events); the rows (start, stop] are cut here.

source("common.R")
suppressPackageStartupMessages(library(mets))

# ---- histories -----------------------------------------------------------------------------------
# Made up: who died, in both; and all but the first event of the tied data, some on the same day.

history <- function(end, died, treated, person, day) {
  o <- order(person, day)
  list(end_days = end, terminal = as.integer(died), treated = treated,
       person = person[o], event_days = day[o])
}

ends <- tapply(repeated$stop_days, repeated$person, max); i <- seq_along(ends)
happened <- repeated[repeated$event == 1, ]
of_repeated <- history(
  as.numeric(ends), i %% 3 == 0 & ends < max(ends),
  as.numeric(tapply(repeated$treated, repeated$person, max)), happened$person, happened$stop_days
)

i <- seq_len(nrow(tied)); first <- ifelse(tied$event == 1, tied$time, NA)
end <- with(tied, ifelse(event == 1, pmin(time + 7 * (i %% 9), 210), time))
more <- list(first, ifelse(i %% 2 == 0, first + 7 * (i %% 3), NA), ifelse(i %% 4 == 0, first + 7 * (i %% 5), NA))
days <- unlist(more); whose <- rep(i, 3); took <- !is.na(days) & days <= end[whose]
of_tied <- history(end, i %% 3 == 0 & end < 210, tied$treated, whose[took], days[took])

# ---- rows (start, stop] --------------------------------------------------------------------------

# The m events of a person on one day happen at equal distances within it.
spread <- function(day) {
  same <- ave(day, day, FUN = length); j <- ave(day, day, FUN = seq_along)
  day - 1 + j / same
}

rows_of <- function(h) do.call(rbind, lapply(seq_along(h$end_days), function(p) {
  at <- spread(h$event_days[h$person == p]); last <- h$end_days[p]
  cuts <- if (length(at) && max(at) == last) at else c(at, last)
  before <- c(0, head(cuts, -1))
  data.frame(person = p, start = before, stop = cuts, event = as.integer(cuts %in% at),
             number = seq_along(cuts), since = before, treated = h$treated[p])
}))

# ---- the mean count ------------------------------------------------------------------------------

# Curves at some days of a step function given at others.
read_at <- function(days, x, values, before_first) c(before_first, values)[findInterval(days, x) + 1]

# From survfit the cumulative rate R and the survival S, each with the influence of every person: that on
# the sum of S(u-) dR(u) follows by the product rule.
mean_curve <- function(h, level = 0.95, horizon = Inf) {
  rows <- rows_of(h); n <- length(h$end_days); people <- seq_len(n)
  rate <- survfit(Surv(start, stop, event) ~ 1, rows, id = person, influence = TRUE)
  alive <- survfit(Surv(h$end_days, h$terminal) ~ 1, id = people, influence = TRUE)
  u <- rate$time; s_before <- read_at(u - 1e-9, alive$time, alive$surv, 1)
  d_rate <- diff(c(0, rate$cumhaz))
  on_rate <- rate$influence.chaz - cbind(0, rate$influence.chaz[, -length(u)])
  on_alive <- cbind(0, alive$influence.surv)[, findInterval(u - 1e-9, alive$time) + 1]
  influence <- t(apply(t(t(on_rate) * s_before + t(on_alive) * d_rate), 1, cumsum))
  days <- sort(unique(c(h$end_days, h$event_days))); days <- days[days <= horizon]
  mean_count <- read_at(days, u, cumsum(s_before * d_rate), 0)
  se <- read_at(days, u, sqrt(colSums(influence^2)), 0)
  z <- qnorm(0.5 + level / 2); factor <- ifelse(mean_count > 0, exp(z * se / mean_count), 1)
  list(
    conf_level = level, time_days = days,
    at_risk = sapply(days, function(d) sum(h$end_days >= d)),
    events = sapply(days, function(d) sum(h$event_days == d)),
    mean_count = mean_count, std_error = se, conf_low = mean_count / factor, conf_high = mean_count * factor,
    survfit = list(mean_count = read_at(days, u, rate$cumhaz, 0), std_error = read_at(days, u, rate$std.chaz, 0))
  )
}

arm <- function(h, a) {
  ours <- h$treated == a; place <- cumsum(ours); kept <- ours[h$person]
  list(end_days = h$end_days[ours], terminal = h$terminal[ours], treated = h$treated[ours],
       person = place[h$person[kept]], event_days = h$event_days[kept])
}
last <- function(x) x[length(x)]
nobody_dies <- function(h) { h$terminal <- 0 * h$terminal; h }

at_horizon <- function(h, horizon, level) {
  one <- mean_curve(arm(h, 1), level, horizon); zero <- mean_curve(arm(h, 0), level, horizon)
  m <- last(one$mean_count); se <- last(one$std_error)
  list(
    horizon_days = horizon, conf_level = level,
    mean_count_at = list(estimate = m, conf_low = last(one$conf_low), conf_high = last(one$conf_high),
                         std_error = se / m),
    mean_count_difference = normal(
      m - last(zero$mean_count), sqrt(se^2 + last(zero$std_error)^2), level)
  )
}

# mets takes every tie apart, so its data have none.
untied <- function(h) {
  h$end_days <- h$end_days + seq_along(h$end_days) / 1e4 + 0.5
  h$event_days <- h$event_days + h$person / 1e3 - ave(h$event_days, h$person, FUN = function(d) rev(seq_along(d))) / 64
  h
}
by_mets <- function(h) {
  rows <- rows_of2(h); rows$dead <- as.integer(rows$last & h$terminal[rows$person] == 1)
  event <- phreg(Surv(start, stop, event) ~ cluster(person), data = rows)
  death <- phreg(Surv(start, stop, dead) ~ cluster(person), data = rows)
  fit <- recurrentMarginal(event, death)
  list(history = h, time_days = fit$times, mean_count = fit$mu, std_error = fit$se.mu)
}
rows_of2 <- function(h) do.call(rbind, lapply(seq_along(h$end_days), function(p) {
  at <- h$event_days[h$person == p]; cuts <- c(at, h$end_days[p])
  data.frame(person = p, start = c(0, at), stop = cuts, event = as.integer(cuts %in% at),
             last = seq_along(cuts) == length(cuts))
}))

# ---- regressions ---------------------------------------------------------------------------------

# coxph's robust variance times n / (n - p), for n people and p coefficients, with quantiles of t.
by_t <- function(estimate, se, df, level, back = identity) {
  ends <- estimate + c(-1, 1) * qt(0.5 + level / 2, df) * se; statistic <- estimate / se
  list(estimate = back(estimate), conf_low = back(ends[1]), conf_high = back(ends[2]),
       std_error = se, statistic = statistic, df = df, p_value = 2 * pt(-abs(statistic), df))
}
few <- 10
robust_ratio <- function(formula, rows, level = 0.95) {
  control <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 100)
  f <- coxph(formula, rows, ties = "efron", cluster = person, control = control)
  n <- length(unique(rows$person)); df <- n - length(coef(f))
  c(list(conf_level = level), by_t(coef(f)[["treated"]], sqrt(f$var[1, 1] * n / df), df, level, exp))
}
regressions <- function(h) {
  rows <- rows_of(h)
  had <- table(factor(rows$number[rows$event == 1], levels = seq_len(max(rows$number))))
  rows$stratum <- pmin(rows$number, max(which(had >= few)))
  list(
    andersen_gill = robust_ratio(Surv(start, stop, event) ~ treated, rows),
    pwp_total_time = robust_ratio(Surv(start, stop, event) ~ treated + strata(stratum), rows),
    pwp_gap_time = robust_ratio(Surv(start - since, stop - since, event) ~ treated + strata(stratum), rows)
  )
}
# The rows as they are in the file, with late entry and gaps.
with_gaps <- with(repeated, data.frame(person, treated, priors, start = start_days, stop = stop_days, event, number))
of_file <- list(
  andersen_gill = robust_ratio(Surv(start, stop, event) ~ treated + priors, with_gaps),
  pwp_total_time = robust_ratio(Surv(start, stop, event) ~ treated + priors + strata(number), with_gaps),
  pwp_gap_time = robust_ratio(Surv(stop - start, event) ~ treated + priors + strata(number), with_gaps)
)

everything <- function(h, horizons) list(
  history = h, mean_count = mean_curve(h), without_deaths = mean_curve(nobody_dies(h)),
  horizons = lapply(horizons, function(x) at_horizon(h, x, 0.95)), regressions = regressions(h)
)
write_fixture("recurrent", c("survival", "carData", "mets"), list(
  repeated = c(everything(of_repeated, c(140, 273)), list(rows = of_file, mets = by_mets(untied(of_repeated)))),
  tied = c(everything(of_tied, c(91, 203)), list(mets = by_mets(untied(of_tied))))
))
