"""Reporting standards as lists of items in our own words, one file for each standard.

A further standard is one more file here: no code knows any of them. Each item says whether its number and
sense were read in a source that the file names, or were written from memory and need checking; a report
says so beside the list. Nothing is copied from a standard: whoever reports by one reads the original.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import Field

from primus_eval.schema import Record, Text

FILES = ("consort_spi_2018", "consort_2025", "tidier", "cheers_2022", "rob2")
"""The standards in the order in which they are printed; the first is the one for such trials."""

Checked = Literal["confirmed", "from_memory"]


class Item(Record):
    """One item of a standard."""

    number: str = Field(description="as in the standard")
    topic: Text = Field(description="what it is about, in two or three words")
    text: Text = Field(description="what it asks for, in our own words")
    fact: str | None = Field(
        default=None, description="name of the fact that answers it; a person where left out"
    )
    is_partial: bool = Field(default=False, description="true where it asks for more than its fact can say")
    checked: Checked = Field(description="whether number and sense were read in a source that is named")


class Checklist(Record):
    """A standard by which a trial is reported or judged."""

    id: str = Field(description="name of the file")
    title: Text = Field(description="what readers are shown")
    reference: str = Field(description="where the standard was published")
    read_in: tuple[Text, ...] = Field(description="where confirmed items were read", strict=False)
    is_judged: bool = Field(default=False, description="true where facts do not answer: a person judges them")
    item: tuple[Item, ...] = Field(min_length=1, description="in the order of the standard", strict=False)

    @property
    def from_memory(self) -> tuple[Item, ...]:
        """The items that need checking against the original."""
        return tuple(item for item in self.item if item.checked == "from_memory")


@cache
def checklist(id: str) -> Checklist:
    """Read one standard."""
    text = resources.files(__package__).joinpath(f"{id}.toml").read_text(encoding="utf-8")
    return Checklist.model_validate(tomllib.loads(text))


def checklists() -> tuple[Checklist, ...]:
    """Read all standards."""
    return tuple(checklist(id) for id in FILES)
