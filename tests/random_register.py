"""Registers in which everything happens that a rule of measuring is about, far more often than in life.

Two thousand people, drawn from a seed. Most of what they do lies on an edge: the day of release and the
day before, the last day of a window and the one after, deadlines, first and last days of custody, the day
of a death. `write_folder` writes such a register as a delivery: four tables and a protocol.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from register_by_hand import (
    CLOCK_COLUMNS,
    DAY,
    Clock,
    clock_of,
    days_in_custody,
    months_later,
    start_of,
    window_end,
)

from primus_eval.definitions import PRESETS, Reoffending

CUTOFF = date(2019, 12, 31)
DATA_START = date(2008, 1, 1)
LOOK_BACK_MONTHS = (12, 24)
POPULATION = "region_a"
DECLARED_REASON = "withdrew"

LEAVE_OUT: dict[str, Any] = {"offences_in_custody": "leave_out"}
STREET: dict[str, Any] = {
    **LEAVE_OUT,
    "custody": "street",
    "street_extension_months": 12,
    "decision_lag": {"days_after_window": 180},
}
PRESET_DEFINITIONS: dict[str, dict[str, Any]] = {
    f"{name}_{rule}{'_official' if official else ''}": {
        "preset": name,
        **({"official": True} if official else {}),
        **replaced,
    }
    for name in ("dk_dst", "uk_proven_1y")
    for rule, replaced in (("count", {}), ("leave_out", LEAVE_OUT), ("street", STREET))
    for official in ((False, True) if PRESETS[name].official else (False,))
}
"""Both complete presets under every custody rule that they can have, and with official rules if there are."""

OWN_DEFINITIONS: dict[str, dict[str, Any]] = {
    "own_decisions": {
        "clock_start": "randomisation",
        "kinds": ["arrest", "charge", "caution", "conviction", "sentence"],
        "sanctions": ["imprisonment", "fine"],
        "date_used": "decision",
        "pseudo_reconvictions": "count",
        "police_initiated": "leave_out",
        "counting_unit": "decision",
        "window_days": 365,
        "deportation": "compete",
        "emigration": "exclude",
    },
    "own_decisions_without_pseudo": {
        "kinds": ["decision", "conviction"],
        "date_used": "decision",
        "counting_unit": "decision",
        "window_months": 48,
        "death": "exclude",
        "emigration": "compete",
    },
    "own_cases": {
        "clock_start": "sentence",
        "kinds": ["decision", "conviction", "sentence"],
        "classes": ["traffic", "violence"],
        "offences": "main_only",
        "counting_unit": "case",
        "window_months": 12,
        "decision_lag": {"months_after_index": 15},
        "custody_reasons": ["sentence", "recall"],
        "offences_in_custody": "leave_out",
        "death": "censor",
    },
    "own_short_street": {
        "clock_start": "community_start",
        "kinds": ["arrest", "caution", "conviction", "sentence", "technical_return"],
        "classes_left_out": ["theft"],
        "fine_below": {"amount": 1000, "currency": "DKK"},
        "counting_unit": "incident_day",
        "window_months": 1,
        "custody": "street",
        "street_extension_months": 1,
        "offences_in_custody": "leave_out",
        "custody_reasons": ["sentence", "remand", "hold"],
        "deportation": "exclude",
    },
    "own_street_of_days": {
        "kinds": ["decision", "conviction"],
        "window_days": 400,
        "custody": "street",
        "street_extension_months": 6,
        "decision_lag": {"days_after_window": 0},
        "offences_in_custody": "leave_out",
    },
}
"""The trial's own definitions, for the rules that no preset uses."""

DEFINITIONS = PRESET_DEFINITIONS | OWN_DEFINITIONS

ARMS = {"1": "mentors", "0": "usual"}
KINDS = {
    "A": "arrest",
    "G": "charge",
    "C": "caution",
    "D": "decision",
    "V": "conviction",
    "S": "sentence",
    "I": "custody",
    "T": "technical_return",
    "O": "other",
}
CLASSES = {"26": "traffic", "12": "violence", "13": "theft"}
SANCTIONS = {"1": "imprisonment", "2": "suspended_imprisonment", "3": "community_sentence", "4": "fine"}
REASONS = {"S": "sentence", "R": "remand", "H": "hold", "C": "recall"}
STATUS_CODES = {"D": "death", "P": "deportation", "E": "emigration"}
FINES = (None, 500.0, 999.5, 1000.0, 2499.99, 2500.0, 2500.01, 9000.0)
HARMS = (None, 0.0, 0.5, 1.0, 10.0, 365.0, 1825.25)
"""Halves and quarters: their sums are exact in any order."""

