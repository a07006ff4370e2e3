"""A column says what its cells are; a declaration that contradicts itself is refused."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from primus_eval.schema import Column, text_in
from primus_eval.vocabulary import ColumnType, words

FITTING: dict[str, dict[str, Any]] = {
    "integer": {},
    "number": {"minimum": 0, "maximum": 1.5, "unit": "years", "missing": ["", "-9"]},
    "yes_no": {"yes": ["1", "ja"], "no": ["0"], "missing": [""]},
    "category": {"levels": {"1": "low", "2": {"en": "high", "da": "høj"}}, "missing": ["9"]},
    "date": {"format": "%Y-%m-%d", "missing": [""]},
    "id": {"missing": [""]},
    "text": {"internal": True},
}


def column(type: str, **parts: Any) -> Column:
    document = {"type": type, "label": "A label", "timing": "before_randomisation", **parts}
    return Column.model_validate(document)


@pytest.mark.parametrize("type", FITTING)
def test_each_type_can_be_declared(type):
    declared = column(type, **FITTING[type])
    assert declared.type == type
    assert declared.is_grouping == (type in ("yes_no", "category"))
    assert declared.is_covariate == (type in ("integer", "number", "yes_no", "category"))


def test_every_type_is_declared_here():
    assert set(FITTING) == set(words(ColumnType))


@pytest.mark.parametrize(
    ("type", "parts", "message"),
    [
        ("yes_no", {}, "needs codes"),
        ("yes_no", {"yes": ["1"]}, "needs codes"),
        ("integer", {"yes": ["1"], "no": ["0"]}, "belong to type yes_no only"),
        ("integer", {"no": ["0"]}, "belong to type yes_no only"),
        ("category", {}, "needs levels"),
        ("category", {"levels": {}}, "needs levels"),
        ("yes_no", {"yes": ["1"], "no": ["0"], "levels": {"1": "a"}}, "levels belong to type category only"),
        ("yes_no", {"yes": ["1"], "no": ["1"]}, "declared twice"),
        ("yes_no", {"yes": ["1"], "no": ["0"], "missing": ["0"]}, "declared twice"),
        ("category", {"levels": {"1": "a"}, "missing": ["1"]}, "declared twice"),
        ("integer", {"missing": ["", ""]}, "declared twice"),
        ("category", {"levels": {"1": "a"}, "minimum": 0}, "belong to types integer and number only"),
        ("text", {"internal": True, "maximum": 3}, "belong to types integer and number only"),
        ("date", {"minimum": 0}, "belong to types integer and number only"),
        ("integer", {"format": "%Y"}, "format belongs to type date only"),
        ("text", {}, "free text can name people; write internal = true"),
        ("text", {"internal": False}, "free text can name people; write internal = true"),
        ("category", {"levels": {"1": "a"}, "internal": True}, "internal belongs to type text only"),
        ("integer", {"minimum": 5, "maximum": 4}, "minimum is above maximum"),
    ],
)
def test_a_column_that_contradicts_itself_is_refused(type, parts, message):
    with pytest.raises(ValidationError, match=message):
        column(type, **parts)


@pytest.mark.parametrize(
    "parts",
    [
        {"minimum": "0"},
        {"minimum": True},
        {"minimum": float("nan")},
        {"maximum": float("inf")},
        {"missing": [-9]},
        {"missing": "NA"},
        {"unit": 3},
        {"label": 3},
        {"label": ""},
        {"label": " "},
        {"label": {}},
        {"label": {"da": "Alder"}},
        {"label": {"en": "Age", "da": 3}},
        {"timing": "before"},
        {"colour": "red"},
        {"internal": "true"},
        {"format": 3},
    ],
)
def test_nothing_is_coerced_and_no_unknown_key_is_taken(parts):
    with pytest.raises(ValidationError):
        column("number", **parts)


def test_limits_may_be_equal_and_a_whole_number_is_a_number():
    assert column("number", minimum=1, maximum=1).minimum == 1.0


def test_a_text_is_english_where_it_was_not_translated():
    assert column("integer").label == {"en": "A label"}
    assert text_in({"en": "Age", "da": "Alder"}, "da") == "Alder"
    assert text_in({"en": "Age"}, "da") == "Age"


def test_a_column_cannot_be_altered():
    with pytest.raises(ValidationError, match="frozen"):
        column("integer").type = "text"
