"""What is to be said of a sentence, as records: a verdict, faults, questions, what may be printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from primus_eval.claims.matching import Match
from primus_eval.claims.said import Claim
from primus_eval.findings import Finding, Findings
from primus_eval.vocabulary import ArmRole, words

Verdict = Literal[
    "supported",
    "ambiguous",
    "withheld",
    "not_estimable",
    "not_found",
    "no_number",
    "contradicted",
    "transported",
    "assigned_dropped",
    "population_dropped",
    "arm_dropped",
    "measure_changed",
    "interval_dropped",
    "not_randomised",
    "exploratory_dropped",
    "overstated",
    "window_dropped",
    "recorded_dropped",
    "not_held",
    "numbers_agree",
]
"""What can be said of a sentence, the gravest first; a sentence is called by the first that applies."""

VERDICTS = words(Verdict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing to say against a sentence: which, why (a key of the catalogue), and what it is about."""

    verdict: Verdict
    why: str
    written: tuple[str, ...] = ()
    """Words of the sentence."""
    finding: Finding | None = None
    field: str = ""
    arm: ArmRole | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An option that would decide between readings, and the values that it may have."""

    option: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A sentence and what is to be said of it."""

    claim: Claim
    findings: Findings
    faults: tuple[Fault, ...] = ()
    matches: tuple[Match, ...] = ()
    instead: tuple[Finding, ...] = ()
    """Whose sentences may be printed: of one finding, or of each of several readings."""
    questions: tuple[Question, ...] = ()

    @property
    def verdict(self) -> Verdict:
        return self.faults[0].verdict if self.faults else "supported"
