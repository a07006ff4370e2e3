"""What changed since the last report: the data, and each result step by step."""

from __future__ import annotations

from primus_eval.findings import Exhibit
from primus_eval.report.display import Figure, Group, Paragraphs, Row, Table
from primus_eval.report.page import Page, value_of
from primus_eval.vocabulary import EffectMeasure
from primus_eval.wording.pieces import Quoted, Sentence, capitalised, joined
from primus_eval.wording.quantities import natural_form

Part = Paragraphs | Table | Figure
ARMS = ("treatment", "control")
FIELDS = ("then", "now", "change")


def update_parts(page: Page) -> list[Part]:
    """Tell what a new delivery changed; nothing in a report that is no update."""
    changes, steps = page.exhibit("since_last_report"), page.exhibit("decomposition")
    if changes is None and steps is None:
        return []
    parts: list[Part] = [_about(page, steps)]
    if changes is not None:
        parts.append(Paragraphs(heading=page.say("update.changes")))
        parts.append(_changes(page, changes) if page.has(changes) else _withheld(page, changes))
    if steps is not None:
        parts.append(
            Paragraphs(heading=page.say("update.steps"), paragraphs=(page.say("update.steps_intro"),))
        )
        parts.append(_steps(page, steps) if page.has(steps) else _withheld(page, steps))
    return parts


def _withheld(page: Page, exhibit: Exhibit) -> Part:
    return Paragraphs(paragraphs=(page.why_not_shown(exhibit),))


def _about(page: Page, steps: Exhibit | None) -> Part:
    """Say from when both deliveries are, and whether the last report comes out again."""
    former = page.context.get("former") or {}
    said = page.say(
        "update.intro",
        then=page.subject.day(former.get("cutoff", "")),
        now=page.subject.day(page.protocol["data"].get("data_cutoff", "")),
    )
    key = "not_checked"
    if steps is not None and steps.notes.get("report_given"):
        key = "not_reproduced" if steps.notes.get("changed_code") else "reproduced"
    return Paragraphs(heading=page.say("update.title"), paragraphs=(said, page.say(f"update.{key}")))


def _changes(page: Page, exhibit: Exhibit) -> Part:
    """Lay out the counts then and now; a sentence where each of them is withheld."""
    records = exhibit.records()
    if all(record[field] is None for record in records for field in FIELDS):
        return Paragraphs(paragraphs=(page.say("update.changes_withheld"),))
    names = tuple(dict.fromkeys(str(record["what"]) for record in records))
    places = {(str(record["what"]), str(record["arm"])): row for row, record in enumerate(records)}
    arms = tuple(capitalised(arm) for arm in page.arms())
    return Table(
        id="since-last-report",
        caption=page.say("update.changes_caption"),
        head=(
            page.say("update.what"),
            *(page.say(f"update.{field}_of", arm=arm) for arm in arms for field in FIELDS),
        ),
        groups=(Group(rows=tuple(_change(page, exhibit, name, places) for name in names)),),
        notes=(page.say("update.changes_note"),),
        numeric=frozenset(range(1, 7)),
    )


def _change(page: Page, exhibit: Exhibit, name: str, places: dict[tuple[str, str], int]) -> Row:
    header = page.say(f"update.what_name.{name}")
    if (name, "") in places:
        number = _cell(page, exhibit, places[name, ""], "now")
        return Row(header=header, across=joined([page.say("update.all_arms"), number], separator=": "))
    cells = tuple(_cell(page, exhibit, places.get((name, arm)), field) for arm in ARMS for field in FIELDS)
    return Row(header=header, cells=cells)


def _cell(page: Page, exhibit: Exhibit, row: int | None, field: str) -> Sentence:
    """Print a count; a dash where nothing can have been there then, and a word where it is withheld."""
    if row is None:
        return page.say("update.withheld")
    if value_of(exhibit, row, field) is not None:
        return (page.cell(exhibit, row, field, "whole"),)
    is_withheld = field != "then" or value_of(exhibit, row, "now") is None
    return page.say("update.withheld" if is_withheld else "dash")


def _steps(page: Page, exhibit: Exhibit) -> Table:
    records = exhibit.records()
    groups = tuple(
        Group(
            header=_analysis(page, id),
            rows=tuple(
                _step(page, exhibit, row) for row, record in enumerate(records) if record["analysis"] == id
            ),
        )
        for id in dict.fromkeys(str(record["analysis"]) for record in records)
        if any(record["analysis"] == id and record["estimate"] is not None for record in records)
    )
    return Table(
        id="decomposition",
        caption=page.say("update.steps_caption"),
        head=(
            page.say("update.step"),
            page.say("column.estimate"),
            *(page.say("update.events_in", arm=capitalised(arm)) for arm in page.arms()),
        ),
        groups=groups,
        numeric=frozenset({1, 2, 3}),
    )


def _analysis(page: Page, id: str) -> Sentence:
    """Name an analysis by its measure, outcome and population."""
    declared = page.subject.analysis(id)
    about = joined(
        [
            page.say(f"measure.{declared['effect_measure']}"),
            page.subject.outcome_label(declared["outcome"]),
            page.subject.population(declared["population"]),
        ],
        separator=", ",
    )
    return joined([capitalised(about), (Quoted(f"({id})"),)])


def _step(page: Page, exhibit: Exhibit, row: int) -> Row:
    record = exhibit.records()[row]
    measure: EffectMeasure = page.subject.analysis(str(record["analysis"]))["effect_measure"]
    form = natural_form(measure, "estimate", scale="identity", time_unit=page.subject.time_unit)
    estimate = page.say("update.withheld" if page.profile == "release" else "dash")
    if record["estimate"] is not None:
        estimate = (page.cell(exhibit, row, "estimate", form),)
        if record["conf_low"] is not None:
            ends = page.say(
                "interval",
                low=page.cell(exhibit, row, "conf_low", form),
                high=page.cell(exhibit, row, "conf_high", form),
            )
            estimate = joined([estimate, ("(", *ends, ")")])
    return Row(
        header=page.say(f"update.step_name.{record['step']}"),
        cells=(estimate, *(_people(page, exhibit, row, arm) for arm in ARMS)),
    )


def _people(page: Page, exhibit: Exhibit, row: int, arm: str) -> Sentence:
    if value_of(exhibit, row, f"n_{arm}") is None or value_of(exhibit, row, f"events_{arm}") is None:
        return page.say("update.withheld" if page.profile == "release" else "dash")
    return page.say(
        "results.events_of",
        events=page.cell(exhibit, row, f"events_{arm}", "whole"),
        n=page.cell(exhibit, row, f"n_{arm}", "whole"),
    )
