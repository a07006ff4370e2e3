"""How much, how serious, who came off better, on the whole path from a register: who counts, and how."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import product
from math import inf
from typing import Any

import numpy as np
import pytest
from random_register import DEFINITIONS, random_register, write_folder
from register_by_hand import (
    at_liberty,
    clock_of,
    days_in_custody,
    departures_that_count,
    first_status,
    grouped,
    start_of,
    window_end,
)
from small_trials import small_trial

from primus_eval import load_trial, measure
from primus_eval.estimators.amounts import LEFT_OUT, NOT_KNOWN, UNTIL_THEN, amounts, ending
from primus_eval.estimators.competing import may_compete
from primus_eval.estimators.levels import NOT_TESTED, proportional_odds_exhibit, two_digits
from primus_eval.estimators.resampling import DRAWN_WITHIN_ARMS, drawing, some_have_few
from primus_eval.estimators.result import Estimate
from primus_eval.estimators.severity import AMONG, IMPRECISE, SEVERITY, SOME_FAILED
from primus_eval.estimators.wins import DEATH_NOT_FIRST, FOLLOWED_UNTIL_FIRST, UNKNOWN_ARE_TIES
from primus_eval.measurement import Measurement
from primus_eval.measurement.records import COLUMN_OF
from primus_eval.numerics.proportions import Table2x2, odds_ratio_wald_log
from primus_eval.numerics.two_part import two_part
from primus_eval.protocol import Analysis
from primus_eval.protocol.options import Resampling

SOME_LEFT, ALL_SEEN = "uk_proven_1y_count", "own_decisions"
"""An outcome for which some who left the country are censored, and one for which nobody is."""

BOOTSTRAP = ("mean_difference", "bootstrap")
TWO_PART = ("mean_difference", "two_part")
MEAN = ("mean", "bootstrap")
ODDS = ("common_odds_ratio", "proportional_odds")
WINS = ("win_ratio", "u_statistic")
LEVELS = {"quantity": "most_serious_harm_days", "cuts": [0.4, 5, 400], "worse": "higher"}
SERIOUSNESS = {**LEVELS, "labels": ["none", "light", "middling", "heavy"]}


@pytest.fixture(scope="module")
def register():
    return random_register(7, n_people=600)


@pytest.fixture(scope="module")
def trial(register, tmp_path_factory):
    loaded = load_trial(write_folder(register, tmp_path_factory.mktemp("register")))
    seeded = loaded.protocol.model_copy(update={"resampling": Resampling(seed=11, replicates=400)})
    return replace(loaded, protocol=seeded)


def found(measurement: Measurement, key: tuple[str, str], **options: Any) -> tuple[Estimate, ...]:
    return SEVERITY[key](measurement, asked(measurement, key, **options))


def asked(measurement: Measurement, key: tuple[str, str], **options: Any) -> Analysis:
    needs = {
        BOOTSTRAP: {"quantity": "harm_days"},
        TWO_PART: {"quantity": "harm_days"},
        MEAN: {"quantity": "harm_days"},
        ODDS: {"seriousness": SERIOUSNESS},
        WINS: {"priorities": [{"by": "reoffended", "better": "no"}]},
    }
    named = {"id": "a", "role": "primary", "outcome": measurement.outcome.id}
    words = {"effect_measure": key[0], "method": key[1]}
    return Analysis.model_validate({**named, **words, **needs[key], **options})


# Who is known ---------------------------------------------------------------------------------------------


def by_hand(measurement: Measurement, register) -> list[tuple[bool, int | None, bool]]:
    """Of each person analysed: whether they were followed to the end, the day of follow-up they died, and
    whether they were there to the end, neither dead nor gone."""
    definition = measurement.outcome.reoffending
    assert definition is not None
    order = sorted(person["id"] for person in register.people)
    by_id = {person["id"]: person for person in register.people}
    spells, left = grouped(register.custody), grouped(register.status)
    cutoff: date = measurement.trial.protocol.data.data_cutoff
    answers = []
    for place in measurement.people.tolist():
        person = by_id[order[place]]
        start = start_of(person, definition)
        assert start is not None
        locked = days_in_custody(spells[person["id"]], definition, cutoff)
        clock = clock_of(start, definition)
        end = window_end(clock, locked, definition)
        rows = departures_that_count(person, left[person["id"]])
        gone = first_status([row for row in rows if start <= row["date"] < end])
        if gone is None:
            complete = at_liberty(start, end, locked) >= (clock.end - start).days
            complete = complete or definition.custody == "calendar"
            answers.append((complete, None, complete))
        else:
            complete = getattr(definition, gone["kind"]) != "censor"
            died = (gone["date"] - start).days if gone["kind"] == "death" else None
            answers.append((complete, died, False))
    return answers


@pytest.mark.parametrize("name", DEFINITIONS)
def test_who_was_followed_to_the_end_and_who_died(trial, register, name):
    measurement = measure(trial, name)
    how = ending(measurement)
    answers = by_hand(measurement, register)
    assert how.complete.tolist() == [complete for complete, _, _ in answers]
    assert how.died.tolist() == [day is not None for _, day, _ in answers]
    assert how.left_early.tolist() == [not stayed for _, _, stayed in answers]
    died = [day for _, day, _ in answers if day is not None]
    assert how.left_day[how.died].tolist() == died
    no_event = ~measurement.event
    assert (how.complete == measurement.known_at_horizon)[no_event].all()
    # Times to an event are on the same clock: it is never after the end of follow-up, and without one is it.
    assert (measurement.time_days <= how.followed_days).all()
    assert (measurement.time_days == how.followed_days)[no_event].all()


def test_a_sum_is_not_known_of_who_left_after_the_first_event(trial):
    """Their first event is known, so that yes/no methods use them; what they came to is not."""
    measurement = measure(trial, SOME_LEFT)
    incomplete = ~ending(measurement).complete
    assert (incomplete & measurement.known_at_horizon).sum() >= 3
    assert ending(measurement).complete[measurement.competing].all() and measurement.competing.sum() >= 3


@pytest.mark.parametrize("key", [BOOTSTRAP, TWO_PART, MEAN, ODDS], ids=" ".join)
def test_incomplete_follow_up_is_refused_unless_declared(trial, key):
    measurement = measure(trial, SOME_LEFT)
    complete = ending(measurement).complete
    for estimate in found(measurement, key):
        assert estimate.effect.reason == "followup_incomplete_at_horizon"
        assert estimate.effect.estimate is None and estimate.warnings == ()
    for estimate in found(measurement, key, incomplete_followup="leave_out"):
        assert LEFT_OUT in estimate.warnings and estimate.effect.estimate is not None
        assert estimate.counts.n_treatment == (complete & measurement.treated).sum()
        assert estimate.counts.n_control == (complete & ~measurement.treated).sum()
    for estimate in found(measurement, key, incomplete_followup="as_event_free"):
        assert UNTIL_THEN in estimate.warnings and estimate.effect.estimate is not None
        assert estimate.counts.n_treatment + estimate.counts.n_control == len(measurement.frame)
    seen = measure(trial, ALL_SEEN)
    for estimate in found(seen, key):
        assert estimate.effect.reason is None and LEFT_OUT not in estimate.warnings


@pytest.mark.parametrize("key", [BOOTSTRAP, TWO_PART, MEAN, ODDS], ids=" ".join)
@pytest.mark.parametrize(("declared", "text"), [("leave_out", LEFT_OUT), ("as_event_free", UNTIL_THEN)])
def test_what_is_declared_is_said_whether_or_not_anybody_left(trial, key, declared, text):
    """Else the warning would say of a small group that somebody left."""
    for name in (SOME_LEFT, ALL_SEEN):
        for estimate in found(measure(trial, name), key, incomplete_followup=declared):
            assert text in estimate.warnings
    assert "favours the arm from which more people left" in UNTIL_THEN


def test_declared_people_enter_the_mean_as_declared(trial):
    measurement = measure(trial, SOME_LEFT)
    harm, treated = measurement.frame["harm_days"].to_numpy(), measurement.treated
    complete = ending(measurement).complete
    for declared, used in (("leave_out", complete), ("as_event_free", complete | True)):
        (estimate,) = found(measurement, BOOTSTRAP, incomplete_followup=declared)
        expected = harm[used & treated].mean() - harm[used & ~treated].mean()
        assert estimate.effect.estimate == pytest.approx(expected, rel=1e-12)


def test_what_is_not_known_is_left_out_and_said(trial):
    measurement = measure(trial, ALL_SEEN)
    harm = measurement.frame["harm_days"].where(np.arange(len(measurement.frame)) % 7 > 0)
    some = replace(measurement, frame=measurement.frame.assign(harm_days=harm))
    (estimate,) = found(some, BOOTSTRAP)
    assert estimate.warnings == (NOT_KNOWN,)
    treated = some.treated
    assert estimate.effect.estimate == pytest.approx(harm[treated].mean() - harm[~treated].mean(), rel=1e-12)
    assert estimate.counts.n_treatment == harm[treated].notna().sum()
    nobody = replace(measurement, frame=measurement.frame.assign(harm_days=np.nan))
    for key in (BOOTSTRAP, TWO_PART, MEAN):
        assert {estimate.effect.reason for estimate in found(nobody, key)} == {"one_arm_empty"}


# Means ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("quantity", sorted(COLUMN_OF.keys() - {"cost"}))  # cost: tests/test_economics.py
def test_means_and_their_difference_are_plain(trial, quantity):
    measurement = measure(trial, ALL_SEEN)
    values, treated = measurement.frame[COLUMN_OF[quantity]].to_numpy(dtype=float), measurement.treated
    (difference,) = found(measurement, BOOTSTRAP, quantity=quantity)
    means = found(measurement, MEAN, quantity=quantity)
    assert [mean.term for mean in means] == ["treatment", "control"]
    expected = [values[treated].mean(), values[~treated].mean()]
    assert [mean.effect.estimate for mean in means] == pytest.approx(expected, rel=1e-12)
    assert difference.effect.estimate == pytest.approx(expected[0] - expected[1], rel=1e-10)
    for estimate in (difference, *means):
        assert estimate.unit == ("count" if quantity == "events" else "days")
        assert estimate.effect.p_value is None and estimate.warnings == ()
        assert estimate.engine.endswith("numerics.mean_difference")
        assert estimate.effect.conf_low < estimate.effect.estimate < estimate.effect.conf_high
    assert all(mean.effect.conf_low >= 0 for mean in means)


def test_draws_depend_on_the_seed_and_the_analysis_alone(trial):
    measurement = measure(trial, ALL_SEEN)
    first, again, other = (found(measurement, BOOTSTRAP, id=id)[0].effect for id in ("a", "a", "b"))
    assert first == again and first.estimate == other.estimate and first.std_error != other.std_error


def test_strata_hold_the_shares_of_a_draw_fixed(trial):
    measurement = measure(trial, ALL_SEEN)
    region = measurement.baseline["region"].to_numpy()
    harm = measurement.frame["harm_days"] + 10_000 * (region == "a")
    apart = replace(measurement, frame=measurement.frame.assign(harm_days=harm))
    free, held = (found(apart, BOOTSTRAP, strata=strata)[0].effect for strata in ([], ["region"]))
    assert free.estimate == held.estimate and held.std_error < 0.5 * free.std_error
    assert DRAWN_WITHIN_ARMS not in found(apart, BOOTSTRAP, strata=["region"])[0].warnings
    for key in (MEAN, TWO_PART):
        estimates = found(apart, key, strata=["region"])
        assert all(estimate.effect.reason is None for estimate in estimates)


def with_small_strata(measurement: Measurement, people: int) -> Measurement:
    """Strata of so many people an arm, in a column that the protocol has."""
    number = np.zeros(len(measurement.frame), dtype=int)
    for arm in (measurement.treated, ~measurement.treated):
        number[arm] = np.arange(arm.sum()) // people
        number[arm] = np.minimum(number[arm], arm.sum() // people - 1)
    return replace(measurement, baseline=measurement.baseline.assign(region=number.astype(str)))


@pytest.mark.parametrize("key", [BOOTSTRAP, TWO_PART, MEAN], ids=" ".join)
def test_strata_with_few_people_are_not_drawn_within(trial, key):
    measurement = measure(trial, ALL_SEEN)
    plain = found(measurement, key)
    small, larger = (with_small_strata(measurement, people) for people in (3, 4))
    for estimate, unstratified in zip(found(small, key, strata=["region"]), plain, strict=True):
        assert DRAWN_WITHIN_ARMS in estimate.warnings
        assert estimate.effect == unstratified.effect
    for estimate, unstratified in zip(found(larger, key, strata=["region"]), plain, strict=True):
        assert DRAWN_WITHIN_ARMS not in estimate.warnings
        assert estimate.effect.std_error < unstratified.effect.std_error
    if key == MEAN:  # an arm is drawn as the other is: both or neither within strata
        baseline = larger.baseline.copy()
        baseline.loc[baseline.index[np.flatnonzero(larger.treated)[:3]], "region"] = "a few"
        for estimate in found(replace(larger, baseline=baseline), key, strata=["region"]):
            assert DRAWN_WITHIN_ARMS in estimate.warnings


def test_how_few_are_few():
    treated = np.array([1] * 4 + [0] * 5 + [1] * 4)
    assert not some_have_few(np.array([0] * 9 + [1] * 4), treated)  # nobody is drawn of who is not there
    assert some_have_few(np.array([0] * 8 + [1] * 5), treated)
    assert not some_have_few(np.zeros(13, dtype=int), treated)


def test_without_strata_there_is_nothing_to_say(trial):
    measurement = measure(trial, ALL_SEEN)
    everyone = np.ones(len(measurement.frame), dtype=bool)
    drawn = drawing(measurement, asked(measurement, BOOTSTRAP), everyone)
    assert drawn.strata is None and drawn.warnings == ()
    assert (drawn.stream.seed, drawn.stream.name, drawn.stream.replicates) == (11, "a", 400)


def test_adjusting_that_costs_precision_is_said(trial, monkeypatch):
    """Harm in this trial has a few large amounts, all in one arm of a small region."""
    measurement = measure(trial, ALL_SEEN)
    whole, any_, among = found(measurement, TWO_PART, covariates=["region"])
    (plain,) = found(measurement, BOOTSTRAP)
    assert whole.effect.std_error > 1.1 * plain.effect.std_error
    assert IMPRECISE in whole.warnings and IMPRECISE not in (*any_.warnings, *among.warnings)
    assert all(IMPRECISE not in one.warnings for one in found(measurement, TWO_PART))
    from primus_eval.estimators import severity

    def hardly_worse(*arguments, **options):
        fit = two_part(*arguments, **options)
        return replace(fit, plain_std_error=fit.mean_difference.std_error / 1.04, failed=1)

    monkeypatch.setattr(severity, "two_part", hardly_worse)
    whole, *_ = found(measurement, TWO_PART, covariates=["region"])
    assert IMPRECISE not in whole.warnings and SOME_FAILED in whole.warnings
    assert not re.search("[0-9]", SOME_FAILED)


def test_two_parts_and_what_they_are_called(trial):
    measurement = measure(trial, ALL_SEEN)
    values, treated = measurement.frame["harm_days"].to_numpy(), measurement.treated
    whole, any_, among = found(measurement, TWO_PART)
    (plain,) = found(measurement, BOOTSTRAP)
    for name in ("estimate", "conf_low", "conf_high", "std_error"):
        assert getattr(whole.effect, name) == pytest.approx(getattr(plain.effect, name), rel=1e-9)
    assert (whole.term, whole.unit, whole.effect_measure, whole.conditional) == ("", "days", None, None)
    assert (any_.term, any_.unit, any_.effect_measure) == ("any", "proportion", "risk_difference")
    some = values > 0
    risk = some[treated].mean() - some[~treated].mean()
    assert any_.effect.estimate == pytest.approx(risk, rel=1e-9)
    assert (among.term, among.unit, among.conditional) == ("among_those_with_any", "days", True)
    mean = values[some & treated].mean() - values[some & ~treated].mean()
    assert among.effect.estimate == pytest.approx(mean, rel=1e-9)
    assert AMONG in among.warnings and AMONG not in whole.warnings


def test_two_parts_with_covariates_standardise_to_everyone(trial):
    """With one yes/no covariate the logistic part's risks are averaged over all people."""
    measurement = measure(trial, ALL_SEEN)
    whole, any_, among = found(measurement, TWO_PART, covariates=["region"])
    (plain,) = found(measurement, BOOTSTRAP)
    for estimate in (whole, any_, among):
        assert estimate.effect.reason is None
        assert estimate.counts.n_treatment == measurement.treated.sum()
    assert whole.effect.estimate != plain.effect.estimate
    assert abs(whole.effect.estimate - plain.effect.estimate) < plain.effect.std_error