Row = dict[str, Any]


@cache
def definition_of(name: str) -> Reoffending:
    """A definition of DEFINITIONS."""
    return Reoffending.model_validate(DEFINITIONS[name])


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """People and what the registers say of them, as `measure_by_hand` takes them."""

    people: list[Row]
    events: list[Row]
    custody: list[Row]
    status: list[Row]


class Dice:
    """Draws from one stream."""

    def __init__(self, seed: int) -> None:
        self.stream = np.random.Generator(np.random.Philox(seed))

    def below(self, n: int) -> int:
        return int(self.stream.integers(n))

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + self.below(high - low + 1)

    def chance(self, proportion: float) -> bool:
        return bool(self.stream.random() < proportion)

    def one_of(self, values: Sequence[Any]) -> Any:
        return values[self.below(len(values))]

    def day(self, first: date, last: date) -> date:
        return first + self.between(0, (last - first).days) * DAY


def random_register(seed: int, *, n_people: int = 2000) -> Register:
    """Draw a register. The same seed gives the same people."""
    dice = Dice(seed)
    people = [_ordinary_person(dice) for _ in range(n_people - 60)]
    for edge, person in zip(_edge_people(dice), people, strict=False):
        _move(person, edge)
    people += [_too_late_anyway(dice, number) for number in range(60)]
    dice.stream.shuffle(people)
    register = Register(people=[], events=[], custody=[], status=[])
    for number, person in enumerate(people):
        person = {"id": f"p{number:04d}", "arm": dice.one_of(list(ARMS.values())), **person}
        person["in_population"] = person["region"] == "a"
        register.people.append(person)
        _add_life(register, person, dice)
    for table in (register.people, register.events, register.custody, register.status):
        dice.stream.shuffle(table)
    return register


# People -------------------------------------------------------------------------------------------------


def _ordinary_person(dice: Dice) -> Row:
    """Somebody randomised while there was time; one in ten so late that it bites for some definitions."""
    year = dice.below(20)
    if year < 18:
        randomised = dice.day(date(2010, 1, 1), date(2014, 12, 31))
    elif year < 19:
        randomised = dice.day(date(2015, 1, 1), date(2017, 12, 31))
    else:
        randomised = dice.day(date(2018, 1, 1), date(2019, 8, 31))
    wait = dice.between(0, 120) * DAY
    if dice.chance(0.04):
        randomised = date(2012, 2, 29)
    elif dice.chance(0.04):
        randomised = date(2012, 2, 29) - wait
    return {
        "region": dice.one_of("aaab"),
        "randomised_on": randomised,
        "released_on": _start_about(randomised, wait, dice, long_before=0.08),
        "sentenced_on": _start_about(randomised, dice.between(-60, 60) * DAY, dice, long_before=0.3),
        "community_start_on": _start_about(randomised, dice.between(0, 60) * DAY, dice, long_before=0.1),
        "linked": dice.one_of((False, False, None)) if dice.chance(0.05) else True,
        "excluded": DECLARED_REASON if dice.chance(0.03) else None,
    }


def _start_about(randomised: date, wait: timedelta, dice: Dice, *, long_before: float) -> date | None:
    """The day on which a clock would start: mostly so long after randomisation, for some long before it."""
    if dice.chance(0.03):
        return None
    if dice.chance(long_before):
        return randomised - dice.one_of((1, 1, 30, 365, 366, 900)) * DAY
    return randomised + wait


