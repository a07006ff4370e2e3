"""On which line of a TOML text each key stands, so that a message can name it.

`tomllib` keeps no positions. This reads a text that tomllib has already accepted, so it needs to tell
apart keys, values and nesting, but never to judge them. Entries of arrays have lines of their own.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import NamedTuple

KeyPath = tuple[str | int, ...]

_TOKEN = re.compile(
    r'''
      (?P<passed_over>[ \t\r]+|\#[^\n]*)
    | \n
    | """(?:[^"\\]+|\\.|"(?!""(?!")))*+"""
    | \'\'\'(?:[^']+|'(?!''(?!')))*+\'\'\'
    | "(?:[^"\\\n]|\\.)*+"
    | '[^'\n]*'
    | [\[\]{}=,.]
    | [^\s\[\]{}=,."'\#]+
    ''',
    re.VERBOSE | re.DOTALL,
)
END = ""


class _Token(NamedTuple):
    text: str
    line: int


def key_lines(text: str) -> dict[KeyPath, int]:
    """Map each key path of a TOML text to its line, counted from one.

    >>> lines = key_lines('[study]\\nid = "a"\\n[[arm]]\\nrole = "control"\\n')
    >>> lines[("study", "id")], lines[("arm", 0, "role")]
    (2, 4)
    """
    return _Reader(text).lines


def line_of(path: KeyPath, lines: dict[KeyPath, int]) -> int | None:
    """Return the line of a key path, or of the nearest parent that has one."""
    for end in range(len(path), 0, -1):
        if path[:end] in lines:
            return lines[path[:end]]
    return None


def dotted(path: KeyPath) -> str:
    """Write a key path for people: entries of arrays are counted from one, signs nobody sees by number.

    >>> dotted(("analysis", 0, "population"))
    'analysis[1].population'
    """
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04X}" for sign in text)


class _Reader:
    """Walks the tokens of a text once, noting the line of each key and of each entry of an array."""

    def __init__(self, text: str) -> None:
        self.lines: dict[KeyPath, int] = {}
        self.entries: dict[KeyPath, int] = {}
        self.tokens = list(_tokens(text))
        self.at = 0
        table: KeyPath = ()
        while self.peek().text != END:
            if self.peek().text == "[":
                table = self.header()
            elif not self.skips("\n"):
                self.pair(table)

    def peek(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        token = self.tokens[self.at]
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def skips(self, *texts: str) -> bool:
        """Pass over the next token if it is one of these; quoted texts keep their quotes and never are."""
        found = self.peek().text in texts
        if found:
            self.take()
        return found

    def note(self, path: KeyPath, line: int) -> None:
        for end in range(1, len(path) + 1):
            self.lines.setdefault(path[:end], line)

    def header(self) -> KeyPath:
        """Read `[table]` or `[[table]]`; a parent that is an array means its last entry."""
        line = self.take().line
        is_array = self.skips("[")
        path: KeyPath = ()
        keys = self.key()
        for position, key in enumerate(keys, start=1):
            path = (*path, key)
            if is_array and position == len(keys):
                self.entries[path] = self.entries.get(path, -1) + 1
            if path in self.entries:
                path = (*path, self.entries[path])
        self.note(path, line)
        while self.skips("]"):
            pass
        return path

    def key(self) -> list[str]:
        """Read a key, dotted or not."""
        parts = [_plain(self.take())]
        while self.skips("."):
            parts.append(_plain(self.take()))
        return parts

    def pair(self, table: KeyPath) -> None:
        line = self.peek().line
        path = (*table, *self.key())
        self.note(path, line)
        self.skips("=")
        self.value(path)

    def value(self, path: KeyPath) -> None:
        if self.skips("["):
            entry = 0
            while not self.skips("]", END):
                if self.skips(","):
                    entry += 1
                elif not self.skips("\n"):
                    self.note((*path, entry), self.peek().line)
                    self.value((*path, entry))
        elif self.skips("{"):
            while not self.skips("}", END):
                if not self.skips(",", "\n"):
                    self.pair(path)
        else:
            while self.peek().text not in ("\n", ",", "]", "}", END):
                self.take()


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "passed_over":
            yield _Token(match[0], line)
        line += match[0].count("\n")
    yield _Token(END, line)


def _plain(token: _Token) -> str:
    """Return a part of a key without its quotes and escapes."""
    is_quoted = token.text.startswith(("'", '"'))
    return str(tomllib.loads(f"key = {token.text}")["key"]) if is_quoted else token.text
