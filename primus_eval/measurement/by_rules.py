"""Measure an outcome by the rules of a definition: from events, custody and status to one row a person.

The order is that of `docs/counting.md`: the clock; who is left out, before an event is looked at; the window;
the fate of every event; and what it comes to for each person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from primus_eval.definitions import Reoffending
from primus_eval.errors import InputError, Problem, reconcile
from primus_eval.measurement.clock import Clock, clock_of, is_mature
from primus_eval.measurement.costs import person_costs
from primus_eval.measurement.counting import FATES, Bounds, Counted, Counter
from primus_eval.measurement.days import FAR, NO_DAY, day_of, days_of
from primus_eval.measurement.prior import baseline_of, counter_of
from primus_eval.measurement.reasons import Reasons, arms_of, exclusions
from primus_eval.measurement.records import Measurement, Tally
from primus_eval.measurement.resources import Span, span_of
from primus_eval.measurement.spells import Spells, custody_days, merged, street_end
from primus_eval.protocol import Outcome
from primus_eval.protocol.needs import CLOCK_COLUMNS
from primus_eval.trial import Trial
from primus_eval.vocabulary import ArmRole, CustodyReason, StatusKind, words

STATUS = words(StatusKind)
"""In the order in which they count where two happen on one day."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ready:
    """Everything that counting needs and that no event enters, of each participant, shape (n_people,).

    reasons: why people are left out. left: the kind of status that ends a person's observation, a number of
    `STATUS` or -1.
    """

    reasons: Reasons
    clock: Clock
    bounds: Bounds
    spells: Spells
    left: np.ndarray


def measure_by_rules(
    trial: Trial,
    outcome: Outcome,
    definition: Reoffending,
    *,
    population: str,
    counter: Counter | None = None,
) -> Measurement:
    """Measure an outcome by its definition; see `measure`.

    counter: counts the events; those of the trial where none is given.
    """
    ready = ready_to_count(trial, definition, population=population)
    counter = counter_of(trial) if counter is None else counter
    counted = counter(definition, ready.bounds, ready.spells)
    return measured(trial, outcome, definition, ready, counted, population=population, counter=counter)


def ready_to_count(trial: Trial, definition: Reoffending, *, population: str) -> Ready:
    """Work out, without looking at an event, who is measured and between which days events count."""
    cutoff = _cutoff(trial)
    randomised = _randomised(trial)
    clock = clock_of(_start(trial, definition, randomised), definition)
    reasons = _first_reasons(trial, clock, definition)
    reasons.add("died_before_start", _left_before(trial, clock, STATUS[:1]))
    reasons.add("left_before_start", _left_before(trial, clock, STATUS[1:]))
    among = reasons.none
    mature = is_mature(clock, randomised=randomised, among=among, cutoff=cutoff)
    reasons.add("not_mature", ~mature)
    spells = _spells(trial, definition, cutoff)
    end = clock.end
    if definition.custody == "street":
        end = street_end(spells, start=clock.start, days=clock.end - clock.start, outer=clock.outer)
    left_on, left = _left_within(trial, clock.start, end)
    for number, kind in enumerate(STATUS):
        if getattr(definition, kind) == "exclude":
            reasons.add("died_in_window" if kind == "death" else "left_in_window", left == number)
    reasons.put("not_in_population", ~trial.in_population(population))
    bounds = Bounds(
        measured=reasons.none,
        start=clock.start,
        end=end,
        outer=clock.outer,
        deadline=clock.deadline,
        left_on=left_on,
    )
    return Ready(reasons=reasons, clock=clock, bounds=bounds, spells=spells, left=left)


def measured(
    trial: Trial,
    outcome: Outcome,
    definition: Reoffending,
    ready: Ready,
    counted: Counted,
    *,
    population: str,
    counter: Counter,
) -> Measurement:
    """Turn what was counted into one row for each person analysed."""
    people = np.flatnonzero(ready.bounds.measured)
    arms = arms_of(trial)
    frame = _frame(trial, definition, ready, counted, people, treated=arms["treatment"][people])
    economics = trial.protocol.economics
    if economics is not None and economics.outcome == outcome.id:
        frame["cost"] = person_costs(trial, economics, cost_span(trial, ready))[people]
    excluded = exclusions(ready.reasons, trial, arms)
    reconcile(
        len(frame) + sum(exclusion.n for exclusion in excluded) == len(trial.participants),
        "people read, analysed and excluded do not add up",
    )
    row_of = np.full(len(trial.participants), -1)
    row_of[people] = np.arange(len(people))
    return Measurement(
        trial=trial,
        outcome=outcome,
        population=population,
        horizon_days=definition.horizon_days,
        frame=frame,
        baseline=baseline_of(trial, people, counter=counter),
        excluded=excluded,
        people=people,
        definition=definition.name,
        tally=_tally(arms, counted),
        unit_row=row_of[counted.unit_person],
        unit_day=counted.unit_day - ready.clock.start[counted.unit_person],
    )


