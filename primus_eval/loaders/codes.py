"""Ids as whole numbers: which participant a row is about, and which rows have the same id.

Ids are text and are compared as text. Where all of them are written alike, the same signs at the same
places and digits elsewhere, as registers write them, the digits alone tell them apart, and are faster.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from primus_eval.loaders.numbers import is_text, text_bytes

if TYPE_CHECKING:
    from primus_eval.loaders.table import Cells

DIGITS_OF_32_BITS = 9
MOST_DIGITS = 18
"""Digits that a 64-bit number holds whatever they are."""

LARGEST_TABLE = 50_000_000
"""Numbers up to which positions are looked up in a table instead of searched for."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """Ids that are written alike: their common form, with 0 for every digit, and the digits as numbers."""

    form: bytes
    numbers: np.ndarray


def numbered(cells: Cells) -> Cells | Numbered:
    """Return ids as numbers where all are written alike; as they are where not."""
    if isinstance(cells, list) or not is_text(cells) or cells.null_count or not len(cells):
        return cells
    starts, data = text_bytes(cells)
    lengths = np.diff(starts)
    width = int(lengths[0])
    if not width or width > 2 * MOST_DIGITS or (lengths != width).any():
        return cells
    letters = data[starts[0] : starts[-1]].reshape(len(cells), width)
    numbers: Any = np.zeros(len(cells), dtype=np.int32 if width <= DIGITS_OF_32_BITS else np.int64)
    form = bytearray()
    for place in range(width):
        column = letters[:, place]
        digits = column - np.uint8(ord("0"))  # what stands before 0 wraps around and becomes large
        if digits[0] <= 9 and (digits <= 9).all():
            numbers *= 10
            numbers += digits
            form.append(ord("0"))
        elif (column == column[0]).all():
            form.append(int(column[0]))
        else:
            return cells
    return Numbered(bytes(form), numbers) if form.count(ord("0")) <= MOST_DIGITS else cells


STRANGE_KEPT = 100_000
"""Different ids of other people in a large file that are kept to see how they are written."""

OTHER, NOBODY = -1, -2
NOTHING = -1
"""The number of an empty id among those of `codes_of`."""


def _unknown(id_: str) -> int:
    return OTHER if id_ else NOBODY


class Positions:
    """Where each id of the participants stands among them: 0, 1, 2 ...

    The id of somebody else gives `OTHER`, an empty one `NOBODY`.
    """

    def __init__(self, ids: Sequence[str]) -> None:
        self._ids = list(ids)
        self._position = {id_: row for row, id_ in enumerate(self._ids) if id_}
        self._form, self._table = _table(self._ids)
        self._strange: list[frozenset[str]] = []

    def __call__(self, cells: Cells) -> Any:
        """Return the positions of some ids; as they are where one search for all is faster."""
        if isinstance(cells, list):
            strange = frozenset(cell for cell in cells if cell and cell not in self._position)
            self._strange += [strange] if strange else []
            return np.array([self._position.get(cell, _unknown(cell)) for cell in cells], dtype=np.int32)
        found = numbered(cells)
        if not isinstance(found, Numbered) or found.form != self._form:
            return cells
        inside = found.numbers < len(self._table)
        return np.where(inside, self._table[np.where(inside, found.numbers, 0)], np.int32(OTHER))

    def joined(self, blocks: list[Any]) -> np.ndarray:
        """Return the positions of all blocks, shape (n,)."""
        left = [block for block in blocks if not isinstance(block, np.ndarray)]
        if left:
            import pyarrow
            import pyarrow.compute as compute

            ids = pyarrow.array(self._ids, type=pyarrow.string())
            texts = pyarrow.chunked_array([block.cast(pyarrow.string()) for block in left])
            found = compute.fill_null(compute.index_in(texts, value_set=ids), OTHER)
            empty = compute.fill_null(compute.equal(texts, ""), True)
            found = compute.if_else(empty, pyarrow.scalar(NOBODY, pyarrow.int32()), found)
            strange = texts.filter(compute.equal(found, OTHER)).unique().slice(0, STRANGE_KEPT)
            self._strange.append(frozenset(strange.to_pylist()))
            found = found.to_numpy()
            searched = iter(np.split(found, np.cumsum([len(block) for block in left])[:-1]))
            blocks = [block if isinstance(block, np.ndarray) else next(searched) for block in blocks]
        narrow = [block.astype(np.int32, copy=False) for block in blocks]
        return np.concatenate(narrow or [np.empty(0, dtype=np.int32)])

    @property
    def strange(self) -> frozenset[str]:
        """The ids of other people that were met and are not written like those of all participants.

        Where a file is large, some of them. They are for describing how they are written, not for showing.
        """
        return frozenset().union(*self._strange)

    @property
    def known(self) -> tuple[str, ...]:
        """The ids of the participants."""
        return tuple(self._position)


def _table(ids: list[str]) -> tuple[bytes | None, np.ndarray]:
    """Return the common form of the ids, and the position of each number; no form where there is none."""
    none = (None, np.empty(0, dtype=np.int32))
    widths = {len(id_) for id_ in ids}
    if len(widths) != 1:
        return none
    try:
        import pyarrow
    except ImportError:
        return none
    found = numbered(pyarrow.array(ids, type=pyarrow.string()))
    if not isinstance(found, Numbered) or int(found.numbers.max()) >= LARGEST_TABLE:
        return none
    table = np.full(int(found.numbers.max()) + 1, -1, dtype=np.int32)
    table[found.numbers] = np.arange(len(ids), dtype=np.int32)
    return found.form, table


def codes_of(blocks: list[Any]) -> np.ndarray:
    """Return a whole number for each id, the same for the same text and for no other, shape (n,).

    It is `NOTHING` for an empty id, and never negative for another.
    """
    forms = {block.form if isinstance(block, Numbered) else None for block in blocks}
    if len(forms) == 1 and None not in forms:
        return np.concatenate([block.numbers for block in blocks])
    texts: list[Any] = [_texts(block) if isinstance(block, Numbered) else block for block in blocks]
    if texts and not any(isinstance(block, list) for block in texts):
        import pyarrow
        import pyarrow.compute as compute

        joined = pyarrow.chunked_array([block.cast(pyarrow.string()) for block in texts])
        encoded = compute.if_else(compute.equal(joined, ""), None, joined).dictionary_encode()
        codes = [compute.fill_null(chunk.indices, NOTHING).to_numpy() for chunk in encoded.chunks]
        return np.concatenate([np.empty(0, dtype=np.int32), *codes])
    cells = [cell for block in texts for cell in (block if isinstance(block, list) else block.to_pylist())]
    return pd.factorize(np.array([cell or None for cell in cells], dtype=object))[0]


class Numbering:
    """A number for each id of a kind that several tables name, such as mentors: one text, one number."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {}

    def __call__(self, blocks: list[Any]) -> np.ndarray:
        """Return the number of each id, `NOTHING` for an empty one, shape (n,)."""
        _, first, row = np.unique(codes_of(blocks), return_index=True, return_inverse=True)
        texts = _texts_at(blocks, first)
        numbers = [self._number.setdefault(text, len(self._number)) if text else NOTHING for text in texts]
        return np.array(numbers, dtype=np.int64)[row]


