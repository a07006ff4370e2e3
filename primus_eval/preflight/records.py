"""What a preflight says, as frozen records: everything in them may be shown."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

from primus_eval.errors import (
    EXIT_OK,
    SHOWN_AT_MOST,
    DisclosureError,
    InputError,
    PrimusError,
    Problem,
    as_records,
)
from primus_eval.preflight.counting import Count

SCHEMA = 1
"""The version of the form of the JSON."""

MARK = "primus-eval check"
"""Words at the beginning of every preflight: what has them may be replaced by a newer one."""

Verdict = Literal["computed", "withheld", "not_computed"]
"""Of an analysis: its numbers will stand in the report; they will be withheld; there will be none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the protocol says of itself."""

    study: str
    title: str
    fingerprint: str
    registration: str | None
    profile: str
    threshold: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRead:
    """One column of a table that is read: what it is, and how much of it is there.

    `missing` is None where it was not counted, because the table has problems; `first` and `last` are
    months of dates, such as 2019-03, with a remark where a few people have earlier or later ones.
    """

    name: str
    type: str
    timing: str | None = None
    use: str | None = None
    missing: Count | None = None
    first: str | None = None
    last: str | None = None
    few_beyond: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRead:
    """One table: its file, its rows, its columns, and the names of columns that nobody declared.

    rows_left_out: rows of people who are not participants; None where there is none. They are an error
    where `rows_left_out_refused`.
    """

    key: str
    file: str
    sheet: str | None
    sha256: str
    rows: Count
    rows_are: str
    rows_left_out: Count | None
    rows_left_out_refused: bool
    columns: tuple[ColumnRead, ...]
    not_read: tuple[str, ...]
    not_read_hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmRead:
    """One arm: its code in the data, and its people."""

    arm: str
    label: str
    role: str
    codes: tuple[str, ...]
    people: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedInArm:
    """How many people of one arm were found in the register of outcomes."""

    arm: str
    linked: Count
    not_linked: Count
    not_recorded: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class LagInQuarter:
    """How long it took from offence to decision, of offences of one quarter.

    `weeks` holds for each arm the median and the 90th percentile in whole weeks; it is empty unless
    both arms have enough events, so that it does not say which arm has more.
    """

    quarter: str
    events: Count
    weeks: dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Anonymity:
    """How few people share the values by which somebody might find them; never which values."""

    columns: tuple[str, ...]
    smallest_group: Count
    unique: Count
    in_small_groups: Count
    share_unique_percent: int | None
    share_in_small_groups_percent: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRead:
    """One outcome: of how many people it is known, and how far they were followed; nothing by arm.

    Of an outcome by rules also what these rest on, what their sources leave open, how many people's clock
    never started, and how many were randomised too late to be followed in full; else None and nothing.
    """

    outcome: str
    label: str
    horizon_days: int
    people: Count
    measured: Count
    longest_days: int | None
    ended_early: Count
    definition: str | None = None
    open_questions: tuple[str, ...] = ()
    clock_start: str | None = None
    never_started: Count | None = None
    not_mature: Count | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRead:
    """One definition of [comparison]: what the data do not hold of it, nothing where it can be counted."""

    definition: str
    label: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorRead:
    """One entry of [[prior_offending]]: of how many people it was counted."""

    prior: str
    label: str
    months: int
    people: Count
    counted: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class OddityRead:
    """One kind of oddity that was found in a table: on how many rows, of how many people."""

    kind: str
    table: str
    what: str
    rows: Count
    people: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisRead:
    """One analysis: what will be done, and whether its numbers will stand in the report."""

    analysis: str
    role: str
    outcome: str
    population: str
    effect_measure: str
    method: str
    is_default_method: bool
    verdict: Verdict
    why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LackingRead:
    """What some indicators of the process evaluation lack, and which these are."""

    needs: tuple[str, ...]
    indicators: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorsRead:
    """Of how many indicators everything needed was delivered, and what the others lack."""

    can_be_computed: int
    of: int
    lacking: tuple[LackingRead, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HorizonRead:
    """A declared horizon: whether everybody can have reached it, else up to when registers must be read.

    `complete_on` is the last day of a month, or None where the horizon is complete or nobody's clock runs.
    """

    outcome: str
    label: str
    horizon_days: int
    is_complete: bool
    complete_on: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedRead:
    """A price of the economic evaluation: of what, and who bears it; no amount."""

    id: str
    label: str
    resource: str
    payer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaptersRead:
    """What the chapters beside the result rest on; `indicators` is None without [process]."""

    indicators: IndicatorsRead | None
    horizons: tuple[HorizonRead, ...]
    priced: tuple[PricedRead, ...]
    costs_table: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """All that a preflight found. Problems must be mended; notes are worth knowing."""

    protocol_file: str
    plan: Plan | None = None
    tables: tuple[TableRead, ...] = ()
    arms: tuple[ArmRead, ...] = ()
    linked: tuple[LinkedInArm, ...] = ()
    lag: tuple[LagInQuarter, ...] = ()
    anonymity: Anonymity | None = None
    outcomes: tuple[OutcomeRead, ...] = ()
    comparison: tuple[ComparedRead, ...] = ()
    prior: tuple[PriorRead, ...] = ()
    oddities: tuple[OddityRead, ...] = ()
    analyses: tuple[AnalysisRead, ...] = ()
    chapters: ChaptersRead | None = None
    withheld_exhibits: tuple[str, ...] = ()
    harmless: tuple[tuple[str, str, str], ...] = ()
    """file, column, and why it identifies nobody."""
    notes: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()
    identifying: tuple[Problem, ...] = ()
    """Problems that say that the delivery points at people."""

    @property
    def error(self) -> PrimusError | None:
        """What to raise: DisclosureError where people could be recognised, InputError for other problems."""
        found = (*self.identifying, *self.problems)
        if not found:
            return None
        return DisclosureError(found) if self.identifying else InputError(found)

    @property
    def exit_code(self) -> int:
        """0 where nothing is wrong, 2 for bad input, 3 where people could be recognised."""
        error = self.error
        return EXIT_OK if error is None else error.exit_code

    @property
    def has_content(self) -> bool:
        """Whether anything but problems can be said."""
        return self.plan is not None or bool(self.tables)


def as_json(preflight: Preflight) -> str:
    """Write a preflight as JSON: keys in a fixed order, counts as what may be shown of them.

    Each kind of note or problem stands once, with its lines and how often it stands; of problems the
    first 100 kinds, and how many problems there are.
    """
    found = asdict(preflight)
    document: dict[str, Any] = {"made_by": MARK, "schema": SCHEMA, "exit_code": preflight.exit_code}
    document |= {name: found[name] for name in sorted(found)}
    for name in ("notes", "problems", "identifying"):
        document[name] = as_records(getattr(preflight, name))[:SHOWN_AT_MOST]
    document["problems_in_total"] = len(preflight.problems) + len(preflight.identifying)
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
