"""Facts on outcomes and results: what was counted, how it was analysed, what came out."""

from __future__ import annotations

from dataclasses import replace

from primus_eval.findings import Finding
from primus_eval.report.analysed import analysed_of, followed_for_less
from primus_eval.report.facts.answer import (
    Answer,
    Fact,
    answered,
    for_a_person,
    from_evidence,
    partly,
    partly_in_words,
)
from primus_eval.report.intercurrent import unobserved
from primus_eval.report.page import Page
from primus_eval.vocabulary import Role, words
from primus_eval.wording.pieces import Quoted, Sentence, joined
from primus_eval.wording.quantities import count_number

ABSOLUTE = ("risk_difference", "survival_difference")
RELATIVE = ("risk_ratio", "odds_ratio")


def outcome_definition(page: Page) -> Answer:
    """What counts as the outcome, from which day to which."""
    primary = page.primary
    if primary is None:
        return for_a_person(page, "question.none")
    outcome = page.subject.outcome_label(primary.outcome)
    if page.subject.rules(primary.outcome) is None:
        return partly(page, "outcome_definition.observed", "counted", outcome=outcome)
    return answered(page, "outcome_definition.rules", "counted", outcome=outcome)


def measured_alike(page: Page) -> Answer:
    """Whether both arms were looked up in the same records by the same rules."""
    if page.primary is None:
        return for_a_person(page, "question.none")
    if page.subject.rules(page.primary.outcome) is None:
        return for_a_person(page, "measured_alike.observed")
    return partly(page, "measured_alike.rules", "counted")


def assessors(page: Page) -> Answer:
    """Who decided whether somebody had the outcome: records and rules, but somebody made the records."""
    if page.primary is None:
        return for_a_person(page, "question.none")
    by_rules = page.subject.rules(page.primary.outcome) is not None
    return (
        partly(page, "assessors.rules", "counted") if by_rules else for_a_person(page, "assessors.observed")
    )


def other_measurements(page: Page) -> Answer:
    """Under how many outcomes and definitions the same people were counted."""
    ids = list(dict.fromkeys(row.outcome for row in page.findings.rows))
    if not ids:
        return for_a_person(page, "question.none")
    n = count_number(ids, "outcomes_analysed", language=page.subject.language)
    if page.has(page.exhibit("definitions")):
        return partly(page, "other_measurements.compared", "definitions", n=n)
    return partly(page, "other_measurements.listed", "counted", n=n)


def methods(page: Page) -> Answer:
    """By which methods the arms were compared."""
    if page.primary is None:
        return for_a_person(page, "question.none")
    return answered(page, "methods", "promised", method=page.subject.method(page.primary))


def missing_data(page: Page) -> Answer:
    """What was done with missing covariates and with people whose outcome is not known."""
    primary = page.primary
    if primary is None:
        return for_a_person(page, "question.none")
    analysis = page.subject.analysis(primary.analysis)
    covariates = (
        str(analysis.get("missing_covariates", "mean_and_indicator")) if primary.covariates else "none"
    )
    handled = page.say(f"estimand_rule.ends_early.{unobserved(page, primary)}")
    said = joined(
        [page.say("fact.missing_data.outcome", handled=handled), page.say(f"fact.missing_data.{covariates}")]
    )
    is_whole = analysed_of(page).extent == "everyone" and followed_for_less(page) is False
    return Answer(state="answered" if is_whole else "partly", words=said, section="primary")


def estimate(page: Page) -> Answer:
    """The primary result with its interval."""
    primary = page.primary
    if primary is None:
        return for_a_person(page, "question.none")
    if primary.status != "estimated" or primary.conf_low is None:
        return partly(page, "estimate.none", "primary")
    result = replace(from_evidence("precision", "primary")(page), section="primary")
    withheld = [row for row in page.findings.rows if row.status == "withheld" and row.role != "exploratory"]
    if not withheld:
        return result
    n = count_number(withheld, "planned_results_withheld", language=page.subject.language)
    return partly_in_words(joined([result.words, page.say("fact.estimate.withheld", n=n)]), "others")


