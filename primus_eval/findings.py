"""What an evaluation found, as data: scalars, exhibits and their context.

A `Finding` is one number with everything that it needs to be read honestly: outcome, population,
effect measure, role, interval, people and events by arm. An `Exhibit` is a small table behind a
figure or a table of the report. `Findings` holds both, survives a round trip through JSON without
loss, and is all that wording, tables, figures and reports ever see.

Conventions: a contrast is treatment minus control, or treatment over control. Estimate and interval
are on the measure's own scale; `std_error` and `statistic` on `scale`. Anything but `estimated` has
empty numbers and a reason.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from primus_eval.vocabulary import (
    EffectMeasure,
    PlanStatus,
    Reason,
    Role,
    Scale,
    Status,
    Unit,
)

Cell = str | int | float | bool | None

NUMBERS = ("estimate", "conf_low", "conf_high", "std_error", "statistic", "df", "p_value")
"""The fields that are empty unless a finding is `estimated`."""

SCHEMA = 1
"""The version of the form of findings.json."""

COUNTS = ("n_treatment", "n_control", "events_treatment", "events_control")

RANDOMISED_EARLY = (
    "Only people randomised early enough to be followed in full were analysed; "
    "the result says nothing yet of those randomised later."
)
"""The warning of a finding that leaves out whoever was randomised too late for the window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One number of an evaluation, or the reason why it is not there."""

    finding: str
    analysis: str
    role: Role
    plan_status: PlanStatus
    outcome: str
    definition: str
    population: str
    effect_measure: EffectMeasure
    method: str
    contrast: str
    term: str = ""
    horizon_days: int | None = None
    estimate: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    conf_level: float | None = None
    alternative: str = "two_sided"
    std_error: float | None = None
    statistic: float | None = None
    df: float | None = None
    scale: Scale = "identity"
    p_value: float | None = None
    unit: Unit = "none"
    n_treatment: int | None = None
    n_control: int | None = None
    events_treatment: int | None = None
    events_control: int | None = None
    status: Status = "estimated"
    reason: Reason | None = None
    engine: str = ""
    seed: int | None = None
    warnings: tuple[str, ...] = ()
    fingerprint: str = ""
    covariates: tuple[str, ...] = ()
    from_days: int | None = None
    """Where it is about part of the window only: the day on which that part begins."""
    conditional: bool = False
    """Whether it compares people, or days, chosen by what happened after randomisation."""
    quantity: str = ""
    """What is added up for each person, where a mean or a level is compared."""
    quantile: float | None = None
    """Of how many people the time is compared, where times to a share of people are."""

    def __post_init__(self) -> None:
        for name in NUMBERS:
            value = getattr(self, name)
            if value is not None and not math.isfinite(value):
                raise ValueError(f"finding {self.finding!r}: {name} is not a finite number")
            if value is not None and self.status != "estimated":
                raise ValueError(f"finding {self.finding!r} is {self.status} but has a {name}")
        if self.status != "estimated" and self.reason is None:
            raise ValueError(f"finding {self.finding!r} is {self.status} without a reason")
        if self.estimate is None and self.reason is None:
            raise ValueError(f"finding {self.finding!r} has neither an estimate nor a reason")
        if (self.conf_low is None) != (self.conf_high is None):
            raise ValueError(f"finding {self.finding!r} has half an interval")

    def withheld(self, reason: Reason) -> Finding:
        """Return this finding without any number or count: what it was about and why it is empty."""
        empty: dict[str, Any] = dict.fromkeys((*NUMBERS, *COUNTS))
        return replace(self, status="withheld", reason=reason, warnings=(), **empty)


COLUMNS = tuple(item.name for item in fields(Finding))
"""The columns of findings.csv, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """The numbers behind one figure or table: named columns, rows of plain values.

    `count_columns` names the columns that count people, which is what `release` must look at.
    `outcome` and `population` say what the rows are about; an exhibit about everyone randomised
    that no outcome enters (a flow chart, a baseline table) has no outcome.
    """

    id: str
    kind: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    count_columns: tuple[str, ...] = ()
    outcome: str = ""
    population: str = ""
    status: Status = "estimated"
    reason: Reason | None = None
    notes: Mapping[str, Cell] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = set(self.count_columns) - set(self.columns)
        if unknown:
            raise ValueError(f"exhibit {self.id!r} counts in columns it does not have: {sorted(unknown)}")
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"exhibit {self.id!r} has a row of {len(row)} values")
            for value in row:
                if isinstance(value, float) and not math.isfinite(value):
                    raise ValueError(f"exhibit {self.id!r} holds a number that is not finite")

    def records(self) -> list[dict[str, Cell]]:
        """Return the rows as dictionaries, for templates and figures."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def withheld(self, reason: Reason) -> Exhibit:
        """Return this exhibit without rows or notes: what it was about and why it is empty."""
        return replace(self, rows=(), notes={}, status="withheld", reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything one evaluation found: findings, exhibits and the context they were made in.

    `context` holds plain values only: the protocol as text and as data, versions, seeds, warnings.
    """

    rows: tuple[Finding, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind, names in (
            ("finding", [row.finding for row in self.rows]),
            ("exhibit", [exhibit.id for exhibit in self.exhibits]),
        ):
            repeated = sorted({name for name in names if names.count(name) > 1})
            if repeated:
                raise ValueError(f"two {kind}s share the name {repeated[0]!r}")

    def __add__(self, other: Findings) -> Findings:
        return Findings(
            rows=self.rows + other.rows,
            exhibits=self.exhibits + other.exhibits,
            context={**self.context, **other.context},
        )

    def of_analysis(self, analysis: str) -> tuple[Finding, ...]:
        """Return the findings of one analysis, in the order in which they were made."""
        return tuple(row for row in self.rows if row.analysis == analysis)

    def finding(self, name: str) -> Finding:
        """Return the finding with this name, or raise KeyError."""
        for row in self.rows:
            if row.finding == name:
                return row
        raise KeyError(name)

    def exhibits_of(self, kind: str) -> tuple[Exhibit, ...]:
        """Return the exhibits of one kind, such as "curve" or "flow"."""
        return tuple(exhibit for exhibit in self.exhibits if exhibit.kind == kind)

    def table(self) -> Any:
        """Return the findings as a pandas DataFrame with the columns of findings.csv."""
        import pandas as pd

        return pd.DataFrame(
            [[_csv_cell(getattr(row, name)) for name in COLUMNS] for row in self.rows], columns=list(COLUMNS)
        )

    def _repr_html_(self) -> str:
        shown = self.table()[
            ["finding", "role", "population", "estimate", "conf_low", "conf_high", "status", "reason"]
        ]
        banner = "<p><strong>Internal:</strong> unreleased findings may point at people; do not copy out.</p>"
        return banner + shown.to_html(index=False, escape=True, na_rep="")


def concatenate(parts: Iterable[Findings]) -> Findings:
    """Join findings in order; two findings of one name are an error."""
    total = Findings()
    for part in parts:
        total = total + part
    return total


def to_json(findings: Findings) -> str:
    """Write findings as JSON: keys sorted, floats in the shortest form that reads back exactly."""
    document = {
        "schema": SCHEMA,
        "context": findings.context,
        "findings": [{name: _plain(getattr(row, name)) for name in COLUMNS} for row in findings.rows],
        "exhibits": [
            {item.name: _plain(getattr(exhibit, item.name)) for item in fields(Exhibit)}
            for exhibit in findings.exhibits
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"


def from_json(text: str) -> Findings:
    """Read findings back from `to_json`; another form is a ValueError, KeyError or TypeError.

    >>> from_json(to_json(Findings(context={"a": 1}))).context
    {'a': 1}
    """
    document = json.loads(text)
    if document["schema"] != SCHEMA:
        raise ValueError(f"findings are written in form {SCHEMA}")
    return Findings(
        rows=tuple(_finding_from(row) for row in document["findings"]),
        exhibits=tuple(_exhibit_from(exhibit) for exhibit in document["exhibits"]),
        context=document["context"],
    )


def _finding_from(row: dict[str, Any]) -> Finding:
    lists: dict[str, Any] = {name: tuple(row[name]) for name in ("warnings", "covariates")}
    return Finding(**{**row, **lists})


def _exhibit_from(exhibit: dict[str, Any]) -> Exhibit:
    lists: dict[str, Any] = {name: tuple(exhibit[name]) for name in ("columns", "count_columns")}
    return Exhibit(**{**exhibit, **lists, "rows": tuple(tuple(row) for row in exhibit["rows"])})


def slug(*parts: str) -> str:
    """Join the parts of a finding's name, leaving out the empty ones.

    >>> slug("primary", "assigned", "risk_difference", "aid-control", "", "364d")
    'primary/assigned/risk_difference/aid-control/364d'
    """
    return "/".join(part for part in parts if part)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, float) and value == 0:
        return 0.0
    return value


def _csv_cell(value: Any) -> Any:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(str(item) for item in value)
    return value
