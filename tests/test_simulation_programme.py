"""The programme of a simulated trial is what its scenario declares, and changes no offending."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from primus_eval.simulation import Scenario, simulate
from primus_eval.simulation.accounts import ITEMS
from primus_eval.simulation.contacts import LONGEST_COURSE, contacts_of, own_rates
from primus_eval.simulation.mentors import match
from primus_eval.simulation.needs import (
    RANGE,
    SHARE_ANSWERED,
    STEP,
    WAVE_DAYS,
    needs_table,
    scores,
    true_gain,
)
from primus_eval.simulation.people import People, draw_people
from primus_eval.simulation.services import KINDS, SHARE_OF_CODE, adverse_table, services_table, weeks_table
from primus_eval.simulation.tables import person_codes
from primus_eval.simulation.trial import draw
from primus_eval.simulation.whereabouts import Custody, without_overlap

PEOPLE, SEED = 12_000, 17
LIMIT = norm.isf(0.5e-5)
"""Standard errors within which a draw must lie: beyond them once in 100,000, and seeds are fixed."""
CUTOFF = Scenario().data_cutoff.isoformat()
LATER = "9999-12-31"


@cache
def tables() -> dict[str, pd.DataFrame]:
    """A large trial, drawn once, as its files hold it."""
    return dict(simulate(people=PEOPLE, seed=SEED, truth_draws=0).tables)


@cache
def with_people(name: str) -> pd.DataFrame:
    """A table with what is known of each row's person, and the day on which they died or left."""
    gone = tables()["status"].groupby("person")["date"].min().rename("gone")
    frame = tables()[name].merge(tables()["participants"], on="person").merge(gone, on="person", how="left")
    return frame.fillna({"gone": LATER})


def share_is(hits: pd.Series | np.ndarray, expected: float) -> bool:
    found = np.asarray(hits, dtype=float)
    return bool(abs(found.mean() - expected) < LIMIT * np.sqrt(expected * (1 - expected) / len(found)))


def custody_on(person: pd.Series, day: pd.Series) -> np.ndarray:
    """Whether the register holds each person in custody on each day, joined row by row."""
    asked = pd.DataFrame({"person": person.to_numpy(), "day": day.to_numpy(), "row": range(len(person))})
    spells = asked.merge(tables()["custody"], on="person")
    inside = (spells["from_date"] <= spells["day"]) & (spells["day"] < spells["to_date"].replace("", LATER))
    return np.isin(asked["row"], spells.loc[inside, "row"])


# ------------------------------------------------------------------------------- nothing feeds back


def test_nothing_of_the_programme_changes_what_registers_hold() -> None:
    plain, other = (
        simulate(people=300, seed=4, scenario=scenario, truth_draws=0).tables
        for scenario in (
            Scenario(),
            replace(
                Scenario(),
                contacts_per_week=2.0,
                ended_by_custody=0.0,
                services_offered=0.9,
                wellbeing_gain=30.0,
                incidents=1.0,
                cost_per_person=1.0,
            ),
        )
    )
    for name in ("participants", "events", "custody", "status", "weeks"):
        assert plain[name].equals(other[name])
    for name in ("contacts", "matches", "services", "needs", "adverse", "costs"):
        assert not plain[name].equals(other[name])


def test_people_drawn_in_chunks_have_the_same_needs_services_weeks_and_incidents() -> None:
    world = Scenario()
    whole = draw(world, people=300, seed=9)
    chosen = np.arange(100, 180)
    ids = person_codes(whole.people, seed=9)
    spells = without_overlap(whole.people, whole.spells, until=world.day("data_cutoff"))
    mine = np.isin(spells.person, chosen)
    moved = type(spells)(
        **{name: getattr(spells, name)[mine] for name in ("from_day", "to_day", "reason")},
        person=spells.person[mine] - 100,
    )
    part = whole.people.where(chosen)
    for one, other in (
        (
            needs_table(whole.people, whole.offered, Custody(spells=spells), ids, world, seed=9),
            needs_table(part, whole.offered[chosen], Custody(spells=moved), ids[chosen], world, seed=9),
        ),
        (
            services_table(whole.people, whole.offered, ids, world, seed=9),
            services_table(part, whole.offered[chosen], ids[chosen], world, seed=9),
        ),
        (weeks_table(whole.people, ids, world, seed=9), weeks_table(part, ids[chosen], world, seed=9)),
        (adverse_table(whole.people, ids, world, seed=9), adverse_table(part, ids[chosen], world, seed=9)),
    ):
        kept = one[one["person"].isin(ids[chosen])].reset_index(drop=True)
        assert len(other) and kept.equals(other)
    assert np.array_equal(own_rates(part, world, seed=9), own_rates(whole.people, world, seed=9)[chosen])


