"""Spoilt protocols: keys dropped, doubled and renamed, values of other types, depth, length, odd dates."""

from __future__ import annotations

import re
from collections.abc import Callable

from fuzz.drawing import Draw

VALUES = (
    '""',
    '"text"',
    '"T"',
    '"id"',
    '"nobody"',
    "''",
    '"""\n\n"""',
    '"\\u0000"',
    '"\\u202e"',
    '"\\ud800"',
    '"a\nb"',
    '"' + "a" * 3000 + '"',
    "0",
    "1",
    "-1",
    "3",
    "36526",
    "9223372036854775807",
    "9223372036854775808",
    "9" * 5000,
    "0x7fffffffffffffff",
    "1.5",
    "0.5",
    "-0.0",
    "1e400",
    "1e-400",
    "nan",
    "inf",
    "true",
    "false",
    "2024-01-01",
    "2024-02-30",
    "0001-01-01",
    "9999-12-31",
    "9999-12-31T23:59:59Z",
    "12:00:00",
    "[]",
    "[[]]",
    '[""]',
    '["1", "1"]',
    "[1, 2]",
    "[0, 0]",
    '["id", "arm", "age", "offence"]',
    "{}",
    "{ a = 1 }",
    '{ en = "" }',
    '{ da = "kun dansk" }',
    '{ "T" = "mentors" }',
    '{ "" = "usual", "C" = "mentors" }',
    '{ "0" = "nul", "00" = "nul nul" }',
    '"participants.csv"',
    '"events.csv"',
    '"protocol.toml"',
    '"missing.csv"',
    '"."',
    '".."',
    '"../x.csv"',
    '"/dev/zero"',
    '"con"',
    '"C:\\\\x.csv"',
    '"\\\\\\\\server\\\\x.csv"',
    '"a\\u0000b.csv"',
    '"' + "b" * 300 + '.csv"',
    '"x.pkl"',
    '"%Y-%m-%d"',
    '"%d.%m.%Y"',
    '"%y%m%d"',
    '"%q%"',
    '"excel_1900"',
    '"utf-16"',
    '"cp1252"',
    '";"',
    '","',
    '"integer"',
    '"number"',
    '"yes_no"',
    '"category"',
    '"date"',
    '"text"',
    '"kaplan_meier"',
    '"risk_ratio"',
    '"public_data"',
    "[" * 60 + "]" * 60,
    "[" * 3000 + "]" * 3000,
    "{ a = " * 60 + "1" + " }" * 60,
)
LINES = (
    "",
    "[data]",
    "[data.participants]",
    "[data.events.columns]",
    "[[arm]]",
    "[[outcome]]",
    "[[analysis]]",
    "[unknown]",
    "[disclosure]",
    'profile = "internal"',
    "threshold = 3",
    "[study]",
    "rows = 24",
    "rows = 23",
    'sha256 = "' + "0" * 64 + '"',
    'sheet = "people"',
    "skip_lines = 1",
    'missing = [""]',
    'encoding = "utf-16"',
    'decimal = ","',
    'separator = ";"',
    'linked = "employed"',
    'received = "employed"',
    'excluded = "offence"',
    'other_people = "leave_out"',
    'duplicate_rows = "keep"',
    'harmless = { ward = "A letter." }',
    "a" + ".a" * 200 + " = 1",
    "a" + ".a" * 3000 + " = 1",
    "= 1",
    "x",
    '"" = 1',
    '"\\u0000" = 1',
    "\ufeff",
    "\x00",
    "\u2028",
    "# \x7f",
    "'''",
    '"""',
    "\r",
)
WORDS = re.compile(r'"[^"\n]*"|[\w.%-]+')
PLAIN_VALUE = re.compile(r'(?<== )(?:"[^"\n]*"|\[[^\]\n]*\]|\{[^{}\n]*\}|[^\s,{}\[\]]+)')

Lines = list[str]


def line_dropped(lines: Lines, draw: Draw) -> None:
    lines.pop(draw.below(len(lines)))


def line_twice(lines: Lines, draw: Draw) -> None:
    lines.insert(draw.below(len(lines) + 1), draw.one(lines))


def lines_swapped(lines: Lines, draw: Draw) -> None:
    one, other = draw.below(len(lines)), draw.below(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def line_inserted(lines: Lines, draw: Draw) -> None:
    lines.insert(draw.below(len(lines) + 1), draw.one(LINES))


def value(lines: Lines, draw: Draw) -> None:
    """Give a key another value."""
    at = draw.below(len(lines))
    found = list(PLAIN_VALUE.finditer(lines[at]))
    if found:
        match = draw.one(found)
        lines[at] = lines[at][: match.start()] + draw.one(VALUES) + lines[at][match.end() :]


def word(lines: Lines, draw: Draw) -> None:
    """Put a word of the protocol, or a misspelt one, in the place of another."""
    at = draw.below(len(lines))
    found = list(WORDS.finditer(lines[at]))
    if found:
        match = draw.one(found)
        other = draw.one(WORDS.findall(draw.one(lines)) or [match[0]])
        new = draw.one((other, match[0][:-1], match[0].upper(), f"{match[0]}_x", ""))
        lines[at] = lines[at][: match.start()] + new + lines[at][match.end() :]


def block_twice(lines: Lines, draw: Draw) -> None:
    """Write several lines again."""
    start, end = draw.cut(len(lines), 12)
    lines[end:end] = lines[start:end]


def block_dropped(lines: Lines, draw: Draw) -> None:
    start, end = draw.cut(len(lines), 12)
    del lines[start:end]


MUTATIONS: tuple[Callable[[Lines, Draw], None], ...] = (
    line_dropped,
    line_twice,
    lines_swapped,
    line_inserted,
    *[value] * 5,
    *[word] * 3,
    block_twice,
    block_dropped,
)


def spoil(protocol: str, draw: Draw) -> tuple[bytes, list[str]]:
    """Spoil a protocol in a few ways; return which."""
    lines = protocol.split("\n")
    told = []
    for _ in range(draw.few(4)):
        if not lines:
            break
        way = draw.one(MUTATIONS)
        way(lines, draw)
        told.append(way.__name__)
    return "\n".join(lines).encode("utf-8", "surrogatepass"), told
