"""Why participants are left out: one reason each, and how many in each arm have it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from primus_eval.measurement.records import Exclusion
from primus_eval.schema import text_in
from primus_eval.trial import Trial
from primus_eval.vocabulary import OWN_REASONS, ArmRole


class Reasons:
    """The reason of each participant who is left out, first those for which the protocol leaves people out.

    Held as numbers: texts for each of some hundred thousand people are slow to compare.
    """

    def __init__(self, trial: Trial) -> None:
        self._words: list[str] = []
        self._number = np.full(len(trial.participants), -1)
        column = trial.protocol.data.participants.excluded
        if column is not None:
            self._number, words = pd.factorize(trial.participants[column])
            self._words = words.tolist()

    @property
    def none(self) -> np.ndarray:
        """Whether there is no reason to leave a person out, shape (n_people,)."""
        return self._number < 0

    def add(self, reason: str, who: np.ndarray) -> None:
        """Leave people out for a reason, but for those who have one; who: a mask, shape (n_people,)."""
        self.put(reason, who & self.none)

    def put(self, reason: str, who: np.ndarray) -> None:
        """Leave people out for a reason, whatever other they may have; who: a mask, shape (n_people,)."""
        if reason not in self._words:
            self._words.append(reason)
        self._number[who] = self._words.index(reason)

    def counted_in(self, people: np.ndarray) -> dict[str, int]:
        """How many of these people have each reason; people: a mask, shape (n_people,)."""
        numbers = self._number[people & ~self.none]
        times = np.bincount(numbers, minlength=len(self._words)).tolist()
        return dict(zip(self._words, times, strict=True))


def exclusions(reasons: Reasons, trial: Trial, arms: Mapping[ArmRole, np.ndarray]) -> tuple[Exclusion, ...]:
    """Count by arm why people are left out; arms: who is in each, see `arms_of`."""
    counted = {role: reasons.counted_in(arm) for role, arm in arms.items()}
    used = {reason for counts in counted.values() for reason, n in counts.items() if n}
    return tuple(
        Exclusion(reason=reason, label=_label(reason, trial), arm=role, n=counts[reason])
        for reason in sorted(used)
        for role, counts in counted.items()
    )


def arms_of(trial: Trial) -> dict[ArmRole, np.ndarray]:
    """Return who is in each arm, shape (n_people,) each."""
    treated = trial.treated
    return {"treatment": treated, "control": ~treated}


def _label(reason: str, trial: Trial) -> str:
    """What a reader is shown for a reason: the protocol's label of a declared one, else our word."""
    column = trial.protocol.data.participants.excluded
    if column is None or reason in OWN_REASONS:
        return reason
    levels = trial.protocol.data.participants.columns[column].levels or {}
    return text_in(levels[reason], "en") if reason in levels else reason
