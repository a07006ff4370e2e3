"""Every exhibit of an economic evaluation, of the protocol or of a signed appraisal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from primus_eval.estimators.economics.basis import basis_of
from primus_eval.estimators.economics.displays import display_exhibits
from primus_eval.estimators.economics.inputs import costs_by_arm_exhibit, unit_cost_exhibit
from primus_eval.estimators.economics.plans import budget_exhibit, transported_exhibit
from primus_eval.estimators.economics.results import COLUMNS, COUNTS, result_exhibit
from primus_eval.estimators.economics.variants import variants_of
from primus_eval.estimators.long_term import is_refused
from primus_eval.findings import Exhibit
from primus_eval.measurement import Measurement, measure
from primus_eval.protocol import ASSIGNED
from primus_eval.protocol.economics import Economics
from primus_eval.trial import Trial

DeclaredIn = Literal["protocol", "appraisal"]


def economic_exhibits(
    trial: Trial,
    measured: Mapping[tuple[str, str], Measurement],
    economics: Economics | None,
    *,
    declared_in: DeclaredIn,
) -> list[Exhibit]:
    """Carry out an economic evaluation and draw up everything that a report shows of it.

    measured: by outcome and population; the outcome of the evaluation is measured here where it is not among
    them. economics: as declared and checked, None for none. declared_in: whether it was planned; what stands
    in an appraisal is exploratory, and every exhibit notes it. Where costs or effects are not known of
    everybody and the declaration refuses that, rows have a reason in place of numbers.

    Checked: tests/test_economics.py by hand and against R.
    """
    if economics is None:
        return []
    target = economics.outcome, ASSIGNED
    measurement = measured[target] if target in measured else measure(trial, economics.outcome)
    if is_refused(measurement):
        return [_not_mature(economics, declared_in)]
    basis = basis_of(trial, measurement, economics)
    variants = variants_of(basis)
    exhibits = [
        unit_cost_exhibit(basis),
        costs_by_arm_exhibit(basis, variants),
        result_exhibit(basis, variants),
        *display_exhibits(basis, variants[0]),
        *budget_exhibit(basis, variants[0]),
        *transported_exhibit(basis, trial, measurement),
    ]
    return [replace(each, notes={**each.notes, "declared_in": declared_in}) for each in exhibits]


def _not_mature(economics: Economics, declared_in: DeclaredIn) -> Exhibit:
    """Say that extended follow-up is not over for everybody, so that nothing is evaluated."""
    return Exhibit(
        id="economic_result",
        kind="economic_result",
        columns=COLUMNS,
        rows=(),
        count_columns=COUNTS,
        outcome=economics.outcome,
        population=ASSIGNED,
        status="not_estimable",
        reason="followup_not_mature",
        notes={"declared_in": declared_in},
    )
