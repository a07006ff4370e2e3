# Times R's functions for competing events on a file of people; `competing.py` runs it.
#
#   Rscript competing.R PEOPLE.csv FUNCTION
#
# Prints the seconds of the call itself, without starting R or reading the file.

suppressPackageStartupMessages({library(survival); library(cmprsk)})
given <- commandArgs(trailingOnly = TRUE)
people <- read.csv(given[1])
x <- as.matrix(people[c("treated", "age")])
calls <- list(
  survfit = function() survfit(Surv(time, factor(kind, 0:2)) ~ treated, people),
  cuminc = function() cuminc(people$time, people$kind, people$treated),
  # Without its variance crr takes a small part of the time.
  crr = function() crr(people$time, people$kind, x),
  crr_estimate = function() crr(people$time, people$kind, x, variance = FALSE)
)
cat(system.time(calls[[given[2]]]())[["elapsed"]], "\n")
