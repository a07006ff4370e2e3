"""Rates, mean numbers of events, and sums over the window, in plain words: so many fewer or more."""

from __future__ import annotations

from primus_eval.findings import Finding
from primus_eval.methods import ONE_ARM
from primus_eval.vocabulary import ArmRole
from primus_eval.wording.pieces import Number, Sentence, capitalised, joined
from primus_eval.wording.quantities import finding_number
from primus_eval.wording.subject import Subject

BY_MEASURE = {
    "rate": "rate",
    "rate_difference": "rate",
    "mean_count": "events",
    "mean_count_difference": "events",
}


def amount_of(finding: Finding, subject: Subject) -> str:
    """Return what a finding adds up: a rate, events, or the quantity that its analysis names."""
    amount = BY_MEASURE.get(finding.effect_measure) or finding.quantity
    return f"{amount}_at_liberty" if amount == "rate" and subject.is_at_liberty(finding) else amount


def plain_amount(finding: Finding, subject: Subject) -> Sentence:
    """Say an amount of one arm, or how much less or more of it there was in one arm than in the other."""
    if finding.effect_measure in ONE_ARM:
        sentence = _of_one_arm(finding, subject)
        low, high = (_shown(finding, end, subject) for end in ("conf_low", "conf_high"))
    else:
        sentence = _compared(finding, subject)
        low, high = (_change(finding, end, subject) for end in ("conf_low", "conf_high"))
    if finding.conf_low is None:
        return sentence
    level = (_number(finding, "conf_level", "percent_whole", subject),)
    return joined([sentence, subject.words.say("plain.interval", low=low, high=high, level=level)])


def _of_one_arm(finding: Finding, subject: Subject) -> Sentence:
    role: ArmRole = "treatment" if finding.term == "treatment" else "control"
    return subject.words.say(
        f"amount.one_arm.{amount_of(finding, subject)}",
        arm=(subject.arm(role),),
        n=_shown(finding, "estimate", subject),
        who=(subject.who(finding.population),),
        outcome=subject.outcome_of(finding),
    )


def _compared(finding: Finding, subject: Subject) -> Sentence:
    sentence = subject.words.say(
        f"amount.compared.{amount_of(finding, subject)}",
        change=_change(finding, "estimate", subject),
        who=(subject.who(finding.population),),
        treatment=(subject.arm("treatment"),),
        control=(subject.arm("control"),),
        outcome=subject.outcome_of(finding),
    )
    return capitalised(sentence)


def _change(finding: Finding, field: str, subject: Subject) -> Sentence:
    value = getattr(finding, field)
    if not value:
        return subject.words.say("change.same")
    n = _number(finding, field, "amount_apart", subject)
    if amount_of(finding, subject) == "score":
        return subject.words.say("change.points_lower" if value < 0 else "change.points_higher", n=n)
    return subject.words.say("change.fewer" if value < 0 else "change.more", n=n)


def _shown(finding: Finding, field: str, subject: Subject) -> Sentence:
    if getattr(finding, field) is None:
        return ()
    return (_number(finding, field, "amount", subject),)


def _number(finding: Finding, field: str, form: str, subject: Subject) -> Number:
    return finding_number(finding, field, form=form, language=subject.language, time_unit=subject.time_unit)
