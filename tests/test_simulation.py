"""A simulated trial is what its scenario declares, the same for everybody, and its truth is true."""

from __future__ import annotations

import io
import json
from dataclasses import fields, replace
from datetime import date
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from primus_eval import load_trial, measure, output
from primus_eval.cli import main
from primus_eval.errors import EnvironmentFault, InputError
from primus_eval.loaders import load_trial as load
from primus_eval.protocol import parse_protocol
from primus_eval.simulation import Scenario, SimulatedTrial, courts, files_of, simulate, true_risks
from primus_eval.simulation.allocation import BLOCK_SIZE, allocate
from primus_eval.simulation.needs import true_gain
from primus_eval.simulation.offending import cumulative_shape, follow
from primus_eval.simulation.people import DAYS_PER_YEAR, NEVER, People, draw_people
from primus_eval.simulation.records import RECALL, REMAND, SENTENCE, Offences, Spells
from primus_eval.simulation.scenario import RANGES
from primus_eval.simulation.streams import uniforms
from primus_eval.simulation.tables import person_codes
from primus_eval.simulation.trial import Drawn, draw
from primus_eval.simulation.truth import EVERYONE, reoffended

MANY = 200_000
LIMIT = norm.isf(0.5e-5)
"""Standard errors within which a draw must lie: beyond them once in 100,000, and seeds are fixed."""


def a_trial(people: int = 60, seed: int = 11) -> SimulatedTrial:
    return simulate(people=people, seed=seed, truth_draws=0)


@cache
def many() -> tuple[People, np.ndarray]:
    """Many people and whether they are offered mentors, drawn once."""
    people = draw_people(Scenario(), seed=21, people=MANY)
    return people, allocate(people, seed=21)


@cache
def followed() -> tuple[People, np.ndarray, Offences, Spells]:
    """The first 40,000 of them for two years, and what they do."""
    people = draw_people(Scenario(), seed=21, people=40_000, of=MANY)
    offered = allocate(people, seed=21)
    until = np.where(people.released_on < NEVER, people.released_on + 729, -NEVER)
    return people, offered, *follow(people, offered, Scenario(), seed=21, until=until)


def close(found: float, expected: float, error: float) -> bool:
    return abs(found - expected) < LIMIT * error


def share_is(hits: np.ndarray, expected: float) -> bool:
    return close(hits.mean(), expected, np.sqrt(expected * (1 - expected) / len(hits)))


# ------------------------------------------------------------------------------------ the same draw


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    first, again, other = (files_of(a_trial(seed=seed)) for seed in (5, 5, 6))
    assert first == again
    assert [name for name in first if first[name] == other[name]] == ["changes.csv"]


def test_a_person_depends_on_the_seed_and_the_number_alone() -> None:
    whole = uniforms(3, 0, first=0, people=50, each=8)
    assert np.array_equal(whole[20:30], uniforms(3, 0, first=20, people=10, each=8))
    assert len(np.unique(whole)) == whole.size and whole.min() > 0 and whole.max() < 1
    assert not np.isin(whole, uniforms(4, 0, first=0, people=50, each=8)).any()
    assert not np.isin(whole, uniforms(3, 1, first=0, people=50, each=8)).any()


def test_people_drawn_in_chunks_live_the_same_lives() -> None:
    scenario = Scenario()
    together = draw_people(scenario, seed=9, people=400)
    part = draw_people(scenario, seed=9, first=150, people=100, of=400)
    kept = together.where(np.arange(150, 250))
    until = np.full(400, scenario.day("data_cutoff"))
    offered = np.arange(400) % 2 == 0
    one, _ = follow(together, offered, scenario, seed=9, until=until)
    other, _ = follow(part, offered[150:250], scenario, seed=9, until=until[:100])
    assert np.array_equal(part.intensity, kept.intensity)
    assert np.array_equal(part.released_on, kept.released_on)
    mine = (one.person >= 150) & (one.person < 250)
    both = [
        sorted(zip(o.person[w] - shift, o.committed_on[w], o.decided_on[w], o.harm_days[w], strict=True))
        for o, w, shift in ((one, mine, 150), (other, np.ones(len(other), dtype=bool), 0))
    ]
    assert both[0] == both[1] and len(both[0]) > 100


