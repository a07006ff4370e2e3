"""Numbers as printed: signs, marks, and never onto "no effect"."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primus_eval.wording import numbers

SMALLEST = 10.0**-numbers.MOST_DIGITS
finite = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False, allow_infinity=False)
proportions = st.floats(min_value=-1, max_value=1, allow_nan=False)


def value_of(text: str) -> float:
    return float(text.replace(numbers.MINUS, "-").replace(",", ""))


@pytest.mark.parametrize(
    ("value", "digits", "language", "text"),
    [
        (0.5, 0, "en", "1"),
        (-0.5, 0, "en", "−1"),
        (2.675, 2, "en", "2.68"),  # the float lies below 2.675; its shortest decimal does not
        (-0.0, 1, "en", "0.0"),
        (-0.049, 1, "en", "0.0"),
        (1234567.891, 1, "en", "1,234,567.9"),
        (1234567.891, 1, "da", "1\u2009234\u2009567,9"),
        (999.96, 1, "en", "1,000.0"),
        (-8.25, 1, "da", "−8,3"),
    ],
)
def test_decimals(value, digits, language, text):
    assert numbers.decimal(value, digits, language) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"), [(0.285, 0, "29%"), (0.145, 0, "15%"), (1.0, 1, "100.0%"), (0.0, 0, "0%")]
)
def test_percent_multiplies_exactly(value, digits, text):
    assert numbers.percent(value, digits) == text


def test_an_unknown_language_writes_as_english():
    assert numbers.decimal(1234.5, 1, "xx") == "1,234.5"


@given(proportions)
def test_points_keep_the_side_of_zero(value):
    printed = value_of(numbers.points(value))
    if abs(value) * 100 >= SMALLEST:
        assert math.copysign(1, printed) == math.copysign(1, value)
        assert printed != 0
    assert printed == pytest.approx(value * 100, abs=0.05 + 1e-9)


@given(st.floats(min_value=1e-6, max_value=1e6, allow_nan=False))
def test_ratios_keep_the_side_of_one_and_stay_positive(value):
    printed = value_of(numbers.ratio(value))
    assert printed > 0
    if abs(value - 1) >= SMALLEST:
        assert (printed > 1) == (value > 1)
        assert printed != 1


@given(finite)
def test_no_number_is_minus_nothing(value):
    for text in (numbers.decimal(value, 1), numbers.difference(value), numbers.points(value)):
        assert "-" not in text
        assert not (text.startswith(numbers.MINUS) and value_of(text) == 0)


@given(finite, st.integers(min_value=0, max_value=6))
def test_rounding_is_half_away_from_zero_and_symmetric(value, digits):
    text = numbers.decimal(value, digits)
    assert value_of(text) == pytest.approx(value, abs=0.5 * 10.0**-digits + 1e-9)
    assert numbers.decimal(-value, digits).replace(numbers.MINUS, "") == text.replace(numbers.MINUS, "")


@given(st.floats(min_value=0, max_value=1, allow_nan=False))
def test_p_values_keep_the_side_of_five_percent(value):
    text = numbers.p_value(value)
    if text.startswith("<"):
        assert value < 0.001
    elif text.startswith(">"):
        assert 0.999 < value < 1
    else:
        printed = Decimal(text)
        assert printed >= Decimal("0.001")
        assert float(printed) == pytest.approx(value, abs=0.0005001)
        if abs(value - 0.05) >= SMALLEST:
            assert (printed < Decimal("0.05")) == (value < 0.05)
            assert printed != Decimal("0.05")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0469, "0.047"), (0.05007, "0.0501"), (0.04997, "0.04997"), (0.05, "0.050"), (0.0009, "< 0.001")],
)
def test_p_values(value, text):
    assert numbers.p_value(value) == text


@given(st.floats(min_value=0, max_value=1, allow_nan=False))
def test_people_in_100_are_none_or_all_only_if_they_are(value):
    printed = value_of(numbers.share(value))
    assert 0 <= printed <= 100
    if SMALLEST <= value * 100 <= 100 - SMALLEST:
        assert 0 < printed < 100


@given(st.lists(finite, min_size=1, max_size=4), st.integers(min_value=0, max_value=3))
def test_safe_digits_are_the_fewest_that_do(values, digits):
    safe = numbers.safe_digits(values, null=0, digits=digits)

    def onto_null(at: int) -> bool:
        return any(abs(value) >= SMALLEST and value_of(numbers.decimal(value, at)) == 0 for value in values)

    assert safe >= digits
    assert not onto_null(safe)
    assert safe == digits or onto_null(safe - 1)


def test_a_number_of_any_size_is_printed():
    assert numbers.ratio(1e300).startswith("1,000,000")
    assert numbers.ratio(1e-12) == "0.00"  # noise: nearer to zero than nine decimals
