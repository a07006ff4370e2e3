"""A report as every format lays it out: titles, stamps, the result at a glance, sections and terms.

A document holds no markup and no format of its own. HTML, PDF, Word and Markdown are made from the same
document, so that they say the same in the same words; a number keeps its source on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from primus_eval.appraisal import Appraisal
from primus_eval.report.display import Figure, Paragraphs, Row, Section, Table
from primus_eval.report.headline import Headline, headline_of
from primus_eval.report.outline import OUTLINES
from primus_eval.report.page import Page
from primus_eval.report.sections.computed import glossary
from primus_eval.report.sheet import footer_of, sure_of
from primus_eval.vocabulary import ReportDepth
from primus_eval.wording.catalogue import Words
from primus_eval.wording.pieces import Number, Piece, Sentence

STEMS: dict[ReportDepth, str] = {"summary": "summary", "jury": "jury", "full": "report"}
"""The name of a document's file at each depth, without its ending."""

SHEETS: tuple[ReportDepth, ...] = ("summary", "jury")
"""The depths that begin with the sheet in the form of QUALIPREV."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One report at one depth, in one language.

    kicker: what kind of page it is, over the title. disclaimer: whose judgement it is not; only where
    there is a sheet. stamps: what must stand on every page, at length; tags: the same in two words.
    caution: what stands right after the result: how sure it is, in one breath, where there is a sheet, else
    that nothing was registered, if so. terms: a glossary, in alphabetical order.
    """

    depth: ReportDepth
    words: Words
    kicker: Sentence
    title: Sentence
    page_title: Sentence
    programme: Sentence
    disclaimer: Sentence
    stamps: tuple[Sentence, ...]
    tags: tuple[Sentence, ...]
    facts: tuple[tuple[Sentence, Sentence], ...]
    headline: Headline
    caution: Sentence
    sections: tuple[Section, ...]
    terms: tuple[tuple[Sentence, Sentence], ...]
    footer: tuple[Sentence, ...]

    @property
    def stem(self) -> str:
        """The name of the document's file, without its ending."""
        return STEMS[self.depth]

    @property
    def language(self) -> str:
        return self.words.language

    @property
    def tables(self) -> tuple[Table, ...]:
        """All tables, in the order in which they are printed."""
        return tuple(part for section in self.sections for part in section.parts if isinstance(part, Table))

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures, in the order in which they are printed."""
        return tuple(part for section in self.sections for part in section.parts if isinstance(part, Figure))


def document_of(page: Page, appraisals: tuple[Appraisal, ...], depth: ReportDepth) -> Document:
    """Lay a page out at one depth.

    page: findings with their words and pictures. appraisals: signed judgements of the same study.
    """
    has_sheet = depth in SHEETS
    subject, words = page.subject, page.subject.words
    tags = tuple(words.say(f"stamp.{kind}_mark") for kind in _stamps(page))
    title: Sentence = (subject.quote(subject.study["title"]),)
    sections = (section(page, appraisals) for section in OUTLINES[depth])
    headline = headline_of(page)
    return Document(
        depth=depth,
        words=words,
        kicker=words.say("page.sheet_kicker" if has_sheet else "page.kicker"),
        title=title,
        page_title=_between([*tags, title, words.say(f"page.title_{STEMS[depth]}")]),
        programme=(subject.quote(subject.study["programme"]),),
        disclaimer=words.say("sheet.disclaimer") if has_sheet else (),
        stamps=tuple(words.say(f"stamp.{kind}") for kind in _stamps(page)),
        tags=tags,
        facts=_facts(page),
        headline=headline,
        caution=sure_of(page) if has_sheet else headline.caveat,
        sections=tuple(whole for section in sections if (whole := _without_gaps(section)) is not None),
        terms=glossary(page) if depth == "full" else (),
        footer=footer_of(page, appraisals if has_sheet else (), has_sheet=has_sheet),
    )


def sentences_of(document: Document) -> Iterator[Sentence]:
    """Yield every sentence that is printed of a document, in the order of its parts."""
    headline = document.headline
    yield from (document.kicker, document.title, document.disclaimer, document.programme)
    yield from (sentence for fact in document.facts for sentence in fact)
    yield headline.kicker
    for arm in headline.arms:
        yield from (arm.label, (arm.number,))
    yield from (headline.figure, headline.figure_unit, headline.interval, headline.people)
    yield from (headline.sentence, document.caution, headline.truth, headline.analysed)
    for section in document.sections:
        yield section.title
        for part in section.parts:
            yield from _of_part(part)
    yield from (sentence for term in document.terms for sentence in term)
    yield from document.footer


def numbers_of(document: Document) -> tuple[Number, ...]:
    """Return every printed number of a document with its source."""
    return tuple(
        piece for sentence in sentences_of(document) for piece in sentence if isinstance(piece, Number)
    )


def _of_part(part: Paragraphs | Table | Figure) -> Iterator[Sentence]:
    if isinstance(part, Paragraphs):
        yield from (part.heading, *part.paragraphs, *part.items)
    elif isinstance(part, Figure):
        yield part.caption
    else:
        yield part.caption
        yield from part.head
        for group in part.groups:
            yield group.header
            for row in group.rows:
                yield from _of_row(row)
        yield from part.notes


def _of_row(row: Row) -> tuple[Sentence, ...]:
    return (row.header, row.detail, *row.cells, row.across, *row.remarks)


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


def _facts(page: Page) -> tuple[tuple[Sentence, Sentence], ...]:
    """Return what the head of a document says of the study: label and text."""
    study = page.subject.study
    return tuple(
        (page.say(f"facts.{name}"), (page.subject.quote(study[name]),))
        for name in ("setting", "funder", "source")
        if study.get(name)
    )


def _between(sentences: list[Sentence]) -> Sentence:
    """Set sentences on one line, with dots between them."""
    pieces: list[Piece] = []
    for sentence in sentences:
        pieces += [" · ", *sentence] if pieces else sentence
    return tuple(pieces)
