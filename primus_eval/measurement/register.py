"""Measure from a register of events that need not fit in memory: DuckDB reads, `count` counts.

DuckDB joins ids to the rows of participants and says which events pass the static filters; the arithmetic
is that of `measure`, for one stretch of participants after the other. Ids never leave memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import lt
from pathlib import Path
from typing import Any

from primus_eval.definitions import Reoffending
from primus_eval.errors import InputError, Problem
from primus_eval.measurement.by_rules import measure_by_rules
from primus_eval.measurement.counting import Bounds, Counted, Counter, bounds_of, count, joined, ranges
from primus_eval.measurement.records import Measurement
from primus_eval.measurement.register_cells import cells_of
from primus_eval.measurement.register_file import (
    WHOLE,
    Means,
    RegisterFile,
    connected,
    register_file,
)
from primus_eval.measurement.register_query import (
    Account,
    RegisterQuery,
    Stretch,
    answer,
    columns_of,
    register_query,
)
from primus_eval.measurement.spells import Spells, spells_of
from primus_eval.protocol import ASSIGNED, Events
from primus_eval.trial import Trial

Work = tuple[RegisterQuery, Means, Stretch, Bounds, Spells, Reoffending]
Map = Callable[[Callable[..., Any], Sequence[Work]], Iterable[tuple[Counted, Account]]]
"""Does a piece of work for each stretch, here or elsewhere, and returns the results in order."""


def measure_register(
    trial: Trial,
    outcome: str,
    *,
    ids: Sequence[str],
    events: str | Path,
    population: str = ASSIGNED,
    memory_limit: str = "1GB",
    threads: int = 2,
    chunks: int = 1,
    temp_directory: str | None = None,
) -> Measurement:
    """Measure one outcome by rules from a register on disk: what `measure` gives, equal in every number.

    trial, ids: of `load_people`, which reads everything but the events; ids in the trial's order. events:
    a Parquet or text file, or a folder of such files, with the columns of [data.events]. memory_limit and
    threads: what DuckDB may use. chunks: stretches of participants, counted one after the other; the file
    is read once for each, wholly or, where Parquet is sorted by person, in part. temp_directory: a folder
    that DuckDB may write parts of the register into where memory does not suffice; None for none.

    Checked while reading: the hash and number of rows, where declared; every cell of the columns that the
    definition uses, as `load_trial` reads it; and of every event that could count, that it has a person, who
    is a participant unless the protocol lets others be left out, and no decision before its offence. Not
    checked: whose the other events are, direct identifiers, rows that stand twice, ids that only look
    different, and columns that the definition does not use. `load_trial` on a part of the register tells.

    Raises InputError where a cell is not as declared, EnvironmentFault where memory does not suffice.
    Checked: tests/test_measurement_scale.py, against `measure`.
    """
    return measured_in_stretches(
        trial,
        outcome,
        ids=ids,
        events=Path(events),
        population=population,
        means=Means(memory_limit=memory_limit, threads=threads, temp_directory=temp_directory),
        chunks=chunks,
        map_=lambda function, work: [function(*each) for each in work],
    )


def measured_in_stretches(
    trial: Trial,
    outcome: str,
    *,
    ids: Sequence[str],
    events: Path,
    population: str,
    means: Means,
    chunks: int,
    map_: Map,
) -> Measurement:
    """Measure from a register, each stretch of participants counted by `map_`."""
    declared, spec = trial.protocol.outcome_of(outcome), trial.protocol.data.events
    if declared.reoffending is None or spec is None:
        raise InputError(_no_rules(outcome))
    if len(ids) != len(trial.participants) or not all(map(lt, ids, islice(ids, 1, None))):
        raise ValueError("ids must be those of the participants, in the order of the trial: see load_people")
    source = _Source(trial=trial, spec=spec, events=events, means=means)
    counter = _counter(source, stretches(ids, chunks), map_)
    return measure_by_rules(trial, declared, declared.reoffending, population=population, counter=counter)


def stretches(ids: Sequence[str], chunks: int) -> list[Stretch]:
    """Cut the participants into so many stretches."""
    import pyarrow

    cut = ranges(len(ids), chunks)
    return [
        Stretch(
            people=people,
            ids=pyarrow.array(ids[people.start : people.stop], pyarrow.string()),
            until=ids[people.stop] if people.stop < len(ids) else None,
        )
        for people in cut
    ]


def counted_stretch(
    query: RegisterQuery,
    means: Means,
    stretch: Stretch,
    bounds: Bounds,
    spells: Spells,
    definition: Reoffending,
) -> tuple[Counted, Account]:
    """Count the events of one stretch; all that is needed comes as arguments, so that it may run anywhere."""
    with connected(means, query.name) as connection:
        found, account = answer(query, stretch, connection)
    return count(found, bounds, spells, definition), account


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A register and what may be used to read it."""

    trial: Trial
    spec: Events
    events: Path
    means: Means


