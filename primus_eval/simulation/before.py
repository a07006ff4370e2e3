"""What the registers hold of people from before randomisation: earlier offences, the index imprisonment."""

from __future__ import annotations

import numpy as np

from primus_eval.simulation import courts
from primus_eval.simulation.people import DAYS_PER_YEAR, NEVER, People
from primus_eval.simulation.records import REMAND, SENTENCE, Offences, Spells, joined
from primus_eval.simulation.scenario import Scenario
from primus_eval.simulation.streams import PRIOR, uniforms

NUMBERS_EACH = 12
MOST_OCCASIONS = 400
INDEX_CLASSES = (courts.PROPERTY, courts.VIOLENCE, courts.DRUGS)
INDEX_DECISION, PRIOR_DECISION = -1, -2
"""Numbers of decisions from before release; later ones count from 1."""


def earlier_offences(people: People, scenario: Scenario, *, seed: int) -> Offences:
    """Return offences from the start of the registers to the index offence, at a constant intensity.

    Their decisions may come after release: they are pseudo-reconvictions. The custody of those who were
    imprisoned for them lies before the index imprisonment, where the table of custody begins.
    """
    n = len(people)
    spent = np.zeros(n)
    parts = [_index_offences(people, seed)]
    for occasion in range(MOST_OCCASIONS):
        u = uniforms(seed, PRIOR + 1 + occasion, first=int(people.number[0]), people=n, each=NUMBERS_EACH)
        spent += -np.log(u[:, 0]) / people.prior_intensity
        day = people.admitted_on - 30 - np.floor(spent * DAYS_PER_YEAR).astype(np.int64)
        rows = np.flatnonzero(day >= scenario.day("data_start"))
        if not len(rows):
            break
        parts.append(_earlier(people, rows, day[rows], u[rows], scenario, occasion))
    return joined(parts)


def _earlier(
    people: People, rows: np.ndarray, day: np.ndarray, u: np.ndarray, scenario: Scenario, occasion: int
) -> Offences:
    classes = courts.class_of(u[:, 1])
    fate = courts.outcome_of(scenario, classes, u[:, 2:7])
    decided = day + fate.lag_days
    in_prison = (fate.sanction == courts.IMPRISONMENT) & (decided > people.admitted_on[rows])
    return Offences(
        person=rows,
        occasion=np.full(len(rows), PRIOR_DECISION - occasion),
        decision=np.full(len(rows), PRIOR_DECISION - occasion),
        committed_on=day,
        decided_on=decided,
        offence_class=classes,
        kind=fate.kind,
        sanction=np.where(in_prison, courts.SUSPENDED, fate.sanction),
        fine=fate.fine,
        by_police=courts.found_by_police(classes, u[:, 7]),
        harm_days=courts.harm_of(classes, u[:, 8]),
        in_custody=np.zeros(len(rows), dtype=bool),
    )


def _index_offences(people: People, seed: int) -> Offences:
    """Return the offences that people serve their sentence for: one or two, sentenced on one day."""
    u = uniforms(seed, PRIOR, first=int(people.number[0]), people=len(people), each=8)
    parts = []
    for nth, has in enumerate((np.ones(len(people), dtype=bool), u[:, 0] < 0.35)):
        rows = np.flatnonzero(has)
        picked = np.floor(u[rows, 1 + nth] * len(INDEX_CLASSES)).astype(np.int64)
        classes = np.take(INDEX_CLASSES, picked)
        parts.append(
            Offences(
                person=rows,
                occasion=np.full(len(rows), INDEX_DECISION),
                decision=np.full(len(rows), INDEX_DECISION),
                committed_on=people.admitted_on[rows] - 1 - np.floor(14 * u[rows, 3 + nth]).astype(np.int64),
                decided_on=people.sentenced_on[rows],
                offence_class=classes,
                kind=np.full(len(rows), courts.CONVICTION),
                sanction=np.full(len(rows), courts.IMPRISONMENT),
                fine=np.zeros(len(rows), dtype=np.int64),
                by_police=courts.found_by_police(classes, u[rows, 5]),
                harm_days=courts.harm_of(classes, u[rows, 6 + nth]),
                in_custody=np.zeros(len(rows), dtype=bool),
            )
        )
    return joined(parts)


def index_imprisonment(people: People) -> Spells:
    """Return remand and the sentence that it becomes, up to release; without end for who is not released."""
    n = len(people)
    rows = np.arange(n)
    ends = np.minimum(people.released_on, np.minimum(people.died_on, NEVER))
    return joined(
        [
            Spells(
                person=rows,
                from_day=people.admitted_on,
                to_day=people.sentenced_on,
                reason=np.full(n, REMAND),
            ),
            Spells(person=rows, from_day=people.sentenced_on, to_day=ends, reason=np.full(n, SENTENCE)),
        ]
    )
