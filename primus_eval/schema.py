"""What a column of data means: its type, its codes, its missing values, when it was measured.

One `Column` is both the check and the documentation of a column: loaders convert text under it,
the protocol's reference page prints it. Nothing is guessed: codes for yes, no, categories and
missing values are declared, and a cell that is none of them is an error.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
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


def require_distinct(codes: Iterable[str]) -> None:
    """Raise a ValueError where two codes are the same to a reader: å in one character or in two."""
    seen = [unicodedata.normalize("NFC", code) for code in codes]
    if len(set(seen)) != len(seen):
        raise ValueError("the same code is declared twice")


class Column(Record):
    """One column of a table of data, and how its text is to be read."""

    type: ColumnType = Field(description="what the cells are")
    label: Text = Field(description="what a reader is shown")
    timing: Timing = Field(
        description="when it was measured; only what was measured before_randomisation "
        "may define a population or adjust an estimate"
    )
    unit: Text | None = Field(default=None, description="unit of a number, such as years")
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
    numbers: tuple[str, ...] = Field(
        default=(),
        description="codes that the file gives a label and that are numbers all the same, such as 0 for none "
        "(integer, number)",
        strict=False,
    )
    format: str | None = Field(
        default=None,
        description="how a date is written, such as %Y-%m-%d or %d.%m.%Y; excel_1900 for serial numbers "
        "(type date). Cells that a file stores as dates need none",
    )
    internal: bool = Field(
        default=False,
        description="true for free text, which is read for notebooks and never written out (type text)",
    )

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
        if self.numbers and self.type not in ("integer", "number"):
            raise ValueError("numbers belongs to types integer and number only")
        if self.format is not None and self.type != "date":
            raise ValueError("format belongs to type date only")
        if self.type == "text" and not self.internal:
            raise ValueError(
                "free text can name people; write internal = true if it must be read, or remove it"
            )
        if self.internal and self.type != "text":
            raise ValueError("internal belongs to type text only")
        if limits != sorted(limits):
            raise ValueError("minimum is above maximum")
        require_distinct([*self.yes, *self.no, *(self.levels or {}), *self.missing])
        return self

    @property
    def is_grouping(self) -> bool:
        """Whether the column sorts people into a few groups (type category or yes_no)."""
        return self.type in ("category", "yes_no")

    @property
    def is_covariate(self) -> bool:
        """Whether the column describes people by numbers or groups: a date, an id or a text does not."""
        return self.is_grouping or self.type in ("integer", "number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """What a file of Stata, SPSS or SAS says of one column: its label, and what its codes mean."""

    label: str = ""
    meanings: dict[str, str] = field(default_factory=dict)
    declared_missing: tuple[str, ...] = ()
    in_missing_range: frozenset[str] = frozenset()
    """Those of `declared_missing` that only lie in a range: they are cells, and are not shown."""
    """Codes that the file itself marks as missing (user-missing values of SPSS)."""


def declaration(name: str, column: Column) -> str:
    """Write a column as the line of a protocol that declares it, what is left out by default left out.

    >>> declaration("age", Column(type="integer", label="Age", timing="before_randomisation", minimum=18))
    'age = { type = "integer", label = "Age", timing = "before_randomisation", minimum = 18 }'
    """
    values = column.model_dump(mode="json", exclude_defaults=True)
    return f"{_key(name)} = {toml_text(values)}"


def toml_text(value: Any) -> str:
    """Write a value as TOML; a text in one language is a plain string."""
    if isinstance(value, dict):
        if set(value) == {"en"} and isinstance(value["en"], str):
            return toml_text(value["en"])
        return "{ " + ", ".join(f"{_key(key)} = {toml_text(item)}" for key, item in value.items()) + " }"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml_text, value)) + "]"
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(sign if sign == " " or sign.isprintable() else _escaped(sign) for sign in quoted)


def _escaped(sign: str) -> str:
    """Write a sign that nobody sees by its number, as TOML allows."""
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if bare else toml_text(name)
