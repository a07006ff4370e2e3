"""The break-even lines: numbers first, then where the ink stands."""

from __future__ import annotations

import economics_by_hand as made
import numpy as np
import pytest

from primus_eval.figures import break_even_alt, break_even_frame, draw_all, plot_break_even
from primus_eval.figures.break_even import can_break_even, needed_at
from primus_eval.figures.canvas import figure_of


def words_of(ax):
    return " ".join(text.get_text() for text in ax.texts)


def test_the_frame_has_the_lowest_value_first():
    frame = break_even_frame(made.findings(made.break_even()))
    assert list(frame["value"]) == ["half", "soem"]
    assert list(frame["needed"]) == [0.1451, 0.0726]


def test_what_is_needed_is_cost_over_value():
    # 36,667 / 505,300 = 7.3 of 100 and 36,667 / 252,650 = 14.5 of 100, worked by hand
    needed = needed_at(made.findings(made.break_even()))
    assert np.allclose(100 * needed["needed"], [14.513, 7.256], atol=0.001)


def test_lines_begin_at_nothing_and_pass_through_the_trial_s_own_cost():
    ax = plot_break_even(made.findings(made.break_even()))
    lines = {line.get_label(): line for line in ax.get_lines()}
    for value, amount in (("soem", 505_300), ("half", 252_650)):
        (x0, x1), (y0, y1) = lines[value].get_data()
        assert (x0, y0) == (0, 0) and np.isclose(y1, 100 * x1 / amount)
    assert lines["soem"].get_linestyle() != lines["half"].get_linestyle()
    points = [line for line in ax.get_lines() if line.get_label() == "needed"]
    assert {float(line.get_xdata()[0]) for line in points} == {36_667.0}


def test_the_interval_of_the_trial_is_a_band():
    ax = plot_break_even(made.findings(made.break_even()))
    ends = sorted(
        float(line.get_ydata()[0]) for line in ax.get_lines() if line.get_label() == "end of interval"
    )
    assert np.allclose(ends, [-8.62, 28.62])
    assert "from 8.6 more to 28.6 fewer" in words_of(ax)
    assert ax.get_ylim()[0] < -8.62 and ax.get_ylim()[1] > 28.62


def test_without_an_interval_there_is_no_band():
    rows = tuple((*row[:4], None, None, None) for row in made.BREAK_EVEN_ROWS)
    ax = plot_break_even(made.findings(made.break_even(rows)))
    assert "Shaded" not in words_of(ax)
    assert "interval" not in break_even_alt(made.findings(made.break_even(rows)))


@pytest.mark.parametrize("cost", [0.0, -1_200.0])
def test_what_costs_no_more_has_nothing_to_earn_back(cost):
    rows = tuple((cost, *row[1:]) for row in made.BREAK_EVEN_ROWS)
    findings = made.findings(made.break_even(rows))
    assert not can_break_even(findings)
    assert "break_even" not in {drawing.caption_key for drawing in draw_all(findings)}


@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize("values", [1, 2, 4])
def test_no_word_leaves_the_picture_and_names_of_lines_do_not_meet(language, values):
    rows = tuple(
        (36_667.0, f"a_value_with_a_long_name_{n}", 505_300.0 + n, 36_667 / (505_300 + n), 0.1, -0.08, 0.28)
        for n in range(values)
    )
    ax = plot_break_even(made.findings(made.break_even(rows)), language=language)
    figure = figure_of(ax)
    figure.canvas.draw()
    width, height = figure.canvas.get_width_height()
    boxes = [text.get_window_extent() for text in ax.texts if text.get_text()]
    assert all(box.x0 >= 0 and box.x1 <= width and box.y0 >= 0 and box.y1 <= height for box in boxes)
    names = sorted(
        (text.get_window_extent() for text in ax.texts if "name" in text.get_text()), key=lambda box: box.y0
    )
    assert all(lower.y1 <= upper.y0 + 1 for lower, upper in zip(names, names[1:], strict=False))


def test_the_text_gives_what_is_needed_and_what_was_found():
    text = break_even_alt(made.findings(made.break_even()))
    assert "At a cost of DKK\N{NO-BREAK SPACE}36,667 per person" in text
    assert "7.3 fewer at a value of DKK\N{NO-BREAK SPACE}505,300 (public saving by SØM)" in text
    assert "The trial found 10.0 fewer of 100, with an interval from 8.6 more to 28.6 fewer." in text


def test_what_is_withheld_is_not_drawn():
    with pytest.raises(ValueError):
        plot_break_even(made.findings(made.break_even().withheld("small_cell")))
