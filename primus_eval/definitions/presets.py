"""Definitions of official statistics as values: what their sources say, and what these leave open.

Each is what the statistic counts; whom it counts is its own affair, and in a trial the randomised people
take that place. What a source does not say is listed as unknown and not filled in: a preset with such a
field is provisional, and what stands in the field meanwhile is there only so that it can be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from primus_eval.definitions import sources
from primus_eval.definitions.sources import Source

Tag = Literal["stated", "inferred"]
"""How a value is known: a source says it, or it follows from what a source says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """The definition of one official statistic.

    label: its name in tables. cohort: whom the statistic follows. values: fields of `Reoffending`.
    official: fields that belong to its own cohort. tags: how each field of these two is known; a field
    without a tag is unknown. unknown: fields that no source at hand states. remarks: what the fields cannot
    say. A field in none of these is no rule of the statistic but the toolkit's own.
    """

    label: str
    cohort: str
    values: Mapping[str, Any]
    sources: tuple[Source, ...]
    tags: Mapping[str, Tag]
    official: Mapping[str, Any] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def is_provisional(self) -> bool:
        """Whether its sources leave open what counts."""
        return bool(self.unknown)


_GUILTY = ("decision", "conviction", "sentence")
"""Decisions of guilt in whatever form a register records them."""

