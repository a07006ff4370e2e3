"""The primary result, then every other one: sentences, curves, the forest and the full table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from string import ascii_lowercase

from primus_eval.findings import Exhibit, Finding
from primus_eval.report.display import Figure, Group, Paragraphs, Row, Section, Table
from primus_eval.report.estimand import estimand_table, other_estimands
from primus_eval.report.page import Page, value_of
from primus_eval.tables import apart_from_transition
from primus_eval.vocabulary import Role, words
from primus_eval.wording.pieces import Quoted, Sentence, capitalised, joined
from primus_eval.wording.quantities import CURVE_METHODS, ends_in_order
from primus_eval.wording.sentences import (
    measure,
    plain_sentence,
    technical_sentence,
    unit_name,
    warning_sentences,
)
from primus_eval.wording.truth import plain_truth_sentence, truth_sentence, truth_source_sentence


def primary_section(page: Page) -> Section:
    """Give the primary result in plain words, in technical words and as a curve, and what it estimates."""
    parts: list[Paragraphs | Table | Figure] = []
    primary = page.primary
    if primary is None:
        parts.append(Paragraphs(paragraphs=(page.say("primary.none"),)))
    else:
        plain = plain_sentence(primary, page.subject, page.findings)
        technical = technical_sentence(primary, page.subject)
        said = (plain,) if plain == technical else (plain, technical)
        truth = joined([truth_sentence(primary, page.subject), truth_source_sentence(primary, page.subject)])
        said = (*said, truth) if truth else said
        parts.append(Paragraphs(paragraphs=(*said, *warning_sentences(primary, page.subject))))
        parts += _curve(page, primary.outcome, primary.population)
    estimand = estimand_table(page)
    parts += [estimand] if estimand is not None else []
    return Section(id="primary", title=page.say("primary.title"), parts=tuple(parts))


def others_section(page: Page) -> Section:
    """Give every result: the forest, the curves of other outcomes and populations, the full table."""
    primary = page.primary
    done = (primary.outcome, primary.population) if primary else None
    parts: list[Paragraphs | Table | Figure] = [Paragraphs(paragraphs=(page.say("others.intro"),))]
    parts.append(_results_table(page))
    parts += page.figures_of("forest", "forest_more")
    parts.append(_in_words(page))
    for curve in page.findings.exhibits_of("curve"):
        if (curve.outcome, curve.population) != done:
            parts += _curve(page, curve.outcome, curve.population)
    estimands = other_estimands(page)
    parts += [estimands] if estimands is not None else []
    return Section(id="others", title=page.say("others.title"), parts=tuple(parts))


def _curve(page: Page, outcome: str, population: str) -> list[Paragraphs | Table | Figure]:
    """Give the curve of an outcome in a population as a picture and its risk table, or why it is missing."""
    curve = page.exhibit("curve", outcome=outcome, population=population)
    if curve is None:
        return []
    if not page.has(curve):
        reason = page.say(f"reason.{curve.reason or 'no_variation'}")
        about = {
            "outcome": page.subject.outcome_label(outcome),
            "population": page.subject.population(population),
        }
        key = "curve.withheld" if curve.status == "withheld" else "curve.not_shown"
        return [Paragraphs(paragraphs=(page.say(key, reason=reason, **about),))]
    table = page.exhibit("risk_table", outcome=outcome, population=population)
    pictures = page.figures_of("curve", "coarse_curve", exhibit=curve.id)
    named = f"{outcome}/{population}"
    beside = [
        *page.figures_of("stacked", exhibit=f"cumulative_incidence/{named}"),
        *page.figures_of("mean_count", exhibit=f"mean_count/{named}"),
    ]
    risks = [_risk_table(page, table)] if table is not None and page.has(table) else []
    return [*pictures, *_beneath(page, curve, drawn=bool(pictures)), *risks, *beside]


def _beneath(page: Page, curve: Exhibit, *, drawn: bool) -> list[Paragraphs]:
    """Say by which method the curves are compared beneath them, and what clusters do to their intervals."""
    said = []
    effects = page.exhibit("curve_effects", outcome=curve.outcome, population=curve.population)
    if drawn and not curve.notes.get("coarse") and page.has(effects) and "method" in curve.notes:
        said.append(page.say("curve.effects_by", method=page.say(f"method.{curve.notes['method']}")))
    if page.subject.allots_clusters:
        said.append(page.say("curve.clusters"))
    return [Paragraphs(paragraphs=tuple(said))] if said else []


def _risk_table(page: Page, table: Exhibit) -> Table:
    """Lay the numbers at risk out by time: one row per arm and count, one column per time."""
    records = table.records()
    days = sorted({float(str(record["time_days"])) for record in records})
    treatment, control = page.arms()
    groups = []
    for role, arm in (("treatment", treatment), ("control", control)):
        at = {
            float(str(record["time_days"])): index
            for index, record in enumerate(records)
            if record["arm"] == role
        }
        rows = [
            Row(
                header=page.say(f"risk_table.{field}"),
                cells=tuple(_count(page, table, at[day], field) if day in at else () for day in days),
            )
            for field in ("at_risk", "cumulative_events", "cumulative_censored")
        ]
        groups.append(Group(header=capitalised(arm), rows=tuple(rows)))
    first = {float(str(record["time_days"])): index for index, record in reversed(list(enumerate(records)))}
    form = "in_weeks" if page.subject.time_unit == "weeks" else "whole"
    return Table(
        id=table.id.replace("/", "-"),
        caption=page.say(
            "risk_table.caption",
            outcome=page.subject.outcome_label(table.outcome),
            population=page.subject.population(table.population),
        ),
        head=(
            capitalised(page.say(f"unit.{page.subject.time_unit}")),
            *((page.cell(table, first[day], "time_days", form),) for day in days),
        ),
        groups=tuple(groups),
        notes=(page.say("risk_table.rounded"),) if table.notes.get("coarse") else (),
        numeric=frozenset(range(1, len(days) + 1)),
        is_folded=bool(page.figures_of("curve", "coarse_curve")),
    )


def _count(page: Page, table: Exhibit, row: int, field: str) -> Sentence:
    if value_of(table, row, field) is None:
        return page.say("flow.withheld")
    return (page.cell(table, row, field, "whole"),)


def _results_table(page: Page) -> Table:
    """Give every finding a row, grouped by what and whom it is about, by role in the order of the plan."""
    groups: dict[tuple[str, str, int | None], list[Finding]] = {}
    roles = words(Role)
    for row in sorted(apart_from_transition(page.findings), key=lambda row: roles.index(row.role)):
        groups.setdefault((row.outcome, row.population, row.horizon_days), []).append(row)
    treatment, control = (capitalised(arm) for arm in page.arms())
    shared = _shared_warnings(page, [row for rows in groups.values() for row in rows])
    return Table(
        id="results",
        caption=page.say("results.caption"),
        head=(
            page.say("column.measure"),
            page.say("column.estimate"),
            capitalised(page.say("column.interval", level=_levels(page))),
            page.say("column.p"),
            page.say("column.events_of", arm=treatment),
            page.say("column.events_of", arm=control),
        ),
        groups=tuple(
            Group(
                header=page.say(
                    "results.group",
                    outcome=capitalised(page.subject.outcome_label(outcome)),
                    population=page.subject.population_of(*rows),
                ),
                rows=tuple(_result(page, row, shared) for row in rows),
            )
            for (outcome, _, _), rows in groups.items()
        ),
        notes=(
            *(page.say("results.shared_note", mark=mark, note=said) for said, mark in shared.items()),
            *_result_notes(page),
        ),
        numeric=frozenset({1, 2, 3, 4, 5}),
    )


def _shared_warnings(page: Page, rows: list[Finding]) -> dict[Sentence, Quoted]:
    """Return the warnings that stand at several results, each with the letter by which rows refer to it."""
    said = Counter(
        warning
        for row in rows
        if row.status == "estimated"
        for warning in warning_sentences(row, page.subject)
    )
    repeated = [warning for warning, times in said.items() if times > 1]
    return {warning: Quoted(letter) for warning, letter in zip(repeated, ascii_lowercase, strict=False)}


def _result(page: Page, row: Finding, shared: Mapping[Sentence, Quoted]) -> Row:
    header = capitalised(measure(row, page.subject))
    if row.term in ("treatment", "control"):
        arm = page.subject.arm("treatment" if row.term == "treatment" else "control")
        header = page.say("results.in_arm", measure=header, arm=arm)
    unit = unit_name(row, page.subject)
    if unit:
        header = page.say("results.with_unit", measure=header, unit=unit)
    role = capitalised(page.subject.role(row))
    emphasis = "primary" if row.role == "primary" else ""
    detail = page.say("column.label", role=role, method=page.subject.method(row))
    if row.status != "estimated":
        reason = page.say(f"reason.{row.reason}")
        return Row(
            header=header,
            detail=detail,
            across=page.say(f"absent_short.{row.status}", reason=reason),
            remarks=_truth(page, row),
            emphasis=emphasis,
        )
    return Row(
        header=header,
        detail=detail,
        remarks=(*_truth(page, row), *_remarks(page, row, shared)),
        emphasis=emphasis,
        cells=(
            (page.own(row, "estimate"),) if row.estimate is not None else page.say("dash"),
            _interval(page, row),
            (page.own(row, "p_value"),) if row.p_value is not None else page.say("dash"),
            _events(page, row, "treatment"),
            _events(page, row, "control"),
        ),
    )


def _remarks(page: Page, row: Finding, shared: Mapping[Sentence, Quoted]) -> list[Sentence]:
    """Return the warnings of one result, those that several share by their letters."""
    warnings = warning_sentences(row, page.subject)
    letters: list[Sentence] = [(shared[warning],) for warning in warnings if warning in shared]
    own = [warning for warning in warnings if warning not in shared]
    if not letters:
        return own
    return [*own, page.say("results.see_notes", marks=page.subject.words.listed(letters))]


def _truth(page: Page, row: Finding) -> tuple[Sentence, ...]:
    said = truth_sentence(row, page.subject)
    return (said,) if said else ()


def _interval(page: Page, row: Finding) -> Sentence:
    if row.conf_low is None:
        if row.estimate is not None and row.reason is not None:
            return page.say("results.no_interval", reason=page.say(f"reason.{row.reason}"))
        return page.say("dash")
    low, high = ends_in_order(row)
    return page.say("interval", low=page.own(row, low), high=page.own(row, high))


def _events(page: Page, row: Finding, role: str) -> Sentence:
    if getattr(row, f"n_{role}") is None or row.term not in ("", role):
        return page.say("dash")
    if getattr(row, f"events_{role}") is None:
        return page.say("results.people_of", n=page.own(row, f"n_{role}"))
    return page.say("results.events_of", events=page.own(row, f"events_{role}"), n=page.own(row, f"n_{role}"))


def _levels(page: Page) -> Sentence:
    """Return the confidence level where all findings share one, also where none has an interval."""
    rows = [row for row in page.findings.rows if row.conf_level is not None]
    rows = [row for row in rows if row.conf_low is not None] or rows
    if len({row.conf_level for row in rows}) != 1:
        return ()
    return page.say("joint.level", level=page.own(rows[0], "conf_level"))


def _result_notes(page: Page) -> tuple[Sentence, ...]:
    notes = [page.say("results.note")]
    rows = [row for row in page.findings.rows if row.conf_low is not None]
    if len({row.conf_level for row in rows}) > 1:
        notes.append(page.say("results.note_levels"))
    if any(row.unit == "days" for row in page.findings.rows):
        notes.append(page.say("results.note_time"))
    used = {row.method for row in page.findings.rows if row.unit == "proportion"}
    from_curves = [page.say(f"method.{method}") for method in CURVE_METHODS if method in used]
    if from_curves:
        notes.append(page.say("results.note_curves", methods=page.subject.words.listed(from_curves)))
    if any(row.effect_measure == "survival_difference" for row in page.findings.rows):
        notes.append(page.say("results.note_event_free"))
    return tuple(notes)


def _in_words(page: Page) -> Paragraphs:
    rows = [row for row in apart_from_transition(page.findings) if row.role in ("secondary", "exploratory")]
    return Paragraphs(
        heading=page.say("others.in_words") if rows else (),
        items=tuple(
            joined(
                [
                    plain_sentence(row, page.subject, page.findings),
                    plain_truth_sentence(row, page.subject),
                    *warning_sentences(row, page.subject),
                ]
            )
            for row in rows
        ),
    )
