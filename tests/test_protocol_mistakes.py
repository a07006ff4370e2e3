"""What is said of each mistake in a protocol: its code, its line, its key and the remedy; and nothing else.

Each case changes the mentoring protocol in one place. It reads:

    - what stands in the protocol (its first occurrence is replaced)
    + what is written instead
    @ what stands at the line of the problem, where that is not the first line of the change (the nearest one)
    > the code, the key and words of the message
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from primus_eval.errors import InputError, Problem
from primus_eval.protocol import Protocol, parse_protocol
from primus_eval.protocol.crossings import crossing_problems
from primus_eval.protocol.reading import validate

MENTORING = Path(__file__).parent.joinpath("trials/mentoring/protocol.toml").read_text("utf-8")

UNKNOWN_KEYS = """
a key of a table
- country =
+ contry =
> PE-F07 study.contry: Did you mean country?
@ [study]
> PE-F08 study.country: is missing

a table
- [planning]
+ [planing]
> PE-F07 planing: Did you mean planning? Known here: study, design, arm

an array of tables that nobody knows
- [planning]
+ [[zebra]]
+ [planning]
> PE-F07 zebra: Known here: study, design, arm

a key of an inline table
- maximum = 730
+ maximun = 730
> PE-F07 data.participants.columns.days.maximun: Did you mean maximum?

a dotted key
- estimand.summary
+ estimand.sumary
> PE-F07 analysis[1].estimand.sumary: Did you mean summary?
@ estimand.population
> PE-F08 analysis[1].estimand.summary: is missing

a key of the second entry of an array over several lines
- "declined", n = 18
+ "declined", n = 18, m = 1
> PE-F07 design.not_randomised[2].m: Known here: reason, n
"""

UNKNOWN_WORDS = """
an effect measure
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ration"
> PE-F08 analysis[3].effect_measure: Did you mean hazard_ratio? Use one of: risk_difference,

an effect measure in capitals
- effect_measure = "hazard_ratio"
+ effect_measure = "HAZARD_RATIO"
> PE-F08 analysis[3].effect_measure: Did you mean hazard_ratio?

a role
- role = "primary"
+ role = "primery"
> PE-F08 analysis[1].role: Did you mean primary? Use one of: primary, secondary

a scheme
- scheme = "stratified_blocked"
+ scheme = "stratified_block"
> PE-F08 design.allocation.scheme: Did you mean stratified_blocked?

a separator, which is shown as TOML writes it
- separator = ";"
+ separator = "|"
> PE-F08 data.participants.separator: Use one of: ",", ";", "\\t".

