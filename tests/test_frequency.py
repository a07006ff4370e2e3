"""Rates and ratios of rates on the whole path: what is counted, the arms the right way round, and reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from random_register import random_register, write_folder
from reference.against_frequency import counts, repeats
from reference.datasets import Columns, fixture
from reference.test_estimators import trial_of

from primus_eval import load_trial, measure
from primus_eval.estimators.competing import may_compete
from primus_eval.estimators.frequency import (
    FREQUENCY,
    NOT_AT_RISK,
    POISSON_LIMIT,
    VARY_ALIKE,
    VARY_LESS,
    VARY_MORE,
    WHILE_THERE,
    WINDOW_OF_STREET_DAYS,
    person_time,
)
from primus_eval.estimators.liberty import (
    ARRESTED_AT_ONCE,
    FROM_ADMISSION_ON,
    OUT_OF_CUSTODY,
)
from primus_eval.estimators.result import Estimate
from primus_eval.measurement import Measurement, start_stop
from primus_eval.protocol import Analysis

NUMBERS = ("estimate", "conf_low", "conf_high", "std_error", "statistic", "df", "p_value")
RATIOS = ("poisson", "poisson_robust", "quasi_poisson", "negative_binomial")
# Both sides are iterated until the coefficients stand still.
TIGHT = 1e-9


def counted(columns: Columns, *, baseline: tuple[str, ...] = ()) -> Measurement:
    """A measurement with these events and days at risk, as measuring by rules would give it."""
    n = len(columns["events"])
    given = {**columns, "time": np.ones(n), "event": columns["events"] > 0}
    measurement = measure(trial_of(given, arm="treated", baseline=baseline, horizon_days=365), "reoffence")
    events = np.asarray(columns["events"]).astype(int)
    frame = measurement.frame.assign(
        n_events=events, exposure_days=columns["exposure_days"], custody_days=columns.get("custody_days", 0.0)
    )
    return replace(
        measurement,
        frame=frame,
        unit_row=np.repeat(np.arange(n), events),
        unit_day=np.zeros(events.sum(), int),
    )


def small(
    events: Sequence[float], treated: Sequence[int], days: Sequence[float] | None = None, **more: Any
) -> Measurement:
    exposure = np.full(len(events), 365.0) if days is None else np.array(days, dtype=float)
    columns = {"events": np.array(events), "treated": np.array(treated), "exposure_days": exposure}
    baseline = tuple(name for name in more if name != "custody_days")
    return counted({**columns, **{name: np.array(more[name], float) for name in more}}, baseline=baseline)


def found(measurement: Measurement, key: tuple[str, str], **options: Any) -> tuple[Estimate, ...]:
    named = {"id": "a", "role": "secondary", "outcome": measurement.outcome.id}
    analysis = {**named, "effect_measure": key[0], "method": key[1], **options}
    return FREQUENCY[key](measurement, Analysis.model_validate(analysis))


def agrees(ours: Estimate, theirs: dict[str, Any]) -> None:
    for number in NUMBERS:
        mine, other = getattr(ours.effect, number), theirs.get(number)
        assert mine == (None if other is None else pytest.approx(other, rel=TIGHT)), number


@pytest.mark.parametrize(("data", "columns"), [("counts", counts()), ("repeated", repeats())])
def test_everything_is_what_r_says(data: str, columns: Columns) -> None:
    for case in fixture("frequency")[data]["rates"]:
        level, measurement = {"conf_level": case["conf_level"]}, counted(columns)
        (difference,) = found(measurement, ("rate_difference", "person_time"), **level)
        agrees(difference, case["difference"])
        for rate in found(measurement, ("rate", "person_time"), **level):
            agrees(rate, case[rate.term])
            assert (rate.unit, rate.effect.scale) == ("per_hundred_person_years", "log")
    for case in fixture("frequency")[data]["regressions"]:
        names = tuple(case["covariates"])
        measurement = counted(columns, baseline=names)
        theirs = [case[f"rate_ratio_{kind}"][0] for kind in ("model", "robust", "quasi")]
        theirs.append(case["negative_binomial"]["rate_ratio"][0])
        for method, other in zip(RATIOS, theirs, strict=True):
            options = {"covariates": list(names), "conf_level": case["conf_level"]}
            (ratio,) = found(measurement, ("rate_ratio", method), **options)
            agrees(ratio, other)
            assert (ratio.unit, ratio.effect.scale) == ("ratio", "log")
            said = {"poisson": (VARY_MORE,), "negative_binomial": (VARY_ALIKE,)}
            assert ratio.warnings == said.get(method, ())
            assert ratio.counts.n_treatment == (columns["treated"] == 1).sum()
            assert ratio.counts.events_control == ((columns["treated"] == 0) & (columns["events"] > 0)).sum()


def test_engines_are_named() -> None:
    measurement = counted(counts())
    engines = {key: found(measurement, key)[0].engine for key in FREQUENCY}
    assert engines["rate_ratio", "poisson"].startswith("statsmodels")
    assert engines["rate_ratio", "poisson_robust"].startswith("statsmodels")
    assert "HC3 by primus_eval" in engines["rate_ratio", "poisson_robust"]
    assert engines["rate_ratio", "negative_binomial"].startswith("primus_eval")


def test_people_without_a_day_are_left_out_and_said() -> None:
    days = [365.0, 365, 365, 0, 365, 365, 365]
    treated, events = [1, 1, 1, 1, 0, 0, 0], [0, 2, 1, 0, 3, 1, 0]
    (ours,) = found(small(events, treated, days), ("rate_difference", "person_time"))
    without = [person for person in range(7) if person != 3]
    (other,) = found(
        small(*([column[person] for person in without] for column in (events, treated, days))),
        ("rate_difference", "person_time"),
    )
    assert ours.effect == other.effect and ours.counts == other.counts
    assert ours.warnings == (NOT_AT_RISK,) and other.warnings == ()


def test_an_event_on_the_day_of_death_has_its_day() -> None:
    measurement = small([1, 0, 1, 0], [1, 1, 0, 0], [0, 365, 365, 365])
    counted_ = person_time(measurement, Analysis(id="a", role="secondary", **RATE))
    assert counted_.days.tolist() == [1, 365, 365, 365] and counted_.at_risk.all()


RATE: dict[str, Any] = {"outcome": "reoffence", "effect_measure": "rate", "method": "person_time"}
ANSWERS = [
    ("one arm empty", small([1, 2, 0], [1, 1, 1]), ["one_arm_empty"] * 4, "one_arm_empty"),
    ("no events", small([0] * 4, [1, 1, 0, 0]), ["no_events"] * 4, "no_interval_at_certainty"),
    (
        "none in control",
        small([1, 2, 0, 0], [1, 1, 0, 0]),
        ["no_events_in_one_arm"] * 4,
        "no_interval_at_certainty",
    ),
    ("nobody at risk", small([0] * 4, [1, 1, 0, 0], [0] * 4), ["no_exposure"] * 4, "no_exposure"),
    ("one arm at risk", small([0] * 4, [1, 1, 0, 0], [9, 9, 0, 0]), ["no_exposure"] * 4, "no_exposure"),
    (
        "one in each arm",
        small([1, 2], [1, 0]),
        [None, "too_few_people", "too_few_people", None],
        "too_few_people",
    ),
    (
        "all alike",
        small([1] * 6, [1, 1, 1, 0, 0, 0]),
        [None, "no_variation", "no_variation", None],
        "no_interval_at_certainty",
    ),
]


@pytest.mark.parametrize(
    ("measurement", "ratios", "difference"), [case[1:] for case in ANSWERS], ids=[case[0] for case in ANSWERS]
)
def test_a_number_or_a_reason(measurement: Measurement, ratios: list[str | None], difference: str) -> None:
    answers = [found(measurement, ("rate_ratio", method))[0] for method in RATIOS]
    assert [answer.effect.reason for answer in answers] == ratios
    assert not any("Warning" in text for answer in answers for text in answer.warnings)
    assert found(measurement, ("rate_difference", "person_time"))[0].effect.reason == difference
    for rate in found(measurement, ("rate", "person_time")):
        assert rate.effect.estimate is not None or rate.effect.reason is not None


def test_an_outcome_of_yes_or_no_has_no_days_at_risk() -> None:
    columns = {**counts(), "time": np.ones(150), "event": counts()["events"] > 0}
    measurement = measure(trial_of(columns, arm="treated", baseline=(), horizon_days=365), "reoffence")
    for key in FREQUENCY:
        assert {one.effect.reason for one in found(measurement, key)} == {"no_exposure"}


@pytest.mark.parametrize(
    ("reason", "columns"),
    [
        ("constant_covariate", {"age": [30] * 12}),
        ("collinear_covariates", {"age": list(range(12)), "prior": [2 * person + 1 for person in range(12)]}),
        ("collinear_covariates", {"age": [1] * 6 + [0] * 6}),
        ("separation", {"age": [0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0]}),  # nobody with age 1 has an event
        ("too_many_covariates", {f"x{k}": [(k * p) % 7 for p in range(12)] for k in range(1, 11)}),
    ],
)
def test_covariates_that_make_a_regression_impossible(reason: str, columns: dict[str, list[float]]) -> None:
    events = [1, 0, 2, 0, 0, 1, 3, 0, 1, 0, 0, 1]
    measurement = small(events, [1] * 6 + [0] * 6, **columns)
    for method in RATIOS:
        (ratio,) = found(measurement, ("rate_ratio", method), covariates=list(columns))
        assert ratio.effect.reason == reason


def test_counts_that_vary_less_than_poisson_counts_are_said_to() -> None:
    measurement = small([1, 2, 1, 1, 2, 1, 1, 2], [1, 1, 1, 1, 0, 0, 0, 0])
    (poisson,), (quasi,), (binomial,) = (
        found(measurement, ("rate_ratio", method))
        for method in ("poisson", "quasi_poisson", "negative_binomial")
    )
    assert binomial.effect == poisson.effect
    assert (poisson.warnings, quasi.warnings, binomial.warnings) == ((), (VARY_LESS,), (POISSON_LIMIT,))
    assert binomial.engine == poisson.engine


@pytest.fixture(scope="module")
def register_trial(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return load_trial(write_folder(random_register(11, n_people=400), tmp_path_factory.mktemp("register")))


def asked(measurement: Measurement, exposure: str) -> Analysis:
    about = {**RATE, "outcome": measurement.outcome.id, "exposure": exposure}
    return Analysis(id="a", role="secondary", **about)


def days_at_liberty(rows: pd.DataFrame, *, with_admission: bool) -> pd.DataFrame:
    """One row for each person and day out of custody, with that day's events."""
    lines = []
    for row, of_person in rows.groupby("row"):
        was_inside = True  # who is in custody on the first day was admitted before it
        for each in of_person.itertuples():
            for day in range(each.start_days, each.stop_days):
                admitted = each.in_custody and not was_inside
                was_inside = each.in_custody
                if not each.in_custody or (admitted and with_admission):
                    lines.append((row, day, day + 1, each.event if day + 1 == each.stop_days else 0))
    return pd.DataFrame(lines, columns=["row", "start_days", "stop_days", "event"])


