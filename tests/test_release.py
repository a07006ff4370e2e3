"""What leaves under the release profile points at nobody, also for somebody who adds and subtracts."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attacker import (
    ARMS,
    COMPLETE,
    HALF_YEAR,
    YEAR,
    Attack,
    K,
    Person,
    analysis,
    crowd,
    draw_people,
    draw_protocol,
    gives_away,
    leaks,
    on_time,
    protocol_of,
    trial_of,
)

from primus_eval.disclosure import Internal, Released, release, view_from_json
from primus_eval.disclosure.coarse import coarse_baseline, midpoint
from primus_eval.disclosure.groups import countable
from primus_eval.errors import DisclosureError, InputError
from primus_eval.findings import NUMBERS, Findings, from_json, to_json
from primus_eval.loaders import load_trial
from primus_eval.pipeline import evaluate, view_of
from primus_eval.report import render

MENTORING = Path(__file__).parent / "trials" / "mentoring" / "protocol.toml"

DRAWN = [*range(16), 143, 453, 693, 1022, 1805, 2519, 2809, 6055]
"""Seeds of trials; the last eight once gave a count away, most of them by two roundings of one number."""


def findings_of(people: list[Person], *analyses: dict[str, Any], **parts: Any) -> Findings:
    return evaluate(trial_of(people, protocol_of(list(analyses), **parts)))


def drawn(seed: int) -> tuple[list[Person], Findings]:
    rng = np.random.default_rng(seed)
    people = draw_people(rng)
    return people, evaluate(trial_of(people, draw_protocol(rng), seed=seed))


def under(findings: Findings, **rules: Any) -> Findings:
    """The same findings under other rules of disclosure."""
    protocol = findings.context["protocol"]
    changed = {**protocol, "disclosure": {**protocol["disclosure"], **rules}}
    return replace(findings, context={**findings.context, "protocol": changed})


def withheld_rows(released: Findings) -> set[str]:
    return {row.finding for row in released.rows if row.status == "withheld"}


@pytest.fixture(scope="module")
def mentoring() -> Findings:
    return evaluate(load_trial(MENTORING))


# ------------------------------------------------------------------------------------ the attack


@pytest.mark.parametrize("seed", DRAWN)
def test_no_small_count_and_no_group_all_alike_follows_from_a_release(seed: int) -> None:
    people, findings = drawn(seed)
    assert leaks(release(findings).findings, people) == []


def both(group: str, **numbers: Any) -> list[Person]:
    """The same people in both arms."""
    return [person for arm in ARMS for person in crowd(arm, group, **numbers)]


WIDE = both("a", arrested=20, free=20) + both("b", arrested=20, free=20) + both("c", arrested=20, free=20)
PRIMARY, MEAN = analysis("primary", "primary"), on_time("mean")


def part(group: str, make: Any = analysis, **keys: Any) -> dict[str, Any]:
    return make(f"in_{group}_{make.__name__}", "exploratory", population=f"group_{group}", **keys)


def as_primary(item: dict[str, Any]) -> dict[str, Any]:
    return {**item, "id": "primary", "role": "primary"}


SMALLEST = {
    "the rest of everyone": (
        both("a", arrested=10, free=10) + both("c", arrested=3, free=20),
        [PRIMARY, part("ab")],
        "treatment: arrest by 365 in c = 3",
    ),
    "the rest of two parts": (
        both("a", arrested=10, free=10) + both("b", arrested=10, free=10) + both("c", arrested=3, free=20),
        [PRIMARY, part("a"), part("b")],
        "treatment: arrest by 365 in c = 3",
    ),
    "a part of a part": (
        both("a", arrested=10, free=10) + both("b", arrested=3, free=20) + both("c", arrested=9, free=9),
        [PRIMARY, part("a"), part("ab")],
        "treatment: arrest by 365 in b = 3",
    ),
    "what two overlapping parts share": (
        both("a", arrested=10, free=10) + both("b", arrested=3, free=20) + both("c", arrested=9, free=9),
        [PRIMARY, part("ab"), part("bc")],
        "treatment: arrest by 365 in b = 3",
    ),
    "early leavers": (
        WIDE + both("a", free=3, arrest=("left", 180)),
        [PRIMARY, MEAN],
        "treatment: left before 365 (arrest) in all = 3",
    ),
    "early leavers, by the flow": (
        WIDE + both("a", free=3, arrest=("left", 180)),
        [PRIMARY],
        "treatment: left before 365 (arrest) in all = 3",
    ),
    "early leavers in the rest": (
        WIDE + both("a", free=2, arrest=("left", 180)) + both("b", free=8, arrest=("left", 180)),
        [PRIMARY, MEAN, part("bc"), part("bc", on_time)],
        "treatment: left before 365 (arrest) in a = 2",
    ),
    "left out in a part": (
        WIDE
        + both("a", free=2, excluded="died", arrest=None)
        + both("b", free=6, excluded="died", arrest=None),
        [PRIMARY, part("a")],
        "treatment: excluded in a = 2",
    ),
    "left out in the rest, known from the flow": (
        WIDE
        + both("a", free=2, excluded="died", arrest=None)
        + both("b", free=6, excluded="died", arrest=None),
        [as_primary(part("bc"))],
        "treatment: excluded in a = 2",
    ),
    "without a covariate": (
        WIDE + both("a", free=3, education=False),
        [PRIMARY, analysis("complete", **COMPLETE)],
        "treatment: without education in all = 3",
    ),
    "without a covariate, by the flow": (
        WIDE + both("a", free=3, education=False),
        [analysis("complete", "primary", **COMPLETE)],
        "treatment: without education in all = 3",
    ),
    "a second outcome not observed": (
        WIDE + both("a", free=3, violence=None) + both("b", free=9, violence=("event", YEAR)),
        [PRIMARY, analysis("violence", outcome="violence")],
        "treatment: violence not observed in all = 3",
    ),
    "events between two horizons": (
        both("a", arrested=3, free=20) + both("b", free=30, arrest=("event", 90)),
        [PRIMARY, analysis("half", outcome=HALF_YEAR)],
        "treatment: arrest after 180 in all = 3",
    ),
    "events of a part on other people": (
        both("a", arrested=12, free=12) + both("b", arrested=2, free=20) + both("c", free=9),
        [PRIMARY, part("a", on_time)],
        "treatment: arrest by 365 in not a = 2",
    ),
    "few people beside a part": (
        both("a", arrested=10, free=10) + both("b", arrested=10, free=10) + both("c", arrested=2, free=1),
        [as_primary(part("ab"))],
        "treatment: followed for arrest in c = 3",
    ),
    "nobody in a part": (
        both("a", arrested=10, free=10) + both("b", arrested=0, free=20) + both("c", arrested=10, free=10),
        [PRIMARY, part("b")],
        "treatment: nobody in b has arrest",
    ),
    "everybody in the rest": (
        both("a", arrested=10, free=10) + both("b", arrested=10, free=10) + both("c", arrested=9, free=0),
        [PRIMARY, part("ab")],
        "treatment: everybody in c has arrest",
    ),
}


@pytest.mark.parametrize("name", SMALLEST)
def test_what_unreleased_findings_give_away_a_release_does_not(name: str) -> None:
    people, analyses, leak = SMALLEST[name]
    findings = findings_of(people, *analyses)
    unreleased = release(under(findings, profile="public_data", reason={"en": "a test"})).findings
    assert gives_away(unreleased, people, leak)
    assert not gives_away(release(findings).findings, people, leak)


def test_an_attack_recovers_every_count_of_what_is_published_person_by_person() -> None:
    people = both("a", arrested=4, free=3) + both("b", arrested=2, free=9)
    unreleased = findings_of(people, PRIMARY, part("a"))
    attack = Attack(release(under(unreleased, profile="public_data", reason={"en": "a test"})).findings)
    assert attack.recovers(lambda p: p.arm == "control" and p.group == "b" and p.event("arrest", YEAR)) == 2
    assert attack.recovers(lambda p: p.arm == "control" and not p.education) == 0


# ----------------------------------------------------------------------- what the attack cannot know


def test_an_outcome_that_may_be_part_of_another_is_withheld_where_few_had_only_the_other() -> None:
    violent = both("a", free=30, arrest=("event", 90), violence=("event", YEAR))
    people = violent + both("a", arrested=3) + both("b", free=20)
    second = analysis("violence", outcome="violence")
    released = release(findings_of(people, PRIMARY, second)).findings
    assert [row.status for row in released.rows] == ["estimated", "withheld"]


def test_an_outcome_that_cannot_be_part_of_another_is_not_compared_with_it() -> None:
    more = crowd("treatment", free=22, arrest=("event", 90)) + crowd("treatment", free=22)
    fewer = crowd("control", free=20, violence=("event", YEAR)) + crowd("control", arrested=18, free=6)
    violent = crowd("treatment", free=20, violence=("event", YEAR))
    released = release(
        findings_of(more + fewer + violent, PRIMARY, analysis("violence", outcome="violence"))
    ).findings
    first, second = released.rows
    assert (first.events_treatment, second.events_treatment) == (22, 20)
    assert (first.events_control, second.events_control) == (18, 20)


def test_what_cannot_be_told_of_the_groups_adjusted_for_is_withheld() -> None:
    only_groups = analysis("adjusted", method="g_computation", covariates=["group"])
    with_age = analysis("with_age", method="g_computation", covariates=["group", "age"])
    released = release(findings_of(WIDE, PRIMARY, only_groups, with_age)).findings
    assert [row.status for row in released.rows] == ["estimated", "withheld", "estimated"]


def test_that_a_covariate_predicts_the_event_without_error_is_not_said() -> None:
    people = both("a", arrested=20) + both("b", free=20)
    findings = findings_of(
        people, PRIMARY, analysis("adjusted", **COMPLETE | {"covariates": ["group", "age"]})
    )
    assert findings.rows[1].reason == "separation"
    assert release(findings).findings.rows[1].reason == "small_covariate_level"


def test_no_reason_says_that_a_group_is_all_alike() -> None:
    people = both("a", arrested=10, free=10) + both("b", free=20) + both("c", arrested=10, free=10)
    released = release(findings_of(people, PRIMARY, part("b"))).findings
    assert [row.reason for row in released.rows if row.status == "withheld"] == ["small_cell"]
    assert "whole_group" not in to_json(released)


def test_the_hash_of_the_protocol_does_not_confirm_a_guess_of_the_numbers_it_lost() -> None:
    design = {
        "allocation": {"scheme": "simple"},
        "assessed": 250,
        "not_randomised": [{"reason": "declined", "n": 4}],
    }
    findings = findings_of(WIDE + both("a", free=3), PRIMARY, design=design)
    released = release(findings).findings
    assert released.context["protocol"]["design"]["assessed"] is None
    assert "250" not in json.dumps(released.context["protocol"])
    assert findings.context["fingerprint"] not in to_json(released)
    assert len({released.context["fingerprint"], *(row.fingerprint for row in released.rows)}) == 1


def test_people_assessed_and_not_randomised_without_a_reason_are_counted_too() -> None:
    design = {"allocation": {"scheme": "simple"}, "assessed": len(WIDE) + 3}
    released = release(findings_of(WIDE, PRIMARY, design=design)).findings
    (flow,) = released.exhibits_of("flow")
    assert {row["n"] for row in flow.records() if row["stage"] != "analysed"} == {None}
    assert released.context["protocol"]["design"]["assessed"] is None


def test_what_was_analysed_is_not_shown_beside_other_numbers_of_the_same_people() -> None:
    leaving = both("a", free=3, arrest=("left", 180))
    about_a_part = as_primary(part("b"))
    released = release(findings_of(WIDE + leaving, about_a_part, MEAN)).findings
    (flow,) = released.exhibits_of("flow")
    assert {row["n"] for row in flow.records()} == {None}
    assert released.finding("mean/assigned/restricted_mean_difference/mentors-usual/365d").n_treatment == 123


def test_a_minimum_detectable_effect_does_not_show_the_size_of_what_is_withheld() -> None:
    planning = {"control_risk": 0.5, "assumed": "before_outcomes", "source": "Assumed."}
    first = {**PRIMARY, "role": "exploratory"}
    leaving = both("a", free=3, arrest=("left", 180))
    released = release(findings_of(WIDE + leaving, first, MEAN, planning=planning)).findings
    assert [row.status for row in released.rows] == ["withheld", "estimated"]
    (detectable,) = released.exhibits_of("detectable")
    assert detectable.rows == ()


@pytest.mark.parametrize("n", [20, 21, 24, 25, 31, 40, 49, 50, 56])
def test_percentages_of_a_hidden_number_of_people_fit_several_numbers(n: int) -> None:
    """With two or three left out, no share in the table may tell how many were randomised."""
    about = range(n - K + 1, n + K)
    shown_by = {m: {tuple(shares_shown(count, m)) for count in range(K, m - K + 1)} for m in about}
    for count in range(K, n - K + 1):
        fitting = [m for m in about if tuple(shares_shown(count, n)) in shown_by[m]]
        assert len(fitting) >= K


def shares_shown(count: int, n: int) -> Any:
    """The shares that a released baseline table shows of a column with two levels."""
    from primus_eval.baseline import COLUMNS
    from primus_eval.findings import Exhibit

    def row(level: str, count: int) -> tuple[Any, ...]:
        arm = (n, count / n, 0.5, count, 0)
        return ("g", "G", "", "share", level, level, *arm, *arm, 0.0)

    table = Exhibit(
        id="baseline", kind="baseline", columns=COLUMNS, rows=(row("a", count), row("b", n - count))
    )
    return [record["value_control"] for record in coarse_baseline(table, k=K, blurred={"g"}).records()]


# ------------------------------------------------------------------------------------- invariants


@pytest.mark.parametrize("seed", range(8))
def test_what_was_released_is_released_again_as_it_is(seed: int) -> None:
    _, findings = drawn(seed)
    once = release(findings).findings
    assert to_json(release(once).findings) == to_json(once)


def shown_numbers(released: Findings) -> set[tuple[Any, ...]]:
    """Where a release has a number, whatever the number is."""
    places: set[tuple[Any, ...]] = {
        (row.finding, name)
        for row in released.rows
        for name in (*NUMBERS, "n_treatment", "n_control", "events_treatment", "events_control")
        if getattr(row, name) is not None
    }
    for exhibit in released.exhibits:
        if exhibit.kind in ("curve", "risk_table"):  # a larger k ends them earlier, and rounds them elsewhere
            places |= {(exhibit.id,)} if exhibit.rows else set()
            continue
        places |= {
            (exhibit.id, index, name)
            for index, record in enumerate(exhibit.records())
            for name, value in record.items()
            if isinstance(value, int | float)
        }
    return places | {
        (account["file"], index)
        for index, account in enumerate(released.context["accounts"])
        if account["rows_read"] is not None
    }


@pytest.mark.parametrize("seed", range(20, 36))
def test_a_larger_threshold_never_shows_more(seed: int) -> None:
    _, findings = drawn(seed)
    shown = [shown_numbers(release(under(findings, threshold=k)).findings) for k in (3, 5, 8, 20)]
    for smaller, larger in zip(shown, shown[1:], strict=False):
        assert larger <= smaller


def test_a_finding_is_not_shown_because_the_one_it_was_too_near_to_is_withheld_itself() -> None:
    """The second keeps the third away at k = 5; at k = 10 the first keeps the second away."""
    people = WIDE + both("a", free=7, arrest=("left", 90)) + both("a", free=3, arrest=("left", 270))
    rows = [
        on_time("first", "primary"),
        analysis("second", outcome=HALF_YEAR),
        analysis("third"),
    ]
    findings = findings_of(people, *rows)
    at_five, at_ten = (release(under(findings, threshold=k)).findings.rows for k in (5, 10))
    assert [row.status for row in at_five] == ["estimated", "estimated", "withheld"]
    assert [row.status for row in at_ten] == ["estimated", "withheld", "withheld"]


def test_a_release_survives_json() -> None:
    released = release(drawn(3)[1])
    assert isinstance(released, Released)
    written = to_json(released.findings)
    assert to_json(from_json(written)) == written
    assert view_from_json(written, file="findings.json") == Released(findings=from_json(written))


def test_public_data_pass_untouched_with_their_reason() -> None:
    _, findings = drawn(0)
    released = release(under(findings, profile="public_data", reason={"en": "Published in 1980."}))
    assert released.profile == "public_data"
    assert (released.findings.rows, released.findings.exhibits) == (findings.rows, findings.exhibits)
    assert released.findings.context["disclosure"]["reason"] == {"en": "Published in 1980."}
    assert released.findings.context["disclosure"]["withheld"] == []


def test_internal_findings_cannot_be_released_and_are_stamped_where_they_are_viewed() -> None:
    _, findings = drawn(0)
    internal = under(findings, profile="internal")
    with pytest.raises(DisclosureError, match="PE-R01"):
        release(internal)
    view = view_of(internal)
    assert isinstance(view, Internal)
    assert view.profile == "internal"
    assert view.findings.rows == internal.rows
    assert isinstance(view_from_json(to_json(view.findings), file="findings.json"), Internal)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"findings": [], "exhibits": [], "context": {}}',
        '{"findings": [], "exhibits": [], "context": {"disclosure": {"profile": "open"}, "protocol": {}}}',
        '{"findings": [], "exhibits": [], "context": {"disclosure": {"profile": "release"}}}',
        '{"findings": [{"finding": "a"}], "exhibits": [], "context": {}}',
        "[" * 100_000,
    ],
    ids=["empty", "list", "object", "no profile", "unknown profile", "no protocol", "half a finding", "deep"],
)
def test_a_view_is_not_read_from_anything_else(text: str) -> None:
    with pytest.raises(InputError, match="PE-F22"):
        view_from_json(text, file="findings.json")


def test_everything_that_is_withheld_is_listed_with_its_reason(mentoring: Findings) -> None:
    released = release(mentoring).findings
    listed = {item["what"] for item in released.context["disclosure"]["withheld"]}
    assert listed >= withheld_rows(released) | {e.id for e in released.exhibits if e.status == "withheld"}
    assert all(item["reason"] for item in released.context["disclosure"]["withheld"])
    assert "flow" in listed


def test_the_mentoring_trial_keeps_its_results_and_withholds_its_small_group(mentoring: Findings) -> None:
    released = release(mentoring).findings
    statuses = {row.analysis: row.status for row in released.rows}
    assert {name for name, status in statuses.items() if status == "withheld"} == {
        *("high_risk", "low_risk"),
        # two at low risk reoffended: whatever is adjusted for or stratified by risk could tell of them
        *("adjusted", "complete_cases", "time_to_reoffence", "stratified_logrank"),
    }
    assert statuses["primary"] == "estimated"


def test_no_withheld_number_stands_in_any_byte_of_a_report(mentoring: Findings) -> None:
    view = release(mentoring)
    text = b"\n".join(content for name, content in render(view).items() if not name.endswith(".png")).decode()
    hidden = withheld_rows(view.findings)
    assert hidden
    for row in mentoring.rows:
        if row.finding not in hidden:
            continue
        numbers = [repr(value) for name in NUMBERS if (value := getattr(row, name)) is not None]
        pairs = [(row.events_treatment, row.n_treatment), (row.events_control, row.n_control)]
        counts = [form.format(*pair) for pair, form in product(pairs, ("{} of {}", "{}/{}", "{},{}"))]
        assert [number for number in numbers + counts if len(number) > 4 and number in text] == []


# ------------------------------------------------------------------------------ arithmetic of groups


def test_groups_that_follow_by_halving_a_sum_are_found() -> None:
    """Of three pairs and everyone in four groups, twice b is ab + bc - ac."""
    sizes = {"a": 11, "b": 7, "c": 5, "d": 13}
    shown = {frozenset(name): (sum(sizes[one] for one in name),) for name in ("ab", "bc", "ac", "abcd")}
    found = countable(shown)
    assert {name: found[frozenset(name)] for name in "abcd"} == {name: (n,) for name, n in sizes.items()}


def test_groups_that_cannot_be_told_apart_are_not_counted() -> None:
    found = countable({frozenset("abc"): (30,), frozenset("a"): (10,)})
    assert set(found) == {frozenset("abc"), frozenset("a"), frozenset("bc")}


@pytest.mark.parametrize("k", [3, 4, 5, 10])
def test_a_midpoint_hides_one_to_k_and_stays_when_rounded_again(k: int) -> None:
    assert len({midpoint(count, k) for count in range(1, k + 2)}) == 1
    for count in range(200):
        rounded = midpoint(count, k)
        assert midpoint(rounded, k) == rounded
        assert abs(rounded - count) <= (k + 1) // 2
