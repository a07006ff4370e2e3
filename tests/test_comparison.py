"""The same people under several definitions: each row against measuring by hand, and what cannot be compared.

Rates come from `register_by_hand`, which shares no code with the package; the interval is written out once
more below.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import sqrt
from statistics import NormalDist
from typing import Any

import pytest
from random_register import (
    ARMS,
    CUTOFF,
    DATA_START,
    POPULATION,
    Register,
    definition_of,
    random_register,
    write_folder,
)
from register_by_hand import Person, measure_by_hand

from primus_eval.comparison import (
    COLUMNS,
    DOES_NOT_FIT,
    NOBODY,
    NOT_IN_THE_DATA,
    TOO_FEW_FOLLOWED,
    compare_definitions,
    missing_by_preset,
    what_is_missing,
)
from primus_eval.definitions import PRESETS, Reoffending, for_trial, preset
from primus_eval.errors import InputError
from primus_eval.findings import Exhibit
from primus_eval.loaders import load_trial
from primus_eval.measurement import measure
from primus_eval.protocol import ASSIGNED, Comparison
from primus_eval.trial import Trial

SEED = 7
OWN = "own_decisions_without_pseudo"
"""Its rules for leaving are not those of a preset: it leaves the dead out, and emigration competes."""

STREET = "dk_dst_street"
ROUNDING = 1e-12
"""Both sides add, divide and take one square root; a wrong count would be off by 1e-4 or more."""

OWN_RULES: dict[str, Any] = {
    "clock_start": "release",
    "custody": "calendar",
    "custody_reasons": (),
    "street_extension_months": None,
    "offences_in_custody": "count",
}
OWN_LEAVING: dict[str, Any] = {"death": "exclude", "deportation": "censor", "emigration": "compete"}
AS_IN_THE_TRIAL: dict[str, dict[str, Any]] = {
    "dk_dst": {
        "kinds": ("decision", "conviction", "sentence"),
        "fine_below": {"amount": 2500, "currency": "DKK", "classes": ("traffic",)},
        "window_months": 24,
        "decision_lag": {"calendar_years": 3},
    },
    "uk_proven_1y": {
        "kinds": ("caution", "conviction"),
        "window_months": 12,
        "decision_lag": {"months_after_index": 18},
    },
    "us_arrest": {"kinds": ("arrest",), "date_used": "decision", "window_months": 36},
}
"""What presets count, written out, without their clock, custody and leaving rules."""


@pytest.fixture(scope="module")
def register() -> Register:
    return random_register(SEED, n_people=900)


@pytest.fixture(scope="module")
def trial(register: Register, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    yield load_trial(write_folder(register, tmp_path_factory.mktemp("register")))


def by_hand(register: Register, definition: Reoffending, *, population: str = ASSIGNED) -> dict[str, Any]:
    """People, those whose outcome is known, those with the event, and the share with it, by role."""
    people = [
        {**person, "in_population": population == ASSIGNED or person["in_population"]}
        for person in register.people
    ]
    found = measure_by_hand(
        people,
        register.events,
        register.custody,
        register.status,
        definition,
        data_cutoff=CUTOFF,
        data_start=DATA_START,
    )
    arms = {person["id"]: person["arm"] for person in register.people}
    numbers: dict[str, Any] = {}
    for role in ("treatment", "control"):
        own = [
            each for id_, each in found.people.items() if (arms[id_] == ARMS["1"]) == (role == "treatment")
        ]
        numbers[f"n_{role}"] = len(own)
        numbers[f"known_{role}"] = sum(each.reoffended is not None for each in own)
        numbers[f"events_{role}"] = sum(each.event for each in own)
        numbers[f"risk_{role}"] = share_of(own)
    return numbers


def share_of(people: list[Person]) -> float:
    """The share with the event by Aalen and Johansen 1978, day by day."""
    free, share = 1.0, 0.0
    for day in sorted({each.time_days for each in people}):
        there = sum(each.time_days >= day for each in people)
        today = [each for each in people if each.time_days == day]
        events, others = sum(each.event for each in today), sum(bool(each.cause) for each in today)
        share += free * events / there
        free *= 1 - (events + others) / there
    return share


def effect_of(counts: Mapping[str, int], *, conf_level: float) -> dict[str, float]:
    """Difference and interval: Newcombe 1998, method 10, from two intervals of Wilson 1927."""
    z = NormalDist().inv_cdf((1 + conf_level) / 2)
    one, other = (wilson(counts[f"events_{arm}"], counts[f"n_{arm}"], z) for arm in ("treatment", "control"))
    difference = one[1] - other[1]
    return {
        "conf_low": difference - sqrt((one[1] - one[0]) ** 2 + (other[2] - other[1]) ** 2),
        "conf_high": difference + sqrt((one[2] - one[1]) ** 2 + (other[1] - other[0]) ** 2),
    }


def wilson(events: int, n: int, z: float) -> tuple[float, float, float]:
    """Low end, share, high end."""
    share = events / n
    middle, half = share + z * z / (2 * n), z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), share, (middle + half) / (1 + z * z / n)


def rows_of(exhibit: Exhibit) -> list[dict[str, Any]]:
    return list(exhibit.records())


def row_of(exhibit: Exhibit, name: str) -> dict[str, Any]:
    return next(row for row in rows_of(exhibit) if row["definition"] == name)


def require_same(row: Mapping[str, Any], counts: Mapping[str, int], *, conf_level: float = 0.95) -> None:
    assert {name: row[name] for name in counts} == pytest.approx(counts, abs=ROUNDING)
    assert min(counts.values()) > 0, "an arm without people or events would show nothing"
    difference = counts["risk_treatment"] - counts["risk_control"]
    assert row["estimate"] == pytest.approx(difference, abs=ROUNDING)
    all_known = all(counts[f"n_{arm}"] == counts[f"known_{arm}"] for arm in ("treatment", "control"))
    assert row["method"] == ("newcombe" if all_known else "aalen_johansen")
    if all_known:  # the other interval is held to R in tests/reference
        ends = effect_of(counts, conf_level=conf_level)
        assert {name: row[name] for name in ends} == pytest.approx(ends, abs=ROUNDING)
    assert row["conf_low"] < row["estimate"] < row["conf_high"]
    assert row["reason"] is None


def like(trial: Trial, **protocol: Any) -> Trial:
    """The trial with other parts of its protocol."""
    return replace(trial, protocol=trial.protocol.model_copy(update=protocol))


def without(trial: Trial, table: str, *keys: str) -> Trial:
    """The trial where these keys of a table were not declared."""
    data = trial.protocol.data
    changed = getattr(data, table).model_copy(update=dict.fromkeys(keys))
    return like(trial, data=data.model_copy(update={table: changed}))


def with_codes(trial: Trial, key: str, codes: dict[str, str]) -> Trial:
    """The trial where the codes of a column of the events mean something else."""
    data, events = trial.protocol.data, trial.protocol.data.events
    assert events is not None
    changed = events.model_copy(update={key: getattr(events, key).model_copy(update={"codes": codes})})
    return like(trial, data=data.model_copy(update={"events": changed}))


def refused(trial: Trial, *arguments: Any, **options: Any) -> tuple[str, ...]:
    with pytest.raises(InputError) as caught:
        compare_definitions(trial, *arguments, **options)
    return tuple(problem.code for problem in caught.value.problems)


# --- numbers -----------------------------------------------------------------------------------------------


def test_a_preset_has_the_clock_the_custody_and_the_leaving_rules_of_the_trial(
    trial: Trial, register: Register
) -> None:
    found = compare_definitions(trial, list(AS_IN_THE_TRIAL), outcome=OWN)
    assert [(row["definition"], row["origin"]) for row in rows_of(found)] == [
        (OWN, "own"),
        *((name, "preset") for name in AS_IN_THE_TRIAL),
    ]
    require_same(row_of(found, OWN), by_hand(register, definition_of(OWN)))
    for name, rules in AS_IN_THE_TRIAL.items():
        definition = Reoffending.model_validate(rules | OWN_RULES | OWN_LEAVING)
        require_same(row_of(found, name), by_hand(register, definition))
        assert row_of(found, name)["label"] == PRESETS[name].label


def test_under_street_time_a_preset_waits_for_decisions_as_it_can(trial: Trial, register: Register) -> None:
    """A lag counted from the clock's start does not fit a window of days at liberty: the calendar stays."""
    found = compare_definitions(trial, ["uk_proven_1y", "us_arrest"], outcome=STREET)
    calendar = Reoffending.model_validate(AS_IN_THE_TRIAL["uk_proven_1y"])
    street = Reoffending.model_validate(
        {
            **AS_IN_THE_TRIAL["us_arrest"],
            "custody": "street",
            "street_extension_months": 12,
            "offences_in_custody": "leave_out",
        }
    )
    require_same(row_of(found, "uk_proven_1y"), by_hand(register, calendar))
    require_same(row_of(found, "us_arrest"), by_hand(register, street))


