"""What a protocol must declare so that an outcome by rules can be counted, and which roles it may have."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from fault_paste import pasted

from primus_eval.definitions import PRESETS, Reoffending
from primus_eval.errors import InputError, Problem
from primus_eval.protocol import Protocol, parse_protocol
from primus_eval.protocol.crossings import crossing_problems
from primus_eval.protocol.needs import CLOCK_COLUMNS, needs_of
from primus_eval.protocol.reading import validate

RULES = """\
[study]
id = "rules"
title = "A trial whose outcome is counted from events"
programme = "Something was done."
country = "DK"
simulated = true

[design]
allocation = { scheme = "complete" }

[[arm]]
id = "mentors"
label = "mentors"
role = "treatment"

[[arm]]
id = "usual"
label = "usual services"
role = "control"

[data]
data_start = 2010-01-01
data_cutoff = 2024-12-31

[data.participants]
file = "participants.csv"
person = "id"
arm = { column = "group", codes = { "1" = "mentors", "0" = "usual" } }
randomised_on = "randomised"
released_on = "released"
sentenced_on = "sentenced"
community_start_on = "started"

[data.participants.columns]
age = { type = "integer", label = "Age", timing = "before_randomisation" }
randomised = { type = "date", label = "r", format = "%Y-%m-%d", timing = "before_randomisation" }
released = { type = "date", label = "r", format = "%Y-%m-%d", timing = "after_randomisation" }
sentenced = { type = "date", label = "s", format = "%Y-%m-%d", timing = "before_randomisation" }
started = { type = "date", label = "s", format = "%Y-%m-%d", timing = "after_randomisation" }

[data.events]
file = "events.csv"
person = "id"
event = "number"
decision = "verdict"
case = "matter"
offence_date = "committed"
decision_date = "decided"
kind = { column = "what", codes = { C = "conviction", S = "charge", X = "other" } }
offence_class = { column = "law", codes = { "26" = "traffic" } }
police_initiated = "found"
main_offence = "main"
sanction = { column = "outcome", codes = { P = "imprisonment", F = "fine" } }
fine_amount = "amount"
harm_days = "harm"

[data.events.columns]
verdict = { type = "id", label = "v", timing = "after_randomisation" }
matter = { type = "id", label = "m", timing = "after_randomisation" }
committed = { type = "date", label = "c", format = "%Y-%m-%d", timing = "after_randomisation" }
decided = { type = "date", label = "d", format = "%Y-%m-%d", timing = "after_randomisation" }
what.type = "category"
what.label = "w"
what.timing = "after_randomisation"
what.levels = { C = "c", S = "s", X = "x" }
law = { type = "category", label = "l", timing = "after_randomisation", levels = { "12" = "a", "26" = "b" } }
found = { type = "yes_no", label = "f", timing = "after_randomisation", yes = ["1"], no = ["0"] }
main = { type = "yes_no", label = "m", timing = "after_randomisation", yes = ["1"], no = ["0"] }
outcome = { type = "category", label = "o", timing = "after_randomisation", levels = { P = "p", F = "f" } }
amount = { type = "number", label = "a", timing = "after_randomisation" }
harm = { type = "integer", label = "h", timing = "after_randomisation" }

[data.custody]
file = "custody.csv"
person = "id"
from_date = "from"
to_date = "to"
reason = { column = "why", codes = { R = "remand", D = "sentence" } }

[data.custody.columns]
from = { type = "date", label = "f", format = "%Y-%m-%d", timing = "after_randomisation" }
to = { type = "date", label = "t", format = "%Y-%m-%d", timing = "after_randomisation" }
why = { type = "category", label = "w", timing = "after_randomisation", levels = { R = "r", D = "d" } }

[data.status]
file = "status.csv"
person = "id"
date = "day"
kind = { column = "event", codes = { D = "death", U = "deportation" } }

[data.status.columns]
day = { type = "date", label = "d", format = "%Y-%m-%d", timing = "after_randomisation" }
event = { type = "category", label = "k", timing = "after_randomisation", levels = { D = "d", U = "u" } }

[[outcome]]
id = "reconviction"
label = "recorded reconviction within two years of release"
people_with = "were recorded as reconvicted within two years of release"

[outcome.reoffending]
kinds = ["conviction"]
window_months = 24

[[prior_offending]]
id = "prior_convictions"
label = "Convictions in five years"
outcome = "reconviction"
months = 60

[[analysis]]
id = "primary"
role = "primary"
outcome = "reconviction"
effect_measure = "risk_difference"
method = "g_computation"
covariates = ["age", "prior_convictions"]

