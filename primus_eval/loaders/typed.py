"""A table of a protocol, converted: block by block, so that the text of a large file is never all in memory.

Every row that is read is kept or counted with a reason, and every cell that does not fit its declaration
is a problem with its line. Columns that no one declared are not kept, but they are looked through for
direct identifiers: a delivery that names people is refused as a whole.
"""

from __future__ import annotations

import tomllib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from primus_eval.errors import InputError, Problem
from primus_eval.identifiers import Identifier, header_word, in_column, in_name, problem
from primus_eval.loaders.beside import pointing
from primus_eval.loaders.codes import Numbering, codes_of, numbered
from primus_eval.loaders.conversion import as_texts, convert
from primus_eval.loaders.stand_ins import remark, suspected_codes
from primus_eval.loaders.table import Block, Coded, TableSource
from primus_eval.loaders.thousands import Dotted, dotted, may_be_thousands
from primus_eval.loaders.thousands import remark as thousands_remark
from primus_eval.protocol import Participants, TableFile
from primus_eval.schema import Column, declaration
from primus_eval.vocabulary import nearest

if TYPE_CHECKING:
    from primus_eval.loaders.table import Cells

PROBLEM_ROWS = 10_000
"""Rows with problems after which a table is read no further."""

THREADS = 2
"""Threads that convert blocks; arrays are converted outside Python's lock."""

CELLS_AT_ONCE = 200_000
"""Distinct cells of one column that are kept to be looked through together."""

SHORTEST_NUMBER = 10_000
"""Numbers below this have too few digits for a date of birth or a personal number."""

