"""Preflight of a trial: what was read, and what each analysis of the protocol will do with it.

Says which method answers where none was named, and which analyses the data cannot support and why,
before anyone looks at a result: no estimate and no count by outcome appears here.
"""

from __future__ import annotations

from primus_eval.baseline import allocation_check
from primus_eval.disclosure.cells import is_small
from primus_eval.estimators import estimate, method_of
from primus_eval.measurement import DAYS_PER_UNIT, measure
from primus_eval.protocol import Analysis, Outcome
from primus_eval.trial import Trial


def preflight(trial: Trial) -> str:
    """Describe a trial and its analyses as text for a terminal."""
    protocol = trial.protocol
    lines = [f"protocol   {protocol.study.id}, fingerprint {protocol.fingerprint[:16]}"]
    for account in trial.accounts:
        lines.append(f"file       {account.file}: {account.rows_read} rows, one per person randomised")
        if account.columns_not_read:
            lines.append(
                f"           columns not declared and not read: {', '.join(account.columns_not_read)}"
            )
    lines += _arms(trial)
    registration = protocol.study.registration
    lines.append(
        "plan       nothing was registered"
        if registration is None
        else f"plan       registered: {registration.register_name} {registration.identifier}"
    )
    lines.append(f"profile    {protocol.disclosure.profile}, threshold {protocol.disclosure.threshold}")
    lines += [line for outcome in protocol.outcome for line in _follow_up(trial, outcome)]
    lines.append("analyses")
    width = max(len(analysis.id) for analysis in protocol.analysis)
    lines += [f"  {analysis.id:<{width}}  {_describe(trial, analysis)}" for analysis in protocol.analysis]
    return "\n".join(lines) + "\n"


def _arms(trial: Trial) -> list[str]:
    protocol = trial.protocol
    sizes = {
        protocol.arm_of("treatment").id: int(trial.treated.sum()),
        protocol.arm_of("control").id: int((~trial.treated).sum()),
    }
    roles = {arm.id: arm.role for arm in protocol.arm}
    coded = {arm: code for code, arm in protocol.data.participants.arm.codes.items()}
    lines = [
        f"arms       code {coded[arm]!r} is {arm}, the {roles[arm]} arm: {n} people"
        for arm, n in sizes.items()
    ]
    off = [row for row in allocation_check(trial).records() if row["ok"] is False]
    if off:
        scheme = protocol.design.allocation.scheme
        lines.append(f"           more uneven than {scheme} allocation can make them: find out why")
    return lines


def _follow_up(trial: Trial, outcome: Outcome) -> list[str]:
    """Say of how many the outcome is known, and how far they were followed; nothing by arm."""
    measurement = measure(trial, outcome.id)
    everyone, known = len(trial.participants), len(measurement.frame)
    times = trial.participants[outcome.observed.time].max() * DAYS_PER_UNIT[outcome.observed.unit]
    longest = "no" if times != times else f"{times:g} days"
    lines = [f"outcome    {outcome.id}: measured for {known} of {everyone}; longest follow-up {longest}"]
    short = known - int(measurement.known_at_horizon.sum())
    if short:
        lines.append(
            f"           {short} were followed for less than {outcome.horizon_days} days without the event"
        )
    if times < outcome.horizon_days:
        lines.append("           nobody was followed to the horizon: check horizon_days and unit")
    elif times > 2 * outcome.horizon_days:
        lines.append("           follow-up goes far beyond the horizon: check horizon_days and unit")
    return lines


def _describe(trial: Trial, analysis: Analysis) -> str:
    protocol = trial.protocol
    method = method_of(analysis, protocol)
    named = "" if analysis.method else " (default)"
    what = f"{analysis.role}: {analysis.effect_measure} by {method}{named}, population {analysis.population}"
    measurement = measure(trial, analysis.outcome, population=analysis.population)
    n = len(measurement.frame)
    if is_small(n, protocol.disclosure.threshold):
        return f"{what}: fewer people than the threshold"
    reasons = {row.reason for row in estimate(measurement, analysis).rows if row.status != "estimated"}
    if reasons:
        return f"{what}: cannot be estimated ({', '.join(sorted(map(str, reasons)))})"
    return f"{what}: can be computed"
