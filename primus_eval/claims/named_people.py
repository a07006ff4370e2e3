"""Whom a sentence names: populations of the trial, some of its people, and people who were not in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from primus_eval.claims.labels import (
    Labels,
    begins_alike,
    is_any,
    is_form,
    is_known,
    kinds_in,
    stems_of,
    texts_of,
)
from primus_eval.claims.lexicon import lexicon_in
from primus_eval.claims.marked import FULL_STOPS, found
from primus_eval.claims.named_arms import NEAR
from primus_eval.claims.said import Claim

ENOUGH = 0.6
"""The share of the words of a population's label that names it."""

TOGETHER = 5
"""How many words may hold them."""


@dataclass(frozen=True)
class NamedPeople:
    """The people whom a sentence names, of one trial, whose protocol is given as it stands in findings."""

    claim: Claim
    protocol: Mapping[str, Any]

    @cached_property
    def populations(self) -> frozenset[str]:
        """The populations of the protocol that the sentence names."""
        columns = self.protocol["data"]["participants"]["columns"]
        common = stems_of(self.own, *(entry["label"] for entry in self.protocol["outcome"]))
        measured = stems_of(*(column.get("label") or "" for column in columns.values()))
        return frozenset(
            entry["id"]
            for entry in self.protocol.get("population", ())
            for label in (entry["label"], entry["id"].replace("_", " "))
            if self._names(label, common, measured)
        )

    @cached_property
    def other_people(self) -> tuple[str, ...]:
        """The people of the sentence that no label of the protocol names, as it writes them."""
        labels = [self.own, *(entry["label"] for entry in self.protocol.get("population", ()))]
        known = {kind for language, text in texts_of(labels) for kind in kinds_in(text, lexicon_in(language))}
        sentence = self.claim.marked
        return tuple(
            sentence.written(start, end)
            for kind, phrases in sentence.lexicon.others.items()
            if kind not in known
            for start, end in found(sentence.tokens, phrases).items()
            if start not in self.allowed_for
        )

    def measured_people(self, populations: Iterable[str]) -> tuple[str, ...]:
        """The words that name some of the people by what was measured before: married, on parole.

        Not those of the populations that the sentence is about, nor what a comparison allows for.
        """
        common = stems_of(
            self.own,
            *(entry["label"] for entry in (*self.protocol["outcome"], *self.protocol["arm"])),
            *(entry["label"] for entry in self.protocol.get("population", ()) if entry["id"] in populations),
        )
        sentence, places = self.claim.marked, set()
        ways = sentence.ends("up").keys() | sentence.ends("down").keys()
        ways |= {at for start, end in sentence.ends("as_observed").items() for at in range(start, end)}
        for label in self._measured:
            for language, text in texts_of([label]):
                stems = {stem for stem in stems_of(text) if not is_known(stem, text, language)}
                own_stems = {stem for stem in stems if not begins_alike(stem, common)}
                own = {
                    at: stem
                    for at, token in enumerate(sentence.tokens)
                    for stem in own_stems
                    if at not in self.allowed_for | ways and is_form(token, stem, sentence.lexicon)
                }
                for at in own:
                    here = {stem for place, stem in own.items() if at <= place < at + TOGETHER}
                    if len(here) >= ENOUGH * len(own_stems):
                        places.add(at)
        return tuple(dict.fromkeys(sentence.written(at, at + 1) for at in sorted(places)))

    @property
    def _measured(self) -> list[Labels]:
        """The labels of what was measured before randomisation, and of its levels."""
        columns = self.protocol["data"]["participants"]["columns"].values()
        labels: list[Labels] = []
        for column in columns:
            if column.get("timing") == "before_randomisation" and column.get("type") not in ("date", "id"):
                labels += [column.get("label") or "", *(column.get("levels") or {}).values()]
        return labels

    @cached_property
    def allowed_for(self) -> frozenset[int]:
        """Where the sentence names what a comparison allows for: "differences in age", "alike in age"."""
        sentence = self.claim.marked
        columns = self.protocol["data"]["participants"]["columns"].values()
        prior = self.protocol.get("prior_offending") or ()
        stems = stems_of(*(entry.get("label") or "" for entry in (*columns, *prior)))
        return frozenset(
            at
            for start in sentence.ends("allowance")
            for at in range(start, sentence.stretch(start, FULL_STOPS)[1])
            if sentence.lexicon.stem(sentence.tokens[at]) in stems
        )

    @cached_property
    def speaks_of_all(self) -> str:
        """Where the sentence speaks of everybody, or of what would be, beyond the trial: the words."""
        sentence = self.claim.marked
        harmless = {at for start, end in sentence.ends("not_future").items() for at in range(start, end)}
        for tag in ("future", "everywhere"):
            for start, end in sentence.ends(tag).items():
                if start not in harmless:
                    return sentence.written(start, end)
        if sentence.says("in_trial"):
            return ""
        people = stems_of(self.own)
        for start, end in sentence.ends("universal").items():
            for at in range(end, min(end + NEAR, len(sentence.tokens))):
                if sentence.end_of("people", at) is not None or is_any(self.claim.marked, at, people):
                    return sentence.written(start, at + 1)
        return ""

    @property
    def own(self) -> Labels:
        people: Labels = self.protocol["study"].get("people") or ""
        return people

    def is_person(self, at: int) -> bool:
        """Whether the trial's people, or some people, stand here."""
        sentence = self.claim.marked
        if at >= len(sentence.tokens) or at in sentence.numerals:
            return False
        kinds = sentence.lexicon.others.values()
        is_kind = any(at in found(sentence.tokens, phrases) for phrases in kinds)
        return is_kind or sentence.end_of("people", at) is not None or self._are_own([at])

    def is_of_people(self, at: int) -> bool:
        """Whether the trial's people stand here after "of": "the rate of men who ..." is a share of them."""
        sentence = self.claim.marked
        after = sentence.end_of("of", at)
        return after is not None and after < len(sentence.tokens) and self._are_own([after])

    def _are_own(self, places: Iterable[int]) -> bool:
        people = stems_of(self.own)
        return all(is_any(self.claim.marked, at, people) for at in places)

    def _names(self, label: Labels, common: frozenset[str], measured: frozenset[str]) -> bool:
        """Whether enough of the words by which a label differs stand together in the sentence.

        One of them at least must not be the name of a column alone: "assessed risk" is no level of risk.
        """
        sentence = self.claim.marked
        compared = sentence.ends("up").keys() | sentence.ends("down").keys()
        for _, text in texts_of([label]):
            stems = stems_of(text) - common
            places = {
                at: stem
                for at in range(len(sentence.tokens))
                if at not in compared
                for stem in stems
                if is_any(self.claim.marked, at, {stem})
            }
            for at in places:
                here = {stem for place, stem in places.items() if at <= place < at + TOGETHER}
                if len(here) >= ENOUGH * len(stems) and (here - measured or not stems - measured):
                    return True
        return False
