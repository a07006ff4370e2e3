"""Every figure of a report, drawn once as PNG for every format, with a text for readers who do not see it.

What is withheld is not drawn. A PNG holds no coordinates, which is why released figures are nothing else.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from primus_eval.figures.acceptability import acceptability_alt
from primus_eval.figures.acceptability_ink import plot_acceptability
from primus_eval.figures.balance import balance_alt
from primus_eval.figures.balance_ink import plot_balance
from primus_eval.figures.break_even import break_even_alt, can_break_even
from primus_eval.figures.break_even_ink import plot_break_even
from primus_eval.figures.canvas import figure_of, png
from primus_eval.figures.contact_blocks import contact_blocks_alt
from primus_eval.figures.contact_blocks_ink import plot_contact_blocks
from primus_eval.figures.curve import PREDICTED, is_coarse
from primus_eval.figures.curve_ink import plot_curve
from primus_eval.figures.curve_words import curve_alt
from primus_eval.figures.definitions import definitions_alt
from primus_eval.figures.definitions_ink import plot_definitions
from primus_eval.figures.exposure import exposure_alt
from primus_eval.figures.exposure_ink import plot_exposure
from primus_eval.figures.flow import flow_alt
from primus_eval.figures.flow_ink import plot_flow
from primus_eval.figures.forest import forest_alt, has_interval
from primus_eval.figures.forest_ink import forest_sheets, plot_forest
from primus_eval.figures.funnel import funnel_alt
from primus_eval.figures.funnel_ink import plot_funnel
from primus_eval.figures.indicator_words import indicator_of
from primus_eval.figures.mean_count import mean_count_alt
from primus_eval.figures.mean_count_ink import plot_mean_count
from primus_eval.figures.periods import period_analyses, periods_alt
from primus_eval.figures.periods_ink import plot_periods
from primus_eval.figures.plane import plane_alt
from primus_eval.figures.plane_ink import plot_plane
from primus_eval.figures.run_chart import run_chart_alt
from primus_eval.figures.run_chart_ink import plot_run_chart
from primus_eval.figures.stacked import stacked_alt
from primus_eval.figures.stacked_ink import plot_stacked
from primus_eval.figures.yearly_hazards import yearly_hazards_alt
from primus_eval.figures.yearly_hazards_ink import plot_yearly_hazards
from primus_eval.findings import Exhibit, Findings

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A figure as a file: its name without ending, the PNG, and what it says in words.

    exhibit: id of the exhibit that it draws; of findings, "periods/" with the analysis, or "" for the forest.
    caption_key: flow, balance, curve, coarse_curve, stacked, mean_count, forest, forest_more, periods,
    standardised_curve, definitions, yearly_hazards, run_chart, funnel, exposure, contact_blocks, plane,
    acceptability or break_even.
    """

    name: str
    png: bytes
    alt: str
    width_px: int
    height_px: int
    caption_key: str
    exhibit: str = ""

    def _repr_png_(self) -> bytes:
        """Show the figure in a notebook."""
        return self.png


def draw_all(findings: Findings, *, language: str = "en", mark: str | None = None) -> tuple[Drawing, ...]:
    """Draw every figure that has something to show, in the order in which `Drawing` lists their captions.

    mark: words to stamp on every figure, such as INTERNAL.
    """
    return tuple(_drawings(findings, language, mark))


def _drawings(findings: Findings, language: str, mark: str | None) -> Iterator[Drawing]:
    for exhibit in _shown(findings, "flow"):
        ax = plot_flow(findings, language=language, mark=mark)
        yield _drawing("flow", ax, flow_alt(findings, language=language), "flow", exhibit.id)
    for exhibit in _shown(findings, "baseline"):
        ax = plot_balance(findings, language=language, mark=mark)
        yield _drawing("balance", ax, balance_alt(findings, language=language), "balance", exhibit.id)
    for exhibit in _shown(findings, "curve"):
        key = "coarse_curve" if is_coarse(exhibit) else "curve"
        yield _curve(findings, exhibit, key, language, mark)
    for exhibit in _shown(findings, "cumulative_incidence"):
        outcome, population = exhibit.outcome, exhibit.population
        ax = plot_stacked(findings, outcome=outcome, population=population, language=language, mark=mark)
        alt = stacked_alt(findings, outcome=outcome, population=population, language=language)
        yield _drawing(exhibit.id, ax, alt, "stacked", exhibit.id)
    for exhibit in _shown(findings, "mean_count"):
        outcome, population = exhibit.outcome, exhibit.population
        ax = plot_mean_count(findings, outcome=outcome, population=population, language=language, mark=mark)
        alt = mean_count_alt(findings, outcome=outcome, population=population, language=language)
        yield _drawing(exhibit.id, ax, alt, "mean_count", exhibit.id)
    if has_interval(findings):
        for number, panels in enumerate(forest_sheets(findings, language=language), 1):
            ax = plot_forest(findings, language=language, mark=mark, panels=panels)
            alt = forest_alt(findings, language=language, panels=panels)
            name, key = ("forest", "forest") if number == 1 else (f"forest_{number}", "forest_more")
            yield _drawing(name, ax, alt, key)
    for analysis in period_analyses(findings):
        ax = plot_periods(findings, analysis=analysis, language=language, mark=mark)
        alt = periods_alt(findings, analysis=analysis, language=language)
        yield _drawing(f"periods/{analysis}", ax, alt, "periods", f"periods/{analysis}")
    for exhibit in _shown(findings, PREDICTED):
        yield _curve(findings, exhibit, PREDICTED, language, mark)
    for exhibit in _shown(findings, "definitions"):
        ax = plot_definitions(findings, outcome=exhibit.outcome, language=language, mark=mark)
        alt = definitions_alt(findings, outcome=exhibit.outcome, language=language)
        yield _drawing(exhibit.id, ax, alt, "definitions", exhibit.id)
    for exhibit in _shown(findings, "yearly_hazards"):
        ax = plot_yearly_hazards(findings, outcome=exhibit.outcome, language=language, mark=mark)
        alt = yearly_hazards_alt(findings, outcome=exhibit.outcome, language=language)
        yield _drawing(exhibit.id, ax, alt, "yearly_hazards", exhibit.id)
    yield from _of_delivery(findings, language, mark)
    yield from _of_costs(findings, language, mark)


