"""The two things that can be rendered: findings that were released, and findings that were not.

Only `release` makes a `Released`. An `Internal` is rendered too, but stamped on every page.
"""

from __future__ import annotations

from dataclasses import dataclass

from primus_eval.errors import InputError, Problem
from primus_eval.findings import Findings, from_json
from primus_eval.vocabulary import DisclosureProfile, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """Findings that passed disclosure control under their protocol's rules."""

    findings: Findings

    @property
    def profile(self) -> DisclosureProfile:
        """The rules they passed: release, or public_data."""
        profile: DisclosureProfile = self.findings.context["disclosure"]["profile"]
        return profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Internal:
    """Findings in full detail, which may point at people and must not leave."""

    findings: Findings

    @property
    def profile(self) -> DisclosureProfile:
        """Always internal."""
        return "internal"


View = Released | Internal


def view_from_json(text: str, *, file: str) -> View:
    """Read a view back from the findings.json that a run wrote, as released as it was written."""
    try:
        findings = from_json(text)
        profile = findings.context["disclosure"]["profile"]
        if profile not in words(DisclosureProfile) or "protocol" not in findings.context:
            raise ValueError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError(
            Problem(
                code="PE-F22",
                file=file,
                what="is not a findings.json written by a run.",
                mend="Give the findings.json from the output folder of `primus-eval run`.",
            )
        ) from None
    return Internal(findings=findings) if profile == "internal" else Released(findings=findings)