@pytest.mark.parametrize("conf_level", [0.9, 0.99])
def test_definitions_of_ones_own_are_taken_as_they_are(
    trial: Trial, register: Register, conf_level: float
) -> None:
    mine = {"a": definition_of("own_cases"), "b": definition_of("own_short_street")}
    found = compare_definitions(trial, mine, outcome=OWN, population=POPULATION, conf_level=conf_level)
    assert [(row["definition"], row["label"], row["origin"]) for row in rows_of(found)[1:]] == [
        ("a", "a", "own"),
        ("b", "b", "own"),
    ]
    for name, definition in {OWN: definition_of(OWN), **mine}.items():
        counts = by_hand(register, definition, population=POPULATION)
        require_same(row_of(found, name), counts, conf_level=conf_level)
    assert (found.population, found.notes["conf_level"]) == (POPULATION, conf_level)


def test_people_of_whom_it_is_not_known_are_counted_as_such(trial: Trial) -> None:
    measured = measure(trial, OWN).frame
    row = rows_of(compare_definitions(trial, {}, outcome=OWN))[0]
    unknown = int(measured["reoffended"].isna().sum())
    assert unknown > 0
    assert row["n_treatment"] + row["n_control"] == len(measured)
    assert row["known_treatment"] + row["known_control"] == len(measured) - unknown
    assert row["method"] == "aalen_johansen"


