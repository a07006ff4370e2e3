# Reference values of the whole Cox engine: case weights, offsets, residuals, curves, proportional hazards.
# From this folder: Rscript make_cox_engine.R

source("common.R")

# Made up: case weights that are no whole numbers, and offsets.
made_up <- function(data) {
  i <- seq_len(nrow(data))
  transform(data, weight = 0.4 + ((7 * i) %% 11) / 5, known = ((i %% 3) - 1) * 0.3)
}
maryland <- transform(made_up(maryland), batch = (seq_len(nrow(maryland)) - 1) %% 48)
tied <- made_up(tied)
repeated <- made_up(repeated)

fits <- function(time, data, columns, ties, strata, cluster, weighted, offset) {
  terms <- c(columns, if (!is.null(strata)) paste0("strata(", strata, ")"), if (offset) "offset(known)")
  data$count <- if (weighted) data$weight else rep(1, nrow(data))
  data$group <- if (is.null(cluster)) seq_len(nrow(data)) else data[[cluster]]
  formula <- as.formula(paste(time, "~", paste(terms, collapse = " + ")))
  arguments <- list(formula, data = data, weights = quote(count), ties = ties, x = TRUE, y = TRUE, model = TRUE,
                    control = coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 100))
  list(plain = do.call(coxph, c(arguments, robust = FALSE)),
       robust = do.call(coxph, c(arguments, list(cluster = quote(group)))), data = data)
}

numbers <- function(f, level) {
  b <- unname(coef(f)); model <- unname(f$naive.var); robust <- unname(f$var)
  effects <- function(v) lapply(seq_along(b), function(j) normal(b[j], sqrt(v[j, j]), level, exp))
  list(coef = as.list(b), covariance_model = model, covariance_robust = robust, loglik_null = f$loglik[1],
       loglik = f$loglik[2], score_test = f$score, n = f$n, n_events = f$nevent,
       hazard_ratio_model = effects(model), hazard_ratio_robust = effects(robust))
}

proportionality <- function(f, transform) {
  table <- cox.zph(f, transform = transform)$table
  p <- nrow(table) - 1
  line <- function(i) list(statistic = table[i, 1], df = table[i, 2], p_value = table[i, 3])
  list(by_column = lapply(seq_len(p), line), overall = line(p + 1))
}

# R sorts Schoenfeld residuals by stratum and day; back to the order of the rows with an event.
schoenfeld <- function(f, data, strata, type) {
  stop <- f$y[, ncol(f$y) - 1]; event <- which(f$y[, ncol(f$y)] == 1)
  by <- if (is.null(strata)) rep(1, nrow(data)) else data[[strata]]
  sorted <- order(by[event], stop[event])
  values <- as.matrix(residuals(f, type = type))
  unname(values[order(sorted), , drop = FALSE])
}

residuals_of <- function(f, data, strata) list(
  martingale = unname(residuals(f, type = "martingale")),
  schoenfeld = schoenfeld(f, data, strata, "schoenfeld"),
  scaled = schoenfeld(f, data, strata, "scaledsch"),
  influence = unname(as.matrix(residuals(f, type = "dfbeta", weighted = TRUE, collapse = data$group)))
)

curve <- function(f, profile, level) {
  s <- survfit(f, newdata = profile, conf.type = "log-log", conf.int = level)
  on <- s$n.event > 0
  list(profile = as.list(profile), conf_level = level, time_days = s$time[on], cumulative_hazard = s$cumhaz[on],
       survival = s$surv[on], std_error = (s$surv * s$std.err)[on], conf_low = s$lower[on], conf_high = s$upper[on])
}