Ids = Callable[["Cells"], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedTable:
    """A table of a delivery as typed columns, with what was found on the way.

    `frame` holds the declared columns; a cell that could not be converted is missing there, and then
    `problems` is not empty. `ids` holds what each id column gave, block by block, and `lines` the file
    and physical line of every row, for problems that are found later.
    """

    key: str
    file: str
    sheet: str | None
    sha256: str
    rows_read: int
    header: tuple[str, ...]
    columns_not_read: tuple[str, ...]
    frame: pd.DataFrame = field(repr=False)
    lines: tuple[tuple[str, Sequence[int]], ...] = field(repr=False, default=())
    codebook: dict[str, Coded] = field(default_factory=dict)
    remarks: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    identifying: tuple[Problem, ...] = ()
    """Problems that say that the delivery points at people; with any of them it is refused (exit 3)."""
    complete: bool = True
    """Whether every row was handed on; where not, what is counted over rows would mislead."""

    def at(self, rows: Iterable[int], found: Problem) -> list[Problem]:
        """Return a problem once for each of these rows of the frame, at its place in its file."""
        placed = []
        starts = np.cumsum([0, *(len(lines) for _, lines in self.lines)])
        for row in list(rows)[:PROBLEM_ROWS]:
            part = int(np.searchsorted(starts, row, side="right")) - 1
            file, lines = self.lines[part]
            line = int(lines[row - int(starts[part])])
            placed.append(replace(found, file=file, sheet=self.sheet, line=line))
        return placed


def read_typed(
    sources: Sequence[TableSource],
    spec: TableFile,
    *,
    key: str,
    file: str,
    sha256: str,
    newest: date | None = None,
    ids: dict[str, Ids],
    texts: Sequence[str] = (),
    numberings: Mapping[str, Numbering] | None = None,
) -> tuple[TypedTable, dict[str, list[Any]]]:
    """Read and convert a table; never raises for bad input, but returns its problems.

    ids: for each id column, what turns a block of its cells into something smaller; the results are
    returned by column, one for each block. texts: columns wanted as lists of text (the arm). newest: the
    last day that the data cover, where it is known. numberings: for columns of ids that other tables have
    too, what numbers them.
    """
    reading = _Reading(spec=spec, key=key, newest=newest, ids=ids, texts=tuple(texts))
    for source in sources:
        reading.read(source)
        if len(reading.problems) >= PROBLEM_ROWS:
            reading.complete = False
            break
    first = sources[0]
    reading.look_through(first)
    reading.suspect(file)
    wanted = {*spec.columns, *ids, *texts}
    if spec.rows is not None and reading.rows != spec.rows and not reading.problems:
        reading.problems.append(_other_count(spec.rows, reading.rows, file=file, key=key))
    table = TypedTable(
        key=key,
        file=file,
        sheet=first.sheet,
        sha256=sha256,
        rows_read=reading.rows,
        header=first.header,
        columns_not_read=tuple(name for name in first.header if name not in wanted),
        frame=_frame(reading.values, spec, numberings or {}),
        lines=tuple(reading.lines),
        codebook=first.codebook,
        remarks=tuple(
            dict.fromkeys([*(remark for each in sources for remark in each.remarks), *reading.remarks])
        ),
        problems=tuple(reading.problems),
        identifying=tuple(dict.fromkeys(reading.identifying)),
        complete=reading.complete,
    )
    return table, reading.kept


@dataclass(slots=True)
class _Done:
    """What one block gave."""

    values: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    cells: dict[str, dict[str, int]] = field(default_factory=dict)
    """The distinct cells, with how often each stands, of columns to be looked through for identifiers."""
    dotted: dict[str, Dotted] = field(default_factory=dict)


class _Reading:
    """What has been read so far of one table."""

    def __init__(
        self,
        *,
        spec: TableFile,
        key: str,
        newest: date | None,
        ids: dict[str, Ids],
        texts: tuple[str, ...],
    ) -> None:
        self.spec = spec
        self.key = key
        self.newest = newest
        self.ids = ids
        self.texts = texts
        self.declared = {*spec.columns, *ids, *texts}
        self.rows = 0
        self.complete = True
        self.values: dict[str, list[Any]] = {name: [] for name in spec.columns}
        self.kept: dict[str, list[Any]] = {name: [] for name in (*ids, *texts)}
        self.lines: list[tuple[str, Sequence[int]]] = []
        self.problems: list[Problem] = []
        self.remarks: list[Problem] = []
        self.identifying: list[Problem] = []
        self.cells: dict[str, Counter[str]] = {}
        self.dotted: dict[str, Dotted] = {}

    def read(self, source: TableSource) -> None:
        """Read one file, its blocks converted on two threads while the next is read."""
        self._names(source)
        missing = _not_there(source, self.spec, [*self.ids, *self.texts], self.key)
        self.problems += missing
        waiting: deque[Future[_Done]] = deque()
        with ThreadPoolExecutor(THREADS) as pool:
            try:
                for block in source.blocks():
                    self.rows += len(block.lines)
                    self.lines.append((source.file, block.lines))
                    waiting.append(pool.submit(self._block, source, block, convertible=not missing))
                    if len(waiting) > 2 * THREADS:
                        self._add(source, waiting.popleft().result())
                    if len(self.problems) >= PROBLEM_ROWS:
                        self.complete = False
                        break
            except InputError as error:
                self.problems += error.problems
                self.complete = False
            for future in waiting:
                self._add(source, future.result())

    def _add(self, source: TableSource, done: _Done) -> None:
        for name, values in done.values.items():
            self.values[name].append(values)
        for name, kept in done.kept.items():
            self.kept[name].append(kept)
        self.problems += done.problems
        self.remarks += done.remarks
        for name, seen in done.dotted.items():
            self.dotted[name] = self.dotted.get(name, Dotted()) | seen
        for name, cells in done.cells.items():
            known = self.cells.setdefault(name, Counter())
            # Evidence is about columns, memory about blocks: a column of very many texts is asked in parts.
            if len(known) > CELLS_AT_ONCE:
                self.identifying += self._look(source, name, known)
                known.clear()
            known.update(cells)

    def look_through(self, source: TableSource) -> None:
        """Look for identifiers in whole columns, in however many parts they came."""
        for name, cells in self.cells.items():
            self.identifying += self._look(source, name, cells)
        for name, column in self.spec.columns.items():
            if column.type == "date" and name not in self.spec.harmless and self.values[name]:
                self.identifying += self._look(source, name, _days(self.values[name]))

    def suspect(self, file: str) -> None:
        """Remark on what a whole column shows: numbers such as 999 far outside it, or thousands with dots."""
        for name, seen in self.dotted.items():
            if seen.like and not seen.unlike:
                self.remarks.append(replace(thousands_remark(name), file=file))
        for name, column in self.spec.columns.items():
            codes = suspected_codes(self.values[name], column)
            if codes:
                said = remark(codes, name)
                paste = _completed(said.paste or "", name, column, self.key)
                self.remarks.append(replace(said, file=file, paste=paste))

    def _names(self, source: TableSource) -> None:
        """Look for identifiers in names and labels, in declared codes, and beside the table."""
        self.identifying += source.identifying
        for name, column in self.spec.columns.items():
            coded = source.codebook.get(name, Coded())
            codes = (*column.yes, *column.no, *column.missing, *(column.levels or {}))
            labels = (coded.label, *coded.meanings, *coded.meanings.values())
            found = next((hit for text in (*codes, *labels) for hit in pointing(text)), None)
            if found is not None:
                said = self._said(source, found, name)
                what = f"a code or a label of this column: {said.what}"
                self.identifying.append(replace(said, what=what, paste=None))
        for place, name in (
            (None, source.file),
            (None, source.sheet or ""),
            *((n, n) for n in source.header),
        ):
            found = in_name(name)
            if found is not None:
                self.identifying.append(self._said(source, found, place))
        for name in source.header:
            word = header_word(name)
            if word is not None and name not in self.spec.harmless and name not in self.ids:
                self.remarks.append(self._said(source, word, name))

    def _block(self, source: TableSource, block: Block, *, convertible: bool) -> _Done:
        done = _Done()
        for name, cells in block.columns.items():
            if name in self.ids:
                done.kept[name] = self.ids[name](cells)
            elif name in self.texts:
                done.kept[name] = as_texts(cells)
                done.cells[name] = _counts(cells)
            elif name in self.spec.columns:
                if convertible:
                    self._convert(source, block, name, done)
                if self._may_identify(name, done.values.get(name)):
                    done.cells[name] = _counts(cells)
            else:
                done.cells[name] = _counts(cells)
        return done

    def _may_identify(self, name: str, values: Any) -> bool:
        """Whether all cells of a declared column are looked through: codes are declared, and so known.

        Of other columns too, the cells that were refused are looked through (`_convert`).
        """
        column = self.spec.columns[name]
        if column.type in ("category", "yes_no", "id", "date"):
            return False
        if column.type in ("integer", "number"):
            return values is not None and bool(np.nanmax(np.abs(values), initial=0) >= SHORTEST_NUMBER)
        return True

    def _look(self, source: TableSource, name: str, counts: Mapping[str, int]) -> list[Problem]:
        found = in_column(name, counts, newest=self.newest)
        if found is None or (name in self.spec.harmless and not found.certain):
            return []
        return [self._said(source, found, name)]

    def _said(self, source: TableSource, found: Identifier, column: str | None) -> Problem:
        """Say what was found and where; where no declared column is there, the header may be a person."""
        header = f"[{self.key}]"
        if column is not None and self.declared & set(source.header):
            said = problem(found, column=column, header=header, declared=column in self.declared)
        else:
            said = replace(problem(found, column=None, header=header), paste=None)
            said = said if column is None else replace(said, what=f"a column: {said.what}")
        return replace(said, file=None if column is None else source.file)

    def _convert(self, source: TableSource, block: Block, name: str, done: _Done) -> None:
        column = self.spec.columns[name]
        # Harmless is what somebody says; cells are shown only if they do not look like the contrary.
        harmless = name in self.spec.harmless and in_column("", _counts(block.columns[name])) is None
        converted = convert(
            block.columns[name],
            name=name,
            column=column,
            decimal=self.spec.decimal,
            stored_dates=block.stored_dates.get(name),
            coded=source.codebook.get(name),
            harmless=harmless,
            row_is_person=isinstance(self.spec, Participants),
        )
        done.values[name] = _compact(converted.values, column)
        unlike = self.dotted.get(name, Dotted()).unlike  # once it is known, no more cells are looked at
        if may_be_thousands(column, self.spec.decimal) and not unlike:
            seen = dotted(block.columns[name], column.missing)
            stored = not source.as_written and not seen.padded
            done.dotted[name] = replace(seen, like=seen.like and not stored)
        done.remarks += [replace(remark, file=source.file) for remark in converted.remarks]
        refused = sorted({int(row) for _, rows in converted.bad for row in rows[:PROBLEM_ROWS]})
        if refused and column.type != "text":
            cells = as_texts(block.columns[name])
            done.cells[name] = Counter(cells[row] for row in refused)
        for found, rows in converted.bad:
            placed = replace(found, file=source.file, sheet=source.sheet, column=name)
            if found.paste is not None:
                placed = replace(placed, paste=_completed(found.paste, name, column, self.key))
            done.problems += [replace(placed, line=int(block.lines[int(row)])) for row in rows[:PROBLEM_ROWS]]


def _completed(paste: str, name: str, column: Column, key: str) -> str:
    """Turn the keys that mend a column into the whole line that declares it, below its header."""
    if paste.startswith("["):
        return paste
    changes = tomllib.loads(paste)
    if "decimal" in changes:
        return f"[{key}]\n{paste}"
    values = column.model_dump(mode="json", exclude_defaults=True)
    for change, value in changes.items():
        known = values.get(change)
        if isinstance(value, list):
            values[change] = [*(known or []), *(item for item in value if item not in (known or []))]
        elif isinstance(value, dict):
            values[change] = {**(known or {}), **value}
        else:
            values[change] = value
    return f"[{key}.columns]\n{declaration(name, Column.model_validate(values))}"


def _not_there(source: TableSource, spec: TableFile, mapped: list[str], key: str) -> list[Problem]:
    """Name every declared column that the file does not have."""
    wanted = {**dict.fromkeys(spec.columns, f"[{key}.columns]"), **dict.fromkeys(mapped, f"[{key}]")}
    # Where no wanted name is there, the first line may be a person: nothing of it is shown.
    has_header = any(name in source.header for name in wanted)
    problems = []
    for name, wanted_by in wanted.items():
        if name in source.header:
            continue
        close = nearest(name, source.header) if has_header else None
        hint = f"Did you mean {close!r}? " if close else ""
        problems.append(
            Problem(
                code="PE-A20",
                file=source.file,
                sheet=source.sheet,
                column=name,
                what=f"this column is not in the file; {wanted_by} names it.",
                mend=f"{hint}Correct the name in the protocol, or the header of the file.",
            )
        )
    return problems


def _other_count(declared: int, found: int, *, file: str, key: str) -> Problem:
    return Problem(
        code="PE-A40",
        file=file,
        key=f"{key}.rows",
        what=f"has {found} rows, and {declared} were declared.",
        mend="Find out which rows are missing or new: a file that was cut off looks like this.",
        paste=f"[{key}]\nrows = {found}",
    )


def _counts(cells: Cells) -> dict[str, int]:
    """Count the distinct texts of some cells."""
    if isinstance(cells, list):
        distinct, times = np.unique(np.array(cells, dtype=object), return_counts=True)
        return dict(zip(distinct.tolist(), times.tolist(), strict=True))
    import pyarrow.compute as compute

    pairs = compute.value_counts(cells)
    texts = as_texts(pairs.field("values"))
    return dict(zip(texts, pairs.field("counts").to_pylist(), strict=True))


def _days(blocks: list[np.ndarray]) -> dict[str, int]:
    """Count the distinct days of a column of dates, as text."""
    known = [block[~np.isnat(block)].astype("datetime64[D]").astype(np.int64) for block in blocks]
    low = min((int(days.min()) for days in known if len(days)), default=0)
    high = max((int(days.max()) for days in known if len(days)), default=-1)
    times = np.zeros(high - low + 1, dtype=np.int64)
    for days in known:
        times += np.bincount(days - low, minlength=len(times))
    return {str(np.datetime64(low + int(day), "D")): int(times[day]) for day in np.flatnonzero(times)}


def _frame(
    values: dict[str, list[Any]], spec: TableFile, numberings: Mapping[str, Numbering]
) -> pd.DataFrame:
    columns = {}
    for name in list(values):  # the blocks are let go one by one
        columns[name] = _series(values.pop(name), spec.columns[name], numberings.get(name, codes_of))
    return pd.DataFrame(columns, copy=False)


def _compact(values: Any, column: Column) -> Any:
    """Give values the type that their column will have, or an id as a number, while the block is small."""
    if column.type == "date":
        return values.astype("datetime64[s]")
    return numbered(values) if column.type == "id" and not column.missing else values


def _series(parts: list[Any], column: Column, numbers_of: Callable[[list[Any]], np.ndarray]) -> pd.Series:
    """Join the blocks of one column into a series of the type that the rest of the package expects."""
    if column.type == "id":
        codes = numbers_of(parts)
        ids = pd.Series(codes, dtype="Int64")
        if column.missing:
            ids[[cell in column.missing for part in parts for cell in as_texts(part)]] = pd.NA
        return ids
    if column.type == "text":
        cells = [cell for part in parts for cell in as_texts(part)]
        return pd.Series([None if cell in column.missing else cell for cell in cells], dtype="object")
    joined = np.concatenate(parts) if parts else np.empty(0)
    if column.type == "yes_no":
        return pd.Series(pd.arrays.BooleanArray(joined == 1, joined == -1))
    if column.type == "category":
        levels = [*(column.levels or {})]
        narrow = np.int8 if len(levels) < 128 else np.int16
        dtype = pd.CategoricalDtype(pd.Index(levels, dtype="object"))
        return pd.Series(pd.Categorical.from_codes(joined.astype(narrow), dtype=dtype))  # type: ignore[arg-type]
    if column.type == "date":
        return pd.Series(joined.astype("datetime64[s]", copy=False), copy=False)
    return pd.Series(joined, dtype="float64", copy=False)
