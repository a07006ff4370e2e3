"""The tidy tables: one row per finding, labels in words, numbers as they are in the findings."""

from dataclasses import replace

import figure_findings as made
import pytest

from primus_eval import tables
from primus_eval.findings import NUMBERS

EVERYTHING = made.findings(made.flow(), made.baseline(age=0.1, prison__open=-0.2), rows=made.ROWS)


@pytest.mark.parametrize("frame", [tables.results_frame, tables.p_value_frame])
def test_a_frame_has_the_rows_of_its_records(frame):
    records = getattr(tables, frame.__name__.replace("_frame", "_records"))
    assert list(frame(EVERYTHING)["finding"]) == [record["finding"] for record in records(EVERYTHING)]


def test_results_keep_the_numbers_and_say_why_they_are_missing():
    records = {record["finding"]: record for record in tables.results_records(EVERYTHING)}
    for row in made.ROWS:
        record = records[row.finding]
        assert all(record[name] == getattr(row, name) for name in NUMBERS if name in record)
        assert record["population"] == "people randomised, as far as they could be analysed"
    assert records["withheld"]["why_empty"] == "it would show a small number of people"
    assert records["certain"]["why_empty"].startswith("where none or all had the event")
    assert records["test"]["why_empty"] is None


def test_baseline_and_flow_are_the_rows_of_their_exhibits():
    assert list(tables.baseline_frame(EVERYTHING)["variable"]) == ["age", "prison"]
    flow = tables.flow_frame(EVERYTHING)
    assert list(flow.columns) == list(made.FLOW_COLUMNS)
    assert len(flow) == len(made.FLOW_ROWS)


def test_intervals_of_the_same_question_are_gathered():
    alike = tables.interval_group(EVERYTHING, made.PRIMARY)
    assert {row.finding for row in alike} == {"primary", "odds", "time", "event_free"}


def test_a_p_value_on_the_line_is_not_below_it():
    rows = [replace(made.TEST, p_value=p) for p in (0.0499999, 0.05)]
    assert [tables.is_below_level(row) for row in rows] == [True, False]
    assert tables.is_below_level(made.PRIMARY) is None
