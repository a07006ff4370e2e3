"""One input judged: it gives a result or a PrimusError, quickly and quietly, and shows no cell.

What must hold of every input, whatever was done to it:
- no exception but PrimusError, no warning, nothing written on the way, no more time and memory than stated;
- no message and no page holds a planted cell, in clear or in a chained exception, or a control character;
- the folder is as it was; `scaffold` adds its protocol and nothing else;
- of a trial that was loaded, rows read less rows left out are the people, and the frame holds what a plain
  reading of the file gives; the fast reader of large files gives the same as the strict one.
"""

from __future__ import annotations

import contextlib
import csv
import faulthandler
import io
import os
import re
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from fuzz.corpus import SECRETS, UNDECLARED_SECRET
from fuzz.inputs import Input
from fuzz.plain_reading import differences

from primus_eval.errors import PrimusError, Problem
from primus_eval.loaders import load_trial, opening
from primus_eval.preflight import as_html, as_json, as_text, examine
from primus_eval.protocol import read_protocol
from primus_eval.scaffold import scaffold
from primus_eval.trial import Trial

SECONDS = 5
SECONDS_IN_FOREIGN_CODE = 30
"""After this a process is ended that no signal reaches, because it is in a library's own loop."""

MEGABYTES = 300
"""By how much one input of a few kB may raise the largest memory ever used."""

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
PLANTED = re.compile(
    "|".join(re.escape(secret).replace(r"\.", "[.,]") for secret in (*SECRETS.values(), UNDECLARED_SECRET)),
    re.IGNORECASE,
)


class TimeLimit(BaseException):
    """An input took too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an input gave: `ok` or the codes of its problems; and what is wrong with that, if anything.

    A failure begins with its kind, up to a colon; inputs with one kind of failure have one cause, mostly.
    """

    codes: tuple[str, ...] = ()
    failures: tuple[str, ...] = field(default=())
    detail: str = field(default="", repr=False)


@dataclass(slots=True)
class _Answer:
    """What came back: codes, every text that a user may be shown, and the trial where there is one."""

    codes: tuple[str, ...] = ("ok",)
    texts: list[str] = field(default_factory=list)
    trial: Trial | None = None
    refusal: str = ""


def judge(asked: Input, folder: Path) -> Verdict:
    """Write an input into an empty folder, ask its question and judge the answer."""
    for name, content in asked.files.items():
        (folder / name).write_bytes(content)
    before = _state(folder)
    memory, written = _peak_memory(), _stderr_size()
    said = io.StringIO()
    answer, failures, detail = _Answer(codes=()), [], ""
    with warnings.catch_warnings(record=True) as warned, contextlib.redirect_stdout(said):
        warnings.simplefilter("always")
        try:
            with contextlib.redirect_stderr(said), _limited():
                answer = QUESTIONS[asked.target](folder)
                failures += _of_trial(answer, asked, folder)
        except TimeLimit:
            failures.append(f"time: more than {SECONDS} s")
            detail = traceback.format_exc()
        except Exception as error:  # anything else is what is looked for
            failures.append(f"{type(error).__name__}: {_place(error)}")
            detail = traceback.format_exc()
    failures += [f"warning: {warning.category.__name__} {Path(warning.filename).name}" for warning in warned]
    if said.getvalue() or _stderr_size() != written:
        failures.append("printed: something")
    failures += _of_texts(answer.texts, asked)
    failures += _of_folder(before, _state(folder), asked.target)
    if _peak_memory() - memory > MEGABYTES:
        failures.append(f"memory: more than {MEGABYTES} MB")
    return Verdict(codes=answer.codes, failures=tuple(dict.fromkeys(failures)), detail=detail)


# --- the questions --------------------------------------------------------------------------------------


def _load(folder: Path) -> _Answer:
    try:
        trial = load_trial(folder)
    except PrimusError as error:
        return _refused(error)
    return _Answer(texts=[repr(trial), trial._repr_html_(), *map(str, trial.remarks)], trial=trial)


def _examine(folder: Path) -> _Answer:
    found = examine(folder)
    error = found.error
    return _Answer(
        codes=("ok",) if error is None else _codes(error.problems),
        texts=[as_text(found), as_json(found), as_html(found), str(error)],
    )


def _read(folder: Path) -> _Answer:
    try:
        read_protocol(folder)
    except PrimusError as error:
        return _refused(error)
    return _Answer()


def _scaffold(folder: Path) -> _Answer:
    try:
        written = scaffold(folder)
    except PrimusError as error:
        return _refused(error)
    return _Answer(texts=[written.read_text(encoding="utf-8")])


