"""Findings hold finite numbers or a reason, and survive the way through JSON without loss."""

from __future__ import annotations

import json
import math
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.findings import (
    COLUMNS,
    COUNTS,
    NUMBERS,
    Exhibit,
    Finding,
    Findings,
    concatenate,
    from_json,
    slug,
    to_json,
)
from primus_eval.vocabulary import Reason, words

WHAT: dict[str, Any] = {
    "finding": "primary/assigned/risk_difference",
    "analysis": "primary",
    "role": "primary",
    "plan_status": "as_planned",
    "outcome": "reoffence",
    "definition": "As recorded.",
    "population": "assigned",
    "effect_measure": "risk_difference",
    "method": "newcombe",
    "contrast": "mentors-usual",
}
NUMBERED: dict[str, Any] = {
    "estimate": -0.1,
    "conf_low": -0.2,
    "conf_high": 0.0,
    "conf_level": 0.95,
    "std_error": 0.05,
    "statistic": -2.0,
    "df": 10.5,
    "p_value": 0.045,
    "n_treatment": 100,
    "n_control": 98,
    "events_treatment": 20,
    "events_control": 30,
    "warnings": ("One.", "Two, with; marks."),
    "covariates": ("age", "prison"),
    "from_days": 91,
    "conditional": True,
    "quantity": "harm_days",
    "quantile": 0.25,
}


def finding(**parts: Any) -> Finding:
    return Finding(**{**WHAT, **NUMBERED, **parts})


def exhibit(**parts: Any) -> Exhibit:
    plain = {
        "id": "flow",
        "kind": "flow",
        "columns": ("stage", "n"),
        "rows": (("randomised", 7), ("analysed", None)),
    }
    return Exhibit(**{**plain, "count_columns": ("n",), **parts})


# --- what a finding may hold --------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("name", NUMBERS)
def test_no_number_of_a_finding_is_infinite_or_not_a_number(name, value):
    with pytest.raises(ValueError, match=f"{name} is not a finite number"):
        finding(**{name: value})


@pytest.mark.parametrize("status", ["not_estimable", "withheld", "missing"])
@pytest.mark.parametrize("name", NUMBERS)
def test_what_is_not_estimated_has_no_number(status, name):
    with pytest.raises(ValueError, match=f"is {status} but has a {name}"):
        Finding(**WHAT, status=status, reason="no_events", **{name: 0.5})


@pytest.mark.parametrize("status", ["not_estimable", "withheld", "missing"])
def test_what_is_not_estimated_has_a_reason(status):
    with pytest.raises(ValueError, match="without a reason"):
        Finding(**WHAT, status=status)
    assert Finding(**WHAT, status=status, reason="no_events").estimate is None


def test_an_estimate_that_is_absent_has_a_reason_and_one_without_an_interval_may_have_one():
    with pytest.raises(ValueError, match="neither an estimate nor a reason"):
        Finding(**WHAT, p_value=0.3)
    assert Finding(**WHAT, p_value=0.3, reason="test_only").status == "estimated"
    assert Finding(**WHAT, estimate=12.0, reason="interval_passes_infinity").conf_low is None


@pytest.mark.parametrize("name", ["conf_low", "conf_high"])
def test_half_an_interval_is_none(name):
    with pytest.raises(ValueError, match="half an interval"):
        finding(**{name: None})


def test_a_finding_cannot_be_altered():
    with pytest.raises(FrozenInstanceError):
        finding().estimate = 0.0  # type: ignore[misc]


@pytest.mark.parametrize("reason", words(Reason))
def test_a_withheld_finding_keeps_what_it_was_about_and_loses_every_number_count_and_warning(reason):
    kept = finding().withheld(reason)
    assert (kept.status, kept.reason, kept.warnings) == ("withheld", reason, ())
    assert all(getattr(kept, name) is None for name in (*NUMBERS, *COUNTS))
    about = [name for name in COLUMNS if name not in {*NUMBERS, *COUNTS, "status", "reason", "warnings"}]
    assert all(getattr(kept, name) == getattr(finding(), name) for name in about)


def test_every_field_that_holds_a_number_is_emptied_when_it_is_withheld_or_says_nothing_of_people():
    numeric = {item.name for item in fields(Finding) if "int" in str(item.type) or "float" in str(item.type)}
    assert numeric - {*NUMBERS, *COUNTS} == {
        "horizon_days",
        "from_days",
        "quantile",
        "conf_level",
        "seed",
    }


# --- exhibits -----------------------------------------------------------------------------------------------


def test_the_records_of_an_exhibit_are_its_rows_by_name():
    assert exhibit().records() == [{"stage": "randomised", "n": 7}, {"stage": "analysed", "n": None}]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"count_columns": ("m",)}, "counts in columns it does not have: \\['m'\\]"),
        ({"rows": (("randomised",),)}, "a row of 1 values"),
        ({"rows": (("randomised", 7, 8),)}, "a row of 3 values"),
        ({"rows": (("randomised", math.nan),)}, "not finite"),
        ({"rows": (("randomised", math.inf),)}, "not finite"),
    ],
)
def test_an_exhibit_that_is_no_table_of_plain_values_is_refused(parts, message):
    with pytest.raises(ValueError, match=message):
        exhibit(**parts)


def test_a_withheld_exhibit_keeps_what_it_was_about_and_loses_its_rows_and_notes():
    kept = exhibit(notes={"n": 3}, outcome="reoffence").withheld("small_cell")
    assert (kept.rows, kept.notes, kept.status, kept.reason) == ((), {}, "withheld", "small_cell")
    assert (kept.id, kept.columns, kept.outcome) == ("flow", ("stage", "n"), "reoffence")


