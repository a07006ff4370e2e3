"""Facts on the design: what was compared, how people were allotted, what was planned."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from primus_eval.report.facts.answer import (
    Answer,
    Fact,
    State,
    answered,
    for_a_person,
    from_evidence,
    partly,
    partly_in_words,
)
from primus_eval.report.page import Page
from primus_eval.wording.catalogue import languages, words_in
from primus_eval.wording.pieces import Quoted, Sentence, capitalised, joined
from primus_eval.wording.sentences import late_registration_sentence

UNDOCUMENTED = "not_documented"


def title(page: Page) -> Answer:
    """Whether the title says that people were randomised."""
    text = page.subject.quote(page.subject.study["title"])
    catalogues = [words_in(language) for language in languages()]
    stems = "|".join(re.escape(words.entries["fact.title.stem"]) for words in catalogues)
    nots = "|".join(
        re.escape(word) for words in catalogues for word in words.entries["fact.title.not"].split()
    )
    title = text.text.casefold()
    negated = rf"\b(?:{nots})[\W_]*(?:{stems})"
    if re.search(stems, re.sub(negated, "", title)):
        return answered(page, "title.says", title=text)
    return for_a_person(page, "title.silent", title=text)


def summary(page: Page) -> Answer:
    return partly(page, "summary", "primary")


def question(page: Page) -> Answer:
    """What the primary analysis asks."""
    primary = page.primary
    if primary is None:
        return for_a_person(page, "question.none")
    treatment, control = page.arms()
    return partly(
        page,
        "question.asked",
        "primary",
        treatment=treatment,
        control=control,
        outcome=page.subject.outcome_label(primary.outcome),
        population=page.subject.population(primary.population),
    )


def trial_design(page: Page) -> Answer:
    """Two arms in parallel, and how many people of one for each of the other."""
    allocation = _allocation(page)
    ratio = Quoted(":".join(map(str, allocation.get("ratio", (1, 1)))))
    treatment, control = page.arms()
    return partly(page, "trial_design", "participants", ratio=ratio, treatment=treatment, control=control)


def restriction(page: Page) -> Answer:
    """The type of randomisation with its strata and blocks."""
    allocation = _allocation(page)
    scheme = str(allocation["scheme"])
    if scheme == UNDOCUMENTED:
        return for_a_person(page, "restriction.undocumented")
    said = [page.say("fact.restriction.scheme", scheme=page.say(f"scheme.{scheme}"))]
    if allocation.get("strata"):
        names = [page.subject.column_in_sentence(name) for name in allocation["strata"]]
        said.append(page.say("fact.restriction.strata", names=page.subject.words.listed(names)))
    if allocation.get("block_size"):
        said.append(page.say("fact.restriction.blocks", size=Quoted(str(allocation["block_size"]))))
    return Answer(state="answered", words=capitalised(joined(said)), section="participants")


def sequence(page: Page) -> Answer:
    """How the sequence was made: a protocol names the scheme and not the device."""
    scheme = str(_allocation(page)["scheme"])
    if scheme == UNDOCUMENTED:
        return for_a_person(page, "sequence.undocumented")
    return partly(page, "sequence.scheme", "participants", scheme=page.say(f"scheme.{scheme}"))


def unit(page: Page) -> Answer:
    """Whether single people or whole groups were allotted."""
    allocation = _allocation(page)
    scheme = str(allocation["scheme"])
    if scheme == UNDOCUMENTED:
        return for_a_person(page, "unit.undocumented")
    if scheme != "cluster":
        return answered(page, "unit.people", "participants")
    cluster: Sentence = ()
    if allocation.get("cluster"):
        cluster = page.subject.column_in_sentence(allocation["cluster"])
    return partly(page, "unit.groups", "participants", cluster=cluster)


def arms(page: Page) -> Answer:
    """What either arm was offered, in the words of the protocol."""
    treatment, control = page.arms()
    programme = page.subject.quote(page.subject.study["programme"])
    return partly(page, "arms", treatment=treatment, control=control, programme=programme)


def brief_name(page: Page) -> Answer:
    return answered(page, "brief_name", name=page.subject.arm("treatment"))


def eligibility(page: Page) -> Answer:
    """Who could take part: a protocol lists why people were not randomised, and no criteria."""
    reasons: list[Sentence] = [
        (page.subject.quote(item["reason"]),) for item in page.protocol["design"].get("not_randomised", ())
    ]
    if not reasons:
        return for_a_person(page, "eligibility.none")
    return partly(page, "eligibility.reasons", "participants", reasons=page.subject.words.listed(reasons))


def sample_size(page: Page) -> Answer:
    """The smallest effect that the trial could find, and when its assumptions were written down."""
    if page.subject.allots_clusters:
        return for_a_person(page, "sample_size.clusters")
    planning, detectable = page.protocol.get("planning"), page.exhibit("detectable")
    if planning is None or detectable is None or not page.has(detectable):
        return for_a_person(page, "sample_size.none")
    source = page.subject.quote(planning["source"])
    return partly(page, f"sample_size.{detectable.notes['assumed']}", "certainty", source=source)


def registration(page: Page) -> Answer:
    """Where and when the plan was registered; that it was not is an answer too."""
    fact = from_evidence("registration", "promised")(page)
    if page.subject.is_registered:
        date = page.subject.day(page.subject.study["registration"]["registered_on"])
        on = () if page.subject.is_registered_late else page.say("fact.registration.on", date=date)
        words = joined([fact.words, on])
        state: State = "partly" if page.subject.is_registered_late else "answered"
        return Answer(state=state, words=words, section="promised")
    return Answer(state="answered", words=fact.words, section="promised")


def plan_of_primary(page: Page) -> Answer:
    """Whether the primary analysis is as it was planned before outcomes were known."""
    primary = page.primary
    if primary is None:
        return for_a_person(page, "question.none")
    status = page.say(f"plan_status.{primary.plan_status}")
    said = page.say("fact.plan_of_primary", status=status)
    return partly_in_words(joined([said, late_registration_sentence(page.subject)]), "promised")


def _allocation(page: Page) -> Mapping[str, Any]:
    allocation: Mapping[str, Any] = page.protocol["design"]["allocation"]
    return allocation


DESIGN: dict[str, Fact] = {
    "title": title,
    "summary": summary,
    "question": question,
    "trial_design": trial_design,
    "restriction": restriction,
    "sequence": sequence,
    "unit": unit,
    "arms": arms,
    "brief_name": brief_name,
    "eligibility": eligibility,
    "sample_size": sample_size,
    "registration": registration,
    "plan_of_primary": plan_of_primary,
    "allocation": from_evidence("design", "participants"),
    "concealment": from_evidence("concealment"),
    "masking": from_evidence("masking"),
    "setting": from_evidence("setting", at_most="partly"),
    "programme": from_evidence("programme", at_most="partly"),
    "changes": from_evidence("deviations", "promised", at_most="partly"),
}
