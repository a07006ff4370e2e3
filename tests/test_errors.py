"""Problems say where, what and how to mend it; errors carry all of them and the exit code of their kind."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields

import pytest

from primus_eval.errors import (
    EXIT_INTERRUPTED,
    EXIT_OK,
    EXIT_OUR_BUG,
    SHOWN_AT_MOST,
    DeviationError,
    DisclosureError,
    EnvironmentFault,
    InputError,
    PrimusError,
    Problem,
    reconcile,
)

EXIT_CODES = {InputError: 2, DisclosureError: 3, DeviationError: 4, EnvironmentFault: 5}


def problem(**place: str | int) -> Problem:
    return Problem(code="PE-X01", what="is wrong.", mend="Mend it.", **place)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("place", "written"),
    [
        ({}, ""),
        ({"file": "p.toml"}, "p.toml"),
        ({"file": "p.toml", "line": 3}, "p.toml:3"),
        ({"file": "p.toml", "line": 3, "key": "arm[1].id"}, "p.toml:3: arm[1].id"),
        ({"file": "a.csv", "line": 7, "column": "days"}, "a.csv:7: column 'days'"),
        ({"file": "a.csv", "column": "days"}, "a.csv: column 'days'"),
        ({"key": "design.assessed"}, "design.assessed"),
    ],
)
def test_a_place_is_as_exact_as_what_is_known(place, written):
    assert problem(**place).place == written


def test_a_problem_reads_code_place_what_and_on_a_line_of_its_own_the_remedy():
    assert str(problem(file="p.toml", line=3)) == "[PE-X01] p.toml:3: is wrong.\n    Mend it."
    assert str(problem()) == "[PE-X01] is wrong.\n    Mend it."


def test_a_problem_has_no_field_in_which_a_value_of_a_person_could_stand():
    names = [field.name for field in fields(Problem)]
    assert names == ["code", "what", "mend", "paste", "file", "sheet", "line", "column", "key"]


def test_a_problem_cannot_be_altered():
    with pytest.raises(FrozenInstanceError):
        problem().code = "PE-X02"  # type: ignore[misc]


@pytest.mark.parametrize(("kind", "code"), EXIT_CODES.items())
def test_each_kind_of_error_has_its_exit_code_and_one_base(kind, code):
    assert kind(problem()).exit_code == code
    assert issubclass(kind, PrimusError)


def test_the_other_exit_codes_and_the_number_of_problems_shown_are_the_documented_ones():
    assert (EXIT_OK, EXIT_INTERRUPTED, EXIT_OUR_BUG, SHOWN_AT_MOST) == (0, 130, 70, 100)
    assert PrimusError(problem()).exit_code == 2


def test_an_error_carries_one_problem_or_many_in_their_order():
    first, second = problem(file="a"), problem(file="b")
    assert InputError(first).problems == (first,)
    assert InputError([second, first]).problems == (second, first)
    assert str(InputError([second, first])) == f"{second}\n{first}"


def test_an_error_without_a_problem_is_a_mistake_of_the_programmer():
    with pytest.raises(ValueError, match="at least one problem"):
        InputError([])


def test_only_the_first_problems_are_written_out_and_the_total_is_said():
    many = [problem(key=f"key_{number}") for number in range(1, SHOWN_AT_MOST + 6)]
    shown = str(InputError(many))
    assert f"key_{SHOWN_AT_MOST}: " in shown and f"key_{SHOWN_AT_MOST + 1}: " not in shown
    assert shown.endswith("... and 5 kinds of problem more.")
    assert "more" not in str(InputError(many[:SHOWN_AT_MOST]))


def test_the_same_problem_on_many_lines_is_written_once_with_the_first_lines():
    once = str(InputError(problem(file="a.csv", line=3)))
    assert once.startswith("[PE-A00] a.csv:3") or "a.csv:3" in once
    many = str(InputError([problem(file="a.csv", line=line) for line in range(2, 90)]))
    assert "(lines 2, 3, 4, 5, 6 and 83 more)" in many
    assert many.count("a.csv") == 1


def test_an_error_survives_the_way_from_a_worker_process():
    sent = InputError([problem(file="a.csv", line=2), problem(file="a.csv", line=5)])
    received = pickle.loads(pickle.dumps(sent))
    assert type(received) is InputError
    assert received.problems == sent.problems
    assert str(received) == str(sent)


def test_an_identity_that_holds_passes_and_one_that_does_not_is_a_bug_of_ours():
    reconcile(True, "sums")
    with pytest.raises(AssertionError, match="inconsistency of its own: sums"):
        reconcile(False, "sums")


def test_an_identity_is_checked_under_python_without_assertions_too():
    script = "from primus_eval.errors import reconcile; reconcile(False, 'sums')"
    ended = subprocess.run([sys.executable, "-O", "-c", script], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "inconsistency of its own: sums" in ended.stderr
