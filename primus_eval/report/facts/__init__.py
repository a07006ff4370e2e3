"""What a report can say of itself: small named facts that items of reporting standards ask for.

Each fact reads the protocol, the exhibits and the findings, and judges nothing. `FACTS` lists them by the
name by which the files in `checklists` refer to them.
"""

from primus_eval.report.facts.answer import Answer, Fact, State
from primus_eval.report.facts.costs import COSTS
from primus_eval.report.facts.delivery import DELIVERY
from primus_eval.report.facts.design import DESIGN
from primus_eval.report.facts.openness import OPENNESS
from primus_eval.report.facts.people import PEOPLE
from primus_eval.report.facts.results import RESULTS

FACTS: dict[str, Fact] = {**DESIGN, **PEOPLE, **DELIVERY, **RESULTS, **OPENNESS, **COSTS}

__all__ = ["FACTS", "Answer", "Fact", "State"]
