"""Fuzz the loaders, the protocol reader, preflight and scaffold, and write what was found.

    python tests/fuzz/run.py --seed 20261123 --minutes 30 --date 2026-11-23 --out tests/fuzz/results.md
    python tests/fuzz/run.py --seed 20261123 --replay 4711

Input i depends on (seed, i) only. Inputs are judged one after another in a process of their own; one that
ends that process is a failure, and a new process goes on with the next.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))  # the folder of tests, as pytest has it

from fuzz.inputs import input_of  # noqa: E402
from fuzz.judging import ended_if_stuck, judge  # noqa: E402

CODES_SHOWN = 30
NUMBERS_SHOWN = 5


@dataclass(slots=True)
class Tally:
    """What was found so far."""

    inputs: int = 0
    targets: Counter[str] = field(default_factory=Counter)
    formats: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    failures: dict[str, list[int]] = field(default_factory=dict)
    slowest: tuple[float, int] = (0.0, 0)

    def add(self, found: dict[str, Any]) -> None:
        self.inputs += 1
        self.targets[found["target"]] += 1
        self.formats[found["format"]] += 1
        self.codes.update(found["codes"])
        self.slowest = max(self.slowest, (found["seconds"], found["number"]))
        for failure in found["failures"]:
            print(found["number"], failure, file=sys.stderr)
            self.failures.setdefault(failure, []).append(found["number"])


def work(seed: int, first: int, out: Any) -> None:
    """Judge inputs from one on, forever, and write a line before and after each."""
    with tempfile.TemporaryDirectory() as place:
        number = first
        while True:
            print(json.dumps({"begun": number}), file=out, flush=True)
            folder = Path(place, str(number))
            folder.mkdir()
            asked = input_of(seed, number)
            start = time.perf_counter()
            with ended_if_stuck():
                verdict = judge(asked, folder)
            found = {
                "number": number,
                "target": asked.target,
                "format": asked.seed.name,
                "codes": verdict.codes,
                "failures": verdict.failures,
                "seconds": time.perf_counter() - start,
            }
            print(json.dumps(found), file=out, flush=True)
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()
            number += 1


def results(seed: int, *, seconds: float, inputs: int) -> Iterator[dict[str, Any]]:
    """Judge inputs in processes of their own until the time, or the number of them, is reached."""
    end = time.monotonic() + seconds
    number = 0
    while number < inputs and time.monotonic() < end:
        command = [sys.executable, str(HERE / "run.py"), "--seed", str(seed), "--work-from", str(number)]
        with (
            tempfile.TemporaryFile() as errors,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
        ):
            assert process.stdout is not None
            for line in process.stdout:
                said = json.loads(line)
                if "begun" not in said:
                    yield said
                    number = said["number"] + 1
                    if number >= inputs or time.monotonic() >= end:
                        process.kill()
                        return
        asked = input_of(seed, number)
        yield {
            "number": number,
            "target": asked.target,
            "format": asked.seed.name,
            "codes": [],
            "failures": [f"process: ended with {process.returncode}"],
            "seconds": 0.0,
        }
        number += 1


def page(tally: Tally, *, seed: int, date: str, asked_for: str) -> str:
    """Write the results."""
    lines = [
        "# Fuzzing",
        "",
        f"{date}, seed {seed}, {asked_for}, Python {platform.python_version()}: {tally.inputs:,} inputs "
        f"(numbers 0 to {tally.inputs - 1:,}), {len(tally.failures)} kinds of failure. "
        f"The slowest input took {tally.slowest[0]:.1f} s (number {tally.slowest[1]}).",
        "",
        "What an input is stands in `inputs.py`, what must hold of each in `judging.py`. One input again:",
        f"`python tests/fuzz/run.py --seed {seed} --replay NUMBER`.",
        "",
        "| question | inputs |",
        "|---|---|",
        *(f"| `{name}` | {count:,} |" for name, count in tally.targets.most_common()),
        "",
        "| format | inputs |",
        "|---|---|",
        *(f"| {name} | {count:,} |" for name, count in tally.formats.most_common()),
        "",
        f"Outcomes, at most {CODES_SHOWN} of {len(tally.codes)}; an input with several problems counts once "
        "under each of their codes.",
        "",
        "| outcome | inputs |",
        "|---|---|",
        *(f"| {code} | {count:,} |" for code, count in tally.codes.most_common(CODES_SHOWN)),
        "",
        "| failure | inputs | numbers |",
        "|---|---|---|",
        *(_failure(name, numbers) for name, numbers in tally.failures.items()),
    ]
    if not tally.failures:
        lines.append("| none | 0 | |")
    return "\n".join(lines) + "\n"


def _failure(name: str, numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:NUMBERS_SHOWN])) + (" ..." if len(numbers) > NUMBERS_SHOWN else "")
    return f"| {name.replace('|', '/')} | {len(numbers):,} | {shown} |"


def replay(seed: int, number: int) -> int:
    """Judge one input again, keep its folder, and print everything."""
    asked = input_of(seed, number)
    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{number}-"))
    with ended_if_stuck():
        verdict = judge(asked, folder)
    print(asked, folder, " ".join(verdict.codes), *verdict.failures, verdict.detail, sep="\n")
    return 1 if verdict.failures else 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--inputs", type=int, help="stop after so many inputs, whatever the time")
    parser.add_argument("--date", default="not stated", help="the day to print with the results")
    parser.add_argument("--out", type=Path, help="where to write the results, as Markdown")
    parser.add_argument("--replay", type=int, metavar="I", help="judge input I only, and keep its folder")
    parser.add_argument("--work-from", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.replay is not None:
        return replay(options.seed, options.replay)
    if options.work_from is not None:
        out = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)  # what libraries print must not come between the lines
        work(options.seed, options.work_from, out)
    tally = Tally()
    inputs = sys.maxsize if options.inputs is None else options.inputs
    for found in results(options.seed, seconds=60 * options.minutes, inputs=inputs):
        tally.add(found)
    asked_for = f"{options.minutes:g} minutes on one core" if options.inputs is None else "a fixed number"
    text = page(tally, seed=options.seed, date=options.date, asked_for=asked_for)
    print(text)
    if options.out is not None:
        options.out.write_text(text, encoding="utf-8", newline="\n")
    return 1 if tally.failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
