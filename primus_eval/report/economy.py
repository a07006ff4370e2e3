"""What a report may say of costs: the results by their names, amounts of money and effects in words.

Convention: a difference in cost is treatment minus control; averted is control minus treatment, so that more
is better.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from primus_eval.findings import Cell, Exhibit
from primus_eval.report.page import Page, value_of
from primus_eval.wording import numbers
from primus_eval.wording.pieces import Number, Quoted, Sentence

BASE = "base"
TOTAL = "total"
"""The variant that was declared, and the item that is the sum of all others."""

EXHIBITS = (
    "unit_costs",
    "costs_by_arm",
    "economic_result",
    "plane",
    "acceptability",
    "break_even",
    "budget_impact",
    "transported",
)
"""The kinds of exhibits of an economic evaluation, in the order in which a report needs them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Economy:
    """The economic evaluation of one report: what was declared, and what came out."""

    page: Page
    declared: Mapping[str, Any]

    @property
    def currency(self) -> str:
        return str(self.declared["currency"])

    @property
    def is_planned(self) -> bool:
        """Whether it was declared with the plan, and not afterwards in a judgement."""
        return bool(self.page.context.get("economics_declared_in", "protocol") == "protocol")

    @property
    def effect(self) -> str:
        """What is averted: a person with the outcome, or an event."""
        return str(self.declared.get("effect", "person"))

    @property
    def results(self) -> Exhibit | None:
        """The results; None where there are none, or they are withheld."""
        exhibit = self.page.exhibit("economic_result")
        return exhibit if self.page.has(exhibit) else None

    def shown(self, kind: str) -> Exhibit | None:
        """Return the exhibit of a kind where it has something to show."""
        exhibit = self.page.exhibit(kind)
        return exhibit if self.page.has(exhibit) else None

    def rows(self, measure: str, *, variant: str = BASE) -> list[int]:
        """Return the rows of the results on one measure, in their order."""
        if self.results is None:
            return []
        return [
            row
            for row, record in enumerate(self.results.records())
            if record["measure"] == measure and record["variant"] == variant
        ]

    def row(self, measure: str, *, variant: str = BASE) -> int | None:
        """Return the first row of the results on one measure; None where there is none."""
        return next(iter(self.rows(measure, variant=variant)), None)

    def cell(self, row: int, field: str) -> Cell:
        """Return a cell of the results; None where there are none."""
        return None if self.results is None else value_of(self.results, row, field)

    @property
    def variants(self) -> tuple[str, ...]:
        """The variants beside the base case, in the order in which they were computed."""
        if self.results is None:
            return ()
        names = dict.fromkeys(str(record["variant"]) for record in self.results.records())
        return tuple(name for name in names if name != BASE)

    def money(self, exhibit: Exhibit, row: int, field: str, *, form: str = "money") -> Sentence:
        """Return an amount with its currency; a dash where there is none."""
        if value_of(exhibit, row, field) is None:
            return self.page.say("dash")
        return (self.page.cell(exhibit, row, field, f"{form}:{self.currency}"),)

    def bare(self, exhibit: Exhibit, row: int, field: str) -> Sentence:
        """Return an amount for a column that names its currency; a dash where there is none."""
        if value_of(exhibit, row, field) is None:
            return self.page.say("dash")
        return (self.page.cell(exhibit, row, field, "money_bare"),)

    def dearer(self, exhibit: Exhibit, row: int, field: str) -> Sentence:
        """Say a difference in cost: so much more or less."""
        return self._signed(exhibit, row, field, more="economic.money_more", less="economic.money_less")

    def gained(self, exhibit: Exhibit, row: int, field: str) -> Sentence:
        """Say a net benefit: a gain or a loss of so much."""
        return self._signed(exhibit, row, field, more="economic.gain", less="economic.loss")

    def _signed(self, exhibit: Exhibit, row: int, field: str, *, more: str, less: str) -> Sentence:
        value = value_of(exhibit, row, field)
        if not isinstance(value, int | float):
            return self.page.say("dash")
        if value == 0:
            return self.page.say("economic.no_money")
        n = self.page.cell(exhibit, row, field, f"money_apart:{self.currency}")
        return self.page.say(more if value > 0 else less, n=n)

    def averted(self, exhibit: Exhibit, row: int, field: str) -> Sentence:
        """Say an effect of 100 people: so many fewer where it is averted, else so many more."""
        value = value_of(exhibit, row, field)
        if not isinstance(value, int | float):
            return self.page.say("dash")
        if value == 0:
            return self.page.say("change.none")
        n = self.page.cell(exhibit, row, field, "fewer_of_100")
        return self.page.say("change.fewer" if value > 0 else "change.more", n=n)

    def has_interval(self, exhibit: Exhibit, row: int) -> bool:
        return None not in (value_of(exhibit, row, "conf_low"), value_of(exhibit, row, "conf_high"))

    @property
    def level(self) -> Sentence:
        """The level of confidence of every interval, as it stands before the word interval."""
        exhibit = self.results
        if exhibit is None or exhibit.notes.get("conf_level") is None:
            return ()
        return self.page.say("joint.level", level=self.page.note(exhibit, "conf_level", "percent_whole"))

    def value_label(self, id: str) -> Quoted:
        """Return the label of a declared value."""
        return self._label("value", id)

    def item_label(self, id: str) -> Quoted:
        """Return the label of a unit cost, or of an item of the accounts."""
        table = self.page.protocol["data"].get("costs") or {}
        column = (table.get("columns") or {}).get(table.get("item")) or {}
        return self._label("unit_cost", id, (column.get("levels") or {}).get(id))

    def item_name(self, id: str) -> Sentence:
        """Name an item in our own words where there are any, or else by its label."""
        own = f"costs.item.{id}"
        return self.page.say(own) if own in self.page.subject.words else (self.item_label(id),)

    def _label(self, kind: str, id: str, otherwise: Any = None) -> Quoted:
        entries = self.declared.get(kind) or ()
        found = next((entry["label"] for entry in entries if entry["id"] == id), otherwise)
        return Quoted(id) if found is None else self.page.subject.quote(found)

    def variant(self, name: str) -> Sentence:
        """Name a variant: what was counted otherwise than in the base case."""
        stem, _, share = name.rpartition("_")
        if stem == "marginal" and share.isdigit():
            percent = Quoted(numbers.percent(int(share) / 100, 0, self.page.subject.language))
            return self.page.say("economic.variant.marginal", share=percent)
        key = f"economic.variant.{name}"
        return self.page.say(key) if key in self.page.subject.words else (Quoted(name),)


def economy_of(page: Page) -> Economy | None:
    """Return the economic evaluation of a report; None where none was declared."""
    declared = page.context.get("economics")
    return None if not declared else Economy(page=page, declared=declared)


def as_shown(page: Page, value: int, name: str) -> Number:
    """Return a number that the report counted itself."""
    return Number(text=numbers.whole(value, page.subject.language), kind="count", source=name)
