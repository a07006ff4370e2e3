"""What each person cost: units used times prices, and the accounts of the programme spread over its people.

Money is in the currency and the prices of the declared year. Accounts of an arm are spread evenly over
everybody randomised to it, also over those who never met a mentor: an offer costs so much per person offered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from primus_eval.errors import InputError, Problem
from primus_eval.measurement.days import days_of
from primus_eval.measurement.resources import Span, summed, used
from primus_eval.prices import CannotCarryOver, discount_factor
from primus_eval.protocol.economics import Economics, UnitCost
from primus_eval.protocol.economics_prices import PAYERS, in_prices_of, resolved
from primus_eval.protocol.programme import Costs
from primus_eval.trial import Trial
from primus_eval.vocabulary import Payer, words

OF_THE_OFFER = (
    "per_person_offered",
    "per_person_matched",
    "per_contact",
    "per_contact_hour",
    "per_volunteer_hour",
)
"""Resources that are used because somebody was offered the programme; others may be saved by it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Item:
    """What one price, or one line of accounts, comes to for each participant.

    money: at full prices, NaN where not known, shape (n_people, years). share: of it that counts, below 1 for
    average prices. average: whether the price is an average over fixed costs. offer: whether it is a cost of
    the offer. users: who used any, shape (n_people,).
    """

    id: str
    payer: Payer
    money: np.ndarray
    share: float
    average: bool
    offer: bool
    users: np.ndarray


def cost_items(trial: Trial, economics: Economics, span: Span) -> tuple[Item, ...]:
    """Price what every participant used, item by item, whoever pays.

    Raises InputError where accounts cannot be added up: another currency, a year that no index reaches, an
    amount that is missing.
    Checked: tests/test_measurement_costs.py by hand.
    """
    full = resolved(economics)
    priced = [_priced(trial, entry, full, span) for entry in full.unit_cost]
    return (*_accounts(trial, full, span), *priced)


def counted(items: Sequence[Item], economics: Economics, *, volunteers: bool | None = None) -> list[Item]:
    """Return the items that the perspective adds up; volunteers: their time too, or not (None: as it is)."""
    payers = PAYERS[economics.perspective]
    if volunteers is not None:
        others = tuple(payer for payer in payers if payer != "volunteers")
        payers = (*others, "volunteers") if volunteers else others
    return [item for item in items if item.payer in payers]


def at_share(items: Sequence[Item], share: float) -> list[Item]:
    """Return the items with this share of every average price in place of its own."""
    return [replace(item, share=share) if item.average else item for item in items]


def factors_of(economics: Economics, years: int) -> tuple[float, ...]:
    """Return the discount factor of each year of follow-up; 1 in the first."""
    return tuple(discount_factor(year, economics.discounting) for year in range(years))


def person_costs(trial: Trial, economics: Economics, span: Span) -> np.ndarray:
    """Return what each participant cost in the perspective, discounted, NaN where not known, (n_people,)."""
    items = counted(cost_items(trial, economics, span), economics)
    if not items:
        return np.full(len(trial.participants), np.nan)
    return total_cost(items, factors_of(economics, span.years))


def total_cost(items: Sequence[Item], factors: Sequence[float]) -> np.ndarray:
    """Add up items over the years; factors: of discounting, one for each year. Shape (n_people,)."""
    if not items:
        raise ValueError("a total needs at least one item")
    yearly = sum(item.share * item.money for item in items)
    return np.asarray(yearly @ np.asarray(factors[: items[0].money.shape[1]]), dtype=float)


def _priced(trial: Trial, entry: UnitCost, economics: Economics, span: Span) -> Item:
    assert entry.amount is not None and entry.price_year is not None  # the checks see to it
    units = used(trial, entry, span)
    amount = in_prices_of(economics, entry.amount, price_year=entry.price_year)
    share = 1.0 if entry.marginal_share is None else entry.marginal_share
    return Item(
        id=entry.id,
        payer=entry.payer,
        money=amount * units,
        share=share,
        average=entry.average_price or share < 1,
        offer=entry.resource in OF_THE_OFFER,
        users=np.nansum(units, axis=1) > 0,
    )


