# Reference values from R for the numerics of primus_eval.
#
#   cd tests/reference && Rscript make_fixtures.R
#
# Needs R with survival, carData, riskRegression, etm and cmprsk. Writes fixtures/*.json with 17 digits.
# Iterative fits run to a far smaller tolerance than R's default, so that agreement is not limited by R.

source("common.R")

about <- list(
  made_by = "tests/reference/make_fixtures.R",
  date = "2026-11-23",
  r = paste(R.version$major, R.version$minor, sep = "."),
  packages = lapply(
    setNames(nm = c("survival", "carData", "riskRegression", "etm", "cmprsk")),
    function(p) as.character(packageVersion(p))
  )
)

# Several topics in one script, so that one account of it serves all.
write_fixture <- function(name, content) {
  writeLines(to_json(c(list(about = about), content)), file.path("fixtures", paste0(name, ".json")))
}

# ---- two proportions -----------------------------------------------------------------------------

# prop.test warns about its p-value in small samples; only its interval is used.
wilson <- function(x, n, level) suppressWarnings(
  as.numeric(prop.test(x, n, conf.level = level, correct = FALSE)$conf.int)
)

newcombe <- function(x1, n1, x0, n0, level) {
  w1 <- wilson(x1, n1, level); w0 <- wilson(x0, n0, level); p1 <- x1 / n1; p0 <- x0 / n0
  c(p1 - p0 - sqrt((p1 - w1[1])^2 + (w0[2] - p0)^2), p1 - p0 + sqrt((w1[2] - p1)^2 + (p0 - w0[1])^2))
}

# Miettinen & Nurminen: the constrained estimate by the trigonometric root of their cubic, the ends by
# uniroot. primus_eval uses bisection for both.
mn_risk0 <- function(x1, n1, x0, n0, d) {
  n <- n1 + n0; x <- x1 + x0
  l3 <- n; l2 <- (n1 + 2 * n0) * d - n - x; l1 <- (n0 * d - n - 2 * x0) * d + x; l0 <- x0 * d * (1 - d)
  q <- l2^3 / (3 * l3)^3 - l1 * l2 / (6 * l3^2) + l0 / (2 * l3)
  p <- sign(q) * sqrt(max(0, l2^2 / (3 * l3)^2 - l1 / (3 * l3)))
  ratio <- if (p == 0) 0 else q / p^3
  a <- (pi + acos(max(-1, min(1, ratio)))) / 3
  min(max(2 * p * cos(a) - l2 / (3 * l3), 0, -d), 1, 1 - d)
}
mn_score <- function(x1, n1, x0, n0, d) {
  r0 <- mn_risk0(x1, n1, x0, n0, d); r1 <- r0 + d
  v <- (r1 * (1 - r1) / n1 + r0 * (1 - r0) / n0) * (n1 + n0) / (n1 + n0 - 1)
  (x1 / n1 - x0 / n0 - d) / sqrt(v)
}
mn_ends <- function(x1, n1, x0, n0, level) {
  z <- qnorm(0.5 + level / 2); d <- x1 / n1 - x0 / n0; eps <- 1e-10
  end <- function(target, from, to) uniroot(
    function(h) mn_score(x1, n1, x0, n0, h) - target, c(from, to), tol = 1e-15, maxiter = 10000
  )$root
  c(end(z, -1 + eps, d - eps), end(-z, d + eps, 1 - eps))
}

by_glm <- function(x1, n1, x0, n0, link, level) {
  y <- cbind(c(x1, x0), c(n1 - x1, n0 - x0)); arm <- c(1, 0); p <- c(x1 / n1, x0 / n0)
  # Started at the exact solution, so every iteration is exact and the deviance is rounding error.
  fit <- glm(y ~ arm, family = binomial(link), mustart = p, control = list(epsilon = 1e-10))
  s <- coef(summary(fit))["arm", ]; ends <- s[[1]] + c(-1, 1) * qnorm(0.5 + level / 2) * s[[2]]
  back <- if (link == "identity") identity else exp
  list(estimate = back(s[[1]]), conf_low = back(ends[1]), conf_high = back(ends[2]),
       std_error = s[[2]], statistic = s[[3]], p_value = s[[4]])
}

