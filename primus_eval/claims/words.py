"""What is to be said of a sentence, as text and as JSON: verdict, faults and reasons, what may be printed."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable

from primus_eval.claims.verdicts import Fault, Held
from primus_eval.findings import Finding
from primus_eval.wording.catalogue import Words
from primus_eval.wording.pieces import Piece, Quoted, Sentence, capitalised, joined, plain_text
from primus_eval.wording.plain import change
from primus_eval.wording.quantities import ends_in_order, finding_number
from primus_eval.wording.sentences import absent_sentence, own, plain_sentence, unit
from primus_eval.wording.subject import Subject, subject_of

WIDTH = 100
INDENT = "  "


def held_as_text(held: Held, *, language: str | None = None) -> str:
    """Return the answer as text; language: of the answer, by default that of the sentence."""
    subject = subject_of(held.findings, language=language or held.claim.language)
    words = subject.words
    lines = [words.text("stamp.simulated")] if subject.is_simulated else []
    lines.append(_headed(words, "claim", words.say("claim.quoted", text=Quoted(_seen(held.claim.text)))))
    lines.append(_headed(words, "verdict", words.say(f"claim.verdict.{held.verdict}")))
    lines += [_item(_fault_line(fault, subject)) for fault in held.faults]
    lines += [
        _item((question.option, " ", Quoted(" | ".join(question.values)))) for question in held.questions
    ]
    heading = "as_reported" if held.verdict == "supported" else "instead"
    lines.append(words.text(f"claim.heading.{heading}") + ":")
    lines += [_item(sentence) for sentence in sentences_instead(held, subject)]
    return "\n".join(lines) + "\n"


def held_as_json(held: Held, *, language: str | None = None) -> str:
    """Return the answer as JSON: verdict, faults with their reasons, numbers with their findings."""
    subject = subject_of(held.findings, language=language or held.claim.language)
    document = {
        "sentence": held.claim.text,
        "language": subject.language,
        "simulated": subject.is_simulated,
        "verdict": held.verdict,
        "faults": [
            {"verdict": fault.verdict, "why": fault.why, "says": plain_text(fault_sentence(fault, subject))}
            for fault in held.faults
        ],
        "numbers": [
            {
                "written": match.quantity.written,
                "relation": match.relation,
                "finding": None if match.finding is None else match.finding.finding,
                "field": match.field or None,
            }
            for match in held.matches
        ],
        "questions": [{"option": item.option, "values": list(item.values)} for item in held.questions],
        "instead": [
            {"finding": finding.finding, "sentence": plain_text(sentence)}
            for finding, sentence in zip(held.instead, sentences_instead(held, subject), strict=True)
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def sentences_instead(held: Held, subject: Subject) -> list[Sentence]:
    """Return what may be printed: both ends of the interval, the population and the role are in it."""
    return [plain_sentence(finding, subject, held.findings) for finding in held.instead]


def fault_sentence(fault: Fault, subject: Subject) -> Sentence:
    """Say why, in one sentence."""
    words = subject.words
    quoted = [words.say("claim.quoted", text=Quoted(_seen(text))) for text in fault.written]
    parts: dict[str, Sentence | Piece] = {"written": words.listed(quoted)}
    parts |= {"treatment": subject.arm("treatment"), "control": subject.arm("control")}
    if fault.arm is not None:
        parts["arm"] = subject.arm(fault.arm)
    if fault.finding is not None:
        parts |= _of_finding(fault, fault.finding, subject)
    return capitalised(words.say(f"claim.why.{fault.why}", **parts))


def _fault_line(fault: Fault, subject: Subject) -> Sentence:
    name = subject.words.say(f"claim.verdict.{fault.verdict}")
    return subject.words.say("claim.fault", verdict=name, why=fault_sentence(fault, subject))


def _of_finding(fault: Fault, finding: Finding, subject: Subject) -> dict[str, Sentence | Piece]:
    """Return what a reason may say of a finding: only what is there."""
    parts: dict[str, Sentence | Piece] = {
        "population": subject.population_of(finding),
        "outcome": subject.outcome_of(finding),
        "time": _time(finding, subject),
        "measure": subject.words.say(f"measure.{finding.effect_measure}"),
    }
    if finding.status != "estimated":
        return parts | {"absent": absent_sentence(finding, subject)}
    field = fault.field if fault.field.startswith("events_") else "estimate"
    if getattr(finding, field) is not None:
        parts["value"] = _value(finding, field, subject)
    if finding.conf_low is not None:
        low, high = ends_in_order(finding)
        parts |= {
            "level": own(finding, "conf_level", subject),
            "low": _value(finding, low, subject),
            "high": _value(finding, high, subject),
        }
    return parts


def _time(finding: Finding, subject: Subject) -> Sentence:
    if finding.horizon_days is None:
        return ()
    unit_name = subject.words.say(f"unit.{subject.time_unit}")
    return joined([own(finding, "horizon_days", subject), unit_name])


def _value(finding: Finding, field: str, subject: Subject) -> Sentence:
    """Return a number with its unit; ratios and times as so much lower or longer; people as x of y."""
    if field.startswith("events_"):
        n = field.replace("events_", "n_")
        return subject.words.say("claim.of", x=own(finding, field, subject), y=own(finding, n, subject))
    if finding.unit in ("ratio", "days") and finding.effect_measure not in (
        "mean",
        "mean_difference",
        "win_ratio",
    ):
        return change(finding, field, subject)
    number = finding_number(finding, field, language=subject.language, time_unit=subject.time_unit)
    return (number, *unit(finding, subject))


def _headed(words: Words, key: str, sentence: Sentence) -> str:
    return _wrapped((*words.say(f"claim.heading.{key}"), ": ", *sentence), "", INDENT)


def _item(sentence: Sentence) -> str:
    return _wrapped(sentence, f"{INDENT}- ", INDENT * 2)


def _wrapped(sentence: Iterable[Piece], first: str, other: str) -> str:
    """Break lines at spaces of one width only, so that a number stays with its sign."""
    text = plain_text(tuple(sentence))
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=other,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _seen(text: str) -> str:
    """Return text of the user with signs that would act on a screen shown by their code points."""
    return "".join(sign if sign.isprintable() else f"<U+{ord(sign):04X}>" for sign in text)
