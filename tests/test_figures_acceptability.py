"""The acceptability curve: numbers first, then where the ink stands."""

from __future__ import annotations

import economics_by_hand as made
import pytest

from primus_eval.figures import acceptability_alt, acceptability_frame, plot_acceptability
from primus_eval.figures.canvas import figure_of

SHOWN = (made.acceptability(), made.economic_result())


def words_of(ax):
    return " ".join(text.get_text() for text in ax.texts)


def lines_of(ax):
    return {line.get_label(): line for line in ax.get_lines()}


def test_the_frame_is_in_order_of_the_amounts():
    shuffled = made.acceptability(tuple(reversed(made.ACCEPTABILITY_ROWS)))
    frame = acceptability_frame(made.findings(shuffled))
    assert [tuple(row) for row in frame.to_numpy()] == list(made.ACCEPTABILITY_ROWS)


def test_line_and_circles_stand_where_the_frame_says():
    lines = lines_of(plot_acceptability(made.findings(*SHOWN)))
    assert list(lines["normal"].get_ydata()) == [0, 5, 33, 61, 75]
    assert list(lines["share of resamples"].get_ydata()) == [0, 6, 34, 62, 76]
    assert lines["share of resamples"].get_linestyle() == "None"


def test_declared_values_are_marked_and_named():
    ax = plot_acceptability(made.findings(*SHOWN))
    half, whole = "DKK\N{NO-BREAK SPACE}252,650", "DKK\N{NO-BREAK SPACE}505,300"
    assert f"half of it: {half}; public saving by SØM: {whole}" in words_of(ax)
    marked = {label: line.get_xdata()[0] for label, line in lines_of(ax).items() if "DKK" in label}
    assert sorted(marked.values()) == [252_650.0, 505_300.0]


def test_without_resamples_there_is_only_the_line():
    rows = tuple((amount, probability, None) for amount, probability, _ in made.ACCEPTABILITY_ROWS)
    ax = plot_acceptability(made.findings(made.acceptability(rows), made.economic_result()))
    assert "share of resamples" not in lines_of(ax)
    assert "nothing was resampled" in words_of(ax)


def test_it_is_never_called_a_probability_without_its_condition():
    assert "only for a reader who thought every effect equally likely" in words_of(
        plot_acceptability(made.findings(*SHOWN))
    )


def test_the_text_gives_the_curve_at_nothing_and_at_each_value():
    text = acceptability_alt(made.findings(*SHOWN))
    assert "0.0% at DKK\N{NO-BREAK SPACE}0; 34.0% at DKK\N{NO-BREAK SPACE}252,650 (half of it)" in text
    assert "62.0% at DKK\N{NO-BREAK SPACE}505,300 (public saving by SØM)" in text


@pytest.mark.parametrize("language", ["en", "da"])
def test_no_word_leaves_the_picture_not_even_at_the_end_of_the_axis(language):
    last = made.result("net_benefit", 0.0, value="soem", amount=1_000_000.0)
    ax = plot_acceptability(
        made.findings(made.acceptability(), made.economic_result((*made.RESULT_ROWS[3:4], last))),
        language=language,
    )
    figure = figure_of(ax)
    figure.canvas.draw()
    width, height = figure.canvas.get_width_height()
    boxes = [text.get_window_extent() for text in ax.texts if text.get_text()]
    assert all(box.x0 >= 0 and box.x1 <= width and box.y0 >= 0 and box.y1 <= height for box in boxes)


@pytest.mark.parametrize("amount", [10_000.0, 505_300.0, 990_000.0])
def test_a_long_name_of_a_value_is_not_cut(amount):
    label = {"en": "expected saving to public budgets in ten years for one person without new crime"}
    value = made.ECONOMICS["value"][0] | {"label": label}
    row = made.result("net_benefit", 0.0, value="soem", amount=amount)
    shown = made.findings(made.acceptability(), made.economic_result((row,)), economics={"value": [value]})
    ax = plot_acceptability(shown)
    assert label["en"] in words_of(ax)
    figure = figure_of(ax)
    figure.canvas.draw()
    width, _ = figure.canvas.get_width_height()
    boxes = [text.get_window_extent() for text in ax.texts if text.get_text()]
    assert all(box.x0 >= 0 and box.x1 <= width for box in boxes)


def test_what_is_withheld_is_not_drawn():
    with pytest.raises(ValueError):
        plot_acceptability(made.findings(made.acceptability().withheld("small_cell")))
