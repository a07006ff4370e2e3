"""Matching: who got a mentor, when, as many as planned, from nearby, and how matches ended."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from primus_eval.estimators.process.catalogue import CatalogueEntry
from primus_eval.estimators.process.delivered import (
    Delivered,
    Matches,
    Texts,
    column_codes,
    column_no,
    column_yes,
    count_of,
    first_day,
    sum_of,
)
from primus_eval.estimators.process.measures import Ratio, Share, Waiting
from primus_eval.estimators.process.rows import Part, groups_of, with_groups
from primus_eval.measurement.days import FAR, NO_DAY
from primus_eval.measurement.spells import SPAN, merged
from primus_eval.numerics.inputs import Bools, Floats, Integers
from primus_eval.vocabulary import Ending, words

REMATCH_DAYS = 30

OPEN = "open"
UNKNOWN = "unknown"


def matched(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield how many of those offered the programme were ever matched."""
    yield from with_groups(
        delivered,
        Share(has=first_match(delivered) != FAR, asked=delivered.people.treated, pairs=_pairs(delivered)),
        entry,
    )


def first_match(delivered: Delivered) -> Integers:
    """Return the day of the first match of each participant, `FAR` where there was none."""
    matches = _matches(delivered)
    return first_day(matches.person, matches.begin, delivered.n)