def test_where_it_is_known_of_everybody_shares_are_plain(trial: Trial, register: Register) -> None:
    asked = definition_of(OWN).model_copy(update={"deportation": "compete"})
    row = row_of(compare_definitions(trial, {"asked": asked}, outcome=OWN), "asked")
    assert row["method"] == "newcombe"
    assert row["risk_control"] == pytest.approx(row["events_control"] / row["n_control"], abs=ROUNDING)
    require_same(row, by_hand(register, asked))


def test_a_row_about_too_few_of_the_people_has_a_reason(trial: Trial, register: Register) -> None:
    """A window that few can be followed through would compare other people, not another definition."""
    first = definition_of(OWN)
    people = by_hand(register, first)
    for months in (48, 60, 84, 96):
        longer = first.model_copy(update={"window_months": months})
        found = by_hand(register, longer)
        share = (found["n_treatment"] + found["n_control"]) / (people["n_treatment"] + people["n_control"])
        row = row_of(compare_definitions(trial, {"longer": longer}, outcome=OWN), "longer")
        assert (row["reason"] == TOO_FEW_FOLLOWED) == (share < 0.8)
    assert share < 0.8


def test_the_exhibit_says_what_it_is(trial: Trial) -> None:
    found = compare_definitions(trial, ["dk_dst"], outcome=OWN)
    assert (found.id, found.kind, found.outcome) == (f"definitions/{OWN}", "definitions", OWN)
    assert found.columns == COLUMNS
    assert set(found.count_columns) == {
        f"{name}_{arm}" for name in ("n", "known", "events") for arm in ("treatment", "control")
    }
    assert found.notes == {"conf_level": 0.95, "rounded": False}


# --- which rows --------------------------------------------------------------------------------------------


def declared(trial: Trial, *presets: str, official: bool = False) -> Trial:
    return like(trial, comparison=Comparison(outcome=OWN, presets=presets, official=official))


def test_the_comparison_of_the_protocol_is_carried_out_where_nothing_else_is_asked(trial: Trial) -> None:
    asked = compare_definitions(trial, ["uk_proven_1y", "dk_dst"], outcome=OWN)
    assert compare_definitions(declared(trial, "uk_proven_1y", "dk_dst")) == asked


def test_official_rows_stand_only_where_a_statistic_leaves_people_out(
    trial: Trial, register: Register
) -> None:
    found = compare_definitions(declared(trial, *PRESETS, official=True))
    expected = [OWN]
    for name in PRESETS:
        expected += [name, f"{name}/official"] if PRESETS[name].official else [name]
    assert [row["definition"] for row in rows_of(found)] == expected
    assert [row["definition"] for row in rows_of(found) if row["origin"] == "official"] == ["dk_dst/official"]
    everybody_out = {"death": "exclude", "deportation": "exclude", "emigration": "exclude"}
    definition = Reoffending.model_validate(AS_IN_THE_TRIAL["dk_dst"] | OWN_RULES | everybody_out)
    require_same(row_of(found, "dk_dst/official"), by_hand(register, definition))
    assert row_of(found, "dk_dst/official")["n_control"] < row_of(found, "dk_dst")["n_control"]


