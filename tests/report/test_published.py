"""A judgement that others published, retold on a sheet of its own."""

import pytest
from published_pages import FOLDER, pages
from report_page import read_page

from primus_eval.appraisal import parse_appraisal, read_appraisal
from primus_eval.errors import InputError
from primus_eval.report.published import published_sheet


@pytest.fixture(scope="module")
def sheets():
    return pages()


def test_the_pages_in_the_docs_are_what_their_appraisal_gives(sheets):
    for file, page in sheets.items():
        assert file.read_bytes() == page


def test_scores_verdict_and_source_are_those_published(sheets):
    for page in sheets.values():
        root = read_page(page)
        scores = [
            row.all("td")[0].text() for row in root.all("table", id="criteria")[0].all("tbody")[0].all("tr")
        ]
        assert scores == ["4", "4", "3", "4"]
        text = root.all("body")[0].text()
        assert "Effective" in text and "eucpn.org/document/denmark-primus-motor" in text
        assert root.all("section", _class="column found") == []


def test_it_says_that_nothing_was_computed_and_that_sentences_are_paraphrased(sheets):
    english, danish = (read_page(page).all("body")[0].text() for page in sheets.values())
    assert "The sentences are paraphrased here" in english and "nothing on it was computed" in english
    assert "Sætningerne er omskrevet her" in danish and "intet på det er beregnet" in danish


def test_only_a_published_judgement_stands_alone(appraisal):
    with pytest.raises(ValueError, match="not published elsewhere"):
        published_sheet(appraisal)


def test_a_judgement_of_ones_own_is_dated():
    text = (FOLDER / "appraisal.toml").read_text(encoding="utf-8")
    own = text[: text.index("[published]")] + text[text.index("[assessor]") :]
    with pytest.raises(InputError, match="assessed_on"):
        parse_appraisal(own)
    assert read_appraisal(FOLDER / "appraisal.toml").assessor.assessed_on is None
