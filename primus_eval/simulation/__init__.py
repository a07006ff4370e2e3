"""A whole mentoring trial with a known truth: everything a register would hold, and what is true of it.

No person stands behind any row. It is here so that the toolkit can be tried without anybody's data, and
so that what it estimates can be laid beside what is true.
"""

from primus_eval.simulation.scenario import RISK_GROUPS, Scenario
from primus_eval.simulation.trial import SimulatedTrial, simulate
from primus_eval.simulation.truth import TrueRisk, true_risks
from primus_eval.simulation.writing import files_of

__all__ = [
    "RISK_GROUPS",
    "Scenario",
    "SimulatedTrial",
    "TrueRisk",
    "files_of",
    "simulate",
    "true_risks",
]
