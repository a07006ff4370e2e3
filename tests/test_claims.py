"""Press sentences held against findings: what is said of each, and nothing of what is withheld."""

from __future__ import annotations

import json
import string
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import figure_findings as made
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.claims import Held, held_as_json, held_as_text, hold, read_claim
from primus_eval.claims.amounts import as_fraction, just_over, rounded_to
from primus_eval.claims.lexicon import languages_read, lexicon_in
from primus_eval.claims.reading import LONGEST, days_of
from primus_eval.claims.verdicts import VERDICTS
from primus_eval.cli import main
from primus_eval.disclosure import Internal, Released, view_from_json
from primus_eval.errors import DisclosureError, InputError
from primus_eval.findings import Finding, Findings, to_json
from primus_eval.wording.catalogue import words_in
from primus_eval.wording.pieces import Number, Sentence, plain_text
from primus_eval.wording.sentences import plain_sentence
from primus_eval.wording.subject import subject_of

ROOT = Path(__file__).parent.parent
REPORTS = ROOT / "reports"


def sample(name: str) -> Released:
    view = view_from_json(
        (REPORTS / name / "findings.json").read_text(encoding="utf-8"), file="findings.json"
    )
    assert isinstance(view, Released)
    return view


MARYLAND, MENTORING = sample("maryland"), sample("mentoring")


# ------------------------------------------------------------------- a trial like the published ones, by hand


def share(population: str, arm: str, estimate: float, low: float, high: float) -> Finding:
    return made.finding(
        f"{population}_{arm}",
        role="exploratory" if population != "assigned" else "secondary",
        population=population,
        effect_measure="proportion",
        method="wilson",
        term=arm,
        estimate=estimate,
        conf_low=low,
        conf_high=high,
    )


def difference(population: str, estimate: float, low: float, high: float) -> Finding:
    return made.finding(
        f"{population}_difference",
        role="exploratory" if population != "assigned" else "primary",
        population=population,
        estimate=estimate,
        conf_low=low,
        conf_high=high,
    )


LIKE_PRIMUS = (
    difference("assigned", -0.11, -0.28, 0.07),
    share("assigned", "treatment", 0.34, 0.22, 0.48),
    share("assigned", "control", 0.45, 0.31, 0.59),
    difference("highest", -0.38, -0.6, -0.08),
    share("highest", "treatment", 0.29, 0.13, 0.52),
    share("highest", "control", 0.67, 0.45, 0.83),
    made.finding("few", population="few", status="withheld", reason="small_cell"),
    share("few", "control", 0.4, 0.1, 0.8).withheld("small_cell"),
)
"""29 % against 67 % is found in the highest-risk group only; everyone assigned has 34 % against 45 %."""


def like_primus(rows: tuple[Finding, ...] = LIKE_PRIMUS) -> Released:
    found = made.findings(rows=rows)
    protocol: dict[str, Any] = dict(found.context["protocol"])
    protocol["study"] = protocol["study"] | {"people": {"en": "inmates", "da": "indsatte"}}
    labels = ({"en": "two mentors", "da": "to mentorer"}, {"en": "usual services", "da": "sædvanlig indsats"})
    protocol["arm"] = [arm | {"label": label} for arm, label in zip(protocol["arm"], labels, strict=True)]
    protocol["population"] = [
        population("highest", "inmates at highest assessed risk", "indsatte med højest vurderet risiko"),
        population("few", "inmates of the open wing", "indsatte på den åbne afdeling"),
    ]
    outcome = {
        "label": {
            "en": "recorded reoffending within 100 days",
            "da": "registreret ny kriminalitet inden for 100 dage",
        },
        "people_with": {
            "en": "were recorded as reoffending within 100 days",
            "da": "blev registreret for ny kriminalitet inden for 100 dage",
        },
    }
    protocol["outcome"] = [protocol["outcome"][0] | outcome]
    return Released(findings=Findings(rows=rows, context={"protocol": protocol}))


def population(id: str, english: str, danish: str) -> dict[str, Any]:
    return {"id": id, "label": {"en": english, "da": danish}, "where": {"column": "wing", "in": ["1"]}}


PRIMUS = like_primus()
VIEWS = {"maryland": MARYLAND, "mentoring": MENTORING, "primus": PRIMUS}


def said(trial: str, sentence: str, **options: str | None) -> Held:
    reading = {name: options.pop(name, None) for name in ("number", "language")}
    return hold(read_claim(sentence, **reading), VIEWS[trial], **options)


def whys(held: Held) -> list[str]:
    return [fault.why for fault in held.faults]


