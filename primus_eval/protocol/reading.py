"""Read a protocol from TOML and report every mistake at once, each with its line.

Three passes over the same document, whose problems are collected together: the syntax (tomllib),
the records (pydantic: unknown keys, wrong types, missing keys) and the cross-references
(`crossings.py`: words, ids and columns that must exist elsewhere).
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from primus_eval.definitions import PRESETS
from primus_eval.errors import InputError, Problem
from primus_eval.protocol.crossings import crossing_problems
from primus_eval.protocol.fields import PATTERNS_IN_WORDS
from primus_eval.protocol.keys import keys_of, record_in
from primus_eval.protocol.lines import KeyPath, dotted, key_lines, line_of
from primus_eval.protocol.model import Protocol
from primus_eval.protocol.tables import Data
from primus_eval.schema import Record
from primus_eval.vocabulary import nearest

DEEPEST_NESTING = 50
LARGEST_INTEGER = 2**63 - 1
"""Of TOML 1.0; Python would read larger ones, and then fail to print or to convert them."""
LONGEST_TEXT = 2_000_000
USUAL_NAME = "protocol.toml"

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """As much of a protocol as could be read: all of it, or only what it says of the data, or neither."""

    protocol: Protocol | None
    data: Data | None
    problems: tuple[Problem, ...]
    text: str


def read_protocol(path: str | Path) -> Protocol:
    """Read what was promised from a TOML file, or from the protocol.toml of a folder.

    Raises InputError with every problem found: file, line, key, what is wrong and what is allowed.
    """
    path = protocol_file(path)
    return parse_protocol(read_toml_text(path), file=path.name)


def parse_protocol(text: str, *, file: str = USUAL_NAME) -> Protocol:
    """Read a protocol from text; `file` is the name that messages show."""
    parts = _parts(text, file)
    if parts.protocol is None:
        raise InputError(parts.problems)
    return parts.protocol


def read_parts(path: str | Path) -> Parts:
    """Read as much of a protocol as can be read, so that its data can be checked in the same go.

    Raises nothing for bad input: what is wrong stands in `problems`, in the order of the lines.
    """
    path = protocol_file(path)
    text = ""
    try:
        text = read_toml_text(path)
        return _parts(text, path.name)
    except InputError as error:
        return Parts(protocol=None, data=None, problems=error.problems, text=text)


def protocol_file(path: str | Path) -> Path:
    """Return the path of a protocol: the file itself, or the protocol.toml of a folder."""
    path = Path(path)
    return path / USUAL_NAME if path.is_dir() else path


def _parts(text: str, file: str) -> Parts:
    document = parse_toml(text, file=file)
    lines = key_lines(text)
    protocol, problems = validate(Protocol, document, lines=lines, file=file)
    known = {(problem.key, problem.code) for problem in problems}
    problems += [
        problem
        for problem in crossing_problems(document, lines=lines, file=file)
        if (problem.key, problem.code) not in known
    ]
    if protocol is not None:
        data: Data | None = protocol.data
    else:
        told = document.get("data")
        data = validate(Data, told, lines={}, file=file)[0] if isinstance(told, dict) else None
    return Parts(
        protocol=None if problems else protocol,
        data=data,
        problems=tuple(sorted(problems, key=lambda problem: (problem.line or 0, problem.key or ""))),
        text=text,
    )


def read_toml_text(path: Path) -> str:
    """Read a TOML file as UTF-8 text, naming what is wrong with its encoding."""
    try:
        raw = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(_not_there(path)) from None
    except OSError:
        raise InputError(
            Problem(
                code="PE-F21",
                file=path.name,
                what="cannot be opened.",
                mend="Give the path of an existing file that you may read.",
            )
        ) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError(
            Problem(
                code="PE-F20",
                file=path.name,
                line=line,
                what="is not UTF-8 text, which TOML must be.",
                mend="Save the file as UTF-8.",
            )
        ) from None


def _not_there(path: Path) -> Problem:
    is_in_folder = path.name == USUAL_NAME and path.parent.is_dir()
    return Problem(
        code="PE-F21",
        file=path.name,
        what="there is no such file or folder.",
        mend="Look for a slip in the path; `primus-eval new` writes a first protocol into a folder of data."
        if is_in_folder
        else "Look for a slip in the path: it is taken from the folder in which you are.",
    )


def parse_toml(text: str, *, file: str) -> dict[str, Any]:
    """Parse TOML text under stated limits; every failure is an InputError."""
    if len(text) > LONGEST_TEXT:
        raise InputError(
            Problem(
                code="PE-F05", file=file, what="is longer than two million characters.", mend="Shorten it."
            )
        )
    try:
        document = tomllib.loads(text)
        nodes = list(_nodes(document))
    except tomllib.TOMLDecodeError as error:
        raise InputError(_not_toml(text, str(error), file)) from None
    except RecursionError:
        raise InputError(
            Problem(
                code="PE-F05",
                file=file,
                what=f"is nested more than {DEEPEST_NESTING} levels deep.",
                mend="Remove the nesting; no key of ours needs it.",
            )
        ) from None
    except ValueError:  # Python converts no text of thousands of digits
        raise _cannot_represent(file, _line_of_long_number(text)) from None
    for path, node in nodes:
        if isinstance(node, int) and abs(node) > LARGEST_INTEGER:
            raise _cannot_represent(file, line_of(path, key_lines(text)))
        control = [_CONTROL.search(part.replace("\r\n", "\n")) for part in _texts_at(path, node)]
        if any(control):
            raise _holds_control(file, line_of(path, key_lines(text)), dotted(path))
    return document


def _cannot_represent(file: str, line: int | None) -> InputError:
    return InputError(
        Problem(
            code="PE-F06",
            file=file,
            line=line,
            what="holds a whole number that cannot be represented.",
            mend=f"Write a whole number of at most {len(str(LARGEST_INTEGER)) - 1} digits.",
        )
    )


def _holds_control(file: str, line: int | None, key: str) -> InputError:
    return InputError(
        Problem(
            code="PE-E15",
            file=file,
            line=line,
            key=key,
            what="holds a control character.",
            mend="Remove it: messages and reports show what a protocol says, and it would act on a screen.",
        )
    )


def validate(
    model: type[M], document: Mapping[str, Any], *, lines: dict[KeyPath, int], file: str
) -> tuple[M | None, list[Problem]]:
    """Validate a document under a record; return the record, or None and every problem."""
    try:
        return model.model_validate(document), []
    except ValidationError as error:
        items = [dict(item) for item in error.errors()]
        return None, [
            _problem(model, document, item, lines, file) for item in items if not _follows_from(item, items)
        ]


def _follows_from(item: dict[str, Any], others: list[dict[str, Any]]) -> bool:
    """Whether a list is called too short only because entries of it are wrong, which is said already."""
    loc = item["loc"]
    return item["type"] == "too_short" and any(
        len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in others
    )


def _problem(
    model: type[BaseModel],
    document: Mapping[str, Any],
    item: dict[str, Any],
    lines: dict[KeyPath, int],
    file: str,
) -> Problem:
    path = _path_in_document(item["loc"], document)
    problem = partial(Problem, file=file, line=line_of(path, lines), key=dotted(path))
    kind = item["type"]
    if kind == "extra_forbidden":
        known = _keys_of(model, path[:-1])
        close = nearest(str(path[-1]), known)
        hint = f"Did you mean {close}? " if close else ""
        return problem(
            code="PE-F07",
            what="is not a known key.",
            mend=f"{hint}Known here: {', '.join(known)}." if known else f"{hint}Remove it.",
        )
    if kind == "missing":
        return problem(
            code="PE-F08",
            what="is missing.",
            mend=f"Add {path[-1]} to this table.",
        )
    if kind == "literal_error":
        allowed = [_as_word(found) for found in _QUOTED.findall(item["ctx"]["expected"])]
        close = nearest(str(item["input"]), allowed) if isinstance(item["input"], str) else None
        hint = f"Did you mean {close}? " if close else ""
        return problem(
            code="PE-F08",
            what=f"{_shown(item['input'])} is not a known word.",
            mend=f"{hint}Use one of: {', '.join(allowed)}.",
        )
    if kind == "value_error" and path[-1:] == ("reoffending",) and _names_no_preset(item["input"]):
        name = item["input"]["preset"]
        close = nearest(name, PRESETS) if isinstance(name, str) else None
        hint = f"Did you mean {close}? " if close else ""
        path = (*path, "preset")
        return Problem(
            code="PE-F08",
            file=file,
            line=line_of(path, lines),
            key=dotted(path),
            what=f"{_shown(name)} is not a known preset.",
            mend=f"{hint}Known: {', '.join(PRESETS)}.",
        )
    wanted = _wanted(item)
    message = str(item["msg"]).removeprefix("Value error, ")
    return problem(
        code="PE-F08",
        what=f"{_shown(item['input'])} is not {wanted}."
        if wanted
        else f"{_shown(item['input'])}: {message}.",
        mend=f"Write {wanted}." if wanted else "Correct it.",
    )


def _names_no_preset(rules: object) -> bool:
    """Whether a definition of reoffending is refused for the preset that it names."""
    name = rules.get("preset") if isinstance(rules, Mapping) else None
    return name is not None and name not in list(PRESETS)


_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""All but tab and line feed."""
_DIGITS = re.compile("[0-9][0-9_]*")
_PLACE = re.compile(r"\(at line ([0-9]+), column ([0-9]+)\)")
_WORD = re.compile(r"(?<=[\s{,.\[])[\w-]+(?=\s*[=.\]])|^[\w-]+(?=\s*[=.])")
"""A key without quotes, or a part of one."""
_BARE_KEY = re.compile(r"([A-Za-z0-9_-]+)\s*=")
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'")

