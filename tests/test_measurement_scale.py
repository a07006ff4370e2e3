"""The same numbers whole, in chunks from a register on disk, and on a cluster: equal to the last bit."""

import dataclasses
import itertools

import numpy as np
import pandas as pd
import pytest
from random_register import random_register, write_folder

from primus_eval.errors import EnvironmentFault, InputError
from primus_eval.loaders import load_trial
from primus_eval.loaders.people import load_people
from primus_eval.measurement import measure
from primus_eval.measurement.by_rules import ready_to_count
from primus_eval.measurement.candidates import candidates
from primus_eval.measurement.counting import _sums, bounds_of, count, joined, ranges, same
from primus_eval.measurement.partitions import measure_partitions
from primus_eval.measurement.register import measure_register
from primus_eval.measurement.spells import spells_of
from primus_eval.protocol import read_protocol

PEOPLE = 2000
DEFINITIONS = ("dk_dst_count", "uk_proven_1y_count", "uk_proven_1y_street", "own_cases")
LITTLE_MEMORY = "32MB"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A register of two thousand people as text files, and its events as Parquet too, in two orders."""
    folder = tmp_path_factory.mktemp("register")
    write_folder(random_register(20_261_123, n_people=PEOPLE), folder)
    events = pd.read_csv(folder / "events.csv", dtype=str)
    for column in ("offended", "decided"):
        events[column] = pd.to_datetime(events[column]).dt.date
    for column in ("fine", "harm"):
        events[column] = events[column].astype(float)
    events["police"] = events["police"].astype("Int64")
    shuffled = events.sample(frac=1, random_state=7)
    parts = folder / "parts"
    parts.mkdir()
    shuffled.iloc[:5000].to_parquet(parts / "1.parquet", index=False)
    shuffled.iloc[5000:].to_parquet(parts / "2.parquet", index=False)
    events.sort_values("id").to_parquet(folder / "sorted.parquet", index=False, row_group_size=1000)
    return folder


@pytest.fixture(scope="module")
def protocol(folder):
    """Its protocol; of the many columns of prior offending one is enough."""
    whole = read_protocol(folder / "protocol.toml")
    prior = [each for each in whole.prior_offending if each.outcome == "own_cases"][:1]
    return whole.model_copy(update={"prior_offending": tuple(prior)})


@pytest.fixture(scope="module")
def trial(protocol, folder):
    return load_trial(protocol, folder)


@pytest.fixture(scope="module")
def people(protocol, folder):
    return load_people(protocol, folder)


@pytest.fixture(scope="module")
def client():
    """A cluster of two processes on this machine."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1"
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


def changed(protocol, **values):
    """The protocol with some values of [data.events] replaced."""
    events = protocol.data.events.model_copy(update=values)
    return protocol.model_copy(update={"data": protocol.data.model_copy(update={"events": events})})


def require_equal(one, other):
    """Every field of two measurements is the same, floats to the last bit; the trials may differ."""
    for field in dataclasses.fields(one):
        left, right = getattr(one, field.name), getattr(other, field.name)
        if isinstance(left, pd.DataFrame):
            pd.testing.assert_frame_equal(left, right, check_exact=True)
        elif isinstance(left, np.ndarray):
            np.testing.assert_array_equal(left, right, err_msg=field.name)
        elif field.name != "trial":
            assert left == right, field.name


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_something_is_counted(definition, trial):
    measured = measure(trial, definition)
    assert measured.event.sum() > 100 and (measured.frame["n_events"] > 1).any()
    assert measured.frame["harm_days"].max() > 1000
    assert {tally.fate for tally in measured.tally if tally.events} >= {"counted", "outside_window"}


@pytest.mark.parametrize("parts", [1, 3, 7, 97])
@pytest.mark.parametrize("definition", DEFINITIONS)
def test_counted_in_stretches_and_joined_is_counted_whole(definition, parts, trial):
    rules = trial.protocol.outcome_of(definition).reoffending
    ready = ready_to_count(trial, rules, population="assigned")
    spec, events = trial.protocol.data.events, trial.events
    whole = count(candidates(events, spec, rules), ready.bounds, ready.spells, rules)
    counted = []
    for stretch in ranges(len(trial.participants), parts):
        theirs = events[events["person"].between(stretch.start, stretch.stop - 1)]
        theirs = theirs.assign(person=theirs["person"] - stretch.start)
        found = candidates(theirs, spec, rules)
        spells = spells_of(ready.spells, stretch)
        counted.append(count(found, bounds_of(ready.bounds, stretch), spells, rules))
    assert same(joined(counted), whole)
    assert not same(whole, dataclasses.replace(whole, harm_days=whole.harm_days + 1))


