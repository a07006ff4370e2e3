"""Preflight says what will be done before anyone looks at a result: no estimate, no events, no value."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from attacker import COMPLETE, HALF_YEAR, analysis, draw_people, on_time, protocol_of, trial_of
from attacker import crowd as some
from preflight_folder import DAY, crowd, event_of, person, write_folder

from primus_eval.cli import main
from primus_eval.errors import summary_of
from primus_eval.loaders import load_trial
from primus_eval.pipeline import evaluate, view_of
from primus_eval.preflight import Preflight, as_html, as_json, as_text, examine
from primus_eval.preflight.foretell import Foretold, foretell, measured
from primus_eval.preflight.notes import notes_on_trial
from primus_eval.preflight.phrases import size_in_words
from primus_eval.trial import Trial
from primus_eval.wording.catalogue import words_in

SAMPLES = Path(__file__).parent.parent / "data" / "sample"
WRITERS = (as_text, as_json, as_html)


@pytest.fixture(scope="module", params=["maryland", "mentoring"])
def sample(request: pytest.FixtureRequest) -> Path:
    return SAMPLES / request.param


def foretold(trial: Trial) -> Foretold:
    return foretell(trial, measured(trial)[0])


def codes(found: Preflight) -> list[str]:
    return sorted({problem.code for problem in (*found.identifying, *found.problems)})


def noted(trial: Trial) -> list[str]:
    return [note.code for note in notes_on_trial(trial, measured(trial)[0])]


# ------------------------------------------------------------------------------ what a run will do


def test_every_analysis_has_a_line_with_its_method(sample: Path) -> None:
    lines = as_text(examine(sample)).splitlines()
    for item in load_trial(sample / "protocol.toml").protocol.analysis:
        (line,) = [line for line in lines if line.startswith(f"  {item.id} ")]
        assert f"{item.role} " in line
        assert f"{item.effect_measure} by" in line
        assert ("*" in line) == (item.method is None)


def test_verdicts_are_those_of_a_run_and_its_release(sample: Path) -> None:
    trial = load_trial(sample / "protocol.toml")
    assert_verdicts_are_those_of_a_run(trial)


@pytest.mark.parametrize("seed", range(12))
def test_verdicts_are_those_of_a_run_of_small_trials_too(seed: int) -> None:
    rng = np.random.default_rng(seed)
    analyses = [
        analysis("primary", "primary"),
        analysis("late", outcome=HALF_YEAR),
        analysis("complete", **COMPLETE),
        on_time("part", population="group_c"),
        on_time("violence", outcome="violence"),
    ]
    assert_verdicts_are_those_of_a_run(trial_of(draw_people(rng), protocol_of(analyses), seed=seed))


def assert_verdicts_are_those_of_a_run(trial: Trial) -> None:
    inside = evaluate(trial)
    shown = view_of(inside).findings
    found = foretold(trial)
    assert [item.analysis for item in found.analyses] == [item.id for item in trial.protocol.analysis]
    for item in found.analyses:
        works = all(row.status == "estimated" for row in inside.of_analysis(item.analysis))
        stays = all(row.status == "estimated" for row in shown.of_analysis(item.analysis))
        small = any(row.reason == "small_covariate_level" for row in shown.of_analysis(item.analysis))
        works = works or small  # whether it works is not said where it would tell of few people
        assert item.verdict == ("not_computed" if not works else "computed" if stays else "withheld")
        assert (item.why is None) == (item.verdict == "computed")
    withheld = {exhibit.kind for exhibit in shown.exhibits if exhibit.status == "withheld"} - {"detectable"}
    assert bool(found.withheld_exhibits) == bool(withheld)


def small(*analyses: dict[str, object], control: int = 20, **parts: object) -> Trial:
    people = some("treatment", arrested=10, free=10) + some("control", arrested=10, free=control - 10)
    return trial_of(people, protocol_of(list(analyses), **parts))


def test_what_cannot_be_estimated_is_said_in_words() -> None:
    late = analysis("late", outcome=HALF_YEAR, effect_measure="risk_ratio", method="wald_log")
    found = foretold(small(analysis("primary", "primary"), late))
    (late_found,) = [item for item in found.analyses if item.analysis == "late"]
    assert late_found.verdict == "not_computed"
    assert late_found.why == words_in("en").text("reason.no_events")


def test_a_reason_that_counts_few_people_is_not_said() -> None:
    """In a part of the trial, that nobody had the event is something known of every member."""
    people = some("treatment", arrested=10, free=10) + some("control", arrested=10, free=10)
    people += some("treatment", "c", free=20) + some("control", "c", free=20)
    part = analysis("part", "secondary", population="group_c", effect_measure="risk_ratio", method="wald_log")
    found = foretold(trial_of(people, protocol_of([analysis("primary", "primary"), part])))
    (part_found,) = [item for item in found.analyses if item.analysis == "part"]
    assert part_found.verdict == "not_computed"
    assert part_found.why == "the reason would show a small number of people"


def test_internal_findings_are_not_withheld() -> None:
    people = some("treatment", arrested=2, free=18) + some("control", arrested=10, free=10)
    for profile, verdict in (("release", "withheld"), ("internal", "computed")):
        protocol = protocol_of([analysis("primary", "primary")], disclosure={"profile": profile})
        assert foretold(trial_of(people, protocol)).analyses[0].verdict == verdict


def test_a_primary_analysis_that_cannot_be_computed_is_a_problem(tmp_path: Path) -> None:
    people = [person(number, "10"[number % 2]) for number in range(60)]  # nobody has the event
    folder = write_folder(tmp_path, people)
    text = (folder / "protocol.toml").read_text(encoding="utf-8")
    text = text.replace('"risk_difference"\nmethod = "kaplan_meier"', '"hazard_ratio"')
    (folder / "protocol.toml").write_text(text, encoding="utf-8")
    found = examine(folder)
    assert codes(found) == ["PE-C42"]
    assert found.exit_code == 2
    assert words_in("en").text("reason.no_events") in as_text(found)
    assert "1 thing to mend, above." in as_text(found)


# ------------------------------------------------------------------------------ what is there


@pytest.mark.parametrize(
    "sample",
    [SAMPLES / "maryland", Path(__file__).parent / "trials" / "mentoring"],
    ids=lambda path: path.name,
)
def test_no_number_of_a_result_is_shown(sample: Path) -> None:
    """Every number that is printed is about the design, the follow-up or what is missing."""
    found = examine(sample)
    trial = load_trial(sample / "protocol.toml")
    observed = trial.protocol.outcome[0].observed
    assert observed is not None
    events = trial.participants[observed.event]
    results = {int(events.sum())}
    results |= {int(events[trial.treated].sum()), int(events[~trial.treated].sum())}
    for text in map(as_plain, WRITERS, [found] * 3):
        assert not results & {int(number) for number in re.findall(r"(?<![\w.-])[0-9]+(?![\w.-])", text)}


def as_plain(writer: object, found: Preflight) -> str:
    """An output without what is no number of people: hashes, styles, notes of where things come from."""
    text = writer(found)  # type: ignore[operator]
    text = re.sub("<style>.*</style>", "", text, flags=re.DOTALL)
    return re.sub("[0-9a-f]{16,64}", "", text)


def test_tables_columns_and_what_is_missing(tmp_path: Path) -> None:
    people = crowd()
    for one in people[:20]:
        one["town"] = ""
    people[0]["linked"] = ""
    for one in people:
        one["left_alone"] = "x"
    events = [event_of(one, DAY + timedelta(days=40)) for one in people]
    found = examine(write_folder(tmp_path, people, events))
    assert (found.exit_code, codes(found)) == (0, [])
    participants, table = found.tables
    columns = {column.name: column for column in participants.columns}
    assert (participants.rows.n, table.rows.n) == (120, 120)
    assert str(columns["town"].missing) == "20"
    assert str(columns["linked"].missing) == "fewer than 5"
    assert str(columns["days"].missing) == "0"
    assert columns["person"].missing is None
    assert participants.not_read == ("left_alone",)
    assert columns["randomised"].first == "2022-01"
    assert columns["randomised"].last == "2022-02"
    for writer in WRITERS:
        assert "left_alone" in writer(found)
        assert "2022-01-" not in writer(found)  # never a day
    assert {item.arm: item.people.n for item in found.arms} == {"mentors": 60, "usual": 60}


def test_columns_of_a_table_with_problems_are_named_and_not_counted(tmp_path: Path) -> None:
    people = crowd()
    people[3]["town"] = "zz"
    participants = examine(write_folder(tmp_path, people)).tables[0]
    assert all(column.missing is None and column.first is None for column in participants.columns)


def test_a_header_that_may_be_a_person_is_not_shown(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, crowd())
    table = folder / "participants.csv"
    first, *others = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join([first + ",Jens Hansen 19900101", *(row + "," for row in others)]))
    found = examine(folder)
    assert all("19900101" not in writer(found) for writer in WRITERS)
    table.write_text("\n".join(["Jens,1,w,a,1,2022-01-01,365,0", *others]))
    found = examine(folder)
    assert found.exit_code != 0
    assert found.tables[0].not_read_hidden
    assert all("Jens" not in writer(found) for writer in WRITERS)


def test_events_of_others_are_said_to_be_left_out(tmp_path: Path) -> None:
    people = crowd()
    events = [event_of(one, DAY + timedelta(days=40)) for one in people]
    strangers = [event_of({"person": f"Q{number}"}, DAY + timedelta(days=50)) for number in range(3)]
    few = examine(write_folder(tmp_path, people, events + strangers)).tables[1]
    assert (str(few.rows), str(few.rows_left_out)) == ("not shown", "fewer than 5")
    many = examine(write_folder(tmp_path, people, events + strangers * 3)).tables[1]
    assert (str(many.rows), str(many.rows_left_out)) == ("129", "9")
    assert " 9 are of people who are not participants (an error: PE-C35)." in size_in_words(many)
    assert " Fewer than 5 are of people" in size_in_words(few)
    allowed = replace(many, rows_left_out_refused=False)
    assert " 9 are of people who are not participants, and were left out." in size_in_words(allowed)


# ------------------------------------------------------------------------------ notes


def test_arms_more_uneven_than_the_scheme_allows_are_named() -> None:
    blocked = {"allocation": {"scheme": "blocked", "block_size": 4}}
    assert "PE-C28" in noted(small(analysis("primary", "primary"), control=40, design=blocked))
    assert "PE-C28" not in noted(small(analysis("primary", "primary"), design=blocked))


def test_strata_with_one_arm_are_named() -> None:
    people = some("treatment", arrested=10, free=10) + some("control", arrested=10, free=10)
    strata = {"effect_measure": "hazard_ratio", "method": "cox", "strata": ["group"]}
    protocol = protocol_of([analysis("primary", "primary"), on_time("s") | strata])
    assert "PE-C29" not in noted(trial_of(people, protocol))
    assert "PE-C29" in noted(trial_of(people + some("control", "b", free=6), protocol))


def test_a_number_that_gives_the_arm_away_is_named(tmp_path: Path) -> None:
    people = [{**one, "dose": 7 + int(one["arm"])} for one in crowd()]
    column = 'dose = { type = "integer", label = "Dose", timing = "before_randomisation" }'
    assert "PE-C11" in {note.code for note in examine(write_folder(tmp_path, people, columns=column)).notes}
    people[0]["dose"] = 9
    assert "PE-C11" not in {
        note.code for note in examine(write_folder(tmp_path, people, columns=column)).notes
    }


def test_follow_up_much_shorter_in_one_arm_is_said_without_numbers() -> None:
    def trial(left: int) -> Trial:
        gone = some("treatment", arrest=("left", 90), free=left)
        return trial_of(
            some("treatment", arrested=20, free=60 - left) + gone + some("control", arrested=20, free=60),
            protocol_of([on_time("primary", "primary")]),
        )

    assert "PE-C34" not in noted(trial(0))
    shorter = trial(50)
    notes = [note for note in notes_on_trial(shorter, measured(shorter)[0]) if note.code == "PE-C34"]
    assert {note.key for note in notes} == {"outcome arrest", f"outcome {HALF_YEAR}"}
    for note in notes:
        assert "one arm" in note.what
        assert not re.search(r"[0-9]|mentors|usual|treatment|control", note.what + note.mend)


def test_more_events_in_one_arm_are_no_shorter_follow_up() -> None:
    """An event ends what is observed of a person, not how long the person was followed."""
    people = some("treatment", arrested=5, free=75) + some("control", arrested=70, free=10)
    assert "PE-C34" not in noted(trial_of(people, protocol_of([on_time("primary", "primary")])))


def test_people_left_out_of_one_arm_are_noticed() -> None:
    people = some("treatment", arrested=20, free=40) + some("control", arrested=20, free=40)
    protocol = protocol_of([analysis("primary", "primary")])
    assert "PE-C34" not in noted(trial_of(people, protocol))
    assert "PE-C34" in noted(
        trial_of(people + some("control", excluded="died", arrest=None, free=15), protocol)
    )


def test_a_difference_of_fewer_people_than_the_threshold_is_not_said() -> None:
    """Of 20 people in an arm, four are a fifth: much by share, and few people."""
    for gone, says in ((4, False), (5, True)):
        people = some("treatment", arrested=5, free=15) + some("control", arrested=5, free=15 - gone)
        people += some("control", excluded="died", arrest=None, free=gone)
        protocol = protocol_of([analysis("primary", "primary")])
        assert ("PE-C34" in noted(trial_of(people, protocol))) == says


def test_follow_up_that_few_people_make_shorter_is_not_said() -> None:
    for gone, says in ((4, False), (5, True)):
        people = some("treatment", arrest=("left", 90), free=gone) + some(
            "treatment", arrested=2, free=18 - gone
        )
        people += some("control", arrested=2, free=18)
        assert ("PE-C34" in noted(trial_of(people, protocol_of([on_time("primary", "primary")])))) == says


@pytest.mark.parametrize(("horizon", "says"), [(400, "nobody was followed"), (100, "far beyond")])
def test_a_unit_that_does_not_fit_the_horizon_is_noticed(tmp_path: Path, horizon: int, says: str) -> None:
    folder = write_folder(tmp_path, crowd())
    path = folder / "protocol.toml"
    path.write_text(path.read_text().replace("horizon_days = 365", f"horizon_days = {horizon}"))
    assert any(note.code == "PE-C32" and says in note.what for note in examine(folder).notes)


def test_dates_zeros_guesses_and_declarations_are_noted(tmp_path: Path) -> None:
    people = crowd()
    for one in people[:7]:
        one.update(days=0, event="0")
    for one in people:
        one["note"] = "x"
    folder = write_folder(tmp_path, people, participants='harmless = { note = "always x" } # GUESS: check')
    found = examine(folder)
    notes = {note.code: note for note in found.notes}
    assert {"PE-B19", "PE-C16", "PE-F23"} <= set(notes)
    assert notes["PE-C16"].what.endswith("zero days: 7.")
    assert found.harmless == (("participants.csv", "note", "always x"),)
    assert found.exit_code == 0
    assert all("always x" in writer(found) for writer in WRITERS)


# ------------------------------------------------------------------------------ everything at once


def test_problems_of_the_protocol_and_of_every_file_come_in_one_go(tmp_path: Path) -> None:
    people = crowd()
    people[1]["person"] = people[0]["person"]
    people[2]["town"] = "zz"
    people[3]["arm"] = "7"
    events = [event_of(people[5], DAY + timedelta(days=40), lag_days=-3)]
    folder = write_folder(tmp_path, people, events)
    path = folder / "protocol.toml"
    text = path.read_text(encoding="utf-8").replace('country = "DK"', 'country = "Denmark"')
    path.write_text(text.replace("horizon_days", "horizon_dys"), encoding="utf-8")
    found = examine(folder)
    places = {(problem.file, problem.column or problem.key) for problem in found.problems}
    assert {
        ("protocol.toml", "study.country"),
        ("protocol.toml", "outcome[1].horizon_dys"),
        ("participants.csv", "person"),
        ("participants.csv", "town"),
        ("participants.csv", "arm"),
    } <= places
    assert any(file == "events.csv" for file, _ in places)
    assert found.plan is None
    assert len(found.tables) == 2
    text = as_text(found)
    for title in ("Problems in protocol.toml", "Problems in participants.csv", "Problems in events.csv"):
        assert title in text
        assert title in as_html(found)
    assert f"{summary_of(found.problems)}, above." in text


def test_a_protocol_whose_data_cannot_be_read_reports_itself(tmp_path: Path) -> None:
    path = tmp_path / "protocol.toml"
    path.write_text('[study]\nid = "Bad Name"\n', encoding="utf-8")
    found = examine(tmp_path)
    assert found.tables == ()
    assert not found.has_content
    assert len(found.problems) > 3
    path.write_text("[study\n", encoding="utf-8")
    assert codes(examine(path)) == ["PE-F03"]
    assert codes(examine(tmp_path / "none.toml")) == ["PE-F21"]


def test_direct_identifiers_end_with_three_and_are_not_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = crowd()
    for number, one in enumerate(people):
        one["key"] = f"{number % 28 + 1:02d}0190-{1000 + number}"
    people[2]["town"] = "zz"
    folder = write_folder(tmp_path, people)
    found = examine(folder)
    assert found.identifying
    assert found.exit_code == 3
    assert "PE-A21" in codes(found)  # other problems come in the same go
    assert "point at people" in as_text(found)
    assert main(["check", str(folder)]) == 3
    out, err = capsys.readouterr()
    for text in (out, err, *(writer(found) for writer in WRITERS)):
        assert "0190-1" not in text


def test_only_the_first_hundred_kinds_are_shown_with_the_total(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, crowd())
    path = folder / "protocol.toml"
    extra = "".join(f"zebra_{number} = 1\n" for number in range(130))
    path.write_text(path.read_text().replace("[study]\n", "[study]\n" + extra), encoding="utf-8")
    found = examine(folder)
    document = json.loads(as_json(found))
    assert len(document["problems"]) == 100
    assert document["problems_in_total"] == 130
    assert as_text(found).count("[PE-F07]") == as_html(found).count(">PE-F07<") == 100
    assert "130 things to mend, above. The first 100 kinds of 130 are shown." in as_text(found)


# ------------------------------------------------------------------------------ outputs


def test_json_reads_back_and_says_the_same_every_time(sample: Path) -> None:
    first, second = as_json(examine(sample)), as_json(examine(sample / "protocol.toml"))
    assert first == second
    document = json.loads(first)
    assert json.dumps(document, ensure_ascii=False, indent=1) + "\n" == first
    assert (document["schema"], document["made_by"], document["exit_code"]) == (1, "primus-eval check", 0)
    assert document["analyses"][0]["verdict"] == "computed"
    assert as_text(examine(sample)) == as_text(examine(sample))
    assert as_html(examine(sample)) == as_html(examine(sample))


def test_text_fits_a_terminal(tmp_path: Path, sample: Path) -> None:
    events = [event_of(one, DAY + timedelta(days=40)) for one in crowd()]
    for found in (examine(sample), examine(write_folder(tmp_path, crowd(), events))):
        assert max(map(len, as_text(found).splitlines())) <= 100


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "a\u202eb",
    "a\x1b[31mb",
    "{{ 7*7 }}",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(tmp_path: Path, name: str) -> None:
    people = [{**one, name.replace('"', ""): "x"} for one in crowd()]
    folder = write_folder(tmp_path, people)
    path = folder / "protocol.toml"
    title = json.dumps(name)
    path.write_text(path.read_text().replace('"A folder of a delivery"', title), encoding="utf-8")
    found = examine(folder)
    page = as_html(found)
    assert "<script>" not in page
    assert "<img" not in page
    for text in (page, as_text(found)):
        assert "\u202e" not in text
        assert "\x1b" not in text
    assert "49" not in re.sub("[0-9a-f]{16}", "", page.partition("</style>")[2])


def test_the_page_needs_nothing_else(sample: Path) -> None:
    page = as_html(examine(sample))
    assert "http" not in page
    assert "src=" not in page
    assert "<link" not in page
    assert page.count("<html") == page.count("</html>") == 1


# ------------------------------------------------------------------------------ the verb


def test_check_prints_what_is_there_and_ends_with_zero(capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(SAMPLES.rglob("*"))
    assert main(["check", str(SAMPLES / "maryland")]) == 0
    out, err = capsys.readouterr()
    assert out == as_text(examine(SAMPLES / "maryland"))
    assert err == ""
    assert sorted(SAMPLES.rglob("*")) == before  # nothing is written


@pytest.mark.parametrize(("form", "writer"), [("text", as_text), ("json", as_json), ("html", as_html)])
def test_check_writes_one_file_where_asked(
    tmp_path: Path, form: str, writer: object, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "check.out"
    arguments = ["check", str(SAMPLES / "maryland"), "--format", form]
    for _ in range(2):  # what a run of ours wrote is replaced
        assert main([*arguments, "--out", str(target)]) == 0
    assert target.read_text(encoding="utf-8") == writer(examine(SAMPLES / "maryland"))  # type: ignore[operator]
    assert [path.name for path in tmp_path.iterdir()] == ["check.out"]
    assert target.stat().st_mode & 0o077 == 0
    assert capsys.readouterr().out == f"{target}\n" * 2


def test_check_never_writes_over_another_file_or_through_a_link(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    thesis = tmp_path / "thesis.txt"
    thesis.write_text("mine")
    link = tmp_path / "link.txt"
    link.symlink_to(tmp_path / "new.txt")
    for target in (thesis, link, tmp_path, tmp_path / "none" / "check.txt"):
        assert main(["check", str(SAMPLES / "maryland"), "--out", str(target)]) == 5
    assert "PE-G14" in capsys.readouterr().err
    assert thesis.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.txt", "thesis.txt"]


def test_problems_are_printed_last_and_not_on_standard_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = crowd()
    people[3]["town"] = "zz"
    folder = write_folder(tmp_path, people)
    assert main(["check", str(folder)]) == 2
    out, err = capsys.readouterr()
    assert "Table participants.csv" in out
    assert "PE-A21" not in out
    assert "PE-A21" in err
    assert out.endswith("\n\n1 thing to mend, on standard error.\n")
    assert err.endswith("\n1 thing to mend.\n")
    assert main(["check", str(folder), "--format", "json"]) == 2
    assert [problem["code"] for problem in json.loads(capsys.readouterr().out)["problems"]] == ["PE-A21"]


def test_kinds_and_rows_and_guesses_are_counted_alike_in_check_and_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = crowd()
    for one in people[:3]:
        one["town"] = "zz"
    folder = write_folder(tmp_path, people, participants="# GUESS: check\n# GUESS: check")
    found = examine(folder)
    counted = "1 thing to mend (3 cells or rows)"
    assert as_text(found).endswith(f"\n{counted}, above. 2 guesses to decide.\n")
    assert f"{counted}, below. 2 guesses to decide." in as_html(found)
    assert main(["run", str(folder), "--out", str(tmp_path / "out"), "--quiet"]) == 2
    assert capsys.readouterr().err.endswith(
        "\n2 guesses to decide.\n`primus-eval check` shows every problem of protocol and data at once.\n"
    )


def test_for_whom_it_is_stands_at_the_end(sample: Path) -> None:
    found = examine(sample)
    said = "do not pass it on with a report"
    assert said in as_text(found).split("\n\n")[-2]
    assert said in as_html(found).partition("<footer>")[2]


def test_what_was_registered_is_named() -> None:
    assert "nothing was registered" in as_text(examine(SAMPLES / "maryland"))
    assert "invented register SIM-2026-1" in as_text(examine(SAMPLES / "mentoring"))
