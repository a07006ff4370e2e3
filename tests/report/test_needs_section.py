"""The chapter on needs and other outcomes: who was seen, in both languages, and what is not there."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from primus_eval.disclosure import release
from primus_eval.findings import Exhibit, Findings
from primus_eval.loaders import load_trial
from primus_eval.pipeline import evaluate
from primus_eval.report.display import Paragraphs, Section, Table
from primus_eval.report.page import Page
from primus_eval.report.sections.needs import needs_section
from primus_eval.wording.pieces import Number, plain_text
from primus_eval.wording.subject import subject_of

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "mentoring"


@cache
def findings() -> Findings:
    return evaluate(load_trial(SAMPLE))


def section(found: Findings, language: str = "en") -> Section:
    return needs_section(Page(found, subject_of(found, language=language), "internal"))


def sentences(made: Section):
    for part in made.parts:
        if isinstance(part, Paragraphs):
            yield from (part.heading, *part.paragraphs, *part.items)
        elif isinstance(part, Table):
            yield from (part.caption, *part.head, *part.notes)
            for group in part.groups:
                yield group.header
                for row in group.rows:
                    yield from (row.header, *row.cells)


def text(made: Section) -> str:
    return "\n".join(map(plain_text, sentences(made)))


@pytest.mark.parametrize("language", ["en", "da"])
def test_every_score_has_its_sentence_and_its_table_of_who_was_seen(language):
    found = findings()
    made = section(found, language)
    tables = {part.id for part in made.parts if isinstance(part, Table)}
    for outcome in found.context["protocol"]["outcome"]:
        if outcome.get("scale"):
            assert f"scale_waves-{outcome['id']}" in tables
            assert outcome["label"][language].casefold() in text(made).casefold()
    assert {"holm", "needs-scale_model-wellbeing_waves", "needs-proportional_odds-housing-assigned"} <= tables
    assert "signifi" not in text(made).casefold()


def test_every_number_comes_from_a_finding_or_an_exhibit():
    found = findings()
    known = {exhibit.id for exhibit in found.exhibits} | {row.finding for row in found.rows}
    numbers = [piece for said in sentences(section(found)) for piece in said if isinstance(piece, Number)]
    assert len(numbers) > 100 and {number.source for number in numbers} <= known


def test_the_relevant_change_stands_beside_the_result_and_its_lack_is_said():
    said = text(section(findings()))
    assert "A difference of 10 points or more was declared beforehand" in said
    assert said.count("The plan does not say what difference would matter") == 3


def test_a_score_is_not_called_recorded_and_has_a_direction():
    said = text(section(findings()))
    assert "from 0 to 100 (as recorded)" not in said
    assert "Less is better here: the estimate is in favour of" in said


def test_what_is_released_says_that_it_is_rounded_and_what_is_withheld():
    shown = release(findings()).findings
    said = text(section(shown))
    assert "numbers of people are rounded" in said


def withheld(exhibit: Exhibit) -> Exhibit:
    return exhibit.withheld("small_cell") if exhibit.kind in ("scale_waves", "holm") else exhibit


def test_a_withheld_table_is_said_to_be_withheld():
    found = replace(findings(), exhibits=tuple(map(withheld, findings().exhibits)))
    made = section(found)
    assert not any(isinstance(part, Table) and part.id.startswith("scale_waves") for part in made.parts)
    page = Page(found, subject_of(found, language="en"), "internal")
    gone = [exhibit for exhibit in found.exhibits if exhibit.status == "withheld"]
    assert len(gone) == 5  # four scales, and the p-values adjusted together
    assert text(made).count(plain_text(page.why_not_shown(gone[0]))) == len(gone)


def test_a_trial_without_scores_says_so():
    found = findings()
    protocol = found.context["protocol"]
    kept = [each for each in protocol["outcome"] if not each.get("scale") and not each.get("register_weeks")]
    bare = replace(found, context={**found.context, "protocol": {**protocol, "outcome": kept}})
    assert "declares no scale" in text(section(bare))
