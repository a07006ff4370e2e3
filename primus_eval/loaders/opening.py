"""From a name in a protocol to opened tables: inside its folder, of a known kind, unchanged while read.

A table is one file, or a folder of files with the same columns. Archives are refused, and so is every
format that can hold code. Input is opened for reading only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

from primus_eval.errors import InputError, Problem
from primus_eval.loaders.beside import require_harmless_names, told_by
from primus_eval.loaders.bulk_text import open_bulk_text
from primus_eval.loaders.file_bytes import first_bytes
from primus_eval.loaders.labelled import open_labelled
from primus_eval.loaders.parquet import open_parquet
from primus_eval.loaders.table import Block, TableSource
from primus_eval.loaders.text_file import open_text
from primus_eval.loaders.workbook import open_workbook
from primus_eval.protocol import TableFile
from primus_eval.vocabulary import nearest

Opener = Callable[[Path, str, TableFile], TableSource]

BULK_BYTES = 8_000_000
"""Text files above this are read by the fast reader, which gives the same answer or none."""


def open_tables(folder: Path, spec: TableFile, *, key: str) -> list[TableSource]:
    """Open the file, or every part of the folder of files, that a table of a protocol names.

    folder: the protocol's folder. key: such as data.participants, for messages.
    Raises InputError where a file is missing, outside, of no known kind, damaged or not the one registered.
    """
    path = _inside(folder, spec.file, key)
    require_harmless_names([path.name])
    if _is_folder(path, key):
        sources = [_open(part, f"{path.name}/{part.name}", spec) for part in _parts(path)]
        _require_same_columns(sources)
    else:
        sources = [_open(path, path.name, spec)]
    _require_registered(sources, spec, path.name)
    return sources


def digest_of(sources: list[TableSource]) -> str:
    """Return the SHA-256 of a table: of its file, or of the names and hashes of its parts."""
    if len(sources) == 1:
        return sources[0].sha256
    listed = "".join(f"{source.file}\0{source.sha256}\n" for source in sources)
    return hashlib.sha256(listed.encode()).hexdigest()


def _open(path: Path, name: str, spec: TableFile) -> TableSource:
    suffix = path.suffix.lower()
    opener = OPENERS.get(suffix)
    if opener is None:
        raise InputError(_unreadable(name, suffix))
    before = _state(path, name)
    source = opener(path, name, spec)
    return replace(source, blocks=partial(_unchanged, source.blocks, path, name, before))


def _open_text(path: Path, name: str, spec: TableFile) -> TableSource:
    start = first_bytes(path, name, 8)
    kind = next((kind for sign, kind in OTHER_KINDS.items() if start.startswith(sign)), None)
    if kind is not None:
        raise InputError(
            Problem(
                code="PE-A68",
                file=name,
                what=f"is {kind}, whatever its name says, and no text.",
                mend="Give the file its right ending, or save the table as text.",
            )
        )
    large = path.stat().st_size > BULK_BYTES
    source = (open_bulk_text(path, name, spec) if large else None) or open_text(path, name, spec)
    above = told_by(
        _first_lines(path, spec),
        file=name,
        what="lines above the header",
        mend="Delete these lines, and deliver again.",
    )
    return replace(source, identifying=tuple(above))


def _first_lines(path: Path, spec: TableFile) -> list[str]:
    with open(path, encoding=spec.encoding, errors="replace") as handle:
        return list(islice(handle, spec.skip_lines))


OTHER_KINDS = {
    b"PK\x03\x04": "a workbook or an archive",
    b"PAR1": "a Parquet file",
    b"\xd0\xcf\x11\xe0": "an old or an encrypted workbook",
    b"\x1f\x8b": "an archive",
    b"$FL2": "a file of SPSS",
    b"<stata_dta>"[:8]: "a file of Stata",
}
"""How files of other kinds begin."""

OPENERS: dict[str, Opener] = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), _open_text),
    **dict.fromkeys((".xlsx", ".xlsm"), open_workbook),
    **dict.fromkeys((".dta", ".sav", ".zsav", ".xpt", ".sas7bdat"), open_labelled),
    ".parquet": open_parquet,
}
"""What reads files of each kind."""

ARCHIVES = (".zip", ".gz", ".tgz", ".tar", ".7z", ".rar", ".bz2", ".xz", ".zst")
RUNS_CODE = (".pkl", ".pickle", ".joblib", ".npz", ".npy", ".rds", ".rda", ".rdata")
OLD_SHEETS = (".xls", ".xlsb", ".ods", ".numbers")


def _unreadable(name: str, suffix: str) -> Problem:
    problem = partial(Problem, file=name, code="PE-A66")
    if suffix in ARCHIVES:
        return problem(
            code="PE-A70", what="is an archive.", mend="Unpack it, look at what is in it, and name the table."
        )
    if suffix in RUNS_CODE:
        return problem(
            what="is of a kind that can run code when it is opened, and is never loaded.",
            mend="Save the table as .csv or .parquet.",
        )
    if suffix in OLD_SHEETS:
        return problem(what="is a workbook of a kind that cannot be checked.", mend="Save it as .xlsx.")
    return problem(
        what=f"files ending in {suffix or 'nothing'} cannot be read.",
        mend=f"Save the table as one of: {' '.join(OPENERS)}.",
    )


def _inside(folder: Path, file: str, key: str) -> Path:
    """Resolve a file named in a protocol; it must lie in the protocol's folder."""
    mend = "Put the file beside the protocol, and give its name without .. or a leading slash."
    problem = partial(Problem, key=f"{key}.file", mend=mend)
    if not file.strip() or file.startswith(("\\\\", "//")) or ":" in file[:3]:
        raise InputError(problem(code="PE-F10", what="is not the name of a file beside the protocol."))
    try:
        path = (folder / file).resolve()
        outside = not path.is_relative_to(folder.resolve()) or path == folder.resolve()
    except (OSError, RuntimeError, ValueError):  # links in a circle; a name that no file system can hold
        raise InputError(problem(code="PE-A67", what="names a file that cannot be opened.")) from None
    if outside:
        raise InputError(problem(code="PE-F10", what="names a file outside the folder of the protocol."))
    return path


