"""Tables of delivery: the flow through the programme, harm, coverage, changes, outcome by dose."""

from __future__ import annotations

from primus_eval.findings import Cell, Exhibit
from primus_eval.report.display import Figure, Group, Paragraphs, Row, Table
from primus_eval.report.page import Page, value_of
from primus_eval.report.sections.indicator_labels import group_label, level_of
from primus_eval.report.sections.indicator_values import rounded_note
from primus_eval.vocabulary import IndicatorState, words
from primus_eval.wording.pieces import Quoted, Sentence, capitalised

Parts = list[Paragraphs | Table | Figure]

NO_EFFECT = "not_an_effect"
"""The warning without which an outcome by dose is not printed."""


def flow_table(page: Page) -> Parts:
    """Follow people through the programme, from eligible to the last month."""
    flow = page.exhibit("programme_flow")
    if flow is None:
        return []
    if not page.has(flow):
        return [Paragraphs(heading=page.say("process.flow"), paragraphs=(page.why_not_shown(flow),))]
    rows = tuple(
        Row(header=page.say(f"process.stage.{record['stage']}"), cells=(_of(page, flow, row, "n", "of_n"),))
        for row, record in enumerate(flow.records())
    )
    return [
        Table(
            id="programme-flow",
            caption=page.say("process.flow_caption"),
            head=(page.say("column.stage"), page.say("process.n_of_n")),
            groups=(Group(rows=rows),),
            notes=(page.say("process.flow_note"), *rounded_note(page, flow)),
            numeric=frozenset({1}),
        )
    ]


def _of(page: Page, exhibit: Exhibit, row: int, n: str, total: str) -> Sentence:
    """Print how many of how many, each withheld by itself; without a total the number alone."""
    if value_of(exhibit, row, n) is None and value_of(exhibit, row, total) is None:
        return _nothing(page)
    if value_of(exhibit, row, total) is None:
        return _count(page, exhibit, row, n)
    return page.say("process.n_of", n=_count(page, exhibit, row, n), total=_count(page, exhibit, row, total))


def _count(page: Page, exhibit: Exhibit, row: int, field: str) -> Sentence:
    if value_of(exhibit, row, field) is None:
        return _nothing(page)
    return (page.cell(exhibit, row, field, "whole"),)


def _nothing(page: Page) -> Sentence:
    return page.say("flow.withheld" if page.profile == "release" else "process.not_known")


def harm(page: Page) -> Parts:
    """Print incidents in both arms, also where there are none, or that none could be recorded."""
    heading = page.say("process.harm")
    exhibit = page.exhibit("harm")
    if exhibit is None:
        return [Paragraphs(heading=heading, paragraphs=(page.say("process.harm_not_collected"),))]
    if not page.has(exhibit):
        return [Paragraphs(heading=heading, paragraphs=(page.why_not_shown(exhibit),))]
    places: dict[tuple[str, str], dict[str, int]] = {}
    for row, record in enumerate(exhibit.records()):
        kind, severity = str(record["kind"] or ""), str(record["severity"] or "")
        places.setdefault((kind, severity), {})[str(record["arm"])] = row
    rows = tuple(
        Row(
            header=_harm_label(page, kind, severity),
            cells=tuple(_incidents(page, exhibit, arms.get(arm)) for arm in ("treatment", "control")),
            emphasis="part" if kind or severity else "",
        )
        for (kind, severity), arms in places.items()
    )
    return [
        Table(
            id="process-harm",
            caption=page.say("process.harm_caption"),
            head=(
                page.say("process.harm_kind"),
                *(page.say("process.harm_head", arm=capitalised(arm)) for arm in page.arms()),
            ),
            groups=(Group(rows=rows),),
            notes=(page.say("process.harm_note"), *rounded_note(page, exhibit)),
            numeric=frozenset({1, 2}),
        )
    ]


def any_harm(page: Page) -> dict[str, Sentence]:
    """Return how many incidents of any kind there were, by arm; nothing where they are not shown."""
    exhibit = page.exhibit("harm")
    if exhibit is None or not page.has(exhibit):
        return {}
    rows = {str(record["arm"]): row for row, record in enumerate(exhibit.records()) if _is_any(record)}
    return {arm: _incidents(page, exhibit, rows[arm]) for arm in ("treatment", "control") if arm in rows}


def _is_any(record: dict[str, Cell]) -> bool:
    """Whether a row of the harms is about all incidents of an arm."""
    return not record["kind"] and not record["severity"]


def _harm_label(page: Page, kind: str, severity: str) -> Sentence:
    if not kind:
        return (
            capitalised(group_label(page, "severity", severity)) if severity else page.say("process.harm_any")
        )
    label = group_label(page, "kind", kind)
    if severity:
        label = page.say("process.labelled", label=label, said=group_label(page, "severity", severity))
    return capitalised(label)


def _incidents(page: Page, exhibit: Exhibit, row: int | None) -> Sentence:
    if row is None:
        return page.say("process.no_incident")
    if value_of(exhibit, row, "incidents") is None and value_of(exhibit, row, "people") is None:
        return _nothing(page)
    return page.say(
        "process.incidents_in",
        incidents=_count(page, exhibit, row, "incidents"),
        people=_of(page, exhibit, row, "people", "of_people"),
    )


