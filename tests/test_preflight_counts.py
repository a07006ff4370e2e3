"""No output of a preflight holds a number of people below the threshold, nor what gives one back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from preflight_folder import DAY, event_of, person, write_folder

from primus_eval.preflight import as_html, as_json, as_text, examine
from primus_eval.preflight.counting import Count, count_of, parts_by_arm, parts_of
from primus_eval.preflight.delivered import months_of

K = 3
SIZES = st.integers(0, 7)


def fits(n: int, shown: Count, k: int, total: int) -> bool:
    """Whether a number may stand behind what is shown of it."""
    if shown.n is not None:
        return n == shown.n
    if shown.fewer_than is not None:
        return 0 < n < k
    if shown.all_but_fewer_than is not None:
        return 0 < total - n < k
    return True


@given(n=SIZES, more=SIZES)
def test_a_number_or_what_it_leaves_is_never_small(n: int, more: int) -> None:
    shown = count_of(n, k=K, total=n + more)
    assert fits(n, shown, K, n + more)
    assert shown.n is None or not (0 < n < K or 0 < more < K)


@given(sizes=st.lists(SIZES, min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_no_small_part_follows_from_the_others_and_the_total(sizes: list[int]) -> None:
    """By trying all: each small part could be another number, as far as a reader can tell."""
    total = sum(sizes)
    shown = parts_of({str(place): n for place, n in enumerate(sizes)}, k=K)
    assert all(fits(n, shown[str(place)], K, total) for place, n in enumerate(sizes))
    worlds = [
        (*others, total - sum(others))
        for others in product(range(total + 1), repeat=len(sizes) - 1)
        if sum(others) <= total
    ]
    worlds = [world for world in worlds if all(fits(n, shown[str(i)], K, total) for i, n in enumerate(world))]
    # a total of one or two people is small itself: it is not shown where these parts stand
    if total >= 2 * K:
        for place, n in enumerate(sizes):
            if 0 < n < K:
                assert len({world[place] for world in worlds}) > 1


@given(cells=st.lists(SIZES, min_size=6, max_size=6))
def test_no_small_part_of_an_arm_follows(cells: list[int]) -> None:
    arms = {"a": dict(zip("xyz", cells[:3], strict=True)), "b": dict(zip("xyz", cells[3:], strict=True))}
    shown = parts_by_arm(arms, k=K)
    small = any(0 < n < K for n in cells)
    for arm, parts in arms.items():
        for name, n in parts.items():
            count = shown[arm][name]
            assert fits(n, count, K, sum(parts.values()))
            assert count.n is None or n == 0 or not small


# ------------------------------------------------------------------------------ months


def dates(*texts: str) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts))).astype("datetime64[s]")


def test_months_are_those_that_k_people_had_reached() -> None:
    months = dates("2001-05-03", *["2020-02-10"] * 3, *["2021-07-01"] * 3)
    assert months_of(months, np.arange(7), k=3) == {
        "first": "2020-02",
        "last": "2021-07",
        "few_beyond": "earlier",
    }
    assert months_of(months[1:], np.arange(6), k=3) == {"first": "2020-02", "last": "2021-07"}


def test_months_of_few_people_are_not_named() -> None:
    many = dates(*["2020-02-10"] * 20)
    assert months_of(many, np.arange(20) % 2, k=3) == {}  # many dates of two people
    assert months_of(dates("2020-01-01", "2020-02-02"), np.arange(2), k=3) == {}


# ------------------------------------------------------------------------------ whole outputs


THRESHOLD = 37
"""Above every number in the outputs of these folders that counts no people (but for the horizon)."""

NO_COUNTS = [
    "<style>.*</style>",
    "[0-9a-f]{16,}",
    r"\b[0-9]{4}(-[0-9]{2}| Q[1-4])",  # months and quarters
    r"\b[0-9]+ / [0-9]+\b",  # weeks
    r"PE-[A-Z][0-9]+",
    "'[01]'",
    r"fewer than 37|below 37",
    r"horizon is 365|up to [0-9]+ days",
    r"[0-9]+ notes? to read|[0-9]+ things? to mend",
    r"width=[^>]*>|</?h[1-6]>|utf-8|SHA-256",
    r"<td>[01]</td>",  # codes of arms
    r"[0-9]+ %",
]


def numbers_in(text: str) -> set[int]:
    for pattern in NO_COUNTS:
        text = re.sub(pattern, " ", text, flags=re.DOTALL)
    return {int(number) for number in re.findall("[0-9]+", text)}


def counts_in(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict) and {"n", "fewer_than", "all_but_fewer_than"} == set(node):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from counts_in(child)


@pytest.mark.parametrize("seed", range(8))
def test_no_output_holds_a_small_number_of_people(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rare = rng.choice([0.02, 0.2, 0.5], 5)
    people = []
    for number in range(int(rng.integers(90, 260))):
        happened = rng.random() < 0.4
        people.append(
            person(
                number,
                "10"[int(rng.random() < 0.5)],
                sex="wm"[int(rng.random() < rare[0])],
                town=str(
                    rng.choice(["a", "b", "c", ""], p=[0.6, 0.4 - rare[1] / 2, rare[1] / 4, rare[1] / 4])
                ),
                linked=str(rng.choice(["1", "0", ""], p=[1 - rare[2], rare[2] / 2, rare[2] / 2])),
                days="" if rng.random() < rare[3] / 2 else int(rng.integers(0, 366)),
                event=str(int(happened)),
                randomised=DAY + timedelta(days=int(rng.integers(0, 200))),
            )
        )
    for one in people:
        if one["days"] in ("", 0):
            one["event"] = "" if one["days"] == "" else "0"
    events = [
        event_of(
            people[int(rng.integers(len(people)))],
            DAY + timedelta(days=min(int(rng.gamma(3, 90)), 800)),
            None if rng.random() < rare[4] / 2 else int(rng.integers(5, 200)),
        )
        for _ in range(int(rng.integers(50, 500)))
    ]
    found = examine(write_folder(tmp_path, people, events, threshold=THRESHOLD))
    assert not [problem for problem in found.problems if problem.code != "PE-C42"]
    for text in (as_text(found), as_html(found)):
        small = {number for number in numbers_in(text) if 0 < number < THRESHOLD}
        assert small == set(), text
    counts = list(counts_in(json.loads(as_json(found))))
    assert len(counts) > 10
    assert all(not count["n"] or count["n"] >= THRESHOLD for count in counts)
