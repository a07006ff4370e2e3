"""The trial under other definitions of reoffending: how much of a result is the definition."""

from __future__ import annotations

from primus_eval.figures.definitions import WITHHELD
from primus_eval.findings import Exhibit
from primus_eval.report.display import Figure, Group, Paragraphs, Row, Section, Table
from primus_eval.report.page import Page, value_of
from primus_eval.wording.pieces import Sentence, capitalised
from primus_eval.wording.stored import definition_text

ARMS = ("treatment", "control")
METHODS = ("newcombe", "aalen_johansen")


def definitions_section(page: Page) -> Section:
    """Lay the trial out under several definitions, the protocol's own first."""
    parts: list[Paragraphs | Table | Figure] = []
    for exhibit in page.findings.exhibits_of("definitions"):
        parts.append(Paragraphs(paragraphs=(page.say("comparison.intro"),)))
        if not page.has(exhibit):
            parts.append(Paragraphs(paragraphs=(page.why_not_shown(exhibit),)))
            continue
        parts += page.figures_of("definitions", exhibit=exhibit.id)
        parts.append(_table(page, exhibit))
    return Section(id="definitions", title=page.say("comparison.title"), parts=tuple(parts))


def _table(page: Page, exhibit: Exhibit) -> Table:
    treatment, control = (capitalised(arm) for arm in page.arms())
    level: Sentence = ()
    if exhibit.notes.get("conf_level") is not None:
        level = (page.note(exhibit, "conf_level", "percent_whole"),)
    difference = "difference_range" if exhibit.notes.get("rounded") else "difference"
    return Table(
        id=exhibit.id.replace("/", "-"),
        caption=page.say("comparison.caption"),
        head=(
            page.say("column.definition"),
            treatment,
            control,
            page.say(f"column.{difference}", level=level, unit=page.say("unit.points")),
        ),
        groups=(Group(rows=tuple(_row(page, exhibit, row) for row in range(len(exhibit.rows)))),),
        notes=_notes(page, exhibit),
        numeric=frozenset({1, 2, 3}),
    )


def _row(page: Page, exhibit: Exhibit, row: int) -> Row:
    is_own = row == 0
    origin = str(value_of(exhibit, row, "origin"))
    key = "own" if is_own else "given" if origin == "own" else origin
    name, label = (str(value_of(exhibit, row, field)) for field in ("definition", "label"))
    header = capitalised((definition_text(name, label, page.subject),))
    detail = page.say(f"comparison.{key}")
    emphasis = "primary" if is_own else ""
    reason = value_of(exhibit, row, "reason")
    if reason is not None:
        key = "absent_short.withheld" if reason in WITHHELD else "comparison.not_shown"
        said = page.say(key, reason=page.say(f"reason.{reason}"))
        return Row(header=header, detail=detail, across=said, emphasis=emphasis)
    shares = tuple(_share(page, exhibit, row, arm) for arm in ARMS)
    return Row(
        header=header, detail=detail, cells=(*shares, _difference(page, exhibit, row)), emphasis=emphasis
    )


def _difference(page: Page, exhibit: Exhibit, row: int) -> Sentence:
    """Print a difference with its interval; where counts were rounded, the interval alone."""
    parts = {
        place: page.cell(exhibit, row, field, "points")
        for place, field in (("estimate", "estimate"), ("low", "conf_low"), ("high", "conf_high"))
        if value_of(exhibit, row, field) is not None
    }
    return page.say("comparison.interval" if "estimate" in parts else "comparison.interval_only", **parts)


def _share(page: Page, exhibit: Exhibit, row: int, arm: str) -> Sentence:
    return page.say(
        "comparison.share_of",
        share=page.cell(exhibit, row, f"risk_{arm}", "percent"),
        events=page.cell(exhibit, row, f"events_{arm}", "whole"),
        n=page.cell(exhibit, row, f"n_{arm}", "whole"),
    )


def _notes(page: Page, exhibit: Exhibit) -> tuple[Sentence, ...]:
    if exhibit.notes.get("rounded"):
        return (page.say("comparison.rounded", step=page.note(exhibit, "step", "whole")),)
    used = {str(record["method"]) for record in exhibit.records() if record["method"] is not None}
    return tuple(page.say(f"comparison.{method}") for method in METHODS if method in used)
