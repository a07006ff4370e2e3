"""A preflight as text for a terminal of 100 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from primus_eval.errors import Problem, grouped
from primus_eval.preflight.phrases import (
    FOR_WHOM,
    VERDICTS,
    anonymity_in_words,
    chapter_facts,
    column_facts,
    method_in_words,
    missing_in_words,
    outcome_facts,
    prior_in_words,
    problems_by_place,
    size_in_words,
    verdict_of,
    visible_line,
)
from primus_eval.preflight.records import Preflight, TableRead

WIDTH = 100
INDENT = "  "
WIDEST_CELL = 34
"""Longer cells of a table push the rest of their row aside, rather than all rows."""


def as_text(preflight: Preflight, *, with_problems: bool = True) -> str:
    """Lay a preflight out as text; without its problems where they are printed elsewhere."""
    blocks = [
        _heading(preflight),
        _section("Plan", _plan(preflight)),
        *(_section(f"Table {table.file}", _table(table)) for table in preflight.tables),
        _section("Arms", _arms(preflight)),
        _section("Found in the register", _linked(preflight)),
        _section("From offence to decision", _lag(preflight)),
        _section("How few are alike", _anonymity(preflight)),
        _section("Outcomes", _outcomes(preflight)),
        _section("Offending before randomisation", _prior(preflight)),
        _section("Definitions to compare with", _comparison(preflight)),
        _section("What is odd", _oddities(preflight)),
        _section("Analyses", _analyses(preflight)),
        _section("Process, follow-up and costs", _chapters(preflight)),
        _section("Also withheld from a report", (_item(item) for item in preflight.withheld_exhibits)),
        _section("Declared harmless", _harmless(preflight)),
        _section("Notes", _problems(preflight.notes)),
    ]
    if with_problems:
        blocks += [_section(title, _problems(found)) for title, found in problems_by_place(preflight)]
    blocks.append("\n".join(_wrapped(FOR_WHOM, indent="")))
    blocks.append(verdict_of(preflight, where="above" if with_problems else "on standard error"))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _heading(preflight: Preflight) -> str:
    title = f"primus-eval check: {visible_line(preflight.protocol_file)}"
    return f"{title}\n{'=' * min(len(title), WIDTH)}"


def _section(title: str, lines: Iterable[str]) -> str:
    body = "\n".join(lines)
    return f"{visible_line(title)}\n{body}" if body else ""


def _plan(preflight: Preflight) -> Iterator[str]:
    plan = preflight.plan
    if plan is None:
        return
    yield from _pairs(
        [
            ("study", f"{plan.title} ({plan.study})"),
            ("fingerprint", plan.fingerprint[:16]),
            ("registered", plan.registration or "nothing was registered"),
            ("profile", f"{plan.profile}; numbers of people below {plan.threshold} are not shown"),
        ]
    )


def _table(table: TableRead) -> Iterator[str]:
    yield from _wrapped(size_in_words(table))
    facts = [column_facts(column) for column in table.columns]
    yield from _grid(("column", "type", "timing", "missing", "remarks"), facts)
    if table.not_read:
        yield from _wrapped(f"Not declared, and not read: {', '.join(map(visible_line, table.not_read))}.")
    if table.not_read_hidden:
        yield from _wrapped("Its first line holds no declared name. It may be a person, and is not shown.")


def _arms(preflight: Preflight) -> Iterator[str]:
    rows = [
        (", ".join(map(repr, arm.codes)), arm.arm, arm.role, str(arm.people), arm.label)
        for arm in preflight.arms
    ]
    yield from _grid(("code", "arm", "role", "people", "label"), rows)


def _linked(preflight: Preflight) -> Iterator[str]:
    rows = [
        (item.arm, str(item.linked), str(item.not_linked), str(item.not_recorded))
        for item in preflight.linked
    ]
    yield from _grid(("arm", "found", "not found", "not recorded"), rows)


def _lag(preflight: Preflight) -> Iterator[str]:
    if not preflight.lag:
        return
    arms = list(dict.fromkeys(arm for item in preflight.lag for arm in item.weeks))
    yield from _wrapped(
        "Whole weeks from offence to decision by quarter of the offence: half took at most the first number, "
        "nine in ten the second. Only where both arms have enough events."
    )
    rows = [
        (
            item.quarter,
            str(item.events),
            *(f"{item.weeks[arm][0]} / {item.weeks[arm][1]}" if arm in item.weeks else "-" for arm in arms),
        )
        for item in preflight.lag
    ]
    yield from _grid(("quarter", "events", *arms), rows)


def _anonymity(preflight: Preflight) -> Iterator[str]:
    if preflight.anonymity is not None:
        yield from _wrapped(anonymity_in_words(preflight.anonymity))


def _outcomes(preflight: Preflight) -> Iterator[str]:
    for outcome in preflight.outcomes:
        yield from _wrapped(f"{outcome.outcome}: {outcome.label}")
        for fact in outcome_facts(outcome):
            yield from _wrapped(fact, indent=2 * INDENT)


def _prior(preflight: Preflight) -> Iterator[str]:
    for item in preflight.prior:
        yield from _wrapped(f"{item.prior}: {item.label}")
        yield from _wrapped(prior_in_words(item), indent=2 * INDENT)


def _comparison(preflight: Preflight) -> Iterator[str]:
    for item in preflight.comparison:
        yield from _wrapped(f"{item.definition}: {item.label}")
        yield from _wrapped(missing_in_words(item), indent=2 * INDENT)


def _oddities(preflight: Preflight) -> Iterator[str]:
    rows = [(item.table, str(item.rows), str(item.people), item.what) for item in preflight.oddities]
    yield from _grid(("table", "rows", "people", "what"), rows)


def _analyses(preflight: Preflight) -> Iterator[str]:
    for item, lines in zip([None, *preflight.analyses], _analysis_rows(preflight), strict=True):
        yield from lines
        if item is not None and item.why:
            yield from _wrapped(f"because {item.why}", indent=3 * INDENT)
    if any(item.is_default_method for item in preflight.analyses):
        yield from _wrapped("* the default: the protocol names no method")


def _analysis_rows(preflight: Preflight) -> list[list[str]]:
    """Lay out each analysis on lines of its own, below a head, its columns where those of the others are."""
    rows = [
        (item.analysis, item.role, VERDICTS[item.verdict], method_in_words(item))
        for item in preflight.analyses
    ]
    return _grid_rows([("analysis", "role", "in a run", "measure by method"), *rows]) if rows else [[]]


def _chapters(preflight: Preflight) -> Iterator[str]:
    for name, facts in chapter_facts(preflight.chapters):
        yield from _wrapped(name)
        for fact in facts:
            yield from _wrapped(fact, indent=2 * INDENT)


def _harmless(preflight: Preflight) -> Iterator[str]:
    for file, column, reason in preflight.harmless:
        yield from _wrapped(f"{visible_line(file)}, column {visible_line(column)!r}: {visible_line(reason)}")


def _problems(problems: Sequence[Problem]) -> Iterator[str]:
    for problem, lines in grouped(problems):
        yield from _problem(problem, [line for line in lines if line])


def _problem(problem: Problem, lines: list[int]) -> Iterator[str]:
    place = f"{problem.place}: " if problem.place else ""
    if lines:
        shown = ", ".join(map(str, lines[:5])) + (f" and {len(lines) - 5} more" if len(lines) > 5 else "")
        place += f"line{'' if len(lines) == 1 else 's'} {shown}: "
    yield from _wrapped(visible_line(f"[{problem.code}] {place}{problem.what}"))
    yield from _wrapped(visible_line(problem.mend), indent=3 * INDENT)
    for line in (problem.paste or "").splitlines():
        yield f"{5 * INDENT}{visible_line(line)}"


def _item(text: str) -> str:
    return "\n".join(_wrapped(text))


def _pairs(pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    width = max(len(name) for name, _ in pairs)
    for name, text in pairs:
        first, *others = _wrapped(text, indent="", width=WIDTH - len(INDENT) - width - 2) or [""]
        yield f"{INDENT}{name:<{width}}  {first}"
        yield from (f"{INDENT}{'':<{width}}  {line}" for line in others)


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if rows:
        yield from (line for lines in _grid_rows([head, *rows]) for line in lines)


def _grid_rows(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Lay rows out in columns as wide as they need to be; what is left of a line goes to the last one."""
    cells = [[visible_line(cell) for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in cells) for place in range(len(rows[0]) - 1)]
    widths = [min(width, WIDEST_CELL) for width in widths]
    return [_grid_row(row, widths) for row in cells]


def _grid_row(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    start = INDENT + "".join(f"{cell:<{width}}  " for cell, width in zip(row, widths, strict=False))
    last = textwrap.wrap(row[-1], max(WIDTH - len(start), 20), break_long_words=False) or [""]
    return [f"{start}{last[0]}".rstrip(), *(f"{' ' * len(start)}{more}" for more in last[1:])]


def _wrapped(text: str, *, indent: str = INDENT, width: int = WIDTH) -> list[str]:
    return textwrap.wrap(
        visible_line(text),
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
