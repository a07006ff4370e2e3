"""What an estimator returns, and how it becomes a Finding.

An estimator answers with one or more `Estimate`s; `estimate` in the package's front adds what it was
about: analysis, population, contrast, horizon, plan. So an estimator knows no reports and no names.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

import numpy as np

from primus_eval.measurement import Measurement
from primus_eval.numerics.effect import Effect
from primus_eval.numerics.proportions import Table2x2
from primus_eval.protocol import Analysis
from primus_eval.vocabulary import EffectMeasure, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One effect with the people it rests on and the engine that computed it.

    term: what tells several estimates of one analysis apart, such as an arm. The last six are left out
    where they are what the analysis says: effect_measure and method of an estimate that accompanies the one
    asked for; horizon_days, where it ends before the window does; from_days, where it begins after day 0;
    conditional, whether it compares people or days chosen by what happened after randomisation; covariates,
    empty where the estimate is not adjusted though the analysis names some.
    """

    effect: Effect
    unit: Unit
    counts: Table2x2
    engine: str
    term: str = ""
    warnings: tuple[str, ...] = ()
    effect_measure: EffectMeasure | None = None
    method: str | None = None
    horizon_days: int | None = None
    from_days: int | None = None
    conditional: bool | None = None
    covariates: tuple[str, ...] | None = None


Estimator = Callable[[Measurement, Analysis], tuple[Estimate, ...]]


def counts_of(treated: np.ndarray, event: np.ndarray) -> Table2x2:
    """Count people and events by arm.

    treated, event: bool, shape (n,).
    """
    return Table2x2(
        events_treatment=int((event & treated).sum()),
        n_treatment=int(treated.sum()),
        events_control=int((event & ~treated).sum()),
        n_control=int((~treated).sum()),
    )


@cache
def installed(library: str) -> str:
    """Return the installed version of a library; looking it up reads a file."""
    return version(library)


def own_engine(module: str) -> str:
    """Name a formula of ours as the engine of a number."""
    from primus_eval import __version__

    return f"primus_eval {__version__} {module}"


def library_engine(library: str, what: str) -> str:
    """Name a library's fitter, with the installed version, as the engine of a number."""
    return f"{library} {installed(library)} {what}"


@contextmanager
def kept_warnings() -> Iterator[list[str]]:
    """Collect the warnings of a library's fit as texts, to be kept on the finding.

    Neither silenced nor fatal: the report prints them. Each text is kept once, without file names.
    """
    texts: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield texts
    for item in caught:
        text = f"{item.category.__name__}: {' '.join(str(item.message).split())}"
        if text not in texts:
            texts.append(text)
