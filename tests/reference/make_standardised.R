# Reference values for curves standardised by Cox regression, with the standard error of their difference.
#
#   cd tests/reference && Rscript make_standardised.R
#
# Needs R with survival and carData. Writes fixtures/standardised.json..

source("common.R")

# Everyone's curve by survfit, had all been treated and had all been controls, averaged by the weights.
standardised <- function(data, columns, weight, day, strata) {
  data$weight <- weight
  terms <- paste(c(columns, if (!is.null(strata)) sprintf("strata(%s)", strata)), collapse = " + ")
  f <- coxph(as.formula(paste("Surv(time, event) ~", terms)), data, weights = weight,
             control = coxph.control(eps = 1e-12, toler.chol = 1e-13, iter.max = 50))
  under <- function(value) {
    everyone <- data; everyone[[columns[1]]] <- value
    within <- if (is.null(strata)) rep(1, nrow(data)) else data[[strata]]
    each <- numeric(nrow(data))
    for (one in unique(within)) {
      rows <- which(within == one); base <- basehaz(f, everyone[rows[1], ], centered = FALSE)
      hazard <- c(0, base$hazard)[findInterval(day, base$time) + 1]
      log_risk <- as.matrix(everyone[rows, columns, drop = FALSE]) %*% coef(f)
      each[rows] <- exp(-hazard * exp(log_risk - log_risk[1]))
    }
    sum(weight * each) / sum(weight)
  }
  c(treatment = under(1), control = under(0))
}

# The variance is the sum of squares of how far the weight of each person moves the estimate: central
# differences of two widths, extrapolated to a width of zero.
moved <- function(data, columns, day, strata, h) {
  sapply(seq_len(nrow(data)), function(i) {
    ends <- lapply(c(h, -h), function(by) {
      weight <- rep(1, nrow(data)); weight[i] <- 1 + by
      s <- standardised(data, columns, weight, day, strata); s[["treatment"]] - s[["control"]]
    })
    (ends[[1]] - ends[[2]]) / (2 * h)
  })
}

case <- function(data, columns, day, strata = NULL, level = 0.95, h = 0.02) {
  s <- standardised(data, columns, rep(1, nrow(data)), day, strata)
  each <- (4 * moved(data, columns, day, strata, h / 2) - moved(data, columns, day, strata, h)) / 3
  list(columns = as.list(columns), strata = strata, horizon_days = day, conf_level = level,
       standardised_difference =
         normal(s[["treatment"]] - s[["control"]], sqrt(sum(each^2)), level))
}

write_fixture("standardised", c("survival", "carData"), list(
  maryland = list(
    case(maryland, c("fin", "age", "prio"), 364),
    case(maryland, c("fin", "age", "prio"), 182, strata = "race", level = 0.90)
  ),
  tied = list(
    case(tied, c("treated", "age", "employed"), 182),
    case(tied, c("treated", "age"), 84, strata = "stratum", level = 0.99)
  )
))
