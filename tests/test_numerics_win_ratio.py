"""Win ratios: nine pairs by hand, a double loop, closed forms, invariants, reasons."""

from __future__ import annotations

from itertools import product
from math import inf, log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.numerics import win_ratio as module
from primus_eval.numerics.win_ratio import Criterion, Pairs, compared_pairs, win_ratio


def criterion(
    kind: str,
    value: list[float],
    known: list[int],
    better: str,
    margin: float = 0.0,
    followed: list[float] | None = None,
) -> Criterion:
    return Criterion(
        kind=kind,  # type: ignore[arg-type]
        value=np.array(value, dtype=float),
        known=np.array(known, dtype=bool),
        better=better,  # type: ignore[arg-type]
        margin=margin,
        followed=None if followed is None else np.array(followed, dtype=float),
    )


THREE = [1, 1, 1, 0, 0, 0]


def test_nine_pairs_by_hand() -> None:
    """Death first, then days to the first event (window of 100), then harm by more than 5.

    Treated A: alive, event on day 40, harm 10. B: alive, left on day 50 without event. C: died on day 70,
    event on day 20. Controls X: died on day 30. Y: alive, event on day 60, harm 14. Z: alive, event on day
    40, harm 14. A-X won (death), A-Y lost (earlier), A-Z same day, harm 10 v 14: a tie. B-X won: alive on day
    30. B-Y: Y's event came after B left: unknown, a tie. B-Z won: free on day 40. C-X won: X died first. C-Y
    lost (death). C-Z lost (death).
    """
    left = [inf, 50, 70, 30, inf, inf]
    death = criterion("yes_no", left, [0, 0, 1, 1, 0, 0], "lower", followed=left)
    first = criterion("time", [40, 50, 20, 100, 60, 40], [1, 0, 1, 0, 1, 1], "higher")
    harm = criterion("amount", [10, 0, 8, 0, 14, 14], [1, 0, 1, 1, 1, 1], "lower", margin=5)
    pairs = compared_pairs([death, first, harm], THREE)
    assert (pairs.wins, pairs.losses, pairs.ties) == (4, 3, 2)
    # Each person's share of the wins less of the losses: A 1/4 - 1/3, B 2/4 - 0, C 1/4 - 2/3; X 3/4 - 0,
    # Y 0 - 2/3, Z 1/4 - 1/3. Squares add up with n / (n - 1) = 3/2.
    squares = (1 / 12) ** 2 + (1 / 2) ** 2 + (5 / 12) ** 2 + (3 / 4) ** 2 + (2 / 3) ** 2 + (1 / 12) ** 2
    assert pairs.std_error == pytest.approx(sqrt(1.5 * squares), abs=1e-12)
    effect = win_ratio(pairs, conf_level=0.95)
    assert effect.estimate == pytest.approx(4 / 3, abs=1e-12)
    assert effect.statistic == pytest.approx(log(4 / 3) / sqrt(1.5 * squares), abs=1e-12)
    assert effect.scale == "log"


@pytest.mark.parametrize(
    ("one", "other", "won"),
    [
        # Day of the event, whether there was one, followed until; no event wins.
        ((100, 1, inf), (200, 0, 200), -1),  # the other was followed to 100 without one
        ((100, 1, 150), (100, 0, 100), -1),  # to that very day
        ((300, 1, inf), (200, 0, 200), 0),  # who left at 200 does not beat an event at 300
        ((300, 1, inf), (200, 1, inf), 0),  # both had it
        ((300, 1, inf), (100, 1, 200), 1),  # by day 200, until when both were followed, only the other had it
        ((150, 1, 180), (100, 1, 200), 0),
        ((190, 1, 195), (100, 1, 180), 1),
        ((50, 0, 50), (60, 0, inf), 0),
        # Followed until the event, as with death: the first of two had it while both were followed.
        ((100, 1, 100), (200, 1, 200), -1),
        ((100, 1, 100), (100, 1, 100), 0),
    ],
)
def test_whether_counts_while_both_were_followed(
    one: tuple[float, ...], other: tuple[float, ...], won: int
) -> None:
    for first, second, sign in ((one, other, 1), (other, one, -1)):
        day, had, followed = (list(column) for column in zip(first, second, strict=True))
        pairs = compared_pairs([criterion("yes_no", day, had, "lower", followed=followed)], [1, 0])
        assert pairs.wins - pairs.losses == sign * won
        turned = compared_pairs([criterion("yes_no", day, had, "higher", followed=followed)], [1, 0])
        assert turned.wins - turned.losses == -sign * won


