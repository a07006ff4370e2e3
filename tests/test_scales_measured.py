"""Scores and weeks measured person by person, and what stands beside them, on eight made-up people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from small_trials import small_protocol

from primus_eval.errors import InputError
from primus_eval.estimators import estimate
from primus_eval.estimators.scale_waves import scale_exhibits
from primus_eval.estimators.scales import holm_exhibits
from primus_eval.findings import Findings
from primus_eval.measurement import Measurement, measure
from primus_eval.protocol import Protocol
from primus_eval.trial import Trial

AFTER = {"timing": "after_randomisation"}
DATE = {"type": "date", "format": "%Y-%m-%d"}


def category(label: str, *levels: str) -> dict[str, Any]:
    return {"type": "category", "label": label, "levels": {level: level for level in levels}, **AFTER}


def table(name: str, columns: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {"file": f"{name}.csv", "person": "id", **keys, "columns": columns}


SCALE = {"domain": "wellbeing", "wave": 2, "waves": [1, 2], "lowest": 0, "highest": 100}
OUTCOMES: dict[str, dict[str, Any]] = {
    "wellbeing": {"scale": SCALE, "horizon_days": 100},
    "housing": {
        "scale": {
            **{"domain": "housing", "wave": 2, "lowest": 0, "highest": 3},
            "custody": {"score": 0, "label": "in custody"},
            "levels": {"1": "street", "2": "friends", "3": "own"},
        },
        "horizon_days": 100,
    },
    "free_only": {"scale": {**SCALE, "places": ["free"]}, "horizon_days": 100},
    "work": {"register_weeks": {"codes": ["job"], "weeks": 4, "more_than": 0.5}, "horizon_days": 28},
}
ANALYSES = [
    {"id": "primary", "role": "primary", "outcome": "reoffence", "effect_measure": "risk_difference"},
    {"id": "wellbeing", "role": "secondary", "outcome": "wellbeing", "effect_measure": "mean_difference"},
    {"id": "housing", "role": "secondary", "outcome": "housing", "effect_measure": "common_odds_ratio"},
    {"id": "free_only", "role": "secondary", "outcome": "free_only", "effect_measure": "mean_difference"},
    {"id": "work", "role": "secondary", "outcome": "work", "effect_measure": "mean_difference"},
    {"id": "half", "role": "secondary", "outcome": "work", "effect_measure": "risk_difference"},
]


def protocol_of() -> Protocol:
    """The small protocol with dates, custody, status, needs and weeks, and four outcomes that are scores."""
    document = small_protocol().model_dump(by_alias=True, exclude_none=True)
    people = document["data"]["participants"]
    people |= {"randomised_on": "randomised", "released_on": "released"}
    people["columns"] |= {
        "randomised": {**DATE, "label": "Randomised", "timing": "before_randomisation"},
        "released": {**DATE, "label": "Released", **AFTER},
    }
    day = {**DATE, "label": "Day", **AFTER}
    document["data"] |= {
        "data_cutoff": date(2020, 12, 31),
        "custody": table("custody", {"from": day, "to": day}, from_date="from", to_date="to"),
        "status": table(
            "status",
            {"day": day, "what": category("What", "dead", "deported")},
            date="day",
            kind={"column": "what", "codes": {"dead": "death", "deported": "deportation"}},
        ),
        "needs": table(
            "needs",
            {
                "day": day,
                "domain": category("Domain", "wellbeing", "housing"),
                "score": {"type": "number", "label": "Score", **AFTER},
                "wave": {"type": "integer", "label": "Wave", **AFTER},
                "place": category("Place", "free", "custody"),
                "assessor": category("Assessor", "interviewer", "mentor"),
            },
            **{key: key for key in ("domain", "score", "wave", "place", "assessor")},
            date="day",
        ),
        "weeks": table(
            "weeks",
            {"from": day, "to": day, "code": category("Code", "job", "benefit")},
            **{"from_date": "from", "to_date": "to", "code": "code"},
        ),
    }
    said = {"label": "score", "people_with": "had it", "definition": "As asked.", "better": "higher"}
    added = ({"id": id, **said, **outcome} for id, outcome in OUTCOMES.items())
    document["outcome"] = (*document["outcome"], *added)
    document["analysis"] = ANALYSES
    document["multiplicity"] = {
        "statement": "As planned.",
        "primary_secondary": "wellbeing",
        "family": ["housing", "work", "half"],
    }
    return Protocol.model_validate(document)


RELEASED = pd.Timestamp("2020-02-01")


def on(day: int) -> pd.Timestamp:
    """A day of follow-up as a date."""
    return RELEASED + pd.Timedelta(days=day)


def need(person: int, wave: int, score: float, place: str = "free", domain: str = "wellbeing") -> tuple:
    return person, on({0: -40, 1: 30, 2: 100}[wave]), domain, score, wave, place, "interviewer"


NEEDS = [
    *(need(person, 0, 40 + person, "custody") for person in range(8)),
    *(need(person, 1, 50 + person) for person in (0, 2, 3, 4)),
    need(0, 2, 60),  # seen at every wave
    need(1, 2, 70, "custody"),  # missed one wave and was seen at the next, in custody
    need(4, 2, 45),
    need(5, 2, 55),
    *(need(person, 0, 2, "custody", "housing") for person in range(8)),
    need(0, 2, 3, domain="housing"),
    need(4, 2, 1, domain="housing"),
    need(5, 2, 2, domain="housing"),
]
CUSTODY = [(1, on(90), on(120)), (2, on(95), on(130)), (6, on(8), on(9))]
STATUS = [(3, on(60), "dead"), (7, on(16), "deported")]
WEEKS = [
    *((person, on(0), on(27), "job") for person in (0, 6, 7)),
    (1, on(0), on(3), "job"),  # four days of the first week
    (1, on(7), on(9), "job"),  # three days of the second
    (4, on(0), on(27), "benefit"),
]


def trial_of(needs: list[tuple] = NEEDS, *, randomised: dict[int, str] | None = None) -> Trial:
    """Eight people, of whom the first four were assigned to mentors."""
    days = [pd.Timestamp((randomised or {}).get(person, "2019-12-01")) for person in range(8)]
    people = pd.DataFrame(
        {
            "arm": ["mentors"] * 4 + ["usual"] * 4,
            "days": 100.0,
            "event": pd.Series([False] * 8, dtype="boolean"),
            "randomised": pd.Series(days, dtype="datetime64[s]"),
            "released": pd.Series([RELEASED] * 8, dtype="datetime64[s]"),
            **{"age": 30.0, "prior": 1.0, "prison": "open", "wing": "1"},
        }
    )
    columns = ["person", "day", "domain", "score", "wave", "place", "assessor"]
    frames = {
        "needs": pd.DataFrame(needs, columns=columns),
        "weeks": pd.DataFrame(WEEKS, columns=["person", "from", "to", "code"]),
    }
    frames["needs"]["day"] = frames["needs"]["day"].astype("datetime64[s]")
    for name in ("from", "to"):
        frames["weeks"][name] = frames["weeks"][name].astype("datetime64[s]")
    custody = pd.DataFrame(CUSTODY, columns=["person", "from", "to"])
    status = pd.DataFrame(STATUS, columns=["person", "day", "what"])
    status["what"] = status["what"].astype("category")
    return Trial(
        protocol=protocol_of(),
        participants=people,
        accounts=(),
        custody=custody.astype({"from": "datetime64[s]", "to": "datetime64[s]"}),
        status=status.astype({"day": "datetime64[s]"}),
        tables=frames,
    )


def left_out(measurement: Measurement) -> dict[tuple[str, str], int]:
    return {(each.reason, each.arm): each.n for each in measurement.excluded if each.n}


def test_scores_are_known_of_whoever_was_assessed():
    found = measure(trial_of(), "wellbeing")
    assert found.people.tolist() == [0, 1, 2, 4, 5]
    assert found.score.tolist() == pytest.approx([60, 70, np.nan, 45, 55], nan_ok=True)
    assert found.frame["baseline_score"].tolist() == [40, 41, 42, 44, 45]
    assert found.frame["state"].tolist() == ["free", "custody", "not_seen", "free", "free"]
    assert list(found.repeated.itertuples(index=False, name=None)) == [
        *((0, 1, 50), (0, 2, 60), (1, 2, 70), (2, 1, 52), (3, 1, 54), (3, 2, 45), (4, 2, 55))
    ]
    assert left_out(found) == {
        ("died_in_window", "treatment"): 1,  # though seen at the first wave
        ("left_in_window", "control"): 1,
        ("score_not_observed", "control"): 1,
    }
    assert (found.has_days, found.has_events) == (False, False)


def test_custody_is_a_level_where_it_is_declared_one_and_leaves_out_where_it_does_not_count():
    housing = measure(trial_of(), "housing")
    assert housing.people.tolist() == [0, 1, 2, 4, 5]
    assert housing.score.tolist() == [3, 0, 0, 1, 2]  # the register has 1 and 2 inside on the day
    free = measure(trial_of(), "free_only")
    assert free.score[free.people == 1].size == 0 and ("score_not_observed", "treatment") in left_out(free)
    assert free.frame["baseline_score"].tolist() == [40 + person for person in free.people]  # asked in prison
    row = estimate(free, "free_only").rows[0]
    assert row.conditional


def test_weeks_out_of_custody_and_before_the_end():
    found = measure(trial_of(), "work")
    # 0: all four; 1: the first; 6: not the second, in custody; 7: left on day 16, in the third week.
    assert found.score.tolist() == [4, 1, 0, 0, 0, 0, 3, 2]
    assert found.event.tolist() == [True, False, False, False, False, False, True, False]
    assert (found.has_days, found.has_events) == (False, True)
    rows = {row.analysis: row for id in ("work", "half") for row in estimate(found, id).rows}
    assert rows["work"].estimate == pytest.approx(5 / 4 - 5 / 4)
    assert (rows["work"].unit, rows["work"].quantity) == ("weeks", "weeks")
    assert rows["work"].events_treatment is None
    assert (rows["half"].events_treatment, rows["half"].events_control, rows["half"].quantity) == (1, 1, "")


def test_nobody_is_measured_who_was_randomised_too_late_for_the_wave():
    trial = trial_of(randomised={5: "2020-01-31"})
    people = trial.participants.assign(released=trial.participants["released"].where(lambda s: s.index != 5))
    people.loc[5, "released"] = pd.Timestamp("2020-11-01")
    found = measure(replace(trial, participants=people), "wellbeing")
    assert 5 not in found.people and left_out(found)[("not_mature", "control")] == 1


def test_rows_are_all_accounted_for():
    trial = trial_of()
    for outcome in OUTCOMES:
        found = measure(trial, outcome)
        assert len(found.frame) + sum(each.n for each in found.excluded) == 8


@pytest.mark.parametrize(
    ("row", "said"), [(need(0, 2, 61), "repeat a person"), (need(2, 2, 101), "outside 0 to 100")]
)
def test_scores_that_cannot_be_used_are_refused(row, said):
    with pytest.raises(InputError, match=said) as raised:
        measure(trial_of([*NEEDS, row]), "wellbeing")
    assert raised.value.problems[0].code == "PE-C54"
    assert "61" not in str(raised.value) and "101" not in str(raised.value)


def exhibits(trial: Trial) -> dict[str, Any]:
    measured = {(outcome, "assigned"): measure(trial, outcome) for outcome in OUTCOMES}
    return {exhibit.id: exhibit for exhibit in scale_exhibits(trial, measured)}


def test_the_table_of_waves_divides_everyone_and_need_not_fall_from_wave_to_wave():
    table = exhibits(trial_of())["scale_waves/wellbeing"].records()
    cells = {(row["wave"], row["arm"], row["place"]): row for row in table}
    for wave in (0, 1, 2):
        for arm in ("treatment", "control"):
            assert sum(row["expected"] for key, row in cells.items() if key[:2] == (wave, arm)) == 4
    seen = {key[0]: 0 for key in cells}
    for key, row in cells.items():
        seen[key[0]] += row["observed"] if key[1] == "control" else 0
    assert seen == {0: 4, 1: 1, 2: 2}  # back up at the last wave, as people are found again
    assert cells[2, "treatment", "dead"]["expected"] == 1 and cells[1, "treatment", "dead"]["expected"] == 0
    assert cells[2, "treatment", "custody"]["mean"] == 70 and cells[2, "treatment", "custody"]["sd"] is None
    assert cells[2, "control", "free"]["mean"] == 50
    assert cells[2, "control", "left_country"]["expected"] == 1


def test_ends_assessors_and_weeks_beside_them():
    found = exhibits(trial_of([*NEEDS[1:], need(0, 0, 100)]))
    assert found["scale_ends/wellbeing"].rows == (("treatment", 4, 1, 0), ("control", 4, 0, 0))
    assert found["scale_assessors/wellbeing"].rows == (
        ("interviewer", "treatment", 5),
        ("interviewer", "control", 3),
    )
    divided = {row["arm"]: row for row in found["weeks_divided/work"].records()}
    assert divided["treatment"]["with_code"] == 5 / 4
    assert divided["control"]["in_custody"] == 1 / 4 and divided["control"]["dead_or_abroad"] == 2 / 4
    parts = ("with_code", "in_custody", "dead_or_abroad", "other")
    assert sum(divided["control"][name] for name in parts) == 4


def test_the_family_keeps_members_without_a_p_value():
    trial = trial_of()
    found = Findings(
        rows=tuple(
            row for id in ("housing", "work", "half") for row in estimate(measure(trial, of(id)), id).rows
        )
    )
    (exhibit,) = holm_exhibits(trial.protocol, found)
    rows = {row["analysis"]: row for row in exhibit.records()}
    assert list(rows) == ["housing", "work", "half"] and exhibit.notes["primary_secondary"] == "wellbeing"
    assert rows["half"]["p_value"] is None and rows["half"]["adjusted"] is None
    known = [row["p_value"] for row in rows.values() if row["p_value"] is not None]
    assert all(row["adjusted"] >= row["p_value"] for row in rows.values() if row["p_value"] is not None)
    assert rows["work"]["adjusted"] == min(1.0, 3 * min(known)) or len(known) > 1


def of(analysis: str) -> str:
    return next(each["outcome"] for each in ANALYSES if each["id"] == analysis)
