"""The protocol of a simulated trial: a template with its dates, its seed and its truth."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from importlib.resources import files
from string import Template

from primus_eval.definitions import PRESETS
from primus_eval.simulation.scenario import RISK_GROUPS, Scenario
from primus_eval.simulation.truth import EVERYONE, TrueRisk

TEMPLATE = "protocol.toml.template"
ANALYSIS_OF = {EVERYONE: "primary", RISK_GROUPS[-1]: "high_risk"}
"""Which analysis of the template estimates the difference of a group."""

COMPARED = ("dk_kriminalforsorgen", "nordic_2y", "uk_proven_1y", "us_conviction", "se_bra")
"""Definitions that the trial is laid out under, where they are known."""


def protocol_text(scenario: Scenario, *, people: int, seed: int, truth: Sequence[TrueRisk]) -> str:
    """Return the protocol.toml of a simulated trial."""
    return filled(
        TEMPLATE,
        people=people,
        seed=seed,
        registered_on=(scenario.recruitment_start - timedelta(days=30)).isoformat(),
        data_start=scenario.data_start.isoformat(),
        data_cutoff=scenario.data_cutoff.isoformat(),
        presets=", ".join(f'"{name}"' for name in COMPARED if name in PRESETS),
        truths="".join(_truth(risk) for risk in truth if risk.group in ANALYSIS_OF),
    )


def filled(template: str, **values: object) -> str:
    """Return a template of this folder with its places filled."""
    text = files("primus_eval.simulation").joinpath(template).read_text(encoding="utf-8")
    return Template(text).substitute(values)


def _truth(risk: TrueRisk) -> str:
    people = f"{risk.people:,}"
    offered, usual, error = (f"{share:.4f}" for share in (risk.offered, risk.usual, risk.monte_carlo_error))
    english = (
        f"{people} people followed with and without the offer: risk {offered} against {usual}; "
        f"Monte Carlo error {error}."
    )
    people, offered, usual, error = (_in_danish(number) for number in (people, offered, usual, error))
    danish = (
        f"{people} personer fulgt med og uden tilbuddet: risiko {offered} mod {usual}; "
        f"Monte Carlo-fejl {error}."
    )
    return (
        f'\n[[truth]]\nanalysis = "{ANALYSIS_OF[risk.group]}"\nvalue = {risk.difference:.4f}\n'
        f'source.en = "{english}"\nsource.da = "{danish}"\n'
    )


def _in_danish(number: str) -> str:
    """Write a number with the marks of Danish: a decimal comma, and a narrow space between thousands."""
    return number.translate(str.maketrans(",.", "\u202f,"))
