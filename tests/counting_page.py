"""The rules of counting as data, and the page that shows them to readers of a report.

Write it again with: python tests/counting_page.py > docs/counting.md
`tests/spec/test_rules.py` holds the page to a fresh run, and the package to every rule.
"""

from __future__ import annotations

import re
import sys
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from primus_eval.definitions import Reoffending
from primus_eval.schema import Record, toml_text
from primus_eval.vocabulary import CustodyReason, EventKind, Sanction, StatusKind

RULES = Path(__file__).resolve().parent / "spec" / "rules"

USUAL_DEFINITION: dict[str, Any] = {"kinds": ["conviction"], "window_months": 12}
USUAL_RANDOMISATION = date(2022, 12, 1)
USUAL_CUTOFF = date(2025, 12, 31)
USUAL_DATA_START = date(2015, 1, 1)
"""What holds in every rule that says nothing else."""

YesNo = Literal["yes", "no"]
NotKnown = Literal["unknown"]


class Person(Record):
    """A participant. What most rules are not about has the value that keeps a person in."""

    id: str
    randomised_on: date = USUAL_RANDOMISATION
    released_on: date | None = None
    sentenced_on: date | None = None
    community_start_on: date | None = None
    linked: Literal["yes", "no", "unknown"] = "yes"
    excluded: Literal["withdrew"] | None = None
    risk: Literal["high", "low"] = "high"


class Event(Record):
    """A row of the table of events; what is left out is missing."""

    person: str
    kind: EventKind = "conviction"
    offence_date: date | None = None
    decision_date: date | None = None
    offence_class: Literal["violence", "theft", "traffic"] | None = None
    sanction: Sanction | None = None
    fine_amount: float | None = None
    police_initiated: YesNo | None = None
    main_offence: YesNo | None = None
    decision: str | None = None
    case: str | None = None
    harm_days: float | None = None


class Spell(Record):
    """A row of the table of custody."""

    person: str
    from_date: date
    to_date: date | None = None
    reason: CustodyReason | None = None


class StatusRow(Record):
    """A row of the table of status."""

    person: str
    date: date
    kind: StatusKind


class Answer(Record):
    """What is said of one person, as far as the rule is about it."""

    person: str
    reoffended: Literal["yes", "no", "unknown"] | None = None
    left_out: str | None = None
    days: float | None = None
    cause: Literal["", "death", "deportation", "emigration"] | None = None
    n_events: int | None = None
    harm_days: float | NotKnown | None = None
    most_serious_harm_days: float | NotKnown | None = None
    custody_days: int | NotKnown | None = None
    exposure_days: int | None = None
    n_prior: int | NotKnown | None = None

    @model_validator(mode="after")
    def _one_verdict(self) -> Answer:
        verdicts = (self.reoffended, self.left_out, self.n_prior)
        if sum(verdict is not None for verdict in verdicts) != 1:
            raise ValueError("needs exactly one of reoffended, left_out, n_prior")
        if self.reoffended is not None and self.days is None:
            raise ValueError("a person who is followed is followed for some days")
        if self.reoffended is None and self.model_fields_set - {"person", "left_out", "n_prior"}:
            raise ValueError("nothing else is known of a person who is left out")
        return self


