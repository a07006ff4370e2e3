"""Sums over people of which few make up most: numbers of events, days of harm, days in custody.

A mean is a sum by another name. Where one or two people account for nearly all of it, or few have any, it
says something of them (the rules of dominance that statistical offices use: Hundepool et al. 2012,
Statistical Disclosure Control, section 4.2). Numbers of events also count the people who have more than one:
beside how many people had an event, the number of events says how many there were beyond. A mean and a rate
together give the days that people were observed, and so how many were lost; a win ratio by death counts the
dead; levels of seriousness are cells of a table.

Parts of the trial that one column defines stand or fall together, because all but one give the last one back,
and nothing is said of a part where everyone else could not be spoken of.
"""

from __future__ import annotations

from collections.abc import Mapping

from primus_eval.disclosure.cells import is_small
from primus_eval.findings import Cell, Finding, Findings
from primus_eval.methods import ABOUT
from primus_eval.protocol import ASSIGNED
from primus_eval.vocabulary import Reason

Target = tuple[str, str]

KIND = "contributors"
"""The kind of exhibit that says who makes up the sums; it never leaves."""

LEVELS = "levels"
"""The kind that says how many people are at each level of seriousness; it never leaves."""

MOST_OF_TWO = 0.9
"""The share of a sum that two people may account for at most."""

LEAST_OF_OTHERS = 0.1
"""What all others must add up to at least, as a share of the largest one's part."""

COUNTED = ("terminal", "short")
"""Quantities of which each person has one or none: numbers of people, in truth."""

OF_EVENTS = ("rate_ratio", "rate_difference", "rate", "mean_count_difference", "mean_count")
CONDITIONAL_ON_EVENTS = ("pwp_total_time", "pwp_gap_time")
BY_PERSON_TIME = ("person_time", "poisson", "poisson_robust", "quasi_poisson", "negative_binomial")
"""Methods that divide by the days for which people were observed."""


def dominated(findings: Findings, *, k: int) -> dict[Target, set[str]]:
    """Return, by outcome and population, the quantities of which nothing may be said."""
    found: dict[Target, set[str]] = {}
    for exhibit in findings.exhibits_of(KIND):
        target = (exhibit.outcome, exhibit.population)
        in_part = exhibit.population != ASSIGNED
        found.setdefault(target, set()).update(
            str(row["quantity"]) for row in exhibit.records() if _is_dominated(row, k=k, in_part=in_part)
        )
    return _parts_together(findings, found)


def _parts_together(findings: Findings, found: Mapping[Target, set[str]]) -> dict[Target, set[str]]:
    """Take from all parts of one column what may not be said of one of them, or of everyone."""
    columns = {item["id"]: item["where"]["column"] for item in findings.context["protocol"]["population"]}

    def shared(outcome: str, population: str) -> set[str]:
        alike = {
            other for other in columns if population in columns and columns[other] == columns[population]
        }
        return set().union(*(found.get((outcome, other), set()) for other in (*alike, population, ASSIGNED)))

    return {(outcome, population): shared(outcome, population) for outcome, population in found}


def too_few_at_a_level(findings: Findings, *, k: int) -> set[str]:
    """Return the analyses of levels of seriousness of which nothing may be said.

    The cuts of all analyses of one outcome and population are one list: two analyses that cut a quantity at
    different places are a table with both cuts, and who had the event at all is one more. Between two
    neighbours there may be nobody or k people of an arm at least; in a part of the trial k at least. Harm in
    all and the most serious harm are one quantity here, because the one is never less than the other.
    """
    asked: dict[Target, dict[str, set[str]]] = {}
    cells: dict[tuple[Target, str, bool, str], dict[Cut, tuple[int, int]]] = {}
    for exhibit in findings.exhibits_of(LEVELS):
        target, quantity = (exhibit.outcome, exhibit.population), _pooled(str(exhibit.notes["quantity"]))
        asked.setdefault(target, {}).setdefault(quantity, set()).add(str(exhibit.notes["analysis"]))
        for row in exhibit.records():
            if row["cut"] is None and not exhibit.notes["nested"]:
                continue
            about = (target, quantity, bool(exhibit.notes["others"]), str(row["arm"]))
            key = (str(exhibit.notes["quantity"]), None if row["cut"] is None else float(str(row["cut"])))
            cells.setdefault(about, {})[key] = (int(str(row["people"])), int(str(row["beyond"])))
    found: dict[Target, set[str]] = {target: set() for target in asked}
    for (target, quantity, _, _), cuts in cells.items():
        if _counts_few(cuts, k=k, in_part=target[1] != ASSIGNED):
            found[target].add(quantity)
    return {
        analysis
        for target, quantities in _parts_together(findings, found).items()
        for quantity in quantities
        for analysis in asked[target].get(quantity, set())
    }


