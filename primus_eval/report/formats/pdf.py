"""A document as PDF: set by Typst from one template, which reads the document as data.

Texts reach the template as JSON and are never read as markup. Everything stays in memory: findings that
were not released leave no copy on a disk. Typst brings the typeface of the text, Libertinus Serif; DejaVu
Sans, the typeface of the figures, stands in for what it lacks and comes with matplotlib. What neither can
show is shown by its code point. The file is tagged: it compiles as PDF/UA-1 without a warning, which
is a check of structure and not a reader's judgement of how accessible it is.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import typst

from primus_eval.errors import reconcile
from primus_eval.report.display import Figure
from primus_eval.report.document import Document
from primus_eval.report.formats.pdf_data import data_of, path_of
from primus_eval.vocabulary import ReportDepth

SCALES = (1.0, 0.94, 0.88, 0.82)
"""Sizes of the type that are tried where pages are few: the largest at which the document fits them."""

MOST_PAGES: dict[ReportDepth, int] = {"summary": 1, "jury": 4}
"""Pages of A4 that a document should not exceed; what does not fit in the smallest type goes on."""

WITH_A_PAGE = "chapters"
"""The section for which a document may have one page more."""


def pdf_of(document: Document) -> bytes:
    """Write a document as PDF, in the largest type in which it keeps to its number of pages."""
    files = {
        "main.typ": _template(),
        "data.json": json.dumps(data_of(document), ensure_ascii=False).encode(),
    }
    files |= {path_of(figure): _as_svg(figure) for figure in document.figures}
    most = most_pages(document)
    for scale in SCALES:
        pdf = _compiled(files, scale)
        if most is None or pages_of(pdf) <= most:
            break
    return pdf


def most_pages(document: Document) -> int | None:
    """Return how many pages a document should have at most; None where it may have any number."""
    most = MOST_PAGES.get(document.depth)
    if most is None:
        return None
    return most + any(section.id == WITH_A_PAGE for section in document.sections)


def pages_of(pdf: bytes) -> int:
    r"""Count the pages of a PDF that Typst wrote.

    >>> pages_of(b"%PDF-1.7\n1 0 obj\n<</Type/Pages/Count 4/Kids[22 0 R]>>")
    4
    """
    # No text holds a line break, so that only an object of the file can begin like this.
    return max(int(count) for count in re.findall(rb"\n\d+ 0 obj\n<</Type/Pages/Count (\d+)", pdf))


@cache
def _template() -> bytes:
    return resources.files("primus_eval.report").joinpath("templates", "document.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    import matplotlib

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return typst.Fonts(include_system_fonts=False, font_paths=[folder])


def _compiled(files: dict[str, bytes], scale: float) -> bytes:
    """Set the pages. Whatever Typst objects to is a fault of the template, never of a text."""
    in_memory: Any = files  # Typst's own annotations do not know of files in memory
    pdf, warnings = typst.compile_with_warnings(
        in_memory,
        format="pdf",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"scale": str(scale)},
        pdf_standards="ua-1",
    )
    reconcile(not warnings, f"Typst warned: {'; '.join(warning.message for warning in warnings)}")
    return bytes(pdf)


def _as_svg(figure: Figure) -> bytes:
    """Put a picture into a file of text, which is all that Typst reads from memory."""
    size = f'width="{figure.width_px}" height="{figure.height_px}"'
    png = b64encode(figure.png).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {size}>'
        f'<image {size} xlink:href="data:image/png;base64,{png}"/></svg>'
    ).encode()
