"""Over the years: declared horizons, what happened between them, year by year, and since the last report."""

from __future__ import annotations

from primus_eval.findings import Exhibit, Finding
from primus_eval.methods import OVER_YEARS
from primus_eval.report.display import Figure, Group, Paragraphs, Row, Section, Table
from primus_eval.report.page import Page, value_of
from primus_eval.report.sections.update import update_parts
from primus_eval.vocabulary import ArmRole
from primus_eval.wording.pieces import Sentence, capitalised
from primus_eval.wording.sentences import own, plain_sentence, unit_name

Part = Paragraphs | Table | Figure
ARMS: tuple[ArmRole, ...] = ("treatment", "control")


def long_term_section(page: Page) -> Section:
    """Tell the horizons that were declared, and what a new delivery changed; nothing where neither is."""
    parts: list[Part] = []
    horizons = page.exhibit("horizons")
    if horizons is not None:
        parts.append(Paragraphs(paragraphs=(page.say("long_term.intro"),)))
        parts += _horizons(page, horizons)
        parts += _results(page, horizons)
        parts += _windows(page)
        parts += [part for item in page.findings.exhibits_of("yearly_hazards") for part in _years(page, item)]
        parts += [
            part for item in page.findings.exhibits_of("eventual_return") for part in _eventual(page, item)
        ]
    parts += update_parts(page)
    return Section(id="long_term", title=page.say("long_term.title"), parts=tuple(parts))


# --- horizons -----------------------------------------------------------------------------------------------


def _horizons(page: Page, exhibit: Exhibit) -> list[Part]:
    if not page.has(exhibit):
        return [Paragraphs(paragraphs=(page.why_not_shown(exhibit),))]
    rows = tuple(
        Row(
            header=capitalised(page.subject.outcome_label(str(record["outcome"]))),
            cells=(page.say(f"long_term.place.{record['place']}"), _state(page, exhibit, number)),
            emphasis="primary" if record["place"] == "primary" else "",
        )
        for number, record in enumerate(exhibit.records())
    )
    return [
        Table(
            id="horizons",
            caption=page.say("long_term.horizons"),
            head=tuple(page.say(f"long_term.{key}") for key in ("horizon", "place_head", "state_head")),
            groups=(Group(rows=rows),),
        )
    ]


def _state(page: Page, exhibit: Exhibit, row: int) -> Sentence:
    """Say whether everybody has reached a horizon, else when they will have; never how many have."""
    if value_of(exhibit, row, "complete"):
        return page.say("long_term.complete")
    due = value_of(exhibit, row, "complete_on")
    if due is None:
        return page.say("long_term.not_yet_undated")
    key = "not_yet" if value_of(exhibit, row, "place") == "extended" else "partly"
    return page.say(f"long_term.{key}", day=page.subject.day(due))


def _results(page: Page, exhibit: Exhibit) -> list[Part]:
    """Say the contrast of each horizon in a plain sentence, which says where it is extended follow-up."""
    items = [
        plain_sentence(row, page.subject, page.findings)
        for record in exhibit.records()
        for row in _contrasts(page, str(record["outcome"]))
    ]
    return [Paragraphs(heading=page.say("long_term.results"), items=tuple(items))] if items else []


def _contrasts(page: Page, outcome: str) -> list[Finding]:
    rows = [
        row
        for row in page.findings.rows
        if row.outcome == outcome
        and row.population == "assigned"
        and row.effect_measure == "risk_difference"
        and page.subject.is_about_the_window(row)
        and not row.covariates
    ]
    return rows[:1]


# --- windows ------------------------------------------------------------------------------------------------


def _windows(page: Page) -> list[Part]:
    rows = [row for row in page.findings.rows if row.method in OVER_YEARS]
    parts: list[Part] = []
    for analysis in dict.fromkeys(row.analysis for row in rows):
        if not parts:
            about = page.say("long_term.windows_intro")
            parts.append(Paragraphs(heading=page.say("long_term.windows"), paragraphs=(about,)))
        parts.append(_window_table(page, analysis, page.findings.of_analysis(analysis)))
    return parts


def _window_table(page: Page, analysis: str, rows: tuple[Finding, ...]) -> Part:
    """Lay out the parts of the follow-up; a sentence where none has a result, for one reason."""
    caption = page.say("long_term.windows_caption", outcome=page.subject.outcome_label(rows[0].outcome))
    if rows[0].status != "estimated" and len({(row.status, row.reason) for row in rows}) == 1:
        why = _why_absent(page, rows[0])
        return Paragraphs(paragraphs=(page.say("process.labelled", label=caption, said=why),))
    split = (
        ("everyone", [row for row in rows if not row.conditional]),
        ("those_free", [row for row in rows if row.conditional]),
    )
    return Table(
        id=f"windows-{analysis}",
        caption=caption,
        head=(
            page.say("column.measure"),
            page.say("column.estimate"),
            capitalised(page.say("column.interval", level=_level(page, rows[0]))),
            *(page.say("column.events_of", arm=capitalised(arm)) for arm in page.arms()),
        ),
        groups=tuple(
            Group(header=page.say(f"long_term.{key}"), rows=tuple(_window_row(page, row) for row in members))
            for key, members in split
            if members
        ),
        numeric=frozenset({1, 2, 3, 4}),
    )


