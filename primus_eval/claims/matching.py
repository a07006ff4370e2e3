"""How one number of a sentence stands to the findings about one outcome, population and time.

A number is found where an estimate is written so. Else it may still be known: as that of the other arm, with
its sign turned, as an end of an interval, or as percentage points called percent. Everything is asked of
released findings, which hold nothing where something was withheld.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import Literal

from primus_eval.claims.amounts import PERCENT, Span, exactly
from primus_eval.claims.said import Quantity
from primus_eval.findings import Finding
from primus_eval.vocabulary import ArmRole, Role, words
from primus_eval.wording.quantities import (
    AMOUNT_MEASURES,
    CURVE_METHODS,
    POINT_MEASURES,
)
from primus_eval.wording.subject import EVENT_FREE_MEASURES, null_of

Relation = Literal[
    "exact",
    "derived",
    "percent_for_points",
    "points_for_percent",
    "difference_as_share",
    "wrong_arm",
    "turned",
    "without_the_event",
    "wrong_people",
    "interval_end",
    "counts_not_released",
    "unheld",
    "none",
]
"""How a number stands to the findings, the nearest first."""

RELATIONS = words(Relation)
ROLES = words(Role)

TIME_LOST = "restricted_mean_time_lost_difference"
TIME_WITHOUT = tuple(measure for measure in EVENT_FREE_MEASURES if measure != "survival_difference")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """How a number stands to a finding, and to which field of it."""

    quantity: Quantity
    relation: Relation
    finding: Finding | None = None
    field: str = ""
    arm: ArmRole | None = None
    """Whose number it is, where it is of one arm."""

    said_arm: ArmRole | None = None
    """Whose number it is by the words around it."""

    is_event_free: bool = False
    """Whether the words around it speak of not having the event."""

    @property
    def rank(self) -> tuple[int, int]:
        role = len(ROLES) if self.finding is None else ROLES.index(self.finding.role)
        return RELATIONS.index(self.relation), role


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A number with what the words around it say of it."""

    quantity: Quantity
    arm: ArmRole | None
    is_event_free: bool
    own_arm: ArmRole | None = None
    """The arm that its own clause names."""


def relate(asked: Asked, rows: Iterable[Finding]) -> Match:
    """Return how a number stands to findings about the same people: the nearest way there is."""
    rows = tuple(rows)
    ways: dict[str, Callable[[Asked, tuple[Finding, ...]], Iterator[Match]]] = {
        "share": _shares,
        "count": _counts,
        "points": _points,
        "relative": _relatives,
        "ratio": _ratios,
        "time": _times,
        "needed": _needed,
        "p_value": _p_values,
        "number": _numbers,
    }
    quantity = asked.quantity
    way = ways.get(quantity.kind)
    matches = () if way is None else way(asked, rows)
    unknown = Match(quantity=quantity, relation="unheld" if quantity.kind in ("number", "year") else "none")
    best = min((*matches, unknown), key=lambda match: match.rank)
    return replace(best, said_arm=asked.arm, is_event_free=asked.is_event_free)


def risks_of(rows: Iterable[Finding]) -> Iterator[tuple[ArmRole, Finding, str, float]]:
    """Return the share with the event of each arm: as estimated, else as people with it of people."""
    rows = tuple(rows)
    estimated = [row for row in rows if row.effect_measure == "proportion" and row.estimate is not None]
    for row in estimated:
        yield _role(row), row, "estimate", row.estimate or 0.0
    for row in rows if not estimated else ():
        if row.covariates or row.method in CURVE_METHODS or row.unit not in ("proportion", "ratio"):
            continue
        for role, events, n in _counts_of(row):
            if events is not None and n:
                yield role, row, f"events_{role}", events / n


# -------------------------------------------------------------------------------------- kinds of number


def _shares(asked: Asked, rows: tuple[Finding, ...]) -> Iterator[Match]:
    quantity, span = asked.quantity, asked.quantity.span
    for role, row, field, risk in risks_of(rows):
        share = exactly(risk)
        value, opposite = (1 - share, share) if asked.is_event_free else (share, 1 - share)
        relation: Relation | None = None
        if value in span:
            relation = "exact" if asked.arm in (None, role) else "wrong_arm"
        elif opposite in span and asked.arm in (None, role):
            relation = "without_the_event"
        if relation is not None:
            yield Match(quantity=quantity, relation=relation, finding=row, field=field, arm=role)
        if row.effect_measure == "proportion" and asked.arm in (None, role):
            for end in _ends_in(span, row, lambda at: 1 - at if asked.is_event_free else at):
                yield Match(quantity=quantity, relation="interval_end", finding=row, field=end, arm=role)
    for row in rows:
        if row.effect_measure in POINT_MEASURES and _size(row, "estimate") in span:
            yield Match(quantity=quantity, relation="difference_as_share", finding=row, field="estimate")


