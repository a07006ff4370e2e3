"""A new delivery of the same trial: is it the same trial, and what changed since the last report."""

from primus_eval.updating.decomposition import Reported, decomposition
from primus_eval.updating.same_trial import (
    Deliveries,
    later_protocol,
    read_deliveries,
    require_same_report,
)
from primus_eval.updating.what_changed import since_last_report

__all__ = [
    "Deliveries",
    "Reported",
    "decomposition",
    "later_protocol",
    "read_deliveries",
    "require_same_report",
    "since_last_report",
]
