"""Whether the letters of a text are those that were written, or a file was decoded or converted wrongly.

Nothing is repaired. A sign is reported only where it is clear: the pairs that UTF-8 becomes under another
encoding, control characters, signs that stand for lost letters, and the marks that letters of DOS and
old Macs become between small letters.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from primus_eval.errors import Problem

_SECOND_BYTES = "".join(
    {
        bytes([byte]).decode(codec, "ignore"): 0
        for byte in range(0x80, 0xC0)
        for codec in ("cp1252", "latin-1")
    }
)
MISREAD = re.compile(f"[ÃÂ][{re.escape(_SECOND_BYTES)}]|â€|â\x80|ï»¿|Ä[±Ÿž°]|Å[ŸžŠ‚„¡¾]")
"""Two letters that are one letter of UTF-8 read as cp1252 or iso-8859-1, such as Ã¸ for ø.

Most second bytes are allowed after Ã and Â only: quotes and dashes do follow a last Å, Ö or ß.
"""
UNDECODED = re.compile("[\ud800-\udfff]")
"""Bytes that the declared encoding does not know, kept as lone surrogates while the file is read."""
LOST = "\ufffd"
IMPROBABLE = re.compile("(?<=[A-Za-z])[›†¾¿Œ¯](?=[a-z])")
"""Marks before a small letter in a word: what å ø (DOS, CP850) and æ ø å Ø (old Macs) become as cp1252.

A left quote, which an æ of DOS becomes, is left out: some people write it for an apostrophe.
"""
C1 = re.compile("[\x80-\x9f]")
CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SIGNS = (MISREAD, UNDECODED, IMPROBABLE, C1, CONTROL)
SUSPECT = re.compile("|".join(["\0", LOST, *(sign.pattern for sign in _SIGNS)]))
"""Any of them."""
_FIRST = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffdÃÂâïÄÅ›†¾¿Œ¯]")
"""The first letter of any of them: one set is looked for much faster than alternatives."""

ASCII, BEYOND_ASCII, DOUBTFUL = range(3)
"""What a look at the letters of a text tells: DOUBTFUL holds one of the signs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Misreading:
    """What is wrong with the letters of a text, and the encoding to declare where that mends it."""

    code: str
    what: str
    mend: str
    encoding: str | None = None

    def problem(self, *, file: str, line: int, header: str, column: str | None, where: str = "") -> Problem:
        """Return it as a problem at its place; `header` begins the line to be pasted."""
        return Problem(
            code=self.code,
            file=file,
            line=line,
            column=column,
            what=where + self.what,
            mend=self.mend,
            paste=f'{header}\nencoding = "{self.encoding}"' if self.encoding else None,
        )


def look(text: str) -> int:
    """Say quickly whether the letters of a text are ASCII, beyond it, or doubtful.

    >>> look("Ribe") == ASCII, look("Rødovre Å") == BEYOND_ASCII, look("RÃ¸dovre") == DOUBTFUL
    (True, True, True)
    """
    first = _FIRST.search(text)
    if first is not None and SUSPECT.search(text, max(0, first.start() - 1)):
        return DOUBTFUL
    return ASCII if text.isascii() else BEYOND_ASCII


def misreading(text: str, encoding: str) -> Misreading | None:
    """Return the first thing that is wrong with the letters of a text that was read as `encoding`.

    >>> misreading("R\\u00c3\\u00b8dovre", "cp1252").encoding
    'utf-8'
    >>> misreading("Rødovre", "cp1252") is None
    True

    Checked: tests/test_loaders_text_file.py.
    """
    if "\0" in text:
        return Misreading(code="PE-A13", what="holds a NUL byte.", mend="Export the table again.")
    if UNDECODED.search(text):
        return _undecoded(text, encoding)
    if MISREAD.search(text):
        return _misread(encoding)
    if LOST in text:
        return Misreading(
            code="PE-A03",
            what="holds U+FFFD, the sign for a letter that was lost before this file was written.",
            mend="Export the table again from where its letters are right.",
        )
    if IMPROBABLE.search(text):
        return _improbable(text)
    if C1.search(text):
        return _cp1252_as_latin(text, encoding)
    found = CONTROL.findall(text)
    if not found:
        return None
    return Misreading(
        code="PE-E15",
        what=f"holds a control character ({_code_points(found)}).",
        mend="Remove it, or export the table again.",
    )


def likely_encoding(data: bytes) -> str | None:
    """Return the encoding that some bytes are probably written in, by the name a protocol declares.

    >>> likely_encoding("Rødovre".encode("cp1252")), likely_encoding("Rødovre".encode("cp850"))
    ('cp1252', None)
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)) else "utf-16"
    for encoding in ("utf-8", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding if encoding == "utf-8" or not (IMPROBABLE.search(text) or "\0" in text) else None
    return None


def _undecoded(text: str, encoding: str) -> Misreading:
    if encoding == "utf-16":
        return Misreading(
            code="PE-A02",
            what="is not utf-16 text, or was cut off inside a character.",
            mend="Export the table again.",
        )
    raw = text.encode(encoding, "surrogateescape")
    likely = likely_encoding(raw)
    if likely is not None:
        return Misreading(
            code="PE-A02",
            what=f"is not {encoding} text, but probably {likely}.",
            mend="Say how the file was saved.",
            encoding=likely,
        )
    if encoding == "utf-8":
        return Misreading(
            code="PE-A02",
            what="is not utf-8 text, and not cp1252 either: DOS (CP850) or an old Mac may have written it.",
            mend="Save the table as UTF-8 in the program that wrote it.",
        )
    unknown = sorted({f"0x{ord(sign) - 0xDC00:02X}" for sign in UNDECODED.findall(text)})
    return Misreading(
        code="PE-A06",
        what=f"holds the byte {', '.join(unknown)}, which is no letter of {encoding}, but is one of "
        "CP850 (DOS) or of old Macs.",
        mend="Save the table as UTF-8 in the program that wrote it.",
    )


def _misread(encoding: str) -> Misreading:
    if encoding in ("cp1252", "iso-8859-1"):
        return Misreading(
            code="PE-A03",
            what=f"holds pairs of letters that UTF-8 becomes when it is read as {encoding}.",
            mend="Say how the file was saved.",
            encoding="utf-8",
        )
    return Misreading(
        code="PE-A03",
        what="holds pairs of letters that stand for one: they were converted wrongly before this file.",
        mend="Export the table again from where its letters are right.",
    )


def _improbable(text: str) -> Misreading:
    return Misreading(
        code="PE-A06",
        what=f"holds {_code_points(IMPROBABLE.findall(text))} between letters, as text of DOS (CP850) or an "
        "old Mac does when it is read as cp1252.",
        mend="Save the table as UTF-8 in the program that wrote it.",
    )


def _cp1252_as_latin(text: str, encoding: str) -> Misreading:
    what = f"holds {_code_points(C1.findall(text))}, a control character where cp1252 has a quote or letter"
    if encoding != "iso-8859-1":
        return Misreading(
            code="PE-A04",
            what=f"{what}: it was converted wrongly before this file.",
            mend="Export the table again from where its letters are right.",
        )
    as_cp1252 = text.encode("iso-8859-1").decode("cp1252", "replace")
    if IMPROBABLE.search(as_cp1252):
        return _improbable(as_cp1252)
    return Misreading(code="PE-A04", what=f"{what}.", mend="Say how the file was saved.", encoding="cp1252")


def _code_points(signs: list[str]) -> str:
    return ", ".join(f"U+{ord(sign):04X}" for sign in sorted(set(signs)))