def _level(page: Page, row: Finding) -> Sentence:
    return page.say("joint.level", level=page.own(row, "conf_level")) if row.conf_level is not None else ()


def _window_row(page: Page, row: Finding) -> Row:
    days = (
        page.say("transition.up_to", day=page.own(row, "horizon_days", "whole"))
        if row.from_days is None
        else page.say(
            "long_term.window",
            first=page.own(row, "from_days", "whole"),
            last=page.own(row, "horizon_days", "whole"),
        )
    )
    header = capitalised(days)
    detail = capitalised(page.subject.role(row))
    if row.status != "estimated":
        return Row(header=header, detail=detail, across=_why_absent(page, row))
    unit = unit_name(row, page.subject)
    estimate = own(row, "estimate", page.subject)
    ends = page.say("dash")
    if row.conf_low is not None:
        ends = page.say("interval", low=page.own(row, "conf_low"), high=page.own(row, "conf_high"))
    return Row(
        header=page.say("results.with_unit", measure=header, unit=unit) if unit else header,
        detail=detail,
        cells=(estimate, ends, *(_people(page, row, arm) for arm in ARMS)),
    )


def _why_absent(page: Page, row: Finding) -> Sentence:
    return page.say(f"absent_short.{row.status}", reason=page.say(f"reason.{row.reason}"))


def _people(page: Page, row: Finding, arm: ArmRole) -> Sentence:
    if getattr(row, f"n_{arm}") is None or getattr(row, f"events_{arm}") is None:
        return page.say("flow.withheld" if page.profile == "release" else "dash")
    return page.say("results.events_of", events=page.own(row, f"events_{arm}"), n=page.own(row, f"n_{arm}"))


# --- years --------------------------------------------------------------------------------------------------


def _years(page: Page, exhibit: Exhibit) -> list[Part]:
    heading = page.say("long_term.yearly")
    if not page.has(exhibit):
        return [Paragraphs(heading=heading, paragraphs=(page.why_not_shown(exhibit),))]
    about = Paragraphs(heading=heading, paragraphs=(page.say("long_term.yearly_intro"),))
    records = exhibit.records()
    groups = tuple(
        Group(
            header=capitalised((page.subject.arm(arm),)),
            rows=tuple(
                _year(page, exhibit, row) for row, record in enumerate(records) if record["arm"] == arm
            ),
        )
        for arm in ARMS
    )
    level = page.note(exhibit, "conf_level", "percent_whole")
    table = Table(
        id=exhibit.id.replace("/", "-"),
        caption=page.say("long_term.yearly_caption", outcome=page.subject.outcome_label(exhibit.outcome)),
        head=(
            (),
            *(page.say(f"long_term.{key}") for key in ("at_risk", "first_events", "rate")),
            capitalised(page.say("column.interval", level=page.say("joint.level", level=level))),
        ),
        groups=groups,
        notes=(page.say("long_term.yearly_note", level=level),),
        numeric=frozenset({1, 2, 3, 4}),
    )
    return [about, *page.figures_of("yearly_hazards", exhibit=exhibit.id), table]


def _year(page: Page, exhibit: Exhibit, row: int) -> Row:
    ends = page.say("dash")
    if value_of(exhibit, row, "conf_low") is not None:
        ends = page.say(
            "long_term.rate_interval",
            low=page.cell(exhibit, row, "conf_low", "per_hundred"),
            high=page.cell(exhibit, row, "conf_high", "per_hundred"),
        )
    return Row(
        header=page.say("long_term.year", year=page.cell(exhibit, row, "year", "whole")),
        cells=(
            (page.cell(exhibit, row, "at_risk", "whole"),),
            (page.cell(exhibit, row, "events", "whole"),),
            (page.cell(exhibit, row, "rate", "per_hundred"),),
            ends,
        ),
    )


# --- eventual return ----------------------------------------------------------------------------------------


def _eventual(page: Page, exhibit: Exhibit) -> list[Part]:
    heading = page.say("long_term.eventual")
    if exhibit.status != "estimated":
        reason = page.say(f"reason.{exhibit.reason or 'no_plateau'}")
        said = page.say("long_term.eventual_none", reason=reason)
        return [Paragraphs(heading=heading, paragraphs=(said,))]
    rows = tuple(
        Row(
            header=capitalised(page.say(f"long_term.family_name.{record['family']}")),
            cells=(
                (page.cell(exhibit, row, "share", "percent"),),
                page.say(
                    "interval",
                    low=page.cell(exhibit, row, "conf_low", "percent"),
                    high=page.cell(exhibit, row, "conf_high", "percent"),
                ),
            ),
        )
        for row, record in enumerate(exhibit.records())
        if record["share"] is not None
    )
    level = page.note(exhibit, "conf_level", "percent_whole")
    table = Table(
        id=exhibit.id.replace("/", "-"),
        caption=page.say("long_term.eventual_caption", outcome=page.subject.outcome_label(exhibit.outcome)),
        head=(
            page.say("long_term.family"),
            page.say("long_term.share"),
            capitalised(page.say("column.interval", level=page.say("joint.level", level=level))),
        ),
        groups=(Group(rows=rows),),
        notes=(page.say("long_term.eventual_note", level=level),),
        numeric=frozenset({1, 2}),
    )
    return [Paragraphs(heading=heading, paragraphs=(page.say("long_term.eventual_intro"),)), table]
