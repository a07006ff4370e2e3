"""Which words of a sentence were held against nothing.

A sentence is supported only where each of its words was read: as a word of the lexicon, a number, a word of
the labels of what was found, or a word by which the report itself says it. What else it says is not known.
"""

from __future__ import annotations

from collections.abc import Iterable

from primus_eval.claims.marked import Marked, found
from primus_eval.claims.scope import Reading, Scope
from primus_eval.findings import Finding
from primus_eval.wording.pieces import plain_text
from primus_eval.wording.sentences import plain_sentence
from primus_eval.wording.subject import subject_of

UNTOLD = ("level", "works_after", "not_window", "amount", "earlier_state", "article")
"""Tags whose words say something only beside others, so that a word of them alone was not read."""


def unread_words(scope: Scope, best: Reading, main: Finding) -> tuple[str, ...]:
    """Return the words of a sentence that nothing was held against, each once, as they are written."""
    sentence = scope.claim.marked
    populations = {best.topic.population, *scope.populations}
    read = set(scope.named.label_places(populations, best.topic.outcome)) | scope.named.people.allowed_for
    read |= _places_in_lexicon(sentence)
    known = _own_words(scope, [main, *best.found])
    return tuple(
        dict.fromkeys(
            sentence.written(at, at + 1)
            for at, token in enumerate(sentence.tokens)
            if token[0].isalpha() and len(token) > 1 and at not in read
            if sentence.lexicon.stem(token) not in known
        )
    )


def _places_in_lexicon(sentence: Marked) -> set[int]:
    lexicon = sentence.lexicon
    spans = [span for tag in lexicon.tags if tag not in UNTOLD for span in sentence.ends(tag).items()]
    for phrases in (*lexicon.records.values(), *lexicon.others.values()):
        spans += found(sentence.tokens, phrases).items()
    spans += [(numeral.start, numeral.end) for numeral in sentence.numerals.values()]
    units = {
        at for at, token in enumerate(sentence.tokens) if token in lexicon.days or token in lexicon.parts
    }
    return units | {at for start, end in spans for at in range(start, end)}


def _own_words(scope: Scope, findings: Iterable[Finding]) -> set[str]:
    """Return the stems of the words by which the report says these findings."""
    claim = scope.claim
    subject = subject_of(scope.findings, language=claim.language)
    texts = {
        plain_text(plain_sentence(finding, subject, scope.findings)) for finding in dict.fromkeys(findings)
    }
    lexicon = claim.marked.lexicon
    return {lexicon.stem(token) for text in texts for token in Marked(text, lexicon).tokens}
