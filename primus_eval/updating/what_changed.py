"""What changed since the last report, counted by arm: people, late and revised events, deaths and moves.

Events have no ids that hold from one delivery to the next, so they are matched by what they say: rows alike
in every column are the same event; of the others, those of one person with one day of offence are one event
that was revised; what is left was removed (a conviction quashed on appeal, a charge dropped), recorded late,
or decided since. Late is what was already dated on the former day and was not in the former delivery.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from primus_eval.findings import Cell, Exhibit
from primus_eval.measurement import Measurement
from primus_eval.measurement.days import NO_DAY, days_of
from primus_eval.protocol import ASSIGNED
from primus_eval.trial import Trial
from primus_eval.updating.old_cut import seen_on
from primus_eval.updating.same_trial import Deliveries, n_changed
from primus_eval.vocabulary import ArmRole

COLUMNS = ("what", "arm", "then", "now", "change")
COUNTS = ("then", "now", "change")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventChanges:
    """The person, a row of the former delivery, of every event of each sort; -1: randomised since."""

    late: np.ndarray
    decided_since: np.ndarray
    revised: np.ndarray
    reclassified: np.ndarray
    removed: np.ndarray


def since_last_report(deliveries: Deliveries, then: Measurement, now: Measurement) -> Exhibit:
    """Draw up what changed, by arm; then, now: the primary outcome in everyone, from each delivery.

    change is now minus then. What can only have come about since has no number for then.
    Checked: tests/test_update.py (each sort of change, made by hand in a delivery).
    """
    former, later = deliveries.former, deliveries.later
    rows = [
        *_people(deliveries, then, now),
        *_event_rows(deliveries),
        *_status_rows(former, later),
        *_baseline_rows(deliveries),
    ]
    return Exhibit(
        id="since_last_report",
        kind="since_last_report",
        columns=COLUMNS,
        rows=tuple(rows),
        count_columns=COUNTS,
        outcome=then.outcome.id,
        population=ASSIGNED,
        notes={
            "cutoff_then": str(former.protocol.data.data_cutoff),
            "cutoff_now": str(later.protocol.data.data_cutoff),
        },
    )


def _row(what: str, arm: str, then: int | None, now: int) -> tuple[Cell, ...]:
    return what, arm, then, now, now - (then or 0)


def _arms(trial: Trial) -> tuple[tuple[ArmRole, np.ndarray], ...]:
    return ("treatment", trial.treated), ("control", ~trial.treated)


def _people(deliveries: Deliveries, then: Measurement, now: Measurement) -> Iterator[tuple[Cell, ...]]:
    """People randomised, analysed, waiting for the end of the window, and with the primary outcome."""
    for (role, before), (_, after) in zip(_arms(deliveries.former), _arms(deliveries.later), strict=True):
        yield _row("randomised", role, int(before.sum()), int(after.sum()))
    for what, count in (("analysed", _n_analysed), ("not_mature", _n_waiting), ("with_event", _n_events)):
        for role in ("treatment", "control"):
            yield _row(what, role, count(then, role), count(now, role))


def _in_arm(measurement: Measurement, role: str) -> np.ndarray:
    return measurement.treated if role == "treatment" else ~measurement.treated


def _n_analysed(measurement: Measurement, role: str) -> int:
    return int(_in_arm(measurement, role).sum())


def _n_events(measurement: Measurement, role: str) -> int:
    return int((measurement.event & _in_arm(measurement, role)).sum())


def _n_waiting(measurement: Measurement, role: str) -> int:
    return sum(item.n for item in measurement.excluded if item.reason == "not_mature" and item.arm == role)


def _event_rows(deliveries: Deliveries) -> Iterator[tuple[Cell, ...]]:
    changes = event_changes(deliveries)
    if changes is None:
        return
    kinds = {
        "late_people": np.unique(changes.late),
        "late_events": changes.late,
        "decided_since": changes.decided_since,
        "revised_events": changes.revised,
        "reclassified_events": changes.reclassified,
        "removed_events": changes.removed,
    }
    for what, people in kinds.items():
        for role, in_arm in _arms(deliveries.former):
            yield _row(what, role, None, int(in_arm[people].sum()))


def event_changes(deliveries: Deliveries) -> EventChanges | None:
    """Match the events of two deliveries; None where there is no table of events."""
    spec = deliveries.former.protocol.data.events
    if deliveries.former.events is None or deliveries.later.events is None or spec is None:
        return None
    cutoff = deliveries.former.protocol.data.data_cutoff
    assert cutoff is not None  # `later_protocol` requires it
    later = deliveries.later.events
    row_of = np.full(len(deliveries.later.participants), -1)
    row_of[deliveries.later_row] = np.arange(len(deliveries.later_row))
    later = later.assign(person=row_of[later["person"].to_numpy(dtype=np.int64)])
    later = later[later["person"] >= 0]
    old, new = _unmatched(deliveries.former.events, later, _said(deliveries))
    day = spec.offence_date or spec.decision_date
    pairs = _paired(old, new, day)
    classes = spec.offence_class.column if spec.offence_class is not None else None
    reclassified = np.zeros(len(pairs), dtype=bool)
    if classes is not None and len(pairs):
        reclassified = (
            old[classes].astype(str).to_numpy()[pairs[:, 0]]
            != new[classes].astype(str).to_numpy()[pairs[:, 1]]
        )
    removed = np.delete(old["person"].to_numpy(), pairs[:, 0])
    added = new.drop(index=new.index[pairs[:, 1]])
    was_there = seen_on(added, cutoff, spec.decision_date, spec.offence_date)
    before = was_there | seen_on(added, cutoff, spec.offence_date)
    people, revised = added["person"].to_numpy(), old["person"].to_numpy()[pairs[:, 0]]
    return EventChanges(
        late=people[was_there],
        decided_since=people[before & ~was_there],
        revised=revised[~reclassified],
        reclassified=revised[reclassified],
        removed=removed,
    )


def _said(deliveries: Deliveries) -> list[str]:
    """The columns that say the same in both deliveries: all but ids, which are numbered anew in each."""
    spec = deliveries.former.protocol.data.events
    assert spec is not None
    ids = {name for name, column in spec.columns.items() if column.type == "id"}
    assert deliveries.former.events is not None and deliveries.later.events is not None
    return [
        str(name) for name in deliveries.former.events if name in deliveries.later.events and name not in ids
    ]


def _unmatched(
    former: pd.DataFrame, later: pd.DataFrame, said: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of each that are not, value by value, in the other; each copy counts."""
    frames = [_numbered(each[said]) for each in (former, later)]
    keys = [pd.MultiIndex.from_frame(each) for each in frames]
    return (
        former[~keys[0].isin(keys[1])].reset_index(drop=True),
        later[~keys[1].isin(keys[0])].reset_index(drop=True),
    )


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    """Give cells as texts and each copy of a row its number, so that copies can be matched one to one."""
    texts = frame.astype(object).where(frame.notna(), "").astype(str)
    return texts.assign(copy_number=texts.groupby(list(texts.columns), sort=False).cumcount())


