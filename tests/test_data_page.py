"""The declarations that docs/data.md shows make up a protocol that can be read."""

from __future__ import annotations

import re
from pathlib import Path

from primus_eval.protocol import Data, read_protocol
from primus_eval.protocol.programme import ProgrammeTable
from primus_eval.protocol.reference import MINIMAL

PAGE = (Path(__file__).parent.parent / "docs" / "data.md").read_text(encoding="utf-8")
ANALYSIS = """
[[analysis]]
id = "primary"
role = "primary"
outcome = "reoffending_2y"
effect_measure = "hazard_ratio"
covariates = ["prior_offences"]
"""


def test_the_worked_example_can_be_read(tmp_path: Path) -> None:
    declared = [
        block for block in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL) if "harmless" not in block
    ]
    assert len(declared) == 3
    study = MINIMAL.partition("[data.participants]")[0]
    (tmp_path / "protocol.toml").write_text("\n".join([study, *declared, ANALYSIS]), encoding="utf-8")
    protocol = read_protocol(tmp_path / "protocol.toml")
    assert protocol.comparison is not None
    assert {name for name, value in protocol.data if value is not None} == {
        "data_start",
        "data_cutoff",
        "participants",
        "events",
        "custody",
        "status",
        "matches",
    }


def test_the_page_lists_every_table_of_the_programme_with_what_it_must_have() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \|[^|]*\| (`[^|]*`) \|$", PAGE, re.MULTILINE))
    required = {
        name: [
            f"`{key}`"
            for key, field in record.model_fields.items()
            if field.is_required() and key in own(record)
        ]
        for name, record in programme().items()
    }
    assert {name: sorted(keys.split(", ")) for name, keys in rows.items()} == {
        name: sorted(keys) for name, keys in required.items()
    }


def programme() -> dict[str, type[ProgrammeTable]]:
    """The tables of the programme by their key in [data]."""
    names = {record.__name__.lower(): record for record in ProgrammeTable.__subclasses__()}
    return {name: names[name] for name in Data.model_fields if name in names}


def own(record: type[ProgrammeTable]) -> set[str]:
    """The keys of one table, without those that every file has."""
    return {*record.model_fields} - {*ProgrammeTable.model_fields} | {"person"}
