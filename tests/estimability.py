"""What each estimator answers in awkward trials, as docs/estimability.md.

Write the page again with: python tests/estimability.py > docs/estimability.md
`test_estimability.py` holds every cell of the page to a fresh run. The cells were reasoned out, not
only recorded: see the notes under each table.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from small_registers import small_register
from small_trials import small_trial, with_causes

from primus_eval.estimators import ESTIMATORS, estimate
from primus_eval.measurement import Measurement, measure
from primus_eval.methods import ABOUT, ADJUSTING_METHODS
from primus_eval.protocol import Analysis

HALVES = [1] * 8 + [0] * 8
MIXED_DAYS = [10, 20, 100, 100, 100, 40, 100, 100, 15, 20, 35, 100, 100, 100, 55, 70]
MIXED_EVENTS = [1, 1, 0, 0, 0, 1, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1]

Situation = Callable[[], Measurement]


def _trial(**parts: object) -> Situation:
    columns = {"treated": HALVES, "days": MIXED_DAYS, "event": MIXED_EVENTS} | parts
    return lambda: measure(small_trial(**columns), "reoffence")  # type: ignore[arg-type]


def _competing(*who: int, **parts: object) -> Situation:
    """A trial in which these people died, on the last day that they were followed."""
    causes = ["death" if person in who else "" for person in range(16)]
    return lambda: with_causes(_trial(**parts)(), causes)


EVENTS: dict[str, Situation] = {
    "ordinary": _trial(),
    "no events": _trial(days=[100] * 16, event=[0] * 16),
    "everyone had the event": _trial(
        event=[1] * 16, days=[6 * (i % 8) + 3 * (i // 8) + 9 for i in range(16)]
    ),
    "no event in the treatment arm": _trial(
        days=[100] * 8 + MIXED_DAYS[8:], event=[0] * 8 + MIXED_EVENTS[8:]
    ),
    "everyone in the treatment arm had the event": _trial(
        days=[9, 18, 27, 36, 45, 54, 63, 72] + MIXED_DAYS[8:], event=[1] * 8 + MIXED_EVENTS[8:]
    ),
    "all events on one day": _trial(days=[50 if one else 100 for one in MIXED_EVENTS]),
}
PEOPLE: dict[str, Situation] = {
    "one arm is empty": _trial(treated=[1] * 16),
    "one person": _trial(treated=[1], days=[40], event=[1]),
    "one person in each arm": _trial(treated=[1, 0], days=[40, 100], event=[1, 0]),
    "nobody censored before the horizon": _trial(
        days=[day + 120 * (day == 100) for day in MIXED_DAYS], event=[1] * 16
    ),
    "follow-up of all ends on day 80": _trial(days=[min(day, 80) for day in MIXED_DAYS]),
    "all follow-up ends on day 50": _trial(days=[50] * 16),
}
COVARIATES: dict[str, Situation] = {
    "constant covariate": _trial(age=[30] * 16),
    "covariate equal to the arm": _trial(age=HALVES),
    "two collinear covariates": _trial(age=list(range(16)), prior=[2 * i + 1 for i in range(16)]),
    "covariate that separates those with the event": _trial(
        age=[40 + i if one else 20 + i for i, one in enumerate(MIXED_EVENTS)]
    ),
    "covariate that orders the events": _trial(age=[100 - day for day in MIXED_DAYS]),
    "more covariates than people": _trial(treated=[1, 1, 0, 0], days=[10, 100, 20, 100], event=[1, 0, 1, 0]),
}
LEFT = [10, 20, 60, 30, 100, 40, 100, 100, 15, 20, 35, 50, 70, 100, 55, 70]
COMPETING: dict[str, Situation] = {
    "some died": _competing(2, 3, 11, 12, days=LEFT),
    "one person died": _competing(2, days=LEFT[:3] + MIXED_DAYS[3:]),
    "some died, some left early": _competing(2, 11, days=LEFT),
    "all without the event in the treatment arm died": _competing(
        2, 3, 4, 6, 7, days=[min(day, 90) for day in LEFT[:8]] + MIXED_DAYS[8:]
    ),
    "some died, nobody had the event": _competing(
        2, 11, days=[60 if person in (2, 11) else 100 for person in range(16)], event=[0] * 16
    ),
    "some died, follow-up of all ends on day 80": _competing(
        2, 3, 11, 12, days=[min(day, 80) for day in LEFT]
    ),
}
TABLES = (
    ("Events", EVENTS),
    ("People and follow-up", PEOPLE),
    ("Competing events", COMPETING),
    ("Covariates (age and prior convictions, in methods that adjust)", COVARIATES),
)


SOME = {0: [10], 1: [20, 70], 5: [40], 8: [15, 16, 90], 9: [20], 10: [35, 60], 14: [55], 15: [70, 75]}
"""The days on which each person had an event: five of the events are second or third ones."""

BEFORE = -5
"""The day on which somebody left who is therefore not followed; a delivery always has both arms."""

UNLIKE = {person: float(10 * (person % 4) + 5) for person in range(16)}


def _register(**parts: object) -> Situation:
    @cache
    def situation() -> Measurement:
        given = {"treated": HALVES, "events": SOME, "harm": UNLIKE} | parts
        return measure(small_register(**given), "reoffence")  # type: ignore[arg-type]

    return situation


REGISTER_EVENTS: dict[str, Situation] = {
    "ordinary": _register(),
    "no events": _register(events={}),
    "everyone had the event, once": _register(events={person: [6 * person + 1] for person in range(16)}),
    "no event in the treatment arm": _register(events={p: days for p, days in SOME.items() if p > 7}),
    "all events on one day": _register(events={p: [50] * len(days) for p, days in SOME.items()}),
    "all events are one person's": _register(events={9: [10, 20, 30, 40]}),
    "all harm alike": _register(events={p: days[:1] for p, days in SOME.items()}, harm=10.0),
    "no harm recorded": _register(harm=dict.fromkeys(range(16))),
}
REGISTER_PEOPLE: dict[str, Situation] = {
    "one arm is empty": _register(treated=[1] * 16 + [0], left={16: BEFORE}),
    "one person": _register(treated=[1, 0], events={0: [40]}, left={1: BEFORE}),
    "one person in each arm": _register(treated=[1, 0], events={0: [40]}),
    "some left early": _register(left={2: 30, 5: 80, 11: 20}),
    "all left on day 80": _register(left=dict.fromkeys(range(16), 80)),
    "all left on the first day": _register(events={}, left=dict.fromkeys(range(16), 0)),
}
REGISTER_COMPETING: dict[str, Situation] = {
    "nobody died": _register(deaths_compete=True),
    "some died": _register(died={2: 30, 5: 80, 11: 20}, deaths_compete=True),
    "some died, some left early": _register(died={2: 30, 5: 80}, left={11: 20}, deaths_compete=True),
    "everyone in the treatment arm died": _register(died=dict.fromkeys(range(8), 75), deaths_compete=True),
    "some died, nobody had the event": _register(events={}, died={2: 30, 11: 20}, deaths_compete=True),
}
REGISTER_COVARIATES: dict[str, Situation] = {
    "constant covariate": _register(age=[30] * 16),
    "covariate equal to the arm": _register(age=HALVES),
    "two collinear covariates": _register(age=list(range(16)), prior=[2 * i + 1 for i in range(16)]),
    "covariate that separates those with the event": _register(
        age=[40 + i if i in SOME else 20 + i for i in range(16)]
    ),
    "more covariates than people": _register(treated=[1, 1, 0, 0], events={0: [10], 2: [20]}),
}
REGISTER_TABLES = (
    ("All events, and sums: events and harm", REGISTER_EVENTS),
    ("All events, and sums: people and follow-up", REGISTER_PEOPLE),
    ("All events, and sums: death as a competing event", REGISTER_COMPETING),
    ("All events, and sums: covariates", REGISTER_COVARIATES),
)


SAYS: dict[str, object] = {
    "cluster": "wing",
    "periods_days": [0, 30, 100],
    "landmark_days": 30,
    "at_days": [30, 60],
    "time_function": "days",
    "weights": {"family": "fleming_harrington", "gamma": 1},
    "quantile": 0.25,
    "quantity": "harm_days",
    "seriousness": {
        "quantity": "harm_days",
        "cuts": [1, 20],
        "labels": ["none", "below 20", "20 or more"],
        "worse": "higher",
    },
    "priorities": [
        {"by": "reoffended", "better": "no"},
        {"by": "days_to_first", "better": "later"},
        {"by": "harm_days", "better": "lower"},
    ],
}
"""What an analysis says besides, by its key, where a method needs it."""

KEYS = tuple(key for key in ESTIMATORS if ABOUT[key[1]].reads == "first_event")
"""The estimators of first events, asked of trials whose outcome was observed."""

REGISTER_KEYS = tuple(key for key in ESTIMATORS if ABOUT[key[1]].reads in ("events", "quantity"))
"""Those of all events and of sums, which need rules of counting, asked of registers."""

SCORE_KEYS = tuple(key for key in ESTIMATORS if ABOUT[key[1]].reads == "score")
"""Those of scores, which need waves: not on this page (tests/test_scales_estimated.py)."""


def analysis_for(key: tuple[str, str]) -> Analysis:
    """An analysis that names an estimator, with the columns and keys it needs."""
    measure_, method = key
    return Analysis.model_validate(
        {
            "id": "a",
            "role": "secondary",
            "outcome": "reoffence",
            "effect_measure": measure_,
            "method": method,
            "covariates": ["age", "prior"] if method in ADJUSTING_METHODS else [],
            "strata": ["prison"] if method == "stratified_logrank" else [],
            **{name: SAYS[name] for name in ABOUT[method].keys},
        }
    )


def answer(key: tuple[str, str], situation: Situation) -> str:
    """Say in a few words what an estimator answers; of two arms' answers, the poorer."""
    rows = estimate(situation(), analysis_for(key)).rows
    answers = sorted({_describe(row.status, row.reason, row.conf_low) for row in rows})
    return "; ".join(answers)


def _describe(status: str, reason: str | None, conf_low: float | None) -> str:
    if status != "estimated":
        return f"not estimable: {reason}"
    if reason == "test_only":
        return "test"
    return "estimate" if conf_low is not None else f"no interval: {reason}"


def page() -> str:
    """Write the page."""
    lines = [
        "# What is answered when the data are awkward",
        "",
        "Generated by `python tests/estimability.py`; every cell is tested. No estimator ever answers with",
        "NaN, infinity or a crash: it estimates, or it says why these data do not determine the number.",
        "*Estimate* means with an interval. The trials have 16 people unless said otherwise and a horizon of",
        "100 days. The first tables are about first events; those after them about methods that read all",
        "events of a register, or add up a quantity. What scores answer is tested in",
        "`tests/test_scales_estimated.py`.",
    ]
    for tables, keys in ((TABLES, KEYS), (REGISTER_TABLES, REGISTER_KEYS)):
        for title, situations in tables:
            lines += ["", f"## {title}", "", "| estimator | " + " | ".join(situations) + " |"]
            lines.append("|---" * (len(situations) + 1) + "|")
            for key in keys:
                cells = [answer(key, situation) for situation in situations.values()]
                lines.append(f"| {key[0]} / {key[1]} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")
