"""What points at a person is found, what does not is let pass, and nothing that was found is repeated.

Recall is measured by kind over `CASES` generated columns and texts, with names that the package does not
list (tests/identifier_data.py), and precision on columns such as trials have. `pytest -s` prints both.
"""

from __future__ import annotations

import hashlib
import math
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from identifier_data import (
    CLEAN,
    COLUMNS,
    FIRST_NAMES,
    SURNAMES,
    TEXTS,
    clean_column,
    counted,
    cpr,
    digest,
    person,
)

from primus_eval.identifiers import CODES, Identifier, header_word, in_column, in_name, in_text, problem
from primus_eval.identifiers.cpr_columns import tail_is_rare
from primus_eval.identifiers.label_words import NOT_NAMES
from primus_eval.identifiers.name_words import FIRST_NAMES as LISTED_FIRST_NAMES
from primus_eval.identifiers.name_words import SURNAMES as LISTED_SURNAMES

CASES = 10_000
RECALL = 0.99
RIGHT_KIND = 0.97
"""So much is called by its kind as well; an account number may hold the digits of a CPR number."""

ROWS = (8, 40, 400, 3000)
SEED = 20_240_601


def kind_in(header: str, counts: dict[str, int], **known: date) -> str | None:
    found = in_column(header, counts, **known)
    return None if found is None else found.kind


def kinds_in_text(text: str) -> list[str]:
    return [found.kind for found in in_text(text)]


# Recall and precision


def judged(kind: str) -> Iterator[tuple[str, ...]]:
    """The kinds found in each generated case that holds `kind`: columns, and texts where there are any."""
    random = Random(SEED)
    makers = COLUMNS[kind]
    in_columns = CASES // 2 if kind in TEXTS else CASES
    for number in range(in_columns):
        found = in_column(*makers[number % len(makers)](random))
        yield () if found is None else (found.kind,)
    for _ in range(CASES - in_columns):
        yield tuple(found.kind for found in in_text(TEXTS[kind](random)))


@pytest.mark.parametrize("kind", COLUMNS)
def test_of_ten_thousand_generated_cases_at_least_99_in_100_are_refused(kind):
    found = list(judged(kind))
    refused, named = sum(map(bool, found)) / CASES, sum(kind in kinds for kinds in found) / CASES
    print(f"\n{kind:<20} refused {refused:.4f}   called by its kind {named:.4f}   of {CASES}")
    assert len(found) == CASES
    assert refused >= RECALL and named >= RIGHT_KIND


@pytest.mark.parametrize("header", CLEAN)
def test_an_ordinary_column_is_let_pass_whatever_its_length(header):
    refused = {rows: in_column(*clean_column(header, rows, seed=rows)) for rows in ROWS}
    assert set(refused.values()) == {None}


def test_there_are_fifty_ordinary_columns_and_more():
    assert len(CLEAN) >= 50


def test_the_names_of_the_tests_are_not_those_of_the_package():
    listed = LISTED_FIRST_NAMES | LISTED_SURNAMES
    assert not listed & {*FIRST_NAMES, *SURNAMES}
    assert len(FIRST_NAMES) > 500 and len(SURNAMES) > 500
    assert not listed & NOT_NAMES, "a word cannot speak for a name and against it"


# Numbers of persons


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("010190-1234", "PE-B01"),
        ("010190\u20131234", "PE-B01"),
        ("010190\u20111234", "PE-B01"),
        ("010190 - 1234", "PE-B01"),
        ("０１０１９０-１２３４", "PE-B01"),
        ("01.01.90-1234", "PE-B01"),
        ("01-01-1990-1234", "PE-B01"),
        ("010190-\u200b1234", "PE-B01"),
        ("610190-1234", "PE-B05"),
        ("010190-AB12", "PE-B05"),
        ("010190-1A2B", "PE-B05"),
        ("talte med 0101901234 i dag", "PE-B02"),
        ("talte med 010190 1234 i dag", "PE-B02"),
        ("talte med 010190.1234 i dag", "PE-B02"),
        ("talte med 010190/1234 i dag", "PE-B02"),
        ("talte med 01 01 90 1234 i dag", "PE-B02"),
        ("talte med 010190\u00a01234 i dag", "PE-B02"),
        ("CPR0101901234", "PE-B02"),
    ],
)
def test_one_personal_number_in_one_cell_is_found_however_it_is_written(written, code):
    found = in_column("x1", {written: 1, "ja": 400, "nej": 600})
    assert found is not None and (found.kind, found.code, found.cells) == ("cpr", code, 1)
    assert found.share == pytest.approx(1 / 1001)


