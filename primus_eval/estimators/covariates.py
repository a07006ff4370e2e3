"""Covariates measured before randomisation as a design matrix, without formulas.

Numbers enter as they are, yes/no as 0 and 1, categories as indicators of every level but the first
that occurs. Missing values are handled as the protocol says, in all arms alike and without looking
at the outcome. Under mean_and_indicator a missing number becomes the mean of those known and a missing
category the most frequent one; where at least FEWEST_MISSING people lack the value, an indicator of
lacking it is added. A rarer indicator could separate the outcome, and of two that mark the same people
one is enough.
Source for mean and indicator in randomised trials: White & Thompson 2005, Statistics in Medicine
24:993. No text of a protocol reaches a formula parser. Checked: tests/test_estimate.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from primus_eval.findings import Cell, Exhibit
from primus_eval.measurement import Measurement
from primus_eval.measurement.records import COLUMN_OF
from primus_eval.numerics.collinearity import rank_problem
from primus_eval.protocol import Analysis
from primus_eval.schema import Column
from primus_eval.vocabulary import Reason

MISSING = " missing"
"""How the name of an indicator ends."""

FEWEST_MISSING = 10
"""With fewer people lacking a value there is no indicator of lacking it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Covariates:
    """Covariates of the people in `kept`, shape (n_kept, p), or the reason why they cannot be used."""

    matrix: np.ndarray
    names: tuple[str, ...]
    kept: np.ndarray
    reason: Reason | None = None
    warnings: tuple[str, ...] = ()


def covariates(measurement: Measurement, analysis: Analysis, *, among: np.ndarray) -> Covariates:
    """Build the covariates of an analysis for the people in `among` (bool, one per person analysed)."""
    schemas = measurement.trial.protocol.person_columns
    frame = measurement.baseline
    complete = frame[list(analysis.covariates)].notna().all(axis=1).to_numpy(dtype=bool)
    warnings: list[str] = []
    kept = among.copy()
    if analysis.missing_covariates == "complete_cases" and not complete[among].all():
        kept &= complete
        warnings.append("People with a missing covariate were left out (complete cases).")
    elif not complete[among].all():
        warnings.append(
            "Missing covariates were replaced by the mean, or the most frequent category; where enough "
            "people lack a value, with an indicator of lacking it."
        )
    columns: dict[str, np.ndarray] = {}
    for name in analysis.covariates:
        columns |= _encode(frame.loc[kept, name], name, schemas[name])
    columns = _without_repeated_indicators(columns)
    names = tuple(columns)
    matrix = np.column_stack(list(columns.values())) if columns else np.empty((int(kept.sum()), 0))
    reason, problem = _problem(matrix, names, measurement.treated[kept])
    return Covariates(matrix=matrix, names=names, kept=kept, reason=reason, warnings=(*warnings, *problem))


def _encode(values: pd.Series, name: str, column: Column) -> dict[str, np.ndarray]:
    missing = values.isna().to_numpy(dtype=bool)
    columns: dict[str, np.ndarray]
    if column.type == "category":
        counts = {level: int((values == level).sum()) for level in column.levels or {}}
        present = [level for level, count in counts.items() if count]
        filled = values.where(~missing, max(present, key=counts.__getitem__)) if present else values
        columns = {f"{name}={level}": np.asarray(filled == level, dtype=float) for level in present[1:]}
        columns = columns or {name: np.zeros(len(values))}
    else:
        numbers = values.astype("float64").to_numpy(dtype=float, na_value=np.nan)
        mean = float(np.nanmean(numbers)) if not missing.all() else 0.0
        columns = {name: np.where(missing, mean, numbers)}
    if missing.sum() >= FEWEST_MISSING:
        columns[f"{name}{MISSING}"] = missing.astype(float)
    return columns