two_by_two <- function(x1, n1, x0, n0, level = 0.95) {
  d <- x1 / n1 - x0 / n0
  nc <- newcombe(x1, n1, x0, n0, level); mn <- mn_ends(x1, n1, x0, n0, level); w <- wilson(x1, n1, level)
  z0 <- mn_score(x1, n1, x0, n0, 0)
  pearson <- suppressWarnings(prop.test(c(x1, x0), c(n1, n0), correct = FALSE))
  fisher <- fisher.test(matrix(c(x1, n1 - x1, x0, n0 - x0), 2))
  list(
    table = list(events_treatment = x1, n_treatment = n1, events_control = x0, n_control = n0),
    conf_level = level,
    proportion_wilson = list(estimate = x1 / n1, conf_low = w[1], conf_high = w[2]),
    risk_difference_newcombe = list(estimate = d, conf_low = nc[1], conf_high = nc[2]),
    risk_difference_wald = by_glm(x1, n1, x0, n0, "identity", level),
    risk_difference_miettinen_nurminen = list(
      estimate = d, conf_low = mn[1], conf_high = mn[2], statistic = z0, p_value = 2 * pnorm(-abs(z0))
    ),
    risk_ratio_wald_log = by_glm(x1, n1, x0, n0, "log", level),
    odds_ratio_wald_log = by_glm(x1, n1, x0, n0, "logit", level),
    number_needed_to_treat = if (nc[1] * nc[2] > 0)
      list(estimate = -1 / d, conf_low = -1 / nc[1], conf_high = -1 / nc[2]) else list(estimate = -1 / d),
    pooled_z_test = list(statistic = sign(d) * sqrt(pearson$statistic[[1]]), p_value = pearson$p.value),
    fisher_exact_test = list(p_value = fisher$p.value)
  )
}

tied <- read.csv("data/tied.csv")
reconvicted <- table(tied$treated, tied$reconvicted)
write_fixture("proportions", list(tables = list(
  two_by_two(48, 216, 66, 216),
  two_by_two(48, 216, 66, 216, level = 0.90),
  two_by_two(reconvicted[2, 2], sum(reconvicted[2, ]), reconvicted[1, 2], sum(reconvicted[1, ])),
  two_by_two(56, 70, 48, 80),
  two_by_two(9, 10, 3, 10),
  two_by_two(6, 7, 2, 7),
  two_by_two(3, 40, 9, 25),
  two_by_two(1180, 9000, 1310, 11000, level = 0.99)
)))

# ---- Kaplan-Meier, survival, restricted mean, log-rank --------------------------------------------

curve <- function(time, event, level) {
  f <- survfit(Surv(time, event) ~ 1, conf.type = "log-log", conf.int = level)
  list(
    conf_level = level, time_days = f$time, at_risk = f$n.risk, events = f$n.event, censored = f$n.censor,
    survival = f$surv, std_error = f$std.err * f$surv, conf_low = f$lower, conf_high = f$upper
  )
}

normal <- function(estimate, se, level, back = identity) {
  ends <- estimate + c(-1, 1) * qnorm(0.5 + level / 2) * se; z <- estimate / se
  list(estimate = back(estimate), conf_low = back(ends[1]), conf_high = back(ends[2]),
       std_error = se, statistic = z, p_value = 2 * pnorm(-abs(z)))
}

survival_on <- function(time, event, day, level) {
  s <- summary(survfit(Surv(time, event) ~ 1, conf.type = "log-log", conf.int = level), times = day)
  list(estimate = s$surv, conf_low = s$lower, conf_high = s$upper, std_error = s$std.err)
}

mean_to <- function(time, event, day) {
  s <- summary(survfit(Surv(time, event) ~ 1), rmean = day)$table
  list(mean_days = s[["rmean"]], std_error_days = s[["se(rmean)"]])
}

at_horizon <- function(time, event, treated, day, level) {
  one <- treated == 1
  s1 <- survival_on(time[one], event[one], day, level); s0 <- survival_on(time[!one], event[!one], day, level)
  m1 <- mean_to(time[one], event[one], day); m0 <- mean_to(time[!one], event[!one], day)
  list(
    horizon_days = day, conf_level = level, survival_at = s1, restricted_mean = m1,
    survival_difference = normal(s1$estimate - s0$estimate, sqrt(s1$std_error^2 + s0$std_error^2), level),
    restricted_mean_difference = normal(
      m1$mean_days - m0$mean_days, sqrt(m1$std_error_days^2 + m0$std_error_days^2), level),
    restricted_mean_ratio = normal(
      log(m1$mean_days / m0$mean_days),
      sqrt((m1$std_error_days / m1$mean_days)^2 + (m0$std_error_days / m0$mean_days)^2), level, exp)
  )
}

