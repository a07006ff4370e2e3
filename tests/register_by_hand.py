"""Reoffending measured by hand: one person at a time and one day at a time, with nothing but dates.

This is what `measure` is compared with. It follows the rules in the order in which they are written down,
knows no arrays, and shares no code with the package: custody is a set of days, and days are counted by
walking through them. People, events, custody and status are lists of small dicts, in the words of the
package. A key that a table does not have is a column that was not declared; None is a missing value.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

from primus_eval.definitions import Reoffending

Row = Mapping[str, Any]

DAY = timedelta(days=1)
STATUS_ORDER = ("death", "deportation", "emigration")
"""What comes first on one day."""

CLOCK_COLUMNS = {
    "release": "released_on",
    "randomisation": "randomised_on",
    "sentence": "sentenced_on",
    "community_start": "community_start_on",
}
TALLIED = (
    "counted",
    "undated",
    "pseudo_reconviction",
    "outside_window",
    "undecided",
    "decided_too_late",
    "after_leaving",
    "in_custody",
)
"""What can become of a candidate: an event of the kinds, sanctions and classes that are asked for."""


class Refused(Exception):
    """The data cannot be measured at all; `code` is that of the package's error."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The days of one person: start, first day after the nominal window, last resort, and deadline.

    `outer` is the first day after the longest that the window can last; `deadline` the first day on which
    a decision is too late, None without a lag.
    """

    start: date
    end: date
    outer: date
    deadline: date | None

    @property
    def nominal_days(self) -> int:
        return (self.end - self.start).days

    @property
    def complete_on(self) -> date:
        """The day before which the registers must have been read to the end."""
        return self.outer if self.deadline is None else max(self.outer, self.deadline)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What happened to one person around the window: custody, its end, and what ended observation."""

    clock: Clock
    locked: frozenset[date]
    end: date
    leaving: Row | None

    @property
    def stop(self) -> date:
        return self.end if self.leaving is None else min(self.end, self.leaving["date"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The outcome of one person who was not left out; None is a missing value."""

    event: bool
    reoffended: bool | None
    cause: str
    time_days: float
    n_events: int
    harm_days: float | None
    most_serious_harm_days: float | None
    custody_days: int | None
    exposure_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Everybody's outcome or reason, what became of each row of events, and how often each rule fired."""

    people: dict[str, Person] = field(default_factory=dict)
    excluded: dict[str, str] = field(default_factory=dict)
    fates: dict[int, str] = field(default_factory=dict)
    """Of the rows of people measured, by their position in the table."""
    fired: Counter[str] = field(default_factory=Counter)

    def tally(self, events: Sequence[Row], arms: Mapping[str, str]) -> dict[tuple[str, str], tuple[int, int]]:
        """Candidate rows and the people they are of, by what became of them and by arm."""
        of: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for row, fate in self.fates.items():
            if fate in TALLIED:
                person = events[row]["person"]
                of[fate, arms[person]].append(person)
        return {key: (len(ids), len(set(ids))) for key, ids in of.items()}


def measure_by_hand(
    people: Sequence[Row],
    events: Sequence[Row],
    custody: Sequence[Row] | None,
    status: Sequence[Row] | None,
    definition: Reoffending,
    *,
    data_cutoff: date | None,
    data_start: date | None = None,
) -> Result:
    """Measure reoffending of each person; `data_start` changes nothing here, only in `prior_by_hand`.

    A person with `in_population` False is left out first of all. Raises Refused (PE-C41) where maturity
    cannot be known.
    """
    if data_cutoff is None or any("randomised_on" not in person for person in people):
        raise Refused("PE-C41")
    of_person = grouped(events)
    locked_up, left = grouped(custody or ()), grouped(status or ())
    has_harm = any("harm_days" in row for row in events)
    result = Result()
    reasons = reasons_at_start(people, left, definition, data_cutoff, result.fired)
    for person in people:
        id_ = person["id"]
        reason = reasons[id_]
        if reason is None:
            course = course_of(person, locked_up[id_], left[id_], definition, data_cutoff)
            reason = left_out_in_window(course, definition)
            result.fired["two_on_one_day"] += is_tied(course, left[id_])
        if reason is not None:
            result.excluded[id_] = reason
            result.fired[reason] += 1
            continue
        rows = of_person[id_]
        fates = {row["row"]: fate_of(row, course, definition) for row in rows}
        result.fates.update(fates)
        counted = [row for row in rows if fates[row["row"]] == "counted"]
        result.people[id_] = outcome_of(
            course, counted, definition, has_harm=has_harm, has_custody=custody is not None
        )
        result.fired["locked_up_to_the_end"] += course.stop > data_cutoff and data_cutoff in course.locked
        result.fired.update(edges_of_randomisation(person, rows, left[id_], definition))
        result.fired["just_mature"] += course.clock.complete_on == data_cutoff + DAY
        result.fired.update(fates.values())
        result.fired.update(edges_of_events(rows, fates, course, definition, locked_up[id_]))
        result.fired.update(edges_of_person(course, counted, result.people[id_], definition, left[id_]))
        result.fired.update(edges_of_custody(locked_up[id_], definition))
    return result


def grouped(rows: Iterable[Row]) -> defaultdict[str, list[dict[str, Any]]]:
    """The rows of each person, with their position in the table under `row`."""
    of: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for position, row in enumerate(rows):
        of[row["person"]].append({**row, "row": position})
    return of


# Days ---------------------------------------------------------------------------------------------------


def months_later(day: date, months: int) -> date:
    """The same day of the month, so many months later or earlier; else that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@cache
def fewest_days(months: int) -> int:
    """The fewest days of a window of so many months, over all days of four years on which it may begin."""
    starts = [date(2001, 1, 1) + offset * DAY for offset in range(4 * 365 + 1)]
    return min((months_later(start, months) - start).days for start in starts)


def horizon_of(definition: Reoffending) -> int:
    if definition.window_days is not None:
        return definition.window_days
    return fewest_days(definition.window_months or 0)


def clock_of(start: date, definition: Reoffending) -> Clock:
    """The window that begins on this day."""
    extension = definition.street_extension_months or 0
    if definition.window_days is not None:
        end = start + definition.window_days * DAY
        outer = months_later(end, extension)
    else:
        months = definition.window_months or 0
        end, outer = months_later(start, months), months_later(start, months + extension)
    return Clock(start=start, end=end, outer=outer, deadline=deadline_of(start, outer, definition))


def deadline_of(start: date, outer: date, definition: Reoffending) -> date | None:
    lag = definition.decision_lag
    if lag is None:
        return None
    if lag.months_after_index is not None:
        return months_later(start, lag.months_after_index)
    if lag.days_after_window is not None:
        return outer + lag.days_after_window * DAY
    assert lag.calendar_years is not None
    return date(start.year + lag.calendar_years + 1, 1, 1)


def spells_of(rows: Iterable[Row], definition: Reoffending) -> list[tuple[date, date | None]]:
    """The spells that count, as they were recorded; None is a spell that goes on."""
    wanted = definition.custody_reasons
    return [
        (row["from_date"], row["to_date"])
        for row in rows
        if (not wanted or row.get("reason") in wanted)
        and (row["to_date"] is None or row["to_date"] > row["from_date"])
    ]


def days_in_custody(rows: Iterable[Row], definition: Reoffending, cutoff: date) -> frozenset[date]:
    days: set[date] = set()
    for first, after in spells_of(rows, definition):
        until = cutoff + DAY if after is None else after
        days.update(first + offset * DAY for offset in range((until - first).days))
    return frozenset(days)


def at_liberty(first: date, before: date, locked: frozenset[date]) -> int:
    """Days at liberty from the first day on, before the other."""
    return sum(first + offset * DAY not in locked for offset in range((before - first).days))


def window_end(clock: Clock, locked: frozenset[date], definition: Reoffending) -> date:
    """The first day after the window: of the calendar, or once enough days were spent at liberty."""
    if definition.custody == "calendar":
        return clock.end
    day, spent = clock.start, 0
    while day < clock.outer:
        spent += day not in locked
        day += DAY
        if spent == clock.nominal_days:
            return day
    return clock.outer


# Whom to leave out --------------------------------------------------------------------------------------


def start_of(person: Row, definition: Reoffending) -> date | None:
    """The first day of the clock, which does not start before randomisation."""
    start = person.get(CLOCK_COLUMNS[definition.clock_start])
    return None if start is None else max(start, person["randomised_on"])


def departures_that_count(person: Row, left: Iterable[Row]) -> list[Row]:
    """Without emigrations and deportations before randomisation: these people had come back."""
    return [row for row in left if row["kind"] == "death" or row["date"] >= person["randomised_on"]]


def reasons_at_start(
    people: Sequence[Row],
    left: Mapping[str, Sequence[Row]],
    definition: Reoffending,
    cutoff: date,
    fired: Counter[str],
) -> dict[str, str | None]:
    """Why each person is left out, for all reasons but those that lie in the window."""
    early = {
        person["id"]: reason_before_maturity(person, left[person["id"]], definition) for person in people
    }
    immature = {
        person["id"]
        for person in people
        if (start := start_of(person, definition)) is not None
        and clock_of(start, definition).complete_on > cutoff + DAY
    }
    barred = min(
        (person["randomised_on"] for person in people if is_barring(person, early, immature)), default=None
    )
    reasons: dict[str, str | None] = {}
    for person in people:
        id_ = person["id"]
        late = barred is not None and person["randomised_on"] >= barred
        reasons[id_] = early[id_] or ("not_mature" if late else None)
        if person.get("in_population") is False:
            reasons[id_] = "not_in_population"
        fired["mature_but_randomised_late"] += reasons[id_] == "not_mature" and id_ not in immature
        fired["immature_but_left_out_before"] += bool(early[id_]) and id_ in immature and not late
    return reasons


def is_barring(person: Row, early: Mapping[str, str | None], immature: set[str]) -> bool:
    return early[person["id"]] is None and person["id"] in immature


def reason_before_maturity(person: Row, left: Sequence[Row], definition: Reoffending) -> str | None:
    if person.get("excluded") is not None:
        return str(person["excluded"])
    if "linked" in person and person["linked"] is not True:
        return "not_linked"
    start = start_of(person, definition)
    if start is None:
        return "never_released" if definition.clock_start == "release" else "no_clock_start"
    before = first_status(row for row in departures_that_count(person, left) if row["date"] < start)
    if before is None:
        return None
    return "died_before_start" if before["kind"] == "death" else "left_before_start"


def first_status(rows: Iterable[Row]) -> Row | None:
    return min(rows, key=lambda row: (row["date"], STATUS_ORDER.index(row["kind"])), default=None)


def course_of(
    person: Row, spells: Sequence[Row], left: Sequence[Row], definition: Reoffending, cutoff: date
) -> Course:
    start = start_of(person, definition)
    assert start is not None  # those without were left out before
    clock = clock_of(start, definition)
    locked = days_in_custody(spells, definition, cutoff)
    end = window_end(clock, locked, definition)
    counting = departures_that_count(person, left)
    leaving = first_status(row for row in counting if start <= row["date"] < end)
    return Course(clock=clock, locked=locked, end=end, leaving=leaving)


def is_tied(course: Course, left: Sequence[Row]) -> bool:
    """Whether what ended observation had company on its day, so that the order of kinds decided."""
    day = None if course.leaving is None else course.leaving["date"]
    return len({row["kind"] for row in left if row["date"] == day}) > 1


def left_out_in_window(course: Course, definition: Reoffending) -> str | None:
    if course.leaving is None or getattr(definition, course.leaving["kind"]) != "exclude":
        return None
    return "died_in_window" if course.leaving["kind"] == "death" else "left_in_window"


# Which events count -------------------------------------------------------------------------------------


def no_candidate(row: Row, definition: Reoffending) -> str | None:
    """Why a row is not the kind of event that is asked for (rules a to f), None where it is."""
    class_ = row.get("offence_class")
    if row["kind"] not in definition.kinds:
        return "other_kind"
    if definition.sanctions and row.get("sanction") not in definition.sanctions:
        return "other_sanction"
    if (definition.classes and class_ not in definition.classes) or class_ in definition.classes_left_out:
        return "other_class"
    if definition.police_initiated == "leave_out" and row.get("police_initiated") is True:
        return "police_initiated"
    if definition.offences == "main_only" and row.get("main_offence") is not True:
        return "side_offence"
    small = definition.fine_below
    if small is None or row.get("sanction") != "fine" or (small.classes and class_ not in small.classes):
        return None
    amount = row.get("fine_amount")
    return "small_fine" if amount is not None and amount < small.amount else None


def used_date(row: Row, definition: Reoffending) -> date | None:
    return row[f"{definition.date_used}_date"]


def is_pseudo(row: Row, clock: Clock) -> bool:
    """Whether an offence before the start was decided after it, and in time."""
    offended, decided = row.get("offence_date"), row.get("decision_date")
    if offended is None or decided is None:
        return False
    return offended < clock.start <= decided < (clock.deadline or clock.outer)


def fate_of(row: Row, course: Course, definition: Reoffending) -> str:
    """What becomes of a row: `counted`, or the first rule that it fails."""
    other = no_candidate(row, definition)
    if other is not None:
        return other
    day = used_date(row, definition)
    if day is None:
        return "undated"
    if definition.pseudo_reconvictions == "drop" and is_pseudo(row, course.clock):
        return "pseudo_reconviction"
    if not course.clock.start <= day < course.end:
        return "outside_window"
    if course.clock.deadline is not None and row.get("decision_date") is None:
        return "undecided"
    if course.clock.deadline is not None and row["decision_date"] >= course.clock.deadline:
        return "decided_too_late"
    if course.leaving is not None and day > course.leaving["date"]:
        return "after_leaving"
    if definition.offences_in_custody == "leave_out" and day in course.locked:
        return "in_custody"
    return "counted"


# What is said of a person -------------------------------------------------------------------------------


def outcome_of(
    course: Course, counted: Sequence[Row], definition: Reoffending, *, has_harm: bool, has_custody: bool
) -> Person:
    """The outcome of one person, from the events that count."""
    clock, leaving = course.clock, course.leaving
    first = min((day_of(row, definition) for row in counted), default=None)
    if first is not None:
        until = first
    elif leaving is not None:
        until = leaving["date"]
    else:
        until = course.end
    street = definition.custody == "street"
    days = at_liberty(clock.start, until, course.locked) if street else (until - clock.start).days
    reoffended, cause = verdict(first is not None, leaving, definition, whole=days == clock.nominal_days)
    harms = [row["harm_days"] for row in counted if row.get("harm_days") is not None]
    exposure = (course.stop - clock.start).days
    return Person(
        event=first is not None,
        reoffended=reoffended,
        cause=cause,
        time_days=min(days, horizon_of(definition)) or 0.5,
        n_events=units(counted, definition),
        harm_days=sum(harms, 0.0) if has_harm else None,
        most_serious_harm_days=max(harms, default=0.0) if has_harm else None,
        custody_days=exposure - at_liberty(clock.start, course.stop, course.locked) if has_custody else None,
        exposure_days=exposure,
    )


def verdict(
    event: bool, leaving: Row | None, definition: Reoffending, *, whole: bool
) -> tuple[bool | None, str]:
    """Whether the person reoffended (None: unknown), and what came before it if anything did."""
    if event:
        return True, ""
    if leaving is not None:
        competes = getattr(definition, leaving["kind"]) == "compete"
        return (False, leaving["kind"]) if competes else (None, "")
    return (False if definition.custody == "calendar" or whole else None), ""


def day_of(row: Row, definition: Reoffending) -> date:
    day = used_date(row, definition)
    assert day is not None  # an undated row is never counted
    return day


def units(rows: Sequence[Row], definition: Reoffending) -> int:
    """How many things were counted: rows, decisions, cases or days; a row without an id stands alone."""
    if definition.counting_unit == "offence":
        return len(rows)
    if definition.counting_unit == "incident_day":
        return len({used_date(row, definition) for row in rows})
    ids = [row.get(definition.counting_unit) for row in rows]
    return len({id_ for id_ in ids if id_ is not None}) + sum(id_ is None for id_ in ids)


# Backwards ----------------------------------------------------------------------------------------------


def prior_by_hand(
    people: Sequence[Row],
    events: Sequence[Row],
    definition: Reoffending,
    *,
    months: int,
    data_start: date | None = None,
) -> dict[str, int | None]:
    """What each person had done in the months before randomisation, in counting units; None: not known.

    Raises Refused (PE-C47) where the registers do not reach back so far for somebody.
    """
    of_person = grouped(events)
    found: dict[str, int | None] = {}
    for person in people:
        if "linked" in person and person["linked"] is not True:
            found[person["id"]] = None
            continue
        until = person["randomised_on"]
        since = months_later(until, -months)
        if data_start is not None and since < data_start:
            raise Refused("PE-C47")
        rows = [row for row in of_person[person["id"]] if no_candidate(row, definition) is None]
        days = [used_date(row, definition) for row in rows]
        inside = [
            row
            for row, day in zip(rows, days, strict=True)
            if day is not None and since <= day < until and (row.get("decision_date") or since) < until
        ]
        found[person["id"]] = units(inside, definition)
    return found


# Which edges a register touches, so that a comparison cannot pass for want of them ---------------------


def edges_of_events(
    rows: Sequence[Row],
    fates: Mapping[int, str],
    course: Course,
    definition: Reoffending,
    spells: Sequence[Row],
) -> Iterable[str]:
    clock = course.clock
    recorded = spells_of(spells, definition)
    firsts, afters = {first for first, _ in recorded}, {after for _, after in recorded if after is not None}
    dropped: list[date] = []
    counted: list[date] = []
    for row in rows:
        day, fate = used_date(row, definition), fates[row["row"]]
        if day is None or fate not in TALLIED:
            continue
        (counted if fate == "counted" else dropped).append(day)
        touched = {
            "on_the_first_day": day == clock.start,
            "the_day_before": day == clock.start - DAY,
            "on_the_last_day": day == course.end - DAY,
            "the_day_after": day == course.end,
            "on_the_first_day_of_a_spell": day in firsts,
            "on_the_last_day_of_a_spell": day + DAY in afters,
            "on_the_day_a_spell_ends": day in afters and day not in course.locked,
            "on_the_day_of_leaving": course.leaving is not None and day == course.leaving["date"],
            "fine_of_unknown_amount": row.get("sanction") == "fine" and row.get("fine_amount") is None,
            "pseudo_counted": fate == "counted" and is_pseudo(row, clock),
        }
        if clock.deadline is not None and row.get("decision_date") is not None:
            touched["decided_on_the_deadline"] = row["decision_date"] == clock.deadline
            touched["decided_the_day_before_it"] = row["decision_date"] == clock.deadline - DAY
        yield from (name for name, is_so in touched.items() if is_so)
    if counted and any(clock.start <= day < min(counted) for day in dropped):
        yield "first_after_filters"


def edges_of_person(
    course: Course,
    counted: Sequence[Row],
    person: Person,
    definition: Reoffending,
    left: Sequence[Row],
) -> Iterable[str]:
    clock = course.clock
    leaving_days = [row["date"] for row in left]
    without = course.leaving is not None and not person.event
    street = definition.custody == "street"
    touched = {
        "no_such_day": definition.window_months is not None and clock.end.day != clock.start.day,
        "longer_than_the_horizon": clock.nominal_days > horizon_of(definition),
        "half_a_day": person.time_days == 0.5,
        "competes": person.cause != "",
        "censors": without and person.cause == "",
        "left_on_the_first_day": clock.start in leaving_days,
        "left_on_the_last_day": course.end - DAY in leaving_days,
        "left_the_day_after": course.end in leaving_days,
        "several_in_one_unit": person.n_events < len(counted),
        "street_extended": street and course.end > clock.end,
        "street_not_reached": street and course.leaving is None and person.reoffended is None,
    }
    yield from (name for name, is_so in touched.items() if is_so)


def edges_of_randomisation(
    person: Row, rows: Sequence[Row], left: Sequence[Row], definition: Reoffending
) -> Iterable[str]:
    """What lies before randomisation and is passed over because of it."""
    randomised, start = person["randomised_on"], person[CLOCK_COLUMNS[definition.clock_start]]
    candidates = [row for row in rows if no_candidate(row, definition) is None]
    used = [used_date(row, definition) for row in candidates]
    if start < randomised:
        yield "clock_waits_for_randomisation"
        yield from ("offence_while_it_waits" for day in used if day is not None and start <= day < randomised)
    yield from ("back_before_randomisation" for row in left if row["date"] < randomised)


def edges_of_custody(rows: Sequence[Row], definition: Reoffending) -> Iterable[str]:
    for row in rows:
        if row["to_date"] is None:
            yield "open_spell"
        elif row["to_date"] <= row["from_date"]:
            yield "reversed_spell"
        elif definition.custody_reasons and row.get("reason") not in definition.custody_reasons:
            yield "spell_for_another_reason"
    closed = sorted((first, after) for first, after in spells_of(rows, definition) if after is not None)
    for (_, after), (following, _) in pairwise(closed):
        if following <= after:
            yield "touching_spells" if following == after else "overlapping_spells"
