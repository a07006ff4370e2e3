"""Of how many people each outcome is known, and how far they were followed: over both arms, never by arm."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from primus_eval.definitions import PRESETS
from primus_eval.disclosure.cells import is_small
from primus_eval.evaluation import Measured
from primus_eval.measurement import DAYS_PER_UNIT, Measurement
from primus_eval.preflight.counting import Count, count_of
from primus_eval.preflight.records import OutcomeRead
from primus_eval.protocol import ASSIGNED, Outcome
from primus_eval.protocol.needs import CLOCK_COLUMNS
from primus_eval.protocol.outcomes import Observed
from primus_eval.schema import text_in
from primus_eval.trial import Trial
from primus_eval.wording.catalogue import words_in


def outcomes_read(trial: Trial, measurements: Measured) -> tuple[OutcomeRead, ...]:
    """Describe the follow-up of every outcome that could be measured."""
    found = {
        outcome.id: measurements[outcome.id, ASSIGNED]
        for outcome in trial.protocol.outcome
        if (outcome.id, ASSIGNED) in measurements
    }
    hide = _differ_by_few(trial, list(found.values()))
    return tuple(
        _outcome(trial, outcome, found[outcome.id], hide=hide)
        for outcome in trial.protocol.outcome
        if outcome.id in found
    )


def _differ_by_few(trial: Trial, measurements: list[Measurement]) -> bool:
    """Whether two outcomes lost few people more than each other, altogether or for one reason.

    Beside each other their numbers would count these: whoever was followed for one year and not for two.
    """
    k = trial.protocol.disclosure.threshold
    counted = [_by_reason(measurement) for measurement in measurements]
    lost = [{**reasons, "": reasons.total()} for reasons in counted]
    return any(
        is_small(abs(one.get(reason, 0) - other.get(reason, 0)), k)
        for one, other in combinations(lost, 2)
        for reason in one.keys() | other.keys()
    )


def _by_reason(measurement: Measurement) -> Counter[str]:
    reasons = Counter[str]()
    for item in measurement.excluded:
        reasons[item.reason] += item.n
    return reasons


def _outcome(trial: Trial, outcome: Outcome, measurement: Measurement, *, hide: bool) -> OutcomeRead:
    k = trial.protocol.disclosure.threshold
    everyone, known = len(trial.participants), len(measurement.frame)
    early = known - int(measurement.known_at_horizon.sum())
    measured, ended_early = count_of(known, k=k, total=everyone), count_of(early, k=k, total=known)
    hide = hide or _gives_few_back(trial, measurement)
    if measured.n is not None and hide:
        measured = Count()
        ended_early = ended_early if known - early >= k else Count()  # all of them: how many were measured
    return OutcomeRead(
        outcome=outcome.id,
        label=text_in(outcome.label, "en"),
        horizon_days=outcome.horizon_days,
        people=count_of(everyone, k=k),
        measured=measured,
        longest_days=_reached_by(_days(trial, measurement), k),
        ended_early=ended_early,
        **_of_rules(trial, measurement, hide=hide),
    )


def _of_rules(trial: Trial, measurement: Measurement, *, hide: bool) -> dict[str, Any]:
    """Say what an outcome by rules rests on, and whom its clock and its maturity leave out."""
    definition = measurement.outcome.reoffending
    if definition is None:
        return {}
    words = words_in("en")
    reasons = _by_reason(measurement)
    never = reasons["never_released"] + reasons["no_clock_start"]
    name = definition.name
    if definition.preset is not None:
        name = f"{PRESETS[definition.preset].label} ({definition.preset})"
        name += ", with its official rules for leaving people out" if definition.official else ""
    return {
        "definition": name,
        "open_questions": tuple(words.text(f"definition.unknown.{field}") for field in definition.unknown),
        "clock_start": words.text(f"clock.{definition.clock_start}"),
        "never_started": _shown(trial, never, hide=hide),
        "not_mature": _shown(trial, reasons["not_mature"], hide=hide),
    }


def _shown(trial: Trial, n: int, *, hide: bool) -> Count:
    """Return a number of people left out as it may be shown; hide: beside others it would count few."""
    k = trial.protocol.disclosure.threshold
    return Count() if hide and n >= k else count_of(n, k=k, total=len(trial.participants))


def _gives_few_back(trial: Trial, measurement: Measurement) -> bool:
    """Whether the number not measured, beside what is missing by column, would count one to k - 1 people.

    Two of these numbers may differ by so few; or so few may share one pattern of what they lack, which
    the number not measured (all patterns together) gives back from the columns. By rules there are reasons
    beside what is missing: so few may be left out for one of them.
    """
    k = trial.protocol.disclosure.threshold
    lacking = _lacking(trial, measurement.outcome)
    reasons = _by_reason(measurement)
    numbers = [reasons.total(), *(int(lacks.sum()) for lacks in lacking.values())]
    few = [abs(a - b) for a, b in combinations(filter(None, numbers), 2)]
    if lacking:
        patterns = pd.DataFrame(lacking)
        some = patterns[patterns.any(axis=1)]
        few += map(int, some.groupby(list(lacking)).size())
    if measurement.outcome.reoffending is not None:
        few += reasons.values()
    return any(is_small(n, k) for n in few)


def _lacking(trial: Trial, outcome: Outcome) -> dict[str, pd.Series]:
    """Whether each person lacks what a preflight counts by column and measuring cannot do without."""
    people, spec = trial.participants, trial.protocol.data.participants
    lacking: dict[str, pd.Series] = {}
    if outcome.observed is not None:
        lacking = {name: people[name].isna() for name in (outcome.observed.time, outcome.observed.event)}
    else:
        start = getattr(spec, CLOCK_COLUMNS[outcome.clock_start])
        if start is not None:
            lacking[start] = people[start].isna()
        if spec.linked is not None:
            lacking[spec.linked] = ~people[spec.linked].fillna(False).astype(bool)
    if spec.excluded is not None:
        lacking[spec.excluded] = people[spec.excluded].notna()
    return lacking


def _days(trial: Trial, measurement: Measurement) -> np.ndarray:
    observed = measurement.outcome.observed
    return measurement.time_days if observed is None else days_followed(trial, observed)


def days_followed(trial: Trial, observed: Observed) -> np.ndarray:
    """Return the follow-up of everyone of whom it is known, in days and not cut at the horizon."""
    times = trial.participants[observed.time] * DAYS_PER_UNIT[observed.unit]
    return times.dropna().to_numpy(dtype=float)


def _reached_by(days: np.ndarray, k: int) -> int | None:
    """The last day to which at least k people were followed: one person's own follow-up is not shown."""
    return None if len(days) < k else int(np.sort(days)[-k])
