"""One trial under several definitions of reoffending: how much of a result is the definition.

A definition alone can move the share that reoffends several times over. Looking at all of them is no licence
to choose: the table is a sensitivity, and its first row is what the protocol declares. A longer window or lag
can be seen to the end for fewer people; where that would leave too few of them, the row says so, because the
difference between two rows would be that of two sets of people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from pydantic import ValidationError

from primus_eval.definitions import PRESETS, Reoffending, for_trial, preset
from primus_eval.errors import InputError, Problem
from primus_eval.findings import Cell, Exhibit
from primus_eval.measurement import Measurement, measure_by_rules
from primus_eval.numerics.cumulative_incidence import incidence_at, incidence_difference
from primus_eval.numerics.proportions import Table2x2, risk_difference_newcombe
from primus_eval.protocol import ASSIGNED, Data, Outcome
from primus_eval.protocol.needs import classes_named, needs_of
from primus_eval.schema import text_in
from primus_eval.trial import Trial

COLUMNS = (
    "definition",
    "label",
    "origin",
    "method",
    "n_treatment",
    "known_treatment",
    "events_treatment",
    "risk_treatment",
    "n_control",
    "known_control",
    "events_control",
    "risk_control",
    "estimate",
    "conf_low",
    "conf_high",
    "reason",
)
COUNTS = (
    "n_treatment",
    "known_treatment",
    "events_treatment",
    "n_control",
    "known_control",
    "events_control",
)
NOT_IN_THE_DATA, NOBODY, TOO_FEW_FOLLOWED = "not_in_the_data", "one_arm_empty", "too_few_followed"
DOES_NOT_FIT = "does_not_fit_the_clock"

FEWEST_FOLLOWED = 0.8
"""The share of the people of the first row below which another row is about other people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One definition with the name and the label of its row; origin: own, preset or official."""

    name: str
    label: str
    origin: str
    definition: Reoffending | None


def compare_definitions(
    trial: Trial,
    definitions: Mapping[str, Reoffending | str] | Iterable[str] | None = None,
    *,
    outcome: str | None = None,
    population: str = ASSIGNED,
    conf_level: float = 0.95,
) -> Exhibit:
    """Measure the same people under several definitions: share with the event by arm, and the difference.

    definitions: definitions by name, or names of presets, which take over the clock, the custody and the
    leaving rules of the outcome's own definition, as does a preset that stands for a definition by its name;
    left out, those of the protocol's [comparison].
    outcome: id of an outcome by rules, the first row; left out, that of [comparison].

    Returns an exhibit of kind definitions: by arm people, those of whom it is known whether they reoffended,
    people with the event and their share, and the risk difference, treatment minus control, with its
    interval. Where it is not known of everybody (some left the country) shares and difference are those of
    Aalen and Johansen, otherwise plain shares with the hybrid score interval; `method` says which. A
    definition that asks for what the data do not hold, or that can be seen to the end for fewer than four
    fifths of the people of the first row, has a reason in place of numbers.
    Source: Newcombe 1998, Statistics in Medicine 17:873, method 10; numerics.cumulative_incidence.
    Checked: tests/test_comparison.py.

    Raises InputError where there is nothing to compare with.
    """
    if not isinstance(trial, Trial):
        raise TypeError("compare_definitions takes a Trial: first load_trial")
    if isinstance(definitions, str):
        raise TypeError("compare_definitions takes definitions by name, or names of presets in a list")
    declared = trial.protocol.comparison
    base = _base(trial, outcome or (declared.outcome if declared else None))
    rows = [_Row(name=base.id, label=text_in(base.label, "en"), origin="own", definition=_rules(base))]
    rows += _rows(definitions, trial, like=_rules(base))
    names = [row.name for row in rows]
    if len(set(names)) != len(names):
        raise _nothing(base.id, "two definitions have the same name.")
    found = [_measured(trial, base, row, population=population) for row in rows]
    people = len(found[0].frame) if found[0] is not None else 0
    return Exhibit(
        id=f"definitions/{base.id}",
        kind="definitions",
        columns=COLUMNS,
        rows=tuple(
            (row.name, row.label, row.origin, *_cells(row, each, people=people, conf_level=conf_level))
            for row, each in zip(rows, found, strict=True)
        ),
        count_columns=COUNTS,
        outcome=base.id,
        population=population,
        notes={"conf_level": conf_level, "rounded": False},
    )


def _base(trial: Trial, outcome: str | None) -> Outcome:
    by_rules = [each.id for each in trial.protocol.outcome if each.reoffending is not None]
    if outcome is None:
        if len(by_rules) != 1:
            raise _nothing("comparison", "it is not said which outcome is compared.")
        outcome = by_rules[0]
    base = trial.protocol.outcome_of(outcome)
    if base.reoffending is None:
        raise _nothing(outcome, "this outcome was delivered as measured, and no rules can be changed.")
    return base


def _rules(base: Outcome) -> Reoffending:
    assert base.reoffending is not None  # `_base` has seen to it
    return base.reoffending


def _nothing(key: str, what: str) -> InputError:
    return InputError(
        Problem(
            code="PE-C48",
            key=key,
            what=what,
            mend="Compare an outcome with reoffending: add [comparison] with outcome and presets to the "
            "protocol, or give compare_definitions an outcome and definitions.",
        )
    )


def _rows(
    definitions: Mapping[str, Reoffending | str] | Iterable[str] | None,
    trial: Trial,
    *,
    like: Reoffending,
) -> list[_Row]:
    if isinstance(definitions, Mapping):
        return [_given(name, definition, like) for name, definition in definitions.items()]
    declared = trial.protocol.comparison
    if definitions is None:
        definitions = declared.presets if declared else tuple(PRESETS)
    with_official = declared is not None and declared.official
    rows = []
    for name in definitions:
        plain, label = preset(name), PRESETS[name].label
        rows.append(_Row(name=name, label=label, origin="preset", definition=_fitted(plain, like)))
        if with_official and PRESETS[name].official:
            official = _fitted(preset(name, official=True), like)
            rows.append(_Row(name=f"{name}/official", label=label, origin="official", definition=official))
    return rows


def _given(name: str, definition: Reoffending | str, like: Reoffending) -> _Row:
    """Make the row of a definition that was given by name, itself or as the name of a preset."""
    if isinstance(definition, str):
        return _Row(name=name, label=name, origin="preset", definition=_fitted(preset(definition), like))
    if not isinstance(definition, Reoffending):
        raise TypeError(f"compare_definitions: {name!r} is neither a Reoffending nor the name of a preset")
    return _Row(name=name, label=name, origin="own", definition=definition)


def _fitted(definition: Reoffending, like: Reoffending) -> Reoffending | None:
    """Give a preset the clock of the trial; None where it cannot run on it."""
    try:
        return for_trial(definition, like=like)
    except ValidationError:
        return None


def _measured(trial: Trial, base: Outcome, row: _Row, *, population: str) -> Measurement | None:
    if row.definition is None or what_is_missing(row.definition, trial.protocol.data):
        return None
    return measure_by_rules(trial, base, row.definition, population=population)


def what_is_missing(definition: Reoffending, data: Data) -> tuple[str, ...]:
    """Say what the data do not hold of what a definition asks for: tables, columns, codes of its words.

    Each thing is a phrase such as "data.events.sanction"; empty where the definition can be counted. Where
    no code means any of its kinds nobody could have an event: that is not known, and no share of zero.
    Checked: tests/test_comparison.py.
    """
    missing = []
    for need in needs_of(definition):
        table = getattr(data, need.table)
        if table is None or (need.key is not None and getattr(table, need.key) is None):
            key = "" if table is None or need.key is None else f".{need.key}"
            missing.append(f"data.{need.table}{key}")
    if missing:
        return tuple(dict.fromkeys(missing))
    said = (
        *(f"a code that means {' or '.join(wanted)}" for wanted in _words_without_codes(definition, data)),
        *(() if _has_classes(definition, data) else ("codes for the classes of offences that it names",)),
        *(() if _has_currency(definition, data) else ("fines in its currency",)),
    )
    return said


def missing_by_preset(trial: Trial) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return name, label and what is missing of each definition that [comparison] sets beside the protocol's.

    Missing is what `what_is_missing` says, or that the definition does not fit the trial's clock. Empty
    where no comparison is declared. Checked: tests/test_comparison.py.
    """
    declared = trial.protocol.comparison
    if declared is None:
        return ()
    like = _rules(_base(trial, declared.outcome))
    no_fit = ("rules that fit the clock of the trial",)
    return tuple(
        (
            row.name,
            row.label,
            no_fit if row.definition is None else what_is_missing(row.definition, trial.protocol.data),
        )
        for row in _rows(None, trial, like=like)
    )


