"""What was promised about the years after the first result."""

from __future__ import annotations

from pydantic import Field

from primus_eval.schema import Record


class LongTerm(Record):
    """Declared horizons: one is the primary outcome's, those after it are extended follow-up.

    They are outcomes of their own, by the same rules with another window, because a sentence that says
    "within two years" of five would be false. A later horizon that not everybody can have reached is not
    estimated in part: the report says when it will be there.
    """

    outcomes: tuple[str, ...] = Field(
        min_length=2,
        description="ids of outcomes by the same rules, the shortest window first; one is the primary one",
        strict=False,
    )
    windows: bool = Field(
        default=False,
        description="an analysis by aalen_johansen_window compares the arms between one horizon and the "
        "next, with the warning that those free of the event by then are no longer those randomised",
    )
    yearly_hazards: bool = Field(
        default=True,
        description="print how often a first event happens in each year, among those still free of it",
    )
    eventual_return: bool = Field(
        default=False,
        description="fit models in which a share never returns; only printed where follow-up has reached a "
        "plateau and the two families of models that fit best agree",
    )
