"""Risks by curves where few people left early: shown as shares of whole people, or not at all.

An Aalen-Johansen or Kaplan-Meier risk is a plain share where everybody was followed, and each person who
left early moves it by an amount that hardly anything else gives: from the exact risk, with the numbers of
people and of events, one to four of them can be counted. So where an arm lost so few, its risk is rounded to
a whole number of people, and everything shown follows from that number.

A comparison of yes/no outcomes counts the events exactly, or lacks just those who left early: beside a risk
by curves it would undo the rounding. Of the two the one with the lesser role, or the later one, is withheld.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from primus_eval.disclosure.cells import cell_problem, is_small
from primus_eval.disclosure.contributors import LEVELS
from primus_eval.findings import Cell, Exhibit, Finding, Findings
from primus_eval.methods import ABOUT
from primus_eval.numerics.effect import Effect
from primus_eval.numerics.proportions import Table2x2, proportion_wilson, risk_difference_newcombe
from primus_eval.protocol import ASSIGNED
from primus_eval.vocabulary import Role, words

KIND = "known"
"""The kind of exhibit that says of how many people the outcome is known; it never leaves."""

BY_CURVES = ("aalen_johansen", "kaplan_meier")
YES_NO, BY_CURVE = "yes_no", "by_curve"
"""Findings that count events, and findings read from curves: of what has both, one kind is shown."""

NEARLY_CURVES = ("pseudo_observations", "cox_standardised")
"""Methods whose risks are nearly those of the curves, with covariates or without."""

ROUNDED = (
    "To protect the few people, if any, who were not followed to the end, shares are rounded to whole "
    "people, and the interval is a score interval of the rounded shares."
)

Target = tuple[str, str]
Arms = tuple[str, str]
ARMS: Arms = ("treatment", "control")


def without_early_losses(findings: Findings, rows: tuple[Finding, ...], *, k: int) -> tuple[Finding, ...]:
    """Return released findings in which nobody who left early can be counted.

    findings: as evaluated, with exhibits of kind known; rows: those that are shown so far.
    Checked: tests/test_release_early.py.
    """
    told = _told(findings, k=k)
    tables = _two_levels(findings)
    kinds = _kinds_shown(findings.rows or rows, tables)

    def shown(row: Finding) -> Finding:
        about = (row.outcome, row.population, row.horizon_days)
        if about not in told or row.status == "withheld" or row.from_days is not None:
            return row
        if _is_other_kind(row, kinds.get(about), tables) or (
            _is_yes_no(row, tables) and _counts_who_left(row)
        ):
            return row.withheld("differencing")
        return _shown(row, told[about], k=k)

    return tuple(shown(row) for row in rows)


def whole_people(
    findings: Findings, rows: tuple[Finding, ...], *, k: int
) -> dict[tuple[str, str, Cell], Table2x2]:
    """Return the whole people that released risks by curves stand for, by what they are about."""
    shown = {(row.outcome, row.population, row.horizon_days) for row in rows if ROUNDED in row.warnings}
    return {
        about: table for about, table in _told(findings, k=k).items() if table is not None and about in shown
    }


def _told(findings: Findings, *, k: int) -> dict[tuple[str, str, Cell], Table2x2 | None]:
    """Return the risks of arms that lost few people early as whole people, by what they are about."""
    return {
        (exhibit.outcome, exhibit.population, exhibit.notes.get("horizon_days")): _whole_people(exhibit)
        for exhibit in findings.exhibits_of(KIND)
        if _lost_few(exhibit, k=k)
    }


def _kinds_shown(rows: tuple[Finding, ...], tables: Collection[str]) -> dict[tuple[str, str, Cell], str]:
    """Say of everything that has both kinds of finding which of them is shown: of the first, by role.

    All findings are looked at as they were asked for, whether or not they could be estimated.
    """
    found: dict[tuple[str, str, Cell], list[str]] = {}
    for row in sorted(rows, key=lambda row: words(Role).index(row.role)):
        if row.from_days is None and (_is_yes_no(row, tables) or _is_by_curve(row)):
            kind = YES_NO if _is_yes_no(row, tables) else BY_CURVE
            found.setdefault((row.outcome, row.population, row.horizon_days), []).append(kind)
    return {about: kinds[0] for about, kinds in found.items() if len(set(kinds)) > 1}


def _two_levels(findings: Findings) -> set[str]:
    """Return the analyses of seriousness with one cut: a table of those beyond it, by arm."""
    cuts: dict[str, set[Cell]] = {}
    for exhibit in findings.exhibits_of(LEVELS):
        cuts.setdefault(str(exhibit.notes["analysis"]), set()).update(row["cut"] for row in exhibit.records())
    return {analysis for analysis, found in cuts.items() if len(found - {None}) == 1}


def _is_yes_no(row: Finding, tables: Collection[str]) -> bool:
    """Whether a finding rests on how many had the event; tables: analyses of two levels of seriousness."""
    about = ABOUT.get(row.method)
    if row.analysis in tables:
        return True
    return about is not None and not about.on_time and about.reads == "first_event"


def _is_by_curve(row: Finding) -> bool:
    return row.method in NEARLY_CURVES or (
        row.effect_measure == "survival_difference"
        or (row.method in BY_CURVES and row.effect_measure in ("risk_difference", "proportion"))
    )


def _is_other_kind(row: Finding, kept: str | None, tables: Collection[str]) -> bool:
    if kept is None:
        return False
    return _is_by_curve(row) if kept == YES_NO else _is_yes_no(row, tables)


def _counts_who_left(row: Finding) -> bool:
    """Whether that there is no answer says that somebody of a part of the trial left early."""
    return row.population != ASSIGNED and row.reason == "followup_incomplete_at_horizon"


def _lost_few(known: Exhibit, *, k: int) -> bool:
    """Whether an arm lost one to k - 1 people early; in a part of the trial, or nobody."""
    lost = [int(row["n"] or 0) - int(row["known"] or 0) for row in known.records()]
    in_part = known.population != ASSIGNED
    return any(is_small(n, k) or (in_part and n == 0) for n in lost)


def _whole_people(known: Exhibit) -> Table2x2 | None:
    """Return the risks of both arms as whole people; None where that of an arm is not determined."""
    arms = {str(row["arm"]): row for row in known.records()}
    people = {arm: int(arms[arm]["n"] or 0) for arm in ARMS}
    if any(arms[arm]["risk"] is None or not people[arm] for arm in ARMS):
        return None
    events = {arm: round(float(arms[arm]["risk"] or 0.0) * people[arm]) for arm in ARMS}
    return Table2x2(
        events_treatment=events["treatment"],
        n_treatment=people["treatment"],
        events_control=events["control"],
        n_control=people["control"],
    )


def _shown(row: Finding, table: Table2x2 | None, *, k: int) -> Finding:
    """Hide how many had the event, and give risks by curves as shares of whole people.

    Where the risk of an arm is not determined, that of the other has no partner to be rounded with.
    """
    by_curve = row.method not in NEARLY_CURVES and _is_by_curve(row)
    if table is None:
        hidden = replace(row, events_treatment=None, events_control=None)
        return hidden.withheld("differencing") if by_curve and row.status == "estimated" else hidden
    if row.n_treatment not in (None, table.n_treatment) or row.n_control not in (None, table.n_control):
        return row  # about other people: a yes/no comparison of those whose outcome is known
    in_part = row.population != ASSIGNED
    problem = cell_problem(table.events_treatment, table.n_treatment, k=k, in_part=in_part) or cell_problem(
        table.events_control, table.n_control, k=k, in_part=in_part
    )
    if problem is not None:
        return row.withheld(problem)
    row = replace(row, events_treatment=None, events_control=None)
    if row.method in NEARLY_CURVES and row.status == "estimated":
        return row.withheld("differencing")
    if not by_curve or row.status != "estimated" or row.conf_level is None:
        return row
    effect = _effect(row, table)
    return replace(
        row,
        estimate=effect.estimate,
        conf_low=effect.conf_low,
        conf_high=effect.conf_high,
        std_error=None,
        statistic=None,
        df=None,
        p_value=None,
        reason=effect.reason,
        warnings=(*row.warnings, ROUNDED),
    )


def _effect(row: Finding, table: Table2x2) -> Effect:
    assert row.conf_level is not None  # asked by `_shown`
    if row.effect_measure == "proportion":
        events, n = (
            (table.events_treatment, table.n_treatment)
            if row.term == "treatment"
            else (table.events_control, table.n_control)
        )
        return proportion_wilson(events, n, conf_level=row.conf_level)
    effect = risk_difference_newcombe(table, conf_level=row.conf_level)
    if row.effect_measure != "survival_difference" or effect.estimate is None:
        return effect
    assert effect.conf_low is not None and effect.conf_high is not None  # Newcombe's always has both
    return replace(effect, estimate=-effect.estimate, conf_low=-effect.conf_high, conf_high=-effect.conf_low)
