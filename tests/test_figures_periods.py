"""Effects by period: which number stands where, and which of them compares everyone randomised."""

from __future__ import annotations

from dataclasses import replace

import figure_findings as made
import pytest

from primus_eval.figures import period_analyses, periods_alt, periods_frame, plot_periods
from primus_eval.figures.lettering import width_pt
from primus_eval.figures.strip import linear_scale, ratio_scale, tick_texts, with_room

BY_PERIOD = {"analysis": "by_period"}
FINDINGS = made.findings(rows=made.PERIODS)
NOT_RANDOMISED = "not a randomised"


def markers(strip):
    return [
        (float(line.get_xdata()[0]), line.get_label())
        for line in strip.get_lines()
        if line.get_label() in ("randomised", "not randomised")
    ]


def texts_of(ax):
    return [text.get_text() for part in (ax, *ax.child_axes) for text in part.texts]


def test_each_period_has_its_ratio_and_the_difference_up_to_its_end():
    frame = periods_frame(FINDINGS, **BY_PERIOD)
    assert list(zip(frame["from_days"], frame["to_days"], strict=True)) == [(0, 30), (30, 60), (60, 100)]
    assert list(frame["ratio"]) == [0.5, 1.5, 0.9]
    assert list(frame["difference"]) == pytest.approx([-10, -5, -6])
    assert list(frame["is_randomised"]) == [True, False, False]
    assert frame["difference_text"][0] == "\u221210.0 (\u221225.0 to 5.0)"


def test_periods_are_in_order_whatever_the_order_of_the_findings():
    backwards = made.findings(rows=made.PERIODS[::-1])
    assert periods_frame(backwards, **BY_PERIOD).equals(periods_frame(FINDINGS, **BY_PERIOD))


def test_markers_stand_where_the_frame_says_and_only_what_is_fair_is_filled():
    ratios, differences = plot_periods(FINDINGS).child_axes
    assert ratios.get_xscale() == "log" and differences.get_xscale() == "linear"
    assert markers(ratios) == [(0.5, "randomised"), (1.5, "not randomised"), (0.9, "not randomised")]
    assert {label for _, label in markers(differences)} == {"randomised"}
    assert [place for place, _ in markers(differences)] == pytest.approx([-10, -5, -6])
    faces = [
        line.get_markerfacecolor() for line in ratios.get_lines() if "randomised" in str(line.get_label())
    ]
    assert faces[0] != faces[1] == faces[2]


def test_later_periods_say_that_they_are_no_randomised_comparison_and_the_first_does_not():
    texts = texts_of(plot_periods(FINDINGS))
    assert texts.count(NOT_RANDOMISED) == 2  # the words are wrapped below the numbers of two periods
    only_first = made.findings(rows=(made.PERIODS[0], made.PERIODS[3]))
    assert texts_of(plot_periods(only_first)).count(NOT_RANDOMISED) == 0


def test_an_end_beyond_all_measure_is_an_arrow():
    ratios = plot_periods(FINDINGS).child_axes[0]
    assert {line.get_marker() for line in ratios.get_lines()} >= {"<", ">"}


@pytest.mark.parametrize("better", ["lower", "higher"])
def test_the_difference_favours_the_arm_that_the_outcome_says(better):
    texts = texts_of(plot_periods(made.findings(rows=made.PERIODS, better=better)))
    left = "two mentors" if better == "lower" else "usual services"
    assert f"\u2190 favours {left}" in texts
    assert "\u2190 lower with two mentors" in texts and "higher with two mentors \u2192" in texts


def test_what_is_withheld_says_why_in_its_place():
    rows = (made.PERIODS[0].withheld("small_cell"), *made.PERIODS[1:])
    findings = made.findings(rows=rows)
    frame = periods_frame(findings, **BY_PERIOD)
    assert frame["ratio"].isna().tolist() == [True, False, False]
    ratios = plot_periods(findings).child_axes[0]
    assert len(markers(ratios)) == 2
    assert "Withheld:" in " ".join(text.get_text() for text in ratios.texts)


def test_only_analyses_by_period_with_a_number_are_drawn():
    other = replace(made.PERIODS[1], finding="landmark", analysis="landmark", method="cox_landmark")
    assert period_analyses(made.findings(rows=(made.PRIMARY, other, *made.PERIODS))) == ("by_period",)
    withheld = tuple(row.withheld("small_cell") for row in made.PERIODS)
    assert period_analyses(made.findings(rows=withheld)) == ()
    with pytest.raises(ValueError):
        periods_frame(made.findings(), analysis="primary")


def test_without_differences_the_ratios_are_drawn_alone():
    ax = plot_periods(made.findings(rows=made.PERIODS[:3]))
    assert len(ax.child_axes) == 1
    assert periods_frame(made.findings(rows=made.PERIODS[:3]), **BY_PERIOD)["difference"].isna().all()


@pytest.mark.parametrize("width", [20.0, 60.0, 110.0, 400.0])
@pytest.mark.parametrize(
    ("scale", "null"),
    [(ratio_scale([0.2, 35.0]), 1.0), (ratio_scale([0.7, 1.2]), 1.0), (linear_scale([-1e-3, 5e-4]), 0.0)],
)
def test_in_a_narrow_strip_ticks_are_left_out_and_that_of_no_effect_stays(scale, null, width):
    thinned = with_room(scale, null=null, width=width, language="en")
    assert null in thinned.ticks and set(thinned.ticks) <= set(scale.ticks)
    texts = tick_texts(thinned, "en")
    ends = [
        (scale.place(tick) * width, width_pt(text, size_pt=8) / 2)
        for tick, text in zip(thinned.ticks, texts, strict=True)
    ]
    assert all(one[0] + one[1] < two[0] - two[1] for one, two in zip(ends, ends[1:], strict=False))


def test_the_text_says_every_period():
    text = periods_alt(FINDINGS, **BY_PERIOD)
    assert "0 to 30 days: hazard ratio 0.50 (0.20 to 1.25), difference in risk up to its end" in text
    assert "30 to 60 days" in text and "60 to 100 days" in text
    assert text.endswith("Within later periods it is not a randomised comparison.")
