"""Faults A09, A11, A12, A31, A32 and A52: cells that are not the numbers they seem."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fault_case import ROW_NAMES, ROWS, Case, accepted, refused, spread
from fault_trial import COMMA, FIRST, HEADER, LAST, MIDDLE, PEOPLE, SEMICOLON, TAB, Delivery, clean

FEW = (COMMA, SEMICOLON, "xlsx", "parquet")
TYPED = ("xlsx", "parquet")


def cases() -> Iterator[Case]:
    """All cases of these faults."""
    yield from _decimal_marks()
    yield from _thousands_marks()
    yield from _no_numbers()
    yield from _numbers_as_text()
    yield from _limits()


def _texts(delivery: Delivery, *columns: str) -> Delivery:
    """Make a typed file hold these columns as text."""
    return replace(delivery, as_text=delivery.as_text | set(columns))


def _decimal_marks() -> Iterator[Case]:
    ages = [row[HEADER.index("age")].replace(".", ",") for row in PEOPLE]
    for way in (SEMICOLON, "cp1252 semicolon"):
        undeclared = clean(way).undeclare("decimal")
        yield refused("A09", f"decimal commas, not declared, {way}", undeclared, column="age", mended=True)
        yield accepted("A09", f"decimal commas, declared, {way}", clean(way))
    for way in (COMMA, TAB, *TYPED):
        written = _texts(clean(way), "age").cells("age", ages)
        yield refused("A09", f"decimal commas, not declared, {way}", written, column="age", mended=True)
        declared = written.paste('[data.participants]\ndecimal = ","')
        yield accepted("A09", f"decimal commas, declared, {way}", declared)
    yield from spread("A09", "one decimal comma", "age", "71,25", ways=(COMMA, TAB, *TYPED), rows=ROWS)
    for row in (FIRST, MIDDLE, LAST):
        yield refused(
            "A09",
            f"a decimal point where a comma is declared, {ROW_NAMES[row]}",
            clean(SEMICOLON).cell(row, "age", "71.25"),
            "A11",
            "A31",
            why="with a declared comma the point can only be a mark of thousands, or a mistake",
            lines=(row + 2,),
            column="age",
        )


def _thousands_marks() -> Iterator[Case]:
    for value in ("1.234", "1.234.567"):
        yield from spread(
            "A11",
            f"{value} in whole days",
            "days",
            value,
            ways=FEW,
            rows=ROWS if value == "1.234" else (MIDDLE,),
        )
    yield from spread(
        "A11",
        "1,234 in whole days",
        "days",
        "1,234",
        ways=(TAB, "xlsx"),
        codes=("PE-A11", "PE-A09"),
        why="a comma may be of thousands or of decimals; whole days have neither",
    )
    yield from spread("A11", "1.234.567 in a number", "age", "1.234.567", ways=(COMMA, "parquet"))
    yield from spread("A11", "1.234 in a number with decimal comma", "age", "1.234", ways=(SEMICOLON,))
    yield from spread(
        "A11",
        "1.234,5 in a number",
        "age",
        "1.234,5",
        ways=(TAB, SEMICOLON),
        codes=("PE-A11", "PE-A12"),
        why="alone, nothing stands beside it that is written otherwise",
    )
    for name, space in (("space", " "), ("no-break space", "\u00a0"), ("thin space", "\u2009")):
        yield from spread(
            "A11",
            f"1{name}234 in whole days",
            "days",
            f"1{space}234",
            ways=(COMMA, "xlsx"),
            codes=("PE-A11", "PE-A32"),
            why="the sign between the digits can be named as well as what it is for",
        )
    for way in (TAB, SEMICOLON, "xlsx"):
        for first, second in ((FIRST, MIDDLE), (MIDDLE, LAST)):
            both = _texts(clean(way), "age").cell(first, "age", "1,234.50").cell(second, "age", "1.234,50")
            yield refused(
                "A12",
                f"1,234.50 in the {ROW_NAMES[first]} and 1.234,50 in the {ROW_NAMES[second]}, {way}",
                both,
                column="age",
                lines=(first + 2, second + 2),
                secrets=("1,234.50", "1.234,50"),
            )


def _no_numbers() -> Iterator[Case]:
    for value in ("inf", "-inf", "1e400", "Infinity", "ca. 30", "30-40", "30 days", "<30", "x"):
        ways = (COMMA, "xlsx", "parquet") if value in ("inf", "x") else (COMMA,)
        yield from spread(
            "A31",
            f"{value} in whole days",
            "days",
            value,
            ways=ways,
            rows=ROWS if value == "x" else (MIDDLE,),
        )
    for value in ("inf", "1e400", "2e15", "ca. 20"):
        yield from spread("A31", f"{value} in a number", "age", value, ways=(COMMA, SEMICOLON))
    yield from spread(
        "A31",
        "30.5 in whole days",
        "days",
        "30.5",
        ways=FEW,
        codes=("PE-A31", "PE-C33"),
        why="whole days are asked for so that equal times stay equal",
    )
    for value in (float("inf"), float("-inf")):
        infinite = replace(clean("parquet"), as_text=clean("parquet").as_text - {"age"})
        yield refused(
            "A31",
            f"the stored number {value}, parquet",
            infinite.cell(MIDDLE, "age", value),
            column="age",
            lines=(MIDDLE + 2,),
        )
    for value in ("nan", "NaN"):
        yield from spread(
            "A31",
            f"{value} in whole days",
            "days",
            value,
            ways=(COMMA, "parquet"),
            codes=("PE-A31", "PE-A24"),
            why="nan is also a word for missing that was not declared",
        )
    odd = (
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("full-width digits", "３０"),
        ("Arabic digits", "٣٠"),
        ("a Unicode minus", "−5"),
        ("a fraction sign", "½"),
        ("a superscript", "3²"),
        ("a letter O", "3O"),
        ("a zero-width space", "3\u200b0"),
    )
    for name, value in odd:
        signs = [sign for sign in value if not sign.isascii()][:1]
        # Of foreign digits the first of their kind may be named: which digit it is belongs to a person.
        named = tuple(rf"U\+{ord(sign):04X}|digits from U\+" for sign in signs)
        yield from spread(
            "A32",
            f"{name} in whole days",
            "days",
            value,
            ways=(COMMA, "xlsx", "parquet") if value in ("1_000", "−5") else (COMMA,),
            rows=ROWS if value == "−5" else (MIDDLE,),
            codes=("PE-A32", "PE-A31") if value in "½3²3O" else (),
            why="the cell is no number in any reading" if value in "½3²3O" else "",
            says=named,
        )
    for name, value in odd[2:5]:
        yield from spread("A32", f"{name} in a number", "age", value, ways=(COMMA, SEMICOLON))


def _numbers_as_text() -> Iterator[Case]:
    for way in TYPED:
        for column in ("days", "age", "again", "start"):
            yield accepted("A52", f"{column} stored as text, {way}", _texts(clean(way), column))
    for cell in ("30", "+30", "030", "00030"):
        written = _texts(clean("xlsx"), "days").cell(FIRST, "days", cell)
        yield accepted("A52", f"{cell} stored as text, xlsx", written)
    floats = clean("parquet").cells("days", [float(row[2]) for row in PEOPLE])
    yield accepted("A52", "whole days stored as floating-point numbers, parquet", floats)
    codes = clean("parquet").cells("again", [float(row[3]) for row in PEOPLE])
    yield accepted("A52", "codes 1 and 0 stored as floating-point numbers, parquet", codes)
    books = clean("xlsx").cells("days", [float(row[2]) for row in PEOPLE])
    yield accepted("A52", "whole days stored as floating-point numbers, xlsx", books)


def _limits() -> Iterator[Case]:
    for column, value in (("days", "9999"), ("age", "-9")):
        for way in (COMMA, *TYPED):
            yield refused(
                "A31",
                f"{value} for unknown beyond the declared limits, {way}",
                clean(way).cell(MIDDLE, column, value).true(MIDDLE, **{column: None}),
                lines=(MIDDLE + 2,),
                column=column,
                says=("often a code for unknown: ask",),
                mended=True,
            )
    counts = ["0", "3", "1", "999", "2", "0", "0", "5", "1", "0", "2", "1"]
    for way in (COMMA, *TYPED):
        yield accepted(
            "A76",
            f"999 in a column without limits, {way}",
            clean(way)
            .column(
                "crimes", counts, declared='type = "integer", label = "C", timing = "before_randomisation"'
            )
            .true_of_all(crimes=counts),
            remarks=("PE-A76",),
        )
    fines = ["2.500", "12.750", "", "1.000", "800", "3.250", "7.500", "950", "1.500", "100.000", "2.000", "0"]
    for way in (COMMA, "xlsx", "parquet"):
        kroner = clean(way).column(
            "fines",
            fines,
            declared='type = "number", label = "F", missing = [""], timing = "before_randomisation"',
        )
        yield accepted(
            "A11",
            f"2.500 in a number of a file with decimal points, {way}",
            _texts(kroner, "fines").true_of_all(
                fines=[f"{float(fine):g}" if fine else None for fine in fines]
            ),
            remarks=("PE-A77",),
        )
    for column, value in (("days", "3651"), ("days", "99999"), ("age", "14.9"), ("age", "-20")):
        yield from spread(
            "A31", f"{value} beyond the declared limits", column, value, ways=(COMMA, "parquet")
        )
    for column, value in (("days", "3650"), ("age", "15")):
        yield accepted(
            "A31",
            f"{value} at the declared limit",
            clean(COMMA).cell(FIRST, column, value).true(FIRST, **{column: value}),
        )
