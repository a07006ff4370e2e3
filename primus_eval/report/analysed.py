"""How many of those randomised the primary result is about, from its own counts and the flow.

The flow knows who was randomised and who was followed; only the finding knows who was analysed: an
adjusted analysis may leave out people without a covariate, another those followed for too short.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from primus_eval.findings import Exhibit, Finding
from primus_eval.methods import METHODS_ON_TIME
from primus_eval.report.page import Page
from primus_eval.vocabulary import ArmRole
from primus_eval.wording.pieces import Number

ARMS: tuple[ArmRole, ...] = ("treatment", "control")

Extent = Literal["everyone", "some", "unknown", "not_estimated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysed:
    """How far the primary result covers those randomised, with the printed numbers behind it.

    extent: "unknown" where a number is withheld or there is no flow. numbers: `analysed_*` and the bare
    names of the arms for those randomised; empty unless all are known.
    """

    extent: Extent
    numbers: dict[str, Number]


def analysed_of(page: Page) -> Analysed:
    """Compare the people of the primary result with those randomised."""
    primary = page.primary
    if primary is None or primary.status in ("not_estimable", "missing"):
        return Analysed(extent="not_estimated", numbers={})
    flow = page.exhibit("flow")
    n_analysed = (primary.n_treatment, primary.n_control)
    n_randomised = tuple((page.subject.flow or {}).get(("randomised", arm)) for arm in ARMS)
    if flow is None or None in (*n_analysed, *n_randomised):
        return Analysed(extent="unknown", numbers={})
    numbers = {f"analysed_{arm}": page.own(primary, f"n_{arm}") for arm in ARMS}
    numbers |= {arm: stage_number(page, flow, "randomised", arm) for arm in ARMS}
    return Analysed(extent="everyone" if n_analysed == n_randomised else "some", numbers=numbers)


def leaves_out_early(page: Page, finding: Finding) -> bool:
    """Whether a finding leaves out people whose follow-up ended before the window did."""
    declared = page.subject.analysis(finding.analysis).get("incomplete_followup", "refuse")
    return declared == "leave_out" and finding.method not in METHODS_ON_TIME


def stage_number(page: Page, flow: Exhibit, stage: str, arm: str) -> Number:
    """Return how many people of an arm were at a stage of the flow, as a printed number."""
    row = next(
        index
        for index, record in enumerate(flow.records())
        if (record["stage"], record["arm"], record["reason"]) == (stage, arm, "")
    )
    return page.cell(flow, row, "n", "whole")


def followed_for_less(page: Page) -> bool | None:
    """Whether some people were followed for less than the window without the event; None where not shown."""
    flow = page.subject.flow or {}
    pairs = [(flow.get(("followed_to_horizon", arm)), flow.get(("followed", arm))) for arm in ARMS]
    if any(n is None for pair in pairs for n in pair):
        return None
    return any(known != followed for known, followed in pairs)
