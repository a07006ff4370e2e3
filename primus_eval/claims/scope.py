"""Which findings a sentence is about, and how its numbers stand to those on each topic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from primus_eval.claims.amounts import Span
from primus_eval.claims.matching import ROLES, Asked, Match, relate
from primus_eval.claims.naming import Named
from primus_eval.claims.said import Claim, Interval
from primus_eval.findings import Finding, Findings
from primus_eval.wording.plain import risks_by_arm
from primus_eval.wording.subject import ASSIGNED

EXACT_ENOUGH = ("exact", "unheld")


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What findings are about: one outcome, one population, one stretch of time."""

    outcome: str
    population: str
    horizon_days: int | None
    from_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The numbers of a sentence, related to the findings on one topic."""

    topic: Topic
    rows: tuple[Finding, ...]
    matches: tuple[Match, ...]

    @property
    def is_found(self) -> bool:
        return all(match.relation in EXACT_ENOUGH for match in self.matches)

    @property
    def found(self) -> tuple[Finding, ...]:
        """Every finding that is written by one of the numbers: several may be written alike."""
        rows = [match.finding for match in self.matches if match.finding is not None]
        for match in self.matches:
            if match.relation == "exact" and match.field == "estimate":
                asked = Asked(quantity=match.quantity, arm=match.said_arm, is_event_free=match.is_event_free)
                rows += [row for row in self.rows if relate(asked, [row]).relation == "exact"]
        return tuple(dict.fromkeys(rows))

    @property
    def rank(self) -> tuple[int, ...]:
        cost = sum(match.rank[0] for match in self.matches if match.relation != "unheld")
        role = min(ROLES.index(row.role) for row in self.rows)
        matched = [match.rank[1] for match in self.matches if match.finding]
        return cost, int(self.topic.population != ASSIGNED), min(matched, default=role)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a sentence names, by its words or by options, and the findings that it is held against."""

    claim: Claim
    findings: Findings
    named: Named
    population: str | None
    outcome: str | None
    window: Span | None

    def topics(self, rows: Iterable[Finding]) -> list[Topic]:
        return list(dict.fromkeys(topic_of(row) for row in rows))

    @property
    def populations(self) -> frozenset[str]:
        return frozenset({self.population}) if self.population else self.named.people.populations

    @property
    def windows(self) -> tuple[Span, ...]:
        return (self.window,) if self.window else self.claim.windows

    def intervals_about(self, outcome: str) -> tuple[Interval, ...]:
        """The intervals that the sentence gives, without the range of the outcome's scale: from 0 to 100."""
        entries = self.findings.context["protocol"]["outcome"]
        scale = next((entry.get("scale") for entry in entries if entry["id"] == outcome), None)
        if not scale:
            return self.claim.intervals
        ends = (scale["lowest"], scale["highest"])
        return tuple(
            interval
            for interval in self.claim.intervals
            if not all(
                end.kind == "number" and not end.direction and value in end.span
                for end, value in zip((interval.low, interval.high), ends, strict=True)
            )
        )

    def is_named(self, topic: Topic) -> bool:
        return self.has_people(topic) and self.has_outcome(topic) and self.has_time(topic)

    def has_people(self, topic: Topic) -> bool:
        return not self.populations or topic.population in self.populations

    def has_outcome(self, topic: Topic) -> bool:
        if self.outcome:
            return topic.outcome == self.outcome
        protocol = self.findings.context["protocol"]
        entry = next(entry for entry in protocol["outcome"] if entry["id"] == topic.outcome)
        return self.named.counts(entry)

    def has_time(self, topic: Topic) -> bool:
        windows = self.windows
        if not windows or topic.horizon_days is None:
            return True
        if self.claim.is_about_a_part and not self.window and topic.from_days is None:
            return False
        days = [topic.horizon_days] + ([topic.from_days] if topic.from_days is not None else [])
        return all(any(span.low <= day <= span.high for span in windows) for day in days)

    def readings(self, topics: Iterable[Topic]) -> list[Reading]:
        """Return the sentence read of each topic that has an estimate, the best reading first."""
        readings = []
        for topic in topics:
            rows = tuple(
                row for row in self.findings.rows if topic_of(row) == topic and row.status == "estimated"
            )
            if rows:
                matches = self._related(rows)
                readings.append(Reading(topic=topic, rows=rows, matches=matches))
        return sorted(readings, key=lambda reading: reading.rank)

    def _related(self, rows: tuple[Finding, ...]) -> tuple[Match, ...]:
        """Relate every number; where all shares seem exchanged, an arm named at a distance does not count."""
        matches = tuple(relate(asked, rows) for asked in self._asked)
        shares = [match for match in matches if match.arm is not None]
        if len(shares) < 2 or any(match.relation != "wrong_arm" for match in shares):
            return matches
        own = tuple(relate(asked, rows) for asked in self._with_arms(only_own=True))
        return own if all(match.said_arm is None for match in own if match.arm is not None) else matches

    @property
    def _asked(self) -> list[Asked]:
        return self._with_arms()

    def _with_arms(self, *, only_own: bool = False) -> list[Asked]:
        """Return the numbers with their arms; of two shares, one without an arm has the other's other.

        only_own: an arm counts only where the clause of the number itself names it.
        """
        quantities = self.claim.quantities
        arms = [self.named.arms.arm_of(quantity, only_own=only_own) for quantity in quantities]
        for at in self.claim.pairs:
            arms[at - 1], arms[at] = "control", "treatment"
        shares = [at for at, quantity in enumerate(quantities) if quantity.kind in ("share", "count")]
        if len(shares) == 2:
            first, second = shares
            for one, other in ((first, second), (second, first)):
                if arms[one] is None and arms[other] is not None:
                    arms[one] = "control" if arms[other] == "treatment" else "treatment"
        return [
            Asked(
                quantity=quantity,
                arm=arm,
                is_event_free=self.named.is_event_free(quantity),
                own_arm=self.named.arms.arm_of(quantity, only_own=True),
            )
            for quantity, arm in zip(quantities, arms, strict=True)
        ]


def main_finding(reading: Reading, findings: Findings) -> Finding:
    """Return the finding whose sentence holds the numbers: a contrast rather than the share of an arm."""
    contrasts = sorted(
        (row for row in reading.rows if row.effect_measure == "risk_difference"),
        key=lambda row: ROLES.index(row.role),
    )
    ranked = sorted((m for m in reading.matches if m.finding is not None), key=lambda match: match.rank)
    if not ranked:
        return min(reading.rows, key=lambda row: (row.unit == "none", ROLES.index(row.role)))
    matched = next((m for m in ranked if m.arm is None and m.field in ("estimate", "")), ranked[0])
    finding = matched.finding
    if finding is None or (matched.arm is None and matched.field not in ("n", "n_treatment", "n_control")):
        return finding or reading.rows[0]
    for row in contrasts:
        risks = None if row.covariates else risks_by_arm(row, findings)
        if risks is not None:
            return row
    return contrasts[0] if contrasts else finding


def topic_of(row: Finding) -> Topic:
    return Topic(
        outcome=row.outcome,
        population=row.population,
        horizon_days=row.horizon_days,
        from_days=row.from_days,
    )
