"""A first protocol from every format: what was drafted loads as it is, and says how the files are written."""

from __future__ import annotations

import shutil
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from generated_deliveries import Delivery, N, deliveries, write_delivery

from primus_eval.loaders import load_trial
from primus_eval.protocol import Protocol, read_protocol
from primus_eval.scaffold import scaffold
from primus_eval.schema import Column

TYPES = {
    "sex": "category",
    "age": "integer",
    "score": "number",
    "prison": "category",
    "days": "integer",
    "reoffended": "yes_no",
    "linked": "yes_no",
    "randomised_on": "date",
}


def drafted(folder: Path, made: Delivery) -> Protocol:
    write_delivery(folder, made)
    return read_protocol(scaffold(folder))


def named(name: str, made: Delivery) -> str:
    """The name of a column as the format can hold it: eight letters in a SAS transport file."""
    return name[:8] if made.format == "xpt" else name


@pytest.mark.parametrize("made", deliveries(60), ids=str)
def test_a_draft_loads_as_it_is(made: Delivery, tmp_path: Path) -> None:
    protocol = drafted(tmp_path, made)
    trial = load_trial(tmp_path / "protocol.toml")
    assert len(trial.participants) == N
    assert trial.participants["arm"].value_counts().to_dict() == {"programme": N // 2, "usual": N // 2}
    people = protocol.data.participants
    assert {name: column.type for name, column in people.columns.items()} == {
        named(name, made): kind for name, kind in TYPES.items()
    }
    assert people.person == "person" and people.linked == "linked"
    assert people.randomised_on == named("randomised_on", made)
    assert people.quasi_identifiers == ("sex", "age")
    assert list(people.arm.codes) == list(made.arms)
    if made.with_events:
        events = protocol.data.events
        assert events is not None and trial.events is not None and len(trial.events) == 60
        assert (events.event, events.person) == ("event_id", "person")
        assert events.offence_date == named("offence_date", made)
        assert events.decision_date == named("decision_date", made)
    else:
        assert protocol.data.events is None


@pytest.mark.parametrize("made", [made for made in deliveries(60) if made.is_text], ids=str)
def test_a_draft_says_how_a_text_file_is_written(made: Delivery, tmp_path: Path) -> None:
    people = drafted(tmp_path, made).data.participants
    written = "utf-8" if made.encoding.startswith("utf-8") else made.encoding
    assert (people.separator, people.encoding, people.decimal) == (made.separator, written, made.decimal)
    assert people.columns["randomised_on"].format == made.dates
    assert people.skip_lines == int(made.sep_line)
    assert people.columns["age"].missing == (made.missing,)


@pytest.mark.parametrize("format", ["dta", "sav"])
def test_labels_of_a_file_become_labels_and_levels(format: str, tmp_path: Path) -> None:
    made = next(made for made in deliveries(60) if made.format == format)
    columns = drafted(tmp_path, made).data.participants.columns
    assert columns["age"].label == {"en": "What age says"}
    assert columns["prison"].levels == {
        "1": {"en": "Nyborg"},
        "2": {"en": "Sønder Omme"},
        "3": {"en": "Vestre"},
    }


def test_a_sas_file_is_drafted_like_the_text_file_it_was_made_from(tmp_path: Path) -> None:
    types = []
    for name in ("trial.csv", "trial.sas7bdat"):
        folder = tmp_path / name.replace(".", "_")
        folder.mkdir()
        shutil.copy(Path(__file__).parent / "formats" / name, folder)
        people = read_protocol(scaffold(folder)).data.participants
        assert len(load_trial(folder / "protocol.toml").participants) > 0
        types.append((people.person, people.arm, {name: each.type for name, each in people.columns.items()}))
    assert types[0] == types[1]


def labelled_file(folder: Path, *, codes: list[float], meanings: dict[int, str], missing: list[int]) -> None:
    """An SPSS file of sixty people in whose column `answer` codes have labels and some are missing."""
    import pandas as pd
    import pyreadstat

    frame = pd.DataFrame(
        {
            "id": [f"P{1000 + row}" for row in range(60)],
            "treatment": [row % 2 for row in range(60)],
            "days": [100 + row for row in range(60)],
            "arrested": [row % 3 % 2 for row in range(60)],
            "answer": [codes[row % len(codes)] for row in range(60)],
        }
    )
    pyreadstat.write_sav(
        frame,
        str(folder / "people.sav"),
        variable_value_labels={"answer": meanings, "treatment": {1: "Two mentors", 0: "Usual help"}},
        missing_ranges={"answer": missing},
    )


def answer_of(folder: Path, **of_file: object) -> Column | None:
    labelled_file(folder, **of_file)  # type: ignore[arg-type]
    protocol = read_protocol(scaffold(folder))
    load_trial(folder / "protocol.toml")
    assert protocol.arm_of("treatment").label == {"en": "Two mentors"}
    assert protocol.arm_of("control").label == {"en": "Usual help"}
    return protocol.data.participants.columns.get("answer")


def test_codes_that_a_file_marks_as_missing_become_missing(tmp_path: Path) -> None:
    meanings = {1: "never", 2: "often", 9: "refused"}
    column = answer_of(tmp_path, codes=[1, 2, 9], meanings=meanings, missing=[9])
    assert column is not None and column.type == "category"
    assert column.levels == {"1": {"en": "never"}, "2": {"en": "often"}}
    assert column.missing == ("9",)


def test_codes_whose_label_says_yes_and_no_are_yes_and_no(tmp_path: Path) -> None:
    column = answer_of(tmp_path, codes=[1, 2], meanings={1: "Yes", 2: "No"}, missing=[])
    assert column is not None and (column.type, column.yes, column.no) == ("yes_no", ("1",), ("2",))


def test_a_number_of_which_only_the_missing_codes_have_labels_stays_a_number(tmp_path: Path) -> None:
    codes = [*range(20), 98, 99]
    column = answer_of(tmp_path, codes=codes, meanings={98: "don't know", 99: "missing"}, missing=[99])
    assert column is not None and column.type == "integer"
    assert set(column.missing) == {"98", "99"}


def test_a_column_of_which_other_codes_have_labels_is_left_to_people(tmp_path: Path) -> None:
    codes = [*range(20), 97]
    assert answer_of(tmp_path, codes=codes, meanings={97: "97 or more"}, missing=[]) is None
    assert "only some of its codes have a label" in (tmp_path / "protocol.toml").read_text(encoding="utf-8")


def test_a_label_that_names_somebody_is_not_copied(tmp_path: Path) -> None:
    import pandas as pd
    import pyreadstat

    frame = pd.DataFrame(
        {"id": [f"P{1000 + row}" for row in range(60)], "arm": [row % 2 for row in range(60)]}
    )
    labels = ["the id", "ask Jens Hansen"]
    pyreadstat.write_dta(
        frame.assign(age=range(60)), str(tmp_path / "people.dta"), column_labels=[*labels, labels[1]]
    )
    assert "Hansen" not in scaffold(tmp_path).read_text(encoding="utf-8")


@pytest.mark.parametrize("label", ["Mette Olsen", "asked by Mette Olsen", "010190-1234", "m.olsen@mail.dk"])
def test_a_code_whose_label_points_at_somebody_is_left_out(label: str, tmp_path: Path) -> None:
    answer = answer_of(tmp_path, codes=[1, 2], meanings={1: "nobody", 2: label}, missing=[])
    draft = (tmp_path / "protocol.toml").read_text(encoding="utf-8")
    assert answer is None and label not in draft
    assert '#   "column 5"  looks like' in draft


def test_one_text_among_dates_of_a_sheet_and_a_sheet_of_words_are_said(tmp_path: Path) -> None:
    """As registers deliver them: a date typed as text, and a first sheet that only says where to look."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Ark1"
    book.active.append(["see the other sheet"])
    sheet = book.create_sheet("domme")
    sheet.append(["person", "offence"])
    for number in range(60):
        sheet.append([f"P{1000 + number % 40}", date(2020, 1, 1) + timedelta(days=number)])
    sheet["B9"] = "12/05/2019"
    book.save(tmp_path / "events.xlsx")
    rows = "\n".join(f"P{1000 + k},{k % 2},{300 + k},{k % 3 % 2}" for k in range(40))
    (tmp_path / "people.csv").write_text(f"person,arm,days,rearrested\n{rows}\n", encoding="utf-8")
    draft = scaffold(tmp_path).read_text(encoding="utf-8")
    events = tomllib.loads(draft)["data"]["events"]
    assert (events["sheet"], events["columns"]["offence"]["format"]) == ("domme", "%d/%m/%Y")
    assert '# "offence": some cells are texts and no dates' in draft
    assert "%d/%m/%Y and %m/%d/%Y fit: which is it?" in draft
    assert "12/05/2019" not in draft
    (unused,) = [line for line in draft.splitlines() if "cannot be read" in line]
    assert "events.xlsx, sheet 'Ark1'" in unused
