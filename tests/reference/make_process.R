# Reference values of what process indicators rest on. Run in this folder: Rscript make_process.R

source("common.R")
suppressPackageStartupMessages(library(sandwich))

counts <- read.csv("data/counts.csv")
level <- 0.95

# A ratio of two sums over persons: a regression on a constant alone, with HC3 and quantiles of t.
constant <- function(fit, n, back) {
  b <- unname(coef(fit)); se <- sqrt(vcovHC(fit, type = "HC3")[1, 1])
  ends <- b + c(-1, 1) * qt(0.5 + level / 2, n - 1) * se
  list(estimate = back(b), conf_low = back(ends[1]), conf_high = back(ends[2]), std_error = se, df = n - 1)
}
tight <- glm.control(epsilon = 1e-14, maxit = 100)
n <- nrow(counts)
weeks <- counts$exposure_days / 7
met <- pmin(counts$events, ceiling(weeks))
ratios <- list(
  rate = constant(glm(events ~ 1, quasipoisson, counts, offset = log(weeks), control = tight), n, exp),
  share = constant(glm(cbind(met, ceiling(weeks) - met) ~ 1, quasibinomial, control = tight), n, plogis)
)

exact <- lapply(list(c(0, 50), c(1, 7), c(3, 50), c(12, 4.5)), function(case) {
  test <- poisson.test(case[1], case[2], conf.level = level)
  list(events = case[1], exposure = case[2], estimate = unname(test$estimate),
       conf_low = test$conf.int[1], conf_high = test$conf.int[2])
})

mean_of <- with(t.test(counts$exposure_days, conf.level = level),
                list(estimate = unname(estimate), conf_low = conf.int[1], conf_high = conf.int[2]))

# The day by which half had the event; survfit gives the middle of a plateau at exactly one half, and none
# of these curves has one.
median_days <- lapply(list(1:59, 61:139), function(rows) {
  short <- data.frame(time = tied$time_days, event = tied$event)[rows, ]
  short$event[short$time < quantile(short$time, 0.9)] <- 1
  found <- quantile(survfit(Surv(time, event) ~ 1, short, conf.type = "log-log", conf.int = level), 0.5)
  list(time_days = short$time, event = short$event, estimate = unname(found$quantile),
       conf_low = unname(found$lower), conf_high = unname(found$upper))
})

# Ranks of the ends of the interval of a median: the quantile of the binomial, the table of sign tests.
ranks <- lapply(c(6, 9, 10, 25, 60), function(n) list(n = n, rank = qbinom((1 - level) / 2, n, 0.5)))

points <- c(2:20, 24, 30, 60)
runs <- list(useful = points, run = round(log2(points) + 3), crossings = qbinom(0.05, points - 1, 0.5))

units <- c(5, 8, 12, 16, 24, 40)
tails <- c((1 - 0.95) / 2, (1 - 0.998) / 2)
funnel <- lapply(c(0.7, 0.12), function(p) list(
  units = units, benchmark = p,
  fewest95 = qbinom(tails[1], units, p), most95 = qbinom(tails[1], units, p, lower.tail = FALSE),
  fewest998 = qbinom(tails[2], units, p), most998 = qbinom(tails[2], units, p, lower.tail = FALSE)))

write_fixture("process", c("survival", "sandwich"), list(
  ratios = ratios, exact = exact, mean = mean_of, median_days = median_days, ranks = ranks, runs = runs,
  funnel = funnel))