_WANTED = {
    "string_type": "a text in quotes",
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "date_type": "a date without quotes, such as 2026-11-01",
    "dict_type": "a table",
    "model_type": "a table",
    "tuple_type": "a list",
    "greater_than": "a number greater than {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "less_than": "a number less than {lt}",
    "less_than_equal": "a number of at most {le}",
    "too_short": "a list of at least {min_length}",
    "too_long": "a list of at most {max_length}",
}
"""What would have been right, for each kind of pydantic error."""


def _wanted(item: dict[str, Any]) -> str | None:
    if item["type"] == "string_pattern_mismatch":
        return PATTERNS_IN_WORDS.get(item["ctx"]["pattern"])
    wanted = _WANTED.get(item["type"])
    return wanted and wanted.format(**item.get("ctx", {}))


def _as_word(found: str) -> str:
    """Show an allowed word as it is, and anything else, such as a separator, as TOML writes it."""
    return found if re.fullmatch(r"[\w-]+", found) else f'"{found}"'


def _path_in_document(loc: tuple[str | int, ...], document: Mapping[str, Any]) -> KeyPath:
    """Keep the parts of a pydantic location that are keys or indices of the document."""
    path: list[str | int] = []
    here: Any = document
    for position, part in enumerate(loc):
        in_table = isinstance(here, Mapping) and part in here
        in_array = isinstance(here, list) and isinstance(part, int) and part < len(here)
        if in_table or in_array:
            path.append(part)
            here = here[part]
        elif position == len(loc) - 1 and isinstance(here, Mapping) and isinstance(part, str):
            path.append(part)
    return tuple(path)


