"""What stands beside results on scores: who was seen where at each wave, by whom, and who was at the end."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from primus_eval.estimators.scales import Measured, model_exhibits
from primus_eval.findings import Cell, Exhibit
from primus_eval.measurement import Measurement
from primus_eval.measurement.by_rules import ready_to_count
from primus_eval.measurement.reasons import Reasons
from primus_eval.measurement.register_weeks import week_kinds
from primus_eval.measurement.scales import Waves, is_due, waves_of, window_of
from primus_eval.protocol import ASSIGNED, Outcome
from primus_eval.protocol.scales import Scale
from primus_eval.trial import Trial
from primus_eval.vocabulary import ArmRole, WaveState, words

WAVES = ("wave", "arm", "place", "expected", "observed", "mean", "sd")
ENDS = ("arm", "people", "at_best", "at_worst")
ASSESSORS = ("assessor", "arm", "assessments")
LEVELS = ("part", "wave", "arm", "place", "known", "off_mode", "distance", "largest", "second")
WEEKS = ("arm", "people", "with_code", "in_custody", "dead_or_abroad", "other")


def scale_exhibits(trial: Trial, measured: Measured) -> list[Exhibit]:
    """Draw up what stands beside results on scores and weeks; nothing where no outcome is one."""
    asked = dict.fromkeys(outcome for outcome, _ in measured)
    found: list[Exhibit] = []
    for outcome in map(trial.protocol.outcome_of, asked):
        if outcome.scale is not None:
            waves, due = waves_of(trial, outcome, outcome.scale), _expected(trial, outcome)
            found.append(_waves(trial, outcome, waves, due))
            found.append(_levels(trial, outcome, waves, due, measured))
            found.append(_ends(trial, outcome, outcome.scale, waves, due))
            found += _assessors(trial, outcome, outcome.scale)
        elif outcome.register_weeks is not None and (outcome.id, ASSIGNED) in measured:
            found.append(_weeks(measured[outcome.id, ASSIGNED]))
    return [*found, *model_exhibits(trial.protocol, measured)]


def _arms(treated: np.ndarray) -> Mapping[ArmRole, np.ndarray]:
    return {"treatment": treated, "control": ~treated}


def _expected(trial: Trial, outcome: Outcome) -> np.ndarray:
    """Who should have been seen: everyone randomised early enough whom the protocol does not exclude."""
    return Reasons(trial).none & is_due(trial, outcome)


def _waves(trial: Trial, outcome: Outcome, found: Waves, due: np.ndarray) -> Exhibit:
    """Count by wave, arm and place who was expected and who has a score, with its mean and spread.

    Places are a partition of everyone who should have been seen: those seen at liberty and in custody, those
    who had died or left the country by then, and those who were not seen or gave no answer.
    """
    rows: list[tuple[Cell, ...]] = []
    for wave in found.waves:
        score, state = found.at(wave)
        for role, arm in _arms(trial.treated).items():
            for place in words(WaveState):
                here = due & arm & np.isin(state, [place])
                known = score[here & ~np.isnan(score)]
                mean = float(known.mean()) if len(known) else None
                spread = float(known.std(ddof=1)) if len(known) > 1 else None
                rows.append((wave, role, place, int(here.sum()), len(known), mean, spread))
    return _exhibit(outcome, "scale_waves", WAVES, rows, counts=("expected", "observed"))


def _levels(trial: Trial, outcome: Outcome, found: Waves, due: np.ndarray, measured: Measured) -> Exhibit:
    """Say how many are off the commonest score, and how far; `release` needs it, and it stays.

    By wave and arm at each place and in all ("" as place). Of parts of the trial at the wave of comparison:
    those in the part, and all others ("others" as place).
    """
    rows: list[tuple[Cell, ...]] = []
    for wave in found.waves:
        score, state = found.at(wave)
        for role, arm in _arms(trial.treated).items():
            here = due & arm
            rows.append(("", wave, role, "", *_off_mode(score[here])))
            for place in words(WaveState):
                rows.append(("", wave, role, place, *_off_mode(score[here & np.isin(state, [place])])))
    whole = measured.get((outcome.id, ASSIGNED))
    for (name, part), measurement in measured.items():
        if name != outcome.id or part == ASSIGNED:
            continue
        wave = outcome.scale.wave if outcome.scale is not None else 0
        for role, arm in _arms(measurement.treated).items():
            rows.append((part, wave, role, "", *_off_mode(measurement.score[arm])))
        if whole is not None:
            others = ~np.isin(whole.people, measurement.people)
            for role, arm in _arms(whole.treated).items():
                rows.append((part, wave, role, "others", *_off_mode(whole.score[arm & others])))
    return _exhibit(outcome, "scale_levels", LEVELS, rows, counts=("known", "off_mode"))


def _off_mode(score: np.ndarray) -> tuple[int, int, float, float, float]:
    """Count who has a score, and another than the commonest; add how far these are, and the two farthest."""
    known = score[~np.isnan(score)]
    if not len(known):
        return 0, 0, 0.0, 0.0, 0.0
    levels, counts = np.unique(known, return_counts=True)
    distance = np.sort(np.abs(known - levels[counts.argmax()]))[::-1]
    largest = [*distance[:2].tolist(), 0.0]
    return len(known), int((distance > 0).sum()), float(distance.sum()), largest[0], largest[1]


def _ends(trial: Trial, outcome: Outcome, scale: Scale, found: Waves, due: np.ndarray) -> Exhibit:
    """Count who was at an end of the scale before: whoever is at the better one can only fall."""
    score, _ = found.at(scale.baseline_wave)
    ends = (scale.highest, scale.lowest) if outcome.better == "higher" else (scale.lowest, scale.highest)
    rows: list[tuple[Cell, ...]] = []
    for role, arm in _arms(trial.treated).items():
        known = score[arm & due & ~np.isnan(score)]
        rows.append((role, len(known), *(int((known == end).sum()) for end in ends)))
    return _exhibit(outcome, "scale_ends", ENDS, rows, counts=("people", "at_best", "at_worst"))


def _assessors(trial: Trial, outcome: Outcome, scale: Scale) -> list[Exhibit]:
    """Count assessments after baseline by the role of who assessed: one who knows the arm may be swayed."""
    spec, table = trial.protocol.data.needs, trial.tables["needs"]
    if spec is None or spec.assessor is None or spec.wave is None:
        return []
    table = table[(table[spec.domain].astype(object) == scale.domain) & table[spec.score].notna()]
    table = table[table[spec.wave].notna() & (table[spec.wave] != scale.baseline_wave)]
    treated = trial.treated[table["person"].to_numpy(dtype=np.int64)]
    assessor = table[spec.assessor].astype(object).fillna("").to_numpy()
    levels = trial.protocol.data.needs.columns[spec.assessor].levels if trial.protocol.data.needs else {}
    codes = [code for code in (*(levels or {}), "") if np.isin(assessor, [code]).any()]
    rows: list[tuple[Cell, ...]] = [
        (code, role, int((np.isin(assessor, [code]) & arm).sum()))
        for code in codes
        for role, arm in _arms(treated).items()
    ]
    return [_exhibit(outcome, "scale_assessors", ASSESSORS, rows, counts=("assessments",))]


def _weeks(measurement: Measurement) -> Exhibit:
    """Divide the weeks of the window, as means per person: with a code, in custody, after the end, other."""
    asked = measurement.outcome.register_weeks
    assert asked is not None
    trial = measurement.trial
    ready = ready_to_count(trial, window_of(measurement.outcome), population=measurement.population)
    kinds = week_kinds(trial, asked, ready, measurement.people)
    parts = [kind.sum(axis=1) for kind in (kinds.coded, kinds.custody, kinds.gone)]
    parts.append(asked.weeks - sum(parts))
    rows: list[tuple[Cell, ...]] = [
        (role, int(arm.sum()), *(float(part[arm].mean()) if arm.any() else None for part in parts))
        for role, arm in _arms(measurement.treated).items()
    ]
    return _exhibit(measurement.outcome, "weeks_divided", WEEKS, rows, counts=("people",))


def _exhibit(
    outcome: Outcome,
    kind: str,
    columns: tuple[str, ...],
    rows: list[tuple[Cell, ...]],
    *,
    counts: tuple[str, ...],
) -> Exhibit:
    return Exhibit(
        id=f"{kind}/{outcome.id}",
        kind=kind,
        columns=columns,
        rows=tuple(rows),
        count_columns=counts,
        outcome=outcome.id,
        population=ASSIGNED,
        notes={"horizon_days": outcome.horizon_days},
    )