TABLE = [
    # ---- supported: number, interval, time, and "recorded"
    (
        "maryland",
        "22 % of men with financial aid were arrested within a year, 31 % of those without: "
        "8.3 percentage points fewer (95 % CI 16.5 to 0.02)",
        [],
    ),
    (
        "maryland",
        "With financial aid 8 fewer of 100 men were arrested within 52 weeks (95 % CI 17 to 0.02 fewer)",
        [],
    ),
    (
        "maryland",
        "Hazard ratio of arrest within 52 weeks with financial aid: 0.69 (95 % CI 0.48 to 1.00)",
        [],
    ),
    (
        "maryland",
        "Men with aid went two weeks longer without arrest within a year (95 % CI 0.3 shorter to 4.4 longer)",
        [],
    ),
    (
        "mentoring",
        "32 procent af indsatte med to mentorer fik registreret ny kriminalitet inden for to år mod 43 "
        "procent af de andre: 11,6 procentpoint færre (95 %-konfidensinterval fra 29,9 færre til 7,9 flere)",
        [],
    ),
    # ---- the published ones
    (
        "primus",
        "29 % of inmates with a mentor reoffended",
        ["population", "interval_of_difference", "exploratory", "window", "recorded"],
    ),
    (
        "primus",
        "29 % of inmates with a mentor reoffended, against 67 % of those without",
        ["population", "interval_of_difference", "exploratory", "window", "recorded"],
    ),
    (
        "primus",
        "29 procent af de indsatte med en mentor faldt tilbage til kriminalitet mod 67 procent af de øvrige",
        ["population", "interval_of_difference", "exploratory", "window", "recorded"],
    ),
    (
        "primus",
        "Of inmates at highest risk 29 % with a mentor reoffended within 100 days, against 67 %",
        ["interval_of_difference", "exploratory", "recorded"],
    ),
    (
        "primus",
        "Blandt indsatte med højest risiko blev recidivet sænket fra 67 til 29 procent inden for 100 dage",
        ["interval_of_difference", "exploratory", "causal", "recorded"],
    ),
    (
        "primus",
        "32 % of inmates at highest risk reoffended with mentors within 100 days",
        ["number_none", "recorded"],
    ),
    (
        "primus",
        "34 % of inmates at highest risk reoffended with mentors within 100 days",
        ["no_population_here", "interval_of_difference_null", "recorded"],
    ),
    ("primus", "29 % v 67 %", ["population", "arms", "interval_of_difference", "exploratory", "window"]),
    # ---- interval dropped
    ("maryland", "22 % of men with financial aid were arrested within 52 weeks", ["interval_of_difference"]),
    ("maryland", "48 of 216 men with financial aid were arrested within a year", ["interval_of_difference"]),
    (
        "maryland",
        "78 % of men with financial aid were not arrested within a year",
        ["interval_of_difference"],
    ),
    (
        "maryland",
        "Almost one in three men without financial aid was arrested within a year",
        ["interval_of_difference"],
    ),
    (
        "maryland",
        "Arrests fell from 31 % to 22 % within a year with financial aid",
        ["interval_of_difference"],
    ),
    ("maryland", "Financial aid cut the odds of arrest by 35 % within a year", ["interval_null"]),
    (
        "maryland",
        "12 men had to be given financial aid to prevent one arrest within a year",
        ["events", "interval"],
    ),
    (
        "mentoring",
        "Hver tredje indsat med to mentorer fik registreret ny kriminalitet inden for to år",
        ["interval_of_difference_null"],
    ),
    # ---- contradicted
    (
        "maryland",
        "31 % of men with financial aid were arrested within a year",
        ["wrong_arm", "interval_of_difference"],
    ),
    (
        "maryland",
        "66 of 216 men with financial aid were arrested within a year",
        ["wrong_arm", "interval_of_difference"],
    ),
    (
        "maryland",
        "Financial aid increased arrests by 8 percentage points within a year",
        ["turned", "interval"],
    ),
    (
        "maryland",
        "8 percentage points fewer of the men without financial aid were arrested within a year",
        ["turned", "interval"],
    ),
    ("maryland", "Financial aid reduced arrests by 8 % within a year", ["percent_for_points", "interval"]),
    (
        "mentoring",
        "Med to mentorer faldt registreret recidiv 12 procent inden for to år",
        ["percent_for_points", "interval_null"],
    ),
    (
        "maryland",
        "Men with aid were 27 percentage points less likely to be arrested within a year",
        ["points_for_percent", "interval_null"],
    ),
    (
        "maryland",
        "Financial aid cut arrests by 17 percentage points within a year",
        ["interval_end", "interval"],
    ),
    (
        "maryland",
        "8 % of men with financial aid were arrested within a year",
        ["difference_as_share", "interval"],
    ),
    (
        "maryland",
        "78 % of men with financial aid were arrested within a year",
        ["without_the_event", "interval_of_difference"],
    ),
    (
        "maryland",
        "With financial aid 8 fewer of 100 were arrested within a year (95 % CI 12 to 4 fewer)",
        ["other_interval"],
    ),
    (
        "maryland",
        "With financial aid 8 fewer of 100 were arrested within a year (95 % CI 0.48 to 1.003)",
        ["other_interval"],
    ),
    (
        "maryland",
        "With financial aid 8 fewer of 100 were arrested within a year (99 % CI 17 to 0.02 fewer)",
        ["other_level"],
    ),
    # ---- not found
    ("maryland", "45 % of men with financial aid were arrested within a year", ["number_none"]),
    (
        "maryland",
        "31 % against 22 % of the men were arrested within a year",
        ["arms", "interval_of_difference"],
    ),
    (
        "maryland",
        "Fewer arrests with financial aid within a year: 31 % against 22 % (95 % CI 16.5 to 0.02 fewer)",
        ["arms"],
    ),
    (
        "maryland",
        "22 % of men with financial aid were arrested within two years",
        ["no_window_here", "interval_of_difference"],
    ),
    (
        "maryland",
        "22 % of men with financial aid were convicted within a year",
        ["no_outcome_here", "interval_of_difference"],
    ),
    (
        "mentoring",
        "Mentors cut recorded reoffending by 40 percentage points within ten years",
        ["no_window"],
    ),
    ("mentoring", "Mentorer fordobler registreret recidiv inden for to år", ["number_none"]),
    # ---- transported
    (
        "maryland",
        "Arrests would fall by 8 percentage points within a year if all prisoners got financial aid",
        ["all", "interval"],
    ),
    (
        "maryland",
        "22 % of women with financial aid were arrested within a year",
        ["others", "interval_of_difference"],
    ),
    (
        "mentoring",
        "På landsplan vil mentorer sænke registreret recidiv 12 procentpoint inden for to år",
        ["all", "interval_null"],
    ),
    (
        "mentoring",
        "Alle indsatte med to mentorer: 32 % fik registreret ny kriminalitet inden for to år",
        ["all", "interval_of_difference_null"],
    ),
    # ---- other faults
    (
        "mentoring",
        "Mentors cut recorded reoffending by 38 percentage points within two years",
        ["population", "interval", "exploratory", "causal"],
    ),
    ("maryland", "31 % of the men were arrested within a year", ["arm", "interval_of_difference"]),
    ("maryland", "Financial aid cut arrests by 31 % within a year", ["rate", "interval_null"]),
    (
        "maryland",
        "Financial aid works: 8 fewer of 100 arrested within a year (95 % CI 17 to 0.02 fewer)",
        ["works"],
    ),
    ("maryland", "Financial aid significantly reduced arrests", ["no_number", "significant"]),
    ("mentoring", "Mentors work", ["no_number", "works"]),
    ("mentoring", "Det er bevist, at mentorer virker", ["no_number", "proves", "works"]),
    (
        "maryland",
        "Of 5000 men, 22 % with financial aid were arrested within a year",
        ["interval_of_difference", "number"],
    ),
    (
        "maryland",
        "Of 432 men, 22 % with financial aid were arrested within a year",
        ["interval_of_difference"],
    ),
    (
        "mentoring",
        "15 of 47 inmates with two mentors had a recorded offence within two years",
        ["counts", "interval_of_difference_null"],
    ),
    (
        "mentoring",
        "After day 182, to day 730, the rate of a recorded offence was 35 % lower with two mentors "
        "(95 % CI 74 % lower to 65 % higher)",
        ["conditional"],
    ),
]


@pytest.mark.parametrize(("trial", "sentence", "expected"), TABLE, ids=[row[1][:60] for row in TABLE])
def test_what_is_said_of_a_sentence(trial: str, sentence: str, expected: list[str]) -> None:
    held = said(trial, sentence)
    assert whys(held) == expected
    assert (held.verdict == "supported") == (not expected)


@pytest.mark.parametrize(("trial", "sentence", "expected"), TABLE, ids=[row[1][:60] for row in TABLE])
def test_every_answer_has_a_sentence_that_may_be_printed(
    trial: str, sentence: str, expected: list[str]
) -> None:
    held = said(trial, sentence)
    for language in languages_read():
        text = held_as_text(held, language=language)
        document = json.loads(held_as_json(held, language=language))
        subject = subject_of(held.findings, language=language)
        for finding, printed in zip(held.instead, document["instead"], strict=True):
            assert printed["sentence"] == plain_text(plain_sentence(finding, subject, held.findings))
            assert plain_text(subject.population_of(finding)) in printed["sentence"]
        assert document["instead"] and document["verdict"] == held.verdict
        assert words_in(language).text(f"claim.verdict.{held.verdict}") in text


def test_faults_come_gravest_first() -> None:
    for trial, sentence, _ in TABLE:
        places = [VERDICTS.index(fault.verdict) for fault in said(trial, sentence).faults]
        assert places == sorted(places)


