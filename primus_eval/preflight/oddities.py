"""What is odd in the tables of a trial, as it may be shown: over both arms, small numbers as bounds."""

from __future__ import annotations

from primus_eval.audit import Oddity, audit
from primus_eval.disclosure.cells import is_small
from primus_eval.preflight.counting import Count, count_of
from primus_eval.preflight.records import OddityRead
from primus_eval.trial import Trial
from primus_eval.wording.catalogue import words_in


def oddities_read(trial: Trial) -> tuple[OddityRead, ...]:
    """Return the oddities that were found, none of a trial that has participants alone."""
    if trial.events is None and trial.custody is None and trial.status is None:
        return ()
    return tuple(_read(trial, item) for item in audit(trial) if item.people)


def _read(trial: Trial, item: Oddity) -> OddityRead:
    """Show numbers of rows only where they are of enough people: one of a few could have most."""
    k = trial.protocol.disclosure.threshold
    words = words_in("en")
    people = count_of(item.people, k=k, total=len(trial.participants))
    rows = Count() if is_small(item.people, k) else count_of(item.rows, k=k)
    if _gives_few_back(trial, item):
        rows, people = Count(), Count()
    return OddityRead(
        kind=item.kind,
        table=words.text(f"audit.table.{item.table}"),
        what=words.text(f"audit.{item.kind}"),
        rows=rows,
        people=people,
    )


def _gives_few_back(trial: Trial, item: Oddity) -> bool:
    """Whether people without a row, less those not found in the register, are few: found, and without one."""
    linked = trial.protocol.data.participants.linked
    if item.kind != "nothing_recorded" or linked is None:
        return False
    k = trial.protocol.disclosure.threshold
    not_found = int((~trial.participants[linked].fillna(False).to_numpy(dtype=bool)).sum())
    return item.people >= k and is_small(abs(item.people - not_found), k)
