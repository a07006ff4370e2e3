"""Figures, made from findings alone: each a frame with the numbers drawn, and a plot that only adds ink.

`curve_frame` and `plot_curve`, `flow_frame` and `plot_flow`, `forest_frame` and `plot_forest`,
`balance_frame` and `plot_balance`, `definition_lines` and `plot_definitions`; `draw_all` makes every
figure of a report as PNG. The frames need no matplotlib: it is loaded when the first figure is drawn. No
pyplot, so no figure is left behind.
"""

from primus_eval.figures.balance import balance_alt, balance_frame
from primus_eval.figures.balance_ink import plot_balance
from primus_eval.figures.curve import curve_alt, curve_frame, risk_table_frame
from primus_eval.figures.curve_ink import plot_curve
from primus_eval.figures.definitions import definition_lines, definitions_alt
from primus_eval.figures.definitions_ink import plot_definitions
from primus_eval.figures.draw import Drawing, draw_all
from primus_eval.figures.flow import FlowDoesNotAddUp, flow_alt, flow_frame
from primus_eval.figures.flow_ink import plot_flow
from primus_eval.figures.forest import forest_alt, forest_frame
from primus_eval.figures.forest_ink import plot_forest

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
    "flow_alt",
    "flow_frame",
    "forest_alt",
    "forest_frame",
    "plot_balance",
    "plot_curve",
    "plot_definitions",
    "plot_flow",
    "plot_forest",
    "risk_table_frame",
]
