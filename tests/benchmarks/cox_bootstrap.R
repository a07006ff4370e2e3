# Times R's two ways to fit a Cox model to the same replicates; called by cox_bootstrap.py.
#
#   Rscript cox_bootstrap.R FOLDER RUNS
#
# FOLDER holds data.csv (days, event, covariates) and rows.bin, the rows of every replicate as integers.
# Prints the seconds of each run: coxph, coxph.fit, alternately. Starting R is not counted.

suppressPackageStartupMessages(library(survival))
arguments <- commandArgs(trailingOnly = TRUE)
data <- read.csv(file.path(arguments[1], "data.csv"))
n <- nrow(data)
file <- file.path(arguments[1], "rows.bin")
rows <- matrix(readBin(file, "integer", file.size(file) / 4), nrow = n)
x <- as.matrix(data[, -(1:2)])
storage.mode(x) <- "double"
formula <- reformulate(names(data)[-(1:2)], "Surv(days, event)")
control <- coxph.control()

by_coxph <- function() apply(rows, 2, function(r) coef(coxph(formula, data[r, ])))
by_fit <- function() apply(rows, 2, function(r) coxph.fit(
  x[r, ], Surv(data$days[r], data$event[r]), NULL, NULL, NULL, control, NULL, "efron",
  rownames = NULL, resid = FALSE)$coefficients)
seconds <- function(f) unname(system.time(f())["elapsed"])

stopifnot(max(abs(by_coxph() - by_fit())) < 1e-6)
for (run in seq_len(as.integer(arguments[2]))) cat(seconds(by_coxph), seconds(by_fit), "\n")
coefficients <- by_coxph()
writeBin(as.vector(coefficients), file.path(arguments[1], "coefficients.bin"))
