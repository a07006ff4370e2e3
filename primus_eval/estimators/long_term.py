"""The years after: horizons that were declared, what happened between them, and year by year.

One definition is seen for longer and longer. A horizon after the primary one is extended follow-up. It is
estimated when everybody who is followed can have reached it, and not before: the first to reach it were
randomised first, and are not everybody.

From day 0 everyone randomised is compared, also where only events of a later window count. Among those still
free of the event when a window begins, the arms need no longer be alike; such numbers are marked
`conditional`.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np

from primus_eval.estimators.competing import competed
from primus_eval.estimators.days import end_of_day
from primus_eval.estimators.result import Estimate, Estimator, counts_of, own_engine
from primus_eval.findings import COUNTS, NUMBERS, RANDOMISED_EARLY, Cell, Exhibit, Finding
from primus_eval.measurement import Measurement, measure
from primus_eval.measurement.by_rules import ready_to_count
from primus_eval.numerics.cumulative_incidence import incidence_difference
from primus_eval.numerics.effect import not_estimable
from primus_eval.numerics.split_population import FAMILIES, SplitPopulation, agree, plateau, split_population
from primus_eval.numerics.split_population import FEWEST_EVENTS as FEWEST_FOR_SPLIT
from primus_eval.numerics.yearly_hazards import year_ends, yearly_hazards
from primus_eval.protocol import ASSIGNED, Analysis, Protocol
from primus_eval.trial import Trial
from primus_eval.vocabulary import ArmRole, Reason

Measured = Mapping[tuple[str, str], Measurement]
"""Measurements by outcome and population."""

HORIZON_COLUMNS = ("outcome", "horizon_days", "place", "followed", "not_mature", "complete", "complete_on")
YEAR_COLUMNS = (
    "arm",
    "year",
    "at_risk",
    "events",
    "person_years",
    "hazard",
    "rate",
    "conf_low",
    "conf_high",
)
RETURN_COLUMNS = ("family", "share", "conf_low", "conf_high", "log_likelihood", "state")


# --- horizons -----------------------------------------------------------------------------------------------


def place_of(outcome: str, protocol: Protocol) -> str:
    """Say what an outcome is among the declared horizons: primary, shorter, extended, or none ("")."""
    declared = protocol.long_term.outcomes if protocol.long_term is not None else ()
    if outcome not in declared:
        return ""
    primary = protocol.primary.outcome
    if outcome == primary:
        return "primary"
    if primary not in declared:
        return "extended"
    return "extended" if declared.index(outcome) > declared.index(primary) else "shorter"


def n_not_mature(measurement: Measurement) -> int:
    """Return how many people cannot have been followed to the end of the window."""
    return sum(item.n for item in measurement.excluded if item.reason == "not_mature")


def of_those_randomised_early(finding: Finding) -> Finding:
    """Return a finding that says of itself that people randomised too late to be followed were left out."""
    return replace(finding, warnings=(*finding.warnings, RANDOMISED_EARLY))


def is_refused(measurement: Measurement) -> bool:
    """Whether a measurement is of extended follow-up that not everybody can have reached.

    Checked: tests/test_long_term.py.
    """
    place = place_of(measurement.outcome.id, measurement.trial.protocol)
    return place == "extended" and n_not_mature(measurement) > 0


def refused(finding: Finding, *, reason: Reason = "followup_not_mature") -> Finding:
    """Return a finding on such a measurement: without numbers, and without the people of a part.

    reason: why nothing is estimated; of something that was not delivered, that.
    """
    empty: dict[str, Any] = dict.fromkeys((*NUMBERS, *COUNTS))
    return replace(finding, status="not_estimable", reason=reason, warnings=(), **empty)


def complete_on(trial: Trial, outcome: str) -> date | None:
    """Return the last day of the month up to which registers must be read for a horizon to be complete.

    None where nobody's clock runs. Of the month only, because the day is that of one person.
    """
    definition = trial.protocol.outcome_of(outcome).reoffending
    assert definition is not None  # horizons are outcomes by rules; the protocol's checks see to it
    clock = ready_to_count(trial, definition, population=ASSIGNED).clock
    if not clock.runs.any():
        return None
    last = date(1970, 1, 1) + timedelta(days=int(clock.complete_on[clock.runs].max()) - 1)
    return last.replace(day=monthrange(last.year, last.month)[1])


def _horizons(trial: Trial, measured: Measured) -> Exhibit:
    rows: list[tuple[Cell, ...]] = []
    for outcome, measurement in _of_horizons(trial, measured):
        waiting = n_not_mature(measurement)
        due = complete_on(trial, outcome)
        rows.append(
            (
                outcome,
                measurement.horizon_days,
                place_of(outcome, trial.protocol),
                len(measurement.frame),
                waiting,
                waiting == 0,
                due.isoformat() if due is not None and waiting else None,
            )
        )
    return Exhibit(
        id="horizons",
        kind="horizons",
        columns=HORIZON_COLUMNS,
        rows=tuple(rows),
        count_columns=("followed", "not_mature"),
        population=ASSIGNED,
        notes={"cutoff": str(trial.protocol.data.data_cutoff)},
    )


def _of_horizons(trial: Trial, measured: Measured) -> list[tuple[str, Measurement]]:
    declared = trial.protocol.long_term
    names = declared.outcomes if declared is not None else ()
    return [
        (name, measured[name, ASSIGNED] if (name, ASSIGNED) in measured else measure(trial, name))
        for name in names
    ]


# --- exhibits -----------------------------------------------------------------------------------------------


def long_term_exhibits(trial: Trial, measured: Measured) -> list[Exhibit]:
    """Draw up the horizons, and year by year what happened up to the longest that everybody has reached.

    measured: measurements by outcome and population; what is missing is measured. Nothing where the protocol
    declares no long-term follow-up.
    Checked: tests/test_long_term.py.
    """
    declared = trial.protocol.long_term
    if declared is None:
        return []
    exhibits = [_horizons(trial, measured)]
    mature = [
        item for _, item in _of_horizons(trial, measured) if n_not_mature(item) == 0 and len(item.frame)
    ]
    if not mature:
        return exhibits
    longest = max(mature, key=lambda measurement: measurement.horizon_days)
    conf_level = trial.protocol.primary.conf_level
    if declared.yearly_hazards:
        exhibits.append(hazards_exhibit(longest, conf_level=conf_level))
    if declared.eventual_return:
        exhibits.append(eventual_return_exhibit(longest, conf_level=conf_level))
    return exhibits


def hazards_exhibit(measurement: Measurement, *, conf_level: float) -> Exhibit:
    """Draw up how often a first event happened in each year, among those free of it, by arm.

    The interval is that of the rate per person-year, exact for a Poisson count.
    """
    arms: tuple[tuple[ArmRole, np.ndarray], ...] = (
        ("treatment", measurement.treated),
        ("control", ~measurement.treated),
    )
    time_days, ends = end_of_day(measurement), year_ends(measurement.horizon_days)
    lost = ~measurement.event & ~competed(measurement) & (time_days < measurement.horizon_days)
    rows: list[tuple[Cell, ...]] = []
    for role, in_arm in arms:
        years = yearly_hazards(
            time_days[in_arm],
            measurement.event[in_arm],
            lost[in_arm],
            ends_days=ends,
            conf_level=conf_level,
        )
        rows += [(role, *(getattr(year, name) for name in YEAR_COLUMNS[1:])) for year in years]
    return Exhibit(
        id=f"yearly_hazards/{measurement.outcome.id}",
        kind="yearly_hazards",
        columns=YEAR_COLUMNS,
        rows=tuple(rows),
        count_columns=("at_risk", "events"),
        outcome=measurement.outcome.id,
        population=measurement.population,
        notes={
            "horizon_days": measurement.horizon_days,
            "conf_level": conf_level,
            "method": "exact_poisson",
            "engine": own_engine("numerics.yearly_hazards"),
        },
    )


def eventual_return_exhibit(measurement: Measurement, *, conf_level: float) -> Exhibit:
    """Say what share would have the event in the end, where two families of models and the data allow it.

    Everyone randomised together: whether an offer changes who returns at all, or only when, is a question for
    years of follow-up. Who dies or leaves is followed until then.
    """
    time = end_of_day(measurement)
    reached = plateau(time, measurement.event)
    fits: list[SplitPopulation] = []
    reason: Reason | None = None
    if int(measurement.event.sum()) < FEWEST_FOR_SPLIT:
        reason = "too_few_people"
    elif not reached.reached:
        reason = "no_plateau"
    else:
        fits = [
            split_population(time, measurement.event, family=family, conf_level=conf_level)
            for family in FAMILIES
        ]
        reason = None if agree(fits) else "models_disagree"
    return Exhibit(
        id=f"eventual_return/{measurement.outcome.id}",
        kind="eventual_return",
        columns=RETURN_COLUMNS,
        rows=() if reason is not None else tuple(_return_row(fit) for fit in fits),
        outcome=measurement.outcome.id,
        population=measurement.population,
        status="estimated" if reason is None else "not_estimable",
        reason=reason,
        notes={
            "plateau": reached.reached,
            "agree": reason is None,
            "reason": reason,
            "horizon_days": measurement.horizon_days,
            "conf_level": conf_level,
            "engine": own_engine("numerics.split_population"),
        },
    )


def _return_row(fit: SplitPopulation) -> tuple[Cell, ...]:
    return tuple(getattr(fit, name) for name in RETURN_COLUMNS)


# --- windows ------------------------------------------------------------------------------------------------


def windows(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Compare the arms in each window: a first event in it, of all randomised; and of those free until then.

    A first event before the window settles, as a death does, that there will be none in it; so the share with
    a first event in the window is an Aalen-Johansen risk in which earlier events compete.
    Checked: tests/test_long_term.py (by hand; R survfit, the difference of two risks of one curve with the
    variance of its own influence functions).
    """
    if len(analysis.periods_days) < 2:
        raise ValueError("aalen_johansen_window needs windows; the protocol's checks see to it")
    return tuple(
        estimate
        for begin, end in pairwise(analysis.periods_days)
        for estimate in _window(measurement, analysis, begin, end)
    )