Cut = tuple[str, float | None]
"""A quantity and where it is cut; None for whoever had the event."""


def _pooled(quantity: str) -> str:
    return "harm" if quantity in ("harm_days", "most_serious_harm_days") else quantity


def _counts_few(cuts: Mapping[Cut, tuple[int, int]], *, k: int, in_part: bool) -> bool:
    """Whether two nested groups differ by few people; everyone and nobody are groups, too."""
    people, _ = next(iter(cuts.values()))
    counts = {cut: beyond for cut, (_, beyond) in cuts.items()}
    between = [*counts.values(), *(people - count for count in counts.values())]
    between += [
        counts[one] - counts[other]
        for one in counts
        for other in counts
        if _holds(one, other) and not _holds(other, one)
    ]
    return any(is_small(n, k) or (in_part and n == 0) for n in between)


def _holds(one: Cut, other: Cut) -> bool:
    """Whether whoever is beyond the other cut is beyond this one, too, whatever the data are."""
    (quantity, cut), (of, beyond) = one, other
    if cut is None or (quantity == "events" and cut <= 1):
        return True  # who had an event had one event at least
    if beyond is None or (quantity == "most_serious_harm_days" and of == "harm_days"):
        return False
    return cut <= beyond


def sums_up(row: Finding) -> tuple[str, ...]:
    """Return the quantities that a finding adds up over people; none for one about first events."""
    if row.effect_measure in OF_EVENTS or row.method in CONDITIONAL_ON_EVENTS:
        observed = ("short",) if row.method in BY_PERSON_TIME else ()
        at_liberty = ("custody_days",) if row.conditional and row.effect_measure in OF_EVENTS else ()
        return ("events", *observed, *at_liberty)
    if row.effect_measure == "win_ratio":
        return ("events", "harm_days", "custody_days", "terminal", "short")
    return (row.quantity,) if row.quantity else ()


def quantile_of_few(row: Finding, *, k: int) -> Reason | None:
    """Say why the time by which a share had the event may not leave: the share is that of few people."""
    people = [n for n in (row.n_treatment, row.n_control) if n is not None]
    if row.quantile is None or not people:
        return None
    smallest = min(people) * min(row.quantile, 1 - row.quantile)
    return "individual_level" if smallest < k else None


def has_no_answer_for_few(row: Finding) -> bool:
    """Whether the reason why there is no answer tells of the few people of some group."""
    draws = row.reason == "too_many_failed_draws" and ABOUT[row.method].draws
    return draws and bool(row.covariates)


def _is_dominated(row: Mapping[str, Cell], *, k: int, in_part: bool) -> bool:
    people, some, several = (int(str(row[name])) for name in ("people", "some", "several"))
    if row["quantity"] in COUNTED:
        return is_small(some, k) or (in_part and some == 0)
    total, first, second = (float(str(row[name])) for name in ("total", "largest", "second"))
    if is_small(some, k) or is_small(people - some, k) or (in_part and some in (0, people)):
        return True
    if row["quantity"] == "events" and is_small(several, k):
        return True
    if total == 0:
        return False
    return first + second > MOST_OF_TWO * total or total - first - second < LEAST_OF_OTHERS * first