def _edge_people(dice: Dice) -> list[Row]:
    """For each definition people around the last day that is early enough for it, in three sorts.

    Some start on just that day; a few start a day too late, and were randomised before many who start in
    time but are left out with them. Those few are of the other region: whoever looked for the first of
    them in region a alone would find too late a day.
    """
    edges = []
    presets = _last_mature_days(tuple(PRESET_DEFINITIONS))
    for column, last in (*presets, *_last_mature_days(tuple(OWN_DEFINITIONS))):
        share = 3 if (column, last) in presets else 1
        sorts = (
            ("a", last, 150, 200, 14 * share),
            ("b", last + DAY, 130, 145, 2 * share),
            ("a", last, 5, 125, 9 * share),
        )
        for region, clock, shortest, longest, n in sorts:
            for _ in range(n):
                wait = 0 if column == "randomised_on" else dice.between(shortest, longest)
                edges.append(
                    {
                        "region": region,
                        "randomised_on": clock - wait * DAY,
                        "linked": True,
                        "excluded": None,
                        column: clock,
                    }
                )
    return edges


def _move(person: Row, edge: Row) -> None:
    """Put a person on an edge; what else happened to them moves along."""
    shift = edge["randomised_on"] - person["randomised_on"]
    for column in ("released_on", "sentenced_on", "community_start_on"):
        if person[column] is not None:
            person[column] = min(person[column] + shift, CUTOFF)
    person.update(edge)


@cache
def _last_mature_days(names: tuple[str, ...]) -> list[tuple[str, date]]:
    """For each of these definitions the column of its clock, and the last day whose follow-up is complete."""
    found = set()
    for name in names:
        definition, day = definition_of(name), CUTOFF
        while clock_of(day, definition).complete_on > CUTOFF + DAY:
            day -= DAY
        found.add((CLOCK_COLUMNS[definition.clock_start], day))
    return sorted(found)


def _too_late_anyway(dice: Dice, number: int) -> Row:
    """Randomised early and released too late, but left out for another reason, so that nobody waits."""
    randomised = dice.day(date(2010, 1, 1), date(2014, 12, 31))
    late = dice.day(date(2019, 12, 10), date(2019, 12, 31))
    return {
        "region": "a",
        "randomised_on": randomised,
        "released_on": late,
        "sentenced_on": late,
        "community_start_on": late,
        "linked": number % 2 == 0,
        "excluded": DECLARED_REASON if number % 2 == 0 else None,
    }


# What they did ------------------------------------------------------------------------------------------


def _add_life(register: Register, person: Row, dice: Dice) -> None:
    """Draw custody, status and events of one person around the edges of some definitions."""
    spells = _spells(person, dice)
    focus = [definition_of(dice.one_of(list(PRESET_DEFINITIONS))) for _ in range(2)]
    focus.append(definition_of(dice.one_of(list(OWN_DEFINITIONS))))
    clocks = [
        (clock, window_end(clock, days_in_custody(spells, definition, CUTOFF), definition))
        for definition in focus
        if (start := start_of(person, definition)) is not None
        for clock in [clock_of(start, definition)]
    ]
    left = _status(person, clocks, dice)
    register.custody.extend(spells)
    register.status.extend(left)
    register.events.extend(_events(person, clocks, spells, left, dice))


def _spells(person: Row, dice: Dice) -> list[Row]:
    start = _some_start(person, dice)
    drawn: list[tuple[date, date | None]] = []
    if start > CUTOFF - 1500 * DAY and dice.chance(0.9):
        drawn.append((CUTOFF - dice.between(0, 20) * DAY, None))  # may go on beyond the last day of a window
    elif dice.chance(0.35):
        return []
    if dice.chance(0.05):
        drawn.append((start - dice.between(0, 3) * DAY, start + dice.between(1100, 1500) * DAY))
    elif dice.chance(0.12):
        begin = start + dice.between(0, 60) * DAY
        drawn.append((begin, begin + dice.between(300, 900) * DAY))
    for _ in range(dice.between(1, 5)):
        drawn.append(_spell(drawn, start, dice))
    recorded = [(first, after) for first, after in drawn if first <= CUTOFF]
    return [
        {
            "person": person["id"],
            "from_date": first,
            "to_date": None if after is None or after > CUTOFF else after,
            "reason": None if dice.chance(0.1) else dice.one_of(list(REASONS.values())),
        }
        for first, after in recorded
    ]