def coverage_table(page: Page) -> Parts:
    """Hold the indicators against what frameworks ask for; what was not collected stands there as such."""
    exhibit = page.exhibit("coverage")
    if exhibit is None or not page.has(exhibit):
        return []
    states: tuple[str, ...] = words(IndicatorState)
    grid: dict[str, dict[str, dict[str, list[str]]]] = {}
    for record in exhibit.records():
        elements = grid.setdefault(str(record["framework"]), {})
        cells = elements.setdefault(str(record["element"]), {state: [] for state in states})
        cells[str(record["state"])].append(str(record["indicator"] or ""))
    groups = tuple(
        Group(
            header=page.say(f"coverage.framework.{framework}"),
            rows=tuple(
                Row(
                    header=_element(page, element),
                    cells=tuple(_listed(page, cells[state], state) for state in states),
                )
                for element, cells in elements.items()
            ),
        )
        for framework, elements in grid.items()
    )
    return [
        Paragraphs(heading=page.say("coverage.heading"), paragraphs=(page.say("coverage.intro"),)),
        Table(
            id="process-coverage",
            caption=page.say("coverage.caption"),
            head=(page.say("coverage.element"), *(page.say(f"coverage.state.{state}") for state in states)),
            groups=groups,
        ),
    ]


def _element(page: Page, element: str) -> Sentence:
    key = f"coverage.element_name.{element}"
    return page.say(key) if key in page.subject.words else (Quoted(element),)


def _listed(page: Page, indicators: list[str], state: str) -> Sentence:
    """List the names of indicators; an element that no indicator answers says so, or that the plan does."""
    if not indicators:
        return page.say("dash")
    names = [
        page.say(f"indicator.{name}.name") if name else page.say(f"coverage.without.{state}")
        for name in indicators
    ]
    return page.subject.words.listed(names)


def changes_table(page: Page) -> Parts:
    """List what was changed in the programme while the trial ran."""
    exhibit = page.exhibit("programme_changes")
    if exhibit is None:
        return [
            Paragraphs(
                heading=page.say("process.changes"), paragraphs=(page.say("process.changes_not_collected"),)
            )
        ]
    if exhibit.status != "estimated":
        return [Paragraphs(heading=page.say("process.changes"), paragraphs=(page.why_not_shown(exhibit),))]
    if not exhibit.rows:
        none = page.say("process.changes_none")
        return [Paragraphs(heading=page.say("process.changes"), paragraphs=(none,))]
    rows = tuple(
        Row(
            header=(month_text(page, str(record["month"])),),
            cells=tuple(_text(page, record, name) for name in ("what", "why", "planned")),
        )
        for record in exhibit.records()
    )
    heads = ("month", "what", "why", "planned_head")
    return [
        Table(
            id="process-changes",
            caption=page.say("process.changes_caption"),
            head=tuple(page.say(f"process.{name}") for name in heads),
            groups=(Group(rows=rows),),
            notes=(page.say("process.changes_note"),),
        )
    ]


def _text(page: Page, record: dict[str, Cell], name: str) -> Sentence:
    known = record.get(name)
    if isinstance(known, bool):
        return page.say(f"process.is_planned.{'yes' if known else 'no'}")
    if known is None or known == "":
        return page.say("process.text_withheld" if page.profile == "release" else "process.not_known")
    return (level_of(page, "changes", name, str(known)) or Quoted(str(known)),)


def month_text(page: Page, stored: str) -> Quoted:
    """Write a month such as 2018-04 as the report's language does; what is none as it stands."""
    year, _, month = stored.partition("-")
    if not month.isdigit() or not 1 <= int(month) <= 12:
        return Quoted(stored)
    return Quoted(f"{page.say('date.months')[0].split()[int(month) - 1]} {year}")  # type: ignore[union-attr]


def dose_outcome(page: Page) -> Parts:
    """Print the outcome by dose under its warning; without the warning nothing is printed."""
    exhibit = page.exhibit("outcome_by_dose")
    if exhibit is None:
        return []
    heading, warning = page.say("process.by_dose"), page.say("process.by_dose_warning")
    if not page.has(exhibit):
        return [Paragraphs(heading=heading, paragraphs=(warning, page.why_not_shown(exhibit)))]
    if exhibit.notes.get("warning") != NO_EFFECT:
        return []
    views: dict[str, list[int]] = {}
    for row, record in enumerate(exhibit.records()):
        views.setdefault(str(record["view"]), []).append(row)
    groups = tuple(
        Group(
            header=page.say(f"process.dose_view.{view}"),
            rows=tuple(_dose_row(page, exhibit, row) for row in rows),
        )
        for view, rows in views.items()
    )
    table = Table(
        id="process-outcome-by-dose",
        caption=page.say(
            "process.by_dose_caption", outcome=capitalised(page.subject.outcome_label(exhibit.outcome))
        ),
        head=tuple(page.say(f"process.{name}") for name in ("dose_level", "n_of_n", "value", "interval")),
        groups=groups,
        notes=(page.say("process.by_dose_note"), *rounded_note(page, exhibit)),
        numeric=frozenset({1, 2, 3}),
    )
    return [Paragraphs(heading=heading, paragraphs=(warning,)), table]


def _dose_row(page: Page, exhibit: Exhibit, row: int) -> Row:
    header = page.say(f"process.dose_levels.{value_of(exhibit, row, 'level')}")
    if value_of(exhibit, row, "estimate") is None:
        return Row(header=header, across=_nothing(page))
    low, high = (value_of(exhibit, row, name) for name in ("conf_low", "conf_high"))
    ends = {name: page.cell(exhibit, row, f"conf_{name}", "percent") for name in ("low", "high")}
    return Row(
        header=header,
        cells=(
            _of(page, exhibit, row, "events", "people"),
            (page.cell(exhibit, row, "estimate", "percent"),),
            page.say("dash") if low is None or high is None else page.say("interval", **ends),
        ),
    )
