"""What a protocol is worth: a file within limits, a fingerprint of its meaning, a page that explains it.

What is said of each mistake in it stands in test_protocol_mistakes.py.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, get_origin

import pytest
from pydantic import ValidationError

from primus_eval import definitions, vocabulary
from primus_eval.errors import InputError, Problem
from primus_eval.methods import ABOUT, METHODS
from primus_eval.protocol import (
    Protocol,
    model,
    outcomes,
    parse_protocol,
    programme,
    read_protocol,
    table_file,
    tables,
)
from primus_eval.protocol.keys import keys_of
from primus_eval.protocol.reading import DEEPEST_NESTING, LONGEST_TEXT
from primus_eval.protocol.reference import MINIMAL, SHARED, protocol_reference
from primus_eval.schema import Record
from primus_eval.vocabulary import EffectMeasure, words

ROOT = Path(__file__).parent.parent
SAMPLES = sorted((ROOT / "data" / "sample").glob("*/protocol.toml"))
MENTORING = (ROOT / "tests/trials/mentoring/protocol.toml").read_text("utf-8")


def the_problem(text_or_path: str | Path) -> Problem:
    """The only problem that reading a text or a file ends with."""
    with pytest.raises(InputError) as caught:
        read_protocol(text_or_path) if isinstance(text_or_path, Path) else parse_protocol(text_or_path)
    (problem,) = caught.value.problems
    return problem


TIED = ("type", "wave", "effect", "currency", "price_year", "perspective")
"""Keys that cannot change alone: a type is tied to levels, a wave to the waves, a price to the values."""


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_the_sample_protocols_are_understood(path):
    assert read_protocol(path).study.id == path.parent.name


# --- the file -----------------------------------------------------------------------------------------------


@pytest.fixture
def saved(tmp_path):
    """Save bytes as a protocol and return its path."""

    def save(content: bytes) -> Path:
        path = tmp_path / "plan.toml"
        path.write_bytes(content)
        return path

    return save


def test_a_byte_order_mark_and_the_line_ends_of_windows_change_nothing(saved):
    plain = read_protocol(saved(MENTORING.encode()))
    assert read_protocol(saved(b"\xef\xbb\xbf" + MENTORING.replace("\n", "\r\n").encode())) == plain


def test_another_encoding_is_named_at_the_line_of_its_first_letter(saved):
    problem = the_problem(saved('[study]\nid = "a"\ntitle = "Løsladte"\n'.encode("cp1252")))
    assert (problem.code, problem.file, problem.line) == ("PE-F20", "plan.toml", 3)
    assert "UTF-8" in problem.mend
    assert the_problem(saved(MENTORING.encode("utf-16"))).code == "PE-F20"


def test_a_file_that_is_not_there_and_a_folder_are_named_without_their_path(tmp_path):
    for path, name in ((tmp_path / "none.toml", "none.toml"), (tmp_path, "protocol.toml")):
        problem = the_problem(path)
        assert (problem.code, problem.file) == ("PE-F21", name)
        assert str(tmp_path.parent) not in str(problem)


def test_an_empty_file_lacks_each_table_that_is_needed():
    with pytest.raises(InputError) as caught:
        parse_protocol("")
    keys = [problem.key for problem in caught.value.problems]
    assert keys == sorted(["study", "design", "arm", "data", "outcome", "analysis"])


@pytest.mark.parametrize("deep", ["x = " + "[" * 5000 + "]" * 5000, "x = " + "{a=" * 5000 + "1" + "}" * 5000])
def test_nesting_without_end_is_refused_cleanly(deep):
    assert the_problem(deep).code == "PE-F05"


def test_nesting_is_refused_one_level_above_the_limit():
    below, above = ("x = " + "[" * depth + "]" * depth for depth in (DEEPEST_NESTING - 2, DEEPEST_NESTING))
    assert the_problem(above).code == "PE-F05"
    with pytest.raises(InputError) as caught:
        parse_protocol(below)
    assert "PE-F05" not in {problem.code for problem in caught.value.problems}


@pytest.mark.parametrize("number", ["9" * 5000, "-" + "9" * 400, "0x" + "f" * 5000, str(2**63)])
@pytest.mark.parametrize("key", ["horizon_days = 730", "simulated = true", "control_risk = 0.50"])
def test_an_integer_beyond_64_bits_is_refused_cleanly_wherever_it_stands(key, number):
    name = key.split(" = ")[0]
    problem = the_problem(MENTORING.replace(key, f"{name} = {number}"))
    assert problem.code == "PE-F06"
    assert len(str(problem)) < 300


def test_a_text_of_millions_of_characters_is_refused_before_it_is_parsed():
    assert the_problem(MENTORING + "#" * LONGEST_TEXT).code == "PE-F05"


def test_a_file_name_that_no_file_system_can_hold_is_refused_when_it_is_read_not_before():
    assert parse_protocol(MENTORING.replace('"participants.csv"', f'"{"b" * 300}.csv"'))


@pytest.mark.parametrize("sign", ["\\u0000", "\\u001b[2J", "\\r", "\\u0085"])
@pytest.mark.parametrize("line", ['funder = "a{}b"', '"a{}b" = 1', 'people = {{ en = "{}" }}'])
def test_a_control_character_in_a_text_or_key_is_refused_by_its_line(line, sign):
    without = re.sub(r"(?m)^(funder|people) = .*\n", "", MENTORING)
    problem = the_problem(without.replace("[study]\n", f"[study]\n{line.format(sign)}\n"))
    assert (problem.code, problem.line) == ("PE-E15", MENTORING.split("\n").index("[study]") + 2)
    assert str(problem).replace("\n", "").isprintable()


def test_lines_and_tabs_in_a_text_are_no_control_characters():
    assert parse_protocol(MENTORING.replace('"participants.csv"', '"a\\tb\\r\\nc.csv"'))


# --- the fingerprint ----------------------------------------------------------------------------------------


def fingerprint(text: str) -> str:
    return parse_protocol(text).fingerprint


def as_toml(value: Any) -> str:
    """Write a value of TOML in the shortest layout there is: everything inline."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{as_toml(key)}={as_toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(as_toml, value)) + "]"
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(letter):08x}" for letter in value) + '"'
    return str(value).lower() if isinstance(value, bool) else str(value)


