"""Repeated events: rates, times from one event to the next, and how many events people had on average.

Andersen and Gill's model compares the rates at which events happen, whatever a person did before, with the
variance of Lin, Wei, Yang and Ying, which holds however the events of one person hang together. Those of
Prentice, Williams and Peterson compare people who have had equally many events. So after the first event
they compare people chosen by what the programme may have changed, and are no randomised comparison. The
mean count is read at the end of the window: from Ghosh and Lin's curve, in which the dead have no more
events, or from the mean cumulative function where nothing may compete.

Conventions: as `start_stop`, an event on day d happens at d + 1. Everybody is compared up to the horizon;
windows of months differ by some days, and an event after the horizon, but within its window, counts on
the last day before it, as in every other method. Several events of a person on one day follow one another
within that day at equal distances, so that nobody is at risk twice at once and each event has its number.
Who dies or leaves is at risk on that day for the mean count, and in the regressions until the day before,
unless they had an event on it.
Engine: our own Cox regression, with Efron's ties; lifelines' robust variance is wrong for rows that do
not begin at 0. Intervals of ratios are those of t with n - p degrees of freedom, from the robust variance
times n / (n - p), for n people and p coefficients.
Checked: tests/test_recurrent.py, tests/reference/against_recurrent.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from primus_eval.estimators.adjusted import FEW_PEOPLE, PEOPLE_PER_COEFFICIENT
from primus_eval.estimators.competing import may_compete, where_nothing_competes
from primus_eval.estimators.covariates import covariates, groups
from primus_eval.estimators.liberty import about_liberty, admission_counts, at_liberty
from primus_eval.estimators.result import Estimate, Estimator, counts_of, own_engine
from primus_eval.findings import Cell, Exhibit
from primus_eval.measurement import Measurement, start_stop
from primus_eval.numerics.cox import cox
from primus_eval.numerics.effect import Effect, not_estimable
from primus_eval.numerics.mean_count import (
    EventHistories,
    event_histories,
    mean_count,
    mean_count_at,
    mean_count_difference,
    until,
)
from primus_eval.numerics.repeated_events import repeated_events_ratio
from primus_eval.protocol import Analysis

WHILE_THERE = (
    "People who die or leave the country count until then. So this compares rates among those still there, "
    "and does not say how many events there were in all."
)
LATER_TOGETHER = "A person's later events, of a number that few people reached, share one baseline."
FEWEST_EVENTS = 10
"""Event number k has a baseline of its own where as many people had one."""
ARM = 0
"""The column of the design that holds the arm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretches:
    """Stretches (start, stop] of people's follow-up with at most one event, at the end; shape (n,).

    person: row of the measurement's frame. Sorted by person and start.
    """

    person: np.ndarray
    start: np.ndarray
    stop: np.ndarray
    event: np.ndarray

    def only(self, which: np.ndarray) -> Stretches:
        """Return some of the stretches; which: a mask, shape (n,)."""
        return Stretches(
            person=self.person[which],
            start=self.start[which],
            stop=self.stop[which],
            event=self.event[which],
        )


def one_event_each(rows: pd.DataFrame) -> Stretches:
    """Spread the events that end a row of `start_stop` over its last day, at equal distances.

    Two events on the day that ends at 8 happen at 7.5 and 8.
    """
    times = np.maximum(rows["event"].to_numpy(dtype=np.int64), 1)
    first = np.repeat(times.cumsum() - times, times)
    number = np.arange(len(first)) - first
    repeated = np.repeat(np.arange(len(rows)), times)
    last_day = rows["stop_days"].to_numpy(dtype=float)[repeated] - 1
    start = rows["start_days"].to_numpy(dtype=float)[repeated]
    return Stretches(
        person=rows["row"].to_numpy(dtype=np.int64)[repeated],
        start=np.where(number == 0, start, last_day + number / times[repeated]),
        stop=last_day + (number + 1) / times[repeated],
        event=rows["event"].to_numpy(dtype=np.int64)[repeated] > 0,
    )


def earlier_events(stretches: Stretches) -> np.ndarray:
    """Count the events that each person had before each stretch, shape (n,)."""
    before = stretches.event.cumsum() - stretches.event
    first = np.flatnonzero(np.diff(stretches.person, prepend=-1))
    repeats = np.diff(np.append(first, len(before)))
    return before - np.repeat(before[first], repeats)


def since_last_event(stretches: Stretches, earlier: np.ndarray) -> Stretches:
    """Set the clock back to 0 after each event, and at the beginning of follow-up."""
    other_person = np.diff(stretches.person, prepend=-1) != 0
    first = np.flatnonzero(other_person | (np.diff(earlier, prepend=-1) != 0))
    origin = np.repeat(stretches.start[first], np.diff(np.append(first, len(earlier))))
    return replace(stretches, start=stretches.start - origin, stop=stretches.stop - origin)


