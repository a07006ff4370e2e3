"""Which methods estimate each effect measure, and what each method asks of a protocol.

The checks of a protocol, its reference page, the choice of a default and the estimators all read this
table, so that they cannot drift apart. `METHODS` lists the methods of a measure, the default first;
`ABOUT` says of each method what it takes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from primus_eval.vocabulary import AllocationScheme, EffectMeasure

METHODS: dict[EffectMeasure, tuple[str, ...]] = {
    "risk_difference": (
        "newcombe",
        "wald",
        "miettinen_nurminen",
        "g_computation",
        "kaplan_meier",
        "aalen_johansen",
        "pseudo_observations",
        "cox_standardised",
        "landmark",
        "aalen_johansen_window",
    ),
    "risk_ratio": ("wald_log", "g_computation"),
    "odds_ratio": ("wald_log", "g_computation", "logistic"),
    "number_needed_to_treat": ("newcombe",),
    "survival_difference": ("greenwood", "cox_standardised"),
    "hazard_ratio": (
        "cox",
        "cox_robust",
        "cox_cluster",
        "cox_firth",
        "cox_bootstrap",
        "cox_periods",
        "cox_landmark",
        "cox_time_varying",
        "pwp_total_time",
        "pwp_gap_time",
    ),
    "cause_specific_hazard_ratio": ("cox", "cox_robust"),
    "subdistribution_hazard_ratio": ("fine_gray",),
    "restricted_mean_difference": ("greenwood", "pseudo_observations"),
    "restricted_mean_ratio": ("greenwood",),
    "restricted_mean_time_lost_difference": ("aalen_johansen", "pseudo_observations"),
    "time_ratio": ("weibull", "lognormal", "loglogistic"),
    "quantile_difference": ("kaplan_meier_bootstrap",),
    "rate_ratio": ("andersen_gill", "poisson", "poisson_robust", "quasi_poisson", "negative_binomial"),
    "rate_difference": ("person_time",),
    "mean_count_difference": ("ghosh_lin", "mean_cumulative_function"),
    "mean_difference": ("bootstrap", "two_part", "ancova", "mixed_model"),
    "common_odds_ratio": ("proportional_odds",),
    "win_ratio": ("u_statistic",),
    "association_test": (
        "pooled_z",
        "fisher",
        "logrank",
        "stratified_logrank",
        "weighted_logrank",
        "gray",
    ),
    "proportion": ("wilson", "kaplan_meier", "aalen_johansen"),
    "rate": ("person_time",),
    "mean_count": ("ghosh_lin", "mean_cumulative_function"),
    "mean": ("bootstrap",),
}
"""The methods that each effect measure may be estimated by, the default first."""

ONE_ARM = ("proportion", "rate", "mean_count", "mean")
"""Measures that describe the arms one by one."""

NEVER_PRIMARY = ("association_test", "number_needed_to_treat", *ONE_ARM)
"""What cannot answer the question of a trial: a test without an effect, a number whose interval may pass
through infinity, one arm alone."""

Use = Literal["no", "may", "must"]
Reads = Literal["first_event", "events", "quantity", "score"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """What one method takes and what it rests on.

    reads: the first event of each person and when it was; all counted events; a quantity that is added up
    over the window; or a score, which may be a number of weeks with a code of a register. cuts: it cuts
    follow-up into stretches, which a window of days at liberty does not have. on_time: people whose
    follow-up ended early are used as long as they were followed.
    keys: what an analysis must say besides; may_say: what it may. conditional: it compares people chosen, or
    days counted, by what happened after randomisation, so that it is no randomised comparison. draws: it
    needs random numbers, and so a seed.
    """

    reads: Reads = "first_event"
    on_time: bool = True
    cuts: bool = False
    covariates: Use = "no"
    strata: Use = "no"
    keys: tuple[str, ...] = ()
    may_say: tuple[str, ...] = ()
    conditional: bool = False
    draws: bool = False


YES_NO = Method(on_time=False)
CURVE = Method()
COX = Method(covariates="may", strata="may")
AFT = Method(covariates="may")
COUNT_MODEL = Method(reads="events", covariates="may", may_say=("exposure",))

ABOUT: dict[str, Method] = {
    "newcombe": YES_NO,
    "wald": YES_NO,
    "miettinen_nurminen": YES_NO,
    "wald_log": YES_NO,
    "pooled_z": YES_NO,
    "fisher": YES_NO,
    "wilson": YES_NO,
    "g_computation": Method(on_time=False, covariates="must"),
    "logistic": Method(on_time=False, covariates="may"),
    "kaplan_meier": CURVE,
    "aalen_johansen": CURVE,
    "greenwood": CURVE,
    "landmark": Method(keys=("landmark_days",), conditional=True),
    "aalen_johansen_window": Method(keys=("periods_days",), conditional=True),
    "pseudo_observations": Method(covariates="may"),
    "cox": COX,
    "cox_robust": COX,
    "cox_cluster": Method(covariates="may", strata="may", keys=("cluster",)),
    "cox_firth": COX,
    "cox_bootstrap": Method(covariates="may", strata="may", draws=True),
    "cox_standardised": Method(covariates="must", strata="may"),
    "cox_periods": Method(covariates="may", strata="may", keys=("periods_days",), conditional=True),
    "cox_landmark": Method(covariates="may", strata="may", keys=("landmark_days",), conditional=True),
    "cox_time_varying": Method(
        covariates="may", strata="may", keys=("at_days", "time_function"), conditional=True
    ),
    "fine_gray": Method(covariates="may", may_say=("censoring_groups",)),
    "weibull": AFT,
    "lognormal": AFT,
    "loglogistic": AFT,
    "kaplan_meier_bootstrap": Method(strata="may", keys=("quantile",), draws=True),
    "logrank": CURVE,
    "stratified_logrank": Method(strata="must"),
    "weighted_logrank": Method(strata="may", keys=("weights",)),
    "gray": Method(strata="may", may_say=("rho",)),
    "andersen_gill": Method(reads="events", cuts=True, covariates="may", strata="may", may_say=("exposure",)),
    "pwp_total_time": Method(reads="events", cuts=True, covariates="may", strata="may", conditional=True),
    "pwp_gap_time": Method(reads="events", cuts=True, covariates="may", strata="may", conditional=True),
    "poisson": COUNT_MODEL,
    "poisson_robust": COUNT_MODEL,
    "quasi_poisson": COUNT_MODEL,
    "negative_binomial": COUNT_MODEL,
    "person_time": Method(reads="events", may_say=("exposure",)),
    "mean_cumulative_function": Method(reads="events", cuts=True),
    "ghosh_lin": Method(reads="events", cuts=True),
    "bootstrap": Method(reads="quantity", on_time=False, strata="may", keys=("quantity",), draws=True),
    "two_part": Method(
        reads="quantity", on_time=False, covariates="may", strata="may", keys=("quantity",), draws=True
    ),
    "proportional_odds": Method(reads="quantity", on_time=False, covariates="may", keys=("seriousness",)),
    "u_statistic": Method(reads="quantity", keys=("priorities",)),
    "ancova": Method(reads="score", covariates="may", strata="may"),
    "mixed_model": Method(reads="score", covariates="may", strata="may"),
}
"""What each method takes. A method means the same for every measure that it estimates."""

KEYS_OF_METHODS = (
    "cluster",
    "periods_days",
    "landmark_days",
    "at_days",
    "time_function",
    "weights",
    "rho",
    "censoring_groups",
    "quantile",
    "quantity",
    "seriousness",
    "priorities",
    "exposure",
)
"""Keys of an analysis that say something to certain methods only."""


def among(kind: Iterable[bool]) -> tuple[str, ...]:
    """Return the methods for which this holds, in the order of `ABOUT`."""
    return tuple(name for name, holds in zip(ABOUT, kind, strict=True) if holds)


METHODS_ON_TIME = among(about.on_time for about in ABOUT.values())
"""The methods that use people whose follow-up ended early, as long as they were followed."""

ADJUSTING_METHODS = among(about.covariates != "no" for about in ABOUT.values())
"""The methods that can take covariates."""

STRATIFYING_METHODS = among(about.strata != "no" for about in ABOUT.values())
"""The methods that can take strata."""

CONDITIONAL_METHODS = among(about.conditional for about in ABOUT.values())
"""The methods that are no randomised comparison; none of them can be primary."""

TRANSITION_METHODS = ("landmark", "aalen_johansen_window", "cox_periods", "cox_landmark", "cox_time_varying")
"""Methods that ask when reoffending happened. What an analysis by one of them finds is told by itself."""

OVER_YEARS = ("aalen_johansen_window",)
"""Of these, methods that compare what happened between one horizon and the next."""

RULES_DEFAULT = "aalen_johansen"

SCORES_DEFAULT = "ancova"


def default_method(
    effect_measure: EffectMeasure,
    *,
    has_covariates: bool,
    scheme: AllocationScheme,
    by_rules: bool = False,
    of_scores: bool = False,
) -> str:
    """Return the method used where a protocol names none.

    With covariates the first method that takes them, so that contrasts of risks become standardised ones
    (g-computation); cluster randomisation turns Cox into Cox with cluster-robust variance; risks of outcomes
    by rules are those of Aalen and Johansen, because people die and leave; means of scores are adjusted for
    the score before; otherwise the first of `METHODS`.

    >>> default_method("risk_difference", has_covariates=False, scheme="complete")
    'newcombe'
    >>> default_method("risk_difference", has_covariates=True, scheme="complete")
    'g_computation'
    """
    methods = METHODS[effect_measure]
    if of_scores and SCORES_DEFAULT in methods:
        return SCORES_DEFAULT
    adjusting = [method for method in methods if ABOUT[method].covariates != "no"]
    if has_covariates and adjusting and methods[0] not in adjusting:
        return adjusting[0]
    if scheme == "cluster" and "cox_cluster" in methods:
        return "cox_cluster"
    if by_rules and RULES_DEFAULT in methods:
        return RULES_DEFAULT
    return methods[0]
