"""A new delivery: what stops an update, and what an update says has changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from two_deliveries import NOW, PROTOCOL, THEN, Edit, Tables, everything, of_person, pair, seen_by, write

from primus_eval.cli import main
from primus_eval.errors import DeviationError, InputError
from primus_eval.findings import Exhibit, Findings, from_json, to_json
from primus_eval.pipeline import run, update
from primus_eval.protocol import read_protocol
from primus_eval.updating import Deliveries, decomposition, later_protocol, read_deliveries
from primus_eval.updating.old_cut import on_old_cut
from primus_eval.updating.same_trial import changed_keys, day_given


def nothing(tables: Tables) -> None:
    """No edit."""


def deliveries(folder: Path, edit: Edit = nothing) -> Deliveries:
    former, later = pair(folder, edit)
    plan = read_protocol(former)
    return read_deliveries(plan, former, later_protocol(plan, later, cutoff=NOW), later)


def updated(folder: Path, edit: Edit = nothing, **options: Any) -> Findings:
    former, later = pair(folder, edit)
    out = update(former, later, folder / "out", cutoff=NOW, **options)
    return from_json((out / "findings.json").read_text(encoding="utf-8"))


def changes(findings: Findings) -> dict[tuple[Any, Any], tuple[Any, ...]]:
    """What changed, by sort and arm: then, now, change."""
    return {
        (row["what"], row["arm"]): (row["then"], row["now"], row["change"])
        for row in findings.exhibits_of("since_last_report")[0].records()
    }


def steps(exhibit: Exhibit, analysis: str = "one_year") -> dict[Any, dict[str, Any]]:
    return {row["step"]: row for row in exhibit.records() if row["analysis"] == analysis}


def both_of(former: Path, later: Path) -> Deliveries:
    """Read two deliveries, the later one by a protocol of its own."""
    plan = read_protocol(former)
    return read_deliveries(plan, former, later_protocol(plan, later, cutoff=None), later)


def refusal(folder: Path, edit: Edit) -> DeviationError:
    with pytest.raises(DeviationError) as caught:
        deliveries(folder, edit)
    return caught.value


# --- what stops an update -----------------------------------------------------------------------------------


def vanish(tables: Tables) -> None:
    for rows in tables.values():
        rows[:] = [row for row in rows if row["id"] != "P100008"]


def test_a_person_who_vanished_stops_it_and_is_counted_not_named(tmp_path):
    error = refusal(tmp_path, vanish)
    assert [problem.code for problem in error.problems] == ["PE-U02"]
    assert "1 of 60 people randomised are not in the new delivery" in str(error)
    assert "P1000" not in str(error)
    assert error.exit_code == 4


def test_the_command_line_says_so_and_writes_nothing(tmp_path, capsys):
    former, later = pair(tmp_path, vanish)
    arguments = ["update", str(former), "--data", str(later), "--cutoff", str(NOW)]
    assert main([*arguments, "--out", str(tmp_path / "out"), "--quiet"]) == 4
    assert "[PE-U02]" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("key", "value", "column"),
    [("group", "1", "group"), ("prison", "closed", "prison"), ("randomised", "2019-01-02", "randomised")],
)
def test_arm_stratum_and_day_of_randomisation_must_be_what_they_were(tmp_path, key, value, column):
    def edit(tables: Tables) -> None:
        assert of_person(tables, "participants", "P100001")[key] != value
        of_person(tables, "participants", "P100001")[key] = value

    (problem,) = refusal(tmp_path, edit).problems
    assert (problem.code, problem.column) == ("PE-U03", column)
    assert "for 1 people" in problem.what


def test_somebody_who_should_have_been_there_before_stops_it_and_a_later_randomised_one_does_not(tmp_path):
    def joined(day: str) -> Edit:
        def edit(tables: Tables) -> None:
            row = dict(tables["participants"][0])
            tables["participants"].append(row | {"id": "P100900", "randomised": day, "released": day})

        return edit

    assert [p.code for p in refusal(tmp_path / "a", joined(str(THEN))).problems] == ["PE-U02"]
    both = deliveries(tmp_path / "b", joined("2022-01-01"))
    assert both.is_new.sum() == 1 and len(on_old_cut(both).participants) == 60


def test_another_definition_is_named_by_its_key(tmp_path):
    former, later = pair(tmp_path)
    plan = PROTOCOL.replace('death = "compete"', 'death = "censor"').replace(str(THEN), str(NOW))
    (later / "protocol.toml").write_text(plan, encoding="utf-8")
    with pytest.raises(DeviationError) as caught:
        both_of(former, later)
    problems = caught.value.problems
    assert [problem.key for problem in problems] == [
        f"outcome[{number}].reoffending.death" for number in (1, 2, 3)
    ]
    assert {problem.code for problem in problems} == {"PE-U01"}
    assert "the definition changed: it was 'compete' and is 'censor'" in problems[0].what
    lines = plan.splitlines()
    assert all("censor" in lines[(problem.line or 0) - 1] for problem in problems)
    assert main(["update", str(former), "--data", str(later), "--out", str(tmp_path / "o"), "--quiet"]) == 4


def test_another_definition_and_people_who_vanished_are_told_together(tmp_path):
    former, later = pair(tmp_path, vanish)
    plan = PROTOCOL.replace('death = "compete"', 'death = "censor"').replace(str(THEN), str(NOW))
    (later / "protocol.toml").write_text(plan, encoding="utf-8")
    with pytest.raises(DeviationError) as caught:
        both_of(former, later)
    assert [problem.code for problem in caught.value.problems] == [*["PE-U01"] * 3, "PE-U02"]


def test_a_changed_plan_that_its_files_do_not_fit_is_told_as_a_changed_plan(tmp_path):
    former, later = pair(tmp_path)
    plan = PROTOCOL.replace('person = "id"', 'person = "nobody"', 1).replace(str(THEN), str(NOW))
    (later / "protocol.toml").write_text(plan, encoding="utf-8")
    with pytest.raises(DeviationError) as caught:
        both_of(former, later)
    (problem,) = caught.value.problems
    assert (problem.code, problem.key) == ("PE-U01", "data.participants.person")
    assert problem.what.endswith("it was 'id' and is 'nobody'.")


def test_names_of_files_and_the_cutoff_may_differ(tmp_path):
    former, _ = pair(tmp_path)
    later = write(
        tmp_path / "other",
        seen_by(everything(), NOW),
        protocol=PROTOCOL.replace('.csv"', '_2022.csv"').replace(str(THEN), str(NOW)),
        names="{}_2022.csv",
    )
    plan = later_protocol(read_protocol(former), later, cutoff=None)
    assert plan.data.data_cutoff == NOW
    assert len(read_deliveries(read_protocol(former), former, plan, later).later.participants) == 60


@pytest.mark.parametrize("cutoff", [None, THEN, date(2020, 1, 1)])
def test_the_new_data_must_reach_further(tmp_path, cutoff):
    former, later = pair(tmp_path)
    with pytest.raises(InputError, match="PE-U04"):
        later_protocol(read_protocol(former), later, cutoff=cutoff)


def test_a_day_is_read_as_it_is_written():
    assert (day_given(None), day_given("2022-12-31")) == (None, NOW)
    with pytest.raises(InputError, match="PE-U04"):
        day_given("31/12/2022")


def test_a_key_that_is_only_in_one_of_them_is_a_change():
    data = {"data": {"data_cutoff": 1, "events": {"file": "a", "person": "id"}}}
    other = {"data": {"data_cutoff": 2, "events": {"file": "b", "person": "no"}, "status": {"file": "c"}}}
    assert changed_keys(data, other) == ["data.events.person", "data.status"]


# --- what an update says ------------------------------------------------------------------------------------


def test_a_delivery_seen_on_its_own_day_is_itself(tmp_path):
    both = deliveries(tmp_path)
    again = on_old_cut(both)
    assert len(both.later.events) > len(both.former.events)
    assert len(both.later.status) > len(both.former.status)
    for name in ("participants", "events", "status"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(both.former, name), check_dtype=False)


def test_without_revisions_all_that_changes_is_longer_follow_up(tmp_path):
    findings = updated(tmp_path)
    found = changes(findings)
    for sort in ("late_events", "late_people", "revised_events", "reclassified_events", "removed_events"):
        assert found[sort, "treatment"] == (None, 0, 0) and found[sort, "control"] == (None, 0, 0)
    assert found["died", "treatment"] == (1, 2, 1) and found["died", "control"] == (0, 0, 0)
    assert found["left_country", "control"] == (0, 1, 1)
    table = steps(findings.exhibits_of("decomposition")[0])
    assert {**table["then"], "step": ""} == {**table["revised_old_data"], "step": ""}


def acquit(tables: Tables) -> None:
    tables["events"].remove(of_person(tables, "events", "P100004"))


def test_an_acquitted_conviction_is_counted_and_moves_the_step_of_revisions_only(tmp_path):
    findings = updated(tmp_path, acquit)
    assert changes(findings)["removed_events", "treatment"] == (None, 1, 1)
    assert changes(findings)["removed_events", "control"] == (None, 0, 0)
    table = steps(findings.exhibits_of("decomposition")[0])
    assert list(table) == ["then", "revised_old_data", "now"]
    events = [table[step]["events_treatment"] for step in table]
    assert events == [events[0], events[0] - 1, events[0] - 1]
    # one of 30 people fewer, of whom one died before a year was over: Aalen-Johansen without censoring
    moved = table["revised_old_data"]["estimate"] - table["then"]["estimate"]
    assert moved == pytest.approx(-1 / 30, abs=1e-12)
    assert table["now"]["estimate"] == table["revised_old_data"]["estimate"]


def test_late_revised_and_reclassified_events_are_told_apart(tmp_path):
    def edit(tables: Tables) -> None:
        of_person(tables, "events", "P100004")["class"] = "violence"
        of_person(tables, "events", "P100005")["decided"] = "2020-01-01"
        tables["events"].append(
            {
                "id": "P100002",
                "kind": "C",
                "class": "theft",
                "committed": "2019-05-01",
                "decided": "2019-09-01",
            }
        )
        tables["events"].append(
            {
                "id": "P100002",
                "kind": "C",
                "class": "theft",
                "committed": "2021-11-01",
                "decided": "2022-02-01",
            }
        )
        of_person(tables, "participants", "P100007")["age"] = "55"

    quiet, found = changes(updated(tmp_path / "a")), changes(updated(tmp_path / "b", edit))
    assert found["reclassified_events", "treatment"] == (None, 1, 1)
    assert found["revised_events", "control"] == (None, 1, 1)
    assert found["late_events", "treatment"] == found["late_people", "treatment"] == (None, 1, 1)
    assert found["decided_since", "treatment"][1] == quiet["decided_since", "treatment"][1] + 1
    assert found["removed_events", "treatment"] == (None, 0, 0)
    assert found["revised_baseline", ""] == (None, 1, 1)


def test_copies_of_a_row_count_as_often_as_they_are(tmp_path):
    def edit(tables: Tables) -> None:
        tables["events"].append(dict(of_person(tables, "events", "P100004")))

    plan = PROTOCOL.replace(
        'offence_class = { column = "class" }',
        'duplicate_rows = "keep"\noffence_class = { column = "class" }',
    )
    former, later = pair(tmp_path, edit, protocol=plan)
    out = update(former, later, tmp_path / "out", cutoff=NOW)
    found = changes(from_json((out / "findings.json").read_text(encoding="utf-8")))
    assert found["late_events", "treatment"] == (None, 1, 1)


def test_the_former_delivery_stands_in_the_context(tmp_path):
    former = updated(tmp_path).context["former"]
    assert former["cutoff"] == str(THEN)
    assert [account["file"] for account in former["accounts"]] == [
        "participants.csv",
        "events.csv",
        "status.csv",
    ]
    assert all(len(account["sha256"]) == 64 for account in former["accounts"])


# --- the former report --------------------------------------------------------------------------------------


def reported(folder: Path) -> Path:
    former, _ = pair(folder / "first")
    return run(former, folder / "report") / "findings.json"


def test_a_report_that_comes_out_again_adds_no_step(tmp_path):
    findings = updated(tmp_path, report=reported(tmp_path))
    exhibit = findings.exhibits_of("decomposition")[0]
    assert (exhibit.notes["report_given"], exhibit.notes["changed_code"]) == (True, 0)
    assert "changed_code" not in steps(exhibit)


def test_a_report_that_does_not_is_a_step_of_its_own(tmp_path):
    file = reported(tmp_path)
    told = from_json(file.read_text(encoding="utf-8"))
    row = told.finding("one_year/assigned/risk_difference/mentors-usual/365d")
    rows = tuple(replace(one, estimate=0.25) if one is row else one for one in told.rows)
    file.write_text(to_json(replace(told, rows=rows)), encoding="utf-8")
    exhibit = updated(tmp_path, report=file).exhibits_of("decomposition")[0]
    table = steps(exhibit)
    assert list(table) == ["then", "changed_code", "revised_old_data", "now"]
    assert (table["then"]["estimate"], table["changed_code"]["estimate"]) == (0.25, row.estimate)
    assert exhibit.notes["changed_code"] == 1
    assert "changed_code" not in steps(exhibit, "two_years")


def test_a_report_of_another_plan_is_refused(tmp_path):
    former, _ = pair(tmp_path / "first", protocol=PROTOCOL.replace('"A programme."', '"Another."'))
    file = run(former, tmp_path / "report") / "findings.json"
    with pytest.raises(DeviationError, match="PE-U05"):
        updated(tmp_path, report=file)


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "What changed since the last report"), ("da", "Hvad der er ændret siden sidste rapport")],
)
def test_the_report_tells_it_in_both_languages(tmp_path, language, title):
    former, later = pair(tmp_path, acquit)
    out = update(former, later, tmp_path / "out", cutoff=NOW, language=language, formats=("markdown",))
    page = (out / "report.md").read_text(encoding="utf-8")
    assert title in page and "P1000" not in page


def test_nothing_is_decomposed_where_no_outcome_is_by_rules(maryland):
    assert decomposition(maryland, maryland, maryland) == ()


@pytest.fixture(scope="module")
def maryland():
    from primus_eval.loaders import load_trial

    return load_trial(Path(__file__).parents[1] / "data" / "sample" / "maryland")
