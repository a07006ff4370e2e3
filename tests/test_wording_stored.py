"""What findings hold in English is said in Danish: remarks of calculations, software, strata, definitions."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import figure_findings as made
import pytest

from primus_eval.definitions import PRESETS
from primus_eval.estimators import levels, transition
from primus_eval.findings import Findings
from primus_eval.numerics.effect import Effect
from primus_eval.wording.catalogue import words_in
from primus_eval.wording.stored import definition_text, engine_text, stratum_text, warning_text
from primus_eval.wording.subject import Subject, subject_of

PACKAGE = Path(__file__).parent.parent / "primus_eval"
DANISH, ENGLISH = words_in("da"), words_in("en")


def remarks() -> list[str]:
    """Every sentence that stands as a constant in the estimators, but for docstrings and errors."""
    found = []
    for path in (*sorted((PACKAGE / "estimators").glob("*.py")), PACKAGE / "disclosure" / "early.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        apart = [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        ]
        apart += [
            part
            for node in ast.walk(tree)
            if isinstance(node, ast.Raise | ast.JoinedStr)
            for part in ast.walk(node)
        ]
        found += [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.value.endswith(".")
            and " " in node.value
            and node not in apart
        ]
    return found


def test_there_are_remarks():
    assert len(remarks()) > 30


@pytest.mark.parametrize("text", remarks())
def test_every_remark_is_said_in_danish(text: str):
    text = text.replace("{rho}", "0.5")
    assert warning_text(text, ENGLISH).text == text
    said = warning_text(text, DANISH).text
    assert said != text and "{" not in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Constant: age, prison=open.", "Konstant: age, prison=open."),
        ("Each adds up from the others: a, b.", "Hver af disse følger af de øvrige: a, b."),
        ("Something that nobody has translated.", "Something that nobody has translated."),
        ("ConvergenceWarning: Newton-Raphson failed.", "ConvergenceWarning: Newton-Raphson failed."),
    ],
)
def test_places_are_kept_and_what_a_library_said_stays(text: str, said: str):
    assert warning_text(text, DANISH).text == said


def effect(p_value: float) -> Effect:
    return Effect(statistic=1.25, df=1, p_value=p_value)


@pytest.mark.parametrize(
    ("p_value", "said"),
    [(0.26, "chi-i-anden 1,2 med 1 frihedsgrad, p-værdi 0,26."), (0.0002, "p-værdi under 0,001.")],
)
def test_a_test_of_change_is_told_with_danish_numbers(p_value: float, said: str):
    (text,) = transition._told(effect(p_value))
    assert warning_text(text, DANISH).text.endswith(said)


@pytest.mark.parametrize(
    ("df", "p_value", "said"),
    [
        (1, 0.98, "chi-i-anden 1,2 med 1 frihedsgrad, p = 0,98."),
        (3, 0.26, "chi-i-anden 1,2 med 3 frihedsgrader, p = 0,26."),
        (1, 0.00001, "med 1 frihedsgrad, p er under 0,0001."),
        (3, 0.00001, "med 3 frihedsgrader, p er under 0,0001."),
    ],
)
def test_the_test_of_proportional_odds_is_told_with_danish_numbers(
    df: int, p_value: float, said: str, monkeypatch: pytest.MonkeyPatch
):
    class Three:
        worse, design = [1, 2, 3], None

    monkeypatch.setattr(levels, "binary_logits", lambda *_: None)
    monkeypatch.setattr(levels, "brant_test", lambda *_: Effect(statistic=1.24, df=df, p_value=p_value))
    (text,) = levels._about_proportionality(Three)  # type: ignore[arg-type]
    assert said in warning_text(text, DANISH).text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("primus_eval 0.1.0 numerics.cox", "primus_eval 0.1.0 numerics.cox"),
        (
            "statsmodels 0.15.0 GLM; unconditional M-estimation by primus_eval 0.1.0 numerics.x",
            "statsmodels 0.15.0 GLM; ubetinget M-estimation i primus_eval 0.1.0 numerics.x",
        ),
        (
            "lifelines 0.30.3 WeibullFitter; to the maximum by primus_eval 0.1.0 estimators.parametric",
            "lifelines 0.30.3 WeibullFitter; ført til maksimum i primus_eval 0.1.0 estimators.parametric",
        ),
        (
            "statsmodels 0.15.0 GLM; HC3 by primus_eval 0.1.0 x",
            "statsmodels 0.15.0 GLM; HC3 i primus_eval 0.1.0 x",
        ),
    ],
)
def test_software_keeps_its_name_and_version(text: str, said: str):
    assert engine_text(text, DANISH).text == said


def of_strata(**columns: Any) -> Subject:
    """A subject whose allocation has these columns as its strata."""
    found = made.findings()
    protocol = found.context["protocol"]
    protocol["data"]["participants"]["columns"] |= columns
    protocol["design"]["allocation"] |= {"strata": list(columns)}
    return subject_of(found, language="da")


RISK = {
    "label": {"en": "Risk", "da": "Risiko"},
    "levels": {"h": {"en": "high, very", "da": "meget høj"}, "l": "low"},
}
MARRIED = {"label": {"en": "Married", "da": "Gift"}, "levels": None}


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("high, very, Married: yes", "meget høj, Gift: ja"),
        ("low, Married: no", "low, Gift: nej"),
        ("Risk: missing, Married: missing", "Risiko: mangler, Gift: mangler"),
        ("", ""),
        ("another, Married: yes", "another, Married: yes"),
    ],
)
def test_a_stratum_is_said_column_by_column(stored: str, said: str):
    assert stratum_text(stored, of_strata(risk=RISK, married=MARRIED)).text == said


def test_a_stratum_of_columns_that_findings_do_not_hold_stays():
    subject = of_strata(risk=RISK)
    subject.protocol["design"]["allocation"]["strata"] = ["gone"]
    assert stratum_text("high, very", subject).text == "high, very"


def test_presets_are_called_alike_in_the_package_and_in_the_catalogue():
    assert {name: ENGLISH.text(f"preset.{name}.label") for name in PRESETS} == {
        name: base.label for name, base in PRESETS.items()
    }


@pytest.mark.parametrize(
    ("name", "stored", "said"),
    [
        (
            "dk_dst",
            PRESETS["dk_dst"].label,
            "Danmark, Danmarks Statistik: fældende afgørelse inden for to år",
        ),
        (
            "dk_dst/official",
            PRESETS["dk_dst"].label,
            "Danmark, Danmarks Statistik: fældende afgørelse inden for to år",
        ),
        ("dk_dst", "dk_dst", "dk_dst"),
        ("stricter", "stricter", "stricter"),
    ],
)
def test_a_definition_is_called_by_what_it_is(name: str, stored: str, said: str):
    found = definition_text(name, stored, subject_of(made.findings(), language="da"))
    assert (found if isinstance(found, str) else found.text) == said


def test_findings_with_texts_in_one_language_are_read_as_they_are():
    found: Findings = made.findings()
    columns = found.context["protocol"]["data"]["participants"]["columns"]
    columns["age"] = {"label": "Age", "unit": "years", "levels": None}
    subject = subject_of(found, language="da")
    assert subject.unit_of("age", "years").text == "years"
    assert subject.unit_of("gone", "weeks").text == "weeks"
    assert subject.day("2026-11-03").text == "3. november 2026"
    assert subject.day("soon").text == "soon"


@pytest.mark.parametrize(
    ("codes", "said"),
    [({"21": "traffic"}, "færdsel"), ({"21": "traffic", "22": "traffic"}, "traffic"), ({}, "traffic")],
)
def test_a_class_of_offences_is_called_as_its_one_code(codes: dict[str, str], said: str):
    found = made.findings()
    levels_of_class = {"21": {"en": "traffic", "da": "færdsel"}, "22": {"en": "parking", "da": "parkering"}}
    found.context["protocol"]["data"]["events"] = {
        "offence_class": {"column": "class", "codes": codes},
        "columns": {"class": {"levels": levels_of_class}},
    }
    assert subject_of(found, language="da").offence_class("traffic") == said
