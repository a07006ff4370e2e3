"""What perfect information is worth, break-even and budgets, against R and by hand."""

import pytest
from economic_references import R

from primus_eval.numerics.budget_impact import break_even_year, budget_impact
from primus_eval.numerics.research_value import break_even_effect, evpi


@pytest.mark.parametrize("mean", [-40000, 0, 15000])
def test_perfect_information_is_worth_the_mean_loss_of_deciding_now(mean):
    assert evpi(mean, 25000) == pytest.approx(R["evpi"][str(mean)], rel=1e-7)  # R integrates to 1e-12


def test_certainty_is_worth_nothing_more():
    assert evpi(100.0, 0.0) == 0.0
    assert evpi(1e9, 1.0) == 0.0


def test_break_even_by_hand():
    assert break_even_effect(36667, value=505300) == pytest.approx(0.07256, abs=5e-6)
    assert break_even_effect(36667, value=764000) == pytest.approx(0.04799, abs=5e-6)
    with pytest.raises(ValueError, match="positive"):
        break_even_effect(1.0, value=0)


def test_a_budget_by_hand():
    years = budget_impact([10, 20, 0, 0], cost_per_person=[100], offset_per_person=[30, 90])
    assert [year.cost for year in years] == [1000, 2000, 0, 0]
    assert [year.offsets for year in years] == [300, 600 + 900, 1800, 0]
    assert [year.cumulative for year in years] == [700, 1200, -600, -600]
    assert break_even_year(years) == 3
    assert break_even_year(years[:2]) is None
