"""Which numbers of people would point at somebody: the rules, as small functions on counts.

k is the smallest number of people that may be shown. A count x of n people is unsafe where x or
n - x is 1 to k - 1; in a part of the trial also where it is 0 or n, because then something is known
of every member. Counts are compared exactly: an effect to two digits gives them back.

Both kinds of unsafe cell have one name, small_cell: to publish that a part was withheld because all
or none of an arm had the event would be to publish it.
"""

from __future__ import annotations

from primus_eval.findings import Finding
from primus_eval.vocabulary import Reason

Counts = tuple[int, ...]
"""events and people in treatment, events and people in control."""


def is_small(count: int | None, k: int) -> bool:
    """Whether a count of people is one to k - 1.

    >>> [is_small(count, 5) for count in (0, 1, 4, 5)]
    [False, True, True, False]
    """
    return count is not None and 0 < count < k


def cell_problem(events: int, people: int, *, k: int, in_part: bool) -> Reason | None:
    """Say why the events among the people of one arm may not be shown, or None where they may.

    >>> cell_problem(4, 50, k=5, in_part=False), cell_problem(0, 50, k=5, in_part=False)
    ('small_cell', None)
    >>> cell_problem(0, 50, k=5, in_part=True)
    'small_cell'
    """
    everybody_alike = in_part and people > 0 and events in (0, people)
    if everybody_alike or is_small(events, k) or is_small(people - events, k):
        return "small_cell"
    return None


def counts_of(finding: Finding) -> Counts | None:
    """Return the counts a finding rests on, None where it has none."""
    if (
        finding.n_treatment is None
        or finding.n_control is None
        or finding.events_treatment is None
        or finding.events_control is None
    ):
        return None
    return finding.events_treatment, finding.n_treatment, finding.events_control, finding.n_control


def counts_problem(counts: Counts, *, k: int, in_part: bool) -> Reason | None:
    """Say why the counts of two arms may not be shown."""
    events_treatment, n_treatment, events_control, n_control = counts
    return cell_problem(events_treatment, n_treatment, k=k, in_part=in_part) or cell_problem(
        events_control, n_control, k=k, in_part=in_part
    )


def people_differ_little(one: Counts, other: Counts, *, k: int) -> bool:
    """Whether two sets of counts are about groups that differ by one to k - 1 people in an arm."""
    return any(is_small(abs(one[arm] - other[arm]), k) for arm in (1, 3))


def difference_problem(
    one: Counts, other: Counts, *, k: int, same_outcome: bool, in_part: bool = False
) -> Reason | None:
    """Say why two sets of counts of one population may not both be shown: what their difference counts.

    same_outcome: of two outcomes one may be a part of the other (a violent arrest is an arrest), and
    then the difference of their events counts people; not where one has more events in one arm and
    fewer in the other. in_part: the people in one and not in the other are a group that no outcome
    defines, such as those with a missing covariate, and must not be all alike.
    """
    events = [one[arm] - other[arm] for arm in (0, 2)]
    people = [one[arm] - other[arm] for arm in (1, 3)]
    if people_differ_little(one, other, k=k):
        return "differencing"
    if not same_outcome and min(events) < 0 < max(events):
        return None
    for x, n in zip(events, people, strict=True):
        all_alike = in_part and n != 0 and x in (0, n)
        if all_alike or is_small(abs(x), k) or is_small(abs(n - x), k):
            return "differencing"
    return None
