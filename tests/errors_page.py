"""The page of all error codes, written from the cases of the fault suite and from the package.

Write it again with: python tests/errors_page.py > docs/errors.md
`tests/faults/test_errors_page.py` holds the page to a fresh run.
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

from fault_case import Case, tried
from fault_cases import all_cases
from fault_meanings import GROUPS, MEANINGS

from primus_eval.errors import Problem

PACKAGE = Path(__file__).resolve().parents[1] / "primus_eval"
CODE = re.compile(r"PE-[A-Z][0-9]{2}")

INTRODUCTION = """\
# What the messages mean

<!-- Do not edit. Written by: python tests/errors_page.py > docs/errors.md -->

Every message begins with a code, and says where something is wrong, what, and how to mend it; where a line of
the protocol mends it, the line is there to be pasted below its header. Look up a code here as
`errors.md#pe-a13`. A cell of the data is never shown, only its form: `######-####` is six digits, a hyphen
and four digits; letters are `x`.

Each code is tried on small deliveries that are spoilt in one way at a time ({cases} of them, in
`tests/faults/`); the examples are what was said of the first of each kind. An error stops the program; a
*note* is printed by `primus-eval check` and stops nothing.
"""


@dataclass(slots=True)
class Code:
    """What is known of one code: an example of it, and the faults of the suite that it was given for."""

    example: Problem | None = None
    is_note: bool = False
    faults: dict[str, str] = field(default_factory=dict)


def page() -> str:
    """Return docs/errors.md."""
    found = codes_of_cases()
    others = {code: said for code, said in codes_of_package().items() if code not in found}
    parts = [INTRODUCTION.format(cases=len(all_cases()))]
    for letter, title in GROUPS.items():
        known = [(code, about) for code, about in sorted(found.items()) if code[3] == letter]
        if known:
            parts.append(f"## {title}\n")
            parts += [_section(code, about) for code, about in known]
    parts.append("## Other messages\n\nThese need more than a spoilt delivery to appear.\n")
    parts += [_other(code, said) for code, said in sorted(others.items())]
    return "\n".join(parts)


def codes_of_cases() -> dict[str, Code]:
    """Try a case of each kind, and keep for each code the first message and the faults."""
    found: dict[str, Code] = {}
    for case in _first_cases():
        verdict = tried(case)
        for problem in verdict.problems:
            about = found.setdefault(problem.code, Code())
            if about.example is None or about.is_note:
                about.example, about.is_note = problem, False
        for note in verdict.remarks:
            about = found.setdefault(note.code, Code(is_note=True))
            about.example = about.example or note
        for code in {problem.code for problem in verdict.problems} & set(case.codes):
            found[code].faults.setdefault(case.fault, case.what)
    return found


def _first_cases() -> list[Case]:
    """The first case of each fault, in each format and for each thing that must come of it."""
    first: dict[tuple[object, ...], Case] = {}
    for case in all_cases():
        first.setdefault((case.fault, case.codes, case.stage, case.delivery.kind), case)
    return list(first.values())


def codes_of_package() -> dict[str, tuple[str, str]]:
    """Every code in the source, with its `what` and `mend` where they are written out."""
    said: dict[str, tuple[str, str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            words = {word.arg: _literal(word.value) for word in call.keywords if word.arg}
            if CODE.fullmatch(words.get("code", "")):
                said.setdefault(words["code"], (words.get("what", ""), words.get("mend", "")))
        for code in CODE.findall(path.read_text(encoding="utf-8")):
            said.setdefault(code, ("", ""))
    return said


def _literal(node: ast.expr) -> str:
    """A text that is written out; what is put into it only when it runs becomes `...`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_literal(part) if isinstance(part, ast.Constant) else "..." for part in node.values)
    return ""


def _section(code: str, about: Code) -> str:
    example = about.example
    assert example is not None
    lines = [f'<a id="{code.lower()}"></a>', "", f"### {code}", "", MEANINGS.get(code, ""), ""]
    if about.is_note:
        lines += ["A note of `check`.", ""]
    lines += ["```text", str(replace(example, paste=None)), "```", ""]
    if example.paste is not None:
        lines += ["One line of the protocol mends it:", "", "```toml", example.paste, "```", ""]
    if about.faults:
        faults = "; ".join(f"fault {fault} ({_plain(what)})" for fault, what in sorted(about.faults.items()))
        lines += [f"Tried with {faults}.", ""]
    return "\n".join(lines)


def _other(code: str, said: tuple[str, str]) -> str:
    what, mend = said
    lines = [f'<a id="{code.lower()}"></a>', "", f"### {code}", "", MEANINGS.get(code, ""), ""]
    if what or mend:
        lines += ["```text", "\n    ".join(part for part in (f"[{code}] {what}", mend) if part), "```", ""]
    return "\n".join(lines)


def _plain(what: str) -> str:
    """The description of a case as Markdown: no sign of it is read as markup, none is unseen."""
    seen = "".join(sign if sign.isprintable() else f"U+{ord(sign):04X}" for sign in what)
    return re.sub(r"([\\`*_{}\[\]<>#|~$])", r"\\\1", seen)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(page())
