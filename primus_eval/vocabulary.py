"""Every word that a protocol, a finding or a report may use, said once.

Each vocabulary is a `Literal`; `words` lists it and `nearest` finds what a mistyped word was
meant to be. The schema of the protocol, the reference page, the catalogues of sentences and the
messages of errors all derive from here, so that they cannot drift apart.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any, Literal, get_args

ArmRole = Literal["treatment", "control"]

AllocationScheme = Literal[
    "simple", "complete", "blocked", "stratified_blocked", "minimisation", "cluster", "not_documented"
]

Role = Literal["primary", "secondary", "sensitivity", "exploratory"]

PlanStatus = Literal[
    "as_planned",
    "amended_before_unblinding",
    "changed_after_unblinding",
    "not_planned",
    "planned_but_missing",
    "unregistered",
]

EffectMeasure = Literal[
    "risk_difference",
    "risk_ratio",
    "odds_ratio",
    "number_needed_to_treat",
    "survival_difference",
    "hazard_ratio",
    "cause_specific_hazard_ratio",
    "subdistribution_hazard_ratio",
    "restricted_mean_difference",
    "restricted_mean_ratio",
    "restricted_mean_time_lost_difference",
    "time_ratio",
    "quantile_difference",
    "rate_ratio",
    "rate_difference",
    "mean_count_difference",
    "mean_difference",
    "common_odds_ratio",
    "win_ratio",
    "association_test",
    "proportion",
    "rate",
    "mean_count",
    "mean",
]

Status = Literal["estimated", "not_estimable", "withheld", "missing"]

Scale = Literal["identity", "log", "logit"]

Unit = Literal[
    "proportion",
    "ratio",
    "days",
    "people",
    "count",
    "per_hundred_person_years",
    "points",
    "weeks",
    "money",
    "none",
]
"""Points are those of a scale. Weeks are counted ones, each with a code of a register; time is days."""

Better = Literal["lower", "higher"]
"""Which direction of an outcome is the one the programme hopes for."""

TimeUnit = Literal["days", "weeks"]

ColumnType = Literal["integer", "number", "yes_no", "category", "date", "id", "text"]

Timing = Literal["before_randomisation", "after_randomisation"]

ClockStart = Literal["release", "randomisation", "sentence", "community_start"]
"""The day on which follow-up of a person begins."""

EventKind = Literal[
    "arrest",
    "charge",
    "caution",
    "decision",
    "conviction",
    "sentence",
    "custody",
    "technical_return",
    "other",
]
"""What a row of the table of events records. A decision is one of guilt whatever its form; custody is an
admission; a technical return follows a breach of conditions and no new offence."""

Sanction = Literal["imprisonment", "suspended_imprisonment", "community_sentence", "fine", "other"]

StatusKind = Literal["death", "deportation", "emigration"]
"""What ends the observation of a person; on the same day the first of these counts."""

StatusMeaning = Literal["death", "deportation", "emigration", "other"]
"""What a row of the table of status may mean; other rows, such as a return, are kept and end nothing."""

CustodyReason = Literal["sentence", "remand", "hold", "recall", "other"]

DateUsed = Literal["offence", "decision"]

CountingUnit = Literal["offence", "decision", "case", "incident_day"]

CustodyRule = Literal["calendar", "street"]
"""Whether the days of a window are those of the calendar or those at liberty."""

AuditKind = Literal[
    "released_before_randomisation",
    "died_before_randomisation",
    "left_before_randomisation",
    "released_while_in_custody",
    "nothing_recorded",
    "recorded_but_not_linked",
    "spell_without_beginning",
    "spell_reversed",
    "spell_without_a_day",
    "spell_without_end",
    "spell_overlaps",
    "event_without_date",
    "event_without_kind",
    "decision_before_offence",
    "offence_in_custody",
    "after_death",
]
"""What may be odd in the tables of a trial."""

StatusRule = Literal["compete", "censor", "exclude"]
"""What death and leaving the country do to a person without a counted event: they never reoffended, it is
unknown, or the person is left out (as some official statistics do; never in a primary analysis)."""

MissingCovariates = Literal["mean_and_indicator", "complete_cases"]

IncompleteFollowup = Literal["refuse", "leave_out", "as_event_free"]
"""What a comparison of yes/no outcomes does with people whose follow-up ended early without the event."""

Quantity = Literal["events", "harm_days", "most_serious_harm_days", "custody_days", "cost"]
"""What is added up over the window for each person: counted events, harm, days in custody, or costs."""

Exposure = Literal["calendar", "at_liberty"]
"""Whether the days in which a person can reoffend are all followed, or those out of custody."""

TimeFunction = Literal["days", "log_days"]
"""How the logarithm of a hazard ratio may change in the course of follow-up: linearly in this."""

WeightFamily = Literal["fleming_harrington", "gehan", "tarone_ware"]

PriorityBy = Literal["death", "reoffended", "days_to_first", "events", "harm_days", "custody_days"]
"""What two people may be compared by in a win ratio."""

Ending = Literal["planned", "participant", "mentor", "custody", "death", "left_country", "other", "unknown"]
"""Why a match ended. A planned ending is no drop-out, and one that custody brought is nobody's choice."""

CancelledBy = Literal["participant", "mentor", "prison", "other"]

