"""The time after release: when reoffending happened, period by period, and what can be compared fairly.

Up to a day everyone randomised is compared. Within a later period, or from a landmark on, people are picked
out by what happened to them, and the arms need no longer be alike: the section says so beside each number.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from primus_eval.findings import Finding
from primus_eval.methods import OVER_YEARS
from primus_eval.report.display import Figure, Group, Paragraphs, Row, Section, Table
from primus_eval.report.page import Page
from primus_eval.tables import apart_from_transition
from primus_eval.vocabulary import ArmRole
from primus_eval.wording.pieces import Sentence, capitalised, joined
from primus_eval.wording.quantities import ends_in_order
from primus_eval.wording.sentences import measure, plain_sentence, unit_name, warning_sentences
from primus_eval.wording.stored import warning_text

ARMS: tuple[ArmRole, ...] = ("treatment", "control")


def transition_section(page: Page) -> Section:
    """Tell the transition: up to each day, within each period, from a landmark on."""
    groups = [(id, rows) for id, rows in _by_analysis(page) if rows]
    if not groups:
        return Section(id="transition", title=page.say("transition.title"))
    parts: list[Paragraphs | Table | Figure] = [
        Paragraphs(paragraphs=(page.say("transition.intro"), page.say("transition.why")))
    ]
    for id, rows in groups:
        parts += _analysis(page, id, rows)
    return Section(id="transition", title=page.say("transition.title"), parts=tuple(parts))


def _by_analysis(page: Page) -> list[tuple[str, list[Finding]]]:
    elsewhere = {row.finding for row in apart_from_transition(page.findings)}
    over_years = {row.analysis for row in page.findings.rows if row.method in OVER_YEARS}
    elsewhere |= {row.finding for row in page.findings.rows if row.analysis in over_years}
    rows = [row for row in page.findings.rows if row.finding not in elsewhere]
    return [
        (id, [row for row in rows if row.analysis == id]) for id in dict.fromkeys(r.analysis for r in rows)
    ]


def _analysis(page: Page, id: str, rows: list[Finding]) -> list[Paragraphs | Table | Figure]:
    fair = [row for row in rows if not row.conditional and row.status == "estimated"]
    risks = [row for row in fair if row.effect_measure == "risk_difference"]
    said = tuple(plain_sentence(row, page.subject, page.findings) for row in risks)
    about = Paragraphs(
        heading=page.say(
            "transition.about",
            outcome=capitalised(page.subject.outcome_label(rows[0].outcome)),
            population=page.subject.population_of(rows[0]),
        ),
        items=said,
    )
    figures = page.figures_of("periods", exhibit=f"periods/{id}")
    return [about, *figures, _table(page, id, rows)]


def _table(page: Page, id: str, rows: list[Finding]) -> Table:
    fair, others = ([row for row in rows if row.conditional == conditional] for conditional in (False, True))
    groups = [
        Group(header=page.say(f"transition.{key}"), rows=tuple(_row(page, row, rows) for row in members))
        for key, members in (("fair", fair), ("not_fair", others))
        if members
    ]
    about = page.say(
        "transition.about",
        outcome=page.subject.outcome_label(rows[0].outcome),
        population=page.subject.population_of(rows[0]),
    )
    return Table(
        id=f"transition-{id}",
        caption=page.say("transition.caption", outcome=about),
        head=(
            page.say("column.measure"),
            page.say("column.estimate"),
            capitalised(page.say("column.interval", level=_level(page, rows))),
            *(page.say("column.events_of", arm=capitalised(arm)) for arm in page.arms()),
        ),
        groups=tuple(groups),
        notes=(page.say("transition.note"), *_shared_warnings(page, rows)),
        numeric=frozenset({1, 2, 3, 4}),
    )


def _row(page: Page, row: Finding, rows: list[Finding]) -> Row:
    name = measure(row, page.subject)
    unit = unit_name(row, page.subject)
    header = page.say("results.with_unit", measure=name, unit=unit) if unit else name
    role = capitalised(page.subject.role(row))
    days = capitalised(_days(page, row))
    header = joined([days, header], separator=": ")
    detail = page.say("column.label", role=role, method=page.subject.method(row))
    if row.status != "estimated":
        reason = page.say(f"reason.{row.reason}")
        across = page.say(f"absent_short.{row.status}", reason=reason)
        return Row(header=header, detail=detail, across=across)
    return Row(
        header=header,
        detail=detail,
        remarks=_own_warnings(page, row, rows),
        cells=(
            (page.own(row, "estimate"),) if row.estimate is not None else page.say("dash"),
            _interval(page, row),
            *(_people(page, row, arm) for arm in ARMS),
        ),
    )


def _people(page: Page, row: Finding, arm: ArmRole) -> Sentence:
    """Say how many had the event, and of how many, or that it is withheld."""
    unknown = page.say("flow.withheld" if page.profile == "release" else "dash")
    if getattr(row, f"n_{arm}") is None:
        return unknown
    events = unknown if getattr(row, f"events_{arm}") is None else page.own(row, f"events_{arm}")
    return page.say("results.events_of", events=events, n=page.own(row, f"n_{arm}"))


def _repeated(rows: list[Finding]) -> list[str]:
    """Return the warnings that several rows share, to be said once."""
    counts = Counter(text for row in rows for text in row.warnings)
    return [text for text, n in counts.items() if n > 1]


def _shared_warnings(page: Page, rows: list[Finding]) -> tuple[Sentence, ...]:
    return tuple(
        page.say("plain.warning", text=warning_text(text, page.subject.words)) for text in _repeated(rows)
    )


def _own_warnings(page: Page, row: Finding, rows: list[Finding]) -> tuple[Sentence, ...]:
    own = tuple(text for text in row.warnings if text not in _repeated(rows))
    return warning_sentences(replace(row, warnings=own), page.subject)


def _days(page: Page, row: Finding) -> Sentence:
    """Say to which day, or from which to which, a row counts; on which day, where it is about one."""
    last = page.own(row, "horizon_days", "whole")
    if row.method == "cox_time_varying":
        return page.say("transition.on_day", day=last)
    if row.from_days is None:
        return page.say("transition.up_to", day=last)
    return page.say("transition.from_to", first=page.own(row, "from_days", "whole"), last=last)


def _interval(page: Page, row: Finding) -> Sentence:
    if row.conf_low is None:
        return page.say("dash")
    low, high = ends_in_order(row)
    return page.say("interval", low=page.own(row, low), high=page.own(row, high))


def _level(page: Page, rows: list[Finding]) -> Sentence:
    known = [row for row in rows if row.conf_level is not None]
    return page.say("joint.level", level=page.own(known[0], "conf_level")) if known else ()
