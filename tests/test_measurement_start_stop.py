"""Start-stop rows against a diary that is kept one day at a time."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from random_register import DEFINITIONS, random_register, write_folder
from register_by_hand import days_in_custody, grouped, start_of

from primus_eval import load_trial, measure
from primus_eval.definitions import Reoffending
from primus_eval.errors import InputError
from primus_eval.measurement import Measurement, start_stop

CALENDAR = ("dk_dst_count", "uk_proven_1y_leave_out", "own_cases", "own_decisions")


@pytest.fixture(scope="module")
def register():
    return random_register(7, n_people=300)


@pytest.fixture(scope="module")
def trial(register, tmp_path_factory):
    return load_trial(write_folder(register, tmp_path_factory.mktemp("register")))


def diary(measurement: Measurement, register, name: str) -> dict[int, list[tuple[bool, int]]]:
    """For each person analysed: of each day of follow-up, whether in custody and how many units began."""
    definition: Reoffending = measurement.outcome.reoffending
    order = sorted(person["id"] for person in register.people)
    by_id = {person["id"]: person for person in register.people}
    spells = grouped(register.custody)
    cutoff = measurement.trial.protocol.data.data_cutoff
    units = Counter(zip(measurement.unit_row.tolist(), measurement.unit_day.tolist(), strict=True))
    pages = {}
    for row, place in enumerate(measurement.people.tolist()):
        person = by_id[order[place]]
        start = start_of(person, definition)
        assert start is not None  # or nobody would have been measured
        locked = days_in_custody(spells[person["id"]], definition, cutoff)
        days = int(measurement.frame["exposure_days"].iloc[row])
        last = max((day + 1 for unit_row, day in units if unit_row == row), default=0)
        pages[row] = [
            (start + timedelta(days=day) in locked, units[row, day]) for day in range(max(days, last))
        ]
    return pages


@pytest.mark.parametrize("name", CALENDAR)
def test_rows_tell_the_diary_day_by_day(trial, register, name):
    measurement = measure(trial, name)
    rows = start_stop(measurement)
    told: dict[int, list[tuple[bool, int]]] = {row: [] for row in range(len(measurement.frame))}
    for row in rows.itertuples():
        assert row.start_days == len(told[row.row]), "stretches follow one another without a gap"
        stretch = [(row.in_custody, 0)] * (row.stop_days - row.start_days)
        told[row.row] += [*stretch[:-1], (row.in_custody, row.event)]
    assert told == diary(measurement, register, name)
    assert rows["event"].sum() == measurement.frame["n_events"].sum() > 20
    assert rows["in_custody"].sum() > 20


def test_a_window_of_days_at_liberty_has_no_rows_of_the_calendar(trial):
    street = next(name for name in DEFINITIONS if name.endswith("_street"))
    with pytest.raises(InputError) as caught:
        start_stop(measure(trial, street))
    assert [problem.code for problem in caught.value.problems] == ["PE-C49"]


def test_what_is_no_measurement_is_refused(trial):
    with pytest.raises(TypeError, match="first measure"):
        start_stop(trial)
