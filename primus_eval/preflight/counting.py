"""Numbers of people that may be shown: none from one to k - 1, none that leaves so few to the whole.

A `Count` holds what may be shown and nothing else, so that no output made of it can say more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from primus_eval.disclosure.cells import is_small


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number as it may be shown: itself, or a bound. Without either, it would give another one back."""

    n: int | None = None
    fewer_than: int | None = None
    all_but_fewer_than: int | None = None

    def __str__(self) -> str:
        if self.n is not None:
            return str(self.n)
        if self.fewer_than is not None:
            return f"fewer than {self.fewer_than}"
        if self.all_but_fewer_than is not None:
            return f"all but fewer than {self.all_but_fewer_than}"
        return "not shown"


def count_of(n: int, *, k: int, total: int | None = None) -> Count:
    """Return a number of people, or of rows, as it may be shown; `total` is known to the reader.

    >>> str(count_of(3, k=5)), str(count_of(197, k=5, total=200)), str(count_of(20, k=5, total=200))
    ('fewer than 5', 'all but fewer than 5', '20')
    """
    if is_small(n, k):
        return Count(fewer_than=k)
    if total is not None and is_small(total - n, k):
        return Count(all_but_fewer_than=k)
    return Count(n=n)


def parts_of(parts: Mapping[str, int], *, k: int) -> dict[str, Count]:
    """Return the parts of a known total as they may be shown.

    Where one is small, so is what the others leave to the total: the smallest that is not small goes
    with it. Where all are small or zero, their sum could be one each: none is shown.

    >>> {name: str(count) for name, count in parts_of({"a": 2, "b": 40, "c": 90}, k=5).items()}
    {'a': 'fewer than 5', 'b': 'not shown', 'c': '90'}
    """
    if not any(is_small(n, k) for n in parts.values()):
        return {name: Count(n=n) for name, n in parts.items()}
    large = [name for name, n in parts.items() if n >= k]
    if not large:
        return {name: Count() for name in parts}
    beside = min(large, key=lambda name: parts[name])
    return {name: Count() if name == beside else count_of(n, k=k) for name, n in parts.items()}


def parts_by_arm(arms: Mapping[str, Mapping[str, int]], *, k: int) -> dict[str, dict[str, Count]]:
    """Return the parts of each arm as they may be shown, so that no sum over parts or arms gives one back.

    Where one is small, a number of people is shown in no arm; zero stays zero.

    >>> shown = parts_by_arm({"a": {"yes": 90, "no": 3}, "b": {"yes": 80, "no": 20}}, k=5)
    >>> [{part: str(count) for part, count in parts.items()} for parts in shown.values()]
    [{'yes': 'not shown', 'no': 'fewer than 5'}, {'yes': 'not shown', 'no': 'not shown'}]
    """
    if not any(is_small(n, k) for parts in arms.values() for n in parts.values()):
        return {arm: {name: Count(n=n) for name, n in parts.items()} for arm, parts in arms.items()}
    return {
        arm: {name: Count() if n >= k else count_of(n, k=k) for name, n in parts.items()}
        for arm, parts in arms.items()
    }
