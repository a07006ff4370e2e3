"""The forest plot: which comparison stands on which axis, and what is printed beside it."""

from __future__ import annotations

from dataclasses import replace

import figure_findings as made
import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text

from primus_eval.figures import forest_alt, forest_frame, plot_forest
from primus_eval.figures.canvas import figure_of
from primus_eval.figures.forest import forest_panels, has_interval
from primus_eval.figures.strip import directions, linear_scale, ratio_scale, tick_texts
from primus_eval.figures.theme import TINT
from primus_eval.vocabulary import Reason, words
from primus_eval.wording.subject import subject_of


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
    assert "usual services, 1 withheld." in text
    assert "3 of the 4 intervals shown include no difference." in text
    assert "withheld" not in forest_alt(made.findings(rows=(made.PRIMARY, made.ODDS)))
    hidden = forest_alt(made.findings(rows=(made.PRIMARY.withheld("small_cell"), made.ODDS)))
    assert "small number of people. " in hidden and ".." not in hidden


ADJUSTED = replace(made.PRIMARY, finding="adjusted", method="g_computation", covariates=("age", "prior"))


def adjusted_twice(**choices):
    """Two analyses that differ in these choices only."""
    rows = tuple(replace(ADJUSTED, finding=name, analysis=name) for name in ("usual_way", "other_way"))
    plain = {"missing_covariates": "mean_and_indicator", "incomplete_followup": "leave_out", "strata": []}
    analyses = ({"id": "usual_way", **plain}, {"id": "other_way", **plain, **choices})
    return made.findings(rows=rows, analyses=analyses)


@pytest.mark.parametrize(
    ("choices", "own"),
    [
        ({"missing_covariates": "complete_cases"}, "people with a missing covariate left out"),
        (
            {"incomplete_followup": "as_event_free"},
            "people followed for less than the window counted as free of the event",
        ),
        ({"strata": ["prison"]}, "within strata of Prison"),
    ],
)
def test_a_row_says_the_choice_by_which_it_differs(choices, own):
    first, second = forest_frame(adjusted_twice(**choices))["detail"]
    assert second.endswith(own) and own not in first and first != second


def test_a_choice_that_all_made_is_not_said_and_rows_still_alike_say_their_analysis():
    details = list(forest_frame(adjusted_twice())["detail"])
    assert [detail.rpartition(", ")[2] for detail in details] == ["usual_way", "other_way"]
    assert not any("window" in detail for detail in details)


def test_no_two_rows_of_a_panel_read_alike():
    rows = tuple(
        replace(ADJUSTED, finding=f"{name}/{level}/{method}", analysis=name, conf_level=level, method=method)
        for name in ("a", "b")
        for level in (0.9, 0.95)
        for method in ("g_computation", "newcombe")
    )
    frame = forest_frame(made.findings(rows=rows))
    assert not frame.duplicated(["panel", "label", "detail"]).any()
    assert frame["detail"].str.contains("90% interval").sum() == 4


PARTS_OF_THE_WINDOW = (
    replace(made.PRIMARY, finding="early", role="secondary", horizon_days=50),
    replace(made.ODDS, finding="late", effect_measure="hazard_ratio", from_days=50, conditional=True),
    *made.PERIODS,
)


def test_what_is_about_a_part_of_the_window_is_not_in_it():
    frame = forest_frame(made.findings(rows=(made.PRIMARY, *PARTS_OF_THE_WINDOW)))
    assert list(frame["finding"]) == ["primary"]
    assert not has_interval(made.findings(rows=PARTS_OF_THE_WINDOW))


def test_what_chose_people_by_what_happened_later_says_so_in_its_label():
    told = replace(
        made.ODDS, finding="pwp", effect_measure="hazard_ratio", method="pwp_gap_time", conditional=True
    )
    labels = by_name(forest_frame(made.findings(rows=(told, made.ODDS))))["label"]
    assert labels["pwp"] == "Hazard ratio: not a randomised comparison"
    assert labels["odds"] == "Odds ratio"


NEW = {
    "cause_specific_hazard_ratio": ("ratio", "cox", "ratio", ""),
    "subdistribution_hazard_ratio": ("ratio", "fine_gray", "ratio", ""),
    "rate_ratio": ("ratio", "andersen_gill", "ratio", ""),
    "time_ratio": ("ratio", "weibull", "time_ratio", ""),
    "win_ratio": ("ratio", "u_statistic", "win_ratio", ""),
    "common_odds_ratio": ("ratio", "proportional_odds", "common_odds_ratio", "days of harm"),
    "restricted_mean_time_lost_difference": (
        "days",
        "aalen_johansen",
        "restricted_mean_time_lost_difference",
        "weeks",
    ),
    "quantile_difference": ("days", "kaplan_meier_bootstrap", "quantile_difference", "weeks"),
    "rate_difference": (
        "per_hundred_person_years",
        "person_time",
        "rate_difference",
        "per hundred person-years",
    ),
    "mean_count_difference": ("count", "ghosh_lin", "mean_count_difference", "events per person"),
    "mean_difference": ("days", "bootstrap", "mean_difference", "days of harm per person"),
}
"""By measure: unit, method, panel, and what its heading says besides."""


def compared(measure, **more):
    unit, method, _, _ = NEW[measure]
    more = {"mean_difference": {"quantity": "harm_days"}, "common_odds_ratio": {"quantity": "harm_days"}}.get(
        measure, {}
    ) | more
    return made.finding(
        f"{measure}/{more.get('quantity', '')}",
        effect_measure=measure,
        method=method,
        unit=unit,
        estimate=1.4,
        conf_low=0.7,
        conf_high=2.8,
        **more,
    )


