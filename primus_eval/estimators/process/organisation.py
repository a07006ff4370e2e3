"""Organisation: were there mentors enough, approved in time, trained, supported, and did they stay?

Units are mentors here, who are counted as mentors and as nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from primus_eval.estimators.process.catalogue import CatalogueEntry
from primus_eval.estimators.process.delivered import (
    Delivered,
    Texts,
    column_codes,
    column_days,
    column_ids,
    count_of,
    first_day,
)
from primus_eval.estimators.process.measures import Numbers, Ratio, Share, Waiting
from primus_eval.estimators.process.months import Months, months_of, open_in_months
from primus_eval.estimators.process.rows import Part, groups_of, with_groups
from primus_eval.measurement.days import FAR, NO_DAY
from primus_eval.numerics.effect import not_estimable, without_interval
from primus_eval.numerics.inputs import Bools, Integers

YEAR_DAYS = 365


def mentor_capacity(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield how many mentors there were for each place to be filled, on the first day of every month.

    A place is one mentor of one person with an open match, as many as the protocol plans for each person.
    Branches are those of mentors and of participants, and must have the same codes in both.
    """
    months = months_of(delivered)
    yield Part(numbers=_capacity(delivered, months, None), arm="")
    of_mentors, of_people = groups_of(delivered, "branch", mentors=True), groups_of(delivered, "branch")
    for group in of_mentors:
        if list(of_mentors) == list(of_people):
            numbers = _capacity(delivered, months, group)
            yield Part(numbers=numbers, breakdown="branch", group=group, arm="")


def places_and_mentors(
    delivered: Delivered, months: Months, *, mentors: Bools, people: Bools
) -> tuple[Integers, Integers]:
    """Return mentors active and places to be filled on the first day of each month, shape (months,) each."""
    since, until = active_days(delivered)
    active = mentors & (since != NO_DAY)
    begun = np.searchsorted(np.sort(since[active]), months.first, side="right")
    left = np.searchsorted(np.sort(until[active]), months.first, side="right")
    person, month = open_in_months(delivered, months)
    places = np.bincount(month[people[person]], minlength=len(months.first))
    return begun - left, delivered.process.mentors_per_person * places


def active_days(delivered: Delivered) -> tuple[Integers, Integers]:
    """Return the day of approval of each mentor, and the day on which they left; `FAR` for those active."""
    spec = delivered.trial.protocol.data.mentors
    assert spec is not None  # the indicators need it
    frame = delivered.table("mentors")
    since, until = column_days(frame, spec.approved_on), column_days(frame, spec.left_on)
    return since, np.where(until == NO_DAY, FAR, np.maximum(until, since))


def _capacity(delivered: Delivered, months: Months, group: str | None) -> Numbers:
    everyone = np.ones(len(delivered.table("mentors")), dtype=bool), np.ones(delivered.n, dtype=bool)
    mentors = everyone[0] if group is None else groups_of(delivered, "branch", mentors=True)[group]
    people = everyone[1] if group is None else groups_of(delivered, "branch")[group]
    active, places = places_and_mentors(delivered, months, mentors=mentors, people=people)
    asked = places > 0
    needed = int(places[asked].sum())
    since, _ = active_days(delivered)
    person, _ = open_in_months(delivered, months)
    served = len(np.unique(person[people[person]]))
    return Numbers(
        numerator=int(active[asked].sum()),
        denominator=needed,
        people=served,
        people_with=None,
        mentors=int((mentors & (since != NO_DAY) & (since < delivered.cut)).sum()),
        effect=without_interval(float(active[asked].sum() / needed))
        if needed
        else not_estimable("no_exposure"),
    )