def _words_without_codes(definition: Reoffending, data: Data) -> list[tuple[str, ...]]:
    """Return the words of each field that chooses rows, where no code means one of them."""
    events, custody = data.events, data.custody
    assert events is not None and events.kind is not None  # every definition needs them
    sanctions = set() if events.sanction is None else set(events.sanction.codes.values())
    reasons = set() if custody is None or custody.reason is None else set(custody.reason.codes.values())
    chosen = (
        (definition.kinds, {events.kind.every, *events.kind.codes.values()}),
        (definition.sanctions, sanctions),
        (("fine",) if definition.fine_below is not None else (), sanctions),
        (definition.custody_reasons, reasons),
    )
    return [tuple(wanted) for wanted, meant in chosen if wanted and meant.isdisjoint(wanted)]


def _has_currency(definition: Reoffending, data: Data) -> bool:
    """Whether fines are in the currency of the definition, as far as their column says its unit."""
    events, below = data.events, definition.fine_below
    if below is None or events is None or events.fine_amount is None:
        return True
    unit = events.columns[events.fine_amount].unit
    return unit is None or below.currency in unit.values()


def _has_classes(definition: Reoffending, data: Data) -> bool:
    """Whether every class of offences that is named is what some code means, or a code itself."""
    classes = {name for named in classes_named(definition).values() for name in named}
    coded = data.events.offence_class if data.events is not None else None
    if not classes or data.events is None or coded is None:
        return not classes
    levels = data.events.columns[coded.column].levels or {}
    return classes <= {coded.codes.get(code, code) for code in levels}


