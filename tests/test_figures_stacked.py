"""What came first in each arm: shares that add up, areas where they say, labels that do not collide."""

from __future__ import annotations

from itertools import pairwise

import figure_findings as made
import numpy as np
import pytest

from primus_eval.figures import plot_stacked, stacked_alt, stacked_frame
from primus_eval.figures.setting import setting_of
from primus_eval.figures.stacked import SHARES, share_labels, spread
from primus_eval.figures.stacked_ink import FILLS

ABOUT = {"outcome": made.OUTCOME}


def edges(ax):
    return {line.get_label(): line for panel in ax.child_axes for line in panel.get_lines()}


def test_the_three_shares_of_each_row_add_up_to_everyone():
    frame = stacked_frame(made.findings(made.stacked()), **ABOUT)
    treatment = frame[frame["arm"] == "treatment"]
    assert list(treatment["time_days"]) == [0, 30, 100]
    assert list(treatment["event"]) == [0, 0.2, 0.2] and list(treatment["competing"]) == [0, 0, 0.1]
    assert frame[list(SHARES)].sum(axis=1).to_numpy() == pytest.approx(1.0)


def test_a_step_of_one_share_alone_keeps_the_other():
    rows = tuple(row for row in made.STACKED_ROWS if row != ("treatment", "competing", 30.0, 0.0))
    frame = stacked_frame(made.findings(made.stacked(rows)), **ABOUT)
    assert list(frame[frame["arm"] == "treatment"]["competing"]) == [0, 0, 0.1]


def test_an_arm_of_nobody_has_an_empty_panel():
    findings = made.findings(made.stacked(made.STACKED_ROWS[:6]))
    left, right = plot_stacked(findings, **ABOUT).child_axes
    assert len(left.collections) == 3 and len(right.collections) == 0
    assert "usual services: by" not in stacked_alt(findings, **ABOUT)


def test_areas_are_drawn_where_the_frame_says():
    findings = made.findings(made.stacked())
    frame = stacked_frame(findings, **ABOUT)
    lines = edges(plot_stacked(findings, **ABOUT))
    for role in ("treatment", "control"):
        own, height = frame[frame["arm"] == role], 0.0
        for name in SHARES:
            height = height + own[name]
            line = lines[f"upper edge of {name} of {role}"]
            assert line.get_drawstyle() == "steps-post"
            assert np.array_equal(line.get_xdata(), own["time_days"])
            assert np.array_equal(line.get_ydata(), height)


def test_areas_are_told_apart_without_colour():
    greys = [fill["facecolor"] for fill in FILLS.values()]
    assert len(set(greys)) == 3 and "hatch" in FILLS["competing"]
    assert all(grey == "none" or len({grey[1:3], grey[3:5], grey[5:7]}) == 1 for grey in greys)


def test_shares_at_the_end_stand_beside_their_areas():
    panel = plot_stacked(made.findings(made.stacked()), **ABOUT).child_axes[0]
    labels = [text for text in panel.texts if "%" in text.get_text()]
    assert [text.get_text() for text in labels] == ["20.0%", "10.0%", "70.0%"]
    heights = [text.xyann[1] for text in labels]
    assert heights == pytest.approx([17.0, 42.5, 110.5])  # middles of the areas in 170 points


@pytest.mark.parametrize("wanted", [[0, 0, 0], [170, 170, 170], [80, 81, 82], [0, 85, 170], [3, 3, 169]])
def test_labels_keep_apart_and_inside(wanted):
    places = spread(wanted, room=11.0, floor=0.0, ceiling=170.0)
    assert all(later - one >= 11 - 1e-9 for one, later in pairwise(places))
    assert places[0] >= 5.5 and places[-1] <= 164.5


def test_what_competes_is_what_the_rules_name():
    setting = setting_of(made.findings(made.stacked()), "en")
    assert share_labels(setting, made.OUTCOME)["competing"] == "Something else ended follow-up first"


def test_the_text_gives_the_shares_at_the_end():
    text = stacked_alt(made.findings(made.stacked()), **ABOUT)
    assert "two mentors: by 100 days 20.0% had the event, for 10.0% something else" in text
    assert "usual services: by 100 days 40.0% had the event, for 0.0% something else" in text


def test_what_is_withheld_is_not_drawn():
    with pytest.raises(ValueError):
        plot_stacked(made.findings(made.stacked().withheld("individual_level")), **ABOUT)