@pytest.mark.parametrize("ends_follow_up", [False, True])
def test_who_leaves_more_does_not_come_off_better(ends_follow_up: bool) -> None:
    """The same hazard in both arms, and 60 % of the treated leave before the end: the ratio is 1.

    300 trials of 150 people an arm; without regard to how long both were followed the mean was 1.16.
    """
    generator = np.random.Generator(np.random.Philox(31))
    arm, logs = np.repeat([True, False], 150), []
    for _ in range(300):
        days = generator.exponential(450, 300)
        left = np.where(arm & (generator.random(300) < 0.6), generator.uniform(0, 365, 300), inf)
        event = days < np.minimum(left, 365)
        followed = np.where(event, days, left) if ends_follow_up else left
        one = Criterion(kind="yes_no", value=days, known=event, better="lower", followed=followed)
        pairs = compared_pairs([one], arm)
        logs.append(log(pairs.wins / pairs.losses))
    assert abs(np.mean(logs)) < 3 * np.std(logs) / sqrt(300)


def better_of(criteria: list[Criterion], one: int, other: int) -> int:
    """1 where the first person came off better, -1 where the second did, 0 for a tie; pair by pair."""
    for each in criteria:
        a, b = float(each.value[one]), float(each.value[other])
        a_known, b_known = bool(each.known[one]), bool(each.known[other])
        higher = 0
        if each.kind == "amount":
            if a_known and b_known and abs(a - b) > each.margin:
                higher = 1 if a > b else -1
        elif each.kind == "yes_no":
            until = [inf, inf] if each.followed is None else [each.followed[one], each.followed[other]]
            had = [a_known and a <= min(until), b_known and b <= min(until)]
            higher = int(had[0]) - int(had[1])
        elif a_known and b_known:
            if abs(a - b) > each.margin:
                higher = 1 if a > b else -1
        elif a_known and b >= a + each.margin:
            higher = -1
        elif b_known and a >= b + each.margin:
            higher = 1
        if higher:
            return higher if each.better == "higher" else -higher
    return 0


def by_loop(criteria: list[Criterion], arm: list[int]) -> tuple[int, int, float | None]:
    """Wins, losses, and the standard error by U-statistics: sums over pairs of pairs that share a person.

    The variance of log(W / L) is that of W / w - L / l. Over ordered pairs of different partners of the same
    person, products of kernels estimate the covariance of pairs that share him or her; the structural
    components divide the sum over all partners instead.
    """
    ours = [person for person, one in enumerate(arm) if one]
    theirs = [person for person, one in enumerate(arm) if not one]
    result = {pair: better_of(criteria, *pair) for pair in product(ours, theirs)}
    wins = sum(value == 1 for value in result.values())
    losses = sum(value == -1 for value in result.values())
    if not wins or not losses or min(len(ours), len(theirs)) < 2:
        return wins, losses, None
    kernel = {pair: (value == 1) / wins - (value == -1) / losses for pair, value in result.items()}
    variance = 0.0
    for mine, others in ((ours, theirs), (theirs, ours)):
        n = len(mine)
        for person in mine:
            for first, second in product(others, others):
                pairs = [(person, first), (person, second)]
                keys = pairs if mine is ours else [(b, a) for a, b in pairs]
                variance += kernel[keys[0]] * kernel[keys[1]] * n / (n - 1)
    return wins, losses, sqrt(max(variance, 0.0))


