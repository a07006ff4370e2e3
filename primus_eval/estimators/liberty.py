"""Days at liberty: which days and events of repeated offending are left out with days in custody.

Where offences in custody count, people are at risk on the day on which they are admitted to custody, and
its events count: what brought them there often happened on it, and without that day those who are arrested
at once would seem to offend less. From the day after they are in custody. Where offences in custody do
not count, those of the day of admission do not either, and so that day is left out as well. Who is in
custody on the first day of follow-up was admitted before it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from primus_eval.measurement import Measurement

OUT_OF_CUSTODY = "Days in custody after the day of admission are left out, and so are events on them."
FROM_ADMISSION_ON = "Days in custody are left out, the day of admission among them."
ARRESTED_AT_ONCE = (
    "Offences on a day of admission to custody do not count under the outcome's rules, so an arm whose "
    "offenders are arrested at once shows fewer."
)


def admission_counts(measurement: Measurement) -> bool:
    """Whether events on the day of admission to custody count, and people are at risk on it."""
    definition = measurement.outcome.reoffending
    return definition is not None and definition.offences_in_custody == "count"


def about_liberty(measurement: Measurement) -> tuple[str, ...]:
    """Say which days were left out, and what of the day of admission."""
    return (OUT_OF_CUSTODY,) if admission_counts(measurement) else (FROM_ADMISSION_ON, ARRESTED_AT_ONCE)


def at_liberty(rows: pd.DataFrame, *, with_admission: bool) -> pd.DataFrame:
    """Keep the rows of `start_stop` out of custody.

    with_admission: also the day on which a spell begins after the first day of follow-up, for everyone.
    """
    inside = rows["in_custody"].to_numpy(dtype=bool)
    if not with_admission:
        return rows[~inside]
    person, start = rows["row"].to_numpy(), rows["start_days"].to_numpy(dtype=np.int64)
    came_from_outside = np.append(False, ~inside[:-1] & (person[1:] == person[:-1]))[: len(rows)]
    admitted = inside & came_from_outside
    kept = rows.assign(
        stop_days=np.where(admitted, start + 1, rows["stop_days"]),
        event=np.where(admitted & (rows["stop_days"] > start + 1), 0, rows["event"]),
    )
    return kept[~inside | admitted]