def test_no_number_depends_on_the_order_of_the_events(trial):
    """Harm in tenths: whose sum depends on the order in which it is added up."""
    harm = np.random.Generator(np.random.Philox(1)).integers(0, 10_000, len(trial.events)) / 10
    one = dataclasses.replace(trial, events=trial.events.assign(harm=harm))
    shuffled = one.events.sample(frac=1, random_state=3).reset_index(drop=True)
    other = dataclasses.replace(one, events=shuffled)
    plain = [table.events.groupby("person")["harm"].sum() for table in (one, other)]
    assert not plain[0].equals(plain[1])  # so that there is something to be seen
    for definition in DEFINITIONS:
        require_equal(measure(one, definition), measure(other, definition))


@pytest.mark.parametrize("chunks", [1, 3, 7])
@pytest.mark.parametrize("definition", DEFINITIONS)
def test_from_text_in_chunks_under_little_memory(definition, chunks, trial, people, folder):
    without_events, ids = people
    assert without_events.events is None
    chunked = measure_register(
        without_events,
        definition,
        ids=ids,
        events=folder / "events.csv",
        chunks=chunks,
        memory_limit=LITTLE_MEMORY,
        threads=1,
    )
    require_equal(measure(trial, definition), chunked)


@pytest.mark.parametrize("file", ["parts", "sorted.parquet"])
@pytest.mark.parametrize("definition", DEFINITIONS)
def test_from_typed_columns_whatever_the_order_of_the_rows(definition, file, trial, people, folder):
    without_events, ids = people
    chunked = measure_register(without_events, definition, ids=ids, events=folder / file, chunks=2)
    require_equal(measure(trial, definition), chunked)


def test_in_a_population(trial, people, folder):
    without_events, ids = people
    events = folder / "sorted.parquet"
    chunked = measure_register(without_events, "own_cases", ids=ids, events=events, population="region_a")
    require_equal(measure(trial, "own_cases", population="region_a"), chunked)


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_on_a_cluster_of_two_processes(definition, trial, people, folder, client):
    whole = measure(trial, definition)
    require_equal(whole, measure_partitions(trial, definition, partitions=5, client=client))
    without_events, ids = people
    events = folder / "sorted.parquet"
    read = measure_partitions(without_events, definition, partitions=3, client=client, ids=ids, events=events)
    require_equal(whole, read)


def test_without_a_cluster_dask_counts_here(trial):
    require_equal(measure(trial, "own_cases"), measure_partitions(trial, "own_cases", partitions=2))


# --- nothing vanishes silently ------------------------------------------------------------------------

SPOILT = {
    "an unknown kind": ("kind", "Q", "PE-A21"),
    "no date": ("offended", "2014-02-30", "PE-A59"),
    "another form of date": ("decided", "01.02.2014", "PE-A56"),
    "no number": ("fine", "much", "PE-A"),
    "a date after the cut-off": ("decided", "2020-01-01", "PE-A64"),
    "a stranger": ("id", "p9999x", "PE-C35"),
    "nobody": ("id", "", "PE-C37"),
}


@pytest.mark.parametrize("fault", SPOILT)
def test_a_cell_that_load_trial_refuses_is_refused(fault, people, folder, tmp_path):
    column, cell, code = SPOILT[fault]
    events = pd.read_csv(folder / "events.csv", dtype=str, keep_default_na=False)
    events.loc[events.index[::50], column] = cell  # among these some that could count
    events.to_csv(tmp_path / "events.csv", index=False)
    without_events, ids = people
    with pytest.raises(InputError) as caught:
        measure_register(without_events, "dk_dst_count", ids=ids, events=tmp_path / "events.csv", chunks=3)
    assert caught.value.problems[0].code.startswith(code)
    assert not cell or f"{cell!r}" not in str(caught.value)


def test_other_people_are_left_out_where_the_protocol_says_so(protocol, trial, folder, tmp_path):
    events = pd.read_csv(folder / "events.csv", dtype=str, keep_default_na=False)
    others = events.head(50).assign(id=[f"{sign}x" for sign in ("a", "p0500", "p1200", "z", "p1") * 10])
    pd.concat([others, events]).to_csv(tmp_path / "events.csv", index=False)
    without_events, ids = load_people(changed(protocol, other_people="leave_out"), folder)
    found = measure_register(
        without_events, "dk_dst_count", ids=ids, events=tmp_path / "events.csv", chunks=3
    )
    require_equal(measure(trial, "dk_dst_count"), found)


