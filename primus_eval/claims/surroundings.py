"""What the words around a number say of it: fewer or more, a change or a share, "more than", "about"."""

from __future__ import annotations

from fractions import Fraction

from primus_eval.claims.amounts import Span, just_over, just_under, rounded_to
from primus_eval.claims.marked import Marked, Numeral
from primus_eval.claims.said import Direction, Kind, Quantity

NEAR = 2
"""How many words after a number may say what it counts, without punctuation between."""


class Surroundings:
    """A sentence that is asked what stands around a place in it."""

    def __init__(self, sentence: Marked) -> None:
        self.sentence = sentence

    def share_or_change(self, start: int, end: int, span: Span) -> Quantity:
        """A third of the men, or a third fewer, or reduced by a third."""
        if self.is_change(start, end):
            return self.quantity(start, end, "relative", span, direction=self.direction(start, end))
        return self.quantity(start, end, "share", span)

    def is_change(self, start: int, end: int) -> bool:
        """Whether a share is by how much something went down or up, by the words just around it."""
        s = self.sentence
        before, start = s.stretch(start)[0], self.before_about(start)
        if s.has("change", max(before, start - 1), start) or self.direction_after(end):
            return True
        is_last = end >= s.stretch(end - 1)[1] or s.end_of("window", end) is not None
        is_level = any(s.has(tag, start - 1, start) for tag in ("to", "from", "of"))
        return self.is_by(start) or (is_last and not is_level and s.has("change", before, start))

    def is_by(self, start: int) -> bool:
        """Whether it is "down by" or "a fall of" just before here."""
        s = self.sentence
        before, start = s.stretch(start)[0], self.before_about(start)
        return s.has("by", max(before, start - 1), start) and bool(s.last(("down", "up"), before, start))

    def before_about(self, start: int) -> int:
        """Return where "about" begins that stands before a number, or where the number does."""
        return next((at for at, end in self.sentence.ends("about").items() if end == start), start)

    def p_span(self, numeral: Numeral) -> Span:
        sign = self.sentence.tokens[numeral.start - 1]
        if sign in "<≤":
            return Span(low=Fraction(0), high=numeral.value)
        if sign in ">≥":
            return Span(low=numeral.value, high=Fraction(2))
        return rounded_to(numeral.value, numeral.unit)

    def span(self, numeral: Numeral, scale: Fraction) -> Span:
        """Return what is written as this number; more where "more than" stands before it."""
        s = self.sentence
        before = {tag for tag in ("over", "under") if numeral.start in s.ends(tag).values()}
        if "over" in before:
            return just_over(numeral.value, numeral.unit).times(scale)
        if "under" in before and not s.has("down", numeral.end, numeral.end + NEAR):
            return just_under(numeral.value, numeral.unit).times(scale)
        return rounded_to(numeral.value, numeral.unit).times(scale)

    def direction(self, start: int, end: int) -> Direction:
        """Return whether it is fewer or more: said just after the number, by its sign, or before it."""
        s = self.sentence
        before, stop = s.stretch(start)
        after = self.direction_after(end) or self.as_direction(
            s.first(("down", "up"), end, min(stop, end + 4))
        )
        if after:
            return after
        if s.is_at(start - 1, "-") and not s.is_at(start - 2, "0123456789"):
            return "down"
        return self.as_direction(s.last(("down", "up"), before, start))

    def direction_after(self, end: int) -> Direction:
        stop = self.sentence.stretch(end - 1)[1]
        return self.direction_between(end, min(stop, end + NEAR))

    def direction_between(self, start: int, end: int) -> Direction:
        return self.as_direction(self.sentence.first(("down", "up"), start, end))

    @staticmethod
    def as_direction(tag: str) -> Direction:
        return "down" if tag == "down" else "up" if tag == "up" else ""

    def quantity(
        self,
        start: int,
        end: int,
        kind: Kind,
        span: Span,
        *,
        direction: Direction = "",
        of: int | None = None,
    ) -> Quantity:
        written = self.sentence.written(start, end)
        return Quantity(
            written=written, kind=kind, span=span, direction=direction, of=of, start=start, end=end
        )
