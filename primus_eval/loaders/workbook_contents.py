"""What a workbook says of itself: its sheets, its first day, its number formats, and who is named in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from primus_eval.loaders.workbook_parts import Parts, local, parse_xml, targets

NAMED_IN_PROPERTIES = ("creator", "lastModifiedBy", "Manager", "Company")
PROGRAMS = re.compile(
    r"(openpyxl|xlsxwriter|openxlsx2?|writexl|python|pandas|polars|r|sas( institute)?( inc\.?)?|stata(corp)?|"
    r"(ibm )?spss( statistics)?|(microsoft )?(office )?excel|microsoft( office| corporation)?|libreoffice|"
    r"(apache )?openoffice(\.org)?|apache poi|epplus|closedxml|sheetjs|google sheets|numbers)"
    r"([ /]?v?[0-9][0-9.]*)?",
    re.IGNORECASE,
)
"""Programs that write their own name where the author of a workbook stands."""
NAMED_IN_PARTS = ("xl/comments", "xl/persons/", "xl/threadedcomments/")
"""Parts that name who wrote a note."""

NOT_SHOWN_AS_DIGITS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
"""Of a number format: texts in quotes, single signs, spaces, fillers, colours and languages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet of a workbook: its name, its place among all, the part that holds it."""

    name: str
    position: int
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The sheets of a workbook that hold cells, and whether its days are counted from 1904."""

    sheets: tuple[Sheet, ...]
    from_1904: bool


def contents_of(parts: Parts) -> Contents:
    """Read which sheets there are, hidden ones too, and from which day dates are counted."""
    places = targets(parts, "xl", "xl/_rels/workbook.xml.rels")
    sheets: list[Sheet] = []
    seen: list[str] = []
    from_1904: list[bool] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "workbookPr":
            from_1904.append(attributes.get("date1904") in ("1", "true"))
        if local(name) != "sheet":
            return
        relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        kind, part = places.get(relation, ("", ""))
        if kind == "worksheet":
            hidden = attributes.get("state", "visible") != "visible"
            sheets.append(
                Sheet(name=attributes.get("name", ""), position=len(seen), part=part, hidden=hidden)
            )
        seen.append(relation)

    parse_xml(parts.read("xl/workbook.xml"), parts.file, start)
    return Contents(sheets=tuple(sheets), from_1904=any(from_1904))


def names_somebody(parts: Parts) -> tuple[str, ...]:
    """Return the file's properties that name an author or a company, not a program; and "notes" that do."""
    found: dict[str, str] = {}
    element = [""]

    def start(name: str, _: dict[str, str]) -> None:
        element[0] = local(name)

    def characters(text: str) -> None:
        if element[0] in NAMED_IN_PROPERTIES:  # a text may come in pieces
            found[element[0]] = found.get(element[0], "") + text

    def prepare(parser: Any) -> None:
        parser.CharacterDataHandler = characters

    for name in ("docprops/core.xml", "docprops/app.xml"):
        if name in parts.members:
            parse_xml(parts.read(name), parts.file, start, prepare=prepare)
    named = [
        name
        for name in NAMED_IN_PROPERTIES
        if found.get(name, "").strip() and not PROGRAMS.fullmatch(found[name].strip())
    ]
    notes = any(name.startswith(NAMED_IN_PARTS) for name in parts.members)
    return (*named, *(["notes"] if notes else []))


def zero_padded_styles(parts: Parts) -> frozenset[int]:
    """Return the styles that show a number with zeros in front that are not part of it."""
    if "xl/styles.xml" not in parts.members:
        return frozenset()
    formats: dict[str, str] = {}
    styles: list[str] = []
    inside = [""]

    def start(name: str, attributes: dict[str, str]) -> None:
        element = local(name)
        if element == "numFmt" and inside[0] == "numFmts":
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif element == "xf" and inside[0] == "cellXfs":
            styles.append(attributes.get("numFmtId", "0"))
        elif element in ("numFmts", "cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            inside[0] = element

    parse_xml(parts.read("xl/styles.xml"), parts.file, start)
    return frozenset(number for number, id_ in enumerate(styles) if pads_with_zeros(formats.get(id_, "")))


def pads_with_zeros(code: str) -> bool:
    """Whether a number format shows zeros in front of a number.

    >>> pads_with_zeros("0000"), pads_with_zeros('"P-"000;-000'), pads_with_zeros("000000-0000")
    (True, True, True)
    >>> [pads_with_zeros(code) for code in ("0.00", "#,##0", "yyyy-mm-dd", "0.00E+00")]
    [False, False, False, False]
    """
    shown = NOT_SHOWN_AS_DIGITS.sub("", code).partition(";")[0]
    whole = re.split(r"[.Ee]", shown, maxsplit=1)[0]
    return whole.count("0") > 1