def absolute_and_relative(page: Page) -> Answer:
    """Whether the outcome of the primary result is given as a difference and as a ratio."""
    rows = _of_the_question(page)
    kinds = {kind for kind, names in (("difference", ABSOLUTE), ("ratio", RELATIVE)) if _any_of(rows, names)}
    if len(kinds) == 2:
        return answered(page, "absolute_and_relative.both", "others")
    if not kinds:
        return for_a_person(page, "absolute_and_relative.neither")
    return partly(page, f"absolute_and_relative.only_{kinds.pop()}", "others")


def ancillary(page: Page) -> Answer:
    """How many analyses have which role."""
    others = {row.analysis: row.role for row in page.findings.rows if row is not page.primary}
    if not others:
        return for_a_person(page, "ancillary.none")
    counts: list[Sentence] = [
        page.say(
            "fact.ancillary.count",
            role=page.say(f"role.{role}"),
            n=count_number(
                [id for id, of in others.items() if of == role],
                f"analyses_{role}",
                language=page.subject.language,
            ),
        )
        for role in words(Role)
        if role in others.values() and role != "primary"
    ]
    listed = page.subject.words.listed(counts)
    if not page.subject.is_plan_shown_first:
        return partly(page, "ancillary.not_shown_first", "others", counts=listed)
    return answered(page, "ancillary.roles", "others", counts=listed)


def sensitivity(page: Page) -> Answer:
    """How many analyses show how far the answer depends on a choice."""
    ids = list(dict.fromkeys(row.analysis for row in page.findings.rows if row.role == "sensitivity"))
    unvaried = () if _varies_the_unknown(page) else page.say("fact.sensitivity.outcomes_unvaried")
    if not ids:
        words = joined([page.say("fact.sensitivity.none"), unvaried])
        return Answer(state="for_a_person", words=words)
    n = count_number(ids, "sensitivity_analyses", language=page.subject.language)
    return partly_in_words(joined([page.say("fact.sensitivity.some", n=n), unvaried]), "others")


def _varies_the_unknown(page: Page) -> bool:
    """Whether estimates of the primary question assume different things of people with unknown outcomes."""
    assumed = {unobserved(page, row) for row in _of_the_question(page) if row.status == "estimated"}
    return len(assumed - {"refuse"}) > 1


def same_question(page: Page) -> Answer:
    """How many analyses were made of the question of the primary one; all of them are printed."""
    ids = list(dict.fromkeys(row.analysis for row in _of_the_question(page)))
    if not ids:
        return for_a_person(page, "question.none")
    n = count_number(ids, "analyses_of_the_question", language=page.subject.language)
    return partly(page, "same_question", "others", n=n)


def limitations(page: Page) -> Answer:
    return partly(page, "limitations", "limits")


def generalisability(page: Page) -> Answer:
    """Whom the result is about."""
    primary = page.primary
    if primary is None:
        return for_a_person(page, "question.none")
    population = page.subject.population_of(primary)
    country = Quoted(str(page.subject.study["country"]))
    return partly(page, "generalisability", "limits", population=population, country=country)


def _of_the_question(page: Page) -> list[Finding]:
    """Return the findings on the outcome and population of the primary one."""
    primary = page.primary
    if primary is None:
        return []
    about = (primary.outcome, primary.population)
    return [row for row in page.findings.rows if (row.outcome, row.population) == about]


def _any_of(rows: list[Finding], measures: tuple[str, ...]) -> bool:
    return any(row.effect_measure in measures and row.status == "estimated" for row in rows)


RESULTS: dict[str, Fact] = {
    "outcome_definition": outcome_definition,
    "measured_alike": measured_alike,
    "assessors": assessors,
    "other_measurements": other_measurements,
    "methods": methods,
    "missing_data": missing_data,
    "estimate": estimate,
    "absolute_and_relative": absolute_and_relative,
    "ancillary": ancillary,
    "sensitivity": sensitivity,
    "same_question": same_question,
    "limitations": limitations,
    "generalisability": generalisability,
}
