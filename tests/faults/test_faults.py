"""Every fault of the catalogue ends in a typed error that says where and how to mend it, or in the truth.

The cases stand in `cases_*.py`: each spoils a small clean trial in one way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from fault_case import VERDICTS, Case, Frame, Verdict, mended, tried
from fault_cases import all_cases
from fault_trial import PEOPLE, WAYS, Delivery, clean, expected

from primus_eval.errors import DisclosureError, EnvironmentFault, InputError

CASES = all_cases()
IDS = [row[0] for row in PEOPLE]
FAULTS = {
    *(f"A{n:02d}" for n in range(1, 66)),
    *(f"B{n:02d}" for n in range(1, 21)),
    *(f"C{n:02d}" for n in [*range(1, 13), 14, 15, 16, 18, 19, 20, 21, *range(28, 34), 35, 36]),
    *(f"F{n:02d}" for n in range(1, 21)),
}
"""Every entry of the catalogue that a delivery or a protocol can have."""

ELSEWHERE = {
    "A44": "a file that changes while it is read: test_a_file_that_changes",
    "F12": "a link exchanged between check and writing: tests of the output",
}


def is_typed(verdict: Verdict) -> bool:
    return isinstance(verdict.error, InputError | DisclosureError | EnvironmentFault)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_case(case: Case) -> None:
    found = [*wrong_outcome(case), *wrong_place(case), *shown(case), *wrong_mending(case)]
    if not tried(case).unchanged:
        found.append("the delivery was changed")
    assert not found, "\n".join([*found, tried(case).said])


def wrong_outcome(case: Case) -> Iterator[str]:
    """A case ends in a typed error with one of its codes, or in the truth."""
    verdict = tried(case)
    if not case.is_refused:
        if verdict.error is not None:
            yield f"refused: {type(verdict.error).__name__}"
        elif verdict.frame not in (None, expected(case.delivery.truth)):
            yield f"read as something else: {differences(verdict.frame, expected(case.delivery.truth))}"
    elif not is_typed(verdict):
        yield f"no typed error: {verdict.error!r}"
    elif not set(case.codes) & codes_of(verdict):
        yield f"other codes: {sorted(codes_of(verdict))} and not {case.codes}"
    elif set(case.codes) & codes_of(verdict) & DISCLOSING and not isinstance(verdict.error, DisclosureError):
        yield f"no refusal for disclosure, but exit code {getattr(verdict.error, 'exit_code', None)}"
    for code in set(case.never) & codes_of(verdict):
        yield f"leads astray: {code}"
    remarks = {remark.code for remark in verdict.remarks}
    if verdict.error is None and set(case.remarks) - remarks:
        yield f"remarks {sorted(remarks)} and not {case.remarks}"
    for pattern in case.says:
        if not re.search(pattern, verdict.said):
            yield f"not said: {pattern}"


def wrong_place(case: Case) -> Iterator[str]:
    """The file, the lines and the column are named where the case knows them."""
    problems = [problem for problem in tried(case).problems if problem.code in case.codes]
    if case.file == "-":
        return
    for problem in {problem.file: problem for problem in problems}.values():
        wanted = case.file.strip() or ("" if case.file else case.delivery.file)
        place = problem.file or problem.key if case.file == " " else problem.file
        if place is None or wanted not in place:
            yield f"file {problem.file!r} instead of {wanted!r}"
    if problems and case.column not in (None, *(problem.column for problem in problems)):
        yield f"column {case.column!r} is not named"
    missing = set(case.lines) - {problem.line for problem in problems}
    if problems and missing:
        named = sorted({problem.line or 0 for problem in problems})
        yield f"lines {sorted(missing)} are not named, but {named[:9]}"


def shown(case: Case) -> Iterator[str]:
    """No value of a person is in any message, log or output."""
    for secret in (*case.secrets, *IDS):
        if secret.strip() and secret in tried(case).said:
            yield f"shown: {secret!r}"


def wrong_mending(case: Case) -> Iterator[str]:
    """What is offered to paste mends the problem; where the protocol can mend the case, all is read."""
    mendings = mended(case)
    for problem, error, _ in mendings:
        left = {(item.code, item.column, item.file) for item in getattr(error, "problems", ())}
        if error is not None and not left:
            yield f"pasting {problem.paste!r}: {error!r}"
        if (problem.code, problem.column, problem.file) in left or {
            code for code, _, _ in left
        } & OF_PROTOCOLS:
            yield f"pasting {problem.paste!r} leaves: {error}"
    truth = expected(case.delivery.truth)
    if case.mended and not any(
        problem.code in case.codes and frame == truth for problem, _, frame in mendings
    ):
        yield "not mended by pasting: " + "; ".join(
            f"{problem.paste!r}: {error or differences(frame, truth)}" for problem, error, frame in mendings
        )


DISCLOSING = {f"PE-B{n:02d}" for n in range(1, 16)}
"""Codes of what names a person: the program must end with exit code 3."""

OF_PROTOCOLS = {"PE-F03", "PE-F07", "PE-F08"}
"""Codes of a protocol that cannot be read: nothing that is pasted may lead to them."""


def codes_of(verdict: Verdict) -> set[str]:
    return {problem.code for problem in verdict.problems}


def differences(frame: Frame | None, wanted: Frame) -> list[str]:
    """The columns in which two frames differ."""
    frame = frame or {}
    return sorted(name for name in {*frame, *(wanted or {})} if frame.get(name) != (wanted or {}).get(name))


@pytest.mark.parametrize("way", WAYS)
def test_the_clean_trial_is_read_as_it_is(way: str) -> None:
    case = Case(fault="clean", what=way, delivery=clean(way))
    verdict = tried(case)
    assert verdict.error is None, verdict.said
    assert verdict.frame == expected(Delivery().truth)


def test_another_code_is_allowed_only_with_a_reason() -> None:
    assert [case.id for case in CASES if len(case.codes) > 1 and not case.why] == []


def test_each_case_has_its_own_name() -> None:
    assert [name for name, times in Counter(case.id for case in CASES).items() if times > 1] == []


def test_every_fault_of_the_catalogue_has_cases() -> None:
    assert FAULTS - {case.fault for case in CASES} == set(ELSEWHERE)


def test_no_code_hidden_in_a_file_was_run() -> None:
    assert not Path("TRAP").exists()


def test_nothing_was_silent(capsys: pytest.CaptureFixture[str]) -> None:
    """Where the tests are spread over processes, each counts the cases that it tried."""
    verdicts = [(case, VERDICTS[case]) for case in CASES if case in VERDICTS]
    typed = sum(is_typed(verdict) for _, verdict in verdicts)
    tracebacks = sum(verdict.error is not None and not is_typed(verdict) for _, verdict in verdicts)
    read = [(case, verdict) for case, verdict in verdicts if verdict.error is None]
    silent = sum(
        case.is_refused or verdict.frame not in (None, expected(case.delivery.truth))
        for case, verdict in read
    )
    with capsys.disabled():
        print(
            f"\n{len(verdicts)} cases: {typed} typed errors, {len(read) - silent} declared conversions, "
            f"{tracebacks} tracebacks, {silent} silent changes"
        )
    assert len(CASES) >= 400
    assert (tracebacks, silent) == (0, 0)
