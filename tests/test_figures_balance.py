"""The balance plot: what the arms differed in when they were randomised."""

from __future__ import annotations

import figure_findings as made
import pytest

from primus_eval.figures import balance_alt, balance_frame, plot_balance
from primus_eval.figures.balance import LIMIT


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
    assert balance_alt(findings) == "No standardised mean difference is defined."


def test_the_text_for_those_who_do_not_see_it_names_what_differs():
    text = balance_alt(made.findings(made.baseline(age=0.1, prior=-0.3, wing=0.05)))
    assert "of 3 characteristics: from \u22120.30 to 0.10." in text
    assert "Age (years) (0.10) and Prior convictions (\u22120.30)" in text and "Wing" not in text
    assert "None is 0.1 or more" in balance_alt(made.findings(made.baseline(age=0.02)))
