"""Who was assessed, randomised, received, followed and analysed, by arm and with reasons.

The rows reconcile by construction or the run stops: randomised minus excluded is followed, followed
minus not analysed is analysed. What the protocol and the data do not say is None, never zero.
"""

from __future__ import annotations

import numpy as np

from primus_eval.errors import reconcile
from primus_eval.findings import Cell, Exhibit
from primus_eval.measurement import Measurement
from primus_eval.schema import text_in
from primus_eval.vocabulary import ArmRole

COLUMNS = ("stage", "arm", "reason", "label", "n")
ROLES: tuple[ArmRole, ...] = ("treatment", "control")


def participant_flow(measurement: Measurement, *, leaves_out_early: bool = False) -> Exhibit:
    """Follow everyone from assessment to the analysis of one outcome.

    measurement: of everyone assigned. leaves_out_early: whether the analysis that the chart is about
    leaves out people whose follow-up ended before the horizon without the event.

    Returns an exhibit with the columns stage, arm ("treatment", "control" or "" for both), reason,
    label and n. Source: CONSORT-SPI 2018, flow diagram. Checked: tests/test_flow.py.
    """
    trial = measurement.trial
    rows: list[tuple[Cell, ...]] = list(_before_randomisation(measurement))
    arms = {"treatment": trial.treated, "control": ~trial.treated}
    known = measurement.known_at_horizon
    for role in ROLES:
        randomised = int(arms[role].sum())
        rows.append(("randomised", role, "", "", randomised))
        rows += _received(measurement, role, arms[role])
        excluded = [exclusion for exclusion in measurement.excluded if exclusion.arm == role]
        rows += [("excluded", role, exclusion.reason, exclusion.label, exclusion.n) for exclusion in excluded]
        followed = int((measurement.treated == (role == "treatment")).sum())
        rows.append(("followed", role, "", "", followed))
        unknown = int((~known & (measurement.treated == (role == "treatment"))).sum())
        rows.append(("followed_to_horizon", role, "", "", followed - unknown))
        left_out = unknown if leaves_out_early else 0
        if leaves_out_early:
            rows.append(("not_analysed", role, "followup_ended_early", "", left_out))
        rows.append(("analysed", role, "", "", followed - left_out))
        reconcile(
            randomised - sum(exclusion.n for exclusion in excluded) == followed,
            "randomised, excluded and followed do not add up",
        )
    return Exhibit(
        id="flow",
        kind="flow",
        columns=COLUMNS,
        rows=tuple(rows),
        count_columns=("n",),
        population=measurement.population,
        notes={"horizon_days": measurement.horizon_days, "outcome": measurement.outcome.id},
    )


def _before_randomisation(measurement: Measurement) -> list[tuple[Cell, ...]]:
    design = measurement.trial.protocol.design
    n_randomised = len(measurement.trial.participants)
    rows: list[tuple[Cell, ...]] = [("assessed", "", "", "", design.assessed)]
    rows += [
        ("not_randomised", "", f"reason_{number}", text_in(item.reason, "en"), item.n)
        for number, item in enumerate(design.not_randomised, start=1)
    ]
    return [*rows, ("randomised", "", "", "", n_randomised)]


def _received(measurement: Measurement, role: ArmRole, in_arm: np.ndarray) -> list[tuple[Cell, ...]]:
    """Count who received what they were assigned to; None where it was not recorded.

    In the treatment arm that is the programme, in the control arm its absence.
    """
    trial = measurement.trial
    column = trial.protocol.data.participants.received
    if column is None:
        return [("received", role, "", "", None), ("not_received", role, "", "", None)]
    in_programme = trial.participants[column][in_arm]
    as_assigned = (in_programme == (role == "treatment")).sum()
    unknown = int(in_programme.isna().sum())
    rows: list[tuple[Cell, ...]] = [
        ("received", role, "", "", int(as_assigned)),
        ("not_received", role, "", "", len(in_programme) - int(as_assigned) - unknown),
    ]
    return [*rows, ("receipt_unknown", role, "", "", unknown)] if unknown else rows
