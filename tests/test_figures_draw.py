"""All figures together: nothing clipped, nothing overlapping, the same bytes, no style of the session."""

from __future__ import annotations

import io
import itertools
import os
import subprocess
import sys
import warnings
from pathlib import Path

import figure_findings as made
import matplotlib
import pytest
from matplotlib.text import Text
from PIL import Image

import primus_eval.figures
from primus_eval.figures import (
    draw_all,
    plot_balance,
    plot_curve,
    plot_definitions,
    plot_flow,
    plot_forest,
    plot_mean_count,
    plot_periods,
    plot_stacked,
)
from primus_eval.figures.canvas import figure_of, new_figure, png
from primus_eval.figures.lettering import drawable, width_pt, wrap, write
from primus_eval.figures.theme import ARMS, OKABE_ITO
from primus_eval.findings import from_json, to_json

LONG_MARK = "INTERNAL: not released, may point at people, not to be passed on to anyone at all, ever"

BY_DAY = (made.curve_effects(), made.stacked(), made.mean_count(), made.predicted())
PLAIN = made.findings(
    made.curve(),
    made.risk_table(),
    made.flow(),
    made.baseline(age=0.2, prior=-0.3),
    made.definitions(),
    *BY_DAY,
    rows=(*made.ROWS, *made.PERIODS),
)
ALL_MISSING = tuple((*row[:3], *made.NO_NUMBERS, "not_in_the_data") for row in made.DEFINITION_ROWS)
WIDE = made.findings(
    made.coarse_curve(),
    made.risk_table(),
    made.flow(withheld_counts=True),
    made.baseline(age=0.2, prison__open=None),
    made.rounded_definitions(),
    *BY_DAY,
    rows=(*made.ROWS, *(row.withheld("small_cell") for row in made.PERIODS[:3]), *made.PERIODS[3:]),
    arms=("W" * 60, "a" + " n" * 30),
    reasons=("did not meet " * 6, "e" * 90),
    weeks=True,
)
EARLY = made.findings(
    made.curve(
        (*made.CURVE_ROWS[:2], ("treatment", 80.0, 8, 0, 8, 0.2, 0.06, 0.54), *made.CURVE_ROWS[3:]),
        horizon_days=300,
    ),
    made.risk_table(),
    made.flow(),
    made.baseline(notes={"rounded": True, "withheld_variables": 1}, age=0.2, prior=0.13, wing=None),
    made.definitions(ALL_MISSING),
    made.six_effects(),
    made.stacked(made.STACKED_ROWS[:6]),
    made.mean_count(made.MEAN_ROWS[3:]),
    made.predicted(),
    rows=(
        made.PRIMARY.withheld("small_cell"),
        made.CERTAIN,
        made.EVENT_FREE,
        made.WITHHELD,
        *made.PERIODS[:3],
    ),
    arms=("n" * 60, "people who were offered what everybody is offered at release"),
    simulated=True,
)
"""Curves that end before the horizon, rounded and withheld rows, names of sixty letters."""

CASES = {"plain": PLAIN, "strange": made.strange(), "wide": WIDE, "early": EARLY}
PLOTS = {
    "flow": plot_flow,
    "balance": plot_balance,
    "curve": lambda findings, **more: plot_curve(findings, outcome=made.OUTCOME, **more),
    "forest": plot_forest,
    "definitions": plot_definitions,
    "stacked": plot_stacked,
    "mean_count": plot_mean_count,
    "periods": plot_periods,
    "predicted": lambda findings, **more: plot_curve(findings, exhibit=made.predicted(), **more),
}