def _window(measurement: Measurement, analysis: Analysis, begin: int, end: int) -> tuple[Estimate, ...]:
    treated, time_days = measurement.treated, end_of_day(measurement)
    event = measurement.event & (time_days <= end)
    earlier = event & (time_days <= begin) if begin > 0 else np.zeros_like(event)
    competing = (competed(measurement) & (time_days <= end)) | earlier
    everyone = Estimate(
        effect=incidence_difference(
            np.minimum(time_days, end),
            event & ~earlier,
            competing,
            treated,
            horizon_days=end,
            conf_level=analysis.conf_level,
        ),
        unit="proportion",
        counts=counts_of(treated, event & ~earlier),
        engine=own_engine("numerics.cumulative_incidence"),
        term=f"day_{begin}_to_{end}",
        from_days=begin or None,
        horizon_days=end,
        conditional=False,
    )
    return (everyone, _among_those_free(measurement, analysis, begin, end)) if begin > 0 else (everyone,)


def _among_those_free(measurement: Measurement, analysis: Analysis, begin: int, end: int) -> Estimate:
    """Compare those followed to a day without the event: no randomised comparison."""
    time_days = end_of_day(measurement)
    free = time_days > begin
    treated, event = measurement.treated[free], (measurement.event & (time_days <= end))[free]
    one_arm = treated.all() or not treated.any()
    effect = (
        not_estimable("too_few_at_landmark")
        if one_arm
        else incidence_difference(
            np.minimum(time_days, end)[free] - begin,
            event,
            (competed(measurement) & (time_days <= end))[free],
            treated,
            horizon_days=end - begin,
            conf_level=analysis.conf_level,
        )
    )
    return Estimate(
        effect=effect,
        unit="proportion",
        counts=counts_of(treated, event),
        engine=own_engine("numerics.cumulative_incidence"),
        term=f"day_{begin}_to_{end}_of_those_free",
        method="landmark",
        from_days=begin,
        horizon_days=end,
        conditional=True,
    )


LONG_TERM: dict[tuple[str, str], Estimator] = {("risk_difference", "aalen_johansen_window"): windows}
