"""Every key of a TOML text, and every entry of an array, is found on the line on which it stands."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primus_eval.protocol.lines import KeyPath, dotted, key_lines, line_of

SAMPLES = sorted((Path(__file__).parent.parent / "data" / "sample").glob("*/protocol.toml"))


def lines(*text: str) -> dict[KeyPath, int]:
    """Key lines of a text given line by line, after making sure that it is TOML at all."""
    whole = "\n".join(text) + "\n"
    assert set(key_lines(whole)) == set(paths(tomllib.loads(whole)))
    return key_lines(whole)


def paths(node: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Every path of a document: keys of tables, places in arrays."""
    if isinstance(node, dict | list):
        for part, inner in node.items() if isinstance(node, dict) else enumerate(node):
            yield (*path, part)
            yield from paths(inner, (*path, part))


def test_keys_of_tables_and_of_entries_of_arrays_of_tables():
    found = lines("[study]", 'id = "a"', "", "[[arm]]", 'id = "b"', "[[arm]]", "# a comment", 'id = "c"')
    assert found[("study", "id")] == 2
    assert found[("arm",)] == 4
    assert (found[("arm", 0, "id")], found[("arm", 1)], found[("arm", 1, "id")]) == (5, 6, 8)


def test_a_table_inside_an_array_of_tables_belongs_to_its_last_entry():
    found = lines("[[a]]", "x = 1", "[[a]]", "[a.b]", "x = 2", "[[a.c]]", "y.z = 3", "[[a.c]]", "y.z = 4")
    assert found[("a", 1, "b", "x")] == 5
    assert (found[("a", 1, "c", 0, "y", "z")], found[("a", 1, "c", 1, "y")]) == (7, 9)


def test_keys_inside_inline_tables_and_entries_of_arrays_have_lines_of_their_own():
    found = lines("n = [", "  { of = 'x', n = 1 },", "  # and", "  { of = 'y', n = 2 },", "]", "z = 1")
    assert (found[("n", 0, "n")], found[("n", 1)], found[("n", 1, "n")]) == (2, 4, 4)
    assert found[("z",)] == 6


@pytest.mark.parametrize("line", ["a . b = 1", "'a'.\"b\" = 1", '"\\u0061".b = 1', "\ta.b=1"])
def test_dotted_and_quoted_keys_are_the_same_key(line):
    assert lines("", line) == {("a",): 2, ("a", "b"): 2}


@pytest.mark.parametrize(
    "value",
    [
        '"# [ { not a comment"',
        "'it is a \" quote'",
        '"it\'s a \\" quote"',
        '"""over\nlines = 3\n[table]\n"""',
        "'''over\nlines = 3\n[[table]]\n'''",
        '"""ends in two quotes"""""',
        "'''ends in one quote''''",
        '["""over\nlines""", "]", 1]',
        "[\n  [1, 2],  # ] a comment\n  [3],\n]",
        "{ a = [1, { b = '}' }], c = 2026-11-01T07:32:00Z }",
        "[]",
        "{}",
        "1e5 # [ = '",
        '"\u2028 and \x85 are not line ends for TOML"',
    ],
)
def test_a_key_after_any_value_is_found(value):
    found = lines(f"before = {value}", "after = 1", "[table]", "inside = 2")
    after = 2 + value.count("\n")
    assert (found[("after",)], found[("table", "inside")]) == (after, after + 2)


@pytest.mark.parametrize("word", ["newline", "end", "true", "inf", "1979-05-27", "-"])
def test_a_key_may_look_like_anything(word):
    assert lines("x = 1", f"{word} = 2")[(word,)] == 2


def test_line_ends_of_windows_count_once():
    assert key_lines("a = 1\r\n\r\nb = 2\r\n") == {("a",): 1, ("b",): 3}


def test_a_text_without_keys_has_no_lines():
    assert key_lines("") == {} == key_lines("# nothing\n")


def test_what_has_no_line_falls_back_to_its_nearest_parent():
    known = {("a",): 3, ("a", 0): 5}
    assert line_of(("a", 0, "b", "c"), known) == 5
    assert line_of(("a", 7), known) == 3
    assert line_of(("b",), known) is None
    assert line_of((), known) is None


