# Reference values for costs and effects, from base R alone.
# Run in this folder: Rscript make_economics.R

source("common.R")

out <- list()
note <- function(case, quantity, value) {
  out[[case]][[as.character(quantity)]] <<- as.numeric(value)
}

# --- a trial of 24 people, written by formula -----------------------------------------------------------------
i <- 1:24
arm <- as.numeric(i %% 2 == 0)
harm <- as.numeric((i * 7) %% 5 < ifelse(arm == 1, 2, 3))
cost <- 1000 * ((i * 11) %% 13) + 4000 * harm + 9000 * arm
hc2 <- function(y) {
  fit <- lm(y ~ arm)
  x <- model.matrix(fit)
  h <- hatvalues(fit)
  bread <- solve(crossprod(x))
  meat <- crossprod(x * (residuals(fit) / sqrt(1 - h)))
  c(unname(coef(fit)[2]), sqrt((bread %*% meat %*% bread)[2, 2]))
}
for (value in c(0, 20000, 505300)) {
  found <- hc2(-value * harm - cost)
  test <- t.test((-value * harm - cost)[arm == 1], (-value * harm - cost)[arm == 0], conf.level = 0.95)
  case <- paste0("net_benefit_", value)
  note(case, "estimate", found[1])
  note(case, "std_error", found[2])
  note(case, "df", test$parameter)
  note(case, "conf_low", test$conf.int[1])
  note(case, "conf_high", test$conf.int[2])
}
dC <- hc2(cost)
dE <- hc2(-harm)
note("joint", "cost", dC[1]); note("joint", "var_cost", dC[2]^2)
note("joint", "averted", dE[1]); note("joint", "var_averted", dE[2]^2)
# The covariance from the variance of a sum, so that its sign is nobody's choice.
note("joint", "covariance", (hc2(cost - 10000 * harm)[2]^2 - dC[2]^2 - 1e8 * dE[2]^2) / (2 * 10000))

# --- Fieller's sets, by solving the test for the ratio ---------------------------------------------------------
z <- qnorm(0.975)
sets <- list(
  interval = c(0.20, 30000, 0.05, 8000, -50),
  two_rays = c(0.10, 30000, 0.095, 8000, -120),
  whole_line = c(0.02, 3000, 0.095, 8000, -120),
  dominant = c(0.20, -30000, 0.05, 8000, -50)
)
for (name in names(sets)) {
  s <- sets[[name]]
  statistic <- function(r) (s[2] - r * s[1])^2 / (s[4]^2 + r^2 * s[3]^2 - 2 * r * s[5]) - z^2
  grid <- c(-10^seq(9, 0, length.out = 20000), 10^seq(0, 9, length.out = 20000))
  values <- sapply(grid, statistic)
  turn <- which(diff(sign(values)) != 0)
  roots <- sapply(turn, function(k) uniroot(statistic, grid[c(k, k + 1)], tol = 1e-9)$root)
  note(paste0("fieller_", name), "roots", length(roots))
  for (k in seq_along(roots)) note(paste0("fieller_", name), paste0("root_", k), roots[k])
  for (r in roots) {
    nb <- (r * s[1] - s[2]) / sqrt(s[4]^2 + r^2 * s[3]^2 - 2 * r * s[5])
    note(paste0("fieller_", name), paste0("acceptability_", which(roots == r)), pnorm(nb))
  }
}

# --- all resamples of four against four ------------------------------------------------------------------------
cost1 <- c(9, 12, 10, 20); harm1 <- c(0, 1, 0, 0)
cost0 <- c(4, 10, 12, 9); harm0 <- c(1, 0, 1, 0)
draws <- as.matrix(expand.grid(1:4, 1:4, 1:4, 1:4))
mean_of <- function(x) rowMeans(matrix(x[draws], nrow(draws)))
c1 <- mean_of(cost1); c0 <- mean_of(cost0); e1 <- mean_of(harm1); e0 <- mean_of(harm0)
dCs <- outer(c1, c0, "-"); dEs <- -outer(e1, e0, "-")
dCs <- round(dCs, 10); dEs <- round(dEs, 10)
note("enumerated", "ne", mean(dEs > 0 & dCs > 0)); note("enumerated", "se", mean(dEs > 0 & dCs < 0))
note("enumerated", "nw", mean(dEs < 0 & dCs > 0)); note("enumerated", "sw", mean(dEs < 0 & dCs < 0))
note("enumerated", "axis", mean(dEs == 0 | dCs == 0))
for (value in c(0, 8, 20)) {
  net <- round(value * dEs - dCs, 10)
  note("enumerated", paste0("accepted_", value), mean(net > 0))
  note("enumerated", paste0("tied_", value), mean(net == 0))
}
note("enumerated", "covariance", mean(dCs * dEs) - mean(dCs) * mean(dEs))

# --- discounting ------------------------------------------------------------------------------------------------
dk <- c(rep(0.035, 35), rep(0.025, 35), rep(0.015, 40)); uk <- c(rep(0.035, 30), rep(0.03, 45), rep(0.025, 40))
for (t in c(1, 10, 35, 36, 70, 71, 100)) note("discount_denmark", t, prod(1 / (1 + dk[seq_len(t)])))
for (t in c(1, 30, 31, 75, 76)) note("discount_united_kingdom", t, prod(1 / (1 + uk[seq_len(t)])))
note("annuity_denmark", "end_10", sum(cumprod(1 / (1 + dk))[1:10]))
note("annuity_denmark", "start_10", 1 + sum(cumprod(1 / (1 + dk))[1:9]))

# --- value of perfect information, as the mean loss of deciding now ----------------------------------------------
for (m in c(-40000, 0, 15000)) {
  s <- 25000
  gain <- integrate(function(x) pmax(x, 0) * dnorm(x, m, s), m - 12 * s, m + 12 * s, rel.tol = 1e-12, subdivisions = 2000)$value
  note("evpi", m, gain - max(m, 0))
}

# --- censored costs ----------------------------------------------------------------------------------------------
# Weights are the inverse of the chance of not being censored just before, from the product-limit of censoring.
time <- c(10, 25, 40, 60, 60, 60, 30, 60); known <- c(1, 0, 1, 1, 1, 1, 0, 1); money <- c(5, 3, 9, 12, 20, 8, 4, 15)
left <- function(t) {
  days <- sort(unique(time[known == 0 & time < t]))
  prod(vapply(days, function(d) 1 - sum(time == d & known == 0) / (sum(time > d) + sum(time == d & known == 0)), 0))
}
weight <- sapply(time, left)
note("censored", "mean", mean(known * money / weight))

write_fixture("economics", "survival", out)
