"""Two numbers that belong together: the ends of an interval, or where something went from and to."""

from __future__ import annotations

from dataclasses import replace

from primus_eval.claims.amounts import PERCENT
from primus_eval.claims.marked import FULL_STOPS, Marked
from primus_eval.claims.said import Interval, Quantity

FARTHEST = 7
"""How many words may stand between the ends of an interval, or between it and the word that announces it."""


def apart(quantities: list[Quantity], sentence: Marked) -> tuple[list[Interval], list[Quantity]]:
    """Take out the pairs of numbers that are the ends of an interval."""
    intervals: list[Interval] = []
    rest: list[Quantity] = []
    at = 0
    while at < len(quantities):
        low = quantities[at]
        high_at = at + 1
        if high_at + 1 < len(quantities) and quantities[high_at].kind == "none":
            # practically none (0.02 fewer): the number beside the words is the end
            beside = quantities[high_at + 1]
            if sentence.is_at(quantities[high_at].end, "([") and beside.start == quantities[high_at].end + 1:
                high_at += 1
        high = quantities[high_at] if high_at < len(quantities) else None
        if high is not None and _is_interval(low, high, sentence):
            intervals.append(_signed(low, high, sentence))
            at = high_at + 1
        else:
            rest.append(low)
            at += 1
    return intervals, rest


def _is_interval(low: Quantity, high: Quantity, sentence: Marked) -> bool:
    gap = high.start - low.end
    if sentence.has("not_interval", max(0, low.start - 3), low.start):
        return False
    if gap > FARTHEST or not sentence.has("to", low.end, high.start):
        comma = gap == 1 and sentence.is_at(low.end, ",")
        if not comma or not _in_brackets(low, sentence):
            return False
    if any(sentence.tokens[at] in FULL_STOPS for at in range(low.end, high.start)):
        return False
    start = max(0, low.start - FARTHEST)
    if sentence.has("interval", start, low.start) or sentence.has("between", start, low.start):
        return True
    if _in_brackets(low, sentence):
        return True
    if not sentence.has("from", max(0, low.start - 2), low.start):
        return sentence.is_at(low.end, "-") and high.start == low.end + 1
    return not is_from_to(low, high, sentence)


def _signed(low: Quantity, high: Quantity, sentence: Marked) -> Interval:
    """Return an interval whose ends have the directions of their signs: -30 to 8 is fewer to more."""
    has_minus = sentence.is_at(low.start - 1, "-")
    if has_minus and not low.direction:
        low = replace(low, direction="down")
    is_minus = sentence.is_at(high.start - 1, "-") and high.start - 1 > low.end  # else a dash between ends
    if not high.direction and (has_minus or is_minus):
        high = replace(high, direction="down" if is_minus else "up")
    return Interval(low=low, high=high)


def _in_brackets(low: Quantity, sentence: Marked) -> bool:
    return any(sentence.is_at(at, "([") for at in range(max(0, low.start - 2), low.start))


def is_from_to(first: Quantity, second: Quantity, sentence: Marked) -> bool:
    """Whether two numbers are where something went from and to."""
    start, stop = sentence.stretch(first.start)
    return (
        sentence.has("from", max(start, first.start - 2), first.start)
        and sentence.has("to", first.end, second.start)
        and second.start <= stop
        and sentence.has("change", start, first.start)
    )


def as_share(quantity: Quantity) -> Quantity:
    """Return a number of `from 67 to 29 %` as a share."""
    if quantity.kind == "number":
        return replace(quantity, kind="share", span=quantity.span.times(PERCENT))
    return replace(quantity, kind="share") if quantity.kind == "relative" else quantity