def _counts(asked: Asked, rows: tuple[Finding, ...]) -> Iterator[Match]:
    quantity = asked.quantity
    hidden = [
        (row, role)
        for row in rows
        for role, events, n in _counts_of(row)
        if n == quantity.of and events is None
    ]
    for row in rows:
        for role, events, n in _counts_of(row):
            if events is None or n is None or n != quantity.of:
                continue
            shown = n - events if asked.is_event_free else events
            if Fraction(shown) in quantity.span:
                relation: Relation = "exact" if asked.arm in (None, role) else "wrong_arm"
                yield Match(
                    quantity=quantity, relation=relation, finding=row, field=f"events_{role}", arm=role
                )
    for row, role in hidden:
        yield Match(quantity=quantity, relation="counts_not_released", finding=row, arm=role)


def _points(asked: Asked, rows: tuple[Finding, ...]) -> Iterator[Match]:
    for row in rows:
        if row.effect_measure in POINT_MEASURES:
            yield from _size_and_sign(asked, row)
        elif row.unit == "points":
            of_a_score = replace(asked.quantity, span=asked.quantity.span.times(1 / PERCENT))
            for match in _size_and_sign(replace(asked, quantity=of_a_score), row):
                yield replace(match, quantity=asked.quantity)
        elif row.unit == "ratio" and _off_one(row, "estimate") in asked.quantity.span:
            yield Match(quantity=asked.quantity, relation="points_for_percent", finding=row, field="estimate")


def _relatives(asked: Asked, rows: tuple[Finding, ...]) -> Iterator[Match]:
    quantity = asked.quantity
    for row in rows:
        if row.unit == "ratio":
            yield from _size_and_sign(asked, row)
        elif row.effect_measure in POINT_MEASURES and _size(row, "estimate") in quantity.span:
            yield Match(quantity=quantity, relation="percent_for_points", finding=row, field="estimate")
    for ratio, row in _derived(rows):
        if abs(ratio - 1) in quantity.span and _agrees(asked, ratio < 1, flips=False):
            yield Match(quantity=quantity, relation="derived", finding=row, field="estimate")


def _ratios(asked: Asked, rows: tuple[Finding, ...]) -> Iterator[Match]:
    quantity, turned = asked.quantity, asked.quantity.span.turned()
    own, other = (turned, quantity.span) if asked.arm == "control" else (quantity.span, turned)
    for row in rows:
        if row.unit != "ratio" or row.estimate is None:
            continue
        if own is not None and row.estimate in own:
            yield Match(quantity=quantity, relation="exact", finding=row, field="estimate")
        elif other is not None and row.estimate in other:
            yield Match(quantity=quantity, relation="turned", finding=row, field="estimate")
        for end in _ends_in(own, row, lambda at: at) if not quantity.direction else ():
            yield Match(quantity=quantity, relation="interval_end", finding=row, field=end)
    for ratio, row in _derived(rows):
        if own is not None and ratio in own:
            yield Match(quantity=quantity, relation="derived", finding=row, field="estimate")


def _times(asked: Asked, rows: tuple[Finding, ...]) -> Iterator[Match]:
    for row in rows:
        if row.unit == "days":
            yield from _size_and_sign(asked, row)


def _needed(asked: Asked, rows: tuple[Finding, ...]) -> Iterator[Match]:
    for row in rows:
        is_needed = row.effect_measure == "number_needed_to_treat" and row.estimate is not None
        if is_needed and Fraction(_people_needed(row.estimate or 0.0)) in asked.quantity.span:
            differences = (other.estimate for other in rows if other.effect_measure == "risk_difference")
            is_below = next((value < 0 for value in differences if value is not None), None)
            agrees = is_below is None or _agrees(asked, is_below, flips=False)
            relation: Relation = "exact" if agrees else "turned"
            yield Match(quantity=asked.quantity, relation=relation, finding=row, field="estimate")
    yield from _numbers(asked, rows)


def _p_values(asked: Asked, rows: tuple[Finding, ...]) -> Iterator[Match]:
    for row in rows:
        if row.p_value is not None and row.p_value in asked.quantity.span:
            yield Match(quantity=asked.quantity, relation="exact", finding=row, field="p_value")


