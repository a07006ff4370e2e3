"""Cumulative curves and their risk table: numbers first, then where the ink stands."""

from __future__ import annotations

from dataclasses import replace

import figure_findings as made
import numpy as np
import pandas as pd
import pytest

from primus_eval.figures import curve_alt, curve_frame, plot_curve, risk_table_frame
from primus_eval.figures.canvas import figure_of, new_figure
from primus_eval.figures.curve import HEADROOM, gaps, share_ticks, time_ticks, top_share
from primus_eval.figures.curve_lines import LABEL_GAP_PT, apart

ABOUT = {"outcome": made.OUTCOME}


def lines_of(ax):
    return {line.get_label(): line for line in ax.get_lines()}


def words_of(ax):
    return " ".join(text.get_text() for text in ax.texts)


def texts_at(ax, x):
    """What is written in the risk table in the column of a day, from above."""
    column = [text for text in ax.texts if text.xy[0] == x and text.xycoords == ("data", "axes fraction")]
    return [text.get_text() for text in sorted(column, key=lambda text: -text.xyann[1])]


def test_the_frame_holds_the_points_of_the_exhibit_and_nothing_computed():
    frame = curve_frame(made.findings(made.curve()), **ABOUT)
    control = frame[frame["arm"] == "control"]
    assert list(control["time_days"]) == [0, 20, 100]
    assert list(control["incidence"]) == [0, 0.4, 0.4]
    assert list(control["conf_high"].fillna(-1)) == [-1, 0.74, 0.74]


def test_a_curve_goes_on_to_the_horizon_while_someone_is_followed():
    frame = curve_frame(made.findings(made.curve()), **ABOUT)
    treatment = frame[frame["arm"] == "treatment"]
    assert list(treatment["time_days"]) == [0, 30, 80, 100]
    assert list(treatment.iloc[-1][["incidence", "conf_low", "conf_high"]]) == [0.2, 0.06, 0.54]


def test_a_curve_ends_where_the_last_person_was_seen():
    rows = (*made.CURVE_ROWS[:2], ("treatment", 80.0, 8, 0, 8, 0.2, 0.06, 0.54))
    frame = curve_frame(made.findings(made.curve(rows)), **ABOUT)
    assert frame["time_days"].max() == 80


def test_a_curve_ends_at_the_horizon():
    frame = curve_frame(made.findings(made.curve(horizon_days=50)), **ABOUT)
    assert frame.groupby("arm")["time_days"].max().to_dict() == {"control": 50, "treatment": 50}


def test_a_coarsened_curve_is_never_carried_on():
    rows = (("treatment", 0.0, 10, 0, 0, 0.0, None, None), ("treatment", 50.0, 10, 2, 0, 0.2, None, None))
    frame = curve_frame(made.findings(made.curve(rows, coarse=True)), **ABOUT)
    assert list(frame["time_days"]) == [0, 50]


@pytest.mark.parametrize(
    ("exhibit", "error"),
    [
        (made.flow(), KeyError),
        (made.curve().withheld("small_cell"), ValueError),
        (replace(made.curve(), rows=()), ValueError),
    ],
)
def test_what_is_not_there_is_not_drawn(exhibit, error):
    with pytest.raises(error):
        plot_curve(made.findings(exhibit), **ABOUT)


def test_the_risk_table_keeps_what_is_not_shown():
    table = risk_table_frame(made.findings(made.curve(), made.risk_table()), **ABOUT)
    assert list(table["at_risk"])[:3] == [10, 8, 5]
    assert table["at_risk"].isna().sum() == table["cumulative_events"].isna().sum() == 1


def test_without_a_risk_table_its_frame_is_empty():
    assert len(risk_table_frame(made.findings(made.curve()), **ABOUT)) == 0


