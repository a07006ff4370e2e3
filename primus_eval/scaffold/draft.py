"""Write a draft as TOML: sections in reading order, a word on what each is for, a mark on every guess."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from primus_eval.scaffold.columns import Guess, in_words
from primus_eval.scaffold.marks import GUESS
from primus_eval.scaffold.opened import Table
from primus_eval.scaffold.parts import Cast, EventParts, ParticipantParts
from primus_eval.schema import declaration, toml_text

ARMS = ("programme", "usual")
"""Ids of the arms in a draft, treatment first."""

UNKNOWN_COLUMN = "which column?"
"""Stands where no column was found; `check` refuses it, and lists the columns that there are."""

WIDEST_NAME = 24
"""Letters of a name up to which declarations are aligned."""


def draft(cast: Cast) -> str:
    """Write the text of a first protocol from the parts that tables and columns seem to play."""
    people = cast.participants
    lines = [
        _OPENING.format(guess=GUESS),
        *_arms(people),
        *([] if cast.events is None else _CUTOFF),
        *_participants(people),
        *_unused(cast),
        "",
        *_columns("data.participants", people.guesses, people.table, _TIMING),
        "",
        *([] if cast.events is None else [*_events(cast.events), ""]),
        *_outcome(people),
        _CLOSING,
    ]
    return "\n".join(lines)


def quoted(text: str) -> str:
    """Write a text as a TOML string, or so that it can stand in a comment."""
    return toml_text(text)


def _guess(line: str) -> str:
    return f"{line}  {GUESS}"


def _arms(people: ParticipantParts) -> Iterator[str]:
    yield "# The arm of the programme is the treatment arm: an effect is treatment minus, or over, control."
    roles, labels = ("treatment", "control"), ("the programme", "usual services")
    for id_, role, label, code in zip(ARMS, roles, labels, people.codes, strict=True):
        yield from (
            "[[arm]]",
            _guess(f'id = "{id_}"'),
            _guess(f"label = {quoted(people.label_of(code) or label)}"),
            f'role = "{role}"',
            "",
        )


def _participants(people: ParticipantParts) -> Iterator[str]:
    yield "# One row for each person randomised. Nobody may be missing: who was randomised is analysed."
    yield "[data.participants]"
    yield from _file(people.table)
    first, second = people.codes
    codes = f"{{ {quoted(first)} = {quoted(ARMS[0])}, {quoted(second)} = {quoted(ARMS[1])} }}"
    yield _guess(f"person = {quoted(people.person or 'person')}")
    yield _guess(f"arm = {{ column = {quoted(people.arm or 'arm')}, codes = {codes} }}")
    if people.randomised_on:
        yield _guess(f"randomised_on = {quoted(people.randomised_on)}")
    if people.linked:
        yield "# Whom the register of outcomes does not know cannot be seen to reoffend."
        yield _guess(f"linked = {quoted(people.linked)}")
    if people.quasi_identifiers:
        yield "# What a neighbour may know: `check` counts how few people share all of these."
        yield _guess(f"quasi_identifiers = [{', '.join(map(quoted, people.quasi_identifiers))}]")


def _events(events: EventParts) -> Iterator[str]:
    yield "# One row for each recorded event, so several for one person and none for another."
    yield "[data.events]"
    yield from _file(events.table)
    yield _guess(f"person = {quoted(events.person)}")
    for key in ("event", "offence_date", "decision_date"):
        column = getattr(events, key)
        if column is not None:
            yield _guess(f"{key} = {quoted(column)}")
    yield ""
    yield from _columns("data.events", events.guesses, events.table, ())


def _file(table: Table) -> Iterator[str]:
    """How a table is written; what the format says of itself needs no word."""
    spec = table.spec
    yield f"file = {quoted(spec.file)}"
    if spec.sheet is not None:
        yield f"sheet = {quoted(spec.sheet)}"
    if table.is_text:
        yield f"separator = {quoted(spec.separator)}"
        if spec.encoding != "utf-8":
            yield _guess(f'encoding = "{spec.encoding}"')
    if spec.decimal != ".":
        yield _guess(f'decimal = "{spec.decimal}"')
    if spec.skip_lines:
        yield _guess(f"skip_lines = {spec.skip_lines}")


def _unused(cast: Cast) -> Iterator[str]:
    if cast.not_used:
        yield ""
        yield "# In the folder too, and not used:"
        yield from _aligned([(name, why) for name, why in cast.not_used])


def _columns(key: str, guesses: dict[str, Guess], table: Table, teaching: Iterable[str]) -> Iterator[str]:
    left_out = [
        (_header(table, name, guess), guess.left_out) for name, guess in guesses.items() if guess.left_out
    ]
    if left_out:
        yield "# Not declared, and so not read. What names people must be deleted from the file itself."
        yield from _aligned(left_out)
        yield ""
    yield from teaching
    yield f"[{key}.columns]"
    lines = {
        name: declaration(name, guess.column) for name, guess in guesses.items() if guess.column is not None
    }
    width = min(max((len(_key(name, line)) for name, line in lines.items()), default=0), WIDEST_NAME)
    for name, line in lines.items():
        if guesses[name].unsure:
            yield f"# {quoted(name)}: {guesses[name].unsure}"
        begin = _key(name, line)
        yield _guess(f"{begin:<{width}}{line.removeprefix(begin)}")


def _key(name: str, line: str) -> str:
    """The name of a column as the line that declares it begins, in quotes or without."""
    return quoted(name) if line.startswith('"') else name


def _header(table: Table, name: str, guess: Guess) -> str:
    """A header as it may be shown: its place where it, or what stands below it, may name somebody."""
    return f"column {list(table.cells).index(name) + 1}" if guess.may_name or in_words(name) else name


def _aligned(rows: list[tuple[str, str]]) -> Iterator[str]:
    width = min(max(len(quoted(name)) for name, _ in rows), WIDEST_NAME)
    yield from (f"#   {quoted(name):<{width}}  {why}" for name, why in rows)


def _outcome(people: ParticipantParts) -> Iterator[str]:
    yield from _about_time_and_event(people)
    known = people.follow_up
    yield _OUTCOME.format(
        guess=GUESS,
        time=quoted(people.time or UNKNOWN_COLUMN),
        event=quoted(people.event or UNKNOWN_COLUMN),
        unit=known.unit,
        window=f"{known.window} {known.unit}",
        days=known.window_days,
    )
    yield _ANALYSIS.format(guess=GUESS)
    if not known.is_complete:
        yield "# Some people were followed for less than the window: this method uses what is known of them."
        yield _guess('method = "kaplan_meier"')


def _about_time_and_event(people: ParticipantParts) -> Iterator[str]:
    """What is missing or unsure of the two columns that an outcome rests on."""
    if people.time is None:
        yield "# No column of the time followed was found: name one of whole numbers below, once declared."
    if people.event is None:
        yield "# No column of the event was found: name one of type yes_no below, once it is declared."
        if people.not_the_event:
            yield "# Not taken for the event:"
            yield from _aligned(
                [
                    (_header(people.table, name, people.guesses[name]), why)
                    for name, why in people.not_the_event
                ]
            )
    elif not people.is_event_by_name:
        yield f"# No name says which column is the event: is it really {quoted(people.event)}?"


_CUTOFF = (
    "[data]",
    "# The last day on which the registers of events were complete; no date may lie after it.",
    "# data_cutoff = 2020-12-31",
    "",
)

_OPENING = """\
# The protocol of a trial: what was promised, and where the data lie.
#
# Drafted by primus-eval from the files in this folder. Whatever a program guessed is marked; read it,
# correct it, and remove the mark. Then
#   primus-eval check protocol.toml              says what is wrong and what can be computed
#   primus-eval run protocol.toml --out report   refuses to begin while a mark is left

