"""Publishing is all or nothing, writes only where it may, and lets no id of a person out."""

from __future__ import annotations

import base64
import builtins
import hashlib
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from primus_eval import output
from primus_eval.errors import DisclosureError, EnvironmentFault
from primus_eval.output import MANIFEST, publish, require_writable

OLD = {"report.html": b"<p>old</p>", "gone.csv": b"a,b\n"}
NEW = {"report.html": b"<p>new</p>", "tables/results.csv": b"a,b\n1,2\n", "figures/curve.png": b"\x89PNG"}


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A folder that holds an earlier report."""
    return publish(OLD, tmp_path / "report")


# ------------------------------------------------------------------------------------ what is written


def test_a_folder_holds_the_files_and_a_manifest_with_the_hash_of_each(tmp_path: Path) -> None:
    folder = publish(NEW, tmp_path / "deep" / "report", facts={"study": "maryland"})
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    assert {name: content for name, content in contents(folder).items() if name != MANIFEST} == NEW
    assert manifest["files"] == {name: hashlib.sha256(content).hexdigest() for name, content in NEW.items()}
    assert manifest["study"] == "maryland"


def test_the_manifest_is_written_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    write = output._write

    def recording(path: Path, content: bytes) -> None:
        written.append(path.name)
        write(path, content)

    monkeypatch.setattr(output, "_write", recording)
    publish(NEW, tmp_path / "report")
    assert written[-1] == MANIFEST
    assert len(written) == len(NEW) + 1


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    backwards = dict(reversed(NEW.items()))
    first, second = publish(NEW, tmp_path / "one"), publish(backwards, tmp_path / "two")
    assert contents(first) == contents(second)


def test_a_new_report_takes_the_place_of_the_old_one_whole(old: Path) -> None:
    publish(NEW, old)
    assert set(contents(old)) == {*NEW, MANIFEST}
    assert [path.name for path in old.parent.iterdir()] == ["report"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
@pytest.mark.parametrize(("private", "file", "folder"), [(True, 0o600, 0o700), (False, 0o644, 0o755)])
def test_permissions_do_not_depend_on_those_of_the_session(
    tmp_path: Path, private: bool, file: int, folder: int
) -> None:
    before = os.umask(0)
    try:
        published = publish(NEW, tmp_path / "report", private=private)
    finally:
        os.umask(before)
    assert {mode(path) for path in published.rglob("*") if path.is_file()} == {file}
    assert {mode(path) for path in (published, published / "tables")} == {folder}


@pytest.mark.parametrize("name", ["../outside.html", "/tmp/outside.html", "a/../../b", "a\\b", MANIFEST])
def test_a_file_cannot_be_written_outside_the_folder_or_over_the_manifest(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no name of a file"):
        publish({name: b""}, tmp_path / "report")
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------------------------ all or nothing


class Failing:
    """A function that raises at its k-th call and works at all others."""

    def __init__(self, function: Callable[..., Any], at: int, error: BaseException) -> None:
        self.function, self.at, self.error, self.calls = function, at, error, 0

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        self.calls += 1
        if self.calls == self.at:
            raise self.error
        return self.function(*arguments, **named)


def publish_with(
    patched: tuple[Any, str], at: int, error: BaseException, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> int:
    """Publish while one call of a function fails; return how often it was called."""
    home, name = patched
    failing = Failing(getattr(home, name, getattr(builtins, name, None)), at, error)
    with monkeypatch.context() as patch:
        patch.setattr(home, name, failing, raising=False)
        publish(NEW, folder)
    return failing.calls


FAULTS = {
    "fsync": ((os, "fsync"), OSError(28, "No space left on device")),
    "open": ((output, "open"), OSError(28, "No space left on device")),
    "rename": ((os, "rename"), OSError(13, "Permission denied")),
    "mkdtemp": ((output.tempfile, "mkdtemp"), OSError(28, "No space left on device")),
    "interrupt": ((os, "fsync"), KeyboardInterrupt()),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_whichever_call_fails_the_old_report_stands_as_it_was_and_nothing_is_left_over(
    fault: str, old: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    patched, error = FAULTS[fault]
    before, after = contents(old), contents(publish(NEW, tmp_path_factory.mktemp("new") / "report"))
    failed = 0
    for at in range(1, 100):
        try:
            calls = publish_with(patched, at, error, old, monkeypatch)
        except (EnvironmentFault, KeyboardInterrupt):
            failed += 1
            assert contents(old) in (before, after)  # after, if the new report stood already
            assert [path.name for path in old.parent.iterdir()] == ["report"]
        else:
            break
    assert failed >= 1
    assert calls <= at  # the calls ran out, or the last one came when the new report stood already
    assert contents(old) == after


def test_a_first_report_that_fails_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for fault, (patched, error) in FAULTS.items():
        with pytest.raises((EnvironmentFault, KeyboardInterrupt)):
            publish_with(patched, 1, error, tmp_path / fault, monkeypatch)
        assert list(tmp_path.iterdir()) == []


def test_an_old_report_that_cannot_be_put_back_is_kept_aside(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename, before = os.rename, contents(old)

    def only_away(source: Path, destination: Path) -> None:
        if Path(destination) == old:
            raise OSError(5, "Input/output error")
        rename(source, destination)

    monkeypatch.setattr(os, "rename", only_away)
    with pytest.raises(EnvironmentFault):
        publish(NEW, old)
    (aside,) = old.parent.iterdir()
    assert contents(aside / "old") == before


def test_a_folder_that_cannot_be_written_is_an_error_of_the_environment(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(EnvironmentFault, match="PE-G02") as raised:
        publish_with((os, "fsync"), 1, OSError(5, "Input/output error: /home/somebody"), old, monkeypatch)
    assert raised.value.exit_code == 5
    assert "somebody" not in str(raised.value)


# ------------------------------------------------------------------------------------ only where it may


def foreign_file(folder: Path) -> Path:
    folder.write_text("a file")
    return folder


def foreign_folder(folder: Path) -> Path:
    folder.mkdir()
    (folder / "thesis.docx").write_text("ten years of work")
    return folder


def foreign_manifest(folder: Path) -> Path:
    folder.mkdir()
    (folder / MANIFEST).write_text('{"name": "a web page", "icons": []}')
    return folder


def broken_manifest(folder: Path) -> Path:
    folder.mkdir()
    (folder / MANIFEST).write_text("{")
    return folder


def report_with_a_note(folder: Path) -> Path:
    publish(OLD, folder)
    (folder / "my notes.txt").write_text("do not lose me")
    return folder


def empty_folders(folder: Path) -> Path:
    (folder / "somebody's").mkdir(parents=True)
    return folder


def link_to_a_report(folder: Path) -> Path:
    publish(OLD, folder.with_name("elsewhere"))
    folder.symlink_to(folder.with_name("elsewhere"), target_is_directory=True)
    return folder


def link_to_nowhere(folder: Path) -> Path:
    folder.symlink_to(folder.with_name("nowhere"))
    return folder


FOREIGN = [
    foreign_file,
    foreign_folder,
    foreign_manifest,
    broken_manifest,
    report_with_a_note,
    empty_folders,
    link_to_a_report,
    link_to_nowhere,
]


@pytest.mark.parametrize("made", FOREIGN, ids=lambda made: made.__name__)
@pytest.mark.parametrize(
    "verb", [lambda folder: publish(NEW, folder), require_writable], ids=["publish", "ask"]
)
def test_what_no_run_of_ours_wrote_is_never_replaced(
    made: Callable[[Path], Path], verb: Callable[[Path], Any], tmp_path: Path
) -> None:
    folder = made(tmp_path / "report")
    before = contents(tmp_path)
    with pytest.raises(EnvironmentFault, match="PE-G14"):
        verb(folder)
    assert contents(tmp_path) == before


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    require_writable(tmp_path / "report")
    assert set(contents(publish(NEW, tmp_path / "report"))) == {*NEW, MANIFEST}


def test_a_report_of_which_files_were_deleted_is_replaced(old: Path) -> None:
    (old / "gone.csv").unlink()
    assert set(contents(publish(NEW, old))) == {*NEW, MANIFEST}


def test_a_folder_inside_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for verb in (require_writable, lambda folder: publish(NEW, folder)):
        with pytest.raises(EnvironmentFault, match="PE-G02"):
            verb(tmp_path / "file" / "report")


# ------------------------------------------------------------------------------------ what must not leave

PICTURE = b'<img src="data:image/png;base64,' + base64.b64encode(b"\x00id S616766 or 616766") + b'">'


@pytest.mark.parametrize(
    ("canary", "text"),
    [
        ("S616766", b"<p>S616766</p>"),
        ("S616766", b'"id": "S616766",'),
        ("S616766", b"1;S616766;2"),
        ("S616766", b"see report.S616766"),
        ("616766", b"n,616766,2"),
        ("616766", b"616766. The end"),
        ("616766", b"'-616766'"),
        ("A&B-00017", b"<td>A&amp;B-00017</td>"),
        ("Q-æ-1234", "Q-æ-1234".encode()),
        ("/home/somebody", b'"/home/somebody/data"'),
    ],
)
@pytest.mark.parametrize("name", ["report.html", "findings.json", "tables/flow.csv"])
def test_an_id_stops_the_report_whichever_file_it_stands_in(
    name: str, canary: str, text: bytes, tmp_path: Path
) -> None:
    with pytest.raises(DisclosureError, match="PE-R02") as raised:
        publish({"ok.html": b"", name: text}, tmp_path / "report", canaries=["unseen1", canary, ""])
    assert raised.value.exit_code == 3
    assert canary not in str(raised.value)
    assert [problem.file for problem in raised.value.problems] == [name]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        b"0.616766",
        b"16167661",
        b"616766.25",
        b"12.616766",
        b"a616766",
        b"616766f0",
        b"XS616766",
        b"S6167660",
        PICTURE,
    ],
)
def test_an_id_is_not_seen_in_longer_numbers_and_pictures(text: bytes, tmp_path: Path) -> None:
    publish({"a.html": text}, tmp_path / "report", canaries=["616766", "S616766"])


def test_an_id_beside_a_picture_is_seen(tmp_path: Path) -> None:
    with pytest.raises(DisclosureError, match="PE-R02"):
        publish({"a.html": PICTURE + b"S616766"}, tmp_path / "report", canaries=["S616766"])


def test_the_manifest_is_scanned_as_well(tmp_path: Path) -> None:
    with pytest.raises(DisclosureError, match="PE-R02"):
        publish(NEW, tmp_path / "report", canaries=["S616766"], facts={"inputs": ["S616766.csv"]})


@pytest.mark.parametrize(
    "number", ["010190-1234", "311299-0000", "290200-4321", "610190-1234", "910190-1234"]
)
def test_the_form_of_a_danish_personal_number_stops_the_report(number: str, tmp_path: Path) -> None:
    with pytest.raises(DisclosureError, match="PE-R03") as raised:
        publish({"a.csv": f"name\n{number}\n".encode()}, tmp_path / "report")
    assert number not in str(raised.value)


@pytest.mark.parametrize(
    "text", ["321290-1234", "011390-1234", "1010190-1234", "010190-12345", "2020-01-01", "0.010190-1234"]
)
def test_other_numbers_with_a_hyphen_do_not(text: str, tmp_path: Path) -> None:
    publish({"a.csv": text.encode()}, tmp_path / "report")
