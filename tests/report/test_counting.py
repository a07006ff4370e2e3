"""How reoffending was counted, what happened on the way, other definitions, oddities, the truth: in print."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any

import figure_findings as made
import pytest
from report_page import Element, read_page

from primus_eval.audit import COLUMNS as AUDIT
from primus_eval.definitions import Reoffending, preset
from primus_eval.disclosure import Internal
from primus_eval.findings import Exhibit, Findings
from primus_eval.follow_up import CLOCK, CUSTODY, FATE
from primus_eval.measurement.counting import FATES
from primus_eval.report import render
from primus_eval.report.sections.counted import replaced_fields
from primus_eval.vocabulary import OWN_REASONS, AuditKind, ClockStart, words
from primus_eval.wording.catalogue import words_in
from primus_eval.wording.definition import definition_in_words

ENGLISH = words_in("en")
STREET = {
    "preset": "uk_proven_1y",
    "custody": "street",
    "street_extension_months": 12,
    "offences_in_custody": "leave_out",
    "decision_lag": {"days_after_window": 180},
}


def by_rules(*exhibits: Exhibit, definition: Reoffending, **more: Any) -> Findings:
    """Findings about an outcome that was counted by rules."""
    found = made.findings(*exhibits, **more)
    outcome = found.context["protocol"]["outcome"][0]
    outcome |= {
        "observed": None,
        "definition": None,
        "reoffending": definition.model_dump(mode="json"),
        "clock_start": definition.clock_start,
        "horizon_days": definition.horizon_days,
    }
    return found


def report(findings: Findings) -> Element:
    return read_page(render(Internal(findings=findings))["report.html"])


def section(page: Element, id: str) -> str:
    (found,) = page.all("section", id=id)
    return " ".join(found.text().split())


def cells(page: Element, table: str) -> list[list[str]]:
    """The rows of a table, the header cell first, without detail lines and headings of groups."""
    (found,) = page.all("table", id=table)
    return [
        [" ".join(cell.text().split()) for cell in row.all() if cell.tag in ("th", "td")]
        for body in found.all("tbody")
        for row in body.all("tr")
        if row.attributes.get("class") not in ("group", "remark")
    ]


def about(kind: str, columns: tuple[str, ...], *rows: tuple[Any, ...], **notes: Any) -> Exhibit:
    found = made.exhibit(kind, columns, rows, notes=notes)
    return replace(found, id=f"{kind}/{made.OUTCOME}", outcome=made.OUTCOME)


# --- the rules ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "definition",
    [
        preset("dk_dst"),
        preset("dk_dst", death="censor", clock_start="community_start"),
        Reoffending.model_validate(STREET),
        Reoffending(kinds=("arrest",), window_days=365, clock_start="sentence"),
    ],
)
def test_every_rule_of_an_outcome_is_printed(definition):
    said = section(report(by_rules(definition=definition)), "counted")
    for sentence in definition_in_words(definition):
        assert sentence in said
    assert f"over {definition.horizon_days} days" in said


def test_an_outcome_that_came_measured_is_said_in_the_words_of_the_protocol():
    said = section(report(made.findings()), "counted")
    assert "came already measured" in said and "As recorded." in said
    assert "clock starts on the day of release" in said and "over 100 days" in said
    assert "preset" not in said and "Newcombe" not in said


def test_what_is_replaced_of_a_preset_is_named_and_nothing_else():
    assert replaced_fields(preset("dk_dst")) == ()
    assert set(replaced_fields(Reoffending.model_validate(STREET))) == {
        "custody",
        "street_extension_months",
        "offences_in_custody",
        "decision_lag",
    }
    assert replaced_fields(preset("uk_proven_1y", window_days=300)) == ("window_months",)
    assert replaced_fields(Reoffending(kinds=("arrest",), window_days=365)) == ()
    said = section(report(by_rules(definition=preset("dk_dst", death="censor"))), "counted")
    assert "sets its own rules on these points: what becomes of people who die." in said
    said = section(report(by_rules(definition=preset("dk_dst"))), "counted")
    assert "replaces none of that statistic\u2019s rules" in said


def test_what_a_provisional_definition_leaves_open_is_said():
    unknown = preset("nl_wodc")
    assert unknown.is_provisional
    assert "the definition is provisional" in section(report(by_rules(definition=unknown)), "counted")


@pytest.mark.parametrize("start", words(ClockStart))
def test_every_start_of_the_clock_has_its_words_wherever_it_is_said(start):
    definition = Reoffending(kinds=("arrest",), window_days=100, clock_start=start)
    files = render(Internal(findings=by_rules(made.curve(), made.risk_table(), definition=definition)))
    sheet = " ".join(read_page(files["summary.html"]).text().split())
    assert f"days from {ENGLISH.text(f'clock.{start}')}; nothing is known of later" in sheet
    limits = section(read_page(files["report.html"]), "limits")
    assert ("Follow-up begins" in limits) == (start != "randomisation")


# --- the flow ----------------------------------------------------------------------------------------------


def flow_with(*reasons: str) -> Exhibit:
    rows: list[tuple[Any, ...]] = [("assessed", "", "", "", None), ("randomised", "", "", "", 200)]
    for arm in ("treatment", "control"):
        rows.append(("randomised", arm, "", "", 100))
        rows += [("excluded", arm, reason, reason, 7) for reason in reasons]
        rows += [(stage, arm, "", "", 100 - 7 * len(reasons)) for stage in ("followed", "analysed")]
    return made.exhibit("flow", made.FLOW_COLUMNS, tuple(rows), notes={"horizon_days": 100})


def test_every_reason_of_measuring_is_said_in_words_everywhere():
    files = render(
        Internal(findings=by_rules(flow_with(*OWN_REASONS), definition=preset("dk_dst"), received=None))
    )
    page = read_page(files["report.html"])
    table = cells(page, "flow-table")
    in_csv = files["tables/flow.csv"].decode()
    (picture,) = [image for image in page.all("img") if "Flow" in image.attributes["alt"]]
    for reason in OWN_REASONS:
        said = ENGLISH.text(f"flow.reason.{reason}")
        assert [f"Excluded after randomisation: {said}", "–", "7", "7"] in table
        assert said in in_csv and said.casefold() in picture.attributes["alt"].casefold()
    assert not any(reason in section(page, "participants") for reason in OWN_REASONS)


def test_who_was_not_found_is_missing_and_not_free_of_events():
    assert "missing" in ENGLISH.text("flow.reason.not_linked")
    found = by_rules(flow_with("not_linked"), definition=preset("dk_dst"), received=None)
    found.context["protocol"]["data"]["participants"]["linked"] = "found"
    page = report(found)
    assert "Who was not found in the register is missing." in section(page, "limits")
    assert "missing because not found in the register" in section(page, "participants")


# --- limits ------------------------------------------------------------------------------------------------


def test_competing_events_are_not_called_unmodelled_beside_rules_that_say_what_they_do():
    observed = section(report(made.findings()), "limits")
    assert "this outcome came already measured" in observed
    rules = section(report(by_rules(definition=preset("dk_dst"))), "limits")
    assert "already measured" not in rules and "Of people who die or leave the country" in rules
    assert "Days in custody are days of the window here" in rules
    street = section(report(by_rules(definition=Reoffending.model_validate(STREET))), "limits")
    assert "Days in custody are made up" in street and "are days of the window here" not in street


# --- on the way --------------------------------------------------------------------------------------------


def test_the_wait_stands_by_arm_with_the_caution_that_it_came_after_randomisation():
    clock = about(
        "clock", CLOCK, ("treatment", 60, 57, 3, 50.0, 30.5, 90.0), ("control", 59, 59, 0, None, None, None)
    )
    page = report(by_rules(clock, definition=preset("dk_dst")))
    said = section(page, "way")
    assert "happened after randomisation" in said and "Follow-up begins at release" in said
    assert cells(page, "clock-release") == [
        ["Two mentors", "60", "57", "3", "50", "30.5 to 90"],
        ["Usual services", "59", "59", "0", "\u2013", "\u2013"],
    ]


def fates(**found: tuple[int, int, int, int]) -> Exhibit:
    """Events and people of each fate: treatment, then control; nothing where it is not said."""
    rows = [
        (arm, fate, *found.get(fate, (0, 0, 0, 0))[place : place + 2])
        for fate in FATES
        for arm, place in (("treatment", 0), ("control", 2))
    ]
    return about("fates", FATE, *rows)


def test_what_became_of_events_stands_with_pseudo_reconvictions_aloud():
    found = fates(counted=(30, 12, 41, 15), pseudo_reconviction=(6, 5, 9, 8), in_custody=(0, 0, 2, 1))
    page = report(by_rules(found, definition=preset("dk_dst")))
    assert cells(page, "fates") == [
        ["Counted", "30", "12", "41", "15"],
        [ENGLISH.text("fates.pseudo_reconviction"), "6", "5", "9", "8"],
        ["Not counted: on a day in custody", "0", "0", "2", "1"],
    ]
    assert "There were 6 (two mentors) and 9 (usual services)" in section(page, "way")


def test_pseudo_reconvictions_are_named_also_where_there_are_none_or_where_they_count():
    none = report(by_rules(fates(counted=(1, 1, 1, 1)), definition=preset("dk_dst")))
    assert "No offence from before follow-up began was decided after it" in section(none, "way")
    counted = Reoffending(
        kinds=("conviction",), window_days=365, date_used="decision", pseudo_reconvictions="count"
    )
    page = report(by_rules(fates(counted=(1, 1, 1, 1)), definition=counted))
    assert "count here (pseudo-reconvictions), as the rules say" in section(page, "way")


def test_what_few_people_account_for_is_called_withheld():
    rows = [
        (arm, fate, None if fate == FATES[2] else 9, 3 if fate == FATES[2] else 9)
        for fate in FATES
        for arm in ("treatment", "control")
    ]
    page = report(by_rules(about("fates", FATE, *rows, rounded=True, step=6), definition=preset("dk_dst")))
    assert [ENGLISH.text("fates.pseudo_reconviction"), "withheld", "3", "withheld", "3"] in cells(
        page, "fates"
    )
    said = section(page, "way")
    assert "the number is withheld" in said
    assert "Numbers of people, events and rows are rounded to the middle of steps of 6" in said


def test_days_in_custody_stand_by_arm_with_their_spread_where_it_is_known():
    exact = about("custody", CUSTODY, ("treatment", 57, 20, 30.74, 55.0), ("control", 59, 31, 41.0, None))
    page = report(by_rules(exact, definition=preset("dk_dst")))
    assert cells(page, "custody") == [
        ["Two mentors", "57", "20", "30.7", "55"],
        ["Usual services", "59", "31", "41", "\u2013"],
    ]
    rounded = about(
        "custody",
        CUSTODY,
        ("treatment", 57, 21, 31.0, None),
        ("control", 57, 3, None, None),
        rounded=True,
        step=6,
    )
    page = report(by_rules(rounded, definition=preset("dk_dst")))
    assert cells(page, "custody") == [
        ["Two mentors", "57", "21", "31"],
        ["Usual services", "57", "3", "withheld"],
    ]


@pytest.mark.parametrize("kind", ["clock", "fates", "custody"])
def test_an_exhibit_that_is_withheld_says_so(kind):
    columns = {"clock": CLOCK, "fates": FATE, "custody": CUSTODY}[kind]
    page = report(by_rules(about(kind, columns).withheld("small_cell"), definition=preset("dk_dst")))
    assert "Withheld: it would show a small number of people." in section(page, "way")


def test_an_observed_outcome_has_nothing_on_the_way():
    assert report(made.findings()).all("section", id="way") == []


# --- oddities ----------------------------------------------------------------------------------------------


def test_oddities_are_counted_where_they_were_found_and_named_where_not():
    rows = [(kind, "events" if "event" in kind else "custody", 0, 0) for kind in words(AuditKind)]
    place = words(AuditKind).index("spell_reversed")
    rows[place] = (rows[place][0], "custody", 4, 3)
    audit = made.exhibit("audit", AUDIT, tuple(rows))
    page = report(by_rules(audit, definition=preset("dk_dst")))
    assert cells(page, "audit") == [["Spells that end before they begin", "custody", "4", "3"]]
    said = section(page, "computed")
    for kind in words(AuditKind):
        assert (f"{ENGLISH.text(f'audit.{kind}')} (" in said) == (kind != rows[place][0])


def test_where_nothing_is_odd_it_is_said_what_was_looked_for():
    audit = made.exhibit("audit", AUDIT, (("spell_overlaps", "custody", 0, 0),))
    said = section(report(by_rules(audit, definition=preset("dk_dst"))), "computed")
    assert "none was found: spells that begin before an earlier one has ended (custody)." in said


# --- other definitions -------------------------------------------------------------------------------------


def test_the_own_definition_comes_first_and_every_row_has_its_numbers_or_its_reason():
    page = report(by_rules(made.definitions(), definition=preset("dk_dst")))
    rows = cells(page, f"definitions-{made.OUTCOME}")
    assert [row[1:] for row in rows] == [
        ["25.0% (10 of 40)", "50.0% (20 of 40)", "\u221225.0 (\u221243.0 to \u22123.0)"],
        ["21.0% (8 of 40)", "15.0% (6 of 40)", "6.0 (\u221212.0 to 22.0)"],
        ["20.0% (6 of 30)", "20.0% (6 of 30)", "0.0 (\u221220.0 to 20.0)"],
        ["Not counted: it asks for something that these data do not hold."],
        ["Withheld: it would show a small number of people."],
    ]
    assert rows[0][0] == "Recorded reoffencethe protocol\u2019s own"
    assert rows[2][0].endswith("with the statistic\u2019s own rules for leaving people out")
    said = section(page, "definitions")
    assert "to choose among them after seeing them would be to choose a result" in said
    assert "rounded" not in said and "range that holds" not in said
    assert "score interval (Newcombe)" in said and "Aalen\u2013Johansen curves" in said


def test_rounded_counts_are_said_aloud():
    page = report(by_rules(made.rounded_definitions(), definition=preset("dk_dst")))
    said = section(page, "definitions")
    assert "rounded to the middle of steps of 6" in said and "only an interval is shown" in said
    assert "(range that holds the 95% interval)" in said
    assert cells(page, f"definitions-{made.OUTCOME}")[0][3] == "\u221243.0 to \u22123.0"


def test_what_rules_had_nothing_to_work_on_is_said_beneath_them():
    found = by_rules(definition=preset("dk_dst"))
    data = found.context["protocol"]["data"]
    data["status"], data["participants"]["linked"] = None, None
    bare = section(report(found), "counted")
    data["status"], data["participants"]["linked"] = {"file": "status.csv"}, "linked"
    full = section(report(found), "counted")
    for said in ("No table of deaths and departures was delivered", "nobody is known to be missing from it"):
        assert said in bare and said not in full


def test_a_comparison_that_is_withheld_says_so():
    page = report(by_rules(made.definitions().withheld("small_cell"), definition=preset("dk_dst")))
    assert "Withheld: it would show a small number of people." in section(page, "definitions")


# --- the truth ---------------------------------------------------------------------------------------------


def test_the_truth_stands_in_the_headline_the_sheet_the_results_and_the_table():
    found = made.findings(
        rows=(made.PRIMARY, made.ODDS), simulated=True, truth={"primary": -0.1, "odds": 3.0}
    )
    files = render(Internal(findings=found))
    page, sheet = (read_page(files[name]) for name in ("report.html", "summary.html"))
    plain = "True value put into this simulation: 10.0 fewer in 100. The interval contains it."
    assert [item.text() for item in page.all("p", _class="truth")] == [plain]
    assert [item.text() for item in sheet.all("p", _class="truth")] == [plain]
    exact = "True value put into this simulation: \u221210.0 percentage points. The interval contains it."
    assert f"{exact} How it is known: It was put in." in section(page, "primary")
    (table,) = page.all("table", id="results")
    remarks = [row.text() for row in table.all("tr", _class="remark")]
    assert remarks == [exact, "True value put into this simulation: 3.00. The interval does not contain it."]


def test_without_a_truth_nothing_is_said_of_one():
    for findings in (made.findings(simulated=True), made.findings(simulated=False, truth={"primary": -0.1})):
        files = render(Internal(findings=findings))
        assert not any(b"True value" in files[name] for name in ("report.html", "summary.html"))


# --- what is simulated says so everywhere ------------------------------------------------------------------


def test_every_file_of_the_simulated_sample_says_that_it_is_simulated(mentoring_files):
    tables = {name: content for name, content in mentoring_files.items() if name.endswith(".csv")}
    assert {"tables/flow.csv", "tables/definitions.csv", "findings.csv"} <= tables.keys()
    for name, content in tables.items():
        head, *rows = list(csv.reader(io.StringIO(content.decode())))
        assert head[0] == "simulated" and rows, name
        assert {row[0] for row in rows} == {"simulated data"}, name
    found = json.loads(mentoring_files["findings.json"])
    assert found["context"]["protocol"]["study"]["simulated"] is True
    for name in ("report.html", "summary.html"):
        assert b"SIMULATED DATA: no real people are in these data" in mentoring_files[name]
