"""Tables in which nothing was recorded: a header alone can be the truth, and is said as such."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from primus_eval.cli import main
from primus_eval.disclosure import view_from_json
from primus_eval.errors import InputError
from primus_eval.loaders.opening import open_tables
from primus_eval.protocol import TableFile
from primus_eval.protocol.programme import Contacts, Needs
from primus_eval.protocol.tables import Custody, Events

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "mentoring"
MAY_BE_EMPTY = ("matches", "contacts", "supervision", "services", "adverse", "changes", "custody", "status")

NAMES = ("person", "from", "to")


def rows_of(path: Path, spec: TableFile) -> int:
    blocks = [block for source in open_tables(path.parent, spec, key="data.x") for block in source.blocks()]
    return sum(len(block.lines) for block in blocks)


def without_rows(folder: Path, suffix: str) -> Path:
    path = folder / f"empty{suffix}"
    frame = pd.DataFrame({name: pd.Series(dtype="object") for name in NAMES})
    if suffix == ".csv":
        frame.to_csv(path, index=False)
    elif suffix == ".xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.astype("string").to_parquet(path)
    return path


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_a_table_in_which_nothing_was_recorded_is_read_and_one_that_must_hold_rows_is_refused(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = without_rows(tmp_path, suffix)
    day = {"type": "date", "label": "day", "timing": "after_randomisation"}
    columns = {"from": day, "to": day}
    spec = Custody.model_validate(
        {"file": path.name, "person": "person", "from_date": "from", "to_date": "to", "columns": columns}
    )
    assert rows_of(path, spec) == 0
    monkeypatch.setattr(Custody, "may_be_empty", False)
    with pytest.raises(InputError) as caught:
        rows_of(path, spec)
    assert [problem.code for problem in caught.value.problems] == ["PE-A41"]


def test_no_one_in_custody_can_be_true_and_no_event_is_an_export_gone_wrong() -> None:
    assert Custody.may_be_empty and Contacts.may_be_empty
    assert not Events.may_be_empty and not Needs.may_be_empty


def test_a_trial_in_which_nothing_was_delivered_or_recorded_is_reported(tmp_path: Path) -> None:
    folder = tmp_path / "trial"
    shutil.copytree(SAMPLE, folder)
    for name in MAY_BE_EMPTY:
        path = folder / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    protocol = folder / "protocol.toml"
    text = re.sub(r"(?m)^(sha256|rows) = .*\n", "", protocol.read_text(encoding="utf-8"))
    protocol.write_text(text, encoding="utf-8")
    out = tmp_path / "out"
    assert main(["run", str(folder), "--out", str(out), "--format", "markdown", "--quiet"]) == 0
    findings = view_from_json(
        (out / "findings.json").read_text(encoding="utf-8"), file="findings.json"
    ).findings
    (table,) = findings.exhibits_of("indicators")
    whole = {row["indicator"]: row for row in table.records() if not row["breakdown"]}
    assert whole["matched"]["numerator"] == 0 and whole["matched"]["state"] == "reported"
    assert whole["incidents"]["numerator"] == 0
    report = (out / "report.md").read_text(encoding="utf-8")
    assert "0 of 47" in report
    assert not re.search(r"\b(nan|inf)\b", report)