Phase = Literal["prison", "gate", "after_release"]

Place = Literal["free", "custody"]

WaveState = Literal["free", "custody", "dead", "left_country", "not_seen"]
"""Where a person was assessed at a wave, or why not; who was interviewed in custody is not missing."""

Indicator = Literal[
    # reach
    "informed",
    "consented",
    "representative",
    "referral",
    "risk_level",
    # organisation
    "mentor_capacity",
    "approval_days",
    "trained_before_match",
    "supervised",
    "mentors_retained",
    # matching
    "matched",
    "all_mentors",
    "local_match",
    "days_to_match",
    "rematched",
    # dose
    "started_before_release",
    "weeks_before_release",
    "met_at_gate",
    "contact_first_month",
    "contacts_per_planned_week",
    "contacts_per_contactable_week",
    "regular_weeks",
    "first_gap",
    "hours",
    "full_course",
    "contact_in_custody",
    # fidelity and quality
    "planned_held",
    "cancelled_by",
    "needs_worked_on",
    "adaptations",
    "relationship",
    # endings, contrast, needs, harm, cost
    "ending",
    "control_services",
    "need_met",
    "incidents",
    "cost_per_person",
]
"""What a process evaluation counts; `estimators.process.catalogue` says of each how."""

IndicatorState = Literal["reported", "not_collected", "not_estimable", "withheld"]
"""Not collected is a state of its own, and never a blank."""

Payer = Literal["programme", "state", "region", "municipality", "volunteers", "victims"]
"""Who bears a cost, or gains what is averted."""

Perspective = Literal["programme", "public_budget", "society"]
"""Whose costs are added up: the programme's own, those of state, regions and municipalities, or all."""

Resource = Literal[
    "per_person_offered",
    "per_person_matched",
    "per_contact",
    "per_contact_hour",
    "per_volunteer_hour",
    "per_service",
    "per_custody_day",
    "per_decision",
]
"""What a unit cost is multiplied by, for each person: from which table it follows is in its name."""

SourceTag = Literal["published", "secondary", "own_accounts", "assumed", "from_memory", "invented"]
"""How a number of others is known: read in its source, in another source, from accounts, or not at all."""

Discounting = Literal["denmark", "united_kingdom", "none"]

ValueKind = Literal["budget_saving", "willingness_to_pay"]
"""What one averted reoffence is worth: what budgets are said to save, or what a society would give."""

FiellerSet = Literal["interval", "two_rays", "whole_line"]
"""What is compatible with the data for a ratio: an interval, all but a gap, or every number."""

DisclosureProfile = Literal["release", "internal", "public_data"]

ReportDepth = Literal["summary", "jury", "full"]
"""How much a report holds: a page for a minister and one for the chapters beside the result, four
or five for a jury, everything for a methodologist."""

ReportFormat = Literal["html", "pdf", "word", "markdown", "latex", "excel"]
"""What a report is written as; LaTeX and Excel hold its tables alone. CSV is always written."""

EvidenceState = Literal["reported", "partly", "not_reported", "not_applicable"]

Reason = Literal[
    # why a number cannot be estimated from these data
    "too_few_people",
    "one_arm_empty",
    "no_events",
    "no_events_in_one_arm",
    "everyone_had_the_event",
    "everyone_in_one_arm_had_the_event",
    "no_variation",
    "undefined_ratio",
    "no_difference",
    "horizon_beyond_followup",
    "followup_incomplete_at_horizon",
    "competing_events",
    "monotone_likelihood",
    "separation",
    "constant_covariate",
    "collinear_covariates",
    "too_many_covariates",
    "too_few_clusters",
    "too_few_at_landmark",
    "quantile_not_reached",
    "no_exposure",
    "costs_not_known",
    "too_few_levels",
    "too_many_failed_draws",
    "no_stratum_with_both_arms",
    "not_converged",
    "followup_not_mature",
    "wave_not_there",
    "no_plateau",
    "models_disagree",
    # why an estimated finding lacks an interval or an estimate
    "interval_passes_infinity",
    "test_only",
    "no_interval_at_certainty",
    # why a number is not released
    "small_cell",
    "differencing",
    "small_covariate_level",
    "individual_level",
    "dominated_by_few",
    "curve_too_coarse",
]


OWN_REASONS = (
    "not_in_population",
    "outcome_not_observed",
    "not_linked",
    "never_released",
    "no_clock_start",
    "died_before_start",
    "left_before_start",
    "not_mature",
    "died_in_window",
    "left_in_window",
    "score_not_observed",
)
"""Reasons for leaving a person out that measuring gives itself; no protocol may declare them."""


def words(vocabulary: Any) -> tuple[str, ...]:
    """List the words of a vocabulary in the order in which they were declared.

    >>> words(ArmRole)
    ('treatment', 'control')
    """
    return tuple(str(word) for word in get_args(vocabulary))


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed word that `word` was probably meant to be, or None.

    >>> nearest("hazard_ration", words(EffectMeasure))
    'hazard_ratio'
    >>> nearest("zebra", words(EffectMeasure)) is None
    True
    """
    by_folded = {candidate.casefold(): candidate for candidate in allowed}
    close = difflib.get_close_matches(word.casefold(), list(by_folded), n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None