def test_an_empty_arm_has_a_reason(trial):
    measurement = measure(trial, ALL_SEEN)
    frame = measurement.frame.assign(treated=True)
    for key in SEVERITY:
        reasons = {estimate.effect.reason for estimate in found(replace(measurement, frame=frame), key)}
        assert "one_arm_empty" in reasons and (reasons == {"one_arm_empty"} or key == MEAN)


def test_nobody_who_came_to_anything(trial):
    measurement = measure(trial, ALL_SEEN)
    zero = dict.fromkeys(COLUMN_OF.values(), 0.0)
    nothing = replace(measurement, frame=measurement.frame.assign(**zero))
    expected = {
        BOOTSTRAP: "too_few_people",
        MEAN: "too_few_people",
        TWO_PART: "no_events",
        ODDS: "too_few_levels",
    }
    for key, reason in expected.items():
        assert {estimate.effect.reason for estimate in found(nothing, key)} == {reason}
    (wins,) = found(nothing, WINS, priorities=[{"by": "harm_days", "better": "lower"}])
    assert wins.effect.reason == "no_difference"


# Levels ---------------------------------------------------------------------------------------------------


def table_at(measurement: Measurement, cut: float) -> Table2x2:
    worse = measurement.frame["most_serious_harm_days"].to_numpy() >= cut
    treated = measurement.treated
    return Table2x2(
        events_treatment=int((worse & treated).sum()),
        n_treatment=int(treated.sum()),
        events_control=int((worse & ~treated).sum()),
        n_control=int((~treated).sum()),
    )


