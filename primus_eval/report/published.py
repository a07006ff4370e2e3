"""A judgement that was published elsewhere, as a sheet by itself: no trial, no findings, no evidence.

What a network of crime prevention published of a programme is retold under its four headings, with where
it stands. The sheet says whose judgement it is and that the page is not theirs.
"""

from __future__ import annotations

from primus_eval.appraisal import Appraisal
from primus_eval.findings import Findings
from primus_eval.report.document import Document
from primus_eval.report.headline import Headline
from primus_eval.report.page import Page
from primus_eval.report.sheet import concluded_section, footer_of, judged_section
from primus_eval.wording.catalogue import words_in
from primus_eval.wording.pieces import Quoted
from primus_eval.wording.subject import Subject


def published_sheet(appraisal: Appraisal, *, language: str = "en") -> Document:
    """Lay out a published judgement by itself.

    appraisal: one with `published`; ValueError for any other, which belongs beside findings.
    Checked: tests/report/test_published.py.
    """
    about = appraisal.published
    if about is None:
        raise ValueError("this judgement was not published elsewhere: render it with findings")
    words = words_in(language)
    subject = Subject(words, {"study": {"id": appraisal.study}})
    page = Page(findings=Findings(context={}), subject=subject, profile="public_data")
    title = (subject.quote(about.title),)
    source = {"by": Quoted(about.by), "where": Quoted(about.where)}
    return Document(
        depth="summary",
        words=words,
        kicker=words.say("published.kicker"),
        title=title,
        page_title=title,
        programme=(subject.quote(about.programme),),
        disclaimer=words.say("published.disclaimer", **source),
        stamps=(),
        tags=(),
        facts=(),
        headline=Headline(
            kicker=words.say("published.at_a_glance"), sentence=words.say("published.no_findings")
        ),
        caution=(),
        sections=(judged_section(page, (appraisal,)), concluded_section(page, (appraisal,))),
        terms=(),
        footer=footer_of(page, (appraisal,), has_sheet=True)[:-1],
    )
