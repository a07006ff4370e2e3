"""What check says of a programme: codes without a meaning, waves nobody has, and what chapters rest on."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from primus_eval.estimators.process.catalogue import CATALOGUE
from primus_eval.findings import Exhibit
from primus_eval.loaders import load_trial
from primus_eval.pipeline import evaluate, view_of
from primus_eval.preflight import as_html, as_json, as_text, examine
from primus_eval.preflight.foretell import EXHIBITS, foretell, measured
from primus_eval.protocol.reference import MINIMAL

SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "mentoring"


def changed(folder: Path, *edits: tuple[str, str]) -> Path:
    """A copy of the sample whose protocol was edited; every edit must find its place."""
    shutil.copytree(SAMPLE, folder)
    path = folder / "protocol.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return folder


def test_a_declared_code_without_a_meaning_is_named_with_the_line_that_mends_it(tmp_path: Path) -> None:
    folder = changed(tmp_path / "a", ('endings = { completed = "planned", ', "endings = { "))
    found = examine(folder)
    (note,) = [note for note in found.notes if note.code == "PE-C56"]
    assert (note.file, note.column, note.key) == ("matches.csv", "end_reason", "process.endings")
    assert "'completed'" in note.what and "unknown" in note.what
    assert found.exit_code == 0
    given = tomllib.loads((SAMPLE / "protocol.toml").read_text(encoding="utf-8"))["process"]["endings"]
    assert tomllib.loads(note.paste or "")["process"]["endings"] == given | {"completed": "unknown"}
    text = (folder / "protocol.toml").read_text(encoding="utf-8").splitlines()
    mended = [(note.paste or "").splitlines()[1] if line.startswith("endings") else line for line in text]
    (folder / "protocol.toml").write_text("\n".join(mended), encoding="utf-8")
    assert "PE-C56" not in {note.code for note in examine(folder).notes}


def test_a_wave_that_no_row_has_is_named_by_check_and_by_the_finding(tmp_path: Path) -> None:
    """Also where a rule gives those in custody a score: nothing is compared at a wave that was not held."""
    folder = changed(
        tmp_path / "a",
        (
            'domain = "wellbeing", wave = 2, waves = [1, 2]',
            'domain = "wellbeing", wave = 7, waves = [1, 2, 7]',
        ),
        ('domain = "housing", wave = 2', 'domain = "housing", wave = 7'),
    )
    found = examine(folder)
    notes = [note for note in found.notes if note.code == "PE-C57"]
    assert [note.key for note in notes] == ["outcome[6].scale.wave", "outcome[9].scale.wave"]
    assert all(note.column == "wave" and note.what.endswith("at least 5 scores: 0, 1, 2.") for note in notes)
    without = {"wellbeing", "wellbeing_waves", "housing"}
    for item in found.analyses:
        if item.analysis in without:
            assert (item.verdict, item.why) == (
                "not_computed",
                "the data hold no score of the wave that was to be compared",
            )
    shown = view_of(evaluate(load_trial(folder / "protocol.toml"))).findings
    rows = [row for name in sorted(without) for row in shown.of_analysis(name)]
    assert {(row.status, row.reason) for row in rows} == {("not_estimable", "wave_not_there")}
    assert all(row.estimate is None and row.n_treatment is None for row in rows)


def test_one_note_names_the_exact_dates_of_all_tables_about_participants() -> None:
    (note,) = [note for note in examine(SAMPLE).notes if note.code == "PE-B19"]
    assert "participants.csv: randomised_on" in note.what and "adverse.csv: date" in note.what
    for of_nobody in ("changes.csv", "costs.csv", "supervision.csv", "mentors.csv"):
        assert of_nobody not in note.what


def test_the_weeks_of_a_register_are_no_days_in_custody() -> None:
    tables = {table.key: table for table in examine(SAMPLE).tables}
    uses = {column.name: column.use for column in tables["data.weeks"].columns}
    assert (uses["from_date"], uses["to_date"]) == ("first day of the weeks", "last day of the weeks")
    assert {column.name: column.use for column in tables["data.custody"].columns}["from_date"] == (
        "first day in custody"
    )


def test_check_says_what_the_chapters_rest_on(tmp_path: Path) -> None:
    found = examine(SAMPLE)
    assert found.chapters is not None and found.chapters.indicators is not None
    indicators = found.chapters.indicators
    assert (indicators.can_be_computed, indicators.of, indicators.lacking) == (36, len(CATALOGUE), ())
    assert {item.outcome: item.complete_on for item in found.chapters.horizons if not item.is_complete} == {
        "reoffending_5y": "2025-12-31"
    }
    assert [item.id for item in found.chapters.priced] == ["service", "volunteers"]
    for writer in (as_text, as_html):
        page = " ".join(writer(found).split())
        assert "what 36 of 36 indicators need was delivered" in page
        assert "registers have been read up to 2025-12-31" in page
        assert "the table of costs is counted" in page
    assert '"can_be_computed": 36' in as_json(found)


def test_an_indicator_that_lacks_something_is_named_with_it(tmp_path: Path) -> None:
    folder = changed(tmp_path / "a", ('local = "local"\n', ""), ('planned = "planned"\n', ""))
    found = examine(folder)
    assert found.exit_code == 0
    assert found.chapters is not None and found.chapters.indicators is not None
    lacking = {item.needs: item.indicators for item in found.chapters.indicators.lacking}
    assert lacking[("local in [data.matches]",)] == ("Mentor from the area",)
    assert ("planned in [data.contacts]",) in lacking
    missing = sum(map(len, lacking.values()))
    assert found.chapters.indicators.can_be_computed == len(CATALOGUE) - missing


def test_a_protocol_without_chapters_has_no_block() -> None:
    assert "[process]" not in MINIMAL
    maryland = examine(SAMPLE.parent / "maryland")
    assert maryland.chapters is None
    assert "Process, follow-up and costs" not in as_text(maryland)


def test_every_kind_of_exhibit_has_words(mentoring_exhibits: tuple[Exhibit, ...]) -> None:
    """A reader of what is withheld is shown no kind by its name in the program."""
    assert {exhibit.kind for exhibit in mentoring_exhibits} <= set(EXHIBITS)


def test_what_is_withheld_is_said_in_words() -> None:
    trial = load_trial(SAMPLE / "protocol.toml")
    assert not [item for item in foretell(trial, measured(trial)[0]).withheld_exhibits if "_chart" in item]


@pytest.fixture(scope="module")
def mentoring_exhibits() -> tuple[Exhibit, ...]:
    return evaluate(load_trial(SAMPLE / "protocol.toml")).exhibits
