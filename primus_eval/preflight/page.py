"""A preflight as one page of HTML that needs nothing else; all of a protocol or a file is escaped."""

from __future__ import annotations

from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from primus_eval.errors import Problem, grouped
from primus_eval.figures import theme
from primus_eval.preflight.phrases import (
    FOR_WHOM,
    VERDICTS,
    anonymity_in_words,
    chapter_facts,
    column_facts,
    method_in_words,
    missing_in_words,
    outcome_facts,
    prior_in_words,
    problems_by_place,
    size_in_words,
    verdict_of,
    visible_line,
)
from primus_eval.preflight.records import MARK, Preflight

LINES_NAMED = 10


def as_html(preflight: Preflight) -> str:
    """Lay a preflight out as a page."""
    return (
        _environment()
        .get_template("preflight.html.j2")
        .render(
            it=preflight,
            mark=MARK,
            chapters=chapter_facts(preflight.chapters),
            lag_arms=list(dict.fromkeys(arm for item in preflight.lag for arm in item.weeks)),
            notes=list(map(_said, grouped(preflight.notes))),
            problems=[
                (title, list(map(_said, grouped(found)))) for title, found in problems_by_place(preflight)
            ],
            verdict=verdict_of(preflight, where="below"),
            for_whom=FOR_WHOM,
            colours=theme.DOCUMENT,
        )
    )


def _said(kind: tuple[Problem, list[int]]) -> dict[str, object]:
    """A kind of problem with its place, and the lines on which it stands."""
    problem, lines = kind
    numbers = [str(line) for line in lines if line]
    more = len(numbers) - LINES_NAMED
    named = ", ".join(numbers[:LINES_NAMED]) + (f" and {more} more" if more > 0 else "")
    where = "" if not numbers else f"line {named}" if len(numbers) == 1 else f"lines {named}"
    return {"problem": problem, "place": problem.place, "lines": where}


@cache
def _environment() -> Environment:
    environment = Environment(
        # the second folder holds the style sheet that all pages share
        loader=ChoiceLoader([PackageLoader("primus_eval.preflight"), PackageLoader("primus_eval.report")]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    environment.filters |= {
        "visible": visible_line,
        "facts": column_facts,
        "size": size_in_words,
        "outcome_facts": outcome_facts,
        "method": method_in_words,
        "missing_in_words": missing_in_words,
        "prior_in_words": prior_in_words,
        "anonymity": anonymity_in_words,
        "verdict": VERDICTS.__getitem__,
    }
    return environment
