# The mean count of repeated events in R, timed: Rscript recurrent.R PEOPLE.csv EVENTS.csv
#
# PEOPLE.csv has end_days, terminal; EVENTS.csv person, event_days, at most one event a person and day.
# Prints a line for each way: name, seconds, mean count and standard error at the end.

suppressPackageStartupMessages({ library(survival); library(mets) })
files <- commandArgs(trailingOnly = TRUE)
people <- read.csv(files[1]); events <- read.csv(files[2])
last <- data.frame(person = seq_len(nrow(people)), stop = people$end_days, event = 0)
rows <- rbind(data.frame(person = events$person, stop = events$event_days, event = 1), last)
rows <- rows[order(rows$person, rows$stop, -rows$event), ]
rows$start <- with(rows, ifelse(c(TRUE, diff(person) != 0), 0, c(0, head(stop, -1))))
rows <- rows[rows$stop > rows$start, ] # an event on the last day ends follow-up itself
rows$last <- c(diff(rows$person) != 0, TRUE)
rows$dead <- as.integer(rows$last & people$terminal[rows$person] == 1)
say <- function(name, seconds, mean, se) cat(sprintf("%s,%.3f,%.17g,%.17g\n", name, seconds, mean, se))
tail1 <- function(x) x[length(x)]

t <- system.time(f <- survfit(Surv(start, stop, event) ~ 1, rows, id = person, robust = TRUE))
say("survfit", t[["elapsed"]], tail1(f$cumhaz), tail1(f$std.chaz))
t <- system.time({
  recurrent <- phreg(Surv(start, stop, event) ~ cluster(person), data = rows)
  death <- phreg(Surv(start, stop, dead) ~ cluster(person), data = rows)
  g <- recurrentMarginal(recurrent, death)
})
say("mets", t[["elapsed"]], tail1(g$mu), tail1(g$se.mu))