def boxes(figure):
    """The place of every text that is drawn, in pixels."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    return {id(text): (text.get_text(), Text.get_window_extent(text, renderer)) for text in texts}


@pytest.fixture(params=itertools.product(CASES, PLOTS), ids="-".join)
def figure(request):
    case, plot = request.param
    return figure_of(PLOTS[plot](CASES[case], mark=LONG_MARK if case == "strange" else None))


def test_no_text_is_clipped(figure):
    for text, box in boxes(figure).values():
        inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1
        assert inside, text


def test_no_text_runs_into_another(figure):
    for (text, box), (other, other_box) in itertools.combinations(boxes(figure).values(), 2):
        across = min(box.x1, other_box.x1) - max(box.x0, other_box.x0)
        down = min(box.y1, other_box.y1) - max(box.y0, other_box.y0)
        assert across <= 1 or down <= 1, (text, other)  # a pixel: edges of letters are blurred


def test_every_text_is_what_it_says_and_no_mathematics(figure):
    assert not any(text.get_parse_math() for text in figure.findobj(Text) if "$" in text.get_text())


def test_no_figure_has_a_title_or_a_legend(figure):
    for ax in figure.findobj(matplotlib.axes.Axes):
        assert ax.get_title() == "" and ax.get_legend() is None


def test_labels_with_dollars_and_underscores_are_drawn_as_they_are():
    texts = [text for text, _ in boxes(figure_of(plot_flow(made.strange()))).values()]
    joined = " ".join(texts)
    assert "$\\frac{1}{0}$" in joined and "_s\u00e6dvanlig" in joined and "<script>" in joined


def test_the_same_findings_give_the_same_bytes():
    assert draw_all(PLAIN) == draw_all(from_json(to_json(PLAIN)))


def test_a_style_of_the_session_changes_nothing_and_survives():
    before = [drawing.png for drawing in draw_all(PLAIN)]
    mine = {
        "font.size": 30,
        "axes.facecolor": "pink",
        "savefig.bbox": "tight",
        "lines.linewidth": 9,
        "axes.grid": True,
    }
    with matplotlib.rc_context(mine):
        assert [drawing.png for drawing in draw_all(PLAIN)] == before
        assert matplotlib.rcParams["font.size"] == 30


def test_pngs_say_nothing_of_software_or_time():
    for drawing in draw_all(PLAIN):
        assert drawing.png.startswith(b"\x89PNG")
        assert not any(chunk in drawing.png for chunk in (b"tEXt", b"iTXt", b"zTXt", b"tIME", b"eXIf"))


def test_sizes_are_those_of_the_images():
    for drawing in draw_all(PLAIN):
        with Image.open(io.BytesIO(drawing.png)) as image:
            assert image.size == (drawing.width_px, drawing.height_px)


@pytest.mark.parametrize("name", ["flow", "forest"])
def test_paper_is_white_and_what_stands_out_is_tinted_in_the_file_too(name):
    (drawing,) = [drawing for drawing in draw_all(PLAIN) if drawing.name == name]
    with Image.open(io.BytesIO(drawing.png)) as image:
        pixels = image.convert("L").histogram()
        assert image.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert sum(pixels[225:245]) > 0.02 * sum(pixels)  # the tint, not a few edges of letters
    assert sum(pixels[245:255]) == 0


def test_every_exhibit_with_something_to_show_is_drawn_once():
    drawings = draw_all(made.strange())
    assert {drawing.name: drawing.caption_key for drawing in drawings} == {
        "flow": "flow",
        "balance": "balance",
        "curve_reoffence_assigned": "curve",
        "cumulative_incidence_reoffence_assigned": "stacked",
        "mean_count_reoffence_assigned": "mean_count",
        "forest": "forest",
        "periods_by_period": "periods",
        "standardised_curve_adjusted_assigned": "standardised_curve",
        "definitions_reoffence": "definitions",
    }
    exhibits = [drawing.exhibit for drawing in drawings]
    assert exhibits[2] == "curve/reoffence/assigned"
    assert exhibits[5:8] == ["", "periods/by_period", "standardised_curve/adjusted/assigned"]


def test_what_is_withheld_is_not_drawn():
    exhibits = (made.curve(), made.risk_table(), made.flow(), made.baseline(age=0.2), made.definitions())
    exhibits = (*exhibits, *BY_DAY)
    withheld = tuple(exhibit.withheld("small_cell") for exhibit in exhibits)
    rows = (made.WITHHELD, made.TEST, *(row.withheld("small_cell") for row in made.PERIODS))
    assert draw_all(made.findings(*withheld, rows=rows)) == ()


def test_marks_are_on_every_figure():
    for plot in PLOTS.values():
        texts = [text for text, _ in boxes(figure_of(plot(made.strange(), mark="INTERNAL"))).values()]
        assert "SIMULATED DATA" in texts and "INTERNAL" in texts
        texts = [text for text, _ in boxes(figure_of(plot(PLAIN))).values()]
        assert "SIMULATED DATA" not in texts


def test_every_alternative_text_ends_a_sentence_and_names_the_arms():
    for drawing in draw_all(PLAIN):
        assert drawing.alt.endswith(".") and "two mentors" in drawing.alt and "usual services" in drawing.alt


def contrast(colour):
    """Contrast with white, WCAG 2.2."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def test_colours_are_told_apart_and_read():
    assert {style.line for style in ARMS.values()} <= set(OKABE_ITO.values())
    assert len({(style.dashes, style.marker) for style in ARMS.values()}) == 2
    for style in ARMS.values():
        assert contrast(style.line) >= 3 and contrast(style.text) >= 4.5