test_arms <- function(formula, data) {
  d <- survdiff(formula, data)
  observed <- if (is.matrix(d$obs)) rowSums(d$obs) else d$obs
  expected <- if (is.matrix(d$exp)) rowSums(d$exp) else d$exp
  list(observed_treatment = observed[2], expected_treatment = expected[2], variance = d$var[2, 2],
       chi_square = d$chisq, p_value = pchisq(d$chisq, 1, lower.tail = FALSE))
}

data(Rossi, package = "carData")
maryland <- with(Rossi, data.frame(
  time = week * 7, event = arrest, fin = as.integer(fin == "yes"), age = age,
  race = as.integer(race == "black"), wexp = as.integer(wexp == "yes"),
  mar = as.integer(mar == "married"), paro = as.integer(paro == "yes"), prio = prio
))
# For checks of clustering only; the trial had none.
maryland$batch <- (seq_len(nrow(maryland)) - 1) %% 48

write_fixture("follow_up", list(
  maryland_weighted_sums = lapply(maryland[1:9], function(v) sum(v * seq_along(v))),
  maryland = list(
    curve = curve(maryland$time, maryland$event, 0.95),
    horizons = list(
      with(maryland, at_horizon(time, event, fin, 364, 0.95)),
      with(maryland, at_horizon(time, event, fin, 180, 0.90))
    ),
    logrank = test_arms(Surv(time, event) ~ fin, maryland),
    logrank_stratified = test_arms(Surv(time, event) ~ fin + strata(race), maryland)
  ),
  tied = list(
    curve = curve(tied$time_days, tied$event, 0.90),
    horizons = list(
      with(tied, at_horizon(time_days, event, treated, 182, 0.95)),
      with(tied, at_horizon(time_days, event, treated, 84, 0.99)),
      with(tied, at_horizon(time_days, event, treated, 80, 0.95))
    ),
    logrank = test_arms(Surv(time_days, event) ~ treated, tied),
    logrank_stratified = test_arms(Surv(time_days, event) ~ treated + strata(stratum), tied)
  ),
  # Starts with a censoring and ends with an event: survival of exactly 1 and 0.
  edges = list(curve = curve(c(1, 2, 2, 3, 5), c(0, 1, 0, 1, 1), 0.95))
))

# ---- Cox -----------------------------------------------------------------------------------------

cox_case <- function(formula, data, columns, ties = "efron", cluster = NULL, level = 0.95) {
  data$group <- if (is.null(cluster)) seq_len(nrow(data)) else data[[cluster]]
  control <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 100)
  f <- coxph(formula, data, ties = ties, cluster = group, control = control)
  model <- unname(f$naive.var); robust <- unname(f$var); b <- unname(coef(f))
  effects <- function(v) lapply(seq_along(b), function(j) normal(b[j], sqrt(v[j, j]), level, exp))
  list(
    columns = as.list(columns), ties = ties, cluster = cluster, conf_level = level,
    coef = as.list(b), covariance_model = model, covariance_robust = robust,
    loglik_null = f$loglik[1], loglik = f$loglik[2], score_test = f$score, n = f$n, n_events = f$nevent,
    hazard_ratio_model = effects(model), hazard_ratio_robust = effects(robust)
  )
}

repeated <- read.csv("data/repeated.csv")
seven <- c("fin", "age", "race", "wexp", "mar", "paro", "prio")
three <- c("treated", "age", "employed")
of_maryland <- function(columns, extra = "") as.formula(
  paste("Surv(time, event) ~", paste(columns, collapse = " + "), extra))
of_tied <- function(extra = "") as.formula(
  paste("Surv(time_days, event) ~", paste(three, collapse = " + "), extra))
of_repeated <- function(extra = "") as.formula(
  paste("Surv(start_days, stop_days, event) ~ treated + priors", extra))