@pytest.mark.parametrize(
    "written",
    [
        "320190-1234",
        "011390-1234",
        "290201-1234",
        "000190-1234",
        "920190-1234",
        "310490-1234",
        "010190-12345",
        "1010190-1234",
        "010190-vold",
        "2020-01-01",
        "15-01-2024 12:30",
        "talte med 0132901234 i dag",
    ],
)
def test_what_is_no_day_of_birth_with_four_signs_is_no_personal_number(written):
    assert in_column("x1", {written: 1, "ja": 400}) is None


def test_modulus_11_does_not_matter():
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    numbers = [f"010107{serial:04}" for serial in range(4000, 4011)]
    passing = [sum(int(d) * w for d, w in zip(n, weights, strict=True)) % 11 == 0 for n in numbers]
    assert 0 < sum(passing) < len(numbers)  # old and new ones
    assert all(kind_in("x1", {f"{n[:6]}-{n[6:]}": 1}) == "cpr" for n in numbers)


def test_random_numbers_of_ten_digits_pass_and_births_do_not():
    random = Random(SEED)
    numbers = counted([str(random.randrange(10**9, 10**10)) for _ in range(5000)])
    assert in_column("x1", numbers) is None
    people = counted([cpr(random, "{dd}{mm}{yy}{serial}") for _ in range(5000)])
    found = in_column("x1", people)
    assert found is not None and (found.code, found.share) == ("PE-B02", 1)
    as_integers = counted([str(int(number)) for number in people])
    found = in_column("x1", as_integers)
    assert found is not None and (found.code, found.cells) == ("PE-B03", sum(as_integers.values()))


def test_a_column_of_personal_numbers_may_hold_a_few_other_cells():
    random = Random(SEED)
    people = counted([cpr(random, "{dd}{mm}{yy}{serial}") for _ in range(95)])
    assert kind_in("x1", people | {"9999999999": 3, "8888888888": 1, "": 7, "ukendt": 9}) == "cpr"


def spoilt(how: str, number: str) -> str:
    """Ten digits as a program or a person with something to hide may write them."""
    if how == "power":
        return f"{int(number):.9e}"
    if how == "decimals":
        return repr(float(f"{number[:6]}.{number[6:]}"))
    groups = {"single": 1, "pairs": 2, "halves": 5}[how]
    return " ".join(number[place : place + groups] for place in range(0, 10, groups))


@pytest.mark.parametrize("how", ["power", "decimals", "single", "pairs", "halves"])
def test_a_column_of_personal_numbers_is_found_however_the_digits_are_grouped(how):
    random = Random(SEED)
    people = [spoilt(how, cpr(random, "{dd}{mm}{yy}{serial}")) for _ in range(200)]
    found = in_column("x1", counted(people))
    # One number in ten ends in 0, and a decimal number loses that.
    assert found is not None and found.kind == "cpr" and found.share > (0.8 if how == "decimals" else 0.99)
    if how != "decimals":  # half of all amounts with four decimals would be as plausible
        random_ones = counted([spoilt(how, f"{random.randrange(10**9, 10**10)}") for _ in range(200)])
        assert in_column("x1", random_ones) is None


