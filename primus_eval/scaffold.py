"""A first protocol from a folder of data: every guess is marked, nothing is decided.

Reads only enough of the table to tell types apart. Texts with many distinct values are left undeclared:
they may hold names.
"""

from __future__ import annotations

import csv
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
    if target.exists():
        raise EnvironmentFault(
            Problem(code="PE-G14", file=target.name, what="exists already.", mend="Move it away first.")
        )
    files = sorted(path for path in folder.glob("*.csv")) if folder.is_dir() else []
    if len(files) != 1:
        raise InputError(
            Problem(
                code="PE-A67",
                file=folder.name,
                what=f"holds {len(files)} files ending in .csv; one is needed, of the participants.",
                mend="Put the table of participants into a folder of its own.",
            )
        )
    target.write_text(_draft(files[0]), encoding="utf-8")
    return target


def require_no_guess(protocol: Path) -> None:
    """Raise an InputError naming the lines of a protocol that still carry the mark of a guess."""
    lines = read_toml_text(protocol).splitlines()
    marked = [number for number, line in enumerate(lines, start=1) if GUESS in line]
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
    codes = sorted(set(columns[arm]), reverse=True) if arm else ["1", "0"]
    others = {name: _declaration(name, columns[name]) for name in names if name not in (person, arm)}
    declared = {name: line for name, (_, line) in others.items() if line}
    kinds = {name: kind for name, (kind, _) in others.items()}
    return _TEMPLATE.format(
        guess=GUESS,
        file=_quoted(path.name),
        separator=_quoted(separator),
        person=_quoted(person),
        arm=_quoted(arm or "arm"),
        first_code=_quoted(codes[0]),
        second_code=_quoted(codes[1]),
        columns="\n".join(declared.values()),
        undeclared=", ".join(_quoted(name) for name in others if name not in declared) or "none",
        time=_quoted(next((name for name in declared if kinds[name] == "integer"), "follow_up")),
        event=_quoted(next((name for name in declared if kinds[name] == "yes_no"), "event")),
    )


def _read(path: Path) -> tuple[dict[str, list[str]], str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            Problem(code="PE-A02", file=path.name, what="is not UTF-8 text.", mend="Save it as UTF-8.")
        ) from None
    first_line = text.split("\n", 1)[0]
    separator = max(",;\t", key=first_line.count)
    header, *rows = [row for row in csv.reader(text.splitlines(), delimiter=separator) if row] or [[]]
    if not rows:
        raise InputError(
            Problem(code="PE-A41", file=path.name, what="holds no rows.", mend="Export the table again.")
        )
    columns = {
        name: [row[position] if position < len(row) else "" for row in rows]
        for position, name in enumerate(header)
    }
    return columns, separator


def _declaration(name: str, cells: list[str]) -> tuple[str, str]:
    """Guess a column's type; return it with its line, which is empty for a text with many values."""
    distinct = sorted(set(cells) - {""})
    missing = ', missing = [""]' if "" in cells else ""
    if set(distinct) == {"0", "1"}:
        kind, codes = "yes_no", ', yes = ["1"], no = ["0"]'
    elif distinct and all(_INTEGER.fullmatch(cell) for cell in distinct):
        kind, codes = "integer", ""
    elif distinct and all(_NUMBER.fullmatch(cell) for cell in distinct):
        kind, codes = "number", ""
    elif 0 < len(distinct) <= MOST_LEVELS:
        levels = ", ".join(f"{_quoted(level)} = {_quoted(level)}" for level in distinct)
        kind, codes = "category", f", levels = {{ {levels} }}"
    else:
        return "text", ""
    keys = f'type = "{kind}", label = {_quoted(name)}{codes}{missing}, timing = "before_randomisation"'
    return kind, f"{_quoted(name)} = {{ {keys} }}  {GUESS}"


def _quoted(text: str) -> str:
    """Write a text as a TOML string."""
    return json.dumps(text, ensure_ascii=False)


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
