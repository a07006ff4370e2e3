"""Paste what a message offers into a protocol, as its reader would: below the header that it begins with.

A key that stands there already is replaced; a key of a column that is written in braces goes into the
braces. The result is text again, so that it can be read like any other protocol.
"""

from __future__ import annotations

import re
import tomllib

Path = tuple[str, ...]

_KEY_PART = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|\'([^\']*)\'|([A-Za-z0-9_-]+))\s*')


def pasted(protocol: str, paste: str) -> str:
    """Return a protocol with the lines of a paste below their header.

    >>> print(pasted('[data]\\na = { type = "date" }\\n', '[data.a]\\nformat = "%Y"'), end="")
    [data]
    a = { type = "date", format = "%Y" }
    """
    header, *pairs = paste.strip().split("\n")
    if not re.fullmatch(r"\[\[?[^\[\]]+\]\]?", header.strip()) or not pairs:
        raise ValueError(f"a paste begins with a header and has a line below it: {paste!r}")
    above = _parts(header.strip().strip("[]"))
    for pair in filter(str.strip, pairs):
        name, value = _pair(pair)
        protocol = _with_value(protocol, header.strip(), (*above, *name), len(above), value)
    tomllib.loads(protocol)
    return protocol


def _with_value(protocol: str, header: str, path: Path, depth: int, value: str) -> str:
    lines = protocol.splitlines()
    table: Path = ()
    below = None
    for number, line in enumerate(lines):
        if re.match(r"\s*\[", line):
            table = _parts(line.strip().strip("[]"))
            if line.strip() == header and below is None:
                below = number
        elif "=" in line and not line.lstrip().startswith("#"):
            name, old = _pair(line)
            full = (*table, *name)
            if full == path:
                lines[number] = f"{_written(name)} = {value}"
                return "\n".join(lines) + "\n"
            if full == path[: len(full)] and old.startswith("{"):
                lines[number] = f"{_written(name)} = {_in_braces(old, path[len(full) :], value)}"
                return "\n".join(lines) + "\n"
    pair = f"{_written(path[depth:])} = {value}"
    if below is None:
        lines += ["", header, pair]
    else:
        lines.insert(below + 1, pair)
    return "\n".join(lines) + "\n"


def _in_braces(braces: str, path: Path, value: str) -> str:
    entries = [entry.strip() for entry in _split(braces.strip()[1:-1]) if entry.strip()]
    for number, entry in enumerate(entries):
        name, _ = _pair(entry)
        if name == path:
            entries[number] = f"{_written(name)} = {value}"
            break
    else:
        entries.append(f"{_written(path)} = {value}")
    return "{ " + ", ".join(entries) + " }"


def _split(text: str) -> list[str]:
    """Split at the commas that stand in no brackets, braces or quotes."""
    parts, depth, quote, start = [], 0, "", 0
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        elif sign == "," and not depth:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def _pair(line: str) -> tuple[Path, str]:
    """Return the key of a line, as its parts, and its value as text."""
    at = 0
    name: list[str] = []
    while match := _KEY_PART.match(line, at):
        name.append(next(part for part in match.groups() if part is not None))
        at = match.end()
        if line[at : at + 1] != ".":
            break
        at += 1
    return tuple(name), line[at:].lstrip().removeprefix("=").strip()


def _parts(dotted: str) -> Path:
    return _pair(f"{dotted} =")[0]


def _written(path: Path) -> str:
    plain = re.compile(r"[A-Za-z0-9_-]+")
    return ".".join(part if plain.fullmatch(part) else f'"{part}"' for part in path)