def approval_days(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield the day by which half of those who applied as mentors were approved; some still wait."""
    spec = delivered.trial.protocol.data.mentors
    assert spec is not None  # the indicator needs it
    frame = delivered.table("mentors")
    applied, approved = column_days(frame, spec.recruited_on), column_days(frame, spec.approved_on)
    left = column_days(frame, spec.left_on)
    was_approved = (approved != NO_DAY) & (approved < delivered.cut)
    last = np.where(left == NO_DAY, FAR, left)
    end = np.where(was_approved, approved, np.minimum(last, delivered.cut))
    known = (applied != NO_DAY) & (end != FAR) & (end >= applied)
    days = Waiting(
        time_days=np.where(known, end - applied, 0), event=was_approved, asked=known, units="mentors"
    )
    yield from with_groups(delivered, days, entry)


def trained_before_match(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield how many mentors were trained by their first match, of those matched whose training is known.

    A missing day of training is not known: it is not taken for no.
    """
    spec = delivered.trial.protocol.data.mentors
    assert spec is not None and delivered.matches is not None  # the indicator needs them
    trained = column_days(delivered.table("mentors"), spec.trained_on)
    first = _first_match(delivered)
    share = Share(has=trained <= first, asked=(first != FAR) & (trained != NO_DAY), units="mentors")
    yield from with_groups(delivered, share, entry)


def _first_match(delivered: Delivered) -> Integers:
    """Return the day of the first match of each mentor in their table, `FAR` where there is none."""
    matches, spec = delivered.matches, delivered.trial.protocol.data.mentors
    assert matches is not None and spec is not None  # asked by those who need them
    ids = column_ids(delivered.table("mentors"), spec.mentor)
    size = max(ids.max(initial=-1), matches.mentor.max(initial=-1)) + 1
    known = matches.mentor >= 0
    first = first_day(matches.mentor[known], matches.begin[known], size)
    return np.where(ids >= 0, np.append(first, FAR)[ids], FAR)


def supervised(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield in how many months active mentors were supervised, of those they were active in.

    A month counts for a mentor with an open match on its first day, where the data reach to its end.
    """
    months = months_of(delivered)
    mentor, _, was_supervised = mentor_months(delivered, months)
    ids, index = np.unique(mentor, return_inverse=True)
    whole = count_of(index, len(ids)).astype(float)
    part = count_of(index[was_supervised], len(ids)).astype(float)
    everyone = np.ones(len(ids), dtype=bool)
    ratio = Ratio(part=part, whole=whole, asked=everyone, is_share=True, units="mentors")
    yield Part(numbers=ratio.among(everyone, delivered.conf_level), arm="")
    codes = _branch_of(delivered, ids)
    for group in groups_of(delivered, "branch", mentors=True):
        numbers = ratio.among(np.equal(codes, group).astype(bool), delivered.conf_level)
        yield Part(numbers=numbers, breakdown="branch", group=group, arm="")


def mentor_months(delivered: Delivered, months: Months) -> tuple[Integers, Integers, Bools]:
    """Return mentor and month of every month of an active mentor, and whether they were supervised in it."""
    spec = delivered.trial.protocol.data.supervision
    assert spec is not None  # asked by those who need it
    frame = delivered.table("supervision")
    person, month, mentor = open_in_months(delivered, months, by_mentor=True)
    active = np.unique(mentor[mentor >= 0] * len(months.first) + month[mentor >= 0])
    met = months.index_of(column_days(frame, spec.date))
    of = column_ids(frame, spec.mentor)
    inside = (met >= 0) & (of >= 0)
    seen = np.unique(of[inside] * len(months.first) + met[inside])
    n_months = max(len(months.first), 1)
    return active // n_months, active % n_months, np.isin(active, seen)


def _branch_of(delivered: Delivered, ids: Integers) -> Texts:
    spec = delivered.trial.protocol.data.mentors
    if spec is None or "mentors" not in delivered.trial.tables:
        return np.full(len(ids), "", dtype=object)
    frame = delivered.table("mentors")
    known = dict(zip(column_ids(frame, spec.mentor).tolist(), column_codes(frame, spec.branch), strict=True))
    return np.array([known.get(mentor, "") for mentor in ids.tolist()], dtype=object)


def mentors_retained(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield how many mentors had not left a year after approval, by Kaplan-Meier; the numerator is known to
    have stayed longer than that.

    Every leaving counts: the table does not say which were planned.
    """
    since, until = active_days(delivered)
    end = np.minimum(until, delivered.cut)
    known = (since != NO_DAY) & (since < delivered.cut)
    open_end = known & (end == FAR)  # active, and no end of the data: a year is all that is asked
    days = np.where(known, np.where(open_end, since + YEAR_DAYS + 1, end) - since, 0)
    stays = Waiting(
        time_days=days,
        event=known & (until <= np.minimum(delivered.cut, FAR - 1)),
        asked=known,
        horizon_days=YEAR_DAYS,
        stays=True,
        units="mentors",
    )
    yield from with_groups(delivered, stays, entry)
