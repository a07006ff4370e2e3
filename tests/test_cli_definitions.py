"""`primus-eval definitions` and docs/definitions.md: what is printed agrees with the presets."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from primus_eval.cli import main
from primus_eval.definition_pages import WIDTH, definitions_page
from primus_eval.definitions import PRESETS, Reoffending, preset
from primus_eval.wording.definition import definition_in_words

ROOT = Path(__file__).parent.parent
HEAVY = {"numpy", "pandas", "scipy", "matplotlib", "lifelines", "statsmodels", "pydantic", "jinja2"}

Captured = pytest.CaptureFixture[str]


def printed(capsys: Captured, *arguments: str) -> str:
    assert main(["definitions", *arguments]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def flat(text: str) -> str:
    return " ".join(text.split())


def test_the_list_has_one_line_for_each_preset_with_its_state(capsys: Captured) -> None:
    lines = printed(capsys).splitlines()
    assert [line.split()[:2] for line in lines] == [
        [name, "provisional" if base.unknown else "complete"] for name, base in PRESETS.items()
    ]
    assert all(base.label in line for line, base in zip(lines, PRESETS.values(), strict=True))


def test_the_list_as_json(capsys: Captured) -> None:
    listed = json.loads(printed(capsys, "--format", "json"))
    assert {item["name"]: item["unknown"] for item in listed} == {
        name: list(base.unknown) for name, base in PRESETS.items()
    }


VERSIONS = [(name, official) for name, base in PRESETS.items() for official in {False, bool(base.official)}]
"""Each preset, and each in its official version where it has one."""


@pytest.mark.parametrize(("name", "official"), VERSIONS)
def test_a_preset_is_said_in_full(name: str, official: bool, capsys: Captured) -> None:
    text = printed(capsys, name, *["--official"] * official)
    base = PRESETS[name]
    assert all(said in flat(text) for said in definition_in_words(preset(name, official=official)))
    assert all(source.address in text and source.supports in flat(text) for source in base.sources)
    assert all(remark in flat(text) for remark in base.remarks)
    assert all(f"{field} (unknown)" in text or f"{field} = " in text for field in base.unknown)
    assert text.count("(unknown)") == len(base.unknown)
    assert ("(inferred)" in text) == any(
        how == "inferred" for field, how in base.tags.items() if official or field in base.values
    )
    assert all(len(line) <= WIDTH or "http" in line for line in text.splitlines())


@pytest.mark.parametrize("name", [name for name, base in PRESETS.items() if not base.official])
def test_a_preset_without_official_rules_has_no_official_version(name: str, capsys: Captured) -> None:
    assert main(["definitions", name, "--official"]) == 2
    out, err = capsys.readouterr()
    assert (out, "[PE-F31]" in err) == ("", True)


@pytest.mark.parametrize(("name", "official"), VERSIONS)
def test_the_lines_for_a_protocol_are_the_preset(name: str, official: bool, capsys: Captured) -> None:
    text = printed(capsys, name, "--format", "toml", *["--official"] * official)
    given = tomllib.loads(f"[[outcome]]\n{text}")["outcome"][0]["reoffending"]
    assert Reoffending.model_validate(given) == preset(name, official=official)


@pytest.mark.parametrize("name", [name for name, base in PRESETS.items() if not base.unknown])
def test_the_lines_in_comments_are_what_a_complete_preset_stands_for(name: str, capsys: Captured) -> None:
    text = printed(capsys, name, "--format", "toml")
    values = tomllib.loads(
        "\n".join(line[2:] for line in text.splitlines() if line.startswith("# ") and " = " in line)
    )
    own = Reoffending.model_validate(values)
    assert own.model_copy(update={"preset": name}) == preset(name)


def test_what_is_unknown_stands_apart_in_the_lines_for_a_protocol(capsys: Captured) -> None:
    known, _, unknown = printed(capsys, "us_conviction", "--format", "toml").partition("No source at hand")
    assert "# window_months = 36" in known
    assert "date_used" not in known
    assert '# date_used = "offence"  # a stand-in' in unknown
    assert "# decision_lag = ..." in unknown


def test_a_preset_as_json(capsys: Captured) -> None:
    said = json.loads(printed(capsys, "dk_dst", "--official", "--format", "json"))
    known = {item["field"]: item["known"] for item in said["fields"]}
    assert known["window_months"] == "stated"
    assert known["death"] == "inferred"
    assert said["official"] is True
    assert said["words"] == list(definition_in_words(preset("dk_dst", official=True)))
    assert [source["address"] for source in said["sources"]] == [
        source.address for source in PRESETS["dk_dst"].sources
    ]


def test_an_unknown_name_ends_with_two_and_the_nearest_one(capsys: Captured) -> None:
    assert main(["definitions", "dk_dts"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "[PE-F31]" in err
    assert "did you mean dk_dst?" in err
    assert all(name in err for name in PRESETS)


@pytest.mark.parametrize("arguments", [["--format", "toml"], ["--official"]])
def test_what_needs_a_name_says_so(arguments: list[str], capsys: Captured) -> None:
    assert main(["definitions", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "is about one definition" in err


def test_help_loads_no_heavy_library_and_a_preset_no_data_frame() -> None:
    script = """
import sys
from primus_eval.cli import main
try:
    main(["definitions", "--help"])
except SystemExit:
    print("LOADED", *sys.modules)
main(["definitions", "dk_dst"])
print("LOADED", *sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    helped, shown = ({*line.split()} for line in done.stdout.splitlines() if line.startswith("LOADED"))
    assert helped & HEAVY == set()
    assert shown & HEAVY == {"pydantic"}


def test_the_page_of_definitions_is_what_the_code_writes() -> None:
    written = (ROOT / "docs" / "definitions.md").read_text(encoding="utf-8")
    assert written == definitions_page(), "run: python -m primus_eval.definition_pages > docs/definitions.md"


def test_the_page_is_written_again_by_running_its_module() -> None:
    command = [sys.executable, "-m", "primus_eval.definition_pages"]
    assert subprocess.run(command, capture_output=True, check=True).stdout.decode() == definitions_page()


def test_the_page_says_every_preset_with_its_sources() -> None:
    page = definitions_page()
    for name, base in PRESETS.items():
        section = page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        assert all(f"- {said}\n" in section for said in definition_in_words(preset(name)))
        assert all(f"<{source.address}>" in section for source in base.sources)
        assert all(f"| `{field}` |" in section for field in {*base.values, *base.official, *base.unknown})
        assert section.count("| unknown |") == len(base.unknown)
        assert ("With `official = true`:" in section) == bool(base.official)
