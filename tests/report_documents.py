"""Documents to write in any format: of the samples at every depth, and with one text in every place."""

from __future__ import annotations

import re
from collections.abc import Iterable

import figure_findings as made

from primus_eval.appraisal import Appraisal
from primus_eval.disclosure import Internal, View
from primus_eval.figures import Drawing, draw_all
from primus_eval.findings import Findings
from primus_eval.report.document import STEMS, Document, sentences_of
from primus_eval.report.render import documents_of
from primus_eval.vocabulary import ReportDepth
from primus_eval.wording.pieces import Sentence, plain_text, visible
from primus_eval.wording.subject import subject_of

LANGUAGES = ("en", "da")
DEPTHS: tuple[ReportDepth, ...] = tuple(STEMS)


def all_documents(
    view: View, *appraisals: Appraisal, languages: Iterable[str] = LANGUAGES
) -> dict[tuple[str, ReportDepth], Document]:
    """Every depth in every language, around the same pictures, by language and depth."""
    drawings = draw_all(view.findings, language="en")
    return {
        (language, document.depth): document
        for language in languages
        for document in _laid_out(view, appraisals, drawings, language)
    }


def laid_out(view: View, language: str) -> Document:
    """The full report in a language, without pictures."""
    return _laid_out(view, (), (), language)[0]


def labelled(label: str, *, with_pictures: bool = False) -> Document:
    """The full report of findings in which every text of the protocol is this label."""
    found = findings_labelled(label)
    drawings = draw_all(found, language="en") if with_pictures else ()
    return next(iter(_laid_out(Internal(findings=found), (), drawings, "en")))


def findings_labelled(label: str) -> Findings:
    """Findings made by hand in which every text of the protocol is this label."""
    found = made.findings(
        made.flow(), made.baseline(age=0.1), made.curve(), made.risk_table(), arms=(label, label + " 2")
    )
    protocol, text = found.context["protocol"], {"en": label}
    protocol["study"] |= {name: text for name in ("title", "programme", "people", "setting", "source")}
    protocol["study"] |= {"cautions": [text], "funder": label, "implementer_role": label}
    protocol["outcome"][0] |= {"label": text, "people_with": text}
    protocol["data"]["participants"]["columns"]["age"]["label"] = text
    return found


def in_order(document: Document) -> list[str]:
    """Every sentence that a format prints one after the other, without spaces.

    Not among them are the numbers of the headline, which each format sets as it can.
    """
    headline = document.headline
    floating = [headline.people, headline.figure, headline.figure_unit, headline.interval]
    floating += [sentence for arm in headline.arms for sentence in (arm.label, (arm.number,))]
    return [
        shown(sentence)
        for sentence in sentences_of(document)
        if sentence and not any(sentence is each or sentence == each for each in floating)
    ]


def shown(sentence: Sentence) -> str:
    """A sentence as a reader sees it, without spaces."""
    texts = (piece if isinstance(piece, str) else visible(piece.text) for piece in sentence)
    return squeezed("".join(texts))


def at_a_glance(document: Document) -> list[str]:
    """The texts of the headline's numbers, without spaces; empty where there is no number."""
    headline = document.headline
    arms = [text for arm in headline.arms for text in (plain_text(arm.label), arm.number.text)]
    others = [headline.figure, headline.figure_unit, headline.interval]
    return [squeezed(text) for text in (*arms, *map(plain_text, others))] if headline.figure else []


def squeezed(text: str) -> str:
    """A text without any space."""
    return re.sub(r"\s+", "", text)


def assert_in_order(sentences: Iterable[str], text: str) -> None:
    """Hold that all sentences are in a text, each after the one before it."""
    place = 0
    for sentence in sentences:
        found = text.find(sentence, place)
        assert found >= 0, sentence
        place = found + len(sentence)


def _laid_out(
    view: View, appraisals: tuple[Appraisal, ...], drawings: Iterable[Drawing], language: str
) -> tuple[Document, ...]:
    subject = subject_of(view.findings, language=language)
    return documents_of(view, appraisals, drawings, subject, ("full", "jury", "summary"))