def _numbers(asked: Asked, rows: tuple[Finding, ...]) -> Iterator[Match]:
    """A number without a unit: how many people there were, or an amount for each of them."""
    quantity = asked.quantity
    for row in rows:
        people = {"n_treatment": row.n_treatment, "n_control": row.n_control}
        if row.n_treatment is not None and row.n_control is not None:
            people["n"] = row.n_treatment + row.n_control
        for field, n in people.items():
            if n is not None and Fraction(n) in quantity.span:
                own = asked.own_arm
                is_other = own is not None and n != people[f"n_{own}"]
                relation: Relation = "wrong_people" if is_other else "exact"
                yield Match(quantity=quantity, relation=relation, finding=row, field=field)
        if row.effect_measure in AMOUNT_MEASURES:
            if row.term in ("treatment", "control") and row.estimate is not None:
                if row.estimate in quantity.span:
                    relation = "exact" if asked.arm in (None, row.term) else "wrong_arm"
                    yield Match(
                        quantity=quantity, relation=relation, finding=row, field="estimate", arm=_role(row)
                    )
            else:
                yield from _size_and_sign(asked, row)
        elif row.unit == "ratio" and row.estimate is not None and quantity.span.middle.denominator > 1:
            yield from _ratio_alone(quantity, row)


def _ratio_alone(quantity: Quantity, row: Finding) -> Iterator[Match]:
    if row.estimate is not None and row.estimate in quantity.span:
        yield Match(quantity=quantity, relation="exact", finding=row, field="estimate")


# -------------------------------------------------------------------------------------- sizes and signs


def _size_and_sign(asked: Asked, row: Finding) -> Iterator[Match]:
    """A contrast by how far it is from no difference and by its direction; then the ends of its interval."""
    if row.estimate is None:
        return
    span = asked.quantity.span
    measured = _off_one if row.unit == "ratio" else _size
    flips = speaks_of_the_other(row, asked.is_event_free)
    if measured(row, "estimate") in span:
        agrees = _agrees(asked, row.estimate < null_of(row), flips=flips)
        relation: Relation = "exact" if agrees else "turned"
        yield Match(quantity=asked.quantity, relation=relation, finding=row, field="estimate")
    for end in ("conf_low", "conf_high"):
        value = getattr(row, end)
        if (
            value is not None
            and measured(row, end) in span
            and _agrees(asked, value < null_of(row), flips=flips)
        ):
            yield Match(quantity=asked.quantity, relation="interval_end", finding=row, field=end)


def _agrees(asked: Asked, is_below: bool, *, flips: bool) -> bool:
    """Whether the direction that is said is that of a value below, or above, no difference."""
    if not asked.quantity.direction:
        return True
    said_down = (asked.quantity.direction == "down") != (asked.arm == "control")
    return said_down == (is_below != flips)


def speaks_of_the_other(row: Finding, is_event_free: bool) -> bool:
    """Whether the sentence speaks of having the event and the finding of not having it, or the reverse."""
    if row.effect_measure == "survival_difference":
        return not is_event_free
    return is_event_free and row.effect_measure not in TIME_WITHOUT


def _size(row: Finding, field: str) -> Fraction:
    value = getattr(row, field)
    return Fraction(-1) if value is None else abs(exactly(value))


def _off_one(row: Finding, field: str) -> Fraction:
    value = getattr(row, field)
    return Fraction(-1) if value is None else abs(exactly(value) - 1)


def _people_needed(value: float) -> int:
    return ceil(round(abs(value), 9))


def _derived(rows: tuple[Finding, ...]) -> Iterator[tuple[Fraction, Finding]]:
    """Return ratios that can be worked out from the shares of two arms and that no finding is."""
    shares = list(risks_of(rows))
    for role, row, _, treated in shares:
        for other, _, _, control in shares:
            if role == "treatment" and other == "control" and control > 0:
                yield exactly(treated) / exactly(control), row


def _ends_in(span: Span | None, row: Finding, change: Callable[[Fraction], Fraction]) -> Iterator[str]:
    for end in ("conf_low", "conf_high"):
        value = getattr(row, end)
        if span is not None and value is not None and change(exactly(value)) in span:
            yield end


def _role(row: Finding) -> ArmRole:
    return "treatment" if row.term == "treatment" else "control"


def _counts_of(row: Finding) -> tuple[tuple[ArmRole, int | None, int | None], ...]:
    return (
        ("treatment", row.events_treatment, row.n_treatment),
        ("control", row.events_control, row.n_control),
    )