@pytest.mark.parametrize(
    "form",
    [
        "{dd}{mm}{yy}_{serial}",
        "{dd}{mm}{yy}+{serial}",
        "{dd}{mm}{yy}:{serial}",
        "{dd}{mm}{yy}, {serial}",
        "{dd}{mm}{yy}--{serial}",
        "{dd}{mm}{yy} / {serial}",
        "P{dd}{mm}{yy}{serial}",
        "x{dd}{mm}{yy}{serial}y",
        "nr. {dd}{mm}{yy}{serial}",
        "{dd}{mm}{yy}-{serial}Hansen",
        "{dd}{mm}{yy}{serial}.0",
        "{yyyy}{mm}{dd}-{serial}",
        "{yyyy}{mm}{dd}{serial}",
        "{dd}{mm}{yyyy}{serial}",
    ],
)
def test_a_column_of_personal_numbers_is_found_whatever_stands_around_and_between(form):
    random = Random(SEED)
    found = in_column("x1", counted([cpr(random, form) for _ in range(200)]))
    assert found is not None and (found.kind, found.share) == ("cpr", 1)


def test_a_name_right_behind_a_personal_number_does_not_hide_it():
    found = in_column("x1", {"010190-1234Hansen": 1, "ja": 400})
    assert found is not None and (found.code, found.certain) == ("PE-B01", True)


@pytest.mark.parametrize("form", ["{dd}{mm}{yy}{serial}", "P{dd}{mm}{yy}{serial}", "{dd}{mm}{yy}:{serial}"])
def test_two_people_in_five_among_other_numbers_are_found(form):
    random = Random(SEED)
    people = [cpr(random, form) for _ in range(80)]
    others = [f"{random.randrange(10**9, 10**10)}" for _ in range(120)]
    assert kind_in("x1", counted(people + others)) == "cpr"
    assert in_column("x1", counted(others)) is None


def test_a_few_people_among_shorter_numbers_are_found():
    random = Random(SEED)
    shorter = [str(number) for number in range(181)]
    for few in (3, 19):
        people = [cpr(random, "{dd}{mm}{yy}{serial}") for _ in range(few)]
        found = in_column("x1", counted(people + shorter))
        assert found is not None and (found.kind, found.cells) == ("cpr", few)


def test_samples_numbered_by_their_day_and_times_of_day_are_no_births():
    random = Random(SEED)
    day = [date(2022, 1, 1) + timedelta(days=random.randrange(700)) for _ in range(200)]
    for form in ("%Y%m%d{:04}", "%Y%m%d-{:04}", "%Y%m%d_{:04}"):
        samples = [each.strftime(form).format(number) for number, each in enumerate(day)]
        assert in_column("sample", counted(samples)) is None
    stamps = [each.strftime("%y%m%d") + f"{random.randrange(24):02}{random.randrange(60):02}" for each in day]
    assert in_column("at", counted(stamps)) is None


def test_columns_of_random_digits_are_not_beyond_chance():
    """A thousand columns at one in a million each, were the bound right: none may be refused."""
    random = Random(SEED)
    for _ in range(1000):
        assert in_column("x1", counted([str(random.randrange(10**8, 10**10)) for _ in range(60)])) is None


@pytest.mark.parametrize("of", [5, 20, 60, 300])
def test_the_tail_is_that_of_the_binomial_distribution(of):
    """Against the sum of all its terms: refused never above the limit, and always at half of it."""
    for found in range(of + 1):
        terms = (math.comb(of, k) * 0.12**k * 0.88 ** (of - k) for k in range(found, of + 1))
        tail = math.fsum(terms)
        assert tail_is_rare(found, of, 0.12) <= (tail < 1e-6)
        assert tail_is_rare(found, of, 0.12) or tail > 0.5e-6


def test_sample_numbers_with_a_hyphen_may_be_declared_harmless_and_personal_numbers_not():
    random = Random(SEED)
    samples = counted([f"{random.randrange(10**6):06}-{random.randrange(10**4):04}" for _ in range(900)])
    found = in_column("sample", samples)
    assert found is not None and found.share < 0.1 and not found.certain
    found = in_column("sample", counted([cpr(random, "{dd}{mm}{yy}-{serial}") for _ in range(900)]))
    assert found is not None and found.share == 1 and found.certain


def test_one_in_a_million_is_found_within_five_seconds():
    cells = {f"kode {number}": 1 for number in range(999_999)} | {"cpr 010190-1234": 1}
    begun = time.process_time()
    found = in_column("x1", cells)
    assert time.process_time() - begun < 5
    assert found is not None and (found.kind, found.cells, found.share) == ("cpr", 1, 1e-6)


