"""Findings made by hand, for figures: every number in them is written down here and nowhere computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from small_trials import small_protocol

from primus_eval.findings import Cell, Exhibit, Finding, Findings

OUTCOME = "reoffence"

STRANGE_ARMS = (
    "Økonomisk støtte <script>alert(1)</script> og $\\frac{1}{0}$ æ",
    "_sædvanlig indsats uden økonomisk støtte, men med råd & vejled",
)
"""Sixty characters or so each: markup, mathematics that matplotlib cannot read, an underscore first."""

CURVE_COLUMNS = ("arm", "time_days", "at_risk", "events", "censored", "incidence", "conf_low", "conf_high")
RISK_COLUMNS = ("arm", "time_days", "at_risk", "cumulative_events", "cumulative_censored")
FLOW_COLUMNS = ("stage", "arm", "reason", "label", "n")
BASELINE_COLUMNS = (
    "variable",
    "label",
    "unit",
    "kind",
    "level",
    "level_label",
    *(
        f"{name}_{role}"
        for role in ("treatment", "control")
        for name in ("n", "value", "spread", "count", "missing")
    ),
    "smd",
)

CURVE_ROWS: tuple[tuple[Cell, ...], ...] = (
    ("treatment", 0.0, 10, 0, 0, 0.0, None, None),
    ("treatment", 30.0, 10, 2, 0, 0.2, 0.06, 0.54),
    ("treatment", 80.0, 8, 0, 3, 0.2, 0.06, 0.54),
    ("control", 0.0, 10, 0, 0, 0.0, None, None),
    ("control", 20.0, 10, 4, 0, 0.4, 0.18, 0.74),
    ("control", 100.0, 6, 0, 6, 0.4, 0.18, 0.74),
)
"""Three of the treatment arm are last seen on day 80, so five are followed beyond its last row."""

RISK_ROWS: tuple[tuple[Cell, ...], ...] = (
    ("treatment", 0.0, 10, 0, 0),
    ("treatment", 50.0, 8, 2, 0),
    ("treatment", 100.0, 5, 2, 3),
    ("control", 0.0, 10, 0, 0),
    ("control", 50.0, 6, 4, 0),
    ("control", 100.0, None, None, None),
)

FLOW_ROWS: tuple[tuple[Cell, ...], ...] = (
    ("assessed", "", "", "", 1500),
    ("not_randomised", "", "reason_1", "declined", 300),
    ("not_randomised", "", "reason_2", "too old", 20),
    ("randomised", "", "", "", 1180),
    ("randomised", "treatment", "", "", 590),
    ("received", "treatment", "", "", 500),
    ("not_received", "treatment", "", "", 80),
    ("receipt_unknown", "treatment", "", "", 10),
    ("excluded", "treatment", "withdrew", "withdrew consent", 6),
    ("excluded", "treatment", "died", "died before release", 4),
    ("followed", "treatment", "", "", 580),
    ("followed_to_horizon", "treatment", "", "", 570),
    ("not_analysed", "treatment", "followup_ended_early", "", 10),
    ("analysed", "treatment", "", "", 570),
    ("randomised", "control", "", "", 590),
    ("received", "control", "", "", None),
    ("not_received", "control", "", "", None),
    ("followed", "control", "", "", 590),
    ("analysed", "control", "", "", 590),
)


ABOUT_OUTCOME = ("curve", "risk_table", "curve_effects", "cumulative_incidence", "mean_count")


def exhibit(kind: str, columns: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...], **more: Any) -> Exhibit:
    """An exhibit of one kind; curves and risk tables are about the one outcome and everyone assigned."""
    about_outcome = kind in ABOUT_OUTCOME
    population = more.pop("population", "assigned")
    name = f"{kind}/{OUTCOME}/{population}" if about_outcome else kind
    outcome = OUTCOME if about_outcome else ""
    return Exhibit(
        id=name, kind=kind, columns=columns, rows=rows, outcome=outcome, population=population, **more
    )


def curve(rows: tuple[tuple[Cell, ...], ...] = CURVE_ROWS, **notes: Cell) -> Exhibit:
    known: dict[str, Cell] = {"horizon_days": 100, "conf_level": 0.95, "coarse": False, "grid_days": None}
    return exhibit("curve", CURVE_COLUMNS, rows, notes=known | notes)


def coarse_curve() -> Exhibit:
    rows = tuple(
        (role, day, None, None, None, share, None, None)
        for role in ("treatment", "control")
        for day, share in ((0.0, 0.0), (50.0, 0.25), (100.0, 0.5))
    )
    return curve(rows, coarse=True, grid_days=50)


def risk_table(rows: tuple[tuple[Cell, ...], ...] = RISK_ROWS) -> Exhibit:
    return exhibit("risk_table", RISK_COLUMNS, rows)


EFFECT_ROWS: tuple[tuple[Cell, ...], ...] = (
    (50.0, "risk_difference", -0.2, -0.51, 0.19),
    (50.0, "restricted_mean_difference", 7.0, -3.5, 17.5),
    (100.0, "risk_difference", -0.1, -0.47, 0.00004),
    (100.0, "restricted_mean_difference", 14.0, None, None),
)
"""Differences up to the days of the risk table; the last mean has no interval."""


def curve_effects(rows: tuple[tuple[Cell, ...], ...] = EFFECT_ROWS) -> Exhibit:
    columns = ("time_days", "measure", "estimate", "conf_low", "conf_high")
    return exhibit("curve_effects", columns, rows, notes={"horizon_days": 100, "conf_level": 0.95})


def six_effects() -> Exhibit:
    """As many days as there can be, with numbers as wide as they can be."""
    days = (17.0, 33.0, 50.0, 67.0, 83.0, 100.0)
    measures = ("risk_difference", "restricted_mean_time_lost_difference")
    rows = [(day, measure, -0.3, -0.45, -0.00001) for day in days for measure in measures]
    return curve_effects(tuple(rows))


STACKED_ROWS: tuple[tuple[Cell, ...], ...] = (
    ("treatment", "event", 0.0, 0.0),
    ("treatment", "event", 30.0, 0.2),
    ("treatment", "event", 100.0, 0.2),
    ("treatment", "competing", 0.0, 0.0),
    ("treatment", "competing", 30.0, 0.0),
    ("treatment", "competing", 100.0, 0.1),
    ("control", "event", 0.0, 0.0),
    ("control", "event", 100.0, 0.4),
    ("control", "competing", 0.0, 0.0),
    ("control", "competing", 100.0, 0.0),
)


def stacked(rows: tuple[tuple[Cell, ...], ...] = STACKED_ROWS) -> Exhibit:
    """What came first by arm: the event, or a competing one."""
    columns = ("arm", "cause", "time_days", "incidence")
    return exhibit("cumulative_incidence", columns, rows, notes={"horizon_days": 100, "coarse": False})


MEAN_ROWS: tuple[tuple[Cell, ...], ...] = (
    ("treatment", 0.0, 10, 0, 0.0, None, None),
    ("treatment", 30.0, 10, 5, 0.5, 0.2, 1.25),
    ("treatment", 100.0, 10, 3, 0.8, 0.4, 1.6),
    ("control", 0.0, 10, 0, 0.0, None, None),
    ("control", 20.0, 10, 12, 1.2, 0.7, 2.1),
    ("control", 100.0, 9, 0, 1.2, 0.7, 2.1),
)


def mean_count(rows: tuple[tuple[Cell, ...], ...] = MEAN_ROWS, **notes: Cell) -> Exhibit:
    """The mean number of events for each person by arm."""
    columns = ("arm", "time_days", "at_risk", "events", "mean_count", "conf_low", "conf_high")
    known: dict[str, Cell] = {"horizon_days": 100, "conf_level": 0.95, "method": "ghosh_lin"}
    return exhibit("mean_count", columns, rows, notes=known | notes)


PREDICTED_ROWS: tuple[tuple[Cell, ...], ...] = (
    ("treatment", 0.0, 0.0, None, None),
    ("treatment", 40.0, 0.1, 0.04, 0.3),
    ("treatment", 100.0, 0.2, 0.08, 0.45),
    ("control", 0.0, 0.0, None, None),
    ("control", 40.0, 0.3, 0.1, 0.6),
    ("control", 100.0, 0.4, 0.2, 0.7),
)


def predicted(rows: tuple[tuple[Cell, ...], ...] = PREDICTED_ROWS, **notes: Cell) -> Exhibit:
    """Shares that a Cox model predicts by arm, for the analysis "adjusted"."""
    known: dict[str, Cell] = {
        "analysis": "adjusted",
        "horizon_days": 100,
        "conf_level": 0.95,
        "coarse": False,
    }
    made = exhibit("standardised_curve", ("arm", "time_days", *CURVE_COLUMNS[5:]), rows, notes=known | notes)
    return replace(made, id="standardised_curve/adjusted/assigned", outcome=OUTCOME)


def flow(changes: Mapping[tuple[Cell, ...], int | None] | None = None, **notes: Cell) -> Exhibit:
    """The flow of FLOW_ROWS with some numbers changed; keys are stage, arm and reason."""
    changes = changes or {}
    rows = tuple((*row[:4], changes.get(row[:3], row[4])) for row in FLOW_ROWS)
    return exhibit("flow", FLOW_COLUMNS, rows, notes={"horizon_days": 100, **notes})


def baseline(*, notes: Mapping[str, Cell] | None = None, **smds: float | None) -> Exhibit:
    """A baseline table with these standardised mean differences; a level follows two underscores."""
    rows = []
    for name, smd in smds.items():
        variable, _, level = name.partition("__")
        value = None if smd is None and notes else 0.5
        side = (10, value, 0.5, 5, 0)
        unit = "years" if variable == "age" else ""
        rows.append((variable, variable, unit, "share", level, level, *side, *side, smd))
    return exhibit("baseline", BASELINE_COLUMNS, tuple(rows), notes=notes or {})


DEFINITION_COLUMNS = (
    "definition",
    "label",
    "origin",
    "method",
    "n_treatment",
    "known_treatment",
    "events_treatment",
    "risk_treatment",
    "n_control",
    "known_control",
    "events_control",
    "risk_control",
    "estimate",
    "conf_low",
    "conf_high",
    "reason",
)
OWN_ROW = ("newcombe", 40, 40, 10, 0.25, 40, 40, 20, 0.5, -0.25, -0.43, -0.03, None)
OTHER_ROW = ("aalen_johansen", 40, 38, 8, 0.21, 40, 39, 6, 0.15, 0.06, -0.12, 0.22, None)
OFFICIAL_ROW = ("newcombe", 30, 30, 6, 0.2, 30, 30, 6, 0.2, 0.0, -0.2, 0.2, None)
NO_NUMBERS = (None,) * 12
DEFINITION_ROWS: tuple[tuple[Cell, ...], ...] = (
    ("reoffence", "recorded reoffence", "own", *OWN_ROW),
    ("dk_dst", "Denmark: guilty", "preset", *OTHER_ROW),
    ("dk_dst/official", "Denmark: guilty", "official", *OFFICIAL_ROW),
    ("nl_wodc", "Netherlands: case", "preset", *NO_NUMBERS, "not_in_the_data"),
    ("us_arrest", "United States: arrest", "preset", *NO_NUMBERS, "small_cell"),
)
"""The protocol's own, one by a preset with and without its official rules, and two that are not shown."""


