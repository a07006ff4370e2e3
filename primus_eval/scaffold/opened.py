"""A table of a folder with the text of its first rows, as the guesses need it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from primus_eval.errors import InputError, Problem, shape_of
from primus_eval.protocol import TableFile
from primus_eval.scaffold.columns import NEARLY_ALL, Cells, decimal_mark, is_measured, is_number

if TYPE_CHECKING:
    from primus_eval.schema import Coded

MOST_ROWS = 100_000
"""Rows that a guess rests on; what stands below them is for `check` to find."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of a folder: how it is written, and the text of its first rows by column."""

    spec: TableFile
    is_text: bool
    cells: dict[str, list[str]] = field(repr=False)
    stored_dates: frozenset[str] = frozenset()
    """Columns all of whose cells are dates as such."""
    mostly_stored_dates: frozenset[str] = frozenset()
    """Columns nearly all of whose cells are, and some are texts."""
    codebook: dict[str, Coded] = field(default_factory=dict)

    def column(self, name: str, *, people: list[str] | None = None) -> Cells:
        """The cells of one column; `people` says whose row each is, where a person has several."""
        coded = self.codebook.get(name)
        return Cells(
            name=name,
            texts=self.cells[name],
            people=people,
            decimal=self.spec.decimal,
            coded=coded,
            stored_as_date=name in self.stored_dates,
            mostly_stored_as_date=name in self.mostly_stored_dates,
        )

    @property
    def name(self) -> str:
        """What messages call it."""
        return name_of(self.spec)


def name_of(spec: TableFile) -> str:
    """What messages call a table: its file, and its sheet where there are several."""
    return spec.file if spec.sheet is None else f"{spec.file}, sheet {spec.sheet!r}"


def read_table(folder: Path, spec: TableFile, *, is_text: bool) -> Table:
    """Open one table as `spec` says, and read its first rows; raises InputError where that cannot be."""
    from primus_eval.loaders.opening import open_tables

    sources = open_tables(folder, spec, key="data.participants")
    cells: dict[str, list[str]] = {name: [] for name in sources[0].header}
    stored_dates: Counter[str] = Counter()
    rows = 0
    for block in chain.from_iterable(source.blocks() for source in sources):
        for name, column in block.columns.items():
            texts, are_dates = _as_text(column)
            cells[name] += texts
            stored = block.stored_dates.get(name, [are_dates] * len(texts))
            stored_dates[name] += sum(1 for text, date in zip(texts, stored, strict=True) if text and date)
        rows += len(block.lines)
        if rows >= MOST_ROWS:
            break
    _require_header(spec, cells)
    mark = decimal_mark(cells.values(), stored_numbers=not is_text)
    if mark != spec.decimal:
        return read_table(folder, spec.model_copy(update={"decimal": mark}), is_text=is_text)
    filled = {name: sum(map(bool, texts)) for name, texts in cells.items()}
    dates = {name for name, n in filled.items() if n and stored_dates[name] >= NEARLY_ALL * n}
    all_dates = frozenset(name for name in dates if stored_dates[name] == filled[name])
    return Table(
        spec=spec,
        is_text=is_text,
        cells=cells,
        stored_dates=all_dates,
        mostly_stored_dates=frozenset(dates - all_dates),
        codebook=sources[0].codebook,
    )


def _as_text(column: Any) -> tuple[list[str], bool]:
    """The cells of a column as text, and whether their type says that they are dates."""
    if isinstance(column, list):
        return column, False
    import pyarrow

    kind = column.type
    if pyarrow.types.is_floating(kind):
        return [
            "" if value is None or value != value else repr(value).removesuffix(".0")
            for value in column.to_pylist()
        ], False
    if pyarrow.types.is_boolean(kind):
        return ["" if value is None else str(value).upper() for value in column.to_pylist()], False
    texts = ["" if value is None else str(value) for value in column.cast(pyarrow.string()).to_pylist()]
    return texts, pyarrow.types.is_temporal(kind)


def _require_header(spec: TableFile, cells: dict[str, list[str]]) -> None:
    """Refuse names that are none: a first line that is a person must not be copied."""
    if not any(any(texts) for texts in cells.values()):
        raise InputError(
            Problem(
                code="PE-A41",
                file=spec.file,
                sheet=spec.sheet,
                what="holds no rows.",
                mend="Export the table again.",
            )
        )
    if any(name.splitlines() != [name] for name in cells):
        raise InputError(
            Problem(
                code="PE-A19",
                file=spec.file,
                sheet=spec.sheet,
                what="the name of a column holds a line break.",
                mend="Write each name on one line.",
            )
        )
    if _is_a_row(cells):
        raise InputError(
            Problem(
                code="PE-A37",
                file=spec.file,
                sheet=spec.sheet,
                what="the first line looks like a row and not like names of columns.",
                mend="Put the names of the columns on the first line; no name may be a value of its column.",
            )
        )


def _is_a_row(cells: dict[str, list[str]]) -> bool:
    """Whether names of columns are those of no table: one is among its own cells, or two are values."""
    if any(name in texts for name, texts in cells.items()):
        return True
    if sum(is_number(name) or is_measured(name) for name in map(str.strip, cells)) > 1:
        return True
    return 2 * sum(_is_like_its_cells(name, texts) for name, texts in cells.items()) >= len(cells)


def _is_like_its_cells(name: str, texts: list[str]) -> bool:
    filled = [text for text in texts if text][:1000]
    if not any(character.isdigit() for character in name) or not filled:
        return False
    return all(map(is_number, (name, *filled))) or 2 * sum(
        shape_of(text) == shape_of(name) for text in filled
    ) > len(filled)
