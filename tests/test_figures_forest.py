"""The forest plot: which comparison stands on which axis, and what is printed beside it."""

from __future__ import annotations

from dataclasses import replace

import figure_findings as made
import pytest

from primus_eval.figures import forest_alt, forest_frame, plot_forest
from primus_eval.figures.forest import forest_panels
from primus_eval.figures.strip import linear_scale, ratio_scale, tick_texts
from primus_eval.vocabulary import Reason, words


def by_name(frame):
    return frame.set_index("finding")


def all_texts(ax):
    return [text.get_text() for part in (ax, *ax.child_axes) for text in part.texts]


def markers(ax):
    """Label and place of every estimate that is drawn, in the unit of its strip."""
    return {
        line.get_label(): float(line.get_xdata()[0])
        for strip in ax.child_axes
        for line in strip.get_lines()
        if not str(line.get_label()).startswith("_") and line.get_label() != "no effect"
    }


def test_numbers_are_in_the_unit_of_their_axis():
    frame = by_name(forest_frame(made.findings()))
    assert list(frame.loc["primary", ["estimate", "conf_low", "conf_high"]]) == [-20, -50, -0.01]
    assert list(frame.loc["odds", ["estimate", "conf_low", "conf_high"]]) == [0.375, 0.05, 2.77]
    assert list(frame.loc["time", ["estimate", "conf_low", "conf_high"]]) == [14, -7, 35]


def test_times_are_in_the_unit_of_the_report():
    frame = by_name(forest_frame(made.findings(weeks=True)))
    assert list(frame.loc["time", ["estimate", "conf_low", "conf_high"]]) == [2, -1, 5]
    assert frame.loc["time", "text"] == "2.00 (\u22121.00 to 5.00)"


def test_no_axis_mixes_units_or_directions():
    panels = forest_frame(made.findings()).groupby("panel", sort=False)["finding"].apply(list)
    assert panels.to_dict() == {
        "reoffence/risk_difference": ["primary", "withheld", "certain"],
        "reoffence/ratio": ["odds"],
        "reoffence/restricted_mean_difference": ["time"],
        "reoffence/survival_difference": ["event_free"],
    }


def test_tests_and_numbers_needed_have_no_axis():
    assert not {"test", "needed"} & set(forest_frame(made.findings())["finding"])


def test_the_panel_of_the_primary_comes_first_and_the_primary_first_in_it():
    rows = (made.ODDS, made.CERTAIN, made.PRIMARY)
    assert list(forest_frame(made.findings(rows=rows))["finding"]) == ["primary", "certain", "odds"]


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (-0.5, -0.0001, "\u221220.0 (\u221250.0 to \u22120.01)"),
        (-0.5, 0.00004, "\u221220.0 (\u221250.0 to 0.004)"),
        (-0.5, 0.0, "\u221220.0 (\u221250.0 to 0.0)"),
    ],
)
def test_no_end_is_rounded_onto_no_effect(low, high, text):
    row = replace(made.PRIMARY, conf_low=low, conf_high=high)
    assert by_name(forest_frame(made.findings(rows=(row,)))).loc["primary", "text"] == text


@pytest.mark.parametrize(("high", "shown"), [(1.0028, "1.003"), (0.9996, "0.9996"), (1.0, "1.00")])
def test_no_end_of_a_ratio_is_rounded_onto_one(high, shown):
    row = replace(made.ODDS, conf_high=high)
    assert by_name(forest_frame(made.findings(rows=(row,)))).loc["odds", "text"] == f"0.38 (0.05 to {shown})"


def test_what_is_not_there_is_said_in_words_and_not_drawn():
    findings = made.findings()
    frame = by_name(forest_frame(findings))
    assert frame.loc["withheld", "text"] == "Withheld: it would show a small number of people."
    assert frame.loc["certain", "text"] == "\u221240.0 (no interval)"
    ax = plot_forest(findings)
    assert "withheld" not in markers(ax)
    assert frame.loc["withheld", "text"] in all_texts(ax)


def test_every_reason_can_be_printed():
    rows = tuple(made.finding(word, status="not_estimable", reason=word) for word in words(Reason))
    assert forest_frame(made.findings(rows=rows))["text"].str.len().min() > 10


