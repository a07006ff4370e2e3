"""The tables of a report as tidy rows: labels in words, numbers as numbers.

Each `*_records` gives plain rows, from which the report writes tables/*.csv; each `*_frame` the same
rows as a pandas DataFrame, for a notebook. Tables take Findings, never a Trial. Numbers keep the
units of the findings: proportions, ratios and days.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from primus_eval.findings import COUNTS, Cell, Exhibit, Finding, Findings
from primus_eval.methods import ONE_ARM, TRANSITION_METHODS
from primus_eval.wording.pieces import capitalised, plain_text
from primus_eval.wording.quantities import level_of
from primus_eval.wording.sentences import measure
from primus_eval.wording.stored import definition_text, engine_text, stratum_text
from primus_eval.wording.subject import Subject, includes_no_difference, subject_of

if TYPE_CHECKING:
    import pandas as pd

Record = dict[str, Cell]


def results_records(findings: Findings, *, language: str = "en") -> list[Record]:
    """Return one row per finding: whom and what it is about, estimate, interval, p-value and people."""
    subject = subject_of(findings, language=language)
    return [_result(row, subject) for row in findings.rows]


def results_frame(findings: Findings, *, language: str = "en") -> pd.DataFrame:
    """Return `results_records` as a frame."""
    return _frame(results_records(findings, language=language))


def p_value_records(findings: Findings, *, language: str = "en") -> list[Record]:
    """Return the findings that have a p-value, smallest first within each outcome and population."""
    subject = subject_of(findings, language=language)
    rows = [row for group in p_value_groups(findings) for row in group]
    return [
        {
            **_names(row, subject),
            "asks": plain_text(subject.asks(row)),
            "p_value": row.p_value,
            "level": level_of(row),
            "below_level": is_below_level(row),
        }
        for row in rows
    ]


def p_value_frame(findings: Findings, *, language: str = "en") -> pd.DataFrame:
    """Return `p_value_records` as a frame."""
    return _frame(p_value_records(findings, language=language))


def p_value_groups(findings: Findings) -> list[list[Finding]]:
    """Group the findings with a p-value by outcome, population and horizon, smallest p first in each."""
    groups: dict[tuple[str, str, int | None], list[Finding]] = {}
    for row in apart_from_transition(findings):
        if row.p_value is not None:
            groups.setdefault((row.outcome, row.population, row.horizon_days), []).append(row)
    return [sorted(group, key=lambda row: (row.p_value or 0.0, row.finding)) for group in groups.values()]


def apart_from_transition(findings: Findings) -> list[Finding]:
    """Return the findings of all analyses but those that ask when reoffending happened."""
    apart = {row.analysis for row in findings.rows if row.method in TRANSITION_METHODS}
    return [row for row in findings.rows if row.analysis not in apart]


def interval_group(findings: Findings, finding: Finding) -> list[Finding]:
    """Return every contrast with an interval on the same outcome, population and horizon as `finding`."""
    about = (finding.outcome, finding.population, finding.horizon_days)
    return [
        row
        for row in apart_from_transition(findings)
        if (row.outcome, row.population, row.horizon_days) == about
        and row.effect_measure not in (*ONE_ARM, "number_needed_to_treat")
        and includes_no_difference(row) is not None
    ]


def is_below_level(finding: Finding) -> bool | None:
    """Return whether the p-value lies below that level; None where there is none."""
    return None if finding.p_value is None else finding.p_value < level_of(finding)


def baseline_records(findings: Findings, *, language: str = "en") -> list[Record]:
    """Return the rows of the baseline table: values by arm, missing values, standardised differences."""
    return _rows_of(findings, "baseline", subject_of(findings, language=language))


def baseline_frame(findings: Findings, *, language: str = "en") -> pd.DataFrame:
    """Return `baseline_records` as a frame."""
    return _frame(baseline_records(findings, language=language))


def flow_records(findings: Findings, *, language: str = "en") -> list[Record]:
    """Return the rows of the participant flow: stage, arm, reason, the reason in words, number of people."""
    return _rows_of(findings, "flow", subject_of(findings, language=language))


def flow_frame(findings: Findings, *, language: str = "en") -> pd.DataFrame:
    """Return `flow_records` as a frame."""
    return _frame(flow_records(findings, language=language))


def definitions_records(findings: Findings, *, language: str = "en") -> list[Record]:
    """Return the same people under each definition: shares by arm, the difference, or why there is none.

    is_rounded: whether every number was computed from rounded numbers of people.
    """
    subject = subject_of(findings, language=language)
    return [
        {
            "outcome": exhibit.outcome,
            **{name: value for name, value in record.items() if name != "reason"},
            "why_empty": subject.words.text(f"reason.{record['reason']}") if record["reason"] else None,
            "conf_level": exhibit.notes.get("conf_level"),
            "is_rounded": bool(exhibit.notes.get("rounded")),
        }
        for exhibit in findings.exhibits_of("definitions")
        for record in exhibit_records(exhibit, subject)
    ]


def definitions_frame(findings: Findings, *, language: str = "en") -> pd.DataFrame:
    """Return `definitions_records` as a frame."""
    return _frame(definitions_records(findings, language=language))


def _result(row: Finding, subject: Subject) -> Record:
    words = subject.words
    return {
        **_names(row, subject),
        "contrast": row.contrast,
        "term": row.term,
        "estimate": row.estimate,
        "conf_low": row.conf_low,
        "conf_high": row.conf_high,
        "conf_level": row.conf_level,
        "unit": row.unit,
        "p_value": row.p_value,
        **{name: getattr(row, name) for name in COUNTS},
        "status": row.status,
        "why_empty": words.text(f"reason.{row.reason}") if row.reason and row.reason != "test_only" else None,
        "engine": engine_text(row.engine, words).text,
    }


def _names(row: Finding, subject: Subject) -> Record:
    words = subject.words
    return {
        "finding": row.finding,
        "role": plain_text(subject.role(row)),
        "plan_status": words.text(f"plan_status.{row.plan_status}"),
        "outcome": plain_text(subject.outcome_label(row.outcome)),
        "population": plain_text(subject.population_of(row)),
        "measure": plain_text(capitalised(measure(row, subject))),
        "adjusted_for": plain_text(words.listed([subject.column(name) for name in row.covariates])) or None,
        "method": plain_text(subject.method(row)),
    }


def exhibit_records(exhibit: Exhibit, subject: Subject) -> list[Record]:
    """Return the rows of an exhibit, what it holds in words in the language of `subject`."""
    said = _IN_WORDS.get(exhibit.kind)
    return [{**row, **(said(row, exhibit, subject) if said else {})} for row in exhibit.records()]


def _characteristic(row: Record, exhibit: Exhibit, subject: Subject) -> Record:
    variable, level, label = (str(row[name]) for name in ("variable", "level", "level_label"))
    unit = str(row["unit"])
    return {
        "label": plain_text(subject.column(variable, str(row["label"]))),
        "unit": subject.unit_of(variable, unit).text if unit else unit,
        "level_label": subject.level(variable, level, label).text if label else label,
    }


def _step(row: Record, exhibit: Exhibit, subject: Subject) -> Record:
    return {"label": subject.reason_in_flow(str(row["reason"]), str(row["label"] or "")) or None}


def _definition(row: Record, exhibit: Exhibit, subject: Subject) -> Record:
    return {"label": plain_text((definition_text(str(row["definition"]), str(row["label"]), subject),))}


def _stratum(row: Record, exhibit: Exhibit, subject: Subject) -> Record:
    return {"stratum": stratum_text(str(row["stratum"]), subject).text}


def _level(row: Record, exhibit: Exhibit, subject: Subject) -> Record:
    analysis = str(exhibit.notes.get("analysis", ""))
    sides = ("label_below", "label_above")
    return {name: subject.seriousness(analysis, str(row[name])).text for name in sides}


_IN_WORDS: dict[str, Callable[[Record, Exhibit, Subject], Record]] = {
    "baseline": _characteristic,
    "flow": _step,
    "definitions": _definition,
    "allocation": _stratum,
    "proportional_odds": _level,
}
"""What is said in words, by the kind of exhibit that holds it."""


def _rows_of(findings: Findings, kind: str, subject: Subject) -> list[Record]:
    return [row for exhibit in findings.exhibits_of(kind) for row in exhibit_records(exhibit, subject)]


def _frame(records: list[Record]) -> Any:
    import pandas as pd

    return pd.DataFrame(records)
