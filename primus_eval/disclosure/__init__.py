"""What may leave: `release` turns Findings into a Released view in which no cell points at a person."""

from primus_eval.disclosure.release import release
from primus_eval.disclosure.view import Internal, Released, View, view_from_json

__all__ = ["Internal", "Released", "View", "release", "view_from_json"]
