"""Weeks, days and contacts of a programme, person by person and day by day: plain loops over dates."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from process_trials import drawn_trial

from primus_eval.estimators.process import process_exhibits
from primus_eval.findings import Exhibit
from primus_eval.trial import Trial

PEOPLE = 300
BEFORE, AFTER = 8, 52


@dataclass(frozen=True)
class Person:
    """What the tables say of one person, in dates."""

    treated: bool
    randomised: date
    released: date | None
    planned: date | None
    custody: tuple[tuple[date, date], ...]
    gone: date | None
    contacts: tuple[date, ...]
    """Contacts held that count, on whatever day."""
    matches: tuple[tuple[date, date, int], ...]
    """First day, end and mentor of each match."""

    @property
    def release(self) -> date | None:
        return self.released or self.planned

    def is_contactable(self, day: date, cutoff: date) -> bool:
        if self.released is None or day > cutoff or day < self.randomised:
            return False
        in_window = self.released <= day < self.released + timedelta(days=7 * AFTER)
        here = self.gone is None or day < self.gone
        return in_window and here and not any(begin <= day < end for begin, end in self.custody)

    def is_planned(self, day: date, cutoff: date) -> bool:
        if self.release is None or day < self.randomised or day > cutoff:
            return False
        begin = self.release - timedelta(days=7 * BEFORE)
        return begin <= day < self.release + timedelta(days=7 * AFTER)


def read(trial: Trial) -> tuple[list[Person], date]:
    """Read the people of a trial cell by cell."""
    cutoff = trial.protocol.data.data_cutoff or date.max - timedelta(days=1)
    custody: dict[int, list[tuple[date, date]]] = {}
    for row in trial.custody.itertuples():  # type: ignore[union-attr]
        end = (
            cutoff + timedelta(days=1)
            if row.to_day is None or row.to_day != row.to_day
            else row.to_day.date()
        )
        custody.setdefault(row.person, []).append((row.from_day.date(), end))
    people: list[Person] = []
    gone: dict[int, list[date]] = {}
    for row in trial.status.itertuples():  # type: ignore[union-attr]
        if row.what in ("death", "emigration"):
            gone.setdefault(row.person, []).append(row.day.date())
    contacts: dict[int, list[date]] = {}
    for row in trial.tables["contacts"].itertuples():
        if row.held and row.mode != "text" and row.day == row.day:
            contacts.setdefault(row.person, []).append(row.day.date())
    matches: dict[int, list[tuple[date, date, int]]] = {}
    for row in trial.tables["matches"].itertuples():
        end = row.end.date() if row.end == row.end else cutoff + timedelta(days=1)
        matches.setdefault(row.person, []).append((row.begin.date(), end, int(row.mentor)))
    for number, row in enumerate(trial.participants.itertuples()):
        begun = row.randomised.date()
        left = [day for day in gone.get(number, []) if day >= begun]
        people.append(
            Person(
                treated=row.arm == "mentors",
                randomised=begun,
                released=row.released.date() if row.released == row.released else None,
                planned=row.planned_release.date() if row.planned_release == row.planned_release else None,
                custody=tuple(custody.get(number, [])),
                gone=min(left, default=None),
                contacts=tuple(day for day in contacts.get(number, []) if begun <= day <= cutoff),
                matches=tuple(each for each in matches.get(number, []) if begun <= each[0] <= cutoff),
            )
        )
    return people, cutoff


def days(begin: date, n: int) -> list[date]:
    return [begin + timedelta(days=number) for number in range(n)]


def state_of(person: Person, week: int, cutoff: date) -> str:
    """Where a person was in a week from release, by the rules said in words."""
    if person.release is None:
        return "not_yet_observed"
    whole = days(person.release + timedelta(days=7 * week), 7)
    if whole[0] < person.randomised or whole[-1] > cutoff:
        return "not_yet_observed"
    free = [day for day in whole if person.is_contactable(day, cutoff)]
    away = [day for day in whole if person.gone is not None and day >= person.gone]
    if len(free) >= 4:
        return "in_contact" if set(free) & set(person.contacts) else "free_no_contact"
    return "dead_or_abroad" if len(away) >= 7 - len(free) - len(away) else "custody"


@pytest.fixture(scope="module", params=[date(2022, 12, 31), date(2021, 2, 28), None])
def drawn(request: pytest.FixtureRequest) -> tuple[list[Person], date, dict[str, Exhibit]]:
    """A drawn trial, with data to the end, with data that end in the middle, and without a cut-off."""
    trial = drawn_trial(PEOPLE, seed=7, cutoff=request.param)
    people, cutoff = read(trial)
    offered = [person for person in people if person.treated]
    return offered, cutoff, {exhibit.id: exhibit for exhibit in process_exhibits(trial, {})}


def main_row(exhibits: dict[str, Exhibit], indicator: str) -> dict[str, Any]:
    rows = [row for row in exhibits["indicators"].records() if row["indicator"] == indicator]
    return next(row for row in rows if row["breakdown"] == "")


def test_dose_per_planned_and_per_contactable_week(drawn: Any) -> None:
    offered, cutoff, exhibits = drawn
    planned = contactable = in_plan = while_contactable = 0
    for person in offered:
        start = (person.release or person.randomised) - timedelta(days=7 * BEFORE)
        for day in days(start, 7 * (BEFORE + AFTER)):
            planned += person.is_planned(day, cutoff)
            contactable += person.is_contactable(day, cutoff)
            in_plan += person.contacts.count(day) * person.is_planned(day, cutoff)
            while_contactable += person.contacts.count(day) * person.is_contactable(day, cutoff)
    by_plan = main_row(exhibits, "contacts_per_planned_week")
    by_chance_to_meet = main_row(exhibits, "contacts_per_contactable_week")
    assert (by_plan["numerator"], by_chance_to_meet["numerator"]) == (in_plan, while_contactable)
    assert by_plan["denominator"] == pytest.approx(planned / 7, rel=1e-12)
    assert by_chance_to_meet["denominator"] == pytest.approx(contactable / 7, rel=1e-12)
    assert by_plan["estimate"] == pytest.approx(7 * in_plan / planned, rel=1e-12)
    assert by_plan["people"] == by_chance_to_meet["people"] == len(offered)
    assert 0 < while_contactable < in_plan and contactable < planned


def test_states_of_every_week_and_weeks_with_contact(drawn: Any) -> None:
    offered, cutoff, exhibits = drawn
    met = free = 0
    rows = exhibits["exposure_states"].records()
    assert [row["week"] for row in rows] == list(range(-BEFORE, AFTER))
    for row in rows:
        states = Counter(state_of(person, row["week"], cutoff) for person in offered)
        assert {state: row[state] for state in row if state != "week"} == {
            state: states[state] for state in row if state != "week"
        }
        met += states["in_contact"]
        free += states["in_contact"] + states["free_no_contact"]
        assert sum(states.values()) == len(offered)
    regular = main_row(exhibits, "regular_weeks")
    assert (regular["numerator"], regular["denominator"]) == (met, free)


def test_exposure_and_blocks(drawn: Any) -> None:
    offered, cutoff, exhibits = drawn

    def in_week(person: Person, week: int) -> int | None:
        """Contacts in a week, None where it is not observed."""
        if state_of(person, week, cutoff) == "not_yet_observed" or person.release is None:
            return None
        return sum(day in person.contacts and person.contacts.count(day) for day in _week(person, week))

    def _week(person: Person, week: int) -> list[date]:
        assert person.release is not None
        return days(person.release + timedelta(days=7 * week), 7)

    mean = 0.0
    rows = {row["week"]: row for row in exhibits["exposure"].records()}
    for week in range(-BEFORE, AFTER):
        seen = [person for person in offered if in_week(person, week) is not None]
        assert (week in rows) == bool(seen)
        if not seen:
            continue
        mean += sum(in_week(person, week) or 0 for person in seen) / len(seen)
        so_far = sorted(
            sum(in_week(person, each) or 0 for each in range(-BEFORE, week + 1)) for person in seen
        )
        assert rows[week]["people"] == len(seen)
        assert rows[week]["mean_cumulative"] == pytest.approx(mean, rel=1e-12)
        assert rows[week]["low25"] == so_far[-(-len(seen) // 4) - 1]
        assert rows[week]["high75"] == so_far[-(-3 * len(seen) // 4) - 1]
    for block in range(1, AFTER // 4 + 1):
        weeks = range(4 * (block - 1), 4 * block)
        counts = [[in_week(person, week) for week in weeks] for person in offered]
        totals = [sum(each) for each in counts if None not in each]  # type: ignore[arg-type]
        levels = Counter("0" if n == 0 else "1" if n == 1 else "2_3" if n < 4 else "4_more" for n in totals)
        found = {
            row["level"]: row["people"]
            for row in exhibits["contact_blocks"].records()
            if row["block"] == block
        }
        assert found == {level: levels[level] for level in ("0", "1", "2_3", "4_more")}


def test_first_gap_and_contact_in_new_custody(drawn: Any) -> None:
    """A gap is over on the 28th day after release, match or the last contact, whichever is latest."""
    offered, cutoff, exhibits = drawn
    matched = gaps = contacts = in_custody = 0
    for person in offered:
        if person.released is None:
            continue
        end = person.released + timedelta(days=7 * AFTER)
        for day in days(person.released, 7 * AFTER):
            here = person.gone is None or day < person.gone
            inside = any(begin <= day < stop for begin, stop in person.custody)
            if day >= person.randomised and day <= cutoff and here and inside:
                in_custody += 1
                contacts += person.contacts.count(day)
        first = min((begin for begin, _, _ in person.matches), default=None)
        planned_end = min(end, cutoff + timedelta(days=1))
        meetable_until = min(planned_end, person.gone or planned_end)
        if (
            first is None
            or first >= meetable_until
            or max(person.released, person.randomised) >= meetable_until
        ):
            continue
        matched += 1
        start = max(person.released, person.randomised, first)
        waited = 0
        for day in days(start, 7 * AFTER + 1):
            if day > start and day in person.contacts:
                if waited == 28 and day <= planned_end:
                    gaps += 1
                    break
                waited = 0
            elif waited == 28:
                gaps += day <= planned_end
                break
            if day >= planned_end or not person.is_contactable(day, cutoff):
                break
            waited += 1
    row = main_row(exhibits, "first_gap")
    assert row["denominator"] == matched
    assert row["numerator"] == gaps > 0
    kept = main_row(exhibits, "contact_in_custody")
    assert kept["numerator"] == contacts > 0
    assert kept["denominator"] == pytest.approx(in_custody / 7, rel=1e-12)


def test_months_add_up_to_the_whole(drawn: Any) -> None:
    """Charts by month count the same contacts and weeks, of the months that the data reach the end of."""
    offered, cutoff, exhibits = drawn
    for indicator, counts in (
        ("contacts_per_planned_week", Person.is_planned),
        ("contacts_per_contactable_week", Person.is_contactable),
    ):
        weeks, contacts = Counter[str](), Counter[str]()
        for person in offered:
            start = (person.release or person.randomised) - timedelta(days=7 * BEFORE)
            for day in days(start, 7 * (BEFORE + AFTER)):
                if counts(person, day, cutoff):
                    weeks[f"{day:%Y-%m}"] += 1
                    contacts[f"{day:%Y-%m}"] += person.contacts.count(day)
        rows = exhibits[f"run_chart/{indicator}"].records()
        assert len(rows) > 12
        for row in rows:
            assert row["denominator"] == pytest.approx(weeks[row["month"]] / 7, rel=1e-9)
            assert row["numerator"] == contacts[row["month"]]
        assert max(row["month"] for row in rows) <= f"{cutoff:%Y-%m}"


def test_matches_and_days_with_two_mentors(drawn: Any) -> None:
    offered, cutoff, exhibits = drawn
    with_any = with_two = 0
    for person in offered:
        last = date.max if person.release is None else person.release + timedelta(days=7 * AFTER)
        last = min(last, cutoff + timedelta(days=1))
        spells = [(begin, min(end, last), mentor) for begin, end, mentor in person.matches]
        known = [spell for spell in spells if spell[1].year < 3000]
        start = min((begin for begin, _, _ in known), default=None)
        for day in days(start, 900) if start else []:
            mentors = {mentor for begin, end, mentor in known if begin <= day < end}
            with_any += bool(mentors)
            with_two += len(mentors) > 1
    row = main_row(exhibits, "all_mentors")
    assert (row["numerator"], row["denominator"]) == pytest.approx((with_two / 7, with_any / 7), rel=1e-12)
    assert with_two > 0
    row = main_row(exhibits, "matched")
    assert (row["numerator"], row["denominator"]) == (sum(bool(p.matches) for p in offered), len(offered))
    assert row["target"] == 1


def test_large_trials_take_no_loop_over_people() -> None:
    """Twenty thousand people with half a million contacts; seconds would do for a hundred thousand."""
    trial = drawn_trial(20_000, seed=3)
    exhibits = {each.id: each for each in process_exhibits(trial, {})}
    rows = exhibits["exposure_states"].rows
    assert {sum(row[1:]) for row in rows} == {int(np.count_nonzero(trial.treated))}