stratified <- function(case, by) c(case, list(strata = by))
write_fixture("cox", list(
  maryland = list(
    cox_case(of_maryland("fin"), maryland, "fin"),
    cox_case(of_maryland(seven), maryland, seven),
    cox_case(of_maryland(c("fin", "age", "prio")), maryland, c("fin", "age", "prio")),
    cox_case(of_maryland(c("fin", "age", "prio")), maryland, c("fin", "age", "prio"), cluster = "batch"),
    stratified(cox_case(of_maryland(c("fin", "age", "prio"), "+ strata(race)"), maryland,
                        c("fin", "age", "prio"), cluster = "batch", level = 0.90), "race")
  ),
  tied = list(
    cox_case(of_tied(), tied, three),
    cox_case(of_tied(), tied, three, ties = "breslow"),
    cox_case(of_tied(), tied, three, cluster = "cluster"),
    stratified(cox_case(of_tied("+ strata(stratum)"), tied, three), "stratum"),
    stratified(cox_case(of_tied("+ strata(stratum)"), tied, three, cluster = "cluster"), "stratum"),
    stratified(cox_case(of_tied("+ strata(stratum)"), tied, three, "breslow", cluster = "cluster"), "stratum")
  ),
  repeated = list(
    cox_case(of_repeated(), repeated, c("treated", "priors")),
    cox_case(of_repeated(), repeated, c("treated", "priors"), cluster = "person"),
    cox_case(of_repeated(), repeated, c("treated", "priors"), "breslow", cluster = "person"),
    stratified(cox_case(of_repeated("+ strata(number)"), repeated, c("treated", "priors"),
                        cluster = "person"), "number")
  )
))

# ---- standardisation -----------------------------------------------------------------------------

# The stacked estimating equations of Stefanski & Boos (2002) with a numerical derivative: nothing in it
# is shared with riskRegression, nor with primus_eval, which solves them on paper.
stacked <- function(beta, x, x1, x0, y) {
  k <- length(beta); n <- nrow(x)
  risks <- c(mean(plogis(x1 %*% beta)), mean(plogis(x0 %*% beta)))
  psi <- function(theta) {
    b <- theta[1:k]
    cbind(x * as.numeric(y - plogis(x %*% b)), plogis(x1 %*% b) - theta[k + 1], plogis(x0 %*% b) - theta[k + 2])
  }
  theta <- c(beta, risks)
  bread <- sapply(seq_along(theta), function(j) {
    h <- 1e-4 * max(1, abs(theta[j])); e <- replace(numeric(length(theta)), j, h)
    colMeans(-psi(theta + 2 * e) + 8 * psi(theta + e) - 8 * psi(theta - e) + psi(theta - 2 * e)) / (12 * h)
  })
  inverse <- solve(bread)
  v <- inverse %*% (crossprod(psi(theta)) / n) %*% t(inverse) / n
  list(risks = risks, covariance = unname(v[k + 1:2, k + 1:2]))
}

standardise <- function(data, outcome, arm, covariates, level = 0.95) {
  data[[arm]] <- as.integer(data[[arm]]); data$arm <- factor(data[[arm]]); data$y <- data[[outcome]]
  fit <- glm(reformulate(c("arm", covariates), "y"), binomial, data,
             control = list(epsilon = 1e-13, maxit = 100))
  x <- model.matrix(fit); x1 <- x; x1[, 2] <- 1; x0 <- x; x0[, 2] <- 0
  s <- stacked(coef(fit), x, x1, x0, data$y); r <- s$risks; v <- s$covariance
  by_package <- riskRegression::ate(fit, treatment = "arm", data = data, verbose = FALSE)
  contrast <- function(a, b) sqrt(a^2 * v[1, 1] + 2 * a * b * v[1, 2] + b^2 * v[2, 2])
  list(
    outcome = outcome, arm = arm, covariates = as.list(covariates), conf_level = level,
    coef = unname(coef(fit)), risk_treatment = r[1], risk_control = r[2], covariance = v,
    marginal_risk_difference = normal(r[1] - r[2], contrast(1, -1), level),
    marginal_risk_ratio = normal(log(r[1] / r[2]), contrast(1 / r[1], -1 / r[2]), level, exp),
    marginal_odds_ratio = normal(
      qlogis(r[1]) - qlogis(r[2]), contrast(1 / (r[1] * (1 - r[1])), -1 / (r[2] * (1 - r[2]))), level, exp),
    riskRegression_ate = list(
      risk_treatment = by_package$meanRisk$estimate[2], risk_control = by_package$meanRisk$estimate[1],
      estimate = by_package$diffRisk$estimate, std_error = by_package$diffRisk$se,
      p_value = by_package$diffRisk$p.value
    )
  )
}

