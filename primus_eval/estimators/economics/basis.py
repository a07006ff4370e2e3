"""Whom an economic evaluation is about, what they cost and what became of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from primus_eval.estimators.amounts import ending
from primus_eval.estimators.covariates import groups
from primus_eval.estimators.resampling import some_have_few
from primus_eval.measurement import Measurement
from primus_eval.measurement.by_rules import cost_span, ready_to_count
from primus_eval.measurement.costs import Item, cost_items, factors_of
from primus_eval.measurement.resources import DAYS_OF_YEAR, Span, span_without_clock
from primus_eval.numerics.streams import Stream
from primus_eval.protocol import Protocol
from primus_eval.protocol.economics import Economics
from primus_eval.trial import Trial


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Basis:
    """Everything that the results rest on.

    people: rows of the participants evaluated, shape (n,); they are those of whom the outcome was measured
    and, where values are imputed, those whom no register could find (`unlinked` counts them in either case).
    lost: how many unlinked people of treatment and of control are not among them.
    treated, harm: of these, shape (n,); harm is NaN where it is not known. cost_known: whether follow-up lets
    all costs be known. items: prices times units of every participant, all payers. factors: of discounting.
    strata: within which people are drawn, None for arms alone. stream: None without [resampling].
    """

    economics: Economics
    protocol: Protocol
    items: tuple[Item, ...]
    factors: tuple[float, ...]
    people: np.ndarray
    treated: np.ndarray
    harm: np.ndarray
    cost_known: np.ndarray
    unlinked: int
    lost: tuple[int, int]
    auxiliaries: np.ndarray
    strata: np.ndarray | None
    stream: Stream | None


def basis_of(trial: Trial, measurement: Measurement, economics: Economics) -> Basis:
    """Put together what the results of an evaluation rest on; economics: as declared."""
    span, items = _priced(trial, measurement, economics)
    unlinked = _unlinked(trial, measurement)
    extra = np.flatnonzero(unlinked) if economics.missing_costs == "multiple_imputation" else unlinked[:0]
    people = np.concatenate([measurement.people, extra.astype(measurement.people.dtype)])
    unknown = np.full(len(extra), np.nan)
    factors = factors_of(economics, span.years)
    treated = trial.treated[people]
    return Basis(
        economics=economics,
        protocol=trial.protocol,
        items=items,
        factors=factors,
        people=people,
        treated=treated,
        harm=np.concatenate([_harm(measurement, economics, factors), unknown]),
        cost_known=np.concatenate([_followed(measurement), np.zeros(len(extra), dtype=bool)]),
        unlinked=int(unlinked.sum()),
        lost=(0, 0) if len(extra) else _by_arm(trial, unlinked),
        auxiliaries=_auxiliaries(trial, items, people),
        strata=_strata(measurement, treated) if not len(extra) else None,
        stream=_stream(trial.protocol),
    )


def _priced(trial: Trial, measurement: Measurement, economics: Economics) -> tuple[Span, tuple[Item, ...]]:
    definition = measurement.outcome.reoffending
    if definition is None:
        span = span_without_clock(len(trial.participants))
    else:
        span = cost_span(trial, ready_to_count(trial, definition, population=measurement.population))
    return span, cost_items(trial, economics, span)


def _harm(measurement: Measurement, economics: Economics, factors: tuple[float, ...]) -> np.ndarray:
    """Return what is to be averted, of each person: reoffended or not, or events, each worth its year.

    Whether somebody reoffended within the window is not discounted: its value is that of the whole window.
    """
    if economics.effect == "person":
        return measurement.frame["reoffended"].to_numpy(dtype=float, na_value=np.nan)
    year = np.clip((measurement.unit_day / DAYS_OF_YEAR).astype(np.int64), 0, len(factors) - 1)
    worth = np.asarray(factors)[year]
    events = np.bincount(measurement.unit_row, weights=worth, minlength=len(measurement.frame))
    return np.where(ending(measurement).complete, events, np.nan)


def _followed(measurement: Measurement) -> np.ndarray:
    """Whether each person was followed to the end, or died before: then all that they cost is known."""
    if measurement.outcome.reoffending is None:
        return np.ones(len(measurement.frame), dtype=bool)
    return ending(measurement).complete


def _unlinked(trial: Trial, measurement: Measurement) -> np.ndarray:
    """Whether each participant was randomised as early as those measured but found in no register."""
    spec = trial.protocol.data.participants
    if spec.linked is None or spec.randomised_on is None or not len(measurement.people):
        return np.zeros(len(trial.participants), dtype=bool)
    lost = ~trial.participants[spec.linked].fillna(False).to_numpy(dtype=bool)
    randomised = trial.participants[spec.randomised_on]
    return lost & (randomised <= randomised.iloc[measurement.people].max()).to_numpy(dtype=bool)


def _by_arm(trial: Trial, some: np.ndarray) -> tuple[int, int]:
    return int((some & trial.treated).sum()), int((some & ~trial.treated).sum())


def _auxiliaries(trial: Trial, items: tuple[Item, ...], people: np.ndarray) -> np.ndarray:
    """Return what imputation may look at: numbers from before randomisation, and costs of the offer."""
    columns = [np.zeros(len(people))]
    for name, column in trial.protocol.data.participants.columns.items():
        if column.type in ("integer", "number") and column.timing == "before_randomisation":
            values = trial.participants[name].to_numpy(dtype=float, na_value=np.nan)[people]
            known = values[~np.isnan(values)]
            columns.append(np.where(np.isnan(values), known.mean() if len(known) else 0.0, values))
    offer = [item.money.sum(axis=1)[people] for item in items if item.offer]
    columns += [money for money in offer if np.isfinite(money).all()]
    spread = np.column_stack(columns)
    scale = np.where(np.ptp(spread, axis=0) > 0, spread.std(axis=0), 1.0)
    return (spread - spread.mean(axis=0)) / np.where(scale > 0, scale, 1.0)


def _strata(measurement: Measurement, treated: np.ndarray) -> np.ndarray | None:
    """Return the strata of the allocation, None where some are too small to draw people from."""
    codes = groups(measurement, measurement.trial.protocol.design.allocation.strata)
    return None if codes is None or some_have_few(codes, treated) else codes


def _stream(protocol: Protocol) -> Stream | None:
    declared = protocol.resampling
    if declared is None:
        return None
    return Stream(seed=declared.seed, name="economics", replicates=declared.replicates)
