# Reference values for Firth's penalty in Cox regression, and for Cox by the bootstrap.
#
#   cd tests/reference && Rscript make_firth.R
#
# Needs R with survival, carData, boot and coxphf.

source("common.R")

# ---- Firth ---------------------------------------------------------------------------------------

# survival's coxph says what the log partial likelihood and its information are at any coefficients;
# climbing, profiles and ends are ours. Derivatives are six-point differences, so that nothing rests on
# a formula for the slope of the penalty.

at <- coxph.control(iter.max = 0, eps = 1e-14, toler.chol = 1e-15)

penalised <- function(formula, data, ties) {
  # The engine below coxph, so that the formula is not read a million times.
  frame <- coxph(formula, data, ties = ties, control = at, x = TRUE)
  engine <- if (ncol(frame$y) == 3) agreg.fit else coxph.fit
  strata <- if (is.null(frame$strata)) NULL else as.integer(frame$strata)
  at_coefficients <- function(beta) engine(
    frame$x, frame$y, strata, NULL, beta, at, NULL, ties, rownames = NULL, resid = FALSE, nocenter = NULL)
  whole <- coxph(formula, data, init = rep(0.1, ncol(frame$x)), ties = ties, control = at)
  stopifnot(all.equal(at_coefficients(rep(0.1, ncol(frame$x)))[c("loglik", "var")], whole[c("loglik", "var")],
                      tolerance = 1e-13, check.attributes = FALSE))
  function(beta) {
    fit <- at_coefficients(beta)
    # Far out, where rounding leaves no information, is far below.
    if (!all(is.finite(fit$var)) || any(eigen(fit$var, TRUE, TRUE)$values <= 0)) return(-Inf)
    fit$loglik[1] - as.numeric(determinant(fit$var)$modulus) / 2
  }
}

slope <- function(f, beta, h = 1e-2) vapply(seq_along(beta), function(j) {
  e <- replace(numeric(length(beta)), j, h)
  sum(c(-1, 9, -45, 45, -9, 1) * vapply(-3:3, function(k) if (k == 0) 0 else f(beta + k * e), 0)[-4]) / (60 * h)
}, 0)

climb <- function(f, beta, polish = 5) {
  if (length(beta) == 0) return(beta)
  beta <- optim(beta, f, function(b) slope(f, b), method = "BFGS",
                control = list(fnscale = -1, reltol = 1e-15, maxit = 500))$par
  curvature <- optimHess(beta, f, function(b) slope(f, b))
  for (i in seq_len(polish)) beta <- beta - solve(curvature, slope(f, beta))
  beta
}

# Coefficients are climbed per standard deviation (divisor n) of each column, and given back per unit.
firth_case <- function(before, columns, data, after = "", ties = "efron", level = 0.95, profiles = columns, ...) {
  spread <- vapply(columns, function(k) sqrt(mean((data[[k]] - mean(data[[k]]))^2)), 0)
  scaled <- data
  for (k in columns) scaled[[k]] <- (data[[k]] - mean(data[[k]])) / spread[k]
  formula <- as.formula(paste(before, "~", paste(columns, collapse = " + "), after))
  f <- penalised(formula, scaled, ties)
  p <- length(columns); zero <- numeric(p)
  beta <- climb(f, zero); top <- f(beta); warm <- beta
  covariance <- coxph(formula, scaled, init = beta, ties = ties, control = at)$var

  profile <- function(j, value) {
    with_others <- function(others) f(append(others, value, j - 1))
    warm[-j] <<- climb(with_others, warm[-j], polish = 2)
    with_others(warm[-j])
  }
  effect <- function(j) {
    se <- sqrt(covariance[j, j]); target <- top - qnorm(0.5 + level / 2)^2 / 2
    end <- function(side) {
      warm <<- beta
      above <- function(value) profile(j, value) - target
      first <- beta[j] + side * qnorm(0.5 + level / 2) * se
      beyond <- first
      while (above(beyond) > 0) beyond <- beyond + side * se
      uniroot(above, sort(c(beta[j], beyond)), tol = 1e-13)$root
    }
    low <- end(-1); high <- end(1)
    warm <<- beta
    chi_square <- 2 * (top - profile(j, 0))
    list(column = j - 1, estimate = exp(beta[j] / spread[[j]]), conf_low = exp(low / spread[[j]]),
         conf_high = exp(high / spread[[j]]), std_error = se / spread[[j]], statistic = chi_square, df = 1,
         p_value = pchisq(chi_square, 1, lower.tail = FALSE))
  }
  list(columns = as.list(columns), ties = ties, conf_level = level, ..., n = nrow(data),
       n_events = coxph(formula, scaled, init = beta, ties = ties, control = at)$nevent,
       coef = beta / spread, covariance_model = unname(covariance / outer(spread, spread)),
       loglik_null = f(zero), loglik = top, hazard_ratio = lapply(match(profiles, columns), effect))
}