def _cells(row: _Row, measurement: Measurement | None, *, people: int, conf_level: float) -> tuple[Cell, ...]:
    if row.definition is None:
        return without_numbers(DOES_NOT_FIT)
    if measurement is None:
        return without_numbers(NOT_IN_THE_DATA)
    if len(measurement.frame) < FEWEST_FOLLOWED * people:
        return without_numbers(TOO_FEW_FOLLOWED)
    known, event = measurement.known_at_horizon, measurement.event
    arms = (measurement.treated, ~measurement.treated)
    if not all(arm.any() for arm in arms):
        return without_numbers(NOBODY)
    risks: list[Cell]
    if known.all():
        method, risks = "newcombe", [float(event[arm].mean()) for arm in arms]
        effect = risk_difference_newcombe(_table(measurement), conf_level=conf_level)
    else:
        method, risks = "aalen_johansen", [_incidence(measurement, arm, conf_level) for arm in arms]
        effect = incidence_difference(
            measurement.time_days,
            event,
            measurement.competing,
            measurement.treated,
            horizon_days=measurement.horizon_days,
            conf_level=conf_level,
        )
    if effect.estimate is None:
        return without_numbers(str(effect.reason))
    counts = [
        (int(arm.sum()), int((arm & known).sum()), int((arm & event).sum()), risk)
        for arm, risk in zip(arms, risks, strict=True)
    ]
    return (method, *counts[0], *counts[1], effect.estimate, effect.conf_low, effect.conf_high, None)


def _table(measurement: Measurement) -> Table2x2:
    event, treated = measurement.event, measurement.treated
    return Table2x2(
        events_treatment=int((event & treated).sum()),
        n_treatment=int(treated.sum()),
        events_control=int((event & ~treated).sum()),
        n_control=int((~treated).sum()),
    )


def _incidence(measurement: Measurement, arm: np.ndarray, conf_level: float) -> float | None:
    return incidence_at(
        measurement.time_days[arm],
        measurement.event[arm],
        measurement.competing[arm],
        horizon_days=measurement.horizon_days,
        conf_level=conf_level,
    ).estimate


def without_numbers(reason: str) -> tuple[Cell, ...]:
    """Return the cells of a row that has a reason in place of numbers."""
    return (*(None,) * (len(COLUMNS) - 4), reason)
