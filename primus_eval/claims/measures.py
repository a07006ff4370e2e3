"""Whether a sentence calls a number what it is: a ratio of risks, of odds, of rates, a mean, a time."""

from __future__ import annotations

from collections.abc import Iterable

from primus_eval.claims.marked import Marked
from primus_eval.claims.matching import TIME_LOST, TIME_WITHOUT, Asked, Match, relate
from primus_eval.claims.said import Quantity
from primus_eval.claims.scope import Reading, Scope
from primus_eval.claims.verdicts import Fault
from primus_eval.findings import Finding
from primus_eval.wording.quantities import AMOUNT_MEASURES, POINT_MEASURES

NAMES = ("odds", "hazard", "rate_ratio", "rate", "risk")
"""Tags that name a measure."""

ENDS_OF_PHRASE = frozenset(".!?;")
NEAR = 3
"""How many words after a number may name its measure."""

HAZARDS = ("hazard_ratio", "cause_specific_hazard_ratio", "subdistribution_hazard_ratio")
OF_PEOPLE = (*POINT_MEASURES, "number_needed_to_treat", "risk_ratio", "odds_ratio", "proportion")
MEANS = tuple(measure for measure in AMOUNT_MEASURES if not measure.startswith("rate"))


def measure_faults(scope: Scope, best: Reading) -> list[Fault]:
    """Say of each number that was found whether the sentence calls it by another measure."""
    faults = []
    for match in best.matches:
        if match.relation != "exact" or match.finding is None or match.field != "estimate":
            continue
        why = _why_changed(scope, match, match.finding)
        if why and not any(not _why_changed(scope, match, row) for row in _others(match, best)):
            written = (match.quantity.written,)
            faults.append(Fault(verdict="measure_changed", why=why, written=written, finding=match.finding))
    return faults[:1]


def _others(match: Match, best: Reading) -> Iterable[Finding]:
    """Return the other findings that are written by the same number."""
    asked = Asked(quantity=match.quantity, arm=match.said_arm, is_event_free=match.is_event_free)
    for row in best.rows:
        other = relate(asked, [row])
        if row != match.finding and other.relation == "exact" and other.field == "estimate":
            yield row


def _why_changed(scope: Scope, match: Match, row: Finding) -> str:
    sentence, quantity, measure = scope.claim.marked, match.quantity, row.effect_measure
    if measure in TIME_WITHOUT and not (match.is_event_free or sentence.says("later")):
        return "measure"
    if measure == TIME_LOST and not (match.is_event_free or sentence.says("lost")):
        return "measure"
    if measure in MEANS and not sentence.says("average"):
        return "mean"
    if measure in OF_PEOPLE and _counts_events(sentence, quantity):
        return "events"
    name = measure_named(sentence, quantity, scope)
    if row.unit == "ratio":
        return _why_not_that_ratio(sentence, name, measure)
    return "measure" if name in ("odds", "hazard", "rate_ratio") and measure in POINT_MEASURES else ""


def _why_not_that_ratio(sentence: Marked, name: str, measure: str) -> str:
    if measure.endswith("odds_ratio"):
        if name != "odds":
            return "odds"
        return "level" if measure == "common_odds_ratio" and not sentence.says("worse") else ""
    if measure in HAZARDS:
        return "" if name in ("hazard", "rate") else "rate"
    if measure == "rate_ratio":
        return "" if name in ("rate", "rate_ratio") else "rate"
    return "measure" if name and (name != "risk" or measure != "risk_ratio") else ""


def measure_named(sentence: Marked, quantity: Quantity, scope: Scope) -> str:
    """Return which measure the phrase of a number names: just after it, else last before it, else after."""
    idle = {at for start, end in sentence.ends("idiom").items() for at in range(start, end)}
    places = {
        at: (tag, end)
        for tag in reversed(NAMES)
        for at, end in sentence.ends(tag).items()
        if at not in idle and not quantity.start <= at < quantity.end
    }
    first, _ = sentence.stretch(quantity.start, ENDS_OF_PHRASE)
    _, last = sentence.stretch(quantity.start)
    after = sorted(at for at in places if quantity.end <= at < last)
    before = sorted(at for at in places if first <= at < quantity.start)
    near = [at for at in after if at < quantity.end + NEAR]
    chosen = near[:1] or before[-1:] or after[:1]
    if not chosen:
        return ""
    name, end = places[chosen[0]]
    return "risk" if name == "rate" and scope.named.people.is_of_people(end) else name


def _counts_events(sentence: Marked, quantity: Quantity) -> bool:
    """Whether it is "8 fewer (recorded) arrests": a number of events, and not of people."""
    at, stop = quantity.end, sentence.stretch(quantity.end - 1)[1]
    if quantity.kind == "needed":
        ones = [n.end for n in sentence.numerals.values() if n.value == 1 and at <= n.start < stop]
        return any(_is_event(sentence, one, stop) for one in ones)
    ways = [end for tag in ("down", "up") if (end := sentence.end_of(tag, at)) is not None]
    return any(_is_event(sentence, end, stop) for end in ways)


def _is_event(sentence: Marked, at: int, stop: int) -> bool:
    """Whether an event is named here, with or without "recorded" before it."""
    after = range(at, min(at + NEAR, stop))
    noun = next((place for place in after if sentence.end_of("recorded", place) is None), None)
    return noun is not None and sentence.end_of("amount", noun) is not None
