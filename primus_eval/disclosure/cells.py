"""Which numbers of people would point at somebody: the rules, as small functions on counts.

k is the smallest number of people that may be shown. A count x of n people is unsafe where x or
n - x is 1 to k - 1; in a part of the trial also where it is 0 or n, because then something is known
of every member. Counts are compared exactly: an effect to two digits gives them back.
"""

from __future__ import annotations

from primus_eval.findings import Finding
from primus_eval.vocabulary import Reason

Counts = tuple[int, int, int, int]
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
    'whole_group'
    """
    if is_small(events, k) or is_small(people - events, k):
        return "small_cell"
    if in_part and people and events in (0, people):
        return "whole_group"
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


def difference_problem(larger: Counts, smaller: Counts, *, k: int) -> Reason | None:
    """Say why two sets of counts may not both be shown: their difference is about too few people."""
    rest = tuple(abs(one - other) for one, other in zip(larger, smaller, strict=True))
    free = [abs((larger[i + 1] - larger[i]) - (smaller[i + 1] - smaller[i])) for i in (0, 2)]
    return "differencing" if any(is_small(count, k) for count in (*rest, *free)) else None


def remainder(whole: Counts, part: Counts) -> Counts:
    """Return the counts of those in the whole who are not in the part."""
    a, b, c, d = (one - other for one, other in zip(whole, part, strict=True))
    return a, b, c, d
