"""What a report can be written as: one module per format, each from the same document.

`WRITERS` write a whole document, `TABLE_WRITERS` its tables alone. A format whose library is an extra of
the installation is loaded when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec

from primus_eval.errors import EnvironmentFault, Problem
from primus_eval.report.document import Document
from primus_eval.report.formats.html import html_of
from primus_eval.vocabulary import ReportFormat

Writer = Callable[[Document, Sequence[str]], bytes]
TableWriter = Callable[[Document], dict[str, bytes]]

NEEDS: Mapping[ReportFormat, tuple[str, str]] = {
    "pdf": ("typst", "pdf"),
    "excel": ("openpyxl", "excel"),
}
"""The library that a format needs, and the extra of the installation that brings it."""


def require_formats(formats: Sequence[ReportFormat]) -> None:
    """Raise EnvironmentFault where a format needs a library that is not installed."""
    problems = [
        Problem(
            code="PE-G25",
            what=f"the format {name!r} needs the library {library}, which is not installed.",
            mend=f'Install it with: pip install "primus-eval[{extra}]".',
        )
        for name, (library, extra) in NEEDS.items()
        if name in formats and find_spec(library) is None
    ]
    if problems:
        raise EnvironmentFault(problems)


def _later(module: str, function: str) -> Callable[..., bytes]:
    """Load the module of a format when its first document is written."""

    def write(document: Document, beside: Sequence[str]) -> bytes:
        written: bytes = getattr(import_module(f"primus_eval.report.formats.{module}"), function)(document)
        return written

    return write


def _tables_later(module: str, function: str) -> TableWriter:
    def write(document: Document) -> dict[str, bytes]:
        files: dict[str, bytes] = getattr(import_module(f"primus_eval.report.formats.{module}"), function)(
            document
        )
        return files

    return write


WRITERS: Mapping[ReportFormat, tuple[str, Writer]] = {
    "html": ("html", lambda document, beside: html_of(document, beside=beside)),
    "pdf": ("pdf", _later("pdf", "pdf_of")),
    "word": ("docx", _later("word", "word_of")),
    "markdown": ("md", _later("markdown", "markdown_of")),
}
"""Formats of whole documents: the ending of the file, and what writes it."""

TABLE_WRITERS: Mapping[ReportFormat, TableWriter] = {
    "latex": _tables_later("latex", "latex_tables"),
    "excel": _tables_later("excel", "excel_tables"),
}
"""Formats of tables alone: what writes their files, by relative name."""
