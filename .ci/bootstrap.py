"""Everything `make` does, for any machine that has Python 3.11 or newer and nothing else.

    python3 .ci/bootstrap.py report      the same as `make report`; on Windows: py .ci\\bootstrap.py report

Standard library only. The environment is `.venv`: made on first use, brought up to date when the
dependencies in `pyproject.toml` or in a lock file changed, and otherwise left alone.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "installed.json"
LOCKS = ["requirements-build.lock", "requirements.lock", "requirements-dev.lock"]
TESTING = {"io", "test", "dev"}  # the extras that requirements-dev.lock holds
ENVIRONMENT_PROBLEM, INTERRUPTED = 5, 130  # what primus-eval exits with, too


class Problem(Exception):
    """Something about this machine that its user can mend; the text says how."""


def run(*command, **settings):
    """Run a command from the root of the project; return its exit code."""
    sys.stdout.flush()
    return subprocess.run([str(part) for part in command], cwd=str(ROOT), **settings).returncode


def succeeds(executable, code):
    """Whether a Python is there, starts, and ends `code` without an error."""
    return Path(executable).exists() and run(executable, "-c", code, stderr=subprocess.DEVNULL) == 0


# --- Python ----------------------------------------------------------------------------------


def require_python(arguments):
    """Go on with a newer Python where this one is too old."""
    if sys.version_info >= OLDEST:
        return
    new_enough = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    for name in ["python3.13", "python3.12", "python3.11", "python3"]:
        found = shutil.which(name)
        if found and succeeds(found, new_enough):  # a name alone proves nothing: pyenv leaves shims
            raise SystemExit(run(found, Path(__file__).resolve(), *arguments))
    raise Problem(
        "This is Python {}.{}; primus_eval needs 3.11 or newer, and none is on PATH.\n"
        "Install one, or name one that lies elsewhere: make report PYTHON=/path/to/python3.11".format(
            *sys.version_info
        )
    )


def require_venv():
    """Debian packs `ensurepip` apart. Say so before half an environment has been made."""
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise Problem(
            f"This Python ({sys.executable}) cannot make an environment: it comes without ensurepip.\n"
            "Debian and Ubuntu pack that apart: apt-get install python3-venv\n"
            "Then run the same command again."
        )


# --- the environment -------------------------------------------------------------------------


def pyproject():
    """The settings of the project."""
    import tomllib

    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def digest():
    """Fingerprint what an installation depends on; settings of ruff or pytest are no part of it."""
    settings = pyproject()
    state = hashlib.sha256(json.dumps([settings["build-system"], settings["project"]]).encode())
    for name in LOCKS:
        state.update((ROOT / name).read_bytes())
    return state.hexdigest()


def installed():
    """The extras that are installed and up to date; None where the environment is not."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return set(stamp["extras"]) if stamp["digest"] == digest() else None


def is_of_this_python():
    """Whether `.venv` works and is of the version of Python that runs this file."""
    return succeeds(PYTHON, f"import sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})")


def make_venv():
    """Make `.venv`, unless there is one that works."""
    if not is_of_this_python():
        require_venv()
        if run(sys.executable, "-m", "venv", "--clear", VENV) != 0:
            shutil.rmtree(str(VENV), ignore_errors=True)
            raise Problem("The environment could not be made; what was begun is removed.")
    if not succeeds(PYTHON, "import pip"):  # uv makes environments without it
        run(PYTHON, "-m", "ensurepip")


def pip(*arguments):
    """Install into the environment, from whatever index this machine is set up to use."""
    settings = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1")
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--no-build-isolation", *arguments]
    if run(*command, env=settings) != 0:
        raise Problem(
            "pip could not install what is needed; its own message is above.\n"
            "docs/install.md shows how to do without a network. To try again, run the same command."
        )


def setup(extras):
    """Install the locked dependencies, each file checked against its hash, then the project itself.

    An extra outside the locks, say `notebooks`, is resolved on top of them.
    """
    present = installed()
    if present is not None and extras <= present and is_of_this_python():
        return
    extras = extras | (present or set())
    STAMP.unlink(missing_ok=True)
    make_venv()
    print("Installing into .venv: a minute or two the first time ...")
    locked = TESTING if extras & TESTING else set()
    unlocked = extras - TESTING
    # Build tools come first: pip builds what is published as source before it installs anything.
    pip("--require-hashes", "-r", "requirements-build.lock")
    pip("--require-hashes", "-r", "requirements-dev.lock" if locked else "requirements.lock")
    pip("--no-deps", "-e", ".")
    if unlocked:
        pip("-e", f".[{','.join(sorted(unlocked))}]")
    STAMP.write_text(json.dumps({"digest": digest(), "extras": sorted(locked | unlocked)}), encoding="utf-8")


