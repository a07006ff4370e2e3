"""What the sentences of one report are about: people, arms, outcomes and populations in one language.

Reads the protocol as it stands in `Findings.context`, so that sentences can be made from findings alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from primus_eval.definitions import Reoffending
from primus_eval.findings import RANDOMISED_EARLY, Finding, Findings
from primus_eval.methods import METHODS_ON_TIME, ONE_ARM
from primus_eval.schema import text_in
from primus_eval.vocabulary import ArmRole
from primus_eval.wording import numbers
from primus_eval.wording.catalogue import Words, words_in
from primus_eval.wording.pieces import Quoted, Sentence, uncapitalised

ASSIGNED = "assigned"

EVENT_FREE_MEASURES = (
    "survival_difference",
    "restricted_mean_difference",
    "restricted_mean_ratio",
    "time_ratio",
    "quantile_difference",
)
"""Measures of not having the event: more of them is what a programme hopes for when events are bad."""


ORDERED_BY_PLAN = ("win_ratio", "common_odds_ratio")
"""Measures for which the plan says what is worse; of a ratio of wins more is better, of odds less."""

WITH_DIRECTION = ("", "events", "score", "weeks")
"""Quantities of which the outcome itself says which end is better."""

WITHIN_LIKE_PEOPLE = (
    "hazard_ratio",
    "cause_specific_hazard_ratio",
    "subdistribution_hazard_ratio",
    "time_ratio",
    "common_odds_ratio",
)
"""Ratios from a regression that hold among people alike in its covariates, and not for everybody."""


@dataclass(frozen=True)
class Subject:
    """Names of the things that sentences speak of."""

    words: Words
    protocol: Mapping[str, Any]
    excluded: tuple[str, ...] = ()
    """The reasons for which people were excluded after randomisation."""
    flow: Mapping[tuple[str, str], int | None] | None = None
    """People by stage and arm, None where a number is withheld; no flow at all where it is None."""

    @property
    def language(self) -> str:
        return self.words.language

    @property
    def study(self) -> Mapping[str, Any]:
        return self.protocol["study"]

    @property
    def time_unit(self) -> str:
        return str(self.study.get("report_unit", "days"))

    @property
    def is_registered(self) -> bool:
        return self.study.get("registration") is not None

    @property
    def is_registered_late(self) -> bool:
        """Whether the plan was registered after the records end, so that it cannot show that it came first.

        Where the protocol does not say to which day the records reach, nothing is known, and it is not.
        """
        registration, cutoff = self.study.get("registration"), self.protocol["data"].get("data_cutoff")
        if registration is None or cutoff is None:
            return False
        return date.fromisoformat(str(registration["registered_on"])) > date.fromisoformat(str(cutoff))

    @property
    def is_plan_shown_first(self) -> bool:
        """Whether a plan was registered, and not only after the records end."""
        return self.is_registered and not self.is_registered_late

    @property
    def allots_clusters(self) -> bool:
        """Whether whole groups of people were allotted, so that people are not independent."""
        return bool(self.protocol["design"]["allocation"]["scheme"] == "cluster")

    @property
    def is_simulated(self) -> bool:
        return bool(self.study.get("simulated", False))

    @cached_property
    def people(self) -> Quoted:
        return self.quote(self.study.get("people") or {"en": self.words.entries["people"]})

    def quote(self, text: Mapping[str, str] | str) -> Quoted:
        """Return a text of the protocol in the report's language."""
        return Quoted(label_in(text, self.language))

    def stated(self, stored: str, *declared: Mapping[str, str] | str) -> Quoted:
        """Return a text that findings hold in English, in the report's language where one declared is it."""
        return next((self.quote(text) for text in declared if label_in(text, "en") == stored), Quoted(stored))

    def day(self, stored: object) -> Quoted:
        """Return a date of the protocol as the report's language writes it; what is none as it stands."""
        try:
            return Quoted(numbers.day(date.fromisoformat(str(stored)), self.language))
        except ValueError:
            return Quoted(str(stored))

    def arm(self, role: ArmRole) -> Quoted:
        return next(self.quote(arm["label"]) for arm in self.protocol["arm"] if arm["role"] == role)

    def outcome(self, id: str) -> Mapping[str, Any]:
        return _of_id(self.protocol["outcome"], id)

    def rules(self, id: str) -> Reoffending | None:
        """Return the rules by which an outcome was counted; None for one that came already measured."""
        rules = self.outcome(id).get("reoffending")
        return None if rules is None else Reoffending.model_validate(rules)

    def truth(self, analysis: str) -> Mapping[str, Any] | None:
        """Return what is true of an analysis of a simulated trial, with its source; None where nothing is."""
        entries = self.protocol.get("truth", ()) if self.is_simulated else ()
        return next((entry for entry in entries if entry["analysis"] == analysis), None)

    def outcome_label(self, id: str) -> Sentence:
        """Return the outcome as a noun phrase that says that it is recorded; a score of a scale is not."""
        label = self.quote(self.outcome(id)["label"])
        return (label,) if self.outcome(id).get("scale") else self._as_recorded(label)

    def people_with(self, id: str) -> Sentence:
        """Return what is said of people who had the outcome, saying that it is recorded."""
        return self._as_recorded(self.quote(self.outcome(id)["people_with"]))

    def population(self, id: str) -> Sentence:
        """Return whom a finding is about, such as: all men randomised; it says where some were excluded."""
        if id != ASSIGNED:
            return (self.who(id),)
        if self.excluded:
            return self.words.say("population.assigned_but_excluded", people=self.people)
        return self.randomised()

    def population_of(self, *findings: Finding) -> Sentence:
        """Return whom findings on one population are about: everyone only where everyone was analysed.

        Complete cases, people left out and findings that were not estimated are no longer everyone.
        """
        if findings[0].population != ASSIGNED:
            return (self.who(findings[0].population),)
        if self.flow is None or all(map(self._analyses_all_followed, findings)):
            return self.population(ASSIGNED)
        is_early = any(RANDOMISED_EARLY in finding.warnings for finding in findings)
        part = "assigned_early" if is_early else "assigned_in_part"
        return self.words.say(f"population.{part}", people=self.people)

    def _analyses_all_followed(self, finding: Finding) -> bool:
        """Whether a finding rests on everyone but those excluded after randomisation."""
        flow = self.flow or {}
        analysed = {"treatment": finding.n_treatment, "control": finding.n_control}
        return all(n is not None and n == flow.get(("followed", arm)) for arm, n in analysed.items())

    def randomised(self) -> Sentence:
        """Return everyone randomised, also those who were excluded afterwards."""
        return self.words.say("population.assigned", people=self.people)

    def who(self, id: str) -> Quoted:
        """Return the people of a population as a plural noun phrase; its id where it has no label."""
        if id == ASSIGNED:
            return self.people
        declared = self.protocol.get("population", ())
        return self.quote(next((entry["label"] for entry in declared if entry["id"] == id), id))

    def column(self, name: str, stored: str = "") -> Sentence:
        """Return the label of a column of the file, or of prior offending, which is counted from events.

        One that is not declared as it is stored.
        """
        columns = self.protocol["data"]["participants"]["columns"]
        counted = {entry["id"]: entry for entry in self.protocol.get("prior_offending", ())}
        column = columns.get(name) or counted.get(name)
        return (self.quote(column["label"]) if column else Quoted(stored or name),)

    def column_in_sentence(self, name: str) -> Sentence:
        """Return the label of a column as it stands inside a sentence."""
        return tuple(
            Quoted(uncapitalised(piece.text)) if isinstance(piece, Quoted) else piece
            for piece in self.column(name)
        )

    def level(self, name: str, code: str, stored: str = "") -> Quoted:
        """Return the label of a level of a column; one that is not declared as it is stored."""
        levels = self.protocol["data"]["participants"]["columns"].get(name, {}).get("levels") or {}
        return self.quote(levels.get(code, stored or code))

    def unit_of(self, name: str, stored: str) -> Quoted:
        """Return the unit of a column; one that is not declared as it is stored."""
        column = self.protocol["data"]["participants"]["columns"].get(name) or {}
        return self.quote(column.get("unit") or stored)

    def reason_in_flow(self, reason: str, stored: str) -> str:
        """Return why people left the flow: in our words where it is our reason, else as it is labelled."""
        key = f"flow.reason.{reason}"
        return self.words.text(key) if key in self.words else self.stated(stored, *self._reasons()).text

    def _reasons(self) -> list[Mapping[str, str] | str]:
        """Return what the protocol says of why people were not randomised, or excluded afterwards."""
        participants = self.protocol["data"]["participants"]
        excluded = participants["columns"].get(participants.get("excluded")) or {}
        not_randomised = self.protocol["design"].get("not_randomised") or ()
        return [*(item["reason"] for item in not_randomised), *(excluded.get("levels") or {}).values()]

    def seriousness(self, analysis: str, stored: str) -> Quoted:
        """Return the label of a level of seriousness."""
        asked = self.analysis(analysis)
        declared = asked.get("seriousness") or {}
        labels = list(declared.get("labels", ()))
        if asked and not labels:
            scale = self.outcome(asked["outcome"]).get("scale") or {}
            labels = [*(scale.get("levels") or {}).values()]
            labels += [scale["custody"]["label"]] if scale.get("custody") else []
        return self.stated(stored, *labels)

    def offence_class(self, name: str) -> str:
        """Return what a class of offences is called, where one code of the data means it."""
        events = self.protocol["data"].get("events") or {}
        coded = events.get("offence_class") or {}
        levels = (events.get("columns", {}).get(coded.get("column")) or {}).get("levels") or {}
        codes = [code for code, meaning in (coded.get("codes") or {}).items() if meaning == name] or [name]
        return self.quote(levels[codes[0]]).text if len(codes) == 1 and codes[0] in levels else name

    def analysis(self, id: str) -> Mapping[str, Any]:
        """Return an analysis of the protocol; nothing for one that the protocol does not hold."""
        return next((entry for entry in self.protocol["analysis"] if entry["id"] == id), {})

    def method(self, finding: Finding) -> Sentence:
        """Name the method of a finding, with the choices by which its analysis differs from the usual."""
        name = self.words.say(f"method.{finding.method}")
        options = self._options(finding)
        if not options:
            return name
        return self.words.say("option.with", method=name, options=self.words.listed(options))

    def asks(self, finding: Finding) -> Sentence:
        """Say what a finding's method asks of the data: why defensible methods differ."""
        special = f"asks_of.{finding.effect_measure}.{finding.method}"
        asks = self.words.say(special if special in self.words else f"asks.{finding.method}")
        return self.words.say("asks.adjusting", asks=asks) if finding.covariates else asks

    def _options(self, finding: Finding) -> list[Sentence]:
        analysis = self.analysis(finding.analysis)
        options = []
        if analysis.get("strata"):
            names = self.words.listed([self.column_in_sentence(name) for name in analysis["strata"]])
            options.append(self.words.say("option.strata", names=names))
        if finding.covariates and analysis.get("missing_covariates") == "complete_cases":
            options.append(self.words.say("option.complete_cases"))
        if self.is_at_liberty(finding):
            options.append(self.words.say("option.at_liberty"))
        incomplete = analysis.get("incomplete_followup", "refuse")
        if incomplete != "refuse" and finding.method not in METHODS_ON_TIME:
            options.append(self.words.say(f"option.{incomplete}"))
        return options

    def is_at_liberty(self, finding: Finding) -> bool:
        """Whether a finding counts the days at liberty only."""
        return bool(self.analysis(finding.analysis).get("exposure") == "at_liberty")

    def favours(self, finding: Finding) -> ArmRole | None:
        """Return the arm that an estimate favours, given which direction of the outcome is better.

        None where there is no estimate, no difference, no randomised comparison, or the measure has no
        direction of its own. The sign
        of a number needed says itself which arm fares better.
        """
        if finding.estimate is not None and finding.effect_measure == "number_needed_to_treat":
            return "treatment" if finding.estimate > 0 else "control"
        if finding.estimate is None or finding.unit in ("people", "none") or finding.conditional:
            return None
        if finding.effect_measure in ORDERED_BY_PLAN:
            return _by_declared_order(finding)
        if finding.effect_measure in ONE_ARM or finding.quantity not in WITH_DIRECTION:
            return None
        excess = finding.estimate - null_of(finding)
        if finding.effect_measure in EVENT_FREE_MEASURES:
            excess = -excess
        if excess == 0:
            return None
        lower_is_better = self.outcome(finding.outcome).get("better", "lower") == "lower"
        return "treatment" if (excess < 0) == lower_is_better else "control"

    def is_extended(self, outcome: str) -> bool:
        """Whether an outcome is one of the declared horizons after the primary one."""
        declared = list((self.protocol.get("long_term") or {}).get("outcomes", ()))
        primary = [item["outcome"] for item in self.protocol["analysis"] if item.get("role") == "primary"]
        if outcome not in declared or not set(primary) & set(declared):
            return False
        return declared.index(outcome) > declared.index(primary[0])

    def role(self, finding: Finding) -> Sentence:
        """Name the role of a finding in the plan, and say where it is extended follow-up."""
        role = self.words.say(f"role.{finding.role}")
        return self.words.say("long_term.role", role=role) if self.is_extended(finding.outcome) else role

    def is_about_the_window(self, finding: Finding) -> bool:
        """Whether a finding is about the whole window of its outcome, and not about a part of it."""
        whole = self.outcome(finding.outcome).get("horizon_days")
        return finding.from_days is None and finding.horizon_days in (None, whole)

    def outcome_of(self, finding: Finding) -> Sentence:
        """Return the outcome of a finding as a noun phrase; for a part of the window, an event."""
        if self.is_about_the_window(finding):
            return self.outcome_label(finding.outcome)
        return self.words.say("part.outcome")

    def people_with_it(self, finding: Finding) -> Sentence:
        """Return what is said of people who had what a finding is about."""
        if self.is_about_the_window(finding):
            return self.people_with(finding.outcome)
        return self.words.say("part.people_with")

    def _as_recorded(self, phrase: Quoted) -> Sentence:
        if self.words.entries["recorded.marker"] in phrase.text.casefold():
            return (phrase,)
        return self.words.say("recorded.added", phrase=phrase)


