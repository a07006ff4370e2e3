"""Definitions of reoffending: the presets against their sources, what is impossible, and the words."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from primus_eval import vocabulary
from primus_eval.definitions import (
    PRESETS,
    DecisionLag,
    FineThreshold,
    Reoffending,
    for_trial,
    preset,
)
from primus_eval.errors import InputError
from primus_eval.wording.catalogue import languages, words_in
from primus_eval.wording.definition import definition_in_words, definition_rows

OWN = Reoffending(kinds=("conviction",), window_months=12)
OFFICIAL = [(name, official) for name, base in PRESETS.items() for official in {False, bool(base.official)}]
"""Each preset, and each in its official version where it has one."""

# Each field that a source leaves open, with some value that decides it.
DECIDED: dict[str, dict[str, Any]] = {
    "dk_kriminalforsorgen": {"decision_lag": {"days_after_window": 365}},
    "nordic_2y": {"date_used": "offence", "decision_lag": {"days_after_window": 365}},
    "us_arrest": {"classes_left_out": (), "pseudo_reconvictions": "drop"},
    "us_conviction": {
        "classes_left_out": (),
        "date_used": "offence",
        "decision_lag": {"days_after_window": 365},
    },
    "us_return": {"date_used": "decision", "pseudo_reconvictions": "count"},
    "nl_wodc": {
        "kinds": ("conviction",),
        "classes_left_out": (),
        "decision_lag": {"days_after_window": 365},
    },
    "se_bra": {"classes_left_out": ("traffic",)},
}


# --- presets: values and what is known of them --------------------------------------------------------------


def test_statistics_denmark_as_its_documentation_says():
    # Guilty decisions in the index year or the next three, committed within two years; no traffic fine
    # below DKK 2,500.
    definition = preset("dk_dst")
    assert definition.kinds == ("decision", "conviction", "sentence")
    assert (definition.window_months, definition.date_used) == (24, "offence")
    assert definition.decision_lag == DecisionLag(calendar_years=3)
    assert definition.fine_below == FineThreshold(amount=2500, currency="DKK", classes=("traffic",))
    assert definition.horizon_days == 730


def test_england_and_wales_as_their_bulletin_says():
    # An offence within a year, with a caution or conviction in that year or a further six months.
    definition = preset("uk_proven_1y")
    assert definition.kinds == ("caution", "conviction")
    assert (definition.window_months, definition.date_used) == (12, "offence")
    assert definition.decision_lag == DecisionLag(months_after_index=12 + 6)
    assert definition.counting_unit == "offence"
    assert definition.fine_below is None


def test_sweden_waits_three_years_of_follow_up_and_three_more():
    assert preset("se_bra").window_months == 36
    assert preset("se_bra").decision_lag == DecisionLag(calendar_years=3 + 3)


@pytest.mark.parametrize(
    ("name", "months"),
    [("dk_kriminalforsorgen", 24), ("nordic_2y", 24), ("us_arrest", 36), ("us_conviction", 36)],
)
def test_windows_are_those_of_the_sources(name, months):
    assert preset(name).window_months == months


def test_the_prison_service_counts_no_fine():
    assert preset("dk_kriminalforsorgen").sanctions == ("imprisonment", "suspended_imprisonment")


def test_two_presets_are_complete_and_all_that_was_asked_for_are_there():
    assert {name for name, base in PRESETS.items() if not base.is_provisional} == {"dk_dst", "uk_proven_1y"}
    assert list(PRESETS) == [
        "dk_dst",
        "dk_kriminalforsorgen",
        "nordic_2y",
        "uk_proven_1y",
        "us_arrest",
        "us_conviction",
        "us_return",
        "nl_wodc",
        "se_bra",
    ]


@pytest.mark.parametrize("name", PRESETS)
def test_every_value_says_how_it_is_known_and_none_is_both_known_and_unknown(name):
    base = PRESETS[name]
    assert {*base.values, *base.official} - {*base.unknown} == {*base.tags}
    assert {*base.unknown}.isdisjoint(base.official)
    assert {*base.tags, *base.unknown} <= Reoffending.model_fields.keys()
    assert all(source.address.startswith("http") and source.supports for source in base.sources)
    assert base.sources and base.label and base.cohort


@pytest.mark.parametrize("name", PRESETS)
def test_what_counts_is_known_or_listed_as_unknown(name):
    base = PRESETS[name]
    decisive = {"kinds", "date_used", "window_months"}
    if base.values["date_used"] == "offence":
        decisive.add("decision_lag")  # with the date of the decision there is none
    assert decisive <= {*base.tags, *base.unknown}


def test_no_two_presets_have_the_same_label():
    assert len({base.label for base in PRESETS.values()}) == len(PRESETS)


# --- provisional presets ------------------------------------------------------------------------------------


def test_deciding_one_field_leaves_the_others_open():
    decided = preset("nordic_2y", date_used="offence")
    assert decided.unknown == ("decision_lag",)
    assert decided.is_provisional


@pytest.mark.parametrize("name", DECIDED)
def test_a_protocol_can_decide_everything_that_is_unknown(name):
    assert preset(name).unknown == PRESETS[name].unknown == tuple(DECIDED[name])
    assert not preset(name, **DECIDED[name]).is_provisional


def test_every_provisional_preset_can_be_decided():
    assert {*DECIDED} == {name for name, base in PRESETS.items() if base.is_provisional}


def test_a_choice_that_makes_a_question_meaningless_settles_it():
    assert preset("us_conviction", date_used="decision", classes_left_out=()).unknown == ()
    assert preset("us_arrest", date_used="offence", classes_left_out=()).unknown == ()


# --- replacing fields, impossible combinations --------------------------------------------------------------


def test_given_fields_replace_those_of_the_preset():
    definition = preset("dk_dst", window_days=100, counting_unit="decision")
    assert (definition.window_months, definition.window_days) == (None, 100)
    assert definition.horizon_days == 100
    assert definition.counting_unit == "decision"
    assert definition.name == "dk_dst"


def test_official_rules_look_at_what_happened_later():
    assert preset("dk_dst", official=True).conditions_on_later_events
    assert not preset("dk_dst").conditions_on_later_events


def test_a_definition_of_ones_own_has_that_name():
    assert OWN.name == "own"
    assert not OWN.is_provisional


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"window_months": None}, "needs window_months or window_days"),
        ({"window_days": 365}, "and not both"),
        ({"official": True}, "official belongs to a preset"),
        ({"kinds": ()}, "at least 1 item"),
        (
            {"date_used": "decision", "decision_lag": {"calendar_years": 1}},
            'write decision_lag = "none", or date_used = "offence"',
        ),
        ({"pseudo_reconvictions": "count"}, 'or write date_used = "decision"'),
        ({"classes": ("a",), "classes_left_out": ("b",)}, "keep one of them"),
        ({"custody": "street", "offences_in_custody": "leave_out"}, "belong together"),
        ({"street_extension_months": 12}, "belong together"),
        ({"custody": "street", "street_extension_months": 12}, 'offences_in_custody = "leave_out"'),
        (
            {
                "custody": "street",
                "street_extension_months": 12,
                "offences_in_custody": "leave_out",
                "decision_lag": {"months_after_index": 18},
            },
            "days_after_window",
        ),
        (
            {"date_used": "decision", "clock_start": "sentence"},
            'the index sentence itself would count: write date_used = "offence"',
        ),
        (
            {"date_used": "decision", "clock_start": "community_start"},
            'the index sentence itself would count: write date_used = "offence"',
        ),
        ({"decision_lag": {"months_after_index": 11}}, "lengthen the lag, or shorten the window"),
        ({"decision_lag": {"calendar_years": 0}}, "lengthen the lag, or shorten the window"),
        (
            {"window_months": 13, "decision_lag": {"calendar_years": 1}},
            "lengthen the lag, or shorten the window",
        ),
        (
            {"window_months": None, "window_days": 366, "decision_lag": {"months_after_index": 12}},
            "lengthen the lag, or shorten the window",
        ),
        (
            {"window_months": None, "window_days": 2, "decision_lag": {"calendar_years": 0}},
            "lengthen the lag, or shorten the window",
        ),
        ({"decision_lag": {}}, "needs exactly one"),
        ({"decision_lag": {"calendar_years": 1, "days_after_window": 1}}, "needs exactly one"),
        ({"several_releases": "each"}, "'first'"),
        ({"window_moths": 12}, "not permitted"),
    ],
)
def test_what_is_impossible_is_said_with_what_mends_it(changed, said):
    given = {"kinds": ("conviction",), "window_months": 12, **changed}
    with pytest.raises(ValidationError, match=re.escape(said)):
        Reoffending.model_validate(given)


@pytest.mark.parametrize(
    "changed",
    [
        {"decision_lag": {"months_after_index": 12}},
        {"decision_lag": {"calendar_years": 1}},
        {"decision_lag": {"days_after_window": 0}},
        {"window_months": None, "window_days": 365, "decision_lag": {"months_after_index": 12}},
        {"window_months": None, "window_days": 1, "decision_lag": {"calendar_years": 0}},
        {"date_used": "decision", "clock_start": "randomisation"},
        {"date_used": "offence", "clock_start": "sentence"},
    ],
)
def test_what_is_just_possible_is_no_contradiction(changed):
    """A lag may end with the window, on whatever day of the year the clock starts."""
    given = {"kinds": ("conviction",), "window_months": 12, **changed}
    assert Reoffending.model_validate(given)


def test_an_unknown_preset_is_told_with_the_nearest_name():
    with pytest.raises(InputError, match="did you mean dk_dst") as raised:
        preset("dk_dts")
    assert [problem.code for problem in raised.value.problems] == ["PE-F31"]


def test_a_preset_with_a_wrong_value_names_the_field():
    with pytest.raises(InputError, match="window_months: Input should be greater") as raised:
        preset("dk_dst", window_months=0)
    assert raised.value.exit_code == 2


def test_only_a_statistic_whose_rules_for_leaving_people_out_are_known_is_official():
    assert [name for name, base in PRESETS.items() if base.official] == ["dk_dst"]
    assert {*OFFICIAL} == {("dk_dst", True), *((name, False) for name in PRESETS)}


@pytest.mark.parametrize("name", [name for name, base in PRESETS.items() if not base.official])
def test_an_official_version_without_official_rules_is_refused(name):
    with pytest.raises(InputError, match="remove official = true") as raised:
        preset(name, official=True)
    assert [problem.code for problem in raised.value.problems] == ["PE-F31"]


@pytest.mark.parametrize(("field", "value"), [("death", "compete"), ("emigration", "censor")])
def test_an_official_version_keeps_its_own_rules(field, value):
    with pytest.raises(InputError, match=f"keeps {field} as it is"):
        preset("dk_dst", official=True, **{field: value})
    assert getattr(preset("dk_dst", official=True, **{field: "exclude"}), field) == "exclude"
    assert preset("dk_dst", official=True, window_months=12).window_months == 12


@pytest.mark.parametrize(("name", "official"), OFFICIAL)
def test_a_definition_survives_a_round_trip(name, official):
    definition = preset(name, official=official)
    assert Reoffending.model_validate(definition.model_dump()) == definition
    assert Reoffending.model_validate(definition.model_dump(mode="json")) == definition
    assert Reoffending.model_validate_json(definition.model_dump_json()) == definition


def test_a_trials_own_rules_replace_those_of_an_official_cohort():
    like = OWN.model_copy(update={"clock_start": "randomisation", "death": "censor"})
    taken = for_trial(preset("dk_dst"), like=like)
    assert (taken.clock_start, taken.death, taken.window_months) == ("randomisation", "censor", 24)
    official = for_trial(preset("dk_dst", official=True), like=like)
    assert (official.clock_start, official.death) == ("randomisation", "exclude")


# --- words --------------------------------------------------------------------------------------------------

LAGS = [
    None,
    *(DecisionLag(months_after_index=n) for n in (1, 18)),
    *(DecisionLag(days_after_window=n) for n in (0, 1, 30)),
    *(DecisionLag(calendar_years=n) for n in (0, 1, 2, 3)),
]
FINES = [
    None,
    FineThreshold(amount=2500, currency="DKK"),
    FineThreshold(amount=2500.5, currency="DKK"),
    FineThreshold(amount=2500, currency="SEK"),
    FineThreshold(amount=2500, currency="DKK", classes=("traffic",)),
    FineThreshold(amount=2500, currency="DKK", classes=("traffic", "drugs")),
]


def each(name: str) -> list[Any]:
    return list(get_args(getattr(vocabulary, name)))


def singly(name: str) -> list[Any]:
    """Each word of a vocabulary alone, and all of them together."""
    return [*((word,) for word in each(name)), tuple(each(name))]


DAYS = OWN.model_copy(update={"window_months": None, "window_days": 30})
CLASSES = [(), ("theft",), ("theft", "violence")]

# For every field: a definition to begin with, and values that must all read differently.
READ_DIFFERENTLY: dict[str, tuple[Reoffending, list[Any]]] = {
    "preset": (OWN, [None, *PRESETS]),
    "official": (preset("dk_dst"), [False, True]),
    "clock_start": (OWN, each("ClockStart")),
    "kinds": (OWN, singly("EventKind")),
    "sanctions": (OWN, [(), *singly("Sanction")]),
    "classes": (OWN, CLASSES),
    "classes_left_out": (OWN, CLASSES),
    "police_initiated": (OWN, ["count", "leave_out"]),
    "offences": (OWN, ["all", "main_only"]),
    "fine_below": (OWN, FINES),
    "counting_unit": (OWN, each("CountingUnit")),
    "date_used": (OWN, each("DateUsed")),
    "window_months": (OWN, [1, 12, 24]),
    "window_days": (DAYS, [1, 30, 365, 1461]),
    "decision_lag": (OWN, LAGS),
    "pseudo_reconvictions": (OWN, ["drop", "count"]),
    "custody": (OWN, each("CustodyRule")),
    "custody_reasons": (OWN, [(), *singly("CustodyReason")]),
    "street_extension_months": (
        OWN.model_copy(update={"custody": "street", "offences_in_custody": "leave_out"}),
        [1, 12, 24],
    ),
    "offences_in_custody": (OWN, ["count", "leave_out"]),
    "death": (OWN, each("StatusRule")),
    "deportation": (OWN, each("StatusRule")),
    "emigration": (OWN, each("StatusRule")),
    "several_releases": (OWN, ["first"]),
    "unknown": (preset("nordic_2y"), [(), ("date_used",), ("date_used", "decision_lag")]),
}


def test_every_field_of_a_definition_is_tried():
    assert READ_DIFFERENTLY.keys() == Reoffending.model_fields.keys()


@pytest.mark.parametrize("field", READ_DIFFERENTLY)
def test_a_change_of_any_field_changes_the_words(field):
    begun, values = READ_DIFFERENTLY[field]
    said = [definition_in_words(begun.model_copy(update={field: value})) for value in values]
    assert all(one != other for one, other in combinations(said, 2))


def test_a_deadline_under_street_time_is_not_that_of_a_window_of_the_calendar():
    street = READ_DIFFERENTLY["street_extension_months"][0].model_copy(update={"street_extension_months": 12})
    lags = [DecisionLag(days_after_window=n) for n in (0, 1, 30)]
    said = [definition_in_words(street.model_copy(update={"decision_lag": lag})) for lag in lags]
    assert all(one != other for one, other in combinations(said, 2))
    for sentences in said:
        (deadline,) = [each for each in sentences if "were decided" in each]
        assert "within the window" not in deadline
        assert "the latest day to which any window can be lengthened" in deadline


@pytest.mark.parametrize("clock", each("ClockStart"))
def test_no_clock_starts_before_randomisation_and_who_was_lost_until_then_is_said(clock):
    said = " ".join(definition_in_words(OWN.model_copy(update={"clock_start": clock})))
    waits = clock != "randomisation"
    assert ("or on the day of randomisation where that is later" in said) == waits
    assert ("died or left the country between randomisation and that day is left out" in said) == waits


def test_the_only_rule_for_a_second_release_is_said():
    assert "A later release does not start it again." in definition_in_words(OWN)


def every_definition() -> list[Reoffending]:
    varied = [
        begun.model_copy(update={field: value})
        for field, (begun, values) in READ_DIFFERENTLY.items()
        for value in values
    ]
    street = [
        READ_DIFFERENTLY["street_extension_months"][0].model_copy(
            update={"street_extension_months": 12, "decision_lag": DecisionLag(days_after_window=n)}
        )
        for n in (0, 1, 30)
    ]
    return [*varied, *street, *(preset(name, official=official) for name, official in OFFICIAL)]


def test_what_is_said_are_plain_sentences_about_what_is_recorded():
    for definition in every_definition():
        said = definition_in_words(definition)
        for sentence in said:
            assert re.fullmatch(r"[A-Z][^{}]*\.", sentence), sentence
            assert not re.search(r"\beffects?\b|caus|impact|reduc|lead|led to|\bNone\b", sentence), sentence
            assert "  " not in sentence and " ," not in sentence and ".." not in sentence
        assert len(set(said)) == len(said)
        assert any(sentence.startswith("Recorded ") for sentence in said)


def test_numbers_agree_with_their_nouns():
    for definition in every_definition():
        text = " ".join(definition_in_words(definition))
        assert not re.search(r"\b1 (months|days|years)\b|\b([02-9]|\d\d+) (month|day|year)\b|\b0 ", text)


def test_the_rows_hold_the_same_sentences_by_topic():
    rows = definition_rows(preset("nordic_2y"))
    assert tuple(said for row in rows for said in row.sentences) == definition_in_words(preset("nordic_2y"))
    assert len({row.label for row in rows}) == len(rows)
    assert [row.topic for row in rows][:2] == ["rules", "open"]


def test_a_complete_definition_has_nothing_open():
    assert "open" not in [row.topic for row in definition_rows(OWN)]


def test_the_words_of_one_definition_written_out():
    assert definition_in_words(
        Reoffending(
            clock_start="randomisation",
            kinds=("charge", "conviction"),
            sanctions=("imprisonment", "fine"),
            classes_left_out=("traffic",),
            police_initiated="leave_out",
            fine_below=FineThreshold(amount=1500, currency="SEK"),
            counting_unit="incident_day",
            window_days=400,
            decision_lag=DecisionLag(days_after_window=90),
            custody="street",
            street_extension_months=6,
            custody_reasons=("sentence", "remand"),
            offences_in_custody="leave_out",
            deportation="compete",
        )
    ) == (
        "The rules are the study’s own.",
        "The clock starts on the day of randomisation.",
        "A later release does not start it again.",
        "The window has 400 days at liberty.",
        "Recorded charges and convictions count.",
        "They count only where one of these sanctions is recorded: imprisonment and a fine.",
        "Offences of these classes do not count: traffic.",
        "Offences detected by police initiative do not count.",
        "Every offence of a decision counts, not its main offence alone.",
        "Fines below 1,500 SEK do not count; a fine of unknown amount does.",
        "The day of an event is that on which the offence was committed.",
        "An event without that day does not count.",
        "Offences count only if they were decided before the latest day to which any window can be "
        "lengthened or in the 90 days from that day on.",
        "Offences from before the clock’s start that are decided after it do not count "
        "(pseudo-reconvictions).",
        "In numbers of events all of one person on one day are one.",
        "Days in custody are no days of the window; to make them up a person is followed for at most 6 "
        "months longer.",
        "Somebody with too few days at liberty even so, and no counted event, has an unknown outcome.",
        "Custody is a spell in custody for one of these reasons: sentence and remand.",
        "An event on a day in custody does not count.",
        "Somebody who dies or is deported within the window is followed until that day and, with no event "
        "counted so far, is taken not to have reoffended (a competing event).",
        "Somebody who emigrates within the window is followed until that day and, with no event counted so "
        "far, has an unknown outcome (censored).",
        "A person who was not found in the register has no known outcome and is not taken to be free of "
        "events.",
    )


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    ("section", "vocabulary_name"),
    [
        ("clock_start", "ClockStart"),
        ("kind", "EventKind"),
        ("sanction", "Sanction"),
        ("counting_unit", "CountingUnit"),
        ("date_used", "DateUsed"),
        ("custody_reason", "CustodyReason"),
        ("status", "StatusKind"),
        ("status", "StatusRule"),
    ],
)
def test_every_word_of_a_definition_has_its_words(language, section, vocabulary_name):
    words = words_in(language)
    assert all(f"definition.{section}.{word}" in words for word in each(vocabulary_name))


@pytest.mark.parametrize("language", languages())
def test_every_field_that_may_be_unknown_has_its_words(language):
    fields = Reoffending.model_fields.keys() - {"preset", "official", "unknown"}
    assert all(f"definition.unknown.{field}" in words_in(language) for field in fields)