def test_two_levels_are_the_odds_ratio_of_their_table(trial):
    measurement = measure(trial, ALL_SEEN)
    two = {"quantity": "most_serious_harm_days", "cuts": [5], "labels": ["less", "more"]}
    (higher,) = found(measurement, ODDS, seriousness={**two, "worse": "higher"})
    (lower,) = found(measurement, ODDS, seriousness={**two, "worse": "lower"})
    woolf = odds_ratio_wald_log(table_at(measurement, 5), conf_level=0.95)
    for name in ("estimate", "conf_low", "conf_high", "std_error", "p_value"):
        assert getattr(higher.effect, name) == pytest.approx(getattr(woolf, name), rel=1e-9)
    assert lower.effect.estimate == pytest.approx(1 / higher.effect.estimate, rel=1e-9)
    assert higher.warnings == () and higher.unit == "ratio"


def test_more_levels_say_whether_one_odds_ratio_fits(trial):
    measurement = measure(trial, ALL_SEEN)
    (estimate,) = found(measurement, ODDS)
    assert estimate.effect.reason is None
    (warning,) = estimate.warnings
    assert (
        warning.startswith("Test of one odds ratio for every cut (Brant): chi-square") and "on 2" in warning
    )
    numbers = re.findall(r"chi-square ([0-9.]+) on|p (?:=|is below) ([0-9.]+)\.", warning)
    for number in filter(None, (number for pair in numbers for number in pair)):
        assert len(number.replace(".", "").strip("0")) <= 2
    assert len(numbers) == 2
    (adjusted,) = found(measurement, ODDS, covariates=["region"])
    assert adjusted.effect.reason is None and adjusted.effect.estimate != estimate.effect.estimate


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (0.000612, "0.00061"),
     (0.0996, "0.10"), (0.5, "0.50"), (1, "1.0"), (3.456, "3.5"), (9.96, "10"),
     (12.34, "12"), (123.4, "120"), (1999.0, "2000")],
)  # fmt: skip
def test_two_digits_and_no_more(number, text):
    assert two_digits(number) == text