def test_a_text_is_as_wide_as_it_was_measured():
    ax = new_figure(504, 100).add_axes((0, 0, 1, 1))
    for text in ("Financial aid", "WWWW", "\u00c6\u00d8\u00c5 \u22128.3 (\u221216.5 to \u22120.02)"):
        drawn = write(ax, text, at=(0, 0.5), size_pt=9, bold=True)
        figure_of(ax).canvas.draw()
        box = Text.get_window_extent(drawn, figure_of(ax).canvas.get_renderer())
        assert box.width * 72 / 200 == pytest.approx(width_pt(text, size_pt=9, bold=True), abs=0.5)


def test_wrapping_keeps_every_letter_and_stays_in_its_room():
    text = "a long label with " + "W" * 50 + " in it, and $\\alpha$"
    lines = wrap(text, room_pt=80)
    assert all(width_pt(line) <= 80 for line in lines[:-1])
    assert "".join("".join(lines).split()) == "".join(text.split()) or lines[-1].endswith("\u2026")
    assert len(wrap("word " * 2000, room_pt=80)) == 8


def test_a_space_that_does_not_break_does_not_break():
    assert wrap("22,2\u00a0%", room_pt=1) != ["22,2", "%"]


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("\u4f60\u3042", "\u25a1\u25a1"),
        ("a\nb\tc", "a b c"),
        ("a\u202eb\u200d", "ab"),
        ("\u00c6\u00f8\u00e5", "\u00c6\u00f8\u00e5"),
    ],
)
def test_a_character_that_cannot_be_drawn_is_a_box_and_no_warning(text, drawn):
    assert drawable(text) == drawn
    findings = made.findings(made.curve(), arms=(text, "usual"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert png(figure_of(plot_curve(findings, outcome=made.OUTCOME)))


def test_frames_load_neither_matplotlib_nor_trials():
    script = (
        "import sys, figure_findings as made; from primus_eval import figures as f; x = made.findings("
        "made.curve(), made.risk_table(), made.flow(), made.baseline(age=0.2), made.definitions(), "
        "made.curve_effects(), made.stacked(), made.mean_count(), rows=made.PERIODS); "
        "a = {'outcome': 'reoffence'}; f.effects_frame(x, **a); f.stacked_frame(x, **a); "
        "f.mean_count_frame(x, **a); f.stacked_alt(x, **a); f.mean_count_alt(x, **a); "
        "f.periods_frame(x, analysis='by_period'); f.periods_alt(x, analysis='by_period'); "
        "f.curve_frame(x, outcome='reoffence'); f.flow_frame(x); f.forest_frame(x); f.balance_frame(x); "
        "f.curve_alt(x, outcome='reoffence'); f.flow_alt(x); f.forest_alt(x); f.balance_alt(x); "
        "f.definition_lines(x); f.definitions_alt(x); "
        "print('matplotlib' in sys.modules, 'matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(made.__file__).parent)},
    )
    assert done.stdout.split() == ["False", "False"]


def test_figures_import_no_trial_and_no_pyplot():
    for path in Path(primus_eval.figures.__file__).parent.glob("*.py"):
        imported = [
            line
            for line in path.read_text(encoding="utf-8").splitlines()
            if line.strip().startswith(("import ", "from "))
        ]
        assert not [line for line in imported if "pyplot" in line or "primus_eval.trial" in line]