def test_all_presets_are_compared_where_none_are_named(trial: Trial) -> None:
    rows = rows_of(compare_definitions(trial, outcome=OWN))
    assert [row["definition"] for row in rows] == [OWN, *PRESETS]


# --- what cannot be counted --------------------------------------------------------------------------------


def empty(row: Mapping[str, Any], reason: str) -> bool:
    numbers = [
        value for name, value in row.items() if name not in ("definition", "label", "origin", "reason")
    ]
    return set(numbers) == {None} and row["reason"] == reason


@pytest.mark.parametrize(
    ("table", "key", "lost"),
    [
        ("events", "sanction", {"dk_dst", "dk_kriminalforsorgen", "nordic_2y"}),
        ("events", "fine_amount", {"dk_dst"}),
        ("events", "case", {"nl_wodc"}),
        ("events", "offence_class", {"dk_dst"}),
        ("events", "offence_date", {OWN, *PRESETS}),  # without it no pseudo-reconviction can be told
        ("events", "decision_date", {OWN, "dk_dst", "uk_proven_1y", "us_arrest", "us_return", "se_bra"}),
    ],
)
def test_a_preset_that_needs_what_was_not_declared_has_a_reason(
    trial: Trial, table: str, key: str, lost: set[str]
) -> None:
    rows = rows_of(compare_definitions(without(trial, table, key), list(PRESETS), outcome=OWN))
    assert {row["definition"] for row in rows if row["reason"] == NOT_IN_THE_DATA} == lost
    assert all(empty(row, NOT_IN_THE_DATA) == (row["definition"] in lost) for row in rows)


@pytest.mark.parametrize(
    ("key", "codes", "lost"),
    [
        ("kind", {"D": "decision", "V": "conviction"}, {"us_arrest", "us_return"}),
        (
            "kind",
            {"D": "decision", "A": "arrest"},
            set(PRESETS) - {"dk_dst", "nl_wodc", "se_bra", "us_arrest"},
        ),
        ("sanction", {"3": "community_sentence", "4": "fine"}, {"dk_kriminalforsorgen"}),
        ("sanction", {"1": "imprisonment"}, {"dk_dst"}),
        ("offence_class", {"12": "violence"}, {"dk_dst"}),
    ],
)
def test_a_preset_whose_words_no_code_means_has_a_reason_and_no_share_of_zero(
    trial: Trial, key: str, codes: dict[str, str], lost: set[str]
) -> None:
    rows = rows_of(compare_definitions(with_codes(trial, key, codes), list(PRESETS), outcome=OWN))
    of_presets = [row for row in rows if row["definition"] in PRESETS]
    assert {row["definition"] for row in of_presets if empty(row, NOT_IN_THE_DATA)} == lost
    counted = [row for row in of_presets if row["definition"] not in lost]
    assert {row["reason"] for row in counted} <= {None, TOO_FEW_FOLLOWED}
    assert all(row["events_control"] > 0 for row in counted if row["reason"] is None)


def test_where_every_row_is_of_one_kind_other_kinds_are_not_in_the_data(trial: Trial) -> None:
    events = trial.protocol.data.events
    assert events is not None and events.kind is not None
    kind = events.kind.model_copy(update={"column": None, "codes": {}, "every": "arrest"})
    changed = events.model_copy(update={"kind": kind})
    arrests = like(trial, data=trial.protocol.data.model_copy(update={"events": changed}))
    rows = rows_of(compare_definitions(arrests, ["us_arrest", "dk_dst"], outcome=OWN))
    assert [row["reason"] for row in rows] == [NOT_IN_THE_DATA, None, NOT_IN_THE_DATA]


def test_custody_reasons_that_no_code_means_are_not_in_the_data(trial: Trial) -> None:
    asked = for_trial(preset("uk_proven_1y"), like=definition_of(OWN)).model_copy(
        update={"custody_reasons": ("other",), "offences_in_custody": "leave_out"}
    )
    rows = rows_of(compare_definitions(trial, {"asked": asked}, outcome=OWN))
    assert empty(rows[1], NOT_IN_THE_DATA)


def test_an_empty_arm_has_a_reason(trial: Trial) -> None:
    """The last day that the registers cover is so early that nobody was followed for long enough."""
    early = like(trial, data=trial.protocol.data.model_copy(update={"data_cutoff": DATA_START}))
    assert all(empty(row, NOBODY) for row in rows_of(compare_definitions(early, ["dk_dst"], outcome=OWN)))


