"""A finding as a sentence: a technical one for the methodologist, a plain one for everybody.

Every sentence names whom it is about, the role of the analysis in the plan and, where there is one,
the interval with both ends. Nothing is called significant. What is not there becomes a sentence that
says why.
"""

from __future__ import annotations

from primus_eval.findings import Finding, Findings
from primus_eval.wording.amounts import amount_of
from primus_eval.wording.pieces import Sentence, capitalised, joined
from primus_eval.wording.plain import plain_estimate
from primus_eval.wording.quantities import (
    AMOUNT_MEASURES,
    POINT_MEASURES,
    ends_in_order,
    finding_number,
    is_harm,
    p_sentence,
)
from primus_eval.wording.stored import warning_text
from primus_eval.wording.subject import EVENT_FREE_MEASURES, Subject, conditions_on


def technical_sentence(finding: Finding, subject: Subject) -> Sentence:
    """Say a finding as a methodologist would: measure, contrast, population, estimate, interval, method."""
    if finding.status != "estimated":
        return absent_sentence(finding, subject)
    words = subject.words
    parts = _about(finding, subject) | {
        "contrast": contrast(finding, subject),
        "method": joined([subject.method(finding), span(finding, subject)], separator=", "),
    }
    if finding.effect_measure == "association_test":
        sentence = words.say("technical.test", p=p_value(finding, subject), **parts)
    else:
        parts |= {"estimate": own(finding, "estimate", subject), "interval": interval(finding, subject)}
        sentence = _estimate_sentence(finding, subject, parts)
    return joined(
        [
            capitalised(sentence),
            adjustment_sentence(finding, subject),
            condition_sentence(finding, subject),
            favours_sentence(finding, subject),
            people_sentence(finding, subject),
        ]
    )


def _estimate_sentence(finding: Finding, subject: Subject, parts: dict[str, Sentence]) -> Sentence:
    words = subject.words
    if finding.term in ("treatment", "control"):
        arm = subject.arm("treatment" if finding.term == "treatment" else "control")
        return words.say("technical.one_arm", arm=arm, **parts)
    p = words.say("technical.p", p=p_value(finding, subject)) if finding.p_value is not None else ()
    return words.say("technical.estimate", unit=unit(finding, subject), p=p, **parts)


def plain_sentence(finding: Finding, subject: Subject, findings: Findings) -> Sentence:
    """Say a finding to a reader who knows no statistics, in people of 100 wherever that is possible.

    findings: where the risk in each arm is looked up.
    """
    if finding.status != "estimated":
        return absent_sentence(finding, subject)
    estimate = capitalised(plain_estimate(finding, subject, findings))
    condition = condition_sentence(finding, subject)
    return joined([label_sentence(finding, subject), span_sentence(finding, subject), estimate, condition])


def condition_sentence(finding: Finding, subject: Subject) -> Sentence:
    """Say of a finding that conditions on what happened later that it is no randomised comparison."""
    return subject.words.say("part.not_randomised") if finding.conditional else ()


def span(finding: Finding, subject: Subject) -> Sentence:
    """Say from which day to which a finding counts; nothing where that is the whole window."""
    if subject.is_about_the_window(finding):
        return ()
    return subject.words.say(
        f"part.{_part(finding, 'until', 'between', 'within')}", **_days(finding, subject)
    )


def span_sentence(finding: Finding, subject: Subject) -> Sentence:
    """Say before a plain sentence which part of the window it is about; nothing for the whole window."""
    if subject.is_about_the_window(finding):
        return ()
    key = _part(finding, "only_until", "only_between", "only_within")
    return subject.words.say(f"part.{key}", **_days(finding, subject))


def _part(finding: Finding, until: str, between: str, within: str) -> str:
    """Return the word for a part of the window: up to a day, among those still there, or of everyone."""
    if finding.from_days is None:
        return until
    return within if finding.method == "aalen_johansen_window" else between


def _days(finding: Finding, subject: Subject) -> dict[str, Sentence]:
    def day(field: str) -> Sentence:
        if getattr(finding, field) is None:
            return ()
        return (
            finding_number(
                finding, field, form="whole", language=subject.language, time_unit=subject.time_unit
            ),
        )

    return {"first": day("from_days"), "last": day("horizon_days")}


def label_sentence(finding: Finding, subject: Subject) -> Sentence:
    """Say the role of a finding and whom it is about, before the finding itself."""
    role = subject.role(finding)
    population = subject.population_of(finding)
    return capitalised(subject.words.say("plain.label", role=role, population=population))


def warning_sentences(finding: Finding, subject: Subject) -> tuple[Sentence, ...]:
    """Return what the calculation of a finding warned of."""
    return tuple(
        subject.words.say("plain.warning", text=warning_text(text, subject.words))
        for text in finding.warnings
    )


def absent_sentence(finding: Finding, subject: Subject) -> Sentence:
    """Say which finding is not there, and why."""
    reason = subject.words.say(f"reason.{finding.reason}")
    return subject.words.say(f"absent.{finding.status}", reason=reason, **_about(finding, subject))


def registration_sentence(subject: Subject) -> Sentence:
    """Say where the plan was registered, or that nothing was."""
    registration = subject.study.get("registration")
    if registration is None:
        return subject.words.say("registration.none")
    given = subject.words.say(
        "registration.simulated" if subject.is_simulated else "registration.given",
        register=subject.quote(registration["register_name"]),
        identifier=subject.quote(registration["identifier"]),
        date=subject.day(registration["registered_on"]),
    )
    return joined([given, late_registration_sentence(subject)])


