"""How many were met how often, in blocks of four weeks from release: the numbers behind the heat map."""

from __future__ import annotations

import pandas as pd

from primus_eval.figures.curve import shown_exhibit
from primus_eval.figures.setting import Setting, setting_of
from primus_eval.findings import Findings
from primus_eval.wording.quantities import printed

LEVELS = ("0", "1", "2_3", "4_more")
"""How often a person was met within a block, from never to four times or more."""

BLOCK_COLUMNS = ("block", "level", "people", "share")


def contact_blocks_frame(findings: Findings) -> pd.DataFrame:
    """Return how many people were met how often, for each block of four weeks.

    Columns: block, counted from one; level, one of LEVELS; people; share of those observed in the block, NaN
    where nobody was observed or a number of the block is withheld.
    Checked: tests/test_figures_contact_blocks.py.
    """
    records = shown_exhibit(findings, "contact_blocks").records()
    frame = pd.DataFrame([[record[name] for name in BLOCK_COLUMNS[:3]] for record in records])
    frame.columns = list(BLOCK_COLUMNS[:3])
    frame["people"] = frame["people"].astype(float)
    observed = frame.groupby("block")["people"].transform(lambda people: people.sum(skipna=False))
    frame["share"] = (frame["people"] / observed).where(observed > 0)
    return frame


def level_labels(setting: Setting) -> dict[str, str]:
    """Say what each level is."""
    return {level: setting.say(f"contact_blocks.level_{level}") for level in LEVELS}


def contact_blocks_alt(findings: Findings, *, language: str = "en") -> str:
    """Say what share was met how often in the first block and in the last."""
    setting = setting_of(findings, language)
    known = contact_blocks_frame(findings).dropna(subset="share")
    if not len(known):
        return setting.say("contact_blocks.heading")
    blocks = known["block"].to_list()
    first, last = (_in_words(known[known["block"] == block], setting) for block in (blocks[0], blocks[-1]))
    number = printed(blocks[-1], "whole", language)
    return setting.say("contact_blocks.alt", first=first, number=number, last=last)


def _in_words(block: pd.DataFrame, setting: Setting) -> str:
    labels = level_labels(setting)
    listed = [
        setting.say(
            "contact_blocks.alt_level",
            share=printed(float(share), "percent", setting.language),
            level=labels[level],
        )
        for level, share in zip(block["level"], block["share"], strict=True)
    ]
    return setting.listed(listed)