def reversed_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: reversed_keys(value[key]) for key in reversed(value)}
    return [reversed_keys(inner) for inner in value] if isinstance(value, list) else value


def test_a_fingerprint_is_a_sha256():
    assert re.fullmatch(r"[0-9a-f]{64}", fingerprint(MENTORING))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_comments_layout_and_the_order_of_keys_do_not_change_the_fingerprint(path):
    text = path.read_text(encoding="utf-8")
    document = tomllib.loads(text)
    expected = fingerprint(text)
    assert fingerprint(re.sub(r"^#.*\n", "\n# another\n", text, flags=re.M)) == expected
    inline = "\n".join(f"{key} = {as_toml(value)}" for key, value in document.items())
    assert fingerprint(inline) == expected
    turned = "\n".join(f"{key} = {as_toml(value)}" for key, value in reversed_keys(document).items())
    assert fingerprint(turned) == expected


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ('funder = "none"', 'funder = "none"\nconsent = "not_documented"'),
        ('title = "t"', 'title = { en = "t" }'),
        ("", "[disclosure]\n"),
        ("", '[disclosure]\nprofile = "release"\nthreshold = 5\n'),
    ],
)
def test_a_default_that_is_written_out_does_not_change_the_fingerprint(short, long):
    base = MINIMAL.replace('country = "DK"', f'country = "DK"\n{short}')
    base = base.replace(
        'title = "Mentors for people leaving prison"\n', "" if "title" in short else 'title = "t"\n'
    )
    assert fingerprint(base) == fingerprint(base.replace(short, long, 1) if short else base + long)


