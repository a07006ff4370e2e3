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
    flow,
)

from primus_eval.findings import Finding
from primus_eval.vocabulary import EffectMeasure, Reason, Role
from primus_eval.wording.pieces import Number, plain_text
from primus_eval.wording.plain import changed_in_100, end_in_100, risks_by_arm
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
        n_treatment=216,
        n_control=216,
        events_treatment=48,
        events_control=66,
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
HARM = replace(NEEDED, finding="harm", estimate=-4.9, conf_low=-15.1, conf_high=-3.2)
"""A number needed to harm: the strongest effect is the smallest number, which is the upper end."""

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
    replace(ODDS, finding="mean_ratio", effect_measure="restricted_mean_ratio", method="greenwood"),
)

AMOUNT: dict[str, Any] = {"estimate": -0.35, "conf_low": -0.8, "conf_high": 0.1, "unit": "count"}
RATIO: dict[str, Any] = {"estimate": 0.8, "conf_low": 0.6, "conf_high": 1.1, "unit": "ratio", "scale": "log"}
DAYS: dict[str, Any] = {"estimate": -12.0, "conf_low": -30.0, "conf_high": 6.0, "unit": "days"}


def of(effect_measure: str, method: str, name: str = "", **fields: Any) -> Finding:
    return finding(name or effect_measure, effect_measure=effect_measure, method=method, **fields)


REPEATED = (
    of("rate_ratio", "andersen_gill", **RATIO),
    of("rate_difference", "person_time", **{**AMOUNT, "unit": "per_hundred_person_years"}),
    of("rate", "person_time", term="control", estimate=41.2, conf_low=33.0, conf_high=51.0),
    of("mean_count_difference", "ghosh_lin", **AMOUNT),
    of("mean_count", "ghosh_lin", term="treatment", estimate=1.25, conf_low=0.9, conf_high=1.7),
    of("mean_difference", "bootstrap", quantity="harm_days", **{**AMOUNT, "unit": "days"}),
    of("mean_difference", "bootstrap", "custody", quantity="custody_days", **{**AMOUNT, "unit": "days"}),
    of(
        "mean",
        "bootstrap",
        term="treatment",
        quantity="harm_days",
        estimate=9.5,
        conf_low=4.0,
        conf_high=18.0,
    ),
)
FURTHER = (
    of("cause_specific_hazard_ratio", "cox", **RATIO),
    of("subdistribution_hazard_ratio", "fine_gray", **RATIO),
    of("time_ratio", "weibull", **{**RATIO, "estimate": 1.3, "conf_high": 1.9}),
    of("common_odds_ratio", "proportional_odds", quantity="most_serious_harm_days", **RATIO),
    of("win_ratio", "u_statistic", **{**RATIO, "estimate": 1.4, "conf_high": 2.5}),
    of("restricted_mean_time_lost_difference", "aalen_johansen", **DAYS),
    of("quantile_difference", "kaplan_meier_bootstrap", quantile=0.25, **DAYS),
)
ALL = (*ALL, *REPEATED, *FURTHER)


def plain(row: Finding, **about: Any) -> str:
    found = findings(rows=ALL, **about)
    return plain_text(plain_sentence(row, subject_of(found), found))


def technical(row: Finding, **about: Any) -> str:
    return plain_text(technical_sentence(row, subject_of(findings(rows=ALL, **about))))


