"""What is to be said against a sentence, once it is known which findings it is about."""

from __future__ import annotations

from typing import Any

from primus_eval.claims.interval_of import is_interval_of
from primus_eval.claims.matching import speaks_of_the_other
from primus_eval.claims.measures import measure_faults
from primus_eval.claims.scope import Reading, Scope, main_finding
from primus_eval.claims.strength import strength_faults
from primus_eval.claims.unread import unread_words
from primus_eval.claims.verdicts import Fault, Verdict
from primus_eval.findings import Finding
from primus_eval.wording.quantities import POINT_MEASURES
from primus_eval.wording.subject import ASSIGNED, includes_no_difference

CONTRADICTIONS = {
    "percent_for_points",
    "points_for_percent",
    "difference_as_share",
    "wrong_arm",
    "turned",
    "without_the_event",
    "interval_end",
    "wrong_people",
}


def faults_of(scope: Scope, best: Reading) -> list[Fault]:
    """Return everything that is to be said against a sentence read of the findings on one topic."""
    main = main_finding(best, scope.findings)
    faults = [
        *_number_faults(scope, best),
        *people_faults(scope, best),
        *measure_faults(scope, best),
        *_interval_faults(scope, best, main),
        *strength_faults(scope, best, main),
        *(_time_faults(scope, best) if best.matches else ()),
    ]
    return [*faults, *_unread(scope, best, main, faults)]


def _unread(scope: Scope, best: Reading, main: Finding, faults: list[Fault]) -> list[Fault]:
    """Say which words were held against nothing, where the numbers of the sentence were found."""
    if not best.matches or not best.is_found:
        return []
    said = {text for fault in faults for text in fault.written}
    written = tuple(word for word in unread_words(scope, best, main) if word not in said)
    verdict: Verdict = "not_held" if faults else "numbers_agree"
    return [Fault(verdict=verdict, why="words", written=written)] if written else []


def _number_faults(scope: Scope, best: Reading) -> list[Fault]:
    faults = []
    for match in best.matches:
        about: dict[str, Any] = {
            "written": (match.quantity.written,),
            "finding": match.finding or best.rows[0],
            "field": match.field,
            "arm": match.arm or match.said_arm,
        }
        if match.relation in CONTRADICTIONS:
            faults.append(Fault(verdict="contradicted", why=match.relation, **about))
        elif match.relation == "counts_not_released":
            faults.append(Fault(verdict="withheld", why="counts", **about))
        elif match.relation in ("none", "derived"):
            faults.append(Fault(verdict="not_found", why=f"number_{match.relation}", **about))
        elif match.relation == "unheld" and not scope.named.is_in_a_label(match.quantity):
            faults.append(Fault(verdict="not_held", why="number", **about))
    if not best.matches:
        faults.append(Fault(verdict="no_number", why="no_number"))
    return faults


def people_faults(scope: Scope, best: Reading) -> list[Fault]:
    faults = []
    if scope.named.people.speaks_of_all:
        written = (scope.named.people.speaks_of_all,)
        faults.append(Fault(verdict="transported", why="all", written=written, finding=best.rows[0]))
    if scope.population is None and scope.named.people.other_people:
        others = scope.named.people.other_people
        faults.append(Fault(verdict="transported", why="others", written=others, finding=best.rows[0]))
    elif scope.population is None:
        some = scope.named.people.measured_people({best.topic.population, *scope.populations})
        if some:
            faults.append(Fault(verdict="transported", why="others", written=some, finding=best.rows[0]))
    is_part = best.topic.population != ASSIGNED
    if is_part and not scope.populations and any(match.relation != "unheld" for match in best.matches):
        faults.append(Fault(verdict="population_dropped", why="population", finding=best.rows[0]))
    unnamed = [
        match.quantity.written
        for match in best.matches
        if match.arm is not None and match.said_arm is None and match.relation == "exact"
    ]
    if unnamed:
        match = next(match for match in best.matches if match.quantity.written in unnamed)
        why = "arm" if len(unnamed) == 1 else "arms"
        about: dict[str, Any] = {"written": tuple(unnamed), "finding": match.finding, "arm": match.arm}
        faults.append(Fault(verdict="arm_dropped", why=why, **about))
    return faults


def _interval_faults(scope: Scope, best: Reading, main: Finding) -> list[Fault]:
    related = [match for match in best.matches if match.relation not in ("unheld", "none")]
    if scope.intervals_about(main.outcome):
        return _wrong_intervals(scope, best, main)
    if not related or main.conf_low is None:
        return []
    is_of_arms = any(match.arm is not None for match in related) and not main.term
    why = "interval_of_difference" if is_of_arms else "interval"
    why += "_null" if includes_no_difference(main) and not main.term else ""
    return [Fault(verdict="interval_dropped", why=why, finding=main)]


def _wrong_intervals(scope: Scope, best: Reading, main: Finding) -> list[Fault]:
    """Say which intervals are not those of findings by the same measure, or not at the level said.

    Nothing of an interval whose estimate was not found.
    """
    measures: set[str] = {match.finding.effect_measure for match in best.matches if match.finding is not None}
    if best.matches and not measures:
        return []
    if any(match.arm is not None for match in best.matches):
        measures |= {"risk_difference", "proportion"}
    if measures & set(POINT_MEASURES):
        measures |= set(POINT_MEASURES)
    rows = [row for row in best.rows if row.effect_measure in (measures or {main.effect_measure})]
    wrong = [
        (interval.low.written, interval.high.written)
        for interval in scope.intervals_about(main.outcome)
        if not any(is_interval_of(interval, row, flips=flips) for row in rows for flips in _ways(best, row))
    ]
    other = [
        (level.written,)
        for level in scope.claim.levels
        if main.conf_level is not None and main.conf_level not in level.span
    ]
    return [
        Fault(verdict="contradicted", why=why, written=written, finding=main)
        for why, all_written in (("other_interval", wrong), ("other_level", other))
        for written in all_written
    ]


def _ways(best: Reading, row: Finding) -> set[bool]:
    """Return whether the sentence says a contrast the other way round, by the contrasts found in it."""
    ways = {
        speaks_of_the_other(row, match.is_event_free) != (match.said_arm == "control")
        for match in best.matches
        if match.relation == "exact" and match.arm is None and match.quantity.direction
    }
    return ways or {False, speaks_of_the_other(row, False)}


def _time_faults(scope: Scope, best: Reading) -> list[Fault]:
    sentence = scope.claim.marked
    faults = []
    row = next((match.finding for match in best.matches if match.finding is not None), best.rows[0])
    if not scope.windows and row.horizon_days is not None:
        faults.append(Fault(verdict="window_dropped", why="window", finding=row, field="horizon_days"))
    if sentence.says("reoffending") and not sentence.says("recorded"):
        faults.append(Fault(verdict="recorded_dropped", why="recorded", finding=row))
    return faults
