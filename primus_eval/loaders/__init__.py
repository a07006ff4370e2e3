"""From files to a Trial: text first, then conversion under the declared schema, all problems at once."""

from primus_eval.loaders.loading import load_trial

__all__ = ["load_trial"]
