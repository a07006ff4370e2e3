"""The balance plot: what the arms differed in when they were randomised."""

from __future__ import annotations

import figure_findings as made
import pytest
from matplotlib.text import Text

from primus_eval.figures import balance_alt, balance_frame, plot_balance
from primus_eval.figures.balance import LIMIT
from primus_eval.figures.canvas import figure_of


def dots(ax):
    (strip,) = ax.child_axes
    return next(line for line in strip.get_lines() if line.get_label() == "smd")


def test_the_frame_keeps_the_order_of_the_table_and_names_levels_and_units():
    frame = balance_frame(made.findings(made.baseline(prior=-0.25, age=0.1, prison__open=0.0)))
    assert list(frame["label"]) == ["Prior convictions", "Age (years)", "Prison: open"]
    assert list(frame["smd"]) == [-0.25, 0.1, 0.0]
    assert list(frame["text"]) == ["\u22120.25", "0.10", "0.00"]


def test_a_difference_that_is_not_defined_or_not_shown_says_which():
    undefined = balance_frame(made.findings(made.baseline(age=None)))
    withheld = balance_frame(made.findings(made.baseline(age=None, notes={"withheld_variables": 1})))
    assert undefined["text"].item() == "no variation"
    assert withheld["text"].item() == "not shown"


def test_dots_stand_where_the_frame_says_from_above():
    ax = plot_balance(made.findings(made.baseline(age=0.3, prior=None, wing=-0.2)))
    assert list(dots(ax).get_xdata()) == [0.3, -0.2]
    upper, lower = dots(ax).get_ydata()
    (strip,) = ax.child_axes
    assert 0 < upper < lower < strip.get_ylim()[0]  # down the page


def test_the_reference_is_a_light_band_of_a_tenth_either_way():
    (strip,) = plot_balance(made.findings(made.baseline(age=0.3))).child_axes
    (band,) = [patch for patch in strip.patches if patch.get_label() == "small differences"]
    assert (band.get_x(), band.get_x() + band.get_width()) == pytest.approx((-LIMIT, LIMIT))


@pytest.mark.parametrize("smd", [0.0, 0.01, 3.0, -7.0])
def test_the_axis_holds_every_dot_and_never_magnifies_small_ones(smd):
    (strip,) = plot_balance(made.findings(made.baseline(age=smd))).child_axes
    low, high = strip.get_xlim()
    assert low < min(smd, -0.25) and high > max(smd, 0.25)


def test_nothing_defined_at_all_is_still_drawn():
    findings = made.findings(made.baseline(age=None))
    assert list(dots(plot_balance(findings)).get_xdata()) == []
    assert balance_alt(findings) == "No standardised mean difference is shown."


def test_the_text_for_those_who_do_not_see_it_names_what_differs():
    text = balance_alt(made.findings(made.baseline(age=0.1, prior=-0.3, wing=0.05)))
    assert "of 3 characteristics: from \u22120.30 to 0.10." in text
    assert "Age (years) (0.10) and Prior convictions (\u22120.30)" in text and "Wing" not in text
    assert "None is 0.1 or more" in balance_alt(made.findings(made.baseline(age=0.02)))


def words_of(ax):
    return " ".join(text.get_text() for text in ax.texts)


ROUNDED = {"rounded": True, "withheld_variables": 1}


@pytest.mark.parametrize(
    ("notes", "texts"),
    [
        ({}, ["0.20", "0.00", "0.13", "\u22120.10"]),
        (ROUNDED, ["0.2", "0.0", "0.13", "\u22120.10"]),
    ],
)
def test_no_decimal_is_printed_that_was_rounded_away(notes, texts):
    exhibit = made.baseline(notes=notes, age=0.2, prior=0.0, prison__open=0.13, prison__closed=-0.1)
    assert list(balance_frame(made.findings(exhibit))["text"]) == texts


def test_rounded_values_are_said_to_be():
    rounded = made.findings(made.baseline(notes=ROUNDED, age=0.2, prior=-0.1))
    said = "Rounded to protect individuals, to the decimals printed."
    assert said in words_of(plot_balance(rounded)) and said in balance_alt(rounded)
    assert "from \u22120.1 to 0.2." in balance_alt(rounded)
    exact = made.findings(made.baseline(age=0.2, prior=-0.1))
    assert said not in words_of(plot_balance(exact)) and said not in balance_alt(exact)


def test_rows_that_are_withheld_are_counted():
    findings = made.findings(made.baseline(notes=ROUNDED, age=0.2, prison__open=None, prison__closed=None))
    assert "Withheld to protect individuals: 2 of 3 rows." in balance_alt(findings)
    assert "Not shown: withheld to protect individuals." in words_of(plot_balance(findings))
    undefined = made.findings(made.baseline(age=0.2, prior=None))
    assert "ithheld" not in balance_alt(undefined) + words_of(plot_balance(undefined))


@pytest.mark.parametrize("arms", [("two mentors", "usual"), ("W" * 60, "n " * 30)])
def test_what_the_directions_mean_stays_under_the_axis(arms):
    ax = plot_balance(made.findings(made.baseline(age=0.2), arms=arms))
    (strip,) = ax.child_axes
    figure_of(ax).canvas.draw()
    renderer, axis = figure_of(ax).canvas.get_renderer(), strip.get_window_extent()
    ends = [Text.get_window_extent(text, renderer) for text in ax.texts if text.get_text()[0] in "\u2190"]
    ends += [Text.get_window_extent(text, renderer) for text in ax.texts if text.get_text()[-1] in "\u2192"]
    assert len(ends) == 2
    assert all(axis.x0 - 2 <= box.x0 and box.x1 <= axis.x1 + 2 for box in ends)