[[analysis]]
id = "second"
role = "sensitivity"
outcome = "reconviction"
effect_measure = "hazard_ratio"

[comparison]
outcome = "reconviction"
presets = ["uk_proven_1y", "dk_dst"]

[[truth]]
analysis = "primary"
value = -0.1
source = "put into the simulation"
"""
MEASURED = """\
[[outcome]]
id = "measured"
label = "recorded already"
people_with = "were recorded already"
definition = "As recorded."
observed = { time = "days", event = "again", unit = "days" }
horizon_days = 365

"""
"""An outcome that another definition cannot be counted from."""

EVERYTHING_ASKED = {
    "clock_start": "sentence",
    "kinds": ("conviction",),
    "sanctions": ("imprisonment", "fine"),
    "classes_left_out": ("traffic",),
    "police_initiated": "leave_out",
    "offences": "main_only",
    "fine_below": {"amount": 2500, "currency": "DKK", "classes": ("traffic", "12")},
    "counting_unit": "case",
    "window_months": 12,
    "decision_lag": {"days_after_window": 180},
    "custody": "street",
    "custody_reasons": ("remand",),
    "street_extension_months": 12,
    "offences_in_custody": "leave_out",
}
"""A definition that asks for all that data can hold, but for the other days, unit and clock."""


def problems(text: str) -> tuple[Problem, ...]:
    try:
        parse_protocol(text)
    except InputError as error:
        return error.problems
    return ()


def changed(*changes: tuple[str, str], text: str = RULES) -> str:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def the_problem(*changes: tuple[str, str]) -> Problem:
    (problem,) = problems(changed(*changes))
    assert problem.line is not None
    return problem


def ruled(rules: str, *changes: tuple[str, str]) -> str:
    """The protocol with more rules of its outcome."""
    return changed(("window_months = 24", f"window_months = 24\n{rules}"), *changes)


def undeclared(table: str, key: str | None) -> dict[str, Any]:
    """The protocol as a document, without a table of the data or a key of one."""
    document = tomllib.loads(RULES)
    if key is None:
        del document["data"][table]
    else:
        del document["data"][table][key]
    return document


def crossed(document: dict[str, Any]) -> list[Problem]:
    return crossing_problems(document, lines={}, file="p.toml")


def test_the_protocol_that_the_others_change_is_sound():
    protocol = parse_protocol(RULES)
    assert protocol.outcome_of("reconviction").horizon_days == 730
    assert list(protocol.person_columns)[-1] == "prior_convictions"


# --- what a definition needs --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "wanted"),
    [
        ({}, []),
        ({"clock_start": "sentence"}, [("clock_start", "participants", "sentenced_on")]),
        (
            {"date_used": "decision"},
            [("date_used", "events", "decision_date"), ("pseudo_reconvictions", "events", "offence_date")],
        ),
        (
            {"date_used": "decision", "pseudo_reconvictions": "count"},
            [("date_used", "events", "decision_date")],
        ),
        ({"decision_lag": {"calendar_years": 2}}, [("decision_lag", "events", "decision_date")]),
        ({"sanctions": ("fine",)}, [("sanctions", "events", "sanction")]),
        ({"classes": ("a",)}, [("classes", "events", "offence_class")]),
        ({"classes_left_out": ("a",)}, [("classes_left_out", "events", "offence_class")]),
        (
            {"fine_below": {"amount": 1, "currency": "DKK"}},
            [("fine_below", "events", "sanction"), ("fine_below", "events", "fine_amount")],
        ),
        ({"police_initiated": "leave_out"}, [("police_initiated", "events", "police_initiated")]),
        ({"offences": "main_only"}, [("offences", "events", "main_offence")]),
        ({"counting_unit": "decision"}, [("counting_unit", "events", "decision")]),
        ({"counting_unit": "case"}, [("counting_unit", "events", "case")]),
        ({"counting_unit": "incident_day"}, []),
        ({"offences_in_custody": "leave_out"}, [("offences_in_custody", "custody", None)]),
        (
            {"custody_reasons": ("remand",)},
            [("custody_reasons", "custody", None), ("custody_reasons", "custody", "reason")],
        ),
        ({"death": "exclude", "emigration": "compete"}, []),
    ],
)
def test_each_rule_needs_just_the_tables_and_columns_that_it_is_about(rules, wanted):
    plain = {"kinds": ("arrest",), "window_months": 12}
    usual = [
        ("clock_start", "participants", "released_on"),
        ("kinds", "events", None),
        ("kinds", "events", "kind"),
        ("date_used", "events", "offence_date"),
    ]
    replaced = {field for field, *_ in wanted} & {"clock_start", "date_used"}
    found = [tuple(need) for need in needs_of(Reoffending.model_validate({**plain, **rules}))]
    assert sorted(map(str, found)) == sorted(
        map(str, [need for need in usual if need[0] not in replaced] + wanted)
    )


@pytest.mark.parametrize("need", needs_of(Reoffending.model_validate(EVERYTHING_ASKED)), ids=str)
def test_what_is_needed_and_not_declared_is_named_at_the_rule_that_needs_it(need):
    document = undeclared(need.table, need.key)
    document["outcome"][0]["reoffending"] = EVERYTHING_ASKED
    found = [problem for problem in crossed(document) if problem.code != "PE-F26"]
    assert [(problem.code, problem.key) for problem in found] == [
        ("PE-F25", f"outcome[1].reoffending.{need.field}")
    ]
    assert f"data.{need.table}" in found[0].what and f"change {need.field}" in found[0].mend
    assert need.key is None or need.key in found[0].mend


@pytest.mark.parametrize("need", needs_of(Reoffending.model_validate(EVERYTHING_ASKED)), ids=str)
def test_what_no_rule_needs_may_be_left_undeclared(need):
    always = {("events", None), ("events", "kind"), ("events", "offence_date")}
    found = crossed(undeclared(need.table, need.key))
    assert bool(found) == ((need.table, need.key) in always)


@pytest.mark.parametrize("clock", CLOCK_COLUMNS)
def test_the_clock_of_an_outcome_has_its_column(clock):
    line = next(line for line in RULES.split("\n") if line.startswith(CLOCK_COLUMNS[clock]))
    assert problems(ruled(f'clock_start = "{clock}"')) == ()
    (problem,) = problems(ruled(f'clock_start = "{clock}"', (line, "")))
    wanted = "PE-C41" if clock == "randomisation" else "PE-F25"
    assert problem.code == wanted


def test_what_a_preset_needs_is_needed_as_if_it_were_written_out():
    rules = 'kinds = ["conviction"]\nwindow_months = 24'
    preset = (rules, 'preset = "uk_proven_1y"')
    assert problems(changed(preset)) == ()
    problem = the_problem(preset, ('decision_date = "decided"\n', ""))
    assert (problem.code, problem.key) == ("PE-F25", "outcome[1].reoffending.decision_lag")
    assert problem.line == changed(("decision_date", "")).split("\n").index("[outcome.reoffending]")


@pytest.mark.parametrize("missing", ["data_cutoff = 2024-12-31\n", 'randomised_on = "randomised"\n'])
def test_an_outcome_by_rules_needs_the_day_of_randomisation_and_the_last_day_of_the_registers(missing):
    problem = the_problem((missing, ""))
    assert problem.code == "PE-C41"
    assert str(problem.key).endswith(missing.split(" ")[0])


def test_a_column_of_the_right_type_and_name_is_offered_as_the_line_to_paste():
    rename = ("decided = {", "decision_date = {")
    text = ruled("decision_lag.calendar_years = 3", ('decision_date = "decided"\n', ""), rename)
    (problem,) = problems(text)
    assert problem.paste == '[data.events]\ndecision_date = "decision_date"'
    assert problems(pasted(text, problem.paste)) == ()
    other_type = changed(
        (
            'decision_date = { type = "date", label = "d", format = "%Y-%m-%d"',
            'decision_date = { type = "id", label = "d"',
        ),
        text=text,
    )
    assert [problem.paste for problem in problems(other_type)] == [None]


@pytest.mark.parametrize(
    ("rules", "field", "says"),
    [
        ('kinds = ["arrest", "caution"]', "kinds", "means arrest or caution"),
        ('sanctions = ["community_sentence"]', "sanctions", "means community_sentence"),
        ('custody_reasons = ["recall"]', "custody_reasons", "means recall"),
    ],
)
def test_rules_that_no_row_can_meet_are_refused(rules, field, says):
    kinds = ('kinds = ["conviction"]\n', "") if field == "kinds" else ("\n", "\n")
    (problem,) = problems(ruled(rules, kinds))
    assert (problem.code, problem.key) == ("PE-F25", f"outcome[1].reoffending.{field}")
    assert says in problem.what


def test_fines_below_an_amount_need_a_code_that_means_a_fine():
    fines = 'fine_below = { amount = 2500, currency = "DKK" }'
    assert problems(ruled(fines)) == ()
    (problem,) = problems(ruled(fines, ('F = "fine" }', 'F = "other" }')))
    assert (problem.code, problem.key) == ("PE-F25", "outcome[1].reoffending.fine_below")


def with_unit(unit: str) -> tuple[str, str]:
    """The column of fines with the currency in which it holds amounts."""
    return (
        'amount = { type = "number", label = "a"',
        f'amount = {{ type = "number", label = "a", unit = {unit}',
    )


def test_fines_are_compared_in_the_currency_of_their_column():
    fines, unit = 'fine_below = { amount = 2500, currency = "DKK" }', with_unit('"DKK"')
    assert problems(ruled(fines, unit)) == ()
    assert problems(ruled("", with_unit('"thousands"'))) == ()
    (problem,) = problems(ruled(fines.replace("DKK", "SEK"), unit))
    assert (problem.code, problem.key) == ("PE-F25", "outcome[1].reoffending.fine_below.currency")
    assert problem.what == "is SEK, but amount holds amounts in DKK."
    assert 'unit = "SEK"' in problem.mend


def test_the_currency_of_a_preset_is_that_of_the_column_too():
    danish = ('kinds = ["conviction"]\nwindow_months = 24', 'preset = "dk_dst"')
    assert problems(changed(danish, with_unit('"DKK"'))) == ()
    problem = the_problem(danish, with_unit('"EUR"'))
    assert (problem.code, problem.key) == ("PE-F25", "outcome[1].reoffending.fine_below.currency")
    assert problem.line == changed(with_unit('"EUR"')).split("\n").index("[outcome.reoffending]") + 1


@pytest.mark.parametrize(
    ("rules", "key"),
    [
        ('classes = ["traffic", "drugs"]', "classes"),
        ('classes_left_out = ["drugs"]', "classes_left_out"),
        ('fine_below = { amount = 1, currency = "DKK", classes = ["drugs"] }', "fine_below.classes"),
    ],
)
def test_a_class_that_no_code_means_is_named_with_the_line_that_gives_it_one(rules, key):
    (problem,) = problems(ruled(rules))
    assert (problem.code, problem.key) == ("PE-F25", f"outcome[1].reoffending.{key}")
    assert 'offence_class = { column = "law", codes = { "..." = "drugs" } }' in problem.mend


def test_a_class_is_what_a_code_means_or_a_code_left_to_mean_itself():
    assert problems(ruled('classes = ["traffic", "12"]')) == ()
    (problem,) = problems(ruled('classes = ["26"]'))  # the code has another name now
    assert "means 26" in problem.what
    assert problems(ruled('classes = ["26"]', (', codes = { "26" = "traffic" } }', " }"))) == ()


def test_a_preset_that_is_not_known_is_named_with_the_nearest():
    problem = the_problem(('kinds = ["conviction"]\nwindow_months = 24', 'preset = "uk_proven_2y"'))
    assert (problem.code, problem.key) == ("PE-F08", "outcome[1].reoffending.preset")
    assert problem.what == "'uk_proven_2y' is not a known preset."
    assert problem.mend.startswith("Did you mean uk_proven_1y? Known: dk_dst, ")


def test_what_follows_from_a_preset_is_not_declared():
    (problem,) = problems(ruled('unknown = ["death"]'))
    assert (problem.code, problem.key, problem.mend) == (
        "PE-F07",
        "outcome[1].reoffending.unknown",
        "Remove it.",
    )
    (problem,) = problems(ruled('unknwon = ["death"]'))
    assert "unknown" not in problem.mend


# --- roles --------------------------------------------------------------------------------------------------

OF_PRESET = ('kinds = ["conviction"]\nwindow_months = 24', 'preset = "uk_proven_1y"')
OFFICIAL = (OF_PRESET[0], 'preset = "dk_dst"\nofficial = true')


@pytest.fixture
def provisional(monkeypatch):
    """Make a preset provisional: its sources leave two fields open."""
    known = PRESETS["uk_proven_1y"]
    monkeypatch.setitem(PRESETS, "uk_proven_1y", replace(known, unknown=("counting_unit", "deportation")))


def test_a_provisional_definition_is_not_primary_until_what_is_unknown_is_filled_in(provisional):
    problem = the_problem(OF_PRESET)
    assert (problem.code, problem.key) == ("PE-F26", "analysis[1].outcome")
    assert "counting_unit, deportation." in problem.what
    one = (OF_PRESET[0], OF_PRESET[1] + '\ndeportation = "censor"')
    assert "know: counting_unit." in the_problem(one).what
    both = (OF_PRESET[0], OF_PRESET[1] + '\ndeportation = "censor"\ncounting_unit = "offence"')
    assert problems(changed(both)) == ()


@pytest.mark.parametrize("kind", ["death", "deportation", "emigration"])
def test_people_left_out_for_what_came_later_are_never_left_out_of_the_primary_analysis(kind):
    (problem,) = problems(ruled(f'{kind} = "exclude"'))
    assert (problem.code, problem.key) == ("PE-C10", "analysis[1].role")


@pytest.mark.parametrize(
    ("role", "allowed"),
    [("primary", False), ("secondary", False), ("sensitivity", True), ("exploratory", True)],
)
def test_an_official_definition_is_for_comparison_only(role, allowed):
    second = (
        'id = "second"\nrole = "sensitivity"\noutcome = "reconviction"',
        f'id = "second"\nrole = "{role}"\noutcome = "official"',
    )
    official = RULES[RULES.index("[[outcome]]") : RULES.index("[[prior_offending]]")]
    official = official.replace('"reconviction"', '"official"').replace(*OFFICIAL)
    found = problems(changed(second, ("[[prior_offending]]", f"{official}\n[[prior_offending]]")))
    found = [problem for problem in found if "already" not in problem.what]
    assert [(problem.key) for problem in found] == ([] if allowed else ["analysis[2].role"])
    assert all(problem.code == ("PE-C10" if role == "primary" else "PE-F26") for problem in found)


# --- comparison, prior offending, truth ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ('presets = ["uk_proven_1y"', 'presets = ["uk_proven_2y"', "comparison.presets[1]", "mean uk_prov"),
        ('"dk_dst"]', '"dk_dst", "dk_dst"]', "comparison.presets[3]", "Name each preset once"),
        ('[comparison]\noutcome = "reco', '[comparison]\noutcome = "recco', "comparison.outcome", "Did you"),
        ('outcome = "reconviction"\nm', 'outcome = "nothing"\nm', "prior_offending[1].outcome", "Known"),
        ('id = "prior_convictions"', 'id = "age"', "prior_offending[1].id", "Use another id"),
        ('id = "prior_convictions"', 'id = "arm"', "prior_offending[1].id", "is kept for the arm"),
        ('[[truth]]\nanalysis = "primary"', '[[truth]]\nanalysis = "primry"', "truth[1].analysis", "primary"),
        ("simulated = true\n", "", "truth", "simulated trials only"),
    ],
)  # fmt: skip
def test_a_reference_that_leads_nowhere_is_named(old, new, key, says):
    found = [
        problem
        for problem in problems(changed((old, new)))
        if problem.key != "analysis[1].covariates"  # where the prior offending has another name
    ]
    assert [(problem.code, problem.key) for problem in found] == [("PE-F09", key)]
    assert says in f"{found[0].what} {found[0].mend}"


@pytest.mark.parametrize("entry", ["prior_offending", "truth"])
def test_an_entry_that_stands_twice_is_named(entry):
    start = RULES.index(f"[[{entry}]]")
    block = RULES[start : RULES.find("\n\n", start)]
    (problem,) = problems(f"{RULES}\n{block}\n")
    assert problem.key == f"{entry}[2].{'id' if entry == 'prior_offending' else 'analysis'}"


@pytest.mark.parametrize(
    ("old", "key"),
    [
        ('[comparison]\noutcome = "reconviction"', "comparison.outcome"),
        ('label = "Convictions in five years"\noutcome = "reconviction"', "prior_offending[1].outcome"),
    ],
)
def test_what_was_measured_already_cannot_be_counted_again(old, key):
    columns = (
        'age = { type = "integer"',
        'again = { type = "yes_no", label = "a", yes = ["1"], no = ["0"], timing = "after_randomisation" }\n'
        'days = { type = "integer", label = "d", timing = "after_randomisation" }\nage = { type = "integer"',
    )
    text = changed(columns, ("[[prior_offending]]", f"{MEASURED}[[prior_offending]]"))
    assert problems(text) == ()
    (problem,) = problems(changed((old, old.replace('"reconviction"', '"measured"')), text=text))
    assert (problem.code, problem.key) == ("PE-F09", key)
    assert problem.mend == "Name an outcome with reoffending: reconviction."


def test_a_preset_whose_needs_are_not_met_may_be_compared():
    assert problems(changed(('fine_amount = "amount"\n', ""), ('decision_date = "decided"\n', ""))) == ()


def test_prior_offending_needs_the_first_day_of_the_registers():
    start = "data_start = 2010-01-01\n"
    problem = the_problem((start, ""))
    assert (problem.code, problem.key) == ("PE-C47", "data.data_start")
    assert problem.line == RULES.split("\n").index("[data]") + 1
    line = problem.mend.rsplit(": ", 1)[1].rstrip(".")
    assert problems(changed((start, f"{line}\n"))) == ()


def test_without_prior_offending_the_first_day_of_the_registers_may_be_left_out():
    prior = RULES[RULES.index("[[prior_offending]]") : RULES.index("[[analysis]]")]
    without = ((prior, ""), ("data_start = 2010-01-01\n", ""), (', "prior_convictions"]', "]"))
    assert problems(changed(*without)) == ()


def test_prior_offending_is_a_covariate_and_no_stratum():
    covariates = 'method = "g_computation"\ncovariates = ["age", "prior_convictions"]'
    problem = the_problem(
        (covariates, 'method = "newcombe"'),
        ('hazard_ratio"', 'hazard_ratio"\nstrata = ["prior_convictions"]'),
    )
    assert "not of type category or yes_no" in problem.what


# --- the columns of events, custody and status --------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        *(
            (f'{key} = "{name}"', f'{key} = "{wrong}"', f"data.{table}.{key}", says)
            for table, key, name, wrong, says in (
                ("participants", "released_on", "released", "age", "not of type date"),
                ("participants", "sentenced_on", "sentenced", "sentencd", "Did you mean sentenced"),
                ("participants", "community_start_on", "started", "age", "not of type date"),
                ("events", "decision", "verdict", "law", "not of type id"),
                ("events", "case", "matter", "decided", "not of type id"),
                ("events", "offence_date", "committed", "law", "not of type date"),
                ("events", "police_initiated", "found", "law", "not of type yes_no"),
                ("events", "main_offence", "main", "amount", "not of type yes_no"),
                ("events", "fine_amount", "amount", "law", "not of type number or integer"),
                ("events", "harm_days", "harm", "harms", "Did you mean harm"),
                ("custody", "from_date", "from", "why", "not of type date"),
                ("custody", "to_date", "to", "too", "Did you mean to"),
                ("status", "date", "day", "event", "not of type date"),
            )
        ),
        ('kind = { column = "what"', 'kind = { column = "main"', "data.events.kind.column", "type category"),
        ('class = { column = "law"', 'class = { column = "lw"', "data.events.offence_class.column", "law"),
        ('{ column = "outcome"', '{ column = "amount"', "data.events.sanction.column", "type category"),
        ('{ column = "why"', '{ column = "to"', "data.custody.reason.column", "type category"),
        ('{ column = "event"', '{ column = "day"', "data.status.kind.column", "type category"),
        ('S = "charge", X', 'S = "charge", Z = "arrest", X', "data.events.kind.codes.Z", "code of what"),
        ('"26" = "traffic"', '"62" = "traffic"', "data.events.offence_class.codes.62", "Known: 12, 26."),
        ('S = "charge", X = "other" }', 'S = "charge" }', "data.events.kind.codes", "meaning: X."),
        (', F = "fine" }', " }", "data.events.sanction.codes", "without a meaning: F."),
        ('R = "remand", D = "sentence"', 'R = "remand"', "data.custody.reason.codes", "these: sentence, r"),
        ('D = "death", U = "deportation"', 'U = "deportation"', "data.status.kind.codes", "these: death, de"),
        *(
            (f"[data.{table}.columns]", f'[data.{table}.columns]\n{name} = {{ type = "id", label = "p", '
             'timing = "after_randomisation" }', f"data.{table}.columns.{name}", says)
            for table in ("events", "custody", "status")
            for name, says in (("person", "is kept for the person"), ("id", "is the column of the person"))
        ),
    ],
)  # fmt: skip
def test_a_column_of_a_table_that_is_not_as_it_must_be_is_named(old, new, key, says):
    problem = the_problem((old, new))
    assert (problem.code, problem.key) == ("PE-F09", key)
    assert says in f"{problem.what} {problem.mend}"


# --- what methods on events and quantities need -------------------------------------------------------------

RESAMPLING = ("[comparison]", "[resampling]\nseed = 1\n\n[comparison]")
BY_LEVEL = """effect_measure = "common_odds_ratio"
seriousness = { quantity = "harm_days", cuts = [1.0, 30.0], labels = ["a", "b", "c"], worse = "higher" }"""
BY_PRIORITY = """effect_measure = "win_ratio"
priorities = [{ by = "death", better = "no" }, { by = "harm_days", better = "lower", margin = 10.0 }]"""
BY_QUANTITY = 'effect_measure = "mean_difference"\nquantity = "custody_days"'
AT_LIBERTY = 'effect_measure = "rate_ratio"\nmethod = "poisson"\nexposure = "at_liberty"'
SECOND = 'effect_measure = "hazard_ratio"'


def asked(analysis: str, *changes: tuple[str, str]) -> str:
    """The protocol with another second analysis, and a seed."""
    return changed((SECOND, analysis), RESAMPLING, *changes)


@pytest.mark.parametrize("analysis", [BY_LEVEL, BY_PRIORITY, BY_QUANTITY, AT_LIBERTY])
def test_an_analysis_of_events_or_of_a_quantity_is_understood(analysis):
    assert problems(asked(analysis)) == ()


@pytest.mark.parametrize(
    ("analysis", "old", "new", "code", "key", "says"),
    [
        (BY_LEVEL, 'harm_days = "harm"\n', "", "PE-F09", "seriousness.quantity", "[data.events] with"),
        (BY_LEVEL, ', worse = "higher"', "", "PE-F08", "seriousness.worse", "is missing"),
        (BY_LEVEL, "cuts = [1.0, 30.0]", "cuts = [30.0, 1.0]", "PE-F08", "seriousness", "must ascend"),
        (BY_LEVEL, "cuts = [1.0, 30.0]", "cuts = [0.0, 30.0]", "PE-F08", "seriousness.cuts[1]", "0"),
        (BY_LEVEL, ', "c"]', "]", "PE-F08", "seriousness", "one more than cuts"),
        (BY_LEVEL, '"harm_days", cuts', '"harm", cuts', "PE-F08", "seriousness.quantity", "harm_days"),
        (BY_PRIORITY, 'harm_days = "harm"\n', "", "PE-F09", "priorities[2].by", "[data.events] with"),
        (BY_PRIORITY, ', better = "no"', "", "PE-F08", "priorities[1].better", "is missing"),
        (BY_PRIORITY, 'better = "no"', 'better = "lower"', "PE-F08", "priorities[1]", "is one of: no, yes"),
        (BY_PRIORITY, 'better = "lower"', 'better = "later"', "PE-F08", "priorities[2]", "of: lower, higher"),
        (BY_PRIORITY, '"no" }', '"no", margin = 1.0 }', "PE-F08", "priorities[1]", "says nothing to"),
        (BY_PRIORITY, "margin = 10.0", "margin = -1.0", "PE-F08", "priorities[2].margin", "at least 0"),
        (BY_PRIORITY, BY_PRIORITY[28:], "", "PE-F09", "method", "win_ratio by u_statistic needs priorities"),
        (BY_PRIORITY, BY_PRIORITY[28:], "\npriorities = []", "PE-F09", "method", "needs priorities."),
        (BY_QUANTITY, '\nquantity = "custody_days"', "", "PE-F09", "method", "needs quantity."),
        (BY_QUANTITY, '"custody_days"', '"harm_days"\nseriousness = {}', "PE-F09", "seriousness", "effect"),
        (BY_QUANTITY, RESAMPLING[1], "[comparison]", "PE-F09", "method", "draws random numbers"),
    ],
)  # fmt: skip
def test_what_an_analysis_of_events_or_of_a_quantity_lacks_is_named_where_it_stands(
    analysis, old, new, code, key, says
):
    found = problems(asked(analysis, (old, new)))
    assert (code, f"analysis[2].{key}") in [(problem.code, problem.key) for problem in found]
    assert {str(problem.key).split(".")[1].split("[")[0] for problem in found} == {
        key.split(".")[0].split("[")[0]
    }
    assert any(says in f"{problem.what} {problem.mend}" for problem in found)


@pytest.mark.parametrize(
    ("analysis", "table", "key", "says"),
    [
        (BY_QUANTITY, "custody", "quantity", "custody_days needs [data.custody]."),
        (AT_LIBERTY, "custody", "exposure", "at_liberty needs [data.custody]."),
        (BY_PRIORITY, "status", "priorities[1].by", "death needs [data.status]."),
    ],
)
def test_a_table_that_is_counted_from_is_declared(analysis, table, key, says):
    document = tomllib.loads(asked(analysis))
    del document["data"][table]
    found = [problem for problem in crossed(document) if str(problem.key).startswith("analysis")]
    assert [(problem.key, problem.what) for problem in found] == [(f"analysis[2].{key}", says)]


@pytest.mark.parametrize("value", ["-0.1", "0", "0.0"])
def test_the_truth_of_a_ratio_is_above_zero(value):
    truth = 'analysis = "primary"\nvalue = -0.1'
    problem = the_problem((truth, f'analysis = "second"\nvalue = {value}'))
    assert (problem.code, problem.key) == ("PE-F09", "truth[1].value")
    assert problem.what == "is no hazard ratio: a ratio is above 0."
    assert problems(changed((truth, 'analysis = "second"\nvalue = 0.8'))) == ()


def test_rates_at_liberty_are_never_primary():
    primary = 'effect_measure = "risk_difference"\nmethod = "g_computation"'
    problem = the_problem((primary, AT_LIBERTY), ("value = -0.1", "value = 0.9"))
    assert (problem.code, problem.key) == ("PE-F09", "analysis[1].exposure")
    assert problem.what.startswith("at_liberty cannot be primary")


@pytest.mark.parametrize(("method", "cuts"), [("andersen_gill", True), ("poisson", False)])
def test_what_follows_people_day_by_day_has_no_window_of_days_at_liberty(method, cuts):
    document = tomllib.loads(asked(f'effect_measure = "rate_ratio"\nmethod = "{method}"'))
    document["outcome"][0]["reoffending"] |= {
        "custody": "street",
        "street_extension_months": 12,
        "offences_in_custody": "leave_out",
    }
    found = [problem for problem in crossed(document) if str(problem.key).startswith("analysis")]
    assert [problem.key for problem in found] == (["analysis[2].outcome"] if cuts else [])


@pytest.mark.parametrize("day", [730, 731])
def test_days_lie_within_the_window_that_the_rules_say(day):
    periods = f'{SECOND}\nmethod = "cox_periods"\nperiods_days = [0, 91, {day}]'
    found = problems(asked(periods))
    assert [problem.key for problem in found] == (["analysis[2].periods_days"] if day > 730 else [])


# --- anything may stand anywhere ----------------------------------------------------------------------------

JUNK: tuple[Any, ...] = ([], {}, [[]], [{}], ["x"], {"x": "x"}, "", "x", -1, 1.5, True)


ASKED = {"role": "exploratory", "outcome": "reconviction"}
EVERY_OPTION: list[dict[str, Any]] = [
    {"id": f"option_{number}", **ASKED, **tomllib.loads(text)}
    for number, text in enumerate(
        (
            BY_LEVEL,
            BY_PRIORITY,
            BY_QUANTITY,
            AT_LIBERTY,
            'effect_measure = "hazard_ratio"\nmethod = "cox_periods"\nperiods_days = [0, 91, 365]',
            'effect_measure = "risk_difference"\nmethod = "landmark"\nlandmark_days = 91',
            'effect_measure = "hazard_ratio"\nmethod = "cox_time_varying"\nat_days = [30]\n'
            'time_function = "days"',
            'effect_measure = "association_test"\nmethod = "weighted_logrank"\n'
            'weights = { family = "fleming_harrington", rho = 1.0 }',
            'effect_measure = "quantile_difference"\nquantile = 0.25',
        )
    )
]
"""An analysis for each option that only certain methods understand."""


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    for part in list(node) if isinstance(node, dict) else range(len(node)):
        yield node, part
        if isinstance(node[part], dict | list):
            yield from places(node[part])


def test_whatever_stands_in_a_place_there_is_a_protocol_or_a_problem_that_can_be_printed():
    document = tomllib.loads(RULES)
    document["outcome"][0]["reoffending"] = {"preset": "uk_proven_1y", **_lists(EVERYTHING_ASKED)}
    document["analysis"] += EVERY_OPTION
    document["resampling"] = {"seed": 1}
    assert [problem.code for problem in crossed(document)] == []
    for node, part in places(document):
        kept = node[part]
        for junk in JUNK:
            node[part] = deepcopy(junk)
            found = crossed(document) + validate(Protocol, document, lines={}, file="p.toml")[1]
            assert all(problem.key and str(problem) for problem in found)
        node[part] = kept


def _lists(value: Any) -> Any:
    """The same with lists in place of tuples, as TOML gives them."""
    if isinstance(value, dict):
        return {key: _lists(inner) for key, inner in value.items()}
    return list(value) if isinstance(value, tuple) else value
