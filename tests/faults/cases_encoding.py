"""Faults A01 to A07: bytes that are not the text they are taken for."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import replace

from fault_case import ROW_NAMES, Case, accepted, refused
from fault_trial import COMMA, FIRST, LAST, MIDDLE, SEMICOLON, TAB, Delivery, clean, in_ascii

ROWS = (FIRST, MIDDLE, LAST)
TEXTS = (COMMA, SEMICOLON, TAB)
DASH = "Vejle – Nord"


def cases() -> Iterator[Case]:
    """All cases of these faults."""
    yield from _byte_order_marks()
    yield from _other_encoding()
    yield from _mojibake()
    yield from _control_letters()
    yield from _utf_16()
    yield from _old_code_pages()
    yield from _mixed()


def _with_bom(raw: bytes) -> bytes:
    return codecs.BOM_UTF8 + raw


def _byte_order_marks() -> Iterator[Case]:
    for way in TEXTS:
        yield accepted("A01", f"byte order mark, {way}", clean(way).raw(_with_bom))
    quoted = clean(COMMA).text(lambda text: text.replace("id,", '"id",', 1))
    yield accepted("A01", "byte order mark before a quoted header", quoted.raw(_with_bom))
    yield accepted("A01", "byte order mark, old line ends", replace(clean(COMMA), end="\r").raw(_with_bom))
    for encoding in ("cp1252", "iso-8859-1"):
        yield refused(
            "A03",
            f"UTF-8 with a byte order mark, declared {encoding}",
            _declared(clean(COMMA), encoding).raw(_with_bom),
            "A02",
            why="the mark says that the declared encoding is wrong, before any letter does",
            mended=True,
        )


def _declared(delivery: Delivery, encoding: str) -> Delivery:
    return delivery.paste(f'[data.participants]\nencoding = "{encoding}"')


def _saved(way: str, encoding: str) -> Delivery:
    """The clean trial saved in an encoding that the protocol does not declare."""
    return replace(clean(way), encoding=encoding)


def _other_encoding() -> Iterator[Case]:
    for way in TEXTS:
        for row in ROWS:
            yield refused(
                "A02",
                f"CP1252 letters where UTF-8 is declared, {ROW_NAMES[row]}, {way}",
                in_ascii(_saved(way, "cp1252"), but=row),
                lines=(row + 2,),
                mended=True,
            )
    yield refused(
        "A02", "ISO 8859-1 letters where UTF-8 is declared", _saved(COMMA, "iso-8859-1"), lines=(2,)
    )
    header = _saved(COMMA, "cp1252").column("bøde", ["0"] * 12)
    yield refused("A02", "CP1252 letters in the header", header, lines=(1,), mended=True)
    unread = in_ascii(_saved(COMMA, "cp1252"), but=-1).cell(MIDDLE, "wing", "Å1")
    yield refused(
        "A02", "CP1252 letters in a column that is not read", unread, lines=(MIDDLE + 2,), mended=True
    )
    old = replace(_saved(COMMA, "cp1252"), end="\r")
    yield refused(
        "A02", "CP1252 letters in a file with old line ends", in_ascii(old, but=LAST), lines=(LAST + 2,)
    )
    cut = in_ascii(clean(COMMA), but=MIDDLE).raw(lambda raw: raw.replace("Å".encode(), b"\xc3", 1))
    yield refused("A02", "half of a letter of UTF-8", cut, "A07", lines=(MIDDLE + 2,), why="one line differs")
    undefined = (
        clean("cp1252 semicolon")
        .cell(MIDDLE, "wing", "A1")
        .raw(lambda raw: raw.replace("Å".encode("cp1252"), b"\x81", 1))
    )
    yield refused(
        "A02",
        "a byte that CP1252 does not have",
        undefined,
        "A06",
        "A04",
        why="such a byte is a control character in ISO 8859-1, and a letter in older code pages",
        lines=(MIDDLE + 2,),
    )


def _mojibake() -> Iterator[Case]:
    for encoding in ("cp1252", "iso-8859-1"):
        for row in ROWS:
            spoilt = _declared(in_ascii(clean(COMMA), but=row), encoding)
            yield refused(
                "A03",
                f"UTF-8 where {encoding} is declared, {ROW_NAMES[row]}",
                spoilt,
                lines=(row + 2,),
                mended=True,
            )
    for way in (SEMICOLON, TAB):
        yield refused(
            "A03", f"UTF-8 where cp1252 is declared, {way}", _declared(clean(way), "cp1252"), mended=True
        )
    unread = _declared(in_ascii(clean(COMMA), but=-1).cell(MIDDLE, "wing", "Grønt"), "cp1252")
    yield refused("A03", "UTF-8 in a column that is not read", unread, lines=(MIDDLE + 2,), mended=True)
    for way in (COMMA, "cp1252 semicolon", "xlsx", "parquet"):
        for row, cell in ((FIRST, "RÃ¸dovre"), (MIDDLE, "Ã…rhus")):
            yield refused(
                "A03",
                f"letters that were mistaken before, {ROW_NAMES[row]}, {way}",
                clean(way).cell(row, "place", cell),
                *(("A21", "A07") if way == "cp1252 semicolon" else ("A21",)),
                why="the cell is also an undeclared code, and in CP1252 the same bytes as a row of UTF-8",
                lines=(row + 2,),
                secrets=(cell,),
            )


def _control_letters() -> Iterator[Case]:
    for row in ROWS:
        dash = in_ascii(replace(clean(COMMA), encoding="cp1252"), but=-1)
        dash = _declared(dash.cell(row, "place", DASH).true(row, place=DASH), "iso-8859-1")
        yield refused(
            "A04",
            f"CP1252 where ISO 8859-1 is declared, {ROW_NAMES[row]}",
            dash,
            lines=(row + 2,),
            mended=True,
        )
    for name, sign in (("euro", "€"), ("curly quote", "’"), ("ellipsis", "…")):
        unread = _declared(
            replace(clean(COMMA), encoding="cp1252").cell(LAST, "wing", f"A{sign}"), "iso-8859-1"
        )
        yield refused(
            "A04", f"a CP1252 {name} where ISO 8859-1 is declared", unread, lines=(LAST + 2,), mended=True
        )
    for way in (COMMA, "xlsx", "parquet"):
        yield refused(
            "A04",
            f"a control character of ISO 8859-1 kept in a code, {way}",
            clean(way).cell(MIDDLE, "place", "Vejle \x96 Nord"),
            "A21",
            why="the cell is also a code that was not declared",
            lines=(MIDDLE + 2,),
        )


def _utf_16() -> Iterator[Case]:
    for way in TEXTS:
        yield refused("A05", f"UTF-16 that is not declared, {way}", _saved(way, "utf-16"), mended=True)
        yield accepted("A05", f"UTF-16 that is declared, {way}", _declared(_saved(way, "utf-16"), "utf-16"))
    big = clean(COMMA).raw(lambda raw: codecs.BOM_UTF16_BE + raw.decode().encode("utf-16-be"))
    yield refused("A05", "UTF-16, large end first, that is not declared", big, mended=True)
    yield accepted("A05", "UTF-16, large end first, that is declared", _declared(big, "utf-16"))
    bare = _saved(COMMA, "utf-16-le")
    yield refused(
        "A05", "UTF-16 without its mark, not declared", bare, "A13", why="every second byte of it is NUL"
    )
    for declared in ("cp1252", "iso-8859-1"):
        spoilt = _declared(_saved(COMMA, "utf-16"), declared)
        yield refused("A05", f"UTF-16 where {declared} is declared", spoilt, mended=True)
    yield refused(
        "A05",
        "UTF-8 where UTF-16 is declared",
        _declared(clean(COMMA), "utf-16"),
        "A02",
        why="the file is not in the declared encoding, whichever that is",
        mended=True,
    )
    half = _declared(_saved(COMMA, "utf-16").raw(lambda raw: raw[:-1]), "utf-16")
    yield refused(
        "A05",
        "UTF-16 that ends in the middle of a character",
        half,
        "A02",
        "A40",
        why="the file is cut off, so that its last byte is no text",
    )


def _old_code_pages() -> Iterator[Case]:
    for page in ("cp850", "mac_roman"):
        for row in ROWS:
            delivery = in_ascii(clean(COMMA), but=row)
            spoilt = _declared(replace(delivery, encoding=page), "cp1252")
            yield refused(
                "A06",
                f"{page} letters where CP1252 is declared, {ROW_NAMES[row]}",
                spoilt,
                "A02",
                "A04",
                "A21",
                why="the letters are other letters in CP1252, or no letters there, and so an undeclared code",
                lines=(row + 2,),
            )
        spoilt = in_ascii(replace(clean(COMMA), encoding=page), but=LAST)
        yield refused(
            "A06",
            f"{page} letters where UTF-8 is declared",
            spoilt,
            "A02",
            why="the bytes are no UTF-8, whatever they were meant to be",
            lines=(LAST + 2,),
        )


def _mixed() -> Iterator[Case]:
    def two(row: int) -> Delivery:
        """UTF-8 but for one row."""
        word = {FIRST: "Rødovre", MIDDLE: "Århus", LAST: "Næstved"}[row]
        return clean(COMMA).raw(lambda raw: raw.replace(word.encode(), word.encode("cp1252"), 1))

    for row in ROWS:
        yield refused("A07", f"one row in CP1252, {ROW_NAMES[row]}", two(row), lines=(row + 2,))
        other = {FIRST: MIDDLE, MIDDLE: FIRST, LAST: FIRST}[row]
        yield refused(
            "A07",
            f"one row in CP1252, which is declared, {ROW_NAMES[row]}",
            _declared(two(row), "cp1252"),
            "A03",
            why="under the declared encoding the rows of UTF-8 are wrong, and the line of one is said",
            lines=(other + 2,),
        )
