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

from dataclasses import dataclass

import numpy as np
import pandas as pd

from primus_eval.measurement import Measurement
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
