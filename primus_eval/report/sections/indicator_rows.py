"""Process indicators as tables: what is asked, n of N, value with interval, own target.

A state other than reported fills the row in words, so that nothing that was not collected is a blank.
"""

from __future__ import annotations

from collections.abc import Mapping

from primus_eval.findings import Cell, Exhibit
from primus_eval.report.display import Group, Row, Table
from primus_eval.report.page import Page
from primus_eval.report.sections.indicator_labels import (
    UNITS_OF_DELIVERY,
    arm_label,
    every_part_label,
    part_label,
)
from primus_eval.report.sections.indicator_values import (
    interval,
    n_of_n,
    rounded_note,
    state_words,
    target,
    value,
)
from primus_eval.vocabulary import Indicator
from primus_eval.wording.pieces import Sentence, capitalised

CHAPTERS: Mapping[str, tuple[Indicator, ...]] = {
    "reach": ("informed", "consented", "representative", "referral", "risk_level"),
    "organisation": (
        "mentor_capacity",
        "approval_days",
        "trained_before_match",
        "supervised",
        "mentors_retained",
    ),
    "matching": ("matched", "all_mentors", "local_match", "days_to_match", "rematched"),
    "dose": (
        "started_before_release",
        "weeks_before_release",
        "met_at_gate",
        "contact_first_month",
        "contacts_per_planned_week",
        "contacts_per_contactable_week",
        "regular_weeks",
        "first_gap",
        "hours",
        "full_course",
        "contact_in_custody",
    ),
    "fidelity": ("planned_held", "cancelled_by", "needs_worked_on", "adaptations"),
    "quality": ("relationship",),
    "endings": ("ending",),
    "contrast": ("control_services",),
    "needs": ("need_met",),
    "harm": ("incidents",),
    "cost": ("cost_per_person",),
}
"""The chapters of a process evaluation in the order in which they are printed, with their indicators."""

IN_PARTS = ("arm", "reason")
"""Breakdowns whose parts stand for the whole, which is one of them again."""


def indicator_table(page: Page, exhibit: Exhibit) -> Table:
    """Lay out every indicator by chapter, with its pitfall beneath it and its parts under it."""
    records = exhibit.records()
    groups = []
    for chapter, indicators in CHAPTERS.items():
        rows = tuple(
            row for indicator in indicators for row in _of_indicator(page, exhibit, records, indicator)
        )
        groups.append(Group(header=page.say(f"process.chapter.{chapter}"), rows=rows))
    return Table(
        id="process-indicators",
        caption=page.say("process.caption"),
        head=_head(page, exhibit),
        groups=tuple(group for group in groups if group.rows),
        notes=(*_notes(page, records), *rounded_note(page, exhibit)),
        numeric=frozenset({1, 2, 3, 4}),
    )


def unit_table(page: Page, exhibit: Exhibit) -> Table:
    """Lay out the indicators again by branch, level of risk and referrer: shown when asked for."""
    records = exhibit.records()
    groups = []
    for indicator in (name for names in CHAPTERS.values() for name in names):
        places = [
            row
            for row, record in enumerate(records)
            if record["indicator"] == indicator and record["breakdown"] in UNITS_OF_DELIVERY
        ]
        groups.append(Group(header=_asked_of_units(page, indicator), rows=_of_units(page, exhibit, places)))
    return Table(
        id="process-units",
        caption=page.say("process.units_caption"),
        head=_head(page, exhibit),
        groups=tuple(group for group in groups if group.rows),
        notes=(page.say("process.units_note"), *rounded_note(page, exhibit)),
        numeric=frozenset({1, 2, 3, 4}),
        is_folded=True,
    )


def _of_units(page: Page, exhibit: Exhibit, places: list[int]) -> tuple[Row, ...]:
    """Give each unit a row; where none of a breakdown has a number, for one reason, all of them one row."""
    records = exhibit.records()
    rows: list[Row] = []
    for breakdown in dict.fromkeys(str(records[row]["breakdown"]) for row in places):
        own = [row for row in places if records[row]["breakdown"] == breakdown]
        states = {(records[row]["state"], records[row]["reason"]) for row in own}
        if len(states) == 1 and records[own[0]]["state"] != "reported":
            rows.append(_row(page, exhibit, own[0], every_part_label(page, breakdown), "part"))
        else:
            rows += [_row(page, exhibit, row, part_label(page, records, row), "part") for row in own]
    return tuple(rows)


def _asked_of_units(page: Page, indicator: str) -> Sentence:
    """Return what is compared between units; of endings it is the planned ones."""
    if indicator != "ending":
        return page.say(f"indicator.{indicator}.question")
    planned = page.say("process.ending.planned")
    return page.say("process.labelled", label=page.say(f"indicator.{indicator}.name"), said=planned)