def test_with_more_people_the_first_remain_who_they_are() -> None:
    few, more = (draw(Scenario(), people=n, seed=2) for n in (40, 80))
    assert np.array_equal(few.offered, more.offered[:40])
    assert np.array_equal(few.people.intensity, more.people.intensity[:40])


# ------------------------------------------------------------------------------- what was declared


def test_groups_prisons_and_losses_have_their_shares() -> None:
    people, _ = many()
    scenario = Scenario()
    for number, share in enumerate(scenario.groups):
        assert share_is(people.risk == number, share)
        assert share_is(people.closed[people.risk == number], scenario.closed_prison[number])
    assert share_is(~people.linked, scenario.not_linked)
    assert share_is(people.age == -1, 0.04)
    unreleased = people.released_on == NEVER
    waiting = 1 - np.exp(-scenario.death * 66 / DAYS_PER_YEAR)  # a mean wait of 60 x exp(0.45^2 / 2) days
    assert abs(unreleased.mean() - scenario.never_released - waiting) < 0.001


def test_frailty_has_mean_one_in_each_group_and_its_spread() -> None:
    people, _ = many()
    scenario = Scenario()
    known = people.age >= 0
    age = np.exp(scenario.age_effect * (people.age[known] - 32))
    frailty = people.intensity[known] / np.take(scenario.rates, people.risk[known]) / age
    assert close(frailty.mean(), 1, frailty.std() / np.sqrt(len(frailty)))
    spread = np.log(frailty).std()
    assert close(spread, scenario.frailty_sd, scenario.frailty_sd / np.sqrt(2 * len(frailty)))


