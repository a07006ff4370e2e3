"""Ratios of rates or hazards of repeated events from a Cox regression of rows clustered by person."""

from __future__ import annotations

from math import sqrt

from primus_eval.numerics.cox import NEGLIGIBLE_VARIANCE, CoxFit
from primus_eval.numerics.effect import Effect, not_estimable, student
from primus_eval.vocabulary import Reason


def repeated_events_ratio(fit: CoxFit | Reason, column: int, *, conf_level: float) -> Effect:
    """Ratio of the rates of events per unit of one column, from rows clustered by person.

    fit: of `cox`, cluster being the person. Variance: Lin and Wei's, summed within persons, times
    n / (n - p) for n persons and p columns; std_error has that factor. Quantiles: those of t with n - p
    degrees of freedom. Both are conventions for small samples, as in linear regression, and vanish in
    large ones. In simulated trials of 96 people who differ in their rates (gamma, variance 1), intervals of
    95 % cover 94.6 %, adjusted for five covariates 93.5 %; without factor and t it is 94.1 % and 91.8 %
    (2,000 trials, standard error 0.5 %).
    Source: Lin & Wei 1989, JASA 84:1074-1078, for repeated events Lin, Wei, Yang & Ying 2000, JRSS B
    62:711-730; the factor as HC1 of MacKinnon & White 1985, Journal of Econometrics 29:305-325.
    Checked: tests/reference/against_recurrent.py (R coxph, its robust variance times the factor),
    tests/test_recurrent.py (coverage in simulated trials).
    """
    if isinstance(fit, str):
        return not_estimable(fit)
    n, p = fit.n_clusters, len(fit.coef)
    if n <= p:
        return not_estimable("too_few_clusters")
    robust = fit.covariance_robust[column, column]
    if robust < NEGLIGIBLE_VARIANCE * fit.covariance_model[column, column]:
        return not_estimable("no_variation")
    return student(
        float(fit.coef[column]), sqrt(robust * n / (n - p)), df=n - p, conf_level=conf_level, scale="log"
    )
