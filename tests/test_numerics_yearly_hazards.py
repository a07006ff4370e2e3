"""Year by year: a published cohort, R's exact intervals, and a handful of people by hand."""

from __future__ import annotations

import numpy as np
import pytest
from reference.datasets import HERE, fixture, read_columns

from primus_eval.numerics.yearly_hazards import poisson_interval, year_ends, yearly_hazards

YEAR = 365.25


def returns(work_program: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Months to return or to the end of follow-up of 1445 people released, and whether they returned."""
    table = read_columns(HERE / "data" / "returns_by_month.csv")
    chosen = slice(None) if work_program is None else table["work_program"] == work_program
    months, returned, followed = (table[name][chosen] for name in ("months", "returned", "followed"))
    time = np.concatenate([np.repeat(months, counts.astype(int)) for counts in (returned, followed)])
    return time, np.arange(len(time)) < returned.sum()


def test_the_yearly_rates_of_a_published_cohort():
    """Chung, Schmidt & Witte 1991: returns to prison in North Carolina, times in whole months."""
    time, event = returns()
    years = yearly_hazards(
        time * YEAR / 12,
        event,
        ~event,
        ends_days=[YEAR * year for year in range(1, 7)],
        conf_level=0.95,
    )
    assert [year.at_risk for year in years] == [1445, 1262, 1107, 1018, 965, 921]
    assert [year.events for year in years] == [183, 155, 89, 53, 44, 25]
    assert [round(year.person_years, 2) for year in years] == [
        1365.75,
        1184.92,
        1058.92,
        992.33,
        943.83,
        885.58,
    ]
    assert [round(year.rate, 4) for year in years] == [0.1340, 0.1308, 0.0840, 0.0534, 0.0466, 0.0282]
    assert [year.hazard is None for year in years] == [False] * 5 + [True]  # nobody is lost before month 70
    assert years[0].hazard == 183 / 1445


def test_the_same_cohort_by_work_programme_at_repeated_looks():
    for work_program, people, by_month in (
        (0, 773, (100, 184, 227, 253, 273)),
        (1, 672, (83, 154, 200, 227, 251)),
    ):
        time, event = returns(work_program)
        assert len(time) == people
        ends = [YEAR * year for year in range(1, 6)]
        years = yearly_hazards(time * YEAR / 12, event, ~event, ends_days=ends, conf_level=0.95)
        assert tuple(np.cumsum([year.events for year in years])) == by_month


def test_intervals_of_counts_are_those_of_r():
    for case in fixture("long_term")["poisson"]:
        low, high = poisson_interval(int(case["events"]), conf_level=0.95)
        # both are quantiles of the same gamma distribution, found by iteration
        assert (low, high) == (pytest.approx(case["low"], rel=1e-9), pytest.approx(case["high"], rel=1e-9))


def test_five_people_by_hand():
    years = yearly_hazards(
        [100, 365, 366, 500, 730],
        [1, 1, 1, 0, 0],
        [0, 0, 0, 1, 0],
        ends_days=[365, 730],
        conf_level=0.95,
    )
    assert [(year.at_risk, year.events) for year in years] == [(5, 2), (3, 1)]
    assert years[0].person_years == pytest.approx((100 + 4 * 365) / YEAR)
    assert years[1].person_years == pytest.approx((1 + 135 + 365) / YEAR)
    assert (years[0].hazard, years[1].hazard) == (0.4, None)
    assert years[1].rate == pytest.approx(YEAR / 501)


def test_a_year_that_nobody_entered_has_counts_and_nothing_else():
    first, second = yearly_hazards([10, 20], [1, 1], [0, 0], ends_days=[365, 730], conf_level=0.95)
    assert first.hazard == 1.0
    assert (second.at_risk, second.events, second.person_years) == (0, 0, 0.0)
    assert (second.hazard, second.rate, second.conf_low, second.conf_high) == (None, None, None, None)


@pytest.mark.parametrize(
    ("horizon", "ends"),
    [
        (364, (364,)),
        (365, (365,)),
        (362, ()),
        (730, (365, 730)),
        (1461, (365, 730, 1095, 1461)),
        (900, (365, 730)),
    ],
)
def test_whole_years_of_a_window(horizon, ends):
    assert year_ends(horizon) == ends


def test_ends_must_ascend():
    with pytest.raises(ValueError, match="ascend"):
        yearly_hazards([1], [1], [0], ends_days=[10, 10], conf_level=0.95)
