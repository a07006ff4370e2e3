"""Print docs/indicators.md from the catalogue: `python -m primus_eval.estimators.process.page`."""

from __future__ import annotations

from primus_eval.estimators.process.catalogue import CATALOGUE, CatalogueEntry

INTRODUCTION = """\
# Indicators of a process evaluation

<!-- Written by primus_eval/estimators/process/page.py; a test fails if it is out of date. -->

What each indicator needs, what it is broken down by, and which framework asks for it. An indicator without
what it needs is said not to be collected. Those about people count everybody randomised to the programme,
also who was never met. What each asks, counts and may be mistaken for stands in the report.

`linearised` is a sum over persons (or mentors) divided by another, with persons as the units of its
interval; `mean` has Student's interval; `none` is a count or a stock, which has none.

| no. | indicator | needs | by | looked at | unit | method | asked for by |
|---|---|---|---|---|---|---|---|
"""


def page() -> str:
    """Return the page as Markdown.

    Checked: tests/test_process_page.py.
    """
    return INTRODUCTION + "".join(_row(entry) for entry in CATALOGUE)


def _row(entry: CatalogueEntry) -> str:
    tags = "; ".join(f"{framework}: {element.replace('_', ' ')}" for framework, element in entry.tags)
    cells = (
        entry.number,
        f"`{entry.id}`",
        ", ".join(f"`{need}`" for need in entry.needs),
        ", ".join(entry.breakdowns),
        entry.timing.replace("_", " "),
        entry.unit.replace("_", " "),
        entry.method.replace("_", " "),
        tags,
    )
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    print(page(), end="")
