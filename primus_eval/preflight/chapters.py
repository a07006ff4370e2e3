"""What the chapters beside the result rest on: indicators, declared horizons, prices; nothing of a result.

Whether something was delivered is said, and never how much of it or of whom.
"""

from __future__ import annotations

from primus_eval.estimators.long_term import complete_on, n_not_mature
from primus_eval.estimators.process.catalogue import CATALOGUE
from primus_eval.estimators.process.delivered import Delivered, delivered_of
from primus_eval.estimators.process.indicators import is_there
from primus_eval.evaluation import Measured
from primus_eval.preflight.records import ChaptersRead, HorizonRead, IndicatorsRead, LackingRead, PricedRead
from primus_eval.protocol import ASSIGNED, Protocol
from primus_eval.schema import text_in
from primus_eval.trial import Trial
from primus_eval.wording.catalogue import words_in


def chapters_read(trial: Trial, measurements: Measured) -> ChaptersRead | None:
    """Say what the chapters on process, follow-up and costs rest on; None where none was declared."""
    protocol = trial.protocol
    if protocol.process is None and protocol.long_term is None and protocol.economics is None:
        return None
    delivered = delivered_of(trial)
    return ChaptersRead(
        indicators=None if delivered is None else _indicators(delivered),
        horizons=_horizons(trial, measurements),
        priced=_priced(protocol),
        costs_table=_costs_table(protocol),
    )


def _indicators(delivered: Delivered) -> IndicatorsRead:
    """Count the indicators of which everything needed is there, and name the others by what they lack."""
    words = words_in("en")
    lacking: dict[tuple[str, ...], list[str]] = {}
    for entry in CATALOGUE:
        missing = tuple(_shown(need) for need in _missing(delivered, entry.needs))
        if missing:
            lacking.setdefault(missing, []).append(words.text(f"indicator.{entry.id}.name"))
    without = sum(map(len, lacking.values()))
    return IndicatorsRead(
        can_be_computed=len(CATALOGUE) - without,
        of=len(CATALOGUE),
        lacking=tuple(LackingRead(needs=needs, indicators=tuple(names)) for needs, names in lacking.items()),
    )


def _missing(delivered: Delivered, needs: tuple[str, ...]) -> list[str]:
    """Return what is missing; of a table that is missing not its columns as well."""
    missing: list[str] = []
    for need in needs:
        if need.partition(".")[0] in missing or (need.startswith("services of") and "services" in missing):
            continue
        there = (
            delivered.trial.protocol.economics is not None
            if need == "economics"
            else is_there(delivered, need)
        )
        if not there:
            missing.append(need)
    return missing


def _shown(need: str) -> str:
    """Write what is missing as it is written in a protocol.

    >>> _shown("contacts"), _shown("contacts.planned"), _shown("process.risk"), _shown("economics")
    ('[data.contacts]', 'planned in [data.contacts]', 'risk in [process]', '[economics]')
    """
    table, _, key = need.partition(".")
    if " " in table:
        return need
    header = f"[{table}]" if table in ("process", "economics") else f"[data.{table}]"
    if table != "process" and " " in key:
        return need
    return f"{key} in {header}" if key else header


def _horizons(trial: Trial, measurements: Measured) -> tuple[HorizonRead, ...]:
    """Say of each declared horizon whether everybody has reached it, else when registers must be read to."""
    declared = trial.protocol.long_term
    found = []
    for name in declared.outcomes if declared is not None else ():
        measurement = measurements.get((name, ASSIGNED))
        if measurement is None:
            continue
        is_complete = n_not_mature(measurement) == 0
        due = None if is_complete else complete_on(trial, name)
        found.append(
            HorizonRead(
                outcome=name,
                label=text_in(trial.protocol.outcome_of(name).label, "en"),
                horizon_days=measurement.horizon_days,
                is_complete=is_complete,
                complete_on=None if due is None else due.isoformat(),
            )
        )
    return tuple(found)


def _priced(protocol: Protocol) -> tuple[PricedRead, ...]:
    if protocol.economics is None:
        return ()
    words = words_in("en")
    return tuple(
        PricedRead(
            id=entry.id,
            label=text_in(entry.label, "en"),
            resource=words.text(f"costs.resource.{entry.resource}"),
            payer=words.text(f"costs.payer.{entry.payer}"),
        )
        for entry in protocol.economics.unit_cost
    )


def _costs_table(protocol: Protocol) -> str | None:
    """Say what becomes of the table of costs; None where there is no economic evaluation."""
    economics = protocol.economics
    if economics is None:
        return None
    if protocol.data.costs is None:
        return "no table of costs was declared"
    return "the table of costs is " + ("counted" if economics.costs_table == "count" else "left out")
