"""A Parquet file as a table: blocks of typed arrays, in few and plain types.

Text is `string`, however it was stored (columns of few codes stay dictionaries of text); days are `date32`;
integers, truth values and moments stay as they are. Fixed decimals become text, since a double would not
hold them; a number of single precision becomes the double with the same few digits. A column that holds
lists, records or bytes is refused, since nobody could look through it.

Checked: tests/test_loaders_formats.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from primus_eval.errors import InputError, Problem
from primus_eval.loaders.file_bytes import damaged, encrypted, first_bytes, package_missing, sha256_of
from primus_eval.loaders.headers import declared_names, header_problems
from primus_eval.loaders.table import Block, TableSource
from primus_eval.protocol import TableFile

if TYPE_CHECKING:
    import pyarrow

    Normalise = Callable[[pyarrow.Array], pyarrow.Array]

BLOCK_ROWS = 262_144

LONGEST_CELL = 1_000_000

KIND = "a Parquet file"
ENCRYPTED_FOOTER = b"PARE"


def open_parquet(path: Path, name: str, spec: TableFile) -> TableSource:
    """Open a Parquet file. Lines are the number of the row plus one, as if the header were the first.

    Raises InputError where it is damaged or encrypted, or holds a column that is not flat.
    """
    try:
        import pyarrow
        import pyarrow.parquet as parquet
    except ImportError:
        raise package_missing(name, "Parquet", "pyarrow") from None
    digest = sha256_of(path, name)
    if first_bytes(path, name, len(ENCRYPTED_FOOTER)) == ENCRYPTED_FOOTER:
        raise encrypted(name)
    try:
        metadata = parquet.read_metadata(path)
        opened = parquet.ParquetFile(path, metadata=metadata, read_dictionary=_coded(spec, metadata.schema))
        schema = opened.schema_arrow
    except (pyarrow.ArrowException, OSError, ValueError):
        raise damaged(name, KIND) from None
    problems = _problems(opened, name, spec)
    if problems:
        raise InputError(problems)
    return TableSource(
        file=name,
        sha256=digest,
        header=tuple(schema.names),
        blocks=partial(_blocks, opened, name, spec.decimal),
    )


def _coded(spec: TableFile, schema: Any) -> list[str]:
    """List the flat columns of few codes, quicker to read as the dictionaries they are stored as."""
    flat = {column.path for column in schema}
    return [name for name, column in spec.columns.items() if column.is_grouping and name in flat]


def _problems(opened: Any, name: str, spec: TableFile) -> list[Problem]:
    """Return what is wrong with the columns before any is read."""
    schema = opened.schema_arrow
    problems = header_problems(schema.names, file=name)
    declared = declared_names(spec)
    refused = [position for position, field in enumerate(schema, start=1) if _plain(field.type, ".") is None]
    problems += [
        Problem(
            code="PE-A74",
            file=name,
            column=schema.names[position - 1] if schema.names[position - 1] in declared else None,
            what=f"column {position} is of type {_kind(schema.types[position - 1])}: no cell of a table.",
            mend="Leave the column out, or turn it into text, numbers or dates.",
        )
        for position in refused
    ]
    if not schema.names or not (opened.metadata.num_rows or spec.may_be_empty):
        what = "holds columns and no rows." if schema.names else "has no columns."
        problems.append(Problem(code="PE-A41", file=name, what=what, mend="Export the table again."))
    return problems


def _blocks(opened: Any, name: str, decimal: str) -> Iterator[Block]:
    import pyarrow

    plain = [_plain(field.type, decimal) for field in opened.schema_arrow]
    rows = 0
    batches = opened.iter_batches(batch_size=BLOCK_ROWS)
    while True:
        try:
            batch = next(batches, None)
            if batch is None:
                break
            columns = {
                column: normalise(cells)
                for column, normalise, cells in zip(batch.schema.names, plain, batch.columns, strict=True)
                if normalise is not None
            }
        except (pyarrow.ArrowException, OSError, ValueError):
            raise damaged(name, KIND) from None
        long = [column for column, cells in columns.items() if _longest(cells) > LONGEST_CELL]
        if long:
            raise InputError([_too_long(name, column) for column in long])
        yield Block(columns=columns, lines=range(rows + 2, rows + 2 + batch.num_rows))
        rows += batch.num_rows
    if rows != opened.metadata.num_rows:
        raise damaged(name, KIND)


def _longest(cells: pyarrow.Array) -> int:
    """Return the bytes of the longest text; 0 where the cells are no text."""
    import pyarrow.compute as compute

    if str(cells.type) != "string":
        return 0
    return compute.max(compute.binary_length(cells)).as_py() or 0


def _too_long(name: str, column: str) -> Problem:
    return Problem(
        code="PE-A42",
        file=name,
        what=f"a cell is longer than {LONGEST_CELL:,} bytes.",
        mend="Remove the column, or look what went wrong in its export.",
    )


def _plain(type_: pyarrow.DataType, decimal: str) -> Normalise | None:
    """Return what turns an array of a type into one of few types; None where it is no cell of a table."""
    import pyarrow
    from pyarrow import types

    if isinstance(type_, pyarrow.BaseExtensionType):
        return _after(lambda cells: cells.storage, _plain(type_.storage_type, decimal))
    if types.is_dictionary(type_) and types.is_string(type_.value_type):
        return _same
    if types.is_dictionary(type_):
        return _after(lambda cells: cells.dictionary_decode(), _plain(type_.value_type, decimal))
    if types.is_string(type_) or types.is_integer(type_) or types.is_boolean(type_):
        return _same
    if types.is_null(type_) or types.is_time(type_) or _is_other_text(type_):
        return partial(_cast, to=pyarrow.string())
    if types.is_date(type_):
        return partial(_cast, to=pyarrow.date32())
    if types.is_float16(type_) or types.is_float32(type_):
        return _double_of_few_digits
    if types.is_decimal(type_):
        return partial(_decimal_text, mark=decimal)
    return _same if types.is_float64(type_) or types.is_timestamp(type_) else None


def _after(unpack: Normalise, plain: Normalise | None) -> Normalise | None:
    return None if plain is None else lambda cells: plain(unpack(cells))


def _kind(type_: pyarrow.DataType) -> str:
    """Return the name of a type without what is inside it, where names of fields could be anything."""
    return re.split(r"[<\[(]", str(type_), maxsplit=1)[0]


def _is_other_text(type_: pyarrow.DataType) -> bool:
    return str(type_) in ("large_string", "string_view")


def _same(cells: pyarrow.Array) -> pyarrow.Array:
    return cells


def _cast(cells: pyarrow.Array, to: pyarrow.DataType) -> pyarrow.Array:
    return cells.cast(to)


def _double_of_few_digits(cells: pyarrow.Array) -> pyarrow.Array:
    """Read 12.35 of single precision as 12.35 and not as 12.350000381469727."""
    import pyarrow

    return cells.cast(pyarrow.float32()).cast(pyarrow.string()).cast(pyarrow.float64())


def _decimal_text(cells: pyarrow.Array, mark: str) -> pyarrow.Array:
    import pyarrow

    texts = [None if cell is None else _shortest(cell).replace(".", mark) for cell in cells.to_pylist()]
    return pyarrow.array(texts, type=pyarrow.string())


def _shortest(number: Decimal) -> str:
    """Write a decimal without zeros that say nothing.

    >>> _shortest(Decimal("12.50")), _shortest(Decimal("1E+2")), _shortest(Decimal("-0.00"))
    ('12.5', '100', '0')
    """
    if not number:
        return "0"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
