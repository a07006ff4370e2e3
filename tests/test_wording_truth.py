"""What is true in a simulated trial, beside what was estimated: same unit, same sign, and a verdict."""

from __future__ import annotations

from dataclasses import replace

import figure_findings as made
import pytest
from figure_findings import EVENT_FREE, NEEDED, ODDS, PRIMARY, TEST, TIME, WITHHELD, finding

from primus_eval.figures import forest_alt, forest_frame, plot_forest
from primus_eval.wording.pieces import Number, plain_text
from primus_eval.wording.subject import subject_of
from primus_eval.wording.truth import (
    interval_holds_truth,
    plain_truth_sentence,
    true_value,
    truth_sentence,
    truth_source_sentence,
)

TRUTH = {"primary": -0.1, "odds": 3.0, "time": 21.0, "event_free": 0.0, "withheld": -0.3, "needed": -7.0}
KNOWN = made.findings(simulated=True, truth=TRUTH)
SUBJECT = subject_of(KNOWN)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (PRIMARY, "\u221210.0 percentage points. The interval contains it."),
        (ODDS, "3.00. The interval does not contain it."),
        (TIME, "21.0 days. The interval contains it."),
        (EVENT_FREE, "0.0 percentage points. The interval contains it."),
        (WITHHELD, "\u221230.0 percentage points."),
    ],
)
def test_it_is_said_in_the_unit_and_with_the_sign_of_the_estimate(row, said):
    assert plain_text(truth_sentence(row, SUBJECT)) == f"True value put into this simulation: {said}"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (PRIMARY, "10.0 fewer in 100. The interval contains it."),
        (EVENT_FREE, "no difference. The interval contains it."),
        (ODDS, "3.00. The interval does not contain it."),
    ],
)
def test_for_everybody_it_is_said_in_people_of_100(row, said):
    assert plain_text(plain_truth_sentence(row, SUBJECT)) == f"True value put into this simulation: {said}"


@pytest.mark.parametrize(("value", "holds"), [(-0.5, True), (-0.0001, True), (-0.51, False), (0.0, False)])
def test_an_interval_holds_its_ends(value, holds):
    subject = subject_of(made.findings(simulated=True, truth={"primary": value}))
    assert interval_holds_truth(PRIMARY, subject) is holds
    assert interval_holds_truth(replace(PRIMARY, conf_low=None, conf_high=None), subject) is None


def test_only_a_simulated_trial_has_a_truth():
    subject = subject_of(made.findings(simulated=False, truth=TRUTH))
    assert true_value(PRIMARY, subject) is None
    assert truth_sentence(PRIMARY, subject) == plain_truth_sentence(PRIMARY, subject) == ()
    assert truth_source_sentence(PRIMARY, subject) == ()


def test_the_risk_of_one_arm_a_test_and_a_number_needed_have_none():
    truth = {"risk": 0.4, "test": 0.0, "primary": 0.0}
    subject = subject_of(made.findings(simulated=True, truth=truth))
    risk = finding("risk", effect_measure="proportion", method="wilson", term="control", estimate=0.4)
    assert true_value(risk, subject) is None and true_value(TEST, subject) is None
    assert true_value(NEEDED, SUBJECT) is None
    assert true_value(finding("unknown", estimate=0.1), subject) is None
    assert true_value(PRIMARY, subject) == 0.0


def test_the_number_names_the_analysis_it_is_about():
    (number,) = [piece for piece in truth_sentence(PRIMARY, SUBJECT) if isinstance(piece, Number)]
    assert (number.kind, number.source, number.field, number.form) == ("truth", "primary", "value", "points")


def test_how_it_is_known_is_quoted():
    assert plain_text(truth_source_sentence(PRIMARY, SUBJECT)) == "How it is known: It was put in."


def test_the_forest_marks_it_on_its_axis_and_says_what_the_mark_is():
    frame = forest_frame(KNOWN).set_index("finding")
    assert frame.loc["primary", "truth"] == -10 and frame.loc["odds", "truth"] == 3
    assert frame["truth"].isna()["certain"]
    ax = plot_forest(KNOWN)
    marked = {
        line.get_label(): float(line.get_xdata()[0])
        for strip in ax.child_axes
        for line in strip.get_lines()
        if str(line.get_label()).startswith("true value of")
    }
    assert marked == {
        "true value of primary": -10.0,
        "true value of odds": 3.0,
        "true value of time": 21.0,
        "true value of event_free": 0.0,
    }
    key = "True value put into this simulation"
    assert any(text.get_text() == key for text in ax.texts)
    assert f"{key}, of Newcombe score interval, primary: \u221210.0." in forest_alt(KNOWN)


def test_a_forest_without_a_truth_has_no_mark_and_no_key():
    ax = plot_forest(made.findings())
    assert not any("True value" in text.get_text() for text in ax.texts)
    assert "True value" not in forest_alt(made.findings())


def test_a_true_value_beyond_all_intervals_still_stands_on_the_axis():
    far = made.findings(rows=(PRIMARY,), simulated=True, truth={"primary": 0.9})
    (strip,) = plot_forest(far).child_axes
    low, high = strip.get_xlim()
    assert low < 90 < high