[study]
id = "trial"  {guess}
title = "Title of the trial"  {guess}
programme = "What the programme does, in one sentence."  {guess}
country = "DK"  {guess}
# Was the plan registered before outcomes were known? If not, leave this out; the report says so.
# registration = {{ register_name = "", identifier = "", registered_on = 2020-01-01 }}

[design]
# simple, complete, blocked, stratified_blocked, minimisation or cluster; ratio is treatment : control.
allocation = {{ scheme = "not_documented", ratio = [1, 1] }}  {guess}
"""

_TIMING = (
    "# timing says when a column was measured. Only before_randomisation may adjust an estimate or define a",
    "# population: what came after may be a result of the programme itself.",
)

_OUTCOME = """\
# What counts as reoffending, and until when. time is the follow-up to the first event, or to the end of
# follow-up where there was none; event says which. The horizon is the last day on which an event counts:
# write the one that was planned, which this draft can only guess from how long people were followed.
[[outcome]]
id = "reoffended"  {guess}
label = "recorded reoffending within {window} of release"  {guess}
people_with = "were recorded as reoffending within {window} of release"  {guess}
definition = "What was recorded, by whom, from which register."  {guess}
observed = {{ time = {time}, event = {event}, unit = "{unit}" }}  {guess}
clock_start = "release"  {guess}
horizon_days = {days}  {guess}
"""

_ANALYSIS = """\
# One analysis is primary: it answers the question of the trial, and was chosen before anyone saw results.
[[analysis]]
id = "primary"
role = "primary"
outcome = "reoffended"
effect_measure = "risk_difference"  {guess}"""

_CLOSING = """
# release withholds whatever could point at a person; threshold is the smallest number of people shown.
[disclosure]
profile = "release"
threshold = 5
"""
