"""A short run of the fuzzer, whether it would notice, and the inputs by which it found faults."""

from __future__ import annotations

import struct
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fuzz import inputs, judging, workbook_mutations
from fuzz.corpus import SECRETS, UNDECLARED_SECRET, events, seeds
from fuzz.drawing import Draw
from fuzz.inputs import Input, input_of
from fuzz.judging import Verdict, judge

from primus_eval.errors import InputError, Problem
from primus_eval.loaders import load_trial
from primus_eval.loaders.labelled import open_labelled
from primus_eval.loaders.spss_dictionary import Dictionary
from primus_eval.preflight import examine
from primus_eval.protocol import read_protocol
from primus_eval.protocol.tables import Participants
from primus_eval.scaffold import scaffold
from primus_eval.trial import Trial

SEED = 20261123


def clean(name: str, target: str = "load_trial") -> Input:
    """A seed as it is."""
    seed = seeds()[name]
    files = {"protocol.toml": seed.protocol.encode(), seed.file: seed.table, "events.csv": events()}
    return Input(number=0, target=target, seed=seed, files=files, ways=())


def verdict_on(asked: Input, folder: Path) -> Verdict:
    folder.mkdir(exist_ok=True)
    return judge(asked, folder)


@pytest.mark.parametrize("part", range(3))
def test_inputs_give_a_result_or_an_error_that_says_what_to_mend(part, tmp_path):
    found = {
        str(asked): verdict.failures
        for number in range(100 * part, 100 * part + 100)
        if (verdict := verdict_on(asked := input_of(SEED, number), tmp_path / str(number))).failures
    }
    assert found == {}


def test_an_input_depends_on_the_seed_and_its_number_only():
    later = input_of(SEED, 7)
    for number in (3, 1, 7):
        again = input_of(SEED, number)
    assert (again.files, again.ways) == (later.files, later.ways)
    assert input_of(SEED + 1, 7).files != later.files


@pytest.mark.parametrize("name", seeds())
def test_a_seed_is_a_trial_without_a_problem(name, tmp_path):
    assert verdict_on(clean(name), tmp_path) == Verdict(codes=("ok",))


@pytest.mark.parametrize("name", [name for name, seed in seeds().items() if seed.encoding])
def test_the_planted_cells_stand_once_in_a_seed(name):
    text = seeds()[name].table.decode(seeds()[name].encoding)
    for secret in (*SECRETS.values(), UNDECLARED_SECRET):
        assert text.count(secret) + text.count(secret.replace(".", ",")) * ("." in secret) == 1


@pytest.mark.parametrize("name", ["csv", "xlsx", "parquet", "tsv"])
def test_a_mutation_changes_a_file_mostly(name):
    seed = seeds()[name]
    spoilt = [inputs._spoilt(seed.file, seed.table, seed, Draw(SEED, number))[0] for number in range(40)]
    assert sum(content != seed.table for content in spoilt) > 30


# --- whether it would notice ------------------------------------------------------------------------------


def altered(trial: Trial, column: str, change: Any) -> Trial:
    """The trial with one column changed silently."""
    return replace(trial, participants=trial.participants.assign(**{column: change}))


SILENT = {
    "a number rounded": ("score", lambda frame: frame["score"].round(1)),
    "a code shifted": ("offence", lambda frame: frame["offence"].shift()),
    "an arm swapped": ("arm", lambda frame: frame["arm"].to_numpy()[::-1]),
    "a missing value filled": ("age", lambda frame: frame["age"].fillna(0)),
    "a day later": (
        "released",
        lambda frame: frame["released"] + (frame["released"][1] - frame["released"][0]),
    ),
    "a yes lost": ("rearrest", lambda frame: frame["rearrest"] & False),
}


@pytest.mark.parametrize("fault", SILENT)
def test_a_silent_change_is_noticed(fault, tmp_path, monkeypatch):
    column, change = SILENT[fault]
    monkeypatch.setattr(judging, "load_trial", lambda folder: altered(load_trial(folder), column, change))
    assert f"changed: {column}" in verdict_on(clean("csv"), tmp_path).failures


def test_a_person_lost_is_noticed(tmp_path, monkeypatch):
    def load(folder: Path) -> Trial:
        trial = load_trial(folder)
        return replace(trial, participants=trial.participants.iloc[1:].reset_index(drop=True))

    monkeypatch.setattr(judging, "load_trial", load)
    failures = verdict_on(clean("csv"), tmp_path).failures
    assert "changed: number of people" in failures
    assert "changed: rows read are not the people kept" in failures


