"""Who was assessed, randomised, followed and analysed: the numbers and words of the flow chart.

`flow_frame` refuses numbers that do not add up: each step must be the one before it minus what was
lost, wherever all of them are known. `flow_ink.plot_flow` draws what the frame holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from primus_eval.figures.curve import shown_exhibit
from primus_eval.figures.setting import ROLES, Setting, setting_of
from primus_eval.findings import Exhibit, Findings
from primus_eval.schema import text_in
from primus_eval.vocabulary import OWN_REASONS, ArmRole

FLOW_COLUMNS = ("stage", "arm", "reason", "label", "n", "shown")

LOSSES = ("not_randomised", "excluded", "not_analysed")
"""Stages that take people out, one row per reason."""

RECEIPT = ("received", "not_received", "receipt_unknown")


class FlowDoesNotAddUp(ValueError):
    """The numbers of a participant flow contradict each other, so that no chart of them can be right."""


def flow_frame(findings: Findings, *, language: str = "en") -> pd.DataFrame:
    """Return the rows of the flow chart: stage, arm, reason, label, n, shown.

    n is Int64, NA where it is not known or not shown; `shown` is what is printed for it. The label of a
    loss is its reason in words. Raises FlowDoesNotAddUp where known numbers contradict each other.
    Source: CONSORT 2010, flow diagram. Checked: tests/test_figures_flow.py.
    """
    setting = setting_of(findings, language)
    exhibit = shown_exhibit(findings, "flow")
    records = exhibit.records()
    _require_sums(records)
    rows = [
        (
            record["stage"],
            record["arm"],
            record["reason"],
            _label(record, exhibit, setting),
            record["n"],
            _shown(record, exhibit, setting),
        )
        for record in records
    ]
    return pd.DataFrame(rows, columns=list(FLOW_COLUMNS)).astype({"n": "Int64"})


def _label(record: Mapping[str, Any], exhibit: Exhibit, setting: Setting) -> str:
    """Say a row in words: its stage, or the reason of a loss in the language of the chart."""
    stage, reason, label = str(record["stage"]), str(record["reason"]), str(record["label"] or "")
    horizon = exhibit.notes.get("horizon_days")
    time = "" if horizon is None else setting.duration(float(horizon))
    if stage not in LOSSES:
        return (
            setting.say(f"flow.{stage}", time=time)
            if f"picture.flow.{stage}" in setting.subject.words
            else label or stage
        )
    if reason == "followup_ended_early":
        return setting.say("flow.followup_ended_early", time=time)
    own = f"flow.reason.{reason}"
    if reason in OWN_REASONS and own in setting.subject.words:
        return setting.word(own)
    return _translated(stage, reason, setting) or label or reason.replace("_", " ")


def _translated(stage: str, reason: str, setting: Setting) -> str:
    """Return the protocol's own words for a reason, "" where the protocol does not have them."""
    protocol = setting.subject.protocol
    texts: Mapping[str, str] | None = None
    if stage == "not_randomised":
        reasons = enumerate(protocol["design"]["not_randomised"], start=1)
        texts = {f"reason_{number}": item["reason"] for number, item in reasons}.get(reason)
    elif stage == "excluded":
        participants = protocol["data"]["participants"]
        column = participants["columns"].get(participants["excluded"]) or {}
        texts = (column.get("levels") or {}).get(reason)
    return text_in(dict(texts), setting.language) if texts else ""


def _shown(record: Mapping[str, Any], exhibit: Exhibit, setting: Setting) -> str:
    """Print a number, or say that it is not there: withheld, or never recorded."""
    if record["n"] is not None:
        return setting.count(record["n"])
    never_recorded = (
        record["stage"] in RECEIPT and setting.subject.protocol["data"]["participants"]["received"] is None
    )
    withheld = bool(exhibit.notes.get("withheld_counts")) and not never_recorded
    return setting.say("flow.not_shown" if withheld else "flow.not_recorded")


