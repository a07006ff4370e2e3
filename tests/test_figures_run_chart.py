"""Run charts: numbers first, then where the ink stands, and that no rule is drawn where there is none."""

from __future__ import annotations

import delivery_exhibits as made
import numpy as np
import pytest
from figure_boxes import require_nothing_clipped

from primus_eval.figures import draw_all, plot_run_chart, run_chart_alt, run_chart_frame
from primus_eval.figures.canvas import figure_of

ABOUT = {"indicator": "planned_held"}
FEW = made.run_chart(made.VALUES[:7], signal="too_few_points", median=0.6)


def words_of(ax):
    return " ".join(text.get_text() for text in ax.texts)


def test_the_frame_holds_the_exhibit_and_what_the_rules_count():
    frame = run_chart_frame(made.delivered(made.run_chart()), **ABOUT)
    assert list(frame["value"]) == list(made.VALUES)
    assert list(frame["month"])[:1] + list(frame["month"])[-1:] == ["2018-04", "2019-07"]
    assert list(frame.loc[~frame["is_useful"], "period"]) == [4, 15]


def test_a_month_without_a_value_is_left_out():
    exhibit = made.run_chart()
    rows = (*exhibit.rows[:3], (*exhibit.rows[3][:2], None, None, None), *exhibit.rows[4:])
    findings = made.delivered(made.replace(exhibit, rows=rows))
    assert 4 not in list(run_chart_frame(findings, **ABOUT)["period"])
    plot_run_chart(findings, **ABOUT)


def test_points_median_and_what_the_rules_say_are_drawn():
    ax = plot_run_chart(made.delivered(made.run_chart()), **ABOUT)
    lines = {line.get_label(): line for line in ax.get_lines()}
    assert np.array_equal(lines["months"].get_ydata(), made.VALUES)
    assert list(lines["points on the median"].get_xdata()) == [4, 15]
    assert set(lines["median"].get_ydata()) == {0.7}
    assert "8 points in a row" in words_of(ax) and "median 70.0%" in words_of(ax)


def test_rounded_values_are_said_to_be_and_none_is_called_on_the_median():
    findings = made.delivered(made.run_chart(rounded=True, step=6))
    assert run_chart_frame(findings, **ABOUT)["is_useful"].all()
    assert "rounded" in words_of(plot_run_chart(findings, **ABOUT))
    assert "rounded" in run_chart_alt(findings, **ABOUT)


def test_under_the_fewest_points_there_is_neither_median_nor_rule():
    ax = plot_run_chart(made.delivered(FEW), **ABOUT)
    assert {line.get_label() for line in ax.get_lines()} == {"points", "points on the median"}
    points = next(line for line in ax.get_lines() if line.get_label() == "points")
    assert len(points.get_xdata()) == 7 and points.get_linestyle() == "None"
    assert "Too few points" in words_of(ax) and "median 6" not in words_of(ax)
    assert "Median" not in run_chart_alt(made.delivered(FEW), **ABOUT)


@pytest.mark.parametrize(
    ("signal", "said"),
    [
        ("none", ["No sign of change"]),
        ("crossings", ["crossed 5 times, where chance seldom brings fewer than 4"]),
        ("both", ["8 points in a row", "crossed 5 times"]),
    ],
)
def test_every_signal_is_said(signal, said):
    text = run_chart_alt(made.delivered(made.run_chart(signal=signal)), **ABOUT)
    assert all(words in text for words in said)


def test_the_text_gives_the_months_and_the_extremes():
    text = run_chart_alt(made.delivered(made.run_chart()), **ABOUT)
    assert "April 2018 to July 2019, 16 months, from 50.0% to 95.0%" in text
    danish = run_chart_alt(made.delivered(made.run_chart()), language="da", **ABOUT)
    assert "april 2018 til juli 2019, 16 måneder, fra 50,0\u00a0% til 95,0\u00a0%" in danish


def test_values_a_week_are_no_percentages():
    rows = (made.row("planned_held", unit="per_week"),)
    findings = made.delivered(made.run_chart(), made.indicators(rows))
    assert "median 0.70" in words_of(plot_run_chart(findings, **ABOUT))


@pytest.mark.parametrize("exhibit", [made.run_chart(), FEW, made.run_chart(made.VALUES * 5)])
@pytest.mark.parametrize("language", ["en", "da"])
def test_nothing_is_clipped_and_no_text_runs_into_another(exhibit, language):
    ax = plot_run_chart(made.delivered(exhibit, simulated=True), language=language, mark="INTERNAL", **ABOUT)
    require_nothing_clipped(figure_of(ax))


def test_what_is_withheld_is_not_drawn():
    withheld = made.delivered(made.run_chart().withheld("small_cell"), rows=())
    assert draw_all(withheld) == ()
    with pytest.raises(ValueError):
        plot_run_chart(withheld, **ABOUT)
