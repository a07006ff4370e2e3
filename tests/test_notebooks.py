"""Every notebook runs from top to bottom, without an error and without a warning; what is stored is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from stored_notebooks import FOLDER, STORED, run, texts_of

NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


# nbclient and its kernel talk over sockets of this machine and leave some to the garbage collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_runs(path: Path) -> None:
    """Stored outputs are those of the run: `python tests/stored_notebooks.py` stores them again."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    notebook = run(path)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert outputs
    assert not [output for output in outputs if output.get("name") == "stderr"]
    shown = texts_of(notebook) if path.name in STORED else [[] for _ in stored["cells"]]
    assert texts_of(stored) == shown
