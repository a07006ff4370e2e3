"""What of a trial a sentence names: its outcomes, what it denies, with what it compares, and its labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from primus_eval.claims.labels import Labels, records_in, stems_of, texts_of
from primus_eval.claims.lexicon import tokens_of
from primus_eval.claims.marked import FULL_STOPS, found
from primus_eval.claims.named_arms import NEAR, NamedArms
from primus_eval.claims.named_people import NamedPeople
from primus_eval.claims.said import Claim, Quantity


@dataclass(frozen=True)
class Named:
    """What a sentence names of one trial, whose protocol is given as it stands in findings."""

    claim: Claim
    protocol: Mapping[str, Any]

    @cached_property
    def arms(self) -> NamedArms:
        """The arms that it names."""
        return NamedArms(self.claim, self.protocol)

    @cached_property
    def people(self) -> NamedPeople:
        """The people whom it names."""
        return NamedPeople(self.claim, self.protocol)

    @cached_property
    def records(self) -> frozenset[str]:
        """The kinds of recorded event that the sentence names, such as arrests."""
        sentence = self.claim.marked
        return frozenset(
            kind
            for kind, phrases in sentence.lexicon.records.items()
            if any(
                self.people.allowed_for.isdisjoint(range(start, end))
                for start, end in found(sentence.tokens, phrases).items()
            )
        )

    def counts(self, outcome: Mapping[str, Any]) -> bool:
        """Whether an outcome counts what the sentence names; reoffending in general is every outcome."""
        rules = outcome.get("reoffending")
        kinds = set() if rules is None else set(rules["kinds"])
        for language, text in texts_of(
            [outcome["label"], outcome["people_with"], outcome.get("definition") or ""]
        ):
            kinds |= records_in(text, language)
        return self.records <= kinds

    def is_event_free(self, quantity: Quantity) -> bool:
        """Whether the number is about not having the event: "did not reoffend", "without arrest"."""
        sentence = self.claim.marked
        start, end = sentence.stretch(quantity.start, FULL_STOPS)
        if sentence.has("without_event", start, end):
            return True
        events = self._event_places
        for place, after in sentence.ends("negation").items():
            if start <= place < end:
                reach = range(after, min(after + NEAR, end))
                first = next((at for at in reach if at in events or at in self.arms.places), None)
                if first is not None and first in events:
                    return True
        return False

    @cached_property
    def _event_places(self) -> frozenset[int]:
        sentence = self.claim.marked
        places = set(sentence.ends("reoffending"))
        for phrases in sentence.lexicon.records.values():
            places |= found(sentence.tokens, phrases).keys()
        return frozenset(places)

    def denies(self, quantity: Quantity) -> tuple[int, int] | None:
        """Return where the sentence denies a number: not of an arm or an event, but of the number."""
        sentence = self.claim.marked
        start, stop = sentence.stretch(quantity.start, FULL_STOPS)
        for place, end in sentence.ends("denial").items():
            if start <= place < stop:
                return place, end
        start, stop = sentence.stretch(quantity.start)
        for place, end in sentence.ends("denies").items():
            if start <= place < stop and not self._is_used(place, end):
                return place, end
        return None

    def _is_used(self, place: int, end: int) -> bool:
        """Whether a negation belongs to an arm, to an event, or to a phrase of its own."""
        sentence = self.claim.marked
        own = ("not_randomised", "exploratory", "not_future", "everywhere", "control_arm", "limit")
        if any(at <= place < stop for tag in own for at, stop in sentence.ends(tag).items()):
            return True
        reach = range(end, end + NEAR)
        return any(at in self._event_places or at in self.arms.places for at in reach)

    def other_comparators(self, quantity: Quantity) -> tuple[str, ...]:
        """Return whom or what a number is compared with, where that is no arm: "than before"."""
        sentence = self.claim.marked
        first, last = sentence.stretch(quantity.start, FULL_STOPS)
        others = []
        for start, end, compared in self.arms.clauses:
            after = sentence.end_of("compared", start)
            if not compared or after is None or not first <= start < last:
                continue
            if any(at in sentence.numerals for at in range(after, min(after + NEAR, end))):
                continue
            is_earlier = sentence.has("earlier_state", after, min(after + 2, end))
            stop = sentence.stretch(end + 1)[1] if sentence.is_at(end, ",") else end  # than men, who were ...
            names_arm = any(start <= at < stop for at in self.arms.places) or sentence.has(
                "negation", after, end
            )
            dull = {at for tag in ("stop", "plain") for at in sentence.ends(tag)} - sentence.ends(
                "people"
            ).keys()
            telling = [at for at in range(after, end) if sentence.tokens[at].isalpha() and at not in dull]
            if is_earlier or (telling and not names_arm):
                others.append(sentence.written(start, end))
        return tuple(others)

    def label_places(self, populations: Iterable[str], outcome: str) -> frozenset[int]:
        """Return where a word of the people, the arms, these populations or this outcome stands."""
        entries = [entry for entry in self.protocol["outcome"] if entry["id"] == outcome]
        labels: list[Labels] = [
            self.people.own,
            *(arm["label"] for arm in self.protocol["arm"]),
            *(entry["label"] for entry in self.protocol.get("population", ()) if entry["id"] in populations),
            *(entry[name] for entry in entries for name in ("label", "people_with")),
        ]
        stems, lexicon = stems_of(*labels), self.claim.marked.lexicon
        tokens = enumerate(self.claim.marked.tokens)
        return frozenset(self.arms.places) | {at for at, token in tokens if lexicon.stem(token) in stems}

    def is_in_a_label(self, quantity: Quantity) -> bool:
        """Whether a number is part of a name, such as "two mentors" or "in the five years before"."""
        phrase = self.claim.marked.tokens[quantity.start : quantity.end + 1]
        return any(found(tokens_of(text), [phrase]) for _, text in texts_of(self._labels))

    @property
    def _labels(self) -> list[Labels]:
        kinds = ("arm", "population", "outcome", "prior_offending")
        labels = [entry["label"] for kind in kinds for entry in self.protocol.get(kind) or ()]
        columns = self.protocol["data"]["participants"]["columns"]
        return labels + [column.get("label") or "" for column in columns.values()]
