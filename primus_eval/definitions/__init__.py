"""What counts as reoffending: a definition as a record, and those of official statistics."""

from primus_eval.definitions.model import DecisionLag, FineThreshold, Reoffending, for_trial, preset
from primus_eval.definitions.presets import PRESETS, Preset
from primus_eval.definitions.windows import horizon_days, later_by_months

__all__ = [
    "PRESETS",
    "DecisionLag",
    "FineThreshold",
    "Preset",
    "Reoffending",
    "for_trial",
    "horizon_days",
    "later_by_months",
    "preset",
]
