"""The protocol of a simulated trial: a template with its dates, its seed and its truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from importlib.resources import files
from string import Template

from primus_eval.definitions import PRESETS
from primus_eval.simulation.accounts import price_year
from primus_eval.simulation.needs import TrueGain
from primus_eval.simulation.scenario import RISK_GROUPS, Scenario
from primus_eval.simulation.truth import EVERYONE, TrueRisk

TEMPLATE = "protocol.toml.template"
ANALYSIS_OF = {EVERYONE: "primary", RISK_GROUPS[-1]: "high_risk"}
"""Which analysis of the template estimates the difference of a group."""

COMPARED = ("dk_kriminalforsorgen", "nordic_2y", "uk_proven_1y", "us_conviction", "se_bra")
"""Definitions that the trial is laid out under, where they are known."""


PRISONS_IN_DANISH = {"open": "åbne fængsler", "closed": "lukkede fængsler"}
SHARE_CONSENTING, SHARE_INFORMED = 0.62, 0.80
"""Of those informed, and of those eligible: invented, as nobody is simulated who was not randomised."""


def protocol_text(
    scenario: Scenario,
    *,
    people: int,
    seed: int,
    truth: Sequence[TrueRisk],
    by_prison: Mapping[str, int],
    gain: TrueGain | None = None,
) -> str:
    """Return the protocol.toml of a simulated trial; by_prison: people randomised in each kind of prison."""
    return filled(
        TEMPLATE,
        people=people,
        seed=seed,
        registered_on=(scenario.recruitment_start - timedelta(days=30)).isoformat(),
        data_start=scenario.data_start.isoformat(),
        data_cutoff=scenario.data_cutoff.isoformat(),
        presets=", ".join(f'"{name}"' for name in COMPARED if name in PRESETS),
        truths="".join(_truth(risk) for risk in truth if risk.group in ANALYSIS_OF) + _gain(gain),
        reach=_reach(by_prison),
        price_year=price_year(scenario),
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


def _gain(gain: TrueGain | None) -> str:
    """Return the entry of what the offer adds to wellbeing, nothing where no truth was asked for."""
    if gain is None:
        return ""
    people, error = f"{gain.people:,}", f"{gain.monte_carlo_error:.3f}"
    english = f"{people} people asked with and without the offer; Monte Carlo error {error}."
    danish = (
        f"{_in_danish(people)} personer spurgt med og uden tilbuddet; Monte Carlo-fejl {_in_danish(error)}."
    )
    return (
        f'\n[[truth]]\nanalysis = "wellbeing"\nvalue = {gain.difference:.2f}\n'
        f'source.en = "{english}"\nsource.da = "{danish}"\n'
    )


def _reach(by_prison: Mapping[str, int]) -> str:
    """Return how many people were eligible, informed and consenting: in all, and in each kind of prison."""
    groups = {"": sum(by_prison.values()), **by_prison}
    return "".join(_reach_of(name, consented, by_prison) for name, consented in groups.items())


def _reach_of(name: str, consented: int, by_prison: Mapping[str, int]) -> str:
    parts = [consented] if name else list(by_prison.values())
    informed = [round(part / SHARE_CONSENTING) for part in parts]
    eligible = sum(round(part / SHARE_INFORMED) for part in informed)
    group = f'group = {{ en = "{name} prisons", da = "{PRISONS_IN_DANISH[name]}" }}\n' if name else ""
    return (
        f"\n[[process.reach]]\n{group}eligible = {eligible}\ninformed = {sum(informed)}\n"
        f"consented = {consented}\n"
    )


def _in_danish(number: str) -> str:
    """Write a number with the marks of Danish: a decimal comma, and a narrow space between thousands."""
    return number.translate(str.maketrans(",.", "\u202f,"))
