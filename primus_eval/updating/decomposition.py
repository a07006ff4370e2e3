"""An estimate then and now, step by step: what was revised, and what came with longer follow-up.

Three deliveries of data answer the same analyses: the former one; the later one as it would have looked on
the former day; and the later one. The first step is what the registers revised, the second what happened
since. Where the former report is given and does not come out again from its own data, a step before them is
the code: it says what the present version makes of the former data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isclose

from primus_eval.estimators import estimate
from primus_eval.findings import Cell, Exhibit, Finding, Findings, concatenate
from primus_eval.measurement import Measurement, measure
from primus_eval.protocol import Analysis, Protocol
from primus_eval.trial import Trial

COUNTS = ("n_treatment", "n_control", "events_treatment", "events_control")
ESTIMATES = ("estimate", "conf_low", "conf_high")
COLUMNS = ("step", "analysis", *ESTIMATES, *COUNTS)
AS_SHOWN = "steps_as_shown"
"""The kind of exhibit that says how a release shows the steps before now; it never leaves."""

SAME = 1e-9
"""Two runs of one version on other machines agree to this, relative."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A former report and its data evaluated again under the same rules of release, to be held together."""

    findings: Findings
    again: Findings

    @property
    def changed(self) -> tuple[str, ...]:
        """The analyses whose numbers do not come out again."""
        now = {row.finding: row for row in self.again.rows}
        return tuple(
            dict.fromkeys(
                row.analysis
                for row in self.findings.rows
                if row.finding not in now or not _alike(row, now[row.finding])
            )
        )


def _alike(one: Finding, other: Finding) -> bool:
    pairs = [(getattr(one, name), getattr(other, name)) for name in ESTIMATES]
    return all(
        left == right if left is None or right is None else isclose(left, right, rel_tol=SAME, abs_tol=1e-12)
        for left, right in pairs
    )


def decomposition(
    then: Trial,
    old_cut: Trial,
    now: Trial,
    *,
    reported: Reported | None = None,
    shown: Mapping[str, Findings] | None = None,
) -> tuple[Exhibit, ...]:
    """Draw up each analysis of an outcome by rules then, on the revised old data, and now.

    shown: the findings of the steps before now as a release shows them, by step. They become an exhibit of
    their own, for the release alone: so a step is shown there as its findings are, and in no other digits.

    Outcomes that are not counted from events, whose old state cannot be told, are left out; nothing is drawn
    up where there is no other. An analysis with several findings, such as one for each arm, shows its people
    and events only.
    Checked: tests/test_update.py (a conviction taken out moves the second step only, and back).
    """
    steps = {"then": then, "revised_old_data": old_cut, "now": now}
    asked = _asked(then.protocol)
    if not asked:
        return ()
    found = {step: _estimates(trial, asked) for step, trial in steps.items()}
    rows = [row for item in asked for row in _rows(item.id, found, reported)]
    return (
        *_as_shown(asked, shown),
        Exhibit(
            id="decomposition",
            kind="decomposition",
            columns=COLUMNS,
            rows=tuple(rows),
            count_columns=COUNTS,
            notes={
                "cutoff_then": str(then.protocol.data.data_cutoff),
                "cutoff_now": str(now.protocol.data.data_cutoff),
                "report_given": reported is not None,
                "changed_code": len(reported.changed) if reported is not None else None,
            },
        ),
    )


def _as_shown(asked: Sequence[Analysis], shown: Mapping[str, Findings] | None) -> tuple[Exhibit, ...]:
    """Write down what a release shows of the steps before now; nothing where nothing is released."""
    if shown is None:
        return ()
    rows = [
        _row(step, item.id, findings.of_analysis(item.id))[: 2 + len(ESTIMATES)]
        for item in asked
        for step, findings in shown.items()
    ]
    return (Exhibit(id=AS_SHOWN, kind=AS_SHOWN, columns=COLUMNS[: 2 + len(ESTIMATES)], rows=tuple(rows)),)


def _asked(protocol: Protocol) -> list[Analysis]:
    return [item for item in protocol.analysis if protocol.outcome_of(item.outcome).reoffending is not None]


def _estimates(trial: Trial, asked: Sequence[Analysis]) -> Findings:
    measured: dict[tuple[str, str], Measurement] = {}
    parts = []
    for item in asked:
        target = item.outcome, item.population
        if target not in measured:
            measured[target] = measure(trial, item.outcome, population=item.population)
        parts.append(estimate(measured[target], item))
    return concatenate(parts)


def _rows(analysis: str, found: Mapping[str, Findings], reported: Reported | None) -> list[tuple[Cell, ...]]:
    rows = []
    for step, findings in found.items():
        own = findings.of_analysis(analysis)
        if step == "then" and reported is not None and analysis in reported.changed:
            rows.append(_row("then", analysis, reported.findings.of_analysis(analysis)))
            step = "changed_code"
        rows.append(_row(step, analysis, own))
    return rows


def _row(step: str, analysis: str, findings: Sequence[Finding]) -> tuple[Cell, ...]:
    """One step of one analysis; of several findings the people of the first, and no estimate."""
    if not findings:
        return (step, analysis, *(None,) * 7)
    first = findings[0]
    numbers: tuple[Cell, ...] = (None, None, None)
    if len(findings) == 1:
        numbers = first.estimate, first.conf_low, first.conf_high
    return (step, analysis, *numbers, *(getattr(first, name) for name in COUNTS))