def _spell(earlier: Sequence[tuple[date, date | None]], start: date, dice: Dice) -> tuple[date, date | None]:
    """A spell: touching or overlapping an earlier one, across the clock's start, reversed, open, or plain."""
    shape = dice.below(12)
    length = dice.between(1, 90) * DAY
    ends = [after for _, after in earlier if after is not None]
    if shape < 2 and ends:
        first = dice.one_of(ends)
    elif shape == 2 and ends:
        first = dice.one_of(ends) - dice.between(1, 20) * DAY
    elif shape in (3, 4):
        first = start - dice.between(0, 30) * DAY
        length = (start - first) + dice.between(-1, 2) * DAY
    elif shape == 5:
        first, length = start + dice.between(-30, 800) * DAY, -dice.between(0, 20) * DAY
    elif shape == 6 and dice.chance(0.5):
        return start + dice.between(300, 1500) * DAY, None
    elif shape == 7:
        first, length = months_later(start, dice.one_of((12, 24))) - dice.between(0, 3) * DAY, 3 * DAY
    else:
        first = start + dice.between(0, 800) * DAY
    return first, first + length


def _status(person: Row, clocks: Sequence[tuple[Clock, date]], dice: Dice) -> list[Row]:
    """Nothing for most; for others a death or a departure, some on edges, some two on a day."""
    rows: list[Row] = []
    if not clocks or not dice.chance(0.45):
        return rows
    randomised = person["randomised_on"]
    for _ in range(dice.one_of((1, 1, 1, 2))):
        clock, end = dice.one_of(clocks)
        day = dice.one_of(
            (
                *2 * [randomised - dice.one_of((1, 1, 300)) * DAY],
                randomised,
                clock.start - dice.one_of((1, 1, 1, 200)) * DAY,
                *2 * [clock.start],
                *5 * [end - DAY],
                *6 * [end],
                *2 * [clock.outer],
                *[clock.start + dice.between(1, 760) * DAY for _ in range(4)],
            )
        )
        if day > CUTOFF:
            continue
        kinds = list(STATUS_CODES.values())
        dice.stream.shuffle(kinds)
        for kind in kinds[: dice.one_of((1, 1, 1, 2))]:
            rows.append({"person": person["id"], "kind": kind, "date": day})
    return rows


def _events(
    person: Row,
    clocks: Sequence[tuple[Clock, date]],
    spells: Sequence[Row],
    left: Sequence[Row],
    dice: Dice,
) -> list[Row]:
    rows: list[Row] = []
    for number in range(dice.between(0, 14)):
        offended = rows[-1]["offence_date"] if rows and dice.chance(0.1) else None
        offended = offended or _offence_day(person, clocks, spells, left, dice)
        decided = _decision_day(offended, person["randomised_on"], clocks, dice)
        if offended > CUTOFF or dice.chance(0.05):
            offended = None
        if decided is not None and decided > CUTOFF:
            decided = None
        rows.append(_event(person, number, offended, decided, dice))
    return rows


def _offence_day(
    person: Row,
    clocks: Sequence[tuple[Clock, date]],
    spells: Sequence[Row],
    left: Sequence[Row],
    dice: Dice,
) -> date:
    edges = [
        day
        for clock, end in clocks
        for day in (clock.start - DAY, clock.start, clock.end - DAY, clock.end, end - DAY, end)
    ]
    for spell in spells:
        edges += [spell["from_date"] - DAY, spell["from_date"]]
        edges += [] if spell["to_date"] is None else [spell["to_date"] - DAY, spell["to_date"]]
    for row in left:
        edges += 2 * [row["date"], row["date"] + DAY]
    randomised = person["randomised_on"]
    for months in LOOK_BACK_MONTHS:
        first = months_later(randomised, -months)
        edges.append(dice.one_of((first - DAY, first, randomised - DAY, randomised)))
    edges += [start for column in CLOCK_COLUMNS.values() if (start := person[column]) and start < randomised]
    if dice.chance(0.55):
        return dice.one_of(edges)
    return _some_start(person, dice) + dice.between(-200, 800) * DAY


def _decision_day(
    offended: date, randomised: date, clocks: Sequence[tuple[Clock, date]], dice: Dice
) -> date | None:
    """Missing, on an edge of some clock, or some time after the offence; never before it: that is refused."""
    chosen = dice.below(20)
    if chosen < 2:
        return None
    if chosen == 2:
        return max(offended, randomised - dice.between(0, 1) * DAY)
    if chosen < 11 and clocks:
        clock, end = dice.one_of(clocks)
        late = clock.deadline or clock.outer
        around = (clock.start - DAY, clock.start, end - DAY, end)
        return max(offended, dice.one_of((*around, *3 * [late - DAY], *3 * [late])))
    return offended + dice.between(0, 400) * DAY


