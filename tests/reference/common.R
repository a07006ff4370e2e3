# What every script with reference values needs: a writer of JSON with 17 digits, the data, Wald intervals.
# `source("common.R")`, then `write_fixture(name, packages, content)`.

suppressPackageStartupMessages(library(survival))
options(warn = 2) # a warning in a reference is an error

# A JSON writer of our own, because jsonlite prints at most 15 digits.
to_json <- function(x, indent = "") {
  deeper <- paste0(indent, "  ")
  block <- function(open, items, close) paste0(
    open, "\n", paste0(deeper, items, collapse = ",\n"), "\n", indent, close)
  quoted <- function(s) paste0("\"", s, "\"")
  if (is.null(x)) return("null")
  if (is.matrix(x)) x <- lapply(seq_len(nrow(x)), function(i) as.list(x[i, ]))
  if (is.list(x)) {
    items <- vapply(x, to_json, "", indent = deeper)
    if (is.null(names(x))) return(block("[", items, "]"))
    return(block("{", paste0(quoted(names(x)), ": ", items), "}"))
  }
  text <- if (is.character(x)) quoted(x) else ifelse(is.na(x), "null", sprintf("%.17g", x))
  if (length(text) == 1) text else paste0("[", paste(text, collapse = ", "), "]")
}

write_fixture <- function(name, packages, content, script = paste0("make_", name, ".R")) {
  about <- list(
    made_by = paste0("tests/reference/", script),
    date = as.character(Sys.Date()),
    r = paste(R.version$major, R.version$minor, sep = "."),
    packages = lapply(setNames(nm = packages), function(p) as.character(packageVersion(p)))
  )
  writeLines(to_json(c(list(about = about), content)), file.path("fixtures", paste0(name, ".json")))
}

normal <- function(estimate, se, level, back = identity) {
  ends <- estimate + c(-1, 1) * qnorm(0.5 + level / 2) * se; z <- estimate / se
  list(estimate = back(estimate), conf_low = back(ends[1]), conf_high = back(ends[2]),
       std_error = se, statistic = z, p_value = 2 * pnorm(-abs(z)))
}

tied <- read.csv("data/tied.csv")
repeated <- read.csv("data/repeated.csv")
data(Rossi, package = "carData")
maryland <- with(Rossi, data.frame(
  time = week * 7, event = arrest, fin = as.integer(fin == "yes"), age = age,
  race = as.integer(race == "black"), wexp = as.integer(wexp == "yes"),
  mar = as.integer(mar == "married"), paro = as.integer(paro == "yes"), prio = prio
))

# Made up, as neither data set has causes: some of the events of Maryland, and some of those who left
# the tied data before the end, become competing events. 0 censored, 1 event, 2 competing.
maryland$kind <- with(maryland, ifelse(event == 1, ifelse(seq_along(event) %% 5 == 0, 2, 1), 0))
tied$time <- tied$time_days
tied$kind <- with(tied, ifelse(event == 1, 1, ifelse(time_days < 210 & seq_along(event) %% 3 > 0, 2, 0)))