VERDICTS_OF = {
    "estimated": ("supported",),
    # of what is withheld the sentence has no number, and another hazard ratio may stand beside it
    "withheld": ("withheld", "no_number"),
    "not_estimable": ("not_estimable",),
}


@pytest.mark.parametrize("trial", ["maryland", "mentoring", "primus"])
@pytest.mark.parametrize("language", languages_read())
def test_the_reports_own_sentences_are_supported(trial: str, language: str) -> None:
    view = VIEWS[trial]
    subject = subject_of(view.findings, language=language)
    for row in view.findings.rows:
        sentence = plain_text(plain_sentence(row, subject, view.findings))
        held = hold(read_claim(sentence, language=language), view)
        assert held.verdict in VERDICTS_OF[row.status], sentence


def changed(sentence: Sentence) -> Iterator[str]:
    """The sentence with the last digit of one printed estimate or end of an interval changed by five."""
    for at, piece in enumerate(sentence):
        if isinstance(piece, Number) and piece.field in ("estimate", "conf_low", "conf_high"):
            place = max(place for place, sign in enumerate(piece.text) if sign.isdigit())
            digit = str((int(piece.text[place]) + 5) % 10)
            text = piece.text[:place] + digit + piece.text[place + 1 :]
            if text.strip("0.,"):
                yield plain_text((*sentence[:at], text, *sentence[at + 1 :]))


@pytest.mark.parametrize("trial", ["mentoring", "primus"])
@pytest.mark.parametrize("language", languages_read())
def test_one_number_changed_or_the_arms_exchanged_is_not_supported(trial: str, language: str) -> None:
    view = VIEWS[trial]
    subject = subject_of(view.findings, language=language)
    treatment, control = subject.arm("treatment").text, subject.arm("control").text
    tried = 0
    for row in view.findings.rows:
        if row.estimate is None:
            continue
        sentence = plain_sentence(row, subject, view.findings)
        text = plain_text(sentence)
        exchanged = control.join(part.replace(control, treatment) for part in text.split(treatment))
        for other in [*changed(sentence), exchanged]:
            assert hold(read_claim(other, language=language), view).verdict != "supported", other
            tried += 1
    assert tried > 20


# ----------------------------------------------------------------------------------- sentences of an attack

PLACES = {
    ("maryland", "en"): {
        "t": "men assigned to financial aid",
        "T": "Men assigned to financial aid",
        "c": "men assigned to no financial aid",
        "C": "Men assigned to no financial aid",
        "w": "recorded as arrested within 52 weeks of release",
        "ci": "(95% confidence interval 0.02 to 16.5 percentage points)",
    },
    ("maryland", "da"): {
        "t": "mænd tildelt økonomisk støtte",
        "c": "mænd tildelt ingen økonomisk støtte",
        "w": "registreret anholdt inden for 52 uger efter løsladelsen",
        "ci": "(95 %-konfidensinterval 0,02 til 16,5 procentpoint)",
    },
    ("mentoring", "en"): {
        "t": "prisoners assigned to two mentors",
        "T": "Prisoners assigned to two mentors",
        "c": "prisoners assigned to usual services",
        "w": "recorded as reoffending within two years of release",
        "ci": "(95% confidence interval 29.9 fewer to 7.9 more)",
    },
}
"""What the sentences below have in common: arms (t, c), event and time (w), the interval (ci)."""

