"""Whether whole lines of a text file are so plainly written that every reader of CSV makes the same of them.

Bytes are looked at as arrays, many at a time: a file of ten million rows takes about a second.
"""

from __future__ import annotations

import numpy as np

from primus_eval.loaders.letters import DOUBTFUL, look

LONGEST_LINE_BYTES = 1_000_000
_NEW_LINE, _RETURN, _TAB, _QUOTE, _DELETE = b"\n\r\t\x22\x7f"


def is_plain(lines: bytes, separator: str) -> bool:
    """Whether lines hold no control character, none is overlong, and quotes stand at edges of fields.

    lines: whole lines, each ended by LF or CRLF, the last one perhaps not ended.

    >>> is_plain(b'1,"a, b"\\n', ","), is_plain(b'1,a"b\\n', ","), is_plain(b'1,"a\\nb"\\n', ",")
    (True, False, False)

    Checked: tests/test_loaders_bulk.py.
    """
    signs = np.frombuffer(lines, np.uint8)
    if _DELETE in lines:
        return False
    returns = np.count_nonzero(signs == _RETURN) if _RETURN in lines else 0
    if returns and returns != lines.count(b"\r\n"):
        return False
    allowed = np.count_nonzero(signs == _NEW_LINE) + returns
    allowed += np.count_nonzero(signs == _TAB) if _TAB in lines else 0
    if np.count_nonzero(signs < ord(" ")) != allowed or _has_long_line(lines):
        return False
    return _QUOTE not in lines or _quotes_at_edges(signs, ord(separator))


def letters_are_right(lines: bytes, codec: str) -> bool:
    """Whether lines can be decoded, and hold no sign of letters that were misread.

    Only letters beyond ASCII are decoded, each with its neighbours: each sign that is looked for shows there.
    """
    signs = np.frombuffer(lines, np.uint8)
    beyond = signs >= 0x80
    near = beyond.copy()
    near[:-1] |= beyond[1:]
    near[1:] |= beyond[:-1]
    try:
        return look(signs[near].tobytes().decode(codec)) != DOUBTFUL
    except UnicodeDecodeError:
        return False


def line_count(lines: bytes) -> int:
    """Return the number of lines, the last one ended or not.

    >>> line_count(b"a\\n\\nb"), line_count(b"a\\n")
    (3, 1)
    """
    ends = int(np.count_nonzero(np.frombuffer(lines, np.uint8) == _NEW_LINE))
    return ends if lines.endswith(b"\n") else ends + 1


def _has_long_line(lines: bytes) -> bool:
    """Whether a line may be longer than allowed: some stretch of half that length has no line end."""
    half = LONGEST_LINE_BYTES // 2
    return any(lines.find(b"\n", start, start + half) < 0 for start in range(0, len(lines) - half + 1, half))


def _quotes_at_edges(signs: np.ndarray, separator: int) -> bool:
    """Whether quotes open after a separator or line end, close before one, and hold no quote or line end.

    Of the quotes in order each odd one must open and each even one close. If all before it do, then the
    next one stands outside quotes, so this one condition at each quote proves the whole.
    """
    places = np.flatnonzero((signs == _QUOTE) | (signs == _NEW_LINE))
    is_quote = signs[places] == _QUOTE
    quotes = places[is_quote]
    line_ends = np.flatnonzero(~is_quote)
    quotes_before = line_ends - np.arange(len(line_ends))
    if len(quotes) % 2 or np.any(quotes_before & 1):
        return False
    before_opening = signs[quotes[::2] - 1] if quotes[0] else np.append(_NEW_LINE, signs[quotes[2::2] - 1])
    closing = quotes[1::2]
    after_closing = signs[closing[:-1] + 1] if closing[-1] + 1 == len(signs) else signs[closing + 1]
    opens = (before_opening == separator) | (before_opening == _NEW_LINE)
    closes = (after_closing == separator) | (after_closing == _NEW_LINE) | (after_closing == _RETURN)
    return bool(opens.all() and closes.all())
