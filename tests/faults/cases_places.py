"""Faults F09 to F12, F17 to F19 and C36: the files that a protocol names."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from fault_case import Case, accepted, refused
from fault_trial import COMMA, MIDDLE, clean


def cases() -> Iterator[Case]:
    """All cases of these faults."""
    yield from _places_of_files()
    yield from _links()
    yield from _variables()
    yield from _contents()


def _places_of_files() -> Iterator[Case]:
    either: dict[str, Any] = {"file": " "}
    for name in ("../participants.csv", "../../etc/passwd", "data/../../participants.csv", ".."):
        yield refused(
            "F09",
            f"the file {name}",
            replace(clean(COMMA).other_file(name), file=""),
            "F10",
            "A66",
            why="the place is outside of the folder, however it is written",
            **either,
        )
    for name in (
        "/etc/passwd",
        "/tmp/participants.csv",
        "C:\\data\\participants.csv",
        "C:/data/participants.csv",
        "\\\\server\\share\\participants.csv",
        "//server/share/participants.csv",
        "file:///etc/passwd",
        "https://example.org/participants.csv",
        "/dev/stdin",
        "/dev/zero",
        "\\\\.\\PhysicalDrive0",
        "~/participants.csv",
    ):
        yield refused(
            "F10",
            f"the file {name}",
            replace(clean(COMMA).other_file(name), file=""),
            "A66",
            "A67",
            why="on another system the name may be that of a file which is not there",
            **either,
        )
    for name in ("CON", "NUL", "con.csv", "aux.csv", "COM1.csv"):
        yield refused(
            "F10",
            f"the device {name} of Windows",
            replace(clean(COMMA).other_file(name), file=""),
            "A66",
            "A67",
            why="on other systems the name is that of a file which is not there",
            **either,
        )
    for name, text in (
        ("a NUL", "a\\u0000.csv"),
        ("a very long name", "a" * 5_000 + ".csv"),
        ("nothing", ""),
    ):
        odd = clean(COMMA).swap('file = "participants.csv"', f'file = "{text}"')
        yield refused(
            "F10",
            f"{name} as the name of the file",
            odd,
            "A67",
            "A66",
            "F08",
            "E15",
            why="no system can hold a file of this name",
            **either,
        )
    for name in ("Participants.csv", "PARTICIPANTS.CSV", "participants.CSV"):
        other = clean(COMMA).swap('file = "participants.csv"', f'file = "{name}"')
        yield refused(
            "F19",
            f"{name} for participants.csv",
            other,
            "A67",
            why="the file of this name is not there",
            says=("participants.csv",),
            **either,
        )


def _links() -> Iterator[Case]:
    def elsewhere(folder: Path) -> None:
        outside = folder.parent / "outside.csv"
        (folder / "participants.csv").rename(outside)
        (folder / "participants.csv").symlink_to(outside)

    def nowhere(folder: Path) -> None:
        (folder / "participants.csv").unlink()
        (folder / "participants.csv").symlink_to(folder / "missing.csv")

    def in_a_circle(folder: Path) -> None:
        (folder / "participants.csv").unlink()
        (folder / "participants.csv").symlink_to(folder / "other.csv")
        (folder / "other.csv").symlink_to(folder / "participants.csv")

    def linked_folder(folder: Path) -> None:
        outside = folder.parent / "outside"
        outside.mkdir()
        (folder / "participants.csv").rename(outside / "participants.csv")
        (folder / "data").symlink_to(outside)

    def pipe(folder: Path) -> None:
        (folder / "participants.csv").unlink()
        os.mkfifo(folder / "participants.csv")

    def no_file(folder: Path) -> None:
        (folder / "participants.csv").unlink()
        (folder / "participants.csv").mkdir()

    either: dict[str, Any] = {"file": " "}
    why = "a link that leads out of the folder is a place outside of it"
    yield refused(
        "F11", "a link to a file elsewhere", clean(COMMA).folder(elsewhere), "F10", why=why, **either
    )
    through = clean(COMMA).folder(linked_folder).swap('"participants.csv"', '"data/participants.csv"')
    yield refused("F11", "a folder that is a link", through, "F10", why=why, **either)
    gone = "the file that is meant cannot be opened"
    yield refused("F11", "a link to nothing", clean(COMMA).folder(nowhere), "A67", why=gone, **either)
    yield refused("F11", "links in a circle", clean(COMMA).folder(in_a_circle), "A67", why=gone, **either)
    yield refused("A67", "a pipe", clean(COMMA).folder(pipe), "F10", why="a pipe is a device", **either)
    yield refused(
        "A67",
        "an empty folder called .csv",
        clean(COMMA).folder(no_file),
        "A41",
        "A66",
        "A71",
        why="a folder of parts without parts",
        **either,
    )


def _variables() -> Iterator[Case]:
    for name in (
        "$HOME/participants.csv",
        "${HOME}.csv",
        "%USERPROFILE%.csv",
        "$PRIMUS_FILE",
        "{{ file }}.csv",
    ):
        yield refused(
            "F17",
            f"the file {name}",
            replace(clean(COMMA).other_file(name), file=""),
            "A66",
            "A67",
            "F10",
            why="nothing is put in the place of the name, and no such file is there",
            file=" ",
        )
    literal = clean(COMMA).other_file("$HOME.csv")
    yield accepted("F17", "a file whose name is $HOME.csv", literal)


def _contents() -> Iterator[Case]:
    for way in (COMMA, "xlsx", "parquet"):
        # A workbook holds the time at which it was saved, so it is written once only.
        raw = clean(way).content()
        fixed = clean(way).raw(lambda _, raw=raw: raw)
        right = hashlib.sha256(raw).hexdigest()
        yield accepted(
            "F18", f"the sha256 of the file, {way}", fixed.paste(f'[data.participants]\nsha256 = "{right}"')
        )
        wrong = hashlib.sha256(b"").hexdigest()
        yield refused(
            "F18",
            f"the sha256 of another file, {way}",
            fixed.paste(f'[data.participants]\nsha256 = "{wrong}"'),
        )
    held = clean(COMMA).paste(
        f'[data.participants]\nsha256 = "{hashlib.sha256(clean(COMMA).content()).hexdigest()}"'
    )
    yield refused("F18", "one day more in one cell", held.cell(MIDDLE, "days", "201"))
    yield refused(
        "C36",
        "the delivery of yesterday in place of the declared one",
        held.keep(range(11)),
        "F18",
        why="the contents are not the declared ones",
    )
