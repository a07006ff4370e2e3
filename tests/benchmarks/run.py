"""Time whole processes side by side and write results.md.

    make bench DATE=2026-11-23

Seconds depend on the machine, ratios much less. So the two of a pair take turns (A B A B ...), and
the figure to read is the median of the ratios of neighbours. Nothing here is asserted: a test that
fails on a busy machine proves nothing.
"""

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CLI = ROOT / "primus_eval" / "cli.py"
MARYLAND = ROOT / "data" / "sample" / "maryland" / "protocol.toml"
PLAIN = HERE / "plain_maryland.py"
# As on a user's machine, where Python keeps what it compiled.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two commands that do comparable work, and how often each is run."""

    question: str
    ours: list[str]
    other: list[str]
    runs: int
    needs: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Medians in seconds, and the median, smallest and largest ratio of neighbouring runs."""

    ours: float
    other: float
    ratio: float
    lowest: float
    highest: float


def pairs(folder: Path) -> list[Pair]:
    python = sys.executable
    ours = str(shutil.which("primus-eval", path=Path(python).parent))
    return [
        Pair(
            question="`primus-eval --help` / an empty Python",
            ours=[ours, "--help"],
            other=[python, "-c", "pass"],
            runs=21,
            needs=(CLI,),
        ),
        Pair(
            question="`import primus_eval` / `import numpy`",
            ours=[python, "-c", "import primus_eval"],
            other=[python, "-c", "import numpy"],
            runs=21,
        ),
        Pair(
            question="`primus-eval run` on Maryland / the bare analyses, `plain_maryland.py`",
            ours=[ours, "run", str(MARYLAND), "--out", str(folder / "ours")],
            other=[python, str(PLAIN), str(folder / "plain")],
            runs=5,
            needs=(CLI, MARYLAND, PLAIN),
        ),
    ]


def seconds(command: list[str]) -> float:
    """The wall time of one process; a process that fails has no time."""
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def measure(pair: Pair) -> Timing:
    """Run the two in turns, after one run of each that is not counted and fills the caches."""
    seconds(pair.ours), seconds(pair.other)
    times = [(seconds(pair.ours), seconds(pair.other)) for _ in range(pair.runs)]
    ratios = [ours / other for ours, other in times]
    return Timing(
        ours=statistics.median(ours for ours, _ in times),
        other=statistics.median(other for _, other in times),
        ratio=statistics.median(ratios),
        lowest=min(ratios),
        highest=max(ratios),
    )


def row(pair: Pair) -> str:
    """One line of the table; a pair that lacks a file says which."""
    missing = [str(path.relative_to(ROOT)) for path in pair.needs if not path.exists()]
    if missing:
        return f"| {pair.question} | | | not measured: {', '.join(missing)} is missing | |"
    timing = measure(pair)
    ratio = f"{timing.ratio:.2f} ({timing.lowest:.2f} to {timing.highest:.2f})"
    return f"| {pair.question} | {timing.ours:.3f} | {timing.other:.3f} | {ratio} | {pair.runs} |"


def main() -> None:
    parser = argparse.ArgumentParser(description="Time whole processes side by side.")
    parser.add_argument("--date", default="not stated", help="the day to print with the results")
    date = parser.parse_args().date
    with tempfile.TemporaryDirectory() as folder:
        rows = [row(pair) for pair in pairs(Path(folder))]
    lines = [
        "# Benchmarks",
        "",
        f"Whole processes, {date}, {os.cpu_count()} cores, Python {platform.python_version()}.",
        "The two of a row take turns; the ratio is the median over neighbouring runs, with its range.",
        "",
        "| first / second | first, median seconds | second, median seconds | ratio (range) | runs |",
        "|---|---|---|---|---|",
        *rows,
    ]
    (HERE / "results.md").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
