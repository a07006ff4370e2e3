"""Write participants.csv of a simulated mentoring trial: no person stands behind any row.

It is for tests: an outcome that was already observed. Run from anywhere:
python tests/trials/mentoring/make_participants.py
The truth is known: mentoring multiplies the hazard of a first recorded reoffence by 0.75 for everyone,
whatever their risk. Allocation is in blocks of four within strata of prison and assessed risk.
"""

import csv
from pathlib import Path

import numpy as np

SEED = 1
HAZARD_RATIO = 0.75
HORIZON_DAYS = 730
BLOCK = ("M", "M", "U", "U")
PEOPLE_PER_STRATUM = {
    ("open", "low"): 26,
    ("open", "medium"): 40,
    ("open", "high"): 34,
    ("closed", "low"): 14,
    ("closed", "medium"): 46,
    ("closed", "high"): 58,
}
TWO_YEAR_RISK_WITHOUT = {"low": 0.18, "medium": 0.42, "high": 0.68}
SHARE_RECEIVED = 0.82
SHARE_LEAVING = 0.16
LEFT_OUT = {17: "withdrew", 88: "withdrew", 141: "died"}


def allocate(rng: np.random.Generator, n: int) -> list[str]:
    """Allot n people in permuted blocks of four; the last block may stay unfinished."""
    allotted: list[str] = []
    while len(allotted) < n:
        allotted += [str(arm) for arm in rng.permutation(BLOCK)]
    return allotted[:n]


def follow(rng: np.random.Generator, risk: str, arm: str, prior: int, age: int) -> tuple[int, int]:
    """Draw days to the first recorded reoffence, or to the end of follow-up; and which it was."""
    rate = -np.log(1 - TWO_YEAR_RISK_WITHOUT[risk]) / HORIZON_DAYS**0.8
    rate *= np.exp(0.05 * (prior - 4) - 0.02 * (age - 32)) * (HAZARD_RATIO if arm == "M" else 1.0)
    days = int(np.ceil((rng.exponential() / rate) ** (1 / 0.8)))
    end = int(rng.integers(60, HORIZON_DAYS)) if rng.random() < SHARE_LEAVING else HORIZON_DAYS
    return (days, 1) if days <= end else (end, 0)


def people() -> list[dict[str, object]]:
    """Draw everyone randomised, in the order of recruitment."""
    rng = np.random.Generator(np.random.Philox(key=SEED))
    rows: list[dict[str, object]] = []
    for (prison, risk), n in PEOPLE_PER_STRATUM.items():
        for arm in allocate(rng, n):
            age = int(np.clip(rng.normal(32, 8), 19, 64))
            prior = int(rng.poisson({"low": 2, "medium": 4, "high": 7}[risk]))
            days, reoffended = follow(rng, risk, arm, prior, age)
            rows.append(
                {
                    "arm": arm,
                    "prison": prison,
                    "risk_group": risk,
                    "age": "" if rng.random() < 0.06 else age,
                    "prior_convictions": prior,
                    "education": ""
                    if rng.random() < 0.10
                    else str(rng.choice(["1", "2", "3"], p=[0.6, 0.3, 0.1])),
                    "met_mentor": int(arm == "M" and rng.random() < SHARE_RECEIVED),
                    "days": days,
                    "reoffended": reoffended,
                }
            )
    order = rng.permutation(len(rows))
    codes = rng.permutation(np.arange(100_000, 1_000_000))[: len(rows)]
    shuffled = [{"person": f"S{code}", **rows[index]} for code, index in zip(codes, order, strict=True)]
    for position, row in enumerate(shuffled):
        row["left_out"] = LEFT_OUT.get(position, "")
        if row["left_out"]:
            row["days"], row["reoffended"] = "", ""
    return shuffled


if __name__ == "__main__":
    rows = people()
    with open(Path(__file__).with_name("participants.csv"), "w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
