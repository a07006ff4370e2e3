"""Reach: who of those eligible was told, took part, and whether they are the people it is meant for.

Most of those eligible are no participants, so that these numbers come from the protocol, and those about
participants from both arms: they were reached before anybody was randomised.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

import numpy as np

from primus_eval.estimators.process.catalogue import CatalogueEntry
from primus_eval.estimators.process.delivered import Delivered, column_codes
from primus_eval.estimators.process.measures import Numbers, Share
from primus_eval.estimators.process.rows import Part, groups_of
from primus_eval.numerics.effect import Effect, not_estimable, without_interval
from primus_eval.numerics.proportions import proportion_wilson
from primus_eval.protocol.process import Reach


def informed(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield how many of those eligible were told."""
    yield from _declared(delivered, "informed", "eligible")


def consented(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield how many of those told took part."""
    yield from _declared(delivered, "consented", "informed")


def totals(entries: tuple[Reach, ...], *keys: str) -> dict[str, int] | None:
    """Return these numbers of everybody: of the entry without a group, else the sum of groups that say all.

    None where nobody says all of them.
    """
    told = [entry for entry in entries if all(getattr(entry, key) is not None for key in keys)]
    whole = [entry for entry in told if entry.group is None] or told
    return {key: sum(getattr(entry, key) for entry in whole) for key in keys} if whole else None


def _declared(delivered: Delivered, part: str, whole: str) -> Iterator[Part]:
    everybody = totals(delivered.process.reach, part, whole)
    assert everybody is not None  # the indicator needs it
    yield Part(numbers=_share(everybody[part], everybody[whole], delivered.conf_level), arm="")
    for entry in delivered.process.reach:
        some, all_ = getattr(entry, part), getattr(entry, whole)
        if entry.group is not None and some is not None and all_ is not None:
            numbers = _share(some, all_, delivered.conf_level)
            yield Part(numbers=numbers, breakdown="reach", group=entry.group["en"], arm="")


def _share(some: int, all_: int, conf_level: float) -> Numbers:
    return _people(some, all_, proportion_wilson(some, all_, conf_level=conf_level))


def _people(some: int, all_: int, effect: Effect) -> Numbers:
    return Numbers(numerator=some, denominator=all_, people=all_, people_with=some, effect=effect)


def has_groups(entries: tuple[Reach, ...]) -> bool:
    """Whether two groups or more say how many were eligible and how many took part."""
    return len(_with_both(entries)) > 1


def _with_both(entries: tuple[Reach, ...]) -> list[Reach]:
    return [
        entry
        for entry in entries
        if entry.group is not None and entry.eligible is not None and entry.consented is not None
    ]


def representative(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield how far each group's share of those who took part lies from its share of those eligible.

    The difference of the two shares over their mean standard deviation, without a test: the sizes are shown.
    The whole is the group that lies farthest off.
    Source: Austin 2009, Statistics in Medicine 28:3083-3107, section 3.1 (binary variables).
    Checked: tests/test_process_rows.py (by hand).
    """
    told = _with_both(delivered.process.reach)
    eligible, took_part = (sum(getattr(each, key) for each in told) for key in ("eligible", "consented"))
    parts = [
        Part(
            numbers=_people(
                each.consented or 0,
                took_part,
                _difference((each.consented or 0, took_part), (each.eligible or 0, eligible)),
            ),
            breakdown="reach",
            group=(each.group or {})["en"],
            arm="",
        )
        for each in told
    ]
    sizes = [abs(part.numbers.effect.estimate or 0.0) for part in parts]
    farthest = parts[int(np.argmax(sizes))].numbers.effect
    yield Part(numbers=_people(took_part, eligible, farthest), arm="")
    yield from parts


def _difference(some: tuple[int, int], others: tuple[int, int]) -> Effect:
    if some[1] == 0 or others[1] == 0:
        return not_estimable("too_few_people")
    first, second = some[0] / some[1], others[0] / others[1]
    variance = (first * (1 - first) + second * (1 - second)) / 2
    return without_interval((first - second) / sqrt(variance)) if variance else not_estimable("no_variation")


def referral(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield how many of those randomised, in both arms, the busiest referrer sent, and how many each did.

    The whole is the largest of its parts. How many of those eligible each referrer could have sent is not
    known here.
    """
    column = delivered.process.referrer
    assert column is not None  # the indicator needs it
    codes = column_codes(delivered.trial.participants, column)
    levels = delivered.trial.protocol.data.participants.columns[column].levels or {}
    known = int((codes != "").sum())
    counts = {level: int((codes == level).sum()) for level in levels}
    most = max(counts.values(), default=0)
    yield Part(numbers=_share(most, known, delivered.conf_level), arm="")
    for level, count in counts.items():
        numbers = _share(count, known, delivered.conf_level)
        yield Part(numbers=numbers, breakdown="referrer", group=level, arm="")


def risk_level(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield how many of those offered the programme are at the risk that it is meant for."""
    risk = delivered.process.risk
    assert risk is not None  # the indicator needs it
    share = Share(
        has=delivered.trial.has_code(risk.column, risk.in_),
        asked=delivered.people.treated,
    )
    everybody = np.ones(delivered.n, dtype=bool)
    yield Part(numbers=share.among(everybody, delivered.conf_level))
    for group, members in groups_of(delivered, "branch").items():
        yield Part(numbers=share.among(members, delivered.conf_level), breakdown="branch", group=group)
