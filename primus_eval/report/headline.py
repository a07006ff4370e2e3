"""The headline of both pages: the primary result in people of 100, as dots and as a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from primus_eval.findings import Finding
from primus_eval.report.analysed import analysed_of, followed_for_less, leaves_out_early
from primus_eval.report.page import Page
from primus_eval.vocabulary import ArmRole
from primus_eval.wording import numbers
from primus_eval.wording.pieces import Number, Quoted, Sentence, capitalised, joined
from primus_eval.wording.plain import end_in_100, plain_estimate, risks_by_arm
from primus_eval.wording.quantities import POINT_MEASURES, count_number
from primus_eval.wording.sentences import (
    absent_sentence,
    favours_sentence,
    late_registration_sentence,
    measure,
    registration_sentence,
    unit_name,
)
from primus_eval.wording.subject import ASSIGNED
from primus_eval.wording.truth import plain_truth_sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmRisk:
    """People of 100 in one arm; `dots` of a hundred are drawn full."""

    role: ArmRole
    label: Sentence
    number: Number
    dots: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The primary result at a glance. `figure` is empty where there is no number to show."""

    kicker: Sentence
    sentence: Sentence
    arms: tuple[ArmRisk, ...] = ()
    figure: Sentence = ()
    figure_unit: Sentence = ()
    interval: Sentence = ()
    people: Sentence = ()
    analysed: Sentence = ()
    caveat: Sentence = ()
    truth: Sentence = ()


def headline_of(page: Page) -> Headline:
    """Draw up the headline from the primary finding, or say why there is none."""
    primary = page.primary
    if primary is None:
        return Headline(kicker=page.say("headline.kicker_none"), sentence=page.say("primary.none"))
    kicker = page.say(
        "headline.kicker",
        role=capitalised(page.say(f"role.{primary.role}")),
        population=page.subject.population_of(primary),
    )
    caveat = _caveat(page)
    truth = plain_truth_sentence(primary, page.subject)
    if primary.status != "estimated":
        return Headline(
            kicker=kicker, sentence=absent_sentence(primary, page.subject), caveat=caveat, truth=truth
        )
    return Headline(
        kicker=kicker,
        sentence=_sentence(page, primary),
        arms=_arms(page, primary),
        figure=_figure(page, primary),
        figure_unit=_figure_unit(page, primary),
        interval=_interval(page, primary),
        people=page.say("headline.of_100", people_with=page.subject.people_with(primary.outcome)),
        analysed=_analysed(page, primary),
        caveat=caveat,
        truth=truth,
    )


def _caveat(page: Page) -> Sentence:
    """Say that nothing was registered, or only after the records end; nothing where a plan came first."""
    if page.subject.is_registered:
        return late_registration_sentence(page.subject)
    return registration_sentence(page.subject)


def _sentence(page: Page, primary: Finding) -> Sentence:
    """Say the result in plain words, and which arm it favours where those words do not."""
    plain = plain_estimate(primary, page.subject, page.findings)
    if primary.effect_measure == "number_needed_to_treat":
        return plain
    return joined([plain, favours_sentence(primary, page.subject)])


def _analysed(page: Page, primary: Finding) -> Sentence:
    """Say how many people the primary result is about, and who was left out after randomisation."""
    sentences: list[Sentence] = []
    if primary.n_treatment is not None and primary.n_control is not None:
        everybody = range(primary.n_treatment + primary.n_control)
        said = page.say(
            "headline.analysed",
            people=page.subject.who(primary.population),
            n=count_number(everybody, "people_analysed", language=page.subject.language),
            n_treatment=page.own(primary, "n_treatment"),
            n_control=page.own(primary, "n_control"),
            treatment=page.subject.arm("treatment"),
            control=page.subject.arm("control"),
        )
        sentences.append(capitalised(said))
    analysed = analysed_of(page)
    if analysed.extent == "some" and primary.population == ASSIGNED:
        sentences.append(page.say("headline.analysed_of", **analysed.numbers))
    if page.subject.excluded:
        sentences.append(page.say("headline.left_out", reasons=excluded_because(page)))
    if leaves_out_early(page, primary) and followed_for_less(page) is not False:
        sentences.append(page.say("headline.left_out_early"))
    return joined(sentences)


def excluded_because(page: Page) -> Sentence:
    """List the reasons for which people were excluded after randomisation."""
    semicolon = page.subject.words.entries["list.semicolon"]
    return joined([(Quoted(reason),) for reason in page.subject.excluded], semicolon)


def _arms(page: Page, primary: Finding) -> tuple[ArmRisk, ...]:
    risks = risks_by_arm(primary, page.findings) if primary.effect_measure == "risk_difference" else None
    if not risks or primary.covariates:
        return ()
    return tuple(
        ArmRisk(
            role=role,
            label=capitalised((page.subject.arm(role),)),
            number=page.own(risk, "estimate", "of_100"),
            dots=int(numbers.decimal(100 * (risk.estimate or 0.0), 0)),
        )
        for role, risk in risks.items()
    )


def _figure(page: Page, primary: Finding) -> Sentence:
    if primary.effect_measure in POINT_MEASURES:
        return (page.own(primary, "estimate", "fewer_of_100"),)
    return (page.own(primary, "estimate"),)


def _figure_unit(page: Page, primary: Finding) -> Sentence:
    if primary.effect_measure in POINT_MEASURES:
        estimate = primary.estimate or 0.0
        return page.say(f"headline.{'fewer_' if estimate < 0 else 'more_' if estimate else ''}in_100")
    return unit_name(primary, page.subject) or measure(primary, page.subject)


def _interval(page: Page, primary: Finding) -> Sentence:
    if primary.conf_low is None:
        return ()
    level = page.own(primary, "conf_level")
    if primary.effect_measure in POINT_MEASURES:
        low = end_in_100(primary, "conf_low", page.subject)
        high = end_in_100(primary, "conf_high", page.subject)
    else:
        low, high = (page.own(primary, "conf_low"),), (page.own(primary, "conf_high"),)
    return joined([page.say("headline.interval", level=level, low=low, high=high)])
