"""Shipped prices, the index that carries them over, and discounting."""

import pytest
from economic_references import R

from primus_eval.prices import (
    CannotCarryOver,
    annuity,
    carried_over,
    discount_factor,
    price_of,
    shipped,
    years_of,
)
from primus_eval.prices.shipped import FILES, read


def test_every_price_says_where_it_comes_from_and_how_it_is_known():
    for name, price in shipped().items():
        assert price.source["en"] and price.source["da"] and price.label["da"], name
        assert price.amount > 0, name
    for file in FILES:
        for name, entry in read(file).items():
            assert entry["address"].startswith("http") or entry["tag"] == "from_memory", name


def test_prices_are_those_of_their_sources():
    wanted = {"dk_prison_day_average": 1469, "dk_prison_day_closed": 1878, "dk_prison_day_open": 1321,
              "dk_tag_day": 392, "dk_soem_no_new_crime": 505300, "dk_soem_no_serious_crime": 764000,
              "se_prison_day": 3202}  # fmt: skip
    assert {name: price_of(name).amount for name in wanted} == wanted
    assert price_of("dk_grant_per_course").amount == pytest.approx(36666.67, abs=0.005)
    assert price_of("dk_soem_no_new_crime").price_year is None, "its source does not say"
    assert price_of("no_such_price") is None


def test_the_index_is_the_mean_of_twelve_months():
    printed = {2016: 100.25, 2018: 102.23, 2020: 103.43, 2021: 105.35, 2022: 113.46, 2023: 117.21}
    for year, level in printed.items():
        assert years_of("dk_cpi")[year] == pytest.approx(level, abs=0.006)  # printed to two decimals


def test_a_price_is_carried_over_within_its_currency_and_the_years_of_the_index():
    def carry(**changed):
        given = {"currency": "DKK", "from_year": 2015, "to_year": 2023, "index": "dk_cpi"} | changed
        return carried_over(1000.0, **given)

    assert carry() == pytest.approx(1172.08, abs=0.005)
    assert carry(to_year=2015, index="none") == 1000
    for wrong in ({"index": "none"}, {"currency": "SEK"}, {"from_year": 2013}, {"to_year": 2030}):
        with pytest.raises(CannotCarryOver):
            carry(**wrong)


@pytest.mark.parametrize("country", ["denmark", "united_kingdom"])
def test_each_rate_holds_for_its_own_years(country):
    for year, factor in R[f"discount_{country}"].items():
        assert discount_factor(int(year), country) == pytest.approx(factor, rel=1e-12), year
    assert discount_factor(0, country) == 1 == discount_factor(40, "none")


def test_annuities_are_sums_of_factors():
    for paid in ("start", "end"):
        assert annuity(10, "denmark", paid=paid) == pytest.approx(
            R["annuity_denmark"][f"{paid}_10"], rel=1e-12
        )
    with pytest.raises(ValueError, match="negative"):
        discount_factor(-1, "denmark")
