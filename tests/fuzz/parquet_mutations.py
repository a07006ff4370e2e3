"""Spoilt Parquet files that are well-formed: columns of other types, cells and rows that do not belong."""

from __future__ import annotations

import io
from typing import Any

from fuzz.drawing import Draw
from fuzz.nasty import NASTY_CELLS

TYPES = (
    "int8",
    "uint8",
    "int16",
    "int64",
    "uint64",
    "float16",
    "float32",
    "float64",
    "string",
    "large_string",
    "binary",
    "bool_",
    "date32",
    "date64",
    "null",
)


def _types() -> dict[str, Any]:
    import pyarrow as pa

    return {
        **{name: getattr(pa, name)() for name in TYPES},
        "decimal": pa.decimal128(20, 4),
        "timestamp s": pa.timestamp("s"),
        "timestamp us UTC": pa.timestamp("us", tz="UTC"),
        "timestamp ns Copenhagen": pa.timestamp("ns", tz="Europe/Copenhagen"),
        "time": pa.time32("s"),
        "duration": pa.duration("s"),
        "dictionary": pa.dictionary(pa.int8(), pa.string()),
    }


def _cast(column: Any, kind: Any) -> Any:
    """Cast a column; one that cannot be cast becomes small whole numbers or nothing of that type."""
    import pyarrow as pa

    small = pa.array([place % 2 for place in range(len(column))])
    for cells in (column, small, small.cast(pa.int32()), pa.nulls(len(column))):
        try:
            return cells.cast(kind)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
            continue
    return column


def spoil(table: bytes, draw: Draw) -> tuple[bytes, list[str]]:
    """Change types, cells, rows or columns of a Parquet file; return the ways, too."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    spoilt = pq.read_table(io.BytesIO(table))
    told = []
    for _ in range(draw.few(4)):
        at = draw.below(spoilt.num_columns)
        name, column = spoilt.column_names[at], spoilt.column(at)
        match draw.below(7):
            case 0 | 1:
                kind, type_ = draw.one(list(_types().items()))
                column = _cast(column, type_)
                told.append(f"{name} as {kind}")
            case 2:
                cells = [None if cell is None else str(cell) for cell in column.to_pylist()]
                if cells:
                    cells[draw.below(len(cells))] = draw.one((None, draw.one(NASTY_CELLS)))
                column = pa.array(cells, pa.string())
                told.append(f"cell of {name}")
            case 3:
                cells = column.to_pylist()
                column = pa.array(draw.one(([[cell] for cell in cells], [{"a": cell} for cell in cells])))
                told.append(f"{name} nested")
            case 4:
                odd = (float("nan"), float("inf"), -0.0, 1e308, 2.0**53 + 2, 0.1)
                column = pa.array([draw.one(odd) for _ in range(spoilt.num_rows)], pa.float64())
                told.append(f"{name} odd numbers")
            case 5:
                spoilt = spoilt.slice(draw.below(spoilt.num_rows + 1), draw.below(spoilt.num_rows + 1))
                told.append("rows dropped")
                continue
            case _:
                twice = draw.one((name, name.upper(), "copy"))
                spoilt = spoilt.append_column(twice, column)
                told.append(f"{name} again as {twice}")
                continue
        spoilt = spoilt.set_column(at, name, column)
    file = io.BytesIO()
    groups = draw.one((None, 1, 7))
    try:
        pq.write_table(spoilt, file, row_group_size=groups)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):  # what cannot be written need not be read
        return table, [*told, "not written"]
    return file.getvalue(), told
