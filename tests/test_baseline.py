"""Who they were by arm: worked by hand, by brute force, and what no imbalance of an allocation can exceed."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, permutations, product
from math import comb, isclose, sqrt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from person_by_person import CONTROL, TREATMENT, plan, trial_from

from primus_eval.baseline import COLUMNS, COUNT_COLUMNS, allocation_check, baseline_table
from primus_eval.disclosure.coarse import coarse_baseline
from primus_eval.findings import Cell, Exhibit, Findings, from_json, to_json
from primus_eval.loaders import load_trial
from primus_eval.trial import Trial

MENTORING = Path(__file__).parent / "trials" / "mentoring" / "protocol.toml"

BEFORE = """
age = { type = "number", label = { en = "Age", da = "Å" }, unit = "years", timing = "before_randomisation" }
work = { type = "yes_no", label = "Work", yes = ["1"], no = ["0"], timing = "before_randomisation" }
note = { type = "text", internal = true, label = "Note", timing = "before_randomisation" }
later = { type = "integer", label = "Later", timing = "after_randomisation" }

[prison]
type = "category"
label = "Prison"
timing = "before_randomisation"
levels = { open = "open prison", closed = "closed prison", none = "none" }

[left_out]
type = "category"
label = "Left out"
timing = "before_randomisation"
levels = { died = "died" }
"""
PROTOCOL = plan(BEFORE, data={"participants": {"excluded": "left_out"}})


def trial(treatment: list[dict[str, Any]], control: list[dict[str, Any]]) -> Trial:
    arms = ((TREATMENT, treatment), (CONTROL, control))
    return trial_from([{"arm": arm, **person} for arm, people in arms for person in people], PROTOCOL)


def table(treatment: list[dict[str, Any]], control: list[dict[str, Any]]) -> dict[str, dict[str, Cell]]:
    """The baseline table by variable and level, after it went through JSON, which knows no NaN."""
    found = from_json(to_json(Findings(exhibits=(baseline_table(trial(treatment, control)),)))).exhibits[0]
    return {f"{row['variable']} {row['level']}".strip(): row for row in found.records()}


def column(name: str, values: list[Any]) -> list[dict[str, Any]]:
    return [{name: value} for value in values]


def side(row: dict[str, Cell], role: str) -> list[Cell]:
    return [row[f"{key}_{role}"] for key in ("n", "value", "spread", "count", "missing")]


# --- worked by hand -----------------------------------------------------------------------------------------


def test_a_number_has_mean_deviation_and_a_standardised_difference():
    age = table(column("age", [1.0, 2.0, 3.0]), column("age", [2.0, 4.0, 6.0, None]))["age"]
    assert side(age, "treatment") == [3, 2.0, 1.0, 2, 0]
    assert side(age, "control") == [3, 4.0, 2.0, 2, 1]
    assert isclose(age["smd"], (2 - 4) / sqrt((1 + 4) / 2))  # type: ignore[arg-type]
    assert (age["label"], age["unit"], age["kind"]) == ("Age", "years", "mean_sd")


def test_a_share_is_of_those_known_and_has_a_standardised_difference():
    work = table(
        column("work", [True, True, True, False, None]), column("work", [True, False, False, False])
    )["work"]
    assert side(work, "treatment") == [4, 0.75, sqrt(0.75 * 0.25), 3, 1]
    assert side(work, "control") == [4, 0.25, sqrt(0.25 * 0.75), 1, 0]
    assert isclose(work["smd"], 0.5 / sqrt((0.1875 + 0.1875) / 2))  # type: ignore[arg-type]
    assert (work["level"], work["level_label"], work["kind"]) == ("", "", "share")


def test_a_category_has_a_row_for_each_level_in_the_declared_order_also_for_one_that_nobody_has():
    rows = table(column("prison", ["open", "closed", "closed", None]), column("prison", ["open", "open"]))
    levels = [key for key in rows if key.startswith("prison")]
    assert levels == ["prison open", "prison closed", "prison none"]
    assert rows["prison open"]["level_label"] == "open prison"
    assert side(rows["prison closed"], "treatment")[:2] == [3, 2 / 3]
    assert side(rows["prison closed"], "control") == [2, 0.0, 0.0, 0, 0]
    assert isclose(rows["prison open"]["smd"], (1 / 3 - 1) / sqrt((2 / 9) / 2))  # type: ignore[arg-type]
    assert rows["prison none"]["smd"] is None


def test_only_what_was_measured_before_randomisation_and_is_no_text_or_exclusion_is_shown():
    assert {row["variable"] for row in table([{}], [{}]).values()} == {"age", "work", "prison"}


def test_everyone_randomised_is_described_also_who_is_left_out_later():
    rows = table([{"age": 30.0, "left_out": "died"}, {"age": 40.0}], [{"age": 20.0}])
    assert side(rows["age"], "treatment")[:2] == [2, 35.0]


def test_the_table_says_whom_it_counts():
    exhibit = baseline_table(trial([{}] * 3, [{}] * 2))
    assert exhibit.columns == COLUMNS and exhibit.count_columns == COUNT_COLUMNS
    assert set(COUNT_COLUMNS) == {
        f"{key}_{role}" for key in ("n", "count", "missing") for role in ("treatment", "control")
    }
    assert exhibit.notes == {"n_treatment": 3, "n_control": 2}
    assert (exhibit.population, exhibit.outcome) == ("assigned", "")


# --- little to describe -------------------------------------------------------------------------------------

ALL = {"age": 30.0, "work": True, "prison": "open"}


def test_an_arm_of_one_person_has_a_mean_and_no_deviation():
    rows = table([ALL], [ALL, ALL | {"age": 40.0}])
    assert side(rows["age"], "treatment") == [1, 30.0, None, 0, 0]
    assert rows["age"]["smd"] is None


@pytest.mark.parametrize(
    "nobody", [[], [{}], [{}, {}]], ids=["no people", "one without data", "two without data"]
)
def test_an_arm_without_people_or_data_has_empty_cells_and_zero_counts(nobody):
    for row in table(nobody, [ALL, ALL]).values():
        n, value, spread, count, missing = side(row, "treatment")
        assert (n, value, spread, missing) == (0, None, None, len(nobody))
        assert count == 0
        assert row["smd"] is None


@pytest.mark.parametrize("value", [0.1, 1e15, 0.30000000000000004, 33.3])
def test_equal_numbers_have_no_deviation_and_no_standardised_difference_though_rounding_says_otherwise(value):
    age = table(column("age", [value] * 7), column("age", [value / 3] * 7))["age"]
    assert age["spread_treatment"] == age["spread_control"] == 0.0
    assert age["smd"] is None


def test_one_arm_without_variation_still_has_a_standardised_difference():
    age = table(column("age", [3.0, 3.0]), column("age", [1.0, 3.0]))["age"]
    assert isclose(age["smd"], 1 / sqrt(2 / 2))  # type: ignore[arg-type]


# --- brute force --------------------------------------------------------------------------------------------

AGES = st.lists(st.one_of(st.none(), st.integers(180, 990).map(lambda tenths: tenths / 10)), max_size=12)
WORKS = st.lists(st.sampled_from([True, False, None]), max_size=12)
always = settings(derandomize=True, deadline=None, max_examples=60)


@always
@given(treatment=AGES, control=AGES)
def test_numbers_are_described_as_the_statistics_module_does(treatment, control):
    if not treatment + control:
        return
    row = table(column("age", treatment), column("age", control))["age"]
    known = {
        "treatment": [x for x in treatment if x is not None],
        "control": [x for x in control if x is not None],
    }
    for (role, values), everyone in zip(known.items(), (treatment, control), strict=True):
        n, value, spread, _, missing = side(row, role)
        assert (n, missing) == (len(values), len(everyone) - len(values))
        assert (value is None) == (not values)
        assert (spread is None) == (len(values) < 2)
        if len(values) > 1:
            assert isclose(value, statistics.fmean(values), rel_tol=1e-12)
            assert isclose(spread, statistics.stdev(values), rel_tol=1e-9, abs_tol=1e-12)
    if min(map(len, known.values())) > 1:
        variances = [statistics.variance(map(Fraction, map(str, values))) for values in known.values()]
        means = [statistics.mean(map(Fraction, map(str, values))) for values in known.values()]
        expected = float(means[0] - means[1]) / sqrt(sum(variances) / 2) if any(variances) else None
        assert (row["smd"] is None) == (expected is None)
        assert expected is None or isclose(row["smd"], expected, rel_tol=1e-9, abs_tol=1e-9)


@always
@given(treatment=WORKS, control=WORKS)
def test_counts_add_up_and_exchanging_the_arms_turns_the_sign(treatment, control):
    if not treatment + control:
        return
    row = table(column("work", treatment), column("work", control))["work"]
    turned = table(column("work", control), column("work", treatment))["work"]
    for role, values in (("treatment", treatment), ("control", control)):
        assert row[f"n_{role}"] + row[f"missing_{role}"] == len(values)  # type: ignore[operator]
        assert row[f"count_{role}"] == values.count(True)
    assert side(row, "treatment") == side(turned, "control")
    assert (row["smd"] is None) == (turned["smd"] is None)
    assert row["smd"] is None or row["smd"] == -turned["smd"]  # type: ignore[operator]


# --- the allocation: what each scheme can produce -----------------------------------------------------------


def check(n_treatment: int, n_control: int, **allocation: Any) -> Exhibit:
    rows = [{"arm": TREATMENT}] * n_treatment + [{"arm": CONTROL}] * n_control
    return allocation_check(trial_from(rows, plan(BEFORE, design={"allocation": allocation})))


def only_row(exhibit: Exhibit) -> dict[str, Cell]:
    from_json(to_json(Findings(exhibits=(exhibit,))))  # plain values only
    (row,) = exhibit.records()
    return row


def exact_p(n_treatment: int, n: int, share: Fraction) -> Fraction:
    """Two-sided exact binomial p-value by adding up every outcome that is no likelier than this one."""
    chance = [comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
    return sum((each for each in chance if each <= chance[n_treatment]), Fraction(0))


@pytest.mark.parametrize("scheme", ["simple", "not_documented"])
@pytest.mark.parametrize("ratio", [(1, 1), (2, 1), (1, 3)])
@pytest.mark.parametrize(
    ("n_treatment", "n_control"), [(1, 0), (0, 1), (5, 5), (12, 3), (20, 0), (0, 20), (30, 9)]
)
def test_a_simple_allocation_is_held_to_the_exact_binomial_test(scheme, ratio, n_treatment, n_control):
    found = check(n_treatment, n_control, scheme=scheme, ratio=ratio)
    share = Fraction(ratio[0], sum(ratio))
    p = exact_p(n_treatment, n_treatment + n_control, share)
    assert isclose(found.notes["p_value"], p, rel_tol=1e-9)  # type: ignore[arg-type]
    row = only_row(found)
    assert row["ok"] == (p >= Fraction(1, 1000))
    assert isclose(row["imbalance"], n_treatment - share * (n_treatment + n_control), abs_tol=1e-12)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("n_treatment", "n_control", "ratio", "ok"),
    [
        (50, 50, (1, 1), True),
        (51, 50, (1, 1), True),
        (51, 49, (1, 1), True),
        (52, 48, (1, 1), False),
        (20, 10, (2, 1), True),
        (21, 10, (2, 1), True),
        (22, 9, (2, 1), False),
        (10, 20, (2, 1), False),
        (0, 1, (1, 1), True),
        (2, 0, (1, 1), True),
        (3, 0, (1, 1), False),
    ],
)
def test_a_complete_allocation_is_at_most_one_person_off_its_ratio(n_treatment, n_control, ratio, ok):
    found = check(n_treatment, n_control, scheme="complete", ratio=ratio)
    assert only_row(found)["ok"] is ok
    assert found.notes["p_value"] is None and found.notes["ratio"] == f"{ratio[0]}:{ratio[1]}"


def unfinished_sequences(ratio: tuple[int, int], sizes: list[int]) -> Iterator[tuple[int, int]]:
    """The sizes of the arms after any number of people, for every order of blocks and every order in them."""
    for order in set(permutations(sizes)):
        blocks = [
            [
                tuple(place in chosen for place in range(size))
                for chosen in combinations(range(size), size * ratio[0] // sum(ratio))
            ]
            for size in order
        ]
        for filled in product(*blocks):
            allotted = [arm for block in filled for arm in block]
            for n in range(1, len(allotted) + 1):
                yield sum(allotted[:n]), n - sum(allotted[:n])


BLOCKS: list[tuple[tuple[int, int], list[int]]] = [
    *[((1, 1), sizes) for sizes in ([2], [4, 4], [2, 4], [8])],
    *[((2, 1), sizes) for sizes in ([3, 3], [3, 6])],
    *[((1, 2), [6]), ((3, 2), [5]), ((3, 1), [8])],
]


@pytest.mark.parametrize(("ratio", "sizes"), BLOCKS)
def test_no_unfinished_sequence_of_blocks_is_flagged_and_the_worst_one_reaches_what_is_allowed(ratio, sizes):
    reached = set(unfinished_sequences(ratio, sizes))
    worst = Fraction(0)
    for n_treatment, n_control in reached:
        row = only_row(check(n_treatment, n_control, scheme="blocked", ratio=ratio, block_size=max(sizes)))
        assert row["ok"] is True, (n_treatment, n_control)
        worst = max(worst, abs(n_treatment - Fraction(ratio[0], sum(ratio)) * (n_treatment + n_control)))
    assert isclose(row["allowed"], worst)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("n_treatment", "n_control", "ratio", "block_size"),
    [(3, 0, (1, 1), 4), (53, 50, (1, 1), 4), (0, 2, (2, 1), 3), (3, 0, (2, 1), 3), (50, 50, (2, 1), 6)],
)
def test_one_person_more_than_a_block_can_leave_is_flagged(n_treatment, n_control, ratio, block_size):
    assert (
        only_row(check(n_treatment, n_control, scheme="blocked", ratio=ratio, block_size=block_size))["ok"]
        is False
    )


@pytest.mark.parametrize(
    "allocation", [{"scheme": "minimisation"}, {"scheme": "cluster", "cluster": "prison"}]
)
def test_where_people_are_not_tied_to_the_ratio_the_arms_are_described_only(allocation):
    row = only_row(check(40, 2, **allocation))
    assert (row["n_treatment"], row["n_control"], row["allowed"], row["ok"]) == (40, 2, None, None)


def stratified(rows: list[dict[str, Any]], **allocation: Any) -> dict[str, dict[str, Cell]]:
    design = {"allocation": {"scheme": "stratified_blocked", "block_size": 4, **allocation}}
    exhibit = allocation_check(trial_from(rows, plan(BEFORE, design=design)))
    from_json(to_json(Findings(exhibits=(exhibit,))))
    return {str(row["stratum"]): row for row in exhibit.records()}


def test_each_stratum_is_held_to_its_own_block_and_overall_sums_are_not():
    rows = [
        {"arm": TREATMENT, "prison": prison}
        for prison in ("open", "open", "closed", "closed", "none", "none")
    ]
    strata = stratified(rows, strata=["prison"])
    assert list(strata) == ["closed prison", "none", "open prison"]
    assert all(row["ok"] is True for row in strata.values())  # 6 to 0 in all, yet 2 to 0 in each
    flagged = stratified([*rows, {"arm": TREATMENT, "prison": "open"}], strata=["prison"])
    assert {name for name, row in flagged.items() if row["ok"] is False} == {"open prison"}


@pytest.mark.parametrize("arm", [TREATMENT, CONTROL])
@pytest.mark.parametrize(("ratio", "block_size"), [((1, 1), 2), ((2, 1), 3), ((1, 2), 3)])
def test_a_stratum_of_one_person_is_never_flagged(arm, ratio, block_size):
    (row,) = stratified(
        [{"arm": arm, "prison": "open"}], strata=["prison"], ratio=ratio, block_size=block_size
    ).values()
    assert row["ok"] is True


def test_a_missing_stratum_is_a_stratum_and_labels_name_yes_and_no():
    rows = [
        {"arm": TREATMENT, "prison": "open", "work": True},
        {"arm": CONTROL, "prison": None, "work": False},
        {"arm": CONTROL, "prison": "open", "work": None},
    ]
    strata = stratified(rows, strata=["prison", "work"])
    assert set(strata) == {
        "open prison, Work: yes",
        "Prison: missing, Work: no",
        "open prison, Work: missing",
    }
    assert sum(int(str(row["n_treatment"])) + int(str(row["n_control"])) for row in strata.values()) == 3


def test_strata_do_not_depend_on_the_order_of_people():
    rows = [
        {"arm": arm, "prison": prison} for arm in (TREATMENT, CONTROL) for prison in ("open", None, "none")
    ]
    assert stratified(rows, strata=["prison"]) == stratified(rows[::-1], strata=["prison"])


def test_the_mentoring_trial_is_as_its_blocks_can_make_it():
    exhibit = allocation_check(load_trial(MENTORING))
    assert len(exhibit.rows) == 6 and all(row["ok"] is True for row in exhibit.records())
    assert sum(row["n_treatment"] + row["n_control"] for row in exhibit.records()) == 218  # type: ignore[misc, operator]


def test_few_people_apart_from_all_others_are_not_given_back_by_a_mean():
    """One person with one offence among thirty: mean 0.0333 and deviation 0.183 would say so."""

    def shown(apart: int) -> dict[str, Any]:
        values = [0.0] * (30 - apart) + [1.0] * apart
        found = baseline_table(trial(column("age", values), column("age", [0.0, 2.0] * 15)))
        released = coarse_baseline(found, k=5, blurred=()).records()
        return next(row for row in released if row["variable"] == "age")

    assert all(shown(apart)["value_treatment"] is None for apart in (1, 4))
    assert shown(5)["value_treatment"] is not None