@pytest.mark.parametrize("name", ["dk_dst_count", "own_cases", "own_decisions"])
def test_events_and_days_are_those_of_start_stop_rows(register_trial: Any, name: str) -> None:
    measurement = measure(register_trial, name)
    rows = start_stop(measurement)
    admission = measurement.outcome.reoffending.offences_in_custody == "count"
    free = days_at_liberty(rows, with_admission=admission)
    for exposure, among in (("calendar", rows), ("at_liberty", free)):
        ours = person_time(measurement, asked(measurement, exposure))
        days = np.bincount(
            among["row"], weights=among["stop_days"] - among["start_days"], minlength=len(ours.days)
        )
        events = np.bincount(among["row"], weights=among["event"], minlength=len(ours.days))
        assert (ours.days == days).all() and (ours.events == events).all()
        assert ours.events.sum() > 20 and not ours.events[~ours.at_risk].any()
        assert (NOT_AT_RISK in ours.warnings) == bool((days == 0).any())
        every = {OUT_OF_CUSTODY, FROM_ADMISSION_ON, ARRESTED_AT_ONCE}
        said = {OUT_OF_CUSTODY} if admission else {FROM_ADMISSION_ON, ARRESTED_AT_ONCE}
        assert every & set(ours.warnings) == (said if exposure == "at_liberty" else set())
        assert (WHILE_THERE in ours.warnings) == may_compete(measurement) == (name != "own_cases")


