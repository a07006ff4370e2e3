"""On which line of a TOML text each key stands, so that a message can name it.

`tomllib` keeps no positions. This reads only headers and keys, never values, and is used on text
that tomllib has already accepted; a key inside an inline table falls back to the line of its parent.
"""

from __future__ import annotations

import re

KeyPath = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*(\]\]?)\s*(#.*)?$")
_KEY = re.compile(
    r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'')


def key_lines(text: str) -> dict[KeyPath, int]:
    """Map each key path of a TOML text to its line, counted from one.

    >>> lines = key_lines('[study]\\nid = "a"\\n[[arm]]\\nrole = "control"\\n')
    >>> lines[("study", "id")], lines[("arm", 0, "role")]
    (2, 4)
    """
    lines: dict[KeyPath, int] = {}
    table: KeyPath = ()
    counts: dict[KeyPath, int] = {}
    open_until: str | None = None
    depth = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if open_until is not None:
            if open_until in line:
                open_until = None
            continue
        if depth == 0:
            header = _HEADER.match(line)
            if header:
                table = _table_path(_parts(header[2]), header[1] == "[[", counts)
                lines.setdefault(table, number)
                continue
            key = _KEY.match(line)
            if key:
                path = table + tuple(_parts(key[1]))
                for end in range(len(table) + 1, len(path) + 1):
                    lines.setdefault(path[:end], number)
                line = line[key.end() :]
        for quote in ('"""', "'''"):
            if line.count(quote) % 2:
                open_until = quote
        if open_until is None:
            bare = _STRING.sub("", line).split("#", 1)[0]
            depth += bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}")
    return lines


def line_of(path: KeyPath, lines: dict[KeyPath, int]) -> int | None:
    """Return the line of a key path, or of the nearest parent that has one."""
    for end in range(len(path), 0, -1):
        if path[:end] in lines:
            return lines[path[:end]]
    return None


def dotted(path: KeyPath) -> str:
    """Write a key path for people: entries of arrays are counted from one.

    >>> dotted(("analysis", 0, "population"))
    'analysis[1].population'
    """
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _parts(key: str) -> list[str]:
    return [part.strip("\"'") for part in _PART.findall(key)]


def _table_path(parts: list[str], is_array: bool, counts: dict[KeyPath, int]) -> KeyPath:
    """Resolve a header to a path with indices: parents that are arrays mean their last entry."""
    path: KeyPath = ()
    for position, part in enumerate(parts):
        path = (*path, part)
        last = position == len(parts) - 1
        if last and is_array:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path