def _is_folder(path: Path, key: str) -> bool:
    try:
        if not path.exists():
            raise InputError(_missing(path, key))
        return path.is_dir()
    except OSError:  # a name that is too long, a folder that may not be looked into
        raise InputError(_missing(path, key)) from None


def _missing(path: Path, key: str) -> Problem:
    """Say that a file is not there, and which tables are."""
    try:
        there = sorted(entry.name for entry in path.parent.iterdir() if entry.suffix.lower() in OPENERS)
    except OSError:
        there = []
    close = nearest(path.name, there)
    hint = f"Did you mean {close!r}? " if close else ""
    listed = f" Tables there: {', '.join(map(repr, there[:10]))}." if there else ""
    return Problem(
        code="PE-A67",
        file=path.name,
        key=f"{key}.file",
        what="this file is not there.",
        mend=f"{hint}Put it beside the protocol, or correct the name.{listed}",
        paste=f'[{key}]\nfile = "{close}"' if close else None,
    )


def _parts(folder: Path) -> list[Path]:
    """List the files of a folder that is one table, by name; anything else in it is an error."""
    try:
        entries = sorted(
            (entry for entry in folder.iterdir() if not entry.name.startswith(".")),
            key=lambda entry: entry.name,
        )
    except OSError:
        raise InputError(_not_opened(folder.name)) from None
    problem = partial(Problem, code="PE-A71", file=folder.name)
    if not entries:
        raise InputError(
            problem(what="this folder holds no table.", mend="Put the parts of the table into it.")
        )
    require_harmless_names(entry.name for entry in entries)
    nested = [entry for entry in entries if entry.is_dir() or entry.is_symlink()]
    if nested:
        raise InputError(
            problem(
                what="this folder of parts holds another folder, or a link.",
                mend="Keep only the files of one table in it.",
            )
        )
    return entries


def _require_same_columns(sources: list[TableSource]) -> None:
    first = set(sources[0].header)
    differing = [source for source in sources if set(source.header) != first]
    if differing:
        raise InputError(
            [
                Problem(
                    code="PE-A71",
                    file=source.file,
                    what=f"has other columns than {sources[0].file}.",
                    mend="The parts of one table have the same columns; keep other tables elsewhere.",
                )
                for source in differing
            ]
        )


def _require_registered(sources: list[TableSource], spec: TableFile, name: str) -> None:
    if spec.sha256 is not None and digest_of(sources) != spec.sha256:
        raise InputError(
            Problem(
                code="PE-F18",
                file=name,
                what="the contents are not those that the protocol was written for (sha256 differs).",
                mend="Use the original file; if a new delivery is meant, put its sha256 in the protocol.",
            )
        )


def _state(path: Path, name: str) -> tuple[int, int]:
    try:
        if not path.is_file():  # a pipe or a device would be waited for
            raise OSError
        with open(path, "rb") as handle:
            handle.read(1)
        state = path.stat()
    except OSError:
        raise InputError(_not_opened(name)) from None
    return state.st_size, state.st_mtime_ns


def _not_opened(name: str) -> Problem:
    return Problem(
        code="PE-A67", file=name, what="this file cannot be opened.", mend="Check its permissions."
    )


def _unchanged(
    blocks: Callable[[], Iterator[Block]], path: Path, name: str, before: tuple[int, int]
) -> Iterator[Block]:
    """Pass blocks on, and stop where the file is not the one that was hashed."""
    yield from blocks()
    if _state(path, name) != before:
        raise InputError(
            Problem(
                code="PE-A44",
                file=name,
                what="this file was changed while it was read.",
                mend="Close it in other programs, and run again.",
            )
        )
