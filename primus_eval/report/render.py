"""Findings to files: the report at each depth in each format, findings as JSON and CSV, tables, figures.

`render` is pure: the same view and the same appraisals give the same bytes; no clock, no machine. Figures
are drawn once, for every depth and every format.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from primus_eval.appraisal import Appraisal
from primus_eval.disclosure.view import View
from primus_eval.errors import InputError, Problem
from primus_eval.figures import Drawing, draw_all
from primus_eval.findings import Findings, to_json
from primus_eval.report.display import Figure
from primus_eval.report.document import Document, document_of
from primus_eval.report.files import csv_files
from primus_eval.report.formats import TABLE_WRITERS, WRITERS, require_formats
from primus_eval.report.page import Page
from primus_eval.vocabulary import ReportDepth, ReportFormat
from primus_eval.wording.pieces import Sentence, capitalised
from primus_eval.wording.subject import Subject, subject_of

DEPTHS: tuple[ReportDepth, ...] = ("full", "summary")
FORMATS: tuple[ReportFormat, ...] = ("html",)


def render(
    view: View,
    *appraisals: Appraisal,
    language: str = "en",
    depths: Sequence[ReportDepth] = DEPTHS,
    formats: Sequence[ReportFormat] = FORMATS,
) -> dict[str, bytes]:
    """Turn a view into the files of a report, by relative name.

    view: findings that were released, or internal ones, which are stamped on every page.
    appraisals: signed judgements of the same study; without one the sheet says that none was made.
    depths: "summary" is one page, "jury" four, "full" everything; each is a document of its own.
    formats: html, pdf, word and markdown write every document; latex and excel its tables.
    Raises EnvironmentFault where a format needs a library that is not installed.
    Checked: tests/report.
    """
    require_formats(formats)
    subject = subject_of(view.findings, language=language)
    for appraisal in appraisals:
        _require_same_study(appraisal, subject)
    mark = subject.words.text("stamp.internal_mark") if view.profile == "internal" else None
    drawings = draw_all(view.findings, language=language, mark=mark)
    documents = documents_of(view, appraisals, drawings, subject, depths)
    files = {f"figures/{drawing.name}.png": drawing.png for drawing in drawings}
    files |= written(documents, formats)
    files |= csv_files(view.findings, language=language)
    files["findings.json"] = to_json(view.findings).encode()
    return dict(sorted(files.items()))


def documents_of(
    view: View,
    appraisals: tuple[Appraisal, ...],
    drawings: Iterable[Drawing],
    subject: Subject,
    depths: Sequence[ReportDepth] = DEPTHS,
) -> tuple[Document, ...]:
    """Lay a view out at each depth, around drawings that were already made."""
    figures = tuple(_figure(drawing, view.findings, subject) for drawing in drawings)
    page = Page(findings=view.findings, subject=subject, profile=view.profile, figures=figures)
    return tuple(document_of(page, appraisals, depth) for depth in depths)


def written(documents: Sequence[Document], formats: Sequence[ReportFormat]) -> dict[str, bytes]:
    """Write documents in every format asked for; tables alone come from the document that holds most."""
    stems = [document.stem for document in documents]
    files: dict[str, bytes] = {}
    for name in formats:
        if name in WRITERS:
            suffix, write = WRITERS[name]
            files |= {f"{document.stem}.{suffix}": write(document, stems) for document in documents}
        else:
            files |= TABLE_WRITERS[name](max(documents, key=lambda document: len(document.tables)))
    return files


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
        png=drawing.png,
        alt=drawing.alt,
        width_px=drawing.width_px,
        height_px=drawing.height_px,
        caption=capitalised(subject.words.say(f"figure.{drawing.caption_key}", **names)),
    )


def _require_same_study(appraisal: Appraisal, subject: Subject) -> None:
    if appraisal.study != subject.study["id"]:
        raise InputError(
            Problem(
                code="PE-F24",
                file="appraisal.toml",
                key="study",
                what=f"is about {appraisal.study!r}, but the findings are about {subject.study['id']!r}.",
                mend="Give the appraisal of this study, or correct study in it.",
            )
        )
