"""What a preflight says in words, for text and page alike."""

from __future__ import annotations

from dataclasses import replace

from primus_eval.definitions.model import OWN
from primus_eval.errors import GUESSED, SHOWN_AT_MOST, Problem, grouped, summary_of
from primus_eval.preflight.counting import Count
from primus_eval.preflight.records import (
    AnalysisRead,
    Anonymity,
    ChaptersRead,
    ColumnRead,
    ComparedRead,
    HorizonRead,
    OutcomeRead,
    Preflight,
    PriorRead,
    TableRead,
    Verdict,
)
from primus_eval.protocol import ASSIGNED
from primus_eval.report.formats.markup import visible

VERDICTS: dict[Verdict, str] = {
    "computed": "can be computed",
    "withheld": "will be withheld",
    "not_computed": "cannot be computed",
}

_LINE_ENDS = {code: f"[U+{code:04X}]" for code in (9, 10, 13, 0x2028, 0x2029)}


def visible_line(text: str) -> str:
    """Show a text on one line; characters that would hide, reorder or break it by their code points.

    >>> visible_line("a" + chr(10) + "b")
    'a[U+000A]b'
    """
    return visible(text.translate(_LINE_ENDS))


def size_in_words(table: TableRead) -> str:
    """Say how large a table is, and by which hash its contents are known."""
    rows = "rows (how many is not shown)" if str(table.rows) == "not shown" else f"{table.rows} rows"
    left_out = ""
    if table.rows_left_out is not None:
        count = str(table.rows_left_out)
        fate = "(an error: PE-C35)" if table.rows_left_out_refused else "and were left out"
        comma = "" if table.rows_left_out_refused else ","
        left_out = f" {count[0].upper()}{count[1:]} are of people who are not participants{comma} {fate}."
    sheet = "" if table.sheet is None else f" Sheet {visible_line(table.sheet)}."
    return f"{rows}, {table.rows_are}.{left_out}{sheet} SHA-256 {table.sha256[:16]}"


def column_facts(column: ColumnRead) -> tuple[str, str, str, str, str]:
    """Return name, type, timing, missing values and remarks of a column."""
    timing = {"before_randomisation": "before", "after_randomisation": "after"}.get(column.timing or "", "")
    is_named_only = column.type == column.use
    remarks = [] if column.use is None else [column.use]
    if column.first is not None:
        remarks.append(f"{column.first} to {column.last}")
    if column.few_beyond is not None:
        remarks.append(f"few people have {column.few_beyond} dates")
    return (
        column.name,
        "" if is_named_only else column.type.replace("_", "/"),
        timing,
        "" if column.missing is None else str(column.missing),
        "; ".join(remarks),
    )


def outcome_facts(outcome: OutcomeRead) -> tuple[str, ...]:
    """Say of how many people an outcome is known, and how far they were followed."""
    few = outcome.measured.all_but_fewer_than
    measured = f"{outcome.measured} of {outcome.people} people"
    if outcome.measured == Count() and outcome.people.n is not None:
        measured = f"some of {outcome.people} people (how many is not shown)"
    facts = definition_facts(outcome)
    facts += [
        f"measured for {measured if few is None else f'all of {outcome.people} people but fewer than {few}'}"
    ]
    if outcome.longest_days is not None:
        facts.append(f"followed for up to {outcome.longest_days} days; the horizon is {outcome.horizon_days}")
    early = outcome.ended_early
    if early.n != 0:
        facts.append(f"followed for less than that without the event: {early}")
    return tuple([*facts, *_lost_facts(outcome)])


def definition_facts(outcome: OutcomeRead) -> list[str]:
    """Say which definition an outcome rests on, and what its sources leave open."""
    if outcome.definition is None:
        return []
    own = outcome.definition == OWN
    facts = ["counted by the study's own rules" if own else f"counted by the rules of {outcome.definition}"]
    if outcome.open_questions:
        facts.append(
            "provisional, so that no primary analysis may use it: no source at hand says "
            f"{'; '.join(outcome.open_questions)}"
        )
    return facts


def missing_in_words(compared: ComparedRead) -> str:
    """Say whether a definition of [comparison] can be counted, or what is missing."""
    if not compared.missing:
        return "can be counted"
    return f"cannot be counted; missing: {', '.join(compared.missing)}"


def prior_in_words(prior: PriorRead) -> str:
    """Say of how many people offending before randomisation was counted."""
    few = prior.counted.all_but_fewer_than
    if prior.counted == Count():
        of = f"some of {prior.people} people (how many is not shown)"
    else:
        of = f"{prior.counted} of {prior.people} people"
    if few is not None:
        of = f"all of {prior.people} people but fewer than {few}"
    return f"{prior.months} months back, counted for {of}"


