"""A document as GitHub-flavoured Markdown: one file, with its figures beside it in the folder `figures`.

A text is data: whatever in it Markdown, or what GitHub makes of Markdown, would take for markup is escaped,
and reads as it was written once it is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from primus_eval.report.display import Figure, Paragraphs, Row, Section, Table
from primus_eval.report.document import Document
from primus_eval.report.headline import Headline
from primus_eval.wording.pieces import Link, Sentence, visible

NOTHING = "<!-- -->"
"""Parts two characters in the source and leaves them together on the page: no parser sees both at once."""

LEVEL = "&emsp;"
"""Before the label of a row that is part of the one above."""

_SPECIAL = re.compile(
    r"(?P<money>\$)"
    r"|(?P<parted>@(?=\w)|:(?=//|[\w+-]+:)|www(?=\.))"  # mentions, addresses, emoji by name
    r"|(?P<number>\#(?=\d))"  # of an issue
    r"|(?P<mark>[\\`*\[\]<>|~\#{}^]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=[\#A-Za-z])|(?<=\{)%|%(?=\}))",
    re.IGNORECASE,
)
_STARTS_A_LIST = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_SPACES = re.compile(r"[ \t\r\n]+")


def markdown_of(document: Document) -> bytes:
    """Write a document as Markdown."""
    blocks = _Writer(document).blocks()
    return ("\n\n".join(filter(None, blocks)) + "\n").encode()


def markdown_table(table: Table, document: Document) -> str:
    """Write one table of a document as Markdown, with its stamps, caption and notes."""
    return "\n\n".join(filter(None, _Writer(document)._table(table))) + "\n"


def escaped(text: str) -> str:
    r"""Return a text on one line so that Markdown shows it as it is, wherever on a line it stands.

    >>> print(escaped("[x](y) costs $5 & a_b, _c_"))
    \[x\](y) costs <span>\$</span>5 & a_b, \_c\_
    >>> print(escaped("1. Write to me@example.org"))
    1\. Write to me@<!-- -->example.org
    """
    return _at_start(_SPECIAL.sub(_shielded, _SPACES.sub(" ", text)))


def escaped_attribute(text: str) -> str:
    r"""Return a text as it stands between the brackets of a picture, where nothing but text may be.

    >>> print(escaped_attribute("a_b [c] $5"))
    a\_b \[c\] \$5
    """
    return re.sub(r"([\\`*_\[\]<>|~#&{}$!^])", r"\\\1", _SPACES.sub(" ", text).strip())


def _shielded(found: re.Match[str]) -> str:
    text = found.group()
    if found["money"]:
        # The backslash is for readers that look for formulas in the source, the span for GitHub,
        # which looks for them in the page.
        return f"<span>\\{text}</span>"
    if found["parted"]:
        return text + NOTHING
    return f"\\{text}{NOTHING}" if found["number"] else f"\\{text}"


def _at_start(line: str) -> str:
    """Shield what would make a line an item of a list, a rule or the underline of a heading."""
    line = _STARTS_A_LIST.sub(r"\1\\\2", line.strip())
    return f"\\{line}" if line.startswith(("-", "+", "=")) else line


class _Writer:
    """Writes the parts of one document as blocks, which blank lines part."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.places = {section.id for section in document.sections} | {table.id for table in document.tables}
        self.tags = " · ".join(_bold(self.text(tag)) for tag in document.tags)

    def blocks(self) -> Iterator[str]:
        document = self.document
        yield from self._head()
        yield from self._headline(document.headline)
        if document.depth != "summary":
            yield self._contents()
        for section in document.sections:
            yield from self._section(section)
        if document.terms:
            yield self.tags
            yield _heading("glossary", escaped(self.document.words.text("page.glossary")))
            yield self._defined(document.terms)
        yield "---"
        yield from map(self.text, document.footer)

    def text(self, sentence: Sentence) -> str:
        """Return a sentence as one line; a reference is a link where its place is in this document."""
        parts: list[str] = []
        words: list[str] = []
        for piece in sentence:
            if isinstance(piece, Link) and piece.target in self.places:
                parts += [
                    _inside("".join(words)),
                    f"[{_inside(visible(piece.text))}](#{_slug(piece.target)})",
                ]
                words = []
            else:
                words.append(piece if isinstance(piece, str) else visible(piece.text))
        return _at_start("".join([*parts, _inside("".join(words))]))

    def _head(self) -> Iterator[str]:
        document = self.document
        yield from (_bold(self.text(stamp)) for stamp in document.stamps)
        yield self.text(document.kicker)
        yield f"# {self.text(document.title)}"
        yield _bold(self.text(document.disclaimer))
        yield self.text(document.programme)
        yield self._defined(document.facts)

    def _defined(self, pairs: Iterable[tuple[Sentence, Sentence]]) -> str:
        return "\n".join(f"- {_bold(self.text(term))}: {self.text(meaning)}" for term, meaning in pairs)

    def _contents(self) -> str:
        words = self.document.words
        places = [(section.id, self.text(section.title)) for section in self.document.sections]
        if self.document.terms:
            places.append(("glossary", escaped(words.text("page.glossary"))))
        listed = "\n".join(f"- [{title}](#{_slug(place)})" for place, title in places)
        return f"{_bold(escaped(words.text('page.contents')))}\n\n{listed}"

    def _headline(self, headline: Headline) -> Iterator[str]:
        yield self.tags
        yield f"## {self.text(headline.kicker)}"
        yield self._glance(headline)
        yield self.text(headline.sentence)
        yield _bold(self.text(self.document.caution))
        for sentence in (headline.truth, headline.analysed):
            yield self.text(sentence)

    def _glance(self, headline: Headline) -> str:
        figure = f"{_bold(self.text(headline.figure))} {self.text(headline.figure_unit)}"
        if not headline.figure:
            return ""
        if not headline.arms:
            return f"{figure}<br>{self.text(headline.interval)}"
        change = escaped(self.document.words.text("headline.change"))
        rows = [(self.text(arm.label), _bold(self.text((arm.number,)))) for arm in headline.arms]
        rows.append((change, f"{figure}<br>{self.text(headline.interval)}"))
        return _pipes(["", self.text(headline.people)], rows)

    def _section(self, section: Section) -> Iterator[str]:
        yield self.tags
        yield _heading(section.id, self.text(section.title))
        for part in section.parts:
            if isinstance(part, Table):
                yield from self._table(part)
            elif isinstance(part, Figure):
                yield f"![{escaped_attribute(visible(part.alt))}](figures/{quote(part.id)}.png)"
                yield self._caption(part.caption)
            else:
                yield from self._prose(part)

    def _prose(self, part: Paragraphs) -> Iterator[str]:
        if part.heading:
            yield f"### {self.text(part.heading)}"
        yield from map(self.text, part.paragraphs)
        yield "\n".join(f"- {self.text(item)}" for item in part.items)

    def _caption(self, caption: Sentence, place: str = "") -> str:
        said = " · ".join(filter(None, [self.tags, _bold(self.text(caption))]))
        return (_place(place) if place else "") + said

    def _table(self, table: Table) -> Iterator[str]:
        yield self._caption(table.caption, table.id)
        rows: list[Iterable[str]] = []
        for group in table.groups:
            if group.header:
                rows.append([_bold(self.text(group.header))])
            for row in group.rows:
                rows.append(self._row(row))
                rows += [[self.text(remark)] for remark in row.remarks]
        yield _pipes([self.text(cell) for cell in table.head], rows, numeric=table.numeric)
        yield from map(self.text, table.notes)

    def _row(self, row: Row) -> Iterator[str]:
        emphasised = _bold if row.emphasis == "primary" else str
        header = (LEVEL if row.emphasis == "part" else "") + emphasised(self.text(row.header))
        yield "<br>".join(filter(None, [header, self.text(row.detail)]))
        for cell in row.cells:
            yield emphasised(self.text(cell))
        if row.across:
            yield emphasised(self.text(row.across))


def _inside(text: str) -> str:
    """Shield a part of a line, which keeps its spaces at both ends."""
    return _SPECIAL.sub(_shielded, _SPACES.sub(" ", text))


def _bold(line: str) -> str:
    return f"**{line}**" if line else ""


def _slug(place: str) -> str:
    return re.sub(r"[^\w-]+", "-", place, flags=re.ASCII)


def _place(place: str) -> str:
    return f'<a id="{_slug(place)}"></a>'


def _heading(place: str, title: str) -> str:
    return f"## {_place(place)}{title}"


def _pipes(head: list[str], rows: Iterable[Iterable[str]], *, numeric: Iterable[int] = frozenset({1})) -> str:
    """Lay out a table; rows that are too short are filled up with empty cells."""
    right = set(numeric)
    rules = ["---:" if column in right else "---" for column in range(len(head))]
    filled = ([*row, *[""] * len(head)][: len(head)] for row in map(list, rows))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, rules, *filled])
