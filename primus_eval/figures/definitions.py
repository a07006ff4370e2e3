"""The same people under several definitions of reoffending: the numbers and words of one figure.

`definitions_ink.plot_definitions` draws what `definition_lines` holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from primus_eval.figures.setting import ROLES, Setting, sentence, setting_of
from primus_eval.findings import Exhibit, Findings
from primus_eval.vocabulary import ArmRole
from primus_eval.wording import numbers
from primus_eval.wording.pieces import plain_text
from primus_eval.wording.quantities import printed
from primus_eval.wording.stored import definition_text

WITHHELD = ("small_cell", "differencing")
"""Reasons why a definition that could be counted is not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionLine:
    """One definition: its name in words, and its numbers in percent and percentage points.

    shares and ends are empty where it could not be counted, and `text` is then the reason. Of a difference
    that was computed from rounded numbers of people only the interval is there, and no estimate.
    """

    name: str
    label: str
    detail: str
    is_own: bool
    text: str
    shares: Mapping[ArmRole, float]
    estimate: float | None
    ends: tuple[float, float] | None

    @property
    def is_shown(self) -> bool:
        """Whether it has numbers."""
        return bool(self.shares)


def definitions_exhibit(findings: Findings, outcome: str = "") -> Exhibit:
    """Return the exhibit of one outcome, or the first; ValueError where there is nothing to draw."""
    for exhibit in findings.exhibits_of("definitions"):
        if exhibit.status == "estimated" and exhibit.rows and outcome in ("", exhibit.outcome):
            return exhibit
    raise ValueError("no comparison of definitions is shown: there is nothing to draw")


def definition_lines(
    findings: Findings, *, outcome: str = "", language: str = "en"
) -> tuple[DefinitionLine, ...]:
    """Return the definitions in the order in which they are drawn, the protocol's own first.

    Checked: tests/test_figures_definitions.py.
    """
    setting = setting_of(findings, language)
    records: list[dict[str, Any]] = definitions_exhibit(findings, outcome).records()
    return tuple(_line(record, setting, is_own=number == 0) for number, record in enumerate(records))


def _line(record: dict[str, Any], setting: Setting, *, is_own: bool) -> DefinitionLine:
    detail = "own" if is_own else "official" if record["origin"] == "official" else ""
    known = record["reason"] is None
    ends = None
    if known and record["conf_low"] is not None:
        ends = (100 * record["conf_low"], 100 * record["conf_high"])
    return DefinitionLine(
        name=record["definition"],
        label=sentence(_label(record, setting)),
        detail=setting.say(f"definitions.{detail}") if detail else "",
        is_own=is_own,
        text=_text(record, setting),
        shares={role: 100 * record[f"risk_{role}"] for role in ROLES} if known else {},
        estimate=100 * record["estimate"] if known and record["estimate"] is not None else None,
        ends=ends,
    )


def _label(record: dict[str, Any], setting: Setting) -> str:
    return plain_text((definition_text(str(record["definition"]), str(record["label"]), setting.subject),))


def _text(record: dict[str, Any], setting: Setting) -> str:
    """Print a difference with its interval, or the reason why there is none."""
    if record["reason"] is not None:
        reason = setting.word(f"reason.{record['reason']}")
        if record["reason"] in WITHHELD:
            return setting.word("absent_short.withheld", reason=reason)
        return setting.say("definitions.not_counted", reason=reason)
    estimate, low, high = (
        printed(record[name], "points", setting.language) for name in ("estimate", "conf_low", "conf_high")
    )
    if record["estimate"] is None:
        return setting.say("definitions.interval_only", low=low, high=high)
    return setting.say("definitions.number", estimate=estimate, low=low, high=high)


def definitions_alt(findings: Findings, *, outcome: str = "", language: str = "en") -> str:
    """Say in a few sentences what the figure shows, for a reader who does not see it."""
    setting = setting_of(findings, language)
    lines = definition_lines(findings, outcome=outcome, language=language)
    said = [
        setting.say(
            "definitions.alt",
            n=setting.count(len(lines)),
            treatment=setting.arm("treatment"),
            control=setting.arm("control"),
            own=_own_in_words(lines[0], setting),
        )
    ]
    known = [line for line in lines if line.is_shown]
    differences = sorted(line.estimate for line in known if line.estimate is not None)
    if len(differences) > 1:
        low, high = (
            printed(value / 100, "points", setting.language) for value in (differences[0], differences[-1])
        )
        said.append(setting.say("definitions.alt_range", low=low, high=high))
    if len(known) > 1:
        shares = sorted(line.shares["control"] for line in known)
        least, most = (_percent(share, setting) for share in (shares[0], shares[-1]))
        said.append(setting.say("definitions.alt_shares", least=least, most=most))
    if len(known) < len(lines):
        said.append(setting.say("definitions.alt_missing", n=setting.count(len(lines) - len(known))))
    return " ".join(said)


def _own_in_words(own: DefinitionLine, setting: Setting) -> str:
    if not own.is_shown:
        return setting.say("definitions.alt_own_missing")
    return setting.say(
        "definitions.alt_own",
        treatment_share=_percent(own.shares["treatment"], setting),
        control_share=_percent(own.shares["control"], setting),
        text=own.text,
    )


def _percent(share: float, setting: Setting) -> str:
    return numbers.percent(share / 100, 1, setting.language)