def chapter_facts(chapters: ChaptersRead | None) -> list[tuple[str, list[str]]]:
    """Say what process, follow-up and costs rest on, each under a name."""
    if chapters is None:
        return []
    facts = []
    if chapters.indicators is not None:
        found = chapters.indicators
        lines = [f"what {found.can_be_computed} of {found.of} indicators need was delivered"]
        lines += [
            f"without {' and '.join(item.needs)}: {', '.join(item.indicators)}" for item in found.lacking
        ]
        facts.append(("process", lines))
    if chapters.horizons:
        facts.append(("follow-up", [f"{item.outcome}: {_maturity(item)}" for item in chapters.horizons]))
    if chapters.costs_table is not None:
        lines = [
            f"{item.id}: {item.label}; {item.resource}, borne by {item.payer}" for item in chapters.priced
        ]
        facts.append(("costs", [*(lines or ["no unit cost was declared"]), chapters.costs_table]))
    return facts


def _maturity(horizon: HorizonRead) -> str:
    if horizon.is_complete:
        return f"everybody can have been followed for {horizon.horizon_days} days"
    if horizon.complete_on is None:
        return "nobody is followed"
    return (
        f"not everybody can have been followed for {horizon.horizon_days} days yet: complete when the "
        f"registers have been read up to {horizon.complete_on}"
    )


def _lost_facts(outcome: OutcomeRead) -> list[str]:
    """Say how many people's clock never started, and how many were randomised too late; zero is said."""
    facts = []
    if outcome.never_started is not None:
        facts.append(f"people whose clock never started ({outcome.clock_start}): {outcome.never_started}")
    if outcome.not_mature is not None:
        facts.append(f"people randomised too late to be followed in full: {outcome.not_mature}")
    return facts


def method_in_words(analysis: AnalysisRead) -> str:
    """Name measure, method and population; a star marks a method that the protocol leaves open."""
    population = "" if analysis.population == ASSIGNED else f", in {analysis.population}"
    star = "*" if analysis.is_default_method else ""
    return f"{analysis.effect_measure} by {analysis.method}{star}{population}"


def anonymity_in_words(found: Anonymity) -> str:
    """Say how few people share their quasi-identifiers, without saying which values."""
    columns = ", ".join(map(visible_line, found.columns))
    if found.in_small_groups.n == 0:
        smallest = f"the smallest group has {found.smallest_group}"
        return f"By {columns}: everybody shares these values with others; {smallest}."
    shares = [
        f"{count} people{'' if percent is None else f' ({percent} %)'} {what}"
        for count, percent, what in (
            (found.unique, found.share_unique_percent, "are the only one with their values"),
            (found.in_small_groups, found.share_in_small_groups_percent, "are in groups below the threshold"),
        )
        if str(count) != "not shown"
    ]
    return f"By {columns}: {'; '.join(shares)}; the smallest group has {found.smallest_group}."


def problems_by_place(preflight: Preflight) -> list[tuple[str, list[Problem]]]:
    """Group the first kinds of problem: what points at people, the protocol, each file, the trial."""
    groups: dict[str, list[Problem]] = {}
    shown = {kind for kind, _ in _kinds(preflight)[:SHOWN_AT_MOST]}
    for problem in (*preflight.identifying, *preflight.problems):
        if replace(problem, line=None) in shown:
            groups.setdefault(_title(problem, preflight), []).append(problem)
    return list(groups.items())


def _title(problem: Problem, preflight: Preflight) -> str:
    if problem in preflight.identifying:
        return "This delivery points at people"
    return "Problems of the trial" if problem.file is None else f"Problems in {problem.file}"


FOR_WHOM = (
    "This page is for those who work with the data: do not pass it on with a report. "
    "Numbers of both together may point at a person."
)


def verdict_of(preflight: Preflight, *, where: str) -> str:
    """Say in one line what came of it; `where` the problems stand, as `above`."""
    found = (*preflight.identifying, *preflight.problems)
    guessed = [note for note in preflight.notes if note.code == GUESSED]
    decide = f" {summary_of(guessed)}." if guessed else ""
    if not found:
        notes = len(grouped(preflight.notes)) - len(grouped(guessed))
        noted = decide if not notes else f"{decide} {notes} note{'' if notes == 1 else 's'} to read."
        withheld = any(item.role == "primary" and item.verdict == "withheld" for item in preflight.analyses)
        result = "can be computed, but will be withheld from a report" if withheld else "can be computed"
        return f"Nothing wrong was found. The primary analysis {result}.{noted}"
    kinds = len(_kinds(preflight))
    shown = f" The first {SHOWN_AT_MOST} kinds of {kinds} are shown." if kinds > SHOWN_AT_MOST else ""
    refused = " Nothing is computed from data that point at people." if preflight.identifying else ""
    return f"{summary_of(found)}, {where}.{decide}{refused}{shown}"


def _kinds(preflight: Preflight) -> list[tuple[Problem, list[int]]]:
    return grouped((*preflight.identifying, *preflight.problems))
