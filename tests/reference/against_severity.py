"""Means in two parts, levels of seriousness and win ratios, ours beside R's.

Neither data set has amounts, so that the harm, its levels and a score without ties are made up from the row
numbers; make_severity.R makes up the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from reference.comparison import Comparison, compare, compare_effect
from reference.datasets import Columns, fixture, maryland, tied

from primus_eval.numerics.mean_difference import bootstrap_mean, bootstrap_mean_difference
from primus_eval.numerics.ordinal import (
    BinaryLogits,
    CumulativeLogit,
    binary_logits,
    brant_test,
    common_odds_ratio,
    cumulative_logit,
    odds_ratio_at,
)
from primus_eval.numerics.streams import Stream
from primus_eval.numerics.two_part import TwoPart, fit_of_the_people, two_part
from primus_eval.numerics.win_ratio import Criterion, compared_pairs, win_ratio

FIXTURE = "severity"

R_FUNCTIONS = {
    "bootstrap_mean_difference": "difference of `mean`s (the interval is our own)",
    "bootstrap_mean": "`mean` (the interval is our own)",
    "two_part": "`glm(binomial)` and `glm(quasipoisson)`, standardised in base R (the interval is our own)",
    "fit_of_the_people": "`glm(binomial)` and `glm(quasipoisson)`; stacked estimating equations and "
    "`numDeriv`",
    "cumulative_logit": "`ordinal::clm`",
    "common_odds_ratio": "`ordinal::clm`",
    "binary_logits": "`glm(binomial)`; covariance between cuts by Brant's formula in base R",
    "odds_ratio_at": "`glm(binomial)`",
    "brant_test": "`glm(binomial)` and Brant's formula in base R",
    "compared_pairs": "`survival::concordance` with influences; `wilcox.test` and `pROC::var`; `outer`",
    "win_ratio": "`survival::concordance` with influences; `wilcox.test` and `pROC::var`; `outer`",
}

LOOSER = {
    ("fit_of_the_people", "std_error"): "R differentiates the estimating equations numerically, to some nine "
    "digits.",
    ("cumulative_logit", "coef_polr"): "`MASS::polr` maximises by BFGS with a numerical criterion.",
    ("cumulative_logit", "std_error_polr"): "`MASS::polr` takes the Hessian by finite differences.",
}

WITHOUT_R = [
    (
        "Bootstrapped means: all draws of three and three people enumerated",
        "test_numerics_mean_difference.py::test_draws_are_those_of_the_whole_list",
    ),
    (
        "Bootstrapped difference of means: coverage in simulated trials of 48 people an arm",
        "test_numerics_mean_difference.py::test_covers_the_truth_in_simulated_trials",
    ),
    (
        "Two parts: every draw is a fit on repeated rows",
        "test_numerics_two_part.py::test_a_draw_is_a_fit_on_repeated_rows",
    ),
    (
        "Two parts without covariates: the plain difference of means, with its interval",
        "test_numerics_two_part.py::test_without_covariates_it_is_the_plain_difference",
    ),
    (
        "Two parts under a wrong link: no less precise than the plain difference, in simulated trials",
        "test_numerics_two_part.py::test_under_a_wrong_link_adjusting_still_does_no_harm",
    ),
    (
        "Proportional odds with two levels: the odds ratio of the table and Woolf's standard error",
        "test_numerics_ordinal.py::test_two_levels_are_a_two_by_two_table",
    ),
    (
        "Proportional odds: likelihood, score and information written out person by person",
        "test_numerics_ordinal.py::test_equals_the_likelihood_written_out",
    ),
    (
        "Brant's test of a table of two arms and three levels, in closed form",
        "test_numerics_ordinal.py::test_brant_of_a_table_in_closed_form",
    ),
    (
        "Win ratio: nine pairs by hand",
        "test_numerics_win_ratio.py::test_nine_pairs_by_hand",
    ),
    (
        "Win ratio and its variance: a double loop over pairs and triples",
        "test_numerics_win_ratio.py::test_equals_a_double_loop",
    ),
    (
        "Win ratio of yes or no: 1 where the arms differ in nothing but how many leave, in simulated trials",
        "test_numerics_win_ratio.py::test_who_leaves_more_does_not_come_off_better",
    ),
    (
        "Win ratio of one yes or no: the odds ratio upside down, its variance in closed form",
        "test_numerics_win_ratio.py::test_one_yes_or_no_is_the_odds_ratio_upside_down",
    ),
]

AGREE_WITH_POLR = {"coef_polr": 1e-6, "std_error_polr": 5e-4}


def made_up(columns: Columns, arm: str) -> dict[str, np.ndarray]:
    """The columns with harm, level and score as R made them up."""
    row = np.arange(1, len(columns["age"]) + 1)
    amount = ((row * 37) % 101 + 1) * np.where(row % 4 == 0, 9, 1) + 0.25 * (row % 3)
    harm = np.where(columns["event"] == 1, amount, 0.0)
    level = np.searchsorted([0.5, 30, 70, 300], harm, side="right")
    score = (row * 61) % 997 + columns["age"] / 100
    return {**columns, "arm": columns[arm], "harm": harm, "level": level, "score": score}


def comparisons() -> Iterator[Comparison]:
    """Yield every output of every function of this topic on both data sets."""
    for name, columns in (("Maryland", made_up(maryland(), "fin")), ("tied", made_up(tied(), "treated"))):
        case = fixture(FIXTURE)[name.lower()]
        rows = np.arange(1, len(columns["age"]) + 1)
        for made, weighted_sum in case["weighted_sums"].items():
            assert np.isclose((columns[made] * rows).sum(), weighted_sum, rtol=1e-12, atol=0), made
        yield from of_means(name, columns, case)
        for theirs in case["ordinal"]:
            yield from of_levels(name, columns, theirs)
        yield from of_pairs(name, columns, case["pairs"])


def of_means(data: str, columns: Columns, case: dict[str, Any]) -> Iterator[Comparison]:
    stream = Stream(seed=1, name=data, replicates=200)
    harm, arm = columns["harm"], columns["arm"]
    plain = bootstrap_mean_difference(harm, arm, stream=stream, conf_level=0.95)
    yield _one("bootstrap_mean_difference", "estimate", data, plain.estimate, case["plain_difference"])
    means = [bootstrap_mean(harm[arm == one], stream=stream, conf_level=0.95).estimate for one in (1, 0)]
    assert means[0] is not None and means[1] is not None
    yield _one("bootstrap_mean", "estimate", data, means[0] - means[1], case["plain_difference"])
    for kind, names in (("plain", []), ("adjusted", case["covariates"])):
        theirs = case["two_part"][kind]
        covariates = np.column_stack([columns[name] for name in names]) if names else None
        fit = two_part(harm, arm, covariates, stream=stream, conf_level=0.95)
        assert isinstance(fit, TwoPart)
        effects = (fit.mean_difference, fit.any_difference, fit.ratio_among, fit.difference_among)
        label = f"{data}, {kind}"
        ours = np.array([effect.estimate for effect in effects], dtype=float)
        wanted = np.array(theirs["estimate"])
        wanted[2] = np.exp(wanted[2])
        yield _one("two_part", "estimate", label, ours, wanted)
        estimates, std_errors = fit_of_the_people(harm, arm, covariates)
        yield _one("fit_of_the_people", "estimate", label, estimates, theirs["estimate"])
        yield _one("fit_of_the_people", "std_error", label, std_errors, theirs["std_error"], within=1e-8)


def of_levels(data: str, columns: Columns, theirs: dict[str, Any]) -> Iterator[Comparison]:
    design = np.column_stack([columns[name] for name in theirs["columns"]])
    level = {"conf_level": theirs["conf_level"]}
    label = f"{data}, {len(theirs['columns'])} columns"
    fit = cumulative_logit(columns["level"], design)
    assert isinstance(fit, CumulativeLogit)
    outputs = ("coef", "covariance", "thresholds", "log_likelihood", "n_levels")
    yield from compare("cumulative_logit", label, fit, theirs, outputs)
    polr = {
        "coef_polr": (fit.coef, theirs["polr"]["coef"]),
        "std_error_polr": (np.sqrt(np.diag(fit.covariance)), theirs["polr"]["std_error"]),
    }
    for output, (ours, other) in polr.items():
        yield _one("cumulative_logit", output, label, ours, other, within=AGREE_WITH_POLR[output])
    odds_ratio = common_odds_ratio(fit, 0, **level)
    yield from compare_effect("common_odds_ratio", label, odds_ratio, theirs["common_odds_ratio"])
    fits = binary_logits(columns["level"], design)
    assert isinstance(fits, BinaryLogits)
    yield _one("binary_logits", "coef", label, fits.coef, theirs["binary_coef"])
    joint = fits.covariance.reshape(fits.coef.size, fits.coef.size)
    yield _one("binary_logits", "covariance", label, joint, theirs["binary_covariance"])
    for cut, other in enumerate(theirs["odds_ratio_at"]):
        ours_at = odds_ratio_at(fits, cut, 0, **level)
        yield from compare_effect("odds_ratio_at", f"{label}, cut {cut}", ours_at, other)
    for name, picked in (("brant_arm", (0,)), ("brant_all", tuple(range(design.shape[1])))):
        yield from compare_effect("brant_test", f"{label}, {name}", brant_test(fits, picked), theirs[name])


def of_pairs(data: str, columns: Columns, theirs: dict[str, Any]) -> Iterator[Comparison]:
    everyone = np.ones(len(columns["arm"]), dtype=bool)
    event = columns["event"] == 1
    ways = {
        "time": [Criterion(kind="time", value=columns["time"], known=event, better="higher")],
        "score": [Criterion(kind="amount", value=columns["score"], known=everyone, better="higher")],
        "two": [
            Criterion(
                kind="yes_no", value=np.where(event, columns["time"], np.inf), known=event, better="lower"
            ),
            Criterion(kind="amount", value=columns["harm"], known=everyone, better="lower", margin=20),
        ],
    }
    for way, criteria in ways.items():
        other, label = theirs[way], f"{data}, {way}"
        pairs = compared_pairs(criteria, columns["arm"])
        yield from compare("compared_pairs", label, pairs, other, ("wins", "losses", "ties", "std_error"))
        effect = win_ratio(pairs, conf_level=0.9 if way == "score" else 0.95)
        yield from compare_effect("win_ratio", label, effect, other["win_ratio"])


def _one(
    function: str, output: str, data: str, ours: Any, theirs: Any, *, within: float | None = None
) -> Comparison:
    numbers = {"ours": np.asarray(ours, dtype=float), "theirs": np.asarray(theirs, dtype=float)}
    looser = {} if within is None else {"within": within}
    return Comparison(function=function, output=output, data=data, **numbers, **looser)