a type, without a word on what refers to the column
- days = { type = "integer"
+ days = { type = "intger"
> PE-F08 data.participants.columns.days.type: Did you mean integer?

a profile
- profile = "release"
+ profile = "relase"
> PE-F08 disclosure.profile: Did you mean release?

a direction that is like none
- better = "lower"
+ better = "down"
> PE-F08 outcome[1].better: Use one of: lower, higher.

a unit
- event = "reoffended", unit = "days"
+ event = "reoffended", unit = "months"
> PE-F08 outcome[1].observed.unit: Use one of: days, weeks.
"""

WRONG_VALUES = """
a number for a text
- country = "DK"
+ country = 45
> PE-F08 study.country: 45 is not a text in quotes. Write a text in quotes.

a country in small letters
- country = "DK"
+ country = "dk"
> PE-F08 study.country: a country code of two capital letters

a short name with a line end
- id = "mentoring"
+ id = "mentoring\\n"
> PE-F08 study.id: a short name of small letters

a short name that is a path
- id = "mentoring"
+ id = "../x"
> PE-F08 study.id: a short name of small letters

a number in quotes
- control_risk = 0.50
+ control_risk = "0.50"
> PE-F08 planning.control_risk: is not a number

a risk in per cent
- control_risk = 0.50
+ control_risk = 50
> PE-F08 planning.control_risk: less than 1

a risk of zero
- control_risk = 0.50
+ control_risk = 0.0
> PE-F08 planning.control_risk: greater than 0

a risk that is not a number
- control_risk = 0.50
+ control_risk = nan
> PE-F08 planning.control_risk: a finite number

a level taken for a confidence
- alpha = 0.05
+ alpha = 0.95
> PE-F08 planning.alpha: at most 0.5

a power below that of a coin
- power = 0.8
+ power = 0.2
> PE-F08 planning.power: at least 0.5

a fraction of a day, without a word on the list of outcomes
- horizon_days = 730
+ horizon_days = 730.0
> PE-F08 outcome[1].horizon_days: a whole number

a window of no days
- horizon_days = 730
+ horizon_days = 0
> PE-F08 outcome[1].horizon_days: at least 1

a window of two thousand years
- horizon_days = 730
+ horizon_days = 730000
> PE-F08 outcome[1].horizon_days: at most 36525

a word for true
- simulated = true
+ simulated = "yes"
> PE-F08 study.simulated: true or false

a date in quotes
- registered_on = 2026-11-01
+ registered_on = "2026-11-01"
> PE-F08 study.registration.registered_on: a date without quotes

a date with a time
- registered_on = 2026-11-01
+ registered_on = 2026-11-01T10:00:00
> PE-F08 study.registration.registered_on: a date

a ratio of three arms
- ratio = [1, 1]
+ ratio = [1, 1, 1]
> PE-F08 design.allocation.ratio: a list of at most 2

an arm that nobody is allotted to
- ratio = [1, 1]
+ ratio = [1, 0]
> PE-F08 design.allocation.ratio[2]: at least 1

codes as numbers
- days = {
+ stayed = { type = "yes_no", label = "x", yes = [1], no = ["0"], timing = "before_randomisation" }
+ days = {
> PE-F08 data.participants.columns.stayed.yes[1]: a text in quotes

a number of people in quotes
- assessed = 260
+ assessed = "260"
> PE-F08 design.assessed: a whole number

fewer people than none, in the second entry of an array
- "declined", n = 18
+ "declined", n = -18
> PE-F08 design.not_randomised[2].n: at least 0

a threshold too low to protect
- threshold = 5
+ threshold = 2
> PE-F08 disclosure.threshold: at least 3

a text without English
- title = { en =
+ title = { no =
> PE-F08 study.title: in English

an empty text
- setting = "
+ setting = "" # "
> PE-F08 study.setting: in English

a list for a text
- concealment =
+ masking = ["nobody"]
+ concealment =
> PE-F08 design.masking: a text in quotes, or one for each language

yes and no by one code
- met_mentor = { type = "yes_no", label = "Met a mentor at least once", yes = ["1"], no = ["0"]
+ met_mentor = { type = "yes_no", label = "Met a mentor at least once", yes = ["1"], no = ["1"]
> PE-F08 data.participants.columns.met_mentor: declared twice

limits the wrong way round
- minimum = 18, maximum = 99
+ minimum = 99, maximum = 18
> PE-F08 data.participants.columns.age: minimum is above maximum

a hash that is too short
- separator = ";"
+ sha256 = "abc"
+ separator = ";"
> PE-F08 data.participants.sha256: 64 characters of 0-9 and a-f

a table for an array of tables
- [[population]]
- id = "high_risk"
+ [zebra]
+ [[population]]
+ id = "high_risk"
> PE-F07 zebra: Known here

one value for a table
- [planning]
+ [study.ethics]
+ [planning]
> PE-F08 study.ethics: needs a text in English (key en)
"""

MISSING = """
the id of the study
- id = "mentoring"
+
@ [study]
> PE-F08 study.id: Add id to this table.

a key of the second arm, without a word on the list of arms
- label = { en = "usual services"
+ # label = { en = "usual services"
@ [[arm]]
> PE-F08 arm[2].label: is missing

a key that an inline table needs
- timing = "before_randomisation", minimum = 18
+ minimum = 18
> PE-F08 data.participants.columns.age.timing: is missing

the second arm
- [[arm]]
- id = "usual"
+ [arm2]
+ id = "usual"
> PE-F07 arm2: Did you mean arm?
@ [[arm]]
> PE-F08 arm: a list of at least 2
@ arm = { column
> PE-F09 data.participants.arm.codes.U: 'usual' is not a known arm. Known: mentors.
"""

NOT_THERE = """
the outcome of an analysis
- outcome = "reoffence_2y"
+ outcome = "reoffence_1y"
> PE-F09 analysis[1].outcome: Did you mean reoffence_2y? Known: reoffence_2y.

the population of an analysis
- population = "closed_prison"
+ population = "closed_prisons"
> PE-F09 analysis[8].population: Did you mean closed_prison? Known: assigned, high_risk

a covariate
- covariates = ["prison", "risk_group"
+ covariates = ["prisons", "risk_group"
> PE-F09 analysis[2].covariates: Did you mean prison?

a stratum of the allocation
- ratio = [1, 1], strata = ["prison"
+ ratio = [1, 1], strata = ["prisn"
> PE-F09 design.allocation.strata: Did you mean prison?

the column of the time
- time = "days"
+ time = "day"
> PE-F09 outcome[1].observed.time: Did you mean days?

the column of the event
- event = "reoffended"
+ event = "reofended"
> PE-F09 outcome[1].observed.event: Did you mean reoffended?

the column of receipt
- received = "met_mentor"
+ received = "mentor_met"
> PE-F09 data.participants.received: is not a known column

the column of exclusions
- excluded = "left_out"
+ excluded = "leftout"
> PE-F09 data.participants.excluded: Did you mean left_out?

the column of a population
- column = "prison", in = ["closed"]
+ column = "prisn", in = ["closed"]
> PE-F09 population[3].where.column: Did you mean prison?

a code of a population
- in = ["high"]
+ in = ["hihg"]
> PE-F09 population[1].where.in: Did you mean high? Known: low, medium, high.

a method
- method = "stratified_logrank"
+ method = "stratified_log_rank"
> PE-F09 analysis[6].method: Did you mean stratified_logrank? Known: pooled_z

a method of another measure
- id = "free_time"
+ id = "free_time"
+ method = "newcombe"
@ method = "newcombe"
> PE-F09 analysis[4].method: is not a known method for restricted_mean_difference. Known: greenwood, pseudo_o

the clusters of an analysis
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ method = "cox_cluster"
+ cluster = "prisn"
@ cluster = "prisn"
> PE-F09 analysis[3].cluster: Did you mean prison?

an arm that a code means
- U = "usual" }
+ U = "usual", X = "usuall" }
> PE-F09 data.participants.arm.codes.X: Did you mean usual? Known: mentors, usual.
"""

OF_THE_WRONG_KIND = """
a time that is a category
- time = "days"
+ time = "prison"
> PE-F09 outcome[1].observed.time: not of type integer

an event that is a number
- event = "reoffended"
+ event = "age"
> PE-F09 outcome[1].observed.event: not of type yes_no

receipt that is a number
- received = "met_mentor"
+ received = "age"
> PE-F09 data.participants.received: not of type yes_no

an exclusion that is a yes or no
- excluded = "left_out"
+ excluded = "met_mentor"
> PE-F09 data.participants.excluded: not of type category

a population by a number
- column = "prison", in = ["closed"]
+ column = "age", in = ["closed"]
> PE-F09 population[3].where.column: not of type category or yes_no

strata of numbers
- ratio = [1, 1], strata = ["prison"
+ ratio = [1, 1], strata = ["age"
> PE-F09 design.allocation.strata: not of type category or yes_no

a covariate of free text
- [[outcome]]
+ [data.participants.columns.note]
+ type = "text"
+ internal = true
+ label = "Note"
+ timing = "before_randomisation"
+ [[analysis]]
+ id = "noted"
+ role = "secondary"
+ outcome = "reoffence_2y"
+ effect_measure = "hazard_ratio"
+ covariates = ["note"]
+ [[outcome]]
@ covariates = ["note"]
> PE-F09 analysis[1].covariates: column 'note' is not of type integer or number or category or yes_no

a covariate measured after randomisation
- covariates = ["prison", "risk_group"
+ covariates = ["met_mentor", "risk_group"
> PE-C10 analysis[2].covariates: was measured after randomisation

a population by what was received
- column = "prison", in = ["closed"]
+ column = "met_mentor", in = ["1"]
> PE-C10 population[3].where.column: was measured after randomisation

clusters by what was received
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ method = "cox_cluster"
+ cluster = "met_mentor"
@ cluster = "met_mentor"
> PE-C10 analysis[3].cluster: was measured after randomisation

strata by what was received
- effect_measure = "hazard_ratio"
- strata = ["prison"
+ effect_measure = "hazard_ratio"
+ strata = ["met_mentor"
@ strata = ["met_mentor"
> PE-C10 analysis[3].strata: was measured after randomisation

an outcome measured before randomisation
- timing = "after_randomisation", minimum = 0, maximum = 730
+ timing = "before_randomisation", minimum = 0, maximum = 730
@ time = "days"
> PE-C10 outcome[1].observed.time: an outcome cannot have been measured before
"""

AT_ODDS = """
two outcomes of one name
- [[analysis]]
+ [[outcome]]
+ id = "reoffence_2y"
+ label = "a"
+ people_with = "a"
+ definition = "a"
+ observed = { time = "days", event = "reoffended", unit = "days" }
+ clock_start = "release"
+ horizon_days = 1
+ [[analysis]]
@ id = "reoffence_2y"
> PE-F09 outcome[2].id: stands twice

two analyses of one name
- id = "free_time"
+ id = "primary"
> PE-F09 analysis[4].id: stands twice

a population called assigned
- [data.participants]
+ [[population]]
+ id = "assigned"
+ label = "everyone"
+ where = { column = "prison", in = ["open"] }
+ [data.participants]
@ id = "assigned"
> PE-F09 population[4].id: assigned is built in

two arms of one role
- role = "control"
+ role = "treatment"
> PE-F09 arm[2].role: both arms have the same role

an arm without a code
- , U = "usual"
+
@ codes =
> PE-F09 data.participants.arm.codes: no code means 'usual'

free text that is not declared internal
- days = {
+ note = { type = "text", label = "Note", timing = "before_randomisation" }
+ days = {
> PE-F08 data.participants.columns.note: free text can name people

the id among the columns
- days = {
+ person = { type = "text", internal = true, label = "Id", timing = "before_randomisation" }
+ days = {
> PE-F09 data.participants.columns.person: read already, and never shown

a column called arm
- days = {
+ arm = { type = "text", internal = true, label = "Arm", timing = "before_randomisation" }
+ days = {
> PE-F09 data.participants.columns.arm: read already, and never shown
> PE-F09 data.participants.columns.arm: is kept for the arm of the protocol

strata that are not named
- strata = ["prison", "risk_group"], block_size
+ block_size
> PE-F09 design.allocation.scheme: names no strata

blocks without a size
- , block_size = 4
+
@ scheme =
> PE-F09 design.allocation.scheme: has no block size

a cluster trial without clusters
- scheme = "stratified_blocked"
+ scheme = "cluster"
> PE-F09 design.allocation.scheme: names no cluster
> PE-C38 design.allocation.scheme: take people to be independent, which makes intervals too narrow: primary,
@ [[analysis]]\\nid = "time_to_reoffence"
> PE-F09 analysis[3].method: hazard_ratio by cox_cluster needs cluster. Add cluster = "column".

covariates where none are taken
- id = "by_arm"
+ id = "by_arm"
+ covariates = ["age"]
@ covariates = ["age"]
> PE-F09 analysis[5].covariates: takes no covariates. Remove them, or use a method that adjusts: none

strata where none are taken
- id = "free_time"
+ id = "free_time"
+ strata = ["prison"]
@ strata = ["prison"]
> PE-F09 analysis[4].strata: takes no strata

standardisation over nothing
- covariates = ["prison", "risk_group", "age", "prior_convictions", "education"]
+ method = "g_computation"
> PE-F09 analysis[2].method: g_computation needs covariates

a stratified test without strata
- method = "stratified_logrank"
- strata = ["prison", "risk_group"]
+ method = "stratified_logrank"
> PE-F09 analysis[6].method: stratified_logrank needs strata

a cluster column without its method
- id = "free_time"
+ id = "free_time"
+ cluster = "prison"
@ cluster = "prison"
> PE-F09 analysis[4].cluster: Remove it; it is for: cox_cluster.

a rule for early leavers in a method that uses them
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ incomplete_followup = "leave_out"
@ incomplete_followup = "leave_out"
> PE-F09 analysis[3].incomplete_followup: has no effect on hazard_ratio by cox

a reason that the program gives itself
- withdrew = "withdrew consent"
+ outcome_not_observed = "withdrew consent"
> PE-F09 data.participants.columns.left_out.levels: is a reason that the program gives itself

a cluster method without its column
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ method = "cox_cluster"
@ method = "cox_cluster"
> PE-F09 analysis[3].method: hazard_ratio by cox_cluster needs cluster. Add cluster = "column".

a late idea in a role of the plan
- id = "free_time"
+ id = "free_time"
+ planned = false
@ role = "secondary"
> PE-F09 analysis[4].role: what was not planned cannot have this role

two primary analyses
- id = "free_time"
- role = "secondary"
+ id = "free_time"
+ role = "primary"
@ role = "primary"
> PE-F09 analysis[4].role: there is a primary analysis already

no primary analysis
- role = "primary"
+ role = "secondary"
@ [[analysis]]\\nid = "primary"
> PE-F09 analysis: no analysis is primary

a primary analysis without an effect
- effect_measure = "risk_difference"
- method = "kaplan_meier"
- estimand.population
+ effect_measure = "association_test"
+ method = "logrank"
+ estimand.population
> PE-F09 analysis[1].effect_measure: association_test cannot be primary

public data, and nothing said of why
- profile = "release"
+ profile = "public_data"
> PE-F09 disclosure.profile: needs a reason
"""

OF_METHODS = """
periods that are not said
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ method = "cox_periods"
@ method = "cox_periods"
> PE-F09 analysis[3].method: needs periods_days. Add periods_days = [0, 91, 365].

periods that are none
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ method = "cox_periods"
+ periods_days = []
@ method = "cox_periods"
> PE-F09 analysis[3].method: needs periods_days

periods for a method without
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ periods_days = [0, 91, 365]
@ periods_days
> PE-F09 analysis[3].periods_days: has no effect on hazard_ratio by cox.

periods in disorder
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ method = "cox_periods"
+ periods_days = [0, 365, 91]
@ periods_days
> PE-F09 analysis[3].periods_days: days must ascend, each once

a period that is none
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ method = "cox_periods"
+ periods_days = [0, 91, 91]
@ periods_days
> PE-F09 analysis[3].periods_days: days must ascend, each once

one period only
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ method = "cox_periods"
+ periods_days = [0, 730]
@ periods_days
> PE-F09 analysis[3].periods_days: there are two or more. Write it like this: periods_days = [0, 91, 365].

periods that begin late
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ method = "cox_periods"
+ periods_days = [30, 91, 365]
@ periods_days
> PE-F09 analysis[3].periods_days: periods begin at day 0

periods that end after the window
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ method = "cox_periods"
+ periods_days = [0, 91, 731]
@ periods_days
> PE-F09 analysis[3].periods_days: goes beyond the window of the outcome, 730 days

periods as texts
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ method = "cox_periods"
+ periods_days = [0, 91, "730"]
@ periods_days
> PE-F08 analysis[3].periods_days[3]: a whole number

a landmark that is not said
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ method = "cox_landmark"
@ method = "cox_landmark"
> PE-F09 analysis[3].method: needs landmark_days. Add landmark_days = 91.

a landmark on day 0
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ method = "cox_landmark"
+ landmark_days = 0
@ landmark_days
> PE-F08 analysis[3].landmark_days: at least 1

a landmark for a method without
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ landmark_days = 91
@ landmark_days
> PE-F09 analysis[3].landmark_days: has no effect on hazard_ratio by cox

a landmark at the end of the window
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ method = "cox_landmark"
+ landmark_days = 730
@ landmark_days
> PE-F09 analysis[3].landmark_days: leaves no day of the window, 730 days

a landmark after the window
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ method = "cox_landmark"
+ landmark_days = 800
@ landmark_days
> PE-F09 analysis[3].landmark_days: goes beyond the window of the outcome, 730 days

a ratio in the course of time, at no day and in no function
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ method = "cox_time_varying"
@ method = "cox_time_varying"
> PE-F09 analysis[3].method: needs at_days. Add at_days = [30, 180, 365].
> PE-F09 analysis[3].method: needs time_function. Add time_function = "log_days".

days at which nothing is told
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ at_days = [30]
+ time_function = "days"
@ at_days
> PE-F09 analysis[3].at_days: it is for: cox_time_varying
@ time_function
> PE-F09 analysis[3].time_function: it is for: cox_time_varying

days in disorder that end after the window
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ method = "cox_time_varying"
+ at_days = [900, 30]
+ time_function = "days"
@ at_days
> PE-F09 analysis[3].at_days: days must ascend, each once
> PE-F09 analysis[3].at_days: goes beyond the window of the outcome, 730 days

a function of time
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ method = "cox_time_varying"
+ at_days = [30]
+ time_function = "log_day"
@ time_function
> PE-F08 analysis[3].time_function: Did you mean log_days?

a weighted test without weights
- method = "stratified_logrank"
+ method = "weighted_logrank"
> PE-F09 analysis[6].method: association_test by weighted_logrank needs weights. Add weights = { family

weights for a test without
- method = "stratified_logrank"
+ method = "stratified_logrank"
+ weights = { family = "gehan" }
@ weights
> PE-F09 analysis[6].weights: has no effect on association_test by stratified_logrank

weights of the plain test
- method = "stratified_logrank"
+ method = "weighted_logrank"
+ weights = { family = "fleming_harrington" }
@ weights
> PE-F08 analysis[6].weights: rho and gamma of 0 are the plain log-rank test

weights that say nothing to their family
- method = "stratified_logrank"
+ method = "weighted_logrank"
+ weights = { family = "gehan", rho = 1.0 }
@ weights
> PE-F08 analysis[6].weights: rho and gamma say nothing to gehan

weights that shrink as people leave
- method = "stratified_logrank"
+ method = "weighted_logrank"
+ weights = { family = "fleming_harrington", rho = -1.0 }
@ weights
> PE-F08 analysis[6].weights.rho: at least 0

a power of weights for a test without
- method = "stratified_logrank"
+ method = "stratified_logrank"
+ rho = 1.0
@ rho
> PE-F09 analysis[6].rho: has no effect on association_test by stratified_logrank. Remove it; it is for: gray.

a power of weights that shrink
- method = "stratified_logrank"
+ method = "gray"
+ rho = -1.0
@ rho
> PE-F08 analysis[6].rho: at least 0

groups that leave early for a model that takes all alike
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ censoring_groups = ["arm"]
@ censoring_groups
> PE-F09 analysis[3].censoring_groups: has no effect on hazard_ratio by cox. Remove it; it is for: fine_gray.

groups that leave early by a column that is not there
- effect_measure = "restricted_mean_difference"
+ effect_measure = "subdistribution_hazard_ratio"
+ censoring_groups = ["arm", "prisons"]
@ censoring_groups
> PE-F09 analysis[4].censoring_groups: 'prisons' is not a known column. Did you mean prison?

groups that leave early by a number
- effect_measure = "restricted_mean_difference"
+ effect_measure = "subdistribution_hazard_ratio"
+ censoring_groups = ["age"]
@ censoring_groups
> PE-F09 analysis[4].censoring_groups: column 'age' is not of type category or yes_no

standardised curves without covariates
- effect_measure = "hazard_ratio"
+ effect_measure = "survival_difference"
+ method = "cox_standardised"
@ method
> PE-F09 analysis[3].method: survival_difference by cox_standardised needs covariates.

a quantile and a seed that are not said
- effect_measure = "restricted_mean_difference"
+ effect_measure = "quantile_difference"
@ [[analysis]]\\nid = "free_time"
> PE-F09 analysis[4].method: needs quantile. Add quantile = 0.25.
> PE-F09 analysis[4].method: draws random numbers, and the protocol has no seed. Add [resampling] with seed

a quantile of everyone
- effect_measure = "restricted_mean_difference"
+ effect_measure = "quantile_difference"
+ quantile = 1.0
+ [resampling]
+ seed = 1
+ [[analysis]]
+ id = "last"
+ role = "secondary"
+ outcome = "reoffence_2y"
+ effect_measure = "restricted_mean_difference"
@ quantile = 1.0
> PE-F08 analysis[4].quantile: less than 1

a quantile of means
- effect_measure = "restricted_mean_difference"
+ effect_measure = "restricted_mean_difference"
+ quantile = 0.25
@ quantile
> PE-F09 analysis[4].quantile: it is for: kaplan_meier_bootstrap

a bootstrap without a seed
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ method = "cox_bootstrap"
@ method = "cox_bootstrap"
> PE-F09 analysis[3].method: hazard_ratio by cox_bootstrap draws random numbers

too few draws
- [planning]
+ [resampling]
+ seed = 1
+ replicates = 20
+ [planning]
@ replicates = 20
> PE-F08 resampling.replicates: at least 200

draws without a seed
- [planning]
+ [resampling]
+ replicates = 2000
+ [planning]
@ [resampling]
> PE-F08 resampling.seed: is missing

a quantity where none is added up
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ quantity = "events"
@ quantity
> PE-F09 analysis[3].quantity: it is for: bootstrap, two_part

time at liberty where no events are counted
- effect_measure = "hazard_ratio"
+ effect_measure = "hazard_ratio"
+ exposure = "at_liberty"
@ exposure
> PE-F09 analysis[3].exposure: has no effect on hazard_ratio by cox

events that nobody counted
- effect_measure = "hazard_ratio"
+ effect_measure = "rate_ratio"
@ outcome = "reoffence_2y"\\neffect_measure = "rate_ratio"
> PE-F09 analysis[3].outcome: by andersen_gill counts events, and this outcome was observed as

a landmark that answers the question of the trial
- method = "kaplan_meier"
- estimand.population
+ method = "landmark"
+ landmark_days = 91
+ estimand.population
@ method = "landmark"
> PE-F09 analysis[1].method: landmark cannot be primary: it compares people, or counts days,
"""

NOT_TOML = """
a key that stands twice
- threshold = 5
+ threshold = 5
+ threshold = 6
@ threshold = 6
> PE-F03 : is not valid TOML: Cannot overwrite a value

a table that stands twice
- [planning]
+ [disclosure]
+ [planning]
> PE-F03 : [disclosure] stands on line

a text without quotes
- country = "DK"
+ country = DK
> PE-F03 : is not valid TOML: Invalid value. A text needs quotes: country = "..."

a text without its quote
- country = "DK"
+ country = "DK
> PE-F03 : is not valid TOML

a day that is in no calendar
- registered_on = 2026-11-01
+ registered_on = 2026-02-30
> PE-F03 : is not valid TOML
"""


@dataclass(frozen=True)
class Expected:
    """One problem that must be reported."""

    code: str
    key: str
    says: str
    at: str = ""


@dataclass(frozen=True)
class Mistake:
    """One change of the mentoring protocol and the problems that follow from it, in any order."""

    name: str
    old: str
    new: str
    problems: tuple[Expected, ...]

    def made_in(self, text: str) -> str:
        assert self.old in text, f"{self.name}: {self.old!r} does not stand in the protocol"
        return text.replace(self.old, self.new, 1)

    def lines_in(self, text: str, changed: int) -> list[int]:
        """The line of each problem in a text that was changed at a position."""
        nearest = [
            min(
                (found.start() for found in re.finditer(re.escape(each.at), text)),
                key=lambda at: abs(at - changed),
            )
            for each in self.problems
        ]
        return [text[:start].count("\n") + 1 for start in nearest]


def mistakes(table: str) -> Iterator[Mistake]:
    """Read a table of cases as described at the top of this file."""
    for block in table.strip().split("\n\n"):
        name, *lines = block.split("\n")
        written = {mark: [line[2:] for line in lines if line[0] == mark] for mark in "-+"}
        problems, at = [], ""
        for line in lines:
            if line[0] == "@":
                at = line[2:].replace("\\n", "\n")
            elif line[0] == ">":
                code, key, says = line[2:].replace(": ", " ", 1).split(" ", 2)
                problems.append(Expected(code, key, says, at))
        yield Mistake(name, "\n".join(written["-"]), "\n".join(written["+"]), tuple(problems))


TABLES = (
    UNKNOWN_KEYS,
    UNKNOWN_WORDS,
    WRONG_VALUES,
    MISSING,
    NOT_THERE,
    OF_THE_WRONG_KIND,
    AT_ODDS,
    OF_METHODS,
)
ALL = [mistake for table in TABLES for mistake in mistakes(table)]


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        parse_protocol(text, file="protocol.toml")
    return caught.value.problems


def place(problem: Problem) -> tuple[int | None, str, str]:
    return problem.line, problem.code, problem.key or ""


@pytest.mark.parametrize("mistake", [*ALL, *mistakes(NOT_TOML)], ids=lambda mistake: mistake.name)
def test_a_mistake_is_named_at_its_line_with_its_remedy_and_nothing_else_is(mistake):
    text = mistake.made_in(MENTORING)
    found = problems_of(text)
    wanted = zip(mistake.lines_in(text, MENTORING.index(mistake.old)), mistake.problems, strict=True)
    assert sorted(map(place, found)) == sorted((line, each.code, each.key) for line, each in wanted)
    for each in mistake.problems:
        assert any(each.says in f"{problem.what} {problem.mend}" for problem in found), each.says
    assert all(problem.file == "protocol.toml" for problem in found)


def test_a_long_value_is_shown_shortened():
    (problem,) = problems_of(MENTORING.replace('country = "DK"', f'country = "{"x" * 500}"'))
    assert problem.what.startswith("'" + "x" * 56 + "... is not")


def test_the_cases_are_distinct_and_many():
    names = [mistake.name for mistake in ALL]
    assert len(set(names)) == len(names) > 70


TOGETHER = (
    "a key of an inline table",
    "an effect measure",
    "a profile",
    "a separator, which is shown as TOML writes it",
    "a country in small letters",
    "a date in quotes",
    "a level taken for a confidence",
    "an arm that nobody is allotted to",
    "fewer people than none, in the second entry of an array",
    "the outcome of an analysis",
    "the population of an analysis",
    "the column of the event",
    "a code of a population",
    "strata where none are taken",
    "the column of exclusions",
)


def test_all_mistakes_are_named_at_once_in_the_order_of_their_lines():
    chosen = [mistake for mistake in ALL if mistake.name in TOGETHER]
    text = MENTORING
    for mistake in chosen:
        text = mistake.made_in(text)
    wanted = [
        (line, each.code, each.key)
        for mistake in chosen
        for line, each in zip(mistake.lines_in(text, text.index(mistake.new)), mistake.problems, strict=True)
    ]
    assert len(chosen) == len(TOGETHER) and all(text.count(mistake.new) == 1 for mistake in chosen)
    assert list(map(place, problems_of(text))) == sorted(wanted)


# --- anything may stand anywhere ---------------------------------------------------------------------------

JUNK: tuple[Any, ...] = (
    *([], {}, [[]], [{}], ["x"], {"x": "x"}, {"id": []}),
    *("", "x", "assigned", "\0", 0, -1, 1.5, True, 2**62, date(2026, 1, 1)),
)


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every table or array of a document with each of its keys or positions."""
    for part in list(node) if isinstance(node, dict) else range(len(node)):
        yield node, part
        if isinstance(node[part], dict | list):
            yield from places(node[part])


def all_problems(document: dict[str, Any]) -> list[Problem]:
    found = validate(Protocol, document, lines={}, file="p.toml")[1]
    return found + crossing_problems(document, lines={}, file="p.toml")


def test_the_document_that_the_next_tests_damage_is_sound():
    assert all_problems(tomllib.loads(MENTORING)) == []


def test_whatever_stands_in_a_place_there_is_a_protocol_or_a_problem_that_can_be_printed():
    document = tomllib.loads(MENTORING)
    refused = 0
    for node, part in places(document):
        kept = node[part]
        for junk in JUNK:
            node[part] = deepcopy(junk)
            found = all_problems(document)
            refused += bool(found)
            assert all(problem.key and str(problem) for problem in found)
        node[part] = kept
    assert all_problems(document) == []
    assert refused > 2000


def test_whatever_is_left_out_there_is_a_protocol_or_a_problem_that_can_be_printed():
    count = len(list(places(tomllib.loads(MENTORING))))
    for number in range(count):
        document = tomllib.loads(MENTORING)
        node, part = list(places(document))[number]
        del node[part]
        assert all(problem.key and str(problem) for problem in all_problems(document))
