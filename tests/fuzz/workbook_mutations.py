"""Spoilt workbooks: unpacked, one part changed, packed again."""

from __future__ import annotations

import io
import re
import zipfile
from xml.sax.saxutils import escape

from fuzz.byte_mutations import spoil as spoil_bytes
from fuzz.drawing import Draw
from fuzz.nasty import NASTY_CELLS

ODD_VALUES = (
    "",
    "0",
    "1",
    "-1",
    "2",
    "99999",
    "2147483648",
    "18446744073709551616",
    "9" * 400,
    "1e400",
    "NaN",
    "A0",
    "A1",
    "A1:XFD1048576",
    "A1048577",
    "XFE1",
    "ZZZZ9",
    "general",
    "yyyy-mm-dd",
    "0000",
    "[h]:mm",
    "hidden",
    "../x",
    "http://example.org/x",
)
KINDS_OF_CELL = ("s", "n", "b", "e", "d", "str", "inlineStr", "x", "")
INSERTED = (
    '<!DOCTYPE x [<!ENTITY a "b">]>',
    '<!DOCTYPE x SYSTEM "file:///etc/hostname">',
    "<mergeCells><mergeCell ref='A1:B2'/></mergeCells>",
    "<autoFilter ref='A1:B9'/>",
    '<row r="3" hidden="1"/>',
    "<c r='A2' t='inlineStr'><is><t>x</t></is></c>",
    "<f>SUM(A1:A9)</f>",
    "<v>1</v>",
    "<x>" * 300,
    "</sheetData>",
    "<!--",
    "<![CDATA[",
    "&#0;",
    "&#55296;",
    "&a;",
    "&",
)
VALUE = re.compile(r"(?<=<v>)[^<]*(?=</v>)")
TEXT = re.compile(r"(?<=<t>)[^<]*(?=</t>)")
ATTRIBUTE = re.compile(r'(?<==")[^"]*(?=")')
KIND = re.compile(r'(?<= t=")[^"]*(?=")')
ELEMENT = re.compile(r"<(\w+)[^<>]*/>|<(\w+)[^<>]*>[^<]*</\2>")
TAG = re.compile(r"</?\w[^<>]*>")


def members_of(book: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(members: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Pack parts, without the time at which it was done."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return file.getvalue()


def replaced(text: str, pattern: re.Pattern[str], new: str, draw: Draw) -> str:
    """Put something in the place of one match of a pattern."""
    found = list(pattern.finditer(text))
    if not found:
        return text
    match = draw.one(found)
    return text[: match.start()] + new + text[match.end() :]


def spoil_xml(part: bytes, draw: Draw) -> tuple[bytes, str]:
    """Change one thing in a part."""
    text = part.decode("utf-8", "surrogateescape")
    nasty = escape(draw.one(NASTY_CELLS), {'"': "&quot;"})
    match draw.below(9):
        case 0:
            text, told = replaced(text, VALUE, draw.one((nasty, draw.one(ODD_VALUES))), draw), "value"
        case 1:
            text, told = replaced(text, TEXT, nasty, draw), "text"
        case 2:
            text, told = replaced(text, ATTRIBUTE, draw.one((nasty, draw.one(ODD_VALUES))), draw), "attribute"
        case 3:
            text, told = replaced(text, KIND, draw.one(KINDS_OF_CELL), draw), "kind of cell"
        case 4:
            text, told = replaced(text, ELEMENT, "", draw), "element dropped"
        case 5:
            found = list(ELEMENT.finditer(text))
            new = draw.one(found)[0] if found else ""
            text, told = replaced(text, TAG, new, draw), "element for tag"
        case 6:
            at = draw.one([match.end() for match in TAG.finditer(text)] or [0])
            text, told = text[:at] + draw.one(INSERTED) + text[at:], "insert"
        case 7:
            text, told = replaced(text, TAG, "", draw), "tag dropped"
        case _:
            spoilt, ways = spoil_bytes(part, draw, part)
            return spoilt, f"bytes: {' '.join(ways)}"
    return text.encode("utf-8", "surrogateescape"), told


def spoil(book: bytes, draw: Draw) -> tuple[bytes, list[str]]:
    """Spoil one part, mostly the sheet or its texts, or the set of parts; return the ways, too."""
    members = list(members_of(book).items())
    names = [name for name, _ in members]
    told = []
    if draw.chance(0.12):
        way = draw.one(("dropped", "twice", "renamed", "extra"))
        at = draw.below(len(members))
        name, content = members[at]
        if way == "dropped":
            members.pop(at)
        elif way == "renamed":
            members[at] = (
                draw.one((name.upper(), f"../{name}", f"/{name}", name.replace("/", "\\"), "x")),
                content,
            )
        elif way == "extra":
            extra = (
                "xl/vbaProject.bin",
                "EncryptionInfo",
                "xl/worksheets/sheet2.xml",
                "a" * 300,
                "xl/externalLinks/x.xml",
            )
            members.append((draw.one(extra), content))
        else:
            members.append((name.swapcase(), content))
        told.append(f"{name} {way}")
    for _ in range(draw.few(4)):
        likely = [place for place, name in enumerate(names) if "sheet" in name or "shared" in name]
        at = min(draw.one(likely) if draw.chance(0.6) else draw.below(len(members)), len(members) - 1)
        name, content = members[at]
        content, way = spoil_xml(content, draw)
        members[at] = (name, content)
        told.append(f"{name}: {way}")
    return packed(members, draw.one((zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))), told
