"""What is worth knowing before a run, and no error: each note is a `Problem` with a code and a remedy.

No note holds an estimate, a number of people below the threshold, or which arm fares better.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from primus_eval.baseline import allocation_check
from primus_eval.errors import GUESSED, Problem
from primus_eval.evaluation import Measured
from primus_eval.loaders.declared import person_column, tables_of
from primus_eval.loaders.delivery import Delivery
from primus_eval.measurement import Measurement
from primus_eval.numerics.restricted_mean import RestrictedMean, restricted_mean
from primus_eval.preflight.counting import count_of
from primus_eval.preflight.outcomes import days_followed
from primus_eval.preflight.people import anonymity
from primus_eval.protocol import ASSIGNED, Data, Outcome
from primus_eval.trial import Trial

MUCH_SHORTER = 0.9
"""Below this ratio of mean follow-up between the arms it is said: a choice of ours, and no test."""

MUCH_LESS_KNOWN = 0.1
"""Above this difference in the share of people analysed it is said: a choice of ours, and no test."""

FAR_BEYOND = 2
"""Follow-up of more than this many horizons is more often a wrong unit than a long follow-up."""


def notes_on_protocol(file: str, guessed: list[int]) -> list[Problem]:
    """Name the lines of a protocol that are still guesses."""
    return [
        Problem(
            code=GUESSED,
            file=file,
            line=line,
            what="is still a guess of the program that drafted this protocol; `run` refuses it.",
            mend="Correct it and remove the mark.",
        )
        for line in guessed
    ]


def notes_on_delivery(delivery: Delivery, data: Data) -> list[Problem]:
    """What the readers remarked, and which exact dates are read."""
    notes: list[Problem] = []
    declared = tables_of(data)
    dated: dict[str, list[str]] = {}
    for name, table in delivery.tables.items():
        notes += table.remarks
        dates = [column for column, told in declared[name].columns.items() if told.type == "date"]
        if dates and person_column(declared[name]) is not None:
            dated[table.file] = dates
    return [*notes, _exact_dates(dated)] if dated else notes


def _exact_dates(dated: dict[str, list[str]]) -> Problem:
    """Say once of all tables about participants which exact dates are read. dated: columns of each file."""
    listed = "; ".join(f"{file}: {', '.join(names)}" for file, names in dated.items())
    return Problem(
        code="PE-B19",
        what=f"exact dates are read ({listed}): with a place or an offence they can be found in lists of "
        "courts.",
        mend="Days since randomisation are safer, where the delivery can be made again.",
    )


def notes_on_trial(trial: Trial, measurements: Measured) -> list[Problem]:
    """What is odd in the design, in the follow-up, or in how few people share what they are known by."""
    notes = [
        *_registered_late(trial),
        *_allocation(trial),
        *_one_armed_strata(trial),
        *_baseline_like_arm(trial),
        *_not_found_with_events(trial),
        *_few_alike(trial),
        *_nobody_known_to_be_gone(trial),
    ]
    for outcome in trial.protocol.outcome:
        notes += _range_of_follow_up(trial, outcome)
        if (outcome.id, ASSIGNED) in measurements:
            notes += _no_follow_up(trial, outcome)
            notes += _unequal_follow_up(trial, measurements[outcome.id, ASSIGNED])
    return notes


def _registered_late(trial: Trial) -> Iterator[Problem]:
    """Say that a plan was registered only when people were randomised, or when the records had ended."""
    registration, data = trial.protocol.study.registration, trial.protocol.data
    if registration is None:
        return
    on = registration.registered_on
    if data.data_cutoff is not None and on > data.data_cutoff:
        yield Problem(
            code="PE-C53",
            key="study.registration.registered_on",
            what="the plan was registered after the records end (data_cutoff): it cannot show that it came "
            "before the outcomes, and the report says so.",
            mend="Check both dates; if they are right, there is nothing to mend.",
        )
        return
    column = data.participants.randomised_on
    if column is None:
        return
    days = pd.to_datetime(trial.participants[column]).dropna()
    if len(days) and pd.Timestamp(on) > days.max():
        yield Problem(
            code="PE-C53",
            key="study.registration.registered_on",
            what="the plan was registered after the last person was randomised: outcomes could already be "
            "known by then.",
            mend="Check the date; if it is right, say in cautions what was known when.",
        )


def _allocation(trial: Trial) -> Iterator[Problem]:
    if any(row["ok"] is False for row in allocation_check(trial).records()):
        scheme = trial.protocol.design.allocation.scheme.replace("_", " ")
        yield Problem(
            code="PE-C28",
            key="design.allocation",
            what=f"the arms are more uneven than {scheme} allocation can make them.",
            mend="Find out why: a wrong scheme or ratio in the protocol, or people who are not in the file.",
        )


def _one_armed_strata(trial: Trial) -> Iterator[Problem]:
    """Name strata, of the allocation and of analyses, some of which hold people of one arm only."""
    asked: dict[tuple[str, ...], str] = {}
    if trial.protocol.design.allocation.strata:
        asked[trial.protocol.design.allocation.strata] = "design.allocation.strata"
    for analysis in trial.protocol.analysis:
        if analysis.strata:
            asked.setdefault(analysis.strata, f"analysis {analysis.id}: strata")
    for columns, key in asked.items():
        arms = trial.participants.groupby(list(columns), dropna=False)["arm"].nunique()
        if len(arms) > 1 and (arms < 2).any():
            yield Problem(
                code="PE-C29",
                key=key,
                what="in at least one stratum everybody is in the same arm.",
                mend="They stay in the trial, but tell an analysis within strata nothing; use fewer or wider "
                "strata.",
            )


def _baseline_like_arm(trial: Trial) -> Iterator[Problem]:
    """Name what was measured before randomisation and is one value in one arm, another in the other."""
    spec = trial.protocol.data.participants
    for name, column in spec.columns.items():
        if column.timing != "before_randomisation" or column.type in ("text", "id"):
            continue
        values = trial.participants.groupby("arm")[name]
        if len(values) == 2 and (values.nunique() == 1).all() and trial.participants[name].nunique() == 2:
            yield Problem(
                code="PE-C11",
                file=spec.file,
                column=name,
                what="says who is in which arm: one value in one arm, another in the other.",
                mend="Find out whether it was measured after randomisation; nothing can be adjusted for it.",
            )


def _not_found_with_events(trial: Trial) -> Iterator[Problem]:
    """Count the people who have events and are said not to be in the register of events; never by arm."""
    spec = trial.protocol.data.participants
    if spec.linked is None or trial.events is None:
        return
    not_found = (trial.participants[spec.linked] == False).to_numpy(dtype=bool, na_value=False)  # noqa: E712
    has_events = np.zeros(len(not_found), dtype=bool)
    has_events[trial.events["person"].to_numpy(dtype=np.int64)] = True
    people = int((not_found & has_events).sum())
    if people:
        k = trial.protocol.disclosure.threshold
        yield Problem(
            code="PE-C43",
            file=spec.file,
            column=spec.linked,
            what="people said not to be found in the register have events: "
            f"{count_of(people, k=k, total=int(not_found.sum()))}.",
            mend="Ask who delivers the data what the column means, and which of the two is right.",
        )


def _nobody_known_to_be_gone(trial: Trial) -> Iterator[Problem]:
    """Say it where rules on death, leaving and the search of the register have nothing to work on."""
    rules = [outcome.id for outcome in trial.protocol.outcome if outcome.reoffending is not None]
    data = trial.protocol.data
    if not rules:
        return
    if data.status is None:
        yield Problem(
            code="PE-C52",
            key="data.status",
            what="no table of deaths and departures was delivered, so that nobody is known to have died or "
            f"left; the rules of {', '.join(rules)} on both have nothing to work on.",
            mend="Ask for it and declare [data.status]; until then the report says that there is none.",
        )
    if data.participants.linked is None:
        yield Problem(
            code="PE-C52",
            key="data.participants.linked",
            what="nobody is known to be missing from the register: whoever has no event there is taken to "
            f"have had none, in {', '.join(rules)}.",
            mend="Ask who was found in the register, and declare that column as linked.",
        )


def _few_alike(trial: Trial) -> Iterator[Problem]:
    found = anonymity(trial)
    if found is not None and found.in_small_groups.n != 0:
        k = trial.protocol.disclosure.threshold
        yield Problem(
            code="PE-B17",
            key="data.participants.quasi_identifiers",
            what=f"some people are in a group of fewer than {k} with the same values.",
            mend="Ask for wider bands or fewer such columns; reports show none of them person by person.",
        )


def _range_of_follow_up(trial: Trial, outcome: Outcome) -> Iterator[Problem]:
    observed = outcome.observed
    days = np.empty(0) if observed is None else days_followed(trial, observed)
    if len(days) == 0:
        return
    key = f"outcome {outcome.id}"
    if days.max() < outcome.horizon_days:
        yield Problem(
            code="PE-C32",
            key=key,
            what="nobody was followed to the horizon.",
            mend="Check horizon_days, and whether unit is what the column counts in (days, weeks, months).",
        )
    elif days.max() > FAR_BEYOND * outcome.horizon_days:
        yield Problem(
            code="PE-C32",
            key=key,
            what="follow-up goes far beyond the horizon; what happens after it is not counted.",
            mend="Check horizon_days, and whether unit is what the column counts in (days or weeks).",
        )


def _no_follow_up(trial: Trial, outcome: Outcome) -> Iterator[Problem]:
    if outcome.observed is None:
        return
    none = int((days_followed(trial, outcome.observed) == 0).sum())
    if none:
        count = count_of(none, k=trial.protocol.disclosure.threshold, total=len(trial.participants))
        yield Problem(
            code="PE-C16",
            file=trial.protocol.data.participants.file,
            column=outcome.observed.time,
            what=f"people with a follow-up of zero days: {count}.",
            mend="They stay in the trial; find out whether their follow-up was lost rather than short.",
        )


def _unequal_follow_up(trial: Trial, measurement: Measurement) -> Iterator[Problem]:
    """Say that follow-up or knowledge of the outcome differs by arm, not in which, and not by how much."""
    key = f"outcome {measurement.outcome.id}"
    k = trial.protocol.disclosure.threshold
    if _is_followed_much_less(measurement) and _people_followed_otherwise(measurement) >= k:
        yield Problem(
            code="PE-C34",
            key=key,
            what="follow-up is much shorter in one arm than in the other, whatever happened to people.",
            mend="Find out why before outcomes are compared; methods on time use what is known of everyone.",
        )
    sides = ((trial.treated, measurement.treated), (~trial.treated, ~measurement.treated))
    randomised, known = (np.array([float(side[place].sum()) for side in sides]) for place in (0, 1))
    difference = float(abs(np.subtract(*(known / np.maximum(randomised, 1)))))
    if difference > MUCH_LESS_KNOWN and difference * float(randomised.min()) >= k:
        yield Problem(
            code="PE-C34",
            key=key,
            what="the outcome is known, or analysed, of clearly fewer people in one arm than in the other.",
            mend="Find out who was left out and why: what is left may no longer be a randomised comparison.",
        )


def _people_followed_otherwise(measurement: Measurement) -> float:
    """How many people of the smaller arm would have to be followed otherwise for the arms to be alike.

    The largest difference between the arms, over days, in the share whose follow-up had ended before it was
    known whether they had the event, times the smaller arm.
    """
    ended = np.where(measurement.known_at_horizon, np.inf, measurement.time_days)
    sides = [np.sort(ended[in_arm]) for in_arm in (measurement.treated, ~measurement.treated)]
    days = np.unique(ended[np.isfinite(ended)])
    if len(days) == 0 or not all(map(len, sides)):
        return 0.0
    shares = [np.searchsorted(side, days, side="right") / len(side) for side in sides]
    return float(np.abs(shares[0] - shares[1]).max() * min(map(len, sides)))


def _is_followed_much_less(measurement: Measurement) -> bool:
    """Whether one arm was followed for much less time, in which an event does not count as an end.

    Compares the mean follow-up up to the last day that both arms reach, by the reverse Kaplan-Meier
    estimate: the end of follow-up is the event, and what is counted, or competes with it as death does, ends
    observation. Where follow-up in one arm ends well before the other's, that alone is enough.
    Source: Schemper and Smith 1996, Controlled Clinical Trials 17:343.
    """
    sides = [
        (measurement.time_days[in_arm], measurement.known_at_horizon[in_arm])
        for in_arm in (measurement.treated, ~measurement.treated)
    ]
    if not all(len(time) for time, _ in sides):
        return False
    short, long = sorted(sides, key=lambda side: float(side[0].max()))
    reach = float(short[0].max())
    ends_there = bool((~short[1] & (short[0] == reach)).any())
    if ends_there and reach < MUCH_SHORTER * float(long[0].max()):
        return True
    if reach <= 0:
        return False
    means = [restricted_mean(time, ~known, horizon_days=reach) for time, known in sides]
    days = [mean.mean_days for mean in means if isinstance(mean, RestrictedMean)]
    return len(days) == len(sides) and min(days) < MUCH_SHORTER * max(days)