def test_arms_are_even_within_every_stratum() -> None:
    people, offered = many()
    for risk in range(3):
        for closed in (False, True):
            members = offered[(people.risk == risk) & (people.closed == closed)]
            whole = members[: len(members) // BLOCK_SIZE * BLOCK_SIZE].reshape(-1, BLOCK_SIZE)
            assert (whole.sum(axis=1) == BLOCK_SIZE // 2).all()
            assert len(np.unique(whole @ [8, 4, 2, 1])) == 6


def test_frail_people_meet_mentors_less_often() -> None:
    people, _ = many()
    average = np.abs(people.log_frailty) < 0.03
    assert abs(people.takes_up[average].mean() - 0.85) < LIMIT * np.sqrt(0.85 * 0.15 / average.sum())
    assert people.takes_up[people.log_frailty > 0.6].mean() < 0.80


def test_deaths_and_departures_have_their_rates() -> None:
    people, _ = many()
    scenario = Scenario()
    years = np.minimum(people.died_on - people.randomised_on, 1000) / DAYS_PER_YEAR
    deaths = (people.died_on - people.randomised_on <= 1000).sum()
    assert close(deaths / years.sum(), scenario.death, np.sqrt(deaths) / years.sum())
    released = people.released_on < NEVER
    deported = (people.left_by == 1)[released] & (people.left_on - people.released_on <= 365)[released]
    expected = scenario.foreign * (1 - np.exp(-scenario.deportation * 365 / DAYS_PER_YEAR))
    assert share_is(deported, expected * (1 - scenario.emigration / 2))


WINDOW = 730


def whereabouts(people: People, spells: Spells) -> tuple[np.ndarray, np.ndarray]:
    """From spells alone: on which days since release each person is observed, and in custody, (n, 730)."""
    changes = np.zeros((len(people), WINDOW + 1), dtype=np.int16)
    start = people.released_on[spells.person]
    for day, step in ((spells.from_day, 1), (spells.to_day, -1)):
        np.add.at(changes, (spells.person, np.clip(day - start, 0, WINDOW)), step)
    inside = changes.cumsum(axis=1)[:, :WINDOW] > 0
    last = np.minimum(people.died_on, people.left_on) - people.released_on
    seen = np.arange(WINDOW) <= last[:, None]
    return seen & (people.released_on < NEVER)[:, None], inside


def test_the_effect_and_the_shape_are_recovered_from_what_people_did() -> None:
    """Occasions over the integral of the intensity, by time since release: the effect, and 0.05 in custody.

    The expected number of occasions, given who is where when, is that integral times the effect; its error
    is the root of the number. The integral is summed here from days, person by person.
    """
    people, offered, offences, spells = followed()
    scenario = Scenario()
    seen, inside = whereabouts(people, spells)
    edges = [day for day, _ in scenario.shape if day < WINDOW] + [WINDOW]
    height = np.repeat([height for _, height in scenario.shape][: len(edges) - 1], np.diff(edges))
    met = offered & people.takes_up
    groups = ((1.0, ~offered), (1.0, offered & ~people.takes_up), (scenario.hazard_ratio, met))
    once = pd.DataFrame({"person": offences.person, "occasion": offences.occasion}).drop_duplicates().index
    person, day = offences.person[once], offences.committed_on[once]
    since = day - people.released_on[person]
    free = ~inside[person, since]
    assert (np.bincount(since, minlength=WINDOW) > 0).all() and seen[person, since].all()
    for effect, members in groups:
        daily = people.intensity[members, None] * height * seen[members] / DAYS_PER_YEAR
        for at_liberty, multiple in ((True, 1.0), (False, scenario.share_in_custody)):
            where = inside[members] != at_liberty
            expected = np.add.reduceat((daily * where).sum(axis=0), edges[:-1])
            counted = since[members[person] & (free == at_liberty)]
            found = np.histogram(counted, bins=edges)[0]
            for number, integral in ((found.sum(), expected.sum()), *zip(found, expected, strict=True)):
                truth = integral * multiple * effect
                assert close(float(number), truth, np.sqrt(truth))
    assert 1 / np.sqrt(met[person].sum()) < 0.01  # enough to tell 0.80 from 0.84


def test_without_frailty_the_first_offence_has_the_hazard_ratio_of_the_scenario() -> None:
    """Everybody alike, nobody frail, everybody met: the ratio of cumulative hazards at two years."""
    plain = replace(
        Scenario(), frailty_sd=0.0, age_effect=0.0, groups=(0.0, 0.0, 1.0), met_mentor_slope=0.0, recall=0.0
    )
    people = draw_people(plain, seed=4, people=MANY)
    people = replace(people, takes_up=np.ones(MANY, dtype=bool), left_on=np.full(MANY, NEVER))
    people = people.where(people.released_on < NEVER)
    people = replace(people, died_on=np.full(len(people), NEVER))
    offered = np.arange(len(people)) % 2 == 0
    offences, _ = follow(people, offered, plain, seed=4, until=people.released_on + 729)
    event = np.zeros(len(people), dtype=bool)
    event[offences.person] = True
    hazard, variance = [], []
    for arm in (offered, ~offered):
        free = 1 - event[arm].mean()
        hazard.append(-np.log(free))
        variance.append((1 - free) / free / arm.sum() / hazard[-1] ** 2)
    assert close(np.log(hazard[0] / hazard[1]), np.log(0.8), np.sqrt(sum(variance)))
    expected = 0.65 * cumulative_shape(np.array([730.0]), plain)[0]
    assert close(hazard[1], expected, np.sqrt(variance[1]) * hazard[1])


def test_the_intensity_peaks_in_the_weeks_after_release() -> None:
    people, offered, offences, _ = followed()
    since = (offences.committed_on - people.released_on[offences.person])[offences.occasion == 0]
    weekly = np.bincount(since // 7)[:104]
    assert weekly[:8].mean() > 1.3 * weekly[10:24].mean() > 1.5 * weekly[60:].mean()


def test_lags_sanctions_and_classes_follow_their_tables() -> None:
    n = 100_000
    u = uniforms(8, 0, first=0, people=n, each=8)
    classes = courts.class_of(u[:, 0])
    fate = courts.outcome_of(Scenario(), classes, u[:, 1:6])
    for number, share in enumerate(courts.SHARE_OF_CLASS):
        assert share_is(classes == number, share)
    assert share_is(fate.kind == courts.CHARGE, Scenario().share_dismissed)
    for number, row in enumerate(courts.SHARE_OF_SANCTION):
        of_class = fate.sanction[classes == number]
        assert all(share_is(of_class == sanction, share) for sanction, share in enumerate(row) if share > 0)
    for kind, months in ((courts.CONVICTION, 5.0), (courts.DECISION, 2.0)):
        lags = np.log(fate.lag_days[fate.kind == kind] / DAYS_PER_YEAR * 12 / months)
        assert close(np.median(lags), 0, 1.2533 * 0.6 / np.sqrt(len(lags)) + 0.005)  # and whole days
        assert abs(lags.std() - 0.6) < 0.02
    small = fate.fine[(classes == courts.TRAFFIC) & (fate.fine > 0)] < 2500
    assert 0.6 < small.mean() < 0.9


def test_a_decision_is_one_day_and_one_sanction_and_remand_becomes_the_sentence() -> None:
    _, _, offences, spells = followed()
    frame = pd.DataFrame({name: getattr(offences, name) for name in Offences.__slots__})
    decisions = frame.groupby(["person", "decision"])
    for name in ("decided_on", "kind", "sanction", "fine"):
        assert (decisions[name].nunique() == 1).all()
    assert (decisions["committed_on"].nunique() > 1).mean() > 0.05
    assert (frame["committed_on"] < frame["decided_on"]).all()
    remand, sentence = (
        set(zip(spells.person[spells.reason == reason], day[spells.reason == reason], strict=True))
        for reason, day in ((REMAND, spells.to_day), (SENTENCE, spells.from_day))
    )
    assert remand and remand <= sentence
    assert (spells.reason == RECALL).any()


# ------------------------------------------------------------------------------------------ the truth


def test_another_seed_finds_the_same_truth_within_its_error() -> None:
    for one, other in zip(
        true_risks(Scenario(), draws=60_000), true_risks(Scenario(), draws=60_000, seed=1), strict=True
    ):
        error = np.hypot(one.monte_carlo_error, other.monte_carlo_error)
        assert close(one.difference, other.difference, error) and error < 0.003


def test_without_an_effect_the_truth_is_nothing() -> None:
    assert all(
        risk.difference == 0 for risk in true_risks(replace(Scenario(), hazard_ratio=1.0), draws=2_000)
    )


def test_everyone_is_the_groups_together() -> None:
    everyone, *groups = true_risks(Scenario(), draws=20_000)
    assert everyone.group == EVERYONE
    assert sum(risk.people for risk in groups) == everyone.people
    weighted = sum(risk.people * risk.difference for risk in groups) / everyone.people
    assert weighted == pytest.approx(everyone.difference, abs=1e-12)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Drawn]:
    """A trial of 6,000, written, and the same people as drawn."""
    folder = output.write_new_folder(
        files_of(a_trial(people=6_000, seed=31)), tmp_path_factory.mktemp("large") / "trial"
    )
    return folder, draw(Scenario(), people=6_000, seed=31)


def test_the_truth_counts_what_measuring_counts(large: tuple[Path, Drawn]) -> None:
    """Person by person: the definition of the protocol on the files, and that of the truth on the drawn."""
    folder, drawn = large
    measured = measure(load_trial(folder / "protocol.toml"), "reoffending_2y")
    by_id = np.argsort(person_codes(drawn.people, seed=31).astype(str))
    event = reoffended(drawn.people, drawn.offences)[by_id]
    assert np.array_equal(measured.frame["event"].to_numpy(dtype=bool), event[measured.people])
    assert event.sum() > 1_500
    left = {row.reason: row.n for row in measured.excluded if row.arm == "treatment"}
    assert set(left) <= {"not_in_population", "never_released", "not_linked"}


def test_every_way_to_fall_out_of_the_count_happens(large: tuple[Path, Drawn]) -> None:
    tally = measure(load_trial(large[0] / "protocol.toml"), "reoffending_2y").tally
    happened = {row.fate for row in tally if row.events}
    assert {"counted", "pseudo_reconviction", "outside_window", "decided_too_late"} <= happened


# ------------------------------------------------------------------------------------------ the files


def test_the_files_load_and_nothing_is_remarked(tmp_path: Path) -> None:
    folder = output.write_new_folder(files_of(a_trial(people=97)), tmp_path / "trial")
    trial = load(folder / "protocol.toml")
    assert trial.remarks == ()
    assert len(trial.participants) == 97 and set(trial.tables) == {
        *("mentors", "matches", "contacts", "supervision", "services", "needs", "weeks"),
        *("adverse", "changes", "costs"),
    }
    assert trial.protocol.study.simulated and trial.protocol.truth == ()


def test_the_protocol_holds_the_truth_that_was_found() -> None:
    trial = simulate(people=20, seed=1, truth_draws=4_000)
    protocol = parse_protocol(trial.protocol_text)
    found = {item.analysis: item.value for item in protocol.truth}
    risks = {risk.group: round(risk.difference, 4) for risk in trial.truth}
    gain = round(true_gain(Scenario(), draws=4_000).difference, 2)
    assert found == {"primary": risks[EVERYONE], "high_risk": risks["high"], "wellbeing": gain}
    assert "SIMULATED" in trial.protocol_text and "SIMULATED" in files_of(trial)["README.md"].decode()


def test_tables_hold_what_a_register_knows_at_the_cut_off() -> None:
    tables = a_trial(people=2_000).tables
    cutoff = Scenario().data_cutoff.isoformat()
    events, custody, status = tables["events"], tables["custody"], tables["status"]
    pending = events["decided_on"] == ""
    assert (events.loc[pending, ["decision", "sanction", "fine_dkk"]] == "").all(axis=None)
    assert (events.loc[pending, "kind"] == "C").all() and 10 < pending.sum() < 0.2 * len(events)
    assert (events["committed_on"] <= cutoff).all() and (events["decided_on"] <= cutoff).all()
    assert (
        events.loc[~pending].groupby("decision")["main"].apply(lambda main: (main == "1").sum()) == 1
    ).all()
    ends = custody["to_date"].replace("", "9999-12-31")
    assert (custody["from_date"] < ends).all() and (custody["to_date"] <= cutoff).all()
    after = custody.groupby("person")["from_date"].shift(-1)
    assert (ends[after.notna()] <= after[after.notna()]).all()
    assert set(status["what"]) == {"death", "deportation", "emigration"}
    unlinked = tables["participants"].query("linked == '0'")["person"]
    assert len(unlinked) and not any(
        table["person"].isin(unlinked).any() for table in (events, custody, status)
    )


def test_two_mentors_at_a_time_and_never_two_people_at_once() -> None:
    tables = a_trial(people=2_000).tables
    matches = (
        tables["matches"].merge(tables["mentors"], on="mentor").merge(tables["participants"], on="person")
    )
    assert (matches["arm"] == "M").all() and (matches["met_mentor"] == "1").all()
    first = matches[matches["rematch"] == "0"].groupby("person")["mentor"]
    assert (first.nunique() == 2).all() and (first.size() == 2).all()
    assert (matches["approved_on"] < matches["matched_on"]).all()
    in_turn = matches.sort_values(["mentor", "matched_on"], kind="stable")
    following = in_turn.groupby("mentor")["matched_on"].shift(-1)
    assert (in_turn["ended_on"].replace("", "9999")[following.notna()] <= following.dropna()).all()
    assert (in_turn.groupby("mentor").size() > 1).any()


# ----------------------------------------------------------------------------- the command, and mistakes


def test_the_command_writes_a_folder_that_a_run_can_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "trial"
    assert (
        main(["simulate", "--out", str(folder), "--people", "40", "--seed", "3", "--truth-draws", "1000"])
        == 0
    )
    assert capsys.readouterr().out == f"{folder / 'protocol.toml'}\n"
    expected = files_of(simulate(people=40, seed=3, truth_draws=1_000))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == expected
    assert main(["check", str(folder)]) == 0
    assert main(["run", str(folder), "--out", str(tmp_path / "report"), "--quiet"]) == 0
    assert "SIMULATED DATA" in (tmp_path / "report" / "report.html").read_text(encoding="utf-8")


def test_a_folder_that_holds_something_is_left_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    assert main(["simulate", "--out", str(tmp_path), "--truth-draws", "0"]) == 5
    assert "PE-G14" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_new_folder_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError("no space")

    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(output, "_write", full)
    with pytest.raises(EnvironmentFault, match="PE-G02"):
        output.write_new_folder({"a.csv": b"a\n"}, tmp_path / "empty")
    assert [path.name for path in tmp_path.rglob("*")] == ["empty"]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"people": 7}, "people"),
        ({"people": 2_000_000}, "people"),
        ({"seed": -1}, "seed"),
        ({"truth_draws": 5}, "truth-draws"),
        ({"truth_draws": -5}, "truth-draws"),
    ],
)
def test_an_impossible_number_is_refused_by_its_name(wrong: dict[str, int], named: str) -> None:
    with pytest.raises(InputError) as refused:
        simulate(**{"people": 20, "truth_draws": 0, **wrong})
    assert [(problem.code, problem.key) for problem in refused.value.problems] == [("PE-S02", named)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"hazard_ratio": 0.0},
        {"hazard_ratio": 1.2},
        *({name: value} for name in RANGES for value in (float("nan"), float("inf"), -float("inf"))),
        *({name: value} for name, (low, high, _) in RANGES.items() for value in (low - 0.5, high + 0.5)),
        {"rates": (0.1, float("inf"), 0.3)},
        {"rates": (0.1, 0.2)},
        {"prior_rates": (0.1, float("nan"), 0.3)},
        {"groups": (float("nan"), 0.5, 0.5)},
        {"groups": (-0.5, 0.5, 1.0)},
        {"closed_prison": (0.1, 0.2, 1.2)},
        {"closed_prison": (0.1, float("nan"), 0.2)},
        {"shape": ()},
        {"shape": ((0, 1.0), (float("nan"), 2.0))},
        {"shape": ((0, 1.0), (56, float("inf")))},
        {"shape": ((0, float("nan")),)},
        {"shape": ((0, -1.0),)},
        {"rates": (0.1, 0.0, 0.3)},
        {"prior_rates": (0.1, 0.2, -0.3)},
        {"groups": (0.5, 0.5, 0.5)},
        {"shape": ((7, 1.0),)},
        {"shape": ((0, 1.0), (0, 2.0))},
        {"remand": 1.5},
        {"recruitment_days": 0},
        {"data_cutoff": date(2020, 1, 1)},
        {"data_start": date(2016, 1, 1)},
    ],
)
def test_an_impossible_scenario_is_refused_by_the_name_of_its_field(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError) as refused:
        Scenario(**wrong)  # type: ignore[arg-type]
    assert [(problem.code, problem.key) for problem in refused.value.problems] == [("PE-S01", *wrong)]


