"""A table of a trial as a file: where it lies, how it is written, which of its columns are read."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from primus_eval.protocol.fields import SHA256
from primus_eval.schema import Column, Record, Text


class TableFile(Record):
    """A table of the trial: where it lies, how it is written, and which columns are read."""

    may_be_empty: ClassVar[bool] = False
    """Whether no rows can be the truth, such as nobody in custody; else they are an export gone wrong."""

    file: str = Field(
        description="file beside the protocol (.csv .tsv .xlsx .dta .sav .sas7bdat .xpt .parquet), or a "
        "folder of such files with the same columns"
    )
    sha256: Annotated[str, StringConstraints(pattern=SHA256)] | None = Field(
        default=None, description="where given, a file with other contents is refused"
    )
    rows: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="where given, a file with another number of rows is refused"
    )
    separator: Literal[",", ";", "\t"] = Field(default=",", description="between the fields of a text file")
    decimal: Literal[".", ","] = Field(default=".", description="decimal mark of numbers written as text")
    encoding: Literal["utf-8", "cp1252", "utf-16", "iso-8859-1"] = Field(
        default="utf-8", description="of a text file; a byte order mark is accepted"
    )
    skip_lines: Annotated[int, Field(ge=0, le=1000)] = Field(
        default=0, description="lines above the header of a text file or sheet that are not part of the table"
    )
    sheet: str | None = Field(default=None, description="sheet of a workbook; needed where there are several")
    harmless: dict[str, Text] = Field(
        default={},
        description="column = why it identifies nobody, although it looks as if it did; the report prints "
        "it, and messages may then show its cells",
    )
    columns: dict[str, Column] = Field(default={}, description="columns to be read; others are not")
