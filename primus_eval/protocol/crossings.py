"""What one part of a protocol says of another must be true: ids, words, columns.

Works on the document as read, before it is known to be valid, so that a wrong key in one table does
not hide a wrong reference in another. Anything of an unexpected shape is passed over: the records
report it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from primus_eval.errors import Problem
from primus_eval.protocol.lines import KeyPath, dotted, line_of
from primus_eval.protocol.model import ASSIGNED
from primus_eval.vocabulary import (
    ADJUSTING_METHODS,
    METHODS,
    METHODS_ON_TIME,
    NEVER_PRIMARY,
    OWN_REASONS,
    STRATIFYING_METHODS,
    ArmRole,
    ColumnType,
    Role,
    default_method,
    nearest,
    words,
)

NUMERIC: tuple[ColumnType, ...] = ("integer", "number")
GROUPING: tuple[ColumnType, ...] = ("category", "yes_no")
QUASI: tuple[ColumnType, ...] = (*NUMERIC, *GROUPING, "date")
"""What a quasi-identifier may be: what a person could be known by, and no free text."""


class _Document:
    """A document with its lines, and the problems found in it."""

    def __init__(self, document: Mapping[str, Any], lines: dict[KeyPath, int], file: str) -> None:
        self.document = document
        self.lines = lines
        self.file = file
        self.problems: list[Problem] = []

    def table(self, *path: str) -> Mapping[str, Any]:
        here: Any = self.document
        for part in path:
            here = here.get(part, {}) if isinstance(here, Mapping) else {}
        return here if isinstance(here, Mapping) else {}

    def entries(self, name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
        entries = self.document.get(name, [])
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(entry, Mapping):
                yield index, entry

    def ids(self, name: str) -> list[str]:
        return [entry["id"] for _, entry in self.entries(name) if isinstance(entry.get("id"), str)]

    def say(self, path: KeyPath, what: str, mend: str, *, code: str = "PE-F09") -> None:
        self.problems.append(
            Problem(
                code=code,
                file=self.file,
                line=line_of(path, self.lines),
                key=dotted(path),
                what=what,
                mend=mend,
            )
        )

    def require_known(self, path: KeyPath, word: Any, known: list[str], kind: str) -> bool:
        if not isinstance(word, str) or word in known:
            return isinstance(word, str)
        close = nearest(word, known)
        hint = f"Did you mean {close}? " if close else ""
        listed = ", ".join(known) if known else "none is declared"
        self.say(path, f"{word!r} is not a known {kind}.", f"{hint}Known: {listed}.")
        return False


def crossing_problems(document: Mapping[str, Any], *, lines: dict[KeyPath, int], file: str) -> list[Problem]:
    """Return every reference of a protocol that leads nowhere or to the wrong kind of thing."""
    page = _Document(document, lines, file)
    _check_unique_ids(page)
    _check_arms(page)
    _check_participants(page)
    _check_events(page)
    _check_allocation(page)
    _check_populations(page)
    _check_outcomes(page)
    _check_analyses(page)
    _check_cluster_trial(page)
    _check_disclosure(page)
    return page.problems


def _columns(page: _Document, of: str = "participants") -> dict[str, Mapping[str, Any]]:
    columns = page.table("data", of, "columns")
    return {name: column for name, column in columns.items() if isinstance(column, Mapping)}


def _check_unique_ids(page: _Document) -> None:
    for kind in ("arm", "population", "outcome", "analysis"):
        seen: set[str] = set()
        for index, entry in page.entries(kind):
            name = entry.get("id")
            if not isinstance(name, str):
                continue
            if name in seen:
                page.say((kind, index, "id"), f"{name!r} stands twice.", f"Give each {kind} its own id.")
            seen.add(name)
            if kind == "population" and name == ASSIGNED:
                page.say((kind, index, "id"), "assigned is built in: everyone randomised.", "Use another id.")


def _check_arms(page: _Document) -> None:
    roles = [entry.get("role") for _, entry in page.entries("arm")]
    if len(roles) == 2 and roles[0] in words(ArmRole) and roles[0] == roles[1]:
        page.say(("arm", 1, "role"), "both arms have the same role.", "One is treatment, the other control.")


def _check_participants(page: _Document) -> None:
    columns = _columns(page)
    root: KeyPath = ("data", "participants")
    table = page.table("data", "participants")
    codes = page.table("data", "participants", "arm", "codes")
    arms = page.ids("arm")
    for code, arm in codes.items():
        page.require_known((*root, "arm", "codes", code), arm, arms, "arm")
    for arm in arms:
        if codes and arm not in codes.values():
            page.say((*root, "arm", "codes"), f"no code means {arm!r}.", "Give each arm a code.")
    assigned = page.table("data", "participants", "arm").get("column")
    if "received" in table and table["received"] == assigned:
        page.say(
            (*root, "received"),
            "is the column of the arm.",
            "The arm is what was assigned. Name the column of what was received, or remove this line; "
            "where the arm column holds what was received, name the one that holds what was assigned.",
            code="PE-C09",
        )
    else:
        _require_mapped(page, root, "received", columns, kind="yes_no")
    _require_mapped(page, root, "excluded", columns, kind="category")
    _require_mapped(page, root, "linked", columns, kind="yes_no")
    is_day = _require_mapped(page, root, "randomised_on", columns, kind="date")
    if is_day and columns[table["randomised_on"]].get("timing") == "after_randomisation":
        page.say(
            (*root, "randomised_on"),
            f"column {table['randomised_on']!r} is declared as measured after randomisation.",
            'Give this column timing = "before_randomisation", or name the one that holds the day.',
            code="PE-C10",
        )
    for name in _texts(table.get("quasi_identifiers")):
        _require_column(page, (*root, "quasi_identifiers"), name, columns, kinds=QUASI)
    levels = columns.get(str(table.get("excluded")), {}).get("levels")
    for code in OWN_REASONS:
        if isinstance(levels, Mapping) and code in levels:
            page.say(
                (*root, "columns", str(table["excluded"]), "levels"),
                f"{code} is a reason that the program gives itself.",
                "Use another code for this reason.",
            )
    for reserved in (table.get("person"), assigned):
        if isinstance(reserved, str) and reserved in columns:
            page.say(
                (*root, "columns", reserved),
                "is the column of the person or of the arm.",
                "Remove it here: it is read already, and never shown.",
            )
    if "arm" in columns:
        page.say(
            (*root, "columns", "arm"),
            "the name arm is kept for the arm of the protocol.",
            "Rename this column in the file and here.",
        )


def _check_events(page: _Document) -> None:
    root: KeyPath = ("data", "events")
    table = page.table("data", "events")
    columns = _columns(page, "events")
    for key in ("offence_date", "decision_date"):
        _require_mapped(page, root, key, columns, kind="date")
    for key in ("person", "event"):
        reserved = table.get(key)
        if isinstance(reserved, str) and reserved in columns:
            page.say(
                (*root, "columns", reserved),
                f"is the column of the {key}.",
                "Remove it here: it is read already, and never shown.",
            )
    if "person" in columns and table.get("person") != "person":
        page.say(
            (*root, "columns", "person"),
            "the name person is kept for the person of an event.",
            "Rename this column in the file and here.",
        )


def _check_allocation(page: _Document) -> None:
    allocation = page.table("design", "allocation")
    path: KeyPath = ("design", "allocation")
    scheme = allocation.get("scheme")
    columns = _columns(page)
    for name in _texts(allocation.get("strata")):
        _require_column(page, (*path, "strata"), name, columns, before=True, kinds=GROUPING)
    if scheme == "stratified_blocked" and not allocation.get("strata"):
        page.say((*path, "scheme"), "stratified_blocked names no strata.", 'Add strata = ["..."].')
    if scheme in ("blocked", "stratified_blocked") and "block_size" not in allocation:
        page.say((*path, "scheme"), "has no block size.", "Add block_size = the largest block.")
    if scheme == "cluster" and "cluster" not in allocation:
        page.say((*path, "scheme"), "names no cluster.", 'Add cluster = "column".')
    if "cluster" in allocation:
        _require_column(page, (*path, "cluster"), allocation["cluster"], columns, before=True)


def _check_populations(page: _Document) -> None:
    columns = _columns(page)
    for index, population in page.entries("population"):
        where = population.get("where")
        if not isinstance(where, Mapping):
            continue
        path: KeyPath = ("population", index, "where")
        column = where.get("column")
        if _require_column(page, (*path, "column"), column, columns, before=True, kinds=GROUPING):
            codes = _codes_of(columns[str(column)])
            for code in _texts(where.get("in")):
                page.require_known((*path, "in"), code, codes, f"code of {column}")


def _check_outcomes(page: _Document) -> None:
    columns = _columns(page)
    for index, outcome in page.entries("outcome"):
        observed = outcome.get("observed")
        if not isinstance(observed, Mapping):
            continue
        path: KeyPath = ("outcome", index, "observed")
        for key, kind in (("time", "integer"), ("event", "yes_no")):
            if key in observed and _require_column(page, (*path, key), observed[key], columns, kinds=(kind,)):
                _require_after(page, (*path, key), columns[observed[key]])
        _require_mapped(page, path, "event_date", columns, kind="date", table=observed)


def _check_analyses(page: _Document) -> None:
    columns = _columns(page)
    outcomes, populations = page.ids("outcome"), [ASSIGNED, *page.ids("population")]
    for index, analysis in page.entries("analysis"):
        path: KeyPath = ("analysis", index)
        page.require_known((*path, "outcome"), analysis.get("outcome"), outcomes, "outcome")
        page.require_known((*path, "population"), analysis.get("population"), populations, "population")
        for key in ("covariates", "strata"):
            kinds = GROUPING if key == "strata" else (*NUMERIC, *GROUPING)
            for name in _texts(analysis.get(key)):
                _require_column(page, (*path, key), name, columns, before=True, kinds=kinds)
        if "cluster" in analysis:
            _require_column(page, (*path, "cluster"), analysis["cluster"], columns, before=True)
        _check_method(page, path, analysis)
        if analysis.get("planned") is False and analysis.get("role") not in (None, "exploratory"):
            page.say(
                (*path, "role"),
                "what was not planned cannot have this role.",
                'Write role = "exploratory", or planned = true if the plan holds it.',
            )
    _check_primary(page)


def _check_primary(page: _Document) -> None:
    """One analysis answers the question of the trial, and its answer is an effect with an interval."""
    primaries = [
        (index, entry) for index, entry in page.entries("analysis") if entry.get("role") == "primary"
    ]
    roles = [entry.get("role") for _, entry in page.entries("analysis")]
    if roles and not primaries and all(role in words(Role) for role in roles):
        page.say(
            ("analysis",),
            "no analysis is primary.",
            'Give the one that answers the question of the trial role = "primary".',
        )
    for index, _ in primaries[1:]:
        page.say(
            ("analysis", index, "role"),
            "there is a primary analysis already.",
            "Keep one: it answers the question of the trial; the others are secondary.",
        )
    for index, entry in primaries:
        measure = entry.get("effect_measure")
        if isinstance(measure, str) and measure in NEVER_PRIMARY:
            page.say(
                ("analysis", index, "effect_measure"),
                f"{measure} cannot be primary: it is no effect with an interval that compares the arms.",
                "Make the effect primary, such as risk_difference, and this analysis secondary.",
            )


def _check_method(page: _Document, path: KeyPath, analysis: Mapping[str, Any]) -> None:
    measure = analysis.get("effect_measure")
    if not isinstance(measure, str) or measure not in METHODS:
        return
    method = analysis.get("method")
    if method is None:
        scheme = page.table("design", "allocation").get("scheme", "complete")
        method = default_method(measure, has_covariates=bool(analysis.get("covariates")), scheme=scheme)
    elif not page.require_known((*path, "method"), method, list(METHODS[measure]), f"method for {measure}"):
        return
    if analysis.get("covariates") and method not in ADJUSTING_METHODS:
        page.say(
            (*path, "covariates"),
            f"{measure} by {method} takes no covariates.",
            f"Remove them, or use a method that adjusts: {_among(METHODS[measure], ADJUSTING_METHODS)}.",
        )
    if method == "g_computation" and not analysis.get("covariates"):
        page.say((*path, "method"), "g_computation needs covariates.", 'Add covariates = ["..."].')
    if analysis.get("strata") and method not in STRATIFYING_METHODS:
        page.say(
            (*path, "strata"),
            f"{measure} by {method} takes no strata.",
            f"Remove them, or use a method that stratifies: {_among(METHODS[measure], STRATIFYING_METHODS)}.",
        )
    if method == "stratified_logrank" and not analysis.get("strata"):
        page.say((*path, "method"), "stratified_logrank needs strata.", 'Add strata = ["..."].')
    if method in METHODS_ON_TIME and "incomplete_followup" in analysis:
        page.say(
            (*path, "incomplete_followup"),
            f"has no effect on {measure} by {method}, which uses what is known of everyone followed.",
            "Remove it.",
        )
    if (method == "cox_cluster") != ("cluster" in analysis):
        page.say(
            (*path, "method"),
            "method cox_cluster and a cluster column belong together.",
            'Add cluster = "column", or use another method.',
        )


def _check_cluster_trial(page: _Document) -> None:
    """In a cluster trial people are not independent, and only one method of ours knows it."""
    if page.table("design", "allocation").get("scheme") != "cluster":
        return
    unaware = [str(entry.get("id")) for _, entry in page.entries("analysis") if "cluster" not in entry]
    if unaware:
        page.say(
            ("design", "allocation", "scheme"),
            f"whole clusters were allocated, but these analyses take people to be independent, which makes "
            f"intervals too narrow: {', '.join(unaware)}.",
            'Use hazard_ratio with cluster = "column"; other measures do not know of clusters yet.',
            code="PE-C38",
        )


def _check_disclosure(page: _Document) -> None:
    disclosure = page.table("disclosure")
    if disclosure.get("profile") == "public_data" and "reason" not in disclosure:
        page.say(
            ("disclosure", "profile"),
            "public_data needs a reason.",
            'Add reason = "where these data are published person by person".',
        )


def _require_mapped(
    page: _Document,
    root: KeyPath,
    key: str,
    columns: dict[str, Mapping[str, Any]],
    *,
    kind: ColumnType,
    table: Mapping[str, Any] | None = None,
) -> bool:
    """Require that a key, where it is there, names a declared column of this type; say whether it does."""
    table = page.table(*map(str, root)) if table is None else table
    return key in table and _require_column(page, (*root, key), table[key], columns, kinds=(kind,))


def _require_column(
    page: _Document,
    path: KeyPath,
    name: Any,
    columns: dict[str, Mapping[str, Any]],
    *,
    kinds: tuple[str, ...] = (),
    before: bool = False,
) -> bool:
    if not page.require_known(path, name, list(columns), "column"):
        return False
    column = columns[name]
    if kinds and column.get("type") in words(ColumnType) and column.get("type") not in kinds:
        page.say(path, f"column {name!r} is not of type {' or '.join(kinds)}.", "Name another column.")
        return False
    if before and column.get("timing") == "after_randomisation":
        page.say(
            path,
            f"column {name!r} was measured after randomisation.",
            "Comparing people by it is no longer a randomised comparison; name a column measured before.",
            code="PE-C10",
        )
        return False
    return True


def _require_after(page: _Document, path: KeyPath, column: Mapping[str, Any]) -> None:
    if column.get("timing") == "before_randomisation":
        page.say(
            path,
            "an outcome cannot have been measured before randomisation.",
            "Name another column, or correct the timing of this one.",
            code="PE-C10",
        )


def _codes_of(column: Mapping[str, Any]) -> list[str]:
    if column.get("type") == "yes_no":
        return [*_texts(column.get("yes")), *_texts(column.get("no"))]
    levels = column.get("levels")
    return list(levels) if isinstance(levels, Mapping) else []


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _among(methods: tuple[str, ...], kinds: tuple[str, ...]) -> str:
    return ", ".join(method for method in methods if method in kinds) or "none for this measure"
