"""Exhibits of counts that leave rounded: no small count, nothing that counts do not give, no second step.

`round_exhibit` is looked at for every number of people that a row may hold; `tests/test_release.py` looks at
what leaves as a whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from math import sqrt
from statistics import NormalDist
from typing import Any

import pytest
from random_register import random_register, write_folder

from primus_eval.audit import COLUMNS as AUDIT
from primus_eval.audit import audit_exhibit
from primus_eval.comparison import COLUMNS as DEFINITIONS
from primus_eval.comparison import COUNTS, NOBODY, NOT_IN_THE_DATA, compare_definitions
from primus_eval.disclosure import release
from primus_eval.disclosure.coarse import midpoint
from primus_eval.disclosure.rounded import ROUNDED, round_exhibit
from primus_eval.findings import Exhibit, Findings
from primus_eval.follow_up import CLOCK, CUSTODY, FATE, follow_up_exhibits
from primus_eval.loaders import load_trial
from primus_eval.measurement import measure
from primus_eval.pipeline import evaluate

KS = (3, 5, 10)
MANY = 60
"""More people than two steps of any k here."""

ARMS = ("treatment", "control")
CONF_LEVEL = 0.95
ROUNDING = 1e-12
HEAD = ("a", "A definition", "preset")

Row = dict[str, Any]


def exhibit(kind: str, columns: tuple[str, ...], *rows: tuple[Any, ...], **notes: Any) -> Exhibit:
    return Exhibit(id=kind, kind=kind, columns=columns, rows=rows, notes=notes)


def records(each: Exhibit) -> list[dict[str, Any]]:
    return list(each.records())


def rounded(kind: str, columns: tuple[str, ...], *rows: tuple[Any, ...], k: int, **notes: Any) -> list[Row]:
    return records(round_exhibit(exhibit(kind, columns, *rows, **notes), k=k))


def definition(counts: tuple[int, int, int, int]) -> tuple[Any, ...]:
    """A row of a comparison; counts: people and people with the event, treatment and control."""
    n, events, m, others = counts
    shares = (events / n, others / m)
    cells = (n, n, events, shares[0], m, m, others, shares[1], shares[0] - shares[1], *hybrid(counts), None)
    return (*HEAD, "newcombe", *cells)


def rounded_definitions(k: int, *counts: tuple[int, int, int, int]) -> list[Row]:
    rows = [definition(each) for each in counts]
    return rounded("definitions", DEFINITIONS, *rows, k=k, conf_level=CONF_LEVEL)


# --- numbers of people -------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", KS)
@pytest.mark.parametrize(("kind", "columns", "name"), [("fates", FATE, "events"), ("audit", AUDIT, "rows")])
def test_one_to_k_less_one_people_with_events_cannot_be_told_apart(
    kind: str, columns: tuple[str, ...], name: str, k: int
) -> None:
    shown = rounded(kind, columns, *(("a", "b", n, n) for n in range(1, MANY)), k=k)
    assert len({tuple(row.values()) for row in shown[: k - 1]}) == 1
    assert {row[name] for row in shown[: k - 1]} == {None}
    assert [row[name] for row in shown[k - 1 :]] == [row["people"] for row in shown[k - 1 :]]
    assert {row["people"] for row in shown} == {midpoint(n, k) for n in range(1, MANY)}


@pytest.mark.parametrize("k", KS)
def test_events_of_few_people_are_not_counted_at_all(k: int) -> None:
    """One of a few people may have most of the events."""
    rows = [("treatment", "counted", 1000, people) for people in (1, k - 1)]
    assert [row["events"] for row in rounded("fates", FATE, *rows, k=k)] == [None, None]


@pytest.mark.parametrize("kind", ["fates", "audit"])
def test_nobody_is_nobody(kind: str) -> None:
    columns = {"fates": FATE, "audit": AUDIT}[kind]
    (row,) = rounded(kind, columns, ("a", "b", 0, 0), k=5)
    assert tuple(row.values()) == ("a", "b", 0, 0)


def clock_rows(k: int, *people: tuple[int, int]) -> list[Row]:
    """Rounded rows of the wait; people: randomised, and of them those whose clock never started."""
    rows = [("control", n, n - never, never, 24.6, 14.4, 96.0) for n, never in people]
    return rounded("clock", CLOCK, *rows, k=k)


@pytest.mark.parametrize("k", KS)
def test_a_wait_is_that_of_many_in_steps_of_ten_days(k: int) -> None:
    for row in clock_rows(k, *((n, never) for n in range(1, 6 * k) for never in range(n + 1))):
        waits = tuple(row[name] for name in ("wait_median", "wait_low", "wait_high"))
        assert waits == ((20.0, 10.0, 100.0) if row["started"] >= 4 * k else (None, None, None))
    assert clock_rows(k, (6 * k, 1))[0]["wait_median"] is not None
    assert clock_rows(k, (3 * k, 0))[0]["wait_median"] is None


@pytest.mark.parametrize("k", KS)
@pytest.mark.parametrize("beside", range(11))
def test_one_to_k_who_never_started_cannot_be_told_apart(k: int, beside: int) -> None:
    """Not even where it is known how many were randomised, wherever in a step that lies."""
    n = 8 * k + beside
    shown = {tuple(row.values()) for row in clock_rows(k, *((n, never) for never in range(1, k + 1)))}
    assert len(shown) == 1


@pytest.mark.parametrize("k", KS)
def test_the_numbers_of_the_clock_add_up(k: int) -> None:
    for row in clock_rows(k, *((n, never) for n in range(6 * k) for never in range(n // 2 + 1))):
        assert row["randomised"] - row["not_started"] == row["started"] >= 0


def test_a_clock_that_started_for_nobody_has_no_wait() -> None:
    (row,) = rounded("clock", CLOCK, ("control", 40, 0, 40, None, None, None), k=5)
    assert (row["started"], row["wait_median"], row["wait_low"], row["wait_high"]) == (0, None, None, None)


@pytest.mark.parametrize("k", KS)
def test_days_in_custody_are_a_mean_of_two_digits_and_never_of_few(k: int) -> None:
    rows = [("treatment", MANY, n, 123.456, 78.9) for n in range(MANY)]
    for n, row in enumerate(rounded("custody", CUSTODY, *rows, k=k)):
        assert row["mean_days"] == (120.0 if n >= k else None)
        assert row["sd_days"] is None
    (empty,) = rounded("custody", CUSTODY, ("control", 0, 0, None, None), k=k)
    assert (empty["people"], empty["mean_days"]) == (0, None)


@pytest.mark.parametrize("k", KS)
def test_where_a_loss_is_hidden_the_clock_counts_nobody(k: int) -> None:
    each = exhibit("clock", CLOCK, ("control", 8 * k, 8 * k - 1, 1, 24.6, 14.4, 96.0))
    (row,) = records(round_exhibit(each, k=k, hide_losses=True))
    assert {row[name] for name in ("randomised", "started", "not_started")} == {None}
    assert row["wait_median"] == 20.0


@pytest.mark.parametrize("k", KS)
@pytest.mark.parametrize("beside", range(11))
def test_few_fewer_than_a_finding_shows_cannot_be_told_from_none(k: int, beside: int) -> None:
    """A finding says exactly how many were analysed: a number near to it, rounded, would say how near."""
    n = 8 * k + beside
    for kind, columns, rows in (
        ("definitions", DEFINITIONS, [definition((n - few, n // 2, n, n // 2)) for few in range(k)]),
        ("custody", CUSTODY, [("treatment", n - few, n // 2, 12.3, 4.5) for few in range(k)]),
    ):
        each = exhibit(kind, columns, *rows, conf_level=CONF_LEVEL)
        left = records(round_exhibit(each, k=k, shown=[(n, n)]))
        assert len({tuple(row.values()) for row in left}) == 1


# --- definitions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", KS)
def test_a_row_of_definitions_follows_from_its_rounded_counts(k: int) -> None:
    """Rows of which the counts look alike are alike in everything: no share tells them apart."""
    numbers = [
        (n, events, m, others)
        for n, m in ((53, 61), (54, 60))
        for events in range(n + 1)
        for others in range(0, m + 1, 5)
    ]
    alike: dict[tuple[Any, ...], set[tuple[Any, ...]]] = defaultdict(set)
    for row in rounded_definitions(k, *numbers):
        alike[tuple(row[name] for name in COUNTS)].add(tuple(row.values()))
    assert len(alike) < len(numbers) / k
    assert {len(rows) for rows in alike.values()} == {1}


@pytest.mark.parametrize("k", KS)
def test_the_numbers_are_those_of_the_rounded_counts(k: int) -> None:
    for row in rounded_definitions(k, (50, 18, 58, 16), (60, 0, 58, 58)):
        share, other = (row[f"events_{arm}"] / row[f"n_{arm}"] for arm in ARMS)
        assert (row["risk_treatment"], row["risk_control"]) == pytest.approx((share, other), abs=ROUNDING)
        assert row["estimate"] is None, "nobody found the difference of rounded shares"


def hybrid(counts: tuple[int, int, int, int]) -> tuple[float, float]:
    """The ends of the hybrid score interval, from its formula."""
    z = NormalDist().inv_cdf((1 + CONF_LEVEL) / 2)
    n, events, m, others = counts
    (low, share, high), (other_low, other, other_high) = wilson(events, n, z), wilson(others, m, z)
    return (
        share - other - sqrt((share - low) ** 2 + (other_high - other) ** 2),
        share - other + sqrt((high - share) ** 2 + (other - other_low) ** 2),
    )


@pytest.mark.parametrize("k", (3, 5))
@pytest.mark.parametrize("counts", [(30, 9, 29, 14), (48, 1, 47, 47), (36, 6, 30, 0), (50, 18, 42, 16)])
def test_the_interval_holds_those_of_all_counts_that_round_alike(
    k: int, counts: tuple[int, int, int, int]
) -> None:
    """By trying all counts that leave the same numbers: neither end is beyond what one of them gives."""
    (row,) = rounded_definitions(k, counts)
    alike = [
        [n for n in range(1, MANY + 10) if midpoint(n, k) == midpoint(counts[place], k)] or [0]
        for place in range(4)
    ]
    for place in (0, 2):  # a near number of people may stand in for the true one
        alike[place] = [*range(alike[place][0] - (k - 1), alike[place][-1] + k)]
    ends = [hybrid((n, min(x, n), m, min(y, m))) for n, x, m, y in product(*alike)]
    assert row["conf_low"] == pytest.approx(max(-1.0, min(low for low, _ in ends)), abs=ROUNDING)
    assert row["conf_high"] == pytest.approx(min(1.0, max(high for _, high in ends)), abs=ROUNDING)


@pytest.mark.parametrize("k", KS)
def test_a_row_of_few_people_is_not_shown(k: int) -> None:
    few, enough = 3 * (k + 1), 3 * (k + 1) + 1 + (k + 1)
    rows = rounded_definitions(k, (few, 3, enough, 3), (enough, 3, enough, 3))
    assert rows[0]["reason"] == "small_cell" and rows[1]["reason"] is None
    assert all(rows[0][name] is None for name in (*COUNTS, "estimate", "conf_low", "risk_control"))


def wilson(events: int, n: int, z: float) -> tuple[float, float, float]:
    """Low end, share, high end."""
    share = events / n
    middle, half = share + z * z / (2 * n), z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (middle - half) / (1 + z * z / n), share, (middle + half) / (1 + z * z / n)


@pytest.mark.parametrize("k", KS)
def test_one_to_k_events_cannot_be_told_apart_and_neither_can_all_but_so_many(k: int) -> None:
    n = 10 * k
    few = rounded_definitions(k, *((n, events, n, n // 2) for events in range(1, k + 1)))
    assert len({tuple(row.values()) for row in few}) == 1
    for row in rounded_definitions(k, *((n, n - spared, n, n // 2) for spared in range(k + 1))):
        assert row["events_treatment"] <= row["n_treatment"]


@pytest.mark.parametrize("k", KS)
def test_two_definitions_do_not_count_the_few_on_whom_they_disagree(k: int) -> None:
    """A row and the next differ by no event or by a whole step, never by one to k people."""
    n = 8 * k
    rows = rounded_definitions(k, *((n, events, n, n // 2) for events in range(n + 1)))
    events = sorted({row["events_treatment"] for row in rows} - {0, rows[-1]["n_treatment"]})
    assert {later - one for one, later in zip(events, events[1:], strict=False)} == {k + 1}


@pytest.mark.parametrize("reason", [NOBODY, NOT_IN_THE_DATA])
def test_a_row_with_a_reason_stays_empty(reason: str) -> None:
    row = (*HEAD, *(None,) * 12, reason)
    assert rounded("definitions", DEFINITIONS, row, k=5, conf_level=CONF_LEVEL) == [
        dict(zip(DEFINITIONS, row, strict=True))
    ]


# --- whole exhibits ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Exhibit]]:
    """What a register in which everything happens gives."""
    register = random_register(5, n_people=400)
    trial = load_trial(write_folder(register, tmp_path_factory.mktemp("register")))
    outcome = "dk_dst_leave_out"
    yield [
        *follow_up_exhibits(measure(trial, outcome)),
        *audit_exhibit(trial),
        compare_definitions(trial, ["dk_dst", "uk_proven_1y", "us_arrest"], outcome=outcome),
    ]


@pytest.mark.parametrize("k", KS)
def test_each_number_of_people_is_a_midpoint_and_the_notes_say_so(real: list[Exhibit], k: int) -> None:
    assert {each.kind for each in real} == set(ROUNDED)
    half = (k + 1) // 2
    for each in real:
        left = round_exhibit(each, k=k)
        assert (left.notes["rounded"], left.notes["step"]) == (True, k + 1)
        assert (left.columns, left.count_columns, left.id) == (each.columns, each.count_columns, each.id)
        counts = [row[name] for row, name in product(records(left), each.count_columns) if name != "started"]
        assert all(count % (k + 1) == k + 1 - half for count in counts if count)
        assert left.rows != each.rows


@pytest.mark.parametrize("k", KS)
def test_what_is_rounded_stays_as_it_is(real: list[Exhibit], k: int) -> None:
    for each in real:
        once = round_exhibit(each, k=k)
        assert round_exhibit(once, k=k) == once
        assert round_exhibit(once, k=k + 1) == once


def words_of(each: Exhibit) -> list[list[str]]:
    """The texts of each row; by which method an interval was made is said anew."""
    rows = ({name: cell for name, cell in row.items() if name != "method"} for row in records(each))
    return [[cell for cell in row.values() if isinstance(cell, str)] for row in rows]


def test_the_words_of_a_row_are_left_alone(real: list[Exhibit]) -> None:
    for each in real:
        assert words_of(round_exhibit(each, k=5)) == words_of(each)


def test_release_rounds_every_such_exhibit(real: list[Exhibit]) -> None:
    """Beside findings of another trial: release asks the protocol in their context for the threshold."""
    context = evaluate(load_trial("data/sample/mentoring/protocol.toml")).context
    k = context["protocol"]["disclosure"]["threshold"]
    left = release(Findings(exhibits=tuple(real), context=context)).findings.exhibits
    assert list(left) == [round_exhibit(each, k=k) for each in real]