def test_every_number_of_a_scenario_has_a_range_or_a_rule_of_its_own() -> None:
    numbers = {field.name for field in fields(Scenario) if field.type in ("int", "float")}
    assert set(RANGES) == numbers
    others = {field.name for field in fields(Scenario)} - numbers
    assert others == {"rates", "prior_rates", "groups", "closed_prison", "shape"} | {
        "recruitment_start",
        "data_start",
        "data_cutoff",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (name, end)
        for name, (low, high, ends) in RANGES.items()
        for end, there in ((low, ends[0] == "["), (high, ends[1] == "]"))
        if there and name != "recruitment_days"
    ],
)
def test_a_trial_can_be_drawn_at_the_end_of_each_range(name: str, value: float) -> None:
    trial = simulate(
        scenario=Scenario(**{name: value}),  # type: ignore[arg-type]
        people=30,
        seed=5,
        truth_draws=0,
    )
    assert len(trial.tables["participants"]) == 30


@pytest.mark.parametrize("seed", range(12))
def test_the_smallest_trials_can_be_written_and_read(seed: int) -> None:
    for name, content in files_of(simulate(people=8, seed=seed, truth_draws=0)).items():
        if name.endswith(".csv"):
            pd.read_csv(io.BytesIO(content), sep=";")


# ------------------------------------------------------------------------------------------ the sample

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "mentoring"


