"""Each rule of counting: the folder with just its rows is measured, and must give just its answer.

The answers were worked out by hand from the rules in words; `docs/counting.md` shows them to readers.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pytest
from counting_page import (
    ERRORS,
    IMPOSSIBLE,
    LEFT_OUT,
    ROWS,
    USUAL_DEFINITION,
    Answer,
    Chapter,
    Rule,
    chapters,
    page,
)
from pydantic import ValidationError

from primus_eval.definitions import DecisionLag, FineThreshold, Reoffending
from primus_eval.errors import InputError
from primus_eval.loaders import load_trial
from primus_eval.measurement import Measurement, known_before, measure
from primus_eval.schema import Record, toml_text
from primus_eval.trial import Trial
from primus_eval.vocabulary import OWN_REASONS, ClockStart, CountingUnit, StatusKind, words

DOCS = Path(__file__).parents[2] / "docs"
NUMBERED = [
    (f"{number}.{place} {rule.title}", rule)
    for number, chapter in enumerate(chapters(), 1)
    for place, rule in enumerate(chapter.rule, 1)
]
ANSWERED = [pytest.param(rule, id=name) for name, rule in NUMBERED if rule.error is None]
REFUSED = [pytest.param(rule, id=name) for name, rule in NUMBERED if rule.error is not None]
FOLLOWED = [
    pytest.param(rule, id=name) for name, rule in NUMBERED if rule.error is None and rule.prior_months is None
]
MATURITY = "Decision lag and maturity"
BYSTANDER = "bystander"
BYSTANDERS = ("Z1", "Z2")
"""People in either arm who are left out for a declared reason. They have a row in every table, since a table
without rows is refused."""

# --- a rule as a folder -------------------------------------------------------------------------------------

PROTOCOL = """\
[study]
id = "rule"
title = "One rule of counting"
programme = "A programme."
country = "DK"
simulated = true

[design]
allocation.scheme = "complete"

[[arm]]
id = "programme"
label = "the programme"
role = "treatment"

[[arm]]
id = "usual"
label = "usual services"
role = "control"

[[population]]
id = "high_risk"
label = "people at high risk"
where = { column = "risk", in = ["high"] }

[data]
#data_start
#cutoff

[data.participants]
file = "participants.csv"
person = "id"
arm = { column = "arm", codes = { "1" = "programme", "0" = "usual" } }
linked = "linked"
excluded = "excluded"
#randomised_on
released_on = "released_on"
sentenced_on = "sentenced_on"
community_start_on = "community_start_on"

