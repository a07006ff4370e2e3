"""Words that say more than findings do: that deny, exchange what is compared, stretch, or are too sure."""

from __future__ import annotations

from primus_eval.claims.marked import Marked
from primus_eval.claims.said import Quantity
from primus_eval.claims.scope import Reading, Scope
from primus_eval.claims.verdicts import Fault, Verdict
from primus_eval.findings import Finding
from primus_eval.wording.subject import conditions_on, subject_of

CHANGES = ("points", "relative", "ratio", "time")


def strength_faults(scope: Scope, best: Reading, main: Finding) -> list[Fault]:
    """Words that say more than the findings do, and what kind of finding the sentence leaves unsaid."""
    return [
        *_kind_faults(scope, best, main),
        *_denied(scope, best),
        *_exchanged(scope, best, main),
        *_unfounded(scope, best, main),
        *_stretched(scope, best, main),
        *_bounds(scope, best),
    ]


def _denied(scope: Scope, best: Reading) -> list[Fault]:
    """Say that a sentence denies a number that was found."""
    for match in best.matches:
        place = scope.named.denies(match.quantity) if match.relation == "exact" else None
        if place is not None:
            written = (scope.claim.marked.written(*place),)
            return [Fault(verdict="contradicted", why="denied", written=written)]
    return []


def _exchanged(scope: Scope, best: Reading, main: Finding) -> list[Fault]:
    """Say that others are compared than the arms as they were assigned."""
    sentence, faults = scope.claim.marked, []
    others: dict[str, None] = {
        other: None
        for match in best.matches
        if match.quantity.kind in CHANGES and match.relation == "exact"
        for other in scope.named.other_comparators(match.quantity)
    }
    for match in best.matches:
        at, quantity = sentence.stretch(match.quantity.start)[0], match.quantity
        changes = [place for place in sentence.ends("change").items() if at <= place[0] < quantity.start]
        is_change = quantity.kind in CHANGES and quantity.direction and match.relation == "exact"
        if changes and is_change and scope.named.arms.names_control_only(quantity):
            others[sentence.written(*changes[-1])] = None  # "rose among controls": since when?
    if others:
        faults.append(Fault(verdict="contradicted", why="comparator", written=tuple(others), finding=main))
    places = [] if main.conditional else list(sentence.ends("as_treated").items())
    if places:
        written = tuple(dict.fromkeys(sentence.written(*place) for place in places))
        faults.append(Fault(verdict="assigned_dropped", why="assigned", written=written, finding=main))
    return faults


def _unfounded(scope: Scope, best: Reading, main: Finding) -> list[Fault]:
    """Say that nothing was registered, or that a finding is no primary one, or allows for nothing."""
    sentence, protocol = scope.claim.marked, scope.findings.context["protocol"]
    rows = best.found
    faults = []
    if not protocol["study"].get("registration"):
        faults += _first(sentence, "registered", "contradicted", "unregistered")
    if rows and all(row.role != "primary" for row in (main, *rows)):
        faults += _first(sentence, "primary", "contradicted", "role")
    subject = subject_of(scope.findings, language=scope.claim.language)
    if rows and not any(row.covariates or conditions_on(row, subject) for row in (main, *rows)):
        faults += _first(sentence, "allowance", "contradicted", "allowance")
    return faults


def _stretched(scope: Scope, best: Reading, main: Finding) -> list[Fault]:
    """Say that a finding ends where its window does, and is about groups and not about each person."""
    sentence = scope.claim.marked
    faults = []
    if main.horizon_days is not None:
        faults = _first(sentence, "stretched", "overstated", "stretched", finding=main)
    for start, end in sentence.ends("every").items():
        if sentence.is_at(end + 1, sentence.lexicon.days) and end in sentence.numerals:
            written = (sentence.written(start, end + 2),)
            faults.append(Fault(verdict="overstated", why="stretched", written=written, finding=main))
        elif scope.named.people.is_person(end) and any(
            match.quantity.kind in CHANGES for match in best.matches
        ):
            written = (sentence.written(start, end + 1),)
            faults.append(Fault(verdict="overstated", why="each", written=written))
    return faults


def _bounds(scope: Scope, best: Reading) -> list[Fault]:
    """Say of "at least 8" that an estimate is no bound; "more than one in five" is a way of rounding."""
    for match in best.matches:
        if match.relation != "exact" or match.finding is None or match.field != "estimate":
            continue
        place = _bound_before(scope.claim.marked, match.quantity)
        if place is not None:
            written = (scope.claim.marked.written(place, match.quantity.end),)
            return [Fault(verdict="overstated", why="bound", written=written, finding=match.finding)]
    return []


def _bound_before(sentence: Marked, quantity: Quantity) -> int | None:
    tag = "bound" if quantity.kind in CHANGES else "limit"
    return next((at for at, end in sentence.ends(tag).items() if end == quantity.start), None)


def _first(
    sentence: Marked, tag: str, verdict: Verdict, why: str, *, finding: Finding | None = None
) -> list[Fault]:
    """Return a fault for the first phrase under a tag."""
    places = list(sentence.ends(tag).items())[:1]
    return [
        Fault(verdict=verdict, why=why, written=(sentence.written(*place),), finding=finding)
        for place in places
    ]


def _is_of_a_level(sentence: Marked, at: int) -> bool:
    """Whether it is the word of "95 % certain"."""
    return any(end in (at, at - 1) for end in sentence.ends("percent").values())


def _kind_faults(scope: Scope, best: Reading, main: Finding) -> list[Fault]:
    """Words of proof, of cause and of success, and what kind of finding is left unsaid."""
    sentence = scope.claim.marked
    faults = []
    is_known = any(match.finding is not None for match in best.matches)
    is_exploratory = main.role == "exploratory" and (is_known or not best.matches)
    if main.conditional and not sentence.says("not_randomised"):
        faults.append(Fault(verdict="not_randomised", why="conditional", finding=main))
    if is_exploratory and not sentence.says("exploratory"):
        faults.append(Fault(verdict="exploratory_dropped", why="exploratory", finding=main))
    for tag in ("significant", "proves", "works"):
        harmless = sentence.ends("not_works")
        places = [place for place in sentence.ends(tag).items() if place[0] not in harmless]
        for start, end in places[:1]:
            faults.append(Fault(verdict="overstated", why=tag, written=(sentence.written(start, end),)))
    for start, end in sentence.ends("certain").items():
        if not _is_of_a_level(sentence, start):
            written = (sentence.written(start, end),)
            faults.append(Fault(verdict="overstated", why="certain", written=written))
    for start, end in sentence.ends("works_after").items():
        if scope.named.arms.follows_an_arm(start):
            faults.append(Fault(verdict="overstated", why="works", written=(sentence.written(start, end),)))
    if main.conditional or is_exploratory:
        for start, end in list(sentence.ends("causal").items())[:1]:
            written = (sentence.written(start, end),)
            why = "causal_conditional" if main.conditional else "causal"
            faults.append(Fault(verdict="overstated", why=why, written=written))
    return faults