PRESETS: dict[str, Preset] = {
    "dk_dst": Preset(
        label="Denmark, Statistics Denmark: guilty decision within two years",
        cohort="Everybody with a release after serving a sentence, an unsuspended sentence already served on "
        "remand, a preventive measure that ended, or another guilty decision, once in each calendar year, "
        "from the first of these.",
        values={
            "kinds": _GUILTY,
            "date_used": "offence",
            "window_months": 24,
            "decision_lag": {"calendar_years": 3},
            "fine_below": {"amount": 2500, "currency": "DKK", "classes": ("traffic",)},
        },
        official={"death": "exclude", "deportation": "exclude", "emigration": "exclude"},
        tags={
            "kinds": "stated",
            "date_used": "stated",
            "window_months": "stated",
            "decision_lag": "stated",
            "fine_below": "stated",
            "death": "inferred",
            "deportation": "inferred",
            "emigration": "inferred",
        },
        sources=(sources.DST,),
        remarks=(
            "The statistic asks whether there was a guilty decision; it is no count of offences.",
            "Before 2012 traffic fines counted from DKK 1,500: write fine_below anew for older data.",
        ),
    ),
    "dk_kriminalforsorgen": Preset(
        label="Denmark, Prison and Probation Service: suspended or unsuspended sentence within two years",
        cohort="Clients of the service: people released from prison and people under its supervision.",
        values={
            "kinds": ("conviction", "sentence"),
            "sanctions": ("imprisonment", "suspended_imprisonment"),
            "date_used": "offence",
            "window_months": 24,
        },
        tags={
            "kinds": "inferred",
            "sanctions": "stated",
            "date_used": "stated",
            "window_months": "stated",
        },
        unknown=("decision_lag",),
        sources=(sources.KRIMINALFORSORGEN_2009,),
        remarks=(
            "Whether a community sentence that a register codes apart counts as suspended is not said: "
            "map its code to suspended_imprisonment, or add community_sentence to sanctions.",
        ),
    ),
    "nordic_2y": Preset(
        label="Nordic countries, correctional services: prison or community sentence within two years",
        cohort="Everybody released from prison, and everybody who began a community sentence, in one "
        "calendar year.",
        values={
            "kinds": ("conviction", "sentence"),
            "sanctions": ("imprisonment", "community_sentence"),
            "date_used": "offence",
            "window_months": 24,
        },
        tags={
            "kinds": "inferred",
            "sanctions": "stated",
            "window_months": "stated",
        },
        unknown=("date_used", "decision_lag"),
        sources=(
            sources.KRISTOFFERSEN_EUROVISTA,
            sources.KRISTOFFERSEN_NORWAY,
            sources.RETUR_SLIDES,
        ),
        remarks=("Whether a suspended sentence under supervision is a community sentence is not said.",),
    ),
    "uk_proven_1y": Preset(
        label="England and Wales, Ministry of Justice: proven reoffending within one year",
        cohort="People cautioned, convicted without custody, or discharged from custody in a period.",
        values={
            "kinds": ("caution", "conviction"),
            "date_used": "offence",
            "window_months": 12,
            "decision_lag": {"months_after_index": 18},
            "counting_unit": "offence",
        },
        tags={
            "kinds": "stated",
            "date_used": "stated",
            "window_months": "stated",
            "decision_lag": "stated",
            "counting_unit": "stated",
        },
        sources=(
            sources.MOJ_BULLETIN,
            sources.MOJ_2013,
            sources.MOJ_PNC,
            sources.FULL_FACT,
        ),
        remarks=(
            "Reprimands and warnings of young people count as cautions: map their codes to caution.",
            "The statistic rests on the Police National Computer, which leaves out many lesser offences that "
            "are not recordable, and the breach of an order alone does not count: name such classes in "
            "classes_left_out where the data hold them.",
        ),
    ),
    "us_arrest": Preset(
        label="United States, Bureau of Justice Statistics: arrest within three years",
        cohort="People released from state prisons in one calendar year.",
        values={
            "kinds": ("arrest",),
            "date_used": "decision",
            "window_months": 36,
        },
        tags={
            "kinds": "stated",
            "date_used": "stated",
            "window_months": "stated",
        },
        unknown=("classes_left_out", "pseudo_reconvictions"),
        sources=(sources.BJS_2014,),
        remarks=("The same report gives five years as well: write window_months = 60.",),
    ),
    "us_conviction": Preset(
        label="United States, Bureau of Justice Statistics: conviction within three years",
        cohort="People released from state prisons in one calendar year.",
        values={
            "kinds": ("conviction",),
            "date_used": "offence",
            "window_months": 36,
        },
        tags={
            "kinds": "stated",
            "window_months": "stated",
        },
        unknown=("classes_left_out", "date_used", "decision_lag"),
        sources=(sources.BJS_2014,),
        remarks=(
            "The report dates a conviction by the arrest that led to it. A table of events has no such "
            "date: decide whether the day of the offence or that of the decision stands for it.",
            "The same report gives five years as well: write window_months = 60.",
        ),
    ),
    "us_return": Preset(
        label="United States, Bureau of Justice Statistics: return to prison within three years",
        cohort="People released from state prisons in one calendar year, in the states that report returns.",
        values={
            "kinds": ("custody", "technical_return"),
            "date_used": "decision",
            "window_months": 36,
        },
        tags={
            "kinds": "inferred",
            "window_months": "stated",
        },
        unknown=("date_used", "pseudo_reconvictions"),
        sources=(sources.BJS_2014,),
        remarks=(
            "Only admissions to prison count: events of kind custody must not be arrests or remands.",
            "The same report gives five years as well: write window_months = 60.",
        ),
    ),
    "nl_wodc": Preset(
        label="Netherlands, WODC recidivism monitor: new criminal case within two years",
        cohort="People whose case was disposed of by a court or the public prosecutor, people who left a "
        "prison or a youth institution, and people whose community service or supervision ended.",
        values={
            "kinds": _GUILTY,
            "date_used": "offence",
            "window_months": 24,
            "counting_unit": "case",
        },
        tags={
            "date_used": "inferred",
            "window_months": "inferred",
            "counting_unit": "stated",
        },
        unknown=("kinds", "classes_left_out", "decision_lag"),
        sources=(
            sources.WODC_2021,
            sources.WODC_2019,
            sources.WODC_FORENSIC_CARE,
            sources.WODC_2011,
            sources.WODC_2020,
        ),
        remarks=("WODC warns that the risk of offending during a sanction is not zero.",),
    ),
    "se_bra": Preset(
        label="Sweden, Brå: adjudicated offence within three years",
        cohort="People released from prison, discharged from closed youth care or at the end of intensive "
        "supervision, and people adjudicated to other sanctions, in one calendar year; a person "
        "adjudicated twice is followed twice.",
        values={
            "kinds": _GUILTY,
            "date_used": "offence",
            "window_months": 36,
            "decision_lag": {"calendar_years": 6},
        },
        tags={
            "kinds": "stated",
            "date_used": "inferred",
            "window_months": "stated",
            "decision_lag": "inferred",
        },
        unknown=("classes_left_out",),
        sources=(
            sources.BRA_ABOUT,
            sources.BRA_RECIDIVISM,
            sources.BRA_ADJUDICATIONS,
        ),
        remarks=(
            "Whether fines are left out for their amount was not read.",
            "One and two years are published as well, and preliminary statistics that wait for less.",
        ),
    ),
}
"""Official statistics by name."""
