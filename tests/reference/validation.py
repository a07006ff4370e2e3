"""Print docs/validation.md: where each formula comes from, what it was compared with, how closely it agreed.

    cd tests && python -m reference.validation

Nothing in the page is typed by hand that the tests could state: sources are read from the docstrings,
versions from the fixtures, disagreements are measured. They are printed as a bound, because their digits
are rounding errors and differ between machines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from itertools import groupby
from pathlib import Path
from pkgutil import iter_modules

from reference.against_r import LOOSER, R_FUNCTIONS, TOPICS, comparisons
from reference.comparison import COUNTS, Comparison
from reference.datasets import fixture

from primus_eval import numerics

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "validation.md"

INTRODUCTION = """\
# How the numbers are checked

<!-- Written by tests/reference/validation.py; a test fails if it is out of date. -->

Reference: {software}, run on {date} by {made_by}. The data are

- **Maryland**: 432 men of the Maryland trial (carData `Rossi`, the same as lifelines `load_rossi`);
- **tied**: 240 simulated people, many events on the same day, censoring before the horizon, three
  strata, 40 clusters, arms of unequal size (which people of both had a competing event is made up);
- **repeated**: 90 simulated people with repeated events in rows (start, stop], late entry and gaps; also
  added up by person;
- **counts**: simulated people with numbers of events, days of exposure and covariates;
- **edges**: five people whose curve begins at exactly 1 and ends at exactly 0; with competing events seven
  people, both kinds of event on one day;
- tables of two proportions, written as events/people in treatment v control.

