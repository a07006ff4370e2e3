"""The core reads text files with what `pip install primus-eval` brings: no package of an extra is needed."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

WITHOUT = """
import sys
for name in ("pyarrow", "pyreadstat", "python_calamine", "openpyxl", "duckdb"):
    sys.modules[name] = None  # as if it were not installed
from primus_eval.cli import main
sys.exit(main(sys.argv[1:]))
"""


def run_without_extras(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", WITHOUT, *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=ROOT)


@pytest.mark.parametrize("trial", ["maryland", "mentoring"])
def test_a_trial_is_checked_and_a_first_protocol_drafted(trial, tmp_path):
    checked = run_without_extras("check", f"data/sample/{trial}")
    assert checked.returncode == 0, checked.stderr
    table = (ROOT / "data" / "sample" / trial / "participants.csv").read_bytes()
    (tmp_path / "participants.csv").write_bytes(table)
    drafted = run_without_extras("new", str(tmp_path))
    assert drafted.returncode == 0, drafted.stderr


def test_problems_of_cells_are_found(tmp_path):
    table = (ROOT / "data" / "sample" / "maryland" / "participants.csv").read_text(encoding="utf-8")
    protocol = (ROOT / "data" / "sample" / "maryland" / "protocol.toml").read_text(encoding="utf-8")
    (tmp_path / "protocol.toml").write_text(protocol, encoding="utf-8")
    (tmp_path / "participants.csv").write_text(table.replace("\n", ",x\n", 1), encoding="utf-8")
    assert run_without_extras("check", str(tmp_path)).returncode == 2


def test_a_file_that_needs_an_extra_says_which(tmp_path):
    (tmp_path / "trial.sas7bdat").write_bytes((ROOT / "tests" / "formats" / "trial.sas7bdat").read_bytes())
    drafted = run_without_extras("new", str(tmp_path))
    assert drafted.returncode == 5 and "[PE-G25]" in drafted.stderr
    assert "pip install 'primus-eval[io]'" in drafted.stderr
