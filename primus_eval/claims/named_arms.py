"""Which arm of a trial a sentence speaks of, and where: of a number, the arm whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from primus_eval.claims.labels import Labels, is_any, stems_of, texts_of
from primus_eval.claims.lexicon import tokens_of
from primus_eval.claims.marked import FULL_STOPS, PUNCTUATION, found
from primus_eval.claims.said import Claim, Quantity
from primus_eval.vocabulary import ArmRole

NEAR = 3
"""How many words a negation reaches."""


@dataclass(frozen=True)
class NamedArms:
    """The arms that a sentence names, of one trial, whose protocol is given as it stands in findings."""

    claim: Claim
    protocol: Mapping[str, Any]

    def arm_of(self, quantity: Quantity, *, only_own: bool = False) -> ArmRole | None:
        """Return the arm whose number this is by the words around it; None where they name neither.

        First by its own clause; then by those before it, and after it, that have no number. What follows
        "than" or "compared with" is the arm that is compared with.
        """
        clauses = self.clauses
        own = next(at for at, (start, end, _) in enumerate(clauses) if start <= quantity.start < end)
        named = self._named_in(clauses[own], near=quantity.start)
        if named is not None or only_own:
            return named
        numbered = {quantity.start for quantity in self.claim.quantities}
        before, after = range(own - 1, -1, -1), range(own + 1, len(clauses))
        is_set_against = self.claim.marked.end_of("clause", clauses[own][0]) is not None
        for path in (after, before) if is_set_against else (before, after):
            for at in path:
                start, end, compared = clauses[at]
                if any(start <= number < end for number in numbered) or self._is_apart(quantity, start, end):
                    break
                named = self._named_in(clauses[at], near=quantity.start)
                if named is not None:
                    return _other(named) if compared else named
        return None

    def _is_apart(self, quantity: Quantity, start: int, end: int) -> bool:
        """Whether a full stop parts a change from a clause: "That is 8 fewer" is of no arm."""
        first, last = min(quantity.start, start), max(quantity.start, end)
        stops = any(self.claim.marked.is_at(at, FULL_STOPS) for at in range(first, last))
        return stops and quantity.kind not in ("share", "count")

    def follows_an_arm(self, at: int) -> bool:
        """Whether the word before this place names the treatment: "mentors work"."""
        return self.places.get(at - 1) == "treatment"

    @cached_property
    def clauses(self) -> list[tuple[int, int, bool]]:
        """Where each clause begins and ends, and whether it says what is compared with."""
        sentence = self.claim.marked
        size = len(sentence.tokens)
        joints = sentence.ends("clause").keys() | sentence.ends("compared").keys()
        cuts = sorted({0, *joints, *(at for at in range(size) if sentence.is_at(at, PUNCTUATION))})
        return [
            (start, end, sentence.end_of("compared", start) is not None)
            for start, end in zip(cuts, [*cuts[1:], size], strict=True)
        ]

    def _named_in(self, clause: tuple[int, int, bool], *, near: int) -> ArmRole | None:
        mentions = [(abs(at - near), role) for at, role in self.places.items() if clause[0] <= at < clause[1]]
        return min(mentions)[1] if mentions else None

    @cached_property
    def places(self) -> dict[int, ArmRole]:
        """Where the sentence names an arm; "no mentor" and "without one" are of the control arm."""
        sentence = self.claim.marked
        labels = {arm["role"]: arm["label"] for arm in self.protocol["arm"]}
        stems = {
            role: stems_of(label) - stems_of(self.protocol["study"].get("people") or "")
            for role, label in labels.items()
        }
        shared = stems["treatment"] & stems["control"]
        own: dict[ArmRole, frozenset[str]] = {
            "treatment": stems["treatment"] - shared or stems["treatment"],
            "control": stems["control"] - shared,
        }
        places: dict[int, ArmRole] = {}
        for at in range(len(sentence.tokens)):
            for role, words in own.items():
                if is_any(self.claim.marked, at, words):
                    places[at] = role
        in_full = self._labels_in_full(labels)
        places |= {at: "treatment" for at in sentence.ends("treatment_arm")}
        places |= in_full
        for at, role in places.items():
            if role == "treatment" and self._is_negated(at):
                places[at] = "control"
        places |= {at: "control" for at in sentence.ends("control_arm")}
        return places | {at: role for at, role in in_full.items() if role == "control"}

    def _labels_in_full(self, labels: Mapping[str, Labels]) -> dict[int, ArmRole]:
        """Where an arm is named by its whole label; "no financial aid" is not "financial aid"."""
        roles: tuple[ArmRole, ...] = ("treatment", "control")
        texts = [(tokens_of(text), role) for role in roles for _, text in texts_of([labels[role]])]
        places: dict[int, ArmRole] = {}
        for phrase, role in sorted(texts, key=lambda entry: len(entry[0])):
            for start, end in found(self.claim.marked.tokens, [phrase]).items():
                places |= dict.fromkeys(range(start, end), role)
        return places

    def _is_negated(self, at: int) -> bool:
        sentence = self.claim.marked
        start = max(sentence.stretch(at)[0], at - NEAR)
        places = {**sentence.ends("negation"), **sentence.ends("withdrawal")}
        return any(start <= place and end <= at for place, end in places.items() if place < at)

    def names_control_only(self, quantity: Quantity) -> bool:
        """Whether the control arm is named around a number, and the treatment arm nowhere."""
        first, last = self.claim.marked.stretch(quantity.start, FULL_STOPS)
        return {role for at, role in self.places.items() if first <= at < last} == {"control"}


def _other(role: ArmRole) -> ArmRole:
    return "control" if role == "treatment" else "treatment"
