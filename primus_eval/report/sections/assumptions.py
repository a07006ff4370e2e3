"""What the models assume: whether hazards are proportional, and how much hangs on few people."""

from __future__ import annotations

from primus_eval.findings import Exhibit
from primus_eval.report.display import Group, Paragraphs, Row, Section, Table
from primus_eval.report.page import Page, value_of
from primus_eval.report.sections.way import ARMS, count_cell
from primus_eval.wording.pieces import Sentence, capitalised


def assumptions_section(page: Page) -> Section:
    """Give the tests of proportional hazards and the counts of influential people, by analysis."""
    parts: list[Paragraphs | Table] = [*_proportionality(page), *_influence(page)]
    if parts:
        parts.insert(0, Paragraphs(paragraphs=(page.say("assumptions.intro"),)))
    return Section(id="assumptions", title=page.say("assumptions.title"), parts=tuple(parts))


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
