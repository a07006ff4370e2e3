# Split-population models, exact Poisson intervals, and risks within a window of follow-up.
#
#   cd tests/reference && Rscript make_long_term.R
#
# Needs R with survival and carData. data/returns_by_month.csv counts 1445 people released from prisons of North
# Carolina by the month of their return, or of the end of follow-up, and by whether they had been in a work
# programme: Chung, Schmidt & Witte 1991, Journal of Quantitative Criminology 7:59-98.

source("common.R")
level <- 0.95
months <- read.csv("data/returns_by_month.csv")

# ---- split population: one line of counts for each month -----------------------------------------

cut_at <- function(end) {
  x <- data.frame(time = c(pmin(months$months, end), pmin(months$months, end)),
                  event = c(as.numeric(months$months <= end), rep(0, nrow(months))),
                  people = c(months$returned, months$followed))
  x[x$people > 0, ]
}

log_parts <- function(family, time, p) switch(family,
  exponential = list(d = dexp(time, exp(-p[1]), log = TRUE),
                     s = pexp(time, exp(-p[1]), lower.tail = FALSE)),
  weibull = list(d = dweibull(time, exp(p[2]), exp(p[1]), log = TRUE),
                 s = pweibull(time, exp(p[2]), exp(p[1]), lower.tail = FALSE)),
  lognormal = list(d = dlnorm(time, p[1], exp(p[2]), log = TRUE),
                   s = plnorm(time, p[1], exp(p[2]), lower.tail = FALSE)))

minus_log_likelihood <- function(x, family, share, p) {
  parts <- log_parts(family, x$time, p)
  -sum(x$people * ifelse(x$event == 1, log(share) + parts$d, log(1 - share + share * parts$s)))
}

search <- function(f, start) {
  if (length(start) == 1) return(optimize(f, c(0, 8), tol = 1e-10)[c("minimum", "objective")])
  best <- list(par = start, value = f(start))
  for (again in 1:6) best <- optim(best$par, f, control = list(reltol = 1e-15, maxit = 5000))
  list(minimum = best$par, objective = best$value)
}

fit <- function(x, family) {
  start <- switch(family, exponential = 3.5, weibull = c(3.3, 0.2), lognormal = c(3.3, 0.2))
  profile <- function(logit) search(function(p) minus_log_likelihood(x, family, plogis(logit), p), start)$objective
  whole <- search(function(p) minus_log_likelihood(x, family, 1, p), start)
  best <- optimize(profile, c(-2, 10), tol = 1e-9)
  at_one <- best$objective > whole$objective - 1e-5
  top <- if (at_one) 10 else best$minimum
  lowest <- min(best$objective, whole$objective)
  drop <- qchisq(level, 1) / 2
  below <- function(logit) profile(logit) - lowest - drop
  low <- uniroot(below, c(-3, top), tol = 1e-8)$root
  high <- if (whole$objective <= lowest + drop) 1 else plogis(uniroot(below, c(top, 15), tol = 1e-8)$root)
  list(share = if (at_one) 1 else plogis(top), conf_low = plogis(low), conf_high = high,
       log_likelihood = -lowest, log_likelihood_without_split = -whole$objective)
}

families <- c("exponential", "weibull", "lognormal")
split <- lapply(setNames(c(24, 36, 81), c("24", "36", "81")),
                function(end) lapply(setNames(families, families), function(name) fit(cut_at(end), name)))

# ---- exact intervals of counts -------------------------------------------------------------------

poisson <- lapply(c(0, 1, 3, 25, 183), function(events)
  c(list(events = events), setNames(as.list(poisson.test(events, conf.level = level)$conf.int), c("low", "high"))))

# ---- risks within a window -----------------------------------------------------------------------

# The difference of the risk on two days, and its standard error from the influence of each person on both.
within <- function(x, begin, end) {
  fit <- survfit(Surv(time, factor(kind, 0:2)) ~ 1, x, influence = TRUE, id = seq_len(nrow(x)))
  at <- function(day) if (day == 0) 0 else which(fit$time == max(fit$time[fit$time <= day]))
  risk <- function(day) if (day == 0) 0 else fit$pstate[at(day), 2]
  influence <- function(day) if (day == 0) 0 else fit$influence.pstate[, at(day) + dim(fit$influence.pstate)[2] - length(fit$time), 2]
  list(share = risk(end) - risk(begin), std_error = sqrt(sum((influence(end) - influence(begin))^2)))
}

window <- function(x, days) lapply(seq_len(length(days) - 1), function(i) {
  arms <- lapply(1:0, function(arm) within(x[x$arm == arm, ], days[i], days[i + 1]))
  list(begin = days[i], end = days[i + 1], estimate = arms[[1]]$share - arms[[2]]$share,
       std_error = sqrt(arms[[1]]$std_error^2 + arms[[2]]$std_error^2))
})

maryland$arm <- maryland$fin
tied$arm <- tied$treated
write_fixture("long_term", c("survival", "carData"), list(
  conf_level = level, split = split, poisson = poisson,
  windows = list(maryland = window(maryland, c(0, 91, 182, 364)), tied = window(tied, c(0, 49, 126, 182)))))