def _without_repeated_indicators(columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Keep one of several indicators of missing values that mark the same people."""
    kept: dict[str, np.ndarray] = {}
    for name, column in columns.items():
        earlier = [other for known, other in kept.items() if known.endswith(MISSING)]
        if not (name.endswith(MISSING) and any(np.array_equal(column, other) for other in earlier)):
            kept[name] = column
    return kept


def _problem(
    matrix: np.ndarray, names: tuple[str, ...], treated: np.ndarray
) -> tuple[Reason | None, list[str]]:
    if not names:
        return None, []
    if len(matrix) <= len(names) + 2:
        return "too_many_covariates", []
    rank = rank_problem(matrix, names)
    if rank is not None and rank.constant:
        return "constant_covariate", [f"Constant: {', '.join(rank.constant)}."]
    rank = rank or rank_problem(np.column_stack([treated, matrix]), ("arm", *names))
    if rank is not None and rank.collinear:
        return "collinear_covariates", [f"Each adds up from the others: {', '.join(rank.collinear)}."]
    return None, []


def groups(measurement: Measurement, columns: tuple[str, ...]) -> np.ndarray | None:
    """Number the combinations of some columns' values, 0, 1, 2 ...; None where no column is named.

    A missing value is a group of its own, so that nobody leaves the analysis.
    """
    if not columns:
        return None
    keys = measurement.baseline[list(columns)].astype("object")
    keys = keys.where(keys.notna(), "")
    joined = keys.astype(str).agg("\x1f".join, axis=1)
    return np.unique(joined.to_numpy(dtype=str), return_inverse=True)[1]


CELLS = ("covariate", "level", "what", "people", "with_it")


def covariate_cells(measurement: Measurement, analysis: Analysis) -> Exhibit | None:
    """Count the people of each group that an analysis adjusts for, and those of them with what it is about.

    `release` needs it and it never leaves. It is made before anything is fitted and whatever the method, so
    that what is withheld because of it says nothing of a fit. A group is a level of a category or of a yes/no
    covariate, people without a value, or a stratum; a number that takes two values is a category by another
    name. What an analysis is about: the event by each of its days and between two of them, a quantity above
    zero, or a level of seriousness; of a score, being in the treatment arm, so that there are enough of both.
    None for an analysis that adjusts for nothing.
    """
    if not analysis.covariates and not analysis.strata:
        return None
    rows: list[tuple[Cell, ...]] = [
        (name, level, what, int((members & among).sum()), int((members & among & with_it).sum()))
        for name, level, members in _adjusted_groups(measurement, analysis)
        for what, (among, with_it) in _what_it_is_about(measurement, analysis).items()
        if (members & among).any()
    ]
    return Exhibit(
        id=f"covariate_cells/{analysis.id}",
        kind="covariate_cells",
        columns=CELLS,
        rows=tuple(rows),
        count_columns=("people", "with_it"),
        outcome=measurement.outcome.id,
        population=measurement.population,
        notes={"analysis": analysis.id},
    )


def _adjusted_groups(measurement: Measurement, analysis: Analysis) -> Iterator[tuple[str, int, np.ndarray]]:
    """Yield every group with its name and number, and who is in it (bool, one per person)."""
    schemas = measurement.trial.protocol.person_columns
    for name in analysis.covariates:
        values = measurement.baseline[name]
        missing = values.isna().to_numpy(dtype=bool)
        known = values[~missing]
        level = np.full(len(values), -1)
        is_category = schemas[name].type in ("category", "yes_no") or known.nunique() <= 2
        level[~missing] = pd.factorize(known.astype("object"))[0] if is_category else 0
        for number in np.unique(level):
            marked = number >= 0 or is_category or missing.sum() >= FEWEST_MISSING
            if (is_category or number < 0) and marked:
                yield name, int(number), level == number
    strata = groups(measurement, analysis.strata)
    for number in () if strata is None else np.unique(strata):
        yield "/".join(analysis.strata), int(number), strata == number


def _what_it_is_about(
    measurement: Measurement, analysis: Analysis
) -> Mapping[str, tuple[np.ndarray, np.ndarray]]:
    """Return whom an analysis looks at and who of them had what it is about (bool, one per person each)."""
    everyone = np.ones(len(measurement.frame), dtype=bool)
    compares_scores = not measurement.has_days and analysis.effect_measure == "mean_difference"
    if compares_scores or not measurement.has_events:
        known = ~np.isnan(measurement.score)
        return {"score": (known, known & measurement.treated)}
    used = measurement.known_at_horizon if analysis.incomplete_followup == "leave_out" else everyone
    event, time_days = measurement.event, measurement.time_days
    found = {"event": (everyone, event), "event, known": (used, event)}
    days = {*analysis.periods_days, *analysis.at_days, analysis.landmark_days or 0, measurement.horizon_days}
    ends = sorted({0, *(day for day in days if day < measurement.horizon_days), measurement.horizon_days})
    for first, last in pairwise(ends):
        still = time_days > first if first else everyone
        found[f"event from {first} to {last}"] = (still, event & (time_days > first) & (time_days <= last))
        found[f"event by {last}"] = (everyone, event & (time_days <= last))
    asked = analysis.seriousness
    quantity = analysis.quantity if asked is None else asked.quantity
    if quantity is not None and COLUMN_OF[quantity] in measurement.frame:
        amount = measurement.frame[COLUMN_OF[quantity]].to_numpy(dtype=float, na_value=np.nan)
        known = used & ~np.isnan(amount)
        if asked is None:
            found["quantity"] = (known, amount > 0)
        else:
            found |= {f"level from {cut}": (known, amount >= cut) for cut in asked.cuts}
    return found
