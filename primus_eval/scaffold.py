"""A first protocol from a folder of data: every guess is marked, nothing is decided.

Reads only enough of the table to tell types apart. Texts with many distinct values, or of which most
stand once, are left undeclared: they may hold names.
"""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

from primus_eval.errors import EnvironmentFault, InputError, Problem
from primus_eval.protocol.reading import read_toml_text

MOST_LEVELS = 12
GUESS = "# GUESS: check"


def scaffold(folder: str | Path) -> Path:
    """Write a first protocol.toml beside the one CSV file of a folder and return its path.

    Raises InputError where there is not exactly one CSV file, EnvironmentFault where a protocol exists.
    """
    folder = Path(folder)
    target = folder / "protocol.toml"
    if target.exists() or target.is_symlink():
        raise EnvironmentFault(
            Problem(code="PE-G14", file=target.name, what="exists already.", mend="Move it away first.")
        )
    files = sorted(path for path in folder.glob("*.csv") if path.is_file())
    if len(files) != 1:
        raise InputError(
            Problem(
                code="PE-A67",
                file=folder.name,
                what=f"holds {len(files)} files ending in .csv; one is needed, of the participants.",
                mend="Put the table of participants into a folder of its own.",
            )
        )
    draft = _draft(files[0])
    try:
        with open(target, "x", encoding="utf-8", newline="\n") as handle:  # never through a link
            handle.write(draft)
    except OSError:
        raise EnvironmentFault(
            Problem(
                code="PE-G02",
                file=target.name,
                what="cannot be written into this folder.",
                mend="Check permissions and free space, or copy the table elsewhere.",
            )
        ) from None
    return target


def guessed_lines(protocol: str | Path) -> list[int]:
    """Return the numbers of the lines of a protocol that still carry the mark of a guess."""
    lines = read_toml_text(Path(protocol)).splitlines()
    return [number for number, line in enumerate(lines, start=1) if GUESS in line]


def require_no_guess(protocol: Path) -> None:
    """Raise an InputError naming the lines of a protocol that still carry the mark of a guess."""
    marked = guessed_lines(protocol)
    if marked:
        raise InputError(
            [
                Problem(
                    code="PE-F23",
                    file=protocol.name,
                    line=number,
                    what="is still a guess of the program that drafted this protocol.",
                    mend=f"Correct it and remove the mark {GUESS}.",
                )
                for number in marked
            ]
        )


def _draft(path: Path) -> str:
    columns, separator = _read(path)
    names = list(columns)
    person = next((name for name in names if len(set(columns[name])) == len(columns[name])), names[0])
    two_codes = [name for name in names if name != person and len(set(columns[name])) == 2]
    arm = next((name for name in two_codes if _ARM_LIKE.search(name)), two_codes[0] if two_codes else None)
    codes = ["1", "0"] if arm is None else _treatment_first(sorted(set(columns[arm]), reverse=True))
    others = {name: _guessed_type(cells) for name, cells in columns.items() if name not in (person, arm)}
    declared = {name: kind for name, (kind, _) in others.items() if kind != "text"}
    integers = [name for name, kind in declared.items() if kind == "integer"]
    time = next((name for name in integers if _TIME_LIKE.search(name)), integers[0] if integers else None)
    event = next((name for name in declared if _EVENT_LIKE.search(name)), None)
    event = event or next((name for name, kind in declared.items() if kind == "yes_no"), None)
    lines = [_declaration(name, *others[name], is_outcome=name in (time, event)) for name in declared]
    return _TEMPLATE.format(
        guess=GUESS,
        file=_quoted(path.name),
        separator=_quoted(separator),
        person=_quoted(person),
        arm=_quoted("arm" if arm is None else arm),
        first_code=_quoted(codes[0]),
        second_code=_quoted(codes[1]),
        columns="\n".join(lines),
        undeclared=", ".join(_quoted(name) for name in others if name not in declared) or "none",
        time=_quoted("follow_up" if time is None else time),
        event=_quoted("event" if event is None else event),
    )


def _treatment_first(codes: list[str]) -> list[str]:
    """Put the code that sounds like a control arm last; still a guess."""
    return sorted(codes, key=lambda code: bool(_CONTROL_LIKE.search(code)))


