"""Several p-values, adjusted so that the chance of any false alarm among them stays at its level."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float | None]) -> tuple[float | None, ...]:
    """Adjust p-values by Holm's method, in their order.

    p_values: from 0 to 1, None where a promised test could not be made. Such a test stays a member of its
    family, as if it had not been passed: otherwise a family would shrink by what went wrong. The smallest of
    m is multiplied by m, the next by m - 1 and so on; none becomes smaller than one before it, none exceeds
    one.

    Source: Holm 1979, Scandinavian Journal of Statistics 6:65-70.
    Checked: tests/test_numerics_holm.py (by hand; every closed test of three); tests/reference (R p.adjust).

    >>> holm([0.01, 0.04, None])
    (0.03, 0.08, None)
    """
    if any(p is not None and not 0 <= p <= 1 for p in p_values):
        raise ValueError("a p-value lies between 0 and 1")
    known = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for rank, (p, place) in enumerate(known):
        largest = max(largest, min(1.0, p * (len(p_values) - rank)))
        adjusted[place] = largest
    return tuple(adjusted)
