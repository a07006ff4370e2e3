"""Adjusted analyses: that one is shown, or withheld, says nothing of how the few people at a level fared."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pandas as pd
import pytest
from attacker import AFTER, ARMS, Person, analysis, crowd, protocol_of, trial_of

from primus_eval.disclosure import release
from primus_eval.disclosure.adjusted import ADDS_UP, CONSTANT, KIND, STAND_IN, UNNAMED
from primus_eval.disclosure.coarse import coarse_flow
from primus_eval.estimators.hazard import HAZARD
from primus_eval.findings import Finding, Findings
from primus_eval.measurement import measure
from primus_eval.pipeline import evaluate
from primus_eval.report import render

BY_GROUP = ["group", "age"]
METHODS = (
    ("hazard_ratio", "cox"),
    ("hazard_ratio", "cox_robust"),
    ("hazard_ratio", "cox_firth"),
    ("odds_ratio", "logistic"),
    ("risk_difference", "g_computation"),
    ("risk_difference", "cox_standardised"),
    ("subdistribution_hazard_ratio", "fine_gray"),
    ("restricted_mean_difference", "pseudo_observations"),
)
PRIMARY = analysis("primary", "primary")


def both(group: str, **numbers: Any) -> list[Person]:
    return [person for arm in ARMS for person in crowd(arm, group, **numbers)]


MANY = both("a", arrested=20, free=20) + both("b", arrested=20, free=20)


def adjusted(measure: str = "hazard_ratio", method: str = "cox", **keys: Any) -> dict[str, Any]:
    about = {"effect_measure": measure, "method": method, "covariates": BY_GROUP}
    return analysis("adjusted", **{**about, **keys})


def inside(people: list[Person], *asked: dict[str, Any], **parts: Any) -> Findings:
    return evaluate(trial_of(people, protocol_of(list(asked), **parts)))


def picture(findings: Findings) -> tuple[list[Finding], set[str]]:
    """All that a release says of the adjusted analysis: its findings, and what stands beside them."""
    released = release(findings).findings
    rows = [replace(row, fingerprint="") for row in released.of_analysis("adjusted")]
    beside = {exhibit.id for exhibit in released.exhibits if "adjusted" in exhibit.id}
    return rows, beside


FEW = [
    crowd("treatment", "c", arrested=1, arrest=("event", 180)),
    crowd("treatment", "c", free=1),
    crowd("treatment", "c", arrested=1, free=1),
    crowd("treatment", "c", free=2) + crowd("control", "c", free=1),
    crowd("treatment", "c", arrested=4),
    # many people, of whom few were arrested, or none, or few were not
    both("c", arrested=2, free=20),
    both("c", free=20),
    both("c", arrested=20, free=1),
    both("c", arrested=20),
    # of a few the group is not known
    crowd("control", "", arrested=2),
    crowd("control", "", free=2),
]


@pytest.mark.parametrize(("measure", "method"), METHODS)
def test_how_the_few_at_a_level_fared_changes_nothing_of_what_is_shown(measure: str, method: str) -> None:
    rows, beside = picture(inside(MANY + FEW[0], PRIMARY, adjusted(measure, method)))
    assert {row.reason for row in rows} == {"small_covariate_level"} and not beside
    for few in FEW[1:]:
        assert picture(inside(MANY + few, PRIMARY, adjusted(measure, method))) == (rows, beside)


def test_the_fit_alone_tells_how_they_fared() -> None:
    """What is withheld is worth withholding: inside, there is an answer for one fate, none for the other."""
    protocol = protocol_of([PRIMARY, adjusted()])
    few = (crowd("treatment", "c", arrested=1), crowd("treatment", "c", free=1))
    arrested, free = (
        evaluate(trial_of(MANY + one, protocol, seed=1)).of_analysis("adjusted")[0].status for one in few
    )
    assert (arrested, free) == ("estimated", "not_estimable")


def test_strata_are_groups_adjusted_for() -> None:
    asked = analysis("adjusted", effect_measure="hazard_ratio", method="cox", strata=["group"])
    pictures = [picture(inside(MANY + few, PRIMARY, asked)) for few in FEW]
    assert all(each == pictures[0] for each in pictures)
    assert pictures[0][0][0].reason == "small_covariate_level"


@pytest.mark.parametrize(("measure", "method"), METHODS)
def test_where_no_level_is_small_the_analysis_is_shown(measure: str, method: str) -> None:
    people = MANY + both("c", arrested=6, free=6)
    rows, _ = picture(inside(people, PRIMARY, adjusted(measure, method)))
    assert {row.status for row in rows} == {"estimated"}


def test_counts_of_levels_do_not_leave() -> None:
    findings = inside(MANY, PRIMARY, adjusted())
    assert findings.exhibits_of(KIND) and not release(findings).findings.exhibits_of(KIND)


def test_a_level_is_counted_by_each_part_of_the_window() -> None:
    """In the first half only two of the group were arrested, in the whole window many."""
    early = [
        person
        for arm in ARMS
        for group in ("a", "b")
        for person in crowd(arm, group, arrested=10, arrest=("event", 90))
    ]
    few = both("c", arrested=10, free=20) + crowd("treatment", "c", arrested=2, arrest=("event", 90))
    asked = adjusted(method="cox_periods", periods_days=[0, 180, 365])
    rows, _ = picture(inside(MANY + early + few, PRIMARY, asked))
    assert {row.reason for row in rows} == {"small_covariate_level"}
    enough = both("c", arrested=5, arrest=("event", 90))
    rows, _ = picture(inside(MANY + early + few + enough, PRIMARY, asked))
    assert "small_covariate_level" not in {row.reason for row in rows}


def test_what_stands_in_for_missing_covariates_is_said_whether_or_not_any_is_missing() -> None:
    some = [person for arm in ARMS for person in crowd(arm, "", arrested=6, free=6)]
    for people in (MANY, MANY + some):
        rows, _ = picture(inside(people, PRIMARY, adjusted()))
        assert rows[0].warnings.count(STAND_IN) == 1
        assert not any(text.startswith("Missing covariates") for text in rows[0].warnings)


def test_no_warning_names_what_is_the_same_for_everybody() -> None:
    findings = inside(both("a", arrested=20, free=20), PRIMARY, adjusted())
    (row,) = findings.of_analysis("adjusted")
    assert row.reason == "constant_covariate" and row.warnings == (f"{CONSTANT}group.",)
    assert picture(findings)[0][0].warnings == (STAND_IN, UNNAMED[CONSTANT])
    added = replace(findings, rows=(replace(row, warnings=(f"{ADDS_UP}group=b, age.",)),))
    assert picture(added)[0][0].warnings == (STAND_IN, UNNAMED[ADDS_UP])


def test_in_a_part_where_all_are_alike_is_withheld_like_where_few_are_not() -> None:
    """Everybody of group a has a short education, or all but two; nobody may learn which."""
    short = trial_of(MANY, protocol_of([PRIMARY, adjusted(population="group_a", covariates=["education"])]))
    in_a = (short.participants["group"] == "a").to_numpy()
    found = []
    for others in (0, 1, 2):
        frame = short.participants.copy()
        frame.loc[in_a, "education"] = "1"
        frame.loc[frame.index[in_a][:others], "education"] = "2"
        found.append(picture(evaluate(replace(short, participants=frame))))
    assert found[0] == found[1] == found[2]
    assert found[0][0][0].reason == "small_covariate_level"


def test_tests_of_proportional_hazards_in_a_part_name_no_level() -> None:
    trial = trial_of(
        MANY * 2, protocol_of([PRIMARY, adjusted(population="group_a", covariates=["education"])])
    )
    (exhibit,) = release(evaluate(trial)).findings.exhibits_of("proportionality")
    assert [row["term"] for row in exhibit.records()] == ["arm"]


def test_a_fit_that_does_not_converge_is_a_result(monkeypatch: pytest.MonkeyPatch) -> None:
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError

    def fit(*_: Any, **__: Any) -> None:
        raise ConvergenceError("delta contains nan value(s).")

    monkeypatch.setattr(CoxPHFitter, "fit", fit)
    protocol = protocol_of([PRIMARY, adjusted()])
    measured = measure(trial_of(MANY, protocol), "arrest")
    (estimate,) = HAZARD["hazard_ratio", "cox"](measured, protocol.analysis[1])
    assert (estimate.effect.estimate, estimate.effect.reason) == (None, "not_converged")
    assert picture(inside(MANY, PRIMARY, adjusted()))[0][0].reason == "differencing"


# ------------------------------------------------------------------------------------ who received it


def uptake(*, missed: int, crossed: int, unknown: int, treated_unknown: bool) -> Findings:
    """A trial in which few did not receive what they were assigned to, and of some nothing is known."""
    data = protocol_of([PRIMARY]).model_dump(mode="json", by_alias=True)["data"]
    column = {"type": "yes_no", "label": "In it", "yes": ["1"], "no": ["0"], "missing": [""], **AFTER}
    data["participants"]["columns"]["in_it"] = column
    data["participants"]["received"] = "in_it"
    trial = trial_of(MANY, protocol_of([PRIMARY], data=data))
    treated = [person.arm == "treatment" for person in MANY]
    in_it: list[bool | None] = list(treated)
    of = {arm: [place for place, is_in in enumerate(treated) if is_in == arm] for arm in (True, False)}
    for place in of[True][:missed]:
        in_it[place] = False
    for place in of[False][:crossed]:
        in_it[place] = True
    for place in of[treated_unknown][20 : 20 + unknown]:
        in_it[place] = None
    frame = trial.participants.assign(in_it=pd.array(in_it, dtype="boolean"))
    return evaluate(replace(trial, participants=frame))


def test_where_receipt_is_withheld_the_flow_does_not_say_of_whom_it_is_not_known() -> None:
    flows = set()
    for missed, crossed, unknown, arm in product((1, 3), (0, 2), (0, 1, 7), (True, False)):
        found = uptake(missed=missed, crossed=crossed, unknown=unknown, treated_unknown=arm)
        (flow,) = release(found).findings.exhibits_of("flow")
        flows.add(flow.rows)
        assert [row["arm"] for row in flow.records() if row["stage"] == "receipt_unknown"] == [*ARMS]
    assert len(flows) == 1
    (exact,) = uptake(missed=8, crossed=6, unknown=0, treated_unknown=True).exhibits_of("flow")
    assert coarse_flow(exact, k=5, hide=False, shown=[]).rows == exact.rows


def test_no_checklist_says_that_the_flow_shows_receipt_where_it_does_not() -> None:
    for missed, stands in ((3, False), (8, True)):
        view = release(uptake(missed=missed, crossed=6, unknown=0, treated_unknown=True))
        text = b"\n".join(render(view, formats=("markdown",)).values()).decode(errors="ignore")
        assert ("who took part stands in the flow" in text) == stands
        assert ("who took part is withheld" in text) == (not stands)
