"""What a preflight says of outcomes by rules and of oddities: in every form, small numbers as bounds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from few_people import CONTROL, RANDOMISED, TREATED, conviction, gone, load_few, person, spell
from random_register import CUTOFF, Row, random_register, write_folder

from primus_eval.definitions import PRESETS
from primus_eval.errors import InputError
from primus_eval.evaluation import findings_of, targets_of
from primus_eval.loaders import load_trial
from primus_eval.measurement import measure, prior_offending
from primus_eval.preflight import Preflight, as_html, as_json, as_text, examine
from primus_eval.preflight.counting import Count
from primus_eval.preflight.foretell import EXHIBITS
from primus_eval.preflight.notes import notes_on_trial
from primus_eval.preflight.oddities import oddities_read
from primus_eval.preflight.outcomes import outcomes_read
from primus_eval.preflight.people import linked_by_arm
from primus_eval.preflight.records import ComparedRead, OutcomeRead
from primus_eval.preflight.rules import prior_read
from primus_eval.protocol.model import Registration
from primus_eval.trial import Trial
from primus_eval.vocabulary import AuditKind, ClockStart, words
from primus_eval.wording.catalogue import words_in

SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "mentoring"
DAY = timedelta(days=1)
ENGLISH = words_in("en")


@pytest.fixture(scope="module")
def sample() -> Preflight:
    return examine(SAMPLE)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return load_trial(write_folder(random_register(3, n_people=600), tmp_path_factory.mktemp("register")))


def outcomes(trial: Trial, *ids: str) -> dict[str, OutcomeRead]:
    measured = {(id, "assigned"): measure(trial, id) for id in ids}
    return {item.outcome: item for item in outcomes_read(trial, measured)}


def crowd(n: int, **known: object) -> list[Row]:
    return [person(f"p{i}", (TREATED, CONTROL)[i % 2], **known) for i in range(n)]


def few(
    folder: Path, people: list[Row], *, events: list[Row] | None = None, custody: list[Row] | None = None
) -> Trial:
    day = RANDOMISED + 30 * DAY
    one = people[0]["id"]
    return load_few(
        folder,
        people,
        events=events or [conviction(row["id"], day) for row in people],
        custody=custody or [spell(row["id"], day - 90 * DAY, RANDOMISED) for row in people],
        status=[gone(one, "emigration", CUTOFF)],
    )


def test_each_outcome_by_rules_names_its_definition_in_every_form(sample: Preflight) -> None:
    for written in (as_text(sample), as_json(sample), as_html(sample)):
        flat = " ".join(written.split())
        for name in ("dk_dst", "uk_proven_1y"):
            assert f"{PRESETS[name].label} ({name})" in flat
    assert "never started (release)" in " ".join(as_text(sample).split())
    assert "never started (release)" in as_html(sample)
    found = json.loads(as_json(sample))["outcomes"][0]
    assert found["definition"].endswith("(dk_dst)") and found["clock_start"] == "release"


def test_an_observed_outcome_has_no_definition_to_name() -> None:
    found = examine(SAMPLE.parent / "maryland")
    (outcome, *_) = found.outcomes
    assert outcome.definition is None and outcome.never_started is None and outcome.not_mature is None
    assert "counted by" not in as_text(found) and found.oddities == ()


def test_own_and_official_rules_are_told_apart(register: Trial) -> None:
    found = outcomes(register, "own_decisions", "dk_dst_count", "dk_dst_count_official")
    assert found["own_decisions"].definition == "own"
    assert str(found["dk_dst_count"].definition).endswith("(dk_dst)")
    assert str(found["dk_dst_count_official"].definition).endswith("official rules for leaving people out")


def test_what_a_provisional_definition_leaves_open_is_said(sample: Preflight) -> None:
    outcome = replace(sample.outcomes[0], open_questions=("whether side offences count",))
    changed = replace(sample, outcomes=(outcome,))
    said = "no source at hand says whether side offences count"
    assert said in " ".join(as_text(changed).split()) and said in as_html(changed)
    assert json.loads(as_json(changed))["outcomes"][0]["open_questions"] == ["whether side offences count"]
    assert "provisional" not in as_text(sample)


def test_who_never_started_and_who_came_too_late_are_counted(tmp_path: Path) -> None:
    people = crowd(60)
    for row in people[:7]:
        row["released_on"] = None
    for row in people[7:16]:
        row["randomised_on"] = row["released_on"] = CUTOFF - 100 * DAY
    found = outcomes(few(tmp_path, people), "dk_dst_count")["dk_dst_count"]
    assert (found.never_started, found.not_mature) == (Count(n=7), Count(n=9))


def test_few_of_them_are_a_bound(tmp_path: Path) -> None:
    people = crowd(60)
    for row in people[:3]:
        row["released_on"] = None
    found = outcomes(few(tmp_path, people), "dk_dst_count")["dk_dst_count"]
    assert (found.never_started, found.not_mature) == (Count(fewer_than=5), Count(n=0))


def test_two_outcomes_whose_numbers_differ_by_few_do_not_show_them(tmp_path: Path) -> None:
    people = crowd(60)
    for row in people[:9]:
        row["randomised_on"] = row["released_on"] = CUTOFF - 100 * DAY
    for row in people[9:12]:  # followed for one year and its lag, and not for two
        row["randomised_on"] = row["released_on"] = CUTOFF - 700 * DAY
    trial = few(tmp_path, people)
    alone = outcomes(trial, "uk_proven_1y_count")
    assert alone["uk_proven_1y_count"].not_mature == Count(n=9)
    both = outcomes(trial, "uk_proven_1y_count", "dk_dst_count")
    assert [item.not_mature for item in both.values()] == [Count(), Count()]
    assert [item.measured for item in both.values()] == [Count(), Count()]


def test_oddities_that_were_found_are_counted_and_small_ones_are_bounds(tmp_path: Path) -> None:
    people = crowd(60)
    day = RANDOMISED + 30 * DAY
    events = [conviction(row["id"], day) for row in people]
    events += [conviction(row["id"], None, None) for row in people[:6] for _ in range(2)]
    custody = [spell(row["id"], day - 90 * DAY, RANDOMISED) for row in people]
    custody += [spell(people[0]["id"], date(2013, 5, 2), date(2013, 5, 1)) for _ in range(9)]
    found = {
        (item.kind, item.table): item
        for item in oddities_read(few(tmp_path, people, events=events, custody=custody))
    }
    undated = found["event_without_date", "events"]
    assert (undated.rows, undated.people) == (Count(n=12), Count(n=6))
    reversed_ = found["spell_reversed", "custody"]
    assert (reversed_.rows, reversed_.people) == (Count(), Count(fewer_than=5))
    assert ("spell_overlaps", "custody") not in found


def test_few_people_found_without_a_row_are_not_given_away(tmp_path: Path) -> None:
    people = crowd(60)
    for row in people[:10]:
        row["linked"] = False
    with_rows = people[13:]
    day = RANDOMISED + 30 * DAY
    trial = few(
        tmp_path,
        people,
        events=[conviction(row["id"], day) for row in with_rows],
        custody=[spell(row["id"], day - 90 * DAY, RANDOMISED) for row in people],
    )
    (found,) = [item for item in oddities_read(trial) if item.kind == "nothing_recorded"]
    assert (found.rows, found.people) == (Count(), Count())


def test_oddities_stand_in_every_form(sample: Preflight) -> None:
    assert sample.oddities
    for item in sample.oddities:
        assert item.what == ENGLISH.text(f"audit.{item.kind}")
        for written in (as_text(sample), as_json(sample), as_html(sample)):
            assert item.what in " ".join(written.split())


def test_every_kind_of_oddity_every_clock_and_every_exhibit_has_its_words() -> None:
    for kind in words(AuditKind):
        assert f"audit.{kind}" in ENGLISH
    for start in words(ClockStart):
        assert f"clock.{start}" in ENGLISH
    trial = load_trial(SAMPLE / "protocol.toml")
    found = findings_of(
        trial,
        {target: measure(trial, target[0], population=target[1]) for target in targets_of(trial.protocol)},
    )
    kinds = {exhibit.kind for exhibit in found.exhibits}
    assert {"clock", "fates", "custody", "audit", "definitions"} <= kinds <= EXHIBITS.keys()


# --- what was not delivered, definitions to compare with, offending before --------------------------------


def test_rules_that_have_nothing_to_work_on_are_noted(register: Trial) -> None:
    def noted(**data: object) -> list[str | None]:
        protocol = register.protocol.model_copy(
            update={"data": register.protocol.data.model_copy(update=data)}
        )
        notes = notes_on_trial(replace(register, protocol=protocol), {})
        return [note.key for note in notes if note.code == "PE-C52"]

    assert noted() == []
    assert noted(status=None) == ["data.status"]
    unsearched = register.protocol.data.participants.model_copy(update={"linked": None})
    assert noted(participants=unsearched) == ["data.participants.linked"]


def test_rules_are_missed_only_where_an_outcome_has_some() -> None:
    notes = examine(SAMPLE.parent / "maryland").notes
    assert "PE-C52" not in {note.code for note in notes}


def test_definitions_to_compare_with_and_prior_offending_stand_in_every_form(sample: Preflight) -> None:
    (prior,) = sample.prior
    lacking = ComparedRead(definition="x", label="X", missing=("data.events.sanction",))
    changed = replace(sample, comparison=(*sample.comparison, lacking))
    for written in (as_text(changed), as_html(changed)):
        flat = " ".join(written.split())
        assert "60 months back, counted for all of 97 people but fewer than 5" in flat
        assert "can be counted" in flat and "cannot be counted; missing: data.events.sanction" in flat
        for item in sample.comparison:
            assert item.definition in flat and item.missing == ()
    found = json.loads(as_json(changed))
    assert found["prior"][0]["prior"] == prior.prior == "prior_offences"
    assert found["comparison"][-1]["missing"] == ["data.events.sanction"]


def test_prior_offending_is_counted_for_those_found_in_the_register(tmp_path: Path) -> None:
    people = crowd(60)
    for row in people[:20]:  # ten in each arm
        row["linked"] = False
    trial = few(tmp_path, people)
    assert trial.protocol.prior_offending
    read, problems = prior_read(trial, {}, linked_by_arm(trial))
    assert problems == () and {item.counted for item in read} == {Count(n=40)}


def test_a_number_that_beside_others_counts_few_people_is_not_shown(tmp_path: Path) -> None:
    people = crowd(60)
    for row in people[:23]:  # twelve and eleven
        row["linked"] = False
    for row in people[23:26]:
        row["released_on"] = None
    trial = few(tmp_path, people)
    measured = {("dk_dst_count", "assigned"): measure(trial, "dk_dst_count")}
    read, _ = prior_read(trial, measured, linked_by_arm(trial))
    assert {item.counted for item in read} == {Count()}


def test_prior_offending_that_cannot_be_counted_is_a_problem(tmp_path: Path) -> None:
    trial = few(tmp_path, crowd(20))
    late = trial.protocol.data.model_copy(update={"data_start": CUTOFF})
    trial = replace(trial, protocol=trial.protocol.model_copy(update={"data": late}))
    read, problems = prior_read(trial, {}, ())
    assert read == () and {problem.code for problem in problems} == {"PE-C47"}


def test_prior_offending_is_asked_for_by_id_or_by_entry(register: Trial) -> None:
    prior = register.protocol.prior_offending[0]
    assert prior_offending(register, prior.id).equals(prior_offending(register, prior))
    with pytest.raises(InputError, match="not a known prior_offending"):
        prior_offending(register, "nothing")
    for wrong in ((prior, prior), (register, 3)):
        with pytest.raises(TypeError, match="prior_offending takes"):
            prior_offending(*wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("registered_on", "is_noted", "said"),
    [
        (date(2100, 1, 1), True, "after the records end"),
        (None, True, "after the last person was randomised"),
        (date(1990, 1, 1), False, ""),
    ],
)
def test_a_plan_registered_late_is_noted(
    register: Trial, registered_on: date | None, is_noted: bool, said: str
) -> None:
    cutoff = register.protocol.data.data_cutoff
    assert cutoff is not None  # where no day is given, that of the end of the records is taken
    registration = Registration(
        register_name={"en": "ISRCTN"}, identifier="1", registered_on=registered_on or cutoff
    )
    study = register.protocol.study.model_copy(update={"registration": registration})
    trial = replace(register, protocol=register.protocol.model_copy(update={"study": study}))
    notes = [note for note in notes_on_trial(trial, {}) if note.code == "PE-C53"]
    assert bool(notes) == is_noted
    assert all(said in note.what for note in notes)