people = st.lists(
    st.tuples(
        st.booleans(), st.integers(0, 6), st.booleans(), st.integers(0, 4), st.booleans(), st.booleans()
    ),
    min_size=2,
    max_size=9,
)


def criteria_of(drawn: list[tuple[bool, int, bool, int, bool, bool]], margin: float) -> list[Criterion]:
    _, day, event, amount, known, sure = (list(column) for column in zip(*drawn, strict=True))
    # Some are followed to the end, others until the day drawn or, after an event, for some days more.
    followed = [
        inf if s else float(d + (e and a)) for d, e, s, a in zip(day, event, sure, amount, strict=True)
    ]
    return [
        criterion("yes_no", [float(one) for one in day], event, "lower", followed=followed),
        criterion("time", [float(one) for one in day], event, "higher", margin),
        criterion("amount", [float(one) for one in amount], known, "lower", margin),
    ]


@settings(max_examples=200, deadline=None)
@given(drawn=people, margin=st.sampled_from([0.0, 1.0, 2.0]), order=st.permutations([0, 1, 2]))
def test_equals_a_double_loop(drawn: list, margin: float, order: list[int]) -> None:
    arm = [int(one[0]) for one in drawn]
    criteria = [criteria_of(drawn, margin)[which] for which in order]
    pairs = compared_pairs(criteria, arm)
    wins, losses, std_error = by_loop(criteria, arm)
    assert (pairs.wins, pairs.losses) == (wins, losses)
    assert pairs.wins + pairs.losses + pairs.ties == sum(arm) * (len(arm) - sum(arm))
    if std_error is None:
        assert pairs.std_error is None
    else:
        assert pairs.std_error == pytest.approx(std_error, rel=1e-9, abs=1e-6)
    swapped = compared_pairs(criteria, [1 - one for one in arm])
    assert (swapped.wins, swapped.losses, swapped.ties) == (pairs.losses, pairs.wins, pairs.ties)
    assert (swapped.std_error or 0.0) == pytest.approx(pairs.std_error or 0.0, rel=1e-9, abs=1e-9)


def turned(one: Criterion) -> Criterion:
    other = "lower" if one.better == "higher" else "higher"
    return Criterion(
        kind=one.kind,
        value=one.value,
        known=one.known,
        better=other,
        margin=one.margin,
        followed=one.followed,
    )


@settings(max_examples=200, deadline=None)
@given(drawn=people, margin=st.sampled_from([0.0, 1.0]))
def test_the_other_end_of_every_scale_and_twice_everyone(drawn: list, margin: float) -> None:
    arm, criteria = [int(one[0]) for one in drawn], criteria_of(drawn, margin)
    pairs = compared_pairs(criteria, arm)
    other = compared_pairs([turned(one) for one in criteria], arm)
    assert (other.wins, other.losses) == (pairs.losses, pairs.wins)
    double = compared_pairs(criteria_of(drawn * 2, margin), arm * 2)
    assert (double.wins, double.losses, double.ties) == tuple(
        4 * number for number in (pairs.wins, pairs.losses, pairs.ties)
    )


def test_one_yes_or_no_is_the_odds_ratio_upside_down() -> None:
    """a of n and b of m had it: win ratio b (n - a) / (a (m - b)); Woolf's variance, n / (n - 1) each."""
    n, a, m, b = 30, 9, 24, 14
    event = [1] * a + [0] * (n - a) + [1] * b + [0] * (m - b)
    one = criterion("yes_no", [50.0 if had else inf for had in event], event, "lower")
    pairs = compared_pairs([one], [1] * n + [0] * m)
    effect = win_ratio(pairs, conf_level=0.95)
    assert effect.estimate == pytest.approx(b * (n - a) / (a * (m - b)), rel=1e-12)
    variance = (1 / a + 1 / (n - a)) * n / (n - 1) + (1 / b + 1 / (m - b)) * m / (m - 1)
    assert effect.std_error == pytest.approx(sqrt(variance), rel=1e-12)
    assert pairs.ties == a * b + (n - a) * (m - b)


