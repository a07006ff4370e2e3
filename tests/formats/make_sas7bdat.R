# Writes trial.sas7bdat from trial.csv. Run in this folder: Rscript make_sas7bdat.R
#
# haven calls write_sas() deprecated, because SAS does not open everything that it writes; it is the only
# open writer of the format. Two independent readers must agree about the file (see README.md).
library(haven)

trial <- read.csv("trial.csv", colClasses = "character", encoding = "UTF-8", na.strings = character())
for (name in c("age", "score", "employed", "days", "rearrest")) {
  trial[[name]] <- as.numeric(ifelse(trial[[name]] == "", NA, trial[[name]]))
}
trial$released <- as.Date(ifelse(trial$released == "", NA, trial$released))

# Labels, and not only for their own sake: without them pandas loses the names of the last columns.
labels <- c(
  id = "Pseudonym", arm = "Arm assigned", age = "Age at release", score = "Score at intake",
  employed = "In work before prison", offence = "Index offence", released = "Day of release",
  days = "Days of follow-up", rearrest = "Follow-up ended with an arrest"
)
for (name in names(labels)) attr(trial[[name]], "label") <- labels[[name]]

suppressWarnings(write_sas(trial, "trial.sas7bdat"))