# --- the verbs -------------------------------------------------------------------------------


def evaluate(trial, folder, *options):
    """Evaluate one sample trial into a folder; primus-eval says where the report lies."""
    protocol = Path("data", "sample", trial, "protocol.toml")
    return run(PYTHON, "-m", "primus_eval", "run", protocol, "--out", ROOT / folder, *options)


def report(options):
    """evaluate the Maryland trial into build/maryland"""
    setup(set())
    return evaluate("maryland", Path("build", "maryland"))


def samples(options):
    """evaluate every trial in data/sample into reports/, as reports/samples.json lists them"""
    setup(TESTING)
    listed = json.loads(Path("reports", "samples.json").read_text(encoding="utf-8"))
    return max(evaluate(each["trial"], Path("reports", each["folder"]), *each["options"]) for each in listed)


def test(options):
    """check formatting, style and types; run every test, doctest and notebook"""
    setup(TESTING)
    steps = {
        "formatting": ["ruff", "format", "--check", "."],
        "style": ["ruff", "check", "."],
        "types": ["mypy"],
        "tests": ["pytest", "-n", "logical", "--maxprocesses", "8", "--dist", "worksteal"],
    }
    failed = [name for name, command in steps.items() if run(PYTHON, "-m", *command) != 0]
    if failed:
        print("\nNot in order: " + ", ".join(failed))
    return 1 if failed else 0


def bench(options):
    """time whole processes side by side; writes tests/benchmarks/results.md"""
    setup(TESTING)
    return run(
        PYTHON, Path("tests", "benchmarks", "run.py"), *(["--date", options.date] if options.date else [])
    )


def scale(options):
    """time measuring ten million events; writes tests/benchmarks/measure.md"""
    setup(TESTING)
    command = [PYTHON, Path("tests", "benchmarks", "measure.py"), options.folder]
    return run(*command, *(["--date", options.date] if options.date else []))


def beside(options):
    """time our numerics beside R's, which must be installed; writes tests/benchmarks/beside_r.md"""
    setup(TESTING)
    given = ["--date", options.date] if options.date else []
    folder = Path("tests", "benchmarks")
    return run(PYTHON, folder / "beside_r.py", *given) or run(PYTHON, folder / "cox_bootstrap.py", *given)


def repeated(options):
    """time repeated events beside R's, which must be installed; writes tests/benchmarks/recurrent.md"""
    setup(TESTING)
    given = ["--date", options.date] if options.date else []
    return run(PYTHON, Path("tests", "benchmarks", "recurrent.py"), *given)


def fuzz(options):
    """look for inputs that break the readers; writes tests/fuzz/results.md"""
    setup(TESTING)
    folder = Path("tests", "fuzz")
    command = [PYTHON, folder / "run.py", "--minutes", options.minutes, "--out", folder / "results.md"]
    return run(*command, *(["--date", options.date] if options.date else []))


def prepare(options):
    """make or mend .venv (--extras notebooks,pdf adds to it)"""
    wanted = set(filter(None, options.extras.split(",")))
    known = set(pyproject()["project"]["optional-dependencies"])
    if not wanted <= known:
        raise Problem(
            f"No such extra: {', '.join(sorted(wanted - known))}. There are: {', '.join(sorted(known))}."
        )
    setup(wanted)
    return 0


def clean(options):
    """remove build/ and caches, but not .venv"""
    for name in ["build", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"]:
        shutil.rmtree(str(ROOT / name), ignore_errors=True)
    return 0


VERBS = {
    "report": report,
    "test": test,
    "samples": samples,
    "bench": bench,
    "scale": scale,
    "beside": beside,
    "repeated": repeated,
    "fuzz": fuzz,
    "setup": prepare,
    "clean": clean,
}


def main(arguments):
    parser = argparse.ArgumentParser(prog="bootstrap.py", description="Set up, evaluate, test.")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    verbs.required = True
    for name, verb in VERBS.items():
        verbs.add_parser(name, help=verb.__doc__)
    verbs.choices["setup"].add_argument("--extras", default="", help="comma-separated names")
    for name in ["bench", "scale", "beside", "repeated", "fuzz"]:
        verbs.choices[name].add_argument("--date", help="the day to print with the results")
    verbs.choices["scale"].add_argument(
        "--folder", default=str(ROOT / "build" / "scale"), help="where the generated register is kept"
    )
    verbs.choices["fuzz"].add_argument("--minutes", default="30", help="how long to look")
    options = parser.parse_args(arguments)
    try:
        require_python(arguments)
        return VERBS[options.verb](options)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return ENVIRONMENT_PROBLEM
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
