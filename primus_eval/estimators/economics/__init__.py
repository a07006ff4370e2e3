"""The economic evaluation beside a trial: what it costs more, what it averts, and what follows from both."""

from __future__ import annotations

from primus_eval.estimators.economics.exhibits import economic_exhibits

__all__ = ["economic_exhibits"]
