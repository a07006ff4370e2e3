"""The reports in Danish: no English word, the protocol's Danish texts, Danish numbers and dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from primus_eval.appraisal import Appraisal
from primus_eval.disclosure import View
from primus_eval.figures import (
    balance_alt,
    curve_alt,
    definitions_alt,
    flow_alt,
    forest_alt,
    mean_count_alt,
    period_analyses,
    periods_alt,
    stacked_alt,
)
from primus_eval.findings import Findings
from primus_eval.report.checklists import checklists
from primus_eval.report.document import sentences_of
from primus_eval.report.files import csv_files
from primus_eval.report.render import documents_of
from primus_eval.wording.pieces import Quoted, Sentence, plain_text
from primus_eval.wording.subject import subject_of

ENGLISH = """
    about after against all an and any are arm arms arrest arrested as be because been before between both
    but censored column count counted counts custody day days death difference each estimate event
    events every everyone few fewer file first follow followed from group groups had has his how if in is it
    its known left less level line longer lower mean means missing more most no not nobody of on one only or
    other others outcome people prison prisoners programme protocol randomised recorded
    registered release released reoffending result results risk rows same shown table than that the their
    there these they this time treatment trial two unknown value values was week weeks were what when where
    which who whole with within without year years
"""
"""Words that stand in English sentences. Those that are Danish too (for, at, over, under, i, to, men) are not
here, nor are those that belong to Danish by now (interval, test, bootstrap)."""

NAMES = (
    "Money, Work, and Crime",
    "The primus_eval authors",
    "Bureau of Justice Statistics",
    "proven reoffending",
    "number needed to treat",
    "number needed to harm",
    "treatment policy",
    "while on treatment",
    "primus-eval simulate --people",
)
"""Names and terms that Danish statisticians write in English, and what is typed."""

PLAIN_KEYS = ("DKK",)
"""Texts that are the same in every language, so that nobody writes them twice."""

IDENTIFIER = re.compile(r"\w+[._]\w[\w.]*")
"""Names of files and of parts of the software."""

ISO_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")
DEPTHS = ("summary", "jury", "full")


def sentences(view: View, *appraisals: Appraisal) -> list[Sentence]:
    subject = subject_of(view.findings, language="da")
    documents = documents_of(view, appraisals, (), subject, DEPTHS)
    return [sentence for document in documents for sentence in sentences_of(document)]


def alternatives(findings: Findings) -> Iterator[str]:
    """What is said of each figure that would be drawn."""
    shown = [item for item in findings.exhibits if item.status == "estimated" and item.rows]
    of_outcomes = {
        "curve": curve_alt,
        "cumulative_incidence": stacked_alt,
        "mean_count": mean_count_alt,
    }
    for item in shown:
        if item.kind in of_outcomes:
            alt = of_outcomes[item.kind]
            yield alt(findings, outcome=item.outcome, population=item.population, language="da")
        elif item.kind == "definitions":
            yield definitions_alt(findings, outcome=item.outcome, language="da")
        elif item.kind in ("flow", "baseline"):
            yield {"flow": flow_alt, "baseline": balance_alt}[item.kind](findings, language="da")
    yield forest_alt(findings, language="da")
    for analysis in period_analyses(findings):
        yield periods_alt(findings, analysis=analysis, language="da")


def english_in(text: str) -> set[str]:
    """The English words of a Danish text, names apart."""
    for name in (*NAMES, *(standard.reference for standard in checklists())):
        text = re.sub(re.escape(name), "", text, flags=re.IGNORECASE)
    text = IDENTIFIER.sub("", text)
    return set(re.findall(r"[^\W\d_]+", text.casefold())) & set(ENGLISH.split())


def texts_of(value: Any) -> Iterator[dict[str, str]]:
    """Every text for people below a value of a protocol or an appraisal."""
    if isinstance(value, dict):
        if "en" in value and set(value) <= {"en", "da"}:
            yield value
        else:
            for item in value.values():
                yield from texts_of(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_of(item)


@pytest.fixture(scope="module")
def maryland_said(maryland: View, appraisal: Appraisal) -> list[Sentence]:
    return sentences(maryland, appraisal)


@pytest.fixture(scope="module")
def mentoring_said(mentoring: View) -> list[Sentence]:
    return sentences(mentoring)


@pytest.fixture(params=["maryland", "mentoring"])
def said(request: pytest.FixtureRequest) -> tuple[View, list[Sentence]]:
    return request.getfixturevalue(request.param), request.getfixturevalue(f"{request.param}_said")


def test_the_words_looked_for_are_found_in_english():
    english = "Of 100 people like these, 8 fewer were arrested again within a year"
    assert english_in(english) == {
        "of",
        "people",
        "these",
        "fewer",
        "were",
        "arrested",
        "within",
        "year",
    }
    assert english_in("Omkring 22 ud af 100 mænd; number needed to treat") == set()


def test_no_sentence_is_english(said: tuple[View, list[Sentence]]):
    texts = {plain_text(sentence) for sentence in said[1]}
    assert {text: words for text in texts if (words := english_in(text))} == {}


def test_no_figure_is_described_in_english(said: tuple[View, list[Sentence]]):
    texts = list(alternatives(said[0].findings))
    assert len(texts) > 2
    assert {text: words for text in texts if (words := english_in(text))} == {}


def test_the_samples_say_everything_in_danish(said: tuple[View, list[Sentence]], appraisal: Appraisal):
    texts = [*texts_of(said[0].findings.context["protocol"]), *texts_of(appraisal.model_dump())]
    assert [text["en"] for text in texts if "da" not in text and text["en"] not in PLAIN_KEYS] == []


def test_what_the_protocol_says_is_quoted_in_danish(said: tuple[View, list[Sentence]]):
    quoted = {
        piece.text.casefold() for sentence in said[1] for piece in sentence if isinstance(piece, Quoted)
    }
    texts = list(texts_of(said[0].findings.context["protocol"]))
    danish = {text.get("da", text["en"]).casefold() for text in texts}
    only_english = {text["en"].casefold() for text in texts} - danish
    assert quoted & danish
    assert quoted & only_english == set()


def test_labels_of_the_protocol_are_there(said: tuple[View, list[Sentence]]):
    protocol = said[0].findings.context["protocol"]
    columns = protocol["data"]["participants"]["columns"].values()
    before = [column for column in columns if column["timing"] == "before_randomisation"]
    described = [column for column in before if column["type"] != "date"]
    shown = (*protocol["arm"], *protocol["outcome"], *protocol["population"])
    declared = [protocol["study"]["title"], *(entry["label"] for entry in shown)]
    labels = [*texts_of([column["label"] for column in described]), *texts_of(declared)]
    levels = [text for column in described for text in texts_of(column["levels"] or {})]
    whole = " ".join(plain_text(sentence) for sentence in said[1]).casefold()
    assert [text["da"] for text in [*labels, *levels] if text["da"].casefold() not in whole] == []


def test_numbers_are_written_as_in_danish(said: tuple[View, list[Sentence]]):
    own = [piece for sentence in said[1] for piece in sentence if not isinstance(piece, Quoted)]
    text = "\n".join(piece if isinstance(piece, str) else piece.text for piece in own)
    assert re.findall(r"\d+,\d+", text) and re.findall(r"\d\N{NO-BREAK SPACE}%", text)
    assert re.findall(r"\d\.\d+", text) == []
    assert re.findall(r"\d%|\d %", text) == []


def test_dates_are_written_as_in_danish(maryland_said: list[Sentence], mentoring_said: list[Sentence]):
    maryland, mentoring = (
        "\n".join(plain_text(sentence) for sentence in said) for said in (maryland_said, mentoring_said)
    )
    assert "23. november 2026" in maryland and "2. december 2016" in mentoring
    assert ISO_DATE.findall(maryland + mentoring) == []


def test_tables_as_files_are_in_danish(maryland: View, mentoring: View):
    maryland_files = csv_files(maryland.findings, language="da")
    mentoring_files = csv_files(mentoring.findings, language="da")
    assert "age,Alder ved løsladelsen,år,mean_sd" in maryland_files["tables/baseline.csv"].decode()
    assert (
        "release_area,Område for løsladelse,,share,isles,Øerne"
        in mentoring_files["tables/baseline.csv"].decode()
    )
    flow = mentoring_files["tables/flow.csv"].decode()
    assert "ikke løsladt inden dataperiodens slutning" in flow
    definitions = mentoring_files["tables/definitions.csv"].decode()
    assert "Danmark, Kriminalforsorgen:" in definitions and "registreret ny kriminalitet" in definitions