def test_one_amount_without_ties_is_mann_whitney() -> None:
    from scipy.stats import mannwhitneyu

    generator = np.random.Generator(np.random.Philox(4))
    value, arm = generator.random(60), np.arange(60) % 3 == 0
    one = Criterion(kind="amount", value=value, known=np.ones(60, dtype=bool), better="higher")
    pairs = compared_pairs([one], arm)
    statistic = mannwhitneyu(value[arm], value[~arm]).statistic
    assert (pairs.wins, pairs.losses, pairs.ties) == (statistic, 20 * 40 - statistic, 0)


def test_blocks_and_identical_people_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.Generator(np.random.Philox(9))
    value = generator.integers(0, 40, 300).astype(float)
    one = Criterion(kind="amount", value=value, known=value != 7, better="lower", margin=2)
    whole = compared_pairs([one], np.arange(300) % 2)
    monkeypatch.setattr(module, "PAIRS_AT_ONCE", 50)
    assert compared_pairs([one], np.arange(300) % 2) == whole
    spread = Criterion(kind="amount", value=np.arange(300) * 1e-9, known=np.zeros(300, bool), better="lower")
    apart = compared_pairs([one, spread], np.arange(300) % 2)  # nobody is identical any more
    assert (apart.wins, apart.losses) == (whole.wins, whole.losses)
    assert apart.std_error == pytest.approx(whole.std_error, rel=1e-12)


def test_covers_the_truth_in_simulated_trials() -> None:
    """Exponential days, control rate twice the treated's: any pair is won with chance 2/3, so the ratio is 2,
    with or without censoring on a common day of those who are left. 600 trials of 60 and 40 people."""
    generator = np.random.Generator(np.random.Philox(21))
    arm, covered, trials = np.repeat([1, 0], [60, 40]), 0, 600
    for _ in range(trials):
        days = generator.exponential(np.where(arm == 1, 2.0, 1.0))
        event = days < 1.5
        one = Criterion(kind="time", value=np.minimum(days, 1.5), known=event, better="higher")
        effect = win_ratio(compared_pairs([one], arm), conf_level=0.95)
        assert effect.conf_low is not None and effect.conf_high is not None
        covered += effect.conf_low <= 2.0 <= effect.conf_high
    assert abs(covered / trials - 0.95) < 4 * sqrt(0.95 * 0.05 / trials)


@pytest.mark.parametrize(
    ("value", "arm", "reason"),
    [
        ([], [], "one_arm_empty"),
        ([1, 2], [1, 1], "one_arm_empty"),
        ([1, 2], [0, 0], "one_arm_empty"),
        ([1, 1, 1, 1], [1, 1, 0, 0], "no_difference"),
        ([1, 1, 2, 2], [1, 1, 0, 0], "undefined_ratio"),
        ([2, 2, 1, 1], [1, 1, 0, 0], "undefined_ratio"),
        ([2, 1, 3], [1, 0, 0], "too_few_people"),
        ([2, 2, 1, 3], [1, 1, 0, 0], None),
    ],
)
def test_what_cannot_be_answered_has_a_reason(value: list[float], arm: list[int], reason: str | None) -> None:
    pairs = compared_pairs([criterion("amount", value, [1] * len(value), "higher")], arm)
    effect = win_ratio(pairs, conf_level=0.95)
    assert effect.reason == reason and (effect.estimate is None) == (reason is not None)


def test_pairs_without_variance_are_not_estimated() -> None:
    pairs = Pairs(wins=2, losses=2, ties=0, n_treatment=2, n_control=2, std_error=0.0)
    assert win_ratio(pairs, conf_level=0.95).reason == "no_variation"


def test_without_a_criterion_everything_is_a_tie() -> None:
    assert compared_pairs([], THREE).ties == 9


def test_values_must_be_numbers_of_everyone() -> None:
    for value in ([1.0, np.nan], [1.0]):
        with pytest.raises(ValueError, match="criteria"):
            compared_pairs([criterion("amount", value, [1] * len(value), "higher")], [1, 0])