def test_the_exhibit_has_each_cut_by_itself(trial):
    measurement = measure(trial, ALL_SEEN)
    for worse in ("higher", "lower"):
        analysis = asked(measurement, ODDS, seriousness={**SERIOUSNESS, "worse": worse})
        exhibit = proportional_odds_exhibit(measurement, analysis)
        assert exhibit is not None and exhibit.kind == "proportional_odds"
        assert exhibit.count_columns == ("worse_treatment", "worse_control")
        rows = exhibit.records() if worse == "higher" else exhibit.records()[::-1]
        assert [(row["cut"], row["label_below"], row["label_above"]) for row in rows] == [
            (0.4, "none", "light"),
            (5.0, "light", "middling"),
            (400.0, "middling", "heavy"),
        ]
        for row in rows:
            table = table_at(measurement, row["cut"])
            ratio = odds_ratio_wald_log(table, conf_level=0.95)
            assert ratio.estimate is not None and ratio.conf_low is not None
            sign = 1 if worse == "higher" else -1
            assert row["odds_ratio"] == pytest.approx(ratio.estimate**sign, rel=1e-9)
            end = "conf_low" if worse == "higher" else "conf_high"
            assert row[end] == pytest.approx(ratio.conf_low**sign, rel=1e-9)
            beyond = (
                table.events_treatment if worse == "higher" else table.n_treatment - table.events_treatment
            )
            assert row["worse_treatment"] == beyond


