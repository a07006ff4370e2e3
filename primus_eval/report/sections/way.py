"""What happened between randomisation and the outcome: the wait, the fate of events, custody.

All of it happened after randomisation and may itself be an effect of the programme: it is described by arm
and compared nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from primus_eval.findings import Exhibit
from primus_eval.report.display import Group, Paragraphs, Row, Section, Table
from primus_eval.report.page import Page, value_of
from primus_eval.vocabulary import ArmRole
from primus_eval.wording.pieces import Sentence, capitalised

ARMS: tuple[ArmRole, ...] = ("treatment", "control")
PSEUDO = "pseudo_reconviction"
WAITS = ("wait_median", "wait_low", "wait_high")


def way_section(page: Page) -> Section:
    """Describe by arm the wait for follow-up, what became of events, and days in custody."""
    parts: list[Paragraphs | Table] = [
        *_clocks(page),
        *_observations(page),
        *_fates(page),
        *_custody(page),
    ]
    if parts:
        parts.insert(0, Paragraphs(paragraphs=(page.say("way.intro"),)))
    return Section(id="way", title=page.say("way.title"), parts=tuple(parts))


def rounding_notes(page: Page, exhibit: Exhibit) -> tuple[Sentence, ...]:
    """Say how the numbers of people in an exhibit were rounded; nothing where they were not."""
    if not exhibit.notes.get("rounded"):
        return ()
    return (page.say("way.rounded", step=page.note(exhibit, "step", "whole")),)


def count_cell(page: Page, exhibit: Exhibit, row: int, field: str, form: str = "whole") -> Sentence:
    """Return a cell as a number, or say that it is withheld; a dash where there was nothing to count."""
    if value_of(exhibit, row, field) is not None:
        return (page.cell(exhibit, row, field, form),)
    return page.say("flow.withheld" if exhibit.notes.get("rounded") else "dash")


def _shown(page: Page, kind: str) -> list[Exhibit]:
    return [exhibit for exhibit in page.findings.exhibits_of(kind) if page.has(exhibit)]


def _not_shown(page: Page, kind: str, heading: str) -> list[Paragraphs]:
    """Say of the exhibits of a kind that are withheld that they are, and why."""
    items = [
        page.say(
            "fates.about",
            outcome=capitalised(page.subject.outcome_label(exhibit.outcome)),
            sentence=page.why_not_shown(exhibit),
        )
        for exhibit in page.findings.exhibits_of(kind)
        if not page.has(exhibit)
    ]
    return [Paragraphs(heading=page.say(heading), items=tuple(items))] if items else []


def _clocks(page: Page) -> list[Paragraphs | Table]:
    """Give the wait once for each way in which a clock starts: outcomes that share it share the wait."""
    by_start: dict[str, Exhibit] = {}
    for exhibit in _shown(page, "clock"):
        by_start.setdefault(str(page.subject.outcome(exhibit.outcome)["clock_start"]), exhibit)
    if not by_start:
        return [*_not_shown(page, "clock", "clock_table.heading")]
    parts: list[Paragraphs | Table] = []
    for start, exhibit in by_start.items():
        said = page.say("clock_table.intro", start=page.say(f"clock.{start}"))
        parts.append(
            Paragraphs(
                heading=() if parts else page.say("clock_table.heading"),
                paragraphs=(said,),
            )
        )
        parts.append(_clock_table(page, exhibit, start))
    return parts


def _clock_table(page: Page, exhibit: Exhibit, start: str) -> Table:
    counts = ("randomised", "started", "not_started")
    rows = [
        Row(
            header=capitalised((page.subject.arm(_arm(exhibit, row)),)),
            cells=(
                *(count_cell(page, exhibit, row, name) for name in counts),
                *_wait(page, exhibit, row),
            ),
        )
        for row in range(len(exhibit.rows))
    ]
    note = "note_wait" if exhibit.notes.get("rounded") else "note_wait_exact"
    return Table(
        id=f"clock-{start}",
        caption=page.say("clock_table.caption", start=page.say(f"clock.{start}")),
        head=tuple(page.say(f"column.{name}") for name in ("arm", *counts, "wait_median", "wait_middle")),
        groups=(Group(rows=tuple(rows)),),
        notes=(page.say(f"clock_table.{note}"), *rounding_notes(page, exhibit)),
        numeric=frozenset({1, 2, 3, 4, 5}),
    )


def _wait(page: Page, exhibit: Exhibit, row: int) -> tuple[Sentence, Sentence]:
    if any(value_of(exhibit, row, name) is None for name in WAITS):
        nothing = page.say("flow.withheld" if exhibit.notes.get("rounded") else "dash")
        return nothing, nothing
    median, low, high = (page.cell(exhibit, row, name, "shortest") for name in WAITS)
    return (
        page.say("clock_table.wait", median=median),
        page.say("clock_table.middle", low=low, high=high),
    )


def _arm(exhibit: Exhibit, row: int) -> ArmRole:
    return "treatment" if value_of(exhibit, row, "arm") == "treatment" else "control"


def _observations(page: Page) -> list[Paragraphs | Table]:
    """Give who was observed for how long, by arm: where arms differ in who left, curves mislead."""
    return [
        *(_observation(page, exhibit) for exhibit in _shown(page, "observation")),
        *_not_shown(page, "observation", "observation_table.heading"),
    ]


def _observation(page: Page, exhibit: Exhibit) -> Table:
    counts = ("people", "with_event", "competing", "left_early", "median_days")
    rows = [
        Row(
            header=capitalised((page.subject.arm(_arm(exhibit, row)),)),
            cells=tuple(count_cell(page, exhibit, row, name) for name in counts),
        )
        for row in range(len(exhibit.rows))
    ]
    outcome = page.subject.outcome_label(exhibit.outcome)
    return Table(
        id=exhibit.id.replace("/", "-"),
        caption=page.say("observation_table.caption", outcome=outcome),
        head=tuple(page.say(f"column.{name}") for name in ("arm", "followed_people", *counts[1:])),
        groups=(Group(rows=tuple(rows)),),
        notes=(page.say("observation_table.note"), *rounding_notes(page, exhibit)),
        numeric=frozenset({1, 2, 3, 4, 5}),
    )


def _fates(page: Page) -> list[Paragraphs | Table]:
    exhibits = _shown(page, "fates")
    withheld: list[Paragraphs | Table] = [*_not_shown(page, "fates", "fates.heading")]
    if not exhibits:
        return withheld
    said = [_pseudo(page, exhibit) for exhibit in exhibits]
    treatment, control = (capitalised(arm) for arm in page.arms())
    table = Table(
        id="fates",
        caption=page.say("fates.caption"),
        head=(
            page.say("column.fate"),
            *(
                page.say(f"column.{what}_in", arm=arm)
                for arm in (treatment, control)
                for what in ("events", "people")
            ),
        ),
        groups=tuple(_fate_group(page, exhibit) for exhibit in exhibits),
        notes=(page.say("fates.note"), *rounding_notes(page, exhibits[0])),
        numeric=frozenset({1, 2, 3, 4}),
    )
    heading = Paragraphs(heading=page.say("fates.heading"), paragraphs=tuple(said))
    return [heading, table, *withheld]


def _fate_group(page: Page, exhibit: Exhibit) -> Group:
    """Put what was counted first, then whatever else became of events of somebody in either arm."""
    rows = [
        Row(
            header=page.say(f"fates.{fate}"),
            cells=tuple(
                count_cell(page, exhibit, places[arm], field)
                for arm in ARMS
                for field in ("events", "people")
            ),
            emphasis="" if fate == "counted" else "part",
        )
        for fate, places in _places(exhibit).items()
        if fate == "counted" or any(value_of(exhibit, place, "people") != 0 for place in places.values())
    ]
    return Group(header=capitalised(page.subject.outcome_label(exhibit.outcome)), rows=tuple(rows))


def _places(exhibit: Exhibit) -> dict[str, dict[str, int]]:
    """Return by fate the row of each arm."""
    places: dict[str, dict[str, int]] = {}
    for index, record in enumerate(exhibit.records()):
        places.setdefault(str(record["fate"]), {})[str(record["arm"])] = index
    return places


def _pseudo(page: Page, exhibit: Exhibit) -> Sentence:
    """Say aloud what became of offences from before the clock that were decided after it."""
    sentence = _pseudo_sentence(page, exhibit)
    if len(_shown(page, "fates")) == 1:
        return sentence
    outcome = capitalised(page.subject.outcome_label(exhibit.outcome))
    return page.say("fates.about", outcome=outcome, sentence=sentence)


def _pseudo_sentence(page: Page, exhibit: Exhibit) -> Sentence:
    rules = page.subject.rules(exhibit.outcome)
    if rules is not None and rules.pseudo_reconvictions == "count":
        return page.say("fates.pseudo_counted")
    places = _places(exhibit).get(PSEUDO, {})
    if all(value_of(exhibit, place, "people") == 0 for place in places.values()):
        return page.say("fates.pseudo_none")
    if any(value_of(exhibit, place, "events") is None for place in places.values()):
        return page.say("fates.pseudo_withheld")
    treatment, control = page.arms()
    return page.say(
        "fates.pseudo_some",
        treatment=treatment,
        control=control,
        **{f"events_{arm}": page.cell(exhibit, places[arm], "events", "whole") for arm in ARMS},
    )


def _custody(page: Page) -> list[Paragraphs | Table]:
    exhibits = _shown(page, "custody")
    withheld: list[Paragraphs | Table] = [*_not_shown(page, "custody", "custody_table.heading")]
    if not exhibits:
        return withheld
    columns = ["people", "in_custody", "mean_days"]
    if any(value_of(item, row, "sd_days") is not None for item in exhibits for row in range(len(item.rows))):
        columns.append("sd_days")
    table = Table(
        id="custody",
        caption=page.say("custody_table.caption"),
        head=tuple(
            page.say(f"column.{'followed_people' if name == 'people' else name}")
            for name in ("arm", *columns)
        ),
        groups=tuple(_custody_group(page, exhibit, columns) for exhibit in exhibits),
        notes=(page.say("custody_table.note"), *rounding_notes(page, exhibits[0])),
        numeric=frozenset(range(1, len(columns) + 1)),
    )
    return [Paragraphs(heading=page.say("custody_table.heading")), table, *withheld]


def _custody_group(page: Page, exhibit: Exhibit, columns: Sequence[str]) -> Group:
    rows = [
        Row(
            header=capitalised((page.subject.arm(_arm(exhibit, row)),)),
            cells=tuple(
                count_cell(page, exhibit, row, name, "shortest" if name.endswith("_days") else "whole")
                for name in columns
            ),
        )
        for row in range(len(exhibit.rows))
    ]
    return Group(header=capitalised(page.subject.outcome_label(exhibit.outcome)), rows=tuple(rows))
