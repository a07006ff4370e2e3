"""Later years, and a second report on the same people.

Hazards by year are a risk table by year, and are rounded as one: so the two never say a number twice.

Whoever holds two reports a year apart subtracts them. Where an outcome now has one to k - 1 people or events
more, fewer, or other than in the former report, it is withheld now: the former report stands, and says it.
The table of what changed counts the same differences, whose sums and differences are known from the
findings; so all of its numbers are shown or none but how many were randomised.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from primus_eval.disclosure.cells import Counts, difference_problem, is_small
from primus_eval.disclosure.coarse import coarse_risk_table, midpoint, would_mislead
from primus_eval.disclosure.indicators import Beside
from primus_eval.disclosure.losses import ARMS
from primus_eval.disclosure.shares import number_shown, two_digits
from primus_eval.findings import COUNTS, Cell, Exhibit, Finding, Findings
from primus_eval.numerics.proportions import Table2x2
from primus_eval.protocol import ASSIGNED
from primus_eval.vocabulary import Reason

Row = dict[str, Any]
Target = tuple[str, str]

HORIZONS, YEARS, RETURN = "horizons", "yearly_hazards", "eventual_return"
SINCE, STEPS = "since_last_report", "decomposition"
AS_SHOWN = "steps_as_shown"
"""The kind of exhibit that says how a release shows the steps before now; it never leaves."""

THEN, AGAIN, NOW = "then", "changed_code", "now"
RANDOMISED = "randomised"
ESTIMATES = ("estimate", "conf_low", "conf_high")
LIKELIHOOD_DIGITS = 4


def said_before(findings: Findings, *, k: int) -> dict[Target, Reason]:
    """Return the outcomes and populations whose numbers differ by few from those of the former report.

    Where everyone's do, nothing is said of a part; where those of a part do, of no part.
    Checked: tests/test_release_long_term.py.
    """
    about = {item["id"]: item for item in findings.context["protocol"]["analysis"]}
    near: set[Target] = set()
    for exhibit in findings.exhibits_of(STEPS):
        for analysis, rows in _by_analysis(exhibit).items():
            item, now = about.get(analysis), _counts(rows.get(NOW))
            if item is None or now is None:
                continue
            # a released report may not say its counts: then those of the same data, evaluated again, count
            before = [_counts(rows.get(step)) for step in (THEN, AGAIN)]
            if any(then is not None and _are_near(then, now, item, k) for then in before):
                near.add((item["outcome"], item["population"]))
    everyone = {outcome for outcome, population in near if population == ASSIGNED}
    return {
        (row.outcome, row.population): "differencing"
        for row in findings.rows
        if row.outcome in everyone
        or (row.population != ASSIGNED and row.outcome in {outcome for outcome, _ in near})
    }


def _by_analysis(exhibit: Exhibit) -> dict[str, dict[str, Row]]:
    found: dict[str, dict[str, Row]] = {}
    for row in exhibit.records():
        found.setdefault(str(row["analysis"]), {})[str(row["step"])] = row
    return found


def _counts(row: Row | None) -> Counts | None:
    """Return events and people by arm, as withholding counts them."""
    if row is None or any(row[name] is None for name in COUNTS):
        return None
    return row["events_treatment"], row["n_treatment"], row["events_control"], row["n_control"]


def _are_near(one: Counts, other: Counts, analysis: Mapping[str, Any], k: int) -> bool:
    in_part = analysis["population"] != ASSIGNED
    return difference_problem(other, one, k=k, same_outcome=True, in_part=in_part) is not None


def released_long_term(
    exhibits: Collection[Exhibit],
    beside: Beside,
    *,
    rows: Sequence[Finding],
    sizes: Sequence[tuple[int, int]],
    whole: Mapping[Target, Table2x2],
    gone: Collection[str],
) -> dict[str, Exhibit]:
    """Return, by id, every exhibit about later years and the former report as it may leave.

    rows: findings as they leave. sizes: people of both arms in released findings on everyone. whole: the
    whole people that risks by curves are shown as. gone: analyses of which something is withheld.
    """
    found: dict[str, Exhibit] = {}
    said = _said_elsewhere(exhibits, rows)
    for exhibit in exhibits:
        if exhibit.kind not in (HORIZONS, YEARS, RETURN, SINCE, STEPS):
            continue
        if exhibit.status == "withheld" or exhibit.notes.get("rounded"):
            found[exhibit.id] = exhibit
        elif exhibit.kind == HORIZONS:
            horizons = [_horizon(row, beside, sizes) for row in exhibit.records()]
            found[exhibit.id] = _with_rows(exhibit, horizons, beside)
        elif exhibit.kind == YEARS:
            found[exhibit.id] = _years(exhibit, beside, sizes, whole)
        elif exhibit.kind == RETURN:
            found[exhibit.id] = _with_rows(exhibit, [_return(row) for row in exhibit.records()], beside)
        elif exhibit.kind == SINCE:
            found[exhibit.id] = _since(exhibit, beside)
        else:
            found[exhibit.id] = _steps(exhibit, beside, said, gone)
    return found


def _with_rows(exhibit: Exhibit, rows: Sequence[Row], beside: Beside, **notes: Cell) -> Exhibit:
    return replace(
        exhibit,
        rows=tuple(tuple(row[name] for name in exhibit.columns) for row in rows),
        notes={**exhibit.notes, "rounded": True, "step": beside.k + 1, **notes},
    )


def _horizon(row: Row, beside: Beside, sizes: Sequence[tuple[int, int]]) -> Row:
    """Round how many are followed; that some are not yet is said, and how many they are is not."""
    followed = number_shown(row["followed"], [sum(pair) for pair in sizes], beside.k)
    return {**row, "followed": followed, "not_mature": None if row["not_mature"] else 0}


def _years(
    hazards: Exhibit, beside: Beside, sizes: Sequence[tuple[int, int]], whole: Mapping[Target, Table2x2]
) -> Exhibit:
    """Compute hazards from the risk table by year, rounded; too few people would leave a misleading one."""
    table = _as_risk_table(hazards)
    if would_mislead(table, k=beside.k):
        return hazards.withheld("curve_too_coarse")
    at_end = whole.get((hazards.outcome, hazards.population))
    events = (
        None
        if at_end is None
        else dict(zip(ARMS, (at_end.events_treatment, at_end.events_control), strict=True))
    )
    rounded = coarse_risk_table(table, k=beside.k, hide_losses=beside.hide_losses, shown=sizes, at_end=events)
    at = {(row["arm"], row["time_days"]): row for row in rounded.records()}
    rows = []
    for row in hazards.records():
        before, after = (at.get((row["arm"], float(int(row["year"] or 0) - ago))) for ago in (1, 0))
        if before is not None and after is not None:
            rows.append(_year(row, before, after))
    return _with_rows(hazards, rows, beside)


def _as_risk_table(hazards: Exhibit) -> Exhibit:
    """Write hazards by year as a risk table whose times are years."""
    columns = ("arm", "time_days", "at_risk", "cumulative_events", "cumulative_censored")
    rows: list[tuple[Cell, ...]] = []
    for arm in ARMS:
        years = [row for row in hazards.records() if row["arm"] == arm]
        events = 0
        start = int(years[0]["at_risk"] or 0) if years else 0
        for row in years:
            at_risk = int(row["at_risk"] or 0)
            rows.append((arm, float(int(row["year"] or 0) - 1), at_risk, events, start - at_risk - events))
            events += int(row["events"] or 0)
        if years:
            rows.append((arm, float(int(years[-1]["year"] or 0)), 0, events, start - events))
    last = max((float(str(row[1])) for row in rows), default=0.0)
    return replace(
        hazards,
        kind="risk_table",
        columns=columns,
        rows=tuple(rows),
        count_columns=(),
        notes={"horizon_days": last},
    )


def _year(row: Row, before: Row, after: Row) -> Row:
    events = max(after["cumulative_events"] - before["cumulative_events"], 0)
    at_risk = before["at_risk"]
    empty = dict.fromkeys(("person_years", "rate", "conf_low", "conf_high"))
    return {**row, **empty, "at_risk": at_risk, "events": events, "hazard": min(events / at_risk, 1.0)}


def _return(row: Row) -> Row:
    """Show shares that return to two digits; a likelihood is a sum over all days."""
    shares = {
        name: None if row[name] is None else two_digits(row[name])
        for name in ("share", "conf_low", "conf_high")
    }
    likelihood = row["log_likelihood"]
    coarse = None if likelihood is None else float(f"{likelihood:.{LIKELIHOOD_DIGITS}g}")
    return {**row, **shares, "log_likelihood": coarse}


def _since(changes: Exhibit, beside: Beside) -> Exhibit:
    """Show rounded what changed, or, where any number is of few, only how many were randomised."""
    k = beside.k
    records: list[Row] = list(changes.records())
    numbers = ("then", "now", "change")
    hide = any(
        is_small(abs(row[name]), k)
        for row in records
        for name in numbers
        if row["what"] != RANDOMISED and row[name] is not None
    )
    rows = []
    for row in records:
        if row["what"] == RANDOMISED:
            n = None if row["now"] is None else number_shown(row["now"], beside.of(row["arm"]), k)
            rows.append({**row, "then": n, "now": n, "change": None if n is None else 0})
        elif hide:
            rows.append({**row, **dict.fromkeys(numbers)})
        else:
            then, now = (None if row[name] is None else midpoint(row[name], k) for name in (THEN, NOW))
            change = None if then is None or now is None else now - then
            rows.append({**row, "then": then, "now": now, "change": change})
    return _with_rows(changes, rows, beside, withheld_counts=hide)


def _said_elsewhere(exhibits: Collection[Exhibit], rows: Sequence[Finding]) -> dict[tuple[str, str], Row]:
    """Return the estimates of every step as released findings say them, by analysis and step."""
    before = {
        (str(row["analysis"]), str(row["step"])): {name: row[name] for name in ESTIMATES}
        for exhibit in exhibits
        if exhibit.kind == AS_SHOWN
        for row in exhibit.records()
    }
    analyses = [row.analysis for row in rows]
    now = {
        (row.analysis, NOW): {name: getattr(row, name) for name in ESTIMATES}
        for row in rows
        if analyses.count(row.analysis) == 1
    }
    return {**before, **now}


def _steps(
    steps: Exhibit, beside: Beside, said: Mapping[tuple[str, str], Row], gone: Collection[str]
) -> Exhibit:
    """Show estimates step by step, without the steps between where any two of them differ by few.

    Each is the number that its finding leaves with, then and now: in other digits it would say a protected
    number a second time. A step that no released finding says is withheld.
    """
    nothing: Row = dict.fromkeys(ESTIMATES)
    about = _by_analysis(steps)
    between = {name for name, rows in about.items() if _any_near(rows, beside.k)}
    rows: list[Row] = []
    for row in steps.records():
        name, step = str(row["analysis"]), row["step"]
        hidden = name in gone or (name in between and step not in (THEN, NOW))
        estimates = nothing if hidden else said.get((name, str(step)), nothing)
        rows.append({**row, **estimates, **dict.fromkeys(COUNTS)})
    return _with_rows(steps, rows, beside, withheld_counts=bool(between))


def _any_near(rows: Mapping[str, Row], k: int) -> bool:
    counts = [_counts(row) for row in rows.values()]
    if None in counts:
        return True
    return any(
        difference_problem(one, other, k=k, same_outcome=True) is not None
        for one, other in combinations([each for each in counts if each is not None], 2)
    )