def _paired(old: pd.DataFrame, new: pd.DataFrame, day: str | None) -> np.ndarray:
    """Pair rows of one person with one day, in their order; shape (pairs, 2): rows of old and of new."""
    keys = ["person"] if day is None else ["person", day]
    sides = []
    for frame in (old, new):
        key = pd.DataFrame({"person": frame["person"].to_numpy(dtype=np.int64)})
        if day is not None:
            key[day] = days_of(frame[day])
        key["number"] = key.groupby(keys, sort=False).cumcount()
        known = key[day] != NO_DAY if day is not None else np.ones(len(key), dtype=bool)
        sides.append(key.assign(row=np.arange(len(key)))[known])
    joined = sides[0].merge(sides[1], on=[*keys, "number"], suffixes=("_old", "_new"))
    return joined[["row_old", "row_new"]].to_numpy(dtype=np.int64)


def _status_rows(former: Trial, later: Trial) -> Iterator[tuple[Cell, ...]]:
    """People who had died, or left the country, by the end of each delivery."""
    if former.status is None or later.status is None or later.protocol.data.status is None:
        return
    for what, kinds in (("died", ("death",)), ("left_country", ("deportation", "emigration"))):
        counted = []
        for trial in (former, later):
            spec = trial.protocol.data.status
            assert spec is not None and trial.status is not None
            codes = [code for code, meaning in spec.kind.codes.items() if meaning in kinds]
            of_kind = trial.status[spec.kind.column].isin(codes)
            people = np.unique(trial.status.loc[of_kind, "person"].to_numpy(dtype=np.int64))
            counted.append({role: int(in_arm[people].sum()) for role, in_arm in _arms(trial)})
        for role in ("treatment", "control"):
            yield _row(what, role, counted[0][role], counted[1][role])


def _baseline_rows(deliveries: Deliveries) -> Iterator[tuple[Cell, ...]]:
    """People of whom something measured before randomisation is told otherwise than before."""
    columns = deliveries.former.protocol.data.participants.columns
    changed = [
        n_changed(deliveries, name)
        for name, column in columns.items()
        if column.timing == "before_randomisation" and name in deliveries.former.participants
    ]
    yield _row("revised_baseline", "", None, max(changed, default=0))