def subject_of(findings: Findings, *, language: str = "en") -> Subject:
    """Return the names that sentences about these findings use."""
    subject = Subject(words_in(language), findings.context["protocol"], flow=_stages(findings))
    return replace(subject, excluded=_exclusions(findings, subject))


def label_in(text: Mapping[str, str] | str, language: str) -> str:
    """Return a text of a protocol in a language; a plain string is in one language only."""
    return text if isinstance(text, str) else text_in(dict(text), language)


def _exclusions(findings: Findings, subject: Subject) -> tuple[str, ...]:
    """Return the reasons for which people were excluded after randomisation; a withheld number counts."""
    reasons = (
        subject.reason_in_flow(str(record["reason"]), str(record["label"]))
        for flow in findings.exhibits_of("flow")
        for record in flow.records()
        if record["stage"] == "excluded" and record["n"] != 0
    )
    return tuple(dict.fromkeys(reasons))


def _stages(findings: Findings) -> dict[tuple[str, str], int | None] | None:
    """Return how many people of each arm were at each stage of the flow."""
    flow = next((flow for flow in findings.exhibits_of("flow") if flow.status == "estimated"), None)
    if flow is None:
        return None if not findings.exhibits_of("flow") else {}
    return {
        (str(record["stage"]), str(record["arm"])): n if isinstance(n := record["n"], int) else None
        for record in flow.records()
        if not record["reason"]
    }


