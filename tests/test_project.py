"""The files around the package agree with it and with each other."""

import doctest
import importlib.util
import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import primus_eval

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = ["requirements-build.lock", "requirements.lock", "requirements-dev.lock"]
LICENCES = r"MIT|BSD|Apache|PSF|Python Software Foundation|ISC|HPND|Zlib|CC0"


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def core_distributions() -> list[str]:
    """What `pip install primus-eval` brings, through all levels."""
    found: set[str] = set()
    waiting = [Requirement(line) for line in PROJECT["dependencies"]]
    while waiting:
        wanted = waiting.pop()
        if wanted.name.lower() in found or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        found.add(wanted.name.lower())
        waiting += [Requirement(line) for line in metadata.requires(wanted.name) or []]
    return sorted(found)


def licence(name: str) -> str:
    """What a distribution says about its licence, in whichever of three fields it uses."""
    about = metadata.metadata(name)
    expression = about.get("License-Expression")
    classifiers = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    return expression or " ".join(classifiers) or (about.get("License") or "").partition("\n")[0]


def locked(name: str) -> list[Requirement]:
    """The pins of a lock; a distribution may have one for each Python."""
    return [Requirement(line.rstrip(" \\")) for line in text(name).splitlines() if line[:1].isalnum()]


def versions(name: str, lock: str = "requirements.lock") -> list[str]:
    return [str(pin.specifier).removeprefix("==") for pin in locked(lock) if pin.name == name]


@pytest.mark.parametrize("name", core_distributions())
def test_what_is_installed_may_be_used_by_anyone(name):
    assert re.search(LICENCES, licence(name)), f"unknown licence: {licence(name)!r}"
    assert not re.search(r"\bA?L?GPL|General Public", licence(name))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_and_hashes_everything_and_names_no_index(lock):
    blocks = re.split(r"\n(?=[a-z])", text(lock))[1:]
    assert blocks
    assert all("==" in block and "--hash=sha256:" in block for block in blocks)
    assert not re.search(r"index-url|find-links|file:|https?:", text(lock))


@pytest.mark.parametrize("extra", [None, "io", "test", "dev", "build"])
def test_a_lock_keeps_what_pyproject_asks(extra):
    asked = PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]
    lock = {None: "requirements.lock", "build": "requirements-build.lock"}.get(extra, "requirements-dev.lock")
    for wanted in map(Requirement, asked):
        chosen = versions(wanted.name, lock)
        assert chosen and all(wanted.specifier.contains(version) for version in chosen), str(wanted)


def test_the_smaller_locks_agree_with_the_larger_one():
    pins = {str(pin) for pin in locked("requirements-dev.lock")}
    assert {str(pin) for lock in LOCKS for pin in locked(lock)} <= pins


def test_pandas_stays_below_the_version_that_lifelines_cannot_use():
    assert all(Requirement("pandas<3").specifier.contains(version) for version in versions("pandas"))


def test_one_version_everywhere():
    assert f"\nversion: {primus_eval.__version__}\n" in text("CITATION.cff")
    assert re.search(
        rf"^## \[(Unreleased|{re.escape(primus_eval.__version__)})\]", text("CHANGELOG.md"), re.M
    )


def test_the_readme_tells_only_commands_that_exist():
    told = set(
        re.findall(r"\bmake ([a-z]+)\b", " ".join(re.findall(r"```.*?```|`[^`]+`", text("README.md"), re.S)))
    )
    assert {"report", "test"} <= told
    assert told <= set(re.findall(r"^([a-z]+):", text("Makefile"), re.M))


def bootstrap():
    """`.ci/bootstrap.py` as a module; it is no part of the package."""
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / ".ci" / "bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_make_and_the_bootstrap_know_the_same_verbs():
    assert set(re.findall(r"bootstrap\.py ([a-z]+)$", text("Makefile"), re.M)) <= set(bootstrap().VERBS)
    assert bootstrap().LOCKS == LOCKS


def test_a_python_that_cannot_make_environments_is_named_with_its_remedy(tmp_path, monkeypatch, capsys):
    setup = bootstrap()
    monkeypatch.setattr(setup, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(setup, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(setup, "STAMP", tmp_path / ".venv" / "installed.json")
    monkeypatch.setattr(setup.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else name)
    assert setup.main(["setup"]) == setup.ENVIRONMENT_PROBLEM
    assert "apt-get install python3-venv" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_change_of_a_dependency_asks_for_a_new_installation(tmp_path, monkeypatch):
    setup = bootstrap()
    for name in ["pyproject.toml", *LOCKS]:
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    before = setup.digest()
    (tmp_path / "pyproject.toml").write_text(
        text("pyproject.toml").replace("line-length = 110", "line-length = 99")
    )
    assert setup.digest() == before
    (tmp_path / "requirements.lock").write_text("numpy==0")
    assert setup.digest() != before


def test_the_examples_of_the_readme_are_true(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)  # it loads the samples by their paths from there
    failures, tried = doctest.testfile(str(ROOT / "README.md"), module_relative=False, encoding="utf-8")
    assert tried and not failures
