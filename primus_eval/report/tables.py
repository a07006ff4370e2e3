"""One table of a report by itself, for a notebook or a manuscript, as it stands in the report.

Labels, numbers of people in the headings, digits and notes are those of the report, because it is the
table of the report. The tidy rows behind it, for computing, are in `primus_eval.tables`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from primus_eval.disclosure.view import Internal, View
from primus_eval.findings import Findings
from primus_eval.report.display import Table
from primus_eval.report.document import Document, document_of
from primus_eval.report.formats.latex import latex_table
from primus_eval.report.formats.markdown import markdown_table
from primus_eval.report.formats.markup import render_template
from primus_eval.report.page import Page
from primus_eval.vocabulary import nearest
from primus_eval.wording.pieces import plain_text
from primus_eval.wording.subject import subject_of


@dataclass(frozen=True, slots=True, repr=False)
class ReportTable:
    """A table that shows itself in a notebook and writes itself for a manuscript.

    A table of simulated data, or of findings that were not released, says so in every form.
    """

    table: Table
    document: Document

    def __repr__(self) -> str:
        rows = sum(len(group.rows) for group in self.table.groups)
        return f"ReportTable({self.table.id!r}: {plain_text(self.table.caption)!r}, {rows} rows)"

    def _repr_html_(self) -> str:
        open_table = replace(self.table, is_folded=False)
        return render_template("table.html.j2", table=open_table, stamps=self.document.stamps)

    def to_markdown(self) -> str:
        """Return the table in GitHub-flavoured Markdown."""
        return markdown_table(self.table, self.document)

    def to_latex(self) -> str:
        """Return the table in LaTeX; its first line says which packages it needs."""
        return latex_table(self.table, self.document)


def table_of(source: Findings | View, id: str, *, language: str = "en") -> ReportTable:
    """Return one table of the full report by its id, such as "baseline-table" or "results".

    source: what was released; or findings in memory, which are internal and are marked so.
    Raises KeyError, which lists the tables that there are.
    Checked: tests/report/test_table_of.py.
    """
    view = Internal(findings=source) if isinstance(source, Findings) else source
    page = Page(
        findings=view.findings, subject=subject_of(view.findings, language=language), profile=view.profile
    )
    document = document_of(page, (), "full")
    tables = {table.id: table for table in document.tables}
    if id not in tables:
        near = nearest(id, tables)
        meant = f" Did you mean {near!r}?" if near else ""
        raise KeyError(f"no table {id!r} in this report.{meant} There are: {', '.join(tables)}.")
    return ReportTable(tables[id], document)
