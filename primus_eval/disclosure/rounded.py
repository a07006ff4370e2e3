"""Exhibits of counts that leave rounded: the fate of events, the wait, custody, oddities, other definitions.

Every number of people is rounded to the midpoint of a step of k + 1 people, and whatever else a row holds is
computed from the rounded numbers, or coarsened so far that it gives nobody away. Two definitions count the
same people: unrounded, the difference of two rows would count the few on whom they disagree.

Beside an exact number of people a rounded one is a bound on their difference: 47 analysed and 43 to 48
randomised leave one person lost at most, and "somebody was never released" makes it one. So a number of
people that differs by one to k - 1 from an exact one is rounded as that one is; and where losses are hidden,
how many people's clock started is not said at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from primus_eval.comparison import COUNTS
from primus_eval.disclosure.coarse import behind, midpoint, nearest_shown
from primus_eval.disclosure.losses import ARMS
from primus_eval.findings import Cell, Exhibit
from primus_eval.numerics.proportions import Table2x2, risk_difference_newcombe

WAIT_STEP_DAYS = 10
CUSTODY_DIGITS = 2

FEWEST_STEPS = 4
"""Steps of rounding that an arm needs for a row of definitions."""
OBSERVED_COUNTS = ("people", "with_event", "competing", "left_early")
COUNTED = "counted"
"""The fate of an event that counts."""
CLOCK_COUNTS = ("randomised", "started", "not_started")


def round_exhibit(
    exhibit: Exhibit,
    *,
    k: int,
    shown: Sequence[tuple[int, int]] = (),
    hide_losses: bool = False,
    whole: Table2x2 | None = None,
) -> Exhibit:
    """Round an exhibit of one of these kinds; one that is rounded already stays as it is.

    shown: the people of both arms in released findings about the same population. hide_losses: whether the
    numbers lost on the way from randomisation to analysis must not follow. whole: the whole people that a
    risk by curves is shown as; their number stands for how many had the event, because two numbers rounded
    from nearly the same one tell more than one of them.
    """
    if exhibit.notes.get("rounded"):
        return exhibit
    change = ROUNDED[exhibit.kind]
    conf_level = exhibit.notes.get("conf_level")
    by_arm = {arm: [pair[number] for pair in shown] for number, arm in enumerate(ARMS)}
    records = [_of_whole_people(row, exhibit, whole) for row in exhibit.records()]
    rows = [change(_beside(row, by_arm, k), k, conf_level) for row in records]
    if hide_losses and exhibit.kind == "clock":
        rows = [{**row, **dict.fromkeys(CLOCK_COUNTS)} for row in rows]
    return replace(
        exhibit,
        rows=tuple(tuple(row[name] for name in exhibit.columns) for row in rows),
        notes={**exhibit.notes, "rounded": True, "step": k + 1},
    )


def without_means(exhibit: Exhibit) -> Exhibit:
    """Return days in custody without their means, where few people make them up."""
    at = exhibit.columns.index("mean_days")
    rows = tuple((*row[:at], None, *row[at + 1 :]) for row in exhibit.rows)
    return replace(exhibit, rows=rows)


Row = dict[str, Any]


def _of_whole_people(row: Row, exhibit: Exhibit, whole: Table2x2 | None) -> Row:
    """Put the whole people of a risk by curves in the place of how many had the event."""
    if whole is None:
        return row
    events = {"treatment": whole.events_treatment, "control": whole.events_control}
    if exhibit.kind == "observation":
        return {**row, "with_event": events[row["arm"]]}
    if exhibit.kind == "fates" and row["fate"] == COUNTED:
        return {**row, "people": events[row["arm"]]}
    if exhibit.kind == "definitions" and row["definition"] == exhibit.outcome and row["reason"] is None:
        return {**row, **{f"events_{arm}": n for arm, n in events.items()}}
    return row


def _beside(row: Row, shown: Mapping[str, Sequence[int]], k: int) -> Row:
    """Put exact numbers that are shown in the place of numbers of people analysed that are near to them."""
    places = {f"{name}_{arm}": arm for name in ("n", "known") for arm in ARMS}
    if "mean_days" in row or "median_days" in row:
        places["people"] = row["arm"]
    return {
        name: nearest_shown(value, shown[places[name]], k) if name in places and value is not None else value
        for name, value in row.items()
    }


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


def _observation(row: Row, k: int, _: Cell) -> Row:
    """A median is the day of one person or two: on a grid, and not for few people."""
    day = row["median_days"]
    shown = day is not None and row["people"] >= 4 * k
    return {
        **row,
        **{name: midpoint(row[name], k) for name in OBSERVED_COUNTS},
        "median_days": float(round(day / WAIT_STEP_DAYS) * WAIT_STEP_DAYS) if shown else None,
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
    """Show rounded counts, shares of them, and the interval of whatever they hide; no single difference.

    Whatever counts round to these numbers, the hybrid score interval of theirs lies within the interval
    shown. A difference of rounded shares would be a number that nobody found. With fewer than four steps of
    people in an arm nothing is left worth showing.
    """
    numbers = {name for name in row if name not in ("definition", "label", "origin", "reason")}
    if row["reason"] is not None:
        return row
    counts = {name: midpoint(row[name], k) for name in COUNTS}
    if min(counts["n_treatment"], counts["n_control"]) < FEWEST_STEPS * (k + 1):
        return {**row, **dict.fromkeys(numbers), "reason": "small_cell"}
    assert isinstance(conf_level, float)  # every comparison has one
    shares = {
        f"risk_{arm}": min(counts[f"events_{arm}"] / counts[f"n_{arm}"], 1.0)
        for arm in ("treatment", "control")
    }
    ends = _widest(counts, k=k, conf_level=conf_level)
    shown = {name: None if name.startswith("known_") else count for name, count in counts.items()}
    return {**row, **dict.fromkeys(numbers), **shown, **shares, **ends, "method": "newcombe"}


def _widest(counts: Mapping[str, int], *, k: int, conf_level: float) -> dict[str, float | None]:
    """Return the ends of the interval that holds those of all counts which round to these.

    The low end falls with fewer events in treatment and more in control, the high end the other way. Of
    somebody whose outcome is not known it may be either, so that an arm has from as many people as are known
    to as many as there are; and up to k - 1 more or fewer, because the number of another finding may stand
    in for a near one.
    """
    sizes = [
        (max(behind(counts[f"known_{arm}"], k)[0] - (k - 1), 1), behind(counts[f"n_{arm}"], k)[1] + k - 1)
        for arm in ("treatment", "control")
    ]
    events = [behind(counts[f"events_{arm}"], k) for arm in ("treatment", "control")]
    low: list[float | None] = []
    high: list[float | None] = []
    for n_treatment, n_control in product(*sizes):
        for found, side, other in ((low, 0, 1), (high, 1, 0)):
            table = Table2x2(
                events_treatment=min(events[0][side], n_treatment),
                n_treatment=n_treatment,
                events_control=min(events[1][other], n_control),
                n_control=n_control,
            )
            effect = risk_difference_newcombe(table, conf_level=conf_level)
            found.append(effect.conf_low if side == 0 else effect.conf_high)
    return {
        "conf_low": min(end for end in low if end is not None),
        "conf_high": max(end for end in high if end is not None),
    }


ROUNDED: dict[str, Callable[[Row, int, Cell], Row]] = {
    "fates": _events,
    "audit": _events,
    "clock": _wait,
    "observation": _observation,
    "custody": _custody,
    "definitions": _definition,
}
"""How a row of each kind is rounded."""