def test_the_risk_table_stands_at_the_days_of_the_axis():
    ax = plot_curve(made.findings(made.curve(), made.risk_table()), **ABOUT)
    assert list(ax.get_xticks()) == [0, 50, 100]
    assert texts_at(ax, 0) == ["10", "0", "10", "0"]
    assert texts_at(ax, 50) == ["8", "2", "6", "4"]
    assert texts_at(ax, 100) == ["5", "2", "\u2013", "\u2013"]


def test_steps_are_drawn_where_the_frame_says_and_the_arms_differ_without_colour():
    findings = made.findings(made.curve())
    frame = curve_frame(findings, **ABOUT)
    lines = lines_of(plot_curve(findings, **ABOUT))
    for role in ("treatment", "control"):
        arm = frame[frame["arm"] == role]
        assert np.array_equal(lines[role].get_xdata(), arm["time_days"])
        assert np.array_equal(lines[role].get_ydata(), arm["incidence"])
        assert lines[role].get_drawstyle() == "steps-post"
    assert lines["treatment"].get_linestyle() != lines["control"].get_linestyle()


def test_each_arm_with_an_interval_has_one_band():
    no_interval = tuple(row if row[0] == "control" else (*row[:6], None, None) for row in made.CURVE_ROWS)
    ax = plot_curve(made.findings(made.curve(no_interval)), **ABOUT)
    bands = [len(band.get_paths()) for band in ax.collections]
    assert sorted(bands) == [0, 1]


def test_a_coarsened_curve_is_points_and_says_so():
    ax = plot_curve(made.findings(made.coarse_curve()), **ABOUT)
    lines = lines_of(ax)
    written = words_of(ax)
    assert {line.get_drawstyle() for line in lines.values()} == {"default"}
    assert lines["treatment"].get_marker() != lines["control"].get_marker()
    assert "Points every 50 days and at the end" in written
    assert "the shape only" in written and "The result itself is in the text." in written


def test_no_share_from_rounded_counts_is_named_beside_the_exact_result():
    findings = made.findings(made.coarse_curve(), made.risk_table())
    ax = plot_curve(findings, **ABOUT)
    assert "%" not in words_of(ax) and "%" not in curve_alt(findings, **ABOUT)
    assert "Two mentors" in words_of(ax) and "Usual services" in words_of(ax)
    assert "%" in words_of(plot_curve(made.findings(made.curve()), **ABOUT))


LAST_STEP = (
    *made.CURVE_ROWS[:3],
    ("control", 0.0, 10, 0, 0, 0.0, None, None),
    ("control", 20.0, 10, 4, 0, 0.4, 0.18, 0.74),
    ("control", 100.0, 6, 1, 5, 0.5, 0.26, 0.81),
)
"""The control arm has an event on the last day, at the edge of the plot."""


def test_the_interval_of_the_last_step_is_drawn_as_a_bar():
    ax = plot_curve(made.findings(made.curve(LAST_STEP)), **ABOUT)
    for role, interval in (("treatment", [0.06, 0.54]), ("control", [0.26, 0.81])):
        bar = lines_of(ax)[f"interval at the end of {role}"]
        assert list(bar.get_ydata()) == interval and list(bar.get_xdata()) == [100, 100]
        assert not bar.get_clip_on()
    assert "as a bar at the end of each curve" in words_of(ax)


def test_the_bars_of_two_arms_stand_beside_each_other():
    ax = plot_curve(made.findings(made.curve(LAST_STEP)), **ABOUT)
    left, right = (
        lines_of(ax)[f"interval at the end of {role}"].get_transform().transform((100, 0.3))[0]
        for role in ("treatment", "control")
    )
    assert (right - left) * 72 / figure_of(ax).dpi >= 4