def test_levels_that_nobody_has_are_passed_over(trial):
    measurement = measure(trial, ALL_SEEN)
    cuts = {"cuts": [0.4, 5, 1e6, 2e6], "labels": ["none", "light", "heavy", "huge", "vast"]}
    with_empty = {**SERIOUSNESS, **cuts}
    without = {**SERIOUSNESS, "cuts": [0.4, 5], "labels": ["none", "light", "heavy"]}
    (one,), (other,) = (found(measurement, ODDS, seriousness=asked) for asked in (with_empty, without))
    assert one.effect == other.effect
    exhibit = proportional_odds_exhibit(measurement, asked(measurement, ODDS, seriousness=with_empty))
    assert exhibit is not None and [row["cut"] for row in exhibit.records()] == [0.4, 5.0]
    none = {**SERIOUSNESS, "cuts": [1e6], "labels": ["less", "more"]}
    (estimate,) = found(measurement, ODDS, seriousness=none)
    assert estimate.effect.reason == "too_few_levels" and estimate.warnings == ()
    assert proportional_odds_exhibit(measurement, asked(measurement, ODDS, seriousness=none)) is None


def test_a_cut_without_overlap_is_said_and_has_no_odds_ratio(trial):
    measurement = measure(trial, ALL_SEEN)
    harm = measurement.frame["most_serious_harm_days"].where(~measurement.treated, 0.0)
    harm = harm.mask(measurement.treated & (np.arange(len(harm)) % 5 == 0), 1.0)
    apart = replace(measurement, frame=measurement.frame.assign(most_serious_harm_days=harm))
    (estimate,) = found(apart, ODDS)
    assert estimate.effect.reason is None and NOT_TESTED in estimate.warnings
    exhibit = proportional_odds_exhibit(apart, asked(apart, ODDS))
    assert exhibit is not None
    assert [row["odds_ratio"] is None for row in exhibit.records()] == [False, True, True]