[data.participants.columns]
risk = { type = "category", label = "Risk", #before, levels = { high = "high", low = "low" } }
randomised_on = { type = "date", label = "Randomised", #before, format = "%Y-%m-%d" }
linked = { type = "yes_no", label = "Linked", #after, yes = ["yes"], no = ["no"], missing = [""] }
excluded = { type = "category", label = "Excluded", #after, missing = [""], levels = #excluded }
released_on = { type = "date", label = "Released", #after, #day }
sentenced_on = { type = "date", label = "Sentenced", #after, #day }
community_start_on = { type = "date", label = "Community sentence", #after, #day }

[data.events]
file = "events.csv"
person = "person"
duplicate_rows = "keep"
offence_date = "offence_date"
decision_date = "decision_date"
kind = { column = "kind", codes = #same_kind }
offence_class = { column = "offence_class" }
sanction = { column = "sanction", codes = #same_sanction }
fine_amount = "fine_amount"
police_initiated = "police_initiated"
main_offence = "main_offence"
decision = "decision"
case = "case"
#harm_days

[data.events.columns]
offence_date = { type = "date", label = "Offence", #after, #day }
decision_date = { type = "date", label = "Decision", #after, #day }
kind = { type = "category", label = "Kind", #after, levels = #same_kind }
offence_class = { type = "category", label = "Class", #after, missing = [""], levels = #classes }
sanction = { type = "category", label = "Sanction", #after, missing = [""], levels = #same_sanction }
fine_amount = { type = "number", label = "Fine", #after, missing = [""] }
police_initiated = { type = "yes_no", label = "Police", #after, yes = ["yes"], no = ["no"], missing = [""] }
main_offence = { type = "yes_no", label = "Main offence", #after, yes = ["yes"], no = ["no"], missing = [""] }
decision = { type = "id", label = "Decision", #after, missing = [""] }
case = { type = "id", label = "Case", #after, missing = [""] }
harm_days = { type = "number", label = "Harm", #after, missing = [""] }
"""
CUSTODY = """
[data.custody]
file = "custody.csv"
person = "person"
from_date = "from_date"
to_date = "to_date"
reason = { column = "reason", codes = #same_reason }

[data.custody.columns]
from_date = { type = "date", label = "From", #after, format = "%Y-%m-%d" }
to_date = { type = "date", label = "To", #after, #day }
reason = { type = "category", label = "Reason", #after, missing = [""], levels = #same_reason }
"""
STATUS = """
[data.status]
file = "status.csv"
person = "person"
date = "date"
kind = { column = "kind", codes = #same_status }

[data.status.columns]
date = { type = "date", label = "Date", #after, format = "%Y-%m-%d" }
kind = { type = "category", label = "Kind", #after, levels = #same_status }
"""
OUTCOME = """
[[outcome]]
id = "reoffence"
label = "recorded reoffence"
people_with = "were recorded as reoffending"
reoffending = #definition

[[outcome]]
id = "usual"
label = "recorded reoffence as usually defined"
people_with = "were recorded as reoffending"
reoffending = #usual

[[analysis]]
id = "primary"
role = "primary"
outcome = "usual"
effect_measure = "risk_difference"

[[analysis]]
id = "of_the_rule"
role = "sensitivity"
outcome = "reoffence"
effect_measure = "risk_difference"
"""
"""The definition of a rule may leave people out for what happened later, which no primary analysis may."""
PRIOR = """
[[prior_offending]]
id = "n_prior"
label = "Prior offending"
outcome = "reoffence"
months = #months
"""

EVENT_KINDS = ("arrest", "charge", "caution", "decision", "conviction", "technical_return", "other")
SANCTIONS = ("imprisonment", "suspended_imprisonment", "community_sentence", "fine", "other")
CUSTODY_REASONS = ("sentence", "remand", "hold", "recall", "other")


def same(codes: Iterable[str]) -> str:
    """Codes that are words of the package already."""
    return toml_text({code: code for code in codes})


def protocol_of(rule: Rule) -> str:
    """The protocol of a rule: one skeleton, less what is not delivered."""
    delivered = {"custody": CUSTODY, "status": STATUS}
    tables = [text for name, text in delivered.items() if name not in rule.not_delivered]
    prior = "" if rule.prior_months is None else PRIOR.replace("#months", str(rule.prior_months))
    text = "".join([PROTOCOL, *tables, OUTCOME, prior])
    lines = {
        "#data_start": "" if "data_start" in rule.not_delivered else f"data_start = {rule.data_start}",
        "#cutoff": "" if "cutoff" in rule.not_delivered else f"data_cutoff = {rule.cutoff}",
        **{
            f"\n#{name}\n": "\n" if name in rule.not_delivered else f'\n{name} = "{name}"\n'
            for name in ("randomised_on", "harm_days")
        },
        "#before": 'timing = "before_randomisation"',
        "#after": 'timing = "after_randomisation"',
        "#day": 'format = "%Y-%m-%d", missing = [""]',
        "#excluded": same(("withdrew", BYSTANDER)),
        "#classes": same(("violence", "theft", "traffic")),
        "#same_kind": same(EVENT_KINDS),
        "#same_sanction": same(SANCTIONS),
        "#same_reason": same(CUSTODY_REASONS),
        "#same_status": same(words(StatusKind)),
        "#usual": toml_text(USUAL_DEFINITION),
        "#definition": toml_text(rule.whole_definition),
    }
    for mark, line in lines.items():
        text = text.replace(mark, line)
    assert not re.search(r"#\w", text), "a mark of the skeleton was not filled in"
    return text


def trial_of(rule: Rule, folder: Path, *, reverse: bool = False) -> Trial:
    """Write a rule as a folder and read it; reverse: with the rows of every table in the other order."""
    people = [{"arm": arm_code(place), **cells(each)} for place, each in enumerate(rule.people)]
    tables: dict[str, list[dict[str, str]]] = {
        "participants": [*people, *(bystander(*each) for each in zip(BYSTANDERS, "10", strict=True))],
        "events": [*map(cells, rule.events), {"person": "Z1", "kind": "other", "offence_date": "2023-01-01"}],
        "custody": [
            *map(cells, rule.custody),
            {"person": "Z1", "from_date": "2023-01-01", "to_date": "2023-01-02"},
        ],
        "status": [*map(cells, rule.status), {"person": "Z1", "date": "2023-01-02", "kind": "death"}],
    }
    records = (type(rule.people[0]), *(ROW_RECORDS[name] for name in ("events", "custody", "status")))
    for (name, rows), record in zip(tables.items(), records, strict=True):
        header = ["arm", *record.model_fields] if name == "participants" else [*record.model_fields]
        write(folder / f"{name}.csv", header, rows[::-1] if reverse else rows)
    (folder / "protocol.toml").write_text(protocol_of(rule), encoding="utf-8")
    return load_trial(folder / "protocol.toml")


ROW_RECORDS: dict[str, type[Record]] = {
    name: get_args(Rule.model_fields[name].annotation)[0] for name in ("events", "custody", "status")
}


def arm_code(place: int) -> str:
    """People are in the arms by turns: how they are counted does not depend on it."""
    return "10"[place % 2]


def cells(row: Record) -> dict[str, str]:
    """A row as the cells of a file: what is missing, and whether a person was linked if unknown, is empty."""
    values = row.model_dump(exclude_none=True)
    return {name: "" if value == "unknown" else str(value) for name, value in values.items()}


def bystander(id: str, arm: str) -> dict[str, str]:
    day = "2022-12-01"
    return {"id": id, "arm": arm, "excluded": BYSTANDER, "randomised_on": day, "linked": "no", "risk": "high"}


def write(path: Path, header: list[str], rows: Iterable[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, header, restval="", lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


# --- the answers --------------------------------------------------------------------------------------------


def answers_of(rule: Rule, measurement: Measurement) -> dict[str, dict[str, Any]]:
    """What was measured of each person, in the words of an answer."""
    ids = sorted([*(person.id for person in rule.people), *BYSTANDERS])
    rows = measurement.frame.to_dict("records")
    return {
        ids[row]: {
            "reoffended": {True: "yes", False: "no"}.get(known(measured["reoffended"]), "unknown"),
            "days": measured["time_days"],
            "event": bool(measured["event"]),
            **{name: known(measured[name]) for name in MEASURED},
        }
        for row, measured in zip(measurement.people, rows, strict=True)
    }


MEASURED = ("cause", "n_events", "harm_days", "most_serious_harm_days", "custody_days", "exposure_days")


def known(value: Any) -> Any:
    """A value of a frame, "unknown" where it is missing in any of the ways that pandas has."""
    return "unknown" if pd.isna(value) else value


def expected(answer: Answer) -> dict[str, Any]:
    """What a rule says of one person; whether there was an event follows from it."""
    said = answer.model_dump(exclude_none=True, exclude={"person"})
    return {**said, "event": answer.reoffended == "yes"}


def left_out(rule: Rule) -> Counter[tuple[str, str]]:
    """How many people a rule leaves out, by reason and role of the arm; bystanders are always left out."""
    arms = {"1": "treatment", "0": "control"}
    people = Counter(
        (answer.left_out, arms[arm_code(place)])
        for place, answer in enumerate(rule.answer)
        if answer.left_out is not None
    )
    return people + Counter((BYSTANDER, arm) for arm in arms.values())


def require(rule: Rule, measurement: Measurement) -> None:
    """Compare everything that a rule says with what was measured."""
    measured = answers_of(rule, measurement)
    followed = {answer.person: expected(answer) for answer in rule.answer if answer.reoffended is not None}
    asked = {
        person: {name: measured.get(person, {}).get(name) for name in said}
        for person, said in followed.items()
    }
    assert asked == followed
    assert set(measured) == set(followed)
    excluded = Counter({(each.reason, each.arm): each.n for each in measurement.excluded if each.n})
    assert excluded == left_out(rule)
    if rule.rows is not None:
        tally: Counter[str] = Counter()
        for each in measurement.tally:
            tally[each.fate] += each.events
        assert +tally == Counter(rule.rows)


@pytest.mark.parametrize("rule", ANSWERED)
def test_the_answer_of_the_rule(rule: Rule, tmp_path: Path) -> None:
    trial = trial_of(rule, tmp_path)
    if rule.prior_months is None:
        require(rule, measure(trial, "reoffence", population=rule.population))
        return
    ids = sorted([*(person.id for person in rule.people), *BYSTANDERS])
    prior = dict(zip(ids, map(known, known_before(trial)["n_prior"]), strict=True))
    assert {answer.person: prior[answer.person] for answer in rule.answer} == {
        answer.person: answer.n_prior for answer in rule.answer
    }


@pytest.mark.parametrize("rule", REFUSED)
def test_what_cannot_be_counted_is_refused(rule: Rule, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refusal:
        measure(trial_of(rule, tmp_path), "reoffence")
    assert {problem.code for problem in refusal.value.problems} == {rule.error}


@pytest.mark.parametrize("rule", FOLLOWED)
def test_the_order_of_the_rows_makes_no_difference(rule: Rule, tmp_path: Path) -> None:
    require(rule, measure(trial_of(rule, tmp_path, reverse=True), "reoffence", population=rule.population))


@pytest.mark.parametrize(
    "rule",
    [rule for chapter in chapters() if chapter.title == MATURITY for rule in chapter.rule if not rule.error],
)
def test_maturity_does_not_look_at_what_happened(rule: Rule, tmp_path: Path) -> None:
    """Without any events and spells the same people are mature."""
    bare = rule.model_copy(update={"events": (), "custody": ()})
    measurement = measure(trial_of(bare, tmp_path), "reoffence", population=rule.population)
    excluded = Counter({(each.reason, each.arm): each.n for each in measurement.excluded if each.n})
    assert excluded == left_out(rule)


# --- the rules as a whole -----------------------------------------------------------------------------------


def all_rules() -> list[Rule]:
    return [rule for chapter in chapters() for rule in chapter.rule]


def test_every_reason_has_a_rule() -> None:
    people = {answer.left_out for rule in all_rules() for answer in rule.answer if answer.left_out}
    rows = {reason for rule in all_rules() for reason in rule.rows or {}}
    of_events = {*OWN_REASONS, "withdrew"} - {"outcome_not_observed", "score_not_observed"}
    assert people == set(LEFT_OUT) == of_events
    assert rows == set(ROWS)
    assert {rule.error for rule in all_rules() if rule.error} == set(ERRORS)


def test_what_is_refused_with_the_protocol_is_refused_for_its_definition() -> None:
    """A rule that rests on an impossible definition says nothing of the data."""
    for rule in all_rules():
        if rule.error == IMPOSSIBLE:
            with pytest.raises(ValidationError, match="clock_start|decision_lag"):
                Reoffending.model_validate(rule.whole_definition)


def test_every_field_of_a_definition_has_a_rule() -> None:
    """A field that a definition gains is to be explained; presets are no rules of their own."""
    used = {key for rule in all_rules() for key in (*rule.definition, *USUAL_DEFINITION)}
    assert set(Reoffending.model_fields) - used == {"preset", "official", "several_releases", "unknown"}
    lags = {key for rule in all_rules() for key in rule.definition.get("decision_lag", {})}
    assert lags == set(DecisionLag.model_fields)
    fines = {key for rule in all_rules() for key in rule.definition.get("fine_below", {})}
    assert fines == set(FineThreshold.model_fields)
    units = {rule.definition.get("counting_unit", "offence") for rule in all_rules()}
    assert units == set(words(CountingUnit))
    starts = {rule.definition.get("clock_start", "release") for rule in all_rules()}
    assert starts == set(words(ClockStart))


def test_titles_tell_rules_apart() -> None:
    titles = Counter(rule.title for rule in all_rules())
    assert [title for title, n in titles.items() if n > 1] == []


@pytest.mark.parametrize(
    "change",
    [
        {"answers": []},
        {"events": [{"person": "P1", "ofence_date": "2023-03-01"}]},
        {"events": [{"person": "P9"}]},
        {"definition": {"window_month": 12}},
        {"answer": [{"person": "P1"}]},
        {"answer": [{"person": "P1", "reoffended": "no"}]},
        {"answer": [{"person": "P1", "left_out": "not_linked", "days": 1}]},
        {"error": "PE-C41"},
        {"answer": []},
    ],
    ids=str,
)
def test_a_mistaken_rule_is_refused(change: dict[str, Any]) -> None:
    rule = {
        "title": "A rule",
        "question": "What?",
        "because": "It is.",
        "people": [{"id": "P1"}],
        "answer": [{"person": "P1", "left_out": "never_released"}],
    }
    chapter = {"title": "A chapter", "about": "Something."}
    Chapter.model_validate({**chapter, "rule": [rule]})
    with pytest.raises(ValidationError):
        Chapter.model_validate({**chapter, "rule": [{**rule, **change}]})


# --- the page -----------------------------------------------------------------------------------------------


def test_the_page_shows_these_rules() -> None:
    written = (DOCS / "counting.md").read_text(encoding="utf-8")
    assert written == page(), "run: python tests/counting_page.py > docs/counting.md"


def test_links_of_the_page_lead_somewhere() -> None:
    text = page()
    headings = re.findall(r"^## (.+)$", text, re.M)
    anchors = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors
    assert all((DOCS / name).is_file() for name in re.findall(r"\]\(([a-z]+\.md)\)", text))


def test_the_words_of_the_page_are_in_the_glossary() -> None:
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    terms = re.findall(r"^\*\*(.+?)\*\* - ", text, re.M)
    assert terms == sorted(terms, key=str.casefold)
    assert {term.casefold() for term in terms} >= {
        "clock start",
        "competing event",
        "counting unit",
        "custody spell",
        "data cut-off",
        "days at liberty",
        "decision lag",
        "incident day",
        "linkage",
        "look-back",
        "maturity",
        "pseudo-reconviction",
        "street time",
        "window",
    }
