"""The cost-effectiveness plane: numbers first, then where the ink stands."""

from __future__ import annotations

import economics_by_hand as made
import numpy as np
import pytest

from primus_eval.figures import plane_alt, plane_frame, plot_plane
from primus_eval.figures.canvas import figure_of
from primus_eval.figures.plane import quadrant_texts


def words_of(ax):
    return [text.get_text() for text in ax.texts]


def lines_of(ax):
    return {line.get_label(): line for line in ax.get_lines()}


def test_the_frame_holds_every_point_of_both_ellipses_in_order():
    frame = plane_frame(made.findings(made.plane()))
    assert list(frame["ellipse"].unique()) == [50, 95]
    shown = frame.itertuples(index=False, name=None)
    assert list(shown) == [tuple(map(float, row)) for row in made.PLANE_ROWS]


def test_the_estimate_stands_at_its_effect_of_100_and_its_cost():
    lines = lines_of(plot_plane(made.findings(made.plane())))
    assert list(lines["estimate"].get_xdata()) == [10.0] and list(lines["estimate"].get_ydata()) == [36_667.0]
    outer = lines["ellipse 95"]
    assert np.isclose(max(outer.get_xdata()), 33.25) and np.isclose(max(outer.get_ydata()), 62_367)
    assert len(outer.get_xdata()) == 9  # closed
    assert outer.get_linestyle() != lines["ellipse 50"].get_linestyle()


def test_corners_are_named_in_words_with_their_shares():
    findings = made.findings(made.plane())
    assert quadrant_texts(findings, "en") == {
        "nw": ("costs more, does worse", "14.6% of resamples"),
        "ne": ("costs more, does better", "84.8% of resamples"),
        "sw": ("costs less, does worse", "0.0% of resamples"),
        "se": ("costs less, does better", "0.1% of resamples"),
    }
    ax = plot_plane(findings)
    words = words_of(ax)
    assert all(text in words for pair in quadrant_texts(findings, "en").values() for text in pair)


@pytest.mark.parametrize("language", ["en", "da"])
def test_no_word_leaves_the_picture_and_no_corner_meets_an_ellipse(language):
    ax = plot_plane(made.findings(made.plane(), arms=("Økonomisk " * 6, "_usual")), language=language)
    figure = figure_of(ax)
    figure.canvas.draw()
    width, height = figure.canvas.get_width_height()
    boxes = {text.get_text(): text.get_window_extent() for text in ax.texts if text.get_text()}
    assert all(box.x0 >= 0 and box.x1 <= width and box.y0 >= 0 and box.y1 <= height for box in boxes.values())
    corners = [boxes[words] for words, _ in quadrant_texts(made.findings(made.plane()), language).values()]
    points = ax.transData.transform(np.column_stack(lines_of(ax)["ellipse 95"].get_data()))
    assert not any(box.contains(x, y) for box in corners for x, y in points)


def test_zero_stands_in_the_middle_and_both_sides_of_no_cost_are_there():
    ax = plot_plane(made.findings(made.plane()))
    low, high = ax.get_xlim()
    assert low == -high
    assert ax.get_ylim()[0] < 0 < ax.get_ylim()[1]


def test_without_resamples_no_share_is_said():
    nothing = dict.fromkeys(("ne", "se", "sw", "nw", "axis", "ties"))
    findings = made.findings(made.plane(**nothing))
    assert "resample" not in " ".join(words_of(plot_plane(findings))) + plane_alt(findings)


def test_the_text_gives_the_estimate_and_the_shares():
    text = plane_alt(made.findings(made.plane()))
    assert "DKK\N{NO-BREAK SPACE}36,667 more per person, and of 100 people 10.0 fewer" in text
    assert "costs more, does better: 84.8% of resamples" in text


def test_a_programme_that_saves_and_does_worse_is_said_so():
    text = plane_alt(made.findings(made.plane(effect=-0.02, cost=-500.0)))
    assert "DKK\N{NO-BREAK SPACE}500 less per person, and of 100 people 2.0 more" in text


def test_what_is_withheld_is_not_drawn():
    with pytest.raises(ValueError):
        plot_plane(made.findings(made.plane().withheld("small_cell")))