def cost_span(trial: Trial, ready: Ready) -> Span:
    """Return from when until when costs are added up for each participant: their window, while observed."""
    return span_of(
        randomised=_randomised(trial).astype(np.int64),
        start=ready.clock.start,
        end=np.minimum(ready.bounds.end, ready.bounds.left_on),
        runs=ready.clock.runs,
    )


def _frame(
    trial: Trial,
    definition: Reoffending,
    ready: Ready,
    counted: Counted,
    people: np.ndarray,
    *,
    treated: np.ndarray,
) -> pd.DataFrame:
    """One row for each person analysed."""
    bounds = ready.bounds
    start, end, left_on = bounds.start[people], bounds.end[people], bounds.left_on[people]
    first, left = counted.first_day[people], ready.left[people]
    event = first != FAR
    stop = np.minimum(end, left_on)
    inside = custody_days(ready.spells, people, start, stop)
    until = np.where(event, first, stop)
    time = (until - start).astype(float)
    censored = [number for number, kind in enumerate(STATUS) if getattr(definition, kind) == "censor"]
    unknown = ~event & np.isin(left, censored)
    if definition.custody == "street":
        time = time - custody_days(ready.spells, people, start, until)
        nominal = ready.clock.end[people] - start
        unknown |= ~event & (left < 0) & (time < nominal)
    terminal = (left >= 0) & ~np.isin(left, censored)
    competes = ~event & terminal
    frame = pd.DataFrame(
        {
            "treated": treated,
            "time_days": np.where(time == 0, 0.5, np.minimum(time, definition.horizon_days)),
            "event": event,
            "reoffended": pd.Series(event, dtype="boolean").mask(unknown),
            "cause": np.array([*STATUS, ""], dtype=object)[np.where(competes, left, -1)],
            "n_events": counted.n_events[people],
            "harm_days": counted.harm_days[people],
            "most_serious_harm_days": counted.most_serious_harm_days[people],
            "custody_days": inside.astype(float),
            "exposure_days": stop - start,
            "terminal": terminal,
        }
    )
    events = trial.protocol.data.events
    if events is None or events.harm_days is None:
        frame[["harm_days", "most_serious_harm_days"]] = np.nan
    if trial.custody is None:
        frame["custody_days"] = np.nan
    return frame


def _tally(arms: Mapping[ArmRole, np.ndarray], counted: Counted) -> tuple[Tally, ...]:
    rows = {role: np.flatnonzero(arm) for role, arm in arms.items()}
    return tuple(
        Tally(fate=fate, arm=role, events=int(events.sum()), people=int(np.count_nonzero(events)))
        for fate, of_people in zip(FATES, counted.fates, strict=True)
        for role, events in ((role, of_people[people]) for role, people in rows.items())
    )


def _cutoff(trial: Trial) -> int:
    cutoff: date | None = trial.protocol.data.data_cutoff
    if cutoff is None or trial.protocol.data.participants.randomised_on is None:
        raise InputError(
            Problem(
                code="PE-C41",
                key="data",
                what="whether follow-up is complete cannot be told without the last day that the registers "
                "cover and the day of randomisation.",
                mend="Add data_cutoff to [data], and randomised_on to [data.participants].",
            )
        )
    return day_of(cutoff)


def _dates(trial: Trial, key: str) -> np.ndarray:
    """Return the dates of the participants that a key of the protocol names, as days."""
    column = getattr(trial.protocol.data.participants, key)
    if column is None:
        return np.full(len(trial.participants), NO_DAY, dtype=np.int32)
    return days_of(trial.participants[column])


