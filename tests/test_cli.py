"""The command line: every way to end has its exit code, and no message shows a value of a person."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from primus_eval import __version__
from primus_eval.cli import main

ROOT = Path(__file__).parent.parent
MARYLAND = ROOT / "data" / "sample" / "maryland"
MENTORING = ROOT / "tests" / "trials" / "mentoring"
VERBS = ("new", "check", "run", "definitions", "report", "claim", "simulate")


def in_a_process(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "primus_eval", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=120,
    )


def bad_protocol(folder: Path) -> Path:
    path = folder / "protocol.toml"
    path.write_text('[study]\nid = "Bad Name"\ncuontry = "DK"\n', encoding="utf-8")
    return path


# ------------------------------------------------------------------------------------ in a process


def test_help_names_every_verb() -> None:
    done = in_a_process("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(verb in done.stdout for verb in VERBS)
    codes = re.findall(r"\b([0-9]+) [a-z]", done.stdout.partition("Exit codes:")[2])
    assert codes == ["0", "2", "3", "4", "5", "70", "130"]


def test_version_is_that_of_the_package() -> None:
    done = in_a_process("--version")
    assert (done.returncode, done.stdout) == (0, f"primus-eval {__version__}\n")


def test_a_bad_protocol_ends_with_two_and_every_problem(tmp_path: Path) -> None:
    done = in_a_process("check", str(bad_protocol(tmp_path)))
    assert (done.returncode, done.stdout) == (2, "")
    assert "protocol.toml:3: study.cuontry" in done.stderr
    assert "Did you mean country?" in done.stderr
    assert done.stderr.rstrip().endswith("\n10 things to mend.")
    assert "Traceback" not in done.stderr


# ------------------------------------------------------------------------------------ exit codes


@pytest.mark.parametrize(
    "arguments", [[], ["walk"], ["run", "protocol.toml"], ["check"], ["check", "a", "b"]]
)
def test_wrong_arguments_end_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: primus-eval" in capsys.readouterr().err


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])
    assert ended.value.code == 0
    assert verb in capsys.readouterr().out


def test_a_draft_says_how_much_is_left_to_decide(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "\n".join(f"P{number},{number % 2},{300 + number},x{number}" for number in range(40))
    (tmp_path / "people.csv").write_text(f"person,arm,days,note\n{rows}\n", encoding="utf-8")
    assert main(["new", str(tmp_path)]) == 0
    path, said = capsys.readouterr().out.splitlines()
    assert path == str(tmp_path / "protocol.toml")
    guesses = Path(path).read_text(encoding="utf-8").count("# GUESS: check")
    assert said.startswith(f"Columns: 1 declared, 1 left out. Guesses to decide: {guesses}. ")
    assert main(["check", str(tmp_path)]) == 2  # no column of the event: it must be named
    assert "which column?" in capsys.readouterr().err


def test_a_check_ends_with_zero_and_says_what_each_analysis_will_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", str(MARYLAND / "protocol.toml")]) == 0
    assert "432 rows" in capsys.readouterr().out


def test_input_that_cannot_be_read_ends_with_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "missing.toml")]) == 2
    assert main(["report", str(bad_protocol(tmp_path)), "--out", str(tmp_path / "out")]) == 2
    assert main(["new", str(tmp_path)]) == 5
    out, err = capsys.readouterr()
    assert "PE-F21" in err
    assert "PE-F22" in err
    assert "PE-G14" in err
    assert out == ""


def test_what_would_name_a_person_ends_with_three(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (MENTORING / "protocol.toml").read_text(encoding="utf-8")
    named = re.sub("^setting = .*$", 'setting = "One of them is S616766."', text, flags=re.MULTILINE)
    (tmp_path / "protocol.toml").write_text(named, encoding="utf-8")
    shutil.copy(MENTORING / "participants.csv", tmp_path)
    arguments = ["run", str(tmp_path / "protocol.toml"), "--out", str(tmp_path / "out"), "--quiet"]
    assert main(arguments) == 3
    out, err = capsys.readouterr()
    assert "PE-R02" in err
    assert "S616766" not in out + err
    assert not (tmp_path / "out").exists()


def test_a_folder_of_somebody_else_ends_with_five(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.docx").write_text("")
    assert main(["run", str(MARYLAND / "protocol.toml"), "--out", str(tmp_path), "--quiet"]) == 5
    assert "PE-G14" in capsys.readouterr().err


def test_a_bug_of_ours_ends_with_seventy_and_shows_no_value(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def bug(trial: object) -> str:
        raise KeyError("Jens Hansen, 010190-1234")

    monkeypatch.delenv("PRIMUS_EVAL_TRACEBACK", raising=False)
    monkeypatch.setattr("primus_eval.preflight.examine", bug)
    assert main(["check", str(MARYLAND / "protocol.toml")]) == 70
    out, err = capsys.readouterr()
    assert "PE-Z70" in err
    assert "KeyError" in err
    assert "Jens" not in out + err
    assert "010190" not in out + err
    monkeypatch.setenv("PRIMUS_EVAL_TRACEBACK", "1")
    with pytest.raises(KeyError):
        main(["check", str(MARYLAND / "protocol.toml")])


def test_an_interruption_ends_with_130_and_without_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(trial: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("primus_eval.pipeline.evaluate", interrupted)
    arguments = ["run", str(MARYLAND / "protocol.toml"), "--out", str(tmp_path / "out"), "--quiet"]
    assert main(arguments) == 130
    assert "interrupted" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------------------------ run and report


@pytest.fixture(scope="module")
def maryland(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports") / "maryland"
    assert main(["run", str(MARYLAND / "protocol.toml"), "--out", str(folder), "--quiet"]) == 0
    return folder


def test_a_report_is_rendered_again_from_its_findings_to_the_same_bytes(
    maryland: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = tmp_path / "again"
    appraisal = ["--appraisal", str(MARYLAND / "appraisal.toml")]
    assert main(["report", str(maryland / "findings.json"), "--out", str(again), *appraisal]) == 0
    first, second = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (maryland, again)
    )
    assert first == second
    out, err = capsys.readouterr()
    assert out == f"{again / 'report.html'}\n{again / 'summary.html'}\n"
    assert "drawing and writing the report" in err


def test_a_report_may_be_rendered_without_an_appraisal(maryland: Path, tmp_path: Path) -> None:
    arguments = ["report", str(maryland / "findings.json"), "--out", str(tmp_path / "plain"), "--quiet"]
    assert main(arguments) == 0
    with_it, without = (folder / "summary.html" for folder in (maryland, tmp_path / "plain"))
    assert with_it.read_bytes() != without.read_bytes()
