"""Preflight of a delivery: what is there, what can be computed and shown, and everything that is wrong.

Said before anyone looks at a result: no estimate and no count by outcome appears here.
"""

from primus_eval.preflight.examine import examine
from primus_eval.preflight.page import as_html
from primus_eval.preflight.records import MARK, Preflight, as_json
from primus_eval.preflight.text import as_text

__all__ = ["MARK", "Preflight", "as_html", "as_json", "as_text", "examine"]
