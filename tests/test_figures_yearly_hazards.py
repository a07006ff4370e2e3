"""Rates of first events by year: numbers first, then where the ink stands."""

from __future__ import annotations

import figure_findings as made
import numpy as np
import pytest

from primus_eval.figures import draw_all, plot_yearly_hazards, yearly_hazards_alt, yearly_hazards_frame
from primus_eval.findings import Exhibit

ABOUT = {"outcome": made.OUTCOME}
ROWS = (
    ("treatment", 1, 47, 11, 40.0, 0.234, 0.275, 0.137, 0.491),
    ("treatment", 2, 36, 4, 34.0, None, 0.118, 0.032, 0.302),
    ("control", 1, 46, 17, 35.3, None, 0.482, 0.281, 0.772),
    ("control", 2, 28, 0, 25.7, 0.0, 0.0, 0.0, 0.144),
)


def hazards(rows: tuple[tuple[object, ...], ...] = ROWS) -> Exhibit:
    columns = ("arm", "year", "at_risk", "events", "person_years", "hazard", "rate", "conf_low", "conf_high")
    return Exhibit(
        id=f"yearly_hazards/{made.OUTCOME}",
        kind="yearly_hazards",
        columns=columns,
        rows=rows,  # type: ignore[arg-type]
        count_columns=("at_risk", "events"),
        outcome=made.OUTCOME,
        population="assigned",
        notes={"conf_level": 0.95},
    )


def test_the_frame_is_in_events_per_hundred_person_years_and_leaves_out_what_is_not_shown():
    frame = yearly_hazards_frame(made.findings(hazards()), **ABOUT)
    assert frame["rate"].tolist() == pytest.approx([27.5, 11.8, 48.2, 0.0])
    coarse = (*ROWS[:3], ("control", 2, None, None, None, None, None, None, None))
    assert len(yearly_hazards_frame(made.findings(hazards(coarse)), **ABOUT)) == 3


def test_points_stand_in_their_years_and_bars_reach_from_end_to_end():
    findings = made.findings(hazards())
    ax = plot_yearly_hazards(findings, **ABOUT)
    lines = {line.get_label(): line for line in ax.get_lines()}
    for role in ("treatment", "control"):
        own = yearly_hazards_frame(findings, **ABOUT).query("arm == @role")
        assert np.allclose(lines[role].get_xdata(), own["year"], atol=0.1)
        assert np.array_equal(lines[role].get_ydata(), own["rate"])
    assert (lines["treatment"].get_xdata() < lines["control"].get_xdata()).all()
    assert lines["treatment"].get_marker() != lines["control"].get_marker()
    ends = [segment[:, 1].tolist() for bars in ax.collections for segment in bars.get_segments()]
    assert ends[0] == pytest.approx([13.7, 49.1])
    assert ax.get_ylim()[0] == 0 and ax.get_ylim()[1] > 77.2


def test_the_words_say_both_arms_and_that_it_is_no_randomised_comparison():
    findings = made.findings(hazards())
    words = " ".join(text.get_text() for text in plot_yearly_hazards(findings, **ABOUT).texts)
    assert "no randomised" in words.replace("\n", " ")
    alt = yearly_hazards_alt(findings, **ABOUT)
    assert "year 1 27.5" in alt and "year 2 0.0" in alt


def test_it_is_among_the_figures_of_a_report_unless_withheld():
    kinds = [drawing.caption_key for drawing in draw_all(made.findings(hazards()))]
    assert "yearly_hazards" in kinds
    withheld = made.findings(hazards().withheld("small_cell"))
    assert "yearly_hazards" not in [drawing.caption_key for drawing in draw_all(withheld)]