def _of_part(rows: Any, mine: np.ndarray) -> Any:
    """Some rows of matches or spells, their people counted from 60."""
    kept = {field.name: getattr(rows, field.name)[mine] for field in fields(rows)}
    return type(rows)(**{**kept, "person": kept["person"] - 60})


def test_contacts_of_a_part_are_those_it_has_among_all() -> None:
    world = Scenario()
    whole = draw(world, people=200, seed=9)
    spells = without_overlap(whole.people, whole.spells, until=world.day("data_cutoff"))
    custody = Custody(spells=spells)
    _, matches = match(whole.people, whole.offered, custody.first_after(whole.people), world, seed=9)
    alone = np.arange(60, 90)
    mine, theirs = np.isin(matches.person, alone), np.isin(spells.person, alone)
    part = contacts_of(
        whole.people.where(alone),
        _of_part(matches, mine),
        Custody(spells=_of_part(spells, theirs)),
        world,
        seed=9,
    )
    together = contacts_of(whole.people, matches, custody, world, seed=9)
    own = np.isin(together.person, alone)
    assert len(part) == own.sum() > 100
    for name in ("day", "held", "phase", "mode", "u"):
        assert np.array_equal(getattr(together, name)[own], getattr(part, name))


# ----------------------------------------------------------------------------------------- contacts


def test_who_met_a_mentor_has_matches_and_a_contact_held_and_nobody_else() -> None:
    participants = tables()["participants"]
    met = set(participants.loc[participants["met_mentor"] == "1", "person"])
    contacts = tables()["contacts"]
    assert set(tables()["matches"]["person"]) == met
    held = set(contacts.loc[contacts["held"] == "1", "person"])
    assert held <= met
    gone = tables()["status"].groupby("person")["date"].min()
    matched = tables()["matches"].groupby("person")["matched_on"].min()
    without = met - held
    assert all(gone[person] <= matched[person] for person in without) and len(without) < 0.002 * len(met)


def test_contacts_at_liberty_have_their_mean_and_their_spread_between_people() -> None:
    """Contacts from the day after release to the day before anything ends them, for those undisturbed.

    Whoever has both matches from release to their planned end is at risk for 364 days; free of custody and
    of departure they have a negative binomial number of contacts: mean 52 x 0.7, variance mean + (mean x
    0.5)^2. Errors: of the mean from that variance; of the variance from the draw's fourth moment.
    """
    planned = tables()["matches"].query("planned_end == '1'").groupby("person").size() == 2
    frame = with_people("participants")[["person", "released_on_x", "gone"]]
    frame = frame.rename(columns={"released_on_x": "released_on"}).set_index("person")
    frame = frame[frame.index.isin(planned.index[planned]) & (frame["released_on"] < CUTOFF)]
    custody = tables()["custody"].merge(frame, left_on="person", right_index=True)
    frame = frame.drop(custody.loc[custody["from_date"] > custody["released_on"], "person"].unique())
    contacts = tables()["contacts"].merge(frame, left_on="person", right_index=True)
    counted = contacts[(contacts["held"] == "1") & (contacts["mode"] != "text")]
    since = (pd.to_datetime(counted["date"]) - pd.to_datetime(counted["released_on"])).dt.days
    number = (
        counted[(since >= 1) & (since <= 364)].groupby("person").size().reindex(frame.index, fill_value=0)
    )
    mean, n = 52 * 0.7, len(number)
    variance = mean + (0.5 * mean) ** 2
    assert n > 2_000
    assert abs(number.mean() - mean) < LIMIT * np.sqrt(variance / n)
    fourth = ((number - number.mean()) ** 4).mean()
    assert abs(number.var() - variance) < LIMIT * np.sqrt((fourth - variance**2) / n)


