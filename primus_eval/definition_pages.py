"""The presets in words: what `primus-eval definitions` prints, and docs/definitions.md.

Write the page again with: python -m primus_eval.definition_pages > docs/definitions.md
"""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from primus_eval.definitions import PRESETS, Preset, Reoffending, preset
from primus_eval.errors import InputError, Problem
from primus_eval.schema import toml_text
from primus_eval.wording.definition import definition_in_words

WIDTH = 100
INDENT = "  "

COMPLETE, PROVISIONAL, UNKNOWN = "complete", "provisional", "unknown"

_PAGE = """\
# Definitions of reoffending

<!-- Do not edit. Written by: python -m primus_eval.definition_pages > docs/definitions.md -->

What official statistics count as reoffending, as presets for a protocol: `preset = "dk_dst"` stands for the
rules below, and a line of your own replaces one of them. `primus-eval definitions NAME` prints the same.

A *complete* preset says what counts, by which date, in which window and by when it must have been decided. Of
a *provisional* one no source at hand says all of that: what is unknown is listed, what stands there meanwhile
is a stand-in, and no primary analysis may use it until a protocol decides each field that is unknown.

How a value is known: *stated* means that a source says it, *inferred* that it follows from what one says. A
field that a preset does not list is no rule of the statistic: it has the default of the
[protocol](protocol.md).

A statistic follows a cohort of its own. In a trial the people randomised take its place, and the trial's own
rules for clock, custody, death and leaving the country hold. `official = true` leaves people out as the
statistic does, as far as the data know them; that can look at what happened after randomisation, so that no
primary analysis may use it either.

| preset | what it counts | state |
| --- | --- | --- |
{rows}

{presets}"""


def list_of_presets(form: str = "text", *, official: bool = False) -> str:
    """List all presets with their state, as text or JSON."""
    if official or form == "toml":
        raise InputError(
            Problem(
                code="PE-F31",
                key="definitions",
                what=f"{'--official' if official else '--format toml'} is about one definition.",
                mend=f"Name one of: {', '.join(PRESETS)}.",
            )
        )
    if form == "json":
        return _json([{"name": name, **_summary(base)} for name, base in PRESETS.items()])
    width = max(map(len, PRESETS))
    lines = [
        f"{name:<{width}}  {_state(base):<{len(PROVISIONAL)}}  {base.label}" for name, base in PRESETS.items()
    ]
    return "\n".join(lines) + "\n"


def page_of_preset(name: str, form: str = "text", *, official: bool = False) -> str:
    """Say one preset in full: as text, as JSON, or as the lines of a protocol (TOML)."""
    definition = preset(name, official=official)
    if form == "toml":
        return _toml(definition)
    return _json(_record(definition)) if form == "json" else _text(definition)


def definitions_page() -> str:
    """Write docs/definitions.md: every preset in words, with sources and with what is unknown."""
    rows = (f"| [`{name}`](#{name}) | {base.label} | {_state(base)} |" for name, base in PRESETS.items())
    return _PAGE.format(rows="\n".join(rows), presets="\n".join(map(_section, PRESETS)))


def _state(base: Preset) -> str:
    return PROVISIONAL if base.is_provisional else COMPLETE


def _summary(base: Preset) -> dict[str, Any]:
    return {"label": base.label, "state": _state(base), "unknown": list(base.unknown)}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _record(definition: Reoffending) -> dict[str, Any]:
    base = PRESETS[definition.name]
    return {
        "name": definition.name,
        **_summary(base),
        "official": definition.official,
        "cohort": base.cohort,
        "fields": [
            {"field": field, "value": value, "known": known} for field, value, known in _fields(definition)
        ],
        "words": list(definition_in_words(definition)),
        "remarks": list(base.remarks),
        "sources": [
            {"title": source.title, "address": source.address, "supports": source.supports}
            for source in base.sources
        ],
    }