@pytest.mark.parametrize("better", ["lower", "higher"])
def test_each_direction_favours_the_arm_that_the_outcome_says(better):
    panels = {panel.name.split("/")[1]: panel for panel in forest_panels(made.findings(better=better))}
    fewer_is_left = {name: panel.treatment_is_left for name, panel in panels.items()}
    expected = {
        "risk_difference": True,
        "ratio": True,
        "restricted_mean_difference": False,
        "survival_difference": False,
    }
    if better == "higher":
        expected = {name: not left for name, left in expected.items()}
    assert fewer_is_left == expected


def test_the_captions_point_the_right_way():
    texts = all_texts(plot_forest(made.findings(rows=(made.PRIMARY,))))
    assert "\u2190 favours two mentors" in texts and "favours usual services \u2192" in texts
    texts = all_texts(plot_forest(made.findings(rows=(made.TIME,))))
    assert "\u2190 favours usual services" in texts and "favours two mentors \u2192" in texts


def test_estimates_are_drawn_where_the_frame_says():
    findings = made.findings()
    drawn = markers(plot_forest(findings))
    frame = by_name(forest_frame(findings)).dropna(subset="estimate")
    assert drawn == dict(frame["estimate"])


def test_only_ratios_stand_on_a_logarithmic_axis():
    scales = [strip.get_xscale() for strip in plot_forest(made.findings()).child_axes]
    assert scales == ["linear", "log", "linear", "linear"]


def test_an_interval_beyond_all_measure_leaves_the_axis_with_an_arrow():
    wide = replace(made.ODDS, conf_low=0.0, conf_high=4000.0)
    (strip,) = plot_forest(made.findings(rows=(wide,))).child_axes
    assert sorted(str(line.get_marker()) for line in strip.get_lines() if line.get_marker() in "<>") == [
        "<",
        ">",
    ]
    assert strip.get_xlim()[1] < 100


def test_a_ratio_of_zero_is_printed_and_not_drawn():
    none = made.finding(
        "none",
        effect_measure="risk_ratio",
        method="wald_log",
        unit="ratio",
        estimate=0.0,
        reason="no_interval_at_certainty",
    )
    findings = made.findings(rows=(none, made.ODDS))
    assert "none" not in markers(plot_forest(findings))
    assert by_name(forest_frame(findings)).loc["none", "text"] == "0.00 (no interval)"


def test_a_panel_of_reasons_alone_has_no_axis():
    ax = plot_forest(made.findings(rows=(made.WITHHELD,)))
    assert ax.child_axes == []
    assert "Withheld: it would show a small number of people." in all_texts(ax)


def test_nothing_to_compare_is_an_error():
    with pytest.raises(ValueError):
        plot_forest(made.findings(rows=(made.TEST,)))


def test_roles_populations_and_deviations_are_named():
    rows = (
        made.PRIMARY,
        replace(
            made.PRIMARY, finding="part", role="exploratory", plan_status="not_planned", population="assigned"
        ),
    )
    details = forest_frame(made.findings(rows=rows))["detail"]
    assert list(details) == ["primary", "exploratory, not planned"]


def test_covariates_are_named_where_they_are_few_and_counted_where_not():
    few = replace(made.PRIMARY, method="g_computation", covariates=("age", "prior"))
    many = replace(few, finding="many", covariates=("age", "prior", "prison"))
    details = by_name(forest_frame(made.findings(rows=(few, many))))["detail"]
    assert details["primary"] == "primary, adjusted for Age and Prior convictions"
    assert details["many"] == "primary, adjusted for 3 covariates"


@pytest.mark.parametrize("values", [[0.0], [-16.5, -0.01], [3.0, 4000.0], [-1e-6, 1e-6], [5.0, 5.0]])
def test_a_linear_axis_holds_everything_and_has_few_round_ticks(values):
    scale = linear_scale(values)
    assert scale.low < min(*values, 0) and scale.high > max(*values, 0)
    assert 2 <= len(scale.ticks) <= 7


@pytest.mark.parametrize(
    "values", [[1.0], [0.42, 1.003], [0.05, 2.77], [0.999, 1.001], [0.03, 45.0], [1e-9, 1e9]]
)
def test_a_ratio_axis_holds_one_and_has_few_ticks(values):
    scale = ratio_scale(values)
    assert scale.low < 1 < scale.high
    assert 2 <= len(scale.ticks) <= 8
    assert len(set(tick_texts(scale, "en"))) == len(scale.ticks)


def test_the_text_for_those_who_do_not_see_it_gives_the_primary_result():
    text = forest_alt(made.findings())
    assert "6 comparisons of two mentors with usual services" in text
    assert "all people randomised: \u221220.0 (\u221250.0 to \u22120.01)" in text
    assert "3 of 4 intervals include no difference" in text
