"""Two deliveries of one trial: the same plan, the same people, the same arms; or a loud refusal.

The former delivery is the one that the protocol names. The later one may differ in what its files hold, in
their names and in the day up to which the registers were read, and in nothing else that was promised: with
other rules a new number would not say what has become of the old one.

Messages count people and name keys and columns. No id is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from primus_eval.errors import DeviationError, InputError, Problem
from primus_eval.findings import Findings
from primus_eval.loaders.delivery import read_delivery
from primus_eval.loaders.loading import trial_of
from primus_eval.measurement.days import NO_DAY, day_of, days_of
from primus_eval.protocol import Protocol, read_protocol
from primus_eval.protocol.lines import KeyPath, dotted, key_lines, line_of
from primus_eval.protocol.reading import USUAL_NAME, read_toml_text
from primus_eval.trial import Trial

MAY_DIFFER = ("data_cutoff",)
"""Keys of [data] in which two deliveries may differ, besides the file of every table."""

LONGEST_SHOWN = 60
"""Characters of a value of a protocol that a message shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """Two deliveries of one trial; later_row: the row, in the later one, of each person of the former."""

    former: Trial
    later: Trial
    later_row: np.ndarray = field(repr=False)

    @property
    def is_new(self) -> np.ndarray:
        """Whether each person of the later delivery was randomised after the former, shape (n_later,)."""
        new = np.ones(len(self.later.participants), dtype=bool)
        new[self.later_row] = False
        return new


def later_protocol(former: Protocol, folder: Path, *, cutoff: date | None) -> Protocol:
    """Return the protocol of a later delivery: the former one with its day, and the names of its files.

    folder: where the later files lie; a protocol.toml there may name other files and the cut-off. cutoff: the
    last day that the later registers cover; may be left out where that protocol says it. Whether anything
    else was changed, `read_deliveries` says.
    """
    own = folder / USUAL_NAME
    later = read_protocol(own) if own.is_file() else former
    day = cutoff or (later.data.data_cutoff if own.is_file() else None)
    if day is None:
        raise InputError(
            Problem(
                code="PE-U04",
                key="--cutoff",
                what="is missing, and the new folder has no protocol.toml that says it.",
                mend="Give the last day that the new registers cover, such as --cutoff 2027-03-31.",
            )
        )
    before = former.data.data_cutoff
    if before is None or day <= before:
        raise InputError(
            Problem(
                code="PE-U04",
                key="data_cutoff",
                what="the new data do not reach beyond the day of the former delivery."
                if before is not None
                else "the protocol does not say up to which day the former registers were read.",
                mend="Give the last day that the new registers cover, and the old one in the protocol.",
            )
        )
    return later.model_copy(update={"data": later.data.model_copy(update={"data_cutoff": day})})


