"""Measure a score of the table of needs: at one wave for each person, and at all waves for a model of them.

Who is back in custody and is interviewed there is observed. Who has died has no score, and none is made up.
Whoever should have been assessed and was not is missing, and is counted as such.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from primus_eval.definitions import Reoffending
from primus_eval.errors import InputError, Problem, reconcile
from primus_eval.measurement.by_rules import STATUS, ready_to_count
from primus_eval.measurement.clock import is_mature
from primus_eval.measurement.days import day_of, days_of
from primus_eval.measurement.prior import baseline_of
from primus_eval.measurement.reasons import Reasons, arms_of, exclusions
from primus_eval.measurement.records import Measurement
from primus_eval.measurement.spells import Spells, in_custody
from primus_eval.protocol import ASSIGNED, Outcome
from primus_eval.protocol.needs import CLOCK_COLUMNS
from primus_eval.protocol.scales import Scale
from primus_eval.trial import Trial

SCORE = "score"
"""What the definition of an outcome is called that is a score at a wave."""

NEVER_STARTED = {"release": "never_released"}
"""Why a clock that begins with this day did not start; with others there is no clock_start."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Waves:
    """What is known of everyone randomised at each wave of a scale, the wave before first.

    scores, states: shape (n_people, n_waves); a score is NaN where there is none that counts; a state is a
    word of `WaveState`. Who was assessed in a place that does not count has a state and no score.
    """

    waves: tuple[int, ...]
    scores: np.ndarray
    states: np.ndarray

    def at(self, wave: int) -> tuple[np.ndarray, np.ndarray]:
        """Return scores and states of one wave, shape (n_people,) each."""
        column = self.waves.index(wave)
        return self.scores[:, column], self.states[:, column]


def window_of(outcome: Outcome) -> Reoffending:
    """Return the clock of an outcome without events as rules that count none of them."""
    return Reoffending(
        kinds=("conviction",),
        window_days=outcome.horizon_days,
        clock_start=outcome.clock_start,
        custody="calendar",
        death="compete",
        deportation="compete",
        emigration="compete",
    )


def measure_scale(trial: Trial, outcome: Outcome, scale: Scale, *, population: str) -> Measurement:
    """Measure the score of a scale; see `measure`.

    Analysed is whoever has a score at one of the waves after baseline, and is not known to have died before
    the wave of comparison. People randomised too late for that wave to have been due are left out, also those
    who were assessed early.
    """
    found = waves_of(trial, outcome, scale)
    later = after_baseline(scale)
    score, state = found.at(scale.wave)
    any_score = np.any(np.column_stack([~np.isnan(found.at(wave)[0]) for wave in later]), axis=1)
    reasons = Reasons(trial)
    reasons.add("not_mature", ~is_due(trial, outcome))
    reasons.add("died_in_window", np.isin(state, ["dead"]))
    reasons.add("left_in_window", ~any_score & np.isin(state, ["left_country"]))
    reasons.add(
        NEVER_STARTED.get(outcome.clock_start, "no_clock_start"), ~any_score & ~_starts(trial, outcome)
    )
    reasons.add("score_not_observed", ~any_score)
    reasons.put("not_in_population", ~trial.in_population(population))
    people = np.flatnonzero(reasons.none)
    excluded = exclusions(reasons, trial, arms_of(trial))
    reconcile(
        len(people) + sum(exclusion.n for exclusion in excluded) == len(trial.participants),
        "people read, analysed and excluded do not add up",
    )
    return Measurement(
        trial=trial,
        outcome=outcome,
        population=population,
        horizon_days=outcome.horizon_days,
        frame=score_frame(
            trial.treated[people],
            score[people],
            baseline=found.at(scale.baseline_wave)[0][people],
            horizon_days=outcome.horizon_days,
        ).assign(state=state[people]),
        baseline=baseline_of(trial, people),
        excluded=excluded,
        people=people,
        definition=SCORE,
        repeated=_repeated(found, later, people),
    )


def after_baseline(scale: Scale) -> tuple[int, ...]:
    """Return the waves after baseline in order; the wave of comparison alone where no others are declared."""
    return tuple(sorted(set(scale.waves) | {scale.wave}))


def score_frame(
    treated: np.ndarray, score: np.ndarray, *, baseline: np.ndarray, horizon_days: int
) -> pd.DataFrame:
    """One row for each person analysed, with the columns that every measurement has; nothing is an event."""
    n = len(score)
    return pd.DataFrame(
        {
            "treated": treated,
            "time_days": np.full(n, float(horizon_days)),
            "event": np.zeros(n, dtype=bool),
            "reoffended": pd.Series(np.zeros(n, dtype=bool), dtype="boolean"),
            "score": score,
            "baseline_score": baseline,
        }
    )


