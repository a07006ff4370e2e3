"""From a Trial to one outcome for each person, with a reason for everyone left out."""

from primus_eval.measurement.observed import DAYS_PER_UNIT, Exclusion, Measurement, measure

__all__ = ["DAYS_PER_UNIT", "Exclusion", "Measurement", "measure"]
