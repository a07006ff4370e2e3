"""The tables in LaTeX: every text and number of the report's tables, in their order, stamped and escaped."""

import re
from dataclasses import replace

import pytest
from report_documents import LANGUAGES, assert_in_order, labelled, laid_out, shown, squeezed
from report_extract import text_of_latex

from primus_eval.report.display import Group, Row, Table
from primus_eval.report.formats.columns import LONGEST_WORD, shares, widths
from primus_eval.report.formats.latex import ESCAPES, PRINTABLE, escaped, latex_table, latex_tables
from primus_eval.wording.pieces import plain_text, visible

SAMPLES = [(name, language) for name in ("maryland", "mentoring") for language in LANGUAGES]
COMMAND = re.compile(r"\\[A-Za-z]+(?:\{[^{}]*\}|\[[^\]]*\])*")


@pytest.fixture(scope="module")
def documents(maryland, mentoring):
    views = {"maryland": maryland, "mentoring": mentoring}
    return {(name, language): laid_out(views[name], language) for name, language in SAMPLES}


def body_of(table):
    """Every text of a table but its notes, in the order in which it is printed."""
    yield from (table.caption, *table.head)
    for group in table.groups:
        yield group.header
        for row in group.rows:
            yield from (row.header, row.detail, *row.cells, row.across, *row.remarks)


@pytest.mark.parametrize("key", SAMPLES, ids="-".join)
def test_every_table_is_there_with_every_text(documents, key):
    document = documents[key]
    files = latex_tables(document)
    assert len(files) == len(document.tables)
    for table, content in zip(document.tables, files.values(), strict=True):
        text = squeezed(text_of_latex(content))
        assert_in_order([shown(sentence) for sentence in body_of(table) if sentence], text)
        assert all(shown(note) in text for note in table.notes)


@pytest.mark.parametrize("key", SAMPLES, ids="-".join)
def test_every_table_says_in_its_caption_what_data_it_is_about(documents, key):
    document = documents[key]
    assert bool(document.tags) == (key[0] == "mentoring")
    for content in latex_tables(document).values():
        caption = re.search(r"\\caption\{.*", content.decode()).group()
        for tag in document.tags:
            assert escaped(plain_text(tag)) in caption


def test_internal_findings_are_marked():
    document = labelled("x")
    assert all(b"INTERNAL" in content for content in latex_tables(document).values())


def test_a_long_table_repeats_its_headings_and_a_short_one_floats(documents):
    files = latex_tables(documents["maryland", "en"])
    long, short = files["tables/results.tex"].decode(), files["tables/baseline-table.tex"].decode()
    assert long.count(r"\textbf{Estimate}") == 2
    assert r"\endhead" in long and r"\begin{table}" not in long
    assert short.count(r"\textbf{Characteristic}") == 1
    assert r"\begin{table}" in short


def test_the_primary_result_is_bold_and_levels_are_indented(documents):
    results = latex_tables(documents["maryland", "en"])["tables/results.tex"].decode()
    primary = next(line for line in results.splitlines() if "Newcombe" in line and "Primary" in line)
    assert r"\textbf{Difference in risk, percentage points}" in primary
    assert r"\textbf{\ensuremath{-}8.3}" in primary
    baseline = latex_tables(documents["mentoring", "en"])["tables/baseline-table.tex"].decode()
    assert r"\leftskip=1em\relax open &" in baseline


def test_tables_of_one_name_do_not_overwrite_each_other():
    document = labelled("x")
    twice = replace(document, sections=document.sections * 2)
    assert len(latex_tables(twice)) == 2 * len(document.tables)


def test_every_character_is_read_back():
    """Up to the Latin letters of all Europe, and some beyond; what cannot be seen is shown by its number."""
    for code in (*range(0x21, 0x250), 0x2212, 0x202F, 0x4F60, 0x1F600):
        character = chr(code)
        text = escaped(f"a{character}b")
        assert set(text) <= PRINTABLE
        hidden = visible(character) != character
        assert text_of_latex(text.encode()) == f"a{visible(character) if hidden else character}b"


@pytest.mark.parametrize("text", ["--", "---", ",,", "``", "''", "<<", ">>", "?`", "!`", "\\\\*[1ex]"])
def test_nothing_joins_into_another_sign_or_becomes_an_option(text):
    written = escaped(text)
    assert text_of_latex(written.encode()) == text
    assert not re.search(r"--|,,|``|''|<<|>>|[?!]`|\\\\|(?<!\{)[*\[]", written)


def test_a_long_word_may_be_broken():
    assert escaped("a" * LONGEST_WORD) == "a" * LONGEST_WORD
    assert re.fullmatch(r"(a{12}\\allowbreak\{\}){5}a{4}", escaped("a" * 64))


def test_all_that_latex_reads_as_more_than_a_character_is_escaped():
    assert set("\\{}$&#%_^~") <= set(ESCAPES)


def test_widths_leave_short_columns_whole_and_let_prose_give_way():
    rows = (Row(header=("x" * 9,), cells=(("word " * 40,), ("0.05",))),)
    table = Table(id="t", caption=("c",), head=(("Measure",), ("Asks",), ("p",)), groups=(Group(rows=rows),))
    first, prose, last = widths(table, 60)
    assert (first, last) == (12, 9)
    assert prose == 60 - first - last
    assert sum(shares(table, 60)) == pytest.approx(1.0, abs=1e-12)
    narrow = replace(table, groups=(Group(rows=(Row(header=("x",), cells=(("y",), ("1",))),)),))
    assert sum(widths(narrow, 60)) == 36


def test_the_same_document_gives_the_same_bytes(documents):
    document = documents["mentoring", "da"]
    assert latex_tables(document) == latex_tables(document)
    table = document.tables[0]
    assert latex_table(table, document).encode() == next(iter(latex_tables(document).values()))
