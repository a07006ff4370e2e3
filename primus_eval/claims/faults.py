"""What is to be said against a sentence, once it is known which findings it is about."""

from __future__ import annotations

from typing import Any

from primus_eval.claims.matching import is_interval_of
from primus_eval.claims.scope import Reading, Scope, main_finding
from primus_eval.claims.verdicts import Fault
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
}


def faults_of(scope: Scope, best: Reading) -> list[Fault]:
    """Return everything that is to be said against a sentence read of the findings on one topic."""
    main = main_finding(best, scope.findings)
    return [
        *_number_faults(scope, best),
        *people_faults(scope, best),
        *_measure_faults(scope, best),
        *_interval_faults(scope, best, main),
        *_strength_faults(scope, best, main),
        *(_time_faults(scope, best) if best.matches else ()),
    ]


def _number_faults(scope: Scope, best: Reading) -> list[Fault]:
    faults = []
    for match in best.matches:
        about: dict[str, Any] = {
            "written": (match.quantity.written,),
            "finding": match.finding or best.rows[0],
            "field": match.field,
            "arm": match.arm,
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
    if scope.named.speaks_of_all:
        written = (scope.named.speaks_of_all,)
        faults.append(Fault(verdict="transported", why="all", written=written, finding=best.rows[0]))
    if scope.population is None and scope.named.other_people:
        others = scope.named.other_people
        faults.append(Fault(verdict="transported", why="others", written=others, finding=best.rows[0]))
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


def _measure_faults(scope: Scope, best: Reading) -> list[Fault]:
    """Odds and rates that are said as if they were shares of people."""
    sentence = scope.claim.marked
    for match in best.matches:
        row = match.finding
        if match.relation != "exact" or row is None or row.unit != "ratio" or match.field != "estimate":
            continue
        if row.effect_measure.endswith("odds_ratio") and not sentence.says("odds"):
            return [
                Fault(verdict="measure_changed", why="odds", written=(match.quantity.written,), finding=row)
            ]
        is_rate = row.effect_measure.endswith(("hazard_ratio", "rate_ratio"))
        if is_rate and not sentence.says("rate") and not sentence.says("ratio"):
            return [
                Fault(verdict="measure_changed", why="rate", written=(match.quantity.written,), finding=row)
            ]
    return []


def _interval_faults(scope: Scope, best: Reading, main: Finding) -> list[Fault]:
    related = [match for match in best.matches if match.relation not in ("unheld", "none")]
    if scope.claim.intervals:
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
        for interval in scope.claim.intervals
        if not any(is_interval_of(interval, row) for row in rows)
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


def _strength_faults(scope: Scope, best: Reading, main: Finding) -> list[Fault]:
    """Words that say more than the findings do, and what kind of finding the sentence leaves unsaid."""
    sentence = scope.claim.marked
    faults = []
    is_known = any(match.finding is not None for match in best.matches)
    is_exploratory = main.role == "exploratory" and (is_known or not best.matches)
    if main.conditional and not sentence.says("not_randomised"):
        faults.append(Fault(verdict="not_randomised", why="conditional", finding=main))
    if is_exploratory and not sentence.says("exploratory"):
        faults.append(Fault(verdict="exploratory_dropped", why="exploratory", finding=main))
    for tag in ("significant", "proves", "works"):
        for start, end in list(sentence.ends(tag).items())[:1]:
            faults.append(Fault(verdict="overstated", why=tag, written=(sentence.written(start, end),)))
    for start, end in sentence.ends("works_after").items():
        if scope.named.follows_an_arm(start):
            faults.append(Fault(verdict="overstated", why="works", written=(sentence.written(start, end),)))
    if main.conditional or is_exploratory:
        for start, end in list(sentence.ends("causal").items())[:1]:
            written = (sentence.written(start, end),)
            why = "causal_conditional" if main.conditional else "causal"
            faults.append(Fault(verdict="overstated", why=why, written=written))
    return faults


def _time_faults(scope: Scope, best: Reading) -> list[Fault]:
    sentence = scope.claim.marked
    faults = []
    row = next((match.finding for match in best.matches if match.finding is not None), best.rows[0])
    if not scope.windows and row.horizon_days is not None:
        faults.append(Fault(verdict="window_dropped", why="window", finding=row, field="horizon_days"))
    if sentence.says("reoffending") and not sentence.says("recorded"):
        faults.append(Fault(verdict="recorded_dropped", why="recorded", finding=row))
    return faults
