"""A signed judgement: read whole or refused with every mistake and its line."""

from pathlib import Path

import pytest

from primus_eval.appraisal import CRITERIA, NOT_SCORED, parse_appraisal, read_appraisal
from primus_eval.errors import InputError

SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "maryland" / "appraisal.toml"
TEXT = SAMPLE.read_text(encoding="utf-8")


def problems(text: str) -> list:
    with pytest.raises(InputError) as caught:
        parse_appraisal(text)
    return list(caught.value.problems)


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if part in line)


def test_the_sample_is_read_whole():
    appraisal = read_appraisal(SAMPLE)
    assert appraisal.study == "maryland"
    assert [appraisal.criteria.of(name).score for name in CRITERIA] == [NOT_SCORED, NOT_SCORED, 3, NOT_SCORED]
    assert appraisal.assessor.assessed_on.isoformat() == "2026-11-23"
    assert all(appraisal.criteria.of(name).reason["en"] for name in CRITERIA)


@pytest.mark.parametrize("score", ["0", "5", '"not_scored"'])
def test_every_score_of_the_scale_is_accepted(score):
    changed = TEXT.replace("score = 3", f"score = {score}")
    assert parse_appraisal(changed).criteria.outcome_evaluation.score in (0, 5, NOT_SCORED)


@pytest.mark.parametrize("score", ["-1", "6", "2.5", "true", '"good"', '"3"'])
def test_another_score_is_refused_at_its_line(score):
    changed = TEXT.replace("score = 3", f"score = {score}")
    found = problems(changed)
    assert {problem.line for problem in found} == {line_of(changed, f"score = {score}")}
    assert {problem.key for problem in found} == {"criteria.outcome_evaluation.score"}


def test_every_mistake_is_reported_at_once_with_the_nearest_key():
    changed = (
        TEXT.replace("[verdict]", "[verdit]").replace("score = 3", "score = 9").replace("name =", "nam =")
    )
    found = problems(changed)
    assert {problem.key for problem in found} >= {
        "verdit",
        "criteria.outcome_evaluation.score",
        "assessor.nam",
        "assessor.name",
    }
    assert "Did you mean verdict?" in next(problem.mend for problem in found if problem.key == "verdit")


@pytest.mark.parametrize("name", CRITERIA)
def test_no_criterion_may_be_left_out(name):
    start = TEXT.index(f"[criteria.{name}]")
    end = TEXT.index("\n[", start)
    assert f"criteria.{name}" in {problem.key for problem in problems(TEXT[:start] + TEXT[end + 1 :])}


@pytest.mark.parametrize("key", ["name", "affiliation", "assessed_on", "statement_of_interest"])
def test_a_judgement_is_signed_and_dated(key):
    lines = [line for line in TEXT.splitlines() if not line.startswith(f"{key} =")]
    assert [problem.key for problem in problems("\n".join(lines))] == [f"assessor.{key}"]


def test_a_score_needs_a_reason():
    changed = TEXT.replace(
        'reason.en = "The file says nothing of how', 'note.en = "The file says nothing of how'
    )
    assert "criteria.context_and_implementation.reason" in {problem.key for problem in problems(changed)}


def test_what_is_optional_may_be_left_out():
    start = TEXT.index("[verdict]")
    assert parse_appraisal(TEXT[:start]).verdict is None
