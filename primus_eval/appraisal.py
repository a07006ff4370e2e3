"""What a named person judged, with reasons: the part of a report that no calculation can make.

One file is one assessor's signed and dated judgement under the four headings that EUCPN publishes
for QUALIPREV. It lies outside the protocol and its fingerprint, because it is made afterwards. Scores
are whole numbers from 0 to 5 or "not_scored": the floor and the anchors of EUCPN's scale are not
published (published scores that were seen run from 2 to 5), so a score means what its reason says.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, StringConstraints

from primus_eval.errors import InputError, Problem
from primus_eval.protocol.economics import Economics
from primus_eval.protocol.fields import Slug
from primus_eval.protocol.lines import key_lines
from primus_eval.protocol.reading import parse_toml, read_toml_text, validate
from primus_eval.schema import Record, Text

CriterionName = Literal[
    "problem_analysis_and_objectives",
    "prevention_framework",
    "outcome_evaluation",
    "context_and_implementation",
]
CRITERIA: tuple[CriterionName, ...] = get_args(CriterionName)
"""The four criteria, in EUCPN's order."""

Written = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
NOT_SCORED = "not_scored"
SCORES = (0, 1, 2, 3, 4, 5)


def _known_score(value: int | str) -> int | str:
    if value not in (*SCORES, NOT_SCORED):
        raise ValueError('use a whole number from 0 to 5, or "not_scored"')
    return value


Score = Annotated[int | str, AfterValidator(_known_score)]


class Assessor(Record):
    """Who judged, and what they have to do with the programme."""

    name: Written = Field(description="the person or body that signs this judgement")
    affiliation: Text = Field(description="where the assessor works, or in which role they judge")
    assessed_on: date | None = Field(
        default=None, description="date of the judgement; left out only where one is retold without a date"
    )
    statement_of_interest: Text = Field(description="what the assessor has to do with the programme")
    documents: tuple[Text, ...] = Field(
        default=(), description="documents that were read for the whole judgement", strict=False
    )


class Criterion(Record):
    """One criterion: a score, the reason for it, and what was read for it."""

    score: Score = Field(description='0 to 5, or "not_scored"')
    reason: Text = Field(description="why this score, or why none")
    documents: tuple[Text, ...] = Field(
        default=(), description="documents that were read for this criterion", strict=False
    )


class Criteria(Record):
    """The four criteria under EUCPN's headings; all four must be answered, if only by not_scored."""

    problem_analysis_and_objectives: Criterion = Field(description="Problem analysis and objectives")
    prevention_framework: Criterion = Field(description="Prevention framework")
    outcome_evaluation: Criterion = Field(description="Outcome evaluation")
    context_and_implementation: Criterion = Field(description="Information on context and implementation")

    def of(self, name: CriterionName) -> Criterion:
        """Return the criterion with this name."""
        criterion: Criterion = getattr(self, name)
        return criterion


class Verdict(Record):
    """The assessor's overall view in their own words; it is no verdict of EUCPN."""

    label: Text = Field(description='a few words, such as "Effective"')
    reason: Text = Field(description="why")


class Published(Record):
    """A judgement that somebody else published, retold: its page is never ours, nor ours theirs."""

    title: Text = Field(description="name of the programme")
    programme: Text = Field(description="the programme in one or two sentences")
    by: Written = Field(description="who published the judgement, such as EUCPN")
    where: Written = Field(description="where it was published")


class Appraisal(Record):
    """One assessor's judgement of one study."""

    published: Published | None = Field(
        default=None, description="leave out for a judgement of your own; for one retold: whose it is"
    )
    study: Slug = Field(description="id of the study in protocol.toml that this is about")
    assessor: Assessor
    criteria: Criteria
    verdict: Verdict | None = Field(default=None, description="leave out where none is given")
    strengths: tuple[Text, ...] = Field(default=(), description="strengths, one sentence each", strict=False)
    weaknesses: tuple[Text, ...] = Field(
        default=(), description="weaknesses, one sentence each", strict=False
    )
    cost_effectiveness: Text | None = Field(
        default=None, description="what is known of costs and benefits, and from which document"
    )
    economics: Economics | None = Field(
        default=None,
        description="an economic evaluation that the protocol did not plan; the report calls it exploratory",
    )


def read_appraisal(path: str | Path) -> Appraisal:
    """Read a signed judgement from a TOML file.

    Raises InputError with every problem found: file, line, key, what is wrong and what is allowed.
    """
    path = Path(path)
    return parse_appraisal(read_toml_text(path), file=path.name)


def parse_appraisal(text: str, *, file: str = "appraisal.toml") -> Appraisal:
    """Read a judgement from text; `file` is the name that messages show."""
    document = parse_toml(text, file=file)
    appraisal, problems = validate(Appraisal, document, lines=key_lines(text), file=file)
    if appraisal is None:
        raise InputError(sorted(problems, key=lambda problem: (problem.line or 0, problem.key or "")))
    if appraisal.published is None and appraisal.assessor.assessed_on is None:
        raise InputError(
            Problem(
                code="PE-F08",
                file=file,
                line=key_lines(text).get(("assessor",)),
                key="assessor.assessed_on",
                what="is missing; only a judgement that others published may be retold without a date.",
                mend="Add assessed_on to this table.",
            )
        )
    return appraisal
