"""Findings to a report: two self-contained HTML pages, tables and figures, from a view alone."""

from primus_eval.report.render import render

__all__ = ["render"]
