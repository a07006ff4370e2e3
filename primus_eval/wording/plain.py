"""A finding in plain words: people of 100, percent lower or higher, weeks longer or shorter.

One small function per family of effect measures. An estimate is said with its number, however small;
only an end of an interval nearer to zero than half a person in 100 is called practically none, with its
number beside the words.
"""

from __future__ import annotations

from primus_eval.disclosure.early import ROUNDED
from primus_eval.findings import COUNTS, Finding, Findings
from primus_eval.vocabulary import ArmRole
from primus_eval.wording.amounts import plain_amount
from primus_eval.wording.pieces import Number, Sentence, capitalised, joined
from primus_eval.wording.quantities import (
    AMOUNT_MEASURES,
    CURVE_METHODS,
    ends_in_order,
    finding_number,
    p_sentence,
    printed,
)
from primus_eval.wording.subject import Subject, conditions_on, null_of

ARMS: tuple[ArmRole, ...] = ("treatment", "control")

ALIKE = 1e-9
"""Two ways to compute one number differ by less than this; two numbers that differ by less are one."""

NOBODY = 0.005
"""A difference in risk nearer to zero than this comes to less than half a person in 100."""


def plain_estimate(finding: Finding, subject: Subject, findings: Findings) -> Sentence:
    """Say what was estimated and what the interval allows; the caller adds role and population."""
    measure = finding.effect_measure
    if measure == "association_test":
        return _test(finding, subject)
    if measure == "risk_difference":
        risks = None if finding.covariates else risks_by_arm(finding, findings)
        sentence = _risk_by_arm(finding, risks, subject) if risks else _in_100(finding, subject, "risk_alone")
    elif measure == "risk_ratio":
        risks = None if finding.covariates else risks_by_arm(finding, findings)
        sentence = joined([_shown_by_arm(finding, risks, subject), _compared(finding, subject)])
    elif measure == "survival_difference":
        sentence = _in_100(finding, subject, "event_free")
    elif measure == "proportion":
        sentence = _one_arm(finding, subject)
    elif measure == "number_needed_to_treat":
        sentence = _needed(finding, subject)
    elif measure in AMOUNT_MEASURES:
        sentence = plain_amount(finding, subject)
    elif measure == "win_ratio":
        sentence = _wins(finding, subject)
    else:
        sentence = _compared(finding, subject)
    is_share = finding.method in CURVE_METHODS and finding.unit == "proportion"
    is_rounded = ROUNDED in finding.warnings  # such shares are whole people of those analysed
    from_curves = subject.words.say("plain.from_curves") if is_share and not is_rounded else ()
    return joined([sentence, from_curves, _allowance(finding, subject), _lack(finding, subject)])


def risks_by_arm(finding: Finding, findings: Findings) -> dict[ArmRole, Finding] | None:
    """Return the estimated risk of each arm, where the two give back a difference or a ratio of risks.

    They must be about the same outcome, population and horizon, rest on the same numbers of people and
    of events, and differ by the estimate, or divide to it; None where none do. Observed shares (Wilson)
    are preferred to shares read from curves.
    """
    alike = [
        row
        for row in findings.rows
        if row.effect_measure == "proportion" and row.status == "estimated" and _basis(row) == _basis(finding)
    ]
    for method in ("wilson", *CURVE_METHODS):
        found: dict[ArmRole, Finding] = {
            role: row for role in ARMS for row in alike if row.term == role and row.method == method
        }
        if len(found) == len(ARMS) and _reproduce(finding, found):
            return found
    return None


def _basis(finding: Finding) -> tuple[str | int | None, ...]:
    """Return what a finding is about and the numbers of people and events that it rests on."""
    counts = (getattr(finding, name) for name in COUNTS)
    return (finding.outcome, finding.population, finding.horizon_days, *counts)


def _reproduce(finding: Finding, risks: dict[ArmRole, Finding]) -> bool:
    """Whether two risks differ by the estimate of a contrast, or divide to it."""
    treatment, control, estimate = risks["treatment"].estimate, risks["control"].estimate, finding.estimate
    if treatment is None or control is None or estimate is None:
        return False
    if finding.effect_measure == "risk_ratio":
        return control > 0 and abs(treatment / control - estimate) < ALIKE
    return abs(treatment - control - estimate) < ALIKE


def end_in_100(finding: Finding, field: str, subject: Subject) -> Sentence:
    """Say an end of an interval as fewer or more of 100, and that it is practically none where it is."""
    changed = fewer_or_more(finding, field, subject)
    value = getattr(finding, field)
    if value == 0 or not is_nobody(value):
        return changed
    return subject.words.say("change.practically_none", changed=changed)


