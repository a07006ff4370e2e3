"""Evaluate randomised controlled trials of programmes against reoffending, honestly and safely.

The path, noun by noun, and the verbs between them:

    protocol.toml --read_protocol--> Protocol
    files --load_trial--> Trial --measure--> Measurement --estimate--> Findings
    Findings --release--> Released --render--> files --publish--> folder

In a notebook everything in memory is internal; only what passes `release` may leave. `run` walks
the whole path. Names load their modules on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing would cost half of the start of the command line
if TYPE_CHECKING:
    from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "primus_eval.appraisal": ("Appraisal", "read_appraisal"),
    "primus_eval.audit": ("audit_exhibit",),
    "primus_eval.baseline": ("allocation_check", "baseline_table"),
    "primus_eval.comparison": ("compare_definitions",),
    "primus_eval.definitions": ("PRESETS", "Reoffending", "preset"),
    "primus_eval.disclosure": ("Internal", "Released", "release", "view_from_json"),
    "primus_eval.errors": ("DisclosureError", "InputError", "PrimusError"),
    "primus_eval.estimators": ("ESTIMATORS", "curve_exhibits", "estimate"),
    "primus_eval.figures": (
        "acceptability_frame",
        "balance_frame",
        "break_even_frame",
        "contact_blocks_frame",
        "curve_frame",
        "exposure_frame",
        "flow_frame",
        "forest_frame",
        "funnel_frame",
        "mean_count_frame",
        "periods_frame",
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
        "run_chart_frame",
        "stacked_frame",
        "states_frame",
        "yearly_hazards_frame",
    ),
    "primus_eval.findings": ("Exhibit", "Finding", "Findings"),
    "primus_eval.flow": ("participant_flow",),
    "primus_eval.loaders": ("load_trial",),
    "primus_eval.measurement": ("Measurement", "measure", "start_stop"),
    "primus_eval.output": ("publish",),
    "primus_eval.pipeline": ("evaluate", "run", "update"),
    "primus_eval.protocol": ("Protocol", "read_protocol"),
    "primus_eval.report": ("render",),
    "primus_eval.report.said": ("sentence_of",),
    "primus_eval.report.tables": ("table_of",),
    "primus_eval.simulation": ("SimulatedTrial", "simulate"),
    "primus_eval.trial": ("Trial",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["__version__", *sorted(_HOME_OF)]


def __getattr__(name: str) -> Any:
    """Load a public name from its module on first use (PEP 562)."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'primus_eval' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return __all__
