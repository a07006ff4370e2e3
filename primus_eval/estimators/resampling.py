"""Where an analysis draws people again: from which random numbers, and within which groups.

Drawing within groups of few people promises too much. A group of n keeps only (n - 1) / n of its variance in
the draws, a group of one keeps none, and so small strata would make an interval far too narrow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from primus_eval.estimators.covariates import groups
from primus_eval.measurement import Measurement
from primus_eval.numerics.streams import Stream
from primus_eval.protocol import Analysis

FEWEST_TO_DRAW_FROM = 4
"""Fewer people than this of an arm in a stratum, and people are drawn within arms alone. In simulated trials
of 48 people an arm, 95 % intervals drawn within groups of one or two covered 65 % (quantiles), 73 % (Cox) and
86 % (means), within groups of four 93, 97 and 97 %; within arms 96 % or more, of Cox with its strata 99 %."""

DRAWN_WITHIN_ARMS = "Some strata have few people of an arm: people were drawn within arms, not within strata."


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """How people are drawn: the random numbers, and the strata within which each arm is drawn.

    strata: codes of the people used, shape (n_used,); None where each arm is drawn as a whole. warnings: what
    to say of an interval drawn like this.
    """

    stream: Stream
    strata: np.ndarray | None
    warnings: tuple[str, ...] = ()


def drawing(measurement: Measurement, analysis: Analysis, used: np.ndarray) -> Drawing:
    """Say how the people of an analysis are drawn again.

    used: whom the analysis uses, of both arms, bool, shape (n,). Whether strata are large enough is asked of
    these. Strata of a model, such as those of a baseline hazard, are no concern of this.
    """
    resampling = measurement.trial.protocol.resampling
    if resampling is None:
        raise ValueError("a bootstrap needs the seed of [resampling]; the protocol's checks see to it")
    stream = Stream(seed=resampling.seed, name=analysis.id, replicates=resampling.replicates)
    codes = groups(measurement, analysis.strata)
    if codes is None:
        return Drawing(stream=stream, strata=None)
    strata = codes[used]
    if some_have_few(strata, measurement.treated[used]):
        return Drawing(stream=stream, strata=None, warnings=(DRAWN_WITHIN_ARMS,))
    return Drawing(stream=stream, strata=strata)


def some_have_few(strata: np.ndarray, treated: np.ndarray) -> bool:
    """Whether some stratum has people of an arm, but fewer than can be drawn from; shapes (n,)."""
    sizes = np.bincount(2 * strata + treated)
    return bool(((sizes > 0) & (sizes < FEWEST_TO_DRAW_FROM)).any())
