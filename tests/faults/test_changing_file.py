"""Fault A44: a file that changes while it is read is refused, or is read as it was hashed.

The change is made at the moment when the program closes the file, opens it again or has read a part of
it, by whichever way the program opens files.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fault_case import canonical
from fault_trial import COMMA, Delivery, clean, expected

from primus_eval.errors import InputError
from primus_eval.loaders import load_trial

BEFORE = clean(COMMA)
AFTER = BEFORE.cell(3, "days", "13").true(3, days="13")
TRUTHS = {
    hashlib.sha256(delivery.content()).hexdigest(): expected(delivery.truth) for delivery in (BEFORE, AFTER)
}


def changing(monkeypatch: pytest.MonkeyPatch, path: Path, at_opening: int) -> Callable[[], int]:
    """Exchange the contents of a file when it is opened for the n-th time; return how often it was."""
    opened = 0

    def noted(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(file: Any, *arguments: Any, **named: Any) -> Any:
            nonlocal opened
            if isinstance(file, str | os.PathLike) and Path(file).name == path.name:
                opened += 1
                if opened == at_opening:
                    monkeypatch.undo()
                    path.write_bytes(AFTER.content())
                    os.utime(path, ns=(1, 1))
            return original(file, *arguments, **named)

        return call

    for module, name in (("builtins.open", open), ("io.open", io.open), ("os.open", os.open)):
        monkeypatch.setattr(module, noted(name))
    return lambda: opened


@pytest.mark.parametrize("at_opening", [1, 2, 3, 4, 5])
def test_what_was_hashed_is_what_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_opening: int
) -> None:
    delivery: Delivery = BEFORE
    delivery.write(tmp_path)
    changing(monkeypatch, tmp_path / delivery.file, at_opening)
    try:
        trial = load_trial(tmp_path / "protocol.toml")
    except InputError as error:
        assert {problem.code for problem in error.problems} == {"PE-A44"}
        return
    assert canonical(trial.participants) == TRUTHS[trial.accounts[0].sha256]


def test_the_file_is_opened_in_a_way_that_this_test_sees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    BEFORE.write(tmp_path)
    opened = changing(monkeypatch, tmp_path / BEFORE.file, at_opening=10**6)
    load_trial(tmp_path / "protocol.toml")
    assert opened() > 0