@pytest.mark.parametrize("measure", NEW)
def test_every_measure_has_its_axis_its_unit_and_its_numbers(measure):
    row = compared(measure, **({"quantile": 0.25} if measure == "quantile_difference" else {}))
    findings = made.findings(rows=(row,), weeks=True)
    (panel,) = forest_panels(findings)
    _, _, name, unit = NEW[measure]
    assert panel.name.split("/")[1] == name and unit in panel.label
    assert panel.is_ratio == measure.endswith("ratio")
    (drawn,) = panel.rows
    in_weeks = measure in ("quantile_difference", "restricted_mean_time_lost_difference")
    assert drawn.estimate == pytest.approx(0.2 if in_weeks else 1.4)
    (strip,) = plot_forest(findings).child_axes
    assert strip.get_xscale() == ("log" if panel.is_ratio else "linear")


@pytest.mark.parametrize("better", ["lower", "higher"])
@pytest.mark.parametrize("measure", NEW)
def test_the_panel_points_where_the_plain_sentence_does(measure, better):
    row = compared(measure)
    findings = made.findings(rows=(row,), better=better)
    (panel,) = forest_panels(findings)
    favoured = subject_of(findings).favours(row if panel.is_ratio else replace(row, conf_low=-1.0))
    assert favoured == {True: "control", False: "treatment", None: None}[panel.treatment_is_left]


def test_of_days_of_harm_it_is_said_who_had_less_and_not_who_is_favoured():
    texts = all_texts(plot_forest(made.findings(rows=(compared("mean_difference"),))))
    assert "\u2190 less with two mentors" in texts and "more with two mentors \u2192" in texts
    assert not any("favours" in text for text in texts)


def test_no_axis_mixes_what_is_added_up():
    rows = [compared("mean_difference", quantity=quantity) for quantity in ("harm_days", "custody_days")]
    part = replace(made.CERTAIN, finding="any", term="any", method="two_part", quantity="custody_days")
    panels = forest_panels(made.findings(rows=(made.PRIMARY, *rows, part)))
    assert [panel.label for panel in panels] == [
        "Difference in risk, percentage points",
        "Difference in means, days of harm per person",
        "Difference in means, days in custody per person",
        "Difference in risk, percentage points: any days in custody",
    ]
    assert "whether any at all" in panels[-1].rows[0].detail


def test_times_to_different_shares_are_told_apart():
    rows = [
        replace(compared("quantile_difference"), finding=str(share), quantile=share) for share in (0.25, 0.5)
    ]
    details = forest_frame(made.findings(rows=tuple(rows)))["detail"]
    assert ["25%" in detail for detail in details] == [True, False] and "50%" in details[1]


def extents(ax, strip):
    figure_of(ax).canvas.draw()
    renderer, axis = figure_of(ax).canvas.get_renderer(), strip.get_window_extent()
    texts = [text for text in ax.texts if "\u2190" in text.get_text() or "\u2192" in text.get_text()]
    return axis, [Text.get_window_extent(text, renderer) for text in texts]


@pytest.mark.parametrize("arms", [("two mentors", "usual services"), ("W" * 60, "n " * 30)])
@pytest.mark.parametrize("ends", [(-0.5, 0.0001), (-0.0001, 0.5), (-0.5, 0.5)])
def test_what_the_directions_mean_stays_under_the_axis(arms, ends):
    row = replace(made.PRIMARY, estimate=sum(ends) / 2, conf_low=ends[0], conf_high=ends[1])
    ax = plot_forest(made.findings(rows=(row,), arms=arms))
    axis, captions = extents(ax, ax.child_axes[0])
    assert len(captions) == 2
    assert all(axis.x0 - 2 <= box.x0 and box.x1 <= axis.x1 + 2 for box in captions)


def test_directions_stand_beside_the_null_where_they_fit_and_below_each_other_where_not():
    beside = directions("low", "high", null_x=200, from_x=100, to_x=300)
    assert beside.right_start is not None and beside.height_pt == beside.left.height_pt
    below = directions("low", "high", null_x=290, from_x=100, to_x=300)
    assert below.right_start is None and below.height_pt == 2 * beside.height_pt


LAST = replace(made.WITHHELD, finding="last")


def test_no_line_is_drawn_in_the_row_of_what_is_withheld():
    ax = plot_forest(made.findings(rows=(made.PRIMARY, made.WITHHELD, made.CERTAIN, LAST)))
    (strip,) = ax.child_axes
    down = strip.get_ylim()[0]
    gaps = [patch for patch in strip.patches if patch.get_label() == "nothing to draw"]
    assert len(gaps) == 2 and all(patch.get_zorder() > 1.5 for patch in gaps)  # above the line of no effect
    first, last = ((patch.get_y(), patch.get_y() + patch.get_height()) for patch in gaps)
    assert last[1] == pytest.approx(down)  # no stump on the axis
    heights = [
        line.get_ydata()[0] for line in strip.get_lines() if line.get_label() in ("primary", "certain")
    ]
    assert heights[0] < first[0] < first[1] < heights[1] < last[0]
    assert first[1] - first[0] > 2 * 1.36 * 8  # the whole row, not the words alone


def test_a_primary_result_that_is_withheld_keeps_the_ground_of_its_row():
    ax = plot_forest(made.findings(rows=(made.PRIMARY.withheld("small_cell"), made.CERTAIN)))
    (gap,) = [patch for patch in ax.child_axes[0].patches if patch.get_label() == "nothing to draw"]
    assert to_hex(gap.get_facecolor()) == TINT
