"""How many digits a finding leaves with.

An exact number gives back what it was divided from: a mean times people is a sum, a ratio of rates is two
sums of events and of days, a share of pairs counts pairs. So findings by methods that rest on such sums
leave with three significant digits, those that divide by person-time with two, differences in risk with a
tenth of a percentage point, and days by which a share had the event, each the day of one person, on a grid
of ten days. Their standard errors and test statistics, which say the same again, do not leave. What the
other rules protect exactly leaves exactly: risks and their contrasts, hazard ratios and tests on everyone
followed for the whole window.
"""

from __future__ import annotations

from dataclasses import replace

from primus_eval.disclosure.cells import is_small
from primus_eval.disclosure.contributors import BY_PERSON_TIME
from primus_eval.findings import Cell, Exhibit, Finding

EXACT: dict[str, frozenset[str]] = {
    "risk_difference": frozenset(
        {
            "newcombe",
            "wald",
            "miettinen_nurminen",
            "g_computation",
            "kaplan_meier",
            "aalen_johansen",
        }
    ),
    "risk_ratio": frozenset({"wald_log", "g_computation"}),
    "odds_ratio": frozenset({"wald_log", "g_computation", "logistic"}),
    "number_needed_to_treat": frozenset({"newcombe"}),
    "survival_difference": frozenset({"greenwood"}),
    "hazard_ratio": frozenset({"cox", "cox_robust", "cox_cluster"}),
    "restricted_mean_difference": frozenset({"greenwood"}),
    "restricted_mean_ratio": frozenset({"greenwood"}),
    "association_test": frozenset({"pooled_z", "fisher", "logrank", "stratified_logrank"}),
    "proportion": frozenset({"wilson", "kaplan_meier", "aalen_johansen"}),
}
"""What leaves with all its digits; whatever is not named here does not."""

SIGNIFICANT = 3
RISK_DIGITS = 3
GRID_DAYS = 10.0
P_DIGITS = 2


def with_few_digits(row: Finding, *, is_part: bool) -> Finding:
    """Return a finding with as many digits as may leave; is_part: it is about a part of the window.

    Checked: tests/test_release_digits.py.
    """
    exact = row.method in EXACT.get(row.effect_measure, frozenset()) and not is_part
    if row.status != "estimated" or exact:
        return row
    return replace(
        row,
        estimate=_coarse(row.estimate, row),
        conf_low=_coarse(row.conf_low, row),
        conf_high=_coarse(row.conf_high, row),
        std_error=None,
        statistic=None,
        df=row.df if row.reason == "test_only" else None,
        p_value=None if row.p_value is None else _significant(row.p_value, P_DIGITS),
    )


def diagnosis_with_few_digits(exhibit: Exhibit, *, k: int) -> Exhibit:
    """Return a diagnosis as it may leave: numbers of influential people only where none is small."""
    if exhibit.kind == "proportionality":
        at = exhibit.columns.index("chi_square"), exhibit.columns.index("p_value")
        return replace(exhibit, rows=tuple(_rounded_test(row, *at) for row in exhibit.rows))
    counts = [row["moving"] for row in exhibit.records()] + [exhibit.notes.get("fewest_to_turn")]
    small = any(isinstance(count, int) and is_small(count, k) for count in counts)
    return exhibit.withheld("small_cell") if small else exhibit


def _rounded_test(row: tuple[Cell, ...], chi_square: int, p_value: int) -> tuple[Cell, ...]:
    cells = list(row)
    for place, digits in ((chi_square, SIGNIFICANT), (p_value, P_DIGITS)):
        value = cells[place]
        cells[place] = _significant(value, digits) if isinstance(value, float) else None
    return tuple(cells)


def _coarse(value: float | None, row: Finding) -> float | None:
    if value is None:
        return None
    if row.method in BY_PERSON_TIME:
        return _significant(value, P_DIGITS)
    if row.unit == "proportion":
        return round(value, RISK_DIGITS) + 0.0
    if row.effect_measure == "quantile_difference":
        return round(value / GRID_DAYS) * GRID_DAYS + 0.0
    return _significant(value, SIGNIFICANT)


def _significant(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}") + 0.0
