"""One number of ours beside one of R's: how they are paired, and how far apart they may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from primus_eval.numerics.effect import Effect

TOLERANCE = 1e-10
"""Measured: 2e-12 at worst. Both sides carry some fifteen digits and R's iterations are run to the end, so
what is left is rounding, to which another processor or linear algebra library may add a digit."""

COUNTS = frozenset(
    {
        "time_days",
        "at_risk",
        "events",
        "competing",
        "censored",
        "observed_treatment",
        "df",
        "n",
        "n_events",
    }
)
"""Outputs that are counted, not calculated: they must be equal."""

OUTPUTS_OF_AN_EFFECT = ("estimate", "conf_low", "conf_high", "std_error", "statistic", "df", "p_value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One output on one data set. Probabilities are compared absolutely, everything else relatively.

    within: the tolerance; where it is not the general one, the topic's `LOOSER` says why.
    """

    function: str
    output: str
    data: str
    ours: np.ndarray
    theirs: np.ndarray
    within: float = TOLERANCE

    @property
    def is_absolute(self) -> bool:
        return self.output == "p_value"

    @property
    def tolerance(self) -> float:
        return 0.0 if self.output in COUNTS else self.within

    @property
    def disagreement(self) -> float:
        """Largest difference over the elements, NaN where one has a number and the other has none."""
        if self.ours.shape != self.theirs.shape:
            return float("nan")
        difference = np.abs(self.ours - self.theirs)
        if self.is_absolute:
            return float(difference.max())
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(np.where(difference == 0, 0.0, difference / self._size()).max())

    def _size(self) -> np.ndarray:
        """What a difference is relative to; a covariance may be near zero, its variances are not."""
        if self.output.startswith("covariance"):
            spread = np.sqrt(np.diag(self.theirs))
            return np.outer(spread, spread)
        return np.abs(self.theirs)


def compare(
    function: str,
    data: str,
    ours: Any,
    theirs: Mapping[str, Any],
    outputs: tuple[str, ...],
    *,
    within: Mapping[str, float] | None = None,
) -> Iterator[Comparison]:
    """Pair the named outputs of our result with R's. An output that R lacks must be empty in ours too.

    within: looser tolerances, by output.
    """
    for output in outputs:
        mine, other = getattr(ours, output), theirs.get(output)
        if mine is None and other is None:
            continue
        yield Comparison(
            function=function,
            output=output,
            data=data,
            ours=np.asarray(np.nan if mine is None else mine, dtype=float),
            theirs=np.asarray(np.nan if other is None else other, dtype=float),
            within=(within or {}).get(output, TOLERANCE),
        )


def compare_effect(
    function: str,
    data: str,
    ours: Effect,
    theirs: Mapping[str, Any],
    *,
    within: Mapping[str, float] | None = None,
) -> Iterator[Comparison]:
    """Pair every output of an effect with R's."""
    return compare(function, data, ours, theirs, OUTPUTS_OF_AN_EFFECT, within=within)