write_fixture("standardisation", list(
  maryland = standardise(maryland, "event", "fin", c("age", "race", "wexp", "mar", "paro", "prio")),
  tied = standardise(tied, "reconvicted", "treated", c("age", "employed"), level = 0.90)
))

# ---- cumulative incidence with competing events ---------------------------------------------------

# survfit's standard error is the infinitesimal jackknife, etm's is Greenwood-type; here they are one.
# cmprsk's is Aalen's and differs, so that only its estimate is kept.
incidence_curve <- function(time, kind, level) {
  f <- survfit(Surv(time, factor(kind, 0:2, c("censored", "event", "competing"))) ~ 1)
  event <- f$states == "event"; incidence <- f$pstate[, event]; se <- f$std.err[, event]
  by_cmprsk <- cmprsk::timepoints(cmprsk::cuminc(time, kind), f$time)$est["1 1", ]
  by_etm <- etm::etmCIF(Surv(time, kind != 0) ~ 1, data.frame(time, kind), etype = kind, failcode = 1)
  e <- summary(by_etm, ci.fun = "cloglog", level = level)[[1]][["CIF 1"]]
  e <- e[e$P > 0 & e$P < 1, ]; same <- match(e$time, f$time)
  stopifnot(abs(by_cmprsk - incidence) < 1e-14, abs(e$P - incidence[same]) < 1e-14,
            abs(sqrt(e$var) / se[same] - 1) < 1e-12)
  list(
    conf_level = level,
    time_days = f$time, at_risk = f$n.risk[, 1], events = f$n.event[, event],
    competing = f$n.event[, f$states == "competing"], censored = f$n.censor,
    incidence = incidence, std_error = se,
    etm = list(time_days = e$time, incidence = e$P, std_error = sqrt(e$var), conf_low = e$lower,
               conf_high = e$upper)
  )
}

incidence_on <- function(time, kind, day, level) {
  curve <- incidence_curve(time, kind, level); e <- curve$etm
  s <- max(which(curve$time_days <= day)); i <- max(which(e$time_days <= day))
  list(estimate = curve$incidence[s], conf_low = e$conf_low[i], conf_high = e$conf_high[i],
       std_error = curve$std_error[s])
}

incidence_by_arm <- function(time, kind, treated, day, level) {
  one <- treated == 1
  i1 <- incidence_on(time[one], kind[one], day, level); i0 <- incidence_on(time[!one], kind[!one], day, level)
  d <- i1$estimate - i0$estimate
  # Recovered from the ends of both intervals; no test belongs to it.
  list(horizon_days = day, conf_level = level, incidence_at = i1,
       incidence_difference = list(
         estimate = d,
         conf_low = d - sqrt((i1$estimate - i1$conf_low)^2 + (i0$conf_high - i0$estimate)^2),
         conf_high = d + sqrt((i1$conf_high - i1$estimate)^2 + (i0$estimate - i0$conf_low)^2),
         std_error = sqrt(i1$std_error^2 + i0$std_error^2)))
}

# Made up, as neither data set has causes: some of the events of Maryland, and some of those who left
# the tied data before the end, become competing events.
kind_maryland <- with(maryland, ifelse(event == 1, ifelse(seq_along(event) %% 5 == 0, 2, 1), 0))
kind_tied <- with(tied, ifelse(event == 1, 1, ifelse(time_days < 210 & seq_along(event) %% 3 > 0, 2, 0)))
write_fixture("competing", list(
  maryland = list(
    curve = incidence_curve(maryland$time, kind_maryland, 0.95),
    horizons = list(
      with(maryland, incidence_by_arm(time, kind_maryland, fin, 364, 0.95)),
      with(maryland, incidence_by_arm(time, kind_maryland, fin, 180, 0.90))
    )
  ),
  tied = list(
    curve = incidence_curve(tied$time_days, kind_tied, 0.90),
    horizons = list(
      with(tied, incidence_by_arm(time_days, kind_tied, treated, 182, 0.95)),
      with(tied, incidence_by_arm(time_days, kind_tied, treated, 84, 0.99)),
      with(tied, incidence_by_arm(time_days, kind_tied, treated, 80, 0.95))
    )
  ),
  # Starts with a censoring, has both kinds of event on one day, and ends with a competing event.
  edges = list(curve = incidence_curve(c(1, 2, 2, 2, 3, 5, 5), c(0, 1, 2, 0, 1, 2, 2), 0.95))
))
