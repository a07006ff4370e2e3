"""Run the notebooks whose outputs are stored and store them again: `python tests/stored_notebooks.py`.

A notebook that is read on the web without being run holds its outputs; a test runs it and compares them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "notebooks"
STORED = ("03_from_findings_to_report.ipynb",)
"""Notebooks that are read with their outputs; the others are stored without."""

READABLE = ("text/html", "text/markdown", "image/png", "text/plain")
"""What is stored of an output: the first of these that it has."""


def run(path: Path) -> Any:
    """Run a notebook from top to bottom and return it with its outputs."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=120, resources=where, record_timing=False).execute()
    return notebook


def outputs_of(notebook: Any) -> list[list[dict[str, Any]]]:
    """Return what each cell shows, in the one form that is stored."""
    return [[_readable(output) for output in cell.get("outputs", [])] for cell in notebook["cells"]]


def texts_of(notebook: Any) -> list[list[str]]:
    """Return the texts that each cell shows; pictures are drawn a little differently elsewhere."""
    return [[text for output in outputs for text in _texts(output)] for outputs in outputs_of(notebook)]


def _texts(output: dict[str, Any]) -> list[str]:
    data = output.get("data", {"text": output.get("text", "")})
    return [_whole(text) for form, text in data.items() if form != "image/png"]


def _readable(output: Any) -> dict[str, Any]:
    if output["output_type"] == "stream":
        return {"name": output["name"], "output_type": "stream", "text": _whole(output["text"])}
    form = next(form for form in READABLE if form in output["data"])
    return {"data": {form: _whole(output["data"][form])}, "metadata": {}, "output_type": "display_data"}


def _whole(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def with_outputs(path: Path) -> str:
    """Return a notebook as a file with what it shows when it is run, each line on one of its own."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell, outputs in zip(notebook["cells"], outputs_of(run(path)), strict=True):
        if cell["cell_type"] == "code":
            cell["outputs"] = [_in_lines(output) for output in outputs]
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _in_lines(output: dict[str, Any]) -> dict[str, Any]:
    if "text" in output:
        return {**output, "text": output["text"].splitlines(keepends=True)}
    data = {
        form: text if form == "image/png" else text.splitlines(keepends=True)
        for form, text in output["data"].items()
    }
    return {**output, "data": data}


if __name__ == "__main__":
    for name in STORED:
        (FOLDER / name).write_text(with_outputs(FOLDER / name), encoding="utf-8")