def _event(person: Row, number: int, offended: date | None, decided: date | None, dice: Dice) -> Row:
    sanction = dice.one_of([*SANCTIONS.values(), "fine", "fine", None])
    return {
        "person": person["id"],
        "kind": dice.one_of([*KINDS.values(), *4 * ["caution", "decision", "conviction", "conviction"]]),
        "offence_class": dice.one_of((*CLASSES.values(), "traffic", None)),
        "sanction": sanction,
        "fine_amount": dice.one_of(FINES) if sanction == "fine" else None,
        "police_initiated": dice.one_of((True, False, False, None)),
        "main_offence": dice.one_of((True, True, False, None)),
        "offence_date": offended,
        "decision_date": decided,
        "decision": None if dice.chance(0.1) else f"d{number // 3}",
        "case": None if dice.chance(0.1) else f"c{dice.below(4)}",
        "harm_days": dice.one_of(HARMS),
    }


def _some_start(person: Row, dice: Dice) -> date:
    """One of the days on which a clock of this person may start, mostly that of release."""
    starts = [person[column] for column in CLOCK_COLUMNS.values() if person[column] is not None]
    if person["released_on"] is not None and dice.chance(0.6):
        return person["released_on"]
    return dice.one_of(starts)


# The register as a delivery -----------------------------------------------------------------------------

COLUMNS = {
    "participants": {
        "id": "id",
        "arm": "group",
        "region": "region",
        "randomised_on": "randomised",
        "released_on": "released",
        "sentenced_on": "sentenced",
        "community_start_on": "community",
        "linked": "found",
        "excluded": "left",
    },
    "events": {
        "person": "id",
        "kind": "kind",
        "offence_class": "class",
        "sanction": "sanction",
        "fine_amount": "fine",
        "police_initiated": "police",
        "main_offence": "main",
        "offence_date": "offended",
        "decision_date": "decided",
        "decision": "decision",
        "case": "case",
        "harm_days": "harm",
    },
    "custody": {"person": "id", "from_date": "from", "to_date": "to", "reason": "reason"},
    "status": {"person": "id", "kind": "kind", "date": "date"},
}
"""The words of the package, and the headers of the files."""

CODES: dict[tuple[str, str], Mapping[str, str]] = {
    ("participants", "arm"): ARMS,
    ("events", "kind"): KINDS,
    ("events", "offence_class"): CLASSES,
    ("events", "sanction"): SANCTIONS,
    ("custody", "reason"): REASONS,
    ("status", "kind"): STATUS_CODES,
}


def write_folder(register: Register, folder: Path) -> Path:
    """Write the register as four text files and a protocol with every definition; return the protocol."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "participants": register.people,
        "events": register.events,
        "custody": register.custody,
        "status": register.status,
    }
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS[name].values())
            writer.writerows([[_cell(name, key, row[key]) for key in COLUMNS[name]] for row in rows])
    protocol = folder / "protocol.toml"
    protocol.write_text(protocol_text(), encoding="utf-8")
    return protocol


def _cell(table: str, key: str, value: Any) -> str:
    if value is None:
        return ""
    if (table, key) in CODES:
        return next(code for code, meaning in CODES[table, key].items() if meaning == value)
    if isinstance(value, bool):
        return "1" if value else "0"
    return value.isoformat() if isinstance(value, date) else str(value)


def protocol_text() -> str:
    """The protocol of the delivery: one outcome per definition, and what people did before."""
    outcomes = "".join(_outcome_text(name) for name in DEFINITIONS)
    priors = "".join(
        f'[[prior_offending]]\nid = "{prior_id(name, months)}"\nlabel = "Before"\noutcome = "{name}"\n'
        f"months = {months}\n\n"
        for name in DEFINITIONS
        for months in LOOK_BACK_MONTHS
    )
    return HEAD + outcomes + priors + TAIL


def prior_id(name: str, months: int) -> str:
    """The column of prior offending by one definition over so many months (slugs are short)."""
    return f"prior_{list(DEFINITIONS).index(name)}_{months}"


def _outcome_text(name: str) -> str:
    rules = "".join(f"{key} = {in_toml(value)}\n" for key, value in DEFINITIONS[name].items())
    return (
        f'[[outcome]]\nid = "{name}"\nlabel = "recorded reoffending"\n'
        f'people_with = "were recorded as reoffending"\n\n[outcome.reoffending]\n{rules}\n'
    )


def in_toml(value: Any) -> str:
    """A value of a definition as TOML."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {in_toml(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(in_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _column(name: str, type_: str, timing: str, more: str = "") -> str:
    declared = f'type = "{type_}", label = "{name}", timing = "{timing}_randomisation", missing = [""]'
    return f"{name} = {{ {declared}{more} }}\n"


