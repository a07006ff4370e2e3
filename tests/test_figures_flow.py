"""The flow chart: sums first, then boxes."""

from __future__ import annotations

from dataclasses import replace

import figure_findings as made
import pytest
from matplotlib.colors import to_hex

from primus_eval.figures import FlowDoesNotAddUp, flow_alt, flow_frame, plot_flow
from primus_eval.figures.canvas import new_figure
from primus_eval.figures.theme import INK, PAPER

EARLY = "followup_ended_early"


def written(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def row(frame, stage, arm="", reason=""):
    found = frame[(frame["stage"] == stage) & (frame["arm"] == arm) & (frame["reason"] == reason)]
    return found.iloc[0]


def test_the_frame_prints_every_number_of_the_exhibit():
    frame = flow_frame(made.findings(made.flow()))
    assert row(frame, "assessed")["shown"] == "1,500"
    assert row(frame, "excluded", "treatment", "died")["label"] == "died before release"
    assert row(frame, "not_analysed", "treatment", EARLY)["label"] == (
        "followed for less than 100 days without the event"
    )
    assert row(frame, "received", "control")["shown"] == "not recorded"


@pytest.mark.parametrize(
    "changed",
    [
        ("assessed", "", ""),
        ("not_randomised", "", "reason_2"),
        ("randomised", "", ""),
        ("randomised", "treatment", ""),
        ("received", "treatment", ""),
        ("receipt_unknown", "treatment", ""),
        ("excluded", "treatment", "died"),
        ("followed", "treatment", ""),
        ("not_analysed", "treatment", EARLY),
        ("analysed", "treatment", ""),
        ("followed", "control", ""),
        ("analysed", "control", ""),
    ],
)
def test_one_number_that_is_one_off_is_refused(changed):
    true = {tuple(cells[:3]): cells[4] for cells in made.FLOW_ROWS}[changed]
    with pytest.raises(FlowDoesNotAddUp):
        plot_flow(made.findings(made.flow({changed: true + 1})))


def test_more_people_followed_to_the_end_than_followed_are_refused():
    with pytest.raises(FlowDoesNotAddUp):
        flow_frame(made.findings(made.flow({("followed_to_horizon", "treatment", ""): 581})))


def test_fewer_assessed_than_randomised_are_refused_even_without_reasons():
    rows = tuple(cells for cells in made.FLOW_ROWS if cells[0] != "not_randomised")
    flow = made.exhibit("flow", made.FLOW_COLUMNS, rows, notes={"horizon_days": 100})
    assert len(flow_frame(made.findings(flow)))
    fewer = tuple((*cells[:4], 1000) if cells[0] == "assessed" else cells for cells in rows)
    flow = made.exhibit("flow", made.FLOW_COLUMNS, fewer, notes={"horizon_days": 100})
    with pytest.raises(FlowDoesNotAddUp):
        flow_frame(made.findings(flow))


@pytest.mark.parametrize(
    ("unknown", "changes"),
    [
        (("assessed", ""), {("not_randomised", "", "reason_2"): 999}),
        (("receipt_unknown", "treatment"), {("received", "treatment", ""): 1}),
        (("received", "treatment"), {("not_received", "treatment", ""): 1}),
        (
            ("excluded", "treatment"),
            {
                ("followed", "treatment", ""): 300,
                ("followed_to_horizon", "treatment", ""): 290,
                ("analysed", "treatment", ""): 290,
            },
        ),
    ],
)
def test_what_is_not_known_contradicts_nothing(unknown, changes):
    flow = made.flow(changes)
    with pytest.raises(FlowDoesNotAddUp):
        flow_frame(made.findings(flow))
    rows = tuple((*cells[:4], None if cells[:2] == unknown else cells[4]) for cells in flow.rows)
    assert len(flow_frame(made.findings(replace(flow, rows=rows)))) == len(rows)


def test_a_step_that_is_not_known_hides_no_contradiction_around_it():
    flow = made.flow({("analysed", "treatment", ""): 571})
    rows = tuple((*cells[:4], None if cells[0] == "followed" else cells[4]) for cells in flow.rows)
    with pytest.raises(FlowDoesNotAddUp, match="analysed"):
        flow_frame(made.findings(replace(flow, rows=rows)))


def test_a_withheld_number_is_called_so_and_one_never_recorded_is_not():
    flow = made.flow(withheld_counts=True)
    rows = tuple((*cells[:4], None if cells[0] == "followed_to_horizon" else cells[4]) for cells in flow.rows)
    findings = made.findings(replace(flow, rows=rows), received=None)
    frame = flow_frame(findings)
    assert row(frame, "followed_to_horizon", "treatment")["shown"] == "not shown"
    assert row(frame, "received", "control")["shown"] == "not recorded"
    assert any(text.startswith("Not shown:") for text in written(plot_flow(findings)))


def test_a_reason_is_said_in_the_words_of_the_protocol():
    frame = flow_frame(made.findings(made.flow(), reasons=("afslog at deltage", "for gammel")))
    assert row(frame, "not_randomised", "", "reason_1")["label"] == "afslog at deltage"


def test_the_boxes_hold_the_numbers_with_thousands_apart():
    texts = written(plot_flow(made.findings(made.flow())))
    assert texts.count("1,180") == 1
    assert texts.count("590") == 4  # assigned in both arms, followed and analysed in one
    assert texts.count("320") == 1  # not randomised, both reasons together
    assert texts.count("10") == 3  # receipt unknown, excluded together, not analysed


def test_an_arm_that_loses_nobody_says_zero_beside_one_that_does():
    assert written(plot_flow(made.findings(made.flow()))).count("0") == 2


def test_main_boxes_of_the_two_arms_are_level():
    ax = plot_flow(made.findings(made.flow(), arms=made.STRANGE_ARMS))
    outlined = [box for box in ax.patches if to_hex(box.get_edgecolor()) == INK]
    in_columns = [box for box in outlined if to_hex(box.get_facecolor()) == PAPER][1:]  # not: assessed
    left, right = (
        [box.get_y() for box in in_columns if box.get_x() == x]
        for x in sorted({box.get_x() for box in in_columns})
    )
    assert left == right and len(left) == 3


def test_axes_that_are_too_low_are_refused():
    with pytest.raises(ValueError, match="inches"):
        plot_flow(made.findings(made.flow()), ax=new_figure(504, 100).add_axes((0, 0, 1, 1)))


def test_axes_of_ones_own_are_drawn_in():
    own = new_figure(504, 700).add_axes((0, 0, 1, 1))
    assert plot_flow(made.findings(made.flow()), ax=own) is own
    assert "1,180" in written(own)


def test_the_text_for_those_who_do_not_see_it_follows_the_people():
    text = flow_alt(made.findings(made.flow()))
    assert "Assessed for eligibility: 1,500" in text
    assert "two mentors: Assigned: 590" in text
    assert "Not analysed (followed for less than 100 days without the event): 10, Analysed: 570" in text


def test_a_reason_that_the_chart_does_not_show_is_not_said_either():
    flow = made.flow(withheld_counts=True)
    rows = tuple((*cells[:4], None if cells[0] == "excluded" else cells[4]) for cells in flow.rows)
    findings = made.findings(replace(flow, rows=rows))
    text = flow_alt(findings)
    assert "withdrew" not in text and "died" not in text
    assert "withdrew consent" not in written(plot_flow(findings))
    assert text.count("Excluded after randomisation: not shown") == 1
    assert "Excluded after randomisation (died before release): 4" in flow_alt(made.findings(made.flow()))