def test_the_primary_result_in_plain_words():
    assert plain(MARYLAND) == (
        "Primary result, all people randomised: Of 100 people like those in this trial who were assigned to "
        "two mentors, about 22 were recorded as reoffending within 100 days; of 100 assigned to usual "
        "services, about 31. That is 8.3 fewer in 100. By the 95% confidence interval, the data are "
        "compatible with anything "
        "from 16.5 fewer to practically no difference (0.01 fewer). The numbers are rounded one by one, "
        "so that the difference may be a little off what subtracting gives."
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
            replace(MARYLAND, estimate=0.003, conf_low=-0.001, conf_high=0.007),
            "About 0.3 more in 100 people like those in this trial were recorded as reoffending within 100 "
            "days when assigned to two mentors rather than to usual services. By the 95% confidence "
            "interval, the data are compatible with anything from practically no difference (0.1 fewer) "
            "to 0.7 more.",
        ),
        (
            replace(MARYLAND, covariates=("age",)),
            "About 8.3 fewer in 100 people like those in this trial were recorded as reoffending",
        ),
        (replace(MARYLAND, covariates=("age",)), "This allows for differences in age."),
        (
            replace(MARYLAND, covariates=("age",), estimate=0.0, conf_low=-0.1, conf_high=0.1),
            "There is no difference in the estimate of how many of 100 people like those in this trial were "
            "recorded as reoffending within 100 days when assigned to two mentors and when assigned to usual "
            "services. By the 95% confidence interval, the data are compatible with anything from 10.0 "
            "fewer to 10.0 more.",
        ),
        (
            replace(ODDS, estimate=1.0),
            "There is no difference in the estimate of the odds ratio for recorded reoffence within 100 days "
            "between people assigned to two mentors and those assigned to usual services. By the 95%",
        ),
        (
            replace(EVENT_FREE, estimate=0.0),
            "There is no difference in the estimate of how many of 100 people were without recorded",
        ),
        (
            replace(ODDS, effect_measure="hazard_ratio", method="cox"),
            "Averaged over follow-up, the rate of a first recorded reoffence within 100 days among those who "
            "had none yet was about 63% lower among people assigned to two mentors than among those assigned",
        ),
        (
            replace(ODDS, effect_measure="hazard_ratio", method="cox", covariates=("age",)),
            "Among people alike in age, and averaged over follow-up, the rate of a first recorded reoffence",
        ),
        (
            replace(ODDS, method="logistic", covariates=("age",)),
            "Among people alike in age, the odds of recorded reoffence within 100 days were about 63% lower",
        ),
        (
            replace(ODDS, method="g_computation", covariates=("age",)),
            "randomised: The odds of recorded reoffence within 100 days were about 63% lower among people",
        ),
        (
            ODDS,
            "odds of recorded reoffence within 100 days were about 63% lower among people assigned to two",
        ),
        (
            ODDS,
            "By the 95% confidence interval, the data are compatible with anything from 95% lower to "
            "177% higher.",
        ),
        (TIME, "was about 14.0 days longer among people assigned to two mentors"),
        (TIME, "from 7.0 days shorter to 35.0 days longer"),
        (
            EVENT_FREE,
            "about 20.0 more in 100 people were without recorded reoffence within 100 days when assigned to",
        ),
        (
            NEEDED,
            "About 5 people had to be assigned to two mentors rather than to usual services for there to",
        ),
        (NEEDED, "one fewer with recorded reoffence within 100 days"),
        (replace(NEEDED, estimate=-5.0), "one more with recorded reoffence within 100 days"),
        (NEEDED, "The estimate is in favour of two mentors."),
        (HARM, "The estimate is in favour of usual services."),
        (HARM, "the data are compatible with anything from 3 to 16."),
        (
            replace(NEEDED, conf_low=3.2, conf_high=15.1),
            "the data are compatible with anything from 3 to 16.",
        ),
        (TEST, "would come about by chance with probability p = 0.60 (Fisher’s exact test)"),
        (replace(TEST, p_value=0.0002), "by chance with probability p < 0.001 (Fisher’s exact test)"),
        (CERTAIN, "No interval: where none or all had the event, this method gives no interval."),
        (RISKS[0], "who were assigned to two mentors, about 22 were recorded"),
    ],
)
def test_plain_sentences(row, part):
    assert part in plain(row)


