"""What the models assume: one ratio of hazards throughout, one odds ratio at every level, and many people."""

from __future__ import annotations

from collections.abc import Sequence

from primus_eval.findings import Cell, Exhibit
from primus_eval.report.display import Figure, Group, Paragraphs, Row, Section, Table
from primus_eval.report.page import Page, value_of
from primus_eval.report.sections.way import ARMS, count_cell
from primus_eval.wording.pieces import Sentence, capitalised


def assumptions_section(page: Page) -> Section:
    """Give what speaks for and against the models, by analysis.

    Tests of proportional hazards, counts of influential people, shares that a Cox model predicts as curves
    and as a table, and the odds ratio of each line between levels.
    """
    pictures = page.figures_of("standardised_curve")
    hazards: list[Table | Figure] = [
        *_proportionality(page),
        *_influence(page),
        *pictures,
        *_standardised(page),
    ]
    parts = [*_introduced(page, "intro", hazards), *_introduced(page, "intro_levels", _levels(page))]
    return Section(id="assumptions", title=page.say("assumptions.title"), parts=tuple(parts))


def _introduced(page: Page, intro: str, shown: Sequence[Table | Figure]) -> list[Paragraphs | Table | Figure]:
    return [Paragraphs(paragraphs=(page.say(f"assumptions.{intro}"),)), *shown] if shown else []


def _shown(page: Page, kind: str) -> list[Exhibit]:
    return [exhibit for exhibit in page.findings.exhibits_of(kind) if page.has(exhibit)]


def _about(page: Page, exhibit: Exhibit) -> Sentence:
    """Name the analysis by its measure and method, as in the table of results."""
    rows = page.findings.of_analysis(str(exhibit.notes["analysis"]))
    return page.say(
        "assumptions.about",
        measure=capitalised(page.say(f"measure.{rows[0].effect_measure}")),
        method=page.subject.method(rows[0]),
        outcome=page.subject.outcome_label(exhibit.outcome),
        population=page.subject.population_of(rows[0]),
    )


def _proportionality(page: Page) -> list[Table]:
    exhibits = _shown(page, "proportionality")
    if not exhibits:
        return []
    return [
        Table(
            id="proportionality",
            caption=page.say("assumptions.proportionality"),
            head=tuple(page.say(f"column.{name}") for name in ("tested", "chi_square", "df", "p")),
            groups=tuple(
                Group(
                    header=_about(page, exhibit),
                    rows=tuple(_test(page, exhibit, row) for row in range(len(exhibit.rows))),
                )
                for exhibit in exhibits
            ),
            notes=(page.say("assumptions.proportionality_note"),),
            numeric=frozenset({1, 2, 3}),
        )
    ]


def _test(page: Page, exhibit: Exhibit, row: int) -> Row:
    term = str(value_of(exhibit, row, "term"))
    if value_of(exhibit, row, "chi_square") is None:
        return Row(header=_term(page, term), across=page.say("assumptions.no_test"))
    return Row(
        header=_term(page, term),
        cells=(
            (page.cell(exhibit, row, "chi_square", "amount"),),
            (page.cell(exhibit, row, "df", "whole"),),
            (page.cell(exhibit, row, "p_value", "p"),),
        ),
    )


def _term(page: Page, term: str) -> Sentence:
    """Name what is tested: the arm, a covariate, a level of one, or all at once."""
    if term in ("arm", "overall"):
        return page.say(f"assumptions.{term}")
    name, _, level = term.partition("=")
    label = capitalised(page.subject.column(name.removesuffix(" missing")))
    if name.endswith(" missing"):
        return page.say("assumptions.missing", covariate=label)
    if not level:
        return label
    return page.say("assumptions.level", covariate=label, level=page.subject.level(name, level))


def _influence(page: Page) -> list[Table]:
    exhibits = _shown(page, "influence")
    if not exhibits:
        return []
    return [
        Table(
            id="influence",
            caption=page.say("assumptions.influence"),
            head=tuple(page.say(f"column.{name}") for name in ("arm", "followed_people", "moving")),
            groups=tuple(
                Group(
                    header=_about(page, exhibit),
                    rows=tuple(
                        Row(
                            header=capitalised((page.subject.arm(role),)),
                            cells=tuple(
                                count_cell(page, exhibit, number, name) for name in ("people", "moving")
                            ),
                            remarks=(_to_turn(page, exhibit),) if number else (),
                        )
                        for number, role in enumerate(ARMS)
                    ),
                )
                for exhibit in exhibits
            ),
            notes=(page.say("assumptions.influence_note"),),
            numeric=frozenset({1, 2}),
        )
    ]


