"""The heat map of contacts: shares of those observed, withheld cells hatched, figures readable."""

from __future__ import annotations

import delivery_exhibits as made
import pytest
from figure_boxes import require_nothing_clipped

from primus_eval.figures import contact_blocks_alt, contact_blocks_frame, draw_all, plot_contact_blocks
from primus_eval.figures.canvas import figure_of


def cells(ax):
    return {patch.get_label(): patch for patch in ax.patches if patch.get_label().startswith("block")}


def test_shares_are_of_those_observed_in_a_block():
    frame = contact_blocks_frame(made.delivered(made.blocks()))
    shares = frame.set_index(["block", "level"])["share"]
    assert shares[1, "2_3"] == pytest.approx(0.4) and shares[2, "0"] == pytest.approx(0.75)
    assert shares[3].isna().all(), "a share would give the withheld number back"


def test_more_people_are_a_darker_cell_and_what_is_withheld_is_hatched():
    drawn = cells(plot_contact_blocks(made.delivered(made.blocks())))
    assert len(drawn) == 12
    few, many = (
        sum(drawn[name].get_facecolor()[:3]) for name in ("block 1, level 4_more", "block 2, level 0")
    )
    assert many < few
    assert drawn["block 3, level 0"].get_hatch() and not drawn["block 1, level 0"].get_hatch()


def test_percentages_stand_in_the_cells():
    written = [text.get_text() for text in plot_contact_blocks(made.delivered(made.blocks())).texts]
    assert {"25", "40", "10", "75", "0"} <= set(written)


def test_the_text_gives_the_first_block_and_the_last_that_is_known():
    text = contact_blocks_alt(made.delivered(made.blocks()))
    assert "25.0% not met, 25.0% once, 40.0% two or three times and 10.0% four times or more" in text
    assert "In block 2, the last: 75.0% not met" in text


@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize("count", [1, 13, 52])
def test_nothing_is_clipped_and_no_text_runs_into_another(language, count):
    rows = tuple((block, *row[1:]) for block in range(1, count + 1) for row in made.BLOCK_ROWS[:4])
    findings = made.delivered(made.blocks(rows), simulated=True)
    require_nothing_clipped(figure_of(plot_contact_blocks(findings, language=language, mark="INTERNAL")))


def test_nobody_observed_and_what_is_withheld():
    rows = tuple((1, level, 0) for level in ("0", "1", "2_3", "4_more"))
    assert contact_blocks_frame(made.delivered(made.blocks(rows)))["share"].isna().all()
    plot_contact_blocks(made.delivered(made.blocks(rows)))
    assert draw_all(made.delivered(made.blocks().withheld("small_cell"), rows=())) == ()