class Rule(Record):
    """A rule of counting: what happened, and what is counted."""

    title: str
    question: str
    definition: dict[str, Any] = {}
    population: Literal["assigned", "high_risk"] = "assigned"
    cutoff: date = USUAL_CUTOFF
    data_start: date = USUAL_DATA_START
    prior_months: int | None = None
    not_delivered: tuple[
        Literal["cutoff", "data_start", "randomised_on", "custody", "status", "harm_days"], ...
    ] = Field(default=(), strict=False)
    people: tuple[Person, ...] = Field(min_length=1, strict=False)
    events: tuple[Event, ...] = Field(default=(), strict=False)
    custody: tuple[Spell, ...] = Field(default=(), strict=False)
    status: tuple[StatusRow, ...] = Field(default=(), strict=False)
    answer: tuple[Answer, ...] = Field(default=(), strict=False)
    rows: dict[str, int] | None = None
    error: str | None = None
    because: str

    @property
    def whole_definition(self) -> dict[str, Any]:
        """The definition with what holds in every rule, as a protocol writes it."""
        usual = dict(USUAL_DEFINITION)
        if "window_days" in self.definition:
            del usual["window_months"]
        return {**usual, **self.definition}

    @model_validator(mode="after")
    def _complete(self) -> Rule:
        if self.error != IMPOSSIBLE:
            Reoffending.model_validate(self.whole_definition)
        people = [person.id for person in self.people]
        answered = [answer.person for answer in self.answer]
        if (self.error is None) != bool(self.answer) or (self.error and self.rows is not None):
            raise ValueError("needs an answer or an error")
        if len(set(people)) != len(people) or (self.answer and answered != people):
            raise ValueError("each person needs one answer, in the order of the people")
        if any((answer.n_prior is None) != (self.prior_months is None) for answer in self.answer):
            raise ValueError("n_prior and prior_months belong together")
        rows: tuple[Event | Spell | StatusRow, ...] = (*self.events, *self.custody, *self.status)
        strangers = {row.person for row in rows} - set(people)
        if strangers:
            raise ValueError(f"rows of people who are not there: {sorted(strangers)}")
        for name in ("custody", "status"):
            if name in self.not_delivered and getattr(self, name):
                raise ValueError(f"rows of {name}, which is not delivered")
        if "harm_days" in self.not_delivered and any(row.harm_days is not None for row in self.events):
            raise ValueError("values of harm_days, which is not delivered")
        return self


class Chapter(Record):
    """Rules about one thing."""

    title: str
    about: str
    rule: tuple[Rule, ...] = Field(min_length=1, strict=False)


@cache
def chapters() -> tuple[Chapter, ...]:
    """Read every rule, in the order of the files."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(RULES.glob("*.toml"))]
    return tuple(Chapter.model_validate(tomllib.loads(text)) for text in texts)


# --- the page -------------------------------------------------------------------------------------------

INTRODUCTION = """\
# How reoffending is counted

<!-- Do not edit. Written by: python tests/counting_page.py > docs/counting.md -->

An appendix on method, for readers of a report. Each rule is a question, a few people with what happened to
them, the answer, and the reason. The words are those of the [glossary](glossary.md); what the keys of a
definition may be is said in [the protocol](protocol.md). All people here are invented.

Each of the {n} rules is also a test: the program is given just these rows and must give just these answers.

