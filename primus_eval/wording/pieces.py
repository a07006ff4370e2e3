"""A sentence as pieces, so that every number in it can say where it comes from.

A sentence is a tuple of plain words (str), numbers with their source, text quoted from a protocol or
an appraisal, and references to another place of the same report. A renderer turns the pieces into its
own format; `plain_text` joins them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A printed number and its source: which field of which finding, exhibit row or count, in which form.

    kind: "finding" (source is its name), "exhibit" (source is `id` and `row`), "truth" (of a simulation, from
    the protocol; source is the analysis), or "count" (of findings, made by the report; source names what is
    counted).
    """

    text: str
    kind: Literal["finding", "exhibit", "truth", "count"]
    source: str
    field: str = ""
    form: str = ""
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of the protocol or of an assessor, which may hold anything: never markup, never a template."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Words that lead to another place of the same report: a section or a table, by its id.

    A format without such references prints the words.
    """

    text: str
    target: str


_HIDDEN = {
    code: f"[U+{code:04X}]"
    for code in (
        *(code for code in range(0x20) if code not in (9, 10, 13)),
        *range(0x7F, 0xA0),
        *(0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF),
        *(0x200B, 0x2028, 0x2029, 0x2060),
        *(*range(0xD800, 0xE000), 0xFFFE, 0xFFFF),
    )
}
"""Characters that control, turn the direction of writing, part lines unseen, or are forbidden in XML."""

Piece = str | Number | Quoted | Link
Sentence = tuple[Piece, ...]


def plain_text(sentence: Sentence) -> str:
    """Join the pieces of a sentence as text.

    >>> plain_text(("among ", Quoted("men"), "."))
    'among men.'
    """
    return "".join(piece if isinstance(piece, str) else piece.text for piece in sentence)


def visible(text: str) -> str:
    """Show characters that would hide or reorder text, or break a file, by their code points.

    >>> visible("a" + chr(0x202E) + "b")
    'a[U+202E]b'
    """
    return text.translate(_HIDDEN)


def capitalised(sentence: Sentence) -> Sentence:
    """Return the sentence with its first letter in upper case, wherever that letter comes from.

    >>> plain_text(capitalised((Quoted("men"), " and")))
    'Men and'
    """
    if not sentence:
        return sentence
    first, *rest = sentence
    if isinstance(first, str):
        return (first[:1].upper() + first[1:], *rest)
    if isinstance(first, Quoted):
        return (Quoted(first.text[:1].upper() + first.text[1:]), *rest)
    if isinstance(first, Link):
        return (Link(text=first.text[:1].upper() + first.text[1:], target=first.target), *rest)
    return sentence


def uncapitalised(text: str) -> str:
    """Return a label as it stands inside a sentence; abbreviations such as HIV keep their capitals.

    >>> uncapitalised("Prior convictions"), uncapitalised("HIV status")
    ('prior convictions', 'HIV status')
    """
    word = text.split(" ", 1)[0]
    return text if word[1:] != word[1:].lower() else text[:1].lower() + text[1:]


def joined(sentences: list[Sentence], separator: str = " ") -> Sentence:
    """Join sentences with a separator, leaving out empty ones."""
    result: list[Piece] = []
    for sentence in sentences:
        if sentence:
            result += [separator, *sentence] if result else list(sentence)
    return tuple(result)
