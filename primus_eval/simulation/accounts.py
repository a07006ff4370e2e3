"""What the programme cost, and how it changed while the trial ran."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from primus_eval.simulation.scenario import Scenario

TREATMENT_ARM, CURRENCY = "mentors", "DKK"
ITEMS: tuple[tuple[str, str, float], ...] = (
    ("coordination", "state", 0.55),
    ("training", "state", 0.17),
    ("expenses", "state", 0.16),
    ("premises", "municipality", 0.12),
)
"""What was paid for, by whom, and which share of the cost it is."""
CHANGES: tuple[tuple[int, str, str, str], ...] = (
    (120, "second_coordinator", "staff", "1"),
    (300, "telephone", "distance", "0"),
    (430, "longer_training", "mentors_asked", "1"),
    (640, "area_joined", "few_mentors", "0"),
)
"""Days from the start of recruitment, what changed, why, and whether that had been planned."""


def price_year(scenario: Scenario) -> int:
    """Return the year of all prices: the last whole one before the cut-off, when accounts were drawn up."""
    return scenario.data_cutoff.year - 1


def costs_table(offered: np.ndarray, scenario: Scenario) -> pd.DataFrame:
    """Return one row per item: the cost of everybody offered mentors, in whole units of the currency."""
    total = round(scenario.cost_per_person * int(offered.sum()))
    amounts = [round(share * total) for _, _, share in ITEMS[:-1]]
    amounts.append(total - sum(amounts))
    return pd.DataFrame(
        {
            "item": [item for item, _, _ in ITEMS],
            "arm": TREATMENT_ARM,
            "amount": [str(amount) for amount in amounts],
            "currency": CURRENCY,
            "date": date(price_year(scenario), 12, 31).isoformat(),
            "payer": [payer for _, payer, _ in ITEMS],
        },
        dtype=object,
    )


def changes_table(scenario: Scenario) -> pd.DataFrame:
    """Return one row per change of the programme, whatever was drawn."""
    return pd.DataFrame(
        [
            ((scenario.recruitment_start + timedelta(days=days)).isoformat(), what, why, planned)
            for days, what, why, planned in CHANGES
        ],
        columns=["date", "what", "why", "planned"],
        dtype=object,
    )