def _fields(definition: Reoffending) -> Iterator[tuple[str, Any, str]]:
    """Yield each field that a preset is about, its value (None where there is none), and how it is known."""
    base = PRESETS[definition.name]
    values = {**base.values, **(base.official if definition.official else {})}
    for field in Reoffending.model_fields:
        if field in values or field in base.unknown:
            yield field, values.get(field), base.tags.get(field, UNKNOWN)


def _text(definition: Reoffending) -> str:
    """Lay a preset out for a terminal of 100 columns."""
    base = PRESETS[definition.name]
    sources = [f"{source.title}. {source.address} For: {source.supports}." for source in base.sources]
    fields = [
        f"{field} = {_value(value)} ({known})" if value is not None else f"{field} ({known})"
        for field, value, known in _fields(definition)
    ]
    blocks = [
        _wrapped(f"{definition.name} ({_state(base)}): {base.label}", first=""),
        _block("What counts", definition_in_words(definition)),
        _block("How it is known", fields),
        _block("Whom the statistic follows", [base.cohort]),
        _block("Remarks", base.remarks),
        _block("Sources", sources),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _block(title: str, items: Iterable[str]) -> list[str]:
    lines = [line for item in items for line in _wrapped(item)]
    return [title, *lines] if lines else []


def _wrapped(text: str, *, first: str = INDENT, width: int = WIDTH) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=first if first.startswith("#") else 2 * INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _value(value: Any) -> str:
    return toml_text(list(value) if isinstance(value, tuple) else value)


def _toml(definition: Reoffending) -> str:
    """Write the lines that a protocol needs, with what they stand for as comments."""
    base = PRESETS[definition.name]
    fields = list(_fields(definition))
    known = [f"# {field} = {_value(value)}" for field, value, how in fields if how != UNKNOWN]
    unknown = [
        f"# {field} = {'...' if value is None else f'{_value(value)}  # a stand-in'}"
        for field, value, how in fields
        if how == UNKNOWN
    ]
    lines = [
        *_wrapped(f"{base.label}. Paste this below the [[outcome]] that it defines.", first="# "),
        "[outcome.reoffending]",
        f"preset = {toml_text(definition.name)}",
        *(["official = true"] if definition.official else []),
        "# The preset stands for these lines; a line of your own replaces one of them:",
        *known,
    ]
    if unknown:
        lines += ["# No source at hand says these; the preset is provisional until you write each:", *unknown]
    return "\n".join(lines) + "\n"


def _section(name: str) -> str:
    """Write one preset as a section of the page."""
    base, definition = PRESETS[name], preset(name)
    lines = [f"## {name}", "", f"{base.label}. **{_state(base).capitalize()}.**", ""]
    lines += ["| field | value | known |", "| --- | --- | --- |"]
    lines += [_row(*field) for field in _fields(preset(name, official=bool(base.official)))]
    lines += ["", *(f"- {sentence}" for sentence in definition_in_words(definition)), ""]
    lines += _official(name, definition)
    lines += [f"Whom the statistic follows: {base.cohort}", ""]
    lines += [line for remark in base.remarks for line in (remark, "")]
    lines += ["Sources:", ""]
    lines += [f"- {source.title}, <{source.address}>: {source.supports}." for source in base.sources]
    return "\n".join(lines) + "\n"


def _row(field: str, value: Any, known: str) -> str:
    shown = "" if value is None else f"`{_value(value)}`"
    stand_in = " (a stand-in)" if known == UNKNOWN and shown else ""
    only = " (with `official = true`)" if field in ("death", "deportation", "emigration") else ""
    return f"| `{field}` | {shown}{stand_in}{only} | {known} |"


def _official(name: str, definition: Reoffending) -> list[str]:
    """Say what `official = true` changes, where a preset has rules of its own for leaving people out."""
    if not PRESETS[name].official:
        return []
    plain = definition_in_words(definition)
    changed = [said for said in definition_in_words(preset(name, official=True)) if said not in plain]
    return ["With `official = true`:", "", *(f"- {sentence}" for sentence in changed), ""]


if __name__ == "__main__":
    sys.stdout.buffer.write(definitions_page().encode())  # UTF-8 and \n on every machine
