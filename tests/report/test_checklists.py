"""Reporting standards, prefilled: complete lists, facts that exist, answers that lead somewhere."""

from dataclasses import replace

import pytest
from report_page import read_page

from primus_eval.disclosure import Internal
from primus_eval.report import checklists as standards
from primus_eval.report.facts import FACTS
from primus_eval.report.formats.markup import as_html
from primus_eval.report.page import Page
from primus_eval.report.sections import checklists as section
from primus_eval.wording.catalogue import languages
from primus_eval.wording.pieces import Link, Quoted, plain_text
from primus_eval.wording.subject import subject_of

ALL = standards.checklists()

ALL_VIEWS = ["maryland", "mentoring", "by_hand", "empty"]
ALL_FILES = [f"{name}_files" for name in ALL_VIEWS]

MAIN_ITEMS = {
    "consort_spi_2018": [str(n) for n in range(1, 27)],
    "consort_2025": [str(n) for n in range(1, 31)],
    "tidier": [str(n) for n in range(1, 13)],
    "cheers_2022": [str(number) for number in range(1, 29)],
    "rob2": ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7", "3.1", "3.2", "3.3", "3.4"]
    + ["4.1", "4.2", "4.3", "4.4", "4.5", "5.1", "5.2", "5.3"],
}
"""The numbers of each standard, written down apart from its file."""


def page_of(view, language="en"):
    subject = subject_of(view.findings, language=language)
    return Page(findings=view.findings, subject=subject, profile=view.profile)


def main_number(number):
    return number.removesuffix(" SPI").rstrip("abcd")


def answers(page, id):
    filled = section.fill(page, standards.checklist(id))
    return {entry.item.number: entry.answer for entry in filled}


@pytest.mark.parametrize("standard", ALL, ids=lambda standard: standard.id)
def test_a_standard_is_whole(standard):
    numbers = [item.number for item in standard.item]
    assert list(dict.fromkeys(map(main_number, numbers))) == MAIN_ITEMS[standard.id]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("standard", ALL, ids=lambda standard: standard.id)
def test_every_item_has_words_in_every_language(standard):
    for text in (standard.title, *standard.read_in, *(t for i in standard.item for t in (i.topic, i.text))):
        assert {"en", "da"} <= set(text) and set(languages()) <= set(text)
        assert all(words.strip() for words in text.values())


def test_every_fact_exists_and_every_fact_is_asked_for():
    asked = {item.fact for standard in ALL for item in standard.item} - {None}
    assert asked == set(FACTS)


def test_a_fact_is_there_where_an_item_says_that_it_gives_part():
    assert all(item.fact for standard in ALL for item in standard.item if item.is_partial)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("view", ALL_VIEWS)
def test_every_item_is_answered(view, language, request):
    page = page_of(request.getfixturevalue(view), language)
    for standard in ALL:
        for entry in section.fill(page, standard):
            assert plain_text(entry.answer.words).strip(), entry.item.number


@pytest.mark.parametrize("files", ALL_FILES)
def test_every_reference_leads_somewhere(files, request):
    root = read_page(request.getfixturevalue(files)["report.html"])
    links = [link.attributes["href"] for link in root.all("a") if link.attributes["href"].startswith("#")]
    ids = {element.attributes["id"] for element in root.all() if "id" in element.attributes}
    assert any(link == "#primary" for link in links)
    assert {link.removeprefix("#") for link in links} <= ids


@pytest.mark.parametrize("view", ["maryland", "mentoring"])
def test_the_counts_above_a_list_are_those_of_its_rows(view, request):
    page = page_of(request.getfixturevalue(view))
    headed = section.checklists_section(page).parts[1::2]
    for standard, part in zip(ALL, headed, strict=True):
        states = [entry.answer.state for entry in section.fill(page, standard)]
        about = part.paragraphs[0]
        shown = {piece.source: int(piece.text) for piece in about if hasattr(piece, "source")}
        assert shown[f"{standard.id}_items"] == len(standard.item)
        assert shown[f"{standard.id}_for_a_person"] == states.count("for_a_person")
        for state in () if standard.is_judged else ("answered", "partly"):
            assert shown[f"{standard.id}_{state}"] == states.count(state)


def test_what_was_written_from_memory_is_named_for_checking(maryland):
    text = plain_text(section.checklists_section(page_of(maryland)).parts[1].paragraphs[0])
    for item in standards.checklist("consort_spi_2018").from_memory:
        assert item.number in text


def test_the_answers_for_maryland(maryland):
    spi = answers(page_of(maryland), "consort_spi_2018")
    assert spi["23"].state == "answered" and "Nothing was registered" in plain_text(spi["23"].words)
    assert spi["8b"].state == "for_a_person" and spi["10"].state == "for_a_person"
    assert spi["13a"].state == "partly" and "216" in plain_text(spi["13a"].words)
    assert spi["17a"].state == "answered" and spi["17a"].section == "primary"
    assert spi["19"].state == "for_a_person"
    assert answers(page_of(maryland), "consort_2025")["26"].state == "partly"


def test_a_documented_trial_answers_more(maryland):
    findings = maryland.findings
    protocol = {**findings.context["protocol"]}
    allocation = {**protocol["design"]["allocation"], "scheme": "blocked", "block_size": 4, "ratio": [2, 1]}
    protocol["design"] = {**protocol["design"], "allocation": allocation, "masking": {"en": "The clerks."}}
    protocol["study"] = {**protocol["study"], "funder": "A fund", "title": {"en": "A randomised trial"}}
    view = Internal(findings=replace(findings, context={**findings.context, "protocol": protocol}))
    spi = answers(page_of(view), "consort_spi_2018")
    assert plain_text(spi["8b"].words) == "Randomisation in blocks. Largest block: 4."
    assert "2:1" in plain_text(spi["3a"].words)
    assert plain_text(spi["11a"].words) == "The clerks."
    assert spi["1a"].state == "answered" and spi["25"].state == "partly"


@pytest.mark.parametrize("files", ["maryland_files", "mentoring_files"])
def test_no_risk_of_bias_is_called_low_or_high(files, request):
    table = read_page(request.getfixturevalue(files)["report.html"]).all("table", id="checklist-rob2")[0]
    text = table.text().casefold()
    assert not any(f"{word} risk" in text or word == text for word in ("low", "high", "some concerns"))
    assert "some concerns" not in text and "answered." not in text


def test_a_reference_is_a_link_in_html_and_its_words_elsewhere():
    sentence = ("See ", Link(text="<Results>", target="others"), Quoted("."))
    assert str(as_html(sentence)).startswith('See <a href="#others">&lt;Results&gt;</a>')
    assert plain_text(sentence) == "See <Results>."
