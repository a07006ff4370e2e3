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

    The mean total of the treatment arm in the base case; its interval stands with the costs.
    """
    mean = next((row for each in exhibits if each.kind == "costs_by_arm" for row in _totals(each)), None)
    if mean is None:
        return list(exhibits)
    return [_filled(each, mean) for each in exhibits]


def _totals(costs: Exhibit) -> list[dict[str, Cell]]:
    wanted = {"variant": "base", "item": "total", "arm": "treatment"}
    rows = costs.records()
    return [row for row in rows if wanted.items() <= row.items() and row["mean"] is not None]


def _filled(exhibit: Exhibit, cost: dict[str, Cell]) -> Exhibit:
    if exhibit.kind == "indicators":
        people, mean = int(cost["people"] or 0), float(cost["mean"] or 0.0)
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
