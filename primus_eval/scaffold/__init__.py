"""A first protocol from a folder of data: every guess is marked, nothing is decided."""

from primus_eval.scaffold.marks import GUESS, guessed_lines, require_no_guess
from primus_eval.scaffold.writing import scaffold

__all__ = ["GUESS", "guessed_lines", "require_no_guess", "scaffold"]
