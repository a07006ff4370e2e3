"""The same people under several definitions of reoffending: how much of a result is the definition.

A definition alone can move the share that reoffends several times over. Looking at all of them is no licence
to choose: the table is a sensitivity, and its first row is what the protocol declares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from primus_eval.definitions import PRESETS, Reoffending, for_trial, preset
from primus_eval.errors import InputError, Problem
from primus_eval.findings import Cell, Exhibit
from primus_eval.measurement import Measurement, measure_by_rules
from primus_eval.numerics.proportions import Table2x2, risk_difference_newcombe
from primus_eval.protocol import ASSIGNED, Data, Outcome
from primus_eval.protocol.needs import classes_named, needs_of
from primus_eval.schema import text_in
from primus_eval.trial import Trial

COLUMNS = (
    "definition",
    "label",
    "origin",
    "n_treatment",
    "events_treatment",
    "risk_treatment",
    "n_control",
    "events_control",
    "risk_control",
    "estimate",
    "conf_low",
    "conf_high",
    "reason",
)
COUNTS = ("n_treatment", "events_treatment", "n_control", "events_control")
NOT_IN_THE_DATA, NOBODY = "not_in_the_data", "one_arm_empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One definition with the name and the label of its row; origin: own, preset or official."""

    name: str
    label: str
    origin: str
    definition: Reoffending


def compare_definitions(
    trial: Trial,
    definitions: Mapping[str, Reoffending] | Iterable[str] | None = None,
    *,
    outcome: str | None = None,
    population: str = ASSIGNED,
    conf_level: float = 0.95,
) -> Exhibit:
    """Measure the same people under several definitions: share with the event by arm, and the difference.

    definitions: definitions by name, or names of presets, which take over the clock, the custody and the
    leaving rules of the outcome's own definition; left out, those of the protocol's [comparison].
    outcome: id of an outcome by rules, the first row; left out, that of [comparison].

    Returns an exhibit of kind definitions: people and people with the event by arm, shares, and the risk
    difference, treatment minus control, with its hybrid score interval. People of whom it is not known
    whether they reoffended (they left the country) are left out of their row. A definition that asks for
    what the data do not hold has a reason in place of numbers.
    Source: Newcombe 1998, Statistics in Medicine 17:873, method 10. Checked: tests/test_comparison.py.

    Raises InputError where there is nothing to compare with.
    """
    declared = trial.protocol.comparison
    base = _base(trial, outcome or (declared.outcome if declared else None))
    rows = [_Row(name=base.id, label=text_in(base.label, "en"), origin="own", definition=_rules(base))]
    rows += _rows(definitions, trial, like=_rules(base))
    names = [row.name for row in rows]
    if len(set(names)) != len(names):
        raise _nothing(base.id, "two definitions have the same name.")
    return Exhibit(
        id=f"definitions/{base.id}",
        kind="definitions",
        columns=COLUMNS,
        rows=tuple(_compared(trial, base, row, population=population, conf_level=conf_level) for row in rows),
        count_columns=COUNTS,
        outcome=base.id,
        population=population,
        notes={"conf_level": conf_level, "method": "newcombe", "rounded": False},
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
    definitions: Mapping[str, Reoffending] | Iterable[str] | None, trial: Trial, *, like: Reoffending
) -> list[_Row]:
    if isinstance(definitions, Mapping):
        return [
            _Row(name=name, label=name, origin="own", definition=definition)
            for name, definition in definitions.items()
        ]
    declared = trial.protocol.comparison
    if definitions is None:
        definitions = declared.presets if declared else tuple(PRESETS)
    with_official = declared is not None and declared.official
    rows = []
    for name in definitions:
        plain = for_trial(preset(name), like=like)
        rows.append(_Row(name=name, label=PRESETS[name].label, origin="preset", definition=plain))
        if with_official and PRESETS[name].official:
            official = for_trial(preset(name, official=True), like=like)
            label = PRESETS[name].label
            rows.append(_Row(name=f"{name}/official", label=label, origin="official", definition=official))
    return rows


def _compared(
    trial: Trial, base: Outcome, row: _Row, *, population: str, conf_level: float
) -> tuple[Cell, ...]:
    head: tuple[Cell, ...] = (row.name, row.label, row.origin)
    empty: tuple[Cell, ...] = (None,) * (len(COLUMNS) - len(head) - 1)
    if not _can_be_counted(row.definition, trial.protocol.data):
        return (*head, *empty, NOT_IN_THE_DATA)
    found = measure_by_rules(trial, base, row.definition, population=population)
    return (*head, *_numbers(found, conf_level=conf_level))


def _can_be_counted(definition: Reoffending, data: Data) -> bool:
    """Whether the data hold what a definition asks for: tables, columns, and codes that mean its words.

    Where no code means any of its kinds nobody could have an event: that is not known, and no share of zero.
    """
    for need in needs_of(definition):
        table = getattr(data, need.table)
        if table is None or (need.key is not None and getattr(table, need.key) is None):
            return False
    return _has_words(definition, data) and _has_classes(definition, data)


def _has_words(definition: Reoffending, data: Data) -> bool:
    """Whether some code means one of the words of each field that chooses rows."""
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
    return all(not wanted or not meant.isdisjoint(wanted) for wanted, meant in chosen)


def _has_classes(definition: Reoffending, data: Data) -> bool:
    """Whether every class of offences that is named is what some code means, or a code itself."""
    classes = {name for named in classes_named(definition).values() for name in named}
    coded = data.events.offence_class if data.events is not None else None
    if not classes or data.events is None or coded is None:
        return not classes
    levels = data.events.columns[coded.column].levels or {}
    return classes <= {coded.codes.get(code, code) for code in levels}


def _numbers(measurement: Measurement, *, conf_level: float) -> tuple[Cell, ...]:
    known, treated = measurement.known_at_horizon, measurement.treated
    event = measurement.event
    return numbers_of(
        Table2x2(
            events_treatment=int((event & treated & known).sum()),
            n_treatment=int((treated & known).sum()),
            events_control=int((event & ~treated & known).sum()),
            n_control=int((~treated & known).sum()),
        ),
        conf_level=conf_level,
    )


def numbers_of(table: Table2x2, *, conf_level: float) -> tuple[Cell, ...]:
    """Return the cells of a row from its counts of people alone: counts, shares, difference, reason."""
    if table.has_empty_arm:
        return (*(None,) * 9, NOBODY)
    effect = risk_difference_newcombe(table, conf_level=conf_level)
    return (
        table.n_treatment,
        table.events_treatment,
        table.risk_treatment,
        table.n_control,
        table.events_control,
        table.risk_control,
        effect.estimate,
        effect.conf_low,
        effect.conf_high,
        None,
    )
