"""Needs and other outcomes: who was assessed where, what was found, and how results are read together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from primus_eval.findings import Exhibit, Finding
from primus_eval.report.display import Group, Paragraphs, Row, Section, Table
from primus_eval.report.page import Page, value_of
from primus_eval.report.sections.way import count_cell
from primus_eval.vocabulary import ArmRole
from primus_eval.wording.pieces import Quoted, Sentence, capitalised
from primus_eval.wording.sentences import measure, plain_sentence, technical_sentence, warning_sentences

ARMS: tuple[ArmRole, ...] = ("treatment", "control")
PLACES = ("free", "custody", "dead", "left_country", "not_seen")
WEEKS = ("with_code", "in_custody", "dead_or_abroad", "other")

Parts = list[Paragraphs | Table]


def needs_section(page: Page) -> Section:
    """Tell each outcome that is a score or a number of weeks, then the p-values adjusted together."""
    outcomes = [
        outcome
        for outcome in page.protocol["outcome"]
        if outcome.get("scale") or outcome.get("register_weeks")
    ]
    title = page.say("needs.title")
    if not outcomes:
        return Section(id="needs", title=title, parts=(Paragraphs(paragraphs=(page.say("needs.none"),)),))
    parts: Parts = [Paragraphs(paragraphs=(page.say("needs.intro"), *_of_all_tables(page)))]
    for outcome in outcomes:
        parts += _outcome(page, outcome)
    return Section(id="needs", title=title, parts=(*parts, *_together(page)))


def _of_all_tables(page: Page) -> list[Sentence]:
    """Say once what holds of the tables of every scale: who stands where, who assessed, what is rounded."""
    waves, assessors = (
        [exhibit for exhibit in page.findings.exhibits_of(kind) if page.has(exhibit)]
        for kind in ("scale_waves", "scale_assessors")
    )
    applies = {
        "waves_note": waves,
        "assessors_note": assessors,
        "rounded": [exhibit for exhibit in waves if exhibit.notes.get("rounded")],
    }
    return [page.say(f"needs.{key}") for key, found in applies.items() if found]


def _outcome(page: Page, outcome: Mapping[str, Any]) -> Parts:
    """Say what one outcome is, what was found of it, and what it rests on."""
    id = str(outcome["id"])
    rows = [row for row in page.findings.rows if row.outcome == id]
    items = tuple(sentence for row in rows for sentence in _said(page, row))
    about: list[Sentence] = (
        [(page.subject.quote(outcome["definition"]),)] if outcome.get("definition") else []
    )
    about += _measured(page, outcome)
    parts: Parts = [
        Paragraphs(heading=capitalised(page.subject.outcome_label(id)), paragraphs=tuple(about), items=items)
    ]
    for kind, lay_out in TABLES.items():
        exhibit = page.exhibit(kind, outcome=id)
        if exhibit is not None and page.has(exhibit):
            parts += lay_out(page, exhibit)
        elif exhibit is not None:
            parts.append(Paragraphs(paragraphs=(page.why_not_shown(exhibit),)))
    return parts


def _said(page: Page, row: Finding) -> tuple[Sentence, ...]:
    """Say a finding plainly and technically, once where both are the same, with what it warns of."""
    plain = plain_sentence(row, page.subject, page.findings)
    technical = technical_sentence(row, page.subject)
    said = (plain,) if plain == technical else (plain, technical)
    return (*said, *warning_sentences(row, page.subject))


def _measured(page: Page, outcome: Mapping[str, Any]) -> list[Sentence]:
    """Say the ends of a scale, its better one, and which difference was said to matter."""
    better = page.say(f"needs.better.{outcome.get('better', 'lower')}")
    weeks, scale = outcome.get("register_weeks"), outcome.get("scale")
    if weeks:
        return [page.say("needs.weeks", weeks=_number(page, weeks["weeks"]), better=better)]
    assert scale
    ends = {"low": _number(page, scale["lowest"]), "high": _number(page, scale["highest"])}
    said = [page.say("needs.scale", better=better, wave=_number(page, scale["wave"]), **ends)]
    change = scale.get("relevant_change")
    if change is None:
        return [*said, page.say("needs.no_relevant")]
    return [*said, page.say("needs.relevant", change=_number(page, change))]


def _number(page: Page, value: float) -> Quoted:
    """Return a number of the protocol, as the language writes it."""
    text = f"{value:g}".replace(".", page.subject.words.entries["number.decimal_mark"])
    return Quoted(text)


def _waves(page: Page, exhibit: Exhibit) -> Parts:
    """Lay out who was assessed where at each wave, and the means of those seen."""
    places = [str(row["place"]) for row in exhibit.records()]
    at = {(row["wave"], row["arm"], row["place"]): number for number, row in enumerate(exhibit.records())}
    shown = [place for place in PLACES if place in places]
    scale = page.subject.outcome(exhibit.outcome).get("scale") or {}
    groups = []
    for wave in dict.fromkeys(row["wave"] for row in exhibit.records()):
        first = next(number for key, number in at.items() if key[0] == wave)
        key = "needs.wave_before" if wave == scale.get("baseline_wave", 0) else "needs.wave"
        rows = tuple(
            Row(
                header=capitalised((page.subject.arm(arm),)),
                cells=(
                    *(_cell(page, exhibit, at.get((wave, arm, place)), "expected") for place in shown),
                    *(
                        _cell(page, exhibit, at.get((wave, arm, place)), "mean", "amount")
                        for place in PLACES[:2]
                    ),
                ),
            )
            for arm in ARMS
        )
        groups.append(Group(header=page.say(key, wave=page.cell(exhibit, first, "wave", "whole")), rows=rows))
    notes = [page.say("needs.waves_short_note")] if scale.get("custody") else []
    table = Table(
        id=exhibit.id.replace("/", "-"),
        caption=page.say("needs.waves", outcome=page.subject.outcome_label(exhibit.outcome)),
        head=(
            page.say("column.arm"),
            *(page.say(f"needs.{place}") for place in shown),
            page.say("needs.mean_free"),
            page.say("needs.mean_custody"),
        ),
        groups=tuple(groups),
        notes=tuple(notes),
        numeric=frozenset(range(1, len(shown) + 3)),
    )
    return [table]


def _cell(page: Page, exhibit: Exhibit, row: int | None, field: str, form: str = "whole") -> Sentence:
    """Return a cell, a dash where there is no such row, or nobody of whom there could be a mean."""
    if row is None or (field == "mean" and value_of(exhibit, row, "observed") == 0):
        return page.say("dash")
    return count_cell(page, exhibit, row, field, form)


def _ends(page: Page, exhibit: Exhibit) -> Parts:
    """Say of each arm who was at an end of the scale before and could only move one way."""
    said = tuple(
        page.say(
            "needs.ends",
            arm=(page.subject.arm("treatment" if row["arm"] == "treatment" else "control"),),
            **{name: count_cell(page, exhibit, number, name) for name in ("at_best", "people", "at_worst")},
        )
        for number, row in enumerate(exhibit.records())
    )
    return [Paragraphs(paragraphs=said)]


def _assessors(page: Page, exhibit: Exhibit) -> Parts:
    """Lay out who assessed, by arm."""
    at = {(str(row["assessor"]), row["arm"]): number for number, row in enumerate(exhibit.records())}
    needs = page.protocol["data"].get("needs") or {}
    levels = ((needs.get("columns") or {}).get(needs.get("assessor")) or {}).get("levels") or {}
    rows = tuple(
        Row(
            header=(page.subject.quote(levels[code]),)
            if code in levels
            else page.say("needs.assessor_unknown"),
            cells=tuple(_cell(page, exhibit, at.get((code, arm)), "assessments") for arm in ARMS),
        )
        for code in dict.fromkeys(code for code, _ in at)
    )
    table = Table(
        id=exhibit.id.replace("/", "-"),
        caption=page.say("needs.assessors", outcome=page.subject.outcome_label(exhibit.outcome)),
        head=(
            page.say("needs.assessor"),
            *(page.say("needs.assessments_of", arm=arm) for arm in page.arms()),
        ),
        groups=(Group(rows=rows),),
        numeric=frozenset({1, 2}),
    )
    return [table]


def _divided(page: Page, exhibit: Exhibit) -> Parts:
    """Lay out how the weeks of the window were spent."""
    rows = tuple(
        Row(
            header=capitalised(arm),
            cells=(
                count_cell(page, exhibit, number, "people"),
                *(count_cell(page, exhibit, number, name, "amount") for name in WEEKS),
            ),
        )
        for number, arm in enumerate(page.arms())
    )
    table = Table(
        id=exhibit.id.replace("/", "-"),
        caption=page.say("needs.divided", outcome=page.subject.outcome_label(exhibit.outcome)),
        head=(
            page.say("column.arm"),
            page.say("needs.people"),
            *(page.say(f"needs.{name}") for name in WEEKS),
        ),
        groups=(Group(rows=rows),),
        notes=(page.say("needs.divided_note"),),
        numeric=frozenset(range(1, 6)),
    )
    return [table]


def _model(page: Page, exhibit: Exhibit) -> Parts:
    """Lay out the differences of a model of all waves."""
    rows = tuple(
        Row(
            header=page.say("needs.wave", wave=page.cell(exhibit, number, "wave", "whole")),
            cells=(
                count_cell(page, exhibit, number, "estimate", "amount"),
                _interval(page, exhibit, number, "conf_low", "conf_high", "amount"),
            ),
        )
        for number in range(len(exhibit.rows))
    )
    return [_differences(page, exhibit, "model", page.say("needs.at_wave"), rows)]


def _levels(page: Page, exhibit: Exhibit) -> Parts:
    """Lay out the plain difference in risk at each line between levels, and say who is worse in pairs."""
    analysis = str(exhibit.notes.get("analysis", ""))
    rows = tuple(
        Row(
            header=page.say(
                "assumptions.line",
                below=page.subject.seriousness(analysis, str(value_of(exhibit, number, "label_below"))),
                above=page.subject.seriousness(analysis, str(value_of(exhibit, number, "label_above"))),
                cut=page.cell(exhibit, number, "cut", "shortest"),
            ),
            cells=(
                count_cell(page, exhibit, number, "risk_difference", "points"),
                _interval(page, exhibit, number, "risk_low", "risk_high", "points"),
            ),
        )
        for number in range(len(exhibit.rows))
    )
    notes = [page.say("needs.levels_note")]
    if exhibit.notes.get("pairs_worse") is not None:
        share, treatment = page.note(exhibit, "pairs_worse", "percent"), page.subject.arm("treatment")
        notes.append(page.say("needs.pairs", share=share, treatment=treatment))
    about = page.say("column.line_between")
    return [_differences(page, exhibit, "levels", about, rows, notes=tuple(notes))]


def _differences(
    page: Page,
    exhibit: Exhibit,
    key: str,
    about: Sentence,
    rows: tuple[Row, ...],
    *,
    notes: tuple[Sentence, ...] = (),
) -> Table:
    level = page.say("joint.level", level=page.note(exhibit, "conf_level", "percent_whole"))
    return Table(
        id=f"needs-{exhibit.id.replace('/', '-')}",
        caption=page.say(f"needs.{key}", outcome=page.subject.outcome_label(exhibit.outcome)),
        head=(
            about,
            page.say("column.estimate"),
            capitalised(page.say("column.interval", level=level)),
        ),
        groups=(Group(rows=rows),),
        notes=notes,
        numeric=frozenset({1, 2}),
    )


def _interval(page: Page, exhibit: Exhibit, row: int, low: str, high: str, form: str) -> Sentence:
    if value_of(exhibit, row, low) is None:
        return page.say("dash")
    ends = (page.cell(exhibit, row, low, form), page.cell(exhibit, row, high, form))
    return page.say("interval", low=ends[0], high=ends[1])


def _together(page: Page) -> Parts:
    """Say what the plan promised about several results, and lay out the p-values adjusted together."""
    declared = page.protocol.get("multiplicity")
    if not declared:
        return []
    said = [page.say("needs.statement", statement=page.subject.quote(declared["statement"]))]
    first = declared.get("primary_secondary")
    if first:
        said.append(page.say("needs.holm_first", analysis=_name(page, str(first))))
    exhibit = page.exhibit("holm")
    if exhibit is None:
        return [Paragraphs(paragraphs=tuple(said))]
    if not page.has(exhibit):
        return [Paragraphs(paragraphs=(*said, page.why_not_shown(exhibit)))]
    rows = tuple(
        Row(
            header=_name(page, str(row["analysis"])),
            cells=tuple(count_cell(page, exhibit, number, name, "p") for name in ("p_value", "adjusted")),
        )
        for number, row in enumerate(exhibit.records())
    )
    table = Table(
        id="holm",
        caption=page.say("needs.holm"),
        head=(page.say("column.measure"), page.say("needs.holm_p"), page.say("needs.holm_adjusted")),
        groups=(Group(rows=rows),),
        notes=(page.say("needs.holm_note"),),
        numeric=frozenset({1, 2}),
    )
    return [Paragraphs(paragraphs=tuple(said)), table]


def _name(page: Page, analysis: str) -> Sentence:
    """Name an analysis by its outcome and its measure."""
    rows = page.findings.of_analysis(analysis)
    if not rows:
        return (Quoted(analysis),)
    return capitalised((*page.subject.outcome_label(rows[0].outcome), ": ", *measure(rows[0], page.subject)))


TABLES = {
    "scale_waves": _waves,
    "scale_ends": _ends,
    "scale_assessors": _assessors,
    "scale_model": _model,
    "proportional_odds": _levels,
    "weeks_divided": _divided,
}
"""How each exhibit of an outcome is laid out, in the order in which they are printed."""
