"""A simulated trial as the bytes of its files."""

from __future__ import annotations

import pandas as pd

from primus_eval.simulation.protocol_text import filled
from primus_eval.simulation.trial import SimulatedTrial
from primus_eval.simulation.truth import EVERYONE

SEPARATOR = ";"
README = "README.md.template"
HEADER_OF_TRUTH = """
The risk of recorded reoffending within two years of release, by the main definition of the protocol, from
{people:,} people followed with and without the offer:

| | offered mentors | usual services | difference, percentage points (Monte Carlo error) |
|---|---|---|---|
"""


def files_of(trial: SimulatedTrial) -> dict[str, bytes]:
    """Return the files of a simulated trial: its tables, its protocol, and a README that says what it is."""
    tables = {f"{name}.csv": _csv(table) for name, table in trial.tables.items()}
    texts = {**tables, "protocol.toml": trial.protocol_text, "README.md": _readme(trial)}
    return {name: text.encode("utf-8") for name, text in texts.items()}


def _csv(table: pd.DataFrame) -> str:
    """Return a table of texts as CSV: none of them holds a separator, a quotation mark or a line end."""
    rows = zip(*(table[column].tolist() for column in table.columns), strict=True)
    return "\n".join([SEPARATOR.join(table.columns), *map(SEPARATOR.join, rows)]) + "\n"


def _readme(trial: SimulatedTrial) -> str:
    return filled(
        README,
        people=trial.people,
        seed=trial.seed,
        ratio=f"{trial.scenario.hazard_ratio:g}",
        met=f"{trial.scenario.met_mentor:.0%}",
        contacts=f"{trial.scenario.contacts_per_week:g}",
        gain=f"{trial.scenario.wellbeing_gain:g}",
        offered=f"{trial.scenario.services_offered:.0%}",
        usual=f"{trial.scenario.services_usual:.0%}",
        cost=f"{trial.scenario.cost_per_person:,.0f}",
        truth=_truth(trial),
    )


def _truth(trial: SimulatedTrial) -> str:
    """Return the table of true risks, nothing where none were asked for."""
    if not trial.truth:
        return ""
    rows = [
        f"| {'everyone' if risk.group == EVERYONE else f'{risk.group} risk'} "
        f"| {risk.offered:.1%} | {risk.usual:.1%} "
        f"| {100 * risk.difference:+.2f} ({100 * risk.monte_carlo_error:.2f}) |\n"
        for risk in trial.truth
    ]
    return HEADER_OF_TRUTH.format(people=trial.truth[0].people) + "".join(rows)
