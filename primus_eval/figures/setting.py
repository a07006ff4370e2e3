"""What figures say in words: labels from the protocol inside findings, phrases from the catalogue.

`Setting.say` reads the phrases of figures (`picture.*` in the catalogue); `Setting.word` those that
figures share with the sentences of a report.
"""

from __future__ import annotations

from dataclasses import dataclass

from primus_eval.findings import Findings
from primus_eval.vocabulary import ArmRole, TimeUnit
from primus_eval.wording import numbers
from primus_eval.wording.pieces import plain_text
from primus_eval.wording.subject import ASSIGNED, Subject, subject_of

__all__ = ["ASSIGNED", "ROLES", "Setting", "sentence", "setting_of", "short"]

ROLES: tuple[ArmRole, ...] = ("treatment", "control")
DAYS_IN: dict[TimeUnit, int] = {"days": 1, "weeks": 7}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A trial as its figures speak of it, in one language."""

    subject: Subject

    @property
    def language(self) -> str:
        """The language of numbers and words."""
        return self.subject.language

    @property
    def unit(self) -> TimeUnit:
        """The unit in which times are printed."""
        return "weeks" if self.subject.time_unit == "weeks" else "days"

    @property
    def is_simulated(self) -> bool:
        """Whether no person stands behind the data."""
        return self.subject.is_simulated

    def say(self, key: str, /, **parts: str) -> str:
        """Return a phrase of figures."""
        return self.subject.words.text(f"picture.{key}", **parts)

    def word(self, key: str, /, **parts: str) -> str:
        """Return a phrase that figures share with sentences."""
        return self.subject.words.text(key, **parts)

    def listed(self, items: list[str]) -> str:
        """Join phrases as a sentence does: a, b and c."""
        return plain_text(self.subject.words.listed([(item,) for item in items]))

    def arm(self, role: ArmRole) -> str:
        """Return the label of an arm."""
        return self.subject.arm(role).text

    def outcome(self, id: str) -> str:
        """Return an outcome as a noun phrase."""
        return plain_text(self.subject.outcome_label(id))

    def population(self, id: str) -> str:
        """Return whom a figure is about."""
        return plain_text(self.subject.population(id or ASSIGNED))

    def count(self, n: int) -> str:
        """Write a number of people."""
        return numbers.whole(n, self.language)

    def in_unit(self, time_days: float) -> float:
        """Return a time in the unit in which times are printed."""
        return time_days / DAYS_IN[self.unit]

    def time(self, time_days: float) -> str:
        """Write a time without its unit."""
        return short(self.in_unit(time_days), self.language)

    def duration(self, time_days: float) -> str:
        """Write a time with its unit, such as: 52 weeks."""
        return f"{self.time(time_days)} {self.word(f'unit.{self.unit}')}"


def setting_of(findings: Findings, language: str) -> Setting:
    """Return what the figures of these findings may say."""
    return Setting(subject=subject_of(findings, language=language))


def short(value: float, language: str) -> str:
    """Write a number of weeks or days: without a decimal where it has none, else with one.

    >>> short(52.0, "en"), short(104.2857, "en")
    ('52', '104.3')
    """
    return numbers.decimal(value, 0 if abs(value - round(value)) < 1e-9 else 1, language)


def sentence(text: str) -> str:
    """Begin a phrase with a capital, leaving the rest as it was written.

    >>> sentence("recorded arrest within 52 weeks")
    'Recorded arrest within 52 weeks'
    """
    return text[:1].upper() + text[1:]
