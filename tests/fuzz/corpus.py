"""The seeds of the fuzzer: one made-up trial in every format that is read, with planted cells.

`SECRETS` are cells of one participant, by column. They stand once in each seed (not in `sas`, which is the
file of tests/formats) and mean nothing, so that a message or a page that holds one has shown a cell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent / "corpus"
SAS = Path(__file__).parent.parent / "formats" / "trial.sas7bdat"

SECRETS = {"id": "KXQ7731VQZ", "score": "93.4159", "released": "2021-03-17", "note": "zvumplehoft"}
UNDECLARED_SECRET = "plonkwirzel"
FILE_LINE = 'file = "participants.csv"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One way to write the trial: the name of its file, its bytes, and its protocol."""

    name: str
    file: str
    table: bytes = field(repr=False)
    protocol: str = field(repr=False)
    encoding: str = ""
    """Of a text file; its codec, with a byte order mark where the file has one."""


@cache
def seeds() -> dict[str, Seed]:
    """Return every seed by name."""
    declared = {
        "csv": ("participants.csv", "", "utf-8"),
        "semicolon": ("semicolon.csv", 'separator = ";"\ndecimal = ","\nencoding = "cp1252"', "cp1252"),
        "tsv": ("participants.tsv", 'separator = "\\t"\nencoding = "utf-16"', "utf-16"),
        **{kind: (f"participants.{kind}", "", "") for kind in ("xlsx", "dta", "sav", "xpt", "parquet")},
        "sas": (SAS.name, "", ""),
    }
    master = (HERE / "protocol.toml").read_text(encoding="utf-8")
    return {
        name: Seed(
            name=name,
            file=file,
            table=(SAS if name == "sas" else HERE / file).read_bytes(),
            protocol=_protocol(master, name, file, settings),
            encoding=encoding,
        )
        for name, (file, settings, encoding) in declared.items()
    }


@cache
def events() -> bytes:
    """Return the table of events, which every seed has beside it."""
    return (HERE / "events.csv").read_bytes()


def _protocol(master: str, name: str, file: str, settings: str) -> str:
    if name == "sas":  # that file has no notes
        master = "".join(line for line in master.splitlines(keepends=True) if not line.startswith("note ="))
    lines = f'file = "{file}"\n{settings}'.rstrip()
    return master.replace(FILE_LINE, lines, 1)
