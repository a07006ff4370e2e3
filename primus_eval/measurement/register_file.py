"""A register of events as DuckDB sees it: a file or a folder of files, their columns, and no network.

Nothing is written: where memory does not suffice DuckDB says so, unless a folder to spill into is given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from primus_eval.errors import EnvironmentFault, InputError, Problem
from primus_eval.loaders.file_bytes import damaged, sha256_of
from primus_eval.loaders.text_header import read_header
from primus_eval.protocol import Events

if TYPE_CHECKING:
    import duckdb

TEXT, PARQUET = (".csv", ".tsv", ".txt"), (".parquet",)
ENCODINGS = {"utf-8": "utf-8", "utf-16": "utf-16", "iso-8859-1": "latin-1"}
"""What DuckDB calls the encodings that it reads without an extension."""

WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
"""Types of whole numbers that 64 bits hold."""

EVENTS = "events"
"""What the register is called in SQL."""

WITHOUT_NETWORK = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What DuckDB may use: memory such as "1GB", threads, and a folder to spill into, None for none."""

    memory_limit: str
    threads: int
    temp_directory: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFile:
    """Files of one table of events, and the types of their columns; `source` reads them in SQL."""

    name: str
    source: str
    types: dict[str, str]


@contextmanager
def connected(means: Means, name: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory; whatever it fails at is told without a cell of the data.

    name: of the register, for messages.
    """
    try:
        import duckdb
    except ImportError:
        raise EnvironmentFault(_PACKAGE_MISSING) from None
    settings: dict[str, str | bool | int | float | list[str]] = {
        **WITHOUT_NETWORK,
        "memory_limit": means.memory_limit,
        "threads": str(means.threads),
        "temp_directory": means.temp_directory or "",
    }
    try:
        with duckdb.connect(":memory:", config=settings) as connection:
            connection.execute("set enable_progress_bar = false")
            connection.execute("set preserve_insertion_order = false")  # no number depends on it
            yield connection
    except duckdb.OutOfMemoryException:
        raise EnvironmentFault(_memory_short(name, means)) from None
    except (duckdb.IOException, duckdb.InvalidInputException, duckdb.ConversionException):
        raise damaged(name, "a table as it was declared") from None


def register_file(path: Path, spec: Events, connection: duckdb.DuckDBPyConnection) -> RegisterFile:
    """Find the files of a register and the types of their columns.

    Raises InputError where there is none, one is of another kind or not the one registered, or a declared
    column is missing or of a type that the loaders would not take.
    """
    files = _files(path)
    _require_registered(files, spec, path.name)
    source = _text(files, spec) if files[0].suffix.lower() in TEXT else _parquet(files)
    described = connection.sql(f"describe select * from {source}").fetchnumpy()
    types = dict(zip(described["column_name"].tolist(), described["column_type"].tolist(), strict=True))
    missing = [column for column in (spec.person, *spec.columns) if column not in types]
    if missing:
        raise InputError([_not_there(path.name, column) for column in missing])
    return RegisterFile(name=path.name, source=source, types=types)


def quoted(name: str) -> str:
    """Write a column of the register in SQL, apart from those of other tables."""
    return f'{EVENTS}."' + name.replace('"', '""') + '"'


def literal(value: Any) -> str:
    """Write a text or a number in SQL; a text cannot end its own quotes."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    raise TypeError(f"no literal of SQL: {type(value).__name__}")


def literals(values: Sequence[Any]) -> str:
    """Write several values in SQL, separated by commas."""
    return ", ".join(map(literal, values))


def _files(path: Path) -> list[Path]:
    """List the files of a register by name: all of text, or all Parquet."""
    if not path.exists():
        raise InputError(
            Problem(
                code="PE-A67",
                file=path.name,
                what="this register is not there.",
                mend="Give the path of a file, or of a folder of its parts.",
            )
        )
    files = [path]
    if path.is_dir():
        files = sorted(part for part in path.iterdir() if not part.name.startswith("."))
    kinds = {part.suffix.lower() for part in files}
    if not files or not (kinds <= {*TEXT} or kinds <= {*PARQUET}):
        raise InputError(
            Problem(
                code="PE-A66",
                file=path.name,
                what="a register is read from text files or from Parquet files, all of one kind.",
                mend=f"Save its parts as {' '.join((*PARQUET, *TEXT))}, and nothing else in their folder.",
            )
        )
    return files


def _require_registered(files: list[Path], spec: Events, name: str) -> None:
    """Compare the contents with the hash of the protocol, where it has one, as `open_tables` does."""
    if spec.sha256 is None:
        return
    digests = [sha256_of(file, file.name) for file in files]
    found = digests[0]
    if len(files) > 1:
        listed = "".join(
            f"{name}/{file.name}\0{digest}\n" for file, digest in zip(files, digests, strict=True)
        )
        found = hashlib.sha256(listed.encode()).hexdigest()
    if found != spec.sha256:
        raise InputError(
            Problem(
                code="PE-F18",
                file=name,
                what="the contents are not those that the protocol was written for (sha256 differs).",
                mend="Use the original file; if a new delivery is meant, put its sha256 in the protocol.",
            )
        )


def _parquet(files: list[Path]) -> str:
    return f"read_parquet([{literals([str(file) for file in files])}], union_by_name = true) as {EVENTS}"


def _text(files: list[Path], spec: Events) -> str:
    """Read text files as text: nothing is guessed, and the header is the one that the loaders read."""
    if spec.encoding not in ENCODINGS:
        raise InputError(
            Problem(
                code="PE-A66",
                key="data.events.encoding",
                what=f"a register in {spec.encoding} cannot be read in parts.",
                mend=f"Save it as Parquet, or in one of: {' '.join(ENCODINGS)}.",
            )
        )
    headers = {read_header(file, file.name, spec).names for file in files}
    if len(headers) > 1:
        raise InputError(
            Problem(
                code="PE-A71",
                file=files[0].parent.name,
                what="the parts of this register have different columns, or in a different order.",
                mend="Write all parts alike.",
            )
        )
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in next(iter(headers)))
    options = {
        "auto_detect": "false",
        "header": "true",
        "columns": f"{{{columns}}}",
        "delim": literal(spec.separator),
        "quote": literal('"'),
        "escape": literal('"'),
        "skip": str(spec.skip_lines),
        "encoding": literal(ENCODINGS[spec.encoding]),
    }
    listed = ", ".join(f"{key} = {value}" for key, value in options.items())
    return f"read_csv([{literals([str(file) for file in files])}], {listed}) as {EVENTS}"


def _not_there(name: str, column: str) -> Problem:
    return Problem(
        code="PE-A20",
        file=name,
        column=column,
        what="this column is not in the file; [data.events] names it.",
        mend="Correct the name in the protocol, or the header of the file.",
    )


def _memory_short(name: str, means: Means) -> Problem:
    return Problem(
        code="PE-G26",
        file=name,
        what=f"{means.memory_limit} of memory did not suffice to read this register.",
        mend="Ask for more chunks, allow more memory, or give a folder to spill into (temp_directory).",
    )


_PACKAGE_MISSING = Problem(
    code="PE-G25",
    what="reading a register in parts needs the package duckdb.",
    mend="pip install 'primus-eval[big]'",
)
