"""A sentence of the press held against released findings: whether it was found, and what it leaves out."""

from primus_eval.claims.holding import hold
from primus_eval.claims.reading import read_claim
from primus_eval.claims.said import Claim
from primus_eval.claims.verdicts import Held
from primus_eval.claims.words import held_as_json, held_as_text

__all__ = ["Claim", "Held", "held_as_json", "held_as_text", "hold", "read_claim"]
