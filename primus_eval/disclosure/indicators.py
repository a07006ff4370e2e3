"""Indicators of how a programme was delivered: rounded shares, coarse sums, whole breakdowns or none.

Participants, mentors and whoever refers are data subjects. Shares of people, matches and mentors are rounded
(`shares`), because most indicators are parts of each other. Sums over people leave with two digits, and only
where enough people make them up and no two of them most of it. Medians are the day of one person or two, so
they leave on a grid. What rests on one to k - 1 mentors would be about these.

A breakdown by what people are (branch, risk, referrer) is shown only where every group is large, and has k
people with and k without. Of nested shares only one is broken down: two that step down in each group and
hardly in everybody would count the few. Rows of one breakdown are withheld together, for one reason, because
all but one give the last one back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, isclose
from typing import Any

from primus_eval.disclosure.cells import is_small
from primus_eval.disclosure.coarse import midpoint
from primus_eval.disclosure.contributors import MOST_OF_TWO
from primus_eval.disclosure.shares import (
    is_enough,
    number_shown,
    parts_of,
    rounded_interval,
    rounded_rate,
    rounded_share,
    rounded_sum,
    step_for,
)
from primus_eval.findings import Exhibit
from primus_eval.vocabulary import Reason

KIND = "indicators"

Row = dict[str, Any]

NUMBERS = (
    "numerator",
    "denominator",
    "people",
    "people_with",
    "mentors",
    "top_two",
    "estimate",
    "conf_low",
    "conf_high",
)

DECLARED = ("informed", "consented", "representative")
"""Indicators of numbers that the protocol itself declares: all of them are shown as they are, or none."""

AS_GIVEN = ("adaptations", "cost_per_person")
"""Indicators that count nobody: what the programme did, and a cost that was made coarse with all costs."""

BY_CURVES = ("kaplan_meier", "cumulative_incidence")
OF_COUNTS = ("wilson", *BY_CURVES)
"""Methods for shares of people, or of things that people have."""

PEOPLE_PARTS = ("branch", "risk", "referrer")
"""Breakdowns by what people are, so that each row is about a part of the trial."""

BROKEN_DOWN = "matched"
"""The one share of people that is shown by what they are."""

GRID = {"days": 10.0, "weeks": 1.0, "hours": 5.0, "points": 1.0, "count": 5.0}
"""The grid for medians, by unit."""

MEDIANS = ("median_order", *BY_CURVES)
"""Methods for medians, in units of time; by curves where some wait at the end."""

RATIO = 1e-6
"""How near a rate is to the ratio of its sums: floating point is nearer, and another quantity is farther."""

DIFFERENCE = "standardised_difference"
DIFFERENCE_DIGITS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a reader has beside an exhibit.

    shown: by arm, the exact numbers of people that are shown. hide_losses, hide_reach: whether the numbers
    lost on the way to analysis, and those eligible, informed and consenting, are hidden. hidden: outcomes of
    which nothing on everyone is shown. labels: what is said of changes of the programme (what, why) in words
    that the protocol declares, so that nobody wrote them about somebody.
    """

    k: int
    shown: Mapping[str, Sequence[int]]
    hide_losses: bool = False
    hide_reach: bool = False
    hidden: Collection[str] = ()
    labels: Collection[str] = ()

    def of(self, arm: Any) -> Sequence[int]:
        """Return the exact numbers of people of an arm; none where it is about mentors or nobody's arm."""
        return self.shown.get(str(arm), ())


def released_indicators(exhibit: Exhibit, beside: Beside) -> Exhibit:
    """Return the indicators of a programme as they may leave.

    Checked: tests/test_release_programme.py.
    """
    records: list[Row] = list(exhibit.records())
    rows: list[Row] = []
    for group in _together(records):
        problem = _group_problem(group, beside)
        if problem is not None:
            rows += [_withheld(row, problem) for row in group]
        elif _adds_up(group):
            rows += _rounded_parts(group, beside)
        else:
            rows += [_rounded(row, beside) for row in group]
    order = {_key(row): place for place, row in enumerate(records)}
    rows.sort(key=lambda row: order[_key(row)])
    return replace(
        exhibit,
        rows=tuple(tuple(row[name] for name in exhibit.columns) for row in rows),
        notes={**exhibit.notes, "rounded": True, "step": beside.k + 1},
    )


def withheld_in(indicators: Exhibit) -> set[str]:
    """Return the indicators of which not even the number for everybody is shown."""
    return {
        str(row["indicator"])
        for row in indicators.records()
        if row["state"] == "withheld" and not row["breakdown"]
    }


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("indicator", "breakdown", "group", "arm"))


