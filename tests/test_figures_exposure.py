"""The exposure curve and its strip: everybody in every week, and the curve as the exhibit has it."""

from __future__ import annotations

import delivery_exhibits as made
import numpy as np
import pytest
from figure_boxes import require_nothing_clipped

from primus_eval.figures import draw_all, exposure_alt, exposure_frame, plot_exposure, states_frame
from primus_eval.figures.canvas import figure_of
from primus_eval.figures.exposure import STATES


def panels(ax):
    return ax.child_axes


def test_the_frame_holds_the_curve_from_before_release_on():
    frame = exposure_frame(made.delivered(made.exposure()))
    assert list(frame["week"]) == [-2, -1, 0, 1, 2, 3, 4]
    assert list(frame["mean_cumulative"]) == [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5]


def test_the_states_of_a_week_add_up_to_everybody():
    frame = states_frame(made.delivered(made.states()))
    assert np.allclose(frame[list(STATES)].sum(axis=1), 1.0)
    assert list(frame["custody"]) == pytest.approx([1.0, 2 / 60, 0.1, 0.2, 0.2])


def test_a_week_of_which_a_number_is_withheld_is_left_out():
    rows = (*made.STATE_ROWS[:3], (2, 18, 24, None, None, 6), made.STATE_ROWS[4])
    assert list(states_frame(made.delivered(made.states(rows)))["week"]) == [-1, 0, 1, 3]


def test_curve_and_strip_share_their_weeks():
    curve, strip = panels(plot_exposure(made.delivered(made.exposure(), made.states())))
    assert curve.get_xlim() == strip.get_xlim() == (-2, 4)
    mean = next(line for line in curve.get_lines() if line.get_label() == "mean")
    assert list(mean.get_ydata()) == [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5]
    edge = next(line for line in strip.get_lines() if line.get_label() == "edge of free_no_contact")
    assert list(edge.get_ydata()) == pytest.approx([0.0, 58 / 60, 54 / 60, 42 / 60, 36 / 60, 36 / 60])
    assert list(edge.get_xdata()) == [-1, 0, 1, 2, 3, 4], "the last state holds to the end of its week"


def test_without_states_the_curve_stands_alone_with_its_own_axis():
    (curve,) = panels(plot_exposure(made.delivered(made.exposure())))
    written = [label.get_text() for label in curve.get_xticklabels()]
    assert written == ["\u22122", "\u22121", "0", "1", "2", "3", "4"]


def test_the_states_are_told_apart_without_colour():
    strip = panels(plot_exposure(made.delivered(made.exposure(), made.states())))[1]
    areas = [area for area in strip.collections if area.get_label() in STATES]
    greys = [float(np.dot(area.get_facecolor()[0][:3], (0.299, 0.587, 0.114))) for area in areas]
    assert len(areas) == len(STATES)
    for lower, upper in zip(range(len(areas)), range(1, len(areas)), strict=False):
        hatched = areas[lower].get_hatch() != areas[upper].get_hatch()
        assert hatched or abs(greys[lower] - greys[upper]) > 0.15


def test_the_text_gives_the_end_and_where_everybody_was():
    text = exposure_alt(made.delivered(made.exposure(), made.states()))
    assert "3.50 by week 4" in text and "0 to 7" in text
    assert "In week 3, of 60 people: 12 met in that week, 24 free, not met, 12 in custody, 3 dead" in text


@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize("weeks", [range(-2, 5), range(-8, 53), range(0, 521)])
def test_nothing_is_clipped_and_no_text_runs_into_another(language, weeks):
    findings = made.delivered(made.exposure(weeks), made.states(), simulated=True)
    require_nothing_clipped(figure_of(plot_exposure(findings, language=language, mark="INTERNAL")))


def test_what_is_withheld_is_not_drawn():
    withheld = made.delivered(made.exposure().withheld("small_cell"), made.states(), rows=())
    assert draw_all(withheld) == ()
    hidden = made.delivered(made.exposure(), made.states().withheld("small_cell"))
    assert len(panels(plot_exposure(hidden))) == 1
