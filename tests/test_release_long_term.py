"""Later years, and a second report on the same people: two reports, subtracted, count nobody."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from attacker import ARMS, Person, analysis, crowd, on_time, protocol_of, trial_of

from primus_eval.disclosure import release
from primus_eval.disclosure.indicators import Beside
from primus_eval.disclosure.long_term import released_long_term, said_before
from primus_eval.findings import COUNTS, NUMBERS, Exhibit, Finding, Findings
from primus_eval.pipeline import evaluate

K = 5
Row = dict[str, Any]
STEPS = ("step", "analysis", "estimate", "conf_low", "conf_high", *COUNTS)
SINCE = ("what", "arm", "then", "now", "change")
YEARS = ("arm", "year", "at_risk", "events", "person_years", "hazard", "rate", "conf_low", "conf_high")


def exhibit(kind: str, columns: tuple[str, ...], *rows: tuple[Any, ...], **keys: Any) -> Exhibit:
    return Exhibit(id=kind, kind=kind, columns=columns, rows=rows, **keys)


def shown(
    each: Exhibit,
    *others: Exhibit,
    k: int = K,
    rows: tuple[Finding, ...] = (),
    gone: tuple[str, ...] = (),
) -> Exhibit:
    beside = Beside(k=k, shown={"treatment": (50,), "control": (50,)})
    released = released_long_term([each, *others], beside, rows=rows, sizes=[(50, 50)], whole={}, gone=gone)
    return released[each.id]


def everybody(*arrested: int, of: int = 50) -> list[Person]:
    """People of both arms, the first numbers of whom were arrested."""
    return [
        person
        for arm, events in zip(ARMS, arrested, strict=True)
        for person in crowd(arm, arrested=events, free=of - events)
    ]


def step(name: str, counts: tuple[int, int, int, int], *, about: str = "primary") -> tuple[Any, ...]:
    """A row of a decomposition; counts: people of both arms, then events of both."""
    n, m, x, y = counts
    return (name, about, x / n - y / m, -0.3, 0.1, *counts)


def after(then: tuple[int, int, int, int], *between: tuple[Any, ...]) -> Findings:
    """What is found now (20 and 25 of 50 each), with what the former report said."""
    items = [analysis("primary", "primary"), on_time("hazard"), analysis("violent", outcome="violence")]
    found = evaluate(trial_of(everybody(20, 25), protocol_of(items)))
    steps = exhibit("decomposition", STEPS, step("then", then), *between, step("now", (50, 50, 20, 25)))
    return replace(found, exhibits=(*found.exhibits, steps))


def withheld(findings: Findings) -> set[str]:
    return {row.analysis for row in release(findings).findings.rows if row.status == "withheld"}


@pytest.mark.parametrize(
    "then",
    [
        (50, 50, 19, 25),  # one late arrest in treatment
        (50, 50, 20, 29),  # four acquitted in control
        (48, 50, 20, 25),  # two who had not been found
        (45, 50, 19, 25),  # five more, four of them without an arrest
    ],
    ids=str,
)
def test_an_outcome_that_changed_by_few_is_not_told_again(then: tuple[int, int, int, int]) -> None:
    findings = after(then)
    assert set(said_before(findings, k=K).values()) == {"differencing"}
    assert withheld(findings) >= {"primary", "hazard"}
    released = release(findings).findings
    (steps,) = released.exhibits_of("decomposition")
    assert {steps.records()[0][name] for name in ("estimate", "conf_low", "n_treatment")} == {None}
    assert {row.reason for row in released.of_analysis("primary")} == {"differencing"}
    assert all(value is None for row in released.of_analysis("primary") for value in numbers_of(row))
    assert ("violent" in withheld(findings)) is ("violent" in withheld(after((50, 50, 20, 25))))


def numbers_of(row: Any) -> list[Any]:
    return [getattr(row, name) for name in (*NUMBERS, *COUNTS)]


@pytest.mark.parametrize("then", [(50, 50, 20, 25), (50, 50, 10, 15), (40, 40, 10, 15)], ids=str)
def test_an_outcome_that_stayed_or_changed_by_many_is_told(then: tuple[int, int, int, int]) -> None:
    findings = after(then)
    assert said_before(findings, k=K) == {} and "primary" not in withheld(findings)


def test_a_larger_threshold_withholds_no_less() -> None:
    for then in ((50, 50, 14, 25), (43, 50, 10, 25), (50, 50, 20, 12)):
        found = [bool(said_before(after(then), k=k)) for k in range(3, 12)]
        assert found == sorted(found)


SAID = exhibit(
    "steps_as_shown",
    ("step", "analysis", "estimate", "conf_low", "conf_high"),
    ("then", "primary", -0.12, -0.31, 0.11),
    ("revised_old_data", "primary", -0.14, -0.32, 0.12),
)


def test_steps_between_are_left_out_where_two_of_them_differ_by_few() -> None:
    revised = step("revised_old_data", (50, 50, 11, 15))
    found = after((50, 50, 10, 15), revised)
    rows = release(found).findings.rows
    (now,) = (row.estimate for row in rows if row.analysis == "primary")
    steps = found.exhibits_of("decomposition")[0]
    table = shown(steps, SAID, rows=rows).records()
    assert [row["estimate"] for row in table] == [-0.12, None, now]
    assert all(row[name] is None for row in table for name in COUNTS)
    whole = after((50, 50, 10, 15), step("revised_old_data", (50, 50, 15, 20)))
    kept = shown(whole.exhibits_of("decomposition")[0], SAID, rows=rows)
    assert [row["estimate"] for row in kept.records()] == [-0.12, -0.14, now]
    assert [row["estimate"] for row in shown(steps, SAID, rows=rows, gone=("primary",)).records()] == [
        None
    ] * 3


def test_a_step_that_no_released_finding_says_is_withheld_however_far_it_is_from_the_others() -> None:
    found = after((50, 50, 10, 15), step("revised_old_data", (50, 50, 15, 20)))
    assert [row["estimate"] for row in shown(found.exhibits_of("decomposition")[0]).records()] == [None] * 3


def test_a_report_without_counts_does_not_hide_how_near_it_is() -> None:
    """A released report need not say its events: the same data, evaluated again, do."""
    again = step("changed_code", (50, 50, 19, 25))
    told = ("then", "primary", -0.1, -0.3, 0.1, 50, 50, None, None)
    for first, near in ((told, True), (step("then", (50, 50, 10, 15)), True)):
        findings = after((50, 50, 20, 25))
        steps = exhibit("decomposition", STEPS, first, again, step("now", (50, 50, 20, 25)))
        kept = tuple(each for each in findings.exhibits if each.kind != "decomposition")
        assert bool(said_before(replace(findings, exhibits=(*kept, steps)), k=K)) is near


def test_what_says_the_steps_to_these_rules_does_not_leave() -> None:
    findings = after((50, 50, 10, 15))
    released = release(replace(findings, exhibits=(*findings.exhibits, SAID))).findings
    assert not released.exhibits_of("steps_as_shown")
    (steps,) = released.exhibits_of("decomposition")
    (primary,) = released.of_analysis("primary")
    assert steps.records()[0]["estimate"] == -0.12
    assert [steps.records()[-1][name] for name in ("estimate", "conf_low", "conf_high")] == [
        primary.estimate,
        primary.conf_low,
        primary.conf_high,
    ]


def test_of_a_former_delivery_only_the_participants_are_accounted_for() -> None:
    account = {
        "file": "deaths.csv",
        "sha256": "0" * 64,
        "rows_read": 2,
        "rows_left_out": {"few": 1},
        "columns_not_read": ["secret"],
        "harmless": {},
    }
    people = {**account, "file": "participants.csv"}
    former = {"cutoff": "2020-01-01", "fingerprint": "1", "versions": None, "accounts": [people, account]}
    findings = after((50, 50, 10, 15))
    released = release(replace(findings, context={**findings.context, "former": former})).findings
    first, second = released.context["former"]["accounts"]
    assert (first["sha256"], first["columns_not_read"]) == ("0" * 64, [])
    assert (second["sha256"], second["rows_read"], second["rows_left_out"]) == (None, None, {})
    assert released.context["former"]["cutoff"] == "2020-01-01"
    assert release(released).findings == released


ROWS = [("randomised", "treatment", 50, 50, 0), ("events", "treatment", 20, 30, 10)]


@pytest.mark.parametrize("few", [(0, 3, 3), (9, 5, -4), (2, 2, 0)], ids=str)
def test_where_one_change_is_of_few_none_is_counted(few: tuple[int, int, int]) -> None:
    """Late, revised and removed events add up to the change of all: each gives another back."""
    rows = {
        row["what"]: row
        for row in shown(
            exhibit("since_last_report", SINCE, *ROWS, ("late_events", "treatment", *few))
        ).records()
    }
    assert tuple(rows["randomised"].values())[2:] == (50, 50, 0)
    for what in ("events", "late_events"):
        assert tuple(rows[what].values())[2:] == (None, None, None)


def test_changes_of_many_are_rounded() -> None:
    table = shown(exhibit("since_last_report", SINCE, *ROWS, ("late_events", "treatment", 0, 10, 10)))
    assert [tuple(row.values())[2:] for row in table.records()] == [(50, 50, 0), (21, 27, 6), (0, 9, 9)]
    assert table.notes["withheld_counts"] is False


def years(n: int) -> Exhibit:
    rows = []
    for arm in ARMS:
        at_risk = n
        for year, events in ((1, 31), (2, 14), (3, 2)):
            rows.append((arm, year, at_risk, events, at_risk * 0.9, events / at_risk, 0.1, 0.05, 0.2))
            at_risk -= events + 1
    return exhibit("yearly_hazards", YEARS, *rows, outcome="arrest", population="assigned")


def test_hazards_by_year_follow_from_rounded_counts() -> None:
    table = shown(years(200))
    first, second, third = [row for row in table.records() if row["arm"] == "treatment"]
    assert (first["at_risk"], first["events"]) == (201, 33)
    assert (second["events"], third["events"]) == (12, 0), "45 and 47 of all round to 45"
    assert second["at_risk"] == 201 - 33 - 3
    for row in (first, second, third):
        assert row["hazard"] == row["events"] / row["at_risk"]
        assert {row[name] for name in ("person_years", "rate", "conf_low", "conf_high")} == {None}


def test_hazards_of_few_people_would_mislead() -> None:
    assert shown(years(60)).reason == "curve_too_coarse"


def test_who_never_returns_is_said_with_two_digits() -> None:
    columns = ("family", "share", "conf_low", "conf_high", "log_likelihood", "state")
    table = shown(
        exhibit("eventual_return", columns, ("weibull", 0.39712, 0.3701, 0.4254, -3219.499, "estimated"))
    )
    assert tuple(table.records()[0].values()) == ("weibull", 0.4, 0.37, 0.43, -3219.0, "estimated")


def test_how_many_cannot_have_been_followed_yet_is_not_counted() -> None:
    columns = ("outcome", "horizon_days", "place", "followed", "not_mature", "complete", "complete_on")
    rows = [("a", 365, "primary", 100, 0, True, None), ("b", 1826, "extended", 97, 3, False, "2027-03-31")]
    left = [
        (row["followed"], row["not_mature"]) for row in shown(exhibit("horizons", columns, *rows)).records()
    ]
    assert left == [(100, 0), (100, None)]


def test_what_was_released_stays_as_it_is() -> None:
    for then in ((50, 50, 19, 25), (50, 50, 10, 15)):
        released = release(after(then)).findings
        assert release(released).findings == released
    for each in (years(200), years(60), exhibit("since_last_report", SINCE, *ROWS)):
        assert shown(shown(each)) == shown(each)