def _of_delivery(findings: Findings, language: str, mark: str | None) -> Iterator[Drawing]:
    """Draw how the programme was delivered: by month, by unit, over time."""
    for exhibit in _shown(findings, "run_chart"):
        indicator = indicator_of(exhibit)
        ax = plot_run_chart(findings, indicator=indicator, language=language, mark=mark)
        alt = run_chart_alt(findings, indicator=indicator, language=language)
        yield _drawing(exhibit.id, ax, alt, "run_chart", exhibit.id)
    for exhibit in _shown(findings, "funnel"):
        indicator = indicator_of(exhibit)
        ax = plot_funnel(findings, indicator=indicator, language=language, mark=mark)
        alt = funnel_alt(findings, indicator=indicator, language=language)
        yield _drawing(exhibit.id, ax, alt, "funnel", exhibit.id)
    for exhibit in _shown(findings, "exposure"):
        ax = plot_exposure(findings, language=language, mark=mark)
        yield _drawing(exhibit.id, ax, exposure_alt(findings, language=language), "exposure", exhibit.id)
    for exhibit in _shown(findings, "contact_blocks"):
        ax = plot_contact_blocks(findings, language=language, mark=mark)
        alt = contact_blocks_alt(findings, language=language)
        yield _drawing(exhibit.id, ax, alt, "contact_blocks", exhibit.id)


def _of_costs(findings: Findings, language: str, mark: str | None) -> Iterator[Drawing]:
    for exhibit in _shown(findings, "plane"):
        ax = plot_plane(findings, language=language, mark=mark)
        yield _drawing(exhibit.id, ax, plane_alt(findings, language=language), "plane", exhibit.id)
    for exhibit in _shown(findings, "acceptability"):
        ax = plot_acceptability(findings, language=language, mark=mark)
        alt = acceptability_alt(findings, language=language)
        yield _drawing(exhibit.id, ax, alt, "acceptability", exhibit.id)
    for exhibit in _shown(findings, "break_even"):
        if can_break_even(findings):
            ax = plot_break_even(findings, language=language, mark=mark)
            alt = break_even_alt(findings, language=language)
            yield _drawing(exhibit.id, ax, alt, "break_even", exhibit.id)


def _curve(findings: Findings, exhibit: Exhibit, key: str, language: str, mark: str | None) -> Drawing:
    ax = plot_curve(findings, exhibit=exhibit, language=language, mark=mark)
    return _drawing(exhibit.id, ax, curve_alt(findings, exhibit=exhibit, language=language), key, exhibit.id)


def _shown(findings: Findings, kind: str) -> Iterator[Exhibit]:
    """Yield the exhibits of a kind that have something to show."""
    for exhibit in findings.exhibits_of(kind):
        if exhibit.status == "estimated" and exhibit.rows:
            yield exhibit


def _drawing(name: str, ax: Axes, alt: str, caption_key: str, exhibit: str = "") -> Drawing:
    image = png(figure_of(ax))
    # The sizes stand in the header of every PNG: bytes 16 to 24, big-endian (PNG specification, 11.2.2).
    width, height = struct.unpack(">II", image[16:24])
    return Drawing(
        name=re.sub(r"[^a-z0-9]+", "_", name.lower()),
        png=image,
        alt=alt,
        width_px=width,
        height_px=height,
        caption_key=caption_key,
        exhibit=exhibit,
    )
