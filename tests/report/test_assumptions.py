"""What the models assume: the odds ratio of each line between levels, and what a Cox model predicts."""

from __future__ import annotations

from dataclasses import replace

import figure_findings as made

from primus_eval.disclosure import Internal
from primus_eval.figures import draw_all
from primus_eval.findings import Exhibit, Findings
from primus_eval.report.display import Figure, Paragraphs, Section, Table
from primus_eval.report.page import Page
from primus_eval.report.render import documents_of
from primus_eval.report.sections.assumptions import assumptions_section
from primus_eval.wording.pieces import Sentence, plain_text
from primus_eval.wording.subject import subject_of

ABOUT = {"outcome": made.PRIMARY.outcome, "population": made.PRIMARY.population}
LINES = Exhibit(
    id="proportional_odds/primary/assigned",
    kind="proportional_odds",
    columns=(
        *("cut", "label_below", "label_above", "worse_treatment", "worse_control"),
        *("odds_ratio", "conf_low", "conf_high"),
    ),
    rows=(
        (0.5, "none", "light", 40, 50, 0.8, 0.5, 1.28),
        (30.0, "light", "heavy", 0, 4, None, None, None),
    ),
    count_columns=("worse_treatment", "worse_control"),
    notes={"analysis": "primary", "conf_level": 0.95, "worse": "higher"},
    **ABOUT,
)
CURVE = Exhibit(
    id="standardised_curve/primary/assigned",
    kind="standardised_curve",
    columns=("arm", "time_days", "incidence", "conf_low", "conf_high"),
    rows=(
        ("treatment", 0.0, 0.0, None, None),
        ("treatment", 70.0, 0.1234, 0.08, 0.17),
        ("treatment", 364.0, 0.3, 0.25, 0.36),
        ("control", 0.0, 0.0, None, None),
        ("control", 70.0, 0.2, 0.15, 0.26),
        ("control", 364.0, 0.4, 0.33, 0.48),
    ),
    notes={"analysis": "primary", "conf_level": 0.9, "horizon_days": 364},
    **ABOUT,
)


def section_with(*exhibits: Exhibit) -> Section:
    findings: Findings = made.findings(rows=(made.PRIMARY,))
    findings = replace(findings, exhibits=exhibits)
    return assumptions_section(Page(findings=findings, subject=subject_of(findings), profile="internal"))


def table_of(*exhibits: Exhibit) -> Table:
    (table,) = (part for part in section_with(*exhibits).parts if isinstance(part, Table))
    return table


def cells(table: Table) -> list[list[str]]:
    return [
        [plain_text(cell) for cell in (row.header, *row.cells)]
        for group in table.groups
        for row in group.rows
    ]


def introductions(section: Section) -> list[str]:
    said: list[Sentence] = [
        text for part in section.parts if isinstance(part, Paragraphs) for text in part.paragraphs
    ]
    return [plain_text(text).split(" only if ")[0] for text in said]


def test_each_line_between_levels_has_its_people_and_its_odds_ratio() -> None:
    table = table_of(LINES)
    assert cells(table) == [
        ["none | light, at 0.5", "40", "50", "0.80", "0.50 to 1.28"],
        ["light | heavy, at 30", "0", "4", "–", "–"],
    ]
    assert plain_text(table.head[-1]) == "95% interval"


def test_shares_from_a_cox_model_stand_at_the_days_of_the_risk_table_but_the_first() -> None:
    at = Exhibit(
        id=f"risk_table/{ABOUT['outcome']}/assigned",
        kind="risk_table",
        columns=("arm", "time_days"),
        rows=(("treatment", 0.0), ("treatment", 364.0)),
        **ABOUT,
    )
    last = ["30.0%", "25.0% to 36.0%", "40.0%", "33.0% to 48.0%"]
    assert [row[1:] for row in cells(table_of(CURVE))][1] == last
    (row,) = cells(table_of(CURVE, at))
    assert row[1:] == last and row[0] in ("364", "52")
    assert plain_text(table_of(CURVE).head[2]) == "90% interval"


def test_predicted_shares_are_drawn_above_their_table_which_is_then_folded() -> None:
    findings = replace(made.findings(rows=(made.PRIMARY,)), exhibits=(CURVE,))
    view = Internal(findings=findings)
    (document,) = documents_of(view, (), draw_all(findings), subject_of(findings), ("full",))
    (section,) = (section for section in document.sections if section.id == "assumptions")
    _, picture, table = section.parts
    assert isinstance(picture, Figure) and isinstance(table, Table)
    assert (picture.exhibit, table.is_folded, table_of(CURVE).is_folded) == (CURVE.id, True, False)
    said = plain_text(picture.caption)
    assert "a Cox model predicts" in said and "proportional hazards" in said


def test_what_is_withheld_is_not_tabled_and_nothing_is_introduced_that_is_not_there() -> None:
    withheld = (LINES.withheld("individual_level"), CURVE.withheld("individual_level"))
    assert section_with(*withheld).parts == ()
    assert introductions(section_with(LINES)) == ["A common odds ratio stands for every line between levels"]
    assert introductions(section_with(CURVE)) == ["A hazard ratio stands for the whole of follow-up"]
    assert len(introductions(section_with(LINES, CURVE))) == 2


def test_an_interval_is_named_without_a_level_where_levels_differ() -> None:
    other = replace(LINES, id="proportional_odds/other/assigned", notes={**LINES.notes, "conf_level": 0.9})
    assert plain_text(table_of(LINES, other).head[-1]) == "Interval"