def rounded_definitions() -> Exhibit:
    """The same, as it leaves: shares of rounded numbers of people, an interval and no estimate."""
    place = DEFINITION_COLUMNS.index("estimate")
    rows = tuple((*row[:place], None, *row[place + 1 :]) for row in DEFINITION_ROWS)
    return definitions(rows, rounded=True, step=6)


def definitions(rows: tuple[tuple[Cell, ...], ...] = DEFINITION_ROWS, **notes: Cell) -> Exhibit:
    """The same people under several definitions."""
    known: dict[str, Cell] = {"conf_level": 0.95, "rounded": False}
    made = exhibit("definitions", DEFINITION_COLUMNS, rows, notes=known | notes)
    return replace(made, id=f"definitions/{OUTCOME}", outcome=OUTCOME)


def finding(name: str, **fields: Any) -> Finding:
    """A finding about everyone assigned, by default a primary risk difference."""
    values: dict[str, Any] = {
        "analysis": name,
        "role": "sensitivity",
        "plan_status": "as_planned",
        "outcome": OUTCOME,
        "definition": "as recorded",
        "population": "assigned",
        "effect_measure": "risk_difference",
        "method": "newcombe",
        "contrast": "mentors-usual",
        "unit": "proportion",
        "conf_level": 0.95,
        "horizon_days": 100,
    }
    return Finding(finding=name, **(values | fields))


