"""Findings as sentences, compared word by word with sentences written by hand."""

from dataclasses import replace
from typing import Any, get_args

import pytest
from figure_findings import (
    CERTAIN,
    EVENT_FREE,
    NEEDED,
    ODDS,
    PRIMARY,
    TEST,
    TIME,
    WITHHELD,
    finding,
    findings,
)

from primus_eval.findings import Finding
from primus_eval.vocabulary import EffectMeasure, Reason, Role
from primus_eval.wording.pieces import Number, plain_text
from primus_eval.wording.sentences import plain_sentence, registration_sentence, technical_sentence
from primus_eval.wording.subject import includes_no_difference, subject_of

RISKS = tuple(
    finding(
        f"risk_{term}",
        effect_measure="proportion",
        method="wilson",
        term=term,
        estimate=estimate,
        conf_low=estimate - 0.1,
        conf_high=estimate + 0.1,
    )
    for term, estimate in (("treatment", 48 / 216), ("control", 66 / 216))
)
MARYLAND = finding(
    "maryland",
    role="primary",
    estimate=-18 / 216,
    conf_low=-0.16505,
    conf_high=-0.000149,
    n_treatment=216,
    n_control=216,
    events_treatment=48,
    events_control=66,
)
ALL = (
    MARYLAND,
    *RISKS,
    ODDS,
    TIME,
    EVENT_FREE,
    NEEDED,
    TEST,
    CERTAIN,
    WITHHELD,
    replace(ODDS, finding="risk_ratio", effect_measure="risk_ratio"),
    replace(ODDS, finding="hazard_ratio", effect_measure="hazard_ratio", method="cox"),
    replace(ODDS, finding="time_ratio", effect_measure="restricted_mean_ratio", method="greenwood"),
)


def plain(row: Finding, **about: Any) -> str:
    found = findings(rows=ALL, **about)
    return plain_text(plain_sentence(row, subject_of(found), found))


def technical(row: Finding, **about: Any) -> str:
    return plain_text(technical_sentence(row, subject_of(findings(rows=ALL, **about))))


def test_the_primary_result_in_plain_words():
    assert plain(MARYLAND) == (
        "Of 100 people like those in this trial who were assigned to two mentors, about 22 were recorded as "
        "reoffending within 100 days; of 100 assigned to usual services, about 31. That is 8 fewer in 100. "
        "The data fit anything from 17 fewer to practically no difference (16.5 fewer to 0.01 fewer in 100; "
        "95% confidence interval). Each number is rounded on its own. Primary result, all people randomised."
    )


def test_the_primary_result_in_technical_words():
    assert technical(MARYLAND) == (
        "Difference in risk for recorded reoffence within 100 days, two mentors minus usual services, all "
        "people randomised: −8.3 percentage points (95% confidence interval −16.5 to −0.01); Newcombe score "
        "interval. Primary analysis. Less is better here: the estimate is in favour of two mentors. Events: "
        "48 of 216 (two mentors) and 66 of 216 (usual services)."
    )


@pytest.mark.parametrize(
    ("row", "part"),
    [
        (
            replace(MARYLAND, estimate=0.2, conf_low=-0.1, conf_high=0.5),
            "That is 20 more in 100. The data fit ",
        ),
        (
            replace(MARYLAND, estimate=0.001, conf_low=-0.1, conf_high=0.1),
            "That is practically no difference.",
        ),
        (replace(MARYLAND, covariates=("age",)), "8 fewer were recorded as reoffending within 100 days when"),
        (replace(MARYLAND, covariates=("age",)), "This allows for differences in Age."),
        (
            replace(MARYLAND, covariates=("age",), estimate=0.0, conf_low=-0.1, conf_high=0.1),
            "practically as many were recorded as reoffending within 100 days when assigned to two mentors",
        ),
        (
            ODDS,
            "odds of recorded reoffence within 100 days were 63% lower among people assigned to two mentors",
        ),
        (ODDS, "from 95% lower to 177% higher (95% confidence interval)"),
        (TIME, "was 14.0 days longer among people assigned to two mentors"),
        (TIME, "from 7.0 days shorter to 35.0 days longer"),
        (
            EVENT_FREE,
            "20 more of 100 people were without recorded reoffence within 100 days when assigned to",
        ),
        (
            NEEDED,
            "About 5.0 people had to be assigned to two mentors rather than to usual services for there to",
        ),
        (NEEDED, "one fewer with recorded reoffence within 100 days"),
        (replace(NEEDED, estimate=-5.0), "one more with recorded reoffence within 100 days"),
        (TEST, "would come about by chance with probability 0.600 (Fisher’s exact test)"),
        (CERTAIN, "No interval: where none or all had the event, this method gives no interval."),
        (RISKS[0], "who were assigned to two mentors, about 22 were recorded"),
    ],
)
def test_plain_sentences(row, part):
    assert part in plain(row)


def test_times_are_said_in_the_unit_of_the_report():
    assert "2.00 weeks longer" in plain(TIME, weeks=True)
    assert "2.00 weeks (95% confidence interval −1.00 to 5.00)" in technical(TIME, weeks=True)


