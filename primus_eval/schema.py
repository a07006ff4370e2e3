"""What a column of data means: its type, its codes, its missing values, when it was measured.

One `Column` is both the check and the documentation of a column: loaders convert text under it,
the protocol's reference page prints it. Nothing is guessed: codes for yes, no, categories and
missing values are declared, and a cell that is none of them is an error.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from primus_eval.vocabulary import ColumnType, Timing

Languages = dict[str, str]


class Record(BaseModel):
    """A frozen part of a protocol or an appraisal: unknown keys are refused, nothing is coerced."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def _as_languages(value: Any) -> Any:
    if not isinstance(value, str | dict):
        raise ValueError('needs a text in quotes, or one for each language such as { en = "" }')
    return {"en": value} if isinstance(value, str) else value


def _has_english(value: Languages) -> Languages:
    if not value.get("en", "").strip():
        raise ValueError("needs a text in English (key en)")
    return value


Text = Annotated[Languages, BeforeValidator(_as_languages), AfterValidator(_has_english)]
"""A text for people: a string (English), or one string per language such as { en = "", da = "" }."""


def text_in(text: Languages, language: str) -> str:
    """Return a text in a language, in English where it was not translated.

    >>> text_in({"en": "Age", "da": "Alder"}, "da"), text_in({"en": "Age"}, "da")
    ('Alder', 'Age')
    """
    return text.get(language, text["en"])


class Column(Record):
    """One column of a table of data, and how its text is to be read."""

    type: ColumnType = Field(description="what the cells are")
    label: Text = Field(description="what a reader is shown")
    timing: Timing = Field(
        description="when it was measured; only what was measured before_randomisation "
        "may define a population or adjust an estimate"
    )
    unit: str | None = Field(default=None, description="unit of a number, such as years")
    yes: tuple[str, ...] = Field(default=(), description="codes that mean yes (type yes_no)", strict=False)
    no: tuple[str, ...] = Field(default=(), description="codes that mean no (type yes_no)", strict=False)
    levels: dict[str, Text] | None = Field(
        default=None, description="code = label for each category, in the order to be shown (type category)"
    )
    missing: tuple[str, ...] = Field(
        default=(), description='codes that mean missing; an empty cell must be declared as ""', strict=False
    )
    minimum: float | None = Field(default=None, description="smallest plausible value (integer, number)")
    maximum: float | None = Field(default=None, description="largest plausible value (integer, number)")

    @model_validator(mode="after")
    def _codes_fit_type(self) -> Column:
        if self.type == "yes_no" and not (self.yes and self.no):
            raise ValueError('type yes_no needs codes, for example yes = ["1"], no = ["0"]')
        if self.type != "yes_no" and (self.yes or self.no):
            raise ValueError("codes yes and no belong to type yes_no only")
        if self.type == "category" and not self.levels:
            raise ValueError('type category needs levels, for example levels = { "1" = "low", "2" = "high" }')
        if self.type != "category" and self.levels:
            raise ValueError("levels belong to type category only")
        limits = [limit for limit in (self.minimum, self.maximum) if limit is not None]
        if limits and self.type not in ("integer", "number"):
            raise ValueError("minimum and maximum belong to types integer and number only")
        if limits != sorted(limits):
            raise ValueError("minimum is above maximum")
        codes = [*self.yes, *self.no, *(self.levels or {}), *self.missing]
        if len(set(codes)) != len(codes):
            raise ValueError("the same code is declared twice")
        return self

    @property
    def is_grouping(self) -> bool:
        """Whether the column sorts people into a few groups (type category or yes_no)."""
        return self.type in ("category", "yes_no")