def test_contacts_take_place_as_often_as_is_declared_and_one_that_failed_says_why() -> None:
    contacts = tables()["contacts"]
    later = contacts[contacts.duplicated("person")]  # the first meeting always takes place
    assert abs((later["held"] == "1").mean() - 0.85) < 0.003  # and it is not always the first row
    failed = contacts["held"] == "0"
    assert ((contacts["cancelled_by"] != "") == failed).all()
    assert (contacts.loc[failed, [f"topic_{topic}" for topic in ("housing", "work")]] == "").all(axis=None)
    assert (contacts.loc[failed, "minutes"] == "").all() and (contacts.loc[failed, "planned"] == "1").all()
    texts = contacts["mode"] == "text"
    assert ((contacts["minutes"] != "") == (~failed & ~texts)).all()
    assert not texts[contacts["phase"] == "prison"].any()
    assert share_is(texts[contacts["phase"] == "after"], 0.10)
    assert share_is(contacts.loc[~failed, "topic_work"] == "1", 0.35)


def test_contacts_are_with_the_mentors_of_the_day_of_people_alive_and_in_the_country() -> None:
    contacts = with_people("contacts").reset_index(names="row")
    assert (contacts["date"] < contacts["gone"]).all() and (contacts["date"] <= CUTOFF).all()
    for column in ("mentor", "second_mentor"):
        named = contacts[contacts[column] != ""][["row", "person", "date", column]]
        pairs = named.merge(tables()["matches"], left_on=["person", column], right_on=["person", "mentor"])
        on_the_day = (pairs["matched_on"] <= pairs["date"]) & (
            pairs["date"] <= pairs["ended_on"].replace("", LATER)
        )
        assert set(pairs.loc[on_the_day, "row"]) == set(named["row"])
    two = contacts[contacts["second_mentor"] != ""]
    assert (two["mentor"] != two["second_mentor"]).all() and len(two) > 1_000
    assert not two["mode"].isin(["telephone", "text"]).any()


def test_the_phase_says_where_people_are_and_contact_all_but_stops_in_new_custody() -> None:
    contacts = with_people("contacts")
    contacts = contacts[contacts["linked"] == "1"]
    released = contacts["released_on"].replace("", LATER)
    inside = custody_on(contacts["person"], contacts["date"])
    assert ((contacts["phase"] == "prison") == inside).all()
    assert ((contacts["phase"] == "gate") == (contacts["date"] == released)).all()
    again = inside & (contacts["date"] > released)
    assert 0 < again.mean() < 0.01


def test_visits_before_release_are_as_frequent_as_declared() -> None:
    """After the first meeting: 0.6 of the rate at liberty of what is arranged, texts among it."""
    frame = with_people("contacts")
    frame = frame[frame["released_on"] != ""]
    first = frame.groupby("person")["date"].transform("min")
    visits = frame[(frame["date"] > first) & (frame["date"] < frame["released_on"])]
    people = frame.drop_duplicates("person").assign(first=first)
    weeks = (pd.to_datetime(people["released_on"]) - pd.to_datetime(people["first"])).dt.days - 1
    expected = 0.6 * 0.7 / 0.85 / 0.9 * weeks.clip(lower=0).sum() / 7
    spread = np.sqrt(expected + (0.5 * 0.6 * 0.7 / 0.765 / 7) ** 2 * (weeks.clip(lower=0) ** 2).sum())
    assert abs(len(visits) - expected) < LIMIT * spread + 0.01 * expected  # matches that ended before


def test_people_are_met_at_the_gate_as_often_as_declared() -> None:
    """Of those with a mentor on the day; 0.7 / 0.765 / 7 more have an ordinary contact on it."""
    contacts = tables()["contacts"]
    matches = with_people("matches")
    there = matches[
        (matches["matched_on"] < matches["released_on"]) & (matches["gone"] > matches["released_on"])
    ]
    there = there[there["ended_on"].replace("", LATER) >= there["released_on"]]["person"].unique()
    met = np.isin(there, contacts.loc[contacts["phase"] == "gate", "person"])
    ordinary = 1 - np.exp(-0.7 / 0.765 / 7)
    expected = 1 - (1 - 0.55) * (1 - ordinary)
    assert abs(met.mean() - expected) < LIMIT * np.sqrt(expected * (1 - expected) / len(there)) + 0.02


