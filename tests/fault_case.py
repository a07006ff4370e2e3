"""One case of the fault suite: how a delivery is spoilt and what must be said of it; and how it is tried.

`tried` runs a case through the public functions only and records what came out. Nothing here knows how
files are read.
"""

from __future__ import annotations

import contextlib
import io
import logging
import signal
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from fault_paste import pasted
from fault_trial import COMMA, FIRST, LAST, MIDDLE, Delivery, clean

from primus_eval.errors import PrimusError, Problem

Frame = dict[str, list[str | None]]
Mending = tuple[Problem, Exception | None, Frame | None]
"""A problem with a line to paste, and what came out of the protocol with it."""

Stage = Literal["load", "measure", "check", "protocol"]
ROWS = (FIRST, MIDDLE, LAST)
ROW_NAMES = {FIRST: "first row", MIDDLE: "middle row", LAST: "last row"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """One spoilt delivery. Without `codes` it must be accepted and give what its delivery says is true."""

    fault: str
    what: str
    delivery: Delivery
    codes: tuple[str, ...] = ()
    """Codes that are right; any one must be among the problems."""
    why: str = ""
    """Why another code than the fault's own is as honest."""
    lines: tuple[int, ...] = ()
    """Physical lines that problems of these codes must name."""
    column: str | None = None
    says: tuple[str, ...] = ()
    """Patterns that must be found in what is said: in the message, or in the output of `check`."""
    never: tuple[str, ...] = ()
    """Codes that would lead astray, and must not be among the problems."""
    remarks: tuple[str, ...] = ()
    """Codes of remarks that a Trial must carry, because something was converted."""
    secrets: tuple[str, ...] = ()
    """Values that may stand in no message, log or output; ids of the clean trial always belong to them."""
    mended: bool = False
    """A line to paste must be offered, and with it the delivery must be read as what is true."""
    stage: Stage = "load"
    """How far the delivery must be taken: only the protocol, to a Trial, to measurements, or `check`."""
    file: str = ""
    """The file that must be named, where it is not the file of participants; " " where the key that names
    it is enough, and "-" where its name must not be shown."""

    @property
    def id(self) -> str:
        """How the case is called in a test."""
        return f"{self.fault} {self.what}"

    @property
    def is_refused(self) -> bool:
        """Whether an error must be raised."""
        return bool(self.codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came out of a case."""

    error: Exception | None
    frame: Frame | None
    said: str
    """Everything that was said: the error as text, its repr, what was logged and what was printed."""
    remarks: tuple[Problem, ...]
    """What the Trial carries, and `check` notes, as worth knowing."""
    unchanged: bool
    """Whether the folder of the delivery is as it was before, in names, bytes and times."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems of a typed error."""
        return self.error.problems if isinstance(self.error, PrimusError) else ()


def pe(fault: str) -> str:
    """The code of a fault of the catalogue."""
    return f"PE-{fault}"


LONGEST_SECONDS = 20
"""A case takes a few hundredths of a second; bombs and fields of a million signs take one."""

VERDICTS: dict[Case, Verdict] = {}
"""What came out of the cases that this process has tried."""


def tried(case: Case) -> Verdict:
    """Run a case in a folder of its own."""
    if case not in VERDICTS:
        VERDICTS[case] = _try(case, case.delivery)
    return VERDICTS[case]


def mended(case: Case) -> list[Mending]:
    """Run a case once more for each line that a problem offers to paste into the protocol."""
    mendings = []
    for problem in _with_paste(tried(case).problems):
        try:
            delivery = replace(case.delivery, protocol=pasted(case.delivery.protocol, str(problem.paste)))
        except ValueError as error:
            mendings.append((problem, error, None))
            continue
        again = _try(case, delivery)
        mendings.append((problem, again.error, again.frame))
    return mendings


def _with_paste(problems: Sequence[Problem]) -> list[Problem]:
    return list({problem.paste: problem for problem in reversed(problems) if problem.paste}.values())


def _try(case: Case, delivery: Delivery) -> Verdict:
    error: Exception | None = None
    frame: Frame | None = None
    remarks: tuple[Problem, ...] = ()
    with tempfile.TemporaryDirectory(prefix="primus-faults-") as name:
        folder = Path(name) / "delivery"
        folder.mkdir()
        delivery.write(folder)
        before = _snapshot(folder)
        with _listening() as said:
            try:
                with _hurry():
                    frame, remarks = _taken(case.stage, folder)
            except PrimusError as found:
                error = found.with_traceback(None)  # which would keep the tables and files of every case
                error.__context__ = None
            except Exception as found:  # whatever it is, a test says which were allowed
                error = found
        return Verdict(
            error=error,
            frame=frame,
            said=f"{error}\n{error!r}\n{said.getvalue()}".replace(str(folder.parent), "FOLDER"),
            remarks=remarks,
            unchanged=_snapshot(folder) == before,
        )


def _taken(stage: Stage, folder: Path) -> tuple[Frame | None, tuple[Problem, ...]]:
    from primus_eval.loaders import load_trial
    from primus_eval.measurement import measure
    from primus_eval.preflight import as_html, as_json, as_text, examine
    from primus_eval.protocol import read_protocol

    protocol = read_protocol(folder / "protocol.toml")
    if stage == "protocol":
        return None, ()
    trial = load_trial(folder / "protocol.toml")
    if stage in ("measure", "check"):
        for outcome in protocol.outcome:
            measure(trial, outcome.id)
    if stage != "check":
        return canonical(trial.participants), trial.remarks
    found = examine(folder / "protocol.toml")
    for written in (as_text, as_json, as_html):
        print(written(found))
    if found.error is not None:
        raise found.error
    return canonical(trial.participants), (*trial.remarks, *found.notes)


def canonical(frame: pd.DataFrame) -> Frame:
    """A frame as text, whatever the types of its columns: numbers as short as can be, dates as ISO."""
    return {str(name): [_cell(value) for value in frame[name].tolist()] for name in frame.columns}


def _cell(value: Any) -> str | None:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        return repr(float(value)).removesuffix(".0")
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value)


@contextlib.contextmanager
def _hurry() -> Iterator[None]:
    """End with a TimeoutError what takes too long, such as waiting at a pipe for somebody to write."""

    def ring(*_: object) -> None:
        raise TimeoutError(f"not done after {LONGEST_SECONDS} seconds")

    if not hasattr(signal, "setitimer"):  # Windows
        yield
        return
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, LONGEST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


@contextlib.contextmanager
def _listening() -> Iterator[io.StringIO]:
    """Collect everything that is logged or printed."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            yield said
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


# --- many cases of one kind -----------------------------------------------------------------------------


def spread(
    fault: str,
    what: str,
    column: str,
    value: Any,
    *,
    codes: tuple[str, ...] = (),
    ways: Sequence[str] = (COMMA,),
    rows: Sequence[int] = (MIDDLE,),
    secret: bool = True,
    **more: Any,
) -> Iterator[Case]:
    """A spoilt cell: in these rows of the first way, and in the middle row of the others."""
    for way in ways:
        for row in rows if way == ways[0] else (MIDDLE,):
            delivery = clean(way)
            if column not in ("id", "group", "place"):
                delivery = replace(delivery, as_text=delivery.as_text | {column})
            yield Case(
                fault=fault,
                what=f"{what}, {ROW_NAMES[row]}, {way}",
                delivery=delivery.cell(row, column, value),
                codes=codes or (pe(fault),),
                lines=(row + 2,),
                column=column,
                secrets=(value,) if secret and isinstance(value, str) and len(value.strip()) > 3 else (),
                **more,
            )


def accepted(fault: str, what: str, delivery: Delivery, **more: Any) -> Case:
    """A delivery that must be read as what is true."""
    return Case(fault=fault, what=what, delivery=delivery, **more)


def refused(fault: str, what: str, delivery: Delivery, *others: str, **more: Any) -> Case:
    """A delivery that must be refused with the code of its fault, or with one of `others`."""
    return Case(fault=fault, what=what, delivery=delivery, codes=(pe(fault), *map(pe, others)), **more)


def identified(fault: str, what: str, delivery: Delivery, others: Sequence[str] = (), **more: Any) -> Case:
    """A delivery that must be refused because it identifies people."""
    more.setdefault("why", "the value has more than one of these kinds" if others else "")
    return refused(fault, what, delivery, *others, **more)
