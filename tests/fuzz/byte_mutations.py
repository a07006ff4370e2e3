"""Spoilt bytes, of any file: what disks, transfers and old programs do, and what nobody does."""

from __future__ import annotations

from collections.abc import Callable

from fuzz.drawing import Draw

INTERESTING = (
    b"\xef\xbb\xbf",  # byte order marks: UTF-8, UTF-16, UTF-32
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xff\xfe\x00\x00",
    b"\x00",
    b"\x00\x00\x00\x00",
    b'"',
    b'""',
    b'"\n',
    b"'",
    b",",
    b";",
    b"\t",
    b"|",
    b"\n",
    b"\r",
    b"\r\n",
    b"\n\r",
    b"\x1a",  # Ctrl-Z
    b"\x0b",
    b"\x0c",
    b"\x1b",
    b"\x7f",
    b"\x85",  # C1, and line ends that only some programs see
    b"\xc2\x85",
    b"\xe2\x80\xa8",
    b"\xa0",
    b"\xc2\xa0",
    b"\xc3",
    b"\xc3\xb8",
    b"\xc3\x83\xc2\xb8",
    b"\xf8",
    b"\xff",
    b"\xed\xa0\x80",  # a surrogate in UTF-8
    b"\x00\xd8",  # lone surrogates in UTF-16, both halves, both orders
    b"\x00\xdc",
    b"\xd8\x00",
    b"\xdc\x00",
    b"\xf0\x9f\x98\x80",
    b"\xff\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\x00\x00\x00\x80",
    b"sep=;\r\n",
    b"-",
    b".",
    b"0",
    b"9" * 40,
)
LONGEST_PIECE = 200
MOST_TIMES = 3


def flip(data: bytes, draw: Draw, other: bytes) -> bytes:
    """Change bits of some bytes."""
    spoilt = bytearray(data)
    for _ in range(draw.few(8) if data else 0):
        spoilt[draw.below(len(spoilt))] ^= 1 << draw.below(8)
    return bytes(spoilt)


def overwrite(data: bytes, draw: Draw, other: bytes) -> bytes:
    """Write an interesting piece over others."""
    at, piece = draw.below(len(data) + 1), draw.one(INTERESTING)
    return data[:at] + piece + data[at + len(piece) :]


def insert(data: bytes, draw: Draw, other: bytes) -> bytes:
    """Insert an interesting piece, often at the start or at the end."""
    at = draw.one((0, len(data), *[draw.below(len(data) + 1)] * 4))
    return data[:at] + draw.one(INTERESTING) + data[at:]


def random_bytes(data: bytes, draw: Draw, other: bytes) -> bytes:
    """Insert bytes of no meaning."""
    at = draw.below(len(data) + 1)
    return data[:at] + bytes(draw.below(256) for _ in range(1 + draw.below(20))) + data[at:]


def delete(data: bytes, draw: Draw, other: bytes) -> bytes:
    """Leave a piece out."""
    start, end = draw.cut(len(data), LONGEST_PIECE)
    return data[:start] + data[end:]


def duplicate(data: bytes, draw: Draw, other: bytes) -> bytes:
    """Write a piece again."""
    start, end = draw.cut(len(data), LONGEST_PIECE)
    return data[:end] + data[start:end] * draw.few(MOST_TIMES) + data[end:]


def move(data: bytes, draw: Draw, other: bytes) -> bytes:
    """Take a piece out and put it elsewhere."""
    start, end = draw.cut(len(data), LONGEST_PIECE)
    rest = data[:start] + data[end:]
    at = draw.below(len(rest) + 1)
    return rest[:at] + data[start:end] + rest[at:]


def truncate(data: bytes, draw: Draw, other: bytes) -> bytes:
    """Cut the end off, often near the end."""
    return data[: draw.one((draw.below(len(data) + 1), max(0, len(data) - draw.below(40))))]


def splice(data: bytes, draw: Draw, other: bytes) -> bytes:
    """Go on with the end of another file."""
    return data[: draw.below(len(data) + 1)] + other[draw.below(len(other) + 1) :]


def empty(data: bytes, draw: Draw, other: bytes) -> bytes:
    """Leave nothing, or nothing but one sign."""
    return draw.one((b"", b"\n", b"\x00", b" ", b'"', b"\xef\xbb\xbf", b"\xff\xfe", other))


USUAL: tuple[Callable[[bytes, Draw, bytes], bytes], ...] = (
    flip,
    overwrite,
    insert,
    random_bytes,
    delete,
    duplicate,
    move,
    truncate,
    splice,
)


def spoil(data: bytes, draw: Draw, other: bytes) -> tuple[bytes, list[str]]:
    """Spoil some bytes in a few ways; `other` is a file to splice with. Return the ways, too."""
    ways = [empty] if draw.chance(0.01) else [draw.one(USUAL) for _ in range(draw.few(4))]
    for way in ways:
        data = way(data, draw, other)
    return data, [way.__name__ for way in ways]
