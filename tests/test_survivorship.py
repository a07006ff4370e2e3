"""Whoever fails early has few contacts: a dose that does nothing looks as if it worked.

Half of all people are back in custody within two years; contacts are gamma-Poisson, 0.7 a week for 52
weeks, stop at custody and change nothing. The shares expected are integrals over the day of return, with
the negative binomial distribution of contacts given it; the draw must lie within Monte Carlo error of
them. The same trap then stands in the simulated trial of mentoring.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import nbinom, norm

from primus_eval.simulation import Scenario
from primus_eval.simulation.before import index_imprisonment
from primus_eval.simulation.contacts import TEXT, contacts_of, own_rates, present
from primus_eval.simulation.mentors import match
from primus_eval.simulation.people import NEVER
from primus_eval.simulation.records import joined
from primus_eval.simulation.trial import draw
from primus_eval.simulation.truth import reoffended
from primus_eval.simulation.whereabouts import Custody, without_overlap

PEOPLE = 100_000
WEEKS, LANDMARK, HORIZON = 52, 13, 104
MEAN, SHAPE = 0.7, 4
"""Contacts per week, and the shape of the gamma distribution of people's own rates."""
LIMIT = norm.isf(0.5e-5)
"""Standard errors within which a draw must lie: beyond them once in 100,000, and seeds are fixed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """Weeks until custody, weeks that somebody could be met, contacts, and contacts by the landmark."""

    back: np.ndarray
    free: np.ndarray
    contacts: np.ndarray
    early: np.ndarray

    @property
    def event(self) -> np.ndarray:
        return self.back <= HORIZON


@pytest.fixture(scope="module")
def drawn() -> Draw:
    random = np.random.Generator(np.random.Philox(key=[1, 0]))
    back = random.exponential(HORIZON / np.log(2), PEOPLE)
    rate = random.gamma(SHAPE, MEAN / SHAPE, PEOPLE)
    free = np.minimum(back, WEEKS)
    early = random.poisson(rate * np.minimum(free, LANDMARK))
    later = random.poisson(rate * np.maximum(free - LANDMARK, 0))
    return Draw(back=back, free=free, contacts=early + later, early=early)


def share_returning(more_than: int, *, above: bool) -> float:
    """Integrate: the share back in custody of those with more contacts than that, or with no more."""

    def contacts(week: float) -> float:
        exposure = min(week, WEEKS)
        lower = float(nbinom.cdf(more_than, SHAPE, SHAPE / (SHAPE + MEAN * exposure)))
        return 1 - lower if above else lower

    hazard = np.log(2) / HORIZON
    returned, _ = quad(lambda week: hazard * np.exp(-hazard * week) * contacts(week), 0, HORIZON, limit=200)
    return float(returned / (returned + 0.5 * contacts(HORIZON)))


def agrees(event: np.ndarray, expected: float) -> bool:
    return abs(event.mean() - expected) < LIMIT * np.sqrt(expected * (1 - expected) / len(event))


def test_half_are_back_and_few_contacts_go_with_it_by_completed_dose(drawn: Draw) -> None:
    median = int(np.median(drawn.contacts))
    assert median == 28
    for above, percent in ((True, 37), (False, 62)):
        expected = share_returning(median, above=above)
        assert round(100 * expected) == percent
        assert agrees(drawn.event[(drawn.contacts > median) == above], expected)


def test_a_threshold_of_contacts_looks_like_success_too(drawn: Draw) -> None:
    for above, percent in ((True, 38), (False, 64)):
        expected = share_returning(25, above=above)
        assert round(100 * expected) == percent
        assert agrees(drawn.event[(drawn.contacts >= 26) == above], expected)


def test_the_rate_per_week_at_liberty_shows_nothing(drawn: Draw) -> None:
    """Rates of a few days are noisy, and symmetric enough around the median to stay within 1 point."""
    rate = drawn.contacts / drawn.free
    for above in (True, False):
        assert abs(drawn.event[(rate > np.median(rate)) == above].mean() - 0.5) < 0.01


def test_nor_does_a_landmark(drawn: Draw) -> None:
    """Of those free after 13 weeks, 1 - exp(-hazard x 91 weeks) return, whatever their contacts were."""
    free = drawn.back > LANDMARK
    expected = 1 - np.exp(-np.log(2) / HORIZON * (HORIZON - LANDMARK))
    assert expected == pytest.approx(0.4547, abs=5e-5)
    median = np.median(drawn.early[free])
    for above in (True, False):
        assert agrees(drawn.event[free & ((drawn.early > median) == above)], expected)


def test_contacts_per_planned_week_say_what_was_delivered_and_per_contactable_week_how(drawn: Draw) -> None:
    """0.7 x the mean share of 52 weeks at liberty, 0.8453, against 0.7; errors of the means over people."""
    hazard = np.log(2) / HORIZON * WEEKS
    expected = MEAN * (1 - np.exp(-hazard)) / hazard
    planned = drawn.contacts / WEEKS
    assert expected == pytest.approx(0.5916, abs=5e-5)
    assert abs(planned.mean() - expected) < LIMIT * planned.std() / np.sqrt(PEOPLE)
    pooled = drawn.contacts.sum() / drawn.free.sum()
    residual = drawn.contacts - pooled * drawn.free
    assert abs(pooled - MEAN) < LIMIT * residual.std() / np.sqrt(PEOPLE) / drawn.free.mean()


# ------------------------------------------------------------------------------- the simulated trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentored:
    """Of people with mentors: who reoffended, contacts after release, weeks they could be met, own rates."""

    event: np.ndarray
    contacts: np.ndarray
    weeks: np.ndarray
    own: np.ndarray


@pytest.fixture(scope="module")
def trial() -> Mentored:
    """From 30,000 people of the real scenario: those matched and released, in the year after release."""
    world, seed, days = Scenario(), 8, 365
    everything = draw(world, people=30_000, seed=seed)
    people = everything.people
    spells = joined([index_imprisonment(people), everything.spells])
    custody = Custody(spells=without_overlap(people, spells, until=world.day("data_cutoff")))
    _, matches = match(people, everything.offered, custody.first_after(people), world, seed=seed)
    found = contacts_of(people, matches, custody, world, seed=seed)
    since = found.day - people.released_on[found.person]
    counted = found.held & (found.mode != TEXT) & (since > 0) & (since < days)
    mentored = np.flatnonzero(
        np.bincount(matches.person, minlength=len(people)) * (people.released_on < NEVER)
    )
    person = np.repeat(mentored, days - 1)
    day = people.released_on[person] + np.tile(np.arange(1, days), len(mentored))
    there = (present(people, matches, person, day) >= 0).any(axis=1) & ~custody.holds(person, day)
    there &= day < np.minimum(people.died_on, people.left_on)[person]
    return Mentored(
        event=reoffended(people, everything.offences)[mentored],
        contacts=np.bincount(found.person[counted], minlength=len(people))[mentored],
        weeks=there.reshape(len(mentored), -1).sum(axis=1) / 7,
        own=own_rates(people, world, seed=seed)[mentored],
    )


def gap(event: np.ndarray, above: np.ndarray) -> tuple[float, float]:
    """Return how many more reoffended of those not above, and the standard error of it."""
    high, low = event[above], event[~above]
    error = np.sqrt(high.var() / len(high) + low.var() / len(low))
    return float(low.mean() - high.mean()), float(error)


def test_the_trap_stands_in_the_simulated_trial(trial: Mentored) -> None:
    """Most offences bring no custody, so that it is smaller, yet as large as the true effect of the offer."""
    by_dose, error = gap(trial.event, trial.contacts >= 26)
    assert by_dose > 0.04 and by_dose > 5 * error


def test_contacts_change_nothing_in_the_simulated_trial(trial: Mentored) -> None:
    by_own_rate, error = gap(trial.event, trial.own > np.median(trial.own))
    assert abs(by_own_rate) < LIMIT * error and error < 0.01


def test_contacts_per_contactable_week_are_those_of_the_scenario(trial: Mentored) -> None:
    met = trial.weeks > 0
    pooled = trial.contacts[met].sum() / trial.weeks[met].sum()
    residual = trial.contacts[met] - pooled * trial.weeks[met]
    error = residual.std() / np.sqrt(met.sum()) / trial.weeks[met].mean()
    assert abs(pooled - Scenario().contacts_per_week) < LIMIT * error and error < 0.004
