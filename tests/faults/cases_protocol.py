"""Faults F01 to F09, F16 and F20: the text of the protocol itself."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from fault_case import Case, accepted, refused
from fault_trial import COMMA, Delivery, clean

IN_PROTOCOL: dict[str, Any] = {"stage": "protocol", "file": "protocol.toml"}


def cases() -> Iterator[Case]:
    """All cases of these faults."""
    yield from _syntax()
    yield from _limits()
    yield from _unknown_keys()
    yield from _wrong_values()
    yield from _references()
    yield from _formulas()
    yield from _encodings()


def _line(delivery: Delivery, text: str) -> tuple[int, ...]:
    lines = delivery.protocol.splitlines()
    return (next(number for number, line in enumerate(lines, start=1) if text in line),)


def _swapped(
    fault: str, what: str, old: str, new: str, *others: str, at: str | None = None, **more: Any
) -> Case:
    """A protocol with one piece replaced; the message names the line of the new piece."""
    delivery = clean(COMMA).swap(old, new)
    lines = _line(delivery, at or new.strip().split("\n")[-1])
    return refused(fault, what, delivery, *others, lines=lines, **{**IN_PROTOCOL, **more})


def _syntax() -> Iterator[Case]:
    why = "TOML has no such value"
    for name, new in (
        ("the word no", "simulated = no"),
        ("the word on", "simulated = on"),
        ("a number with a leading zero", "simulated = 012"),
        ("a bare word", "simulated = yes"),
        ("an object of Python", "simulated = !!python/object:os.system"),
        ("an alias of YAML", "simulated = *other"),
        ("an unclosed text", 'simulated = "no'),
        ("a tag of YAML", "simulated = !!bool no"),
    ):
        fault = "F04" if "!!" in new else "F01" if "*" in new else "F02"
        yield _swapped(fault, name, 'country = "DK"\n', f'country = "DK"\n{new}\n', "F03", why=why)
    for name, old, new in (
        ("a key that stands twice", 'country = "DK"\n', 'country = "DK"\ncountry = "SE"\n'),
        ("a table that stands twice", "\n[design]\n", "\n[design]\nassessed = 20\n\n[design]\n"),
        ("a column that stands twice", "\n[[outcome]]", 'days = { type = "integer" }\n\n[[outcome]]'),
    ):
        delivery = clean(COMMA).swap(old, new)
        yield refused("F03", name, delivery, **IN_PROTOCOL)
    yield refused(
        "F02",
        "YAML instead of TOML",
        replace(clean(COMMA), protocol="study:\n  id: faults\n  ratio: 1:30\n"),
        "F03",
        why="a colon is no sign of TOML",
        **IN_PROTOCOL,
    )
    for name, cell in (("a code 012 as a number", "[12]"), ("a code no as a truth value", "[false]")):
        yield _swapped(
            "F02", name, 'no = ["0"]', f"no = {cell}", "F08", why="codes are texts in quotes", at="again ="
        )


def _limits() -> Iterator[Case]:
    for depth in (60, 5_000):
        nested = clean(COMMA).swap(
            'country = "DK"\n', 'country = "DK"\nx = ' + "[" * depth + "]" * depth + "\n"
        )
        yield refused("F05", f"{depth} levels", nested, **IN_PROTOCOL)
    tables = clean(COMMA).swap('country = "DK"\n', f'country = "DK"\n{".".join("a" * 200)} = 1\n')
    yield refused("F05", "two hundred levels of dotted keys", tables, **IN_PROTOCOL)
    long = replace(clean(COMMA), protocol=clean(COMMA).protocol + "#" * 2_000_001)
    yield refused(
        "F01", "two million signs", long, "F05", why="it is too long whatever it holds", **IN_PROTOCOL
    )
    for digits in (20, 5_000):
        number = clean(COMMA).swap("horizon_days = 365", "horizon_days = " + "9" * digits)
        yield refused("F06", f"a number of {digits} digits", number, **IN_PROTOCOL)
    never = clean(COMMA).swap(
        "[data.participants]\n", "[data]\ndata_cutoff = 2024-02-30\n\n[data.participants]\n"
    )
    yield refused("F06", "30 February", never, "F03", why="TOML has no such date", **IN_PROTOCOL)


def _unknown_keys() -> Iterator[Case]:
    for old, new, near in (
        ("horizon_days", "horizon_day", "horizon_days"),
        ('country = "DK"', 'country = "DK"\ntitel = "x"', "title"),
        ('person = "id"', 'person = "id"\nseperator = ";"', "separator"),
        ('person = "id"', 'person = "id"\nencodign = "cp1252"', "encoding"),
        ("minimum = 15", "minimun = 15", "minimum"),
        ('person = "id"', 'person = "id"\nskiplines = 1', "skip_lines"),
        ("[design]\n", "[design]\nasessed = 20\n", "assessed"),
    ):
        yield _swapped("F07", f"{new.split(chr(10))[-1].split(' ')[0]} for {near}", old, new, says=(near,))
    strange = clean(COMMA).swap("[design]\n", "[secrets]\nkey = 1\n\n[design]\n")
    yield refused("F07", "a table that no protocol has", strange, **IN_PROTOCOL)


def _wrong_values() -> Iterator[Case]:
    changes = (
        ("a country of three letters", 'country = "DK"', 'country = "DNK"'),
        ("an id with capitals", 'id = "faults"', 'id = "Faults"'),
        ("a horizon of no days", "horizon_days = 365", "horizon_days = 0"),
        ("a horizon below zero", "horizon_days = 365", "horizon_days = -365"),
        ("a horizon in quotes", "horizon_days = 365", 'horizon_days = "365"'),
        ("a horizon of infinite days", "horizon_days = 365", "horizon_days = inf"),
        ("a confidence level of 95", 'role = "primary"', 'role = "primary"\nconf_level = 95'),
        (
            "a confidence level of 5 per cent as text",
            'role = "primary"',
            'role = "primary"\nconf_level = "5%"',
        ),
        ("a confidence level that is not a number", 'role = "primary"', 'role = "primary"\nconf_level = nan'),
        ("an encoding that is not known", 'person = "id"', 'person = "id"\nencoding = "latin-1"'),
        ("a separator that is not known", 'person = "id"', 'person = "id"\nseparator = "|"'),
        ("a sha256 that is too short", 'person = "id"', 'person = "id"\nsha256 = "abc"'),
        ("no rows", 'person = "id"', 'person = "id"\nrows = 0'),
        ("lines to skip below zero", 'person = "id"', 'person = "id"\nskip_lines = -1'),
        ("an effect that is not known", '"risk_difference"', '"risk_diference"'),
        ("a scheme that is not known", '"complete"', '"random"'),
        (
            "a cutoff in quotes",
            "[data.participants]\n",
            '[data]\ndata_cutoff = "2024-12-31"\n\n[data.participants]\n',
        ),
    )
    for name, old, new in changes:
        at = "data_cutoff" if "cutoff" in new else None
        yield _swapped("F08", name, old, new, at=at)
    columns = (
        ("a type that is not known", 'type = "integer"', 'type = "int"', "days ="),
        ("a minimum above the maximum", "minimum = 15", "minimum = 15, maximum = 10", "age ="),
        ("yes without no", ', no = ["0"]', "", "again ="),
        ("a code that means yes and no", 'no = ["0"]', 'no = ["0", "1"]', "again ="),
        ("a category without levels", 'type = "yes_no"', 'type = "category"', "again ="),
        ("a format of a number", "minimum = 15", 'format = "%Y"', "age ="),
        ("a code that is a level and missing", "levels = {", 'missing = ["Ribe"], levels = {', "place ="),
    )
    for name, old, new, at in columns:
        yield _swapped("F08", name, old, new, at=at)
    for key in ("country", "title", "horizon_days", "effect_measure", "person", "file"):
        delivery = clean(COMMA).undeclare(f"{key} = ")
        yield refused("F08", f"no {key}", delivery, **IN_PROTOCOL)
    yield refused("F08", "an empty protocol", replace(clean(COMMA), protocol=""), **IN_PROTOCOL)


def _references() -> Iterator[Case]:
    for name, old, new, near in (
        ("an outcome", 'outcome = "reoffence"', 'outcome = "reofence"', "reoffence"),
        ("an arm", '"T" = "mentors"', '"T" = "mentor"', "mentors"),
        ("a time column", 'time = "days"', 'time = "day"', "days"),
        ("an event column", 'event = "again"', 'event = "agian"', "again"),
    ):
        yield _swapped("F09", f"{name} that is not declared", old, new, says=(near,))
    for key in ("randomised_on", "linked", "excluded", "received"):
        delivery = clean(COMMA).paste(f'[data.participants]\n{key} = "nothing"')
        yield refused(
            "F09", f"{key} names no column", delivery, lines=_line(delivery, f"{key} ="), **IN_PROTOCOL
        )
    wrong = clean(COMMA).paste('[data.participants]\nrandomised_on = "age"')
    yield refused("F09", "randomised_on names no date", wrong, **IN_PROTOCOL)
    quasi = clean(COMMA).paste('[data.participants]\nquasi_identifiers = ["age", "sex"]')
    yield refused("F09", "a quasi-identifier that is no column", quasi, **IN_PROTOCOL)


def _formulas() -> Iterator[Case]:
    for text in (
        "age + place",
        "age*place",
        "__import__('os').getpid()",
        "I(age**2)",
        "np.log(age)",
        "age:place",
        "C(place)",
        "Q('age')",
        "{age}",
        "age; import os",
    ):
        for key in ("covariates", "strata"):
            formula = clean(COMMA).paste(f'[[analysis]]\n{key} = ["{text}"]')
            yield refused(
                "F16", f"{text} in {key}", formula, "F09", why="it is the name of no column", **IN_PROTOCOL
            )


def _encodings() -> Iterator[Case]:
    marked = replace(clean(COMMA), protocol_bytes=lambda text: codecs.BOM_UTF8 + text.encode())
    yield accepted("F20", "a protocol with a byte order mark", marked)
    for encoding in ("cp1252", "utf-16"):
        other = replace(clean(COMMA), protocol_bytes=lambda text, encoding=encoding: text.encode(encoding))
        yield refused("F20", f"a protocol in {encoding}", other, **IN_PROTOCOL)
    windows = replace(clean(COMMA), protocol_bytes=lambda text: text.replace("\n", "\r\n").encode())
    yield accepted("F20", "a protocol with line ends of Windows", windows)
    zero = replace(clean(COMMA), protocol_bytes=lambda text: text.encode() + b"\0")
    yield refused("F20", "a protocol with a NUL", zero, "F03", why="a NUL is no sign of TOML", **IN_PROTOCOL)
    gone = clean(COMMA).folder(lambda folder: (folder / "protocol.toml").unlink())
    yield refused("F21", "no protocol", gone, **IN_PROTOCOL)
