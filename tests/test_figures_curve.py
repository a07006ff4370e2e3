"""Cumulative curves and their risk table: numbers first, then where the ink stands."""

from __future__ import annotations

from dataclasses import replace

import figure_findings as made
import numpy as np
import pandas as pd
import pytest

from primus_eval.figures import curve_alt, curve_frame, plot_curve, risk_table_frame
from primus_eval.figures.canvas import new_figure
from primus_eval.figures.curve import share_ticks, time_ticks
from primus_eval.figures.curve_ink import apart

ABOUT = {"outcome": made.OUTCOME}


def lines_of(ax):
    return {line.get_label(): line for line in ax.get_lines()}


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
    written = " ".join(text.get_text() for text in ax.texts)
    assert {line.get_drawstyle() for line in lines.values()} == {"default"}
    assert lines["treatment"].get_marker() != lines["control"].get_marker()
    assert "about 50%" in written and "50.0%" not in written
    assert "at intervals of 50 days" in written


def test_the_share_axis_begins_at_zero_and_ends_just_above_the_highest_interval():
    ax = plot_curve(made.findings(made.curve()), **ABOUT)
    assert ax.get_ylim() == (0, 0.8)


@pytest.mark.parametrize(
    ("highest", "top"), [(0.0, 0.05), (0.05, 0.05), (0.051, 0.06), (0.352, 0.4), (0.99, 1.0), (1.0, 1.0)]
)
def test_share_ticks_are_round_and_few(highest, top):
    ticks = share_ticks(highest)
    assert ticks[0] == 0 and ticks[-1] == top
    assert 3 <= len(ticks) <= 7


def test_a_share_that_is_not_known_does_not_break_the_axis():
    assert share_ticks(float("nan"))[-1] == 0.05


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


def test_labels_at_the_ends_of_curves_never_overlap():
    heights = {"treatment": 40.0, "control": 60.0}
    for treatment in range(0, 201, 10):
        for control in range(0, 201, 10):
            moved = apart({"treatment": treatment, "control": control}, heights, ceiling=206.0)
            lower, upper = sorted(moved, key=lambda role: moved[role])
            gap = moved[upper] - moved[lower] - (heights["treatment"] + heights["control"]) / 2
            assert gap >= -1e-9
            assert moved[upper] + heights[upper] / 2 <= 206 + 1e-9
            assert moved[lower] - heights[lower] / 2 >= -1e-9


def test_labels_that_do_not_touch_stay_where_their_curves_end():
    wanted = {"treatment": 50.0, "control": 150.0}
    assert apart(wanted, {"treatment": 20.0, "control": 20.0}, ceiling=200.0) == wanted


def test_an_arm_without_anyone_leaves_the_other_to_be_drawn():
    findings = made.findings(made.curve(made.CURVE_ROWS[:3]))
    assert set(lines_of(plot_curve(findings, **ABOUT))) == {"treatment", "end of treatment"}


def test_axes_of_ones_own_are_drawn_in_and_returned():
    own = new_figure(500, 400).add_axes((0.2, 0.4, 0.5, 0.5))
    assert plot_curve(made.findings(made.curve(), made.risk_table()), **ABOUT, ax=own) is own


def test_the_text_for_those_who_do_not_see_it_gives_the_ends_of_the_curves():
    text = curve_alt(made.findings(made.curve(), made.risk_table()), **ABOUT)
    assert "two mentors: 20.0% by 100 days (6.0% to 54.0%)" in text
    assert "usual services: 40.0% by 100 days (18.0% to 74.0%)" in text
    assert "all people randomised" in text
    assert "10 (two mentors) and 10 (usual services)" in text
