"""One table of the report in a notebook: the same table, marked where the findings were not released."""

import pytest
from report_documents import laid_out, squeezed
from report_extract import text_of_html, text_of_latex, text_of_markdown
from report_page import read_page

import primus_eval
from primus_eval.report.formats.latex import latex_tables
from primus_eval.report.tables import table_of
from primus_eval.wording.pieces import plain_text

FORMS = {
    "html": lambda table: text_of_html(table._repr_html_().encode()),
    "markdown": lambda table: text_of_markdown(table.to_markdown().encode()),
    "latex": lambda table: text_of_latex(table.to_latex().encode()),
}


@pytest.fixture(params=FORMS)
def form(request):
    return FORMS[request.param]


def test_it_is_a_public_name():
    assert primus_eval.table_of is table_of


def test_every_form_shows_the_cells_of_the_report(maryland, form):
    text = squeezed(form(table_of(maryland, "baseline-table")))
    for said in ("Financial aid, n = 216", "25.0 (6.5)", "194 (89.8%)", "mean (standard deviation)"):
        assert squeezed(said) in text


def test_what_was_released_is_not_marked_and_what_was_not_is(maryland, form):
    assert "INTERNAL" not in form(table_of(maryland, "results"))
    assert "INTERNAL" in form(table_of(maryland.findings, "results"))


def test_simulated_data_are_marked_in_the_language(mentoring, form):
    assert "SIMULEREDE DATA" in form(table_of(mentoring, "results", language="da"))


def test_it_is_the_table_of_the_report(maryland):
    in_report = latex_tables(laid_out(maryland, "en"))["tables/results.tex"]
    assert table_of(maryland, "results").to_latex().encode() == in_report


def test_a_notebook_shows_it_unfolded(maryland):
    page = read_page(table_of(maryland, "flow-table")._repr_html_().encode())
    assert not page.all("details")
    assert len(page.all("caption")) == 1


def test_its_name_says_what_it_is(mentoring):
    table = table_of(mentoring, "custody")
    assert repr(table).startswith(f"ReportTable('custody': {plain_text(table.table.caption)!r}")


def test_an_unknown_table_is_answered_with_those_that_there_are(maryland):
    with pytest.raises(KeyError, match="Did you mean 'baseline-table'.*There are: .*results"):
        table_of(maryland, "baseline")
