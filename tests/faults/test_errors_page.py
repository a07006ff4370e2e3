"""docs/errors.md says what the program says, for every code that there is."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from errors_page import codes_of_package, page
from fault_meanings import GROUPS, MEANINGS

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"


@pytest.fixture(scope="module")
def text() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_the_page_is_what_the_program_says(text: str) -> None:
    assert text == page()


def test_every_code_of_the_package_can_be_looked_up(text: str) -> None:
    anchors = re.findall(r'<a id="(pe-[a-z][0-9]{2})"></a>', text)
    assert len(anchors) == len(set(anchors))
    assert set(anchors) >= {code.lower() for code in codes_of_package()}


def test_every_code_on_the_page_is_explained(text: str) -> None:
    codes = set(re.findall(r"^### (PE-[A-Z][0-9]{2})$", text, re.M))
    assert codes - set(MEANINGS) == set()
    assert {code[3] for code in codes} <= set(GROUPS)


def test_the_page_names_no_place_of_this_machine(text: str) -> None:
    assert not re.search(r"/(tmp|home|work)/|primus-faults|\\Users", text)
    assert os.path.expanduser("~") not in text