def _require_sums(records: Iterable[Mapping[str, Any]]) -> None:
    """Refuse a flow in which a step is not the one before it minus what was lost."""
    rows = list(records)
    assessed, randomised = _number(rows, "assessed", ""), _number(rows, "randomised", "")
    if _has(rows, "not_randomised", ""):
        _require("randomised", randomised, _minus(assessed, _total(rows, "not_randomised", "")))
    _require_at_most("randomised", randomised, "assessed", assessed)
    _require("randomised", randomised, _plus(_number(rows, "randomised", role) for role in ROLES))
    for role in ROLES:
        in_arm = _number(rows, "randomised", role)
        if _number(rows, "received", role) is not None:
            _require(f"randomised ({role})", in_arm, _plus(_receipt(rows, role)))
        followed = _number(rows, "followed", role)
        left = _minus(in_arm, _total(rows, "excluded", role))
        _require(f"followed ({role})", followed, left)
        analysed, lost = _number(rows, "analysed", role), _total(rows, "not_analysed", role)
        _require(f"analysed ({role})", analysed, _minus(left if followed is None else followed, lost))
        to_horizon = _number(rows, "followed_to_horizon", role)
        _require_at_most(f"followed to the horizon ({role})", to_horizon, "followed", followed)


def _require(step: str, stated: int | None, expected: int | None) -> None:
    if stated is not None and expected is not None and stated != expected:
        raise FlowDoesNotAddUp(f"{step} is {stated}, but the steps around it leave {expected}")


def _require_at_most(step: str, part: int | None, whole_step: str, whole: int | None) -> None:
    if part is not None and whole is not None and part > whole:
        raise FlowDoesNotAddUp(f"{step} is {part}, more than the {whole} {whole_step}")


def _has(rows: list[Mapping[str, Any]], stage: str, arm: str) -> bool:
    return any(row["stage"] == stage and row["arm"] == arm for row in rows)


def _number(rows: list[Mapping[str, Any]], stage: str, arm: str) -> int | None:
    return next((row["n"] for row in rows if row["stage"] == stage and row["arm"] == arm), None)


def _total(rows: list[Mapping[str, Any]], stage: str, arm: str) -> int | None:
    """Add up the losses of a stage: zero where none is listed, None where one is not known."""
    return _plus([0, *(row["n"] for row in rows if row["stage"] == stage and row["arm"] == arm)])


def _receipt(rows: list[Mapping[str, Any]], role: ArmRole) -> list[int | None]:
    known = [_number(rows, stage, role) for stage in ("received", "not_received")]
    return [
        *known,
        *([_number(rows, "receipt_unknown", role)] if _has(rows, "receipt_unknown", role) else []),
    ]


def _plus(numbers: Iterable[int | None]) -> int | None:
    total = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total


def _minus(number: int | None, loss: int | None) -> int | None:
    return None if number is None or loss is None else number - loss


def flow_alt(findings: Findings, *, language: str = "en") -> str:
    """Say in words how many people each step of the flow had."""
    setting = setting_of(findings, language)
    frame = flow_frame(findings, language=language)
    steps = _steps(frame[frame["arm"] == ""], setting)
    for role in ROLES:
        rows = frame[(frame["arm"] == role) & (frame["stage"] != "followed_to_horizon")]
        in_arm = _steps(rows, setting)
        if in_arm:
            steps.append(setting.say("flow.alt_arm", arm=setting.arm(role), steps=", ".join(in_arm)))
    return setting.say("flow.alt", steps="; ".join(steps))


def _steps(rows: pd.DataFrame, setting: Setting) -> list[str]:
    """Say each row; of losses of which no number is shown no reason either, as in the chart."""
    steps: list[str] = []
    for stage, alike in rows.groupby("stage", sort=False):
        if stage in LOSSES and alike["n"].isna().all():
            label, shown = setting.say(f"flow.{stage!s}"), alike["shown"].iloc[0]
            steps.append(setting.say("flow.alt_step", label=label, n=shown))
        else:
            steps += [_step(row, setting) for row in alike.itertuples()]
    return steps


def _step(row: Any, setting: Setting) -> str:
    label = row.label
    if row.stage in LOSSES:
        label = f"{setting.say(f'flow.{row.stage}')} ({row.label})"
    elif row.stage == "randomised" and row.arm:
        label = setting.say("flow.assigned")
    return setting.say("flow.alt_step", label=label, n=row.shown)
