"""Faults C01 to C12: who is in the trial, in which arm, and what was known of them before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from fault_case import ROW_NAMES, ROWS, Case, accepted, refused, spread
from fault_trial import COMMA, FIRST, HEADER, LAST, MIDDLE, PEOPLE, SEMICOLON, clean

FEW = (COMMA, SEMICOLON, "xlsx", "parquet")


def cases() -> Iterator[Case]:
    """All cases of these faults."""
    yield from _people_twice()
    yield from _arms()
    yield from _what_belongs_before()


def _people_twice() -> Iterator[Case]:
    for way in FEW:
        for first, second in ((FIRST, 2), (2, LAST - 1), (1, LAST)) if way == COMMA else ((FIRST, 2),):
            twin = clean(way).cell(second, "id", PEOPLE[first][0])
            yield refused(
                "C01",
                f"an id on rows {first} and {second}, same arm, {way}",
                twin,
                "C03",
                why="a person randomised twice has two rows as well",
                lines=(second + 2,),
                column="id",
                says=(r"PE-C01\].* the rows differ in days", "ask the source before you delete either"),
            )
        for first, second in ((FIRST, MIDDLE), (FIRST, LAST)) if way == COMMA else ((FIRST, LAST),):
            twin = clean(way).cell(second, "id", PEOPLE[first][0])
            yield refused(
                "C02",
                f"an id on rows {first} and {second}, two arms, {way}",
                twin,
                "C01",
                "C03",
                why="an id that stands twice, whatever its arms",
                lines=(second + 2,),
                column="id",
                says=(r"in another arm; the rows differ in .*\bgroup\b",),
            )
    copied = clean(COMMA).row(PEOPLE[2])
    yield refused(
        "C01", "a row that stands twice", copied, lines=(14,), says=("rows are alike in every column read",)
    )
    spaced = clean(COMMA).cell(2, "id", f"{PEOPLE[FIRST][0]} ")
    yield refused(
        "C01",
        "an id twice, once with a space",
        spaced,
        "A21",
        "A22",
        why="the space is what is wrong with the id",
        lines=(4,),
        column="id",
    )
    for way in (COMMA, "parquet"):
        again = [*PEOPLE[FIRST][:6], "2024-12-01", "B2"]
        twice = clean(way).paste('[data.participants]\nrandomised_on = "start"').row(again)
        yield refused(
            "C03",
            f"a person randomised on two days, {way}",
            twice,
            "C01",
            why="the person has two rows",
            lines=(14,),
        )
    for row in ROWS:
        for value in ("", " "):
            for way in FEW if value == "" and row == MIDDLE else (COMMA,):
                yield refused(
                    "C37",
                    f"an id that is {'empty' if not value else 'a space'}, {ROW_NAMES[row]}, {way}",
                    clean(way).cell(row, "id", value),
                    *(("A38",) if row == LAST else ()),
                    why="a last row without an id may be a row of sums" if row == LAST else "",
                    lines=(row + 2,),
                    column="id" if row != LAST else None,
                )


def _arms() -> Iterator[Case]:
    for value in ("", " "):
        for way in FEW if value == "" else (COMMA,):
            yield from spread(
                "C04",
                f"no arm, {'empty' if not value else 'a space'}",
                "group",
                value,
                ways=(way,),
                rows=ROWS if way == COMMA else (MIDDLE,),
            )
    for value in ("C", "1", "mentors", "T2", "usual", "SECRET-7731"):
        yield from spread(
            "C05",
            f"arm code {value}",
            "group",
            value,
            ways=FEW if value == "C" else (COMMA,),
            says=("'T'", "'NA'"),
            secret=value.startswith("SECRET"),
        )
    three = clean(COMMA).cells("group", [("T", "NA", "B")[row % 3] for row in range(12)])
    yield refused(
        "C06", "three arms in the file", three, "C05", why="the third code is no arm", column="group"
    )
    third = '\n[[arm]]\nid = "both"\nlabel = "both"\nrole = "treatment"\n\n[data.participants]\nfile'
    yield refused(
        "C06",
        "three arms in the protocol",
        three.swap("\n[data.participants]\nfile", third),
        "F08",
        why="a protocol has two arms",
        stage="protocol",
        file="protocol.toml",
    )
    many = clean(COMMA).cells("group", ["NA"] + 10 * ["C"] + ["T"])
    yield refused(
        "C05", "an arm code that ten people have", many, column="group", says=("this code, 'C', is no arm",)
    )
    for arm, kept in (("T", range(0, 12, 2)), ("NA", range(1, 12, 2))):
        for way in (COMMA, "xlsx", "parquet"):
            yield refused("C07", f"only arm {arm}, {way}", clean(way).keep(kept), column="group")
    for name, old, new in (
        ("no role", 'role = "control"\n', ""),
        ("two controls", 'label = "a mentor"\nrole = "treatment"', 'label = "a mentor"\nrole = "control"'),
        ("a role that is no word", 'role = "control"', 'role = "reference"'),
    ):
        yield refused(
            "C08",
            f"{name} of an arm",
            clean(COMMA).swap(old, new),
            "F08",
            "F09",
            why="it is the protocol that is wrong",
            stage="protocol",
            file="protocol.toml",
        )
    received = clean(COMMA).paste('[data.participants]\nreceived = "group"')
    yield refused(
        "C09",
        "the arm column as what was received",
        received,
        "F09",
        why="the column of the arm is no declared column",
        stage="protocol",
        file="protocol.toml",
    )
    as_treated = clean(COMMA).column(
        "took",
        ["1", "0"] * 6,
        declared='type = "yes_no", label = "Took part", timing = "after_randomisation", '
        'yes = ["1"], no = ["0"]',
    )
    as_treated = as_treated.swap('arm.column = "group"', 'arm.column = "took"').swap(
        '{ "T" = "mentors", "NA" = "usual" }', '{ "1" = "mentors", "0" = "usual" }'
    )
    yield refused(
        "C09",
        "what was received as the arm",
        as_treated.paste('[data.participants]\nreceived = "took"'),
        "F09",
        why="the column of the arm may not be declared again",
        stage="protocol",
        file="protocol.toml",
    )


def _what_belongs_before() -> Iterator[Case]:
    for key, name in (("covariates", "covariate"), ("strata", "stratum")):
        for column in ("days", "again"):
            if (key, column) == ("strata", "days"):
                continue
            late = clean(COMMA).paste(f'[[analysis]]\n{key} = ["{column}"]')
            method = "cox" if key == "strata" else ""
            yield refused(
                "C10",
                f"a {name} measured afterwards, {column}",
                late.swap("risk_difference", "hazard_ratio") if method else late,
                stage="protocol",
                file="protocol.toml",
            )
    population = '\n[[population]]\nid = "again"\nlabel = "a"\nwhere = { column = "again", in = ["1"] }\n'
    yield refused(
        "C10",
        "a population defined afterwards",
        replace(clean(COMMA), protocol=clean(COMMA).protocol + population),
        stage="protocol",
        file="protocol.toml",
    )
    early = clean(COMMA).swap('label = "Again", timing = "after', 'label = "Again", timing = "before')
    yield refused("C10", "an outcome measured before", early, stage="protocol", file="protocol.toml")
    same = clean(COMMA).column(
        "x9",
        ["1", "0"] * 6,
        declared='type = "yes_no", label = "X", timing = "before_randomisation", yes = ["1"], no = ["0"]',
    )
    same = same.true_of_all(x9=["yes", "no"] * 6).paste('[[analysis]]\ncovariates = ["x9"]')
    yield refused("C11", "a covariate that is the arm", same, column="x9")
    for way in (COMMA, "parquet"):
        start = [date.fromisoformat(row[HEADER.index("start")]) for row in PEOPLE]
        days = [(day - timedelta(days=9)).isoformat() for day in start]
        late = (start[MIDDLE] + timedelta(days=1)).isoformat()
        declared = 'type = "date", format = "%Y-%m-%d", label = "Asked", timing = "before_randomisation"'
        dated = clean(way).column("asked", days, declared=declared).true_of_all(asked=days)
        dated = dated.paste('[data.participants]\nrandomised_on = "start"')
        yield accepted("C12", f"baseline dates before randomisation, {way}", dated)
        yield refused(
            "C12",
            f"a baseline date one day after randomisation, {way}",
            dated.cell(MIDDLE, "asked", late),
            column="asked",
            lines=(MIDDLE + 2,),
            secrets=(late,),
        )
