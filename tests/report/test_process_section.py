"""The chapter on delivery: n of N with intervals, states in words, both doses, harm and contrast always."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import delivery_exhibits as made
import pytest

from primus_eval.estimators.process.catalogue import CATALOGUE
from primus_eval.findings import Findings
from primus_eval.report.display import Figure, Paragraphs, Section, Table
from primus_eval.report.documented import process_evidence
from primus_eval.report.facts import FACTS
from primus_eval.report.page import Page
from primus_eval.report.sections.indicator_rows import CHAPTERS
from primus_eval.report.sections.process import process_section
from primus_eval.vocabulary import CancelledBy, Ending, Indicator, IndicatorState, Phase
from primus_eval.wording.catalogue import languages, words_in
from primus_eval.wording.pieces import Number, Quoted, Sentence, plain_text
from primus_eval.wording.quantities import printed
from primus_eval.wording.subject import subject_of

ALWAYS = ("harm", "control_services")


def page_of(findings: Findings, language: str = "en", profile: str = "internal") -> Page:
    subject = subject_of(findings, language=language)
    return Page(findings=findings, subject=subject, profile=profile)  # type: ignore[arg-type]


def sentences(section: Section) -> list[Sentence]:
    said: list[Sentence] = [section.title]
    for part in section.parts:
        if isinstance(part, Paragraphs):
            said += [part.heading, *part.paragraphs, *part.items]
        elif isinstance(part, Table):
            said += [part.caption, *part.head, *part.notes]
            for group in part.groups:
                said.append(group.header)
                for row in group.rows:
                    said += [row.header, row.detail, *row.cells, row.across, *row.remarks]
    return said


def text_of(section: Section) -> str:
    return "\n".join(plain_text(sentence) for sentence in sentences(section))


def table(section: Section, id: str) -> Table:
    return next(part for part in section.parts if isinstance(part, Table) and part.id == id)


def rows_of(section: Section, id: str) -> dict[str, list[str]]:
    found = {}
    for group in table(section, id).groups:
        for row in group.rows:
            cells = [*row.cells, *([row.across] if row.across else [])]
            found[plain_text(row.header)] = [plain_text(cell) for cell in cells]
    return found


@pytest.fixture(scope="module")
def section() -> Section:
    return process_section(page_of(made.delivered(*made.WHOLE)))


def test_without_a_plan_there_is_no_chapter():
    assert process_section(page_of(made.delivered(process=None))).parts == ()


def test_n_of_n_value_interval_and_target_stand_in_a_row(section):
    rows = rows_of(section, "process-indicators")
    matched = rows["How many of those offered the programme were matched with a mentor?"]
    assert matched == ["54 of 60", "90.0%", "79.9% to 95.3%", "100.0%"]
    planned = rows["How much contact did the offer come to, per planned week?"]
    assert planned[:2] == ["1,779 in 3,000 weeks", "0.59 a week"]


def test_states_are_said_and_never_a_blank(section):
    rows = rows_of(section, "process-indicators")
    assert rows["How many of those eligible were told about the programme?"] == ["not collected"]
    (withheld,) = rows["How many were met on the day of release or in the three days after?"]
    assert withheld.startswith("withheld: ")
    how_many = next(plain_text(said) for said in sentences(section) if "Indicators: " in plain_text(said))
    assert "Indicators: 8, of which 6 reported, 1 not collected and 1 withheld." in how_many


def test_every_printed_number_is_derived_again(section):
    findings = made.delivered(*made.WHOLE)
    exhibits = {exhibit.id: exhibit for exhibit in findings.exhibits}
    numbers = [piece for said in sentences(section) for piece in said if isinstance(piece, Number)]
    assert len([number for number in numbers if number.kind == "exhibit"]) > 50
    for number in numbers:
        if number.kind == "count":
            continue
        exhibit = exhibits[number.source]
        value = exhibit.rows[number.row or 0][exhibit.columns.index(number.field)]
        assert number.text == printed(value, number.form)


@pytest.mark.parametrize("language", languages())
def test_no_other_digit_is_printed(language):
    section = process_section(page_of(made.delivered(*made.WHOLE), language))
    for said in sentences(section):
        bare = "".join(piece for piece in said if isinstance(piece, str))
        assert not re.search(r"\d", bare.replace("100", "")), plain_text(said)


def test_the_dose_is_given_by_both_denominators_or_said_to_be_missing(section):
    assert "Per planned week: 0.59 a week (interval" in text_of(section)
    assert "Per week in which people could be met: 0.70 a week (interval" in text_of(section)
    alone = made.indicators(made.INDICATOR_ROWS[:6])
    text = text_of(process_section(page_of(made.delivered(alone))))
    assert "Per week in which people could be met: not collected." in text


def test_parts_stand_under_their_whole_with_their_labels(section):
    rows = rows_of(section, "process-indicators")
    assert rows["Who cancelled the contacts that were not held?"] == ["By reason:"]
    assert rows["The participant"][:2] == ["40 of 50", "80.0%"]
    assert rows["Two mentors"][0] == "15 of 60" and rows["Usual services"][0] == "12 of 58"
    units = rows_of(section, "process-units")
    assert units["Wing: 0"][0] == "17 of 24" and units["Wing: 1"][0].startswith("withheld")


def test_each_pitfall_is_said_once(section):
    pitfall = plain_text(page_of(made.delivered()).say("indicator.matched.pitfall"))
    assert text_of(section).count(pitfall) == 1


def test_an_interval_around_nothing_is_not_nothing(section):
    rows = rows_of(section, "process-indicators")
    assert rows["Did anybody come to harm?"][1:3] == ["0.00 for each person", "0.00 to 0.06"]


def test_a_whole_that_stands_in_parts_is_kept_where_its_part_is_withheld():
    rows = (
        made.row("ending", numerator=53, denominator=90, estimate=53 / 90),
        made.row("ending", breakdown="reason", group="planned", **made.EMPTY, state="withheld"),
        made.row("ending", breakdown="reason", group="mentor", **made.EMPTY, state="withheld"),
    )
    shown = rows_of(process_section(page_of(made.delivered(made.indicators(rows)))), "process-indicators")
    assert shown["Ended as planned"][0] == "53 of 90"
    assert shown["Ended early by the mentor"] == ["withheld"]
    assert list(shown)[1:] == ["Ended as planned", "Ended early by the mentor"]


@pytest.mark.parametrize("is_rounded", [True, False])
def test_rounded_numbers_are_said_to_be_rounded(is_rounded):
    notes = {"rounded": True, "step": 6} if is_rounded else {}
    exhibits = [replace(exhibit, notes={**exhibit.notes, **notes}) for exhibit in made.WHOLE]
    section = process_section(page_of(made.delivered(*exhibits), profile="release"))
    for id in ("process-indicators", "process-units", "programme-flow", "process-harm"):
        noted = any("to the middle of steps of 6" in plain_text(note) for note in table(section, id).notes)
        assert noted == is_rounded


def test_harm_is_printed_where_there_is_none(section):
    rows = rows_of(section, "process-harm")
    assert rows["Any incident"] == ["1 (1 of 60)", "0 (0 of 58)"]
    assert rows["Conflict"] == ["1 (1 of 60)", "0 (0 of 58)"]
    assert rows["Minor"] == ["1 (1 of 60)", "0 (0 of 58)"]


@pytest.mark.parametrize("language", languages())
def test_without_tables_contrast_harm_and_changes_are_said_not_to_be_collected(language):
    words = words_in(language)
    services = made.row("control_services", **made.EMPTY, state="not_collected", method="none", arm="control")
    exhibit = made.indicators((*made.INDICATOR_ROWS[:3], services))
    section = process_section(page_of(made.delivered(exhibit), language))
    said = text_of(section)
    for key in ("process.harm_not_collected", "process.changes_not_collected"):
        assert words.text(key) in said
    question = words.text("indicator.control_services.question")
    assert rows_of(section, "process-indicators")[question] == [words.text("indicator_state.not_collected")]
    for key in ("process.services_why", "process.dose_why"):  # no heading over nothing
        assert words.text(key) not in said


@pytest.mark.parametrize("language", languages())
def test_where_nothing_at_all_was_collected_one_sentence_says_so(language):
    words = words_in(language)
    rows = tuple(
        made.row(entry.id, **made.EMPTY, state="not_collected", method="none", arm="") for entry in CATALOGUE
    )
    section = process_section(page_of(made.delivered(made.indicators(rows), made.coverage()), language))
    said = text_of(section)
    assert words.text("process.chapter.organisation").lower() in said
    assert words.text("process.harm_not_collected") in said
    assert not [part for part in section.parts if isinstance(part, Table)]


def test_parts_that_are_withheld_for_one_reason_stand_in_one_row_or_in_none():
    none = {**made.EMPTY, "state": "withheld", "reason": "small_cell", "method": "none"}
    parts = [made.row("need_met", breakdown="domain", group=code, **none) for code in ("a", "b", "c")]

    def shown(whole):
        exhibit = made.indicators((whole, *parts))
        section = process_section(page_of(made.delivered(exhibit), profile="release"))
        return rows_of(section, "process-indicators")

    assert list(shown(made.row("need_met"))) == [
        words_in("en").text("indicator.need_met.question"),
        "Each part of it",
    ]
    assert list(shown(made.row("need_met", **none))) == [words_in("en").text("indicator.need_met.question")]


@pytest.mark.parametrize("exhibit", made.WHOLE, ids=lambda exhibit: exhibit.kind)
def test_each_exhibit_may_be_withheld(exhibit):
    others = [other for other in made.WHOLE if other is not exhibit]
    findings = made.delivered(*others, exhibit.withheld("small_cell"))
    section = process_section(page_of(findings, profile="release"))
    assert not any(
        piece.source == exhibit.id
        for said in sentences(section)
        for piece in said
        if isinstance(piece, Number)
    )


def test_coverage_shows_what_is_not_collected(section):
    coverage = table(section, "process-coverage")
    cells = {
        plain_text(row.header): [plain_text(cell) for cell in row.cells]
        for group in coverage.groups
        for row in group.rows
    }
    assert cells["Dose"][:2] == ["Contacts per planned week", "Hours of contact"]
    assert cells["Mediators"][1] == "no indicator" and cells["Materials"][0] == "stated in the plan"
    assert cells["Coverage"][3] == "Met within three days of release"


def test_the_flow_says_what_is_withheld():
    section = process_section(page_of(made.delivered(*made.WHOLE), profile="release"))
    rows = rows_of(section, "programme-flow")
    assert rows["Matched with a mentor"] == ["54 of 60"]
    assert rows["In contact in the twelfth month"] == ["withheld of 60"]


def test_changes_are_quoted_and_their_month_is_in_words(section):
    rows = rows_of(section, "process-changes")
    assert rows["May 2018"] == ["telephone", "{7*7}", "no"]
    danish = process_section(page_of(made.delivered(*made.WHOLE), "da"))
    assert "maj 2018" in rows_of(danish, "process-changes")


def test_the_outcome_by_dose_is_refused_without_its_warning(section):
    parts = list(section.parts)
    place = next(i for i, part in enumerate(parts) if getattr(part, "id", "") == "process-outcome-by-dose")
    before = parts[place - 1]
    assert isinstance(before, Paragraphs) and "This is not an effect." in plain_text(before.paragraphs[0])
    assert rows_of(section, "process-outcome-by-dose")["High"] == ["11 of 30", "37.0%", "22.0% to 55.0%"]
    unwarned = process_section(page_of(made.delivered(made.by_dose(warning=None))))
    assert not any(getattr(part, "id", "") == "process-outcome-by-dose" for part in unwarned.parts)


def test_what_was_planned_is_said_or_that_nothing_was(section):
    text = text_of(section)
    assert "Targets, set by the manual: Matched with a mentor 100.0%." in text
    assert "Contact from 8 weeks before release to 52 weeks after it." in text
    bare = {"weeks_after_release": 26}
    said = text_of(process_section(page_of(made.delivered(process=bare))))
    assert "No target was declared" in said and "No manual is named." in said
    assert "Contact from release to 26 weeks after it." in said


def test_pictures_stand_in_the_chapter():
    findings = made.delivered(*made.WHOLE)
    kinds = ("run_chart", "funnel", "exposure", "contact_blocks")
    pictures = tuple(
        Figure(id=kind, kind=kind, exhibit=kind, png=b"", alt="", width_px=1, height_px=1, caption=())
        for kind in kinds
    )
    section = process_section(replace(page_of(findings), figures=pictures))
    assert [part.kind for part in section.parts if isinstance(part, Figure)] == list(kinds)


@pytest.mark.parametrize("language", languages())
def test_every_indicator_and_every_word_has_its_words(language):
    words = words_in(language)
    for indicator in get_args(Indicator):
        for field in ("name", "question", "numerator", "denominator", "pitfall"):
            assert f"indicator.{indicator}.{field}" in words
    for section, vocabulary in (
        ("indicator_state", IndicatorState),
        ("coverage.state", IndicatorState),
        ("process.ending", Ending),
        ("process.cancelled_by", CancelledBy),
        ("process.phase", Phase),
    ):
        assert all(f"{section}.{word}" in words for word in get_args(vocabulary))
    for entry in CATALOGUE:
        assert f"process.unit.{entry.unit}" in words
        assert entry.method == "none" or f"process.method.{entry.method}" in words
        for framework, element in entry.tags:
            assert f"coverage.framework.{framework}" in words
            assert f"coverage.element_name.{element}" in words


def test_the_chapters_hold_every_indicator_once_in_the_order_of_the_vocabulary():
    assert [name for names in CHAPTERS.values() for name in names] == list(get_args(Indicator))


def test_the_evidence_is_that_of_the_indicators():
    evidence = {item.name: item for item in process_evidence(page_of(made.delivered(*made.WHOLE)))}
    assert evidence["delivery"].state == "reported"
    assert "Matched with a mentor: 90.0% (54 of 60)." in plain_text(evidence["delivery"].words)
    assert "Contacts per contactable week: 0.70 a week" in plain_text(evidence["delivery"].words)
    services = plain_text(evidence["control_services"].words)
    assert "15 of 60 (two mentors) and 12 of 58 (usual services)" in services
    assert "two mentors: 1 (1 of 60); usual services: 0 (0 of 58)" in plain_text(evidence["harm"].words)
    assert evidence["harm"].state == evidence["control_services"].state == "reported"


def test_one_dose_alone_is_evidence_in_part_and_withheld_harm_too():
    lone = made.indicators(made.INDICATOR_ROWS[:6])
    hidden = made.harm((("", "", "treatment", None, None, 60), ("", "", "control", 0, 0, 58)))
    page = page_of(made.delivered(lone, hidden), profile="release")
    evidence = {item.name: item for item in process_evidence(page)}
    assert evidence["delivery"].state == "partly" and evidence["harm"].state == "partly"
    assert "withheld" in plain_text(evidence["harm"].words)
    assert evidence["control_services"].state == "not_reported"


@pytest.mark.parametrize(
    ("fact", "state", "says"),
    [
        ("delivered", "partly", "Matched with a mentor: 90.0% (54 of 60)."),
        ("delivery", "answered", "Contacts per planned week: 0.59 a week"),
        ("materials", "partly", "“The manual”"),
        ("providers_assigned", "partly", "By which rule"),
        ("dose", "answered", "contacts a week 1; from 8 weeks before release to 52 weeks after"),
        ("tailoring", "for_a_person", "not in the protocol"),
        ("modifications", "answered", "all listed: 1"),
        ("supervision", "partly", "a target set in advance: 1"),
    ],
)
def test_facts_on_delivery(fact, state, says):
    answer = FACTS[fact](page_of(made.delivered(*made.WHOLE)))
    assert answer.state == state
    assert says in plain_text(answer.words)
    assert answer.section == ("" if state == "for_a_person" else "process")


@pytest.mark.parametrize(
    "fact", ["delivery", "materials", "providers", "dose", "modifications", "supervision"]
)
def test_without_a_plan_or_tables_facts_are_for_a_person(fact):
    assert FACTS[fact](page_of(made.delivered(process=None))).state == "for_a_person"


def test_texts_of_others_stay_quotations(section):
    quoted = [piece.text for said in sentences(section) for piece in said if isinstance(piece, Quoted)]
    assert "{7*7}" in quoted and "The manual" in quoted