def _together(records: Sequence[Row]) -> list[list[Row]]:
    """Return rows that stand or fall together: those of a breakdown, of both arms; others for themselves."""
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in records:
        key = (row["indicator"], row["breakdown"]) if row["breakdown"] else _key(row)
        groups.setdefault(key, []).append(row)
    return list(groups.values())


def _group_problem(group: Sequence[Row], beside: Beside) -> Reason | None:
    """Say why some rows may not be shown; a reason that does not tell which of them is small."""
    counted = [row for row in group if row["state"] in ("reported", "not_estimable")]
    is_breakdown = bool(group[0]["breakdown"])
    of_people = group[0]["breakdown"] in PEOPLE_PARTS
    if of_people and any(_is_share(row) and row["indicator"] != BROKEN_DOWN for row in counted):
        return "differencing"
    for row in counted:
        problem = _problem(row, beside, of_people=of_people)
        if problem is not None:
            return problem
        if is_breakdown and row["state"] == "not_estimable" and row["indicator"] not in DECLARED:
            return "small_cell"  # that there is nothing to divide by is a count of nobody
    return None


def _problem(row: Row, beside: Beside, *, of_people: bool) -> Reason | None:
    k = beside.k
    if row["indicator"] in DECLARED:
        return "differencing" if beside.hide_reach else None
    if row["indicator"] in AS_GIVEN or row["state"] == "not_estimable":
        return None
    if is_small(row["mentors"], k) or is_small(row["people"], k):
        return "small_cell"
    if _is_share(row):
        problem = _problem_of_share(row, k, of_people=of_people)
    elif row["method"] in (*MEDIANS, DIFFERENCE):
        problem = None if _people(row) >= 4 * k else "small_cell"
    else:
        problem = _problem_of_sum(row, k, of_people=of_people)
    is_dominated = row["top_two"] is not None and row["top_two"] > MOST_OF_TWO
    return problem or ("dominated_by_few" if is_dominated else None)


def _problem_of_share(row: Row, k: int, *, of_people: bool) -> Reason | None:
    if not is_enough(row["denominator"], k):
        return "small_cell"
    some = _some(row)
    without = round(row["denominator"]) - some
    return "small_cell" if of_people and min(some, without) < k else None


def _problem_of_sum(row: Row, k: int, *, of_people: bool) -> Reason | None:
    """A sum needs people who make it up: none, in everybody, or more than one step of rounding."""
    people, contributing = _people(row), row["people_with"]
    if people < 2 * k:
        return "small_cell"
    if contributing is None:
        return None
    if contributing == 0:
        return "small_cell" if of_people else None
    if contributing <= k + 1 or (of_people and people - contributing < k):
        return "small_cell"
    return None


def _is_share(row: Row) -> bool:
    return row["method"] in OF_COUNTS and row["unit"] == "proportion"


def _people(row: Row) -> float:
    found = row["people"] if row["people"] is not None else row["denominator"]
    return float(found or 0)


def _some(row: Row) -> int:
    """Return how many have it: of a share by a curve, the whole people that it comes nearest to."""
    if row["method"] in BY_CURVES and row["estimate"] is not None:
        return round(row["estimate"] * row["denominator"])
    return round(row["numerator"] or 0)


def _withheld(row: Row, reason: Reason) -> Row:
    if row["state"] == "not_collected":
        return row
    return {**row, **dict.fromkeys(NUMBERS), "state": "withheld", "reason": reason}


def _rounded(row: Row, beside: Beside) -> Row:
    """Round a row that may be shown."""
    if row["state"] not in ("reported", "not_estimable") or row["indicator"] in (*DECLARED, *AS_GIVEN):
        return row
    row = {**row, **_people_shown(row, beside), "top_two": None}
    if row["state"] == "not_estimable":
        return {**row, **_counts_shown(row, beside)}
    if _is_share(row):
        return _as_share(row, beside)
    if row["method"] in MEDIANS:
        return {**row, **_counts_shown(row, beside), **_on_grid(row)}
    if row["unit"] == "count":
        return {**row, **_counts_shown(row, beside)}
    if row["method"] == DIFFERENCE:
        return {**row, **_counts_shown(row, beside), **_to_digits(row)}
    return {**row, **_as_rate(row, beside)}