def _keys_of(model: type[BaseModel], path: KeyPath) -> list[str]:
    """List the keys that a table of the protocol may have, following field types down a path."""
    here: Any = model
    for part in path:
        if isinstance(part, int) or not (isinstance(here, type) and issubclass(here, Record)):
            continue
        found = next((key for key in keys_of(here) if key.name == part), None)
        if found is None:
            continue
        inner = record_in(found.hint)
        here = inner and inner.record
    return [key.name for key in keys_of(here)] if isinstance(here, type) and issubclass(here, Record) else []


def _nodes(document: Any) -> Iterator[tuple[KeyPath, Any]]:
    """Give every value of a document and where it stands; RecursionError where nesting is too deep."""
    level: list[tuple[KeyPath, Any]] = [((), document)]
    for _ in range(DEEPEST_NESTING):
        yield from level
        level = [
            ((*path, key), child)
            for path, node in level
            if isinstance(node, dict | list)
            for key, child in (node.items() if isinstance(node, dict) else enumerate(node))
        ]
        if not level:
            return
    raise RecursionError


def _texts_at(path: KeyPath, node: Any) -> list[str]:
    """Return the texts that stand at one place: the last key, and the value."""
    return [part for part in (*path[-1:], node) if isinstance(part, str)]


def _line_of_long_number(text: str) -> int | None:
    """Return the first line with a number of more digits than Python converts."""
    most = sys.get_int_max_str_digits()
    for number, line in enumerate(text.split("\n"), start=1):
        if any(len(found[0].replace("_", "")) > most for found in _DIGITS.finditer(line)):
            return number
    return None


