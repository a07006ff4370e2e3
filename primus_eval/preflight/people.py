"""Who is in a trial: arms, links to the register of outcomes, and how few share what they are known by."""

from __future__ import annotations

from primus_eval.disclosure.cells import is_small
from primus_eval.preflight.counting import Count, count_of, parts_by_arm, parts_of
from primus_eval.preflight.records import Anonymity, ArmRead, LinkedInArm
from primus_eval.schema import text_in
from primus_eval.trial import Trial


def arms_read(trial: Trial) -> tuple[ArmRead, ...]:
    """Say which code is which arm, and how many people were assigned to it."""
    protocol = trial.protocol
    codes = protocol.data.participants.arm.codes
    sizes = trial.participants["arm"].value_counts().to_dict()
    shown = parts_of({arm.id: int(sizes.get(arm.id, 0)) for arm in protocol.arm}, k=_k(trial))
    return tuple(
        ArmRead(
            arm=arm.id,
            label=text_in(arm.label, "en"),
            role=arm.role,
            codes=tuple(code for code, meant in codes.items() if meant == arm.id),
            people=shown[arm.id],
        )
        for arm in protocol.arm
    )


def linked_by_arm(trial: Trial) -> tuple[LinkedInArm, ...]:
    """Count who was found in the register of outcomes, by arm; empty where that was not recorded."""
    column = trial.protocol.data.participants.linked
    if column is None:
        return ()
    counts = {}
    for arm in trial.protocol.arm:
        linked = trial.participants.loc[trial.participants["arm"] == arm.id, column]
        counts[arm.id] = {
            "linked": int((linked == True).sum()),  # noqa: E712 (missing is neither)
            "not_linked": int((linked == False).sum()),  # noqa: E712
            "not_recorded": int(linked.isna().sum()),
        }
    return tuple(LinkedInArm(arm=arm, **parts) for arm, parts in parts_by_arm(counts, k=_k(trial)).items())


def anonymity(trial: Trial) -> Anonymity | None:
    """Count how few people share all their quasi-identifiers; None where the protocol names none.

    A missing value counts as a value. Source: Sweeney 2002, International Journal of Uncertainty,
    Fuzziness and Knowledge-Based Systems 10:557 (k-anonymity). Checked: tests/test_preflight_people.py.
    """
    names = list(trial.protocol.data.participants.quasi_identifiers)
    if not names or len(trial.participants) == 0:
        return None
    k, n = _k(trial), len(trial.participants)
    sizes = trial.participants.groupby(names, dropna=False, sort=False)[names[0]].transform("size").to_numpy()
    few, alone = int((sizes < k).sum()), int((sizes == 1).sum())
    unique = count_of(alone, k=k, total=n)
    in_small_groups = count_of(few, k=k, total=n)
    if is_small(few - alone, k):
        unique = Count()  # the difference would count a few people
    return Anonymity(
        columns=tuple(names),
        smallest_group=count_of(int(sizes.min()), k=k, total=n),
        unique=unique,
        in_small_groups=in_small_groups,
        share_unique_percent=_percent(unique, n),
        share_in_small_groups_percent=_percent(in_small_groups, n),
    )


def _percent(count: Count, n: int) -> int | None:
    return None if count.n is None else round(100 * count.n / n)


def _k(trial: Trial) -> int:
    return trial.protocol.disclosure.threshold