def fewer_or_more(finding: Finding, field: str, subject: Subject) -> Sentence:
    """Say a difference in risk as fewer or more of 100, never rounded onto none."""
    value = getattr(finding, field)
    if value == 0:
        return subject.words.say("change.none")
    n = _number(finding, field, "fewer_of_100", subject)
    return subject.words.say("change.fewer" if value < 0 else "change.more", n=n)


def changed_in_100(finding: Finding, field: str, subject: Subject) -> Sentence:
    """Say a difference in risk as fewer or more in 100; no difference at all is not one of so many."""
    changed = fewer_or_more(finding, field, subject)
    if getattr(finding, field) == 0:
        return changed
    return subject.words.say("certainty.in_100", change=changed)


def is_nobody(value: float) -> bool:
    """Whether a difference in risk comes to less than half a person in 100."""
    return abs(value) < NOBODY


def change(finding: Finding, field: str, subject: Subject) -> Sentence:
    """Say a ratio as so many percent lower or higher, a difference in time as shorter or longer."""
    value = getattr(finding, field)
    if value == null_of(finding):
        return subject.words.say("change.same")
    below = value < null_of(finding)
    if finding.unit == "days":
        form = "weeks_apart" if subject.time_unit == "weeks" else "days_apart"
        return subject.words.say(
            "change.shorter_by" if below else "change.longer_by",
            n=_number(finding, field, form, subject),
            unit=subject.words.say(f"unit.{subject.time_unit}"),
        )
    n = _number(finding, field, "percent_off_one", subject)
    if finding.effect_measure in ("restricted_mean_ratio", "time_ratio"):
        return subject.words.say("change.shorter" if below else "change.longer", n=n)
    return subject.words.say("change.lower" if below else "change.higher", n=n)


def _risk_by_arm(finding: Finding, risks: dict[ArmRole, Finding], subject: Subject) -> Sentence:
    words = subject.words
    difference = words.say("plain.no_difference")
    if finding.estimate:
        difference = words.say("plain.risk_differs", change=fewer_or_more(finding, "estimate", subject))
    return joined(
        [
            _shown_by_arm(finding, risks, subject),
            difference,
            _interval_in_100(finding, subject),
            () if _adds_up(finding, risks, subject) else words.say("plain.rounded"),
        ]
    )


def _shown_by_arm(finding: Finding, risks: dict[ArmRole, Finding] | None, subject: Subject) -> Sentence:
    if risks is None:
        return ()
    return subject.words.say(
        "plain.risk_by_arm",
        risk_treatment=_number(risks["treatment"], "estimate", "of_100", subject),
        risk_control=_number(risks["control"], "estimate", "of_100", subject),
        **_about(finding, subject),
    )


def _adds_up(finding: Finding, risks: dict[ArmRole, Finding], subject: Subject) -> bool:
    """Whether the risks as printed differ by the difference, taken to whole people; else it looks wrong."""
    difference = printed(100 * (finding.estimate or 0.0), "nearest", subject.language)
    texts = [_number(risks[role], "estimate", "of_100", subject).text for role in ARMS]
    if not all(text.isdigit() for text in texts):
        return False
    return printed(float(int(texts[0]) - int(texts[1])), "nearest", subject.language) == difference


def _in_100(finding: Finding, subject: Subject, key: str) -> Sentence:
    if finding.estimate == 0:
        key = f"{key}_same"
    change = fewer_or_more(finding, "estimate", subject)
    sentence = subject.words.say(f"plain.{key}", change=change, **_about(finding, subject))
    return joined([capitalised(sentence), _interval_in_100(finding, subject)])


def _interval_in_100(finding: Finding, subject: Subject) -> Sentence:
    if finding.conf_low is None:
        return ()
    return subject.words.say(
        "plain.interval",
        low=end_in_100(finding, "conf_low", subject),
        high=end_in_100(finding, "conf_high", subject),
        level=_level(finding, subject),
    )


