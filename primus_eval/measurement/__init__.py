"""From a Trial to one outcome for each person, with a reason for everyone left out."""

from primus_eval.measurement.observed import Exclusion, Measurement, measure

__all__ = ["Exclusion", "Measurement", "measure"]