def test_bands_have_edges_that_differ_by_line_style_so_that_they_are_two_in_grey():
    findings = made.findings(made.curve())
    frame, lines = curve_frame(findings, **ABOUT), lines_of(plot_curve(findings, **ABOUT))
    for role in ("treatment", "control"):
        arm = frame[(frame["arm"] == role) & frame["conf_low"].notna()]
        for end in ("conf_low", "conf_high"):
            edge = lines[f"{end} of {role}"]
            assert list(edge.get_ydata()) == list(arm[end]) and edge.get_drawstyle() == "steps-post"
    assert lines["conf_low of treatment"].get_linestyle() != lines["conf_low of control"].get_linestyle()


def test_the_table_says_what_it_counts_where_its_counts_are_exact():
    counted = "At risk: just before the time named; events: up to and including it."
    assert counted in words_of(plot_curve(made.findings(made.curve(), made.risk_table()), **ABOUT))
    assert counted not in words_of(plot_curve(made.findings(made.curve()), **ABOUT))
    assert counted not in words_of(plot_curve(made.findings(made.coarse_curve(), made.risk_table()), **ABOUT))


def coarse_with(*shares):
    """A coarsened curve of 0, 50 and 100 days; the control arm has 0, 25 and 50 percent."""
    rows = made.coarse_curve().rows
    treatment = tuple((*row[:5], share, None, None) for row, share in zip(rows[:3], shares, strict=True))
    return made.curve((*treatment, *rows[3:]), coarse=True, grid_days=50)


@pytest.mark.parametrize(
    ("exhibit", "said"),
    [
        (made.coarse_curve(), "The two rounded lines coincide."),
        (coarse_with(0.0, 0.25, 0.5 + 1e-12), "The two rounded lines coincide."),
        (coarse_with(0.0, 0.25, 0.4), ""),
        (made.strange().exhibits[0], "The two lines coincide."),
        (made.curve(), ""),
    ],
)
def test_two_curves_that_are_one_line_are_said_to_be(exhibit, said):
    findings = made.findings(exhibit)
    written = words_of(plot_curve(findings, **ABOUT))
    assert ("coincide" in written) == ("coincide" in curve_alt(findings, **ABOUT)) == bool(said)
    assert said in written and said in curve_alt(findings, **ABOUT)


def test_the_share_axis_begins_at_zero_and_ends_a_little_above_the_highest_interval():
    ax = plot_curve(made.findings(made.curve()), **ABOUT)
    assert ax.get_ylim() == pytest.approx((0, 0.74 / 0.92))
    assert ax.get_yticks()[-1] == 0.8


@pytest.mark.parametrize("highest", [0.0, 0.05, 0.36, 0.37, 0.49, 0.74, 0.999, 1.0])
def test_above_the_highest_point_is_headroom(highest):
    assert HEADROOM == 0.08
    assert top_share(highest) * 0.92 >= highest - 1e-12
    assert top_share(highest) >= share_ticks(highest)[-1]


@pytest.mark.parametrize(
    ("highest", "top"), [(0.0, 0.05), (0.05, 0.05), (0.051, 0.06), (0.352, 0.4), (0.99, 1.0), (1.0, 1.0)]
)
def test_share_ticks_are_round_and_few(highest, top):
    ticks = share_ticks(highest)
    assert ticks[0] == 0 and ticks[-1] == top
    assert 3 <= len(ticks) <= 7


def test_a_share_that_is_not_known_does_not_break_the_axis():
    assert share_ticks(float("nan"))[-1] == top_share(float("nan")) == 0.05


@pytest.mark.parametrize(
    ("last_day", "unit", "days", "expected"),
    [
        (364, "weeks", 7, [0, 13, 26, 39, 52]),
        (730, "weeks", 7, [0, 26, 52, 78, 104]),
        (365, "days", 1, [0, 90, 180, 270, 360]),
        (10, "days", 1, [0, 5, 10]),
    ],
)
def test_without_a_risk_table_the_times_are_round_in_their_unit(last_day, unit, days, expected):
    ticks = time_ticks(pd.DataFrame(), last_day=last_day, unit=unit, days_in_unit=days)
    assert [tick / days for tick in ticks] == expected