def _compared(finding: Finding, subject: Subject) -> Sentence:
    words, about = subject.words, _about(finding, subject)
    alike = [subject.column_in_sentence(name) for name in conditions_on(finding, subject)]
    if finding.estimate == null_of(finding):
        name = words.say(f"measure.{finding.effect_measure}")
        sentence = words.say("plain.compared_same", measure=name, **about)
    else:
        key = f"{'time' if finding.unit == 'days' else 'ratio'}.{finding.effect_measure}"
        key = f"alike.{finding.effect_measure}" if alike else key
        key = _special(finding, subject) or key
        about |= {"change": change(finding, "estimate", subject), "alike": words.listed(alike)}
        if finding.quantile is not None:
            about["share"] = (_number(finding, "quantile", "percent_whole", subject),)
        sentence = words.say(f"plain.{key}", **about)
    if finding.conf_low is None:
        return sentence
    ends = {
        "low": change(finding, "conf_low", subject),
        "high": change(finding, "conf_high", subject),
        "level": _level(finding, subject),
    }
    return joined([sentence, subject.words.say("plain.interval", **ends)])


def _wins(finding: Finding, subject: Subject) -> Sentence:
    """Say how often people of one arm fare better than people of the other, in pairs that are no tie."""
    ratio = _number(finding, "estimate", "ratio", subject)
    sentence = subject.words.say("plain.wins", ratio=ratio, **_about(finding, subject))
    if finding.conf_low is None:
        return sentence
    low, high = ((_number(finding, end, "ratio", subject),) for end in ("conf_low", "conf_high"))
    ends = subject.words.say("plain.interval", low=low, high=high, level=_level(finding, subject))
    return joined([sentence, ends])


def _special(finding: Finding, subject: Subject) -> str | None:
    """Return the key of a sentence for one method, or for days at liberty; None where there is none."""
    kind = "at_liberty" if subject.is_at_liberty(finding) else finding.method
    key = f"ratio_of.{finding.effect_measure}.{kind}"
    return key if f"plain.{key}" in subject.words else None


def _needed(finding: Finding, subject: Subject) -> Sentence:
    benefits = (finding.estimate or 0.0) > 0
    lower_is_better = subject.outcome(finding.outcome).get("better", "lower") == "lower"
    kind = "fewer" if benefits == lower_is_better else "more"
    n = _number(finding, "estimate", "needed", subject)
    sentence = subject.words.say(f"plain.needed.{kind}", n=n, **_about(finding, subject))
    arm = subject.arm("treatment" if benefits else "control")
    sentences = [sentence, subject.words.say("plain.needed.favours", arm=arm)]
    if finding.conf_low is not None:
        low, high = ((_number(finding, end, "", subject),) for end in ends_in_order(finding))
        level = _level(finding, subject)
        sentences.append(subject.words.say("plain.interval", low=low, high=high, level=level))
    return joined(sentences)


def _one_arm(finding: Finding, subject: Subject) -> Sentence:
    role: ArmRole = "treatment" if finding.term == "treatment" else "control"
    sentence = subject.words.say(
        "plain.one_arm",
        arm=subject.arm(role),
        risk=_number(finding, "estimate", "of_100", subject),
        **_about(finding, subject),
    )
    if finding.conf_low is None:
        return sentence
    ends = {
        "low": (_number(finding, "conf_low", "of_100", subject),),
        "high": (_number(finding, "conf_high", "of_100", subject),),
        "level": _level(finding, subject),
    }
    return joined([sentence, subject.words.say("plain.interval", **ends)])


def _test(finding: Finding, subject: Subject) -> Sentence:
    return subject.words.say(
        "plain.test",
        p=p_sentence(_number(finding, "p_value", "p", subject), subject.words),
        method=subject.method(finding),
        **_about(finding, subject),
    )


def _allowance(finding: Finding, subject: Subject) -> Sentence:
    if not finding.covariates or conditions_on(finding, subject):
        return ()
    listed = subject.words.listed([subject.column_in_sentence(name) for name in finding.covariates])
    return subject.words.say("plain.adjusted", covariates=listed)


def _lack(finding: Finding, subject: Subject) -> Sentence:
    if finding.conf_low is not None or finding.reason is None:
        return ()
    return subject.words.say("plain.lacks", reason=subject.words.say(f"reason.{finding.reason}"))


def _level(finding: Finding, subject: Subject) -> Sentence:
    return (_number(finding, "conf_level", "percent_whole", subject),)


def _number(finding: Finding, field: str, form: str, subject: Subject) -> Number:
    return finding_number(finding, field, form=form, language=subject.language, time_unit=subject.time_unit)


def _about(finding: Finding, subject: Subject) -> dict[str, Sentence]:
    return {
        "who": (subject.who(finding.population),),
        "people_with": subject.people_with_it(finding),
        "outcome": subject.outcome_of(finding),
        "treatment": (subject.arm("treatment"),),
        "control": (subject.arm("control"),),
    }
