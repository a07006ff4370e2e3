"""Few people lost on the way: what else would count them, where each outcome by rules loses its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import figure_findings as made
import pytest

from primus_eval.disclosure import release
from primus_eval.disclosure.losses import flow_has_small_loss, hides_losses
from primus_eval.disclosure.rounded import round_exhibit
from primus_eval.findings import Exhibit, Findings
from primus_eval.follow_up import CLOCK, CUSTODY
from primus_eval.vocabulary import OWN_REASONS

K = 5
ARM = 100
LATER = "later"


def flow(**lost: int) -> Exhibit:
    """The flow of the primary outcome: as many of each arm are left out for each reason."""
    rows: list[tuple[Any, ...]] = [("assessed", "", "", "", None), ("randomised", "", "", "", 2 * ARM)]
    for arm in ("treatment", "control"):
        rows.append(("randomised", arm, "", "", ARM))
        rows += [("excluded", arm, reason, reason, n) for reason, n in lost.items()]
        left = ARM - sum(lost.values())
        rows += [(stage, arm, "", "", left) for stage in ("followed", "followed_to_horizon", "analysed")]
    return made.exhibit(
        "flow", made.FLOW_COLUMNS, tuple(rows), count_columns=("n",), notes={"horizon_days": 100}
    )


def analysed(n: int, outcome: str = made.OUTCOME, **more: Any) -> Any:
    """A finding about so many people of each arm, a half of them with the event."""
    name = "primary" if outcome == made.OUTCOME else outcome
    counts = {"n_treatment": n, "n_control": n, "events_treatment": n // 2, "events_control": n // 3}
    row = made.finding(
        name, role="primary" if name == "primary" else "secondary", estimate=-0.1, **counts, **more
    )
    return replace(row, outcome=outcome)


def trial(shown: Exhibit, *rows: Any, exhibits: tuple[Exhibit, ...] = ()) -> Findings:
    """Findings of a trial whose second outcome is like the first, measured over a longer time."""
    found = made.findings(shown, *exhibits, rows=rows, received=None, reasons=())
    protocol = found.context["protocol"]
    protocol["outcome"].append({**protocol["outcome"][0], "id": LATER})
    protocol["analysis"].append(
        {**protocol["analysis"][0], "id": LATER, "outcome": LATER, "role": "secondary"}
    )
    protocol["disclosure"] = {"profile": "release", "threshold": K, "reason": None}
    return replace(found, context={**found.context, "accounts": [], "fingerprint": "0"})


@pytest.mark.parametrize("reason", OWN_REASONS)
def test_few_left_out_for_any_reason_of_measuring_hide_the_steps(reason):
    assert flow_has_small_loss(flow(**{reason: 3}), k=K)
    assert not flow_has_small_loss(flow(**{reason: 7}), k=K)
    released = release(trial(flow(**{reason: 3}), analysed(ARM - 3))).findings
    shown = {row["stage"]: row["n"] for row in released.exhibits_of("flow")[0].records() if row["arm"]}
    assert shown["excluded"] is None and shown["randomised"] is None and shown["analysed"] == ARM - 3


SHARED = {"withdrew": 6, "not_linked": 8, "never_released": 7, "died_before_start": 5}


@pytest.mark.parametrize(
    ("reasons", "alone", "hidden"),
    [
        (["withdrew"], 3, True),  # an outcome that came measured shares declared reasons only
        (["withdrew", "not_linked"], 3, True),  # one by rules whose clock starts for everybody
        (["withdrew", "not_linked", "never_released"], 4, True),
        (["withdrew", "not_linked", "never_released", "died_before_start"], 2, True),
        (["withdrew", "not_linked"], 20, False),
    ],
)
def test_few_whom_another_outcome_lost_alone_hide_the_steps(reasons, alone, hidden):
    primary = ARM - sum(SHARED.values()) - 20
    other = ARM - sum(SHARED[reason] for reason in reasons) - alone
    found = trial(flow(**SHARED, not_mature=20), analysed(primary), analysed(other, LATER))
    assert hides_losses(found, k=K) is hidden


def test_nothing_is_hidden_where_the_other_outcome_loses_the_same_people():
    same = ARM - sum(SHARED.values())
    assert not hides_losses(trial(flow(**SHARED), analysed(same), analysed(same, LATER)), k=K)


def clock(**notes: Any) -> Exhibit:
    rows = (("treatment", ARM, ARM - 3, 3, 50.0, 30.0, 90.0), ("control", ARM, ARM, 0, 50.0, 30.0, 90.0))
    found = made.exhibit("clock", CLOCK, rows, notes=notes)
    return replace(found, id=f"clock/{made.OUTCOME}", outcome=made.OUTCOME)


def test_where_losses_are_hidden_no_clock_counts_them():
    found = trial(flow(never_released=3), analysed(ARM - 3), exhibits=(clock(),))
    (released,) = release(found).findings.exhibits_of("clock")
    for row in released.records():
        assert [row[name] for name in ("randomised", "started", "not_started")] == [None] * 3
        assert row["wait_median"] == 50.0
    (shown,) = release(
        trial(flow(never_released=9), analysed(ARM - 9), exhibits=(clock(),))
    ).findings.exhibits_of("clock")
    assert all(row["randomised"] == 99 for row in shown.records())


def custody(n: int) -> Exhibit:
    rows = (("treatment", n, 20, 30.0, 5.0), ("control", n, 20, 30.0, 5.0))
    return made.exhibit("custody", CUSTODY, rows)


@pytest.mark.parametrize("near", [1, 2, 3, 4])
def test_a_number_of_people_near_an_exact_one_is_rounded_as_that_one_is(near):
    beside = round_exhibit(custody(60 - near), k=K, shown=[(60, 60)])
    assert beside.rows == round_exhibit(custody(60), k=K).rows
    far = round_exhibit(custody(60 - K), k=K, shown=[(60, 60)])
    assert far.rows == round_exhibit(custody(60 - K), k=K).rows
