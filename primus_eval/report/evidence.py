"""The evidence behind an outcome evaluation as a checklist in words: what is documented, partly, or not.

Made from the protocol and the findings alone. It is no score: it lies beside the score that a named
assessor gives, and says where the two do not go together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from primus_eval.appraisal import NOT_SCORED, Appraisal
from primus_eval.findings import Exhibit, Finding
from primus_eval.report.analysed import ARMS, analysed_of, followed_for_less, leaves_out_early, stage_number
from primus_eval.report.headline import excluded_because
from primus_eval.report.page import Page
from primus_eval.report.sections.certainty import ends_close
from primus_eval.vocabulary import EvidenceState
from primus_eval.wording.pieces import Quoted, Sentence, capitalised, joined
from primus_eval.wording.plain import changed_in_100, end_in_100
from primus_eval.wording.quantities import POINT_MEASURES
from primus_eval.wording.sentences import late_registration_sentence, measure, unit
from primus_eval.wording.subject import ASSIGNED, includes_no_difference

HIGH_SCORE = 4
LOW_SCORE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One item of the checklist."""

    name: str
    title: Sentence
    state: EvidenceState
    words: Sentence


def outcome_evidence(page: Page) -> tuple[Evidence, ...]:
    """Lay out what is known of how the outcome was evaluated."""
    answers = {
        "design": _design(page),
        "concealment": _stated(page, "concealment", page.protocol["design"].get("concealment")),
        "masking": _stated(page, "masking", page.protocol["design"].get("masking")),
        "intention_to_treat": _intention_to_treat(page),
        "attrition": _attrition(page),
        "follow_up": _follow_up(page),
        "registration": _registration(page),
        "precision": _precision(page),
        "multiplicity": _multiplicity(page),
        "implementer": _stated(page, "implementer", page.subject.study.get("implementer_role")),
    }
    return tuple(
        Evidence(name=name, title=page.say(f"evidence.{name}.title"), state=state, words=words)
        for name, (state, words) in answers.items()
    )


def contradictions(page: Page, appraisal: Appraisal | None) -> tuple[Sentence, ...]:
    """Point out where the assessor's outcome score does not sit well with the evidence."""
    if appraisal is None or appraisal.criteria.outcome_evaluation.score == NOT_SCORED:
        return ()
    score = int(appraisal.criteria.outcome_evaluation.score)
    if score >= HIGH_SCORE:
        reasons = list(_against_a_high_score(page))
        key = "contradiction.high"
    elif score <= LOW_SCORE:
        reasons = list(_against_a_low_score(page))
        key = "contradiction.low"
    else:
        return ()
    given = Quoted(str(score))
    return (page.say(key, score=given, reasons=page.subject.words.listed(reasons)),) if reasons else ()


Answer = tuple[EvidenceState, Sentence]


def _design(page: Page) -> Answer:
    scheme = str(page.protocol["design"]["allocation"]["scheme"])
    if scheme == "not_documented":
        return "partly", page.say("evidence.design.not_documented")
    return "reported", page.say("evidence.design.reported", scheme=page.say(f"plain_scheme.{scheme}"))


def _stated(page: Page, name: str, text: object) -> Answer:
    """Quote what the protocol says of an item, or say that it says nothing."""
    if not text:
        return "not_reported", page.say(f"evidence.{name}.not_reported")
    return "reported", (page.subject.quote(text),)  # type: ignore[arg-type]


def _intention_to_treat(page: Page) -> Answer:
    primary = page.primary
    if primary is None:
        return "not_reported", page.say("evidence.intention_to_treat.not_reported")
    if primary.population != ASSIGNED:
        population = page.subject.population(primary.population)
        return "partly", page.say("evidence.intention_to_treat.part", population=population)
    analysed = analysed_of(page)
    if analysed.extent == "everyone":
        return "reported", page.say("evidence.intention_to_treat.reported")
    said = page.say(f"evidence.intention_to_treat.{analysed.extent}", **analysed.numbers)
    left_out: list[Sentence] = []
    if page.subject.excluded:
        left_out.append(page.say("evidence.intention_to_treat.excluded", reasons=excluded_because(page)))
    if leaves_out_early(page, primary) and followed_for_less(page) is not False:
        left_out.append(page.say("evidence.intention_to_treat.left_out_early"))
    return "partly", joined([said, *left_out])


def _attrition(page: Page) -> Answer:
    flow = page.exhibit("flow")
    if flow is None or not page.has(flow):
        return "not_reported", page.say("evidence.attrition.not_reported")
    analysed = analysed_of(page)
    if analysed.extent == "not_estimated":
        return "partly", page.say("evidence.attrition.not_estimated")
    if analysed.extent == "unknown":
        return "partly", page.say("evidence.attrition.withheld")
    key = "none" if analysed.extent == "everyone" else "some"
    said = page.say(f"evidence.attrition.{key}", **analysed.numbers)
    # Files cannot tell of everybody who died, moved away or was not found, so that even "none" is partial.
    return "partly", joined([said, _followed(page, flow), *_unseen(page)])


