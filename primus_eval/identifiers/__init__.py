"""What must not be in anonymous data: numbers of persons, names, addresses and whatever else points at one.

Asked by the loaders of every column that is neither an id nor declared harmless, and of finished files
before they leave. An answer says which kind and how much; it never repeats what was found.
"""

from primus_eval.identifiers.headers import header_word
from primus_eval.identifiers.kinds import CODES, Identifier, Kind
from primus_eval.identifiers.messages import problem
from primus_eval.identifiers.scan import in_column, in_name, in_text

__all__ = ["CODES", "Identifier", "Kind", "header_word", "in_column", "in_name", "in_text", "problem"]
