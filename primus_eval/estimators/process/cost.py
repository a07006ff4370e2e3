"""The one indicator that is an economic number: what the programme cost for each person offered it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from primus_eval.estimators.process.catalogue import entry_of
from primus_eval.estimators.process.measures import Numbers
from primus_eval.estimators.process.rows import Part, row_of
from primus_eval.findings import Cell, Exhibit
from primus_eval.numerics.effect import Effect
from primus_eval.vocabulary import Indicator

INDICATOR: Indicator = "cost_per_person"


def with_cost(exhibits: Sequence[Exhibit]) -> list[Exhibit]:
    """Return the exhibits with the cost per person among the indicators, where costs by arm are among them.

    The base case's items that deliver the programme, of the treatment arm: accounts and prices per person
    offered or matched, per contact or hour. Services, custody and decisions are not delivery, and volunteers'
    hours are no money spent. Left uncollected where the perspective counts no such item.
    Checked: tests/test_process_rows.py by hand.
    """
    items = [row for each in exhibits if each.kind == "costs_by_arm" for row in _of_delivery(each)]
    if not items or any(row["mean"] is None for row in items):
        return list(exhibits)
    return [_filled(each, items) for each in exhibits]


def _of_delivery(costs: Exhibit) -> list[dict[str, Cell]]:
    rows = [row for row in costs.records() if (row["variant"], row["arm"]) == ("base", "treatment")]
    return [row for row in rows if costs.notes.get(f"delivery_{row['item']}")]


def _filled(exhibit: Exhibit, items: Sequence[dict[str, Cell]]) -> Exhibit:
    if exhibit.kind == "indicators":
        people = min(int(row["people"] or 0) for row in items)
        mean = sum(float(row["mean"] or 0.0) for row in items)
        numbers = Numbers(
            numerator=mean * people,
            denominator=people,
            people=people,
            people_with=None,
            effect=Effect(estimate=mean),
        )
        row = row_of(entry_of(INDICATOR), Part(numbers=numbers), target=None, conf_level=0.0)
        rows = tuple(row if each[0] == INDICATOR else each for each in exhibit.rows)
        return replace(exhibit, rows=rows)
    if exhibit.kind == "coverage":
        place = exhibit.columns.index("indicator")
        rows = tuple((*each[:-1], "reported") if each[place] == INDICATOR else each for each in exhibit.rows)
        return replace(exhibit, rows=rows)
    return exhibit
