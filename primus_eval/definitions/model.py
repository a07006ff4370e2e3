"""A definition of reoffending: which events count, on which day, in which window, and what ends it.

A definition is complete in itself: it says everything that turns rows of a register into one outcome for
each person. `measurement/` carries it out, `wording/` says it in words, and neither knows any other rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from primus_eval.definitions.presets import PRESETS
from primus_eval.definitions.windows import horizon_days
from primus_eval.errors import InputError, Problem
from primus_eval.schema import Record
from primus_eval.vocabulary import (
    ClockStart,
    CountingUnit,
    CustodyReason,
    CustodyRule,
    DateUsed,
    EventKind,
    Sanction,
    StatusRule,
    nearest,
)

LONGEST_WINDOW_MONTHS = 600

Months = Annotated[int, Field(ge=1, le=LONGEST_WINDOW_MONTHS)]
Days = Annotated[int, Field(ge=1, le=36_525)]

OWN = "own"
"""What a definition that rests on no preset is called."""

TRIALS_OWN = ("clock_start", "custody", "custody_reasons", "street_extension_months", "offences_in_custody")
"""What of a preset belongs to the official cohort; in a trial its own rules stand there."""

INDEX_KINDS = {"decision", "conviction", "sentence", "custody"}
"""What may be recorded of the index sentence itself on the day of it."""

STATUS_RULES = ("death", "deportation", "emigration")


NONE = BeforeValidator(lambda value: None if value == "none" else value)
"""TOML has no word for nothing, which a study needs to take a rule away from a preset."""


class DecisionLag(Record):
    """Until when an offence in the window must have been decided; one of three forms."""

    months_after_index: Months | None = Field(
        default=None, description="before so many months after the clock's start have passed"
    )
    days_after_window: Annotated[int, Field(ge=0, le=36_525)] | None = Field(
        default=None, description="in the window or in so many days after it"
    )
    calendar_years: Annotated[int, Field(ge=0, le=50)] | None = Field(
        default=None, description="by the end of the calendar year of the clock's start plus so many"
    )

    @model_validator(mode="after")
    def _one_form(self) -> DecisionLag:
        given = (self.months_after_index, self.days_after_window, self.calendar_years)
        if sum(value is not None for value in given) != 1:
            raise ValueError("needs exactly one of months_after_index, days_after_window, calendar_years")
        return self


class FineThreshold(Record):
    """Fines that are too small to count."""

    amount: Annotated[float, Field(gt=0)] = Field(description="fines below this amount do not count")
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = Field(description="of the amount, such as DKK")
    classes: tuple[str, ...] = Field(
        default=(), description="only of these classes of offences; all where left out", strict=False
    )


class Reoffending(Record):
    """What is counted as reoffending, from the first day of the clock to the last day that counts."""

    preset: str | None = Field(
        default=None, description="begin with the definition of an official statistic; other keys replace its"
    )
    official: bool = Field(
        default=False,
        description="keep the preset's rules for leaving people out, as far as the data know them; some look "
        "at what happened after randomisation, so that this cannot be primary",
    )
    clock_start: ClockStart = Field(default="release", description="the day on which the window begins")
    kinds: tuple[EventKind, ...] = Field(min_length=1, description="kinds of events that count", strict=False)
    sanctions: tuple[Sanction, ...] = Field(
        default=(), description="only events that led to one of these; any where left out", strict=False
    )
    classes: tuple[str, ...] = Field(
        default=(), description="only these classes of offences, codes as in the data", strict=False
    )
    classes_left_out: tuple[str, ...] = Field(
        default=(), description="classes of offences that do not count, codes as in the data", strict=False
    )
    police_initiated: Literal["count", "leave_out"] = Field(
        default="count",
        description="offences that are found because the police looked for them: their number follows the "
        "police's effort",
    )
    offences: Literal["all", "main_only"] = Field(
        default="all", description="every offence of a decision, or its main offence only"
    )
    fine_below: Annotated[FineThreshold | None, NONE] = Field(
        default=None,
        description='fines that are too small to count; "none" counts all where a preset does not',
    )
    counting_unit: CountingUnit = Field(
        default="offence", description="what is counted once where several events belong together"
    )
    date_used: DateUsed = Field(
        default="offence",
        description="the day of an event: when the offence was committed, or when it was decided (of an "
        "arrest or an admission: that day)",
    )
    window_months: Months | None = Field(
        default=None, description="length of the window; it ends on the same day of the month"
    )
    window_days: Days | None = Field(default=None, description="length of the window, in days instead")
    decision_lag: Annotated[DecisionLag | None, NONE] = Field(
        default=None,
        description="until when an offence must have been decided; no limit where left out, and with "
        '"none" where a preset has one',
    )
    pseudo_reconvictions: Literal["drop", "count"] = Field(
        default="drop", description="offences before the clock's start that are decided after it"
    )
    custody: CustodyRule = Field(
        default="calendar", description="whether the window runs in days of the calendar or at liberty"
    )
    custody_reasons: tuple[CustodyReason, ...] = Field(
        default=(), description="only spells for these reasons are custody; all where left out", strict=False
    )
    street_extension_months: Months | None = Field(
        default=None,
        description="with custody street: how much longer than its window a person is followed at most, so "
        "that days in custody can be made up",
    )
    offences_in_custody: Literal["count", "leave_out"] = Field(
        default="count", description="events on a day in custody"
    )
    death: StatusRule = Field(default="compete", description="death within the window")
    deportation: StatusRule = Field(default="censor", description="deportation within the window")
    emigration: StatusRule = Field(default="censor", description="emigration within the window")
    several_releases: Literal["first"] = Field(
        default="first",
        description="a later release does not start the clock again: that would choose people by what they "
        "did since",
    )
    unknown: tuple[str, ...] = Field(
        default=(),
        description="what the sources of a provisional preset do not say; worked out, not declared",
        strict=False,
    )

    @model_validator(mode="before")
    @classmethod
    def _from_preset(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or given.get("preset") is None:
            return given
        name = given["preset"]
        if not isinstance(name, str) or name not in PRESETS:
            close = nearest(str(name), PRESETS)
            meant = f" (did you mean {close}?)" if close else ""
            raise ValueError(f"is no preset{meant}; known are {', '.join(PRESETS)}")
        base = PRESETS[name]
        values = {**base.values, **(base.official if given.get("official") else {}), **given}
        for one, other in (("window_days", "window_months"), ("window_months", "window_days")):
            if one in given and other not in given:
                values.pop(other, None)
        settled = {*given, "decision_lag" if values["date_used"] == "decision" else "pseudo_reconvictions"}
        unknown = tuple(field for field in base.unknown if field not in settled)
        return {**values, "unknown": given.get("unknown", unknown)}

    @model_validator(mode="after")
    def _possible(self) -> Reoffending:
        impossible = _impossible(self)
        if impossible:
            raise ValueError("; ".join(impossible))
        return self

    @property
    def name(self) -> str:
        """The preset it rests on, or `own`."""
        return self.preset or OWN

    @property
    def is_provisional(self) -> bool:
        """Whether the sources of its preset leave something open that nobody has filled in."""
        return bool(self.unknown)

    @property
    def conditions_on_later_events(self) -> bool:
        """Whether people are left out for what happened to them after randomisation."""
        return any(getattr(self, kind) == "exclude" for kind in STATUS_RULES)

    @property
    def horizon_days(self) -> int:
        """The days up to which everybody can be compared: the shortest that the window can be."""
        if self.window_days is not None:
            return self.window_days
        assert self.window_months is not None  # one of the two is there: see _impossible
        return horizon_days(self.window_months)


def _impossible(definition: Reoffending) -> list[str]:
    """Say which fields contradict each other, and how to mend it."""
    found = []
    if (definition.window_months is None) == (definition.window_days is None):
        found.append("a window needs window_months or window_days, and not both")
    if definition.official and definition.preset is None:
        found.append("official belongs to a preset: name one, or remove it")
    if definition.decision_lag is not None and definition.date_used == "decision":
        found.append(
            "with date_used decision the decision itself must lie in the window, and a decision_lag has no "
            'meaning: write decision_lag = "none", or date_used = "offence"'
        )
    if definition.pseudo_reconvictions == "count" and definition.date_used == "offence":
        found.append(
            "with date_used offence an offence before the clock's start cannot lie in the window: remove "
            'pseudo_reconvictions = "count", or write date_used = "decision"'
        )
    if definition.classes and definition.classes_left_out:
        found.append("classes and classes_left_out say the same thing twice: keep one of them")
    return [*found, *_impossible_clock(definition), *_impossible_custody(definition), *_official(definition)]


def _impossible_clock(definition: Reoffending) -> list[str]:
    found = []
    at_sentence = definition.clock_start in ("sentence", "community_start")
    if definition.date_used == "decision" and at_sentence and INDEX_KINDS & {*definition.kinds}:
        found.append(
            f"with date_used decision and clock_start {definition.clock_start} the index sentence itself "
            'would count: write date_used = "offence"'
        )
    lag = definition.decision_lag
    if lag is None or lag.days_after_window is not None or definition.custody == "street":
        return found
    months = lag.months_after_index if lag.months_after_index is not None else 12 * (lag.calendar_years or 0)
    fits = (
        definition.window_months <= months
        if definition.window_months is not None
        else (definition.window_days or 0) <= (horizon_days(months) if months else 1)
    )
    if not fits:
        found.append(
            "decision_lag ends before the window does, so that what is done in its last part could not "
            "count: lengthen the lag, or shorten the window"
        )
    return found


def _official(definition: Reoffending) -> list[str]:
    """An official version keeps the statistic's own rules for leaving people out, and has some."""
    if not definition.official or definition.preset is None:
        return []
    own = PRESETS[definition.preset].official
    if not own:
        return [f"no rules of {definition.preset} for leaving people out are known: remove official = true"]
    replaced = [name for name, value in own.items() if getattr(definition, name) != value]
    return (
        [f"an official version keeps {', '.join(replaced)} as it is: remove one of them"] if replaced else []
    )


