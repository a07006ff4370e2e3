"""How each field of a finding or of an exhibit is printed: one function of the value and a named form.

A report prints a number only through `finding_number`, `cell_number` or `count_number`, and writes
source, field and form beside it, so that a test can derive the printed text again.
"""

from __future__ import annotations

from collections.abc import Callable, Sized
from decimal import Decimal
from math import ceil, floor

from primus_eval.findings import COUNTS, Cell, Exhibit, Finding
from primus_eval.vocabulary import EffectMeasure
from primus_eval.wording import numbers
from primus_eval.wording.catalogue import Words
from primus_eval.wording.money import bare_amount, money, money_apart
from primus_eval.wording.pieces import Number, Sentence

DAYS_PER_WEEK = 7
OFF = 1e-9
"""So much of a percent is an error of floating point, and moves no end of an interval outwards."""
DASH = "\u2013"
"""Printed where a cell is empty."""

POINT_MEASURES = ("risk_difference", "survival_difference")
CURVE_METHODS = ("kaplan_meier", "aalen_johansen")
"""Methods that read a share from a curve, so that it is not events divided by people."""

TIME_MEASURES = (
    "restricted_mean_difference",
    "restricted_mean_time_lost_difference",
    "quantile_difference",
)
"""Measures in the unit in which a protocol reports time."""

AMOUNT_MEASURES = (
    "rate_difference",
    "mean_count_difference",
    "mean_difference",
    "rate",
    "mean_count",
    "mean",
)
"""Measures in events, or days of harm or custody, for each person or for so much time."""

OWN_SCALE = ("estimate", "conf_low", "conf_high", "std_error")

Form = Callable[[float, str], str]

FORMS: dict[str, Form] = {
    "whole": lambda value, language: numbers.whole(round(value), language),
    "percent": lambda value, language: numbers.percent(value, 1, language),
    "percent_bound": lambda value, language: _bounded_percent(value, language),
    "percent_nearest": lambda value, language: _nearest_percent(value, language),
    "percent_down": lambda value, language: numbers.percent(floor(100 * value + OFF) / 100, 0, language),
    "percent_up": lambda value, language: numbers.percent(ceil(100 * value - OFF) / 100, 0, language),
    "percent_whole": lambda value, language: _shortest_percent(value, language),
    "points": lambda value, language: numbers.points(value, 1, language),
    "ratio": lambda value, language: numbers.ratio(value, 2, language),
    "amount": lambda value, language: numbers.difference(value, 1 if abs(value) >= 10 else 2, language),
    "weeks": lambda value, language: numbers.difference(value / DAYS_PER_WEEK, 2, language),
    "days": lambda value, language: numbers.difference(value, 1, language),
    "needed": lambda value, language: numbers.people_needed(value, language),
    "needed_at_least": lambda value, language: numbers.people_needed(value, language, up=False),
    "log": lambda value, language: numbers.decimal(value, 3, language),
    "p": lambda value, language: numbers.p_value(value, language),
    "one_decimal": lambda value, language: numbers.decimal(value, 1, language),
    "nearest": lambda value, language: numbers.decimal(value, 0, language),
    "shortest": lambda value, language: numbers.decimal(
        value, 0 if float(value).is_integer() else 1, language
    ),
    "per_hundred": lambda value, language: numbers.decimal(100 * value, 1, language),
    "smd": lambda value, language: numbers.standardised_difference(value, language),
    "money_bare": lambda value, language: bare_amount(value, language),
    # the same values inside plain sentences
    "of_100": lambda value, language: numbers.share(value, 0, language),
    "fewer_of_100": lambda value, language: numbers.points(abs(value), 1, language),
    "percent_off_one": lambda value, language: _percent_off_one(value, language),
    "weeks_apart": lambda value, language: numbers.difference(abs(value) / DAYS_PER_WEEK, 2, language),
    "days_apart": lambda value, language: numbers.difference(abs(value), 1, language),
    "amount_apart": lambda value, language: FORMS["amount"](abs(value), language),
    "whole_apart": lambda value, language: FORMS["whole"](abs(value), language),
    "level_left": lambda value, language: _shortest_percent(1 - value, language),
    "in_weeks": lambda value, language: numbers.decimal(
        value / DAYS_PER_WEEK, 0 if value % DAYS_PER_WEEK == 0 else 1, language
    ),
}
"""Every form in which a number is printed."""

IN_CURRENCY = {"money": money, "money_apart": money_apart}
"""Forms that name the currency, as in "money:DKK"."""


def natural_form(effect_measure: EffectMeasure, field: str, *, scale: str, time_unit: str) -> str:
    """Return the form of a field in tables: points, ratios, weeks or days, percent, p, whole numbers."""
    if field in COUNTS:
        return "whole"
    if field == "p_value":
        return "p"
    if field in ("conf_level", "quantile"):
        return "percent_whole"
    if field in ("horizon_days", "from_days"):
        return "in_weeks" if time_unit == "weeks" else "whole"
    if field == "std_error" and scale != "identity":
        return "log"
    if field not in OWN_SCALE:
        return "one_decimal"
    if effect_measure in POINT_MEASURES:
        return "points"
    if effect_measure in TIME_MEASURES:
        return "weeks" if time_unit == "weeks" else "days"
    if effect_measure in AMOUNT_MEASURES:
        return "amount"
    if effect_measure == "number_needed_to_treat":
        return "needed"
    return "percent" if effect_measure == "proportion" else "ratio"


