"""One finding in words in a notebook: the sentence of the report, marked where it was not released."""

import pytest
from report_documents import laid_out

import primus_eval
from primus_eval.report.document import sentences_of
from primus_eval.report.said import sentence_of
from primus_eval.wording.pieces import plain_text


def test_it_is_a_public_name():
    assert primus_eval.sentence_of is sentence_of


@pytest.mark.parametrize("technical", [False, True])
def test_it_is_the_sentence_of_the_report(maryland, technical):
    said = sentence_of(maryland, "primary", technical=technical)
    assert said in {plain_text(sentence) for sentence in sentences_of(laid_out(maryland, "en"))}


def test_what_was_not_released_is_marked(maryland):
    said = sentence_of(maryland.findings, "primary", language="da")
    assert said.startswith("INTERN")
    assert said.endswith(sentence_of(maryland, "primary", language="da"))


def test_simulated_data_say_so(mentoring):
    assert sentence_of(mentoring, "primary").startswith("SIMULATED DATA")


def test_an_unknown_finding_is_answered_with_those_that_there_are(maryland):
    with pytest.raises(KeyError, match="Did you mean 'primary'"):
        sentence_of(maryland, "primry")