def _levels(codes: Mapping[str, str]) -> str:
    return f", levels = {in_toml(dict(zip(map(json.dumps, codes), codes.values(), strict=True)))}"


YES_NO = ', yes = ["1"], no = ["0"]'
DATE = ', format = "%Y-%m-%d"'


def _codes(codes: Mapping[str, str]) -> str:
    return in_toml(dict(zip(map(json.dumps, codes), codes.values(), strict=True)))


HEAD = f"""[study]
id = "registers"
title = "A register in which everything happens"
programme = "A volunteer mentor during the first year after release."
country = "DK"
simulated = true

[design]
allocation.scheme = "simple"

[[arm]]
id = "mentors"
label = "a mentor"
role = "treatment"

[[arm]]
id = "usual"
label = "usual services"
role = "control"

[[population]]
id = "{POPULATION}"
label = "people of region a"
where = {{ column = "region", in = ["a"] }}

[data]
data_start = {DATA_START.isoformat()}
data_cutoff = {CUTOFF.isoformat()}

[data.participants]
file = "participants.csv"
person = "id"
arm.column = "group"
arm.codes = {_codes(ARMS)}
randomised_on = "randomised"
released_on = "released"
sentenced_on = "sentenced"
community_start_on = "community"
linked = "found"
excluded = "left"

[data.participants.columns]
{_column("region", "category", "before", _levels({"a": "a", "b": "b"}))}\
{_column("randomised", "date", "before", DATE)}\
{_column("released", "date", "after", DATE)}\
{_column("sentenced", "date", "after", DATE)}\
{_column("community", "date", "after", DATE)}\
{_column("found", "yes_no", "after", YES_NO)}\
{_column("left", "category", "after", _levels({DECLARED_REASON: "withdrew consent"}))}
[data.events]
file = "events.csv"
person = "id"
decision = "decision"
case = "case"
offence_date = "offended"
decision_date = "decided"
police_initiated = "police"
main_offence = "main"
fine_amount = "fine"
harm_days = "harm"
duplicate_rows = "keep"
kind.column = "kind"
kind.codes = {_codes(KINDS)}
offence_class.column = "class"
offence_class.codes = {_codes(CLASSES)}
sanction.column = "sanction"
sanction.codes = {_codes(SANCTIONS)}

[data.events.columns]
{_column("kind", "category", "after", _levels(KINDS))}\
{_column("class", "category", "after", _levels(CLASSES))}\
{_column("sanction", "category", "after", _levels(SANCTIONS))}\
{_column("fine", "number", "after")}\
{_column("police", "yes_no", "after", YES_NO)}\
{_column("main", "yes_no", "after", YES_NO)}\
{_column("offended", "date", "after", DATE)}\
{_column("decided", "date", "after", DATE)}\
{_column("decision", "id", "after")}\
{_column("case", "id", "after")}\
{_column("harm", "number", "after")}
[data.custody]
file = "custody.csv"
person = "id"
from_date = "from"
to_date = "to"
reason.column = "reason"
reason.codes = {_codes(REASONS)}

[data.custody.columns]
{_column("from", "date", "after", DATE)}\
{_column("to", "date", "after", DATE)}\
{_column("reason", "category", "after", _levels(REASONS))}
[data.status]
file = "status.csv"
person = "id"
date = "date"
kind.column = "kind"
kind.codes = {_codes(STATUS_CODES)}
duplicate_rows = "keep"

[data.status.columns]
{_column("date", "date", "after", DATE)}\
{_column("kind", "category", "after", _levels(STATUS_CODES))}
"""

TAIL = f"""[[analysis]]
id = "primary"
role = "primary"
outcome = "{next(iter(DEFINITIONS))}"
effect_measure = "risk_difference"
"""