standardised <- function(f, data, arm, days) {
  under <- function(value) {
    everyone <- data; everyone[[arm]] <- value
    each <- sapply(seq_len(nrow(data)), function(i)
      summary(survfit(f, newdata = everyone[i, ], se.fit = FALSE), times = days, extend = TRUE)$surv)
    as.vector(matrix(each, nrow = length(days)) %*% data$count / sum(data$count))
  }
  treatment <- under(1); control <- under(0)
  list(arm = arm, days = days, survival_treatment = treatment, survival_control = control,
       difference = treatment - control)
}

case <- function(time, data, columns, ties = "efron", strata = NULL, cluster = NULL, weighted = FALSE,
                 offset = FALSE, profiles = NULL, days = NULL, level = 0.95, each_row = FALSE) {
  f <- fits(time, data, columns, ties, strata, cluster, weighted, offset)
  zph <- c("km", "identity", "log", "rank")
  c(
    list(columns = as.list(columns), ties = ties, strata = strata, cluster = cluster, weighted = weighted,
         offset = offset, conf_level = level),
    list(fit = numbers(f$robust, level)),
    list(proportionality = lapply(setNames(nm = zph), function(g) proportionality(f$plain, g))),
    list(residuals = if (each_row) residuals_of(f$plain, f$data, strata)),
    list(curves = lapply(profiles, function(profile) curve(f$plain, profile, level))),
    list(standardised = if (!is.null(days)) standardised(f$plain, f$data, columns[1], days))
  )
}

four <- c("fin", "age", "race", "prio")
three <- c("treated", "age", "employed")
two <- c("treated", "priors")
of_maryland <- function(...) case("Surv(time, event)", maryland, ...)
of_tied <- function(...) case("Surv(time, event)", tied, ...)
of_repeated <- function(...) case("Surv(start_days, stop_days, event)", repeated, two, ...)
men <- list(data.frame(fin = 1, age = 20, race = 1, prio = 2, mar = 0, known = 0),
            data.frame(fin = 0, age = 40, race = 0, prio = 9, mar = 1, known = 0.5))
people <- list(data.frame(treated = 1, age = 25, employed = 0, stratum = 1, known = 0),
               data.frame(treated = 0, age = 60, employed = 1, stratum = 3, known = -0.4))
rows <- list(data.frame(treated = 1, priors = 1, number = 1, known = 0),
             data.frame(treated = 0, priors = 3, number = 2, known = 0.5))

write_fixture("cox_engine", "survival", list(
  maryland = list(
    of_maryland(four, profiles = men, days = c(91, 182, 364)),
    of_maryland(four, weighted = TRUE, profiles = men[1], days = c(91, 364)),
    of_maryland(four, offset = TRUE, profiles = men[2]),
    of_maryland(four, "breslow", weighted = TRUE, offset = TRUE, cluster = "batch", profiles = men[1]),
    of_maryland(c("fin", "age", "prio"), strata = "mar", weighted = TRUE, offset = TRUE, cluster = "batch",
                profiles = men, days = c(182, 364), level = 0.90, each_row = TRUE)
  ),
  tied = list(
    of_tied(three, profiles = people, days = c(70, 182), each_row = TRUE),
    of_tied(three, weighted = TRUE, profiles = people[1]),
    of_tied(three, "breslow", weighted = TRUE, profiles = people, days = 182, each_row = TRUE),
    of_tied(three, offset = TRUE, cluster = "cluster", profiles = people),
    of_tied(three, strata = "stratum", weighted = TRUE, offset = TRUE, cluster = "cluster", profiles = people,
            days = c(70, 182), level = 0.99, each_row = TRUE)
  ),
  repeated = list(
    of_repeated(cluster = "person", profiles = rows, each_row = TRUE),
    of_repeated(weighted = TRUE, cluster = "person", profiles = rows),
    of_repeated(offset = TRUE, profiles = rows),
    of_repeated("breslow", weighted = TRUE, offset = TRUE, cluster = "person", profiles = rows),
    of_repeated(strata = "number", weighted = TRUE, offset = TRUE, cluster = "person", profiles = rows,
                each_row = TRUE)
  )
))