def _shown(value: Any) -> str:
    """Show a value of a protocol in a message, shortened; a protocol holds no value of a person."""
    if isinstance(value, dict | list):
        return "this table" if isinstance(value, dict) else "this list"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _not_toml(text: str, message: str, file: str) -> Problem:
    """Say what is wrong with a text that is no TOML, and how to mend the commonest slips."""
    lines = text.split("\n")  # the only line ends of TOML
    place = _PLACE.search(message)
    number, column = (int(place[1]), int(place[2])) if place else (len(text.splitlines()), 0)
    line = lines[number - 1] if number <= len(lines) else ""
    problem = partial(Problem, code="PE-F03", file=file, line=number)
    first = _line_of_same_table(lines, number) if message.startswith("Cannot declare") else None
    if first is not None:
        return problem(
            what=f"{line.split('#')[0].strip()} stands on line {first} already.",
            mend="Put the new lines below it.",
        )
    mend = _key_hint(line, column)
    if mend is None and message.startswith("Invalid value"):
        keys = _BARE_KEY.findall(line[: column - 1])
        mend = f'A text needs quotes: {keys[-1] if keys else "key"} = "..."'
    return problem(
        what=f"is not valid TOML: {_without_place(message)}.",
        mend=mend or "Mend this line; keys may stand once, texts need quotes.",
    )


def _line_of_same_table(lines: list[str], number: int) -> int | None:
    """The line above that begins the same table, such as [data.participants]; None where there is none."""
    table = _table_of(lines[number - 1])
    above = range(1, number)
    return next((each for each in above if table is not None and _table_of(lines[each - 1]) == table), None)


def _table_of(line: str) -> dict[str, Any] | None:
    """The table that a line begins, as the empty tables that it makes; None for any other line."""
    if not line.lstrip().startswith("["):
        return None
    try:
        return tomllib.loads(line)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None  # a line within a list


def _key_hint(line: str, column: int) -> str | None:
    """Say that a key with letters beyond a-z needs quotes, where that is what is wrong with a line.

    column: the place of the mistake in the line, counted from one.
    """
    for word in _WORD.finditer(line):
        if word.start() <= column - 1 <= word.end() and not word[0].isascii():
            return f'A key with other letters than a to z needs quotes: "{word[0]}" = ...'
    return None


def _without_place(message: str) -> str:
    return message.split(" (at ")[0].rstrip(".")