@pytest.mark.parametrize(
    ("row", "part"),
    [
        (
            REPEATED[0],
            "For the same time followed, the number of events counted towards recorded reoffence within 100 "
            "days, first and later ones, was about 20% lower among people assigned to two mentors than among",
        ),
        (
            REPEATED[1],
            "For every hundred years that people were followed there were about 0.35 fewer events counted "
            "towards recorded reoffence within 100 days, first and later ones, when assigned to two mentors "
            "rather than to usual services. By the 95% confidence interval, the data are compatible with "
            "anything from 0.80 "
            "fewer to 0.10 more.",
        ),
        (REPEATED[2], "Among people assigned to usual services, about 41.2 events counted towards"),
        (REPEATED[3], "On average there were about 0.35 fewer events"),
        (
            REPEATED[4],
            "about 1.25 events counted towards recorded reoffence within 100 days were recorded for",
        ),
        (
            REPEATED[5],
            "came on average to about 0.35 fewer days of harm for each of the people assigned to two",
        ),
        (
            REPEATED[6],
            "spent on average about 0.35 fewer recorded days in custody within the window than those",
        ),
        (REPEATED[7], "came to about 9.50 days of harm for each person"),
        (FURTHER[0], "among those still there and without one was about 20% lower"),
        (FURTHER[1], "With people who can no longer have it counted as still without it, the rate of a"),
        (
            FURTHER[2],
            "The time until recorded reoffence within 100 days was about 30% longer for people assigned",
        ),
        (FURTHER[3], "The odds of being at a worse level of recorded reoffence within 100 days"),
        (FURTHER[4], "by the declared order, there were about 1.40 in which the former did."),
        (
            FURTHER[5],
            "the average time lost to recorded reoffence within 100 days, which is the time after it",
        ),
        (FURTHER[5], "was about 12.0 days shorter among people assigned to two mentors"),
        (
            FURTHER[6],
            "The time until 25% of the people had had recorded reoffence within 100 days was about 12.0",
        ),
    ],
)
def test_further_measures_in_plain_words(row, part):
    assert part in plain(row)


@pytest.mark.parametrize(
    ("row", "arm"),
    [
        (REPEATED[0], "two mentors"),
        (REPEATED[3], "two mentors"),
        (FURTHER[2], "two mentors"),
        (FURTHER[3], "two mentors"),
        (FURTHER[4], "two mentors"),
        (FURTHER[5], "two mentors"),
        (FURTHER[6], "usual services"),
        (REPEATED[5], None),
        (REPEATED[6], None),
        (REPEATED[2], None),
    ],
)
def test_which_arm_a_further_measure_favours(row, arm):
    """Fewer events, less time lost and a longer time until the event are better; what harm is worth, or
    custody, is not for these words to say."""
    text = technical(row)
    assert (f"in favour of {arm}." in text) if arm else ("in favour of" not in text)


def test_a_part_of_the_window_is_said_to_be_one_and_a_chosen_group_no_randomised_comparison():
    until = replace(MARYLAND, finding="until", horizon_days=50, role="secondary")
    assert "Counting no further than day 50: " in plain(until)
    assert "an event recorded in that time" in plain(until) and "within 100 days" not in plain(until)
    assert "days 50 and before" in technical(until)
    later = of("hazard_ratio", "cox_periods", from_days=50, horizon_days=100, conditional=True, **RATIO)
    assert (
        "Counting after day 50, to day 100, and only those still followed and without the event then:"
        in plain(later)
    )
    for text in (plain(later), technical(later)):
        assert "This is not a randomised comparison" in text
    assert "not a randomised comparison" not in plain(until) + technical(until)


def test_the_next_event_is_not_called_a_first_one():
    row = of("hazard_ratio", "pwp_gap_time", conditional=True, **RATIO)
    assert "Among people with as many events counted towards" in plain(row)
    assert "a first" not in plain(row) and "had none yet" not in plain(row)
    assert technical(row).startswith("Hazard ratio of the next event for")
    assert "in favour of" not in technical(row)  # no randomised comparison favours nobody


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
        (NEEDED, "lower", "treatment"),
        (NEEDED, "higher", "treatment"),
        (HARM, "lower", "control"),
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
    assert text.startswith("Primary result, people under 25: About 8.3 fewer in 100 people under 25 like")


def test_risks_of_another_population_or_horizon_are_not_borrowed():
    row = replace(MARYLAND, horizon_days=50)
    assert "about 22" not in plain(row)


