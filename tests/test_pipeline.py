"""The whole path: from a protocol to a folder, the same bytes on every run, nothing on the way out."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from primus_eval import pipeline
from primus_eval.disclosure import Internal
from primus_eval.errors import DisclosureError, EnvironmentFault, InputError
from primus_eval.loaders import load_trial
from primus_eval.pipeline import evaluate, run, view_of

ROOT = Path(__file__).parent.parent
MENTORING = ROOT / "tests" / "trials" / "mentoring"


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def copy_of_mentoring(folder: Path, **lines: str) -> Path:
    """The protocol of the simulated trial, copied with its data; the first line of a key is replaced."""
    text = (MENTORING / "protocol.toml").read_text(encoding="utf-8")
    for key, value in lines.items():
        text, replaced = re.subn(rf"^{key} = .*$", f"{key} = {value}", text, count=1, flags=re.MULTILINE)
        assert replaced
    folder.mkdir(exist_ok=True)
    (folder / "protocol.toml").write_text(text, encoding="utf-8")
    shutil.copy(MENTORING / "participants.csv", folder)
    return folder / "protocol.toml"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports") / "mentoring"
    steps: list[str] = []
    run(MENTORING / "protocol.toml", folder, progress=steps.append)
    analyses = len(load_trial(MENTORING / "protocol.toml").protocol.analysis)
    assert steps == [
        "reading the trial",
        f"carrying out {analyses} analyses",
        "drawing and writing the report",
    ]
    return folder


def test_another_process_elsewhere_writes_the_same_bytes(report: Path, tmp_path: Path) -> None:
    """Another order of sets, another time zone, another locale, another working directory."""
    # Python itself cannot start from an editable install in a folder with letters beyond ASCII under C.
    locale = "C" if str(ROOT).isascii() else "C.UTF-8"
    odd = {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": locale, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "primus_eval", "run", str(MENTORING / "protocol.toml")]
    subprocess.run(
        [*command, "--out", str(tmp_path / "again"), "--quiet"],
        env={**os.environ, **odd},
        cwd=tmp_path,
        check=True,
        timeout=120,
    )
    assert contents(tmp_path / "again") == contents(report)


def test_the_manifest_says_what_went_in_and_what_came_out(report: Path) -> None:
    manifest = json.loads((report / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["files"]) | {"manifest.json"} == set(contents(report))
    assert manifest["study"] == "mentoring"
    (account,) = manifest["inputs"]
    assert len(account["sha256"]) == 64
    assert account["rows_read"] is None  # three were left out: with the numbers analysed it would say so
    assert manifest["versions"].keys() >= {"primus_eval", "numpy", "lifelines"}
    assert manifest["disclosure"]["profile"] == "release"


def test_no_path_of_this_machine_and_no_id_of_a_person_stands_in_a_report(report: Path) -> None:
    trial = load_trial(MENTORING / "protocol.toml")
    assert len(trial.canaries) == len(trial.participants)
    everything = b"\n".join(
        content for name, content in contents(report).items() if not name.endswith(".png")
    ).decode()
    assert [text for text in (*trial.canaries, str(ROOT)) if text in everything] == []


def test_the_rows_read_are_the_rows_analysed_and_the_rows_left_out() -> None:
    findings = evaluate(load_trial(MENTORING / "protocol.toml"))
    (flow,) = findings.exhibits_of("flow")
    (account,) = findings.context["accounts"]
    n = {stage: 0 for stage in ("randomised", "excluded", "not_analysed", "analysed")}
    for row in flow.records():
        if row["arm"] and row["stage"] in n:
            n[row["stage"]] += row["n"]
    assert account["rows_read"] == n["randomised"]
    assert n["randomised"] == n["excluded"] + n["not_analysed"] + n["analysed"]


@pytest.mark.parametrize("text", ["S616766", "CPR 010190-1234"])
def test_a_report_that_would_name_a_person_is_not_written(text: str, tmp_path: Path) -> None:
    protocol = copy_of_mentoring(tmp_path / "in", setting=f'"Invented: {text}"')
    with pytest.raises(DisclosureError):
        run(protocol, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_found_out_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "load_trial", lambda protocol: pytest.fail("the trial was read"))
    (tmp_path / "thesis.docx").write_text("")
    with pytest.raises(EnvironmentFault, match="PE-G14"):
        run(MENTORING / "protocol.toml", tmp_path)


def test_a_draft_is_not_run(tmp_path: Path) -> None:
    protocol = copy_of_mentoring(tmp_path / "in", country='"DK"  # GUESS: check')
    line = next(
        number
        for number, text in enumerate(protocol.read_text(encoding="utf-8").splitlines(), start=1)
        if "GUESS" in text
    )
    with pytest.raises(InputError, match="PE-F23") as raised:
        run(protocol, tmp_path / "out")
    assert [problem.line for problem in raised.value.problems] == [line]


def test_an_internal_report_is_stamped_on_every_page_and_private(tmp_path: Path) -> None:
    protocol = copy_of_mentoring(tmp_path / "in", profile='"internal"')
    trial = load_trial(protocol)
    assert isinstance(view_of(evaluate(trial)), Internal)
    folder = run(protocol, tmp_path / "out")
    for page in ("report.html", "summary.html"):
        assert "INTERNAL" in (folder / page).read_text(encoding="utf-8")
    if os.name != "nt":
        assert (folder / "report.html").stat().st_mode & 0o077 == 0
        assert folder.stat().st_mode & 0o077 == 0