def leaves(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every table or array with each key or position at which a single value stands."""
    for part in list(node) if isinstance(node, dict) else range(len(node)):
        if isinstance(node[part], dict | list):
            yield from leaves(node[part])
        else:
            yield node, part


VOCABULARIES = [words(value) for value in vars(vocabulary).values() if get_origin(value)]
ANY_WORD = list(dict.fromkeys(word for each in VOCABULARIES for word in each))
OTHER_WORDS = [
    "refuse",
    "randomisation",
    "not_sought",
    "half_day",
    "after_outcomes",
    "before_outcomes",
    ",",
    "\t",
    "cp1252",
    "nordic_2y",
    "nl_wodc",
    "count",
]


def other_values(part: Any, value: Any) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, value * 0.9)
    elif isinstance(value, str):
        # Where a word of a vocabulary stands, another of the same mostly does: those are tried first.
        fellows = [word for each in VOCABULARIES if value in each for word in each]
        others = fellows if fellows and part in TIED else fellows + ANY_WORD
        yield from dict.fromkeys((value + "x", "SE", *OTHER_WORDS, *map(str, others)))
    else:
        yield value.replace(year=value.year + 1)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_each_single_value_counts_in_the_fingerprint(path):
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    document["data"]["participants"]["sha256"] = "0" * 64
    seen = {Protocol.model_validate(deepcopy(document)).fingerprint}
    for node, part in leaves(document):
        kept = node[part]
        for other in ["1" * 64] if part == "sha256" else other_values(part, kept):
            if other == kept:
                continue
            node[part] = other
            try:
                changed = Protocol.model_validate(deepcopy(document))
            except ValidationError:
                continue
            assert changed.fingerprint not in seen
            seen.add(changed.fingerprint)
            break
        else:
            shown = f"no other value was found for {part}, so nothing was shown"
            assert part in TIED or isinstance(node, list), shown
        node[part] = kept


def test_the_order_of_analyses_counts_in_the_fingerprint():
    document = tomllib.loads(MENTORING)
    before = Protocol.model_validate(document).fingerprint
    document["analysis"].reverse()
    assert Protocol.model_validate(document).fingerprint != before


# --- the record ---------------------------------------------------------------------------------------------


def test_a_protocol_finds_its_parts_by_id_and_by_role():
    protocol = parse_protocol(MENTORING)
    assert protocol.arm_of("control").id == "usual"
    assert protocol.contrast == "mentors-usual"
    assert protocol.outcome_of("reoffence_2y").horizon_days == 730
    assert protocol.analysis_of("by_arm").effect_measure == "proportion"
    assert protocol.population_of("assigned") is None
    assert protocol.population_of("high_risk").where.in_ == ("high",)
    assert protocol.primary.id == "primary"


@pytest.mark.parametrize("find", ["outcome_of", "analysis_of", "population_of"])
def test_an_id_that_nothing_has_is_named_with_the_ids_there_are(find):
    protocol = parse_protocol(MENTORING)
    known = {"outcome_of": "reoffence_2y", "analysis_of": "by_arm", "population_of": "closed_prison"}[find]
    with pytest.raises(InputError, match=f"Did you mean {known}?.* Known: "):
        getattr(protocol, find)(known + "s")


def test_a_protocol_cannot_be_altered():
    protocol = parse_protocol(MENTORING)
    with pytest.raises(ValidationError, match="frozen"):
        protocol.study = protocol.study


# --- the reference page -------------------------------------------------------------------------------------


def test_the_reference_page_is_what_the_code_writes():
    written = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    assert written == protocol_reference(), "run: python -m primus_eval.protocol.reference > docs/protocol.md"


def test_the_page_is_written_again_by_running_its_module():
    command = [sys.executable, "-m", "primus_eval.protocol.reference"]
    assert subprocess.run(command, capture_output=True, check=True).stdout.decode() == protocol_reference()


def test_the_minimal_protocol_of_the_page_can_be_read():
    assert f"```toml\n{MINIMAL}```" in protocol_reference()
    assert parse_protocol(MINIMAL).primary.effect_measure == "risk_difference"


LINES = MINIMAL.split("\n")


@pytest.mark.parametrize("number", [number for number, line in enumerate(LINES) if "=" in line])
def test_no_line_of_the_minimal_protocol_can_be_left_out(number):
    with pytest.raises(InputError):
        parse_protocol("\n".join(LINES[:number] + LINES[number + 1 :]))


MODULES = (definitions.model, model, outcomes, programme, table_file, tables)
RECORDS = list(
    dict.fromkeys(
        found
        for module in MODULES
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, Record) and found is not Record
    )
)


def own_keys(record: type[Record]) -> list[str]:
    """The keys that a section must explain: those of the record that its shared kinds do not have already."""
    above = {name for kind in record.__mro__[1:] if kind in SHARED for name in kind.model_fields}
    return [
        key.name for key in keys_of(record) if key.name not in above or key.name in record.__annotations__
    ]


@pytest.mark.parametrize("record", RECORDS)
def test_the_page_explains_every_key_of_every_record(record):
    about = " ".join(record.__doc__.split())
    (section,) = (part for part in re.split(r"\n##+ ", protocol_reference()) if f"\n\n{about}\n" in part)
    rows = [line.strip("| ").split(" | ") for line in section.split("\n") if line.startswith("| `")]
    assert [row[0].strip("`") for row in rows] == own_keys(record)
    assert all(len(row) == 4 and row[3] for row in rows)
    assert all(item.description for item in record.model_fields.values()) or record is Protocol


def test_what_is_worked_out_is_no_key_of_the_page():
    assert "unknown" in definitions.Reoffending.model_fields
    assert "| `unknown` |" not in protocol_reference()


def test_each_link_of_the_page_leads_to_a_heading():
    page = protocol_reference()
    headings = {
        line.lstrip("# ").lower().replace(" ", "-") for line in page.split("\n") if line.startswith("#")
    }
    links = re.findall(r"\]\(#([^)]+)\)", page)
    assert len(links) > 10 and set(links) <= headings


def test_the_page_lists_every_method_of_every_effect_measure():
    for measure in words(EffectMeasure):
        (row,) = (line for line in protocol_reference().split("\n") if line.startswith(f"| `{measure}` |"))
        assert all(f"`{method}`" in row for method in METHODS[measure])


def test_the_page_says_of_every_method_what_it_takes():
    section = protocol_reference().split("## What each method takes\n")[1]
    rows = [line.strip("| ").split(" | ") for line in section.split("\n") if line.startswith("| `")]
    said = {row[0].strip("`"): row for row in rows}
    assert list(said) == list(ABOUT)
    for method, about in ABOUT.items():
        must = (*about.keys, *(("[resampling]",) if about.draws else ()))
        assert said[method][2] == (", ".join(f"`{key}`" for key in must) or "nothing")
        assert (said[method][4], said[method][5]) == (about.covariates, about.strata)
        assert said[method][7] == ("no" if about.conditional else "yes")