def waves_of(trial: Trial, outcome: Outcome, scale: Scale) -> Waves:
    """Read what is known of everyone randomised at the baseline wave and at each later one.

    A wave other than that of comparison is taken to be due on the median day, since the clock's start, of
    those assessed then: who had died by then is dead, and not missing.

    Raises InputError where somebody has two scores of one wave, or one that the scale does not have.
    Checked: tests/test_scales_measured.py, person by person.
    """
    waves = tuple(sorted({scale.baseline_wave, *after_baseline(scale)}))
    rows = _rows(trial, scale)
    ready = ready_to_count(trial, window_of(outcome), population=ASSIGNED)
    n = len(trial.participants)
    scores = np.full((n, len(waves)), np.nan)
    states = np.full((n, len(waves)), "not_seen", dtype=object)
    for column, wave in enumerate(waves):
        of_wave = rows[rows["wave"] == wave]
        person = of_wave["person"].to_numpy(dtype=np.int64)
        place = _places(trial, of_wave, ready.spells)
        score = of_wave["score"].to_numpy(dtype=float)
        start = ready.clock.start
        if wave != scale.baseline_wave:
            since = of_wave["day"].to_numpy(dtype=np.int64) - start[person]
            known = since[ready.clock.runs[person]]
            due = outcome.horizon_days if wave == scale.wave or not len(known) else int(np.median(known))
            gone = (ready.left >= 0) & (ready.bounds.left_on < start + due)
            dead = gone & (ready.left == STATUS.index("death"))
            states[gone, column] = "left_country"
            states[dead, column] = "dead"
        states[person, column] = place
        counts = np.isin(place, scale.places) | (wave == scale.baseline_wave)
        scores[person[counts], column] = score[counts]
        if scale.custody is not None and wave != scale.baseline_wave:
            _as_level(scale.custody.score, scores[:, column], states[:, column])
        if scale.custody is not None and wave == scale.wave:
            inside = in_custody(ready.spells, np.arange(n), start + outcome.horizon_days)
            inside &= ready.clock.runs & (states[:, column] == "not_seen")
            states[inside, column] = "custody"
            scores[inside, column] = scale.custody.score
    return Waves(waves=waves, scores=scores, states=states)


def _as_level(level: float, scores: np.ndarray, states: np.ndarray) -> None:
    """Give everybody in custody the level that custody is."""
    scores[states == "custody"] = level


def waves_present(trial: Trial, scale: Scale) -> np.ndarray:
    """Return the wave of each score of a scale that has one, in no order: not of all people, and not once."""
    spec, table = trial.protocol.data.needs, trial.tables["needs"]
    assert spec is not None and spec.wave is not None  # a protocol without them is refused
    is_score = (table[spec.domain].astype(object) == scale.domain) & table[spec.score].notna()
    waves = table.loc[is_score, spec.wave].to_numpy(dtype=float, na_value=np.nan)
    return waves[~np.isnan(waves)]


def _rows(trial: Trial, scale: Scale) -> pd.DataFrame:
    """Return the assessments of a scale that have a score: person, day, wave, place code, score."""
    spec, table = trial.protocol.data.needs, trial.tables["needs"]
    assert spec is not None and spec.wave is not None  # a protocol without them is refused
    table = table[(table[spec.domain].astype(object) == scale.domain) & table[spec.score].notna()]
    rows = pd.DataFrame(
        {
            "person": table["person"].to_numpy(dtype=np.int64),
            "day": days_of(table[spec.date]),
            "wave": table[spec.wave].to_numpy(dtype=float),
            "place": "" if spec.place is None else table[spec.place].astype(object).fillna("").to_numpy(),
            "score": table[spec.score].to_numpy(dtype=float),
        }
    )
    repeated = int(rows[rows["wave"].notna()].duplicated(["person", "wave"]).sum())
    if repeated:
        what = f"has {repeated} rows that repeat a person, a wave and the domain {scale.domain!r}."
        raise _problem(spec.file, spec.wave, what, "Keep the row that counts, or number the waves apart.")
    beyond = int((~rows["score"].between(scale.lowest, scale.highest)).sum())
    if beyond:
        what = f"holds {beyond} scores of {scale.domain!r} outside {scale.lowest:g} to {scale.highest:g}."
        raise _problem(spec.file, spec.score, what, "Correct the scores, or lowest and highest of the scale.")
    return rows


def _problem(file: str, column: str, what: str, mend: str) -> InputError:
    return InputError(Problem(code="PE-C54", file=file, column=column, what=what, mend=mend))


def _places(trial: Trial, rows: pd.DataFrame, spells: Spells) -> np.ndarray:
    """Return where each assessment was: as recorded, or by the register of custody on that day."""
    spec = trial.protocol.data.needs
    person, day = rows["person"].to_numpy(dtype=np.int64), rows["day"].to_numpy(dtype=np.int64)
    inside = in_custody(spells, person, day)
    by_register = np.where(inside, "custody", "free").astype(object)
    if spec is None or spec.place is None:
        return by_register
    recorded = rows["place"].to_numpy(dtype=object)
    return np.where(recorded == "", by_register, recorded)


def is_due(trial: Trial, outcome: Outcome) -> np.ndarray:
    """Whether each person was randomised early enough for the wave of comparison to have been due."""
    ready = ready_to_count(trial, window_of(outcome), population=ASSIGNED)
    spec, cutoff = trial.protocol.data.participants, trial.protocol.data.data_cutoff
    assert spec.randomised_on is not None and cutoff is not None  # `ready_to_count` needed both
    randomised = days_of(trial.participants[spec.randomised_on])
    return is_mature(ready.clock, randomised=randomised, among=ready.clock.runs, cutoff=day_of(cutoff))


def _starts(trial: Trial, outcome: Outcome) -> np.ndarray:
    column = getattr(trial.protocol.data.participants, CLOCK_COLUMNS[outcome.clock_start])
    return np.asarray(trial.participants[column].notna(), dtype=bool)


def _repeated(found: Waves, later: tuple[int, ...], people: np.ndarray) -> pd.DataFrame:
    """Return the assessments after baseline of the people analysed: row (of the frame), wave and score."""
    scores = np.column_stack([found.at(wave)[0][people] for wave in later])
    row, column = np.nonzero(~np.isnan(scores))
    return pd.DataFrame({"row": row, "wave": np.array(later)[column], "score": scores[row, column]})