def _as_rate(row: Row, beside: Beside) -> Row:
    """Round both sums that a rate is made of; the rate is that of the sums shown, and says no more.

    Its interval is rounded outwards, and on as far as the rate of the rounded sums lies beyond it.
    """
    k, units, some = beside.k, row["denominator"], row["numerator"]
    of = _units_shown(units, beside.of(row["arm"]), k)
    shown = None if some is None else rounded_sum(some, k)
    most = 1.0 if row["unit"] == "proportion" else inf
    if most == 1.0 and shown is not None and of is not None:
        shown = min(shown, of)
    rate = row["estimate"]
    if rate is not None:
        rate = shown / of if _is_ratio(row) and shown is not None and of else rounded_rate(rate, units, k)
    ends = rounded_interval(
        (row["conf_low"], row["conf_high"]), rate, step=step_for(units, k) if units else None, most=most
    )
    return {
        "numerator": shown,
        "denominator": of,
        "estimate": rate,
        "conf_low": ends[0],
        "conf_high": ends[1],
    }


def _is_ratio(row: Row) -> bool:
    """Whether a rate is what its numerator divided by its denominator gives."""
    some, of = row["numerator"], row["denominator"]
    return bool(some is not None and of and isclose(some / of, row["estimate"], rel_tol=RATIO, abs_tol=RATIO))


def _units_shown(units: float | None, shown: Sequence[int], k: int) -> float | None:
    """Round what a rate is of; few units may be people, of whom a number is rounded in one way only."""
    if units is None:
        return None
    return float(number_shown(round(units), shown, k)) if units <= 100 else rounded_sum(units, k)


def _people_shown(row: Row, beside: Beside) -> Row:
    """Round the people behind a row; of parts it is not said how many contribute, which would be nested."""
    k, shown = beside.k, beside.of(row["arm"])
    people = None if row["people"] is None else number_shown(row["people"], shown, k)
    is_whole = row["people_with"] is not None and not row["breakdown"]
    contributing = midpoint(row["people_with"], k) if is_whole else None
    if people is not None and contributing is not None:
        contributing = min(contributing, people)
    mentors = None if row["mentors"] is None else midpoint(row["mentors"], k)
    return {"people": people, "people_with": contributing, "mentors": mentors}


def _counts_shown(row: Row, beside: Beside) -> Row:
    """Round the numbers behind a median: of whom it is, and how many had what it waits for."""
    k, shown = beside.k, beside.of(row["arm"])
    of = None if row["denominator"] is None else number_shown(round(row["denominator"]), shown, k)
    some = None if row["numerator"] is None else midpoint(round(row["numerator"]), k)
    return {"numerator": some if of is None or some is None else min(some, of), "denominator": of}


def _on_grid(row: Row) -> Row:
    step = GRID.get(row["unit"], 1.0)
    return {
        name: None if row[name] is None else round(row[name] / step) * step + 0.0
        for name in ("estimate", "conf_low", "conf_high")
    }


def _to_digits(row: Row) -> Row:
    return {
        name: None if row[name] is None else round(row[name], DIFFERENCE_DIGITS) + 0.0
        for name in ("estimate", "conf_low", "conf_high")
    }


def _as_share(row: Row, beside: Beside, *, rest: int | None = None, slack: int = 0) -> Row:
    share = rounded_share(
        _some(row),
        round(row["denominator"]),
        k=beside.k,
        shown=beside.of(row["arm"]),
        conf_level=row["conf_level"],
        rest=rest,
        slack=slack,
    )
    return {
        **row,
        "numerator": share.numerator,
        "denominator": share.denominator,
        "estimate": share.estimate,
        "conf_low": share.conf_low,
        "conf_high": share.conf_high,
        "method": "wilson",
    }


def _adds_up(group: Sequence[Row]) -> bool:
    """Whether the rows of a breakdown are parts of one number, as the ways in which matches ended are."""
    if len(group) < 2 or not group[0]["breakdown"] or len({row["arm"] for row in group}) > 1:
        return False
    if any(row["state"] != "reported" or row["method"] != "wilson" for row in group):
        return False
    of = {row["denominator"] for row in group}
    return len(of) == 1 and sum(row["numerator"] for row in group) == of.pop()


def _rounded_parts(group: Sequence[Row], beside: Beside) -> list[Row]:
    """Round parts that add up; the largest is what the others leave."""
    k, first = beside.k, group[0]
    total = number_shown(round(first["denominator"]), beside.of(first["arm"]), k)
    counts = [round(row["numerator"]) for row in group]
    parts, largest = parts_of(counts, total, k=k), counts.index(max(counts))
    slack = (k + 1) * len(group)
    return [
        _as_share(
            {**row, **_people_shown(row, beside), "top_two": None},
            beside,
            rest=part if place == largest else None,
            slack=slack if place == largest else 0,
        )
        for place, (row, part) in enumerate(zip(group, parts, strict=True))
    ]