QUESTIONS: dict[str, Callable[[Path], _Answer]] = {
    "load_trial": _load,
    "examine": _examine,
    "read_protocol": _read,
    "scaffold": _scaffold,
}


def _refused(error: PrimusError) -> _Answer:
    # As a notebook shows it: with all that the error was raised from.
    shown = "".join(traceback.format_exception(error))
    return _Answer(codes=_codes(error.problems), texts=[str(error), shown], refusal=str(error))


def _codes(problems: tuple[Problem, ...]) -> tuple[str, ...]:
    return tuple(sorted({problem.code for problem in problems}))


# --- what must hold -------------------------------------------------------------------------------------


def _of_trial(answer: _Answer, asked: Input, folder: Path) -> list[str]:
    """What was loaded is what the files say, and the fast reader agrees."""
    failures = []
    if answer.trial is not None:
        failures += _different(answer.trial, asked)
        account = answer.trial.accounts[0]
        if account.rows_read - sum(account.rows_left_out.values()) != len(answer.trial.participants):
            failures.append("changed: rows read are not the people kept")
    if asked.target == "load_trial" and asked.seed.encoding:
        with mock.patch.object(opening, "BULK_BYTES", -1):
            fast = _load(folder)
        if fast.codes != answer.codes:
            failures.append(f"readers: {' '.join(answer.codes)} and {' '.join(fast.codes)}")
        elif fast.refusal != answer.refusal:
            failures.append("readers: the same codes in other words")
        elif answer.trial is not None and fast.trial is not None and not _same(answer.trial, fast.trial):
            failures.append("readers: other values")
    return failures


def _different(trial: Trial, asked: Input) -> list[str]:
    try:
        return [f"changed: {name}" for name in differences(trial, asked.files)]
    except (ValueError, KeyError, csv.Error) as error:
        return [f"changed: a plain reading gives {type(error).__name__} at {_place(error)}"]


def _same(one: Trial, other: Trial) -> bool:
    events = [trial.events for trial in (one, other)]
    same_events = events[0] is events[1] or (events[0] is not None and events[0].equals(events[1]))
    return one.participants.equals(other.participants) and same_events and one.accounts == other.accounts


def _of_texts(texts: list[str], asked: Input) -> list[str]:
    """No text that a user may be shown holds a planted cell, or a sign that does something to a terminal."""
    failures = []
    for text in texts:
        found = PLANTED.search(text)
        if found and not _is_header(found[0], asked):
            failures.append(f"shown: the planted cell of {_column(found[0])}")
        if control := CONTROL.search(text):
            failures.append(f"shown: control character U+{ord(control[0]):04X}")
        try:
            text.encode()
        except UnicodeEncodeError:
            failures.append("shown: a text that cannot be printed")
    return failures


def _column(secret: str) -> str:
    same = secret.replace(",", ".").casefold()
    return next(
        (name for name, planted in SECRETS.items() if planted.casefold() == same), "an undeclared column"
    )


def _is_header(secret: str, asked: Input) -> bool:
    """Whether a cell was spoilt into the header: names of columns may be shown."""
    for name, content in asked.files.items():
        if name.endswith((".csv", ".tsv")):
            text = content.replace(b"\0", b"").decode("latin-1").casefold()
            first = re.split(r"\r\n|\r|\n", text.lstrip("\r\n"), maxsplit=1)[0]
            if secret.casefold() in first:
                return True
    return False


def _of_folder(before: dict[str, Any], after: dict[str, Any], target: str) -> list[str]:
    if target == "scaffold":
        after.pop("protocol.toml", None)
    return [] if before == after else ["folder: it is not as it was"]


def _state(folder: Path) -> dict[str, Any]:
    return {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def _place(error: BaseException) -> str:
    """Say where an exception was raised, by the last line of ours that it went through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "primus_eval" in Path(frame.filename).parts] or frames
    return f"{Path(ours[-1].filename).name}, {ours[-1].name}"


# --- limits ---------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _limited() -> Iterator[None]:
    """Raise TimeLimit after SECONDS, where signals exist and this is the main thread."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: Any) -> None:
        raise TimeLimit

    previous = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


@contextlib.contextmanager
def ended_if_stuck() -> Iterator[None]:
    """End the process where a library's own code does not come back."""
    faulthandler.dump_traceback_later(SECONDS_IN_FOREIGN_CODE, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def _peak_memory() -> float:
    """The largest memory that this process has used, in MB; 0 where it is not to be had."""
    try:
        import resource
    except ImportError:
        return 0.0
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (1 << 20) if sys.platform == "darwin" else used / 1024


def _stderr_size() -> int:
    """What was written to standard error so far, by any library, where that is a file."""
    try:
        return os.fstat(2).st_size
    except OSError:
        return 0