def test_choices_within_an_analysis_are_named():
    found = findings(rows=(PRIMARY,))
    found.context["protocol"]["analysis"][0] |= {"missing_covariates": "complete_cases", "strata": ["prison"]}
    row = replace(PRIMARY, covariates=("age",), method="g_computation")
    text = plain_text(technical_sentence(row, subject_of(found)))
    assert "within strata of prison and people with a missing covariate left out" in text


def test_registration():
    found = findings()
    assert "Nothing was registered" in plain_text(registration_sentence(subject_of(found)))
    found.context["protocol"]["study"]["registration"] = {
        "register_name": "ISRCTN",
        "identifier": "12345",
        "registered_on": "2020-01-02",
    }
    assert plain_text(registration_sentence(subject_of(found))) == (
        "The plan was registered: ISRCTN, 12345, 2 January 2020."
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
    assert adjusted.endswith("Allows for what was measured before.")


def test_shares_from_curves_are_not_called_events_divided_by_people():
    said = "The shares allow for people who were followed for less than the whole window"
    assert said in plain(replace(MARYLAND, method="kaplan_meier"))
    assert said not in plain(MARYLAND)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (-0.1, "10.0 fewer"),
        (0.005, "0.5 more"),
        (0.0049, "practically no difference (0.5 more)"),
        (-0.00015, "practically no difference (0.02 fewer)"),
        (0.0, "no difference"),
    ],
)
def test_an_end_in_100_is_practically_none_below_half_a_person(value, said):
    row = replace(MARYLAND, estimate=value, conf_low=None, conf_high=None, reason="no_interval_at_certainty")
    assert plain_text(end_in_100(row, "estimate", subject_of(findings()))) == said


@pytest.mark.parametrize(("value", "said"), [(-0.1, "10.0 fewer in 100"), (0.0, "no difference")])
def test_no_difference_is_not_one_of_a_hundred(value, said):
    row = replace(MARYLAND, estimate=value, conf_low=None, conf_high=None, reason="no_interval_at_certainty")
    assert plain_text(changed_in_100(row, "estimate", subject_of(findings()))) == said


@pytest.mark.parametrize(
    ("treatment", "control", "is_noted"),
    [(0.2222, 0.3056, True), (0.22, 0.30, False), (0.30, 0.22, False)],
)
def test_rounding_is_noted_only_where_the_printed_numbers_look_wrong(treatment, control, is_noted):
    risks = (replace(RISKS[0], estimate=treatment), replace(RISKS[1], estimate=control))
    assert risks_by_arm(replace(MARYLAND, estimate=treatment - control), findings(rows=risks)) is not None
    row = replace(MARYLAND, estimate=treatment - control)
    found = findings(rows=(row, *risks))
    text = plain_text(plain_sentence(row, subject_of(found), found))
    assert (
        "The numbers are rounded one by one, so that the difference may be a little off what "
        "subtracting gives." in text
    ) is is_noted


def test_a_population_from_which_people_were_excluded_is_not_all_randomised():
    row = replace(MARYLAND, n_treatment=580, n_control=590)
    found = findings(flow(), rows=(row,))
    subject = subject_of(found)
    assert subject.excluded == ("withdrew consent", "died before release")
    assert "all people randomised but those excluded" in plain_text(plain_sentence(row, subject, found))
    assert plain_text(subject.randomised()) == "all people randomised"
    nobody = {("excluded", "treatment", "withdrew"): 0, ("excluded", "treatment", "died"): None}
    assert subject_of(findings(flow(nobody))).excluded == ("died before release",)


def test_a_simulated_registration_is_called_simulated():
    found = findings(simulated=True)
    found.context["protocol"]["study"]["registration"] = {
        "register_name": "invented register",
        "identifier": "SIM-1",
        "registered_on": "2026-11-01",
    }
    assert plain_text(registration_sentence(subject_of(found))).startswith("The registration is simulated")


