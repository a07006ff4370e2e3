"""Faults A21 to A24, A30 and A69: codes that look alike, or mean missing elsewhere."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from fault_case import ROW_NAMES, ROWS, Case, accepted, refused, spread
from fault_trial import COMMA, FIRST, LAST, MIDDLE, PEOPLE, SEMICOLON, TAB, Delivery, clean

FEW = (COMMA, SEMICOLON, "xlsx", "parquet")
TYPED = ("xlsx", "parquet")
MISSING_ELSEWHERE = (
    "NA",
    "None",
    "null",
    "NULL",
    "nan",
    "NaN",
    "N/A",
    "n/a",
    "#N/A",
    "-",
    ".",
    "?",
    "0",
    "FALSE",
)


def cases() -> Iterator[Case]:
    """All cases of these faults."""
    yield from _codes_that_look_alike()
    yield from _two_forms_of_a_letter()
    yield from _codes_that_mean_missing_elsewhere()
    yield from _yes_and_no()
    yield from _empty_cells()
    yield from _codes_of_many()


def _texts(delivery: Delivery, *columns: str) -> Delivery:
    """Make a typed file hold these columns as text."""
    return replace(delivery, as_text=delivery.as_text | set(columns))


def _codes_of_many() -> Iterator[Case]:
    places = [*10 * ["Thy"], "Ribe", "Skive"]
    for way in FEW:
        yield refused(
            "A21",
            f"an undeclared place of ten people, {way}",
            clean(way).cells("place", places).true_of_all(place=places),
            column="place",
            says=("Found: 'Thy'",),
            mended=True,
        )
    yield refused(
        "A21",
        "an undeclared place of nine people",
        clean(COMMA).cells("place", [*9 * ["Farum-22"], "Ribe", "Skive", "Skive"]),
        column="place",
        secrets=("Farum-22",),
    )


def _empty_cells() -> Iterator[Case]:
    for column in ("days", "again", "place", "start"):
        for way in FEW:
            for row in (FIRST, MIDDLE, LAST) if way == COMMA else (MIDDLE,):
                yield refused(
                    "A69",
                    f"an empty cell in {column}, {ROW_NAMES[row]}, {way}",
                    clean(way).cell(row, column, "").true(row, **{column: None}),
                    lines=(row + 2,),
                    column=column,
                    mended=True,
                )
    yield refused(
        "A69",
        "no missing age declared",
        clean(COMMA).swap(', missing = [""], minimum', ", minimum"),
        lines=(5,),
        column="age",
        mended=True,
    )


def _codes_that_look_alike() -> Iterator[Case]:
    ways = (COMMA, TAB, "xlsx", "parquet")
    for value in (" T", "T ", "t", "  T", "na", " NA"):
        yield from spread(
            "A21",
            f"arm code {value!r}",
            "group",
            value,
            ways=ways if value in ("T ", "t") else (COMMA,),
            rows=ROWS if value == "T " else (MIDDLE,),
            codes=("PE-A21", "PE-C05"),
            why="a code that differs in case or space is a code that no arm has",
        )
    for value in ("ribe", "Ribe ", " Ribe", "RIBE", "Ribbe"):
        yield from spread(
            "A21", f"category {value!r}", "place", value, ways=ways if value == "Ribe " else (COMMA,)
        )
    for value in (" 1", "1 ", "01"):
        yield from spread(
            "A21",
            f"yes or no as {value!r}",
            "again",
            value,
            ways=(COMMA, "xlsx"),
            codes=("PE-A21", "PE-A30"),
            why="the column has codes of yes and no",
        )
    for name, sign in (("no-break space", "\u00a0"), ("zero-width space", "\u200b"), ("joiner", "\u2060")):
        for column, value in (("group", "T"), ("place", "Ribe")):
            others = ("PE-A21", "PE-C05") if column == "group" else ("PE-A21",)
            yield from spread(
                "A22",
                f"a {name} after {value}",
                column,
                value + sign,
                ways=ways,
                rows=(FIRST, LAST),
                codes=("PE-A22", *others),
                why="the code is one that was not declared; the sign that is not seen is named",
                says=(rf"U\+{ord(sign):04X}",),
            )
    yield from spread(
        "A22",
        "a letter of another alphabet in arm T",
        "group",
        "\u0422",
        ways=(COMMA,),
        codes=("PE-A22", "PE-A21", "PE-C05"),
        why="the code is one that was not declared; the letter that looks like T is named",
        says=(r"U\+0422",),
    )


def _two_forms_of_a_letter() -> Iterator[Case]:
    for way in (COMMA, "utf-16 tab", "xlsx", "parquet"):
        two_signs = clean(way).cell(MIDDLE, "place", unicodedata.normalize("NFD", "Århus"))
        yield accepted("A23", f"Å as two signs in a category, {way}", two_signs, remarks=("PE-A23",))
        arms = clean(way).swap('"T" = "mentors"', '"Å" = "mentors"')
        arms = arms.cells("group", ["Å" if row[1] == "T" else row[1] for row in PEOPLE])
        yield accepted("A23", f"an arm code Å, {way}", arms)
        two_signs = arms.cell(FIRST, "group", "A\u030a")
        yield accepted("A23", f"an arm code Å as two signs, {way}", two_signs, remarks=("PE-A23",))
        twins = clean(way).cell(FIRST, "id", "Å04217").cell(LAST, "id", "A\u030a04217")
        yield refused(
            "A23",
            f"two ids that differ in the form of Å only, {way}",
            twins,
            "C01",
            "C02",
            why="to a reader it is one id that stands twice",
            lines=(LAST + 2,),
            column="id",
            secrets=("04217",),
        )
    both = clean(COMMA).swap('"Århus" = "Å"', '"Århus" = "Å", "A\u030arhus" = "Å"')
    yield refused(
        "A23",
        "two declared codes that differ in the form of Å only",
        both,
        "F08",
        why="the protocol declares one code twice",
        file="protocol.toml",
        stage="protocol",
    )


def _codes_that_mean_missing_elsewhere() -> Iterator[Case]:
    for code in MISSING_ELSEWHERE:
        arms = [code if row[1] == "NA" else row[1] for row in PEOPLE]
        for way in (COMMA, "xlsx", "parquet") if code in ("NA", "None", "null", "nan") else (COMMA,):
            declared = clean(way).swap('"NA" = "usual"', f'"{code}" = "usual"').cells("group", arms)
            yield accepted("A24", f"an arm called {code}, {way}", declared)
    for code in ("NA", "None", "null"):
        place = clean(COMMA).swap('"Ribe" = "Ri"', f'"Ribe" = "Ri", "{code}" = "Na"').cell(1, "place", code)
        yield accepted("A24", f"a category called {code}", place.true(1, place=code))
    for code in ("NA", "NULL", "None", "N/A", ".", "-", "?"):
        for column in ("days", "again", "place", "start"):
            others = {"days": ("A31",), "again": ("A21", "A30"), "place": ("A21",), "start": ("A55",)}[column]
            for way in (COMMA, "parquet") if code == "NA" else (COMMA,):
                written = _texts(clean(way), column).cell(MIDDLE, column, code).true(MIDDLE, **{column: None})
                yield refused(
                    "A24",
                    f"{code} in {column}, not declared missing, {way}",
                    written,
                    *(() if code in ("NA", "NULL", "None", "N/A") else others),
                    why="the sign is also no cell of this column" if code in (".", "-", "?") else "",
                    lines=(MIDDLE + 2,),
                    column=column,
                    mended=code in ("NA", "NULL", "None", "N/A"),
                )


def _yes_and_no() -> Iterator[Case]:
    for value in ("True", "ja", "yes", "J", "2", "TRUE"):
        yield from spread(
            "A30",
            f"{value} beside 1 and 0",
            "again",
            value,
            ways=(COMMA, "xlsx") if value in ("True", "ja") else (COMMA,),
            codes=("PE-A30", "PE-A21"),
            why="the cell is a code that was not declared",
            secret=False,  # such words are said of nobody
        )
    mixed = clean(COMMA).cell(FIRST, "again", "ja").cell(MIDDLE, "again", "True")
    yield accepted(
        "A30", "ja and True beside 1, all declared", mixed.swap('yes = ["1"]', 'yes = ["1", "ja", "True"]')
    )
    for way in TYPED:
        stored = clean(way).cells("again", [row[3] == "1" for row in PEOPLE])
        yield refused(
            "A30",
            f"stored truth values that are not declared, {way}",
            stored,
            "A21",
            why="the cells are codes that were not declared",
            column="again",
        )
        declared = stored.swap('yes = ["1"], no = ["0"]', 'yes = ["TRUE"], no = ["FALSE"]')
        yield accepted("A30", f"stored truth values, declared as TRUE and FALSE, {way}", declared)