@pytest.fixture(scope="module")
def how() -> ModuleType:
    """The script that chose the seed of the sample."""
    spec = spec_from_file_location("how_the_seed_was_chosen", SAMPLE / "how_the_seed_was_chosen.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    return dict(json.loads((SAMPLE / "how_the_seed_was_chosen.json").read_text(encoding="utf-8")))


def test_the_sample_is_what_the_command_writes_today(kept: dict[str, Any]) -> None:
    for name, content in files_of(simulate(people=kept["people"], seed=kept["first_seed"])).items():
        if name != "README.md":
            assert (SAMPLE / name).read_bytes() == content, name
    assert f"--people 97 --seed {kept['first_seed']} --out" in (SAMPLE / "README.md").read_text("utf-8")


def test_the_table_of_the_readme_of_the_sample_is_that_of_the_command() -> None:
    table = [line for line in (SAMPLE / "README.md").read_text("utf-8").split("\n") if line.startswith("|")]
    written = files_of(simulate())["README.md"].decode().split("\n")
    assert table[:6] == [line for line in written if line.startswith("|")][:6]


def test_the_seed_is_the_first_that_fits_its_rule(how: ModuleType, kept: dict[str, Any]) -> None:
    found = [tuple(one) for one in kept["counts"]]
    seed = kept["first_seed"]
    assert [how.is_chosen(one) for one in found].index(True) == seed - 1
    assert len(found) == kept["seeds"] == how.SEEDS
    for other in (*range(1, 1000, 83), seed):
        assert how.counts(other) == found[other - 1]


def test_how_rare_the_draw_is_stands_in_the_readme_as_it_was_counted(
    how: ModuleType, kept: dict[str, Any]
) -> None:
    gaps = np.array([how.gap(one) for one in kept["counts"]])
    readme = " ".join((SAMPLE / "README.md").read_text(encoding="utf-8").split())
    error = gaps.std(ddof=1) / np.sqrt(len(gaps))
    for said in (
        f"fits {sum(map(how.is_chosen, kept['counts']))} of the 1,000",
        f"In {(gaps >= 38).sum()} of the 1,000 the gap was 38 points or more",
        f"In {(gaps < 0).sum()} of the 1,000 it pointed the other way",
        f"On average it was {gaps.mean():.1f} points (standard error {error:.1f})",
        "6 of 21 who were offered mentors reoffended (29 %) and 14 of 21 of the others (67 %)",
    ):
        assert said in readme
    assert kept["counts"][kept["first_seed"] - 1] == [6, 21, 14, 21]


def test_the_mean_gap_of_the_draws_agrees_with_the_truth(how: ModuleType, kept: dict[str, Any]) -> None:
    gaps = np.array([how.gap(one) for one in kept["counts"]])
    highest = true_risks(Scenario())[-1]
    assert close(gaps.mean(), -100 * highest.difference, gaps.std() / np.sqrt(len(gaps)))


def test_what_is_estimated_from_the_sample_is_what_its_readme_says() -> None:
    trial = load_trial(SAMPLE / "protocol.toml")
    whole, highest, isles = (
        measure(trial, "reoffending_2y", population=population).frame.groupby("treated")["event"].sum()
        for population in ("assigned", "high_risk", "isles")
    )
    assert (highest[True], highest[False]) == (6, 14)
    assert (whole[True], whole[False]) == (15, 20)
    assert min(isles) < 5
