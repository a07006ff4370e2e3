"""How an indicator is printed: n of N, value with its unit, interval, target, or why there are none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from primus_eval.findings import Cell, Exhibit
from primus_eval.report.page import Page
from primus_eval.vocabulary import Indicator
from primus_eval.wording.pieces import Number, Sentence

DOSES: tuple[Indicator, ...] = ("contacts_per_planned_week", "contacts_per_contactable_week")
"""The same contacts over two denominators; one is never shown without the other."""

FORMS: Mapping[str, str] = {
    "proportion": "percent",
    "per_week": "amount",
    "days": "shortest",
    "weeks": "shortest",
    "hours": "shortest",
    "points": "one_decimal",
    "ratio": "ratio",
    "sd": "smd",
}
"""How the value of an indicator is printed, by its unit; a count is printed by what it is."""

COUNTED_OVER = ("per_week", "ratio", "hours", "count")
"""Units whose numerator is no part of the denominator, so that it is not so many of so many."""

WHOLE_FROM = 100
"""From here on weeks and hours are printed without a decimal."""


def reported_row(page: Page, indicator: str) -> int | None:
    """Return the row of an indicator as a whole, where it is reported."""
    exhibit = page.exhibit("indicators")
    if exhibit is None or not page.has(exhibit):
        return None
    row = whole_row(exhibit, indicator)
    return row if row is not None and exhibit.records()[row]["state"] == "reported" else None


def whole_row(exhibit: Exhibit, indicator: str) -> int | None:
    """Return the row of an indicator as a whole, if there is one."""
    records = enumerate(exhibit.records())
    return next((n for n, one in records if one["indicator"] == indicator and not one["breakdown"]), None)


def rounded_note(page: Page, exhibit: Exhibit) -> tuple[Sentence, ...]:
    """Say beneath a table that its numbers were rounded for release, where they were."""
    if not exhibit.notes.get("rounded") or exhibit.notes.get("step") is None:
        return ()
    return (page.say("process.rounded", step=page.note(exhibit, "step", "whole")),)


def state_words(page: Page, record: Mapping[str, Cell]) -> Sentence:
    """Say in words why an indicator has no numbers."""
    state, reason = str(record["state"]), record["reason"]
    key = f"reason.{reason}"
    if reason is None or key not in page.subject.words:
        return page.say(f"indicator_state.{state}")
    return page.say("process.state_because", state=page.say(f"indicator_state.{state}"), reason=page.say(key))


def n_of_n(page: Page, exhibit: Exhibit, row: int) -> Sentence:
    """Print how many of how many; where there is no numerator, on how many people the value rests."""
    record = exhibit.records()[row]
    if record["numerator"] is not None and record["denominator"] is not None:
        numbers = {
            "n": count(page, exhibit, row, "numerator"),
            "total": count(page, exhibit, row, "denominator"),
        }
        over = str(record["unit"]) in COUNTED_OVER
        return page.say(f"process.n_over.{record['unit']}" if over else "process.n_of", **numbers)
    if record["people"] is not None:
        return page.say("process.people", n=count(page, exhibit, row, "people"))
    is_withheld = page.profile == "release" and record["denominator"] is None and record["numerator"] is None
    return page.say("flow.withheld" if is_withheld else "dash")


def count(page: Page, exhibit: Exhibit, row: int, field: str) -> Number:
    """Print a number of people, contacts or weeks; weeks may have a part of one."""
    known = exhibit.rows[row][exhibit.columns.index(field)]
    has_part = isinstance(known, float) and not known.is_integer() and known < WHOLE_FROM
    return page.cell(exhibit, row, field, "one_decimal" if has_part else "whole")


def value(page: Page, exhibit: Exhibit, row: int) -> Sentence:
    """Print the value of an indicator with its unit."""
    if exhibit.records()[row]["estimate"] is None:
        return page.say("dash")
    return _with_unit(page, exhibit, row, (page.cell(exhibit, row, "estimate", form_of(page, exhibit, row)),))


def _with_unit(page: Page, exhibit: Exhibit, row: int, said: Sentence) -> Sentence:
    record = exhibit.records()[row]
    is_per_person = record["unit"] == "count" and record["denominator"] is not None
    return page.say("process.per_person" if is_per_person else f"process.unit.{record['unit']}", value=said)


def interval(page: Page, exhibit: Exhibit, row: int) -> Sentence:
    """Print the interval of an indicator, or a dash."""
    record, form = exhibit.records()[row], form_of(page, exhibit, row)
    if record["conf_low"] is None or record["conf_high"] is None:
        return page.say("dash")
    low, high = (page.cell(exhibit, row, field, form) for field in ("conf_low", "conf_high"))
    return page.say("interval", low=low, high=high)


def target(page: Page, exhibit: Exhibit, row: int) -> Sentence:
    if exhibit.records()[row]["target"] is None:
        return page.say("dash")
    return _with_unit(
        page, exhibit, row, (page.cell(exhibit, row, "target", form_of(page, exhibit, row, "target")),)
    )


def form_of(page: Page, exhibit: Exhibit, row: int, *fields: str) -> str:
    """Return the form in which an indicator's value and its interval are printed, or other fields of it."""
    record = exhibit.records()[row]
    if record["unit"] == "money":
        currency = (page.context.get("economics") or {}).get("currency")
        return f"money_apart:{currency}" if currency else "whole"
    known: list[Any] = [record[name] for name in fields or ("estimate", "conf_low", "conf_high")]
    is_whole = all(float(number).is_integer() for number in known if number is not None)
    return FORMS.get(str(record["unit"]), "whole" if is_whole else "amount")
