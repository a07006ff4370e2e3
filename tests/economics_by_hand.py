"""An economic evaluation by hand: 97 people, a programme that costs 36,667 kroner a person, 10 fewer of 100.

Every number is written down here. The reference cases of the estimators are elsewhere; these exhibits only
have the form in which they reach a page or a picture.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import figure_findings as made

from primus_eval.findings import Cell, Exhibit, Findings
from primus_eval.protocol.economics import Economics

ECONOMICS: dict[str, Any] = {
    "outcome": made.OUTCOME,
    "perspective": "public_budget",
    "currency": "DKK",
    "price_year": 2018,
    "price_index": "dk_cpi",
    "discounting": "denmark",
    "unit_cost": [
        {
            "id": "mentoring",
            "label": {"en": "two mentors for a year", "da": "to mentorer i et år"},
            "resource": "per_person_offered",
            "amount": 36_000.0,
            "currency": "DKK",
            "price_year": 2018,
            "payer": "programme",
            "source": {"en": "accounts of the programme", "da": "indsatsens regnskab"},
            "tag": "own_accounts",
        },
        {
            "id": "prison_day",
            "label": {"en": "a day in prison", "da": "et døgn i fængsel"},
            "resource": "per_custody_day",
            "price": "dk_prison_day_average",
            "payer": "state",
            "marginal_share": 0.3,
            "average_price": True,
        },
    ],
    "value": [
        {
            "id": "soem",
            "label": {"en": "public saving by SØM", "da": "offentlig besparelse efter SØM"},
            "amount": 505_300.0,
            "currency": "DKK",
            "price_year": 2018,
            "kind": "budget_saving",
            "includes": ["per_decision"],
            "horizon_years": 10,
            "source": {"en": "SØM", "da": "SØM"},
            "tag": "secondary",
        },
        {
            "id": "half",
            "label": {"en": "half of it", "da": "halvdelen af den"},
            "amount": 252_650.0,
            "currency": "DKK",
            "price_year": 2018,
            "kind": "budget_saving",
            "tag": "assumed",
        },
    ],
    "budget": [{"year": 1, "eligible": 400, "uptake": 0.5}, {"year": 2, "eligible": 400, "uptake": 0.6}],
    "population_per_year": 400,
    "population_horizon_years": 5,
    "transport": [
        {
            "population": "assigned",
            "people": 420,
            "said_averted": 160,
            "source": {"en": "a press release", "da": "en pressemeddelelse"},
        }
    ],
}

UNIT_COST_COLUMNS = (
    "id",
    "resource",
    "payer",
    "amount",
    "amount_used",
    "currency",
    "price_year",
    "marginal_share",
    "tag",
    "source",
    "price",
)
UNIT_COST_ROWS: tuple[tuple[Cell, ...], ...] = (
    (
        "mentoring",
        "per_person_offered",
        "programme",
        36_000.0,
        36_000.0,
        "DKK",
        2018,
        1.0,
        "own_accounts",
        "accounts of the programme",
        "",
    ),
    (
        "prison_day",
        "per_custody_day",
        "state",
        1_469.0,
        1_501.8,
        "DKK",
        2015,
        0.3,
        "published",
        "www.kriminalforsorgen.dk",
        "dk_prison_day_average",
    ),
)

COST_ROWS: tuple[tuple[Cell, ...], ...] = (
    ("base", "mentoring", "treatment", 48, 48, 36_000.0, 0.0, 0.0),
    ("base", "mentoring", "control", 49, 0, 0.0, 0.0, 0.0),
    ("base", "prison_day", "treatment", 48, 20, 30_667.0, 51_000.0, 0.0),
    ("base", "prison_day", "control", 49, 24, 30_000.0, 49_000.0, 0.0),
    ("base", "total", "treatment", 48, 48, 66_667.0, 52_000.0, 0.0),
    ("base", "total", "control", 49, 24, 30_000.0, 49_000.0, 0.0),
)

RESULT_COLUMNS = (
    "variant",
    "measure",
    "value",
    "amount",
    "estimate",
    "conf_low",
    "conf_high",
    "std_error",
    "fieller",
    "quadrant",
    "reason",
    "method",
    "n_treatment",
    "n_control",
    "events_treatment",
    "events_control",
)
PEOPLE: tuple[Cell, ...] = (48, 49, 19, 24)


def result(
    measure: str,
    *numbers: Cell,
    variant: str = "base",
    value: str = "",
    amount: Cell = None,
    fieller: Cell = None,
    quadrant: Cell = None,
    reason: Cell = None,
    method: str = "welch",
) -> tuple[Cell, ...]:
    """One row of results; numbers: estimate, ends of the interval, standard error."""
    four = (*numbers, None, None, None, None)[:4]
    return (variant, measure, value, amount, *four, fieller, quadrant, reason, method, *PEOPLE)


NO_RATIO = result(
    "cost_per_averted", fieller="two_rays", quadrant="north_east", reason="interval_passes_infinity"
)
RESULT_ROWS: tuple[tuple[Cell, ...], ...] = (
    result("cost_difference", 36_667.0, 16_000.0, 57_334.0, 10_500.0),
    result("averted", 0.1, -0.0862, 0.2862, 0.095),
    result("net_benefit", 13_863.0, -80_000.0, 107_726.0, 48_000.0, value="soem", amount=505_300.0),
    result("net_benefit", -11_402.0, -61_000.0, 38_196.0, 25_300.0, value="half", amount=252_650.0),
    NO_RATIO,
    result("break_even_effect", 0.0726, value="soem", amount=505_300.0),
    result("break_even_effect", 0.1451, value="half", amount=252_650.0),
    result("evpi_per_person", 12_800.0, value="soem", amount=505_300.0, method="normal"),
    result("evpi_population", 23_900_000.0, value="soem", amount=505_300.0, method="normal"),
    result("cost_difference", 36_467.0, 15_000.0, 57_934.0, 10_900.0, variant="marginal_30"),
    result("cost_difference", 38_500.0, -9_000.0, 86_000.0, 24_000.0, variant="marginal_100"),
    result("cost_difference", 41_000.0, 20_000.0, 62_000.0, 10_700.0, variant="volunteers_counted"),
    result(
        "net_benefit", -11_402.0, -61_000.0, 38_196.0, variant="half_value", value="soem", amount=252_650.0
    ),
)

CIRCLE = ((1, 0), (0.7, 0.7), (0, 1), (-0.7, 0.7), (-1, 0), (-0.7, -0.7), (0, -1), (0.7, -0.7))

PLANE_ROWS: tuple[tuple[Cell, ...], ...] = tuple(
    (ellipse, 0.1 + width * x, 36_667.0 + height * y)
    for ellipse, width, height in ((50, 0.112, 12_400.0), (95, 0.2325, 25_700.0))
    for x, y in CIRCLE
)
PLANE_NOTES: dict[str, Cell] = {
    "effect": 0.1,
    "cost": 36_667.0,
    "ne": 0.848,
    "se": 0.001,
    "sw": 0.0,
    "nw": 0.146,
    "axis": 0.005,
    "ties": 0,
    "conf_level": 0.95,
}

ACCEPTABILITY_ROWS: tuple[tuple[Cell, ...], ...] = (
    (0.0, 0.0, 0.0),
    (100_000.0, 0.05, 0.06),
    (252_650.0, 0.33, 0.34),
    (505_300.0, 0.61, 0.62),
    (1_000_000.0, 0.75, 0.76),
)

BREAK_EVEN_ROWS: tuple[tuple[Cell, ...], ...] = (
    (36_667.0, "soem", 505_300.0, 0.0726, 0.1, -0.0862, 0.2862),
    (36_667.0, "half", 252_650.0, 0.1451, 0.1, -0.0862, 0.2862),
)

BUDGET_ROWS: tuple[tuple[Cell, ...], ...] = (
    (1, "programme", 200, 7_200_000.0, 0.0, 7_200_000.0, 7_200_000.0),
    (2, "programme", 240, 8_640_000.0, 0.0, 8_640_000.0, 15_840_000.0),
    (1, "state", 200, 0.0, 450_000.0, -450_000.0, -450_000.0),
    (2, "state", 240, 0.0, 540_000.0, -540_000.0, -990_000.0),
)

TRANSPORTED_ROWS: tuple[tuple[Cell, ...], ...] = (
    ("assigned", 420, 160, 0.38, 0.05, 0.62, 0.1, -0.0862, 0.2862, -36, 120, "estimated", None),
)


def exhibit(
    kind: str, columns: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...], *counts: str, **notes: Cell
) -> Exhibit:
    """An exhibit about the one outcome in everyone assigned."""
    return Exhibit(
        id=kind,
        kind=kind,
        columns=columns,
        rows=rows,
        count_columns=counts,
        outcome=made.OUTCOME,
        population="assigned",
        notes=notes,
    )


def unit_costs(rows: tuple[tuple[Cell, ...], ...] = UNIT_COST_ROWS) -> Exhibit:
    return exhibit("unit_costs", UNIT_COST_COLUMNS, rows)


def costs_by_arm(rows: tuple[tuple[Cell, ...], ...] = COST_ROWS) -> Exhibit:
    columns = ("variant", "item", "arm", "people", "users", "mean", "sd", "share_missing")
    return exhibit("costs_by_arm", columns, rows, "people", "users")


def economic_result(rows: tuple[tuple[Cell, ...], ...] = RESULT_ROWS) -> Exhibit:
    counts = RESULT_COLUMNS[-4:]
    notes: dict[str, Cell] = {"conf_level": 0.95, "seed": 1, "replicates": 2000, "covariance": 31.0}
    return exhibit("economic_result", RESULT_COLUMNS, rows, *counts, **notes)


def plane(**notes: Cell) -> Exhibit:
    return exhibit("plane", ("ellipse", "effect", "cost"), PLANE_ROWS, **(PLANE_NOTES | notes))


def acceptability(rows: tuple[tuple[Cell, ...], ...] = ACCEPTABILITY_ROWS) -> Exhibit:
    return exhibit("acceptability", ("amount", "probability", "share_of_draws"), rows)


def break_even(rows: tuple[tuple[Cell, ...], ...] = BREAK_EVEN_ROWS) -> Exhibit:
    columns = ("cost_per_person", "value", "amount", "needed", "estimate", "conf_low", "conf_high")
    return exhibit("break_even", columns, rows, conf_level=0.95)


def budget_impact(rows: tuple[tuple[Cell, ...], ...] = BUDGET_ROWS) -> Exhibit:
    columns = ("year", "payer", "offered", "cost", "offsets", "net", "cumulative")
    return exhibit("budget_impact", columns, rows)


def transported(rows: tuple[tuple[Cell, ...], ...] = TRANSPORTED_ROWS) -> Exhibit:
    columns = (
        "population",
        "people",
        "said_averted",
        "effect_in_population",
        "conf_low",
        "conf_high",
        "effect_in_all",
        "conf_low_all",
        "conf_high_all",
        "averted_low",
        "averted_high",
        "status",
        "reason",
    )
    return exhibit("transported", columns, rows)


def all_exhibits() -> tuple[Exhibit, ...]:
    """Everything that an economic evaluation gives."""
    return (
        unit_costs(),
        costs_by_arm(),
        economic_result(),
        plane(),
        acceptability(),
        break_even(),
        budget_impact(),
        transported(),
    )


def findings(
    *exhibits: Exhibit,
    declared_in: str = "protocol",
    economics: dict[str, Any] | None = None,
    **more: Any,
) -> Findings:
    """Findings with these exhibits, or all of them, and what was declared of costs."""
    found = made.findings(*(exhibits or all_exhibits()), **more)
    declared = Economics.model_validate(ECONOMICS | (economics or {}))
    told = {
        "economics": declared.model_dump(mode="json", by_alias=True),
        "economics_declared_in": declared_in,
    }
    return replace(found, context={**found.context, **told})
