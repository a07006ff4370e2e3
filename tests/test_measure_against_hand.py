"""`measure` against measuring by hand: two thousand people, every definition, every column, exactly.

The register is written as a delivery and loaded again, so that the way through the files is part of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from functools import cache
from typing import Any

import pandas as pd
import pytest
from random_register import (
    ARMS,
    CUTOFF,
    DATA_START,
    DEFINITIONS,
    LOOK_BACK_MONTHS,
    OWN_DEFINITIONS,
    POPULATION,
    Register,
    definition_of,
    prior_id,
    random_register,
    write_folder,
)
from register_by_hand import Result, measure_by_hand, prior_by_hand

from primus_eval.errors import InputError
from primus_eval.loaders import load_trial
from primus_eval.measurement import Measurement, known_before, measure
from primus_eval.protocol import ASSIGNED, Data, Protocol
from primus_eval.trial import Trial

SEED = 20240229
TREATED = ARMS["1"]
SHOWN_AT_MOST = 5
"""People named where the two disagree; the register is drawn, nobody stands behind it."""

COLUMNS = (
    "treated",
    "time_days",
    "event",
    "reoffended",
    "cause",
    "n_events",
    "harm_days",
    "most_serious_harm_days",
    "custody_days",
    "exposure_days",
)
Measure = Callable[[str, str], Measurement]
ByHand = Callable[[str, str], Result]


@pytest.fixture(scope="module")
def register() -> Register:
    return random_register(SEED)


@pytest.fixture(scope="module")
def ids(register: Register) -> list[str]:
    """The ids in the order of the trial's rows."""
    return sorted(person["id"] for person in register.people)


@pytest.fixture(scope="module")
def trial(register: Register, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    yield load_trial(write_folder(register, tmp_path_factory.mktemp("register")))


@pytest.fixture(scope="module")
def measured(trial: Trial) -> Measure:
    return cache(lambda name, population: measure(trial, name, population=population))


@pytest.fixture(scope="module")
def by_hand(register: Register) -> ByHand:
    def of(name: str, population: str) -> Result:
        everybody = [{**person, "in_population": True} for person in register.people]
        return measure_by_hand(
            everybody if population == ASSIGNED else register.people,
            register.events,
            register.custody,
            register.status,
            definition_of(name),
            data_cutoff=CUTOFF,
            data_start=DATA_START,
        )

    return cache(of)


every_definition = pytest.mark.parametrize("name", DEFINITIONS)
every_population = pytest.mark.parametrize("population", [ASSIGNED, POPULATION])


@every_definition
@every_population
def test_same_people_with_the_same_outcomes(
    measured: Measure,
    by_hand: ByHand,
    register: Register,
    ids: list[str],
    name: str,
    population: str,
) -> None:
    got, expected = measured(name, population), by_hand(name, population)
    arms = arms_of(register)
    people = [ids[row] for row in got.people]
    assert people == sorted(expected.people), "the people measured differ"
    found = rows_of(got.frame)
    answers = {id_: {"treated": arms[id_] == TREATED, **asdict(one)} for id_, one in expected.people.items()}
    assert differences(dict(zip(people, found, strict=True)), answers) == []


@every_definition
@every_population
def test_same_reasons_for_leaving_people_out(
    measured: Measure, by_hand: ByHand, register: Register, name: str, population: str
) -> None:
    roles = roles_of(register)
    expected = Counter((reason, roles[id_]) for id_, reason in by_hand(name, population).excluded.items())
    found: Counter[tuple[str, str]] = Counter()
    for each in measured(name, population).excluded:
        found[each.reason, each.arm] += each.n
    assert +found == expected


@every_definition
@every_population
def test_same_fates_of_the_rows(
    measured: Measure, by_hand: ByHand, register: Register, name: str, population: str
) -> None:
    found = {
        (each.fate, each.arm): (each.events, each.people)
        for each in measured(name, population).tally
        if each.events
    }
    assert found == by_hand(name, population).tally(register.events, roles_of(register))


@every_definition
def test_same_offending_before(trial: Trial, register: Register, ids: list[str], name: str) -> None:
    for months in LOOK_BACK_MONTHS:
        prior = prior_by_hand(
            register.people, register.events, definition_of(name), months=months, data_start=DATA_START
        )
        column = known_before(trial)[prior_id(name, months)]
        assert [plain(value) for value in column] == [prior[id_] for id_ in ids]


@every_definition
def test_measurement_says_by_which_definition(measured: Measure, name: str) -> None:
    assert measured(name, ASSIGNED).definition == definition_of(name).name


@pytest.mark.parametrize("name", OWN_DEFINITIONS)
def test_without_custody_and_status_nothing_is_known_of_them(
    trial: Trial, register: Register, ids: list[str], name: str
) -> None:
    """Only where a definition does not rest on them; street time without custody is no question."""
    definition = definition_of(name)
    if definition.custody == "street":
        pytest.skip("a window at liberty needs the table of custody")
    bare = replace(trial, custody=None, status=None, protocol=without(trial.protocol, "custody", "status"))
    people = [{**person, "in_population": True} for person in register.people]
    expected = measure_by_hand(people, register.events, None, None, definition, data_cutoff=CUTOFF)
    got = measure(bare, name)
    assert [ids[row] for row in got.people] == sorted(expected.people)
    found = dict(zip(sorted(expected.people), rows_of(got.frame), strict=True))
    arms = arms_of(register)
    answers = {id_: {"treated": arms[id_] == TREATED, **asdict(one)} for id_, one in expected.people.items()}
    assert differences(found, answers) == []


def test_nothing_is_measured_where_maturity_cannot_be_known(trial: Trial) -> None:
    data = trial.protocol.data.model_copy(update={"data_cutoff": None})
    unknown = replace(trial, protocol=trial.protocol.model_copy(update={"data": data}))
    with pytest.raises(InputError) as refused:
        measure(unknown, next(iter(DEFINITIONS)))
    assert [problem.code for problem in refused.value.problems] == ["PE-C41"]


def without(protocol: Protocol, *tables: str) -> Protocol:
    """The protocol without these tables."""
    data: Data = protocol.data.model_copy(update=dict.fromkeys(tables))
    return protocol.model_copy(update={"data": data})


def arms_of(register: Register) -> dict[str, str]:
    return {person["id"]: person["arm"] for person in register.people}


def roles_of(register: Register) -> dict[str, str]:
    """What each person's arm is in the comparison: reasons and fates are told by role."""
    return {id_: "treatment" if arm == TREATED else "control" for id_, arm in arms_of(register).items()}


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a measurement as plain values, None where missing."""
    columns = [[plain(value) for value in frame[name]] for name in COLUMNS]
    return [dict(zip(COLUMNS, values, strict=True)) for values in zip(*columns, strict=True)]


def plain(value: Any) -> Any:
    return None if pd.isna(value) else value


def differences(found: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    """Say by column how many people differ, with the first of them."""
    lines = []
    for column in COLUMNS:
        odd = [id_ for id_ in expected if found[id_][column] != expected[id_][column]]
        if odd:
            shown = [
                f"{id_}: {found[id_][column]} for {expected[id_][column]}" for id_ in odd[:SHOWN_AT_MOST]
            ]
            lines.append(f"{column}: {len(odd)} people ({'; '.join(shown)})")
    return lines
