"""The same people under several definitions: what stands in each row, and where it is drawn."""

from __future__ import annotations

import io
from dataclasses import replace

import figure_findings as made
import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text
from PIL import Image

from primus_eval.figures import definition_lines, definitions_alt, plot_definitions
from primus_eval.figures.canvas import figure_of, new_figure, png
from primus_eval.figures.theme import ARMS, TINT
from primus_eval.tables import definitions_frame

FOUND = made.findings(made.definitions())


def texts(ax):
    return [
        text.get_text() for part in (ax, *ax.child_axes) for text in part.findobj(Text) if text.get_text()
    ]


def places(strip):
    """Label and place of every point of a strip."""
    return {
        line.get_label(): float(line.get_xdata()[0])
        for line in strip.get_lines()
        if not str(line.get_label()).startswith("_") and line.get_label() != "no effect"
    }


def test_each_definition_has_a_row_in_percent_and_points_the_own_first():
    lines = definition_lines(FOUND)
    assert [line.name for line in lines] == [row[0] for row in made.DEFINITION_ROWS]
    assert [line.is_own for line in lines] == [True, False, False, False, False]
    own, other = lines[:2]
    assert own.shares == {"treatment": 25, "control": 50}
    assert (own.estimate, own.ends) == (-25, (-43, pytest.approx(-3)))
    assert own.text == "\u221225.0 (\u221243.0 to \u22123.0)" and own.label == "Recorded reoffence"
    assert other.text == "6.0 (\u221212.0 to 22.0)" and other.estimate == 6


def test_what_tells_two_rows_of_one_preset_apart_is_said():
    assert [line.detail for line in definition_lines(FOUND)] == [
        "the protocol\u2019s own",
        "",
        "with its own rules for leaving people out",
        "",
        "",
    ]


def test_a_row_without_numbers_says_why():
    absent = definition_lines(FOUND)[3:]
    assert [line.text for line in absent] == [
        "Not counted: it asks for something that these data do not hold.",
        "Withheld: it would show a small number of people.",
    ]
    assert all(line.estimate is None and line.ends is None and not line.shares for line in absent)


def test_points_are_drawn_where_their_numbers_are():
    shares, differences = plot_definitions(FOUND).child_axes
    assert places(shares) == {
        f"{row[0]}/{arm}": pytest.approx(100 * row[place])
        for row in made.DEFINITION_ROWS[:3]
        for arm, place in (("treatment", 7), ("control", 11))
    }
    assert places(differences) == {row[0]: pytest.approx(100 * row[12]) for row in made.DEFINITION_ROWS[:3]}


def test_intervals_are_as_long_as_they_are():
    _, differences = plot_definitions(FOUND).child_axes
    drawn = [sorted(line.get_xdata()) for line in differences.get_lines() if len(line.get_xdata()) == 2]
    wanted = [[100 * row[13], 100 * row[14]] for row in made.DEFINITION_ROWS[:3]]
    assert [ends for ends in drawn if ends != [0.0, 0.0]] == [pytest.approx(ends) for ends in wanted]


def test_the_own_definition_alone_is_tinted():
    ax = plot_definitions(FOUND)
    assert [to_hex(patch.get_facecolor()) for patch in ax.patches] == [TINT]


def test_arms_are_told_apart_without_colour():
    shares, _ = plot_definitions(FOUND).child_axes
    markers = {
        line.get_label().rpartition("/")[2]: (line.get_marker(), to_hex(line.get_markerfacecolor()))
        for line in shares.get_lines()
        if "/" in str(line.get_label())
    }
    assert markers["treatment"][0] == ARMS["treatment"].marker
    assert markers["control"] == (ARMS["control"].marker, "#ffffff")
    grey = Image.open(io.BytesIO(png(figure_of(plot_definitions(FOUND))))).convert("L")
    assert grey.getextrema()[0] < 60


def test_which_direction_favours_whom_follows_what_is_better():
    assert "\u2190 favours two mentors" in texts(plot_definitions(FOUND))
    wanted = made.findings(made.definitions(), better="higher")
    assert "\u2190 favours usual services" in texts(plot_definitions(wanted))