def test_people_count_entries_from_one():
    assert dotted(("analysis", 1, "covariates", 0)) == "analysis[2].covariates[1]"
    assert dotted(()) == ""


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_every_key_of_the_samples_has_a_line_that_holds_it(path):
    text = path.read_text(encoding="utf-8")
    found = key_lines(text)
    assert set(found) == set(paths(tomllib.loads(text)))
    for key_path, line in found.items():
        if isinstance(key_path[-1], str):
            assert key_path[-1] in text.split("\n")[line - 1]


class Writer:
    """Writes documents as TOML and remembers on which line it put each key."""

    def __init__(self, choose: st.DataObject) -> None:
        self.text = ""
        self.lines: dict[KeyPath, int] = {}
        self.draw = choose.draw

    def put(self, text: str) -> None:
        self.text += text

    def here(self, path: KeyPath) -> None:
        self.lines.setdefault(path, self.text.count("\n") + 1)

    def filler(self) -> None:
        self.put(self.draw(st.sampled_from(["", "\n", '# [x] = """ \'\n', "  # }\r\n", "\t\n"])))

    def table(self, node: dict[str, Any], path: KeyPath) -> None:
        """Simple values first, as TOML wants it; then tables and arrays of tables under headers."""
        headed = {key: value for key, value in node.items() if is_headed(value)}
        for key, value in node.items():
            if key not in headed:
                self.filler()
                self.here((*path, key))
                self.put(f"{quoted_key(key, self.draw)} = ")
                self.value(value, (*path, key))
                self.put(self.draw(st.sampled_from(["\n", " # '''\n", "\r\n"])))
        for key, value in headed.items():
            for number, entry in enumerate(value if isinstance(value, list) else [value]):
                self.filler()
                below = (*path, key, number) if isinstance(value, list) else (*path, key)
                self.here((*path, key))
                self.here(below)
                header = ".".join(quoted_key(part, self.draw) for part in below if isinstance(part, str))
                self.put(f"[[{header}]]\n" if isinstance(value, list) else f"[ {header} ]\n")
                self.table(entry, below)

    def value(self, node: Any, path: KeyPath) -> None:
        if isinstance(node, list):
            self.put("[")
            for number, entry in enumerate(node):
                self.filler()
                self.here((*path, number))
                self.value(entry, (*path, number))
                self.put(",")
            self.filler()
            self.put("]")
        elif isinstance(node, dict):
            self.put("{ ")
            for number, (key, entry) in enumerate(node.items()):
                self.put(", " if number else "")
                self.here((*path, key))
                self.put(f"{quoted_key(key, self.draw)} = ")
                self.value(entry, (*path, key))
            self.put(" }")
        elif isinstance(node, str) and "'''" not in node and not node.endswith("'"):
            self.put(self.draw(st.sampled_from([json.dumps(node), f"'''\n{node}'''"])))
        else:
            self.put(json.dumps(node))


def is_headed(value: Any) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and bool(value) and all(isinstance(entry, dict) for entry in value)
    )


def quoted_key(key: str, draw: Any) -> str:
    bare = key.replace("-", "").replace("_", "").isalnum() and key.isascii()
    return key if bare and draw(st.booleans()) else json.dumps(key)


KEYS = st.sampled_from(["a", "b", "x-1", "end", "12", "it's", "a]", 'q"', "æ", " ", "#", "a.b"])
SCALARS = st.one_of(
    st.integers(-9, 9),
    st.booleans(),
    st.sampled_from(["", "[", "'''", '"""', "#", "a\nb = 1\n[t]\n", "}", "\\", "it's", '"', "=,"]),
)
DOCUMENTS = st.dictionaries(
    KEYS,
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=5,
)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(document=DOCUMENTS, choose=st.data())
def test_whatever_the_layout_each_key_is_found_where_it_was_written(document, choose):
    writer = Writer(choose)
    writer.table(document, ())
    assert tomllib.loads(writer.text) == document
    found = key_lines(writer.text)
    assert found == writer.lines