def _start(trial: Trial, definition: Reoffending, randomised: np.ndarray) -> np.ndarray:
    """Return the first day of each clock: never before randomisation, until which nobody could be lost."""
    start = _dates(trial, CLOCK_COLUMNS[definition.clock_start])
    return np.where(start == NO_DAY, NO_DAY, np.maximum(start, randomised))


def _randomised(trial: Trial) -> np.ndarray:
    """Return the day of randomisation, which everybody must have."""
    spec = trial.protocol.data.participants
    days = _dates(trial, "randomised_on")
    undated = int((days == NO_DAY).sum())
    if undated:
        raise InputError(
            Problem(
                code="PE-C50",
                file=spec.file,
                column=spec.randomised_on,
                what=f"is empty for {undated} of {len(days)} people: were they followed for long enough?",
                mend="Everybody in the file was randomised on some day: ask the source for it.",
            )
        )
    return days


def _first_reasons(trial: Trial, clock: Clock, definition: Reoffending) -> Reasons:
    """Return the reasons that need no comparison of dates."""
    reasons = Reasons(trial)
    linked = trial.protocol.data.participants.linked
    if linked is not None:
        found = trial.participants[linked].fillna(False).to_numpy(dtype=bool)
        reasons.add("not_linked", ~found)
    reasons.add("never_released" if definition.clock_start == "release" else "no_clock_start", ~clock.runs)
    return reasons


def _status(trial: Trial) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return person, day and number of kind of every row of the table of status that counts.

    Who left the country before randomisation had come back, or could not have been randomised.
    """
    spec = trial.protocol.data.status
    if trial.status is None or spec is None:
        return (np.empty(0, dtype=np.int64),) * 3
    column = trial.status[spec.kind.column]
    meant = [spec.kind.codes[str(code)] for code in column.cat.categories]
    means = [STATUS.index(kind) if kind in STATUS else -1 for kind in meant]
    day, codes = days_of(trial.status[spec.date]), column.cat.codes.to_numpy()
    kinds = np.array([*means, -1])[codes]
    person = trial.status["person"].to_numpy(dtype=np.int64)
    known = (day != NO_DAY) & (kinds >= 0)
    known &= (kinds == STATUS.index("death")) | (day >= _randomised(trial)[person])
    return person[known], day[known].astype(np.int64), kinds[known]


def _left_before(trial: Trial, clock: Clock, kinds: tuple[str, ...]) -> np.ndarray:
    """Whether each person's earliest status is one of these and lies before their clock starts."""
    person, day, kind = _status(trial)
    early = day < clock.start[person]
    on, left = _earliest(len(trial.participants), person[early], day[early], kind[early])
    return np.isin(left, [STATUS.index(word) for word in kinds])


def _left_within(trial: Trial, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the day and the kind of the first status within the window, shape (n_people,) each."""
    person, day, kind = _status(trial)
    inside = (day >= start[person]) & (day < end[person])
    return _earliest(len(trial.participants), person[inside], day[inside], kind[inside])


def _earliest(
    n_people: int, person: np.ndarray, day: np.ndarray, kind: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    order = np.lexsort((kind, day, person))[::-1]  # the first of each person is written last
    on, left = np.full(n_people, FAR, dtype=np.int64), np.full(n_people, -1)
    on[person[order]], left[person[order]] = day[order], kind[order]
    return on, left


def _spells(trial: Trial, definition: Reoffending, cutoff: int) -> Spells:
    """Return the spells that count as custody; one without an end lasts until the data do."""
    spec = trial.protocol.data.custody
    if trial.custody is None or spec is None:
        none = np.empty(0, dtype=np.int64)
        return merged(none, none, none)
    begin, end = days_of(trial.custody[spec.from_date]), days_of(trial.custody[spec.to_date])
    counts = begin != NO_DAY
    if definition.custody_reasons and spec.reason is not None:
        reasons: dict[str, CustodyReason] = spec.reason.codes
        column = trial.custody[spec.reason.column]
        wanted = [reasons.get(str(code)) in definition.custody_reasons for code in column.cat.categories]
        counts &= np.array([*wanted, False])[column.cat.codes.to_numpy()]
    end = np.where(end == NO_DAY, cutoff + 1, end)
    return merged(trial.custody["person"].to_numpy(dtype=np.int64)[counts], begin[counts], end[counts])
