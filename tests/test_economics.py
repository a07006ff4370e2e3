"""The economic evaluation of a whole trial, held to a plain count of its tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_economics_refusals import OWN, PRISON, SAVING, VISIT, economics

from primus_eval.errors import InputError
from primus_eval.estimators.economics import economic_exhibits
from primus_eval.estimators.economics.results import ratio_row
from primus_eval.loaders import load_trial
from primus_eval.measurement import measure
from primus_eval.numerics.net_benefit import Joint, arms_of, joint, welch_net_benefit
from primus_eval.pipeline import evaluate
from primus_eval.protocol.economics import Economics

SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "mentoring"
TRIAL = load_trial(SAMPLE)
MEASURED = measure(TRIAL, "reoffending_2y")
ALL_HELD = TRIAL.tables["contacts"].loc[TRIAL.tables["contacts"]["held"].fillna(False).astype(bool)]
HOURS_OF_ONE = ALL_HELD["minutes"].mean() / 60
"""A contact of unknown length takes the mean of those that were held."""
HOURS = {**OWN, "id": "hours", "resource": "per_volunteer_hour", "amount": 150.0, "payer": "volunteers"}


def evaluated(trial=TRIAL, **keys):
    declared = Economics.model_validate(economics(missing_costs="complete_cases", **keys))
    exhibits = economic_exhibits(trial, {}, declared, declared_in="protocol")
    return {exhibit.id: exhibit for exhibit in exhibits}


def rows(exhibit, **wanted):
    return [row for row in exhibit.records() if all(row[name] == value for name, value in wanted.items())]


def one(exhibit, **wanted):
    (row,) = rows(exhibit, **wanted)
    return row


def windows():
    """The days of randomisation, release and two years after, straight from the data."""
    people = TRIAL.participants.iloc[MEASURED.people]
    start = people["released_on"]
    left = np.full(len(TRIAL.participants), np.datetime64("2100-01-01"))
    for row in TRIAL.status.sort_values("date", ascending=False).itertuples():
        left[row.person] = np.datetime64(row.date)
    end = np.minimum((start + pd.DateOffset(years=2)).to_numpy(), left[MEASURED.people])
    return people["randomised_on"].to_numpy(), start.to_numpy(), end


def followed(end):
    """Whether each person was in the country to the end of the two years, or died."""
    people = TRIAL.participants.iloc[MEASURED.people]
    died = set(TRIAL.status.loc[TRIAL.status["what"] == "death", "person"])
    return (end == (people["released_on"] + pd.DateOffset(years=2)).to_numpy()) | np.isin(
        MEASURED.people, list(died)
    )


def test_nothing_is_drawn_up_where_nothing_was_declared():
    assert economic_exhibits(TRIAL, {}, None, declared_in="protocol") == []


def test_days_in_custody_are_counted_day_by_day():
    found = evaluated(unit_cost=[{**PRISON, "marginal_share": 1.0}], value=[], price_year=2015)
    _, start, end = windows()
    spells = TRIAL.custody
    days = []
    for person, first, last in zip(MEASURED.people, start, end, strict=True):
        inside: set[int] = set()
        for spell in spells[spells["person"] == person].itertuples():
            until = spell.to_date if pd.notna(spell.to_date) else pd.Timestamp("2100-01-01")
            ends = max(first, np.datetime64(spell.from_date)), min(last, np.datetime64(until))
            inside |= set(range(*(int(end.astype("datetime64[D]").astype(int)) for end in ends)))
        days.append(1469.0 * len(inside))
    stayed = followed(end)
    for role, arm in (("treatment", MEASURED.treated), ("control", ~MEASURED.treated)):
        row = one(found["costs_by_arm"], variant="base", item="total", arm=role)
        assert row["people"] == (arm & stayed).sum() < arm.sum()
        assert row["mean"] == pytest.approx(np.mean(np.array(days)[arm & stayed]))


def test_services_and_volunteers_hours_are_those_of_their_tables():
    found = evaluated(unit_cost=[VISIT, HOURS])
    randomised, _, end = windows()
    where = pd.DataFrame({"person": MEASURED.people, "from": randomised, "to": end})
    began = TRIAL.tables["services"].merge(where, on="person")
    began = began[began["started_on"].between(began["from"], began["to"], inclusive="left")]
    held = TRIAL.tables["contacts"].merge(where, on="person")
    within = held["date"].between(held["from"], held["to"], inclusive="left")
    held = held[held["held"].fillna(False).astype(bool) & within]
    hours = held["minutes"] / 60 * (1 + held["second_mentor"].notna())
    hours = hours.fillna(HOURS_OF_ONE * (1 + held["second_mentor"].notna()))
    treated = set(MEASURED.people[MEASURED.treated & followed(end)])
    service = one(found["costs_by_arm"], variant="base", item="visit", arm="treatment")
    assert service["mean"] == pytest.approx(900 * began["person"].isin(treated).sum() / len(treated))
    base, counted = (
        one(found["economic_result"], variant=name, measure="cost_difference")["estimate"]
        for name in ("base", "volunteers_counted")
    )
    spent = 150 * hours[held["person"].isin(treated)].sum() / len(treated)
    assert counted - base == pytest.approx(spent)


def test_accounts_are_spread_over_everybody_offered():
    found = evaluated(unit_cost=[], costs_table="count")
    total = TRIAL.tables["costs"]["amount"].sum()
    row = one(found["costs_by_arm"], variant="base", item="total", arm="treatment")
    assert row["mean"] == pytest.approx(total / TRIAL.treated.sum())
    assert row["users"] == row["people"]
    assert one(found["costs_by_arm"], variant="base", item="total", arm="control")["mean"] == 0


def test_the_results_are_those_of_the_persons_costs_and_outcomes():
    found = evaluated(unit_cost=[], costs_table="count")["economic_result"]
    cost = np.where(MEASURED.treated, TRIAL.tables["costs"]["amount"].sum() / TRIAL.treated.sum(), 0.0)
    known = MEASURED.known_at_horizon
    arms = arms_of(cost[known], MEASURED.event[known], MEASURED.treated[known])
    averted = one(found, variant="base", measure="averted")
    assert averted["estimate"] == pytest.approx(joint(*arms).averted)
    assert averted["n_treatment"] + averted["n_control"] == known.sum()
    benefit = one(found, variant="base", measure="net_benefit", value="saving")
    wanted = welch_net_benefit(*arms, value=400000.0, conf_level=0.95)
    for name in ("estimate", "conf_low", "conf_high", "std_error"):
        assert benefit[name] == pytest.approx(getattr(wanted, name))
    assert one(found, variant="base", measure="break_even_effect")["estimate"] == pytest.approx(
        joint(*arms).cost / 400000
    )


def test_average_prices_are_shown_at_several_shares():
    found = evaluated(unit_cost=[PRISON])["economic_result"]
    cost = {row["variant"]: row["estimate"] for row in rows(found, measure="cost_difference")}
    assert cost["base"] == cost["marginal_30"] == pytest.approx(0.3 * cost["marginal_100"])


def test_half_of_a_value_that_rests_on_unlike_people_stands_beside_the_whole():
    soem = {"id": "soem", "label": "S", "price": "dk_soem_no_new_crime", "kind": "budget_saving"}
    found = evaluated(value=[{**soem, "price_year": 2023}], price_index="none")["economic_result"]
    assert one(found, variant="half_value")["amount"] == 505300 / 2
    assert rows(evaluated()["economic_result"], variant="half_value") == []


def test_costs_that_are_not_known_are_refused_unless_declared_otherwise():
    declared = Economics.model_validate(economics())
    exhibits = {each.id: each for each in economic_exhibits(TRIAL, {}, declared, declared_in="appraisal")}
    result = exhibits["economic_result"]
    assert {row["reason"] for row in result.records()} == {"costs_not_known"}
    assert all(row["estimate"] is None for row in result.records())
    assert exhibits["plane"].status == "not_estimable" and result.notes["declared_in"] == "appraisal"


def test_imputed_costs_use_everybody_and_say_so():
    declared = Economics.model_validate(economics(missing_costs="multiple_imputation"))
    first, second = (
        {each.id: each for each in economic_exhibits(TRIAL, {}, declared, declared_in="protocol")}
        for _ in range(2)
    )
    base = one(first["economic_result"], variant="base", measure="cost_difference")
    complete = one(first["economic_result"], variant="complete_cases", measure="cost_difference")
    assert base["n_treatment"] + base["n_control"] > complete["n_treatment"] + complete["n_control"]
    assert (base["method"], complete["method"]) == ("multiple_imputation", "welch")
    assert first == second, "a seed makes it the same again"


def test_without_a_seed_nothing_is_drawn_and_the_notes_say_so():
    trial = replace(TRIAL, protocol=TRIAL.protocol.model_copy(update={"resampling": None}))
    found = evaluated(trial)
    assert found["plane"].notes["ne"] is None and found["plane"].notes["seed"] is None
    assert {row["share_of_draws"] for row in found["acceptability"].records()} == {None}
    assert one(found["economic_result"], variant="base", measure="averted")["conf_low"] is not None


def test_accounts_in_another_currency_or_year_are_an_error():
    for column, value, code in (
        ("currency", "EUR", "PE-C72"),
        ("date", pd.Timestamp("2030-01-01"), "PE-C73"),
        ("amount", np.nan, "PE-C76"),
    ):
        costs = TRIAL.tables["costs"].assign(**{column: value})
        trial = replace(TRIAL, tables={**TRIAL.tables, "costs": costs})
        with pytest.raises(InputError) as caught:
            evaluated(trial, unit_cost=[], costs_table="count")
        assert [each.code for each in caught.value.problems] == [code]


@pytest.mark.parametrize(
    ("averted", "cost", "reason"),
    [(0.5, 9000, None), (-0.5, -9000, None), (0.5, -9000, "dominant"), (-0.5, 9000, "dominated"),
     (0.5, 100, "near_axis"), (0.05, 9000, "set_not_interval"), (0.0, 9000, "near_axis")],
)  # fmt: skip
def test_a_ratio_is_printed_only_where_it_means_something(averted, cost, reason):
    both = Joint(cost=cost, averted=averted, var_cost=1e6, var_averted=0.01, covariance=0.0)
    row = ratio_row(both, conf_level=0.95)
    assert row.get("reason") == reason and (row.get("estimate") is None) == (reason is not None)
    assert row["fieller"] in ("interval", "two_rays", "whole_line")


def test_a_budget_and_a_calculation_of_others_are_set_beside_the_trial():
    found = evaluated(
        budget=[{"year": 1, "eligible": 100, "uptake": 0.5}],
        transport=[{"population": "high_risk", "people": 420, "said_averted": 160, "source": "a paper"}],
        population_per_year=100,
        population_horizon_years=5,
    )
    (year,) = found["budget_impact"].records()
    assert year["offered"] == 50 and year["net"] == year["cost"] - year["offsets"]
    (carried,) = found["transported"].records()
    assert carried["averted_high"] == pytest.approx(420 * carried["conf_high_all"])
    per_person, population = (
        one(found["economic_result"], variant="base", measure=name)["estimate"]
        for name in ("evpi_per_person", "evpi_population")
    )
    assert population == pytest.approx(500 * per_person)
    assert SAVING["amount"] in [row["amount"] for row in found["acceptability"].records()]


def test_an_appraisal_may_add_what_the_protocol_did_not_plan():
    trial = replace(TRIAL, protocol=TRIAL.protocol.model_copy(update={"economics": None, "process": None}))
    appraised = Economics.model_validate(economics(missing_costs="complete_cases"))
    found = evaluate(trial, appraised=appraised)
    assert found.context["economics_declared_in"] == "appraisal"
    (result,) = found.exhibits_of("economic_result")
    assert result.notes["declared_in"] == "appraisal" and result.rows
    assert found.context["economics"]["unit_cost"][0]["amount"] == 900


def test_people_in_no_register_count_among_those_whose_costs_are_missing():
    found = evaluated(unit_cost=[VISIT])["costs_by_arm"]
    spec = TRIAL.protocol.data.participants
    lost = ~TRIAL.participants[spec.linked].fillna(False).to_numpy(dtype=bool)
    last = TRIAL.participants.iloc[MEASURED.people][spec.randomised_on].max()
    lost &= (TRIAL.participants[spec.randomised_on] <= last).to_numpy(dtype=bool)
    assert lost.any()
    for role, arm, own in (
        ("treatment", MEASURED.treated, TRIAL.treated),
        ("control", ~MEASURED.treated, ~TRIAL.treated),
    ):
        row = one(found, variant="base", item="total", arm=role)
        everybody = arm.sum() + (lost & own).sum()
        assert row["share_missing"] == pytest.approx(1 - row["people"] / everybody)


def test_an_arm_in_which_all_are_alike_makes_nothing_look_certain():
    measurement = measure(TRIAL, "reoffending_2y")
    frame = measurement.frame.assign(
        reoffended=measurement.frame["reoffended"].where(~MEASURED.treated, True)
    )
    everybody = replace(measurement, frame=frame)
    for how in ("complete_cases", "multiple_imputation"):
        declared = Economics.model_validate(economics(missing_costs=how))
        target = ("reoffending_2y", "assigned")
        exhibits = economic_exhibits(TRIAL, {target: everybody}, declared, declared_in="protocol")
        found = {each.id: each for each in exhibits}
        result = found["economic_result"]
        for measure_of in ("averted", "net_benefit"):
            row = one(result, variant="base", measure=measure_of)
            assert row["estimate"] is not None and row["std_error"] is row["conf_low"] is None
            assert row["reason"] == "no_interval_at_certainty"
        assert one(result, variant="base", measure="cost_difference")["conf_low"] is not None
        for measure_of in ("cost_per_averted", "evpi_per_person"):
            row = one(result, variant="base", measure=measure_of)
            assert row["estimate"] is None and row["reason"] == "no_interval_at_certainty"
        assert {found[name].status for name in ("plane", "acceptability")} == {"not_estimable"}
        assert found["break_even"].rows[0][5] is None, "no interval to hold against what is needed"