PRIMARY = finding("primary", role="primary", estimate=-0.2, conf_low=-0.5, conf_high=-0.0001)
ODDS = finding(
    "odds",
    effect_measure="odds_ratio",
    method="wald_log",
    unit="ratio",
    scale="log",
    estimate=0.375,
    conf_low=0.05,
    conf_high=2.77,
)
TIME = finding(
    "time",
    effect_measure="restricted_mean_difference",
    method="greenwood",
    unit="days",
    estimate=14.0,
    conf_low=-7.0,
    conf_high=35.0,
)
EVENT_FREE = finding(
    "event_free",
    effect_measure="survival_difference",
    method="greenwood",
    estimate=0.2,
    conf_low=-0.19,
    conf_high=0.59,
)
WITHHELD = finding("withheld", status="withheld", reason="small_cell")
CERTAIN = finding("certain", estimate=-0.4, reason="no_interval_at_certainty")


def period(first: int, last: int, estimate: float, low: float, high: float, **more: Any) -> Finding:
    """The hazard ratio within a period."""
    values: dict[str, Any] = {
        "analysis": "by_period",
        "role": "secondary",
        "effect_measure": "hazard_ratio",
        "method": "cox_periods",
        "unit": "ratio",
        "from_days": first,
        "horizon_days": last,
        "conditional": first > 0,
        "estimate": estimate,
        "conf_low": low,
        "conf_high": high,
    }
    return finding(f"ratio_{first}_{last}", **(values | more))


