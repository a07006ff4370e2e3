"""A delivery of the fault suite as bytes: text, a workbook or a Parquet file."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fault_trial import Delivery


def as_csv(delivery: Delivery) -> bytes:
    """The delivery as a text file, quoted where it must be."""

    def cell(value: Any) -> str:
        text = str(value)
        quoted = any(mark in text for mark in (delivery.separator, '"', "\n", "\r"))
        return '"' + text.replace('"', '""') + '"' if quoted else text

    rows = [delivery.header, *delivery.rows]
    text = "".join(delivery.separator.join(map(cell, row)) + delivery.end for row in rows)
    for edit in delivery.edit_text:
        text = edit(text)
    return text.encode(delivery.encoding)


def typed(text: Any) -> Any:
    """What a typed file holds of a text: an integer, a number, a date, nothing, or the text."""
    if not isinstance(text, str):
        return text
    if text == "":
        return None
    for kind in (int, float, date.fromisoformat):
        try:
            value = kind(text)
        except ValueError:
            continue
        plain = text == str(value) or kind is float and text.replace(".", "", 1).lstrip("-").isdigit()
        if plain:
            return value
    return text


def as_xlsx(delivery: Delivery) -> bytes:
    """The delivery as a workbook with one sheet called people."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "people"
    sheet.append(list(delivery.header))
    for row in delivery.rows:
        sheet.append(
            [
                value if name in delivery.as_text else typed(value)
                for name, value in zip(delivery.header, row, strict=True)
            ]
        )
    for edit in delivery.edit_book:
        edit(book, sheet)
    book.properties.creator = None
    file = io.BytesIO()
    book.save(file)
    return _timeless(file.getvalue())


def _timeless(workbook: bytes) -> bytes:
    """The same workbook without the time at which it was saved, so that two runs give the same bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as saved, zipfile.ZipFile(file, "w") as again:
        for name in saved.namelist():
            content = saved.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"2024-01-01T00:00:00Z", content)
            again.writestr(zipfile.ZipInfo(name), content, compress_type=zipfile.ZIP_DEFLATED)
    return file.getvalue()


def as_parquet(delivery: Delivery) -> bytes:
    """The delivery as a Parquet file."""
    import pyarrow
    import pyarrow.parquet

    arrays = []
    for place, name in enumerate(delivery.header):
        values = [row[place] for row in delivery.rows]
        cells = values if name in delivery.as_text else [typed(value) for value in values]
        if len({type(cell) for cell in cells} - {type(None)}) > 1:
            numbers = all(isinstance(cell, int | float | None) for cell in cells)
            cells = [cell if cell is None else float(cell) for cell in cells] if numbers else values
        arrays.append(pyarrow.array(cells))
    file = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_arrays(arrays, names=list(delivery.header)), file)
    return file.getvalue()