def all_mentors(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield for how much of the time with a mentor people had as many as planned, up to the planned end."""
    with_all, with_any = matched_days(delivered)
    ratio = Ratio(
        part=with_all / 7,
        whole=with_any / 7,
        asked=with_any > 0,
        is_share=True,
        pairs=_pairs(delivered),
    )
    yield from with_groups(delivered, ratio, entry)


def matched_days(delivered: Delivered) -> tuple[Floats, Floats]:
    """Return the days of each participant with as many mentors as planned, and with at least one.

    Days after the planned end of contact do not count; a mentor matched twice at a time is one.
    Checked: tests/test_process_weeks.py (day by day).
    """
    matches = _matches(delivered)
    # Of a match that is open without an end of plan or data nobody knows how long it lasted.
    end = np.where(matches.served_until == FAR, matches.begin, matches.served_until)
    mentor, _ = np.unique(matches.mentor, return_inverse=True)
    code = matches.person * (len(mentor) + 1) + np.searchsorted(mentor, matches.mentor)
    spells = merged(code, matches.begin, end)
    person = spells.person // (len(mentor) + 1)
    who, day = np.tile(person, 2), np.concatenate([spells.begin, spells.end])
    change = np.concatenate([np.ones(len(person), dtype=np.int64), -np.ones(len(person), dtype=np.int64)])
    order = np.argsort(who * SPAN + day, kind="stable")
    who, day, mentors = who[order], day[order], np.cumsum(change[order])
    # Everybody's mentors are down to none before the next person begins.
    days = np.append(np.diff(day), 0) * (mentors > 0)
    enough = mentors >= delivered.process.mentors_per_person
    n = delivered.n
    return sum_of(who, days * enough, n), sum_of(who, days, n)


def local_match(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield how many matches were with a mentor from the area of release, of those of which it is known."""
    matches, spec = _matches(delivered), delivered.trial.protocol.data.matches
    assert spec is not None  # the indicator needs it
    frame = delivered.table("matches")
    yes, no = column_yes(frame, spec.local)[matches.row], column_no(frame, spec.local)[matches.row]
    yield from with_groups(delivered, _of_matches(delivered, yes, yes | no), entry)


def days_to_match(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield the day by which half of those offered the programme were matched, before their release.

    Release, death and leaving the country come first for some: they were not matched before release, ever.
    The numerator is those who were.
    """
    people, first = delivered.people, first_match(delivered)
    released = np.where(people.was_released, people.released, FAR)
    stop = np.minimum(released, people.gone)
    end = np.minimum(np.minimum(first, stop), delivered.cut)
    asked = people.treated & (people.randomised != NO_DAY) & (end != FAR)
    time = np.where(asked, np.maximum(end - people.randomised, 0), 0)
    event = (first <= stop) & (first < delivered.cut)
    competing = ~event & (stop <= np.minimum(delivered.cut, FAR - 1))
    waiting = Waiting(time_days=time, event=event, competing=competing, asked=asked, pairs=_pairs(delivered))
    yield from with_groups(delivered, waiting, entry)


def rematched(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield how many early ends by the mentor were followed by another match within 30 days.

    Where codes of endings do not tell the mentor's, ends that were not planned.
    """
    matches = _matches(delivered)
    due = _ended_early(delivered) & (matches.end + REMATCH_DAYS < delivered.cut)
    keys = np.sort(matches.person * SPAN + matches.begin)
    after = np.searchsorted(keys, matches.person * SPAN + matches.end, side="left")
    until = np.searchsorted(keys, matches.person * SPAN + matches.end + REMATCH_DAYS, side="right")
    yield from with_groups(delivered, _of_matches(delivered, until > after, due), entry)


def _ended_early(delivered: Delivered) -> Bools:
    matches, spec = _matches(delivered), delivered.trial.protocol.data.matches
    assert spec is not None  # the indicator needs it
    if "mentor" in delivered.process.endings.values():
        return endings_of(delivered) == "mentor"
    return ~matches.is_open & column_no(delivered.table("matches"), spec.planned_end)[matches.row]


def ending(delivered: Delivered, entry: CatalogueEntry) -> Iterator[Part]:
    """Yield how matches ended, of all of them: the whole is those that ended as planned.

    Every match is in one part: open, of a known ending, or unknown, which takes in codes without a meaning.
    """
    endings = endings_of(delivered)
    asked = np.ones(len(endings), dtype=bool)
    everybody = np.ones(delivered.n, dtype=bool)
    planned = _of_matches(delivered, endings == "planned", asked)
    yield Part(numbers=planned.among(everybody, delivered.conf_level))
    for word in (*words(Ending)[:-1], OPEN, UNKNOWN):
        numbers = _of_matches(delivered, endings == word, asked).among(everybody, delivered.conf_level)
        yield Part(numbers=numbers, breakdown="reason", group=word)
    for group, members in groups_of(delivered, "branch").items():
        numbers = planned.among(members, delivered.conf_level)
        yield Part(numbers=numbers, breakdown="branch", group=group)


def endings_of(delivered: Delivered) -> Texts:
    """Return how each match ended: a word of ours, `open`, or `unknown`.

    Without codes of endings, a match that ended as planned is planned, and any other end is unknown.
    """
    matches, spec = _matches(delivered), delivered.trial.protocol.data.matches
    assert spec is not None  # the indicator needs it
    frame = delivered.table("matches")
    codes = column_codes(frame, spec.end_reason)[matches.row]
    meaning = np.full(len(codes), UNKNOWN, dtype=object)
    for code, word in delivered.process.endings.items():
        meaning[codes == code] = word
    as_planned = column_yes(frame, spec.planned_end)[matches.row]
    meaning[(meaning == UNKNOWN) & as_planned] = "planned"
    meaning[matches.is_open] = OPEN
    return meaning


def _of_matches(delivered: Delivered, has: Bools, asked: Bools) -> Ratio:
    """Count matches that have something, of those in question, added up over people."""
    matches = _matches(delivered)
    whole = count_of(matches.person[asked], delivered.n).astype(float)
    return Ratio(
        part=count_of(matches.person[asked & has], delivered.n).astype(float),
        whole=whole,
        asked=whole > 0,
        is_share=True,
        pairs=(matches.person[asked], matches.mentor[asked]),
    )


def _matches(delivered: Delivered) -> Matches:
    assert delivered.matches is not None  # asked by those who need matches
    return delivered.matches


def _pairs(delivered: Delivered) -> tuple[Integers, Integers]:
    matches = _matches(delivered)
    return matches.person, matches.mentor
