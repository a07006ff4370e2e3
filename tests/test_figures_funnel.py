"""Funnels: units in alphabetical order, exact limits at their sizes, and where each unit lies."""

from __future__ import annotations

import delivery_exhibits as made
import pytest
from figure_boxes import require_nothing_clipped

from primus_eval.figures import draw_all, funnel_alt, funnel_frame, plot_funnel
from primus_eval.figures.canvas import figure_of

ABOUT = {"indicator": "matched"}
NAMES = {"0": "Sønderborg afdeling og opland", "1": "Aarhus", "2": "Odense", "3": "Esbjerg", "4": "Aalborg"}


def funnel_findings(**more):
    """Units named so that the order of their codes is not that of their names."""
    findings = made.delivered(made.funnel(), **more)
    wing = findings.context["protocol"]["data"]["participants"]["columns"]["wing"]
    wing["levels"] = {code: {"en": name} for code, name in NAMES.items()}
    wing["label"] = {"en": "Branch"}
    return findings


def test_units_are_in_alphabetical_order_and_have_letters():
    frame = funnel_frame(funnel_findings(), **ABOUT)
    assert list(frame["label"]) == ["Aalborg", "Aarhus", "Esbjerg", "Odense", NAMES["0"]]
    assert list(frame["mark"]) == ["A", "B", "C", "D", "E"]


def test_a_unit_on_a_limit_is_within_it():
    frame = funnel_frame(funnel_findings(), **ABOUT).set_index("label")["place"]
    # 12 of 12 is the outer limit for twelve, and beyond eleven; 9 of 24 is below ten.
    assert dict(frame) == {
        "Aalborg": "within",
        "Aarhus": "within",
        "Esbjerg": "beyond_outer",
        "Odense": "beyond_inner",
        NAMES["0"]: "within",
    }


def test_limits_step_halfway_between_the_sizes_of_units():
    ax = plot_funnel(funnel_findings(), **ABOUT)
    lines = {line.get_label(): line for line in ax.get_lines()}
    assert list(lines["low95"].get_xdata())[1:-1] == [14.0, 20.0]
    assert list(lines["low95"].get_ydata()) == pytest.approx([5 / 12, 5 / 12, 7 / 16, 0.5])
    assert lines["high998"].get_drawstyle() == "steps-pre"
    assert set(lines["all"].get_ydata()) == {0.7}
    assert lines["low95"].get_linewidth() != lines["low998"].get_linewidth()


def test_every_unit_is_named_with_how_many_of_how_many():
    written = " ".join(text.get_text() for text in plot_funnel(funnel_findings(), **ABOUT).texts)
    assert "C Esbjerg: 9 of 24, 37.5%" in written and "Matched with a mentor by branch" in written


def test_the_text_says_where_each_unit_lies():
    text = funnel_alt(funnel_findings(), **ABOUT)
    assert "Esbjerg: 9 of 24, 37.5%, outside the outer limits; Odense: 12 of 12, 100.0%, outside" in text
    assert "All together 70.0%" in text


@pytest.mark.parametrize("language", ["en", "da"])
def test_nothing_is_clipped_and_no_text_runs_into_another(language):
    ax = plot_funnel(funnel_findings(simulated=True), language=language, mark="INTERNAL", **ABOUT)
    require_nothing_clipped(figure_of(ax))


def test_what_is_withheld_is_not_drawn():
    withheld = made.delivered(made.funnel().withheld("small_cell"), rows=())
    assert draw_all(withheld) == ()
    with pytest.raises(ValueError):
        plot_funnel(withheld, **ABOUT)
