"""One finding in words, for a notebook or a manuscript, as the report says it."""

from __future__ import annotations

from primus_eval.disclosure.view import Internal, View
from primus_eval.findings import Findings
from primus_eval.vocabulary import nearest
from primus_eval.wording.pieces import joined, plain_text
from primus_eval.wording.sentences import plain_sentence, technical_sentence, warning_sentences
from primus_eval.wording.subject import subject_of


def sentence_of(
    source: Findings | View, finding: str, *, language: str = "en", technical: bool = False
) -> str:
    """Say one finding in words, with its interval, population and role.

    source: what was released; or findings in memory, which are internal and are marked so. finding: the name
    of a finding, or the id of an analysis that has just one. technical: in the words of a journal, and not
    in people of 100. Simulated data say so. Raises KeyError, which lists the findings that there are.
    Checked: tests/report/test_sentence_of.py.
    """
    view = Internal(findings=source) if isinstance(source, Findings) else source
    findings = view.findings
    names = {row.finding: row for row in findings.rows}
    for row in findings.rows:
        if len(findings.of_analysis(row.analysis)) == 1:
            names.setdefault(row.analysis, row)
    if finding not in names:
        near = nearest(finding, names)
        meant = f" Did you mean {near!r}?" if near else ""
        raise KeyError(f"no finding {finding!r}.{meant} There are: {', '.join(names)}.")
    subject = subject_of(findings, language=language)
    row = names[finding]
    said = technical_sentence(row, subject) if technical else plain_sentence(row, subject, findings)
    marks = [
        subject.words.say(f"stamp.{kind}")
        for kind, holds in (("simulated", subject.is_simulated), ("internal", isinstance(view, Internal)))
        if holds
    ]
    return plain_text(joined([*(mark + (".",) for mark in marks), said, *warning_sentences(row, subject)]))
