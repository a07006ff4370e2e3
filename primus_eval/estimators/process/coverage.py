"""Which elements of which framework are reported, and by what: what was not collected is there to be seen."""

from __future__ import annotations

from primus_eval.estimators.process.catalogue import CATALOGUE, Framework
from primus_eval.estimators.process.delivered import Delivered
from primus_eval.estimators.process.indicators import states_of
from primus_eval.findings import Exhibit
from primus_eval.protocol import ASSIGNED
from primus_eval.vocabulary import IndicatorState

ELEMENTS: dict[Framework, tuple[str, ...]] = {
    "moore": (
        "how_delivered",
        "fidelity",
        "dose",
        "adaptations",
        "reach",
        "participant_response",
        "mediators",
        "unexpected",
        "context",
    ),
    "reaim": ("reach", "representativeness", "adoption", "implementation", "cost", "maintenance"),
    "consort_spi": ("delivery", "uptake", "materials", "providers"),
    "tidier": ("tailoring", "modifications", "fidelity_planned", "fidelity_actual"),
    "carroll": (
        "content",
        "coverage",
        "frequency",
        "duration",
        "complexity",
        "facilitation",
        "quality",
        "responsiveness",
    ),
}
"""Elements of each framework that a process evaluation is asked for.

Source: Moore et al. 2015, BMJ 350:h1258; Glasgow, Vogt & Boles 1999, American Journal of Public Health
89:1322-1327; Montgomery et al. 2018, Trials 19:407 (CONSORT-SPI, items 5a to 5c); Hoffmann et al. 2014,
BMJ 348:g1687 (TIDieR, items 9 to 12); Carroll et al. 2007, Implementation Science 2:40.
"""


def coverage_exhibit(delivered: Delivered, indicators: Exhibit) -> Exhibit:
    """Return every element of every framework with the indicators that answer it, and their states.

    An element that none answers has an empty indicator: it is reported where the protocol answers it itself,
    as the manual does for materials, and otherwise not collected.
    """
    states = states_of(indicators)
    rows: list[tuple[str, ...]] = []
    for framework, elements in ELEMENTS.items():
        for element in elements:
            answering = [entry.id for entry in CATALOGUE if (framework, element) in entry.tags]
            rows += [(framework, element, id, states[id]) for id in answering]
            if not answering:
                rows.append((framework, element, "", _told(delivered, element)))
    return Exhibit(
        id="coverage",
        kind="coverage",
        columns=("framework", "element", "indicator", "state"),
        rows=tuple(rows),
        population=ASSIGNED,
    )


def _told(delivered: Delivered, element: str) -> IndicatorState:
    has_manual = delivered.process.manual is not None
    return "reported" if element == "materials" and has_manual else "not_collected"