Disagreement is the largest relative difference over all cases and elements; for a covariance it is
relative to the variances, for a p-value it is absolute. Counts are equal. A test holds every output
to its tolerance.
"""

# What was checked, and the test that checks it, by means other than R.
WITHOUT_R = [
    (
        "Newcombe's and Miettinen and Nurminen's intervals: the eight cases of Newcombe 1998, Table II",
        "test_numerics_proportions.py::test_newcombe_table_ii",
    ),
    (
        "Fisher's test: every arrangement counted in whole numbers",
        "test_numerics_proportions.py::test_fisher_equals_counting_the_arrangements",
    ),
    (
        "Wald, Katz, Woolf, Wilson and the pooled test, by hand",
        "test_numerics_proportions.py::test_worked_by_hand",
    ),
    (
        "Number needed to treat: sign, ends, passage through infinity",
        "test_numerics_proportions.py::test_number_needed_to_treat_inverts_newcombes_ends",
    ),
    ("Kaplan-Meier and Greenwood, by hand", "test_numerics_survival.py::test_kaplan_meier_by_hand"),
    (
        "Restricted mean and its standard error, by hand",
        "test_numerics_survival.py::test_restricted_mean_by_hand",
    ),
    (
        "Restricted mean without censoring: the plain mean and its standard error",
        "test_numerics_survival.py::test_without_censoring_the_restricted_mean_is_a_plain_mean",
    ),
    (
        "Contrasts of survival and of restricted means, by hand",
        "test_numerics_survival.py::test_contrasts_by_hand",
    ),
    (
        "Cumulative incidence and its variance, by hand",
        "test_numerics_competing.py::test_by_hand",
    ),
    (
        "Cumulative incidence: the share of each censored person passed on to those who remain",
        "test_numerics_competing.py::test_equals_passing_on_the_shares_of_the_censored",
    ),
    (
        "Its variance: how the estimate moves with the weight of each person",
        "test_numerics_competing.py::test_the_variance_is_that_of_moving_each_persons_weight",
    ),
    (
        "Cumulative incidence where nothing competes: one minus Kaplan-Meier, with Greenwood's variance",
        "test_numerics_competing.py::test_where_nothing_competes_it_is_one_minus_kaplan_meier",
    ),
    (
        "Cumulative incidence: bias, standard error and coverage in simulated trials",
        "test_numerics_competing.py::test_covers_the_truth_in_simulated_trials",
    ),
    (
        "Log-rank: a count stratum by stratum and day by day",
        "test_numerics_logrank.py::test_equals_a_day_by_day_count",
    ),
    (
        "Cox: the maximum, information and robust variance solved on paper",
        "test_numerics_cox.py::test_two_events_by_hand",
    ),
    (
        "Cox: likelihood, score, information and residuals written out event by event",
        "test_numerics_cox.py::test_equals_the_partial_likelihood_written_out",
    ),
    (
        "Cox: follow-up cut into rows gives the same fit",
        "test_numerics_cox.py::test_splitting_follow_up_into_rows_changes_nothing",
    ),
    (
        "Cox: a likelihood that rises for ever is reported, not fitted",
        "test_numerics_cox.py::test_a_fit_that_does_not_exist_has_a_reason",
    ),
    (
        "Standardised risks without covariates: the plain comparison",
        "test_numerics_standardisation.py::test_without_covariates_it_is_the_plain_comparison_of_risks",
    ),
    (
        "Standardised risks and their variance in four cells, by hand",
        "test_numerics_standardisation.py::test_a_category_in_full_gives_the_weighted_mean_of_its_strata",
    ),
    (
        "Separation: every direction tried",
        "test_numerics_separation.py::test_two_covariates_against_every_direction",
    ),
    (
        "Collinear sets: the names put in are found",
        "test_numerics_collinearity.py::test_finds_what_was_put_in",
    ),
    (
        "No events, everyone an event, an empty arm, one person, one day: a number or a reason",
        "test_numerics_degenerate.py::test_a_number_or_a_reason",
    ),
]


def page() -> str:
    """Compose the page afresh."""
    return "\n".join([*introduction(), *sections(), *checks_without_r()]) + "\n"


def introduction() -> Iterator[str]:
    abouts = [fixture(name)["about"] for name in ("cox", *(topic.FIXTURE for topic in TOPICS))]
    versions = {name: version for about in abouts for name, version in about["packages"].items()}
    packages = ", ".join(f"{name} {versions[name]}" for name in sorted(versions, key=str.casefold))
    made_by = ", ".join(f"`{name}`" for name in dict.fromkeys(about["made_by"] for about in abouts))
    software = f"R {abouts[0]['r']} with {packages}"
    yield INTRODUCTION.format(software=software, date=abouts[0]["date"], made_by=made_by)
    yield "## Against R"


def sections() -> Iterator[str]:
    found = list(comparisons())
    for function, r_function in R_FUNCTIONS.items():
        mine = [comparison for comparison in found if comparison.function == function]
        yield ""
        yield f"### `{function}`"
        yield ""
        yield f"- Formula: {source_of(function)}"
        yield f"- R: {r_function}."
        yield f"- Data: {'; '.join(dict.fromkeys(comparison.data for comparison in mine))}."
        yield ""
        yield "| output | cases | disagreement |"
        yield "|---|---:|---|"
        # Sorting is stable, so outputs keep the order of the record.
        order = list(dict.fromkeys(comparison.output for comparison in mine))
        mine.sort(key=lambda comparison: order.index(comparison.output))
        for output, group in groupby(mine, key=lambda comparison: comparison.output):
            yield row(output, list(group))
        yield from reasons(function)


def reasons(function: str) -> Iterator[str]:
    """Say why outputs of a function are held to less than the others."""
    told: dict[str, list[str]] = {}
    for (name, output), reason in LOOSER.items():
        if name == function:
            told.setdefault(reason, []).append(output)
    for reason, outputs in told.items():
        yield ""
        yield f"{', '.join(outputs)}: {reason}"


def row(output: str, group: list[Comparison]) -> str:
    bound = "equal" if output in COUNTS else bound_of(max(comparison.disagreement for comparison in group))
    return f"| {output} | {len(group)} | {bound} |"


def bound_of(disagreement: float) -> str:
    """Name a power of ten above the disagreement; what is below 1e-10 is rounding and not told apart."""
    return next(f"< 1e-{power:02d}" for power in range(10, 0, -1) if disagreement < 10.0**-power)


def source_of(function: str) -> str:
    """Read the source from the docstring of a numeric function."""
    for module in iter_modules(numerics.__path__, "primus_eval.numerics."):
        found = getattr(import_module(module.name), function, None)
        if found is not None:
            match = re.search(r"Source[^:]*: (.*?)\s*Checked:", found.__doc__, re.DOTALL)
            assert match is not None, f"{function} does not name its source"
            return " ".join(match.group(1).split())
    raise LookupError(function)


def checks_without_r() -> Iterator[str]:
    yield ""
    yield "## Without R"
    yield ""
    yield "| checked | test |"
    yield "|---|---|"
    for claim, test in [*WITHOUT_R, *(item for topic in TOPICS for item in topic.WITHOUT_R)]:
        yield f"| {claim} | `tests/{test}` |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
