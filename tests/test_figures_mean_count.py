"""Mean numbers of events by arm: numbers first, then where the ink stands."""

from __future__ import annotations

import figure_findings as made
import numpy as np
import pytest

from primus_eval.figures import mean_count_alt, mean_count_frame, plot_mean_count

ABOUT = {"outcome": made.OUTCOME}


def words_of(ax):
    return " ".join(text.get_text() for text in ax.texts)


def test_the_frame_holds_the_exhibit_up_to_the_horizon():
    frame = mean_count_frame(made.findings(made.mean_count()), **ABOUT)
    assert list(frame["mean_count"]) == [0, 0.5, 0.8, 0, 1.2, 1.2]
    assert list(frame["conf_high"].fillna(-1)) == [-1, 1.25, 1.6, -1, 2.1, 2.1]
    early = mean_count_frame(made.findings(made.mean_count(horizon_days=50)), **ABOUT)
    assert early["time_days"].max() == 30


def test_steps_are_drawn_where_the_frame_says_and_the_arms_differ_without_colour():
    findings = made.findings(made.mean_count())
    frame = mean_count_frame(findings, **ABOUT)
    lines = {line.get_label(): line for line in plot_mean_count(findings, **ABOUT).get_lines()}
    for role in ("treatment", "control"):
        own = frame[frame["arm"] == role]
        assert np.array_equal(lines[role].get_xdata(), own["time_days"])
        assert np.array_equal(lines[role].get_ydata(), own["mean_count"])
        assert lines[role].get_drawstyle() == "steps-post"
    assert lines["treatment"].get_linestyle() != lines["control"].get_linestyle()


def test_the_axis_holds_the_intervals_and_a_mean_above_one():
    ax = plot_mean_count(made.findings(made.mean_count()), **ABOUT)
    assert ax.get_ylim()[0] == 0 and ax.get_ylim()[1] > 2.1
    ticks = list(ax.get_yticks())
    assert ticks[0] == 0 and 2 <= len(ticks) <= 7


def test_ends_are_named_with_their_means():
    written = words_of(plot_mean_count(made.findings(made.mean_count()), **ABOUT))
    assert "Two mentors 0.80" in written and "Usual services 1.20" in written


def test_nobody_with_an_event_is_drawn_without_interval():
    rows = tuple((*row[:4], 0.0, None, None) for row in made.MEAN_ROWS)
    findings = made.findings(made.mean_count(rows))
    ax = plot_mean_count(findings, **ABOUT)
    assert ax.get_ylim()[1] > 0 and "interval" not in words_of(ax)
    assert "two mentors: 0.00 by 100 days; usual services: 0.00 by 100 days" in mean_count_alt(
        findings, **ABOUT
    )


@pytest.mark.parametrize(("method", "said"), [("ghosh_lin", True), ("mean_cumulative_function", False)])
def test_of_the_dead_it_is_said_where_some_may_have_died(method, said):
    written = words_of(plot_mean_count(made.findings(made.mean_count(method=method)), **ABOUT))
    assert ("People who died" in written) == said


def test_the_text_gives_ends_and_intervals():
    text = mean_count_alt(made.findings(made.mean_count()), **ABOUT)
    assert "two mentors: 0.80 by 100 days (0.40 to 1.60)" in text
    assert "usual services: 1.20 by 100 days (0.70 to 2.10)" in text


def test_what_is_withheld_is_not_drawn():
    with pytest.raises(ValueError):
        plot_mean_count(made.findings(made.mean_count().withheld("individual_level")), **ABOUT)