def _texts_at(blocks: list[Any], rows: np.ndarray) -> list[str]:
    """Return the ids of these rows of all blocks, in their order."""
    texts: dict[int, str] = {}
    start = 0
    for block in blocks:
        n = len(block.numbers) if isinstance(block, Numbered) else len(block)
        inside = rows[(rows >= start) & (rows < start + n)]
        texts |= zip(inside.tolist(), _some_texts(block, inside - start), strict=True)
        start += n
    return [texts[row] for row in rows.tolist()]


def _some_texts(block: Any, rows: np.ndarray) -> list[str]:
    if isinstance(block, Numbered):
        return _texts(Numbered(block.form, block.numbers[rows]))
    cells = [block[row] for row in rows.tolist()]
    return [str(cell if isinstance(block, list) else cell.as_py() or "") for cell in cells]


def _texts(block: Numbered) -> list[str]:
    """Write numbers in their form again."""
    width = block.form.count(b"0")
    places = [place for place, sign in enumerate(block.form) if sign == ord("0")]
    texts = []
    for number in block.numbers.tolist():
        text = bytearray(block.form)
        for place, digit in zip(places, f"{number:0{width}d}".encode() if width else b"", strict=True):
            text[place] = digit
        texts.append(text.decode())
    return texts


def repeated(codes: np.ndarray) -> np.ndarray:
    """Return the rows whose code stood on an earlier row."""
    if not len(codes):
        return np.empty(0, dtype=np.int64)
    low, high = int(codes.min()), int(codes.max())
    if high - low < 8 * len(codes):
        seen = np.zeros(high - low + 1, dtype=bool)
        seen[codes - low] = True
        if int(seen.sum()) == len(codes):
            return np.empty(0, dtype=np.int64)
    return np.flatnonzero(pd.Series(codes).duplicated().to_numpy(dtype=bool))
