"""Scores and weeks: who was seen at a wave, means of scales, and comparisons of them.

Two outcomes on scales rest on people who differ by the few who dropped out, so findings on them leave without
numbers of people; the table of waves says these, rounded. A mean leaves with two digits, without its
spread, and not where it stands at an end of its scale: then everybody is there. Where nearly all have
the same score, a mean counts the few others: then neither means nor comparisons leave. A p-value of which
others are corrected can be read from theirs, so a correction is shown only where all of its members are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from primus_eval.disclosure.coarse import midpoint
from primus_eval.disclosure.contributors import LEAST_OF_OTHERS, MOST_OF_TWO
from primus_eval.disclosure.indicators import Beside
from primus_eval.disclosure.shares import number_shown, parts_of, two_digits
from primus_eval.findings import Exhibit, Finding, Findings
from primus_eval.protocol import ASSIGNED
from primus_eval.vocabulary import Reason

Row = dict[str, Any]
Ends = Mapping[str, tuple[float, ...]]

LEVELS = "scale_levels"
"""The kind that says how many are off the commonest score, and by how much; it never leaves."""

SCORES = ("scale", "register_weeks")
"""What an outcome is declared by where it is a score or a number of weeks."""

SAYS_OF_ALL: tuple[Reason, ...] = ("no_variation", "too_few_levels", "too_few_people", "one_arm_empty")
"""Reasons for there being no answer that say something of every member of a part, or that it is small."""


def scores_of(context: Mapping[str, Any]) -> Ends:
    """Return the outcomes that are scores or weeks, each with the ends of its scale."""
    found: dict[str, tuple[float, ...]] = {}
    for outcome in context["protocol"]["outcome"]:
        if scale := outcome.get("scale"):
            found[outcome["id"]] = (scale["lowest"], scale["highest"])
        elif outcome.get("register_weeks"):
            found[outcome["id"]] = (0.0,)
    return found


def without_scores(findings: Findings) -> Findings:
    """Return the findings that are about events: those on scores leave without numbers of people.

    So what these rest on never decides whether anything else is shown.
    """
    scores = scores_of(findings.context)
    return replace(findings, rows=tuple(row for row in findings.rows if row.outcome not in scores))


def scores_to_withhold(
    findings: Findings, *, k: int, dominated: Collection[tuple[str, str]]
) -> dict[str, Reason]:
    """Return the findings on scores that may not be shown, with the reason.

    Each arm needs 2 k people. Parts of the trial by one column stand or fall together, and whoever they
    leave over must be nobody or as many. dominated: outcomes and populations of which two people make up
    most. Nor may a score where few of a wave have another than the commonest; what may not be said of a part
    is not said of others by its column. Checked: tests/test_release_scales.py.
    """
    levels = findings.exhibits_of(LEVELS)
    alike = {item.outcome: reason for item in levels if (reason := nearly_alike(item, k=k))}
    rows = [row for row in findings.rows if row.outcome in scores_of(findings.context)]
    withheld: dict[str, Reason] = {}
    for outcome in {row.outcome for row in rows}:
        about = [row for row in rows if row.outcome == outcome]
        whole = [row for row in about if row.population == ASSIGNED]
        few = any(_is_few(row, k) for row in whole)
        near = {part for item in levels if item.outcome == outcome for part in _parts_alike(item, k=k)}
        small = _unsafe_parts(about, findings.context, k=k, alike=near)
        for row in about:
            if few or row.population in small:
                withheld[row.finding] = "small_cell"
            elif outcome in alike:
                withheld[row.finding] = alike[outcome]
            elif {(outcome, ASSIGNED), (outcome, row.population)} & set(dominated):
                withheld[row.finding] = "dominated_by_few"
    return withheld


def _is_few(row: Finding, k: int) -> bool:
    return any(n is not None and n < 2 * k for n in (row.n_treatment, row.n_control))


def nearly_alike(levels: Exhibit, *, k: int) -> Reason | None:
    """Say why nothing may be said of a score: at some wave nearly all of an arm, or a place, have the same.

    Places of fewer than 2 k have no mean; they count with all places of their arm.
    """
    rows = [row for row in levels.records() if row["part"] == "" and row["known"]]
    rows = [row for row in rows if row["place"] == "" or int(str(row["known"])) >= 2 * k]
    reasons = [_says_of_few(row, k=k) for row in rows]
    return "small_cell" if "small_cell" in reasons else next(filter(None, reasons), None)


def _parts_alike(levels: Exhibit, *, k: int) -> set[str]:
    """Return the parts of which nearly all have the same score, or nearly all of everyone else."""
    rows = [row for row in levels.records() if row["part"] and row["known"]]
    return {str(row["part"]) for row in rows if _says_of_few(row, k=k)}


def _says_of_few(row: Mapping[str, Any], *, k: int) -> Reason | None:
    """Apply the rules of sums to how far each person is from the commonest score."""
    if row["off_mode"] < k:
        return "small_cell"
    two, others = row["largest"] + row["second"], row["distance"] - row["largest"] - row["second"]
    few = two > MOST_OF_TWO * row["distance"] or others < LEAST_OF_OTHERS * row["largest"]
    return "dominated_by_few" if few else None


def _unsafe_parts(
    rows: Sequence[Finding], context: Mapping[str, Any], *, k: int, alike: Collection[str]
) -> set[str]:
    """Return the populations of which nothing may be said on one outcome: all of a column, or none of it."""
    where = {item["id"]: item["where"] for item in context["protocol"]["population"]}
    unsafe: set[str] = set()
    for column in {item["column"] for item in where.values()}:
        parts = [row for row in rows if row.population in where and where[row.population]["column"] == column]
        says = any(_is_few(row, k) or row.reason in SAYS_OF_ALL or row.population in alike for row in parts)
        if says or _leaves_few(rows, parts, where, k=k):
            unsafe |= {row.population for row in parts}
    return unsafe


def _leaves_few(
    rows: Sequence[Finding], parts: Sequence[Finding], where: Mapping[str, Any], *, k: int
) -> bool:
    """Whether parts share people, or leave one to 2 k - 1 of an arm over from any number of everyone."""
    populations = {row.population for row in parts}
    codes = [code for name in populations for code in where[name]["in"]]
    if len(set(codes)) < len(codes):
        return True
    for whole in (row for row in rows if row.population == ASSIGNED and parts):
        for arm in ("n_treatment", "n_control"):
            by_part = {row.population: getattr(row, arm) or 0 for row in parts}
            left = (getattr(whole, arm) or 0) - sum(by_part.values())
            if 0 < abs(left) < 2 * k:
                return True
    return False


def released_scales(
    exhibits: Collection[Exhibit],
    beside: Beside,
    *,
    ends: Ends,
    gone: Collection[str],
    dominated: Collection[str] = (),
) -> dict[str, Exhibit]:
    """Return, by id, every exhibit about scores as it may leave.

    gone: analyses of which something is withheld. dominated: outcomes of which few people make up a sum.
    """
    found: dict[str, Exhibit] = {}
    levels = [item for item in exhibits if item.kind == LEVELS]
    alike = {item.outcome: reason for item in levels if (reason := nearly_alike(item, k=beside.k))}
    for exhibit in exhibits:
        if exhibit.kind not in CHANGES:
            continue
        if exhibit.kind in OF_SCORES and exhibit.outcome in alike:
            found[exhibit.id] = exhibit.withheld(alike[exhibit.outcome])
            continue
        if exhibit.kind == "weeks_divided" and exhibit.outcome in dominated:
            found[exhibit.id] = exhibit.withheld("dominated_by_few")
            continue
        done = exhibit.status == "withheld" or exhibit.notes.get("rounded")
        found[exhibit.id] = exhibit if done else CHANGES[exhibit.kind](exhibit, beside, ends, gone)
    return found


def _with_rows(exhibit: Exhibit, rows: Sequence[Row], beside: Beside) -> Exhibit:
    return replace(
        exhibit,
        rows=tuple(tuple(row[name] for name in exhibit.columns) for row in rows),
        notes={**exhibit.notes, "rounded": True, "step": beside.k + 1},
    )


def _waves(waves: Exhibit, beside: Beside, ends: Ends, gone: Collection[str]) -> Exhibit:
    """Round who was expected and seen at each wave; where people were is a number of parts."""
    k = beside.k
    records: list[Row] = list(waves.records())
    rows: list[Row] = []
    for wave, arm in dict.fromkeys((row["wave"], row["arm"]) for row in records):
        inside = [row for row in records if (row["wave"], row["arm"]) == (wave, arm)]
        counts = [int(row["expected"] or 0) for row in inside]
        total = number_shown(sum(counts), beside.of(arm), k)
        for row, expected in zip(inside, parts_of(counts, total, k=k), strict=True):
            observed = _observed(row, expected, k)
            mean = _mean(row, k, ends.get(waves.outcome, ()))
            rows.append({**row, "expected": expected, "observed": observed, "mean": mean, "sd": None})
    return _with_rows(waves, rows, beside)


def _observed(row: Row, expected: int, k: int) -> int | None:
    """Round who was not observed, and show what that leaves: the largest place is what others leave."""
    observed: int | None = row["observed"]
    if not observed:
        return observed
    return max(expected - midpoint(int(row["expected"] or 0) - observed, k), 0)


def _mean(row: Row, k: int, ends: Sequence[float]) -> float | None:
    if row["mean"] is None or (row["observed"] or 0) < 2 * k:
        return None
    mean = two_digits(row["mean"])
    return None if mean in ends else mean


def _holm(holm: Exhibit, beside: Beside, ends: Ends, gone: Collection[str]) -> Exhibit:
    """Show corrected p-values where all that they are corrected for are shown."""
    if any(row["analysis"] in gone for row in holm.records()):
        return holm.withheld("differencing")
    return _with_rows(holm, [_coarse(row, ("p_value", "adjusted"), 2) for row in holm.records()], beside)


def _delta(deltas: Exhibit, beside: Beside, ends: Ends, gone: Collection[str]) -> Exhibit:
    numbers = ("estimate", "conf_low", "conf_high")
    return _with_rows(deltas, [_coarse(row, numbers, 3) for row in deltas.records()], beside)


def _model(model: Exhibit, beside: Beside, ends: Ends, gone: Collection[str]) -> Exhibit:
    """Show differences wave by wave without their degrees of freedom, which count people."""
    numbers = ("estimate", "conf_low", "conf_high")
    rows = [{**_coarse(row, numbers, 3), "df": None} for row in model.records()]
    return _with_rows(model, rows, beside)


def _ends(counts: Exhibit, beside: Beside, ends: Ends, gone: Collection[str]) -> Exhibit:
    """Round who was at an end of a scale before."""
    records: list[Row] = list(counts.records())
    rows = []
    for row in records:
        people = midpoint(row["people"], beside.k)
        at = {name: min(midpoint(row[name], beside.k), people) for name in ("at_best", "at_worst")}
        rows.append({**row, **at, "people": people})
    return _with_rows(counts, rows, beside)


def _assessors(counts: Exhibit, beside: Beside, ends: Ends, gone: Collection[str]) -> Exhibit:
    records: list[Row] = list(counts.records())
    rows = [{**row, "assessments": midpoint(row["assessments"], beside.k)} for row in records]
    return _with_rows(counts, rows, beside)


def _weeks_divided(weeks: Exhibit, beside: Beside, ends: Ends, gone: Collection[str]) -> Exhibit:
    """Show mean weeks; not those after death or departure, which may be of one person, nor the rest."""
    records: list[Row] = list(weeks.records())
    if any(row["people"] < 2 * beside.k for row in records):
        return weeks.withheld("small_cell")
    rows = [
        {
            **row,
            "people": number_shown(row["people"], beside.of(row["arm"]), beside.k),
            "with_code": None if row["with_code"] is None else two_digits(row["with_code"]),
            "in_custody": None if row["in_custody"] is None else round(row["in_custody"]) + 0.0,
            "dead_or_abroad": None,
            "other": None,
        }
        for row in records
    ]
    return _with_rows(weeks, rows, beside)


def _coarse(row: Row, names: Sequence[str], digits: int) -> Row:
    return {
        name: float(f"{value:.{digits}g}") + 0.0 if name in names and value is not None else value
        for name, value in row.items()
    }


OF_SCORES = ("scale_waves", "scale_model", "scale_delta")
"""Exhibits that hold means of scores, or differences of them."""

CHANGES: dict[str, Callable[[Exhibit, Beside, Ends, Collection[str]], Exhibit]] = {
    "scale_waves": _waves,
    "holm": _holm,
    "scale_delta": _delta,
    "scale_model": _model,
    "scale_ends": _ends,
    "scale_assessors": _assessors,
    "weeks_divided": _weeks_divided,
}
"""How an exhibit of each kind leaves."""