# ------------------------------------------------------------------------------------------ mentors


def test_who_replaces_a_mentor_comes_after_one_who_gave_up() -> None:
    matches = tables()["matches"]
    again = matches[matches["rematch"] == "1"]
    before = matches[matches["rematch"] == "0"]
    pairs = again.merge(before, on=["person", "slot"], suffixes=("", "_before"))
    assert len(pairs) == len(again) > 100
    assert (pairs["end_reason_before"] == "mentor").all()
    waited = (pd.to_datetime(pairs["matched_on"]) - pd.to_datetime(pairs["ended_on_before"])).dt.days
    assert waited.between(5, 29).all()


def test_matches_say_truly_whether_the_mentor_is_local_and_the_end_was_planned() -> None:
    matches = tables()["matches"].merge(tables()["mentors"], on="mentor").merge(tables()["participants"])
    assert ((matches["local"] == "1") == (matches["area"] == matches["release_area"])).all()
    assert share_is(matches["local"] == "0", Scenario().mentors_from_elsewhere)
    over = matches["ended_on"] != ""
    assert ((matches["end_reason"] == "completed") == (matches["planned_end"] == "1")).all()
    assert (matches.loc[~over, ["end_reason", "planned_end"]] == "").all(axis=None)
    assert over.all() or (matches.loc[~over, "released_on"] == "").all()


def test_new_custody_ends_matches_on_its_first_day() -> None:
    ended = with_people("matches").query("end_reason == 'custody' and linked == '1'")
    starts = tables()["custody"].merge(ended[["person", "released_on"]].drop_duplicates())
    first = starts[starts["from_date"] > starts["released_on"]].groupby("person")["from_date"].min()
    assert len(ended) > 500 and (first[ended["person"]].to_numpy() == ended["ended_on"].to_numpy()).all()


def test_mentors_apply_are_approved_and_trained_and_leave_with_a_reason() -> None:
    mentors = tables()["mentors"]
    approved = mentors["approved_on"] != ""
    assert (mentors.loc[approved, "recruited_on"] < mentors.loc[approved, "approved_on"]).all()
    assert 0.02 < (~approved).mean() < 0.08
    assert ((mentors["trained_on"] != "") == (mentors["training_hours"] != "")).all()
    assert (mentors.loc[~approved, "trained_on"] == "").all()
    assert ((mentors["left_on"] != "") == (mentors["left_reason"] != "")).all()
    last = tables()["matches"].assign(ended_on=lambda rows: rows["ended_on"].replace("", LATER))
    last = last.groupby("mentor")["ended_on"].max()
    left = mentors[mentors["left_on"] != ""]
    assert (last[left["mentor"]].to_numpy() == left["left_on"].to_numpy()).all()
    unmatched = approved & ~mentors["mentor"].isin(last.index)
    assert 0.05 < unmatched.mean() < 0.12


def test_mentors_are_supervised_in_their_share_of_months() -> None:
    meetings = tables()["supervision"]
    spans = tables()["matches"].assign(ended_on=lambda rows: rows["ended_on"].replace("", CUTOFF))
    spans = spans.groupby("mentor").agg(begins=("matched_on", "min"), ends=("ended_on", "max"))
    months = ((pd.to_datetime(spans["ends"]) - pd.to_datetime(spans["begins"])).dt.days + 1) / 30.4375
    held = meetings.merge(spans, on="mentor")
    assert ((held["begins"] <= held["met_on"]) & (held["met_on"] <= held["ends"])).all()
    expected = 0.65 * months.sum()
    assert abs(len(meetings) - expected) < LIMIT * np.sqrt(0.65 * 0.35 * months.sum()) + 0.01 * expected


# ---------------------------------------------------------------------------------- what both arms get


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("arm", "share"), [("M", Scenario().services_offered), ("U", Scenario().services_usual)]
)
def test_services_begin_as_often_as_declared_in_each_arm(kind: str, arm: str, share: float) -> None:
    """Of those released long before the cut-off who were there for a year after release."""
    people = with_people("participants")
    people = people[(people["released_on_x"] != "") & (people["arm_x"] == arm)]
    there = people["gone"] > (pd.to_datetime(people["released_on_x"]) + pd.Timedelta(days=365)).dt.strftime(
        "%Y-%m-%d"
    )
    services = tables()["services"].query("domain == @kind and other_mentoring == '0' and started_on != ''")
    assert share_is(people.loc[there, "person"].isin(services["person"]), share)