def refusing(what: str, code: str = "PE-A31") -> Any:
    def load(folder: Path) -> Trial:
        raise InputError(Problem(code=code, what=what, mend=""))

    return load


@pytest.mark.parametrize("secret", [SECRETS["id"], SECRETS["note"].upper(), "93,4159", UNDECLARED_SECRET])
def test_a_message_that_shows_a_cell_is_noticed(secret, tmp_path, monkeypatch):
    monkeypatch.setattr(judging, "load_trial", refusing(f"the cell {secret!r} is wrong."))
    failures = verdict_on(clean("csv"), tmp_path).failures
    assert [failure.split(" of ")[0] for failure in failures] == ["shown: the planted cell"]


def test_a_cell_in_a_chained_exception_is_noticed(tmp_path, monkeypatch):
    def load(folder: Path) -> Trial:
        try:
            return float(SECRETS["note"])  # type: ignore[return-value]
        except ValueError:
            raise InputError(Problem(code="PE-A31", what="is no number.", mend=""))  # noqa: B904

    monkeypatch.setattr(judging, "load_trial", load)
    assert "shown: the planted cell of note" in verdict_on(clean("csv"), tmp_path).failures


def test_signs_that_move_a_cursor_or_cannot_be_printed_are_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(judging, "load_trial", refusing("a\x1b[2Jb \udcff"))
    failures = verdict_on(clean("csv"), tmp_path).failures
    assert {"shown: control character U+001B", "shown: a text that cannot be printed"} <= {*failures}


def noisy(folder: Path) -> Trial:
    print("read")
    return load_trial(folder)


def writing(folder: Path) -> Trial:
    (folder / "participants.csv").touch()
    return load_trial(folder)


def warning(folder: Path) -> Trial:
    import warnings

    warnings.warn("careful", stacklevel=1)
    return load_trial(folder)


def crashing(folder: Path) -> Trial:
    return {}[folder]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("load", "kind"),
    [(noisy, "printed"), (writing, "folder"), (warning, "warning"), (crashing, "KeyError")],
)
def test_anything_but_a_quiet_answer_is_noticed(load, kind, tmp_path, monkeypatch):
    monkeypatch.setattr(judging, "load_trial", load)
    assert {failure.split(":")[0] for failure in verdict_on(clean("csv"), tmp_path).failures} == {kind}


@pytest.mark.skipif(not hasattr(judging.signal, "setitimer"), reason="no timer on this system")
def test_an_input_that_takes_too_long_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(judging, "SECONDS", 0.05)
    monkeypatch.setattr(judging, "load_trial", lambda folder: time.sleep(10))
    assert [failure.split(":")[0] for failure in verdict_on(clean("csv"), tmp_path).failures] == ["time"]


def test_readers_that_disagree_are_noticed(tmp_path, monkeypatch):
    def load(folder: Path) -> Trial:
        if judging.opening.BULK_BYTES < 0:
            raise InputError(Problem(code="PE-A31", what="is no number.", mend=""))
        return load_trial(folder)

    monkeypatch.setattr(judging, "load_trial", load)
    assert verdict_on(clean("csv"), tmp_path).failures == ("readers: ok and PE-A31",)


# --- what it found ----------------------------------------------------------------------------------------


def write(asked: Input, folder: Path, **changed: bytes) -> Path:
    for name, content in {**asked.files, **changed}.items():
        (folder / name).write_bytes(content)
    return folder


def codes_of(folder: Path) -> set[str]:
    error = examine(folder).error
    return set() if error is None else {problem.code for problem in error.problems}