Where a rule says nothing else, convictions are counted by the day of the offence, in the year that begins
with the release; no decision is awaited; people were randomised on {randomised}; the registers begin on
{data_start}, and the data cut-off is {cutoff}. A death in the window competes with reoffending; deportation
and emigration censor. What a rule changes stands in its definition. Days are whole days, written
year-month-day. The outcome that is compared is whether a person reoffended, and after how many days; an
answer says more where its rule is about more.
"""

LEFT_OUT = {
    "not_in_population": "not one of those the analysis is about",
    "withdrew": "withdrew consent",
    "not_linked": "not found in the register",
    "never_released": "never released",
    "no_clock_start": "no start of the clock",
    "died_before_start": "died before the clock started",
    "left_before_start": "left the country before the clock started",
    "not_mature": "not followed for long enough",
    "died_in_window": "died in the window",
    "left_in_window": "left the country in the window",
}
ROWS = {
    "counted": "counted",
    "undated": "without the date that is used",
    "pseudo_reconviction": "a pseudo-reconviction",
    "outside_window": "outside the window",
    "undecided": "not decided",
    "decided_too_late": "decided too late",
    "after_leaving": "after the end of observation",
    "in_custody": "in custody",
}
IMPOSSIBLE = "PE-F08"
"""The error of a definition that contradicts itself."""

ERRORS = {
    IMPOSSIBLE: "refused: such a definition contradicts itself",
    "PE-C41": "not counted at all: the data cut-off or the dates of randomisation are missing",
    "PE-C47": "not counted at all: the registers are not known to cover the look-back",
}
VERDICTS = {"yes": "reoffended", "no": "did not reoffend", "unknown": "not known whether reoffended"}
NOT_DELIVERED = {
    "cutoff": "a data cut-off",
    "data_start": "the first day of the registers",
    "randomised_on": "dates of randomisation",
    "custody": "a table of custody",
    "status": "a table of deaths and emigrations",
    "harm_days": "values of harm",
}
STARTS = {
    "randomised_on": "randomised",
    "sentenced_on": "sentenced",
    "community_start_on": "community sentence begins",
    "released_on": "released",
}

Fact = tuple[date | None, str]


def page() -> str:
    """Return docs/counting.md."""
    read = chapters()
    intro = INTRODUCTION.format(
        n=sum(len(chapter.rule) for chapter in read),
        randomised=USUAL_RANDOMISATION,
        data_start=USUAL_DATA_START,
        cutoff=USUAL_CUTOFF,
    )
    parts = [intro, "## Chapters\n", "\n".join(_entry(n, each) for n, each in enumerate(read, 1)) + "\n"]
    for number, chapter in enumerate(read, 1):
        parts.append(f"## {number}. {chapter.title}\n\n{chapter.about}\n")
        parts += [_block(f"{number}.{place}", rule) for place, rule in enumerate(chapter.rule, 1)]
    return "\n".join(parts)


def _entry(number: int, chapter: Chapter) -> str:
    anchor = re.sub(r"[^a-z0-9 -]", "", f"{number}. {chapter.title}".lower()).replace(" ", "-")
    return f"{number}. [{chapter.title}](#{anchor})"


def _block(number: str, rule: Rule) -> str:
    lines = [f"### {number} {rule.title}", "", f"*{rule.question}*", "", *_settings(rule)]
    lines += ["| person | day | what happened |", "| --- | --- | --- |"]
    for person in rule.people:
        for day, what in _facts(rule, person):
            lines.append(f"| {person.id} | {day or 'unknown'} | {what} |")
        lines += [f"| {person.id} | - | {what} |" for what in _on_no_day(rule, person)]
    lines += ["", *_answers(rule), "", rule.because]
    return "\n".join(lines) + "\n"


def _settings(rule: Rule) -> list[str]:
    """Say what differs from what usually holds, one line each, and an empty line after them."""
    said = [f"`{key} = {toml_text(value)}`" for key, value in rule.definition.items()]
    lines = [f"Definition: {', '.join(said)}"] if said else []
    if "cutoff" in rule.model_fields_set:
        lines.append(f"Data cut-off: {rule.cutoff}")
    if "data_start" in rule.model_fields_set:
        lines.append(f"The registers begin on {rule.data_start}")
    if rule.prior_months is not None:
        lines.append(f"Look-back: {_counted(rule.prior_months, 'month')}")
    if rule.population == "high_risk":
        lines.append("Analysed: people at high risk")
    if rule.not_delivered:
        lines.append(f"Not delivered: {', '.join(NOT_DELIVERED[name] for name in rule.not_delivered)}")
    return [*(f"- {line}" for line in lines), *([""] if lines else [])]


def _facts(rule: Rule, person: Person) -> list[Fact]:
    """What happened to a person, by day; what happened on an unknown day comes last."""
    facts: list[Fact] = []
    for name, what in STARTS.items():
        if name in person.model_fields_set and name not in rule.not_delivered:
            facts.append((getattr(person, name), what))
    facts += [_event(rule, row) for row in rule.events if row.person == person.id]
    facts += [_spell(row) for row in rule.custody if row.person == person.id]
    facts += [(row.date, row.kind) for row in rule.status if row.person == person.id]
    dated = sorted((fact for fact in facts if fact[0] is not None), key=lambda fact: fact[0] or date.max)
    return [*dated, *(fact for fact in facts if fact[0] is None)]


def _on_no_day(rule: Rule, person: Person) -> list[str]:
    """What is true of a person on no day of their own."""
    facts = []
    if person.released_on is None and rule.definition.get("clock_start", "release") == "release":
        facts.append("never released")
    if person.linked != "yes":
        facts.append("not found in the register" if person.linked == "no" else "search not recorded")
    if person.excluded is not None:
        facts.append(LEFT_OUT[person.excluded])
    if "risk" in person.model_fields_set:
        facts.append(f"at {person.risk} risk")
    return facts


def _event(rule: Rule, row: Event) -> Fact:
    kind = row.kind.replace("_", " ")
    details: list[str] = [row.offence_class] if row.offence_class else []
    if row.sanction is not None:
        amount = "" if row.fine_amount is None else f" of {row.fine_amount:g}"
        details.append(row.sanction.replace("_", " ") + (amount if row.sanction == "fine" else ""))
        if amount and row.sanction != "fine":
            details.append(f"{row.fine_amount:g} to be paid")
    if row.police_initiated is not None:
        details.append("found by the police's initiative" if row.police_initiated == "yes" else "reported")
    if row.main_offence is not None:
        details.append("main offence" if row.main_offence == "yes" else "side offence")
    if row.offence_date is not None and row.decision_date is not None:
        details.append(f"decided {row.decision_date}")
    if row.decision is not None:
        details.append(f"decision {row.decision}")
    if row.case is not None:
        details.append(f"case {row.case}")
    if row.harm_days is not None:
        details.append(f"harm of {_counted(row.harm_days, 'day')}")
    return _dated(row, kind, details)


def _dated(row: Event, kind: str, details: list[str]) -> Fact:
    """Say whose day it is: of the offence where that is known, else of the decision, else of neither."""
    if row.offence_date is not None:
        what = f"offence ({kind})"
    elif row.kind == "arrest":
        what = "arrest"
    elif row.decision_date is not None:
        what = f"decision ({kind}), day of the offence unknown"
    else:
        what = f"{kind}, no date"
    return row.offence_date or row.decision_date, ", ".join([what, *details])


def _spell(row: Spell) -> Fact:
    until = "no end recorded" if row.to_date is None else f"until {row.to_date}"
    return row.from_date, f"in custody{f' ({row.reason})' if row.reason else ''}, {until}"


def _answers(rule: Rule) -> list[str]:
    if rule.error is not None:
        return [f"- **{ERRORS[rule.error]}** (`{rule.error}`)"]
    lines = [f"- {answer.person}: {_verdict(answer)}" for answer in rule.answer]
    if rule.rows is not None:
        rows = [f"{n} {ROWS[reason]} (`{reason}`)" for reason, n in rule.rows.items()]
        lines.append(f"- Rows: {'; '.join(rows) or 'none that could count'}")
    return lines


def _verdict(answer: Answer) -> str:
    if answer.left_out is not None:
        return f"**left out**: {LEFT_OUT[answer.left_out]} (`{answer.left_out}`)"
    if answer.n_prior is not None:
        unknown = answer.n_prior == "unknown"
        return f"**prior offending {'unknown' if unknown else f'n = {answer.n_prior}'}**"
    assert answer.reoffended is not None and answer.days is not None  # see Answer
    after = "after" if answer.reoffended == "yes" else "followed for"
    parts = [f"**{VERDICTS[answer.reoffended]}**", f"{after} {_counted(answer.days, 'day')}"]
    if answer.cause:
        parts.append(f"ended by {answer.cause}")
    if answer.n_events is not None:
        parts.append(_counted(answer.n_events, "event"))
    for name, what in (
        ("custody_days", "in custody"),
        ("exposure_days", "observed"),
        ("harm_days", "of harm"),
        ("most_serious_harm_days", "of harm in the most serious"),
    ):
        value = getattr(answer, name)
        if value is not None:
            parts.append(f"{'days' if value == 'unknown' else _counted(value, 'day')} {what}")
            if value == "unknown":
                parts[-1] += " unknown"
    return ", ".join(parts)


def _counted(n: float, noun: str) -> str:
    return f"{n:g} {noun}" if n == 1 else f"{n:g} {noun}s"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(page())