def up_to(last: int, estimate: float, low: float, high: float) -> Finding:
    """The difference in risk up to the end of a period."""
    values: dict[str, Any] = {"analysis": "by_period", "method": "aalen_johansen", "horizon_days": last}
    return finding(f"up_to_{last}", estimate=estimate, conf_low=low, conf_high=high, **values)


PERIODS = (
    period(0, 30, 0.5, 0.2, 1.25),
    period(30, 60, 1.5, 0.5, 4.5),
    period(60, 100, 0.9, 0.001, 90.0),
    up_to(30, -0.1, -0.25, 0.05),
    up_to(60, -0.05, -0.2, 0.1),
    up_to(100, -0.06, -0.22, 0.1),
)
"""One analysis by three periods; the last ratio is beyond all measure."""

NEEDED = finding("needed", effect_measure="number_needed_to_treat", unit="people", estimate=5.0)
TEST = finding(
    "test",
    effect_measure="association_test",
    method="fisher",
    unit="none",
    reason="test_only",
    p_value=0.6,
)

ROWS = (PRIMARY, ODDS, TIME, EVENT_FREE, WITHHELD, CERTAIN, NEEDED, TEST)


def findings(
    *exhibits: Exhibit,
    rows: tuple[Finding, ...] = ROWS,
    arms: tuple[str, str] = ("two mentors", "usual services"),
    weeks: bool = False,
    simulated: bool = False,
    better: str = "lower",
    reasons: tuple[str, ...] = ("declined", "too old"),
    received: str | None = "event",
    analyses: tuple[Mapping[str, Any], ...] = (),
    truth: Mapping[str, float] | None = None,
) -> Findings:
    """Findings with these exhibits, about a trial with these arms."""
    protocol = small_protocol().model_dump(mode="json", by_alias=True)
    protocol["study"] |= {"report_unit": "weeks" if weeks else "days", "simulated": simulated}
    protocol["design"]["not_randomised"] = [{"reason": {"en": reason}, "n": 1} for reason in reasons]
    protocol["data"]["participants"]["received"] = received
    protocol["outcome"][0]["better"] = better
    protocol["analysis"] += analyses
    protocol["truth"] = [
        {"analysis": analysis, "value": value, "source": {"en": "It was put in."}}
        for analysis, value in (truth or {}).items()
    ]
    for arm, label in zip(protocol["arm"], arms, strict=True):
        arm["label"] = {"en": label}
    return Findings(rows=rows, exhibits=exhibits, context={"protocol": protocol})


def strange() -> Findings:
    """Everything at once that a figure may stumble on: labels, tiny arms, no events, what is withheld."""
    nobody = tuple(
        (role, day, at_risk, 0, 0, 0.0, None, None)
        for role in ("treatment", "control")
        for day, at_risk in ((0.0, 3), (100.0, 3))
    )
    withheld = replace(curve(), id=f"curve/{OUTCOME}/other", population="other").withheld("small_cell")
    return findings(
        curve(nobody),
        withheld,
        risk_table(),
        flow({("assessed", "", ""): None}),
        baseline(age=2.4, prison__open=-0.004, prison__closed=None, prior=0.1),
        definitions(tuple((row[0], f"{STRANGE_ARMS[0]} {row[1]}", *row[2:]) for row in DEFINITION_ROWS)),
        six_effects(),
        stacked(tuple((*row[:3], 0.0) for row in STACKED_ROWS)),
        mean_count(tuple((*row[:4], 0.0, None, None) for row in MEAN_ROWS)),
        predicted(tuple((*row[:2], 0.0, None, None) for row in PREDICTED_ROWS)),
        rows=(*ROWS, PERIODS[0].withheld("small_cell"), *PERIODS[1:5]),
        arms=STRANGE_ARMS,
        simulated=True,
        truth={"primary": -0.1, "odds": 1.5},
    )
