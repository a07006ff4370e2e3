"""The full report as HTML without its figures, which take most of the time that drawing a report takes."""

from primus_eval.disclosure import View
from primus_eval.report.formats.html import html_of
from primus_eval.report.render import documents_of
from primus_eval.wording.subject import subject_of


def undrawn_report(view: View) -> bytes:
    """Write the full report of a view around no figures."""
    (document,) = documents_of(view, (), (), subject_of(view.findings), ("full",))
    return html_of(document)
