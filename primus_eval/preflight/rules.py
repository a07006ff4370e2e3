"""What rules make beside the outcomes: definitions to compare with, and offending before randomisation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from primus_eval.comparison import missing_by_preset
from primus_eval.disclosure.cells import is_small
from primus_eval.errors import PrimusError, Problem
from primus_eval.evaluation import Measured
from primus_eval.measurement import prior_offending
from primus_eval.preflight.counting import Count, count_of
from primus_eval.preflight.records import ComparedRead, LinkedInArm, PriorRead
from primus_eval.protocol import PriorOffending
from primus_eval.schema import text_in
from primus_eval.trial import Trial


def comparison_read(trial: Trial) -> tuple[ComparedRead, ...]:
    """Say of each definition of [comparison] what the data do not hold of it."""
    return tuple(
        ComparedRead(definition=name, label=label, missing=missing)
        for name, label, missing in missing_by_preset(trial)
    )


def prior_read(
    trial: Trial, measurements: Measured, links: Sequence[LinkedInArm]
) -> tuple[tuple[PriorRead, ...], tuple[Problem, ...]]:
    """Count the people of whom prior offending is known, and return the problems of what cannot be counted.

    links: what is shown of who was found in the register. Checked: tests/test_preflight_rules.py.
    """
    read: list[PriorRead] = []
    problems: list[Problem] = []
    for prior in trial.protocol.prior_offending:
        try:
            counted = int(prior_offending(trial, prior).notna().sum())
        except PrimusError as error:
            problems += error.problems
        else:
            read.append(_prior(trial, prior, counted, measurements, links))
    return tuple(read), tuple(problems)


def _prior(
    trial: Trial, prior: PriorOffending, counted: int, measurements: Measured, links: Sequence[LinkedInArm]
) -> PriorRead:
    k = trial.protocol.disclosure.threshold
    people = len(trial.participants)
    shown = count_of(counted, k=k, total=people)
    if shown.n is not None and _gives_back(counted, measurements, links, k=k):
        shown = Count()
    return PriorRead(
        prior=prior.id,
        label=text_in(prior.label, "en"),
        months=prior.months,
        people=count_of(people, k=k),
        counted=shown,
    )


def _gives_back(counted: int, measurements: Measured, links: Iterable[LinkedInArm], *, k: int) -> bool:
    """Whether the number less another one that may be shown would count few people.

    The others: who is found by arm, of whom an outcome is known, and who was left out for one reason.
    """
    linked = [item.linked.n for item in links]
    parts = [part.n for item in links for part in (item.linked, item.not_linked, item.not_recorded)]
    if None in parts:
        return True
    near = [abs(counted - sum(filter(None, linked)))] if linked else []
    for measurement in measurements.values():
        near.append(abs(counted - len(measurement.frame)))
        near += [
            sum(item.n for item in measurement.excluded if item.reason == reason)
            for reason in {item.reason for item in measurement.excluded}
        ]
    return any(is_small(n, k) for n in near)
