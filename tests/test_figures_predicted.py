"""Curves that a Cox model predicts: drawn like observed ones, and said to be none."""

from __future__ import annotations

import figure_findings as made
import pytest

from primus_eval.figures import curve_alt, curve_frame, plot_curve

ADJUSTED = made.finding("adjusted", method="cox_standardised", covariates=("age",), estimate=-0.2)
CURVE = made.predicted()
FINDINGS = made.findings(made.curve(), made.risk_table(), made.curve_effects(), CURVE, rows=(ADJUSTED,))


def words_of(ax):
    return " ".join(" ".join(text.get_text() for text in ax.texts).split())


def test_an_exhibit_is_named_by_itself_or_by_its_id():
    for exhibit in (CURVE, CURVE.id):
        frame = curve_frame(FINDINGS, exhibit=exhibit)
        assert [tuple(row) for row in frame.fillna(-1).itertuples(index=False)] == [
            tuple(-1 if value is None else value for value in row) for row in made.PREDICTED_ROWS
        ]
    observed = curve_frame(FINDINGS, outcome=made.OUTCOME)
    assert observed.equals(curve_frame(FINDINGS)) and not observed.equals(frame)
    assert observed.equals(curve_frame(FINDINGS, exhibit=f"curve/{made.OUTCOME}/assigned"))


def test_an_exhibit_that_is_not_there_or_withheld_is_not_drawn():
    with pytest.raises(KeyError):
        plot_curve(FINDINGS, exhibit="standardised_curve/other/assigned")
    with pytest.raises(KeyError):
        plot_curve(made.findings(CURVE))
    with pytest.raises(ValueError, match="individual_level"):
        plot_curve(made.findings(CURVE.withheld("individual_level")), exhibit=CURVE)


def test_no_people_are_counted_beneath_it_and_no_observed_difference_stands_there():
    observed, predicted = plot_curve(FINDINGS), plot_curve(FINDINGS, exhibit=CURVE)
    for words in ("At risk", "Events so far", "two mentors minus usual services"):
        assert words in words_of(observed) and words not in words_of(predicted)
    assert "Followed from the start" not in curve_alt(FINDINGS, exhibit=CURVE)
    assert list(predicted.get_xticks()) == list(observed.get_xticks())


@pytest.mark.parametrize("said", [curve_alt, lambda *args, **more: words_of(plot_curve(*args, **more))])
def test_picture_and_text_say_who_predicts_it_and_what_is_assumed(said):
    words = said(FINDINGS, exhibit=CURVE)
    for part in ("Cox model", "had everybody been assigned to either arm", "proportional hazards"):
        assert part in words and part not in said(FINDINGS)
    assert "Adjusted for age." in words
    assert "Adjusted" not in said(made.findings(CURVE), exhibit=CURVE)


def test_the_text_says_where_the_predicted_curves_end():
    text = curve_alt(FINDINGS, exhibit=CURVE)
    assert "two mentors: 20.0% by 100 days (8.0% to 45.0%); usual services: 40.0%" in text
    assert text.endswith("Adjusted for age.")
