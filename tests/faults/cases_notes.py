"""Faults C28 to C32: what `check` says of allocation, numbers of people and units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from fault_case import Case, accepted, refused
from fault_trial import COMMA, Delivery, clean


def cases() -> Iterator[Case]:
    """All cases of these faults."""
    yield from _allocation()
    yield from _numbers_of_people()
    yield from _units()
    yield from _followed_for_no_day()


def _uneven(scheme: str) -> Delivery:
    """Forty people in arm T and twelve in arm NA, in two places."""
    rows = [
        (f"{7101 + 53 * n:06d}", "T" if n < 40 else "NA", "365", "0", "30", "Ribe" if n % 2 else "Skive",
         "2024-03-30", "A1")
        for n in range(52)
    ]  # fmt: skip
    truth = tuple(
        {
            "id": row[0],
            "arm": "mentors" if row[1] == "T" else "usual",
            "days": "365",
            "again": "no",
            "age": "30",
            "place": row[5],
            "start": row[6],
        }
        for row in rows
    )
    return replace(clean(COMMA).swap('"complete"', f'"{scheme}"'), rows=tuple(rows), truth=truth)


def _noticed(fault: str, what: str, delivery: Delivery, says: str, **more: Any) -> Case:
    return Case(fault=fault, what=what, delivery=delivery, stage="check", says=(says,), **more)


def _unanswered(fault: str, what: str, delivery: Delivery, says: str) -> Case:
    """A note of `check` where the primary analysis cannot be computed either, which is an error."""
    return refused(
        fault,
        what,
        delivery,
        "C42",
        says=(says,),
        stage="check",
        file=" ",
        why="without follow-up to the horizon the primary analysis cannot be computed either",
    )


def _in_clusters(halls: Sequence[str]) -> Delivery:
    """A trial whose halls were allotted as wholes, so that each is in one arm, as it must be."""
    levels = ", ".join(f'"{hall}" = "{hall}"' for hall in sorted(set(halls)))
    cluster = clean(COMMA).column(
        "hall",
        halls,
        declared='type = "category", label = "Hall", timing = "before_randomisation", '
        f"levels = {{ {levels} }}",
    )
    cluster = cluster.true_of_all(hall=halls).swap(
        'allocation.scheme = "complete"', 'allocation.scheme = "cluster"\nallocation.cluster = "hall"'
    )
    return cluster.swap('"risk_difference"', '"hazard_ratio"\nmethod = "cox_cluster"\ncluster = "hall"')


def _allocation() -> Iterator[Case]:
    for scheme in ("simple", "complete"):
        yield _noticed("C28", f"40 and 12 people under {scheme} allocation", _uneven(scheme), r"PE-C28\]")
    blocked = _uneven("complete").swap(
        'allocation.scheme = "complete"', 'allocation.scheme = "blocked"\nallocation.block_size = 4'
    )
    yield _noticed("C28", "40 and 12 people in blocks of four", blocked, r"PE-C28\]")
    strata = clean(COMMA).swap(
        'allocation.scheme = "complete"',
        'allocation.scheme = "stratified_blocked"\nallocation.block_size = 4\nallocation.strata = ["place"]',
    )
    yield _noticed("C29", "strata that hold one arm only", strata, r"PE-C29\]")
    halls = {2: ["1", "0"] * 6, 6: ["1", "2", "3", "4", "5", "6"] * 2}
    yield refused("C30", "one cluster in each arm", _in_clusters(halls[2]), file=" ", stage="check")
    yield accepted("C30", "six clusters, three in each arm", _in_clusters(halls[6]))
    short = clean(COMMA).swap("horizon_days = 365", "horizon_days = 3650")
    yield _unanswered("C32", "a horizon that nobody was followed to", short, r"PE-C32\]")


def _numbers_of_people() -> Iterator[Case]:
    for assessed, name in ((11, "fewer assessed than randomised"), (5, "five assessed")):
        design = clean(COMMA).swap("[design]\n", f"[design]\nassessed = {assessed}\n")
        yield refused("C31", name, design, file=" ", stage="check")


def _followed_for_no_day() -> Iterator[Case]:
    at_once = clean(COMMA).cell(4, "days", "0").true(4, days="0")
    yield _unanswered("C16", "a person followed for no day", at_once, r"PE-C16\]")
    yield refused(
        "C38",
        "clusters allocated and an analysis that does not know it",
        _in_clusters(["1", "2", "3", "4", "5", "6"] * 2)
        .swap("hazard_ratio", "risk_difference")
        .swap('method = "cox_cluster"\ncluster = "hall"', 'method = "newcombe"'),
        stage="protocol",
        file="protocol.toml",
    )


def _units() -> Iterator[Case]:
    months = ["1", "12", "-9", "1", "12", "7", "12", "12", "3", "1", "12", "5"]
    written = clean(COMMA).cells("days", months)
    written = written.true_of_all(days=[None if month == "-9" else month for month in months])
    yield _unanswered("C32", "months where days are declared", written, r"PE-C32\]")
    weeks = clean(COMMA).swap('unit = "days"', 'unit = "weeks"')
    yield _noticed("C32", "days where weeks are declared", weeks, r"PE-C32\]")
