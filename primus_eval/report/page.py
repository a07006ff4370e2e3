"""What every section needs: the findings, the words, the pictures and the primary result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from primus_eval.findings import Cell, Exhibit, Finding, Findings
from primus_eval.report.display import Figure
from primus_eval.vocabulary import DisclosureProfile
from primus_eval.wording.pieces import Number, Piece, Sentence
from primus_eval.wording.quantities import cell_number, finding_number, note_number
from primus_eval.wording.subject import Subject


@dataclass(frozen=True)
class Page:
    """One report in the making."""

    findings: Findings
    subject: Subject
    profile: DisclosureProfile
    figures: tuple[Figure, ...] = ()

    @property
    def context(self) -> Mapping[str, Any]:
        return self.findings.context

    @property
    def fingerprint(self) -> str:
        """The protocol's fingerprint; empty for findings that were not made by a run."""
        return str(self.context.get("fingerprint", ""))

    @property
    def protocol(self) -> Mapping[str, Any]:
        return self.subject.protocol

    @cached_property
    def primary(self) -> Finding | None:
        """The first finding whose role is primary, or else the first of all."""
        rows = self.findings.rows
        return next((row for row in rows if row.role == "primary"), rows[0] if rows else None)

    def say(self, key: str, /, **parts: Sentence | Piece) -> Sentence:
        return self.subject.words.say(key, **parts)

    def own(self, finding: Finding, field: str, form: str = "") -> Number:
        """Return a field of a finding as a printed number."""
        subject = self.subject
        return finding_number(
            finding, field, form=form, language=subject.language, time_unit=subject.time_unit
        )

    def cell(self, exhibit: Exhibit, row: int, field: str, form: str) -> Number:
        """Return a cell of an exhibit as a printed number."""
        return cell_number(exhibit, row, field, form, language=self.subject.language)

    def note(self, exhibit: Exhibit, name: str, form: str) -> Number:
        """Return a note of an exhibit as a printed number."""
        return note_number(exhibit, name, form, language=self.subject.language)

    def exhibit(self, kind: str, *, outcome: str = "", population: str = "") -> Exhibit | None:
        """Return the first exhibit of a kind, of an outcome and population where they are given."""
        return next(
            (
                exhibit
                for exhibit in self.findings.exhibits_of(kind)
                if (not outcome or exhibit.outcome == outcome)
                and (not population or exhibit.population == population)
            ),
            None,
        )

    def figures_of(self, *kinds: str, exhibit: str = "") -> tuple[Figure, ...]:
        """Return the pictures of these kinds, of one exhibit where it is given."""
        return tuple(
            figure
            for figure in self.figures
            if figure.kind in kinds and (not exhibit or figure.exhibit == exhibit)
        )

    def has(self, exhibit: Exhibit | None) -> bool:
        return exhibit is not None and exhibit.status == "estimated" and bool(exhibit.rows)

    def why_not_shown(self, exhibit: Exhibit) -> Sentence:
        """Say why an exhibit is not there."""
        kind = "withheld" if exhibit.status == "withheld" else "not_shown"
        return self.say(f"exhibit.{kind}", reason=self.say(f"reason.{exhibit.reason or 'no_variation'}"))

    def arms(self) -> tuple[Sentence, Sentence]:
        """Return the labels of the arms, treatment first."""
        return (self.subject.arm("treatment"),), (self.subject.arm("control"),)


def value_of(exhibit: Exhibit, row: int, field: str) -> Cell:
    """Return a cell of an exhibit as it is."""
    return exhibit.rows[row][exhibit.columns.index(field)]