def late_registration_sentence(subject: Subject) -> Sentence:
    """Say that the plan was registered after the records end; nothing where it was not."""
    if not subject.is_registered_late:
        return ()
    return subject.words.say(
        "registration.late",
        date=subject.day(subject.study["registration"]["registered_on"]),
        cutoff=subject.day(subject.protocol["data"]["data_cutoff"]),
    )


def measure(finding: Finding, subject: Subject) -> Sentence:
    """Name the effect measure, say whether it was adjusted, and whether it holds within like people only."""
    if is_harm(finding):
        return subject.words.say("measure.number_needed_to_harm")
    if conditions_on(finding, subject) and not finding.method.startswith("pwp_"):
        return subject.words.say(f"adjusted.{finding.effect_measure}.within")
    special = f"adjusted.{finding.effect_measure}.{finding.method}"
    if finding.covariates and special in subject.words:
        return subject.words.say(special)
    of_method = f"measure_of.{finding.effect_measure}.{finding.method}"
    name = subject.words.say(of_method if of_method in subject.words else f"measure.{finding.effect_measure}")
    return subject.words.say("adjusted.measure", measure=name) if finding.covariates else name


def adjustment_sentence(finding: Finding, subject: Subject) -> Sentence:
    """Say what a finding was adjusted for; nothing where it was not."""
    if not finding.covariates:
        return ()
    return subject.words.say("adjusted.with", covariates=covariates(finding, subject))


def favours_sentence(finding: Finding, subject: Subject) -> Sentence:
    """Say which direction is better and which arm the estimate favours; nothing where neither is."""
    arm = subject.favours(finding)
    if arm is None:
        return ()
    better = subject.outcome(finding.outcome).get("better", "lower")
    return subject.words.say(f"technical.favours.{_better(finding, str(better))}", arm=subject.arm(arm))


def _better(finding: Finding, better: str) -> str:
    """Return the key that says which direction is better, on the scale on which the estimate is printed."""
    if finding.effect_measure == "win_ratio":
        return "wins"
    if finding.effect_measure not in EVENT_FREE_MEASURES:
        return better
    return f"{better}_{'share' if finding.unit == 'proportion' else 'time'}_without"


def covariates(finding: Finding, subject: Subject) -> Sentence:
    """List in words what a finding was adjusted for."""
    return subject.words.listed([subject.column_in_sentence(name) for name in finding.covariates])


def contrast(finding: Finding, subject: Subject) -> Sentence:
    """Say which arm is compared with which: minus for differences, over for ratios."""
    kind = "over" if finding.unit == "ratio" else "minus"
    if finding.unit in ("people", "none"):
        kind = "against"
    return subject.words.say(
        f"contrast.{kind}", treatment=subject.arm("treatment"), control=subject.arm("control")
    )


def own(finding: Finding, field: str, subject: Subject) -> Sentence:
    """Return a field of a finding in its natural form."""
    return (finding_number(finding, field, language=subject.language, time_unit=subject.time_unit),)


def interval(finding: Finding, subject: Subject) -> Sentence:
    """Return the interval in brackets, or nothing where there is none."""
    if finding.conf_low is None:
        return ()
    low, high = ends_in_order(finding)
    return subject.words.say(
        "technical.interval",
        level=own(finding, "conf_level", subject),
        low=own(finding, low, subject),
        high=own(finding, high, subject),
    )


def unit(finding: Finding, subject: Subject) -> Sentence:
    """Return the unit in words, with a space before it; nothing for a ratio."""
    name = unit_name(finding, subject)
    return subject.words.say("technical.unit", unit=name) if name else ()


def unit_name(finding: Finding, subject: Subject) -> Sentence:
    """Return the unit an estimate is printed in: percentage points, weeks or days; nothing for a ratio."""
    if finding.effect_measure in POINT_MEASURES:
        return subject.words.say("unit.points")
    if finding.effect_measure in AMOUNT_MEASURES:
        return subject.words.say(f"amount.unit.{amount_of(finding, subject)}")
    if finding.unit == "days":
        return subject.words.say(f"unit.{subject.time_unit}")
    return ()


def p_value(finding: Finding, subject: Subject) -> Sentence:
    """Return the p-value as `p = ...`, or as a bound."""
    number = finding_number(finding, "p_value", language=subject.language, time_unit=subject.time_unit)
    return p_sentence(number, subject.words)


def people_sentence(finding: Finding, subject: Subject) -> Sentence:
    """Say how many people of each arm had the event; nothing where the counts are not there."""
    counts = ("events_treatment", "n_treatment", "events_control", "n_control")
    if any(getattr(finding, name) is None for name in counts):
        return ()
    return subject.words.say(
        "technical.people",
        treatment=subject.arm("treatment"),
        control=subject.arm("control"),
        **{name: own(finding, name, subject) for name in counts},
    )


def _about(finding: Finding, subject: Subject) -> dict[str, Sentence]:
    return {
        "measure": measure(finding, subject),
        "outcome": subject.outcome_of(finding),
        "population": subject.population_of(finding),
        "role": capitalised(subject.role(finding)),
    }