def _impossible_custody(definition: Reoffending) -> list[str]:
    found = []
    street = definition.custody == "street"
    if street != (definition.street_extension_months is not None):
        found.append(
            "custody street and street_extension_months belong together: add, for example, "
            "street_extension_months = 12, for how much longer people are followed to make up days in custody"
        )
    if street and definition.offences_in_custody == "count":
        found.append(
            "with custody street a day in custody is no day of the window: write offences_in_custody = "
            '"leave_out"'
        )
    lag = definition.decision_lag
    if street and lag is not None and lag.days_after_window is None:
        found.append(
            "a window of days at liberty ends later than months_after_index or calendar_years foresee: use "
            "decision_lag = { days_after_window = ... }"
        )
    return found


def preset(name: str, *, official: bool = False, **replaced: Any) -> Reoffending:
    """Return the definition of an official statistic, with some of its fields replaced.

    name: a key of `PRESETS`. official: with the statistic's own rules for leaving people out. Raises
    InputError for an unknown name or an impossible combination.

    >>> preset("uk_proven_1y").window_months
    12
    """
    try:
        return Reoffending.model_validate({"preset": name, "official": official, **replaced})
    except ValidationError as error:
        what = "; ".join(map(_detail, error.errors()))
        raise InputError(
            Problem(
                code="PE-F31",
                key=name,
                what=f"{what}.",
                mend="Change the fields that are named; `primus-eval definitions` prints every preset.",
            )
        ) from None


def _detail(item: Mapping[str, Any]) -> str:
    """Say one thing that pydantic found, with the field that it found it in."""
    field = ".".join(map(str, item["loc"]))
    return f"{field}: " * bool(field) + str(item["msg"]).removeprefix("Value error, ")


def for_trial(definition: Reoffending, *, like: Reoffending) -> Reoffending:
    """Return a definition with the clock, the custody and the leaving rules of the trial's own one.

    A preset's index and its rules for leaving people out were made for an official cohort; randomised arms
    are compared from the trial's own start. An official version keeps its rules for leaving people out.
    """
    kept = {name: getattr(like, name) for name in TRIALS_OWN}
    if not definition.official:
        kept |= {name: getattr(like, name) for name in STATUS_RULES}
    lag = definition.decision_lag
    if like.custody == "street" and lag is not None and lag.days_after_window is None:
        kept = {name: value for name, value in kept.items() if name in ("clock_start", *STATUS_RULES)}
    return Reoffending.model_validate({**definition.model_dump(), **kept})
