"""Whom and what of a trial a sentence names: populations, arms, outcomes, and people who were not in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from primus_eval.claims.lexicon import SHORTEST_STEM, Lexicon, fits, languages_read, lexicon_in, tokens_of
from primus_eval.claims.marked import FULL_STOPS, PUNCTUATION, found
from primus_eval.claims.said import Claim, Quantity
from primus_eval.vocabulary import ArmRole

ENOUGH = 0.6
"""The share of the words of a population's label that names it."""

TOGETHER = 5
"""How many words may hold them."""

SHORTEST_ROOT = 5
"""How many letters two forms of one word share at least."""

NEAR = 3
"""How many words a negation reaches."""

Labels = Mapping[str, str] | str


@dataclass(frozen=True)
class Named:
    """What a sentence names of one trial, whose protocol is given as it stands in findings."""

    claim: Claim
    protocol: Mapping[str, Any]

    # ---------------------------------------------------------------- people

    @cached_property
    def populations(self) -> frozenset[str]:
        """The populations of the protocol that the sentence names."""
        columns = self.protocol["data"]["participants"]["columns"]
        common = self._stems(self._people, *(entry["label"] for entry in self.protocol["outcome"]))
        measured = self._stems(*(column.get("label") or "" for column in columns.values()))
        return frozenset(
            entry["id"]
            for entry in self.protocol.get("population", ())
            for label in (entry["label"], entry["id"].replace("_", " "))
            if self._names(label, common, measured)
        )

    @cached_property
    def other_people(self) -> tuple[str, ...]:
        """The people of the sentence that no label of the protocol names, as it writes them."""
        labels = [self._people, *(entry["label"] for entry in self.protocol.get("population", ()))]
        known = {kind for language, text in _texts(labels) for kind in _kinds(text, lexicon_in(language))}
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
        common = self._stems(
            self._people,
            *(entry["label"] for entry in (*self.protocol["outcome"], *self.protocol["arm"])),
            *(entry["label"] for entry in self.protocol.get("population", ()) if entry["id"] in populations),
        )
        sentence, places = self.claim.marked, set()
        ways = sentence.ends("up").keys() | sentence.ends("down").keys()
        for label in self._measured:
            for language, text in _texts([label]):
                stems = {stem for stem in self._stems(text) if not _is_known(stem, text, language)}
                own_stems = {stem for stem in stems if not _begins_alike(stem, common)}
                own = {
                    at: stem
                    for at, token in enumerate(sentence.tokens)
                    for stem in own_stems
                    if at not in self.allowed_for | ways and _is_form(token, stem, sentence.lexicon)
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
        stems = self._stems(*(entry.get("label") or "" for entry in (*columns, *prior)))
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
        people = self._stems(self._people)
        for start, end in sentence.ends("universal").items():
            for at in range(end, min(end + NEAR, len(sentence.tokens))):
                if sentence.end_of("people", at) is not None or self._is_any(at, people):
                    return sentence.written(start, at + 1)
        return ""

    @property
    def _people(self) -> Labels:
        people: Labels = self.protocol["study"].get("people") or ""
        return people

    # ---------------------------------------------------------------- arms

    def arm_of(self, quantity: Quantity, *, only_own: bool = False) -> ArmRole | None:
        """Return the arm whose number this is by the words around it; None where they name neither.

        First by its own clause; then by those before it, and after it, that have no number. What follows
        "than" or "compared with" is the arm that is compared with.
        """
        clauses = self._clauses
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
        return self._arms.get(at - 1) == "treatment"

    @cached_property
    def _clauses(self) -> list[tuple[int, int, bool]]:
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
        mentions = [(abs(at - near), role) for at, role in self._arms.items() if clause[0] <= at < clause[1]]
        return min(mentions)[1] if mentions else None

    @cached_property
    def _arms(self) -> dict[int, ArmRole]:
        """Where the sentence names an arm; "no mentor" and "without one" are of the control arm."""
        sentence = self.claim.marked
        labels = {arm["role"]: arm["label"] for arm in self.protocol["arm"]}
        stems = {role: self._stems(label) - self._stems(self._people) for role, label in labels.items()}
        shared = stems["treatment"] & stems["control"]
        own: dict[ArmRole, frozenset[str]] = {
            "treatment": stems["treatment"] - shared or stems["treatment"],
            "control": stems["control"] - shared,
        }
        places: dict[int, ArmRole] = {}
        for at in range(len(sentence.tokens)):
            for role, words in own.items():
                if self._is_any(at, words):
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
        texts = [(tokens_of(text), role) for role in roles for _, text in _texts([labels[role]])]
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

    # ---------------------------------------------------------------- outcomes

    @cached_property
    def records(self) -> frozenset[str]:
        """The kinds of recorded event that the sentence names, such as arrests."""
        sentence = self.claim.marked
        return frozenset(
            kind
            for kind, phrases in sentence.lexicon.records.items()
            if any(
                self.allowed_for.isdisjoint(range(start, end))
                for start, end in found(sentence.tokens, phrases).items()
            )
        )

    def counts(self, outcome: Mapping[str, Any]) -> bool:
        """Whether an outcome counts what the sentence names; reoffending in general is every outcome."""
        rules = outcome.get("reoffending")
        kinds = set() if rules is None else set(rules["kinds"])
        for language, text in _texts(
            [outcome["label"], outcome["people_with"], outcome.get("definition") or ""]
        ):
            kinds |= _records(text, language)
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
                first = next((at for at in reach if at in events or at in self._arms), None)
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
        return any(at in self._event_places or at in self._arms for at in reach)

    def names_control_only(self, quantity: Quantity) -> bool:
        """Whether the control arm is named around a number, and the treatment arm nowhere."""
        first, last = self.claim.marked.stretch(quantity.start, FULL_STOPS)
        return {role for at, role in self._arms.items() if first <= at < last} == {"control"}

    def other_comparators(self, quantity: Quantity) -> tuple[str, ...]:
        """Return whom or what a number is compared with, where that is no arm: "than before"."""
        sentence = self.claim.marked
        first, last = sentence.stretch(quantity.start, FULL_STOPS)
        others = []
        for start, end, compared in self._clauses:
            after = sentence.end_of("compared", start)
            if not compared or after is None or not first <= start < last:
                continue
            if any(at in sentence.numerals for at in range(after, min(after + NEAR, end))):
                continue
            is_earlier = sentence.has("earlier_state", after, min(after + 2, end))
            stop = sentence.stretch(end + 1)[1] if sentence.is_at(end, ",") else end  # than men, who were ...
            names_arm = any(start <= at < stop for at in self._arms) or sentence.has("negation", after, end)
            dull = {at for tag in ("stop", "plain") for at in sentence.ends(tag)} - sentence.ends(
                "people"
            ).keys()
            telling = [at for at in range(after, end) if sentence.tokens[at].isalpha() and at not in dull]
            if is_earlier or (telling and not names_arm):
                others.append(sentence.written(start, end))
        return tuple(others)

    def _is_people_only(self, places: Iterable[int]) -> bool:
        people = self._stems(self._people)
        return all(self._is_any(at, people) for at in places)

    # ---------------------------------------------------------------- words

    def is_person(self, at: int) -> bool:
        """Whether the trial's people, or some people, stand here."""
        sentence = self.claim.marked
        if at >= len(sentence.tokens) or at in sentence.numerals:
            return False
        kinds = sentence.lexicon.others.values()
        is_kind = any(at in found(sentence.tokens, phrases) for phrases in kinds)
        return is_kind or sentence.end_of("people", at) is not None or self._is_people_only([at])

    def is_of_people(self, at: int) -> bool:
        """Whether the trial's people stand here after "of": "the rate of men who ..." is a share of them."""
        sentence = self.claim.marked
        after = sentence.end_of("of", at)
        return after is not None and after < len(sentence.tokens) and self._is_people_only([after])

    def label_places(self, populations: Iterable[str], outcome: str) -> frozenset[int]:
        """Return where a word of the people, the arms, these populations or this outcome stands."""
        entries = [entry for entry in self.protocol["outcome"] if entry["id"] == outcome]
        labels: list[Labels] = [
            self._people,
            *(arm["label"] for arm in self.protocol["arm"]),
            *(entry["label"] for entry in self.protocol.get("population", ()) if entry["id"] in populations),
            *(entry[name] for entry in entries for name in ("label", "people_with")),
        ]
        stems, lexicon = self._stems(*labels), self.claim.marked.lexicon
        tokens = enumerate(self.claim.marked.tokens)
        return frozenset(self._arms) | {at for at, token in tokens if lexicon.stem(token) in stems}

    def is_in_a_label(self, quantity: Quantity) -> bool:
        """Whether a number is part of a name, such as "two mentors" or "in the five years before"."""
        phrase = self.claim.marked.tokens[quantity.start : quantity.end + 1]
        return any(found(tokens_of(text), [phrase]) for _, text in _texts(self._labels))

    @property
    def _labels(self) -> list[Labels]:
        kinds = ("arm", "population", "outcome", "prior_offending")
        labels = [entry["label"] for kind in kinds for entry in self.protocol.get(kind) or ()]
        columns = self.protocol["data"]["participants"]["columns"]
        return labels + [column.get("label") or "" for column in columns.values()]

    def _names(self, label: Labels, common: frozenset[str], measured: frozenset[str]) -> bool:
        """Whether enough of the words by which a label differs stand together in the sentence.

        One of them at least must not be the name of a column alone: "assessed risk" is no level of risk.
        """
        sentence = self.claim.marked
        compared = sentence.ends("up").keys() | sentence.ends("down").keys()
        for _, text in _texts([label]):
            stems = self._stems(text) - common
            places = {
                at: stem
                for at in range(len(sentence.tokens))
                if at not in compared
                for stem in stems
                if self._is_any(at, {stem})
            }
            for at in places:
                here = {stem for place, stem in places.items() if at <= place < at + TOGETHER}
                if len(here) >= ENOUGH * len(stems) and (here - measured or not stems - measured):
                    return True
        return False

    def _is_any(self, at: int, stems: Iterable[str]) -> bool:
        sentence = self.claim.marked
        return any(sentence.lexicon.is_form_of(sentence.tokens[at], stem) for stem in stems)

    @staticmethod
    def _stems(*labels: Labels) -> frozenset[str]:
        """Return the stems of the telling words of labels, in every language that they are written in."""
        stems = set()
        for language, text in _texts(labels):
            lexicon = lexicon_in(language)
            dull = {*lexicon.tags["stop"], *lexicon.tags["negation"], *lexicon.numerals}
            stems |= {
                lexicon.stem(word) for word in tokens_of(text) if (word,) not in dull and word.isalpha()
            }
        return frozenset(stems)


def _texts(labels: Iterable[Labels]) -> list[tuple[str, str]]:
    """Return labels with their languages; a text without one, or in one that is not read, as English."""
    texts: list[tuple[str, str]] = []
    for label in labels:
        entries = {"en": label} if isinstance(label, str) else label
        texts += [(name if name in languages_read() else "en", text) for name, text in entries.items()]
    return texts


@lru_cache(maxsize=200)
def _records(text: str, language: str) -> frozenset[str]:
    """Return the kinds of recorded event that a text names."""
    records = lexicon_in(language).records
    return frozenset(kind for kind, phrases in records.items() if found(tokens_of(text), phrases))


@lru_cache(maxsize=500)
def _is_known(stem: str, text: str, language: str) -> bool:
    """Whether a word of a label says something by itself: "high" is a level, "longer" is a direction."""
    lexicon = lexicon_in(language)
    forms = [word for word in tokens_of(text) if lexicon.stem(word) == stem]
    return any(
        len(phrase) == 1 and fits(phrase[0], word)
        for phrases in lexicon.tags.values()
        for phrase in phrases
        for word in forms
    )


def _is_form(word: str, stem: str, lexicon: Lexicon) -> bool:
    """Whether a word is a form of what was measured; a short stem begins too many other words."""
    return lexicon.stem(word) == stem or (len(stem) > SHORTEST_STEM and lexicon.is_form_of(word, stem))


def _begins_alike(stem: str, others: Iterable[str]) -> bool:
    """Whether a stem is another form of one of these: "releas" of "release"."""
    return any(
        stem == other
        or (
            min(len(stem), len(other)) >= SHORTEST_ROOT and (stem.startswith(other) or other.startswith(stem))
        )
        for other in others
    )


def _kinds(text: str, lexicon: Lexicon) -> set[str]:
    return {kind for kind, phrases in lexicon.others.items() if found(tokens_of(text), phrases)}


def _other(role: ArmRole) -> ArmRole:
    return "control" if role == "treatment" else "treatment"
