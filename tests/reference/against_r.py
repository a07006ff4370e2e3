"""Every output of every numeric function, ours beside R's.

`comparisons` yields them all; `test_against_r.py` holds each to its tolerance, and `validation.py` prints
the largest disagreement of each output. A number that is not listed here, or in a module of `TOPICS`, was
not compared with R.

A topic is a module with R_FUNCTIONS (function: what of R it was compared with), comparisons(), LOOSER
((function, output): why its tolerance is larger than the general one), WITHOUT_R (what was checked
otherwise, and the test that does) and FIXTURE (its file of R's numbers).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import partial
from types import ModuleType

import numpy as np
from reference import (
    against_competing_tests,
    against_cox_engine,
    against_firth,
    against_frequency,
    against_process,
    against_recurrent,
    against_scales,
    against_severity,
    against_standardised,
    against_timing,
    against_transition,
)
from reference.comparison import Comparison, compare, compare_effect
from reference.datasets import Columns, fixture, maryland, repeated, tied

from primus_eval.numerics import proportions, standardisation
from primus_eval.numerics.cox import CoxFit, cox, hazard_ratio
from primus_eval.numerics.cumulative_incidence import (
    aalen_johansen,
    competing_table,
    incidence_at,
    incidence_difference,
)
from primus_eval.numerics.effect import Effect
from primus_eval.numerics.event_table import event_table, kaplan_meier
from primus_eval.numerics.logrank import LogRank, logrank, logrank_test
from primus_eval.numerics.restricted_mean import (
    RestrictedMean,
    restricted_mean,
    restricted_mean_difference,
    restricted_mean_ratio,
)
from primus_eval.numerics.survival_difference import survival_at, survival_difference

TOPICS: tuple[ModuleType, ...] = (
    against_competing_tests,
    against_cox_engine,
    against_firth,
    against_frequency,
    against_process,
    against_recurrent,
    against_scales,
    against_severity,
    against_standardised,
    against_timing,
    against_transition,
)

OF_TOPICS = {name: what for topic in TOPICS for name, what in topic.R_FUNCTIONS.items()}
R_FUNCTIONS = {
    "proportion_wilson": "`prop.test(correct = FALSE)`",
    "risk_difference_newcombe": "the formula on the ends of `prop.test(correct = FALSE)`",
    "risk_difference_wald": '`glm(binomial("identity"))`',
    "risk_difference_miettinen_nurminen": "the root of their cubic in closed form, the ends by `uniroot`",
    "risk_ratio_wald_log": '`glm(binomial("log"))`',
    "odds_ratio_wald_log": "`glm(binomial)`",
    "number_needed_to_treat": "the formula on the ends of `prop.test(correct = FALSE)`",
    "pooled_z_test": "`prop.test(correct = FALSE)`",
    "fisher_exact_test": "`fisher.test`",
    "kaplan_meier": '`survfit(conf.type = "log-log")`',
    "survival_at": '`survfit(conf.type = "log-log")`',
    "survival_difference": "`survfit` in each arm",
    "restricted_mean": "`survfit`, `rmean`",
    "restricted_mean_difference": "`survfit`, `rmean`, in each arm",
    "restricted_mean_ratio": "`survfit`, `rmean`, in each arm",
    "aalen_johansen": "`survfit` of a state; standard error and interval `etm::etmCIF`; "
    "estimate also `cmprsk::cuminc`",
    "incidence_at": '`survfit` of a state; interval `etm::etmCIF(ci.fun = "cloglog")`',
    "incidence_difference": "`survfit` of a state, in each arm; interval: the formula on the ends of "
    '`etm::etmCIF(ci.fun = "cloglog")`',
    "logrank": "`survdiff`",
    "logrank_test": "`survdiff`",
    "cox": "`coxph`",
    "hazard_ratio": "`coxph`",
    "standardised_risks": "stacked estimating equations in base R; risks also by `riskRegression::ate`",
    "marginal_risk_difference": "stacked estimating equations in base R; `riskRegression::ate`",
    "marginal_risk_ratio": "stacked estimating equations in base R",
    "marginal_odds_ratio": "stacked estimating equations in base R",
    **OF_TOPICS,
}

LOOSER = {key: reason for topic in TOPICS for key, reason in topic.LOOSER.items()}
"""Why an output of a function may differ by more than the general tolerance."""

EDGES_COMPETING = {
    "time": np.array([1, 2, 2, 2, 3, 5, 5]),
    "first": np.array([0, 1, 0, 0, 1, 0, 0]),
    "competing": np.array([0, 0, 1, 0, 0, 1, 1]),
}
"""Begins with a censoring, has both kinds of event on one day, ends with competing events."""


def comparisons() -> Iterator[Comparison]:
    """Yield every output of every function on every data set for which R has an answer."""
    yield from of_proportions()
    yield from of_follow_up("Maryland", maryland(), "fin", "race")
    yield from of_follow_up("tied", tied(), "treated", "stratum")
    yield from of_curve("edges", {"time": np.array([1, 2, 2, 3, 5]), "event": np.array([0, 1, 0, 1, 1])})
    yield from of_competing("Maryland", maryland(), "fin")
    yield from of_competing("tied", tied(), "treated")
    yield from of_incidence_curve("edges", EDGES_COMPETING)
    for name, columns in (("Maryland", maryland()), ("tied", tied()), ("repeated", repeated())):
        yield from of_cox(name, columns)
    yield from of_standardisation("Maryland", maryland())
    yield from of_standardisation("tied", tied())
    for topic in TOPICS:
        yield from topic.comparisons()


def of_proportions() -> Iterator[Comparison]:
    for case in fixture("proportions")["tables"]:
        table = proportions.Table2x2(**case["table"])
        counts = case["table"]
        data = "{events_treatment}/{n_treatment} v {events_control}/{n_control}".format(**counts)
        level = {"conf_level": case["conf_level"]}
        functions: dict[str, Callable[[], Effect]] = {
            "proportion_wilson": partial(
                proportions.proportion_wilson, counts["events_treatment"], counts["n_treatment"], **level
            ),
            "risk_difference_newcombe": partial(proportions.risk_difference_newcombe, table, **level),
            "risk_difference_wald": partial(proportions.risk_difference_wald, table, **level),
            "risk_difference_miettinen_nurminen": partial(
                proportions.risk_difference_miettinen_nurminen, table, **level
            ),
            "risk_ratio_wald_log": partial(proportions.risk_ratio_wald_log, table, **level),
            "odds_ratio_wald_log": partial(proportions.odds_ratio_wald_log, table, **level),
            "number_needed_to_treat": partial(
                proportions.number_needed_to_treat, table, better="lower", **level
            ),
            "pooled_z_test": partial(proportions.pooled_z_test, table),
            "fisher_exact_test": partial(proportions.fisher_exact_test, table),
        }
        for name, function in functions.items():
            yield from compare_effect(name, data, function(), case[name])


def of_curve(data: str, columns: Columns) -> Iterator[Comparison]:
    theirs = dict(fixture("follow_up")[data.lower()]["curve"])
    curve = kaplan_meier(event_table(columns["time"], columns["event"]), conf_level=theirs["conf_level"])
    for field in fields(curve):
        ours, other = getattr(curve, field.name), np.array(theirs[field.name], dtype=float)
        # R leaves the interval empty at a survival of 1 or 0; our convention there has its own test.
        known = np.isfinite(other)
        assert (known | np.isin(curve.survival, (0, 1))).all()
        yield Comparison(
            function="kaplan_meier", output=field.name, data=data, ours=ours[known], theirs=other[known]
        )


def of_follow_up(data: str, columns: Columns, arm: str, stratum: str) -> Iterator[Comparison]:
    yield from of_curve(data, columns)
    time, event, treated = columns["time"], columns["event"], columns[arm]
    theirs = fixture("follow_up")[data.lower()]
    in_treatment = treated == 1
    for case in theirs["horizons"]:
        horizon = {"horizon_days": case["horizon_days"]}
        level = {"conf_level": case["conf_level"], **horizon}
        mean = restricted_mean(time[in_treatment], event[in_treatment], **horizon)
        assert isinstance(mean, RestrictedMean)
        yield from compare(
            "restricted_mean", data, mean, case["restricted_mean"], ("mean_days", "std_error_days")
        )
        one_group = survival_at(time[in_treatment], event[in_treatment], **level)
        yield from compare_effect("survival_at", data, one_group, case["survival_at"])
        for function in (survival_difference, restricted_mean_difference, restricted_mean_ratio):
            name = function.__name__
            yield from compare_effect(name, data, function(time, event, treated, **level), case[name])
    for name, strata in (("logrank", None), ("logrank_stratified", columns[stratum])):
        test = logrank(time, event, treated, strata)
        assert isinstance(test, LogRank)
        label = data if strata is None else f"{data}, stratified"
        yield from compare("logrank", label, test, theirs[name], tuple(field.name for field in fields(test)))
        effect = {"statistic": theirs[name]["chi_square"], "df": 1, "p_value": theirs[name]["p_value"]}
        yield from compare_effect("logrank_test", label, logrank_test(time, event, treated, strata), effect)


def of_incidence_curve(data: str, columns: Columns) -> Iterator[Comparison]:
    theirs = fixture("competing")[data.lower()]["curve"]
    table = competing_table(columns["time"], columns["first"], columns["competing"])
    curve = aalen_johansen(table, conf_level=theirs["conf_level"])
    ends = ("conf_low", "conf_high")
    outputs = tuple(field.name for field in fields(curve) if field.name not in ends)
    yield from compare("aalen_johansen", data, curve, theirs, outputs)
    # etm has no rows for days of censorings alone, nor an interval at an incidence of 0.
    same = np.searchsorted(curve.time_days, theirs["etm"]["time_days"])
    assert set(np.flatnonzero(curve.events)) <= set(same)
    for output in ("incidence", "std_error", *ends):
        ours, other = getattr(curve, output)[same], np.array(theirs["etm"][output], dtype=float)
        label = f"{data}, etm"
        yield Comparison(function="aalen_johansen", output=output, data=label, ours=ours, theirs=other)


def of_competing(data: str, columns: Columns, arm: str) -> Iterator[Comparison]:
    yield from of_incidence_curve(data, columns)
    time, event, competing, treated = (columns[name] for name in ("time", "first", "competing", arm))
    in_treatment = treated == 1
    for case in fixture("competing")[data.lower()]["horizons"]:
        level = {"conf_level": case["conf_level"], "horizon_days": case["horizon_days"]}
        one_group = incidence_at(time[in_treatment], event[in_treatment], competing[in_treatment], **level)
        yield from compare_effect("incidence_at", data, one_group, case["incidence_at"])
        difference = incidence_difference(time, event, competing, treated, **level)
        yield from compare_effect("incidence_difference", data, difference, case["incidence_difference"])


def of_cox(data: str, columns: Columns) -> Iterator[Comparison]:
    for case in fixture("cox")[data.lower()]:
        stratum, cluster, level = case.get("strata"), case["cluster"], case["conf_level"]
        fit = cox(
            np.column_stack([columns[name] for name in case["columns"]]),
            columns["time"],
            columns["event"],
            start=columns.get("start"),
            strata=None if stratum is None else columns[stratum],
            cluster=None if cluster is None else columns[cluster],
            ties=case["ties"],
        )
        assert isinstance(fit, CoxFit)
        label = ", ".join(
            [data, case["ties"]]
            + [f"{word} {name}" for word, name in (("strata", stratum), ("cluster", cluster)) if name]
        )
        from_r = ("iterations", "n_clusters")  # how R got there is its own affair
        outputs = tuple(field.name for field in fields(fit) if field.name not in from_r)
        yield from compare("cox", label, fit, case, outputs)
        for variance in ("model", "robust"):
            for column, theirs in enumerate(case[f"hazard_ratio_{variance}"]):
                effect = hazard_ratio(fit, column, conf_level=level, variance=variance)
                yield from compare_effect("hazard_ratio", f"{label}, {variance} variance", effect, theirs)


def of_standardisation(data: str, columns: Columns) -> Iterator[Comparison]:
    case = fixture("standardisation")[data.lower()]
    one = np.ones(len(columns["time"]))
    covariates = [columns[name] for name in case["covariates"]]
    design, treated, control = (
        np.column_stack([one, arm, *covariates]) for arm in (columns[case["arm"]], one, 0 * one)
    )
    risks = standardisation.standardised_risks(
        coef=case["coef"],
        design=design,
        design_treatment=treated,
        design_control=control,
        outcome=columns[case["outcome"]],
    )
    assert isinstance(risks, standardisation.StandardisedRisks)
    outputs = tuple(field.name for field in fields(risks))
    yield from compare("standardised_risks", data, risks, case, outputs)
    for name in ("marginal_risk_difference", "marginal_risk_ratio", "marginal_odds_ratio"):
        effect = getattr(standardisation, name)(risks, conf_level=case["conf_level"])
        yield from compare_effect(name, data, effect, case[name])
    package = case["riskRegression_ate"]
    yield from compare("standardised_risks", data, risks, package, ("risk_treatment", "risk_control"))
    difference = standardisation.marginal_risk_difference(risks, conf_level=case["conf_level"])
    label = f"{data}, riskRegression"
    yield from compare(
        "marginal_risk_difference", label, difference, package, ("estimate", "std_error", "p_value")
    )
