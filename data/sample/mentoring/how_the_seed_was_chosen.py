"""Which seed the sample was drawn with, and how rare such a draw is; writes the counts as JSON.

Run from anywhere: python data/sample/mentoring/how_the_seed_was_chosen.py > how_the_seed_was_chosen.json

The rule: the first seed from 1 whose shares of people reoffending, among prisoners at highest assessed risk,
round to 29 % of those offered mentors and 67 % of the others. The true effect is the same for every seed.
"""

from __future__ import annotations

import json
from typing import Any

from primus_eval.simulation.people import NEVER
from primus_eval.simulation.scenario import RISK_GROUPS, Scenario
from primus_eval.simulation.trial import draw
from primus_eval.simulation.truth import reoffended, window_end

PEOPLE, SEEDS = 97, 1000
SHARES = (29, 67)
"""In percent, rounded: offered mentors, usual services."""

Counts = tuple[int, int, int, int]


def counts(seed: int) -> Counts:
    """Return who reoffended of how many in each arm, at highest risk, whose two years are known."""
    drawn = draw(Scenario(), people=PEOPLE, seed=seed)
    people = drawn.people
    event = reoffended(people, drawn.offences)
    left = people.left_on < window_end(people.released_on)
    known = people.linked & (people.released_on < NEVER) & (event | ~left)
    highest = known & (people.risk == len(RISK_GROUPS) - 1)
    treated, control = highest & drawn.offered, highest & ~drawn.offered
    return (
        int(event[treated].sum()),
        int(treated.sum()),
        int(event[control].sum()),
        int(control.sum()),
    )


def is_chosen(found: Counts) -> bool:
    """Whether the shares round to those of the rule."""
    return (round(100 * found[0] / found[1]), round(100 * found[2] / found[3])) == SHARES


def gap(found: Counts) -> float:
    """Return by how many percentage points fewer reoffended of those offered mentors."""
    return 100 * (found[2] / found[3] - found[0] / found[1])


def summary() -> dict[str, Any]:
    """Draw all trials and return what was found."""
    found = [counts(seed) for seed in range(1, SEEDS + 1)]
    chosen = [seed for seed, one in enumerate(found, start=1) if is_chosen(one)]
    return {
        "people": PEOPLE,
        "seeds": SEEDS,
        "first_seed": chosen[0],
        "seeds_that_fit": len(chosen),
        "seeds_with_so_large_a_gap": sum(round(gap(one), 6) >= SHARES[1] - SHARES[0] for one in found),
        "seeds_with_the_gap_the_other_way": sum(gap(one) < 0 for one in found),
        "mean_gap": round(sum(map(gap, found)) / SEEDS, 2),
        "counts": found,
    }


if __name__ == "__main__":
    written = summary()
    each = ",\n  ".join(map(json.dumps, written.pop("counts")))
    print(json.dumps(written, indent=1)[:-2] + f',\n "counts": [\n  {each}\n ]\n}}')
