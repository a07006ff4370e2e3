"""Which module may know which: the order of the package, read from its source.

Every import counts, those inside functions too. `docs/architecture.md` gives the reasons.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "primus_eval"

# A module imports only from lines above its own, or from further left on its own line.
# `primus_eval/__init__.py`, which offers names of all of them, is exempt.
ORDER = """
    errors
    vocabulary methods
    schema
    identifiers
    definitions prices
    protocol appraisal
    findings
    trial loaders scaffold simulation
    measurement
    flow baseline follow_up audit
    numerics
    estimators
    comparison planning
    evaluation
    updating
    disclosure
    wording definition_pages claims
    tables figures
    report
    output
    preflight pipeline cli
    __main__
"""
LINES = [line.split() for line in ORDER.strip().splitlines()]
PLACE = {name: (row, column) for row, line in enumerate(LINES) for column, name in enumerate(line)}

# Who may write files, and what for.
WRITERS = {"output": "publishes a report", "scaffold": "writes the first draft of a protocol"}
WRITING = {"write_text", "write_bytes", "mkdir", "makedirs", "touch", "rename", "symlink_to", "hardlink_to"}

UNSAFE = {"pickle", "shelve", "marshal", "dill", "cloudpickle"}  # reading such a file runs what is in it
HEAVY = {"numpy", "pandas", "scipy", "matplotlib", "lifelines", "statsmodels", "pydantic", "jinja2"}
LIGHT = ["primus_eval", "primus_eval.errors", "primus_eval.vocabulary", "primus_eval.cli"]

MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path.read_text(encoding="utf-8")
    for path in sorted(PACKAGE.rglob("*.py"))
    if path != PACKAGE / "__init__.py"
}


def part(module: str) -> str:
    """The part of the package that a module belongs to: `primus_eval.report.html` is of `report`."""
    return module.split(".")[1]


def imports(module: str, source: str) -> Iterator[str]:
    """Every module that a source imports, relative ones resolved, `from a import b` as `a.b`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = module.split(".")[: -node.level] if node.level else []
            origin = ".".join([*parents, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            yield from (str(word.value) for word in node.args if isinstance(word, ast.Constant))


def wrong_way(module: str, source: str) -> list[str]:
    """The imports by which a module knows one that stands below it, or the package as a whole."""
    return [
        name
        for name in imports(module, source)
        if name.split(".")[0] == "primus_eval"
        and name != "primus_eval.__version__"
        and part(f"{name}.?") != part(module)
        and not permitted(part(module), part(f"{name}.?"))
    ]


def permitted(importer: str, imported: str) -> bool:
    if imported not in PLACE:
        return False
    (row, column), (row_above, column_left) = PLACE[importer], PLACE[imported]
    return row_above < row or (row_above == row and column_left < column)


def writes(source: str) -> list[str]:
    """The calls in a source that would change the file system."""
    found = []
    tree = ast.parse(source)
    archives, memory = named_as(tree, "zipfile.ZipFile"), named_as(tree, "io.BytesIO")
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if node.args and ast.unparse(node.args[0]) == "os.devnull":
            continue  # where output goes that nobody reads any more
        called = last_name(node.func)
        if called == "ZipFile" and node.args and ast.unparse(node.args[0]) in memory:
            continue  # an archive in memory is no file
        member = isinstance(node.func, ast.Attribute) and last_name(node.func.value) in archives
        mode_at = 1 if called == "ZipFile" or member or not isinstance(node.func, ast.Attribute) else 0
        if called in WRITING or (called in ("open", "ZipFile") and not only_reads(node, mode_at)):
            found.append(ast.unparse(node))
    return found


def named_as(tree: ast.AST, kind: str) -> set[str]:
    """The names that a source declares as a kind, or makes only by calling it."""
    made: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None:
            name = node.arg if isinstance(node, ast.arg) else last_name(node.target)
            made.setdefault(name, set()).add(ast.unparse(node.annotation))
        elif isinstance(node, ast.Assign):
            called = ast.unparse(node.value.func) if isinstance(node.value, ast.Call) else "something else"
            for target in node.targets:
                made.setdefault(last_name(target), set()).add(called)
    return {name for name, kinds in made.items() if kinds == {kind}}


def last_name(node: ast.AST) -> str:
    """What stands after the last dot: `archive` of `parts.archive`."""
    return node.attr if isinstance(node, ast.Attribute) else ast.unparse(node)


def only_reads(call: ast.Call, place: int) -> bool:
    """Whether a call that takes a mode, as its argument at this place, plainly asks for reading."""
    modes = call.args[place : place + 1] + [word.value for word in call.keywords if word.arg == "mode"]
    return all(isinstance(mode, ast.Constant) and not set(str(mode.value)) & set("wax+") for mode in modes)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_stands_above_it(module):
    assert part(module) in PLACE, f"{module} has no place in ORDER"
    assert wrong_way(module, MODULES[module]) == []


def test_the_order_names_what_there_is_as_does_the_page_for_contributors():
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    shown = page.partition("```\n")[2].partition("```")[0].splitlines()
    assert [re.findall(r"\w+", line.partition("   ")[0]) for line in shown] == LINES
    assert set(PLACE) == {part(module) for module in MODULES}


@pytest.mark.parametrize("module", MODULES)
def test_only_the_writers_write_files(module):
    assert part(module) in WRITERS or writes(MODULES[module]) == []


@pytest.mark.parametrize("module", MODULES)
def test_no_module_reads_files_that_can_run_code(module):
    assert {name.split(".")[0] for name in imports(module, MODULES[module])} & UNSAFE == set()


def test_the_front_door_loads_no_heavy_library():
    names = [name for name in LIGHT if name == "primus_eval" or name in MODULES]
    script = f"import sys, {', '.join(names)}; print(*sorted({HEAVY} & sys.modules.keys()))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []


@pytest.mark.parametrize(
    "source",
    [
        "from primus_eval.report import html",
        "from primus_eval import report",
        "from primus_eval import evaluate",
        "import primus_eval",
        "from ..report.html import render",
        "def later():\n    from primus_eval.cli import main",
        "import importlib\nimportlib.import_module('primus_eval.output')",
        "from primus_eval.unknown import thing",
    ],
)
def test_an_import_the_wrong_way_is_noticed(source):
    assert len(wrong_way("primus_eval.estimators.binary", source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "from primus_eval.estimators import timing",
        "from .timing import hazard_ratio",
        "from primus_eval.numerics.cox import cox",
        "from primus_eval import __version__, errors",
        "import numpy as np",
    ],
)
def test_an_import_the_right_way_is_let_pass(source):
    assert wrong_way("primus_eval.estimators.binary", source) == []


def test_within_a_line_left_comes_before_right():
    assert permitted("cli", "pipeline") and not permitted("pipeline", "cli")


@pytest.mark.parametrize(
    "source",
    [
        "open(p, 'w')",
        "open(p, mode='ab')",
        "open(p, how)",
        "p.open('x')",
        "p.write_text('')",
        "os.makedirs(p)",
        "zipfile.ZipFile(p, 'w')",
        "z = zipfile.ZipFile(p)\nz.open(member, 'w')",
        "b = io.BytesIO()\nb = p\nzipfile.ZipFile(b, 'w')",
        "z = zipfile.ZipFile(p)\nz = p\nz.open(how)",
    ],
)
def test_writing_is_noticed(source):
    assert len(writes(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "open(p)",
        "open(p, 'rb')",
        "p.open()",
        "p.open(mode='r')",
        "p.read_text()",
        "zipfile.ZipFile(p)",
        "z = zipfile.ZipFile(p)\nz.open(member)",
        "class A:\n    z: zipfile.ZipFile\ndef f(a: A):\n    return a.z.open(member)",
        "b = io.BytesIO()\nzipfile.ZipFile(b, 'w')",
    ],
)
def test_reading_is_let_pass(source):
    assert writes(source) == []


CHAPTERS = ("run_chart", "exposure", "contact_blocks", "funnel", "plane", "acceptability", "break_even")


def test_a_notebook_finds_every_public_name_and_each_chapter_s_figures() -> None:
    import primus_eval

    assert all(getattr(primus_eval, name) is not None for name in primus_eval.__all__)
    for figure in (*CHAPTERS, "yearly_hazards"):
        assert {f"{figure}_frame", f"plot_{figure}"} <= set(primus_eval.__all__)
    assert {"run", "update", "table_of", "states_frame"} <= set(primus_eval.__all__)
