"""All cases of the fault suite, in the order of the catalogue."""

from __future__ import annotations

import re
from functools import cache

from fault_case import Case
from faults import (
    cases_archives,
    cases_codes,
    cases_custody,
    cases_dates,
    cases_days,
    cases_encoding,
    cases_events,
    cases_files,
    cases_headers,
    cases_identifiers,
    cases_ids,
    cases_labelled,
    cases_notes,
    cases_numbers,
    cases_outcomes,
    cases_people,
    cases_places,
    cases_protocol,
    cases_quotes,
    cases_recognisable,
    cases_rows,
    cases_separators,
    cases_workbooks,
)

MODULES = (
    cases_archives,
    cases_codes,
    cases_custody,
    cases_dates,
    cases_days,
    cases_encoding,
    cases_events,
    cases_files,
    cases_headers,
    cases_identifiers,
    cases_ids,
    cases_labelled,
    cases_notes,
    cases_numbers,
    cases_outcomes,
    cases_people,
    cases_places,
    cases_protocol,
    cases_quotes,
    cases_recognisable,
    cases_rows,
    cases_separators,
    cases_workbooks,
)


@cache
def all_cases() -> tuple[Case, ...]:
    """Every case once, sorted by its fault."""
    cases = [case for module in MODULES for case in module.cases()]
    return tuple(sorted(cases, key=lambda case: (case.fault[0], int(re.sub(r"\D", "", case.fault)))))