@pytest.mark.parametrize("column", ["employed", "offence"])
def test_a_nested_or_absent_column_of_codes_in_parquet_is_named(column, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = write(clean("parquet"), tmp_path)
    table = pq.read_table(folder / "participants.parquet")
    at = table.column_names.index(column)
    nested = pa.array([[cell] for cell in table.column(at).to_pylist()])
    pq.write_table(table.set_column(at, column, nested), folder / "participants.parquet")
    assert codes_of(folder) == {"PE-A74"}
    pq.write_table(table.remove_column(at), folder / "participants.parquet")
    assert codes_of(folder) == {"PE-A20"}


@pytest.mark.parametrize("columns", [["employed"], ["employed", "released"]])
def test_a_transport_file_with_columns_without_a_name_is_damaged(columns, tmp_path):
    asked = clean("xpt")
    table = asked.seed.table
    for column in columns:
        table = table.replace(column.encode(), b" " * len(column), 1)
    assert codes_of(write(asked, tmp_path, **{asked.seed.file: table})) == {"PE-A68"}


@pytest.mark.parametrize("encoding", ["", "no such", "hex", "undefined", "a\0b", None])
def test_an_encoding_of_spss_that_python_does_not_know_is_left_to_the_reader(encoding):
    assert Dictionary(encoding=encoding, text_codes=[b"\xe5b      "]).has_codes_in(None)


NAME_AT = 24  # bytes from the start of a variable of SPSS to its name; its width begins after 4


@pytest.mark.parametrize("width", [64, 128, 255, 256, 1 << 18, -1, -2])
def test_a_variable_of_spss_of_another_width_is_damage_and_no_crash(width, tmp_path):
    asked = clean("sav")
    table = bytearray(asked.seed.table)
    at = table.index(b"REARREST") - NAME_AT
    table[at + 4 : at + 8] = width.to_bytes(4, "little", signed=True)
    assert codes_of(write(asked, tmp_path, **{asked.seed.file: bytes(table)})) == {"PE-A68"}


@pytest.mark.parametrize("variable", [0, 1, 2, 255, 267, -1])  # 1 and 2 are the id, a text of two units
def test_labels_of_spss_for_another_variable_are_damage_and_no_crash(variable, tmp_path):
    asked = clean("sav")
    whose = struct.pack("<3i", 4, 1, 11)
    assert asked.seed.table.count(whose) == 1
    table = asked.seed.table.replace(whose, struct.pack("<3i", 4, 1, variable))
    assert codes_of(write(asked, tmp_path, **{asked.seed.file: table})) == {"PE-A68"}


def test_a_labelled_text_of_spss_in_another_encoding_is_said_and_no_crash(tmp_path):
    import pyreadstat

    frame = pd.DataFrame({"id": ["0001", "0002"], "place": ["ab", "b"]})
    labels = {"place": {"ab": "One", "b": "Two"}}
    pyreadstat.write_sav(frame, tmp_path / "people.sav", variable_value_labels=labels)
    table = (tmp_path / "people.sav").read_bytes()
    assert table.count(b"ab      \x03One") == 1
    (tmp_path / "people.sav").write_bytes(table.replace(b"ab      \x03One", b"\xe5b      \x03One"))
    spec = {"file": "people.sav", "person": "id", "arm": {"column": "place", "codes": {}}}
    with pytest.raises(InputError, match="PE-A02"):
        open_labelled(tmp_path / "people.sav", "people.sav", Participants.model_validate(spec))
    declared = Participants.model_validate({**spec, "encoding": "cp1252"})
    opened = open_labelled(tmp_path / "people.sav", "people.sav", declared)
    assert opened.codebook["place"].meanings == {"åb": "One", "b": "Two"}


@pytest.mark.parametrize("line", ['"{}" = 1\n[study]', '[[arm]]\nid = "{}"\n[study]'])
@pytest.mark.parametrize("sign", ["\\u0000", "\\u009b", "\\u001b[2J"])
def test_no_message_on_a_protocol_holds_a_control_character(line, sign, tmp_path):
    protocol = clean("csv").seed.protocol.replace("[study]", line.format(sign), 1)
    folder = write(clean("csv"), tmp_path, **{"protocol.toml": protocol.encode()})
    with pytest.raises(InputError, match="PE-E15") as raised:
        read_protocol(folder)
    assert not judging.CONTROL.search(str(raised.value))


def test_a_workbook_whose_sheet_is_not_there_is_no_table(tmp_path):
    asked = clean("xlsx", "scaffold")
    members = workbook_mutations.members_of(asked.seed.table)
    left = [(name, content) for name, content in members.items() if name != "xl/worksheets/sheet1.xml"]
    (tmp_path / "participants.xlsx").write_bytes(workbook_mutations.packed(left))
    with pytest.raises(InputError, match="PE-A68"):
        scaffold(tmp_path)


@pytest.mark.parametrize("cutoff", ["0001-01-01", "0015-12-31", "0016-02-29"])
def test_a_cut_off_in_antiquity_makes_every_date_too_late(cutoff, tmp_path):
    protocol = clean("csv").seed.protocol.replace("2026-12-31", cutoff)
    folder = write(clean("csv"), tmp_path, **{"protocol.toml": protocol.encode()})
    assert codes_of(folder) == {"PE-A64"}