def _by_declared_order(finding: Finding) -> ArmRole | None:
    """Return the arm that fares better by an order of outcomes from the plan; None where there is none."""
    if finding.estimate is None or finding.estimate == 1.0:
        return None
    more_is_better = finding.effect_measure == "win_ratio"
    return "treatment" if (finding.estimate > 1) == more_is_better else "control"


def null_of(finding: Finding) -> float:
    """Return the value of no difference on the measure's own scale: one for ratios, else zero."""
    return 1.0 if finding.unit == "ratio" else 0.0


def conditions_on(finding: Finding, subject: Subject) -> tuple[str, ...]:
    """Return the columns within which a ratio compares alike people; none where it is about everybody.

    A ratio of odds or rates from a regression holds among people alike in its covariates and strata. It
    differs from the ratio for everybody even in a randomised trial (it is not collapsible).
    """
    if finding.method != "logistic" and finding.effect_measure not in WITHIN_LIKE_PEOPLE:
        return ()
    return (*finding.covariates, *subject.analysis(finding.analysis).get("strata", ()))


def includes_no_difference(finding: Finding) -> bool | None:
    """Return whether the interval holds the value of no difference; None where there is no interval."""
    if finding.conf_low is None or finding.conf_high is None:
        return None
    return finding.conf_low <= null_of(finding) <= finding.conf_high


def _of_id(entries: Any, id: str) -> Mapping[str, Any]:
    found = next((entry for entry in entries if entry["id"] == id), None)
    if found is None:
        raise KeyError(id)
    entry: Mapping[str, Any] = found
    return entry
