"""Horizons, windows and years: what is estimated, what waits, and what each number is about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from reference.datasets import fixture
from test_transition import DATA, measured
from two_deliveries import NOW, PROTOCOL, everything, seen_by, write

from primus_eval.errors import InputError
from primus_eval.estimators.long_term import (
    LONG_TERM,
    complete_on,
    eventual_return_exhibit,
    hazards_exhibit,
    long_term_exhibits,
    place_of,
)
from primus_eval.figures import yearly_hazards_alt, yearly_hazards_frame
from primus_eval.loaders import load_trial
from primus_eval.measurement import measure
from primus_eval.pipeline import evaluate
from primus_eval.protocol import Analysis
from primus_eval.protocol.reading import parse_protocol


def windows(measurement: Any, days: list[int]) -> Any:
    analysis = Analysis(
        id="w",
        role="secondary",
        outcome="reoffence",
        effect_measure="risk_difference",
        method="aalen_johansen_window",
        periods_days=tuple(days),
    )
    return LONG_TERM["risk_difference", "aalen_johansen_window"](measurement, analysis)


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    folder = tmp_path_factory.mktemp("followed")
    return load_trial(
        write(folder, seen_by(everything(), NOW), protocol=PROTOCOL.replace("2021-12-31", str(NOW)))
    )


@pytest.fixture(scope="module")
def findings(trial):
    return evaluate(trial)


# --- windows ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DATA)
def test_risks_within_windows_are_those_of_r(name):
    theirs = fixture("long_term")["windows"][name]
    days = [int(theirs[0]["begin"]), *(int(case["end"]) for case in theirs)]
    found = [one for one in windows(measured(name, competing=True), days) if not one.conditional]
    for estimate, case in zip(found, theirs, strict=True):
        assert estimate.effect.estimate == pytest.approx(case["estimate"], rel=1e-9)
        assert estimate.effect.std_error == pytest.approx(case["std_error"], rel=1e-9)


def test_windows_add_up_to_the_whole_and_their_landmarks_are_conditional(findings):
    rows = findings.of_analysis("between")
    fair = [row for row in rows if not row.conditional]
    assert [row.from_days for row in fair] == [None, 365]
    assert [row.horizon_days for row in fair] == [365, 730]
    whole = findings.of_analysis("two_years")[0]
    assert sum(row.estimate for row in fair) == pytest.approx(whole.estimate, rel=1e-12)
    assert sum(row.events_control for row in fair) == whole.events_control
    (free,) = [row for row in rows if row.conditional]
    assert (free.method, free.from_days, free.term) == ("landmark", 365, "day_365_to_730_of_those_free")
    assert free.n_control == whole.n_control - fair[0].events_control
    assert all(row.n_control == whole.n_control for row in fair)


def test_a_window_by_hand():
    everyone = windows(measured("maryland"), [0, 91, 182])[1]
    data = DATA["maryland"][0]()
    within = (data["event"] == 1) & (data["time"] > 91) & (data["time"] <= 182)
    aid = data["fin"] == 1
    assert everyone.effect.estimate == pytest.approx(within[aid].mean() - within[~aid].mean(), rel=1e-12)
    assert everyone.counts.events_treatment == within[aid].sum()


# --- horizons -----------------------------------------------------------------------------------------------


def test_a_later_horizon_that_not_everybody_reached_is_refused_without_any_number(findings):
    (row,) = findings.of_analysis("five_years")
    assert (row.status, row.reason) == ("not_estimable", "followup_not_mature")
    assert (row.n_treatment, row.n_control, row.events_treatment, row.events_control) == (None,) * 4
    assert not any(exhibit.outcome == "five_years" for exhibit in findings.exhibits)


def test_the_horizons_say_their_place_and_when_they_will_be_there(trial, findings):
    (exhibit,) = findings.exhibits_of("horizons")
    rows = {row["outcome"]: row for row in exhibit.records()}
    assert [row["place"] for row in rows.values()] == ["primary", "extended", "extended"]
    assert [row["complete"] for row in rows.values()] == [True, True, False]
    # the last of them was released on 31 March 2019, so that five years end in March 2024
    assert rows["five_years"]["complete_on"] == "2024-03-31"
    assert rows["two_years"]["complete_on"] is None
    assert str(complete_on(trial, "two_years")) == "2021-03-31"


def test_before_the_primary_horizon_is_shorter_and_undeclared_is_nothing(trial):
    declared = trial.protocol.long_term.model_copy(update={"outcomes": ("a", "one_year", "two_years")})
    protocol = trial.protocol.model_copy(update={"long_term": declared})
    assert [place_of(name, protocol) for name in ("a", "one_year", "two_years", "b")] == [
        "shorter",
        "primary",
        "extended",
        "",
    ]


def test_without_a_declaration_there_is_nothing(trial):
    plain = replace(trial, protocol=trial.protocol.model_copy(update={"long_term": None}))
    assert long_term_exhibits(plain, {}) == []


# --- year by year -------------------------------------------------------------------------------------------


def test_years_end_with_the_longest_horizon_that_is_complete_and_add_up(findings):
    (exhibit,) = findings.exhibits_of("yearly_hazards")
    whole = findings.of_analysis("two_years")[0]
    assert exhibit.outcome == "two_years"
    rows = exhibit.records()
    for arm in ("treatment", "control"):
        own = [row for row in rows if row["arm"] == arm]
        assert [row["year"] for row in own] == [1, 2]
        assert sum(row["events"] for row in own) == getattr(whole, f"events_{arm}")
        assert own[0]["at_risk"] == getattr(whole, f"n_{arm}")


def test_the_figure_draws_rates_per_hundred_person_years(findings):
    frame = yearly_hazards_frame(findings, outcome="two_years")
    records = findings.exhibits_of("yearly_hazards")[0].records()
    assert frame["rate"].tolist() == pytest.approx([100 * row["rate"] for row in records])
    assert "year 2" in yearly_hazards_alt(findings, outcome="two_years")
    assert "år 2" in yearly_hazards_alt(findings, outcome="two_years", language="da")


def test_who_dies_is_not_lost_and_who_is_not_followed_is(trial):
    rows = hazards_exhibit(measure(trial, "two_years"), conf_level=0.95).records()
    assert all(row["hazard"] is not None for row in rows)  # one died, nobody was lost within two years


def test_no_share_is_given_without_a_plateau(findings, trial):
    (exhibit,) = findings.exhibits_of("eventual_return")
    assert (exhibit.status, exhibit.reason, exhibit.rows) == ("not_estimable", exhibit.notes["reason"], ())
    assert exhibit.reason in ("no_plateau", "too_few_people")
    with np.errstate(all="raise"):
        again = eventual_return_exhibit(measure(trial, "one_year"), conf_level=0.95)
    assert again.rows == ()


# --- what a protocol may declare ----------------------------------------------------------------------------


LATER = '"two_years", "five_years"]'
BY_WINDOW = 'method = "aalen_johansen_window"\n'
DAYS = "periods_days = [0, 365, 730]\n"
FIVE = 'role = "secondary"\noutcome = "five_years"'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (LATER, '"five_years", "two_years"]', "is not longer than that of"),
        (LATER, '"two_years", "two_years"]', "stands twice"),
        (LATER, '"two_years", "six_years"]', "is not a known outcome"),
        ('["one_year", "two_years"', '["two_years"', "outcome of the primary analysis"),
        (BY_WINDOW + DAYS, "", "between one horizon and the next"),
        (FIVE, FIVE.replace("five_years", "one_year"), "no analysis of everyone"),
        ('"censor", window_months = 24', '"compete", window_months = 24', "than its window: emigration"),
        (DAYS, DAYS.replace("730", "800"), "goes beyond the window"),
        (DAYS, "", "needs periods_days"),
    ],
)
def test_horizons_are_one_definition_in_order(old, new, said):
    assert old in PROTOCOL
    parse_protocol(PROTOCOL)
    with pytest.raises(InputError, match=said):
        parse_protocol(PROTOCOL.replace(old, new, 1))


def test_a_comparison_by_windows_is_never_primary():
    text = PROTOCOL.replace('role = "primary"', 'role = "secondary"').replace(
        'id = "between"\nrole = "secondary"', 'id = "between"\nrole = "primary"'
    )
    with pytest.raises(InputError, match="aalen_johansen_window cannot be primary"):
        parse_protocol(text)