def _head(page: Page, exhibit: Exhibit) -> tuple[Sentence, ...]:
    row = next((i for i, record in enumerate(exhibit.records()) if record["conf_level"] is not None), None)
    level: Sentence = ()
    if row is not None:
        level = page.say("joint.level", level=page.cell(exhibit, row, "conf_level", "percent_whole"))
    return (
        page.say("process.question"),
        page.say("process.n_of_n"),
        page.say("process.value"),
        capitalised(page.say("column.interval", level=level)),
        page.say("process.target"),
    )


def _notes(page: Page, records: list[dict[str, Cell]]) -> tuple[Sentence, ...]:
    used = dict.fromkeys(str(record["method"]) for record in records if record["state"] == "reported")
    listed = [page.say(f"process.method.{method}") for method in used if method != "none"]
    methods = (page.say("process.methods", methods=page.subject.words.listed(listed)),) if listed else ()
    return (*methods, page.say("process.note"))


def _of_indicator(
    page: Page, exhibit: Exhibit, records: list[dict[str, Cell]], indicator: Indicator
) -> list[Row]:
    places = [
        row
        for row, record in enumerate(records)
        if record["indicator"] == indicator and record["breakdown"] not in UNITS_OF_DELIVERY
    ]
    if not places:
        return []
    question = page.say(f"indicator.{indicator}.question")
    parts = [row for row in places if records[row]["breakdown"]]
    whole = next(row for row in places if not records[row]["breakdown"])
    split = next((name for name in IN_PARTS if any(records[row]["breakdown"] == name for row in parts)), "")
    if not split:
        first = _row(page, exhibit, whole, question, "", details=True)
        return [first, *_parts(page, exhibit, parts, whole)]
    shown = [row for row in parts if not _repeats(records, whole, row)]
    return [
        Row(
            header=question,
            detail=_counted(page, indicator, str(records[whole]["unit"])),
            across=page.say(f"process.in_parts.{split}"),
            remarks=(page.say(f"indicator.{indicator}.pitfall"),),
        ),
        *(
            []
            if len(shown) == len(parts)
            else [_row(page, exhibit, whole, _of_whole(page, records[whole]), "part")]
        ),
        *_parts(page, exhibit, shown, None),
    ]


def _parts(page: Page, exhibit: Exhibit, parts: list[int], whole: int | None) -> list[Row]:
    """Give each part a row; all without a number, for one reason, have one row, or that of the whole."""
    records = exhibit.records()
    states = {(records[row]["state"], records[row]["reason"]) for row in parts}
    if len(parts) < 2 or len(states) > 1 or records[parts[0]]["state"] == "reported":
        return [_row(page, exhibit, row, part_label(page, records, row), "part") for row in parts]
    if whole is not None and (records[whole]["state"], records[whole]["reason"]) in states:
        return []
    return [_row(page, exhibit, parts[0], page.say("process.all_parts"), "part")]


def _repeats(records: list[dict[str, Cell]], whole: int, part: int) -> bool:
    """Whether a part that has no numbers is the one that the main row is about, which has."""
    if records[part]["state"] == "reported" or records[whole]["state"] != "reported":
        return False
    if records[part]["breakdown"] == "arm":
        return records[part]["group"] == records[whole]["arm"]
    return records[part]["group"] == "planned"


def _of_whole(page: Page, record: dict[str, Cell]) -> Sentence:
    """Name what the main row of an indicator that stands in parts is about: one arm, or planned endings."""
    if record["indicator"] == "ending":
        return capitalised(page.say("process.ending.planned"))
    return capitalised(arm_label(page, str(record["arm"] or "treatment")))


def _counted(page: Page, indicator: str, unit: str) -> Sentence:
    """Say what is counted, and of what; a sum or a mean is set over its denominator."""
    numerator = page.say(f"indicator.{indicator}.numerator")
    denominator = page.say(f"indicator.{indicator}.denominator")
    if not denominator:
        return capitalised(numerator)
    key = "process.counted" if unit == "proportion" else "process.set_over"
    return capitalised(page.say(key, numerator=numerator, denominator=denominator))


def _row(
    page: Page, exhibit: Exhibit, row: int, header: Sentence, emphasis: str, *, details: bool = False
) -> Row:
    record = exhibit.records()[row]
    indicator, state = str(record["indicator"]), str(record["state"])
    detail = _counted(page, indicator, str(record["unit"])) if details else ()
    if state != "reported":
        return Row(header=header, detail=detail, across=state_words(page, record), emphasis=emphasis)
    return Row(
        header=header,
        detail=detail,
        remarks=(page.say(f"indicator.{indicator}.pitfall"),) if details else (),
        cells=(
            n_of_n(page, exhibit, row),
            value(page, exhibit, row),
            interval(page, exhibit, row),
            target(page, exhibit, row),
        ),
        emphasis=emphasis,
    )
