# Times R's functions on a file of people; `beside_r.py` runs it.
#
#   Rscript beside_r.R PEOPLE.csv FUNCTION
#
# Prints the seconds of a second call, without starting R or reading the file.

suppressPackageStartupMessages({library(survival); library(cmprsk)})
given <- commandArgs(trailingOnly = TRUE)
people <- read.csv(given[1])
x <- as.matrix(people[c("treated", "age")])
nine <- Surv(time, kind == 1) ~ treated + age + a + b + c + d + e + f + g
calls <- list(
  coxph = function() coxph(nine, people),
  coxph_robust = function() coxph(nine, people, robust = TRUE),
  survfit_rmean = function() summary(survfit(Surv(time, kind == 1) ~ 1, people), rmean = 730)$table,
  survfit = function() survfit(Surv(time, factor(kind, 0:2)) ~ treated, people),
  cuminc = function() cuminc(people$time, people$kind, people$treated),
  # Without its variance crr takes a small part of the time.
  crr = function() crr(people$time, people$kind, x),
  crr_estimate = function() crr(people$time, people$kind, x, variance = FALSE)
)
# crr takes half a minute: once is enough, as it is for whatever takes so long.
if (!startsWith(given[2], "crr") && given[2] != "coxph_robust") invisible(calls[[given[2]]]())
cat(system.time(calls[[given[2]]]())[["elapsed"]], "\n")
