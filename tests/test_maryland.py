"""The Maryland trial on the whole path: numbers published or computed elsewhere, by the last printed digit.

Sources: R 4.2.2 with survival 3.5-3 for Cox, Kaplan-Meier and restricted means; R riskRegression for
standardised risks; Newcombe 1998 (method 10) worked by hand for the primary interval. The counts are those
of Rossi, Berk & Lenihan 1980 as lifelines ships them.
"""

from __future__ import annotations

from math import log
from pathlib import Path

import pytest

from primus_eval.findings import Finding, Findings
from primus_eval.loaders import load_trial
from primus_eval.pipeline import evaluate

PROTOCOL = Path(__file__).parents[1] / "data" / "sample" / "maryland" / "protocol.toml"


@pytest.fixture(scope="module")
def findings() -> Findings:
    return evaluate(load_trial(PROTOCOL))


def the(findings: Findings, analysis: str) -> Finding:
    (finding,) = findings.of_analysis(analysis)
    return finding


def test_the_primary_result(findings: Findings) -> None:
    primary = the(findings, "primary")
    assert (primary.events_treatment, primary.n_treatment) == (48, 216)
    assert (primary.events_control, primary.n_control) == (66, 216)
    assert round(primary.estimate, 5) == -0.08333
    assert (round(primary.conf_low, 5), round(primary.conf_high, 5)) == (-0.16505, -0.00015)
    assert primary.p_value is None  # Newcombe's interval has no test of its own
    assert (primary.role, primary.plan_status, primary.population) == ("primary", "unregistered", "assigned")


def test_the_other_differences_in_risk(findings: Findings) -> None:
    wald, score = the(findings, "wald"), the(findings, "score")
    assert (round(wald.conf_low, 5), round(wald.conf_high, 5)) == (-0.16608, -0.00058)
    assert (round(score.conf_low, 4), round(score.conf_high, 4)) == (-0.1659, -0.0001)
    adjusted = the(findings, "adjusted")
    assert (round(adjusted.estimate, 7), round(adjusted.std_error, 6)) == (-0.0791628, 0.041491)
    assert adjusted.conf_low < 0 < adjusted.conf_high


def test_the_hazard_ratios(findings: Findings) -> None:
    plain = the(findings, "time_to_arrest")
    assert round(plain.estimate, 4) == 0.6914
    assert (round(plain.conf_low, 4), round(plain.conf_high, 4)) == (0.4767, 1.0028)
    adjusted = the(findings, "time_to_arrest_adjusted")
    assert (round(log(adjusted.estimate), 6), round(adjusted.std_error, 6)) == (-0.379422, 0.191379)
    robust = the(findings, "robust")
    assert round(robust.std_error, 6) == 0.191121  # as R; lifelines gives 0.187371


def test_the_restricted_mean(findings: Findings) -> None:
    days = the(findings, "arrest_free_time")
    assert (round(days.estimate, 2), round(days.std_error, 2), days.unit) == (14.29, 8.49, "days")
    assert (round(days.estimate / 7, 2), round(days.std_error / 7, 3)) == (2.04, 1.213)


@pytest.mark.parametrize(
    ("analysis", "p_value"),
    [
        ("time_to_arrest_adjusted", 0.047),
        ("wald", 0.048),
        ("pooled_z", 0.049),
        ("logrank", 0.050),
        ("time_to_arrest", 0.052),
        ("adjusted", 0.056),
        ("fisher", 0.063),
        ("arrest_free_time", 0.092),
    ],
)
def test_the_eight_defensible_p_values(findings: Findings, analysis: str, p_value: float) -> None:
    assert round(the(findings, analysis).p_value, 3) == p_value


def test_the_number_needed_to_treat_is_twelve_with_hardly_an_upper_end(findings: Findings) -> None:
    needed = the(findings, "needed_to_treat")
    assert needed.estimate == pytest.approx(12)
    assert needed.conf_low == pytest.approx(1 / 0.16504625391351033, rel=1e-9)  # statsmodels' Newcombe end
    assert needed.conf_high == pytest.approx(1 / 0.0001510365350388676, rel=1e-6)


def test_every_finding_names_its_engine_and_its_protocol(findings: Findings) -> None:
    assert all(row.engine and row.fingerprint == findings.context["fingerprint"] for row in findings.rows)
    assert not [row for row in findings.rows if row.warnings]
