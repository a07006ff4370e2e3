"""What was promised about the years after the first result."""

from __future__ import annotations

from pydantic import Field

from primus_eval.schema import Record


class LongTerm(Record):
    """Declared horizons: the first is the primary outcome's, the later ones are extended follow-up.

    They are outcomes of their own, by the same rules with a longer window, because a sentence that says
    "within two years" of five would be false.
    """

    outcomes: tuple[str, ...] = Field(
        min_length=1,
        description="ids of outcomes by the same rules, the shortest window first; one is the primary one",
        strict=False,
    )
    windows: bool = Field(
        default=True,
        description="also compare the arms between one horizon and the next, with the warning that those "
        "left at a later horizon are no longer those randomised",
    )
    yearly_hazards: bool = Field(
        default=True,
        description="print how likely a first event is in each year, among those still free of it",
    )
    eventual_return: bool = Field(
        default=False,
        description="fit models in which a share never returns; only printed where follow-up has reached a "
        "plateau and two families of models agree",
    )
