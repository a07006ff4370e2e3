"""Fifty columns of criminal-justice data that identify nobody are not mistaken for identifiers.

A check that cries wolf is switched off, and then it finds nothing. The columns are made here, without
knowledge of how identifiers are looked for; each has the sizes and the spread that such columns have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from primus_eval.identifiers import in_column

PEOPLE = 400
Maker = Callable[[np.random.Generator], Sequence[Any]]


def whole(low: int, high: int) -> Maker:
    """Whole numbers, all equally likely."""
    return lambda chance: chance.integers(low, high, PEOPLE, endpoint=True).tolist()


def counts(mean: float) -> Maker:
    """Numbers of something that happens now and then."""
    return lambda chance: chance.poisson(mean, PEOPLE).tolist()


def amounts(middle: float, *, digits: int = 2, mark: str = ".", thousands: str = "") -> Maker:
    """Sums of money, a few of them large."""

    def make(chance: np.random.Generator) -> list[str]:
        texts = [f"{value:,.{digits}f}" for value in chance.lognormal(np.log(middle), 0.8, PEOPLE)]
        return [text.translate({ord(","): thousands, ord("."): mark}) for text in texts]

    return make


def scores(mean: float, spread: float, *, digits: int = 1, low: float = 0.0) -> Maker:
    """Scores of an instrument."""
    return lambda chance: [f"{max(low, value):.{digits}f}" for value in chance.normal(mean, spread, PEOPLE)]


def of(*words: str) -> Maker:
    """Categories, the first of them most often."""

    def make(chance: np.random.Generator) -> list[str]:
        shares = 1 / np.arange(1, len(words) + 1)
        return [str(word) for word in chance.choice(words, PEOPLE, p=shares / shares.sum())]

    return make


def days(first: str, last: str, *, pattern: str = "%Y-%m-%d") -> Maker:
    """Dates of decisions, of releases or of meetings."""
    begin, end = date.fromisoformat(first), date.fromisoformat(last)

    def make(chance: np.random.Generator) -> list[str]:
        later = chance.integers(0, (end - begin).days, PEOPLE, endpoint=True)
        return [(begin + timedelta(days=int(day))).strftime(pattern) for day in later]

    return make


def running(first: int, *, step: int = 1, width: int = 0, prefix: str = "") -> Maker:
    """Numbers that count on."""
    return lambda chance: [f"{prefix}{first + step * row:0{width}d}" for row in range(PEOPLE)]


def coded(prefix: str, low: int, high: int, *, width: int = 0) -> Maker:
    """A letter and a number."""
    return lambda chance: [f"{prefix}{number:0{width}d}" for number in chance.integers(low, high, PEOPLE)]


MUNICIPALITIES = (
    101,
    147,
    151,
    153,
    155,
    157,
    159,
    161,
    163,
    165,
    167,
    169,
    173,
    175,
    183,
    185,
    187,
    190,
    201,
)
OFFENCES = (1110, 1120, 1130, 1275, 1280, 1310, 1316, 1320, 1362, 1380, 1410, 3210, 3410, 3805, 3835)

COLUMNS: dict[str, Maker] = {
    "days_followed": whole(0, 730),
    "days_in_prison": whole(1, 4000),
    "sentence_months": whole(1, 192),
    "hours_of_mentoring": amounts(14, digits=1),
    "meetings_held": counts(9),
    "meetings_missed": counts(2),
    "convictions_before": counts(4),
    "charges_before": counts(7),
    "offences_in_case": counts(2),
    "cases_open": counts(0.4),
    "fines_kr": amounts(2500, digits=0),
    "debt_kr": amounts(180_000, digits=2, mark=",", thousands="."),
    "income_before_tax": amounts(212_000, digits=0),
    "cost_of_programme": amounts(31_500, digits=2),
    "damages_awarded": amounts(9_000, digits=2, mark=","),
    "municipality": of(*map(str, MUNICIPALITIES)),
    "municipality_padded": of(*(f"{code:04d}" for code in MUNICIPALITIES)),
    "postcode": of("8000", "2100", "5000", "9000", "6700", "2200", "7100", "4700", "3400", "8900"),
    "offence_code": of(*map(str, OFFENCES)),
    "offence_paragraph": of("244", "285", "276", "191", "245, stk. 1", "119, stk. 1", "288, stk. 2"),
    "offence": of("tyveri", "vold", "hærværk", "røveri", "trusler", "narkotika", "bedrageri"),
    "sanction": of("ubetinget fængsel", "betinget dom", "bøde", "samfundstjeneste", "tiltalefrafald"),
    "risk_score": scores(22, 7, digits=0),
    "risk_level": of("medium", "high", "low", "very high"),
    "motivation": scores(3.4, 0.9),
    "audit_score": scores(9, 6, digits=0),
    "z_score": scores(0, 1, digits=4, low=-9.0),
    "propensity": lambda chance: [f"{value:.8f}" for value in chance.beta(2, 5, PEOPLE)],
    "weight": lambda chance: [repr(float(value)) for value in chance.gamma(4, 0.25, PEOPLE)],
    "age_at_release": whole(18, 74),
    "age_band": of("25-34", "18-24", "35-44", "45-54", "55+"),
    "birth_year": whole(1950, 2004),
    "prison": of("Enner Mark", "Nyborg", "Storstrøm", "Horserød", "Søbysøgård", "Ringe", "Kragskovhede"),
    "unit": coded("A", 1, 9),
    "wing": of("nord", "syd", "øst", "vest"),
    "wave": of("wave 1", "wave 2", "wave 3"),
    "cohort": of("2019H2", "2020H1", "2020H2", "2021H1"),
    "nationality": of("Danmark", "Polen", "Rumænien", "Somalia", "Syrien", "Tyrkiet", "stateløs"),
    "education": of("grundskole", "erhvervsfaglig", "gymnasial", "kort videregående", "uoplyst"),
    "employment": of("ledig", "i arbejde", "førtidspension", "under uddannelse"),
    "language": of("da", "ar", "so", "pl", "en"),
    "decided_on": days("2019-01-02", "2023-12-29"),
    "released_on": days("2021-03-01", "2022-11-30", pattern="%d-%m-%Y"),
    "offence_month": days("2018-01-01", "2022-12-31", pattern="%Y-%m"),
    "run_number": running(10_000_001),
    "row_number": running(1_000_000_007, step=13),
    "record": running(900_000_123, step=7),
    "pseudonym": lambda chance: [f"{number:06d}" for number in chance.permutation(1_000_000)[:PEOPLE]],
    "cluster": coded("hold-", 1, 40, width=2),
    "reason_for_leaving": of("", "flyttet", "fortrudt", "afsoner igen", "død", "ikke oplyst"),
}
"""Names of columns and what fills them."""


def column(name: str) -> dict[str, int]:
    """The distinct texts of a column with how often each stands there, the same in every run."""
    place = list(COLUMNS).index(name)
    chance = np.random.Generator(np.random.Philox(key=[20, place]))
    return dict(Counter(str(cell) for cell in COLUMNS[name](chance)))


def test_there_are_fifty() -> None:
    assert len(COLUMNS) == 50


@pytest.mark.parametrize("name", COLUMNS)
def test_a_clean_column_is_left_alone(name: str) -> None:
    assert sum(column(name).values()) == PEOPLE
    assert in_column(name, column(name)) is None


@pytest.mark.parametrize("name", COLUMNS)
def test_a_clean_column_is_left_alone_whatever_it_is_called(name: str) -> None:
    """A name that says nothing: what is in the column must do."""
    assert in_column("x9", column(name)) is None
