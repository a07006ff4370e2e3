"""What was delivered, to whom, by whom and against what, in a table that a page has room for.

Shares stand in whole percent: those of a release are of rounded counts, and a decimal would be no
knowledge. Ends of intervals are taken outwards, so that the printed interval holds the computed one.
"""

from __future__ import annotations

from primus_eval.findings import Exhibit
from primus_eval.report.display import Group, Row, Table
from primus_eval.report.page import Page
from primus_eval.report.sections.indicator_labels import arm_label, part_label
from primus_eval.report.sections.indicator_values import interval, n_of_n, target, value
from primus_eval.wording.pieces import Sentence, capitalised, joined

CORE = (
    "consented",
    "risk_level",
    "trained_before_match",
    "matched",
    "all_mentors",
    "met_at_gate",
    "contacts_per_planned_week",
    "contacts_per_contactable_week",
    "full_course",
    "planned_held",
    "ending",
    "control_services",
    "incidents",
)
"""What a page has room for: for whom, by whom, how much, how it ended, against what, and harm."""

PARTS = {"ending": ("reason", "planned"), "control_services": ("arm", ""), "incidents": ("arm", "")}
"""Indicators that say something by their parts alone: which breakdown, and which group where it is one."""

BY_ITSELF = 0.005
"""A share farther than this from the quotient of its counts was rounded by itself, and not by them."""


def core_table(page: Page) -> tuple[Table, ...]:
    """Lay out the core indicators that are reported; the others are among what is unknown."""
    exhibit = page.exhibit("indicators")
    if exhibit is None or not page.has(exhibit):
        return ()
    places = [row for name in CORE for row in _core_rows(exhibit, name)]
    if not places:
        return ()
    has_targets = any(exhibit.records()[row]["target"] is not None for row in places)
    is_rounded = _step(page, exhibit) is not None
    names = ("what", "n_of_n", "value", *(["target"] if has_targets else []))
    table = Table(
        id="chapters-delivery",
        caption=page.say(f"chapters.delivered{'_rounded' if is_rounded else ''}"),
        head=(*(page.say(f"chapters.head.{name}") for name in names), _interval_head(page, exhibit, places)),
        groups=(Group(rows=tuple(_indicator(page, exhibit, row, has_target=has_targets) for row in places)),),
        notes=_notes(page, exhibit, places),
        numeric=frozenset(range(1, 5 if has_targets else 4)),
    )
    return (table,)


def _core_rows(exhibit: Exhibit, name: str) -> list[int]:
    """Return the rows of an indicator that a page shows: the whole, or the parts that say more than it."""
    breakdown, group = PARTS.get(name, ("", ""))
    reported = [
        (row, record)
        for row, record in enumerate(exhibit.records())
        if record["indicator"] == name and record["state"] == "reported"
    ]
    parts = [
        row for row, record in reported if record["breakdown"] == breakdown and group in ("", record["group"])
    ]
    return parts or [row for row, record in reported if not record["breakdown"]]


def _step(page: Page, exhibit: Exhibit) -> Sentence | None:
    """Return the number of people that counts are rounded by; None where they are exact."""
    if not exhibit.notes.get("rounded") or exhibit.notes.get("step") is None:
        return None
    return (page.note(exhibit, "step", "whole"),)


def _interval_head(page: Page, exhibit: Exhibit, places: list[int]) -> Sentence:
    records = exhibit.records()
    row = next((row for row in places if records[row]["conf_level"] is not None), None)
    level: Sentence = ()
    if row is not None:
        level = page.say("joint.level", level=page.cell(exhibit, row, "conf_level", "percent_whole"))
    rounded = "" if _step(page, exhibit) is None else "_rounded"
    return capitalised(page.say(f"chapters.head.interval{rounded}", level=level))


def _notes(page: Page, exhibit: Exhibit, places: list[int]) -> tuple[Sentence, ...]:
    of_treatment = page.say("chapters.delivered_note", treatment=page.subject.arm("treatment"))
    has_target = any(exhibit.records()[row]["target"] is not None for row in places)
    own = [page.say("chapters.target_note")] if has_target else []
    about = [page.say("chapters.about_note")] if any(_by_itself(exhibit, row) for row in places) else []
    step = _step(page, exhibit)
    rounded = [] if step is None else [page.say("chapters.rounded_note", step=step)]
    notes = (joined([*rounded, *about]), joined([*own, of_treatment]))
    return tuple(note for note in notes if note)


def _indicator(page: Page, exhibit: Exhibit, row: int, *, has_target: bool) -> Row:
    records = exhibit.records()
    record = records[row]
    name = str(record["indicator"])
    of = "chapters.ending" if name == "ending" else f"indicator.{name}"
    header = page.say(f"{of}.name")
    if record["breakdown"] and name != "ending":
        is_arm = record["breakdown"] == "arm"
        label = arm_label(page, str(record["group"])) if is_arm else part_label(page, records, row)
        header = page.say("chapters.part", name=header, label=label)
    counted = {part: page.say(f"{of}.{part}") for part in ("numerator", "denominator")}
    detail = page.say("process.counted", **counted) if all(counted.values()) else counted["numerator"]
    return Row(
        header=header,
        detail=capitalised(detail),
        cells=(
            n_of_n(page, exhibit, row),
            _value(page, exhibit, row),
            *((_target(page, exhibit, row),) if has_target else ()),
            _interval(page, exhibit, row),
        ),
    )


def _is_share(exhibit: Exhibit, row: int) -> bool:
    return exhibit.records()[row]["unit"] == "proportion"


def _by_itself(exhibit: Exhibit, row: int) -> bool:
    """Whether a share was rounded by itself, so that it is not quite the quotient of its counts."""
    record = exhibit.records()[row]
    numbers = [record[name] for name in ("numerator", "denominator", "estimate")]
    if not _is_share(exhibit, row) or not all(isinstance(number, int | float) for number in numbers):
        return False
    n, total, share = (float(number) for number in numbers)  # type: ignore[arg-type]
    return total > 0 and abs(n / total - share) >= BY_ITSELF


def _value(page: Page, exhibit: Exhibit, row: int) -> Sentence:
    if not _is_share(exhibit, row) or exhibit.records()[row]["estimate"] is None:
        return value(page, exhibit, row)
    share: Sentence = (page.cell(exhibit, row, "estimate", "percent_nearest"),)
    return page.say("chapters.about", value=share) if _by_itself(exhibit, row) else share


def _target(page: Page, exhibit: Exhibit, row: int) -> Sentence:
    """Print an own target; one contact a week has no decimals."""
    record = exhibit.records()[row]
    known = record["target"]
    if isinstance(known, int | float) and _is_share(exhibit, row):
        return (page.cell(exhibit, row, "target", "percent_nearest"),)
    if isinstance(known, int | float) and record["unit"] == "per_week" and float(known).is_integer():
        return page.say("process.unit.per_week", value=page.cell(exhibit, row, "target", "whole"))
    return target(page, exhibit, row)


def _interval(page: Page, exhibit: Exhibit, row: int) -> Sentence:
    record = exhibit.records()[row]
    if not _is_share(exhibit, row) or None in (record["conf_low"], record["conf_high"]):
        return interval(page, exhibit, row)
    low = page.cell(exhibit, row, "conf_low", "percent_down")
    return page.say("interval", low=low, high=page.cell(exhibit, row, "conf_high", "percent_up"))