ATTACK = [
    (
        "maryland",
        "en",
        "{T} were 8.3 percentage points less likely to be recorded as convicted of murder within "
        "52 weeks of release than {c} {ci}.",
        ["no_outcome_here"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.3 percentage points less likely to be recorded as arrested for violent crime "
        "within 52 weeks of release than {c} {ci}.",
        ["no_outcome_here"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.3 percentage points less likely to be recorded as unemployed within 52 weeks "
        "of release than {c} {ci}.",
        ["no_outcome_here"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.3 percentage points less likely to die within 52 weeks of release than {c} {ci}.",
        ["no_outcome_here"],
    ),
    (
        "maryland",
        "en",
        "{T} had 8.3 percentage points fewer recorded arrests within 52 weeks of release than {c} {ci}.",
        ["events"],
    ),
    (
        "maryland",
        "en",
        "Among black men, {t} were 8.3 percentage points less likely to be {w} than {c} {ci}.",
        ["others"],
    ),
    (
        "maryland",
        "en",
        "Among men on parole, {t} were 8.3 percentage points less likely to be {w} than {c} {ci}.",
        ["others"],
    ),
    (
        "maryland",
        "en",
        "Among young men, {t} were 8.3 percentage points less likely to be {w} than {c} {ci}.",
        ["others"],
    ),
    (
        "maryland",
        "en",
        "Among married men, {t} were 8.3 percentage points less likely to be {w} than {c} {ci}.",
        ["others"],
    ),
    (
        "maryland",
        "en",
        "Men who received financial aid were 8.3 percentage points less likely to be {w} than {c} {ci}.",
        ["assigned"],
    ),
    (
        "maryland",
        "en",
        "Men who actually spent the money were 8.3 percentage points less likely to be {w} than {c} {ci}.",
        ["assigned"],
    ),
    (
        "maryland",
        "en",
        "In Norway, {t} were 8.3 percentage points less likely to be {w} than {c} {ci}.",
        ["words"],
    ),
    (
        "maryland",
        "en",
        "Every man assigned to financial aid was 8.3 percentage points less likely to be {w} than {c} {ci}.",
        ["each"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.3 percentage points less likely to be {w} than {c} {ci}, so the aid pays for itself.",
        ["certain"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.3 percentage points less likely to be {w} than {c} {ci}, and the effect is certain.",
        ["certain"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.3 percentage points less likely to be {w} than {c} {ci}: there is no doubt "
        "that money prevents crime.",
        ["proves", "words"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.3 percentage points less likely to be {w} than {c} {ci}: a definitive result.",
        ["certain"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.3 percentage points less likely to be {w} than {c} {ci}, a registered primary result.",
        ["unregistered"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.3 percentage points less likely to be {w} than {c} {ci}; the difference was "
        "statistically meaningful.",
        ["certain", "words"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.3 percentage points less likely to be {w} than {c} {ci} because of the aid.",
        [],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.3 percentage points less likely to be {w} than {c} {ci}; there is a 95% "
        "probability that the aid helps.",
        ["number_none"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.3 percentage points less likely to be {w} than {c}, with 95% probability "
        "between 0.02 and 16.5 percentage points.",
        ["number_none"],
    ),
    (
        "maryland",
        "en",
        "There was no difference in arrests recorded within 52 weeks of release between {t} and {c}.",
        ["no_number"],
    ),
    (
        "maryland",
        "en",
        "Financial aid has no effect on recorded arrests within 52 weeks of release.",
        ["no_number"],
    ),
    (
        "maryland",
        "en",
        "Financial aid did not reduce recorded arrests within 52 weeks of release.",
        ["no_number"],
    ),
    (
        "maryland",
        "en",
        "{T} were not 8.3 percentage points less likely to be {w} than {c} {ci}.",
        ["denied"],
    ),
    (
        "maryland",
        "en",
        "Of {t}, 22.2 % were not {w}; of {c}, 30.6 % were not; difference 8.3 percentage points {ci}.",
        ["without_the_event", "without_the_event"],
    ),
    (
        "maryland",
        "en",
        "It is false that {t} were 8.3 percentage points less likely to be {w} than {c} {ci}.",
        ["denied"],
    ),
    (
        "maryland",
        "en",
        "{T} were never 8.3 percentage points less likely to be {w} than {c} {ci}.",
        ["denied"],
    ),
    (
        "maryland",
        "en",
        "Of {c}, 22.2 % were {w}, against 30.6 % of {t} (difference 8.3 percentage points, 95% "
        "confidence interval 0.02 to 16.5).",
        ["wrong_arm", "wrong_arm"],
    ),
    (
        "maryland",
        "en",
        "22.2 % of {t} and 30.6 % of {c} stayed free of arrest recorded within 52 weeks of "
        "release (difference 8.3 percentage points, 95% CI 0.02 to 16.5 percentage points).",
        ["without_the_event", "without_the_event"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.3 percentage points more likely to be {w} than {c} {ci}.",
        ["turned"],
    ),
    (
        "maryland",
        "en",
        "{C} were 8.3 percentage points less likely to be {w} than {t} {ci}.",
        ["turned"],
    ),
    (
        "maryland",
        "en",
        "{C} were 8.3 percentage points more likely to be {w} than {t} {ci}.",
        [],
    ),
    (
        "maryland",
        "en",
        "Assigning men to no financial aid cut by 8.3 percentage points the share {w} {ci}.",
        ["turned"],
    ),
    (
        "maryland",
        "en",
        "Withdrawing financial aid cut the share {w} by 8.3 percentage points {ci}.",
        ["turned"],
    ),
    (
        "maryland",
        "en",
        "Without financial aid, 8.3 percentage points fewer men were {w} {ci}.",
        ["turned"],
    ),
    (
        "maryland",
        "en",
        "The share {w} fell by 8.3 percentage points among {c} {ci}.",
        ["turned"],
    ),
    (
        "maryland",
        "en",
        "The share {w} rose by 8.3 percentage points among {c} {ci}.",
        ["comparator"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.3 % less likely to be {w} than {c} (95% confidence interval 0.02 % to 16.5 %).",
        ["percent_for_points"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.3 per cent less likely to be {w} than {c} {ci}.",
        ["percent_for_points"],
    ),
    (
        "maryland",
        "en",
        "{T} were 27 % less likely to be {w} than {c} (95% confidence interval 47 % less to 0.2 % more).",
        [],
    ),
    (
        "maryland",
        "en",
        "{T} were 35 % less likely to be {w} than {c} (95% confidence interval 58 % less to 0.03 % more).",
        ["odds"],
    ),
    (
        "maryland",
        "en",
        "The risk of being {w} was 35 % lower among {t} than among {c} (95% confidence interval "
        "58 % lower to 0.03 % higher).",
        ["odds"],
    ),
    (
        "maryland",
        "en",
        "The risk of being {w} was 31 % lower among {t} than among {c} (95% confidence interval "
        "52 % lower to 0.3 % higher).",
        ["rate"],
    ),
    (
        "maryland",
        "en",
        "The rate of men {w} was 31 % lower among {t} than among {c} (95% confidence interval 52 "
        "% lower to 0.3 % higher).",
        ["rate"],
    ),
    (
        "maryland",
        "en",
        "31 % fewer {t} were {w} than {c}, at any rate (95% confidence interval 52 % lower to 0.3 % higher).",
        ["rate"],
    ),
    (
        "maryland",
        "en",
        "Against all odds, the risk of being {w} was 35 % lower among {t} than among {c} (95% "
        "confidence interval 58 % lower to 0.03 % higher).",
        ["odds"],
    ),
    (
        "maryland",
        "en",
        "{T} had a risk ratio of 0.65 of being {w} compared with {c} (95% confidence interval "
        "0.42 to 1.0003).",
        ["odds"],
    ),
    (
        "maryland",
        "en",
        "{T} had a risk ratio of 0.69 of being {w} compared with {c} (95% confidence interval "
        "0.48 to 1.003).",
        ["rate"],
    ),
    (
        "maryland",
        "en",
        "The hazard ratio of being {w} was 0.73 for {t} compared with {c} (95% confidence "
        "interval 0.53 to 1.002).",
        ["measure"],
    ),
    (
        "maryland",
        "en",
        "The odds ratio of being {w} was 0.73 for {t} compared with {c} (95% confidence interval "
        "0.53 to 1.002).",
        ["measure"],
    ),
    (
        "maryland",
        "en",
        "The odds of being {w} were 31 % lower among {t} than among {c} (95% confidence interval "
        "52 % lower to 0.3 % higher).",
        ["rate"],
    ),
    (
        "maryland",
        "en",
        "The odds of being {w} were 27 % lower among {t} than among {c} (95% confidence interval "
        "47 % lower to 0.2 % higher).",
        ["measure"],
    ),
    (
        "maryland",
        "en",
        "12 men must be assigned to financial aid to prevent one recorded arrest within 52 weeks "
        "of release (95% confidence interval 6 to 6,621).",
        ["events"],
    ),
    (
        "maryland",
        "en",
        "One in 12 {t} was {w} (95% confidence interval 6 to 6,621).",
        ["number_none"],
    ),
    (
        "maryland",
        "en",
        "For every 12 {t}, one fewer was {w} (95% confidence interval 6 to 6,621).",
        ["number"],
    ),
    (
        "maryland",
        "en",
        "Financial aid must be given to 12 men to harm one: number needed to harm 12, {w} (95% "
        "confidence interval 6 to 6,621).",
        ["number", "words"],
    ),
    (
        "maryland",
        "en",
        "One in three {c} was {w}.",
        ["interval_of_difference"],
    ),
    (
        "maryland",
        "en",
        "More than one in five {t} was {w}, against nearly one in three {c}.",
        ["interval_of_difference"],
    ),
    (
        "maryland",
        "en",
        "About a fifth of {t} were {w}, against a third of {c}; difference 8.3 percentage points {ci}.",
        [],
    ),
    (
        "maryland",
        "en",
        "Eight fewer in 100 {t} were {w} than {c} (95% confidence interval 16.5 fewer to none).",
        [],
    ),
    (
        "maryland",
        "en",
        "{T} were at most 8.3 percentage points less likely to be {w} than {c} {ci}.",
        ["bound"],
    ),
    (
        "maryland",
        "en",
        "{T} were at least 8.3 percentage points less likely to be {w} than {c} {ci}.",
        ["bound"],
    ),
    (
        "maryland",
        "en",
        "{T} were more than 8.3 percentage points less likely to be {w} than {c} {ci}.",
        ["bound"],
    ),
    (
        "mentoring",
        "en",
        "{T} were 11.6 percentage points less likely to be {w} than {c} {ci}.",
        [],
    ),
    (
        "mentoring",
        "en",
        "{T} were 11.6 percentage points less likely to be {w} than {c} (95% confidence interval "
        "7.9 to 29.9 percentage points).",
        ["other_interval"],
    ),
    (
        "mentoring",
        "en",
        "{T} were 11.6 percentage points less likely to be {w} than {c} (95% confidence interval "
        "-29.9 to -7.9 percentage points).",
        ["other_interval"],
    ),
    (
        "mentoring",
        "en",
        "{T} were 11.6 percentage points less likely to be {w} than {c} (95% confidence interval "
        "29.9 to 7.9 percentage points lower).",
        ["other_interval"],
    ),
    (
        "mentoring",
        "en",
        "{T} were 12 percentage points less likely to be {w} than {c} (95% confidence interval 30 "
        "to 8 percentage points).",
        ["other_interval"],
    ),
    (
        "mentoring",
        "en",
        "Of 100 {t}, 32 were {w}, against 43 of 100 {c} (difference 11.6 fewer, 95% confidence "
        "interval 29.9 fewer to 7.9 more).",
        [],
    ),
    (
        "mentoring",
        "en",
        "Of 100 {t}, 32 were {w}, against 43 of 100 {c}: 11 fewer {ci}.",
        ["number_none"],
    ),
    (
        "mentoring",
        "en",
        "Prisoners at highest assessed risk assigned to two mentors were 38.1 percentage points "
        "less likely to be {w} than those assigned to usual services in this exploratory analysis "
        "(95% confidence interval 60.0 to 7.9 percentage points).",
        [],
    ),
    (
        "mentoring",
        "en",
        "{T} were 38.1 percentage points less likely, and not only prisoners at highest assessed "
        "risk, to be {w} than {c} in this exploratory analysis (95% confidence interval 60.0 to "
        "7.9 percentage points).",
        ["all"],
    ),
    (
        "mentoring",
        "en",
        "The rate of reoffending recorded within two years of release was 35 % lower among {t} "
        "than among {c} (95% confidence interval 67 % lower to 28 % higher).",
        ["no_window_here", "other_interval", "conditional"],
    ),
    (
        "mentoring",
        "en",
        "{T} had 42 % fewer recorded reoffences within two years of release than {c} (95% "
        "confidence interval 70 % fewer to 14 % more).",
        ["rate"],
    ),
    (
        "mentoring",
        "en",
        "42 % fewer {t} were {w} than {c}; rate (95% confidence interval 70 % fewer to 14 % more).",
        ["rate"],
    ),
    (
        "mentoring",
        "en",
        "The odds of being {w} were 39 % lower among {t} than among {c} (95% confidence interval "
        "73 % lower to 39 % higher).",
        ["level"],
    ),
    (
        "mentoring",
        "en",
        "The risk ratio of being {w} for {t} compared with {c} was 0.65 (95% confidence interval "
        "0.33 to 1.28).",
        ["number"],
    ),
    (
        "mentoring",
        "en",
        "The odds ratio of being {w} for {t} compared with {c} was 0.65 (95% confidence interval "
        "0.33 to 1.28).",
        ["number"],
    ),
    (
        "mentoring",
        "en",
        "{T} spent 16.3 fewer days in prison within two years of release than {c} (95% confidence "
        "interval 35.6 fewer to 2.91 more), as recorded.",
        ["no_outcome_here", "mean", "words"],
    ),
    (
        "mentoring",
        "en",
        "{T} stayed out of prison 75.4 days longer within two years of release than {c} (95% "
        "confidence interval 188.0 longer to 37.1 shorter), as recorded.",
        ["no_outcome_here"],
    ),
    (
        "mentoring",
        "en",
        "{T} were followed: 0.51 of them were {w}, against 0.88 of {c} (difference 0.36 fewer, "
        "95% confidence interval 0.81 fewer to 0.09 more).",
        ["mean", "words"],
    ),
    (
        "mentoring",
        "en",
        "47 of 93 prisoners were assigned to two mentors; p = 0.200 within two years of release, "
        "as recorded for reoffending.",
        ["number_none"],
    ),
    (
        "mentoring",
        "en",
        "The result was clear, p = 0.2: {t} were 11.6 percentage points less likely to be {w} than {c} {ci}.",
        ["certain"],
    ),
    (
        "mentoring",
        "en",
        "15 of 47 {t} were {w}.",
        ["counts", "interval_of_difference_null"],
    ),
    (
        "mentoring",
        "en",
        "20 of 46 {c} were {w}.",
        ["counts", "interval_of_difference_null"],
    ),
    (
        "mentoring",
        "en",
        "{T} who met a mentor were 11.6 percentage points less likely to be {w} than {c} {ci}.",
        ["assigned"],
    ),
    (
        "mentoring",
        "en",
        "{T} were 11.6 percentage points less likely to be recorded as reoffending violently "
        "within two years of release than {c} {ci}.",
        ["no_outcome_here"],
    ),
    (
        "mentoring",
        "en",
        "{T} were 11.6 percentage points less likely to be recorded as imprisoned for reoffending "
        "within two years of release than {c} {ci}.",
        ["no_outcome_here"],
    ),
    (
        "mentoring",
        "en",
        "{T} were 6.8 percentage points less likely to be recorded as reoffending within six "
        "months of release than {c} (95% confidence interval 23.5 fewer to 9.9 more).",
        [],
    ),
    (
        "mentoring",
        "en",
        "{T} were 6.8 percentage points less likely to be {w} than {c} (95% confidence interval "
        "23.5 fewer to 9.9 more).",
        ["no_window_here"],
    ),
    (
        "mentoring",
        "en",
        "In real life, {t} were 11.6 percentage points less likely to be {w} than {c} {ci}.",
        ["all"],
    ),
    (
        "maryland",
        "da",
        "Blandt {t} blev 8,3 procentpoint færre {w} end blandt {c} {ci}.",
        [],
    ),
    (
        "maryland",
        "da",
        "Blandt {t} blev 8,3 procent færre {w} end blandt {c} {ci}.",
        ["percent_for_points"],
    ),
    (
        "maryland",
        "da",
        "Blandt {t} blev ikke 8,3 procentpoint færre {w} end blandt {c} {ci}.",
        ["denied"],
    ),
    (
        "maryland",
        "da",
        "Blandt {c} blev 8,3 procentpoint færre {w} end blandt {t} {ci}.",
        ["turned"],
    ),
    (
        "maryland",
        "da",
        "Uden økonomisk støtte blev 8,3 procentpoint færre {w} {ci}.",
        ["turned"],
    ),
    (
        "maryland",
        "da",
        "Det er ikke rigtigt, at 8,3 procentpoint færre blev {w} blandt {t} end blandt {c} {ci}.",
        ["denied"],
    ),
    (
        "maryland",
        "da",
        "Risikoen for at blive {w} var 27 % lavere blandt {t} end blandt {c} (95 "
        "%-konfidensinterval 47 % lavere til 0,2 % højere).",
        [],
    ),
    (
        "maryland",
        "da",
        "Hazard-ratioen for at blive {w} var 0,73 for {t} over for {c} (95 %-konfidensinterval "
        "0,53 til 1,002).",
        ["measure"],
    ),
    (
        "maryland",
        "da",
        "Oddsratioen for at blive {w} var 0,73 for {t} over for {c} (95 %-konfidensinterval 0,53 til 1,002).",
        ["measure"],
    ),
    (
        "maryland",
        "da",
        "Relativ risiko for at blive {w} var 0,65 for {t} over for {c} (95 %-konfidensinterval "
        "0,42 til 1,0003).",
        ["odds"],
    ),
    (
        "maryland",
        "da",
        "Relativ risiko for at blive {w} var 0,69 for {t} over for {c} (95 %-konfidensinterval "
        "0,48 til 1,003).",
        ["rate"],
    ),
    (
        "maryland",
        "da",
        "Blandt gifte {t} blev 8,3 procentpoint færre {w} end blandt {c} {ci}.",
        ["others"],
    ),
    (
        "maryland",
        "da",
        "Blandt mænd, der fik udbetalt økonomisk støtte, blev 8,3 procentpoint færre {w} end "
        "blandt {c} {ci}.",
        ["assigned"],
    ),
    (
        "maryland",
        "da",
        "22 % af {t} undgik at blive {w} mod 31 % af {c}, en forskel på 8,3 procentpoint {ci}.",
        ["without_the_event", "without_the_event"],
    ),
    (
        "maryland",
        "da",
        "22 % af {t} klarede sig uden at blive {w} mod 31 % af {c}, en forskel på 8,3 procentpoint {ci}.",
        ["without_the_event", "without_the_event"],
    ),
    (
        "maryland",
        "da",
        "Hver tredje af {c} blev {w}.",
        ["interval_of_difference"],
    ),
    (
        "maryland",
        "da",
        "Mindst 8,3 procentpoint færre blev {w} blandt {t} end blandt {c} {ci}.",
        ["bound"],
    ),
    (
        "maryland",
        "da",
        "Blandt {t} døde 8,3 procentpoint færre inden for 52 uger efter løsladelsen end blandt {c} {ci}.",
        ["no_outcome_here"],
    ),
    (
        "maryland",
        "da",
        "Blandt {t} blev 8,3 procentpoint færre {w} end blandt {c} {ci}, så støtten virker.",
        ["works"],
    ),
    (
        "maryland",
        "da",
        "Ny forskning slår fast: Blandt {t} blev 8,3 procentpoint færre {w} end blandt {c} {ci}.",
        ["proves"],
    ),
    (
        "maryland",
        "da",
        "12 mænd skal tildeles økonomisk støtte, for at én færre bliver {w} (95 "
        "%-konfidensinterval 6 til 6.621).",
        [],
    ),
    (
        "maryland",
        "da",
        "Økonomisk støtte har ingen effekt på, hvem der bliver {w}.",
        ["no_number"],
    ),
    (
        "maryland",
        "en",
        "22 % of {t} were {w}, against 31 % of {c}: 8.3 percentage points fewer {ci}, so "
        "financial aid prevents three in ten arrests.",
        ["wrong_arm"],
    ),
    (
        "maryland",
        "en",
        "Financial aid stopped 8.3 percentage points of {t} from being {w}, compared with {c} {ci}.",
        ["words"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.3 percentage points less likely to be {w} than before they received aid {ci}.",
        ["comparator", "assigned", "words"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.3 percentage points less likely to be {w} than men given help finding work {ci}.",
        ["comparator", "words"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.3 percentage points less likely to be {w} than men in other states {ci}.",
        ["comparator", "all"],
    ),
    (
        "maryland",
        "en",
        "Men assigned to job training were 8.3 percentage points less likely to be {w} than {c} {ci}.",
        ["words"],
    ),
    (
        "maryland",
        "en",
        "{T} avoided being {w} 22 % of the time, against 31 % of {c}; difference 8.3 percentage points {ci}.",
        ["without_the_event", "without_the_event"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.3 percentage points less likely to be {w} than {c} (standard deviation 0.02 "
        "to 16.5 percentage points).",
        ["interval_end", "interval", "number"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.3 percentage points less likely to be {w} than {c} (range 0.02 to 16.5 "
        "percentage points).",
        ["interval_end", "interval", "number"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.3 percentage points less likely to be {w} than {c} (99% confidence interval "
        "0.02 to 16.5 percentage points).",
        ["other_level"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.3 percentage points less likely to be {w} every 52 weeks for the rest of "
        "their lives than {c} {ci}.",
        ["stretched", "stretched"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.3 percentage points less likely to be {w} and for years afterwards than {c} {ci}.",
        ["stretched"],
    ),
    (
        "maryland",
        "en",
        "All 432 {t} were 8.3 percentage points less likely to be {w} than {c} {ci}.",
        ["wrong_people"],
    ),
    (
        "maryland",
        "en",
        "Of 216 {t}, 48 were {w}, against 66 of 216 {c}, 8.3 percentage points fewer {ci}.",
        ["number"],
    ),
    (
        "maryland",
        "en",
        "Of 216 {t}, 66 were {w}, against 48 of 216 {c}, 8.3 percentage points more {ci}.",
        ["wrong_arm", "turned", "number"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8 percentage points less likely to be {w} than {c} (95% confidence interval 0 "
        "to 17 percentage points).",
        ["other_interval"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8 percentage points less likely to be {w} than {c} (95% confidence interval 1 "
        "to 16 percentage points).",
        ["other_interval"],
    ),
    (
        "maryland",
        "en",
        "{T} were 8.0 percentage points less likely to be {w} than {c} {ci}.",
        ["number_none"],
    ),
    (
        "maryland",
        "en",
        "{T} stayed out of trouble 2.04 weeks longer, as recorded within 52 weeks of release, "
        "than {c} (95% confidence interval 0.34 weeks shorter to 4.42 weeks longer).",
        ["words"],
    ),
    (
        "maryland",
        "en",
        "{T} worked 2.04 weeks longer, as recorded within 52 weeks of release, than {c} (95% "
        "confidence interval 0.34 weeks shorter to 4.42 weeks longer).",
        ["measure", "works"],
    ),
    (
        "maryland",
        "en",
        "{T} spent 2.04 weeks longer under arrest, as recorded within 52 weeks of release, than "
        "{c} (95% confidence interval 0.34 weeks shorter to 4.42 weeks longer).",
        ["measure", "words"],
    ),
    (
        "maryland",
        "en",
        "{T} spent 2.04 weeks longer in prison, as recorded within 52 weeks of release, than {c} "
        "(95% confidence interval 4.42 to 0.34 weeks).",
        ["no_outcome_here", "measure", "interval_null", "number", "words"],
    ),
]
"""Sentences with right numbers about something else, and some with nothing wrong in them (no reasons)."""


@pytest.mark.parametrize(
    ("trial", "language", "template", "expected"), ATTACK, ids=[row[2] for row in ATTACK]
)
def test_right_numbers_do_not_carry_other_words(
    trial: str, language: str, template: str, expected: list[str]
) -> None:
    held = said(trial, template.format(**PLACES[trial, language]), language=language)
    assert whys(held) == expected
    assert (held.verdict == "supported") == (not expected)


ATTACK_PLAIN = (
    "Of 100 men assigned to financial aid, 22 were recorded as arrested within 52 weeks of release, against "
    "31 of 100 men assigned to no financial aid: 8.3 fewer "
    "(95% confidence interval 16.5 fewer to 0.02 fewer)."
)


@pytest.mark.parametrize(
    ("comparator", "reasons"),
    [
        ("than people", ["comparator"]),
        ("than men in general", ["comparator", "all"]),
        ("than the others", []),
        ("than men without", []),
        ("than men, who were assigned to no financial aid", []),
        ("than before", ["comparator"]),
    ],
)
def test_what_is_compared_with_must_be_the_other_arm(comparator: str, reasons: list[str]) -> None:
    template = "{T} were 8.3 percentage points less likely to be {w} " + comparator + " {ci}."
    held = said("maryland", template.format(**PLACES["maryland", "en"]), language="en")
    assert [why for why in whys(held) if why != "words"] == reasons


def test_words_that_were_not_read_are_named_and_cap_the_verdict() -> None:
    sentence = ATTACK_PLAIN.replace("men assigned to financial aid", "bald men assigned to financial aid")
    assert said("maryland", ATTACK_PLAIN).verdict == "supported"
    held = said("maryland", sentence)
    assert held.verdict == "numbers_agree" and held.faults[0].written == ("bald",)
    assert "were not checked: \N{LEFT DOUBLE QUOTATION MARK}bald" in held_as_text(held)


@settings(max_examples=60, deadline=None)
@given(word=st.text(alphabet=string.ascii_lowercase, min_size=4, max_size=12), data=st.data())
def test_no_made_up_word_passes_unseen(word: str, data: st.DataObject) -> None:
    """Wherever a word stands that nothing is known of, the sentence is no longer supported."""
    if unread_in(f"{word} {ATTACK_PLAIN}") == ():
        return
    tokens = ATTACK_PLAIN.split()
    at = data.draw(st.integers(0, len(tokens)))
    sentence = " ".join([*tokens[:at], word, *tokens[at:]])
    assert said("maryland", sentence, language="en").verdict != "supported"


def unread_in(sentence: str) -> tuple[str, ...]:
    return tuple(
        word for fault in said("maryland", sentence).faults if fault.why == "words" for word in fault.written
    )


@pytest.mark.parametrize(
    ("ends", "verdict"),
    [
        ("29.9 fewer to 7.9 more", "supported"),
        ("-29.9 to 7.9 percentage points", "supported"),
        ("-29.9 to +7.9 percentage points", "supported"),
        ("29.9 to 7.9 percentage points", "contradicted"),
        ("29.9 more to 7.9 fewer", "contradicted"),
        ("29.9 to 7.9 fewer", "contradicted"),
        ("-29.9 to -7.9 percentage points", "contradicted"),
    ],
)
def test_ends_on_either_side_of_no_difference_are_told_apart(ends: str, verdict: str) -> None:
    places = PLACES["mentoring", "en"] | {"ci": f"(95% confidence interval {ends})"}
    template = "{T} were 11.6 percentage points less likely to be {w} than {c} {ci}."
    assert said("mentoring", template.format(**places)).verdict == verdict


def test_a_survival_difference_has_an_interval_of_its_own_direction() -> None:
    """8.3 more in 100 without arrest is 8.3 fewer arrested; the ends follow what is said."""
    right = "8.3 fewer of 100 men with financial aid were arrested within a year (95 % CI 16.6 to 0.1 fewer)"
    wrong = right.replace("16.6 to 0.1 fewer", "0.1 more to 16.6 more")
    assert said("maryland", right).verdict == "supported"
    assert said("maryland", wrong).verdict == "contradicted"


# ----------------------------------------------------------------------------------- options


def test_an_option_overrides_what_is_read() -> None:
    sentence = "29 % of inmates with a mentor reoffended"
    assert "population" not in whys(said("primus", sentence, population="highest"))
    assert whys(said("primus", sentence, population="assigned"))[0] == "no_population_here"
    assert "window" not in whys(said("primus", sentence, window="100"))
    assert whys(said("primus", sentence, window="2 years"))[0] == "no_window_here"
    assert whys(said("primus", sentence, number="45 %"))[0] == "wrong_arm"
    assert said("primus", sentence, number="30").verdict == "not_found"


def test_two_findings_written_alike_are_asked_about() -> None:
    later = tuple(replace(row, finding=f"{row.finding}_later", horizon_days=200) for row in LIKE_PRIMUS[:3])
    view = like_primus(LIKE_PRIMUS + later)
    held = hold(read_claim("34 % of inmates with mentors reoffended"), view)
    assert held.verdict == "ambiguous"
    assert [(question.option, question.values) for question in held.questions] == [
        ("--window", ("100", "200"))
    ]
    assert len(held.instead) == 2
    assert "--window 100 | 200" in held_as_text(held)
    decided = hold(read_claim("34 % of inmates with mentors reoffended"), view, window="200")
    assert [finding.horizon_days for finding in decided.instead] == [200]
    assert decided.verdict == "interval_dropped"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"population": "highst"}, "PE-H06"),
        ({"outcome": "crime"}, "PE-H06"),
        ({"window": "soon"}, "PE-H04"),
        ({"number": "many"}, "PE-H03"),
        ({"number": "29 % 67 %"}, "PE-H03"),
        ({"language": "xx"}, "PE-H02"),
    ],
)
def test_an_option_that_means_nothing_is_refused(options: dict[str, str], code: str) -> None:
    with pytest.raises(InputError, match=code):
        said("primus", "29 % reoffended", **options)


@pytest.mark.parametrize("sentence", ["", " \n", "x" * (LONGEST + 1)])
def test_a_sentence_that_is_none_is_refused(sentence: str) -> None:
    with pytest.raises(InputError, match="PE-H01"):
        read_claim(sentence)


# ----------------------------------------------------------------------------------- what was withheld

NUMBERS = [f"{n} %" for n in range(0, 101, 4)] + [f"{x} of {y}" for x in range(8) for y in (7, 12)]


@pytest.mark.parametrize(
    ("trial", "about"),
    [("primus", "inmates of the open wing"), ("mentoring", "prisoners released to the isles")],
)
def test_every_number_gets_the_same_answer_where_all_is_withheld(trial: str, about: str) -> None:
    """Else a sentence for each number would find the one that is withheld."""
    answers = set()
    for number in NUMBERS:
        document = json.loads(held_as_json(said(trial, f"{number} of {about} reoffended")))
        assert document.pop("sentence")
        answers.add(json.dumps(document))
    assert len(answers) == 1
    assert json.loads(answers.pop())["verdict"] == "withheld"


def test_the_answer_does_not_depend_on_what_was_withheld() -> None:
    """Two trials that differ only in a number that neither releases answer alike."""
    sentences = [f"{number} of inmates reoffended" for number in NUMBERS]
    answers = []
    for estimate in (0.05, 0.2):
        hidden = share("few", "treatment", estimate, 0.0, 1.0)
        view = like_primus((*LIKE_PRIMUS, hidden.withheld("small_cell")))
        answers.append([held_as_json(hold(read_claim(sentence), view)) for sentence in sentences])
    assert answers[0] == answers[1]


def test_unreleased_findings_are_not_asked() -> None:
    with pytest.raises(DisclosureError, match="PE-H05"):
        hold(read_claim("29 % reoffended"), Internal(findings=PRIMUS.findings))


def test_counts_that_were_not_released_get_one_answer() -> None:
    sentences = [f"{x} of 47 prisoners with two mentors reoffended" for x in range(48)]
    assert {said("mentoring", sentence).faults[0].why for sentence in sentences} == {"counts"}


# ----------------------------------------------------------------------------------- reading


@pytest.mark.parametrize(
    ("text", "kind", "low", "high"),
    [
        ("29 %", "share", "0.285", "0.295"),
        ("29 percent", "share", "0.285", "0.295"),
        ("twenty-nine per cent", "share", "0.285", "0.295"),
        ("29,4 procent", "share", "0.2935", "0.2945"),
        ("29.4\N{NO-BREAK SPACE}%", "share", "0.2935", "0.2945"),
        ("niogtyve procent", "share", "0.285", "0.295"),
        ("0 % of them", "share", "0", "0"),
        ("more than 30 % of them", "share", "0.3", "0.31"),
        ("29 out of 100", "share", "0.285", "0.295"),
        ("29 ud af 100", "share", "0.285", "0.295"),
        ("three in ten", "share", "0.25", "0.35"),
        ("half of them", "share", "0.45", "0.55"),
        ("halvdelen", "share", "0.45", "0.55"),
        ("8 fewer of 100", "points", "0.075", "0.085"),
        ("8 færre ud af 100", "points", "0.075", "0.085"),
        ("\N{MINUS SIGN}8 percentage points", "points", "0.075", "0.085"),
        ("8 procentpoint", "points", "0.075", "0.085"),
        ("30 % less", "relative", "0.295", "0.305"),
        ("30 % færre", "relative", "0.295", "0.305"),
        ("faldt med ca. 30 %", "relative", "0.295", "0.305"),
        ("1,200 people", "number", "1199.5", "1200.5"),
        ("1.200 mennesker", "number", "1199.5", "1200.5"),
        ("in 2016", "year", "2015.5", "2016.5"),
        ("15 of 47", "count", "15", "15"),
        ("p < 0.05", "p_value", "0", "0.05"),
    ],
)
def test_a_number_is_read(text: str, kind: str, low: str, high: str) -> None:
    (quantity,) = read_claim(text).quantities
    assert quantity.kind == kind
    assert (quantity.span.low, quantity.span.high) == (Fraction(low), Fraction(high))


def test_a_third_is_what_no_other_simple_fraction_is_nearer_to() -> None:
    """Between a quarter and two fifths: the middles are 7/24 and 11/30."""
    for text in ("one in three", "every third", "a third", "hver tredje", "en ud af tre", "en tredjedel"):
        (quantity,) = read_claim(text).quantities
        assert (quantity.span.low, quantity.span.high) == (Fraction(7, 24), Fraction(11, 30)), text


def test_the_edges_of_a_rounded_number() -> None:
    """29 % is written for 28.5 %, which rounds up, and not for 29.5 %."""
    span = rounded_to(Fraction(29, 100), Fraction(1, 100))
    assert 0.285 in span and 0.295 not in span and 0.2849999 not in span
    assert 0.3 in just_over(Fraction(3, 10), Fraction(1, 100)) and 0.299 not in just_over(
        Fraction(3, 10), Fraction(1, 100)
    )
    half = as_fraction(Fraction(1, 2))
    twice = half.turned()
    assert twice is not None and 2.0 in twice and 1.8 not in twice


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("within two years", 730),
        ("inden for to år", 730),
        ("within a year", 364),
        ("in 12 months", 365),
        ("52 weeks", 364),
    ],
)
def test_a_window_is_read(text: str, days: int) -> None:
    (window,) = read_claim(text).windows
    assert window.low <= days <= window.high


def test_a_window_as_an_option() -> None:
    assert days_of("730", "en").low == 730
    assert days_of("2 years", "da").low <= 730 <= days_of("to år", "da").high


def test_lexicons_have_the_same_tags() -> None:
    english = lexicon_in("en")
    for language in languages_read():
        lexicon = lexicon_in(language)
        for part in ("tags", "records", "others"):
            assert getattr(lexicon, part).keys() == getattr(english, part).keys()
        assert all(phrases for phrases in lexicon.tags.values())


@pytest.mark.parametrize(
    ("text", "language"),
    [("29 % of inmates reoffended", "en"), ("29 % af de indsatte", "da"), ("29 %", "en")],
)
def test_the_language_is_that_of_most_words(text: str, language: str) -> None:
    assert read_claim(text).language == language


LEXICON = {
    " ".join(phrase).replace("*", "")
    for name in languages_read()
    for phrases in lexicon_in(name).tags.values()
    for phrase in phrases
}
MORE = ["0", "1", "29", "100", "1.5", "1,200", "2016", "47", "mentor", "one", "tre", "%", "(", ")", "±", "."]
WORDS = sorted(LEXICON | set(MORE))

PIECES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=14).map(" ".join)


@settings(max_examples=100, deadline=None)
@given(
    text=st.one_of(PIECES, st.text(max_size=80), st.text(alphabet=string.digits + "%.,/-– of", max_size=40))
)
def test_any_text_gets_an_answer(text: str) -> None:
    if not text.strip():
        return
    for view in (PRIMUS, MENTORING):
        held = hold(read_claim(text), view)
        assert held.verdict in VERDICTS
        assert held_as_text(held).isascii() or held_as_text(held)
        json.loads(held_as_json(held))


# ----------------------------------------------------------------------------------- command line


def test_the_verb_answers_and_ends_with_zero(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    findings = str(REPORTS / "mentoring" / "findings.json")
    assert main(["claim", "29 % of inmates with a mentor reoffended", findings]) == 0
    assert "Not found" in capsys.readouterr().out
    arguments = ["claim", "Mentors cut reoffending", findings, "--number", "38 points", "--format", "json"]
    assert main([*arguments, "--population", "high_risk", "--window", "2 years"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["verdict"] == "interval_dropped"
    assert [row["finding"] for row in document["instead"]] == [
        "high_risk/high_risk/risk_difference/mentors-usual/730d"
    ]
    assert main(["claim", "29 %", findings, "--outcome", "crime"]) == 2
    assert "PE-H06" in capsys.readouterr().err


def test_findings_that_were_not_released_end_with_three(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    internal = replace(
        PRIMUS.findings, context={**PRIMUS.findings.context, "disclosure": {"profile": "internal"}}
    )
    (tmp_path / "findings.json").write_text(to_json(internal), encoding="utf-8")
    assert main(["claim", "29 %", str(tmp_path / "findings.json")]) == 3
    out, err = capsys.readouterr()
    assert out == "" and "PE-H05" in err


def test_a_simulated_trial_says_so() -> None:
    held = said("mentoring", "29 % of inmates with a mentor reoffended")
    assert held_as_text(held).startswith("SIMULATED DATA")
    assert json.loads(held_as_json(held))["simulated"] is True
    assert "SIMULATED" not in held_as_text(said("maryland", "29 % of men were arrested"))


def test_what_would_act_on_a_screen_is_shown_by_its_code() -> None:
    text = held_as_text(said("primus", "29 % \x1b[31m of inmates <script>"))
    assert "\x1b" not in text and "<U+001B>" in text