@pytest.mark.parametrize("row", ALL, ids=lambda row: row.finding)
@pytest.mark.parametrize("sentence", [plain, technical])
def test_every_sentence_names_population_and_role_and_both_ends(row, sentence):
    text = sentence(row)
    assert "all people randomised" in text
    assert row.role in text.casefold()
    assert "recorded" in text
    if row.conf_low is not None:
        assert "95% confidence interval" in text


def test_every_effect_measure_is_covered_here():
    assert {row.effect_measure for row in ALL} == set(get_args(EffectMeasure))


@pytest.mark.parametrize("reason", get_args(Reason))
@pytest.mark.parametrize("status", ["not_estimable", "withheld", "missing"])
def test_what_is_not_there_becomes_a_sentence_with_its_reason(status, reason):
    row = finding("gone", status=status, reason=reason)
    text = plain(row)
    assert text == technical(row)
    assert plain_text(subject_of(findings()).words.say(f"reason.{reason}")) in text
    assert not any(character.isdigit() for character in text.replace("100 days", ""))


@pytest.mark.parametrize("role", get_args(Role))
def test_every_role_is_said(role):
    assert f"{role.capitalize()} result" in plain(replace(MARYLAND, role=role))


@pytest.mark.parametrize(
    ("row", "better", "arm"),
    [
        (MARYLAND, "lower", "treatment"),
        (MARYLAND, "higher", "control"),
        (ODDS, "lower", "treatment"),
        (TIME, "lower", "treatment"),
        (TIME, "higher", "control"),
        (EVENT_FREE, "lower", "treatment"),
        (replace(MARYLAND, estimate=0.0), "lower", None),
        (NEEDED, "lower", None),
        (TEST, "lower", None),
        (RISKS[0], "lower", None),
    ],
)
def test_the_direction_of_benefit_comes_from_the_outcome(row, better, arm):
    assert subject_of(findings(better=better)).favours(row) == arm


def test_an_outcome_that_does_not_say_recorded_is_said_to_be():
    found = findings(rows=(MARYLAND,))
    found.context["protocol"]["outcome"][0]["label"] = {"en": "reoffence within 100 days"}
    assert "reoffence within 100 days (as recorded)" in plain_text(
        technical_sentence(MARYLAND, subject_of(found))
    )


def test_a_subgroup_is_never_lost():
    found = findings(rows=(MARYLAND,))
    found.context["protocol"]["population"] = [{"id": "young", "label": {"en": "people under 25"}}]
    row = replace(MARYLAND, population="young")
    text = plain_text(plain_sentence(row, subject_of(found), found))
    assert text.startswith("Of 100 people under 25 like those in this trial")
    assert text.endswith("Primary result, people under 25.")


def test_risks_of_another_population_or_horizon_are_not_borrowed():
    row = replace(MARYLAND, horizon_days=50)
    assert "about 22" not in plain(row)


def test_choices_within_an_analysis_are_named():
    found = findings(rows=(PRIMARY,))
    found.context["protocol"]["analysis"][0] |= {"missing_covariates": "complete_cases", "strata": ["prison"]}
    row = replace(PRIMARY, covariates=("age",), method="g_computation")
    text = plain_text(technical_sentence(row, subject_of(found)))
    assert "within strata of Prison and people with a missing covariate left out" in text


def test_registration():
    found = findings()
    assert "Nothing was registered" in plain_text(registration_sentence(subject_of(found)))
    found.context["protocol"]["study"]["registration"] = {
        "register_name": "ISRCTN",
        "identifier": "12345",
        "registered_on": "2020-01-02",
    }
    assert plain_text(registration_sentence(subject_of(found))) == (
        "The plan was registered: ISRCTN, 12345, 2020-01-02."
    )


def test_every_number_of_a_sentence_knows_its_finding_and_field():
    found = findings(rows=ALL)
    pieces = plain_sentence(MARYLAND, subject_of(found), found)
    sources = {(piece.source, piece.field) for piece in pieces if isinstance(piece, Number)}
    assert sources == {
        ("risk_treatment", "estimate"),
        ("risk_control", "estimate"),
        *(("maryland", field) for field in ("estimate", "conf_low", "conf_high", "conf_level")),
    }
    words = [piece for piece in pieces if isinstance(piece, str)]
    assert not any(character.isdigit() for word in words for character in word.replace("100", ""))


@pytest.mark.parametrize(
    ("low", "high", "includes"),
    [(-0.1, -1e-9, False), (-0.1, 0.0, True), (0.001, 0.2, False), (-0.1, 0.1, True)],
)
def test_no_difference_inside_or_outside(low, high, includes):
    assert includes_no_difference(replace(MARYLAND, conf_low=low, conf_high=high)) is includes


def test_what_a_method_asks_depends_on_the_measure_and_on_adjustment():
    subject = subject_of(findings())
    assert "curves at the end of the window" in plain_text(subject.asks(EVENT_FREE))
    assert "time without the event" in plain_text(subject.asks(TIME))
    assert "odds" in plain_text(subject.asks(ODDS))
    adjusted = plain_text(subject.asks(replace(TIME, method="cox", covariates=("age",))))
    assert adjusted.endswith("Makes the arms alike in what was measured before.")
