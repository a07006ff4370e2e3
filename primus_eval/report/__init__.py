"""Findings to a report at three depths and in several formats, with tables and figures, from a view alone."""

from primus_eval.report.render import render

__all__ = ["render"]
