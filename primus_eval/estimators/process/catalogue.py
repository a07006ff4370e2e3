"""The indicators of a process evaluation: what each needs, how it is reported, which framework asks for it.

What an indicator asks, counts and may be mistaken for stands in the catalogues of words; how it is computed
in the module of its chapter. The order here is the order of every table of indicators.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from primus_eval.vocabulary import Indicator

Chapter = Literal[
    "reach", "organisation", "matching", "dose", "fidelity", "quality", "endings", "contrast", "harm", "cost"
]
Timing = Literal["monthly", "quarterly", "yearly", "each_wave", "each_change", "at_end"]
Framework = Literal["moore", "reaim", "consort_spi", "tidier", "carroll"]
Breakdown = Literal[
    "branch", "risk", "referrer", "reach", "arm", "reason", "domain", "phase", "mode", "kind", "wave"
]
ReportedAs = Literal[
    "proportion", "per_week", "days", "weeks", "hours", "count", "points", "ratio", "sd", "money"
]
IndicatorMethod = Literal[
    "wilson",
    "exact_poisson",
    "kaplan_meier",
    "cumulative_incidence",
    "median_order",
    "linearised",
    "mean",
    "standardised_difference",
    "none",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """One indicator as it is declared.

    number: its place in the catalogue, such as D5. needs: the tables and keys of the protocol without which
    it is not collected, such as `contacts`, `contacts.planned`, `participants.released_on`, `process.risk`.
    breakdowns: what its rows may be broken down by. timing: how often a programme looks at it. tags:
    framework and element that ask for it.
    """

    id: Indicator
    number: str
    chapter: Chapter
    needs: tuple[str, ...]
    breakdowns: tuple[Breakdown, ...] = ()
    timing: Timing
    unit: ReportedAs
    method: IndicatorMethod
    tags: tuple[tuple[Framework, str], ...]


REACH: tuple[tuple[Framework, str], ...] = (("moore", "reach"), ("reaim", "reach"))
ADOPTION: tuple[tuple[Framework, str], ...] = (("reaim", "adoption"), ("consort_spi", "providers"))
FIDELITY: tuple[tuple[Framework, str], ...] = (
    ("moore", "fidelity"),
    ("tidier", "fidelity_actual"),
    ("consort_spi", "delivery"),
)
DOSE: tuple[tuple[Framework, str], ...] = (
    ("moore", "dose"),
    ("carroll", "frequency"),
    ("consort_spi", "delivery"),
)
DURATION: tuple[tuple[Framework, str], ...] = (("moore", "dose"), ("carroll", "duration"))
RELEASED = ("contacts", "participants.released_on")
FREE = (*RELEASED, "custody")

CATALOGUE: tuple[CatalogueEntry, ...] = (
    CatalogueEntry(
        id="informed",
        number="R1",
        chapter="reach",
        needs=("process.reach (eligible, informed)",),
        breakdowns=("reach",),
        timing="quarterly",
        unit="proportion",
        method="wilson",
        tags=REACH,
    ),
    CatalogueEntry(
        id="consented",
        number="R2",
        chapter="reach",
        needs=("process.reach (informed, consented)",),
        breakdowns=("reach",),
        timing="quarterly",
        unit="proportion",
        method="wilson",
        tags=(*REACH, ("carroll", "coverage")),
    ),
    CatalogueEntry(
        id="representative",
        number="R3",
        chapter="reach",
        needs=("process.reach (eligible, consented by group)",),
        breakdowns=("reach",),
        timing="yearly",
        unit="sd",
        method="standardised_difference",
        tags=(("reaim", "representativeness"),),
    ),
    CatalogueEntry(
        id="referral",
        number="R4",
        chapter="reach",
        needs=("process.referrer",),
        breakdowns=("referrer",),
        timing="yearly",
        unit="proportion",
        method="wilson",
        tags=ADOPTION[:1],
    ),
    CatalogueEntry(
        id="risk_level",
        number="R5",
        chapter="reach",
        needs=("process.risk",),
        breakdowns=("branch",),
        timing="yearly",
        unit="proportion",
        method="wilson",
        tags=(("reaim", "representativeness"), ("carroll", "coverage")),
    ),
    CatalogueEntry(
        id="mentor_capacity",
        number="O1",
        chapter="organisation",
        needs=("mentors", "mentors.approved_on", "matches"),
        breakdowns=("branch",),
        timing="monthly",
        unit="ratio",
        method="none",
        tags=(*ADOPTION, ("moore", "how_delivered")),
    ),
    CatalogueEntry(
        id="approval_days",
        number="O2",
        chapter="organisation",
        needs=("mentors", "mentors.recruited_on", "mentors.approved_on"),
        breakdowns=("branch",),
        timing="quarterly",
        unit="days",
        method="kaplan_meier",
        tags=ADOPTION,
    ),
    CatalogueEntry(
        id="trained_before_match",
        number="O3",
        chapter="organisation",
        needs=("mentors", "mentors.trained_on", "matches"),
        breakdowns=("branch",),
        timing="quarterly",
        unit="proportion",
        method="wilson",
        tags=(*FIDELITY, ("carroll", "facilitation")),
    ),
    CatalogueEntry(
        id="supervised",
        number="O4",
        chapter="organisation",
        needs=("matches", "supervision"),
        breakdowns=("branch",),
        timing="monthly",
        unit="proportion",
        method="linearised",
        tags=(("tidier", "fidelity_planned"), ("carroll", "facilitation")),
    ),
    CatalogueEntry(
        id="mentors_retained",
        number="O5",
        chapter="organisation",
        needs=("mentors", "mentors.approved_on", "mentors.left_on"),
        breakdowns=("branch",),
        timing="yearly",
        unit="proportion",
        method="kaplan_meier",
        tags=(("reaim", "maintenance"), *ADOPTION),
    ),
    CatalogueEntry(
        id="matched",
        number="M1",
        chapter="matching",
        needs=("matches",),
        breakdowns=("branch", "risk"),
        timing="quarterly",
        unit="proportion",
        method="wilson",
        tags=(*REACH, ("carroll", "coverage"), ("consort_spi", "uptake")),
    ),
    CatalogueEntry(
        id="all_mentors",
        number="M2",
        chapter="matching",
        needs=("matches",),
        breakdowns=("branch",),
        timing="monthly",
        unit="proportion",
        method="linearised",
        tags=(*FIDELITY, ("carroll", "content")),
    ),
    CatalogueEntry(
        id="local_match",
        number="M3",
        chapter="matching",
        needs=("matches", "matches.local"),
        timing="yearly",
        unit="proportion",
        method="linearised",
        tags=(("tidier", "tailoring"), ("carroll", "content")),
    ),
    CatalogueEntry(
        id="days_to_match",
        number="M4",
        chapter="matching",
        needs=("matches", "participants.randomised_on", "participants.released_on"),
        breakdowns=("branch",),
        timing="quarterly",
        unit="days",
        method="cumulative_incidence",
        tags=(("reaim", "implementation"), ("moore", "fidelity")),
    ),
    CatalogueEntry(
        id="rematched",
        number="M5",
        chapter="matching",
        needs=("matches", "process.endings or matches.planned_end"),
        timing="yearly",
        unit="proportion",
        method="linearised",
        tags=(("reaim", "implementation"),),
    ),
    CatalogueEntry(
        id="started_before_release",
        number="D1",
        chapter="dose",
        needs=RELEASED,
        breakdowns=("branch",),
        timing="yearly",
        unit="proportion",
        method="wilson",
        tags=FIDELITY,
    ),
    CatalogueEntry(
        id="weeks_before_release",
        number="D2",
        chapter="dose",
        needs=RELEASED,
        timing="yearly",
        unit="weeks",
        method="median_order",
        tags=DURATION,
    ),
    CatalogueEntry(
        id="met_at_gate",
        number="D3",
        chapter="dose",
        needs=RELEASED,
        breakdowns=("branch",),
        timing="quarterly",
        unit="proportion",
        method="wilson",
        tags=(*FIDELITY, ("carroll", "content")),
    ),
    CatalogueEntry(
        id="contact_first_month",
        number="D4",
        chapter="dose",
        needs=RELEASED,
        breakdowns=("branch", "risk"),
        timing="quarterly",
        unit="proportion",
        method="wilson",
        tags=DOSE,
    ),
    CatalogueEntry(
        id="contacts_per_planned_week",
        number="D5",
        chapter="dose",
        needs=RELEASED,
        breakdowns=("branch", "risk"),
        timing="monthly",
        unit="per_week",
        method="linearised",
        tags=(*DOSE, ("reaim", "implementation")),
    ),
    CatalogueEntry(
        id="contacts_per_contactable_week",
        number="D6",
        chapter="dose",
        needs=FREE,
        breakdowns=("branch", "risk"),
        timing="monthly",
        unit="per_week",
        method="linearised",
        tags=(*DOSE, ("carroll", "responsiveness")),
    ),
    CatalogueEntry(
        id="regular_weeks",
        number="D7",
        chapter="dose",
        needs=FREE,
        breakdowns=("branch",),
        timing="monthly",
        unit="proportion",
        method="linearised",
        tags=(("carroll", "frequency"),),
    ),
    CatalogueEntry(
        id="first_gap",
        number="D8",
        chapter="dose",
        needs=(*FREE, "matches"),
        breakdowns=("branch",),
        timing="yearly",
        unit="proportion",
        method="cumulative_incidence",
        tags=(("carroll", "frequency"), ("carroll", "responsiveness")),
    ),
    CatalogueEntry(
        id="hours",
        number="D9",
        chapter="dose",
        needs=("contacts", "contacts.minutes"),
        breakdowns=("phase", "mode"),
        timing="monthly",
        unit="hours",
        method="mean",
        tags=(("moore", "dose"), ("carroll", "duration"), ("reaim", "implementation")),
    ),
    CatalogueEntry(
        id="full_course",
        number="D10",
        chapter="dose",
        needs=RELEASED,
        breakdowns=("risk", "branch"),
        timing="at_end",
        unit="proportion",
        method="wilson",
        tags=(*DURATION, ("carroll", "responsiveness"), ("consort_spi", "uptake")),
    ),
    CatalogueEntry(
        id="contact_in_custody",
        number="D11",
        chapter="dose",
        needs=FREE,
        timing="yearly",
        unit="per_week",
        method="linearised",
        tags=(("moore", "context"),),
    ),
    CatalogueEntry(
        id="planned_held",
        number="F1",
        chapter="fidelity",
        needs=("contacts", "contacts.planned"),
        breakdowns=("branch",),
        timing="monthly",
        unit="proportion",
        method="linearised",
        tags=FIDELITY,
    ),
    CatalogueEntry(
        id="cancelled_by",
        number="F2",
        chapter="fidelity",
        needs=("contacts", "contacts.planned", "contacts.cancelled_by"),
        breakdowns=("reason",),
        timing="quarterly",
        unit="proportion",
        method="linearised",
        tags=(("moore", "participant_response"), ("carroll", "responsiveness")),
    ),
    CatalogueEntry(
        id="needs_worked_on",
        number="F3",
        chapter="fidelity",
        needs=("contacts", "contacts.topics", "needs", "process.need.topic"),
        breakdowns=("domain",),
        timing="yearly",
        unit="proportion",
        method="linearised",
        tags=(("carroll", "content"), ("tidier", "tailoring"), ("moore", "fidelity")),
    ),
    CatalogueEntry(
        id="adaptations",
        number="F4",
        chapter="fidelity",
        needs=("changes",),
        breakdowns=("kind",),
        timing="each_change",
        unit="count",
        method="none",
        tags=(("moore", "adaptations"), ("tidier", "modifications"), ("reaim", "implementation")),
    ),
    CatalogueEntry(
        id="relationship",
        number="Q1",
        chapter="quality",
        needs=("needs", "process.relationship"),
        breakdowns=("wave",),
        timing="each_wave",
        unit="points",
        method="mean",
        tags=(("carroll", "quality"), ("moore", "participant_response")),
    ),
    CatalogueEntry(
        id="ending",
        number="X1",
        chapter="endings",
        needs=("matches", "matches.end_date", "matches.end_reason or matches.planned_end"),
        breakdowns=("reason", "branch"),
        timing="yearly",
        unit="proportion",
        method="linearised",
        tags=(("moore", "fidelity"), ("carroll", "duration"), ("carroll", "responsiveness")),
    ),
    CatalogueEntry(
        id="control_services",
        number="C1",
        chapter="contrast",
        needs=("services", "services of the control arm"),
        breakdowns=("arm", "domain", "kind"),
        timing="yearly",
        unit="proportion",
        method="wilson",
        tags=(("moore", "context"), ("consort_spi", "uptake")),
    ),
    CatalogueEntry(
        id="need_met",
        number="N1",
        chapter="contrast",
        needs=(
            "needs",
            "services",
            "services.started_on",
            "services of the control arm",
            "process.need.services",
        ),
        breakdowns=("arm", "domain"),
        timing="yearly",
        unit="proportion",
        method="linearised",
        tags=(("moore", "participant_response"),),
    ),
    CatalogueEntry(
        id="incidents",
        number="H1",
        chapter="harm",
        needs=("adverse",),
        breakdowns=("arm", "kind"),
        timing="yearly",
        unit="count",
        method="exact_poisson",
        tags=(("moore", "unexpected"),),
    ),
    CatalogueEntry(
        id="cost_per_person",
        number="K1",
        chapter="cost",
        needs=("economics",),
        timing="yearly",
        unit="money",
        method="none",
        tags=(("reaim", "cost"),),
    ),
)


def entry_of(indicator: Indicator) -> CatalogueEntry:
    """Return the entry of an indicator."""
    return next(entry for entry in CATALOGUE if entry.id == indicator)
