"""How sure one can be: what the interval leaves out, and p-values laid side by side, never chosen."""

from dataclasses import replace

import figure_findings as made
import pytest
from report_page import read_page
from undrawn import undrawn_report

from primus_eval.disclosure import Internal
from primus_eval.findings import Finding, Findings
from primus_eval.report.page import Page
from primus_eval.report.sections.certainty import certainty_section, ends_close, interval_sentences
from primus_eval.tables import p_value_groups, p_value_records
from primus_eval.wording.pieces import plain_text
from primus_eval.wording.subject import subject_of


def page_of(findings: Findings) -> Page:
    return Page(findings=findings, subject=subject_of(findings), profile="internal")


def with_p_values(*p_values: float, **more: object) -> Findings:
    rows = tuple(
        replace(made.TEST, finding=f"t{number}", analysis=f"t{number}", p_value=p, **more)
        for number, p in enumerate(p_values)
    )
    return made.findings(rows=(made.PRIMARY, *rows))


def section_text(findings: Findings) -> str:
    view = Internal(findings=findings)
    return " ".join(read_page(undrawn_report(view)).all("section", id="certainty")[0].text().split())


def leaves_out(row: Finding) -> str:
    return plain_text(interval_sentences(page_of(made.findings(rows=(row,))), row)[0])


def test_an_interval_that_ends_close_to_no_difference_says_so():
    assert ends_close(made.PRIMARY)
    assert leaves_out(made.PRIMARY) == (
        "Changes beyond 50.0 fewer in 100 fit the data less well. The other end, 0.01 fewer in 100, lies so "
        "close to no difference that another defensible method can carry it across."
    )


def test_an_interval_clear_of_no_difference():
    row = replace(made.PRIMARY, estimate=0.2, conf_low=0.1, conf_high=0.3)
    assert not ends_close(row)
    assert leaves_out(row) == (
        "Changes beyond 30.0 more in 100 fit the data less well, and so does no difference: the nearer end "
        "is 10.0 more in 100."
    )


def test_an_interval_with_no_difference_inside():
    assert leaves_out(replace(made.PRIMARY, conf_high=0.1)).startswith(
        "The data fit no difference, and changes in either direction as far as 50.0 fewer in 100 and "
        "10.0 more in 100."
    )


def test_an_interval_that_only_just_holds_no_difference():
    assert leaves_out(replace(made.PRIMARY, conf_high=0.001)).startswith(
        "The data fit no difference only just: one end, 0.1 more in 100, lies so close to it that another "
        "defensible method can carry it across. In the other direction the data fit changes as far as 50.0 "
        "fewer in 100."
    )


def test_a_ratio_is_said_in_percent():
    assert "95% lower and 177% higher" in leaves_out(made.ODDS)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            (made.PRIMARY, made.ODDS),
            "1 of the 2 intervals that compare the arms on this outcome, among all people",
        ),
        (
            (made.PRIMARY, made.ODDS, made.TIME),
            "2 of the 3 intervals that compare the arms on this outcome, among all people randomised, up to "
            "100 days, include no difference.",
        ),
        ((replace(made.PRIMARY, conf_high=0.1), made.ODDS), "Both intervals that compare the arms on this"),
        (
            (made.PRIMARY, replace(made.PRIMARY, finding="b", analysis="b")),
            "Neither of the two intervals that compare the arms on this outcome, among all people "
            "randomised, up to 100 days, includes no difference.",
        ),
    ],
)
def test_how_many_intervals_include_no_difference(rows, said):
    assert said in section_text(made.findings(rows=rows))


def test_p_values_on_both_sides_of_the_line_flip_the_verdict():
    text = section_text(with_p_values(0.04, 0.06, 0.2))
    assert "3 analyses of recorded reoffence within 100 days, all people randomised, give a p-value" in text
    assert "run from p = 0.040 to p = 0.20" in text
    assert "Below 5%: 1; at or above it: 2. A verdict at 5% would hang on which of them is read" in text
    assert "The role in the protocol decides" in text and "whose method gives no p-value" in text
    assert "the people are the same" not in text and "same numbers of people" not in text
    assert "nobody can check that the primary analysis was chosen before" in text


@pytest.mark.parametrize("p_values", [(0.01, 0.02), (0.06, 0.9)])
def test_p_values_on_one_side_are_said_to_agree(p_values):
    text = section_text(with_p_values(*p_values))
    below = sum(p < 0.05 for p in p_values)
    assert f"Below 5%: {below}; at or above it: {2 - below}." in text
    assert "would hang" not in text


COUNTS = {"n_treatment": 10, "n_control": 10, "events_treatment": 2, "events_control": 4}