@pytest.mark.parametrize(
    ("values", "code"),
    [({"rows": 5}, "PE-A40"), ({"sha256": "0" * 64}, "PE-F18"), ({"encoding": "cp1252"}, "PE-A66")],
)
def test_another_file_than_declared_is_refused(values, code, protocol, folder):
    without_events, ids = load_people(changed(protocol, **values), folder)
    with pytest.raises(InputError) as caught:
        measure_register(without_events, "dk_dst_count", ids=ids, events=folder / "events.csv")
    assert [problem.code for problem in caught.value.problems] == [code]


def test_a_text_with_quotes_is_a_text(protocol, folder, tmp_path):
    """A code that would end its quotes and go on as SQL."""
    code = "x') or true --"
    column = protocol.data.events.columns["class"]
    levels = {**column.levels, code: {"en": "other"}}
    columns = {**protocol.data.events.columns, "class": column.model_copy(update={"levels": levels})}
    own = changed(protocol, columns=columns)
    events = pd.read_csv(folder / "events.csv", dtype=str, keep_default_na=False)
    events.loc[events.index[::7], "class"] = code
    for table in ("participants", "custody", "status"):
        (tmp_path / f"{table}.csv").write_bytes((folder / f"{table}.csv").read_bytes())
    events.to_csv(tmp_path / "events.csv", index=False)
    without_events, ids = load_people(own, tmp_path)
    found = measure_register(without_events, "own_cases", ids=ids, events=tmp_path / "events.csv")
    require_equal(measure(load_trial(own, tmp_path), "own_cases"), found)


def test_a_broken_file_says_so_without_its_cells(people, folder, tmp_path):
    lines = (folder / "events.csv").read_text(encoding="utf-8").splitlines()
    lines[700] += ",secret"
    (tmp_path / "events.csv").write_text("\n".join(lines), encoding="utf-8")
    without_events, ids = people
    with pytest.raises(InputError) as caught:
        measure_register(without_events, "dk_dst_count", ids=ids, events=tmp_path / "events.csv")
    assert caught.value.problems[0].code == "PE-A68" and "secret" not in str(caught.value)


def test_too_little_memory_is_said_to_be(people, folder):
    without_events, ids = people
    with pytest.raises(EnvironmentFault) as caught:
        measure_register(
            without_events,
            "dk_dst_count",
            ids=ids,
            events=folder / "sorted.parquet",
            memory_limit="100KB",
        )
    assert caught.value.problems[0].code == "PE-G26"


@pytest.mark.parametrize("order", [slice(None, None, -1), slice(1, None)])
def test_ids_that_are_not_those_of_the_trial_are_noticed(order, people, folder):
    without_events, ids = people
    with pytest.raises(ValueError, match="ids must be those"):
        measure_register(without_events, "dk_dst_count", ids=ids[order], events=folder / "sorted.parquet")


@pytest.mark.parametrize("hours", [0, 7])
def test_moments_are_dates_only_at_midnight(hours, trial, people, folder, tmp_path):
    events = pd.read_parquet(folder / "sorted.parquet")
    moments = pd.to_datetime(events["offended"]).astype("datetime64[us]")
    events["offended"] = moments + pd.Timedelta(hours=hours)
    events.to_parquet(tmp_path / "events.parquet", index=False)
    without_events, ids = people
    if hours:
        with pytest.raises(InputError) as caught:
            measure_register(without_events, "dk_dst_count", ids=ids, events=tmp_path / "events.parquet")
        assert {problem.column for problem in caught.value.problems} == {"offended"}
        return
    found = measure_register(without_events, "dk_dst_count", ids=ids, events=tmp_path / "events.parquet")
    require_equal(measure(trial, "dk_dst_count"), found)


def test_harm_is_added_up_exactly_or_in_one_order():
    """Tenths whose sum depends on their order, and whole numbers beyond which doubles have gaps."""
    for harm in ([0.1, 0.2, 0.3], [2.0**53, 1.0, 1.0]):
        sums = {
            _sums(np.zeros(3, dtype=np.intp), np.array(order), 1)[0] for order in itertools.permutations(harm)
        }
        assert len({sum(order) for order in itertools.permutations(harm)}) > 1  # so that it can fail
        assert len(sums) == 1
