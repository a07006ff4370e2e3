"""A first protocol from a folder of data: every guess is marked, nothing is decided."""

from primus_eval.scaffold.marks import GUESS, guessed_lines, require_no_guess
from primus_eval.scaffold.writing import Drafted, draft_protocol, scaffold

__all__ = ["GUESS", "Drafted", "draft_protocol", "guessed_lines", "require_no_guess", "scaffold"]