def test_a_window_of_days_at_liberty(register_trial: Any) -> None:
    measurement = measure(register_trial, "dk_dst_street")
    calendar, free = (
        person_time(measurement, asked(measurement, name)) for name in ("calendar", "at_liberty")
    )
    assert WINDOW_OF_STREET_DAYS in calendar.warnings and WINDOW_OF_STREET_DAYS not in free.warnings
    inside = measurement.frame["custody_days"].to_numpy(dtype=float)
    assert (calendar.days - free.days == inside).all() and inside.sum() > 0
    assert (calendar.events == free.events).all()
    assert (free.events == measurement.frame["n_events"]).all()


def test_days_in_custody_that_are_not_known_leave_people_out() -> None:
    unknown = [0.0, np.nan, 5, 0, 0, np.nan]
    measurement = small([1, 1, 0, 2, 0, 1], [1, 1, 1, 0, 0, 0], custody_days=unknown)
    analysis = asked(measurement, "at_liberty")
    ours = person_time(measurement, analysis)
    assert ours.at_risk.tolist() == [True, False, True, True, True, False] and NOT_AT_RISK in ours.warnings
    nobody = small([1, 1, 0, 2], [1, 1, 0, 0], custody_days=[np.nan] * 4)
    assert {one.effect.reason for one in FREQUENCY["rate", "person_time"](nobody, analysis)} == {
        "no_exposure"
    }
