"""What is worth knowing of a programme's tables before a run: codes without a meaning, waves nobody has.

Codes are those that the protocol declares, whether the data hold them or not: nothing is said of anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from primus_eval.errors import Problem
from primus_eval.measurement.scales import waves_present
from primus_eval.protocol import Protocol
from primus_eval.trial import Trial

MEANINGS = (
    ("endings", "matches", "end_reason", "unknown", "matches that ended so count as of unknown ending"),
    ("cancellations", "contacts", "cancelled_by", "other", "contacts cancelled so count as by unknown"),
    ("phases", "contacts", "phase", None, "hours of such contacts are in no phase"),
)
"""A key of [process] that gives codes a meaning, the table and key of the column that holds them, the word
to begin with for a code left out, and what becomes of it until then."""


def notes_on_codes(protocol: Protocol) -> Iterator[Problem]:
    """Name the declared codes of endings, cancellations and phases to which [process] gives no meaning."""
    if protocol.process is None:
        return
    for key, table, use, word, becomes in MEANINGS:
        spec = getattr(protocol.data, table)
        column = None if spec is None else getattr(spec, use)
        if column is None:
            continue
        meanings: Mapping[str, str] = getattr(protocol.process, key)
        without = [code for code in spec.columns[column].levels or () if code not in meanings]
        if not without:
            continue
        listed = ", ".join(map(repr, without))
        yield Problem(
            code="PE-C56",
            file=spec.file,
            column=column,
            key=f"process.{key}",
            what=f"gives no meaning to {listed}: {becomes}.",
            mend=f"Give every code its meaning: put the line below in the place of {key}, and correct it."
            if word is not None
            else f"Give every code its meaning in {key}: prison, gate or after_release.",
            paste=None if word is None else _line(key, {**meanings, **dict.fromkeys(without, word)}),
        )


def _line(key: str, meanings: Mapping[str, str]) -> str:
    pairs = ", ".join(f"{_quoted(code)} = {_quoted(word)}" for code, word in meanings.items())
    return f"[process]\n{key} = {{ {pairs} }}"


def _quoted(text: str) -> str:
    """Write a text as TOML does; what acts on a screen was refused where the protocol was read."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def notes_on_waves(trial: Trial) -> Iterator[Problem]:
    """Name the scales of which no row of the needs has the wave of comparison."""
    spec, k = trial.protocol.data.needs, trial.protocol.disclosure.threshold
    for index, outcome in enumerate(trial.protocol.outcome):
        scale = outcome.scale
        if scale is None or spec is None or spec.wave is None:
            continue
        present = waves_present(trial, scale)
        if scale.wave in present:
            continue
        waves, people = np.unique(present, return_counts=True)
        shown = ", ".join(f"{wave:g}" for wave in waves[people >= k])
        there = f"; waves with at least {k} scores: {shown}" if shown else ""
        yield Problem(
            code="PE-C57",
            file=spec.file,
            column=spec.wave,
            key=f"outcome[{index + 1}].scale.wave",
            what=f"no score of {scale.domain!r} is of wave {scale.wave}{there}.",
            mend="Correct the wave; if it has not been held yet, its analyses say so until it has.",
        )
