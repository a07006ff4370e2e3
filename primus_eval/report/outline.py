"""Which sections a report has at each depth, in the order in which they are printed.

A new section is a module in `sections` and a line here. A jury gets the sheet and the result with what it
rests on; whoever wants every result and how it was computed reads the full report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from primus_eval.appraisal import Appraisal
from primus_eval.report.display import Figure, Paragraphs, Section, Table
from primus_eval.report.page import Page
from primus_eval.report.sections.asked import asked_section
from primus_eval.report.sections.assumptions import assumptions_section
from primus_eval.report.sections.certainty import certainty_section
from primus_eval.report.sections.chapters import chapters_in_short
from primus_eval.report.sections.checklists import checklists_section
from primus_eval.report.sections.computed import computed_section
from primus_eval.report.sections.costs import costs_section
from primus_eval.report.sections.counted import counted_section
from primus_eval.report.sections.limits import limits_in_short, limits_section
from primus_eval.report.sections.long_term import long_term_section
from primus_eval.report.sections.needs import needs_section
from primus_eval.report.sections.other_definitions import definitions_section
from primus_eval.report.sections.participants import baseline_section, participants_section
from primus_eval.report.sections.process import process_section
from primus_eval.report.sections.promised import promised_section
from primus_eval.report.sections.results import others_section, primary_section
from primus_eval.report.sections.transition import transition_section
from primus_eval.report.sections.way import way_section
from primus_eval.report.sheet import concluded_section, found_in_short, found_section, judged_section
from primus_eval.vocabulary import ReportDepth

SectionOf = Callable[[Page, tuple[Appraisal, ...]], Section]


def _of_page(section: Callable[[Page], Section]) -> SectionOf:
    """Let a section that is made from the page alone be called like those that need the judgements."""
    return lambda page, appraisals: section(page)


def _in_short(section: Callable[[Page], Section]) -> SectionOf:
    """Keep what is said and drawn in a section, and leave its tables to the full report."""

    def short(page: Page, appraisals: tuple[Appraisal, ...]) -> Section:
        whole = section(page)
        parts = tuple(part for part in whole.parts if not isinstance(part, Table))
        return replace(whole, parts=_first_figure_only(parts))

    return short


def _first_figure_only(parts: tuple[Paragraphs | Figure, ...]) -> tuple[Paragraphs | Figure, ...]:
    figures = [part for part in parts if isinstance(part, Figure)]
    return tuple(part for part in parts if part not in figures[1:])


FULL: tuple[SectionOf, ...] = (
    *map(
        _of_page,
        (
            promised_section,
            counted_section,
            participants_section,
            baseline_section,
            primary_section,
            transition_section,
            others_section,
            definitions_section,
            way_section,
            certainty_section,
            assumptions_section,
            asked_section,
            process_section,
            needs_section,
            long_term_section,
            costs_section,
            limits_section,
            computed_section,
            checklists_section,
        ),
    ),
)

JURY: tuple[SectionOf, ...] = (
    judged_section,
    found_section,
    concluded_section,
    _of_page(chapters_in_short),
    _of_page(asked_section),
    _in_short(primary_section),
    _in_short(participants_section),
    _in_short(certainty_section),
    _of_page(limits_in_short),
)

SUMMARY: tuple[SectionOf, ...] = (
    judged_section,
    found_in_short,
    concluded_section,
    _of_page(chapters_in_short),
)

OUTLINES: Mapping[ReportDepth, tuple[SectionOf, ...]] = {"summary": SUMMARY, "jury": JURY, "full": FULL}
