"""Somebody who reads a release and wants to know about persons: small trials, and linear programming.

The attacker knows the protocol and everything that was released, and nothing of the data. Everyone is
of one of a few hundred types (arm, group, education known or not, what became of them). How many there
are of each type is unknown; each released number is an equation, each rounded number two inequalities.
A count is recovered where its smallest and its largest possible value round to the same whole number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import csr_array

from primus_eval.findings import Findings
from primus_eval.protocol import Protocol
from primus_eval.trial import TableAccount, Trial

K = 5
ARMS = ("treatment", "control")
GROUPS = ("a", "b", "c", "")  # "" is missing
EXCLUDED = ("withdrew", "died")
TICKS = (0, 90, 180, 270, 365)
YEAR = 365
HALF_YEAR = "arrest_in_half_a_year"
ENDS = (*(("event", day) for day in TICKS[1:]), *(("left", day) for day in TICKS[1:]), ("stayed", YEAR))
"""How follow-up of one outcome ended, and the tick by which it did."""

BEFORE = {"timing": "before_randomisation"}
AFTER = {"timing": "after_randomisation"}


@dataclass(frozen=True, slots=True)
class Person:
    """A type of person: everything about somebody that a released number can depend on."""

    arm: str
    group: str
    education: bool
    excluded: str = ""
    arrest: tuple[str, int] | None = None  # None: not observed
    violence: tuple[str, int] | None = None

    def outcome(self, name: str) -> tuple[str, int] | None:
        return None if self.excluded else self.violence if name == "violence" else self.arrest

    def followed(self, outcome: str) -> bool:
        return self.outcome(outcome) is not None

    def event(self, outcome: str, by: int) -> bool:
        end = self.outcome(outcome)
        return end is not None and end[0] == "event" and end[1] <= by

    def left(self, outcome: str, by: int) -> bool:
        """Left before that day without an event, so that nothing is known of them at it."""
        end = self.outcome(outcome)
        return end is not None and end[0] == "left" and end[1] <= by

    def known(self, outcome: str, at: int) -> bool:
        return self.followed(outcome) and not self.left(outcome, at)


OTHER_WORLDS = 12
MOST_PEOPLE = 400

Member = Callable[[Person], bool]


def types() -> list[Person]:
    """Every type of person, in a fixed order. Violence is seen for a whole year, or not at all."""
    second = (None, ("event", YEAR), ("stayed", YEAR))
    found = []
    for arm, group, education in product(ARMS, GROUPS, (True, False)):
        found += [Person(arm, group, education, excluded=reason) for reason in EXCLUDED]
        found += [
            Person(arm, group, education, arrest=arrest, violence=violence)
            for arrest, violence in product((None, *ENDS), second)
        ]
    return found


TYPES = types()


# ---------------------------------------------------------------------------- trials


def draw_people(rng: np.random.Generator) -> list[Person]:
    """Draw a small trial with losses, missing values and rare events, each as likely as not to be few."""
    n = int(rng.integers(30, 140))
    groups = rng.dirichlet((6, 5, 4, 0.2))
    rates = {arm: {group: rng.beta(4, 5) for group in GROUPS} for arm in ARMS}
    p_excluded, p_unobserved, p_left = rng.choice((0, 0.03, 0.15), 3)
    p_violence, p_unseen, p_uneducated = (
        rng.choice((0.2, 0.5)),
        rng.choice((0, 0.05)),
        rng.choice((0, 0.05, 0.2)),
    )
    people = []
    for arm, _ in product(ARMS, range(n)):
        group = str(rng.choice(GROUPS, p=groups))
        arrest: tuple[str, int] | None = ("stayed", YEAR)
        if rng.random() < rates[arm][group]:
            arrest = ("event", int(rng.choice(TICKS[1:])))
        elif rng.random() < p_left:
            arrest = ("left", int(rng.choice(TICKS[1:])))
        excluded = str(rng.choice(EXCLUDED)) if rng.random() < p_excluded else ""
        gone = bool(excluded)
        people.append(
            Person(
                arm,
                group,
                education=bool(rng.random() >= p_uneducated),
                excluded=excluded,
                arrest=None if gone or rng.random() < p_unobserved else arrest,
                violence=None
                if gone or rng.random() < p_unseen
                else ("event" if rng.random() < p_violence else "stayed", YEAR),
            )
        )
    return people


def crowd(arm: str, group: str = "a", *, arrested: int = 0, free: int = 0, **keys: Any) -> list[Person]:
    """Some people of one arm and group: those arrested in the last quarter and those never arrested."""
    ends: list[tuple[str, int]] = [("event", YEAR)] * arrested + [("stayed", YEAR)] * free
    seen = None if keys.get("excluded") else ("stayed", YEAR)
    defaults: dict[str, Any] = {"education": True, "violence": seen}
    return [Person(arm, group, **{"arrest": end, **defaults, **keys}) for end in ends]


def trial_of(people: list[Person], protocol: Protocol, *, seed: int = 0) -> Trial:
    """Make the table of these people; days within the quarters of a year are drawn."""
    rng = np.random.default_rng(seed)

    def day(end: tuple[str, int] | None) -> float:
        if end is None:
            return np.nan
        # an event by day 90 may happen on it; who left before day 90 was not there on it
        return YEAR if end[0] == "stayed" else float(end[1] - 1 - rng.integers(80))

    def happened(end: tuple[str, int] | None) -> bool | None:
        return None if end is None else end[0] == "event"

    ends = {name: [person.outcome(name) for person in people] for name in ("arrest", "violence")}
    columns = {
        "arm": pd.Series(
            ["mentors" if one.arm == "treatment" else "usual" for one in people], dtype="object"
        ),
        "group": pd.Series([one.group or None for one in people], dtype="object"),
        "education": pd.Series(
            [str(rng.choice(("1", "2"))) if one.education else None for one in people], dtype="object"
        ),
        "age": pd.Series(rng.normal(30, 8, len(people)).round(), dtype="float64"),
        "left_out": pd.Series([one.excluded or None for one in people], dtype="object"),
    }
    for name, values in ends.items():
        columns[f"{name}_days"] = pd.Series([day(end) for end in values], dtype="float64")
        columns[name] = pd.Series([happened(end) for end in values], dtype="boolean")
    account = TableAccount(
        file="participants.csv", sha256="0" * 64, rows_read=len(people), columns_not_read=()
    )
    return Trial(protocol=protocol, participants=pd.DataFrame(columns), accounts=(account,))


def analysis(id: str, role: str = "secondary", **keys: Any) -> dict[str, Any]:
    """One analysis of a protocol; by default the risk difference of arrest within a year, in everyone."""
    defaults = {
        "outcome": "arrest",
        "effect_measure": "risk_difference",
        "method": "newcombe",
        "incomplete_followup": "leave_out",
    }
    return {"id": id, "role": role, **defaults, **keys}


def on_time(id: str, role: str = "secondary", **keys: Any) -> dict[str, Any]:
    """An analysis that uses everyone followed, for as long as they were."""
    measure = {"effect_measure": "restricted_mean_difference", "method": "greenwood"}
    return analysis(id, role, **measure, incomplete_followup="refuse", **keys)


COMPLETE = {
    "method": "g_computation",
    "covariates": ["education", "age"],
    "missing_covariates": "complete_cases",
}


def protocol_of(analyses: list[dict[str, Any]], *, k: int = K, **parts: Any) -> Protocol:
    """A protocol with two outcomes, three groups and these analyses."""

    def outcome(id: str, column: str, horizon_days: int = YEAR) -> dict[str, Any]:
        return {
            "id": id,
            "label": f"recorded {id}",
            "people_with": f"had a recorded {id}",
            "definition": "As recorded.",
            "observed": {"time": f"{column}_days", "event": column, "unit": "days"},
            "clock_start": "release",
            "horizon_days": horizon_days,
        }

    def level(*codes: str) -> dict[str, Any]:
        name = "group_" + "".join(codes)
        return {"id": name, "label": name, "where": {"column": "group", "in": list(codes)}}

    days = {"type": "integer", "label": "Days", "missing": [""], **AFTER}
    happened = {"type": "yes_no", "label": "Event", "yes": ["1"], "no": ["0"], "missing": [""], **AFTER}
    columns = {
        "arrest_days": days,
        "arrest": happened,
        "violence_days": days,
        "violence": happened,
        "group": {
            "type": "category",
            "label": "Group",
            "levels": {"a": "A", "b": "B", "c": "C"},
            "missing": [""],
            **BEFORE,
        },
        "education": {
            "type": "category",
            "label": "Education",
            "levels": {"1": "short", "2": "long"},
            "missing": [""],
            **BEFORE,
        },
        "age": {"type": "integer", "label": "Age", **BEFORE},
        "left_out": {
            "type": "category",
            "label": "Left out",
            "levels": {"withdrew": "withdrew", "died": "died"},
            "missing": [""],
            **AFTER,
        },
    }
    document = {
        "study": {"id": "attacked", "title": "A trial", "programme": "A programme.", "country": "DK"},
        "design": {"allocation": {"scheme": "simple"}},
        "arm": [
            {"id": "mentors", "label": "mentors", "role": "treatment"},
            {"id": "usual", "label": "usual services", "role": "control"},
        ],
        "population": [level("a"), level("b"), level("c"), level("a", "b"), level("b", "c")],
        "data": {
            "participants": {
                "file": "participants.csv",
                "person": "id",
                "arm": {"column": "arm_code", "codes": {"M": "mentors", "U": "usual"}},
                "excluded": "left_out",
                "columns": columns,
            }
        },
        "outcome": [
            outcome("arrest", "arrest"),
            outcome("violence", "violence"),
            outcome(HALF_YEAR, "arrest", 180),
        ],
        "analysis": analyses,
        "disclosure": {"profile": "release", "threshold": k},
        **parts,
    }
    return Protocol.model_validate(document)


# ---------------------------------------------------------------------------- what is published


@dataclass(frozen=True, slots=True)
class Fact:
    """low <= sum of weight(person) over everyone <= high."""

    weight: Callable[[Person], float]
    low: float
    high: float


def facts(released: Findings, *, k: int = K) -> Iterator[Fact]:
    """Read every number of people off a release, exact or rounded."""
    protocol = released.context["protocol"]
    analyses = {item["id"]: item for item in protocol["analysis"]}
    for row in released.rows:
        basis = _basis(analyses[row.analysis], row.outcome, int(row.horizon_days or 0))
        member = _in_population(protocol, row.population)
        for arm in ARMS:
            n, events = getattr(row, f"n_{arm}"), getattr(row, f"events_{arm}")
            if n is not None:
                yield _exactly(n, arm, lambda p, m=member, b=basis: m(p) and b(p))
            if n is not None and events is not None:
                yield _exactly(
                    events,
                    arm,
                    lambda p, m=member, b=basis, r=row: m(p) and b(p) and p.event(r.outcome, r.horizon_days),
                )
    for exhibit in released.exhibits:
        if exhibit.status != "estimated":
            continue
        if exhibit.kind == "flow":
            yield from _flow_facts(exhibit.records(), str(exhibit.notes["outcome"]), released)
        elif exhibit.kind == "risk_table" and exhibit.notes.get("coarse"):
            member = _in_population(protocol, exhibit.population)
            shown = {
                arm: [
                    n
                    for row in released.rows
                    if row.population == exhibit.population and (n := getattr(row, f"n_{arm}")) is not None
                ]
                for arm in ARMS
            }
            yield from _risk_table_facts(exhibit.records(), exhibit.outcome, member, shown, k)
        elif exhibit.kind == "baseline":
            yield from _baseline_facts(exhibit.records())
        elif exhibit.kind == "allocation":
            for record in exhibit.records():
                for arm in ARMS:
                    group = str(record["stratum"]).lower()
                    group = "" if "missing" in group else group
                    everyone = not record["stratum"]
                    yield _exactly(record[f"n_{arm}"], arm, lambda p, g=group, e=everyone: e or p.group == g)
        elif exhibit.kind == "detectable":
            (record,) = exhibit.records()
            basis = _basis(protocol["analysis"][0], exhibit.outcome, YEAR)
            member = _in_population(protocol, exhibit.population)
            for arm in ARMS:
                yield _exactly(record[f"n_{arm}"], arm, lambda p, m=member, b=basis: m(p) and b(p))
    for account in released.context["accounts"]:
        if account["rows_read"] is not None:
            yield Fact(lambda p: 1, account["rows_read"], account["rows_read"])


def _exactly(count: Any, arm: str, member: Member) -> Fact:
    return Fact(lambda p: float(p.arm == arm and member(p)), float(count), float(count))


def _basis(item: dict[str, Any], outcome: str, horizon: int) -> Member:
    """Whom an analysis uses, as anyone can read in the protocol."""
    leaves_out = item["incomplete_followup"] == "leave_out" and item["method"] != "greenwood"
    complete = item["missing_covariates"] == "complete_cases" and "education" in item["covariates"]

    def used(p: Person) -> bool:
        seen = p.known(outcome, horizon) if leaves_out else p.followed(outcome)
        return seen and (p.education or not complete)

    return used


def _in_population(protocol: dict[str, Any], id: str) -> Member:
    if id == "assigned":
        return lambda p: True
    codes = next(item["where"]["in"] for item in protocol["population"] if item["id"] == id)
    return lambda p: p.group in codes


def _flow_facts(records: list[dict[str, Any]], outcome: str, released: Findings) -> Iterator[Fact]:
    primary = released.context["protocol"]["analysis"][0]
    analysed = _basis({**primary, "covariates": []}, outcome, YEAR)
    members: dict[str, Member] = {
        "randomised": lambda p: True,
        "followed": lambda p: p.followed(outcome),
        "followed_to_horizon": lambda p: p.known(outcome, YEAR),
        "not_analysed": lambda p: p.left(outcome, YEAR),
        "analysed": analysed,
    }
    for record in records:
        if record["n"] is None or not record["arm"]:
            continue
        member = members.get(record["stage"])
        if record["stage"] == "excluded":
            reason = record["reason"]
            member = (
                (lambda p: not p.excluded and not p.followed(outcome))
                if reason == "outcome_not_observed"
                else (lambda p, r=reason: p.excluded == r)
            )
        if member is not None:
            yield _exactly(record["n"], record["arm"], member)


def _risk_table_facts(
    records: list[dict[str, Any]], outcome: str, member: Member, shown: dict[str, list[int]], k: int
) -> Iterator[Fact]:
    for record in records:
        day, arm = int(record["time_days"]), record["arm"]
        if day == 0:
            start = _rounded(record["at_risk"], k, arm, lambda p: member(p) and p.followed(outcome))
            in_part = not all(map(member, TYPES))
            near = [n for n in shown[arm] if start.low <= n <= start.high and not in_part]
            # of everyone the table may begin with a number that is shown, if its own differs little
            low, high = (
                end([limit, *(n + sign * (k - 1) for n in near)])
                for limit, end, sign in ((start.low, min, -1), (start.high, max, 1))
            )
            yield Fact(start.weight, low, high)
            continue
        if day not in TICKS or outcome == "violence" and day < YEAR:
            continue  # the types do not say when
        yield _rounded(
            record["cumulative_events"], k, arm, lambda p, d=day: member(p) and p.event(outcome, d)
        )
        if day < (180 if outcome == HALF_YEAR else YEAR):  # at the end they are what the other numbers leave
            yield _rounded(
                record["cumulative_censored"], k, arm, lambda p, d=day: member(p) and p.left(outcome, d)
            )


def _rounded(value: int, k: int, arm: str, member: Member) -> Fact:
    """A count rounded to the midpoint of a step of k + 1; a small midpoint may stand for zero in a part."""
    step = k + 1
    high = value + step // 2
    low = 0 if high <= step else high - step + 1
    return Fact(lambda p: float(p.arm == arm and member(p)), low if value else 0, high if value else 0)


def _baseline_facts(records: list[dict[str, Any]]) -> Iterator[Fact]:
    for record in records:
        name = record["variable"]
        if name not in ("group", "education"):
            continue
        known: Member = (lambda p: bool(p.group)) if name == "group" else (lambda p: p.education)
        for arm in ARMS:
            if record[f"missing_{arm}"] is not None:
                yield _exactly(record[f"missing_{arm}"], arm, lambda p, m=known: not m(p))
            share = record[f"value_{arm}"]
            if name == "group" and share is not None:
                half = _finest_unit(records, name) / 2

                def off(p: Person, bound: float, level: str = record["level"], arm: str = arm) -> float:
                    return float(p.arm == arm and bool(p.group)) * ((p.group == level) - bound)

                yield Fact(lambda p, b=share - half, off=off: off(p, b), 0, np.inf)
                yield Fact(lambda p, b=share + half, off=off: off(p, b), -np.inf, 0)


def _finest_unit(records: list[dict[str, Any]], name: str) -> float:
    """The coarsest step that every share of a variable is a multiple of, among those in use."""
    shares = [row[f"value_{arm}"] for row in records if row["variable"] == name for arm in ARMS]
    for unit in (0.25, 0.1, 0.05):
        if all(abs(share / unit - round(share / unit)) < 1e-6 for share in shares if share is not None):
            return unit
    return 0.01


# ---------------------------------------------------------------------------- what must not be found


def protected() -> dict[str, Member]:
    """Name every count that nobody may recover where it is 1 to k - 1, one for each arm and group."""
    groups: dict[str, Member] = {
        "all": lambda p: True,
        "a": lambda p: p.group == "a",
        "b": lambda p: p.group == "b",
        "c": lambda p: p.group == "c",
        "not a": lambda p: p.group != "a",
        "not b": lambda p: p.group != "b",
        "not c": lambda p: p.group != "c",
        "group unknown": lambda p: not p.group,
    }
    whats: dict[str, Member] = {
        "randomised": lambda p: True,
        "withdrew": lambda p: p.excluded == "withdrew",
        "died": lambda p: p.excluded == "died",
        "excluded": lambda p: bool(p.excluded),
        "without education": lambda p: not p.education,
    }
    for outcome in ("arrest", "violence"):
        whats |= {
            f"{outcome} not observed": lambda p, o=outcome: not p.excluded and not p.followed(o),
            f"lost for {outcome}": lambda p, o=outcome: not p.followed(o),
            f"followed for {outcome}": lambda p, o=outcome: p.followed(o),
            f"{outcome} not followed, without education": lambda p, o=outcome: (
                p.followed(o) and not p.education
            ),
        }
        for by in (180, YEAR) if outcome == "arrest" else (YEAR,):
            whats |= {
                f"{outcome} by {by}": lambda p, o=outcome, d=by: p.event(o, d),
                f"no {outcome} by {by}": lambda p, o=outcome, d=by: p.known(o, d) and not p.event(o, d),
                f"left before {by} ({outcome})": lambda p, o=outcome, d=by: p.left(o, d),
                f"{outcome} by {by}, without education": lambda p, o=outcome, d=by: (
                    p.event(o, d) and not p.education
                ),
            }
    whats["arrest after 180"] = lambda p: p.event("arrest", YEAR) and not p.event("arrest", 180)
    whats["arrest but no violence"] = lambda p: p.event("arrest", YEAR) and not p.event("violence", YEAR)
    return {
        f"{arm}: {what} in {group}": lambda p, a=arm, w=is_what, g=is_group: p.arm == a and w(p) and g(p)
        for arm in ARMS
        for group, is_group in groups.items()
        for what, is_what in whats.items()
    }


class Attack:
    """Bounds on counts of people from everything that was released."""

    def __init__(self, released: Findings, *, k: int = K, others: int = OTHER_WORLDS) -> None:
        read = list(facts(released, k=k))
        table = [[fact.weight(person) for person in TYPES] for fact in read]
        weights = csr_array(np.array(table).reshape(-1, len(TYPES)))
        low, high = (np.array([getattr(fact, end) for fact in read]) for end in ("low", "high"))
        exact = low == high
        self._exact, self._values = weights[exact], low[exact]
        upper, lower = np.isfinite(high) & ~exact, np.isfinite(low) & ~exact
        self._limits = csr_array(np.vstack([weights[upper].toarray(), -weights[lower].toarray()]))
        self._bounds = np.concatenate([high[upper], -low[lower]])
        self.weights, self.low, self.high = weights, low, high
        rng = np.random.default_rng(0)
        self._others = [self._solve(rng.normal(size=len(TYPES))).x for _ in range(others)]

    def is_doubtful(self, member: Member, people: list[Person]) -> bool:
        """Whether another world, equally consistent with the release, has another count: a quick no."""
        aim = np.array([float(member(person)) for person in TYPES])
        truth = sum(map(member, people))
        return any(abs(aim @ other - truth) >= 1 for other in self._others)

    def range(self, member: Member) -> tuple[float, float]:
        """The smallest and the largest number of people that are consistent with the release."""
        aim = np.array([float(member(person)) for person in TYPES])
        ends = [sign * float(self._solve(sign * aim).fun) for sign in (1, -1)]
        return ends[0], ends[1]

    def _solve(self, aim: np.ndarray) -> Any:
        solved = linprog(
            aim,
            A_eq=self._exact if len(self._values) else None,
            b_eq=self._values if len(self._values) else None,
            A_ub=self._limits if len(self._bounds) else None,
            b_ub=self._bounds if len(self._bounds) else None,
            bounds=(0, MOST_PEOPLE),
        )
        assert solved.status == 0, f"the release contradicts itself: {solved.message}"
        return solved

    def recovers(self, member: Member) -> int | None:
        """The count, if the release leaves only one whole number."""
        low, high = self.range(member)
        first, last = int(np.ceil(low - 1e-6)), int(np.floor(high + 1e-6))
        return first if first == last else None

    def require_true(self, people: list[Person]) -> None:
        """Every fact that the attacker reads must hold of the people: else the attack proves nothing."""
        counts = np.array([people.count(person) for person in TYPES], dtype=float)
        values = self.weights @ counts
        assert np.all(values >= self.low - 1e-6) and np.all(values <= self.high + 1e-6), [
            (index, self.low[index], values[index], self.high[index])
            for index in np.flatnonzero((values < self.low - 1e-6) | (values > self.high + 1e-6))
        ]


def leaks(released: Findings, people: list[Person], *, k: int = K) -> list[str]:
    """Name every protected count that the release gives away, with its value."""
    attack = Attack(released, k=k)
    attack.require_true(people)
    found = []
    for name, member in protected().items():
        truth = sum(map(member, people))
        if 0 < truth < k and not attack.is_doubtful(member, people) and attack.recovers(member) == truth:
            found.append(f"{name} = {truth}")
    return found + list(_whole_groups(attack, people))


def gives_away(released: Findings, people: list[Person], leak: str) -> bool:
    """Whether a release gives away one count, named as `leaks` names it."""
    attack = Attack(released, others=0)
    attack.require_true(people)
    name, _, truth = leak.partition(" = ")
    if not truth:
        return leak in _whole_groups(attack, people)
    member = protected()[name]
    return sum(map(member, people)) == int(truth) == attack.recovers(member)


def _whole_groups(attack: Attack, people: list[Person]) -> Iterator[str]:
    """Name every part of an arm of which it follows that all, or none, had the event."""
    for arm, group, outcome in product(ARMS, GROUPS[:3], ("arrest", "violence")):

        def member(p: Person, arm: str = arm, group: str = group, outcome: str = outcome) -> bool:
            return p.arm == arm and p.group == group and p.followed(outcome)

        people_in = [person for person in people if member(person)]
        with_event = sum(person.event(outcome, YEAR) for person in people_in)
        if people_in and with_event in (0, len(people_in)):
            odd = with_event == 0
            rest = attack.recovers(lambda p, m=member, o=outcome, odd=odd: m(p) and p.event(o, YEAR) == odd)
            if rest == 0 and attack.range(member)[0] > 0.5:
                yield f"{arm}: {'nobody' if odd else 'everybody'} in {group} has {outcome}"


MENU = [
    analysis("half_year", outcome=HALF_YEAR),
    on_time("half_year_mean", outcome=HALF_YEAR),
    on_time("mean"),
    analysis("complete", "sensitivity", **COMPLETE),
    analysis("violence", outcome="violence"),
    on_time("violence_mean", outcome="violence"),
    *(
        make(f"{name}_{group}", "exploratory", population=f"group_{group}", **keys)
        for group in ("a", "b", "c", "ab", "bc")
        for name, make, keys in (
            ("risk", analysis, {}),
            ("time", on_time, {}),
            ("violence", analysis, {"outcome": "violence"}),
            ("complete", analysis, COMPLETE),
        )
    ),
]
PRIMARIES = [
    analysis("primary", "primary"),
    on_time("primary", "primary"),
    analysis("primary", "primary", population="group_b"),
    analysis("primary", "primary", **COMPLETE),
    analysis("primary", "primary", outcome="violence"),
]


def draw_protocol(rng: np.random.Generator) -> Protocol:
    """Draw one primary analysis and a few others; half of the trials are stratified by group."""
    primary = PRIMARIES[int(rng.choice(len(PRIMARIES), p=(0.4, 0.3, 0.1, 0.1, 0.1)))]
    chosen = rng.choice(len(MENU), size=int(rng.integers(1, 9)), replace=False)
    parts: dict[str, Any] = {
        "planning": {"control_risk": 0.5, "assumed": "before_outcomes", "source": "Assumed."}
    }
    if rng.random() < 0.5:
        parts["design"] = {
            "allocation": {"scheme": "stratified_blocked", "strata": ["group"], "block_size": 4}
        }
    return protocol_of([primary, *(MENU[index] for index in sorted(chosen))], **parts)
