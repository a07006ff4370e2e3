"""What is true in a simulated trial, said beside what was estimated, in the same unit and sign."""

from __future__ import annotations

from primus_eval.findings import Finding
from primus_eval.wording.pieces import Number, Sentence, joined
from primus_eval.wording.quantities import POINT_MEASURES, natural_form, printed
from primus_eval.wording.sentences import unit
from primus_eval.wording.subject import Subject


def true_value(finding: Finding, subject: Subject) -> float | None:
    """Return what is true of a contrast, on the scale of its measure; None but in a simulated trial.

    None also of the risk of one arm, of a test, and of a number needed, which has no sign as printed.
    """
    if finding.term or finding.unit in ("none", "people"):
        return None
    entry = subject.truth(finding.analysis)
    return None if entry is None else float(entry["value"])


def interval_holds_truth(finding: Finding, subject: Subject) -> bool | None:
    """Whether the interval holds the true value; None where there is no interval or nothing is known."""
    value = true_value(finding, subject)
    if value is None or finding.conf_low is None or finding.conf_high is None:
        return None
    return finding.conf_low <= value <= finding.conf_high


def truth_sentence(finding: Finding, subject: Subject) -> Sentence:
    """Say the true value as the estimate is printed, and whether the interval holds it."""
    value = true_value(finding, subject)
    if value is None:
        return ()
    number = (truth_number(finding, value, "", subject),)
    return _said(finding, subject, number, unit(finding, subject))


def plain_truth_sentence(finding: Finding, subject: Subject) -> Sentence:
    """Say the true value in people of 100 where the estimate is said so, else as it is printed."""
    value = true_value(finding, subject)
    if value is None or finding.effect_measure not in POINT_MEASURES:
        return truth_sentence(finding, subject)
    words = subject.words
    if value == 0:
        return _said(finding, subject, words.say("change.none"), ())
    n = truth_number(finding, value, "fewer_of_100", subject)
    change = words.say("change.fewer" if value < 0 else "change.more", n=n)
    return _said(finding, subject, words.say("certainty.in_100", change=change), ())


def truth_source_sentence(finding: Finding, subject: Subject) -> Sentence:
    """Say how the true value is known."""
    entry = subject.truth(finding.analysis)
    if entry is None or true_value(finding, subject) is None:
        return ()
    return subject.words.say("truth.source", source=subject.quote(entry["source"]))


def truth_number(finding: Finding, value: float, form: str, subject: Subject) -> Number:
    """Return a true value as a printed number; its source is the analysis that it is about."""
    form = form or natural_form(
        finding.effect_measure, "estimate", scale=finding.scale, time_unit=subject.time_unit
    )
    text = printed(value, form, subject.language)
    return Number(text=text, kind="truth", source=finding.analysis, field="value", form=form)


def _said(finding: Finding, subject: Subject, value: Sentence, in_unit: Sentence) -> Sentence:
    holds = interval_holds_truth(finding, subject)
    verdict = () if holds is None else subject.words.say("truth.inside" if holds else "truth.outside")
    return joined([subject.words.say("truth.says", value=value, unit=in_unit), verdict])
