"""A document as one HTML file: self-contained, readable with scripts off, printed well.

Nothing is fetched and nothing runs. Pictures are inside the file; colours come from the look that all
figures share.
"""

from __future__ import annotations

from collections.abc import Iterable

from primus_eval.figures import theme
from primus_eval.report.document import SHEETS, Document
from primus_eval.report.formats.markup import render_template


def html_of(document: Document, *, beside: Iterable[str] = ()) -> bytes:
    """Write a document as HTML.

    beside: stems of the documents that stand in the same folder, to which this one links.
    """
    name = "summary" if document.depth == "summary" else "report"
    others = [stem for stem in beside if stem != document.stem]
    page = render_template(
        f"{name}.html.j2",
        document=document,
        sections={section.id: section for section in document.sections},
        has_sheet=document.depth in SHEETS,
        is_judged=any(part.id == "criteria" for part in document.tables),
        others=others,
        colours=theme.DOCUMENT,
        w=document.words.text,
        language=document.language,
        headline=document.headline,
        tags=document.tags,
    )
    return page.encode()
