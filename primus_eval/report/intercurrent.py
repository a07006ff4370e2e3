"""What becomes of whatever happens between randomisation and the outcome: one strategy for each kind.

The rules of an outcome and the method decide it together. Each strategy is said in words, under the name
that the guideline on estimands gives it.

Source: ICH E9(R1) (2019): treatment policy, hypothetical, composite, while on treatment and principal stratum
are its names; which of them our rules come to is our reading.
Checked: tests/report/test_estimand.py compares what is said of a method with how its estimator is guarded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from primus_eval.definitions import Reoffending
from primus_eval.definitions.model import STATUS_RULES
from primus_eval.findings import Finding
from primus_eval.methods import ABOUT
from primus_eval.report.page import Page
from primus_eval.wording.pieces import Quoted, Sentence, capitalised, joined, plain_text

AMONG_THOSE_THERE = (
    "cox",
    "cox_robust",
    "cox_cluster",
    "cox_firth",
    "cox_bootstrap",
    "cox_periods",
    "cox_landmark",
    "cox_time_varying",
    "logrank",
    "stratified_logrank",
    "weighted_logrank",
    "andersen_gill",
    "pwp_total_time",
    "pwp_gap_time",
    "poisson",
    "poisson_robust",
    "quasi_poisson",
    "negative_binomial",
    "person_time",
)
"""Methods on rates: whoever died or left counts until then, and rates are those of people still there."""

TAKES_NONE = (
    "kaplan_meier",
    "greenwood",
    "cox_standardised",
    "weibull",
    "lognormal",
    "loglogistic",
    "kaplan_meier_bootstrap",
    "mean_cumulative_function",
)
"""Methods that would take those who died or left to be like the others, and give no estimate instead."""

WITHIN_ALIKE = (
    *AMONG_THOSE_THERE,
    "cox_standardised",
    "weibull",
    "lognormal",
    "loglogistic",
)
"""Methods that take whoever leaves to be like those still followed with the same covariates and stratum."""

UNKNOWN = ("outcome_not_observed", "not_linked", "not_mature", "followup_ended_early")
"""Reasons for which people are left out because their outcome is not known: missing data, no event."""

Reading = Literal["share", "rate", "refused", "pairs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of an estimand: its name, what it is called, and what it comes to."""

    name: str
    header: Sentence
    words: Sentence

    @property
    def said(self) -> tuple[str, str]:
        """The part as text: two estimands are the same where they say the same."""
        return plain_text(self.header), plain_text(self.words)


def intercurrent_parts(page: Page, finding: Finding) -> Iterator[Part]:
    """Say what becomes of each thing that may happen in between."""
    rules = page.subject.rules(finding.outcome)
    is_score = _is_score(page, finding)
    if is_score:
        yield from _of_scores(page, finding)
    elif rules is None:
        yield _part(page, "measured", "measured")
    else:
        yield _part(page, "custody", f"custody.{_custody(page, finding, rules)}")
        returns = "composite" if "technical_return" in rules.kinds else "policy"
        yield _part(page, "technical_return", f"technical_return.{returns}")
        yield from _leaving(page, finding, rules)
    yield _part(page, "uptake", "uptake")
    if not is_score:
        yield _part(page, "ends_early", f"ends_early.{unobserved(page, finding)}")
    yield from _left_out(page)
    if finding.conditional:
        yield _part(page, "chosen", "chosen")


def _is_score(page: Page, finding: Finding) -> bool:
    outcome = page.subject.outcome(finding.outcome)
    return bool(outcome.get("scale") or outcome.get("register_weeks"))


def _of_scores(page: Page, finding: Finding) -> Iterator[Part]:
    """Say what becomes of custody, death and absence where the outcome is a score, or a number of weeks."""
    scale = page.subject.outcome(finding.outcome).get("scale")
    if not scale:
        yield _part(page, "score_custody", "scores.custody.weeks")
        yield _part(page, "weeks_gone", "scores.gone")
        return
    custody = "assessed" if "custody" in scale["places"] else "left_out"
    yield _part(page, "score_custody", f"scores.custody.{'level' if scale.get('custody') else custody}")
    yield _part(page, "score_death", "scores.death")
    waves = "all_waves" if finding.method == "mixed_model" else "one_wave"
    yield _part(page, "score_missing", f"scores.missing.{waves}")


