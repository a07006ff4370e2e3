"""Figures, made from findings alone: each a frame with the numbers drawn, and a plot that only adds ink.

`curve_frame` and `plot_curve`, `flow_frame` and `plot_flow`, `forest_frame` and `plot_forest`,
`balance_frame` and `plot_balance`, `stacked_frame` and `plot_stacked`, `mean_count_frame` and
`plot_mean_count`, `periods_frame` and `plot_periods`, `definition_lines` and `plot_definitions`; `draw_all`
makes every figure of a report as PNG. The frames need no matplotlib: it is loaded when the first figure is
drawn. No pyplot, so no figure is left behind.
"""

from primus_eval.figures.balance import balance_alt, balance_frame
from primus_eval.figures.balance_ink import plot_balance
from primus_eval.figures.curve import curve_frame, risk_table_frame
from primus_eval.figures.curve_effects import effects_frame
from primus_eval.figures.curve_ink import plot_curve
from primus_eval.figures.curve_words import curve_alt
from primus_eval.figures.definitions import definition_lines, definitions_alt
from primus_eval.figures.definitions_ink import plot_definitions
from primus_eval.figures.draw import Drawing, draw_all
from primus_eval.figures.flow import FlowDoesNotAddUp, flow_alt, flow_frame
from primus_eval.figures.flow_ink import plot_flow
from primus_eval.figures.forest import forest_alt, forest_frame
from primus_eval.figures.forest_ink import plot_forest
from primus_eval.figures.mean_count import mean_count_alt, mean_count_frame
from primus_eval.figures.mean_count_ink import plot_mean_count
from primus_eval.figures.periods import period_analyses, periods_alt, periods_frame
from primus_eval.figures.periods_ink import plot_periods
from primus_eval.figures.stacked import stacked_alt, stacked_frame
from primus_eval.figures.stacked_ink import plot_stacked

__all__ = [
    "Drawing",
    "FlowDoesNotAddUp",
    "balance_alt",
    "balance_frame",
    "curve_alt",
    "curve_frame",
    "definition_lines",
    "definitions_alt",
    "draw_all",
    "effects_frame",
    "flow_alt",
    "flow_frame",
    "forest_alt",
    "forest_frame",
    "mean_count_alt",
    "mean_count_frame",
    "period_analyses",
    "periods_alt",
    "periods_frame",
    "plot_balance",
    "plot_curve",
    "plot_definitions",
    "plot_flow",
    "plot_forest",
    "plot_mean_count",
    "plot_periods",
    "plot_stacked",
    "risk_table_frame",
    "stacked_alt",
    "stacked_frame",
]
