"""Findings to files: report.html, summary.html, findings as JSON and CSV, tables and figures.

`render` is pure: the same view and the same appraisal give the same bytes; no clock, no machine.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from primus_eval.appraisal import Appraisal
from primus_eval.disclosure.view import View
from primus_eval.errors import InputError, Problem
from primus_eval.figures import Drawing, draw_all
from primus_eval.findings import Findings, to_json
from primus_eval.report.display import Figure, Paragraphs, Section, Table
from primus_eval.report.files import csv_files
from primus_eval.report.headline import headline_of
from primus_eval.report.markup import render_template
from primus_eval.report.page import Page
from primus_eval.report.sections.assumptions import assumptions_section
from primus_eval.report.sections.certainty import certainty_section
from primus_eval.report.sections.computed import computed_section, glossary
from primus_eval.report.sections.counted import counted_section
from primus_eval.report.sections.limits import limits_section
from primus_eval.report.sections.other_definitions import definitions_section
from primus_eval.report.sections.participants import baseline_section, participants_section
from primus_eval.report.sections.promised import promised_section
from primus_eval.report.sections.results import others_section, primary_section
from primus_eval.report.sections.transition import transition_section
from primus_eval.report.sections.way import way_section
from primus_eval.report.sheet import sheet_of
from primus_eval.wording.pieces import Sentence, capitalised
from primus_eval.wording.subject import Subject, subject_of

SECTIONS = (
    promised_section,
    counted_section,
    participants_section,
    baseline_section,
    primary_section,
    transition_section,
    others_section,
    definitions_section,
    way_section,
    certainty_section,
    assumptions_section,
    limits_section,
    computed_section,
)
"""The sections of report.html in the order in which they are printed."""


def render(view: View, appraisal: Appraisal | None = None, *, language: str = "en") -> dict[str, bytes]:
    """Turn a view into the files of a report, by relative name.

    view: findings that were released, or internal ones, which are stamped on every page.
    appraisal: a signed judgement of the same study; without one the sheet says that none was made.
    Checked: tests/report.
    """
    subject = subject_of(view.findings, language=language)
    _require_same_study(appraisal, subject)
    mark = subject.words.text("stamp.internal_mark") if view.profile == "internal" else None
    drawings = draw_all(view.findings, language=language, mark=mark)
    files = {f"figures/{drawing.name}.png": drawing.png for drawing in drawings}
    files |= render_pages(view, appraisal, drawings, subject)
    files |= csv_files(view.findings, language=language)
    files["findings.json"] = to_json(view.findings).encode()
    return dict(sorted(files.items()))


def render_pages(
    view: View, appraisal: Appraisal | None, drawings: Iterable[Drawing], subject: Subject
) -> dict[str, bytes]:
    """Lay out the two HTML pages around drawings that were already made."""
    figures = tuple(_figure(drawing, view.findings, subject) for drawing in drawings)
    page = Page(findings=view.findings, subject=subject, profile=view.profile, figures=figures)
    shared = {
        "page": page,
        "language": subject.language,
        "w": subject.words.text,
        "stamps": [subject.words.text(f"stamp.{kind}") for kind in _stamps(page)],
        "tags": [subject.words.text(f"stamp.{kind}_mark") for kind in _stamps(page)],
        "title": subject.quote(subject.study["title"]).text,
        "page_titles": _page_titles(page),
        "programme": subject.quote(subject.study["programme"]).text,
        "facts": _facts(page),
        "fingerprint": page.fingerprint,
        "version": str(page.context.get("versions", {}).get("primus_eval", "")),
    }
    report = render_template(
        "report.html.j2",
        **shared,
        headline=headline_of(page),
        sections=[whole for section in SECTIONS if (whole := _without_gaps(section(page))) is not None],
        glossary=glossary(page),
    )
    summary = render_template("summary.html.j2", **shared, sheet=sheet_of(page, appraisal))
    return {"report.html": report.encode(), "summary.html": summary.encode()}


def _figure(drawing: Drawing, findings: Findings, subject: Subject) -> Figure:
    about = next((item for item in findings.exhibits if item.id == drawing.exhibit and item.outcome), None)
    names: dict[str, Sentence] = {}
    if about is not None:
        names = {
            "outcome": subject.outcome_label(about.outcome),
            "population": subject.population(about.population),
        }
    return Figure(
        id=drawing.name,
        kind=drawing.caption_key,
        exhibit=drawing.exhibit,
        source="data:image/png;base64," + base64.b64encode(drawing.png).decode(),
        alt=drawing.alt,
        width_px=drawing.width_px,
        height_px=drawing.height_px,
        caption=capitalised(subject.words.say(f"figure.{drawing.caption_key}", **names)),
    )


def _without_gaps(section: Section) -> Section | None:
    """Leave out tables without rows, and the section where it has nothing else."""
    parts = tuple(
        part
        for part in section.parts
        if not isinstance(part, Table) or any(group.rows for group in part.groups)
    )
    said = any(part.paragraphs or part.items for part in parts if isinstance(part, Paragraphs))
    if not said and all(isinstance(part, Paragraphs) for part in parts):
        return None
    return replace(section, parts=parts)


def _stamps(page: Page) -> list[str]:
    """Return the kinds of stamp that must stand on every page: simulated data, internal findings."""
    return [
        *(["simulated"] if page.subject.is_simulated else []),
        *(["internal"] if page.profile == "internal" else []),
    ]


def _page_titles(page: Page) -> dict[str, str]:
    """Return the titles of both pages; what is stamped on them comes first."""
    marks = [page.subject.words.text(f"stamp.{kind}_mark") for kind in _stamps(page)]
    title = page.subject.quote(page.subject.study["title"]).text
    return {
        name: " · ".join([*marks, title, page.subject.words.text(f"page.title_{name}")])
        for name in ("report", "summary")
    }


def _facts(page: Page) -> list[tuple[str, Sentence]]:
    """Return what the head of a page says of the study: label and text."""
    study = page.subject.study
    texts: dict[str, Any] = {
        "setting": study.get("setting"),
        "funder": study.get("funder"),
        "source": study.get("source"),
    }
    return [
        (page.subject.words.text(f"facts.{name}"), (page.subject.quote(text),))
        for name, text in texts.items()
        if text
    ]


def _require_same_study(appraisal: Appraisal | None, subject: Subject) -> None:
    if appraisal is not None and appraisal.study != subject.study["id"]:
        raise InputError(
            Problem(
                code="PE-F24",
                file="appraisal.toml",
                key="study",
                what=f"is about {appraisal.study!r}, but the findings are about {subject.study['id']!r}.",
                mend="Give the appraisal of this study, or correct study in it.",
            )
        )
