"""Scores and weeks, as they leave: who dropped out is not counted, and no mean says that all were alike."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from attacker import analysis, crowd, protocol_of, trial_of
from figure_findings import finding
from test_release_programme import TREATED, World, exhibit, told

from primus_eval.disclosure import release
from primus_eval.disclosure.indicators import Beside
from primus_eval.disclosure.scales import nearly_alike, released_scales, scores_of, scores_to_withhold
from primus_eval.estimators.scale_waves import _off_mode
from primus_eval.findings import Exhibit, Finding, Findings
from primus_eval.pipeline import evaluate

K = 5
ENDS = {"wellbeing": (0.0, 100.0)}
WAVES = ("wave", "arm", "place", "expected", "observed", "mean", "sd")
PLACES = ("free", "custody", "not_seen")


def shown(each: Exhibit, *, k: int = K, treated: int = TREATED, gone: tuple[str, ...] = ()) -> Exhibit:
    each = replace(each, outcome="wellbeing")
    beside = Beside(k=k, shown={"treatment": (treated,), "control": ()})
    return released_scales([each], beside, ends=ENDS, gone=gone)[each.id]


def waves(*rows: tuple[Any, ...]) -> Exhibit:
    return exhibit("scale_waves", WAVES, *rows)


# --- waves ---


@pytest.mark.parametrize("k", [3, 4, 5])
@pytest.mark.parametrize("n", [47, 48, 49])
def test_who_was_seen_where_counts_no_few(n: int, k: int) -> None:
    """Seen free, seen in custody, and not seen, of everybody; and the wave before, of whom all were seen."""
    worlds = [
        (free, custody, n - free - custody)
        for free, custody in product(range(n + 1), repeat=2)
        if free + custody <= n
    ]

    def left(world: World) -> Any:
        rows = [
            (1, "treatment", place, count, 0 if place == "not_seen" else count, 55.5, 9.0)
            for place, count in zip(PLACES, world, strict=True)
        ]
        table = shown(waves(*rows), k=k, treated=n).records()
        return [(row["expected"], row["observed"]) for row in table if row["place"] != "free"] + [
            row["expected"] for row in table
        ]

    assert not told(worlds, left, lambda world: (*world, *(n - count for count in world)), k)


def test_a_mean_is_of_many_with_two_digits_and_not_at_an_end() -> None:
    rows = [
        (0, "treatment", "free", 40, 38, 57.34, 11.2),
        (0, "treatment", "custody", 8, 8, 43.21, 10.0),
        (1, "treatment", "free", 48, 48, 99.8, 1.0),
    ]
    assert [row["mean"] for row in shown(waves(*rows)).records()] == [57.0, None, None]
    assert {row["sd"] for row in shown(waves(*rows)).records()} == {None}


def test_a_correction_goes_with_any_of_its_members() -> None:
    holm = exhibit(
        "holm", ("analysis", "p_value", "adjusted"), ("a", 0.012345, 0.024690), ("b", 0.51234, 0.51234)
    )
    assert [tuple(row.values())[1:] for row in shown(holm).records()] == [(0.012, 0.025), (0.51, 0.51)]
    assert shown(holm, gone=("b",)).status == "withheld"


def test_what_a_model_of_all_waves_rests_on_is_not_said() -> None:
    model = exhibit(
        "scale_model", ("wave", "estimate", "conf_low", "conf_high", "df"), (1, 4.5678, -1.234, 9.876, 83.0)
    )
    assert tuple(shown(model).records()[0].values()) == (1, 4.57, -1.23, 9.88, None)


def test_weeks_after_death_are_not_said() -> None:
    columns = ("arm", "people", "with_code", "in_custody", "dead_or_abroad", "other")
    weeks = exhibit("weeks_divided", columns, ("treatment", 46, 17.63, 4.4, 0.54, 29.43))
    assert tuple(shown(weeks).records()[0].values()) == ("treatment", 48, 18.0, 4.0, None, None)
    assert (
        shown(exhibit("weeks_divided", columns, ("treatment", 9, 17.6, 4.4, 0.5, 29.4))).status == "withheld"
    )


def test_who_was_at_an_end_and_who_asked_is_rounded() -> None:
    ends = exhibit("scale_ends", ("arm", "people", "at_best", "at_worst"), ("treatment", 45, 2, 0))
    assert tuple(shown(ends).records()[0].values()) == ("treatment", 45, 3, 0)
    asked = exhibit("scale_assessors", ("assessor", "arm", "assessments"), ("mentor", "treatment", 4))
    assert shown(asked).records()[0]["assessments"] == 3


def test_what_was_released_stays_as_it_is() -> None:
    for each in (
        waves((1, "treatment", "free", 48, 40, 55.5, 9.0)),
        exhibit("holm", ("analysis", "p_value", "adjusted")),
    ):
        assert shown(shown(each)) == shown(each)


LEVELS = ("part", "wave", "arm", "place", "known", "off_mode", "distance", "largest", "second")


def levels(scores: list[float], *, part: str = "", place: str = "") -> Exhibit:
    """Rows as the estimator draws them up, of one arm at one wave."""
    return replace(
        exhibit("scale_levels", LEVELS, (part, 1, "treatment", place, *_off_mode(np.array(scores)))),
        outcome="wellbeing",
    )


def test_distances_are_from_the_commonest_score() -> None:
    scores = np.array([0.0, 0.0, 0.0, 5.0, -2.0, np.nan])
    assert _off_mode(scores) == (5, 2, 7.0, 5.0, 2.0)
    assert _off_mode(scores[:0]) == (0, 0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("scores", "reason"),
    [
        ([0.0] * 40 + [100.0] * 4, "small_cell"),  # a mean of 9.1 says that four of 44 are at the other end
        ([100.0] * 44, "small_cell"),
        ([0.0] * 40 + [100.0] * 5, None),
        ([0.0] * 40 + [1.0] * 5 + [100.0], "dominated_by_few"),
        ([0.0] * 5 + [4.0] * 3, "small_cell"),
        ([float(value) for value in range(30)], None),
    ],
    ids=str,
)
def test_a_mean_of_nearly_equal_scores_counts_the_others(scores: list[float], reason: str | None) -> None:
    about = levels(scores)
    assert nearly_alike(about, k=K) == reason
    table = replace(waves((1, "treatment", "free", 48, 44, 9.09, 9.0)), outcome="wellbeing")
    beside = Beside(k=K, shown={"treatment": (TREATED,), "control": ()})
    left = released_scales([about, table], beside, ends=ENDS, gone=())
    assert set(left) == {"scale_waves"} and left["scale_waves"].reason == reason


def test_a_place_of_few_has_no_mean_and_decides_nothing() -> None:
    assert nearly_alike(levels([1.0, 2.0], place="custody"), k=K) is None
    assert nearly_alike(levels([1.0] * 9 + [2.0], place="custody"), k=K) == "small_cell"


def test_weeks_of_one_person_are_not_said_as_a_mean() -> None:
    columns = ("arm", "people", "with_code", "in_custody", "dead_or_abroad", "other")
    weeks = replace(
        exhibit("weeks_divided", columns, ("treatment", 46, 0.63, 4.4, 0.5, 46.0)), outcome="work"
    )
    beside = Beside(k=K, shown={"treatment": (TREATED,), "control": ()})
    (left,) = released_scales([weeks], beside, ends={}, gone=(), dominated=["work"]).values()
    assert (left.status, left.reason) == ("withheld", "dominated_by_few")


# --- findings on scores ---

PEOPLE = [
    person
    for arm in ("treatment", "control")
    for group in "ab"
    for person in crowd(arm, group, arrested=10, free=15)
]


def score(name: str, n: tuple[int, int], population: str = "assigned", **fields: Any) -> Finding:
    return replace(
        finding(name, effect_measure="mean_difference", method="ancova", unit="none", estimate=4.56789),
        **{
            "analysis": "wellbeing",
            "outcome": "wellbeing",
            "population": population,
            "role": "secondary",
            "n_treatment": n[0],
            "n_control": n[1],
            "events_treatment": None,
            "events_control": None,
            "horizon_days": 365,
            **fields,
        },
    )


@pytest.fixture(scope="module")
def trial() -> Findings:
    return evaluate(trial_of(PEOPLE, protocol_of([analysis("primary", "primary")])))


def found(trial: Findings, *scores: Finding) -> Findings:
    protocol = trial.context["protocol"]
    scale = {"lowest": 0.0, "highest": 100.0}
    outcome = {**protocol["outcome"][0], "id": "wellbeing", "scale": scale, "horizon_days": 365}
    asked = {**protocol["analysis"][0], "id": "wellbeing", "outcome": "wellbeing", "role": "secondary"}
    changed = {
        **protocol,
        "outcome": [*protocol["outcome"], outcome],
        "analysis": [*protocol["analysis"], asked],
        "population": [
            {"id": f"group_{level}", "where": {"column": "group", "in": [level]}} for level in "ab"
        ],
    }
    return replace(trial, rows=(*trial.rows, *scores), context={**trial.context, "protocol": changed})


def left_of(findings: Findings) -> dict[str, Finding]:
    return {row.finding: row for row in release(findings).findings.rows}


def test_a_score_leaves_without_numbers_of_people_and_does_not_touch_the_rest(trial: Findings) -> None:
    """Two of fifty did not answer: beside exact numbers that would be told, and everything hidden for it."""
    findings = found(trial, score("w", (48, 50)))
    assert scores_of(findings.context) == {"wellbeing": (0.0, 100.0)}
    left = left_of(findings)
    assert (left["w"].status, left["w"].n_treatment, left["w"].n_control) == ("estimated", None, None)
    assert (left["w"].estimate, left["w"].std_error, left["w"].df) == (4.57, None, None)
    alone = {row.finding: row for row in release(trial).findings.rows}
    assert all(
        replace(left[name], fingerprint="") == replace(row, fingerprint="") for name, row in alone.items()
    )


@pytest.mark.parametrize("n", [(9, 50), (50, 0), (4, 4)])
def test_a_score_of_few_is_withheld(trial: Findings, n: tuple[int, int]) -> None:
    left = left_of(found(trial, score("w", n)))["w"]
    assert (left.status, left.reason, left.estimate) == ("withheld", "small_cell", None)


@pytest.mark.parametrize(
    ("parts", "hidden"),
    [
        ({"group_a": (20, 20), "group_b": (20, 20)}, False),
        ({"group_a": (20, 20)}, False),
        ({"group_a": (38, 38)}, True),  # two others
        ({"group_a": (20, 20), "group_b": (20, 9)}, True),
    ],
    ids=str,
)
def test_parts_stand_or_fall_together(
    trial: Findings, parts: dict[str, tuple[int, int]], hidden: bool
) -> None:
    rows = [score(name, n, name) for name, n in parts.items()]
    left = left_of(found(trial, score("w", (40, 40)), *rows))
    assert {left[name].status for name in parts} == {"withheld" if hidden else "estimated"}
    assert left["w"].status == "estimated"


def test_that_all_of_a_part_are_alike_is_not_said(trial: Findings) -> None:
    alike = score(
        "p",
        (20, 20),
        "group_a",
        status="not_estimable",
        reason="no_variation",
        estimate=None,
        conf_low=None,
        conf_high=None,
        std_error=None,
        statistic=None,
        p_value=None,
    )
    assert left_of(found(trial, score("w", (40, 40)), alike))["p"].reason == "small_cell"


def test_weeks_of_which_two_people_make_up_most_are_withheld(trial: Findings) -> None:
    findings = found(trial, score("w", (40, 40)))
    assert scores_to_withhold(findings, k=K, dominated=[("wellbeing", "assigned")]) == {
        "w": "dominated_by_few"
    }
    assert scores_to_withhold(findings, k=K, dominated=[]) == {}


@pytest.mark.parametrize("few", [2, 12], ids=["few", "many"])
def test_findings_go_with_a_wave_of_which_nearly_all_are_alike(trial: Findings, few: int) -> None:
    findings = found(trial, score("w", (40, 40)))
    findings = replace(findings, exhibits=(*findings.exhibits, levels([0.0] * 30 + [100.0] * few)))
    left = release(findings).findings
    row = next(row for row in left.rows if row.finding == "w")
    assert row.reason == ("small_cell" if few < K else None)
    assert not left.exhibits_of("scale_levels"), "it counts the few"


@pytest.mark.parametrize("place", ["", "others"])
def test_parts_go_with_one_of_which_nearly_all_are_alike(trial: Findings, place: str) -> None:
    findings = found(
        trial, score("w", (40, 40)), *[score(f"group_{x}", (20, 20), f"group_{x}") for x in "ab"]
    )
    near = levels([0.0] * 18 + [100.0] * 2, part="group_a", place=place)
    left = left_of(replace(findings, exhibits=(*findings.exhibits, near)))
    assert [left[name].reason for name in ("group_a", "group_b", "w")] == ["small_cell", "small_cell", None]


def test_a_larger_threshold_withholds_no_less(trial: Findings) -> None:
    findings = found(trial, score("w", (40, 40)), score("p", (17, 20), "group_a"))
    before: set[str] = set()
    for k in range(3, 30):
        now = set(scores_to_withhold(findings, k=k, dominated=[]))
        assert before <= now
        before = now
    assert before == {"w", "p"}


def test_a_release_of_a_release_changes_nothing(trial: Findings) -> None:
    released = release(found(trial, score("w", (40, 40)), score("p", (20, 20), "group_a"))).findings
    assert release(released).findings == released
