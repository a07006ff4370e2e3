"""Who they were when they were randomised, and whether the arms look as the allocation should make them.

Standardised mean differences describe imbalance; no test is made, because any imbalance after a
correct randomisation is chance by construction.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

import numpy as np
import pandas as pd

from primus_eval.findings import Cell, Exhibit
from primus_eval.measurement import known_before
from primus_eval.schema import Column, text_in
from primus_eval.trial import Trial

COLUMNS = (
    "variable",
    "label",
    "unit",
    "kind",
    "level",
    "level_label",
    "n_treatment",
    "value_treatment",
    "spread_treatment",
    "count_treatment",
    "missing_treatment",
    "n_control",
    "value_control",
    "spread_control",
    "count_control",
    "missing_control",
    "smd",
)
COUNT_COLUMNS = tuple(name for name in COLUMNS if name.startswith(("n_", "count_", "missing_")))


def baseline_table(trial: Trial) -> Exhibit:
    """Describe everyone randomised by arm, with what is missing and standardised mean differences.

    Numbers are given as mean and standard deviation (n - 1), yes/no and categories as shares of
    those known. The standardised mean difference is treatment minus control over the root of the
    mean of the two variances; None where that is zero.
    Source: Austin 2009, Statistics in Medicine 28:3083, equations 1 and 2. Checked: tests/test_baseline.py.
    """
    rows: list[tuple[Cell, ...]] = []
    excluded = trial.protocol.data.participants.excluded
    known = known_before(trial)
    for name, column in trial.protocol.person_columns.items():
        if column.timing == "before_randomisation" and column.is_covariate and name != excluded:
            found = _rows_of(known[name], name, column, treated=trial.treated)
            rows += [tuple(row[key] for key in COLUMNS) for row in found]
    return Exhibit(
        id="baseline",
        kind="baseline",
        columns=COLUMNS,
        rows=tuple(rows),
        count_columns=COUNT_COLUMNS,
        population="assigned",
        notes={"n_treatment": int(trial.treated.sum()), "n_control": int((~trial.treated).sum())},
    )


def _rows_of(
    values: pd.Series, name: str, column: Column, *, treated: np.ndarray
) -> Iterator[dict[str, Cell]]:
    common: dict[str, Cell] = {
        "variable": name,
        "label": text_in(column.label, "en"),
        "unit": "" if column.unit is None else text_in(column.unit, "en"),
        "level": "",
        "level_label": "",
    }
    arms = {"treatment": treated, "control": ~treated}
    if column.type in ("integer", "number"):
        sides = {role: _mean(values[in_arm]) for role, in_arm in arms.items()}
        yield common | {"kind": "mean_sd", "smd": _smd(sides)} | _suffixed(sides)
        return
    if column.type == "yes_no":
        levels: dict[str, tuple[object, str]] = {"yes": (True, "")}
    else:
        levels = {code: (code, text_in(label, "en")) for code, label in (column.levels or {}).items()}
    for level, (value, label) in levels.items():
        sides = {role: _share(values[in_arm], value) for role, in_arm in arms.items()}
        extra = {"level": level, "level_label": label} if column.type == "category" else {}
        yield common | {"kind": "share", "smd": _smd(sides)} | extra | _suffixed(sides)


def _mean(values: pd.Series) -> dict[str, float | int | None]:
    known = values.dropna().to_numpy(dtype=float)
    return {
        "n": len(known),
        "value": float(known.mean()) if len(known) else None,
        "spread": _spread(known) if len(known) > 1 else None,
        "count": _apart_from_commonest(known),
        "missing": int(values.isna().sum()),
    }


def _apart_from_commonest(known: np.ndarray) -> int:
    """Count who does not have the commonest value; mean and spread give few such people back."""
    return len(known) - int(np.unique(known, return_counts=True)[1].max(initial=0))


def _spread(known: np.ndarray) -> float:
    # In floating point, equal numbers such as 0.1 deviate by 1e-17, which must not divide a difference.
    return 0.0 if known.min() == known.max() else float(known.std(ddof=1))


def _share(values: pd.Series, level: object) -> dict[str, float | int | None]:
    known = values.dropna()
    count = int((known == level).sum())
    share = count / len(known) if len(known) else None
    return {
        "n": len(known),
        "value": share,
        "spread": None if share is None else sqrt(share * (1 - share)),
        "count": count,
        "missing": int(values.isna().sum()),
    }


def _smd(sides: dict[str, dict[str, float | int | None]]) -> float | None:
    values = [sides[role]["value"] for role in ("treatment", "control")]
    spreads = [sides[role]["spread"] for role in ("treatment", "control")]
    if None in values or None in spreads:
        return None
    scale = sqrt((float(spreads[0] or 0) ** 2 + float(spreads[1] or 0) ** 2) / 2)
    return (float(values[0] or 0) - float(values[1] or 0)) / scale if scale > 0 else None


def _suffixed(sides: dict[str, dict[str, float | int | None]]) -> dict[str, Cell]:
    return {f"{key}_{role}": value for role, side in sides.items() for key, value in side.items()}


def allocation_check(trial: Trial) -> Exhibit:
    """Compare the sizes of the arms with what the declared allocation can produce.

    simple, not_documented: exact binomial test of the ratio, flagged below 0.001. complete: at most
    one person off the ratio. blocked and stratified_blocked: at most what one unfinished block can
    leave, block_size r1 r0 / (r1 + r0)^2, in each stratum. minimisation and cluster: described only,
    because neither ties the number of people to the ratio. Checked: tests/test_baseline.py.
    """
    allocation = trial.protocol.design.allocation
    share = allocation.ratio[0] / sum(allocation.ratio)
    strata = list(allocation.strata) if allocation.scheme == "stratified_blocked" else []
    allowed = _allowed_imbalance(allocation.scheme, allocation.block_size, share)
    rows: list[tuple[Cell, ...]] = []
    for label, in_stratum in _strata(trial, strata):
        n_treatment = int((trial.treated & in_stratum).sum())
        n_control = int((~trial.treated & in_stratum).sum())
        imbalance = n_treatment - share * (n_treatment + n_control)
        ok = None if allowed is None else abs(imbalance) <= allowed + 1e-9
        rows.append((label, n_treatment, n_control, imbalance, allowed, ok))
    p_value = None
    if allocation.scheme in ("simple", "not_documented"):
        from scipy.stats import binomtest

        n_treatment = int(trial.treated.sum())
        p_value = float(binomtest(n_treatment, len(trial.treated), share).pvalue)
        rows = [(*row[:-1], p_value >= 0.001) for row in rows]
    return Exhibit(
        id="allocation",
        kind="allocation",
        columns=("stratum", "n_treatment", "n_control", "imbalance", "allowed", "ok"),
        rows=tuple(rows),
        count_columns=("n_treatment", "n_control"),
        population="assigned",
        notes={
            "scheme": allocation.scheme,
            "ratio": f"{allocation.ratio[0]}:{allocation.ratio[1]}",
            "p_value": p_value,
        },
    )


def _allowed_imbalance(scheme: str, block_size: int | None, share: float) -> float | None:
    if scheme == "complete":
        return 1.0
    if scheme in ("blocked", "stratified_blocked") and block_size is not None:
        return block_size * share * (1 - share)
    return None


def _strata(trial: Trial, columns: list[str]) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the label and the members of each stratum; all together where there are none."""
    everyone = np.ones(len(trial.participants), dtype=bool)
    if not columns:
        yield "", everyone
        return
    schemas = trial.protocol.person_columns
    cells = [[None if pd.isna(cell) else cell for cell in trial.participants[name]] for name in columns]
    keys = list(zip(*cells, strict=True))
    for key in sorted(set(keys), key=str):
        label = ", ".join(
            stratum_label(schemas[name], value) for name, value in zip(columns, key, strict=True)
        )
        yield label, np.array([other == key for other in keys], dtype=bool)


def stratum_label(column: Column, value: object) -> str:
    """Say a code of a grouping column in words, such as: high, or: Married, yes."""
    if value is None:
        return f"{text_in(column.label, 'en')}: missing"
    if column.type == "yes_no":
        return f"{text_in(column.label, 'en')}: {'yes' if value else 'no'}"
    return text_in((column.levels or {})[str(value)], "en")