def day_given(text: str | None) -> date | None:
    """Read a day as a user writes it; None where none is given."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(
            Problem(
                code="PE-U04",
                key="--cutoff",
                what="is not a date.",
                mend="Write year, month and day, such as 2027-03-31.",
            )
        ) from None


def changed_keys(former: Mapping[str, Any], later: Mapping[str, Any]) -> list[str]:
    """Return the keys in which two protocols differ, other than files and cut-off, with dots.

    former, later: the protocols as plain values.

    >>> changed_keys({"a": {"b": 1}, "c": [1]}, {"a": {"b": 2}, "c": [1, 2]})
    ['a.b', 'c']
    """
    return sorted(dotted(path) for path, _, _ in _differences(former, later, ()))


def _differences(one: Any, other: Any, path: KeyPath) -> Iterator[tuple[KeyPath, Any, Any]]:
    """Yield the path of each difference, and what stands there in one and in the other."""
    if _may_differ(path) or one == other:
        return
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in {*one, *other}:
            yield from _differences(one.get(key), other.get(key), (*path, str(key)))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from _differences(left, right, (*path, index))
    else:
        yield path, one, other


def _may_differ(path: KeyPath) -> bool:
    if path[:1] != ("data",):
        return False
    return path[1:] in [(name,) for name in MAY_DIFFER] or (len(path) == 3 and path[2] == "file")


def _changes_of_plan(former: Protocol, later: Protocol, folder: Path) -> list[Problem]:
    """Return a problem for each key of the later protocol, in `folder`, that was something else before."""
    plans = [plan.model_dump(mode="json", by_alias=True) for plan in (former, later)]
    changes = sorted(_differences(plans[0], plans[1], ()), key=lambda change: dotted(change[0]))
    own = folder / USUAL_NAME
    lines = key_lines(read_toml_text(own)) if changes and own.is_file() else {}
    return [
        Problem(
            code="PE-U01",
            file=USUAL_NAME,
            line=line_of(path, lines),
            key=dotted(path),
            what=f"is not what the former report was made with{_meaning(path)}: it was {_shown(then)} and is "
            f"{_shown(now)}.",
            mend="An update changes the data files and data_cutoff only. Put it back; or make a new "
            "report with `primus-eval run`, which says what was changed and when.",
        )
        for path, then, now in changes
    ]


def _meaning(path: KeyPath) -> str:
    return ", so that the definition changed" if path[:1] == ("outcome",) else ""


def _shown(value: Any) -> str:
    """Show a value of a protocol in a message; a long one by what it is.

    >>> _shown("censor"), _shown(None), _shown(24), _shown({"a": 1})
    ("'censor'", 'not there', '24', 'a table')
    """
    if value is None:
        return "not there"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        return f"{len(value)} entries"
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."


def require_same_report(reported: Findings, again: Findings, *, file: str) -> None:
    """Require that a former report was made from the same protocol and the same table of participants."""
    same_plan = reported.context.get("fingerprint") == again.context.get("fingerprint")
    hashes = [
        [account.get("sha256") for account in each.context.get("accounts", [])][:1]
        for each in (reported, again)
    ]
    if same_plan and hashes[0] == hashes[1]:
        return
    raise DeviationError(
        Problem(
            code="PE-U05",
            file=file,
            what="is not the report of this protocol and its data: "
            + ("the participants were another file." if same_plan else "the plan was another one."),
            mend="Give the findings.json that was made from the protocol and the former delivery.",
        )
    )


def read_deliveries(former: Protocol, former_folder: Path, later: Protocol, later_folder: Path) -> Deliveries:
    """Read both deliveries and require that they are of the same people, allotted as before.

    Raises DeviationError, with all of it at once, where the plan was changed, or somebody randomised is gone,
    or was not there before and should have been, or has another arm, day of randomisation or stratum;
    InputError where a delivery has problems of its own.
    Checked: tests/test_update.py.
    """
    changed = _changes_of_plan(former, later, later_folder)
    try:
        first, second = read_delivery(former.data, former_folder), read_delivery(later.data, later_folder)
        trials = (trial_of(first, former), trial_of(second, later))
    except InputError:
        if changed:  # with another plan the files need not be what it says
            raise DeviationError(changed) from None
        raise
    ids = sorted(first.ids), sorted(second.ids)
    place = {id_: row for row, id_ in enumerate(ids[1])}
    gone = [id_ for id_ in ids[0] if id_ not in place]
    if gone:
        raise DeviationError([*changed, _people_gone(len(gone), of=len(ids[0]), protocol=later)])
    rows = np.array([place[id_] for id_ in ids[0]], dtype=np.int64)
    deliveries = Deliveries(former=trials[0], later=trials[1], later_row=rows)
    if changed:
        raise DeviationError(changed)
    _require_same_people(deliveries)
    return deliveries


def _people_gone(gone: int, *, of: int, protocol: Protocol) -> Problem:
    return Problem(
        code="PE-U02",
        file=protocol.data.participants.file,
        what=f"{gone} of {of} people randomised are not in the new delivery.",
        mend="Who was randomised stays in the trial, also those who died, moved or withdrew; ask for "
        "a complete delivery. Nothing was estimated.",
    )


def _require_same_people(deliveries: Deliveries) -> None:
    problems = [*_changed_columns(deliveries), *_late_arrivals(deliveries)]
    if problems:
        raise DeviationError(problems)


def _changed_columns(deliveries: Deliveries) -> Iterator[Problem]:
    """Find arms, days of randomisation and strata that are not what they were."""
    spec = deliveries.former.protocol.data.participants
    strata = deliveries.former.protocol.design.allocation.strata
    names = {"arm": spec.arm.column, **{name: name for name in strata}}
    if spec.randomised_on is not None:
        names[spec.randomised_on] = spec.randomised_on
    for name, shown in names.items():
        changed = n_changed(deliveries, name)
        if changed:
            yield Problem(
                code="PE-U03",
                file=spec.file,
                column=shown,
                what=f"differs from the former delivery for {changed} people.",
                mend="Arm, day of randomisation and strata were settled by the allocation; find out which "
                "delivery is right. Nothing was estimated.",
            )


def n_changed(deliveries: Deliveries, column: str) -> int:
    """Return of how many people a column of the participants differs between the deliveries."""
    before = deliveries.former.participants[column].reset_index(drop=True)
    after = deliveries.later.participants[column].iloc[deliveries.later_row].reset_index(drop=True)
    same = (before == after).fillna(False).to_numpy(dtype=bool) | (before.isna() & after.isna()).to_numpy(
        dtype=bool
    )
    return int((~same).sum())


def _late_arrivals(deliveries: Deliveries) -> Iterator[Problem]:
    """Find people who are new although they were randomised before the former delivery ended."""
    spec, cutoff = deliveries.former.protocol.data.participants, deliveries.former.protocol.data.data_cutoff
    new = deliveries.is_new
    if not new.any() or cutoff is None:
        return
    early = new
    if spec.randomised_on is not None:
        days = days_of(deliveries.later.participants[spec.randomised_on])
        early = new & ((days == NO_DAY) | (days <= day_of(cutoff)))
    if early.any():
        yield Problem(
            code="PE-U02",
            file=spec.file,
            what=f"{int(early.sum())} people were randomised before the former delivery ended, and were not "
            "in it.",
            mend="Find out why they were missing: the former report was about fewer people than were "
            "randomised. Nothing was estimated.",
        )