def _read(path: Path) -> tuple[dict[str, list[str]], str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        first_line = text.split("\n", 1)[0]
        separator = max(",;\t", key=first_line.count)
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        header, *rows = [row for row in lines if row] or [[]]
    except UnicodeDecodeError:
        raise InputError(
            Problem(code="PE-A02", file=path.name, what="is not UTF-8 text.", mend="Save it as UTF-8.")
        ) from None
    except csv.Error:
        raise InputError(
            Problem(
                code="PE-A33",
                file=path.name,
                what="cannot be read as a table.",
                mend="Look for a quotation mark that is never closed.",
            )
        ) from None
    except OSError:
        raise InputError(
            Problem(code="PE-F21", file=path.name, what="cannot be opened.", mend="Check permissions.")
        ) from None
    if not rows:
        raise InputError(
            Problem(code="PE-A41", file=path.name, what="holds no rows.", mend="Export the table again.")
        )
    columns = {
        name: [row[position] if position < len(row) else "" for row in rows]
        for position, name in enumerate(header)
    }
    return columns, separator


def _guessed_type(cells: list[str]) -> tuple[str, str]:
    """Guess a column's type; return it with the keys that go with it."""
    distinct = sorted(set(cells) - {""})
    missing = ', missing = [""]' if "" in cells else ""
    for yes, no in (("1", "0"), ("yes", "no"), ("ja", "nej")):
        if {cell.casefold() for cell in distinct} == {yes, no} and len(distinct) == 2:
            yes_code, no_code = distinct if distinct[0].casefold() == yes else reversed(distinct)
            return "yes_no", f", yes = [{_quoted(yes_code)}], no = [{_quoted(no_code)}]{missing}"
    if distinct and all(_INTEGER.fullmatch(cell) for cell in distinct):
        return "integer", missing
    if distinct and all(_NUMBER.fullmatch(cell) for cell in distinct):
        return "number", missing
    if 0 < len(distinct) <= MOST_LEVELS and 2 * len(distinct) <= len(cells) - cells.count(""):
        levels = ", ".join(f"{_quoted(level)} = {_quoted(level)}" for level in distinct)
        return "category", f", levels = {{ {levels} }}{missing}"
    return "text", missing


def _declaration(name: str, kind: str, keys: str, *, is_outcome: bool) -> str:
    """Write the line that declares a column; all but the outcome are taken for measured before."""
    timing = "after_randomisation" if is_outcome else "before_randomisation"
    label = _quoted(name if name.strip() else "unnamed column")
    return f'{_quoted(name)} = {{ type = "{kind}", label = {label}{keys}, timing = "{timing}" }}  {GUESS}'


def _quoted(text: str) -> str:
    """Write a text as a TOML string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


_CONTROL_LIKE = re.compile("control|kontrol|usual|none|no_|^(0|c|k|u|n|no|nej)$", re.IGNORECASE)
_EVENT_LIKE = re.compile("event|reoff|arrest|recid|tilbagefald|convict|dom$", re.IGNORECASE)
_TIME_LIKE = re.compile("day|dage|week|uge|time|follow|fulgt", re.IGNORECASE)
_ARM_LIKE = re.compile("arm|alloc|assign|group|gruppe|random|treat|indsats", re.IGNORECASE)
_INTEGER = re.compile(r"[+-]?[0-9]{1,15}", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]+[.][0-9]+", re.ASCII)

_TEMPLATE = """\
# A first protocol, drafted from the file. Every line marked GUESS is a guess of a program:
# read it, correct it, and remove the mark. `primus-eval check protocol.toml` lists what is wrong.

[study]
id = "trial"  {guess}
title = "Title of the trial"  {guess}
programme = "What the programme does, in one sentence."  {guess}
country = "DK"  {guess}
# Was the plan registered before outcomes were known? If not, leave this out; the report says so.
# registration = {{ register_name = "", identifier = "", registered_on = 2020-01-01 }}

[design]
allocation = {{ scheme = "not_documented", ratio = [1, 1] }}  {guess}

[[arm]]
id = "programme"  {guess}
label = "the programme"  {guess}
role = "treatment"

[[arm]]
id = "usual"  {guess}
label = "usual services"  {guess}
role = "control"

[data.participants]
file = {file}
separator = {separator}
person = {person}  {guess}
arm = {{ column = {arm}, codes = {{ {first_code} = "programme", {second_code} = "usual" }} }}  {guess}

# Only what was measured before_randomisation may adjust an estimate or define a population;
# write after_randomisation for everything else.
# Not declared, and so not read, because they may hold names or many values: {undeclared}
[data.participants.columns]
{columns}

[[outcome]]
id = "reoffended"  {guess}
label = "recorded reoffending within 365 days of release"  {guess}
people_with = "were recorded as reoffending within 365 days of release"  {guess}
definition = "What was recorded, by whom, from which register."  {guess}
observed = {{ time = {time}, event = {event}, unit = "days" }}  {guess}
clock_start = "release"  {guess}
horizon_days = 365  {guess}

[[analysis]]
id = "primary"
role = "primary"
outcome = "reoffended"
effect_measure = "risk_difference"  {guess}

[disclosure]
profile = "release"
threshold = 5
"""