# Win ratio ------------------------------------------------------------------------------------------------

PRIORITIES = [
    {"by": "death", "better": "no"},
    {"by": "days_to_first", "better": "later", "margin": 20},
    {"by": "harm_days", "better": "lower", "margin": 1},
    {"by": "custody_days", "better": "lower"},
]


@pytest.mark.parametrize("name", [SOME_LEFT, ALL_SEEN, "own_cases", "uk_proven_1y_street"])
@pytest.mark.parametrize("first", ["death", "reoffended"])
def test_every_pair_is_decided_as_one_would_by_hand(trial, register, name, first):
    """Person by person from the register: who died when, who was followed to the end, what is known."""
    measurement = measure(trial, name)
    rows = measurement.frame.to_dict("records")
    exposure = measurement.frame["exposure_days"].tolist()
    street = measurement.outcome.reoffending.custody == "street"
    for row, days, (complete, died, stayed) in zip(
        rows, exposure, by_hand(measurement, register), strict=True
    ):
        row["complete"], row["died"] = complete, died
        row["there_until"] = inf if stayed else days
        row["free_until"] = measurement.horizon_days if complete else row["time_days"]
        followed = days - (row["custody_days"] if street else 0)
        row["followed"] = inf if complete else max(followed, 0.5)

    def verdict(one: dict, other: dict) -> int:
        if first == "death":
            by_then = min(one["there_until"], other["there_until"])
            dead = [who["died"] is not None and who["died"] <= by_then for who in (one, other)]
            if dead[0] != dead[1]:
                return -1 if dead[0] else 1
        if first == "reoffended":
            by_then = min(one["followed"], other["followed"])
            had = [who["event"] and who["time_days"] <= by_then for who in (one, other)]
            if had[0] != had[1]:
                return -1 if had[0] else 1
        if one["event"] and other["event"]:
            apart = one["time_days"] - other["time_days"]
            if abs(apart) > 20:
                return 1 if apart > 0 else -1
        elif one["event"] or other["event"]:
            had, free = (one, other) if one["event"] else (other, one)
            if free["free_until"] - had["time_days"] >= 20:
                return -1 if had is one else 1
        if one["complete"] and other["complete"]:
            for quantity, margin in (("harm_days", 1), ("custody_days", 0)):
                if abs(one[quantity] - other[quantity]) > margin:
                    return 1 if one[quantity] < other[quantity] else -1
        return 0

    treated = [row for row in rows if row["treated"]]
    control = [row for row in rows if not row["treated"]]
    results = [verdict(one, other) for one, other in product(treated, control)]
    priorities = [{"by": first, "better": "no"}, *PRIORITIES[1:]]
    (estimate,) = found(measurement, WINS, priorities=priorities)
    assert estimate.effect.estimate == pytest.approx(results.count(1) / results.count(-1), rel=1e-12)
    assert estimate.warnings[0] == UNKNOWN_ARE_TIES and not re.search("[0-9]", " ".join(estimate.warnings))
    assert (DEATH_NOT_FIRST in estimate.warnings) == (first != "death" and may_compete(measurement))
    assert estimate.effect.scale == "log" and estimate.unit == "ratio"


