"""What a protocol says of outcomes that are scores, and what is said of a slip."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from primus_eval.errors import InputError
from primus_eval.protocol import parse_protocol

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "mentoring" / "protocol.toml"


@cache
def sample() -> str:
    return SAMPLE.read_text(encoding="utf-8")


def problems(text: str) -> list[tuple[str, str]]:
    """Code and key of every problem of a protocol."""
    try:
        parse_protocol(text)
    except InputError as error:
        return [(problem.code, problem.key or "") for problem in error.problems]
    return []


def changed(old: str, new: str) -> str:
    text = sample()
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)


def test_the_sample_declares_scores_without_a_slip():
    assert problems(sample()) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        ('domain = "wellbeing", wave', 'domain = "welbeing", wave', "PE-F09", "scale.domain"),
        ('codes = ["work", "education"]', 'codes = ["work", "edu"]', "PE-F09", "register_weeks.codes"),
        ("horizon_days = 364", "horizon_days = 365", "PE-F09", "horizon_days"),
        ("custody = { score = 0,", "custody = { score = 9,", "PE-F09", "scale.custody.score"),
        ('levels = { "1" = { en = "street', 'levels = { "x" = { en = "street', "PE-F09", "scale.levels.x"),
        ('family = ["loneliness",', 'family = ["lonliness",', "PE-F09", "multiplicity.family"),
        ('family = ["loneliness",', 'family = ["loneliness", "loneliness",', "PE-F09", "multiplicity.family"),
        ('family = ["loneliness",', 'family = ["wellbeing",', "PE-F09", "multiplicity.primary_secondary"),
        ("waves = [1, 2], lowest", "lowest", "PE-F09", "method"),
        ('method = "mixed_model"', 'method = "two_part"\nquantity = "events"', "PE-F09", "method"),
        (
            'method = "proportional_odds"',
            'method = "proportional_odds"\nseriousness = 1',
            "PE-F",
            "seriousness",
        ),
    ],
)
def test_a_slip_is_named_where_it_stands(old, new, code, key):
    found = problems(changed(old, new))
    assert any(each.startswith(code) and key in place for each, place in found), found


def test_the_better_end_of_a_score_must_be_said():
    """Left at its default, lower would be better of wellbeing."""
    head, tail = sample().split('id = "wellbeing_12m"', 1)
    found = problems(head + 'id = "wellbeing_12m"' + tail.replace('better = "higher"\n', "", 1))
    assert len(found) == 1 and found[0][0] == "PE-F08" and found[0][1].endswith("better")


def test_a_primary_result_does_not_leave_out_people_in_custody():
    text = changed("wave = 2, waves = [1, 2]", 'wave = 2, waves = [1, 2], places = ["free"]')
    head, tail = text.split('id = "wellbeing"\n', 1)
    text = head.replace('role = "primary"', 'role = "secondary"') + 'id = "wellbeing"\n'
    text += tail.replace('role = "secondary"', 'role = "primary"', 1)
    assert any(code == "PE-C10" and key.endswith("role") for code, key in problems(text))


def test_scores_have_no_curve_and_events_no_covariance_analysis():
    text = changed('id = "loneliness"\nrole = "secondary"', 'id = "loneliness"\nrole = "secondary"')
    head, tail = text.split('id = "loneliness"\n', 1)
    as_hazard = tail.replace('effect_measure = "mean_difference"\nmethod = "ancova"\n', "", 1)
    found = problems(f'{head}id = "loneliness"\neffect_measure = "hazard_ratio"\n{as_hazard}')
    assert any(key.endswith("method") for _, key in found)
    of_events = tail.replace('outcome = "loneliness_12m"', 'outcome = "reoffending_2y"', 1)
    found = problems(f'{head}id = "loneliness"\n{of_events}')
    assert any(key.endswith("outcome") for _, key in found)
