"""Figures, made from findings alone: each a frame with the numbers drawn, and a plot that only adds ink.

`curve_frame` and `plot_curve`, `flow_frame` and `plot_flow`, `forest_frame` and `plot_forest`,
`balance_frame` and `plot_balance`, `stacked_frame` and `plot_stacked`, `mean_count_frame` and
`plot_mean_count`, `periods_frame` and `plot_periods`, `definition_lines` and `plot_definitions`,
`plane_frame` and `plot_plane`, `acceptability_frame` and `plot_acceptability`, `break_even_frame` and
`plot_break_even`, `run_chart_frame` and `plot_run_chart`, `funnel_frame` and `plot_funnel`, `exposure_frame`
and `plot_exposure`, `contact_blocks_frame` and `plot_contact_blocks`; `draw_all`
makes every figure of a report as PNG. The frames need no matplotlib: it is loaded when the first figure is
drawn. No pyplot, so no figure is left behind.
"""

from primus_eval.figures.acceptability import acceptability_alt, acceptability_frame
from primus_eval.figures.acceptability_ink import plot_acceptability
from primus_eval.figures.balance import balance_alt, balance_frame
from primus_eval.figures.balance_ink import plot_balance
from primus_eval.figures.break_even import break_even_alt, break_even_frame
from primus_eval.figures.break_even_ink import plot_break_even
from primus_eval.figures.contact_blocks import contact_blocks_alt, contact_blocks_frame
from primus_eval.figures.contact_blocks_ink import plot_contact_blocks
from primus_eval.figures.curve import curve_frame, risk_table_frame
from primus_eval.figures.curve_effects import effects_frame
from primus_eval.figures.curve_ink import plot_curve
from primus_eval.figures.curve_words import curve_alt
from primus_eval.figures.definitions import definition_lines, definitions_alt
from primus_eval.figures.definitions_ink import plot_definitions
from primus_eval.figures.draw import Drawing, draw_all
from primus_eval.figures.exposure import exposure_alt, exposure_frame, states_frame
from primus_eval.figures.exposure_ink import plot_exposure
from primus_eval.figures.flow import FlowDoesNotAddUp, flow_alt, flow_frame
from primus_eval.figures.flow_ink import plot_flow
from primus_eval.figures.forest import forest_alt, forest_frame
from primus_eval.figures.forest_ink import plot_forest
from primus_eval.figures.funnel import funnel_alt, funnel_frame
from primus_eval.figures.funnel_ink import plot_funnel
from primus_eval.figures.mean_count import mean_count_alt, mean_count_frame
from primus_eval.figures.mean_count_ink import plot_mean_count
from primus_eval.figures.periods import period_analyses, periods_alt, periods_frame
from primus_eval.figures.periods_ink import plot_periods
from primus_eval.figures.plane import plane_alt, plane_frame
from primus_eval.figures.plane_ink import plot_plane
from primus_eval.figures.run_chart import run_chart_alt, run_chart_frame
from primus_eval.figures.run_chart_ink import plot_run_chart
from primus_eval.figures.stacked import stacked_alt, stacked_frame
from primus_eval.figures.stacked_ink import plot_stacked
from primus_eval.figures.yearly_hazards import yearly_hazards_alt, yearly_hazards_frame
from primus_eval.figures.yearly_hazards_ink import plot_yearly_hazards

__all__ = [
    "Drawing",
    "FlowDoesNotAddUp",
    "acceptability_alt",
    "acceptability_frame",
    "balance_alt",
    "balance_frame",
    "break_even_alt",
    "break_even_frame",
    "contact_blocks_alt",
    "contact_blocks_frame",
    "curve_alt",
    "curve_frame",
    "definition_lines",
    "definitions_alt",
    "draw_all",
    "effects_frame",
    "exposure_alt",
    "exposure_frame",
    "flow_alt",
    "flow_frame",
    "forest_alt",
    "forest_frame",
    "funnel_alt",
    "funnel_frame",
    "mean_count_alt",
    "mean_count_frame",
    "period_analyses",
    "periods_alt",
    "periods_frame",
    "plane_alt",
    "plane_frame",
    "plot_acceptability",
    "plot_balance",
    "plot_break_even",
    "plot_contact_blocks",
    "plot_curve",
    "plot_definitions",
    "plot_exposure",
    "plot_flow",
    "plot_forest",
    "plot_funnel",
    "plot_mean_count",
    "plot_periods",
    "plot_plane",
    "plot_run_chart",
    "plot_stacked",
    "plot_yearly_hazards",
    "risk_table_frame",
    "run_chart_alt",
    "run_chart_frame",
    "stacked_alt",
    "stacked_frame",
    "states_frame",
    "yearly_hazards_alt",
    "yearly_hazards_frame",
]