def _left_out(page: Page) -> Iterator[Part]:
    """Say what becomes of those left out after randomisation: something happened, or nothing is known."""
    semicolon = page.subject.words.entries["list.semicolon"]
    of_unknown = {page.subject.reason_in_flow(reason, "") for reason in UNKNOWN}
    unknown: list[Sentence] = [(Quoted(reason),) for reason in page.subject.excluded if reason in of_unknown]
    happened: list[Sentence] = [
        (Quoted(reason),) for reason in page.subject.excluded if reason not in of_unknown
    ]
    if happened:
        yield _part(page, "left_out", "left_out", reasons=joined(happened, semicolon))
    if unknown:
        yield _part(page, "unknown", "unknown", reasons=joined(unknown, semicolon))


def _part(page: Page, name: str, key: str, **places: Sentence) -> Part:
    header = page.say(f"estimand_rule.event.{name}")
    return Part(name=name, header=header, words=page.say(f"estimand_rule.{key}", **places))


def _custody(page: Page, finding: Finding, rules: Reoffending) -> str:
    if quantity_of(page, finding) == "custody_days":
        return "counted"
    if page.subject.is_at_liberty(finding):
        return "at_liberty"
    if rules.custody == "street":
        return "street"
    return "calendar" if rules.offences_in_custody == "count" else "calendar_without_offences"


def _leaving(page: Page, finding: Finding, rules: Reoffending) -> Iterator[Part]:
    """Say what becomes of those who die or leave, kinds in a row with the same strategy together."""
    if page.protocol["data"].get("status") is None:
        yield Part(
            name="leaving",
            header=_kinds(page, list(STATUS_RULES)),
            words=page.say("estimand_rule.leaving.not_delivered"),
        )
        return
    for key, kinds in groupby(STATUS_RULES, key=lambda kind: _strategy(page, finding, rules, kind)):
        yield Part(
            name="leaving", header=_kinds(page, list(kinds)), words=page.say(f"estimand_rule.leaving.{key}")
        )


def _kinds(page: Page, kinds: list[str]) -> Sentence:
    names = [page.say(f"estimand_rule.event.{kind}") for kind in kinds]
    return capitalised(page.subject.words.listed(names))


def _strategy(page: Page, finding: Finding, rules: Reoffending, kind: str) -> str:
    rule = str(getattr(rules, kind))
    if rule == "exclude":
        return "exclude"
    reading = reading_of(finding)
    if reading == "pairs":
        priorities = page.subject.analysis(finding.analysis).get("priorities", ())
        ranked = kind == "death" and any(entry["by"] == "death" for entry in priorities)
        return "composite" if ranked else f"{rule}_pairs"
    if rule == "compete":
        return f"compete_{reading}"
    return f"censor_{unobserved(page, finding)}"


def reading_of(finding: Finding) -> Reading:
    """Say how a method reads a person whom a competing event took.

    "share": had no event, and stays among those compared. "rate": counts until then. "refused": the method
    gives no estimate where such events may occur. "pairs": people are compared two by two.
    """
    if finding.method == "u_statistic":
        return "pairs"
    if finding.method in AMONG_THOSE_THERE:
        return "rate"
    time_free = (finding.effect_measure, finding.method) == (
        "restricted_mean_difference",
        "pseudo_observations",
    )
    return "refused" if finding.method in TAKES_NONE or time_free else "share"


def unobserved(page: Page, finding: Finding) -> str:
    """Return what happens to people whose follow-up ended before the window did."""
    if finding.method == "u_statistic":
        return "pairs"
    about = ABOUT[finding.method]
    if about.on_time:
        strata = page.subject.analysis(finding.analysis).get("strata")
        alike = finding.method in WITHIN_ALIKE and (finding.covariates or strata)
        return "on_time_alike" if alike else "on_time"
    declared = page.subject.analysis(finding.analysis).get("incomplete_followup", "refuse")
    if declared == "as_event_free" and about.reads == "quantity":
        return "until_then"
    return str(declared)


def quantity_of(page: Page, finding: Finding) -> str:
    """Return what is added up for each person; events where nothing else is."""
    analysis = page.subject.analysis(finding.analysis)
    seriousness = analysis.get("seriousness") or {}
    return str(finding.quantity or analysis.get("quantity") or seriousness.get("quantity") or "events")
