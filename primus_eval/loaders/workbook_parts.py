"""The parts of a workbook: a zip of XML, taken apart under stated limits before anything parses it.

A small file can unpack to more than memory holds, and a document type can make a parser do the same, so
sizes are held against limits first and a document type is refused. What parses the cells later is given
a package of the parts that were read here, and sees no other.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from primus_eval.errors import InputError, Problem
from primus_eval.loaders.file_bytes import damaged, encrypted

LARGEST_FILE_BYTES = 500_000_000
LARGEST_TOTAL_BYTES = 500_000_000
"""The parts of a workbook, unpacked. A sheet of a million rows and twenty columns has about as much."""
LARGEST_RATIO = 200
"""Times that a part may grow when unpacked, where it grows beyond HARMLESS_BYTES."""
HARMLESS_BYTES = 10_000_000
MOST_PARTS = 10_000
LONGEST_PROLOGUE_BYTES = 1_000_000
"""How far into a part its first element is looked for."""

OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
"""How a compound file begins: a workbook with a password, or one of Excel 97-2003."""
ENCRYPTED_PART = "EncryptedPackage".encode("utf-16-le")
XML_PARTS = (".xml", ".rels", ".vml")

CELLS_NEED = ("[content_types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels")
OFTEN_THERE = ("xl/sharedstrings.xml", "xl/styles.xml")


@dataclass(frozen=True, slots=True)
class Parts:
    """A workbook's parts by lower-case name, within the limits and free of document types."""

    file: str
    archive: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo]

    def read(self, name: str) -> bytes:
        """Return one part; a part that is not there, or not what its own size says, is damage."""
        member = self.members.get(name.lower())
        if member is None:
            raise damaged(self.file, "an Excel workbook")
        try:
            return self.archive.read(member)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
            raise damaged(self.file, "an Excel workbook") from None

    def package(self, sheet: str) -> io.BytesIO:
        """Return a workbook of the parts that the cells of one sheet need, and of no other."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name in (*CELLS_NEED, *(part for part in OFTEN_THERE if part in self.members), sheet):
                content = self.read(name)  # refuses a part that is not there
                archive.writestr(self.members[name.lower()].filename, content)
        packed.seek(0)
        return packed


def parts_of(raw: bytes, file: str) -> Parts:
    """Take a workbook apart; refuse one that is encrypted, of another kind, too large or unsafe to parse."""
    if raw.startswith(OLD_OFFICE):
        raise encrypted(file) if ENCRYPTED_PART in raw else other_kind(file, "a workbook of Excel 97-2003")
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise damaged(file, "an Excel workbook") from None
    infos = archive.infolist()
    _require_small(infos, file)
    members = {info.filename.lower(): info for info in infos}
    if len(members) < len(infos):
        raise damaged(
            file, "an Excel workbook"
        )  # two parts of one name: readers would differ in their choice
    if "xl/workbook.bin" in members:
        raise other_kind(file, "a binary workbook (.xlsb)")
    if "content.xml" in members:
        raise other_kind(file, "an OpenDocument file (.ods)")
    parts = Parts(file=file, archive=archive, members=members)
    for name in CELLS_NEED:
        if name not in members:
            raise damaged(file, "an Excel workbook")
    for name in members:
        if name.endswith(XML_PARTS):
            _require_no_doctype(parts, name)
    return parts


def other_kind(file: str, what: str) -> InputError:
    """Refuse a workbook of a kind whose hidden rows, formulas and dates cannot be checked."""
    return InputError(
        Problem(
            code="PE-A66",
            file=file,
            what=f"is {what}, which cannot be checked and is not read.",
            mend="Open it, choose Save as, and save it as Excel Workbook (.xlsx).",
        )
    )


def too_large(file: str, what: str) -> InputError:
    """Refuse a workbook that would not fit in memory when unpacked."""
    return InputError(
        Problem(
            code="PE-F13",
            file=file,
            what=what,
            mend="Save the sheet as .csv or .parquet; do not open such a file of unknown origin.",
        )
    )


def parse_xml(
    data: bytes,
    file: str,
    start: Callable[[str, dict[str, str]], Any],
    *,
    prepare: Callable[[expat.XMLParserType], Any] | None = None,
) -> None:
    """Parse a part, calling `start` with the name and the attributes of each element.

    prepare: is given the parser before, and may set more handlers. A document type is refused.
    """
    parser = _parser(file)
    parser.StartElementHandler = start
    if prepare is not None:
        prepare(parser)
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise damaged(file, "an Excel workbook") from None


def local(name: str) -> str:
    """Return the name of an element or attribute without its prefix."""
    return name.rpartition(":")[2]


def targets(parts: Parts, folder: str, relations: str) -> dict[str, tuple[str, str]]:
    """Return what a part refers to: relation id to (last word of its type, lower-case name of the part)."""
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "Relationship" and attributes.get("TargetMode") != "External":
            path = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = (kind, path.lstrip("/").lower())

    parse_xml(parts.read(relations), parts.file, start)
    return found


def _require_small(infos: list[zipfile.ZipInfo], file: str) -> None:
    if len(infos) > MOST_PARTS:
        raise too_large(file, f"holds more than {MOST_PARTS} parts.")
    if sum(info.file_size for info in infos) > LARGEST_TOTAL_BYTES:
        raise too_large(file, f"unpacks to more than {LARGEST_TOTAL_BYTES // 1_000_000} MB.")
    grown = [info for info in infos if info.file_size > LARGEST_RATIO * max(info.compress_size, 1)]
    if any(info.file_size > HARMLESS_BYTES for info in grown):
        raise too_large(file, f"holds a part that grows more than {LARGEST_RATIO} times when unpacked.")


def _parser(file: str) -> expat.XMLParserType:
    def refuse(*_: Any) -> None:
        raise InputError(
            Problem(
                code="PE-F14",
                file=file,
                what="holds a document type (DOCTYPE), which no workbook needs and which can stop a parser.",
                mend="Do not open the file; ask the sender for a table saved by Excel, or for .csv.",
            )
        )

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    return parser


def _require_no_doctype(parts: Parts, name: str) -> None:
    """Read a part up to its first element, before which alone a document type may stand."""
    begun: list[str] = []
    parser = _parser(parts.file)
    parser.StartElementHandler = lambda element, _: begun.append(element)
    try:
        with parts.archive.open(parts.members[name]) as part:
            for _ in range(LONGEST_PROLOGUE_BYTES // 1000):
                piece = part.read(1000)
                parser.Parse(piece, not piece)
                if begun or not piece:
                    break
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        raise damaged(parts.file, "an Excel workbook") from None
    except (expat.ExpatError, ValueError, LookupError):
        raise damaged(parts.file, "an Excel workbook") from None
    if not begun:
        raise damaged(parts.file, "an Excel workbook")
