"""The numbers of a sentence, one after the other, and what each of them counts."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from primus_eval.claims.amounts import PERCENT, Span, as_fraction, rounded_to
from primus_eval.claims.marked import FULL_STOPS, PUNCTUATION, Marked, Numeral
from primus_eval.claims.said import Kind, Quantity
from primus_eval.claims.surroundings import NEAR, Surroundings

HUNDREDS = (100, 1000)
SMALLEST_LEVEL = 80
WINDOW_SLACK_DAYS = Fraction(3, 2)
YEARS = range(1900, 2101)


class Reader(Surroundings):
    """Goes through a sentence once, from number to number."""

    def __init__(self, sentence: Marked) -> None:
        super().__init__(sentence)
        self.windows: list[Span] = []
        self.levels: list[Quantity] = []
        self.days = 0
        """How many of the windows are days of follow-up: two of them are a part of it."""
        self.base_until = -1
        """Up to where bare numbers are people in 100, after "of 100 men"."""

    def read(self) -> Iterator[Quantity]:
        at, size = 0, len(self.sentence.tokens)
        while at < size:
            quantity, after = self._at(at)
            if quantity is not None:
                yield quantity
            at = max(after, at + 1)

    def _at(self, at: int) -> tuple[Quantity | None, int]:
        s = self.sentence
        for reads in (self._every_nth, self._multiple, self._part, self._base, self._day, self._year_after):
            result = reads(at)
            if result is not None:
                return result
        if (end := s.end_of("none", at)) is not None:
            return self.quantity(at, end, "none", Span(low=Fraction(0), high=Fraction(0))), end
        if at in s.numerals:
            return self._counted(s.numerals[at])
        return None, at + 1

    # ---------------------------------------------------------------- numbers in words

    def _every_nth(self, at: int) -> tuple[Quantity | None, int] | None:
        """Every third, hver tredje."""
        s = self.sentence
        end = s.end_of("every", at)
        if end is None or end >= len(s.tokens) or s.tokens[end] not in s.lexicon.parts:
            return None
        share = Fraction(1, s.lexicon.parts[s.tokens[end]])
        return self.share_or_change(at, end + 1, as_fraction(share)), end + 1

    def _multiple(self, at: int) -> tuple[Quantity | None, int] | None:
        """Twice as many, halved, half as many."""
        s = self.sentence
        half, halved, twice = (s.end_of(tag, at) for tag in ("half", "halved", "twice"))
        span = as_fraction(Fraction(1, 2))
        if halved is not None or (half is not None and s.end_of("as_many", half) is not None):
            end = halved or half or at
            return self.quantity(at, end, "ratio", span, direction="down"), end
        if twice is not None:
            return self.quantity(at, twice, "ratio", span.turned() or span, direction="up"), twice
        return None

    def _part(self, at: int) -> tuple[Quantity | None, int] | None:
        """Half, a third, two thirds; but half a year is a time."""
        s = self.sentence
        half = s.end_of("half", at)
        if half is not None:
            unit = half + 1 if s.end_of("article", half) is not None else half
            if s.is_at(unit, s.lexicon.days):
                return self._time(at, unit, Fraction(1, 2), Fraction(1, 2))
            return self.share_or_change(at, half, as_fraction(Fraction(1, 2))), half
        numeral = s.numerals.get(at)
        after = numeral.end if numeral else s.end_of("article", at)
        if after is None or not s.is_at(after, s.lexicon.parts) or s.tokens[after] == s.tokens[at]:
            return self._single_time(at, after) if numeral is None else None
        k, n = int(numeral.value) if numeral else 1, s.lexicon.parts[s.tokens[after]]
        if not 0 < k < n:
            return None
        return self.share_or_change(at, after + 1, as_fraction(Fraction(k, n))), after + 1

    def _single_time(self, at: int, after: int | None) -> tuple[Quantity | None, int] | None:
        """A year."""
        s = self.sentence
        if after is None or not s.is_at(after, s.lexicon.days) or not s.has("window", max(0, at - 2), at):
            return None
        return self._time(at, after, Fraction(1), Fraction(1))

    # ---------------------------------------------------------------- bases and days

    def _base(self, at: int) -> tuple[Quantity | None, int] | None:
        """Of 100 men: bare numbers up to the full stop are people in 100. Per hundred years: a rate."""
        s = self.sentence
        end = s.end_of("base", at)
        if end is None or end not in s.numerals or s.numerals[end].value not in HUNDREDS:
            return None
        after = s.numerals[end].end
        if s.end_of("percent", after) is not None or s.end_of("points", after) is not None:
            return None
        if s.is_at(after, s.lexicon.days) or s.end_of("person_time", after) is not None:
            return None, after + 1
        self.base_until = s.stretch(at, FULL_STOPS)[1]
        return None, after

    def _day(self, at: int) -> tuple[Quantity | None, int] | None:
        """Day 182."""
        s = self.sentence
        end = s.end_of("day_number", at)
        if end is None or end not in s.numerals or s.numerals[end].is_word:
            return None
        value = s.numerals[end].value
        self.windows.append(Span(low=value, high=value))
        self.days += 1
        return None, s.numerals[end].end

    def _year_after(self, at: int) -> tuple[Quantity | None, int] | None:
        """In the year after release; but "the year after, nothing was counted" is no window."""
        s = self.sentence
        end = s.end_of("year_after", at)
        if end is None or not s.has("window", max(0, at - 2), at):
            return None
        self._follow_up(Fraction(max(s.lexicon.days.values())), Fraction(1))
        return None, end

    # ---------------------------------------------------------------- a number and what it counts

    def _counted(self, numeral: Numeral) -> tuple[Quantity | None, int]:
        s, start, after = self.sentence, numeral.start, numeral.end
        if s.is_at(after, "-"):
            after += 1
        if (end := s.end_of("points", after)) is not None:
            return self._change(numeral, end, "points", PERCENT), end
        if (end := s.end_of("percent", after)) is not None:
            return self._percent(numeral, end)
        if s.is_at(after, s.lexicon.days):
            return self._time(start, after, numeral.value, numeral.unit)
        if (end := s.end_of("person_time", after)) is not None:
            return None, end
        if (end := s.end_of("times", after)) is not None:
            span = as_fraction(1 / numeral.value).turned() if numeral.value > 1 else None
            span = span if numeral.unit == 1 and span else rounded_to(numeral.value, numeral.unit)
            return self.quantity(start, end, "ratio", span, direction="up"), end
        return self._of_people(numeral) or self._bare(numeral)

    def _percent(self, numeral: Numeral, end: int) -> tuple[Quantity | None, int]:
        """29 % of people, 30 % fewer, or the 95 % of an interval."""
        s = self.sentence
        next_word = end + 1 if s.is_at(end, "-") else end
        is_level = s.has("level", next_word, next_word + 1) or s.has(
            "level", numeral.start - 1, numeral.start
        )
        if is_level and numeral.value >= SMALLEST_LEVEL:
            self.levels.append(self.quantity(numeral.start, end, "share", self.span(numeral, PERCENT)))
            return None, end
        if self.is_change(numeral.start, end):
            return self._change(numeral, end, "relative", PERCENT), end
        return self.quantity(numeral.start, end, "share", self.span(numeral, PERCENT)), end

    def _change(self, numeral: Numeral, end: int, kind: Kind, scale: Fraction) -> Quantity:
        direction = self.direction(numeral.start, end)
        return self.quantity(numeral.start, end, kind, self.span(numeral, scale), direction=direction)

    def _time(self, start: int, unit_at: int, value: Fraction, unit: Fraction) -> tuple[Quantity | None, int]:
        """Two weeks longer, or within two years."""
        s, end = self.sentence, unit_at + 1
        days = Fraction(s.lexicon.days[s.tokens[unit_at]]).limit_denominator(1000)
        if self.direction_after(end) or self.is_by(start):
            span = rounded_to(value, unit).times(days)
            return self.quantity(start, end, "time", span, direction=self.direction(start, end)), end
        if not s.has("not_window", end, end + 2):
            self._follow_up(days, value)
            return None, end
        return self.quantity(start, end, "number", rounded_to(value, unit)), end

    def _follow_up(self, days: Fraction, times: Fraction) -> None:
        """Note a window of so many units of time, give or take the days by which calendars differ."""
        slack = WINDOW_SLACK_DAYS * max(1, int(times)) if days > 7 else Fraction(0)
        self.windows.append(Span(low=days * times - slack, high=days * times + slack))

    def _of_people(self, numeral: Numeral) -> tuple[Quantity | None, int] | None:
        """15 of 47, 8 fewer in 100, one in three."""
        s = self.sentence
        for at in range(numeral.end, numeral.end + NEAR + 2):
            of = s.end_of("of", at)
            if of is not None:
                break
            if s.is_at(at, PUNCTUATION) or at in s.numerals:
                return None
        else:
            return None
        of = s.end_of("every", of or 0) or of or 0
        whole = s.numerals.get(of)
        if whole is None or not numeral.value <= whole.value or whole.value.denominator != 1:
            return None
        if s.end_of("percent", whole.end) or s.is_at(whole.end, s.lexicon.days) or whole.value in YEARS:
            return None
        y, end = int(whole.value), whole.end
        direction = self.direction_between(numeral.end, end) or self.direction_after(end)
        if direction and y in HUNDREDS:
            span = self.span(numeral, Fraction(1, y))
            return self.quantity(numeral.start, end, "points", span, direction=direction), end
        if y in HUNDREDS:
            span = self.span(numeral, Fraction(1, y))
            return self.quantity(numeral.start, end, "share", span, of=y), end
        if y <= 10 and numeral.value.denominator == 1 and 0 < numeral.value < y:
            span = as_fraction(numeral.value / y) if y < 10 else rounded_to(numeral.value / y, Fraction(1, y))
            return self.quantity(numeral.start, end, "share", span), end
        exact = Span(low=numeral.value, high=numeral.value)
        return self.quantity(numeral.start, end, "count", exact, of=y), end

    def _bare(self, numeral: Numeral) -> tuple[Quantity | None, int]:
        s, end = self.sentence, numeral.end
        before, stop = s.stretch(numeral.start)
        direction = self.direction_after(end)
        if s.has("equals", numeral.start - 1, numeral.start) and s.has("p_value", numeral.start - 2, end):
            return self.quantity(numeral.start, end, "p_value", self.p_span(numeral)), end
        if numeral.start < self.base_until and not self._is_passing(numeral):
            kind: Kind = "points" if direction else "share"
            span = self.span(numeral, PERCENT)
            return self.quantity(numeral.start, end, kind, span, direction=direction), end
        if numeral.is_word and (numeral.value == 1 or not s.has("needed", before, stop)):
            return None, end
        if s.has("ratio", max(before, numeral.start - 4), numeral.start):
            return self.quantity(numeral.start, end, "ratio", self.span(numeral, Fraction(1))), end
        if s.has("needed", before, stop):
            direction = self.as_direction(s.first(("down", "up"), end, stop))
            span = self.span(numeral, Fraction(1))
            return self.quantity(numeral.start, end, "needed", span, direction=direction), end
        if numeral.value in YEARS and numeral.unit == 1 and len(s.tokens[numeral.start]) == 4:
            return self.quantity(numeral.start, end, "year", self.span(numeral, Fraction(1))), end
        span = self.span(numeral, Fraction(1))
        return self.quantity(numeral.start, end, "number", span, direction=direction), end

    def _is_passing(self, numeral: Numeral) -> bool:
        """Whether a number word is no count of people: "two mentors", but not "about eight"."""
        s = self.sentence
        is_stressed = s.is_at(numeral.start - 1, PUNCTUATION) or numeral.start in s.ends("about").values()
        return numeral.is_word and not is_stressed
