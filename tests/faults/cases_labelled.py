"""Fault A53: codes, labels and missing values of Stata and SPSS."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from fault_case import Case, accepted, refused
from fault_trial import COMMA, HEADER, MIDDLE, PEOPLE, Delivery, clean


def cases() -> Iterator[Case]:
    """All cases of these faults."""
    yield from _labelled_files()


@lru_cache
def _labelled(kind: str, fault: str = "") -> bytes:
    """The clean trial as .dta or .sav, with codes 1 and 2 for the arms and labels for them."""
    import pandas as pd
    import pyreadstat

    frame = pd.DataFrame(PEOPLE, columns=list(HEADER))
    frame["days"] = frame["days"].astype(float)
    frame["again"] = frame["again"].astype(float)
    frame["age"] = [float(age) if age else float("nan") for age in frame["age"]]
    frame["group"] = [1.0 if arm == "T" else 2.0 for arm in frame["group"]]
    labels: dict[str, dict[Any, str]] = {"group": {1: "mentors", 2: "usual"}, "again": {0: "no", 1: "yes"}}
    more: dict[str, Any] = {}
    if fault == "99":
        frame.loc[MIDDLE, "again"] = 99.0
        labels["again"] = {0: "no", 1: "yes", 99: "not known"}
        if kind == "sav":
            more["missing_ranges"] = {"again": [99]}
    if fault == "999":
        frame.loc[MIDDLE, "days"] = 999.0
        labels["days"] = {999: "not known"}
        if kind == "sav":
            more["missing_ranges"] = {"days": [999]}
    if fault == ".a":
        frame["days"] = frame["days"].astype(object)
        frame.loc[MIDDLE, "days"] = "a"
        more["missing_user_values"] = {"days": ["a"]}
    if fault == "months":
        frame["start"] = [float(12 * 64 + month) for month in range(12)]
        more["variable_format"] = {"start": "%tm"}
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / f"table.{kind}")
        write = pyreadstat.write_dta if kind == "dta" else pyreadstat.write_sav
        write(frame, path, variable_value_labels=labels, **more)
        return Path(path).read_bytes()


def _survey(kind: str, fault: str = "") -> Delivery:
    base = clean(COMMA).swap('"T" = "mentors", "NA" = "usual"', '"1" = "mentors", "2" = "usual"')
    return base.other_file(f"participants.{kind}", _labelled(kind, fault))


def _labelled_files() -> Iterator[Case]:
    for kind in ("dta", "sav"):
        yield accepted("A53", f"codes with labels, .{kind}", _survey(kind))
        spoilt = _survey(kind, "99").true(MIDDLE, again=None)
        yield refused(
            "A53",
            f"a code 99 labelled not known and not declared, .{kind}",
            spoilt,
            "A21",
            "A30",
            why="the code was not declared",
            lines=(MIDDLE + 2,),
            column="again",
        )
        declared = spoilt.swap('yes = ["1"], no = ["0"]', 'yes = ["1"], no = ["0"], missing = ["99"]')
        yield accepted("A53", f"a code 99 declared missing, .{kind}", declared)
        labels = clean(COMMA).other_file(f"participants.{kind}", _labelled(kind))
        yield refused(
            "A53",
            f"labels of the arms declared as their codes, .{kind}",
            labels.swap('"T" = "mentors", "NA" = "usual"', '"mentors" = "mentors", "usual" = "usual"'),
            "C05",
            why="the labels are no codes that stand in the file",
            column="group",
        )
    spoilt = _survey("sav", "999").true(MIDDLE, days=None)
    yield refused(
        "A53",
        "a number 999 that SPSS marks as missing, not declared",
        spoilt,
        column="days",
        lines=(MIDDLE + 2,),
        mended=True,
    )
    yield accepted(
        "A53", "a number 999 that SPSS marks as missing, declared", spoilt.swap('["-9"]', '["-9", "999"]')
    )
    months = _survey("dta", "months")
    yield refused("A75", "months of Stata where days are declared", months, column="start")
    spoilt = _survey("dta", ".a").true(MIDDLE, days=None)
    yield refused(
        "A53",
        "a special missing value .a of Stata, not declared",
        spoilt,
        column="days",
        lines=(MIDDLE + 2,),
        mended=True,
    )
    yield accepted(
        "A53", "a special missing value .a of Stata, declared", spoilt.swap('["-9"]', '["-9", ".a"]')
    )
    for kind in ("dta", "sav"):
        half = _labelled(kind)[: len(_labelled(kind)) // 2]
        yield refused(
            "A68", f"half of a file of kind {kind}", clean(COMMA).other_file(f"participants.{kind}", half)
        )