def test_services_come_after_randomisation_and_their_referral_first() -> None:
    services = with_people("services")
    assert (services["referred_on"] > services["randomised_on"]).all()
    started = services[services["started_on"] != ""]
    assert (started["referred_on"] <= started["started_on"]).all()
    assert (started["started_on"] < started["gone"]).all()
    other = services["other_mentoring"] == "1"
    assert set(services.loc[other, "domain"]) == {"network"}
    by_arm = services[other & (services["started_on"] != "")].groupby("arm").size()
    assert by_arm["U"] > 2.5 * by_arm["M"] > 0


def test_weeks_are_whole_weeks_of_one_code_each_in_the_two_years_after_release() -> None:
    weeks = with_people("weeks")
    begins, ends = pd.to_datetime(weeks["from_date"]), pd.to_datetime(weeks["to_date"])
    assert (begins.dt.weekday == 0).all() and (weeks["from_date"] > weeks["released_on"]).all()
    whole = (ends - begins).dt.days % 7 == 6
    cut = weeks["to_date"] >= weeks[["gone"]].min(axis=1).where(weeks["gone"] < CUTOFF, LATER)
    day_before = pd.to_datetime(weeks["gone"].where(weeks["gone"] != LATER, CUTOFF)) - pd.Timedelta(days=1)
    assert (whole | (ends == day_before)).all() and not cut.any()
    assert ((ends - pd.to_datetime(weeks["released_on"])).dt.days <= 7 * 105).all()
    following = weeks.sort_values(["person", "from_date"]).groupby("person")["from_date"].shift(-1)
    assert (
        following.dropna() > weeks.sort_values(["person", "from_date"])["to_date"][following.notna()]
    ).all()
    assert (weeks["linked"] == "1").all()
    length = (ends - begins).dt.days + 1
    share = length.groupby(weeks["code"]).sum() / length.sum()
    for code, expected in zip(("work", "education", "benefit", "sick"), SHARE_OF_CODE, strict=False):
        assert share[code] == pytest.approx(
            expected / 0.7, abs=0.02
        )  # 2 %: about 8,000 people with few stretches


def test_incidents_have_their_rate_in_both_arms() -> None:
    people = with_people("participants")
    begins = pd.to_datetime(people["randomised_on_x"])
    until = pd.to_datetime(people["released_on_x"].replace("", np.nan)).fillna(begins) + pd.Timedelta(
        days=365
    )
    gone = pd.to_datetime(people["gone"].where(people["gone"] != LATER, CUTOFF))
    years = (np.minimum(until, gone) - begins).dt.days.clip(lower=0) / 365.25
    incidents = tables()["adverse"].merge(tables()["participants"][["person", "arm"]])
    for arm in ("M", "U"):
        expected = Scenario().incidents * years[people["arm_x"] == arm].sum()
        assert abs((incidents["arm"] == arm).sum() - expected) < LIMIT * np.sqrt(expected)


# -------------------------------------------------------------------------------------------- needs


@cache
def asked() -> tuple[People, np.ndarray]:
    people = draw_people(Scenario(), seed=3, people=60_000)
    return people, np.arange(60_000) % 2 == 0


def test_only_wellbeing_gains_and_only_after_release() -> None:
    people, offered = asked()
    for wave in range(len(WAVE_DAYS)):
        found = scores(people, offered, wave, Scenario(), seed=3)
        gains = found[offered].mean(axis=0) - found[~offered].mean(axis=0)
        errors = found.std(axis=0) * np.sqrt(4 / len(people))
        expected = np.array([(0.0, 2.5, true_gain(Scenario()).difference)[wave], 0, 0, 0])
        assert (np.abs(gains - expected) < LIMIT * errors + np.array([0.02, 0, 0, 0])).all()