def printed(value: Cell, form: str, language: str = "en") -> str:
    """Print a value in a form; a dash where there is none.

    form: a name of `FORMS`, "p:" with the line that a p-value is held against where it is a rare one, or a
    name of `IN_CURRENCY` with a colon and the currency.

    >>> printed(-0.0833, "points"), printed(14.2917, "weeks"), printed(None, "whole")
    ('−8.3', '2.04', '–')
    """
    if value is None or isinstance(value, bool | str):
        return DASH
    name, _, line = form.partition(":")
    if name in IN_CURRENCY:
        return IN_CURRENCY[name](value, line, language)
    if line:
        return numbers.p_value(value, language, level=float(line))
    return FORMS[name](value, language)


def finding_number(finding: Finding, field: str, *, form: str = "", language: str, time_unit: str) -> Number:
    """Return a field of a finding as a printed number with its source."""
    form = form or natural_form(finding.effect_measure, field, scale=finding.scale, time_unit=time_unit)
    if form == "p":
        form = _form_of_p(finding)
    elif form == "needed" and field == ends_in_order(finding)[0]:
        form = "needed_at_least"
    text = printed(getattr(finding, field), form, language)
    return Number(text=text, kind="finding", source=finding.finding, field=field, form=form)


def cell_number(exhibit: Exhibit, row: int, field: str, form: str, *, language: str) -> Number:
    """Return a cell of an exhibit as a printed number with its source."""
    value = exhibit.rows[row][exhibit.columns.index(field)]
    text = printed(value, form, language)
    return Number(text=text, kind="exhibit", source=exhibit.id, field=field, form=form, row=row)


def note_number(exhibit: Exhibit, note: str, form: str, *, language: str) -> Number:
    """Return a note of an exhibit as a printed number with its source."""
    text = printed(exhibit.notes.get(note), form, language)
    return Number(text=text, kind="exhibit", source=exhibit.id, field=note, form=form)


def p_sentence(number: Number, words: Words) -> Sentence:
    """Return a printed p-value as `p = ...`, or as a bound."""
    return words.say("p.equal" if number.text[0].isdigit() else "p.bound", p=number)


def count_number(things: Sized, name: str, *, language: str) -> Number:
    """Return how many things of a report there are, as a printed number that says what is counted."""
    return Number(text=numbers.whole(len(things), language), kind="count", source=name)


def ends_in_order(finding: Finding) -> tuple[str, str]:
    """Return the fields of the ends of an interval in the order in which they are said.

    From low to high; but a number needed from the strongest effect to the weakest, which is the largest
    number, because no effect at all would need infinitely many people.
    """
    return ("conf_high", "conf_low") if is_harm(finding) else ("conf_low", "conf_high")


def is_harm(finding: Finding) -> bool:
    """Whether a number needed is a number needed to harm: more fare worse than better."""
    return finding.effect_measure == "number_needed_to_treat" and (finding.estimate or 0.0) < 0


def level_of(finding: Finding) -> float:
    """Return the two-sided level that goes with a finding's confidence level, 0.05 for 0.95."""
    return round(1 - (finding.conf_level or 0.95), 9)


def _form_of_p(finding: Finding) -> str:
    level = level_of(finding)
    return "p" if Decimal(repr(level)) in numbers.P_LINES else f"p:{level!r}"


def _percent_off_one(value: float, language: str) -> str:
    """Write how far a ratio is from one, in percent, never rounded onto zero."""
    off = abs(value - 1)
    digits = numbers.safe_digits([off * 100], null=0, digits=0)
    return numbers.percent(off, digits, language)


def _nearest_percent(value: float, language: str) -> str:
    """Write a share in whole percent; as a bound where that would round it onto none or all."""
    if 0 < value < 0.005:
        return f"< {numbers.percent(0.01, 0, language)}"
    if 0.995 <= value < 1:
        return f"> {numbers.percent(0.99, 0, language)}"
    return numbers.percent(value, 0, language)


def _bounded_percent(value: float, language: str) -> str:
    """Write a share with one decimal; as a bound where that would round it onto none or all."""
    if 0 < value < 0.001:
        return f"< {numbers.percent(0.001, 1, language)}"
    if 0.999 < value < 1:
        return f"> {numbers.percent(0.999, 1, language)}"
    return numbers.percent(value, 1, language)


def _shortest_percent(value: float, language: str) -> str:
    """Write a level or a power in percent with no more decimals than it has."""
    exact = round(value, 9) * 100
    digits = next(
        (digits for digits in range(4) if abs(round(exact, digits) - exact) < 1e-6), numbers.MOST_DIGITS
    )
    return numbers.percent(round(value, 9), digits, language)