# The package of the method's authors, which knows Breslow's ties only. Tighter, its search for the ends does not stop.
coxphf_case <- function(formula, columns, data, level = 0.95) {
  f <- coxphf::coxphf(formula, data, alpha = 1 - level, maxit = 500, epsilon = 1e-10, gconv = 1e-8)
  list(columns = as.list(columns), conf_level = level, coef = unname(f$coefficients), covariance_model = unname(f$var),
       conf_low = unname(f$ci.lower), conf_high = unname(f$ci.upper), p_value = unname(f$prob))
}

no_event_in_an_arm <- transform(maryland, event = event * (1 - fin))
few <- transform(tied, event = event * (seq_along(event) %% 9 == 0))
right <- "Surv(time, event)"
three <- c("fin", "age", "prio")

# ---- the bootstrap -------------------------------------------------------------------------------

# Which rows are drawn is left to whole numbers that any language can repeat: Park and Miller's generator.
park_miller <- function(n, seed) {
  x <- numeric(n); state <- seed
  for (i in seq_len(n)) { state <- (16807 * state) %% 2147483647; x[i] <- state / 2147483647 }
  x
}

drawn_rows <- function(group, replicates, seed) {
  u <- park_miller(replicates * length(group), seed)
  lapply(seq_len(replicates), function(b) {
    mine <- u[(b - 1) * length(group) + seq_along(group)]
    unlist(lapply(sort(unique(group)), function(g) {
      rows <- which(group == g); rows[floor(mine[rows] * length(rows)) + 1]
    }))
  })
}

bootstrap_case <- function(before, columns, data, group, after = "", replicates = 200, seed = 11, ...) {
  formula <- as.formula(paste(before, "~", paste(columns, collapse = " + "), after))
  tight <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 100)
  groups <- do.call(paste, data[group])
  estimate <- function(rows) coef(coxph(formula, data[rows, ], control = tight))
  draws <- t(vapply(drawn_rows(groups, replicates, seed), estimate, numeric(length(columns))))
  fit <- coxph(formula, data, control = tight)
  influence <- apply(residuals(fit, type = "dfbeta"), 2, function(d) d - ave(d, groups))
  intervals <- lapply(seq_along(columns), function(j) {
    made <- structure(list(t0 = coef(fit)[j], t = draws[, j, drop = FALSE], R = replicates, data = data,
                           sim = "ordinary", stype = "i", call = quote(boot())), class = "boot")
    level <- 0.9
    ends <- boot::boot.ci(made, conf = level, type = "bca", L = influence[, j] * nrow(data))$bca[4:5]
    list(column = j - 1, conf_level = level, estimate = unname(exp(coef(fit)[j])), conf_low = exp(ends[1]),
         conf_high = exp(ends[2]), std_error = sd(draws[, j]))
  })
  list(columns = as.list(columns), groups = as.list(group), replicates = replicates, seed = seed, ...,
       acceleration = unname(colSums(influence^3) / (6 * colSums(influence^2)^1.5)),
       draws = unname(draws), hazard_ratio = intervals)
}

write_fixture("firth", c("survival", "carData", "boot", "coxphf"), list(
  firth = list(
    maryland = list(
      firth_case(right, "fin", maryland),
      firth_case(right, three, maryland, profiles = "fin"),
      firth_case(right, three, no_event_in_an_arm, variant = "no event in an arm"),
      firth_case(right, "fin", maryland, "+ strata(race)", strata = "race", level = 0.9)
    ),
    tied = list(
      firth_case(right, c("treated", "age"), tied, ties = "breslow"),
      firth_case(right, c("treated", "age"), tied, "+ strata(stratum)", strata = "stratum", level = 0.99),
      firth_case(right, c("treated", "age"), few, "+ strata(stratum)", strata = "stratum",
                 variant = "every ninth event")
    ),
    repeated = list(firth_case("Surv(start_days, stop_days, event)", c("treated", "priors"), repeated))
  ),
  coxphf = list(
    maryland = coxphf_case(Surv(time, event) ~ fin + age + prio, three, maryland),
    tied = coxphf_case(Surv(time, event) ~ treated + age, c("treated", "age"), tied, level = 0.9)
  ),
  bootstrap = list(
    maryland = bootstrap_case(right, three, maryland, "fin"),
    tied = bootstrap_case(right, c("treated", "age"), tied, c("treated", "stratum"), "+ strata(stratum)",
                          strata = "stratum")
  )
))
