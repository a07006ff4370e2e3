"""Faults F13 and F14: workbooks that grow, or reach out, when they are opened."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from functools import lru_cache

from fault_case import Case, accepted, refused
from fault_trial import clean

SHEET = "xl/worksheets/sheet1.xml"


def cases() -> Iterator[Case]:
    """All cases of these faults."""
    yield from _bombs()


def _archive(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=zipfile.ZIP_DEFLATED)
    return file.getvalue()


@lru_cache
def _members() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(clean("xlsx").content())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _bombs() -> Iterator[Case]:
    blank = b" " * 150_000_000
    for member in (SHEET, "xl/sharedStrings.xml", "xl/media/picture.bin"):
        bomb = clean("xlsx").raw(
            lambda _, member=member: _archive({**_members(), member: _members().get(member, b"") + blank})
        )
        yield refused(
            "F13",
            f"150 million spaces in {member}",
            bomb,
            "A70",
            "A73",
            why="the archive is refused, or a stated limit is exceeded",
        )
    many = clean("xlsx").raw(
        lambda _: _archive({**_members(), **{f"xl/media/{n}.bin": b"" for n in range(20_000)}})
    )
    yield refused("F13", "twenty thousand members", many, "A70", "A73", why="the archive is refused")
    lying = clean("xlsx").raw(lambda raw: _lie_about_sizes(raw))
    yield refused(
        "F13",
        "members whose stated size is not their size",
        lying,
        "A68",
        "A70",
        why="the archive is refused, or it is damaged",
    )
    climbing = clean("xlsx").raw(lambda _: _archive({**_members(), "../../outside.xml": b"<a/>"}))
    yield accepted("F13", "a member that an unpacker would write elsewhere; nothing is unpacked", climbing)
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]>'
    outside = '<!DOCTYPE x [<!ENTITY a9 SYSTEM "file:///etc/hostname">]>'
    for name, declaration in (
        ("an entity that grows a milliard times", doctype),
        ("an outer entity", outside),
    ):
        for member in (SHEET, "xl/workbook.xml", "xl/sharedStrings.xml"):
            spoilt = clean("xlsx").raw(lambda _, d=declaration, m=member: _with_entity(d, m))
            yield refused(
                "F14",
                f"{name} in {member}",
                spoilt,
                "A70",
                "A68",
                why="no workbook declares entities, so that the archive is refused or no workbook",
            )
    yield refused(
        "A68",
        "an archive of something else called .xlsx",
        clean("xlsx").raw(lambda _: _archive({"a.txt": b"a"})),
        "A70",
        why="the archive holds no workbook",
    )


def _lie_about_sizes(raw: bytes) -> bytes:
    spoilt = bytearray(raw)
    at = spoilt.find(b"PK\x01\x02")
    while at >= 0:
        spoilt[at + 24 : at + 28] = struct.pack("<I", 10)
        at = spoilt.find(b"PK\x01\x02", at + 4)
    return bytes(spoilt)


def _with_entity(declaration: str, member: str) -> bytes:
    text = _members().get(member, b"<sst/>").decode()
    start = text.find("?>") + 2 if text.startswith("<?xml") else 0
    body = text[start:].replace(">Ribe<", ">&a9;<").replace('name="people"', 'name="&a9;"')
    return _archive({**_members(), member: (text[:start] + declaration + body).encode()})
