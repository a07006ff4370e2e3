"""The reports that a visitor finds in reports/ are what a run makes today (`make samples` refreshes them).

Numbers agree to 1e-9, because processors differ in the last bits; the text of the pages agrees to the
letter, but for the versions of software and the bytes of pictures.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from primus_eval.cli import main

ROOT = Path(__file__).parents[1]
LISTED = json.loads((ROOT / "reports" / "samples.json").read_text(encoding="utf-8"))
PICTURE = re.compile(r"data:image/png;base64,[A-Za-z0-9+/=]+")
VERSION = re.compile(r"\d+\.\d+(\.\d+)+")


@pytest.fixture(scope="module", params=LISTED, ids=lambda listed: listed["folder"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The committed folder of a report, and a fresh one."""
    listed = request.param
    fresh = tmp_path_factory.mktemp("samples") / listed["folder"]
    protocol = ROOT / "data" / "sample" / listed["trial"] / "protocol.toml"
    assert main(["run", str(protocol), "--out", str(fresh), "--quiet", *listed["options"]]) == 0
    return ROOT / "reports" / listed["folder"], fresh


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def text_of(page: Path) -> str:
    return VERSION.sub("version", PICTURE.sub("picture", page.read_text(encoding="utf-8")))


def agree(stored: Any, fresh: Any) -> bool:
    """Compare two JSON values, numbers to 1e-9 and everything else exactly, versions aside."""
    if isinstance(stored, dict):
        return stored.keys() == fresh.keys() and all(
            key == "versions" or agree(stored[key], fresh[key]) for key in stored
        )
    if isinstance(stored, list):
        return len(stored) == len(fresh) and all(map(agree, stored, fresh))
    if isinstance(stored, float) and isinstance(fresh, float):
        return bool(fresh == pytest.approx(stored, rel=1e-9, abs=1e-12))
    if isinstance(stored, str):
        return VERSION.sub("version", stored) == VERSION.sub("version", fresh)
    return bool(stored == fresh)


def test_the_same_files(both: tuple[Path, Path]) -> None:
    stored, fresh = both
    assert names(stored) == names(fresh)


def test_the_same_numbers(both: tuple[Path, Path]) -> None:
    stored, fresh = (json.loads((folder / "findings.json").read_text(encoding="utf-8")) for folder in both)
    assert agree(stored, fresh)


def test_the_same_text(both: tuple[Path, Path]) -> None:
    stored, fresh = both
    for page in sorted(path.name for path in stored.iterdir() if path.suffix in (".html", ".md")):
        assert text_of(stored / page) == text_of(fresh / page), page


def test_a_difference_would_be_noticed() -> None:
    assert agree({"a": [1.0, "x 1.2.3"]}, {"a": [1.0 + 1e-12, "x 4.5.6"]})
    assert not agree({"a": [1.0]}, {"a": [1.0 + 1e-6]})
    assert not agree({"a": None}, {"a": 1.0})