def _unseen(page: Page) -> list[Sentence]:
    """Say which losses the data cannot show."""
    if page.primary is None or page.subject.rules(page.primary.outcome) is None:
        return [page.say("evidence.attrition.observed")]
    data = page.protocol["data"]
    return [
        *([page.say("evidence.attrition.no_status")] if data.get("status") is None else []),
        *([page.say("evidence.attrition.not_linked")] if data["participants"].get("linked") else []),
    ]


def _followed(page: Page, flow: Exhibit) -> Sentence:
    """Say how many were followed for less than the window; nothing where nobody was."""
    less = followed_for_less(page)
    if less is None:
        return page.say("evidence.attrition.followed_unknown")
    if not less:
        return ()
    known = {f"known_{arm}": stage_number(page, flow, "followed_to_horizon", arm) for arm in ARMS}
    return page.say("evidence.attrition.followed_less", **known)


def _follow_up(page: Page) -> Answer:
    if page.primary is None or page.primary.horizon_days is None:
        return "not_reported", page.say("evidence.follow_up.not_reported")
    horizon = page.own(page.primary, "horizon_days")
    outcome = page.subject.outcome(page.primary.outcome)
    return "reported", page.say(
        "evidence.follow_up.reported",
        horizon=horizon,
        unit=page.say(f"unit.{page.subject.time_unit}"),
        start=page.say(f"clock.{outcome['clock_start']}"),
    )


def _registration(page: Page) -> Answer:
    registration = page.subject.study.get("registration")
    if registration is None:
        return "not_reported", page.say("registration.short_none")
    said = page.say(
        f"evidence.registration.{'simulated' if page.subject.is_simulated else 'reported'}",
        register=page.subject.quote(registration["register_name"]),
        identifier=page.subject.quote(registration["identifier"]),
    )
    if page.subject.is_registered_late:
        return "partly", joined([said, late_registration_sentence(page.subject)])
    return "reported", said


def _precision(page: Page) -> Answer:
    primary = page.primary
    if primary is None or primary.conf_low is None:
        return "not_applicable", page.say("evidence.precision.not_reported")
    key = place_of_no_difference(primary)
    about = page.say(
        "evidence.precision.about",
        role=capitalised(page.say(f"role.{primary.role}")),
        population=page.subject.population_of(primary),
        measure=measure(primary, page.subject),
        estimate=_estimate(page, primary),
    )
    interval = page.say(f"evidence.precision.{key}", interval=_interval(page, primary))
    return "not_applicable", joined([about, interval])


def place_of_no_difference(primary: Finding) -> str:
    """Say whether the interval includes no difference or excludes it, and whether only just."""
    if primary.conf_low is None:
        return "no_interval"
    if includes_no_difference(primary):
        return "includes_closely" if ends_close(primary) else "includes_none"
    return "close" if ends_close(primary) else "excludes_none"


def _estimate(page: Page, primary: Finding) -> Sentence:
    if primary.effect_measure in POINT_MEASURES:
        return changed_in_100(primary, "estimate", page.subject)
    return (page.own(primary, "estimate"), *unit(primary, page.subject))


def _interval(page: Page, primary: Finding) -> Sentence:
    level = page.own(primary, "conf_level")
    if primary.effect_measure in POINT_MEASURES:
        low, high = (end_in_100(primary, end, page.subject) for end in ("conf_low", "conf_high"))
        return page.say("evidence.precision.in_100", level=level, low=low, high=high)
    return page.say(
        "evidence.precision.interval",
        level=level,
        low=page.own(primary, "conf_low"),
        high=page.own(primary, "conf_high"),
        unit=unit(primary, page.subject),
    )


def _multiplicity(page: Page) -> Answer:
    # A protocol has exactly one primary analysis; reading it refuses none and several.
    return "reported", page.say("evidence.multiplicity.one")


def _against_a_high_score(page: Page) -> Iterator[Sentence]:
    if not page.subject.is_registered:
        yield page.say("contradiction.unregistered")
    if page.subject.is_registered_late:
        yield page.say("contradiction.registered_late")
    if page.protocol["design"]["allocation"]["scheme"] == "not_documented":
        yield page.say("contradiction.allocation")
    if not page.protocol["design"].get("concealment"):
        yield page.say("contradiction.concealment")
    yield from _not_everyone(page)
    primary = page.primary
    if primary is None or primary.status != "estimated":
        yield page.say("contradiction.no_primary")
    elif includes_no_difference(primary):
        yield page.say("contradiction.includes_none")
    else:
        if ends_close(primary):
            yield page.say("contradiction.excludes_closely")
        if page.subject.favours(primary) == "control":
            yield page.say("contradiction.wrong_direction")


def _not_everyone(page: Page) -> Iterator[Sentence]:
    """Say whom the primary analysis does not compare: people outside a part, or randomised and left out."""
    if page.primary is not None and page.primary.population != ASSIGNED:
        yield page.say("contradiction.part")
    elif page.subject.excluded or analysed_of(page).extent == "some":
        yield page.say("contradiction.left_out")


def _against_a_low_score(page: Page) -> Iterator[Sentence]:
    primary = page.primary
    if (
        primary is not None
        and includes_no_difference(primary) is False
        and page.subject.is_plan_shown_first
        and page.subject.favours(primary) == "treatment"
    ):
        yield page.say("contradiction.good_evidence")