def test_the_true_gain_is_what_is_declared_but_for_the_ends_of_the_scale() -> None:
    gain = true_gain(Scenario())
    assert 4.9 < gain.difference < 5.0 and gain.monte_carlo_error < 0.01
    assert true_gain(replace(Scenario(), wellbeing_gain=0.0), draws=2_000).difference == 0


def test_scores_lie_on_their_scales() -> None:
    needs = tables()["needs"].query("score != ''").astype({"score": int})
    for domain, (low, high), step in zip(
        ("wellbeing", "loneliness", "housing", "supporters"), RANGE, STEP, strict=True
    ):
        found = needs.loc[needs["domain"] == domain, "score"]
        assert found.between(low, high).all() and (found % step == 0).all()
        assert found.min() == low and (found.max() == high or domain == "supporters")
    relationship = needs[needs["domain"] == "relationship"]
    met = tables()["participants"].query("met_mentor == '1'")["person"]
    assert relationship["person"].isin(met).all() and set(relationship["wave"]) == {"1", "2"}


def test_people_are_interviewed_wherever_they_are_and_never_after_they_are_gone() -> None:
    needs = with_people("needs").query("domain == 'wellbeing'")
    assert (needs["interviewed_on"] < needs["gone"]).all()
    first = needs["wave"] == "0"
    assert (needs.loc[first, "interviewed_on"] < needs.loc[first, "randomised_on"]).all()
    known = needs[needs["linked"] == "1"]
    inside = custody_on(known["person"], known["interviewed_on"])
    assert ((known["place"] == "custody") == inside).all()
    assert inside[known["wave"] == "0"].all()
    assert share_is(known["score"] != "", SHARE_ANSWERED)
    assert not (known["source"] == "form")[inside].any()


def test_the_share_interviewed_is_that_of_where_people_are() -> None:
    people = with_people("participants").query("linked_x == '1' and released_on_x != ''")
    people = people.rename(columns={"released_on_x": "released_on"})
    day = (pd.to_datetime(people["released_on"]) + pd.Timedelta(days=365)).dt.strftime("%Y-%m-%d")
    there = (people["gone"] > day).to_numpy()
    inside = custody_on(people["person"], day)
    answered = people["person"].isin(tables()["needs"].query("wave == '2'")["person"]).to_numpy()
    for where, share in ((~inside, 0.75), (inside, 0.6)):
        # the interview lies within two weeks of the day, on which a few were elsewhere
        members = there & where
        error = np.sqrt(share * (1 - share) / members.sum())
        assert abs(answered[members].mean() - share) < LIMIT * error + 0.01


def test_missing_waves_are_not_monotone() -> None:
    waves = tables()["needs"].groupby("person")["wave"].agg(set)
    assert waves.map(lambda seen: seen == {"0", "2"}).sum() > 100
    assert waves.map(lambda seen: seen == {"0", "1"}).sum() > 100


def test_housing_has_no_step_for_those_in_custody_after_release() -> None:
    housing = tables()["needs"].query("domain == 'housing' and wave != '0'")
    assert (housing.loc[housing["place"] == "custody", "score"] == "").all()


# ------------------------------------------------------------------------------- changes and costs


@pytest.mark.parametrize("people", [97, 250])
def test_the_items_add_up_to_the_cost_of_everybody_offered_mentors(people: int) -> None:
    trial = simulate(people=people, seed=2, truth_draws=0)
    offered = (trial.tables["participants"]["arm"] == "M").sum()
    costs = trial.tables["costs"]
    assert costs["amount"].astype(int).sum() == 38_000 * offered
    assert costs["item"].tolist() == [item for item, _, _ in ITEMS]
    assert sum(share for _, _, share in ITEMS) == pytest.approx(1)
    assert set(costs["date"]) == {"2023-12-31"} and set(costs["arm"]) == {"mentors"}


def test_changes_lie_in_the_time_of_recruitment() -> None:
    changes = tables()["changes"]["date"]
    assert len(changes) == 4 and changes.is_monotonic_increasing
    assert changes.between("2017-01-01", "2019-03-27").all()


def test_nobody_is_mentored_for_longer_than_a_course() -> None:
    contacts = with_people("contacts")
    since = (pd.to_datetime(contacts["date"]) - pd.to_datetime(contacts["randomised_on"])).dt.days
    assert since.max() <= LONGEST_COURSE
