"""What either arm received, which needs were answered, and what harm was recorded: both arms, always.

A table of services without a row of the control arm is taken for one that nobody collected there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from primus_eval.estimators.process.catalogue import CatalogueEntry
from primus_eval.estimators.process.delivered import (
    Delivered,
    column_codes,
    column_days,
    column_yes,
    count_of,
)
from primus_eval.estimators.process.measures import Numbers, Ratio, Share, top_two
from primus_eval.estimators.process.needs import found_at_start
from primus_eval.estimators.process.rows import Part
from primus_eval.measurement.days import FAR, NO_DAY
from primus_eval.numerics.inputs import Bools, Floats, Integers
from primus_eval.numerics.rare_events import rate_exact
from primus_eval.vocabulary import ArmRole

ANSWERED_DAYS = 90

OTHER_MENTORING = "other_mentoring"


def arm_members(delivered: Delivered) -> dict[ArmRole, Bools]:
    """Return who was randomised to each arm."""
    treated = delivered.people.treated
    return {"treatment": treated, "control": ~treated}


def control_services(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield how many of either arm used a service after randomisation; the whole is the control arm.

    By kind: mentoring by somebody else.
    """
    person, domain, is_other = services_used(delivered)
    spec = delivered.trial.protocol.data.services
    assert spec is not None  # the indicator needs it
    used: list[tuple[Bools, dict[str, str]]] = [(np.ones(len(person), dtype=bool), {"breakdown": "arm"})]
    if spec.other_mentoring is not None:
        used.append((is_other, {"breakdown": "kind", "group": OTHER_MENTORING}))
    for level in spec.columns[spec.domain].levels or {}:
        used.append((domain == level, {"breakdown": "domain", "group": level}))
    members = arm_members(delivered)
    whole = Share(has=count_of(person, delivered.n) > 0, asked=members["control"])
    everybody = np.ones(delivered.n, dtype=bool)
    yield Part(numbers=whole.among(everybody, delivered.conf_level), arm="control")
    for rows, where in used:
        has = count_of(person[rows], delivered.n) > 0
        for arm, asked in members.items():
            numbers = Share(has=has, asked=asked).among(everybody, delivered.conf_level)
            yield Part(numbers=numbers, **({"group": arm} | where), arm=arm)  # type: ignore[arg-type]


def services_used(delivered: Delivered) -> tuple[Integers, np.ndarray, Bools]:
    """Return person, domain, and whether it is other mentoring, of services used after randomisation.

    Used is begun; where the table has no day of beginning, referred, and without that every row.
    """
    spec, people = delivered.trial.protocol.data.services, delivered.people
    assert spec is not None  # asked by those who need it
    frame = delivered.table("services")
    person = frame["person"].to_numpy(dtype=np.int64)
    named = spec.started_on or spec.referred_on
    day = column_days(frame, named)
    used = (day != NO_DAY) & (day >= people.randomised[person]) if named else np.ones(len(frame), dtype=bool)
    used &= day < delivered.cut
    return (
        person[used],
        column_codes(frame, spec.domain)[used],
        column_yes(frame, spec.other_mentoring)[used],
    )


def need_met(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield how many needs found at the start had a service begun within 90 days; the whole is treatment.

    The 90 days run from release, or from the assessment where that is later: in prison few services can
    begin. A service begun between the two counts. Needs whose 90 days the data do not reach are left out.
    """
    rules = [rule for rule in delivered.process.need if rule.services]
    found = {rule.domain: _met_and_due(delivered, rule.domain) for rule in rules}
    whole = sum((due.astype(float) for _, due in found.values()), np.zeros(delivered.n))
    part = sum((met.astype(float) for met, _ in found.values()), np.zeros(delivered.n))
    members = arm_members(delivered)
    treated = _needs(delivered, part, whole, members["treatment"])
    yield Part(numbers=treated)
    for arm, asked in members.items():
        yield Part(numbers=_needs(delivered, part, whole, asked), breakdown="arm", group=arm, arm=arm)
    for domain, (met, due) in found.items():
        for arm, asked in members.items():
            numbers = _needs(delivered, met.astype(float), due.astype(float), asked)
            yield Part(numbers=numbers, breakdown="domain", group=domain, arm=arm)


def _needs(delivered: Delivered, part: Floats, whole: Floats, asked: Bools) -> Numbers:
    ratio = Ratio(part=part, whole=whole, asked=asked & (whole > 0), is_share=True)
    return ratio.among(np.ones(delivered.n, dtype=bool), delivered.conf_level)


def _met_and_due(delivered: Delivered, domain: str) -> tuple[Bools, Bools]:
    """Tell in whom a need was answered in time, and in whom it should have been."""
    rule = next(rule for rule in delivered.process.need if rule.domain == domain)
    people, spec = delivered.people, delivered.trial.protocol.data.services
    assert spec is not None  # the indicator needs it
    found = found_at_start(delivered, rule)
    by = np.maximum(found, people.released) + ANSWERED_DAYS
    due = (found != NO_DAY) & people.was_released & (by < delivered.cut)
    frame = delivered.table("services")
    person, began = frame["person"].to_numpy(dtype=np.int64), column_days(frame, spec.started_on)
    answers = np.isin(column_codes(frame, spec.domain), list(rule.services)) & (began != NO_DAY)
    in_time = answers & (began >= found[person]) & (began <= by[person])
    return due & (count_of(person[in_time], delivered.n) > 0), due


def incidents(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield incidents for each person randomised to an arm, exactly: there are few; whole and parts.

    The whole is the treatment arm. Incidents count from randomisation to the end of the data.
    """
    person, kind, _ = incidents_of(delivered)
    spec = delivered.trial.protocol.data.adverse
    assert spec is not None  # the indicator needs it
    members = arm_members(delivered)
    everything = np.ones(len(person), dtype=bool)
    whole = _incidents(delivered, person, everything, members["treatment"])
    yield Part(numbers=whole)
    for arm, asked in members.items():
        numbers = _incidents(delivered, person, everything, asked)
        yield Part(numbers=numbers, breakdown="arm", group=arm, arm=arm)
    for level in spec.columns[spec.kind].levels or {}:
        for arm, asked in members.items():
            numbers = _incidents(delivered, person, kind == level, asked)
            yield Part(numbers=numbers, breakdown="kind", group=level, arm=arm)


def incidents_of(delivered: Delivered) -> tuple[Integers, np.ndarray, np.ndarray]:
    """Return person, kind and severity of every incident from randomisation to the end of the data."""
    spec, people = delivered.trial.protocol.data.adverse, delivered.people
    assert spec is not None  # asked by those who need it
    frame = delivered.table("adverse")
    person, day = frame["person"].to_numpy(dtype=np.int64), column_days(frame, spec.date)
    used = (day != NO_DAY) & (day >= people.randomised[person]) & (day < min(delivered.cut, FAR))
    kind, severity = column_codes(frame, spec.kind), column_codes(frame, spec.severity)
    return person[used], kind[used], severity[used]


def _incidents(delivered: Delivered, person: Integers, rows: Bools, asked: Bools) -> Numbers:
    each = count_of(person[rows], delivered.n)[asked]
    numbers = Numbers(
        numerator=int(each.sum()),
        denominator=int(asked.sum()),
        people=int(asked.sum()),
        people_with=int((each > 0).sum()),
        effect=rate_exact(int(each.sum()), int(asked.sum()), conf_level=delivered.conf_level),
    )
    return replace(numbers, top_two=top_two(each.astype(float)))