def pooled(earlier: np.ndarray, event: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Number the strata by earlier events; where few had the next event, all later ones are one stratum."""
    had = np.bincount(earlier[event], minlength=1)
    last = int(np.flatnonzero(had >= FEWEST_EVENTS).max(initial=0))
    if len(had) <= last + 1:
        return np.minimum(earlier, last), ()
    return np.minimum(earlier, last), (LATER_TOGETHER,)


def andersen_gill(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the ratio of the rates of events, treatment over control, with robust variance by person.

    Which question: by what factor are events more frequent, per day at risk, in the treatment arm? It
    assumes that this factor is the same on every day, and nothing of how a person's events hang together.
    Source: Andersen & Gill 1982, Annals of Statistics 10:1100-1120; the variance Lin, Wei, Yang & Ying 2000,
    JRSS B 62:711-730.
    """
    rows, texts = _rows(measurement), list[str]()
    if analysis.exposure == "at_liberty":
        rows = at_liberty(rows, with_admission=admission_counts(measurement))
        texts.extend(about_liberty(measurement))
    stretches = one_event_each(rows)
    return _cox(measurement, analysis, stretches, number=None, texts=tuple(texts))


def pwp_total_time(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the ratio of hazards of the next event among people with equally many events so far.

    Time runs from the start of follow-up; each number of earlier events has its own baseline.
    Source: Prentice, Williams & Peterson 1981, Biometrika 68:373-379, their model 1 with one coefficient;
    variance as `andersen_gill`.
    """
    stretches = one_event_each(_rows(measurement))
    number, texts = pooled(earlier_events(stretches), stretches.event)
    return _cox(measurement, analysis, stretches, number=number, texts=texts)


def pwp_gap_time(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the ratio of hazards of the next event among people with equally many events so far.

    Time runs from the event before, or from the start of follow-up.
    Source: Prentice, Williams & Peterson 1981, Biometrika 68:373-379, their model 2 with one coefficient;
    variance as `andersen_gill`.
    """
    stretches = one_event_each(_rows(measurement))
    earlier = earlier_events(stretches)
    number, texts = pooled(earlier, stretches.event)
    return _cox(measurement, analysis, since_last_event(stretches, earlier), number=number, texts=texts)


def _rows(measurement: Measurement) -> pd.DataFrame:
    """Return the start-stop rows up to the day by which everybody can be compared."""
    return start_stop(_up_to_horizon(measurement))


def _up_to_horizon(measurement: Measurement) -> Measurement:
    """Follow nobody beyond the horizon; an event after it, within a longer window, is on the last day."""
    frame, horizon = measurement.frame, measurement.horizon_days
    if "exposure_days" in frame:
        frame = frame.assign(exposure_days=frame["exposure_days"].clip(upper=horizon))
    return replace(measurement, frame=frame, unit_day=np.minimum(measurement.unit_day, horizon - 1))


def _cox(
    measurement: Measurement,
    analysis: Analysis,
    stretches: Stretches,
    *,
    number: np.ndarray | None,
    texts: tuple[str, ...],
) -> tuple[Estimate, ...]:
    """Fit one coefficient for the arm; number: of the baseline of each stretch, None where all share one.

    Counted are, of everyone analysed, those with an event that was used.
    """
    adjusting = covariates(measurement, analysis, among=np.ones(len(measurement.frame), dtype=bool))
    kept, treated = adjusting.kept, measurement.treated
    had = _has_any(stretches.person[stretches.event], len(treated))
    used = kept[stretches.person]
    stretches = stretches.only(used)
    person = stretches.person
    strata = _strata(groups(measurement, analysis.strata), person, None if number is None else number[used])
    if len(np.unique(treated[kept])) < 2:
        effect = not_estimable("one_arm_empty")
    elif adjusting.reason is not None:
        effect = not_estimable(adjusting.reason)
    elif len(np.unique(treated[person])) < 2:
        effect = not_estimable("no_exposure")
    else:
        place = kept.cumsum() - 1
        fit = cox(
            np.column_stack([treated[person].astype(float), adjusting.matrix[place[person]]]),
            stretches.stop,
            stretches.event,
            start=stretches.start,
            strata=strata,
            cluster=person,
        )
        effect = repeated_events_ratio(fit, ARM, conf_level=analysis.conf_level)
        n_people, n_coefficients = len(np.unique(person)), 1 + adjusting.matrix.shape[1]
        if (
            effect.reason is None
            and n_coefficients > 1
            and n_people < PEOPLE_PER_COEFFICIENT * n_coefficients
        ):
            texts = (*texts, FEW_PEOPLE)
    if may_compete(measurement) and effect.reason is None:
        texts = (*texts, WHILE_THERE)
    return (
        Estimate(
            effect=effect,
            unit="ratio",
            counts=counts_of(treated[kept], had[kept]),
            engine=own_engine("numerics.cox"),
            warnings=(*adjusting.warnings, *texts),
        ),
    )


def _has_any(person: np.ndarray, n_people: int) -> np.ndarray:
    """Whether each person is among these, such as the persons of events; bool, shape (n_people,)."""
    return np.bincount(person, minlength=n_people) > 0


def _strata(group: np.ndarray | None, person: np.ndarray, number: np.ndarray | None) -> np.ndarray | None:
    """Return a stratum for each stretch: of the people, of the number of the event, or of both."""
    if group is None:
        return number
    of_person = group[person]
    return of_person if number is None else of_person * (number.max(initial=0) + 1) + number


def mean_counts(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the mean number of events per person by the end of the window in each arm."""
    level = {"horizon_days": measurement.horizon_days, "conf_level": analysis.conf_level}
    return tuple(
        _estimate(
            measurement,
            mean_count_at(histories, **level) if len(histories.end_days) else not_estimable("one_arm_empty"),
            term=term,
        )
        for term, histories in _histories(measurement).items()
    )


def difference_in_mean_counts(measurement: Measurement, analysis: Analysis) -> tuple[Estimate, ...]:
    """Estimate the difference in the mean number of events per person, treatment minus control.

    Which question: how many events fewer, or more, did a person in the treatment arm have by the end of
    the window? People who die have no more events, and count.
    """
    effect = mean_count_difference(
        **_histories(measurement), horizon_days=measurement.horizon_days, conf_level=analysis.conf_level
    )
    return (_estimate(measurement, effect),)


def mean_count_exhibit(measurement: Measurement, conf_level: float) -> Exhibit:
    """Draw up the mean number of events per person by day in both arms.

    The curve is Ghosh and Lin's where events may compete, else the mean cumulative function. An empty end
    of the interval says that there is none. Raw steps are individual data: `release` coarsens them.
    """
    method = "ghosh_lin" if may_compete(measurement) else "mean_cumulative_function"
    return Exhibit(
        id=f"mean_count/{measurement.outcome.id}/{measurement.population}",
        kind="mean_count",
        columns=("arm", "time_days", "at_risk", "events", "mean_count", "conf_low", "conf_high"),
        rows=tuple(
            row
            for role, histories in _histories(measurement).items()
            for row in _steps(role, until(histories, measurement.horizon_days), conf_level)
        ),
        count_columns=("at_risk", "events"),
        outcome=measurement.outcome.id,
        population=measurement.population,
        notes={
            "horizon_days": measurement.horizon_days,
            "conf_level": conf_level,
            "coarse": False,
            "grid_days": None,
            "report_unit": measurement.trial.protocol.study.report_unit,
            "method": method,
            "engine": own_engine("numerics.mean_count"),
        },
    )


def _histories(measurement: Measurement) -> dict[str, EventHistories]:
    """Return the event histories of each arm; who dies or leaves is followed to the end of that day."""
    seen = _up_to_horizon(measurement)
    rows, frame = start_stop(seen), seen.frame
    person, stop = rows["row"].to_numpy(dtype=np.int64), rows["stop_days"].to_numpy(dtype=float)
    exposure, terminal = frame["exposure_days"].to_numpy(dtype=float), frame["terminal"].to_numpy(dtype=bool)
    end = np.where(terminal, exposure + 1, exposure)
    np.maximum.at(end, person, stop)
    times = rows["event"].to_numpy(dtype=np.int64)
    whose, when = np.repeat(person, times), np.repeat(stop, times)
    histories = {}
    for role, arm in (("treatment", measurement.treated), ("control", ~measurement.treated)):
        place, ours = arm.cumsum() - 1, arm[whose]
        histories[role] = event_histories(end[arm], place[whose[ours]], when[ours], terminal=terminal[arm])
    return histories


def _steps(role: str, histories: EventHistories, conf_level: float) -> list[tuple[Cell, ...]]:
    if not len(histories.end_days):
        return []
    curve = mean_count(histories, conf_level=conf_level)
    rows: list[tuple[Cell, ...]] = [(role, 0.0, len(histories.end_days), 0, 0.0, None, None)]
    for step in np.flatnonzero(curve.time_days > 0):
        known = curve.std_error[step] > 0
        rows.append(
            (
                role,
                float(curve.time_days[step]),
                int(curve.at_risk[step]),
                int(curve.events[step]),
                float(curve.mean_count[step]),
                float(curve.conf_low[step]) if known else None,
                float(curve.conf_high[step]) if known else None,
            )
        )
    return rows


def _estimate(measurement: Measurement, effect: Effect, *, term: str = "") -> Estimate:
    treated = measurement.treated
    return Estimate(
        effect=effect,
        unit="count",
        counts=counts_of(treated, _has_any(measurement.unit_row, len(treated))),
        engine=own_engine("numerics.mean_count"),
        term=term,
    )


RECURRENT: dict[tuple[str, str], Estimator] = {
    ("rate_ratio", "andersen_gill"): andersen_gill,
    ("hazard_ratio", "pwp_total_time"): pwp_total_time,
    ("hazard_ratio", "pwp_gap_time"): pwp_gap_time,
    ("mean_count_difference", "ghosh_lin"): difference_in_mean_counts,
    ("mean_count_difference", "mean_cumulative_function"): where_nothing_competes(difference_in_mean_counts),
    ("mean_count", "ghosh_lin"): mean_counts,
    ("mean_count", "mean_cumulative_function"): where_nothing_competes(mean_counts),
}