def test_a_preset_that_cannot_run_on_the_clock_of_the_trial_has_a_reason(trial: Trial) -> None:
    """By the day of the decision, counted from the sentence, the index sentence itself would count."""
    found = compare_definitions(trial, ["us_return", "us_arrest", "dk_dst"], outcome="own_cases")
    assert definition_of("own_cases").clock_start == "sentence"
    reasons = {row["definition"]: row["reason"] for row in rows_of(found)}
    assert reasons["us_return"] == DOES_NOT_FIT
    assert DOES_NOT_FIT not in (reasons["us_arrest"], reasons["dk_dst"], reasons["own_cases"])
    assert empty(row_of(found, "us_return"), DOES_NOT_FIT)


def test_fines_in_another_currency_are_not_in_the_data(trial: Trial) -> None:
    events = trial.protocol.data.events
    assert events is not None and events.fine_amount is not None
    for unit, lost in (("EUR", True), ("DKK", False), (None, False)):
        column = events.columns[events.fine_amount].model_copy(update={"unit": unit and {"en": unit}})
        columns = {**events.columns, events.fine_amount: column}
        data = trial.protocol.data.model_copy(
            update={"events": events.model_copy(update={"columns": columns})}
        )
        rows = rows_of(compare_definitions(like(trial, data=data), ["dk_dst"], outcome=OWN))
        assert empty(rows[1], NOT_IN_THE_DATA) == lost


# --- errors ------------------------------------------------------------------------------------------------


def test_which_outcome_is_meant_must_be_said_where_there_are_several(trial: Trial) -> None:
    assert refused(trial, ["dk_dst"]) == ("PE-C48",)


def test_an_outcome_that_was_delivered_as_measured_is_not_compared() -> None:
    maryland = load_trial("data/sample/maryland/protocol.toml")
    assert refused(maryland, ["dk_dst"], outcome="rearrest_52w") == ("PE-C48",)
    assert refused(maryland) == ("PE-C48",)


def test_two_definitions_of_one_name_are_refused(trial: Trial) -> None:
    assert refused(trial, {OWN: definition_of("own_cases")}, outcome=OWN) == ("PE-C48",)
    assert refused(trial, ["dk_dst", "dk_dst"], outcome=OWN) == ("PE-C48",)


def test_an_unknown_preset_outcome_or_population_is_refused(trial: Trial) -> None:
    assert refused(trial, ["dk_dts"], outcome=OWN) == ("PE-F31",)
    assert len(refused(trial, ["dk_dst"], outcome="nothing")) == 1
    assert len(refused(trial, ["dk_dst"], outcome=OWN, population="nobody")) == 1


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("trial",), "first load_trial"),
        ((None, {"a": 3}), "neither a Reoffending nor the name"),
        ((None, "dk_dst"), "in a list"),
    ],
)
def test_what_is_no_trial_or_no_definition_is_refused(trial: Trial, given: Any, says: str) -> None:
    with pytest.raises(TypeError, match=says):
        compare_definitions(given[0] or trial, *given[1:], outcome=OWN)


def test_a_preset_may_have_another_name(trial: Trial) -> None:
    renamed = rows_of(compare_definitions(trial, {"a": "uk_proven_1y"}, outcome=OWN))[1]
    named = rows_of(compare_definitions(trial, ["uk_proven_1y"], outcome=OWN))[1]
    assert renamed == {**named, "definition": "a", "label": "a"}


# --- what is missing ---------------------------------------------------------------------------------------


def test_what_is_missing_is_said_in_words(trial: Trial) -> None:
    asked = preset("dk_dst")
    assert what_is_missing(asked, trial.protocol.data) == ()
    assert what_is_missing(asked, without(trial, "events", "fine_amount").protocol.data) == (
        "data.events.fine_amount",
    )
    bare = trial.protocol.data.model_copy(update={"events": None})
    assert what_is_missing(asked, bare) == ("data.events",)
    coded = with_codes(trial, "sanction", {"1": "imprisonment"})
    assert what_is_missing(asked, coded.protocol.data) == ("a code that means fine",)


def test_what_is_missing_of_each_preset_of_the_comparison_is_known(trial: Trial) -> None:
    both = declared(without(trial, "events", "fine_amount"), "uk_proven_1y", "dk_dst")
    found = {name: missing for name, _, missing in missing_by_preset(both)}
    assert found == {"uk_proven_1y": (), "dk_dst": ("data.events.fine_amount",)}
    assert missing_by_preset(like(trial, comparison=None)) == ()