def _counter(source: _Source, cut: list[Stretch], map_: Map) -> Counter:
    """Return what counts the events of a register."""

    def counter(definition: Reoffending, bounds: Bounds, spells: Spells) -> Counted:
        query, n_rows = _asked(source, definition)
        work: list[Work] = [
            (
                query,
                source.means,
                stretch,
                bounds_of(bounds, stretch.people),
                spells_of(spells, stretch.people),
                definition,
            )
            for stretch in cut
        ]
        parts = list(map_(counted_stretch, work))
        _require_accounted(source, [account for _, account in parts], n_rows)
        return joined([counted for counted, _ in parts])

    return counter


def _asked(source: _Source, definition: Reoffending) -> tuple[RegisterQuery, int]:
    """Return the question by a definition, after its columns were read, and the rows of the register."""
    spec, newest = source.spec, source.trial.protocol.data.data_cutoff
    with connected(source.means, source.events.name) as connection:
        register = register_file(source.events, spec, connection)
        _require_ids(register, spec)
        cells = {
            column: cells_of(register, spec, column, connection, newest=newest)
            for column in columns_of(spec, definition)
        }
        n_rows = int(connection.sql(f"select count(*) as n from {register.source}").fetchnumpy()["n"][0])
    return register_query(register, spec, definition, cells), n_rows


def _require_ids(register: RegisterFile, spec: Events) -> None:
    """Ids are text or whole numbers: of others nobody knows how they were written."""
    columns = [column for column in (spec.person, spec.decision, spec.case) if column is not None]
    wrong = [column for column in columns if register.types[column] not in ("VARCHAR", *WHOLE)]
    if wrong:
        raise InputError(
            [
                Problem(
                    code="PE-A28",
                    file=register.name,
                    column=column,
                    what="these ids are stored as numbers with decimals, or as something else than text.",
                    mend="Export the ids again, as text.",
                )
                for column in wrong
            ]
        )


def _require_accounted(source: _Source, accounts: list[Account], n_rows: int) -> None:
    """Raise where events that could count are nobody's, a stranger's, or wrong, or rows are missing."""
    seen, others, nobody, early = (
        sum(getattr(account, name) for account in accounts) for name in ("rows", "others", "nobody", "early")
    )
    spec, file = source.spec, source.events.name
    found = []
    if nobody:
        found.append(("PE-C37", f"{nobody} events have no person.", "Give each row an id."))
    if (others and others == seen) or (others and spec.other_people == "refuse"):
        what = f"{others} of {seen} events that could count are of people who are not among the participants."
        found.append(("PE-C35", what, 'Correct the ids, or declare other_people = "leave_out".'))
    if early and spec.decision_before_offence == "refuse":
        found.append(("PE-C40", f"{early} decisions are before their offence.", "Correct the dates."))
    if spec.rows is not None and spec.rows != n_rows:
        found.append(("PE-A40", f"has {n_rows} rows, and {spec.rows} were declared.", "Find the others."))
    if found:
        raise InputError([Problem(code=code, file=file, what=what, mend=mend) for code, what, mend in found])


def _no_rules(outcome: str) -> Problem:
    return Problem(
        code="PE-C45",
        key=f"outcome {outcome}",
        what="is not counted from a register: it needs reoffending, and [data.events].",
        mend="Use `measure` for an outcome that was observed.",
    )