def _to_turn(page: Page, exhibit: Exhibit) -> Sentence:
    name = "fewest_to_turn" if exhibit.notes.get("fewest_to_turn") is not None else "most_tried"
    return page.say(f"assumptions.{name}", n=page.note(exhibit, name, "whole"))


def _standardised(page: Page) -> list[Table]:
    exhibits = _shown(page, "standardised_curve")
    if not exhibits:
        return []
    arms = [capitalised(arm) for arm in page.arms()]
    interval = capitalised(page.say("column.interval", level=_level(page, exhibits)))
    shares = [(page.say("column.share_of", arm=arm), interval) for arm in arms]
    return [
        Table(
            id="standardised",
            caption=page.say("assumptions.standardised"),
            head=(capitalised(page.say(f"unit.{page.subject.time_unit}")), *shares[0], *shares[1]),
            groups=tuple(
                Group(header=_about(page, exhibit), rows=tuple(_shares(page, exhibit)))
                for exhibit in exhibits
            ),
            notes=(page.say("assumptions.standardised_note"),),
            numeric=frozenset({1, 2, 3, 4}),
            is_folded=bool(page.figures_of("standardised_curve")),
        )
    ]


def _shares(page: Page, exhibit: Exhibit) -> list[Row]:
    """Give the shares at the times of the risk table, after the first."""
    table = page.exhibit("risk_table", outcome=exhibit.outcome, population=exhibit.population)
    times = {record["time_days"] for record in (exhibit if table is None else table).records()}
    rows_at: dict[Cell, list[int]] = {}
    for row, record in enumerate(exhibit.records()):
        if record["time_days"] in times and record["time_days"] != 0:
            rows_at.setdefault(record["time_days"], []).append(row)
    form = "in_weeks" if page.subject.time_unit == "weeks" else "whole"
    return [
        Row(
            header=(page.cell(exhibit, rows[0], "time_days", form),),
            cells=tuple(
                cell
                for row in rows
                for cell in (
                    (page.cell(exhibit, row, "incidence", "percent"),),
                    _interval(page, exhibit, row, "percent"),
                )
            ),
        )
        for rows in rows_at.values()
    ]


def _levels(page: Page) -> list[Table]:
    exhibits = _shown(page, "proportional_odds")
    if not exhibits:
        return []
    people = [page.say("column.worse_of", arm=capitalised(arm)) for arm in page.arms()]
    interval = capitalised(page.say("column.interval", level=_level(page, exhibits)))
    return [
        Table(
            id="levels",
            caption=page.say("assumptions.levels"),
            head=(page.say("column.line_between"), *people, page.say("column.odds_ratio"), interval),
            groups=tuple(
                Group(
                    header=_about(page, exhibit),
                    rows=tuple(_line(page, exhibit, row) for row in range(len(exhibit.rows))),
                )
                for exhibit in exhibits
            ),
            notes=(page.say("assumptions.levels_note"),),
            numeric=frozenset({1, 2, 3, 4}),
        )
    ]


def _line(page: Page, exhibit: Exhibit, row: int) -> Row:
    analysis = str(exhibit.notes.get("analysis", ""))
    below, above = (
        page.subject.seriousness(analysis, str(value_of(exhibit, row, f"label_{side}")))
        for side in ("below", "above")
    )
    cut = page.cell(exhibit, row, "cut", "shortest")
    return Row(
        header=page.say("assumptions.line", below=below, above=above, cut=cut),
        cells=(
            *(count_cell(page, exhibit, row, f"worse_{role}") for role in ARMS),
            (page.cell(exhibit, row, "odds_ratio", "ratio"),),
            _interval(page, exhibit, row, "ratio"),
        ),
    )


def _interval(page: Page, exhibit: Exhibit, row: int, form: str) -> Sentence:
    if value_of(exhibit, row, "conf_low") is None:
        return page.say("dash")
    low, high = (page.cell(exhibit, row, end, form) for end in ("conf_low", "conf_high"))
    return page.say("interval", low=low, high=high)


def _level(page: Page, exhibits: list[Exhibit]) -> Sentence:
    """Return the confidence level where all exhibits share one."""
    if len({exhibit.notes["conf_level"] for exhibit in exhibits}) != 1:
        return ()
    return page.say("joint.level", level=page.note(exhibits[0], "conf_level", "percent_whole"))