def _accounts(trial: Trial, economics: Economics, span: Span) -> list[Item]:
    """Make every line of the table of costs an item, apart by who pays."""
    spec, table = trial.protocol.data.costs, trial.tables.get("costs")
    if spec is None or table is None or economics.costs_table == "leave_out":
        return []
    money = _in_prices(table, spec, economics)
    item = table[spec.item].astype(object).fillna("").to_numpy(dtype=object)
    payer = np.full(len(table), "programme", dtype=object)
    if spec.payer is not None:
        payer = table[spec.payer].astype(object).fillna("").to_numpy(dtype=object)
        if not set(payer) <= set(words(Payer)):
            raise _fault(spec, spec.payer, "holds a payer that is no word of ours, or none.")
    several = pd.DataFrame({"item": item, "payer": payer}).drop_duplicates()
    repeated = set(several.loc[several["item"].duplicated(keep=False), "item"])
    found = []
    for name, who in several.itertuples(index=False):
        rows = (item == name) & (payer == who)
        spread = _spread(trial, spec, table[rows], money[rows], span)
        found.append(
            Item(
                id=f"{name}_{who}" if name in repeated else str(name),
                payer=who,
                money=spread,
                share=1.0,
                average=False,
                offer=True,
                users=np.nansum(spread, axis=1) > 0,
            )
        )
    return found


def _spread(trial: Trial, spec: Costs, rows: pd.DataFrame, money: np.ndarray, span: Span) -> np.ndarray:
    """Give money to the person it was spent on, else evenly to everybody randomised to the arm."""
    n = len(trial.participants)
    if spec.person is not None:
        person = rows["person"].to_numpy(dtype=np.int64)
        return summed(n, span, person, days_of(rows[spec.date]), money, first=span.randomised)
    treatment = trial.protocol.arm_of("treatment").id
    arm = np.full(len(rows), treatment, dtype=object)
    if spec.arm is not None:
        arm = rows[spec.arm].astype(object).fillna(treatment).to_numpy(dtype=object)
    assigned = trial.participants["arm"].to_numpy(dtype=object)
    spread = np.zeros((n, span.years))
    for each in {trial.protocol.arm_of("treatment").id, trial.protocol.arm_of("control").id}:
        people = assigned == each
        if people.any():
            spread[people, 0] = money[arm == each].sum() / people.sum()
    return spread


def _in_prices(table: pd.DataFrame, spec: Costs, economics: Economics) -> np.ndarray:
    """Return the amounts in the prices of the declared year."""
    currency = table[spec.currency].astype(object).fillna("")
    if (currency != economics.currency).any():
        raise _fault(spec, spec.currency, f"holds amounts that are not in {economics.currency}.", "PE-C72")
    amounts = table[spec.amount].to_numpy(dtype=float, na_value=np.nan)
    dates = table[spec.date]
    if np.isnan(amounts).any() or dates.isna().any():
        raise _fault(spec, spec.amount, "an amount or its day is missing, so that the sum is not known.")
    years = dates.dt.year.to_numpy()
    factor = np.ones(len(table))
    for year in np.unique(years):
        try:
            factor[years == year] = in_prices_of(economics, 1.0, price_year=int(year))
        except CannotCarryOver as error:
            raise _fault(spec, spec.date, f"{error}.", "PE-C73") from error
    return amounts * factor


def _fault(spec: Costs, column: str, what: str, code: str = "PE-C76") -> InputError:
    mend = 'Complete the table, or leave it out with costs_table = "leave_out" in [economics].'
    return InputError(Problem(code=code, file=spec.file, column=column, what=what, mend=mend))
