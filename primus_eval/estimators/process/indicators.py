"""The exhibit of indicators: every one of the catalogue in order, computed or said not to be collected."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from primus_eval.estimators.process import contrast, dose, fidelity, matching, organisation, reach
from primus_eval.estimators.process.catalogue import CATALOGUE, CatalogueEntry
from primus_eval.estimators.process.delivered import Delivered
from primus_eval.estimators.process.rows import COLUMNS, COUNT_COLUMNS, Part, not_collected, row_of
from primus_eval.findings import Cell, Exhibit
from primus_eval.protocol import ASSIGNED
from primus_eval.vocabulary import Indicator, IndicatorState

COMPUTED: dict[Indicator, Callable[[Delivered, CatalogueEntry], Iterator[Part]]] = {
    "informed": reach.informed,
    "consented": reach.consented,
    "representative": reach.representative,
    "referral": reach.referral,
    "risk_level": reach.risk_level,
    "mentor_capacity": organisation.mentor_capacity,
    "approval_days": organisation.approval_days,
    "trained_before_match": organisation.trained_before_match,
    "supervised": organisation.supervised,
    "mentors_retained": organisation.mentors_retained,
    "matched": matching.matched,
    "all_mentors": matching.all_mentors,
    "local_match": matching.local_match,
    "days_to_match": matching.days_to_match,
    "rematched": matching.rematched,
    "started_before_release": dose.started_before_release,
    "weeks_before_release": dose.weeks_before_release,
    "met_at_gate": dose.met_at_gate,
    "contact_first_month": dose.contact_first_month,
    "contacts_per_planned_week": dose.contacts_per_planned_week,
    "contacts_per_contactable_week": dose.contacts_per_contactable_week,
    "regular_weeks": dose.regular_weeks,
    "first_gap": dose.first_gap,
    "hours": dose.hours,
    "full_course": dose.full_course,
    "contact_in_custody": dose.contact_in_custody,
    "planned_held": fidelity.planned_held,
    "cancelled_by": fidelity.cancelled_by,
    "needs_worked_on": fidelity.needs_worked_on,
    "adaptations": fidelity.adaptations,
    "relationship": fidelity.relationship,
    "ending": matching.ending,
    "control_services": contrast.control_services,
    "need_met": contrast.need_met,
    "incidents": contrast.incidents,
}
"""How each indicator is computed; what a person cost is an economic number (`cost`)."""


def indicator_exhibit(delivered: Delivered) -> Exhibit:
    """Compute every indicator for which there is what it needs; one that lacks it has one row that says so.

    Checked: tests/test_process_rows.py (every indicator by hand), tests/test_process_weeks.py (person by
    person).
    """
    rows = [row for entry in CATALOGUE for row in _rows(delivered, entry)]
    return Exhibit(
        id="indicators",
        kind="indicators",
        columns=COLUMNS,
        rows=tuple(rows),
        count_columns=COUNT_COLUMNS,
        population=ASSIGNED,
    )


def states_of(indicators: Exhibit) -> dict[str, IndicatorState]:
    """Return the state of each indicator as a whole."""
    states: dict[str, IndicatorState] = {}
    for row in indicators.records():
        if row["breakdown"] == "":
            states[str(row["indicator"])] = row["state"]  # type: ignore[assignment]
    return states


def _rows(delivered: Delivered, entry: CatalogueEntry) -> Iterator[tuple[Cell, ...]]:
    if entry.id not in COMPUTED or not all(is_there(delivered, need) for need in entry.needs):
        yield not_collected(entry)
        return
    targets = {target.indicator: target.value for target in delivered.process.targets}
    for part in COMPUTED[entry.id](delivered, entry):
        target = targets.get(entry.id) if part.breakdown is None else None
        yield row_of(entry, part, target=target, conf_level=delivered.conf_level)


def is_there(delivered: Delivered, need: str) -> bool:
    """Tell whether what an indicator needs was declared and delivered.

    need: a table, such as `contacts`; a key of one, `contacts.planned`; a key of the protocol's own part,
    `process.risk`; or one of a few that are more than a key.
    """
    if need in SPECIAL:
        return SPECIAL[need](delivered)
    table, _, key = need.partition(".")
    protocol = delivered.trial.protocol
    if table == "process":
        return getattr(delivered.process, key) is not None
    if not key:
        return table in delivered.trial.tables or getattr(delivered.trial, table, None) is not None
    return bool(getattr(getattr(protocol.data, table), key, None))


def _reach_says(*keys: str) -> Callable[[Delivered], bool]:
    return lambda delivered: reach.totals(delivered.process.reach, *keys) is not None


def _in_both_arms(delivered: Delivered) -> bool:
    person = delivered.table("services")["person"].to_numpy(dtype=int)
    return bool((~delivered.people.treated[person]).any())


def _has_endings(delivered: Delivered) -> bool:
    spec = delivered.trial.protocol.data.matches
    return spec is not None and bool(spec.end_reason or spec.planned_end)


def _tells_endings(delivered: Delivered) -> bool:
    spec = delivered.trial.protocol.data.matches
    return spec is not None and bool(
        spec.planned_end is not None or (spec.end_reason is not None and delivered.process.endings)
    )


SPECIAL: dict[str, Callable[[Delivered], bool]] = {
    "process.reach (eligible, informed)": _reach_says("eligible", "informed"),
    "process.reach (informed, consented)": _reach_says("informed", "consented"),
    "process.reach (eligible, consented by group)": lambda delivered: reach.has_groups(
        delivered.process.reach
    ),
    "matches.end_reason or matches.planned_end": _has_endings,
    "process.endings or matches.planned_end": _tells_endings,
    "process.need.topic": lambda delivered: any(rule.topic for rule in delivered.process.need),
    "process.need.services": lambda delivered: any(rule.services for rule in delivered.process.need),
    "services of the control arm": lambda delivered: (
        "services" in delivered.trial.tables and _in_both_arms(delivered)
    ),
}