def test_labels_at_the_ends_of_curves_have_a_gap_between_them():
    heights = {"treatment": 40.0, "control": 60.0}
    assert LABEL_GAP_PT >= 4
    for treatment in range(0, 201, 10):
        for control in range(0, 201, 10):
            moved = apart({"treatment": treatment, "control": control}, heights, ceiling=206.0)
            lower, upper = sorted(moved, key=lambda role: moved[role])
            gap = moved[upper] - moved[lower] - (heights["treatment"] + heights["control"]) / 2
            assert gap >= LABEL_GAP_PT - 1e-9
            assert moved[upper] + heights[upper] / 2 <= 206 + 1e-9
            assert moved[lower] - heights[lower] / 2 >= -1e-9


def test_labels_that_do_not_touch_stay_where_their_curves_end():
    wanted = {"treatment": 50.0, "control": 150.0}
    assert apart(wanted, {"treatment": 20.0, "control": 20.0}, ceiling=200.0) == wanted


def test_an_arm_without_anyone_leaves_the_other_to_be_drawn():
    findings = made.findings(made.curve(made.CURVE_ROWS[:3]))
    drawn = set(lines_of(plot_curve(findings, **ABOUT)))
    assert {"treatment", "end of treatment"} <= drawn and not any("control" in label for label in drawn)
    assert "gap" not in curve_alt(findings, **ABOUT)


def test_axes_of_ones_own_are_drawn_in_and_returned():
    own = new_figure(500, 400).add_axes((0.2, 0.4, 0.5, 0.5))
    assert plot_curve(made.findings(made.curve(), made.risk_table()), **ABOUT, ax=own) is own


def test_the_text_for_those_who_do_not_see_it_gives_the_ends_of_the_curves():
    text = curve_alt(made.findings(made.curve(), made.risk_table()), **ABOUT)
    assert "two mentors: 20.0% by 100 days (6.0% to 54.0%)" in text
    assert "usual services: 40.0% by 100 days (18.0% to 74.0%)" in text
    assert "all people randomised" in text
    assert "10 (two mentors) and 10 (usual services)" in text
    assert "The gap is widest at 20 days, with usual services above; the curves do not cross." in text


def steps(role, *points):
    return tuple((role, day, 10, 1, 0, share, None, None) for day, share in points)


def test_the_gap_between_two_curves_is_taken_at_every_step_of_either():
    rows = (
        *steps("treatment", (0.0, 0.0), (10.0, 0.1), (60.0, 0.7)),
        *steps("control", (0.0, 0.0), (5.0, 0.3)),
    )
    findings = made.findings(made.curve(rows))
    gap = gaps(curve_frame(findings, **ABOUT))
    assert list(gap.index) == [0, 5, 10, 60, 100]
    assert list(gap) == pytest.approx([0, -0.3, -0.2, 0.4, 0.4])
    assert "The gap is widest at 60 days, with two mentors above; the curves cross." in curve_alt(
        findings, **ABOUT
    )


def test_beyond_the_end_of_one_curve_there_is_no_gap():
    rows = (*steps("treatment", (0.0, 0.0), (30.0, 0.1)), *steps("control", (0.0, 0.0), (90.0, 0.9)))
    frame = curve_frame(made.findings(made.curve(rows, coarse=True)), **ABOUT)
    assert list(gaps(frame).index) == [0, 30]


def test_the_text_about_a_coarsened_curve_says_that_counts_are_rounded():
    text = curve_alt(made.findings(coarse_with(0.0, 0.3, 0.4), made.risk_table()), **ABOUT)
    assert "two mentors and usual services, to 100 days" in text
    assert "Drawn from counts rounded to protect individuals" in text
    assert "The gap is widest at 100 days, with usual services above; the curves cross." in text
    assert "Followed from the start, rounded: 10 (two mentors) and 10 (usual services)." in text
