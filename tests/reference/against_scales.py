"""Adjusted differences of mean scores, at one wave and in a model of all, and Holm's method, beside R's.

Neither data set has scores, so that they are made up from the row numbers; make_scales.R makes up the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from reference.comparison import OUTPUTS_OF_AN_EFFECT, Comparison, compare
from reference.datasets import Columns, fixture, maryland, tied

from primus_eval.numerics.ancova import adjusted_mean_difference
from primus_eval.numerics.holm import holm
from primus_eval.numerics.mixed_model import MixedModel, difference_at, mixed_model

FIXTURE = "scales"

R_FUNCTIONS = {
    "adjusted_mean_difference": "`lm`, HC2 and its degrees of freedom written out",
    "mixed_model": "the restricted likelihood in base R, from where `nlme::gls` stops; `numDeriv`",
    "difference_at": "the same, with Student's t by `numDeriv`'s degrees of freedom",
    "holm": '`p.adjust("holm")`',
}

DERIVED = "R differentiates the restricted likelihood numerically, to some nine digits of its maximum."

LOOSER = {
    ("mixed_model", "difference"): DERIVED,
    ("mixed_model", "covariance"): DERIVED,
    ("mixed_model", "between_waves"): DERIVED,
    ("mixed_model", "degrees"): DERIVED,
    ("mixed_model", "difference_gls"): "`nlme::gls` stops by its own criterion, at some six digits.",
    ("mixed_model", "std_error_gls"): "`nlme::gls` stops by its own criterion, at some six digits.",
    ("difference_at", "degrees"): DERIVED,
}

WITHOUT_R = [
    (
        "Everybody at every wave: each difference of the mixed model is that of a regression at its wave",
        "test_numerics_mixed_model.py::test_complete_data_are_a_regression_at_each_wave",
    ),
    (
        "Mixed model: the restricted likelihood written out person by person",
        "test_numerics_mixed_model.py::test_the_likelihood_is_that_written_out_person_by_person",
    ),
    (
        "Adjusted difference of means: two lines through five people, by hand",
        "test_numerics_ancova.py::test_a_case_by_hand",
    ),
    ("Holm's method: every closed test of three", "test_numerics_holm.py::test_it_is_the_closed_test"),
]


def made_up(columns: Columns, arm: str) -> dict[str, np.ndarray]:
    """Add a score before and three after, missing for some; see make_scales.R."""
    row = np.arange(1, len(columns["age"]) + 1)
    treated = columns[arm]
    before = (row * 37) % 101 / 3 + columns["age"] / 5
    person = (row * 29) % 71 / 3
    found = {"treated": treated, "before": before, "age": columns["age"], "row": row}
    for wave in (1, 2, 3):
        noise = (row * (53 + 18 * wave)) % 97 / (3 + wave)
        score = 20 + before / 2 + wave * treated + person * (1 + wave / 10) + noise
        found[f"wave{wave}"] = np.where(row % (3 + wave) == (wave == 3), np.nan, score)
    return found


def comparisons() -> Iterator[Comparison]:
    """Yield every output of every function of this topic on both data sets."""
    for name, columns in (("Maryland", made_up(maryland(), "fin")), ("tied", made_up(tied(), "treated"))):
        case = fixture(FIXTURE)[name.lower()]
        design = np.column_stack([columns[key] for key in ("treated", "before", "age")])
        yield from _of_one_wave(name, columns["wave3"], design, case["one_wave"])
        yield from _of_all_waves(name, columns, design, case["all_waves"])
    for number, case in enumerate(fixture(FIXTURE)["holm"], start=1):
        ours = np.array(holm(case["p_values"]), dtype=float)
        yield _one("holm", "adjusted", f"family {number}", ours, case["adjusted"])


def _of_one_wave(
    data: str, score: np.ndarray, design: np.ndarray, theirs: dict[str, Any]
) -> Iterator[Comparison]:
    seen = ~np.isnan(score)
    effect = adjusted_mean_difference(score[seen], design[seen], conf_level=theirs["conf_level"])
    outputs = tuple(output for output in OUTPUTS_OF_AN_EFFECT if output != "df")
    yield from compare("adjusted_mean_difference", data, effect, theirs, outputs)
    yield _one("adjusted_mean_difference", "degrees", data, effect.df, theirs["df"])  # no whole number


def _of_all_waves(
    data: str, columns: Columns, design: np.ndarray, theirs: dict[str, Any]
) -> Iterator[Comparison]:
    table = np.column_stack([columns[f"wave{wave}"] for wave in (1, 2, 3)])
    person, wave = np.nonzero(~np.isnan(table))
    score = table[person, wave]
    assert len(score) == theirs["n_scores"]
    assert np.isclose((score * (person + 1)).sum(), theirs["weighted_sum"], rtol=1e-12, atol=0)
    fit = mixed_model(person, wave, score, design)
    assert isinstance(fit, MixedModel)
    for output, ours, within in (
        ("difference", fit.difference, 1e-7),
        ("covariance", fit.covariance, 1e-7),
        ("between_waves", fit.between_waves, 1e-7),
        ("degrees", fit.df, 1e-7),
        ("difference_gls", fit.difference, 1e-4),
        ("std_error_gls", np.sqrt(np.diag(fit.covariance)), 1e-4),
    ):
        yield _one("mixed_model", output, data, ours, theirs[output], within=within)
    last = difference_at(fit, 2, conf_level=0.95)
    yield _one("difference_at", "degrees", data, last.df, theirs["degrees"][2], within=1e-7)


def _one(
    function: str, output: str, data: str, ours: Any, theirs: Any, *, within: float | None = None
) -> Comparison:
    numbers = {"ours": np.asarray(ours, dtype=float), "theirs": np.asarray(theirs, dtype=float)}
    extra = {} if within is None else {"within": within}
    return Comparison(function=function, output=output, data=data, **numbers, **extra)
