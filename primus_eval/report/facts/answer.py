"""How a fact answers an item of a standard: how far, in which words, and where a reader finds it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from primus_eval.report.documented import further_evidence, process_evidence
from primus_eval.report.evidence import outcome_evidence
from primus_eval.report.page import Page
from primus_eval.vocabulary import EvidenceState
from primus_eval.wording.pieces import Piece, Sentence

State = Literal["answered", "partly", "for_a_person"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the report itself says on an item.

    state: "for_a_person" where nobody but a person can answer; the words then say what the report does
    hold, if anything. section: id of the section in which a reader finds it; empty where these words are all.
    """

    state: State
    words: Sentence
    section: str = ""


Fact = Callable[[Page], Answer]

STATES: dict[EvidenceState, State] = {
    "reported": "answered",
    "not_applicable": "answered",
    "partly": "partly",
    "not_reported": "for_a_person",
}
"""What the state of an item of evidence comes to as an answer."""


def from_evidence(name: str, section: str = "", *, at_most: State = "answered") -> Fact:
    """Return the fact that repeats an item of the evidence on a sheet.

    at_most: "partly" where a standard asks for more than the item can say.
    """

    def fact(page: Page) -> Answer:
        items = (*outcome_evidence(page), *further_evidence(page), *process_evidence(page))
        item = next(item for item in items if item.name == name)
        state = STATES[item.state]
        return Answer(
            state=at_most if state == "answered" else state,
            words=item.words,
            section=section if state != "for_a_person" else "",
        )

    return fact


def answered(page: Page, key: str, section: str = "", /, **parts: Sentence | Piece) -> Answer:
    """Answer an item in full."""
    return Answer(state="answered", words=page.say(f"fact.{key}", **parts), section=section)


def partly_in_words(words: Sentence, section: str = "") -> Answer:
    """Answer an item in part, in words that were put together."""
    return Answer(state="partly", words=words, section=section)


def partly(page: Page, key: str, section: str = "", /, **parts: Sentence | Piece) -> Answer:
    """Answer an item in part: a person has to add the rest."""
    return Answer(state="partly", words=page.say(f"fact.{key}", **parts), section=section)


def for_a_person(page: Page, key: str, /, **parts: Sentence | Piece) -> Answer:
    """Leave an item to a person, and say what the report does not hold."""
    return Answer(state="for_a_person", words=page.say(f"fact.{key}", **parts))
