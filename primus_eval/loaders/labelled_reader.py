"""How a file of Stata, SPSS or SAS is read: nothing converted, and missing values with their names."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from primus_eval.errors import InputError, Problem
from primus_eval.loaders.coded_dates import Family
from primus_eval.loaders.file_bytes import damaged, package_missing
from primus_eval.loaders.headers import header_of
from primus_eval.protocol import TableFile

BLOCK_ROWS = 50_000

ICONV = {"utf-8": "UTF-8", "cp1252": "WINDOWS-1252", "iso-8859-1": "ISO-8859-1", "utf-16": "UTF-16"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A kind of file: whose it is, what reads it, and whether named missing values come through."""

    kind: str
    family: Family
    reader: str
    names_missing: bool = True


FORMATS = {
    ".dta": Format(kind="a file of Stata (.dta)", family="stata", reader="read_dta"),
    ".sav": Format(kind="a file of SPSS (.sav)", family="spss", reader="read_sav"),
    ".zsav": Format(kind="a file of SPSS (.zsav)", family="spss", reader="read_sav"),
    ".sas7bdat": Format(kind="a file of SAS (.sas7bdat)", family="sas", reader="read_sas7bdat"),
    ".xpt": Format(
        kind="a transport file of SAS (.xpt)", family="sas", reader="read_xport", names_missing=False
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads one file. Cells are numbers, texts, None, or the letter of a named missing value."""

    path: Path
    name: str
    spec: TableFile
    format: Format

    def read(self, **limits: Any) -> tuple[dict[str, list[Any]], Any]:
        try:
            import pyreadstat
        except ImportError:
            raise package_missing(self.name, "files of Stata, SPSS and SAS", "pyreadstat") from None
        if self.format.names_missing:
            limits["user_missing"] = True
        if "encoding" in self.spec.model_fields_set:
            limits["encoding"] = ICONV[self.spec.encoding]
        read = getattr(pyreadstat, self.format.reader)
        try:
            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always")
                cells, metadata = read(
                    str(self.path), output_format="dict", disable_datetime_conversion=True, **limits
                )
        except UnicodeDecodeError:
            raise InputError(other_encoding(self.name, self.spec)) from None
        except pyreadstat.ReadstatError as error:
            if "convert string" in str(error) or "character set" in str(error):
                raise InputError(other_encoding(self.name, self.spec)) from None
            raise damaged(self.name, self.format.kind) from None
        # TypeError: a damaged transport file can have columns without a name.
        except (pyreadstat.PyreadstatError, TypeError, OverflowError, ValueError, MemoryError, OSError):
            raise damaged(self.name, self.format.kind) from None
        if any("duplicated" in str(warning.message) for warning in said):
            what, mend = "two columns have the same name.", "Rename one of them."
            raise InputError(Problem(code="PE-A17", file=self.name, what=what, mend=mend))
        return cells, metadata

    def blocks(self, **limits: Any) -> Iterator[dict[str, list[Any]]]:
        offset = 0
        while True:
            read, _ = self.read(row_offset=offset, row_limit=BLOCK_ROWS, **limits)
            cells = {name: _listed(column) for name, column in read.items()}
            rows = len(next(iter(cells.values())))
            if rows:
                yield cells
            if rows < BLOCK_ROWS:
                return
            offset += rows


def _listed(column: Any) -> list[Any]:
    """Give a column as a list; not-a-number, which stands for missing in older readers, as None."""
    cells = column.tolist() if isinstance(column, np.ndarray) else column
    return [None if cell != cell else cell for cell in cells]


def other_encoding(name: str, spec: TableFile) -> Problem:
    """Text in another encoding than the file, or the protocol, says."""
    other = "cp1252" if spec.encoding != "cp1252" else "utf-8"
    return Problem(
        code="PE-A02",
        file=name,
        what="holds text that is not written as the file, or the protocol, says.",
        mend="Say how its text is written, for example:",
        paste=f'{header_of(spec)}\nencoding = "{other}"',
    )
