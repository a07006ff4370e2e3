"""Numbers as printed: signs, marks, and never onto "no effect"."""

import math
from dataclasses import replace
from decimal import Decimal

import pytest
from figure_findings import TEST
from hypothesis import given
from hypothesis import strategies as st

from primus_eval.errors import InputError
from primus_eval.wording import numbers
from primus_eval.wording.quantities import finding_number, printed

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
        (1234567.891, 1, "da", "1\u202f234\u202f567,9"),
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


def test_an_unknown_language_is_refused():
    with pytest.raises(InputError, match="Use one of"):
        numbers.decimal(1234.5, 1, "xx")


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


@given(
    st.floats(min_value=0, max_value=1, allow_nan=False) | st.floats(min_value=0.0049, max_value=0.101),
    st.sampled_from([0.05, 0.1, 0.01, 0.001, 0.025, 0.0248, 0.2]),
)
def test_p_values_keep_the_side_of_every_line(value, level):
    text = numbers.p_value(value, level=level)
    if text.startswith("<"):
        assert value < 0.001
    elif text.startswith(">"):
        assert 0.999 < value < 1
    else:
        printed = Decimal(text)
        assert printed >= Decimal("0.001")
        assert float(printed) == pytest.approx(value, abs=0.0005001)
        for line in (*numbers.P_LINES, Decimal(repr(level))):
            if abs(value - float(line)) >= SMALLEST:
                assert (printed < line) == (value < float(line))
                assert printed != line


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0996, "0.0996"),
        (0.1004, "0.1004"),
        (0.01004, "0.01004"),
        (0.0469, "0.047"),
        (0.05007, "0.0501"),
        (0.04997, "0.04997"),
        (0.05, "0.050"),
        (0.0009, "< 0.001"),
    ],
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


def test_a_line_below_the_usual_bound_moves_the_bound():
    assert numbers.p_value(0.0005, level=0.0001) == "0.0005"
    assert numbers.p_value(0.00005, level=0.0001) == "< 0.0001"


@given(st.floats(min_value=0, max_value=1, allow_nan=False), st.integers(min_value=0, max_value=2))
def test_percentages_are_none_or_all_only_if_they_are(value, digits):
    printed = value_of(numbers.percent(value, digits).removesuffix("%"))
    if SMALLEST <= value * 100 <= 100 - SMALLEST:
        assert 0 < printed < 100


@given(st.floats(min_value=-1, max_value=1, allow_nan=False))
def test_standardised_differences_keep_the_side_of_a_tenth(value):
    printed = value_of(numbers.standardised_difference(value))
    if abs(abs(value) - 0.1) >= SMALLEST:
        assert abs(printed) != 0.1
        assert (abs(printed) > 0.1) == (abs(value) > 0.1)


@pytest.mark.parametrize(
    ("value", "up", "text"),
    [
        (1 / (18 / 216), True, "12"),
        (4.1, True, "5"),
        (4.9, False, "4"),
        (-6620.2, True, "6,621"),
        (1.0, False, "1"),
    ],
)
def test_people_needed_are_whole_and_never_understated(value, up, text):
    assert numbers.people_needed(value, up=up) == text


def test_a_ratio_is_all_lower_only_if_it_is_zero():
    assert printed(0.0004, "percent_off_one") == "99.96%"
    assert printed(1.0004, "percent_off_one") == "0.04%"
    assert printed(0.0, "percent_off_one") == "100%"


def test_the_line_of_a_p_value_comes_from_its_confidence_level():
    rows = [replace(TEST, p_value=0.02497, conf_level=level) for level in (0.95, 0.975)]
    shown = [finding_number(row, "p_value", language="en", time_unit="days") for row in rows]
    assert [number.text for number in shown] == ["0.025", "0.02497"]
    assert [printed(0.02497, number.form) for number in shown] == ["0.025", "0.02497"]