def test_rounded_numbers_are_said_to_be_rounded():
    rounded = made.findings(made.rounded_definitions())
    assert any("rounded to steps of 6" in text for text in texts(plot_definitions(rounded)))
    assert not any("rounded" in text for text in texts(plot_definitions(FOUND)))
    for found, said in ((rounded, True), (FOUND, False)):
        assert ("range that holds" in " ".join(texts(plot_definitions(found)))) == said


def test_a_difference_of_rounded_numbers_is_an_interval_and_no_point():
    rounded = made.findings(made.rounded_definitions())
    own = definition_lines(rounded)[0]
    assert (own.estimate, own.ends, own.is_shown) == (None, (-43, pytest.approx(-3)), True)
    assert own.text == "\u221243.0 to \u22123.0"
    shares, differences = plot_definitions(rounded).child_axes
    assert len(places(shares)) == 6 and places(differences) == {}
    drawn = [list(line.get_xdata()) for line in differences.get_lines() if line.get_marker() == "|"]
    assert drawn == [[100 * row[13], 100 * row[14]] for row in made.DEFINITION_ROWS[:3]]
    alt = definitions_alt(rounded)
    assert "difference \u221243.0 to \u22123.0 percentage points" in alt and "difference goes" not in alt


def test_a_comparison_of_which_nothing_is_shown_is_drawn_with_its_reasons():
    rows = tuple((*row[:3], *made.NO_NUMBERS, "not_in_the_data") for row in made.DEFINITION_ROWS)
    ax = plot_definitions(made.findings(made.definitions(rows)))
    assert ax.child_axes == []
    assert sum("Not counted" in text for text in texts(ax)) == len(rows)


def test_withheld_or_of_another_outcome_there_is_nothing_to_draw():
    for findings, outcome in (
        (made.findings(made.definitions().withheld("small_cell")), ""),
        (FOUND, "another"),
        (made.findings(), ""),
    ):
        with pytest.raises(ValueError, match="nothing to draw"):
            plot_definitions(findings, outcome=outcome)


def test_axes_that_are_too_low_are_refused():
    ax = new_figure(504, 60).add_axes((0, 0, 1, 1))
    with pytest.raises(ValueError, match="too low"):
        plot_definitions(FOUND, ax=ax)


def test_the_text_for_those_who_do_not_see_it_has_the_own_result_and_the_range():
    assert definitions_alt(FOUND) == (
        "The same people under 5 definitions of reoffending, two mentors against usual services. The "
        "protocol\u2019s own: 25.0% against 50.0% recorded as reoffending, difference "
        "\u221225.0 (\u221243.0 to \u22123.0) percentage points. Over all that are shown the difference goes "
        "from \u221225.0 to 6.0 percentage points. The share in the control arm goes from 15.0% to 50.0%. "
        "Not counted or "
        "withheld: 2 of them."
    )
    own_missing = (
        (*made.DEFINITION_ROWS[0][:3], *made.NO_NUMBERS, "not_in_the_data"),
        *made.DEFINITION_ROWS[1:2],
    )
    alt = definitions_alt(made.findings(made.definitions(own_missing)))
    assert "The protocol\u2019s own is not shown." in alt and "goes from" not in alt


def test_the_table_has_the_same_numbers_and_says_why_there_are_none():
    frame = definitions_frame(FOUND)
    assert list(frame["definition"]) == [row[0] for row in made.DEFINITION_ROWS]
    assert list(frame["estimate"][:3]) == [-0.25, 0.06, 0.0] and frame["estimate"][3:].isna().all()
    assert list(frame["why_empty"][3:]) == [
        "it asks for something that these data do not hold",
        "it would show a small number of people",
    ]
    assert not frame["is_rounded"].any() and set(frame["conf_level"]) == {0.95}
    rounded = made.findings(replace(made.definitions(), notes={"conf_level": 0.95, "rounded": True}))
    assert definitions_frame(rounded)["is_rounded"].all()
