"""Exhibits of counts that leave rounded: the fate of events, the wait, custody, oddities, other definitions.

Every number of people is rounded to the midpoint of a step of k + 1 people, and whatever else a row holds is
computed from the rounded numbers, or coarsened so far that it gives nobody away. Two definitions count the
same people: unrounded, the difference of two rows would count the few on whom they disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from primus_eval.comparison import COUNTS, numbers_of
from primus_eval.disclosure.coarse import midpoint
from primus_eval.findings import Cell, Exhibit
from primus_eval.numerics.proportions import Table2x2

WAIT_STEP_DAYS = 10
CUSTODY_DIGITS = 2


def round_exhibit(exhibit: Exhibit, *, k: int) -> Exhibit:
    """Round an exhibit of one of these kinds; one that is rounded already stays as it is."""
    if exhibit.notes.get("rounded"):
        return exhibit
    change = ROUNDED[exhibit.kind]
    conf_level = exhibit.notes.get("conf_level")
    rows = [change(row, k, conf_level) for row in exhibit.records()]
    return replace(
        exhibit,
        rows=tuple(tuple(row[name] for name in exhibit.columns) for row in rows),
        notes={**exhibit.notes, "rounded": True, "step": k + 1},
    )


Row = dict[str, Any]


def _events(row: Row, k: int, _: Cell) -> Row:
    """Hide how many events there were where they are of few people: one of them could have most."""
    people = row["people"]
    name = "events" if "events" in row else "rows"
    shown = midpoint(row[name], k) if people == 0 or people >= k else None
    return {**row, "people": midpoint(people, k), name: shown}


def _wait(row: Row, k: int, _: Cell) -> Row:
    """A quartile is the wait of one person or two; with few people it would be known whose.

    Who started is what the rounded numbers leave: rounded as well, it would say a second time, and with those
    randomised more narrowly, how many did not. Whether waits are shown follows from it, and tells no more.
    """
    randomised, not_started = midpoint(row["randomised"], k), midpoint(row["not_started"], k)
    started = max(randomised - not_started, 0)
    waits = {name: row[name] for name in ("wait_median", "wait_low", "wait_high")}
    return {
        **row,
        "randomised": randomised,
        "started": started,
        "not_started": not_started,
        **{
            name: float(round(value / WAIT_STEP_DAYS) * WAIT_STEP_DAYS)
            if started >= 4 * k and value is not None
            else None
            for name, value in waits.items()
        },
    }


def _custody(row: Row, k: int, _: Cell) -> Row:
    enough = row["in_custody"] >= k and row["mean_days"] is not None
    return {
        **row,
        "people": midpoint(row["people"], k),
        "in_custody": midpoint(row["in_custody"], k),
        "mean_days": float(f"{row['mean_days']:.{CUSTODY_DIGITS}g}") if enough else None,
        "sd_days": None,
    }


def _definition(row: Row, k: int, conf_level: Cell) -> Row:
    """Compute shares, difference and interval from the rounded counts alone."""
    if row["reason"] is not None:
        return {**row, **dict.fromkeys(COUNTS)}
    people = {arm: midpoint(row[f"n_{arm}"], k) for arm in ("treatment", "control")}
    events = {arm: min(midpoint(row[f"events_{arm}"], k), n) for arm, n in people.items()}
    table = Table2x2(
        events_treatment=events["treatment"],
        n_treatment=people["treatment"],
        events_control=events["control"],
        n_control=people["control"],
    )
    assert isinstance(conf_level, float)  # every comparison has one
    head = {name: row[name] for name in ("definition", "label", "origin")}
    numbers = numbers_of(table, conf_level=conf_level)
    tail = [name for name in row if name not in head]
    return {**head, **dict(zip(tail, numbers, strict=True))}


ROUNDED: dict[str, Callable[[Row, int, Cell], Row]] = {
    "fates": _events,
    "audit": _events,
    "clock": _wait,
    "custody": _custody,
    "definitions": _definition,
}
"""How a row of each kind is rounded."""
