"""The catalogues: every word that may be needed is there, in every language, with the same places."""

import re
from string import Formatter
from typing import get_args

import pytest

from primus_eval import vocabulary
from primus_eval.appraisal import CRITERIA
from primus_eval.errors import InputError
from primus_eval.methods import METHODS
from primus_eval.wording.catalogue import Words, languages, words_in
from primus_eval.wording.pieces import Number, Quoted, plain_text

ENGLISH = words_in("en")

FORBIDDEN = re.compile(r"signific|\bprove[sdn]?\b|trend towards|works\b", re.IGNORECASE)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def differences(one: Words, other: Words) -> set[str]:
    """The keys that two catalogues do not share, or whose placeholders differ."""
    shared = one.entries.keys() & other.entries.keys()
    unlike = {key for key in shared if places(one.entries[key]) != places(other.entries[key])}
    return (one.entries.keys() ^ other.entries.keys()) | unlike


@pytest.mark.parametrize("language", languages())
def test_all_catalogues_have_the_same_keys_and_placeholders(language):
    assert differences(ENGLISH, words_in(language)) == set()


@pytest.mark.parametrize(
    "change", [{"interval": "{low}"}, {"interval": "{low} to {hihg}"}, {"something.new": "words"}]
)
def test_a_catalogue_that_differs_is_noticed(change):
    assert differences(ENGLISH, Words("xx", {**ENGLISH.entries, **change})) == set(change)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    ("section", "vocabulary_name"),
    [
        ("role", "Role"),
        ("role_meaning", "Role"),
        ("plan_status", "PlanStatus"),
        ("measure", "EffectMeasure"),
        ("reason", "Reason"),
        ("scheme", "AllocationScheme"),
        ("state", "EvidenceState"),
        ("disclosure", "DisclosureProfile"),
        ("unit", "TimeUnit"),
    ],
)
def test_every_word_of_a_vocabulary_has_its_words(language, section, vocabulary_name):
    words = words_in(language)
    for word in get_args(getattr(vocabulary, vocabulary_name)):
        assert f"{section}.{word}" in words


@pytest.mark.parametrize("language", languages())
def test_every_method_and_every_criterion_has_its_words(language):
    words = words_in(language)
    methods = {method for group in METHODS.values() for method in group}
    for method in methods:
        assert f"method.{method}" in words and f"asks.{method}" in words
    for criterion in CRITERIA:
        assert f"criterion.{criterion}" in words
    for status in set(get_args(vocabulary.Status)) - {"estimated"}:
        assert f"absent.{status}" in words and f"absent_short.{status}" in words


@pytest.mark.parametrize("language", languages())
def test_glossary_terms_have_a_meaning(language):
    entries = words_in(language).entries
    terms = {key.rpartition(".")[0] for key in entries if key.startswith("glossary.")}
    assert terms
    assert all(f"{term}.term" in entries and f"{term}.meaning" in entries for term in terms)


def test_no_words_that_say_more_than_the_data():
    found = {key: text for key, text in ENGLISH.entries.items() if FORBIDDEN.search(text)}
    # The glossary says what a p-value is not; proven reoffending is the name of an official statistic.
    assert set(found) == {"glossary.p_value.meaning", "preset.uk_proven_1y.label"}


def test_no_numbers_stand_in_the_catalogue_but_the_hundred():
    numerals = {digits for text in ENGLISH.entries.values() for digits in re.findall(r"\d+", text)}
    assert numerals == {"100", "256"}
    assert all("SHA-256" in text for text in ENGLISH.entries.values() if "256" in text)


def test_a_missing_language_names_those_there_are():
    with pytest.raises(InputError, match="Use one of: da, en"):
        words_in("xx")


def test_values_with_braces_are_not_read_as_places():
    sentence = ENGLISH.say("interval", low=Quoted("{high}"), high=Quoted("{7*7} {{x}} %s"))
    assert plain_text(sentence) == "{high} to {7*7} {{x}} %s"


def test_numbers_stay_numbers_in_a_sentence():
    number = Number(text="1", kind="finding", source="a", field="estimate", form="whole")
    assert number in ENGLISH.say("interval", low=number, high="2")


def test_a_forgotten_value_is_an_error():
    with pytest.raises(KeyError):
        ENGLISH.say("interval", low="1")


@pytest.mark.parametrize(
    ("items", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_lists_in_words(items, text):
    assert plain_text(ENGLISH.listed([(item,) for item in items])) == text