# Names


def test_a_category_of_eight_labels_written_like_names_is_let_pass():
    labels = ["Nordlys", "Solsikken", "Havblik", "Egelunden", "Kompasset", "Fyrtårnet", "Broen", "Ankeret"]
    assert in_column("house", dict.fromkeys(labels, 50)) is None


def test_names_are_found_beside_missing_ones_and_in_any_order_of_the_rows():
    random = Random(SEED)
    names = {person(random, "{first} {last}"): random.randint(1, 3) for _ in range(40)}
    missing = {"ukendt": 60, "": 200, "N/A": 3}
    found = in_column("x1", names | missing)
    assert found is not None and (found.kind, found.cells, found.share) == (
        "personal_name", sum(names.values()), 1,
    )  # fmt: skip
    backwards = dict(reversed((names | missing).items()))
    assert in_column("x1", backwards) == found


def test_a_few_common_names_are_enough_where_one_label_is_not():
    assert kind_in("x1", {"Jens Hansen": 1, "Mette Nielsen": 1, "Ali Ahmed": 1}) == "personal_name"
    assert kind_in("x1", {"HANSEN, JENS": 1, "NIELSEN, METTE": 1, "AHMED, ALI": 1}) == "personal_name"
    assert in_column("prison", {"Enner Mark": 1, "Vestre Fængsel": 1, "Nørre Snede": 1}) is None


@pytest.mark.parametrize(
    "written",
    [
        "Jens Hansen",
        "Talte med Jens Hansen om sagen",
        "HANSEN, JENS",
        "Hansen, Jens P.",
        "jens hansen",
        "Jens P. Hansen",
    ],
)
def test_one_common_name_in_one_cell_is_found_and_may_be_declared_harmless(written):
    found = in_column("x1", {written: 1, "ok": 199})
    assert found is not None and (found.kind, found.cells, found.certain) == ("personal_name", 1, False)


def test_two_names_that_fill_a_column_are_found():
    found = in_column("mentor", {"Jens Hansen": 100, "Mette Nielsen": 100})
    assert found is not None and (found.kind, found.cells) == ("personal_name", 200)


@pytest.mark.parametrize(
    "label", ["per klassen", "Per dag", "Vold, grov", "Hr., ukendt", "Else: ingen", "Jens", "Max. 3 uger"]
)
def test_a_label_that_only_begins_like_a_name_is_let_pass(label):
    assert in_column("x1", {label: 10, "ok": 190}) is None


# Dates, digests, headers


def days(first: date, years: int, step: int) -> dict[str, int]:
    return {(first + timedelta(days=d)).isoformat(): 1 for d in range(0, years * 365, step)}


def test_dates_that_only_births_can_have_are_births():
    assert kind_in("x1", days(date(1950, 1, 1), 50, 97)) == "birth_date"
    assert in_column("x1", days(date(1985, 1, 1), 39, 97)) is None  # reaches into the present
    assert in_column("x1", days(date(1996, 1, 1), 8, 97)) is None  # eight years: sentences of the nineties?


def test_where_the_newest_day_is_known_births_of_the_young_are_told_from_decisions():
    young = days(date(1998, 1, 1), 6, 41)
    assert in_column("x1", young) is None
    assert kind_in("x1", young, newest=date(2024, 6, 30)) == "birth_date"
    assert in_column("x1", young, newest=date(2004, 6, 30)) is None
    assert kind_in("dob", young) == "birth_date"


def test_an_age_band_under_a_header_of_births_is_let_pass():
    assert in_column("dob", {"18-24": 40, "25-34": 70}) is None
    assert in_column("birth_year", {str(year): 3 for year in range(1950, 2004)}) is None


def test_a_digest_of_each_person_is_refused_and_one_of_a_file_is_not():
    random = Random(SEED)
    assert kind_in("id2", counted([digest(random, "sha256") for _ in range(40)])) == "hash"
    assert in_column("source", {hashlib.sha256(b"register of 2024").hexdigest(): 400}) is None