def test_a_number_needed_to_harm_is_named_and_runs_from_the_strongest_effect():
    assert technical(HARM).startswith(
        "Number needed to harm for recorded reoffence within 100 days, two mentors against usual services, "
        "all people randomised: 5 (95% confidence interval 3 to 16)"
    )
    assert "in favour of usual services" in technical(HARM)


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (ODDS, "Odds ratio for"),
        (replace(ODDS, method="logistic", covariates=("age",)), "Odds ratio within like people for"),
        (
            replace(ODDS, method="g_computation", covariates=("age",)),
            "Adjusted odds ratio (standardised) for",
        ),
        (
            replace(ODDS, effect_measure="hazard_ratio", method="cox_robust", covariates=("age",)),
            "Hazard ratio within like people for",
        ),
        (replace(MARYLAND, method="g_computation", covariates=("age",)), "Adjusted difference in risk for"),
    ],
)
def test_ratios_within_like_people_are_not_called_by_the_name_of_those_for_everybody(row, name):
    assert technical(row).startswith(name)


def test_strata_make_a_ratio_conditional_too():
    found = findings(rows=(PRIMARY,))
    found.context["protocol"]["analysis"][0] |= {"strata": ["prison"]}
    row = replace(ODDS, analysis=PRIMARY.analysis, effect_measure="hazard_ratio", method="cox")
    text = plain_text(plain_sentence(row, subject_of(found), found))
    assert "Among people alike in prison, and averaged over follow-up" in text


@pytest.mark.parametrize(
    "other",
    [
        {"n_treatment": 215},
        {"events_control": 65},
        {"estimate": 48 / 216 + 1e-6},
        {"population": "some"},
        {"outcome": "other"},
        {"status": "withheld", "reason": "small_cell", "estimate": None, "conf_low": None, "conf_high": None},
    ],
)
def test_risks_that_do_not_give_back_the_difference_are_not_used(other):
    assert risks_by_arm(MARYLAND, findings(rows=RISKS)) is not None
    assert risks_by_arm(MARYLAND, findings(rows=(replace(RISKS[0], **other), RISKS[1]))) is None


def test_risks_are_used_beside_a_ratio_only_where_they_divide_to_it():
    ratio = replace(MARYLAND, effect_measure="risk_ratio", unit="ratio", estimate=48 / 66)
    ends = {"conf_low": 0.5, "conf_high": 1.1}
    assert "about 22 were recorded" in plain(replace(ratio, **ends))
    assert "about 27% lower" in plain(replace(ratio, **ends))
    assert "about 22 were recorded" not in plain(replace(ratio, estimate=0.7, **ends))


@pytest.mark.parametrize(
    ("changes", "n", "said"),
    [
        ({}, (580, 590), "all people randomised but those excluded"),
        ({}, (570, 590), "people randomised, as far as they could be analysed"),
        (
            {("followed", "control", ""): None},
            (580, 590),
            "people randomised, as far as they could be analysed",
        ),
        ({}, (None, None), "people randomised, as far as they could be analysed"),
    ],
)
def test_a_finding_is_about_everyone_only_where_its_own_counts_say_so(changes, n, said):
    row = replace(MARYLAND, n_treatment=n[0], n_control=n[1])
    subject = subject_of(findings(flow(changes), rows=(row,)))
    assert plain_text(subject.population_of(row)) == said


def test_findings_on_different_people_are_not_together_about_everyone():
    rows = (
        replace(MARYLAND, n_treatment=580, n_control=590),
        replace(MARYLAND, n_treatment=500, n_control=500),
    )
    subject = subject_of(findings(flow(), rows=()))
    assert "as far as" not in plain_text(subject.population_of(rows[0]))
    assert "as far as" in plain_text(subject.population_of(*rows))


def test_an_outcome_that_is_not_known_is_said_in_words():
    changed = flow()
    rows = tuple(
        (*row[:2], "outcome_not_observed", "outcome_not_observed", row[4]) if row[2] == "died" else row
        for row in changed.rows
    )
    subject = subject_of(findings(replace(changed, rows=rows)))
    assert subject.excluded == ("withdrew consent", "outcome not known")
