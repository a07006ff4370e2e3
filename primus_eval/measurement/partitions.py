"""Measure on a Dask cluster: stretches of participants, each with all its events, counted by the workers.

The arithmetic is that of `measure`; what the workers return is put together in the order of the people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from primus_eval.definitions import Reoffending
from primus_eval.errors import EnvironmentFault, InputError, Problem
from primus_eval.measurement.by_rules import measure_by_rules
from primus_eval.measurement.candidates import candidates
from primus_eval.measurement.counting import Bounds, Counted, bounds_of, count, joined, ranges
from primus_eval.measurement.records import Measurement
from primus_eval.measurement.register import measured_in_stretches
from primus_eval.measurement.register_file import Means
from primus_eval.measurement.spells import Spells, spells_of
from primus_eval.protocol import ASSIGNED, Events
from primus_eval.trial import Trial

if TYPE_CHECKING:
    from distributed import Client


def measure_partitions(
    trial: Trial,
    outcome: str,
    *,
    partitions: int,
    client: Client | None = None,
    population: str = ASSIGNED,
    ids: Sequence[str] = (),
    events: str | Path | None = None,
    memory_limit: str = "1GB",
) -> Measurement:
    """Measure one outcome by rules on a Dask cluster: what `measure` gives, equal in every number.

    partitions: stretches of participants, each one piece of work; several for each worker. client: of a
    cluster; where none is given Dask's own choice, which is the current client or else threads here.
    Without `events` the workers are sent the trial's own; with it they read their stretch of a register
    themselves, as in `measure_register`: every worker must see the path, and have `memory_limit` for itself.

    Rows of participants, and with `events` their ids, travel to the workers: use a cluster that may hold
    them, such as one on this machine.

    Raises InputError where a cell is not as declared, EnvironmentFault where Dask is not installed.
    Checked: tests/test_measurement_scale.py, against `measure`.
    """
    map_ = map_on(client)
    if events is not None:
        means = Means(memory_limit=memory_limit, threads=1, temp_directory=None)
        return measured_in_stretches(
            trial,
            outcome,
            ids=ids,
            events=Path(events),
            population=population,
            means=means,
            chunks=partitions,
            map_=map_,
        )
    declared, spec, frame = trial.protocol.outcome_of(outcome), trial.protocol.data.events, trial.events
    if declared.reoffending is None or spec is None or frame is None:
        raise InputError(_no_events(outcome))
    cut = ranges(len(trial.participants), partitions)
    frames = [_events_of(frame, people) for people in cut]

    def counter(definition: Reoffending, bounds: Bounds, spells: Spells) -> Counted:
        work = [
            (part, spec, bounds_of(bounds, people), spells_of(spells, people), definition)
            for part, people in zip(frames, cut, strict=True)
        ]
        return joined(list(map_(_counted, work)))

    return measure_by_rules(trial, declared, declared.reoffending, population=population, counter=counter)


def map_on(client: Client | None) -> Callable[[Callable[..., Any], Sequence[Any]], Iterable[Any]]:
    """Return what does each piece of work on a cluster and gives the results in order."""
    try:
        import dask
    except ImportError:
        raise EnvironmentFault(_PACKAGE_MISSING) from None

    def map_(function: Callable[..., Any], work: Sequence[Any]) -> Iterable[Any]:
        if client is None:
            return dask.compute(*(dask.delayed(_applied)(function, _opaque(each)) for each in work))
        asked = []
        for each in work:  # one by one, so that the first is worked on while the next is sent
            # Arguments are sent apart from the task, which should be small.
            (piece,) = client.scatter([tuple(each)], hash=False)
            asked.append(client.submit(_applied, function, piece, pure=False))
        return client.gather(asked)

    def _opaque(arguments: Sequence[Any]) -> Any:
        return dask.delayed(tuple(arguments), traverse=False, pure=False)

    return map_


def _applied(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    return function(*arguments)


def _counted(
    events: pd.DataFrame, spec: Events, bounds: Bounds, spells: Spells, definition: Reoffending
) -> Counted:
    return count(candidates(events, spec, definition), bounds, spells, definition)


def _events_of(events: pd.DataFrame, people: range) -> pd.DataFrame:
    """Return the events of a stretch of participants, whose rows count from its start."""
    person = events["person"].to_numpy()
    rows = np.flatnonzero((person >= people.start) & (person < people.stop))
    return events.iloc[rows].assign(person=person[rows] - people.start)


def _no_events(outcome: str) -> Problem:
    return Problem(
        code="PE-C45",
        key=f"outcome {outcome}",
        what="is not counted in partitions: it needs reoffending, and events.",
        mend="Use `measure` for an outcome that was observed, and `events` for a register on disk.",
    )


_PACKAGE_MISSING = Problem(
    code="PE-G25",
    what="measuring on a cluster needs the package dask.",
    mend="pip install 'primus-eval[parallel]'",
)