@pytest.mark.parametrize(
    ("header", "cells", "kind"),
    [
        ("tlf", ["12345678", "22334455", "87654321"], "phone"),
        ("x1", ["12345678", "22334455", "87654321"], None),
        ("cvr", ["12345678", "22334455", "87654321"], "organisation_number"),
        ("adresse", ["Nyhavn 17", "Strøget 4", "Holmen 12 B"], "address"),
        ("x1", ["Wave 1", "Wave 2", "Wave 12"], None),
        ("sagsnr", ["202400123", "202400456", "202300789"], "case_number"),
        ("antal_sager", ["202400123", "202400456", "202300789"], None),
        ("lat", ["55.67610", "56.15720", "57.04880"], "position"),
        ("rate", ["55.67610", "56.15720", "57.04880"], None),
        ("konto", ["1234567890", "2345678901", "3456789012"], "bank_account"),
        ("imei", ["356938035643809", "490154203237518", "353918057654318"], "network_address"),
    ],
)
def test_a_header_decides_what_a_form_leaves_open(header, cells, kind):
    assert kind_in(header, counted(cells)) == kind


@pytest.mark.parametrize(
    "header",
    [
        "cpr",
        "CPR-nr.",
        "navn",
        "Name",
        "fornavn",
        "Efternavn",
        "e-mail",
        "E_mail",
        "tlf",
        "Telefonnr",
        "phoneNumber",
        "adresse",
        "Address",
        "postnr",
        "fødselsdato",
        "foedselsdato",
        "fodselsdato",
        "dob",
        "date of birth",
        "sagsnr",
        "journalnr",
        "klient_navn",
        "ip_address",
        "IBAN",
        "GPS",
        "klientens fornavn",
        "date_of_birth",
    ],
)
def test_a_header_that_is_meant_for_identifiers_is_a_warning_even_if_the_column_is_empty(header):
    found = header_word(header)
    assert found == Identifier(kind="header_word", code="PE-B16", share=0, cells=0)
    assert in_column(header, {"": 100}) is None and in_column(header, {}) is None


@pytest.mark.parametrize(
    "header",
    [
        "weeks",
        "arm",
        "prison_name",
        "fængsels navn",
        "variable name",
        "birth_year",
        "fødselsår",
        "country_of_birth",
        "n_cases",
        "antal_sager",
        "email_sent_days",
        "longitudinal",
        "plateau",
        "classroom",
        "gadevold",
        "renamed",
        "telling",
        "mobility_score",
        "file_name",
        "surveillance",
    ],
)
def test_a_header_that_only_resembles_one_is_none(header):
    expected = {"email_sent_days"}  # says e-mail, and is a warning only
    assert (header_word(header) is not None) == (header in expected)


# Names of files, and finished texts


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("list_0101901234.csv", "cpr"),
        ("010190-1234", "cpr"),
        ("Jens Hansen.xlsx", "personal_name"),
        ("jens_hansen_v2.csv", "personal_name"),
        ("Hansen, Jens", "personal_name"),
        ("data fra mette@firma.dk", "email"),
        ("participants.csv", None),
        ("export_20240115_1230.csv", None),
        ("events-2024-01-15", None),
        ("per_protocol_line.csv", None),
        ("Sheet1", None),
        ("time_to_first_arrest", None),
    ],
)
def test_names_of_files_sheets_and_columns(name, kind):
    found = in_name(name)
    assert (None if found is None else found.kind) == kind


def test_a_text_tells_each_kind_once_with_how_often_it_stands():
    text = "Ring til Jens Hansen, tlf. 12 34 56 78, eller skriv: jh@firma.dk, mn@firma.dk (010190-1234)."
    found = {each.kind: (each.cells, each.certain) for each in in_text(text)}
    assert found == {
        "cpr": (1, True), "personal_name": (1, False), "email": (2, True), "phone": (1, True)
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        '{"estimate": 0.0311201901, "std_error": 110190.12345, "statistic": -1.0, "seed": 20240115}',
        "At risk: 216 203 180 151 132 109\nWeek 12 of 52: 31 of 100 (22 to 41)",
        "risk difference \u22120.083 (95 % interval \u22120.165 to 0.000), p = 0.049, n = 432",
        "lifelines 0.30.3, numpy 1.26.4, Python 3.11.2; times 12:34:56; 2024-01-15; \u00a7 244, stk. 1",
        '<img src="data:image/png;base64,' + "0101901234" * 40 + '">',
        ".arm::before { content: '1' } a:hover{} @media print {}",
    ],
)
def test_a_finished_text_without_identifiers_passes(text):
    assert in_text(text) == ()