def test_one_yes_or_no_is_the_odds_ratio_upside_down(trial):
    measurement = measure(trial, ALL_SEEN)
    (no,) = found(measurement, WINS)
    (yes,) = found(measurement, WINS, priorities=[{"by": "reoffended", "better": "yes"}])
    event, treated = measurement.event, measurement.treated
    a, b = event[treated].sum(), event[~treated].sum()
    odds_ratio = a * (~event[~treated]).sum() / (b * (~event[treated]).sum())
    assert no.effect.estimate == pytest.approx(1 / odds_ratio, rel=1e-12)
    assert yes.effect.estimate == pytest.approx(odds_ratio, rel=1e-12)


def test_an_outcome_observed_as_measured_has_no_sums(trial):
    """A protocol that asks for them is refused; whoever asks an estimator gets a reason."""
    measurement = measure(
        small_trial(treated=[1, 1, 0, 0], days=[10, 100, 20, 60], event=[1, 0, 1, 0]), "reoffence"
    )
    seeded = measurement.trial.protocol.model_copy(update={"resampling": Resampling(seed=1)})
    measurement = replace(measurement, trial=replace(measurement.trial, protocol=seeded))
    assert ending(measurement).complete.tolist() == [True, True, True, False]
    for key in (BOOTSTRAP, TWO_PART, MEAN, ODDS):
        assert {estimate.effect.reason for estimate in found(measurement, key)} == {"one_arm_empty"}
    assert not amounts(measurement, asked(measurement, BOOTSTRAP), "harm_days").usable.any()
    (first,) = found(measurement, WINS, priorities=[{"by": "days_to_first", "better": "later"}])
    assert first.effect.reason is None  # 10 v 20 lost, 10 v 60 lost, 100 v 20 won, 100 v 60 unknown
    assert first.effect.estimate == pytest.approx(1 / 2, rel=1e-12)
    assert first.warnings == (UNKNOWN_ARE_TIES,)
    (whether,) = found(measurement, WINS)  # 10 v 20 both had it, 10 v 60 lost, 100 v 20 won, 100 v 60 neither
    assert whether.effect.estimate == pytest.approx(1, rel=1e-12)
    assert whether.warnings == (UNKNOWN_ARE_TIES, FOLLOWED_UNTIL_FIRST)


@pytest.mark.parametrize(
    ("key", "missing"), [(BOOTSTRAP, {"quantity": None}), (ODDS, {"seriousness": None})], ids=str
)
def test_what_a_protocol_must_say_is_not_guessed(trial, key, missing):
    measurement = measure(trial, ALL_SEEN)
    analysis = asked(measurement, key).model_copy(update=missing)
    with pytest.raises(ValueError, match="names its"):
        SEVERITY[key](measurement, analysis)


def test_no_seed_no_draws(trial):
    measurement = measure(trial, ALL_SEEN)
    without = measurement.trial.protocol.model_copy(update={"resampling": None})
    bare = replace(measurement, trial=replace(measurement.trial, protocol=without))
    with pytest.raises(ValueError, match="seed"):
        found(bare, BOOTSTRAP)
