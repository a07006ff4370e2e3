"""The differences beneath cumulative curves: what is printed, where, and at how many days."""

from __future__ import annotations

import figure_findings as made
import pytest

from primus_eval.figures import curve_alt, effects_frame, plot_curve
from primus_eval.figures.curve_effects import CELL_GAP_PT, EffectRows, days_with_room, effect_rows
from primus_eval.figures.lettering import width_pt
from primus_eval.figures.setting import setting_of

ABOUT = {"outcome": made.OUTCOME}
BENEATH = (made.curve(), made.risk_table(), made.curve_effects())


def column(ax, day):
    """What is written beneath a day, from above."""
    texts = [text for text in ax.texts if text.xy[0] == day and text.xycoords == ("data", "axes fraction")]
    return [text.get_text() for text in sorted(texts, key=lambda text: -text.xyann[1])]


def test_the_frame_holds_the_exhibit_and_nothing_computed():
    frame = effects_frame(made.findings(*BENEATH), **ABOUT)
    assert list(frame["time_days"]) == [50, 50, 100, 100]
    assert list(frame["estimate"]) == [-0.2, 7.0, -0.1, 14.0]
    assert list(frame["conf_low"].isna()) == [False, False, False, True]


@pytest.mark.parametrize(("weeks", "mean"), [(False, ("14.0", "7.0")), (True, ("2.00", "1.00"))])
def test_they_stand_beneath_the_counts_of_their_day_in_the_unit_of_the_report(weeks, mean):
    ax = plot_curve(made.findings(*BENEATH, weeks=weeks), **ABOUT)
    assert column(ax, 50)[4:6] == ["\u221220.0", "\u221251.0 to 19.0"]
    assert column(ax, 50)[6] == mean[1]
    assert column(ax, 100)[4:] == ["\u221210.0", "\u221247.0 to 0.004", mean[0], "\u2013"]


def test_at_the_first_day_there_is_nothing_to_compare():
    assert len(column(plot_curve(made.findings(*BENEATH), **ABOUT), 0)) == 4


def test_the_heading_says_what_is_subtracted_from_what_and_the_unit():
    texts = [text.get_text() for text in plot_curve(made.findings(*BENEATH), **ABOUT).texts]
    assert "Difference in risk, percentage points, two mentors minus usual services (95% interval)" in texts
    assert any(text.startswith("Difference in mean time without the event, days") for text in texts)
    assert "that day alone" in " ".join(texts)


@pytest.mark.parametrize(
    "exhibits",
    [
        (made.curve(), made.risk_table()),
        (made.coarse_curve(), made.risk_table(), made.curve_effects()),
        (made.curve(), made.risk_table(), made.curve_effects().withheld("individual_level")),
    ],
)
def test_beneath_rounded_curves_and_where_withheld_there_are_none(exhibits):
    findings = made.findings(*exhibits)
    assert len(effects_frame(findings, **ABOUT)) == 0
    assert len(column(plot_curve(findings, **ABOUT), 50)) == 4
    assert "Difference" not in curve_alt(findings, **ABOUT)


def rows_of(exhibit):
    findings = made.findings(made.curve(), exhibit)
    return effect_rows(findings, **ABOUT, population="assigned", setting=setting_of(findings, "en"))


@pytest.mark.parametrize(
    ("per_day_pt", "days"),
    [(20.0, [17, 33, 50, 67, 83, 100]), (3.0, [33, 67, 100]), (1.5, [33, 100]), (0.1, [100])],
)
def test_where_days_are_close_some_are_left_out_and_the_last_stays(per_day_pt, days):
    assert days_with_room(rows_of(made.six_effects()), per_day_pt) == days


def test_two_cells_never_touch():
    (day, later), text = (50.0, 100.0), "\u22120.1 to 0.1"
    effects = (EffectRows(measure="x", heading="", cells={day: ("1", text), later: ("1", text)}),)
    least = (width_pt(text, size_pt=8) + CELL_GAP_PT) / 50
    assert days_with_room(effects, least + 1e-6) == [day, later]
    assert days_with_room(effects, least - 1e-6) == [later]


def test_the_text_gives_the_differences_at_the_end():
    text = curve_alt(made.findings(*BENEATH), **ABOUT)
    assert "Difference in risk up to 100 days: \u221210.0 percentage points (\u221247.0 to 0.004)." in text
    assert "Difference in mean time without the event up to 100 days: 14.0 days, no interval." in text