# Problems never repeat what was found

WRITTEN = st.one_of(
    st.builds(cpr, st.randoms(use_true_random=False), st.sampled_from(["{dd}{mm}{yy}-{serial}"])),
    st.builds(person, st.randoms(use_true_random=False), st.just("{first} {second} {last}")),
    st.emails(),
    st.text(min_size=6, max_size=40),
)


@given(
    cells=st.dictionaries(WRITTEN, st.integers(1, 50), max_size=30), header=st.sampled_from(["x1", "navn"])
)
@settings(deadline=None, max_examples=150)
def test_no_cell_is_ever_repeated_and_no_text_is_too_odd(cells, header):
    found = in_column(header, cells)
    shown = str(problem(found, column=header)) if found else ""
    ours = str(problem(Identifier(kind="cpr", code="PE-B01", share=1, cells=1), column=header))
    assert not [cell for cell in cells if len(cell.strip()) > 5 and cell in shown and cell not in ours]
    for cell in cells:
        assert all(each.cells >= 1 for each in in_text(cell))


@given(cells=st.dictionaries(WRITTEN, st.integers(1, 50), min_size=1, max_size=30), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=60)
def test_the_order_of_the_rows_does_not_matter(cells, seed):
    shuffled = list(cells.items())
    Random(seed).shuffle(shuffled)
    assert in_column("x1", dict(shuffled)) == in_column("x1", cells)


def test_a_problem_says_what_how_much_and_how_to_mend_it():
    found = Identifier(kind="personal_name", code="PE-B06", share=0.25, cells=12)
    said = problem(found, column="x1", header="[data.events]")
    assert (said.code, said.column) == ("PE-B06", "x1")
    assert said.what == "12 cells hold what looks like names of people (25 % of those filled)."
    assert said.mend == "Delete the column and deliver again. If it identifies nobody, say why:"
    assert said.paste == '[data.events]\nharmless = { "x1" = "why it identifies nobody" }'
    unused = problem(found, column="x1", header="[data.events]", declared=False)
    assert unused.mend == f"The protocol does not use it. {said.mend}"


@pytest.mark.parametrize("column", ["x1", 'a "b"', "a.b", "prøve \\ nr", "tab\there", "\x7f", "å\u00a0b"])
def test_the_line_to_paste_is_toml_whatever_the_column_is_called(column):
    said = problem(Identifier(kind="phone", code="PE-B08", share=1, cells=3), column=column)
    assert said.paste is not None
    assert list(tomllib.loads(said.paste)["data"]["participants"]["harmless"]) == [column]


def test_what_its_form_proves_cannot_be_declared_harmless():
    for cells in (
        {"010190-1234": 1},
        {"jens@firma.dk": 1},
        {"+45 12 34 56 78": 1},
        {"DK5000400440116243": 1},
    ):
        found = in_column("x1", cells)
        assert found is not None and found.certain
        assert problem(found, column="x1").paste is None


def test_a_column_that_is_named_like_a_person_is_shown_by_its_shape():
    found = in_name("010190-1234")
    assert found is not None
    assert problem(found, column="010190-1234").column == "######-####"
    assert "010190" not in str(problem(found, column="010190-1234"))


def test_every_kind_has_a_code_and_a_problem():
    for kind, code in CODES.items():
        said = problem(Identifier(kind=kind, code=code, share=0.001, cells=1), column="x1")
        assert said.code == code and said.what and said.mend


def test_the_module_loads_no_heavy_library():
    script = (
        "import sys, primus_eval.identifiers as i; print({'numpy', 'pandas', 'pydantic'} & set(sys.modules))"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "set()"