# --- all of them --------------------------------------------------------------------------------------------


def test_two_findings_or_two_exhibits_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two findings share the name 'a'"):
        Findings(rows=(finding(finding="a"), finding(finding="b"), finding(finding="a")))
    with pytest.raises(ValueError, match="two exhibits share the name 'flow'"):
        Findings(exhibits=(exhibit(), exhibit()))


def test_findings_are_found_by_name_analysis_and_kind():
    found = Findings(
        rows=(finding(finding="a", analysis="x"), finding(finding="b", analysis="y")), exhibits=(exhibit(),)
    )
    assert found.finding("b").analysis == "y"
    assert [row.finding for row in found.of_analysis("x")] == ["a"]
    assert found.of_analysis("z") == ()
    assert found.exhibits_of("flow") == (exhibit(),) and found.exhibits_of("curve") == ()
    with pytest.raises(KeyError, match="c"):
        found.finding("c")


def test_parts_are_joined_in_their_order_and_the_same_name_twice_is_refused():
    parts = [Findings(rows=(finding(finding=name),), context={name: 1}) for name in "ab"]
    joined = concatenate(parts)
    assert [row.finding for row in joined.rows] == ["a", "b"]
    assert joined.context == {"a": 1, "b": 1}
    assert concatenate([]) == Findings()
    with pytest.raises(ValueError, match="share the name"):
        concatenate([parts[0], parts[0]])


def test_the_table_has_the_columns_of_a_finding_and_joins_lists():
    table = Findings(rows=(finding(),)).table()
    assert list(table.columns) == list(COLUMNS)
    assert table["warnings"][0] == "One.; Two, with; marks."
    assert table["estimate"][0] == -0.1
    assert list(Findings().table().columns) == list(COLUMNS)


def test_what_a_notebook_shows_says_that_it_is_internal_and_escapes_markup():
    shown = Findings(rows=(finding(finding="<script>"),))._repr_html_()
    assert shown.startswith("<p><strong>Internal:</strong>")
    assert "<script>" not in shown and "&lt;script&gt;" in shown


def test_a_name_is_made_of_the_parts_that_are_there():
    assert slug("a", "", "b") == "a/b"
    assert slug() == ""


# --- JSON ---------------------------------------------------------------------------------------------------

FINITE = st.floats(allow_nan=False, allow_infinity=False)
TEXT = st.text(max_size=8)
CELLS = st.one_of(st.none(), st.booleans(), st.integers(-(2**60), 2**60), FINITE, TEXT)


@st.composite
def any_findings(draw: Any) -> Findings:
    rows = [
        finding(
            finding=name,
            definition=draw(TEXT),
            estimate=draw(FINITE),
            p_value=draw(st.none() | FINITE),
            n_treatment=draw(st.none() | st.integers(0, 10**9)),
            from_days=draw(st.none() | st.integers(0, 10**4)),
            conditional=draw(st.booleans()),
            quantity=draw(TEXT),
            quantile=draw(st.none() | st.floats(0.01, 0.99)),
            warnings=tuple(draw(st.lists(TEXT, max_size=2))),
            seed=draw(st.none() | st.integers(0, 2**63)),
        )
        for name in draw(st.lists(TEXT, unique=True, max_size=3))
    ]
    exhibits = [
        exhibit(
            id=name,
            rows=tuple((draw(CELLS), draw(CELLS)) for _ in range(draw(st.integers(0, 3)))),
            notes=draw(st.dictionaries(TEXT, CELLS, max_size=2)),
        )
        for name in draw(st.lists(TEXT, unique=True, max_size=2))
    ]
    context = draw(st.dictionaries(TEXT, st.lists(CELLS, max_size=2) | CELLS, max_size=3))
    return Findings(rows=tuple(rows), exhibits=tuple(exhibits), context=context)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(found=any_findings())
def test_findings_come_back_from_json_as_they_were_and_give_the_same_bytes_again(found):
    text = to_json(found)
    assert from_json(text) == found
    assert to_json(from_json(text)) == text


def test_json_is_sorted_readable_and_ends_in_a_line_end():
    text = to_json(Findings(rows=(finding(definition="Rødovre"),), context={"b": 1, "a": 2}))
    assert "Rødovre" in text and text.endswith("}\n")
    assert text.index('"a"') < text.index('"b"')
    assert set(json.loads(text)) == {"schema", "context", "findings", "exhibits"}


def test_zero_has_one_sign():
    below = Findings(rows=(replace(finding(), conf_high=-0.0),), exhibits=(exhibit(rows=(("a", -0.0),)),))
    assert "-0.0" not in to_json(below)
    assert to_json(below) == to_json(from_json(to_json(below)))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_is_none_is_refused_on_the_way_out_and_on_the_way_in(number):
    with pytest.raises(ValueError, match="JSON compliant"):
        to_json(Findings(context={"a": float(number)}))
    text = to_json(Findings(rows=(finding(),)))
    with pytest.raises(ValueError, match="not a finite number"):
        from_json(text.replace("-0.1", number))


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "3", "null", '{"schema": 2, "context": {}, "findings": [], "exhibits": []}']
)
def test_another_document_is_refused(text):
    with pytest.raises((ValueError, KeyError, TypeError)):
        from_json(text)


def test_an_unknown_field_is_refused():
    document = json.loads(to_json(Findings(rows=(finding(),))))
    document["findings"][0]["colour"] = "red"
    with pytest.raises(TypeError, match="colour"):
        from_json(json.dumps(document))
