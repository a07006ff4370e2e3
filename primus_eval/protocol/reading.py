"""Read a protocol from TOML and report every mistake at once, each with its line.

Three passes over the same document, whose problems are collected together: the syntax (tomllib),
the records (pydantic: unknown keys, wrong types, missing keys) and the cross-references
(`crossings.py`: words, ids and columns that must exist elsewhere).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from primus_eval.errors import InputError, Problem
from primus_eval.protocol.crossings import crossing_problems
from primus_eval.protocol.lines import KeyPath, dotted, key_lines, line_of
from primus_eval.protocol.model import PATTERNS_IN_WORDS, Protocol
from primus_eval.vocabulary import nearest

DEEPEST_NESTING = 50
LARGEST_INTEGER = 2**63 - 1
"""Of TOML 1.0; Python would read larger ones, and then fail to print or to convert them."""
LONGEST_TEXT = 2_000_000

M = TypeVar("M", bound=BaseModel)


def read_protocol(path: str | Path) -> Protocol:
    """Read what was promised from a TOML file.

    Raises InputError with every problem found: file, line, key, what is wrong and what is allowed.
    """
    path = Path(path)
    return parse_protocol(read_toml_text(path), file=path.name)


def parse_protocol(text: str, *, file: str = "protocol.toml") -> Protocol:
    """Read a protocol from text; `file` is the name that messages show."""
    document = parse_toml(text, file=file)
    lines = key_lines(text)
    protocol, problems = validate(Protocol, document, lines=lines, file=file)
    known = {(problem.key, problem.code) for problem in problems}
    problems += [
        problem
        for problem in crossing_problems(document, lines=lines, file=file)
        if (problem.key, problem.code) not in known
    ]
    if problems or protocol is None:
        raise InputError(sorted(problems, key=lambda problem: (problem.line or 0, problem.key or "")))
    return protocol


def read_toml_text(path: Path) -> str:
    """Read a TOML file as UTF-8 text, naming what is wrong with its encoding."""
    try:
        raw = path.read_bytes()
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


def parse_toml(text: str, *, file: str) -> dict[str, Any]:
    """Parse TOML text under stated limits; every failure is an InputError."""
    problem: Problem
    if len(text) > LONGEST_TEXT:
        problem = Problem(
            code="PE-F05", file=file, what="is longer than two million characters.", mend="Shorten it."
        )
    else:
        try:
            document = tomllib.loads(text)
            _require_limits(document)
            return document
        except tomllib.TOMLDecodeError as error:
            problem = Problem(
                code="PE-F03",
                file=file,
                line=_line_in(str(error)) or len(text.splitlines()),
                what=f"is not valid TOML: {_without_place(str(error))}.",
                mend="Mend this line; keys may stand once, texts need quotes.",
            )
        except RecursionError:
            problem = Problem(
                code="PE-F05",
                file=file,
                what=f"is nested more than {DEEPEST_NESTING} levels deep.",
                mend="Remove the nesting; no key of ours needs it.",
            )
        except ValueError:
            problem = Problem(
                code="PE-F06",
                file=file,
                what="holds a number or a date that cannot be represented.",
                mend="Look for a number with very many digits, or a date such as 2024-02-30.",
            )
    raise InputError(problem)


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
    wanted = _wanted(item)
    message = str(item["msg"]).removeprefix("Value error, ")
    return problem(
        code="PE-F08",
        what=f"{_shown(item['input'])} is not {wanted}."
        if wanted
        else f"{_shown(item['input'])}: {message}.",
        mend=f"Write {wanted}." if wanted else "Correct it.",
    )


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
        if isinstance(part, int) or not (isinstance(here, type) and issubclass(here, BaseModel)):
            continue
        field = next((item for name, item in here.model_fields.items() if (item.alias or name) == part), None)
        if field is None:
            continue
        here = _record_in(field.annotation)
    if isinstance(here, type) and issubclass(here, BaseModel):
        return [item.alias or name for name, item in here.model_fields.items()]
    return []


def _record_in(annotation: Any) -> Any:
    """Find the record type inside an annotation such as tuple[Arm, ...] or Planning | None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        found = _record_in(inner)
        if found is not None:
            return found
    return None


def _require_limits(document: Any) -> None:
    """Raise RecursionError where a document is too deep, ValueError where an integer is too large."""
    level: list[Any] = [document]
    for _ in range(DEEPEST_NESTING):
        if any(isinstance(node, int) and abs(node) > LARGEST_INTEGER for node in level):
            raise ValueError
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return
    raise RecursionError


def _shown(value: Any) -> str:
    """Show a value of a protocol in a message, shortened; a protocol holds no value of a person."""
    if isinstance(value, dict | list):
        return "this table" if isinstance(value, dict) else "this list"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _line_in(message: str) -> int | None:
    words = message.replace(",", " ").split()
    numbers = [word for before, word in zip(words, words[1:], strict=False) if before == "line"]
    return int(numbers[-1]) if numbers and numbers[-1].isdigit() else None


def _without_place(message: str) -> str:
    return message.split(" (at ")[0].rstrip(".")
