"""Links, lags and anonymity against counts made by hand and by brute force."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from preflight_folder import crowd, event_of, person, write_folder

from primus_eval.loaders import load_trial
from primus_eval.preflight import as_html, as_json, as_text, examine
from primus_eval.preflight.counting import Count
from primus_eval.preflight.lag import lag_by_quarter
from primus_eval.preflight.people import anonymity, linked_by_arm


def test_links_are_counted_by_arm(tmp_path: Path) -> None:
    people = crowd()
    for place, value in [*((number, "0") for number in range(0, 24)), *((n, "") for n in range(24, 38))]:
        people[place]["linked"] = value
    trial = load_trial(write_folder(tmp_path, people) / "protocol.toml")
    found = {
        item.arm: tuple(count.n for count in (item.linked, item.not_linked, item.not_recorded))
        for item in linked_by_arm(trial)
    }
    assert found == {"mentors": (41, 12, 7), "usual": (41, 12, 7)}


def test_few_unlinked_people_hide_what_they_leave(tmp_path: Path) -> None:
    people = crowd()
    for number in (0, 2, 4):  # three of the sixty mentored
        people[number]["linked"] = "0"
    trial = load_trial(write_folder(tmp_path, people) / "protocol.toml")
    mentors, usual = linked_by_arm(trial)
    assert (mentors.not_linked, mentors.linked) == (Count(fewer_than=5), Count())
    assert (usual.not_linked, usual.linked) == (Count(n=0), Count())


@pytest.mark.parametrize(
    ("not_recorded", "missing"),
    [((0, 0), "0"), ((7, 9), "16"), ((4, 4), "not shown"), ((0, 3), "fewer than 5"), ((4, 20), "not shown")],
)
def test_what_is_missing_of_the_links_is_hidden_where_an_arm_hides_its_own(
    tmp_path: Path, not_recorded: tuple[int, int], missing: str
) -> None:
    people = crowd()
    for arm, n in enumerate(not_recorded):
        for one in people[arm::2][:n]:
            one["linked"] = ""
    found = examine(write_folder(tmp_path, people))
    (column,) = [column for column in found.tables[0].columns if column.name == "linked"]
    assert str(column.missing) == missing
    if missing.isdecimal():  # and then it is what the arms say
        assert sum(item.not_recorded.n or 0 for item in found.linked) == int(missing)


@pytest.mark.parametrize(
    ("no_days", "no_event", "left_out", "measured"),
    [
        (range(0), range(0), range(0), "120"),
        (range(10), range(10), range(0), "110"),
        (range(3), range(3), range(0), "all but fewer than 5"),
        (range(10), range(11), range(0), "not shown"),  # one person by difference of two columns
        (range(4, 11), range(4, 11), range(10), "not shown"),  # the attack: 7 missing, 10 left out, 109 left
        (range(9, 19), range(9, 19), range(10), "not shown"),  # one person is in both: 10 + 10 - 19
        (range(10, 20), range(10, 20), range(5), "105"),
    ],
)
def test_how_many_are_measured_gives_nobody_back(
    tmp_path: Path, no_days: range, no_event: range, left_out: range, measured: str
) -> None:
    people = [{**one, "out": ""} for one in crowd()]
    for places, name, value in ((no_days, "days", ""), (no_event, "event", ""), (left_out, "out", "w")):
        for place in places:
            people[place][name] = value
    out = 'out = { type = "category", label = "Out", levels = { w = "Withdrew" }, missing = [""], '
    out += 'timing = "after_randomisation" }'
    folder = write_folder(tmp_path, people, participants='excluded = "out"', columns=out)
    found = examine(folder)
    (outcome,) = found.outcomes
    assert str(outcome.measured) == measured
    if measured == "not shown":
        assert "measured for some of 120 people (how many is not shown)" in as_text(found)


@pytest.mark.parametrize(
    ("not_found", "of_them_with_events", "shown"),
    [
        (24, 0, None),
        (24, 3, "fewer than 5"),
        (24, 12, "12"),
        (24, 21, "all but fewer than 5"),
        (24, 24, "24"),
    ],
)
def test_people_not_found_who_have_events_are_counted_and_few_are_not_shown(
    tmp_path: Path, not_found: int, of_them_with_events: int, shown: str | None
) -> None:
    people = crowd()
    for one in people[:not_found]:
        one["linked"] = "0"
    people[not_found]["linked"] = ""  # of whom it is not recorded, no event is odd
    with_events = [*people[:of_them_with_events] * 2, *people[not_found : not_found + 9]]
    events = [event_of(one, date(2022, 5, 1)) for one in with_events]
    notes = [note for note in examine(write_folder(tmp_path, people, events)).notes if note.code == "PE-C43"]
    assert [note.what.rpartition(": ")[2] for note in notes] == ([] if shown is None else [f"{shown}."])


def test_a_trial_that_names_no_link_says_nothing(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, crowd())
    path = folder / "protocol.toml"
    text = path.read_text(encoding="utf-8").replace('linked = "linked"\n', "")
    path.write_text(text.replace('quasi_identifiers = ["sex", "town"]\n', ""), encoding="utf-8")
    trial = load_trial(path)
    assert linked_by_arm(trial) == ()
    assert anonymity(trial) is None


@pytest.mark.parametrize("rare", [0, 7, 9])
def test_groups_of_people_alike_are_counted_as_by_brute_force(tmp_path: Path, rare: int) -> None:
    people = crowd()
    for number in range(rare):
        people[number]["town"] = "c"
    trial = load_trial(write_folder(tmp_path, people) / "protocol.toml")
    sizes = Counter((one["sex"], one["town"]) for one in people)
    in_small = sum(n for n in sizes.values() if n < 5)
    found = anonymity(trial)
    assert found is not None
    if 0 < in_small < 5:
        assert found.in_small_groups == Count(fewer_than=5)
        assert found.share_in_small_groups_percent is None
    else:
        assert found.in_small_groups == Count(n=in_small)
        assert found.share_in_small_groups_percent == round(100 * in_small / 120)
    smallest = min(sizes.values())
    assert found.smallest_group == (Count(n=smallest) if smallest >= 5 else Count(fewer_than=5))


def test_a_missing_value_is_a_value_to_be_known_by(tmp_path: Path) -> None:
    people = crowd()
    people[0]["town"] = ""
    found = anonymity(load_trial(write_folder(tmp_path, people) / "protocol.toml"))
    assert found is not None
    assert found.unique == Count(fewer_than=5)


@pytest.mark.parametrize(("alone", "in_pairs", "unique"), [(6, 0, 6), (6, 2, None), (6, 6, 6)])
def test_people_alone_with_their_values_are_hidden_where_the_rest_is_few(
    tmp_path: Path, alone: int, in_pairs: int, unique: int | None
) -> None:
    people = [{**one, "year": 1970} for one in crowd()]
    for number in range(alone + in_pairs):
        people[number]["year"] = 1980 + (number if number < alone else alone + (number - alone) // 2)
    column = 'year = { type = "integer", label = "Year", timing = "before_randomisation" }'
    folder = write_folder(tmp_path, people, columns=column)
    path = folder / "protocol.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('["sex", "town"]', '["year"]'), encoding="utf-8")
    found = anonymity(load_trial(path))
    assert found is not None
    assert found.in_small_groups.n == alone + in_pairs
    assert found.unique.n == unique


# ------------------------------------------------------------------------------ lag

SPRING = date(2022, 5, 2)


def test_lags_are_those_of_people_in_order(tmp_path: Path) -> None:
    """Of 20 lags 7, 14, ... 140 days, half are at most 70 days and nine in ten at most 126."""
    people = [person(number, "10"[number % 2]) for number in range(80)]
    treated, control = people[0::2][:20], people[1::2][:20]
    events = [event_of(one, SPRING, 7 * (place + 1)) for place, one in enumerate(treated)]
    events += [event_of(one, SPRING, 30) for one in control]
    (quarter,) = lag_by_quarter(load_trial(write_folder(tmp_path, people, events) / "protocol.toml"))
    assert (quarter.quarter, quarter.events) == ("2022 Q2", Count(n=40))
    assert quarter.weeks == {"mentors": (10, 18), "usual": (5, 5)}  # 30 days are in the fifth week


@pytest.mark.parametrize("few", [9, 10])
def test_a_lag_is_shown_where_both_arms_have_enough_events(tmp_path: Path, few: int) -> None:
    people = [person(number, "10"[number % 2]) for number in range(80)]
    events = [event_of(one, SPRING) for one in (*people[0::2][:30], *people[1::2][:few])]
    (quarter,) = lag_by_quarter(load_trial(write_folder(tmp_path, people, events) / "protocol.toml"))
    assert quarter.events == Count(n=30 + few)
    assert sorted(quarter.weeks) == (["mentors", "usual"] if few == 10 else [])


def test_many_events_of_few_people_are_hidden_like_few_events(tmp_path: Path) -> None:
    people = [person(number, "10"[number % 2]) for number in range(80)]
    one_person = [event_of(people[0], SPRING + timedelta(days=day)) for day in range(40)]
    autumn = [event_of(one, date(2022, 10, 3)) for one in people]
    winter = [event_of(one, date(2023, 1, 9)) for one in people[:50]]
    trial = load_trial(write_folder(tmp_path, people, one_person + autumn + winter) / "protocol.toml")
    shown = {item.quarter: item.events for item in lag_by_quarter(trial)}
    # the smaller of the others goes with it: otherwise the rows of the file would give it back
    assert shown == {"earlier": Count(), "2022 Q4": Count(n=80), "2023 Q1": Count()}


def test_quarters_beyond_the_months_of_the_dates_are_not_named(tmp_path: Path) -> None:
    people = [person(number, "10"[number % 2]) for number in range(80)]
    odd = [date(2022, 1, 20), date(2022, 4, 3), date(2023, 11, 5), date(2024, 2, 5)]
    events = [*(event_of(one, SPRING + timedelta(days=100)) for one in people)]
    events += [event_of(one, day) for one, day in zip(people, odd, strict=False)]
    found = examine(write_folder(tmp_path, people, events))
    offence = next(column for column in found.tables[1].columns if column.name == "offence")
    assert (offence.first, offence.last) == ("2022-08", "2022-08")
    assert [item.quarter for item in found.lag] == ["earlier", "2022 Q3", "later"]
    assert [str(item.events) for item in found.lag] == ["fewer than 5", "not shown", "fewer than 5"]
    for text in (as_text(found), as_json(found), as_html(found)):
        assert not any(quarter in text for quarter in ("2022 Q1", "2022 Q2", "2023 Q4", "2024 Q1"))


def test_offences_of_few_people_have_no_quarters(tmp_path: Path) -> None:
    people = [person(number, "10"[number % 2]) for number in range(80)]
    events = [event_of(people[number % 4], SPRING) for number in range(40)]
    assert lag_by_quarter(load_trial(write_folder(tmp_path, people, events) / "protocol.toml")) == ()


def test_events_that_are_not_decided_count_and_have_no_lag(tmp_path: Path) -> None:
    people = [person(number, "10"[number % 2]) for number in range(80)]
    events = [event_of(one, SPRING, 70 if place < 60 else None) for place, one in enumerate(people)]
    (quarter,) = lag_by_quarter(load_trial(write_folder(tmp_path, people, events) / "protocol.toml"))
    assert quarter.events == Count(n=80)
    assert quarter.weeks == {"mentors": (10, 10), "usual": (10, 10)}


def test_without_offences_there_are_no_quarters(tmp_path: Path) -> None:
    people = [person(number, "10"[number % 2]) for number in range(20)]
    assert lag_by_quarter(load_trial(write_folder(tmp_path, people) / "protocol.toml")) == ()
