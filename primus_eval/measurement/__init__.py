"""From a Trial to one outcome for each person, with a reason for everyone left out."""

from primus_eval.measurement.by_rules import measure_by_rules
from primus_eval.measurement.measuring import measure
from primus_eval.measurement.observed import DAYS_PER_UNIT
from primus_eval.measurement.prior import known_before, prior_offending
from primus_eval.measurement.records import Exclusion, Measurement, Tally
from primus_eval.measurement.start_stop import start_stop

__all__ = [
    "DAYS_PER_UNIT",
    "Exclusion",
    "Measurement",
    "Tally",
    "known_before",
    "measure",
    "measure_by_rules",
    "prior_offending",
    "start_stop",
]