@pytest.mark.parametrize(
    ("other", "same"), [({}, True), ({"n_control": 9}, False), ({"events_control": 5}, False)]
)
def test_people_are_called_the_same_only_where_all_counts_are(other, same):
    found = with_p_values(0.04, 0.06, **COUNTS)
    rows = (*found.rows[:-1], replace(found.rows[-1], **other))
    assert ("same numbers of people and of events" in section_text(replace(found, rows=rows))) is same


@pytest.mark.parametrize(
    "primary", [made.CERTAIN, made.finding("gone", status="not_estimable", reason="no_events")]
)
def test_a_primary_without_an_interval_is_not_said_to_have_one(primary):
    found = with_p_values(0.04, 0.06)
    rows = (replace(primary, role="primary"), *found.rows[1:])
    text = section_text(replace(found, rows=rows))
    assert "The primary one has no p-value here" in text
    assert "estimate with its interval" not in text


def test_ratios_are_close_to_no_difference_on_the_log_scale():
    # From 1.5 to 20 the nearer end is 0.027 of the width away; of the width of the logs 0.157.
    assert not ends_close(replace(made.ODDS, estimate=5.0, conf_low=1.5, conf_high=20.0))
    assert ends_close(replace(made.ODDS, estimate=1.2, conf_low=1.01, conf_high=1.5))
    assert not ends_close(replace(made.ODDS, estimate=0.4, conf_low=0.0, conf_high=0.9))
    # 0.05 lies 3.0 from no difference on the log scale, 2.77 only 1.02: the far end is the small one.
    below = replace(made.ODDS, estimate=0.1, conf_low=0.05, conf_high=0.9)
    mirrored = replace(made.ODDS, estimate=10.0, conf_low=1 / 0.9, conf_high=20.0)
    assert ends_close(below) == ends_close(mirrored)
    assert "Changes beyond 95% lower fit the data less well" in leaves_out(below)


DETECTABLE = ("control_risk", "treatment_risk", "difference", "power", "alpha", "n_treatment", "n_control")


@pytest.mark.parametrize(
    ("better", "risk", "said"),
    [("lower", 0.2, "finding 10.0 fewer in 100, or"), ("higher", 0.4, "finding 10.0 more in 100, or")],
)
def test_what_can_be_found_is_said_in_the_direction_hoped_for(better, risk, said):
    row = (0.3, risk, risk - 0.3, 0.8, 0.05, 300, 300)
    notes = {"assumed": "before_outcomes", "source": "s"}
    detectable = replace(made.exhibit("detectable", DETECTABLE, (row,), notes=notes), outcome=made.OUTCOME)
    found = made.findings(detectable, rows=(made.PRIMARY,), better=better)
    found.context["protocol"]["planning"] = {"source": {"en": "An earlier trial."}}
    text = section_text(found)
    assert said in text
    assert "The authors of the protocol assumed that 30%" in text and "before the outcomes were" in text
    assert "estimated here" not in text


def test_one_p_value_is_no_comparison():
    assert "give a p-value" not in section_text(with_p_values(0.04))


def test_different_levels_have_no_common_line():
    found = with_p_values(0.04, 0.06)
    rows = (*found.rows[:-1], replace(found.rows[-1], conf_level=0.9))
    assert "use different confidence levels" in section_text(replace(found, rows=rows))


def test_p_values_of_other_people_are_kept_apart():
    found = with_p_values(0.04, 0.06)
    others = tuple(replace(row, finding=f"{row.finding}_", population="some") for row in found.rows[1:])
    assert [len(group) for group in p_value_groups(replace(found, rows=found.rows + others))] == [2, 2]


def test_the_table_is_sorted_and_says_what_each_asks(maryland):
    records = p_value_records(maryland.findings)
    values = [record["p_value"] for record in records]
    assert values == sorted(values)
    assert all(record["asks"] and record["role"] for record in records)
    assert {record["below_level"] for record in records} == {True, False}
    # Eight defensible methods; the values are held to R in tests/reference.
    for expected in (0.0474, 0.0484, 0.0494, 0.0501, 0.0517, 0.0564, 0.0632, 0.0924):
        assert any(value == pytest.approx(expected, abs=5e-5) for value in values)


def test_assumed_afterwards_is_marked(maryland):
    parts = certainty_section(page_of(maryland.findings)).parts
    text = " ".join(plain_text(sentence) for part in parts for sentence in getattr(part, "paragraphs", ()))
    assert "assumed after the outcomes were known" in text
    assert "no part of its planning" in text
    # The assumed risk and the numbers of people have different origins.
    assert "The numbers of people are those analysed: 216 (financial aid) and 216 (no financial aid)." in text
