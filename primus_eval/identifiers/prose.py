"""Free text: many different cells of several words each, in which anybody may be named."""

from __future__ import annotations

import re

from primus_eval.identifiers.cells import Cells
from primus_eval.identifiers.kinds import Identifier

WORDS_OF_A_TEXT = 4
FEW = 8
"""Distinct texts needed; fewer may be the labels of a category."""

FEW_SENTENCES = 4
"""Enough where the texts are of ten words and more, each standing once."""

VOCABULARY = 25
"""Different words needed: labels repeat theirs, and so does `2 years 3 months 5 days`."""

_WORD = re.compile(r"[^\W\d_]{2,}")


def prose_column(cells: Cells) -> Identifier | None:
    """Return the free text of a column: texts that hardly repeat, with many different words."""
    if not cells.has_letters or " " not in cells.signs:
        return None
    split = [_WORD.findall(text) for text in cells.sample]
    texts = [words for words in split if len(words) >= WORDS_OF_A_TEXT]
    if len(texts) < max(FEW_SENTENCES, 0.2 * len(split)):
        return None
    found = [place for place, text in enumerate(cells.texts) if text.count(" ") >= WORDS_OF_A_TEXT - 1]
    standing = sum(cells.times[place] for place in found)
    once = len(found) >= 0.5 * standing
    length = sum(map(len, texts)) / len(texts)
    vocabulary = len({word.casefold() for words in texts for word in words})
    if not once or vocabulary < VOCABULARY:
        return None
    if len(texts) < FEW and length < 10:
        return None
    return cells.identifier("free_text", found)
