"""The measuring by hand is right where somebody worked out the answer on paper, and the random registers
hold enough of everything for a comparison with it to mean something."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
from random_register import (
    CUTOFF,
    DECLARED_REASON,
    DEFINITIONS,
    OWN_DEFINITIONS,
    PRESET_DEFINITIONS,
    Register,
    definition_of,
    random_register,
)
from register_by_hand import (
    TALLIED,
    Person,
    Refused,
    Result,
    fewest_days,
    measure_by_hand,
    months_later,
    prior_by_hand,
)

from primus_eval.definitions import Reoffending, preset

UK = preset("uk_proven_1y")
"""A year, decided before 18 months have passed; cautions and convictions."""

DK = preset("dk_dst")
"""Two years, decided by the end of the third calendar year after; not small fines for traffic offences."""

TEN_DAYS_AT_LIBERTY = Reoffending(
    kinds=("conviction",),
    window_days=10,
    custody="street",
    street_extension_months=1,
    offences_in_custody="leave_out",
)
SEED = 20240229
OFTEN = 20
"""How often each rule must fire in a random register."""


def day(text: str) -> date:
    """A day of 2015 as month-day, or any other day in full."""
    return date.fromisoformat(text if len(text) == 10 else f"2015-{text}")


def convicted(offence: str | None, decision: str | None = "05-01", /, **more: Any) -> dict[str, Any]:
    dates = {
        name: None if text is None else day(text)
        for name, text in (("offence_date", offence), ("decision_date", decision))
    }
    return {"person": "p", "kind": "conviction", **dates, **more}


def person(id_: str = "p", *, randomised: str = "01-05", released: str | None = "03-01", **more: Any) -> dict:
    return {
        "id": id_,
        "randomised_on": day(randomised),
        "released_on": None if released is None else day(released),
        **more,
    }


def spell(first: str, after: str | None, **more: Any) -> dict[str, Any]:
    to_date = None if after is None else day(after)
    return {"person": "p", "from_date": day(first), "to_date": to_date, **more}


def status(kind: str, on: str) -> dict[str, Any]:
    return {"person": "p", "kind": kind, "date": day(on)}


def result(
    *events: dict[str, Any],
    definition: Reoffending = UK,
    people: list[dict] | None = None,
    custody: list[dict] | None = None,
    left: list[dict] | None = None,
    cutoff: str = "2019-12-31",
) -> Result:
    """One person released on 1 March 2015, unless people are given."""
    return measure_by_hand(
        people or [person()], list(events), custody, left, definition, data_cutoff=day(cutoff)
    )


def the_one(found: Result) -> Person:
    assert found.excluded == {}
    return found.people["p"]


def fates(found: Result) -> list[str]:
    return [found.fates[row] for row in sorted(found.fates)]


def test_offence_on_the_day_of_release_is_half_a_day() -> None:
    one = the_one(result(convicted("03-01")))
    assert (one.event, one.reoffended, one.time_days, one.n_events) == (True, True, 0.5, 1)
    assert one.exposure_days == 366, "1 March 2015 to 29 February 2016"


def test_offence_on_the_day_before_release_is_a_pseudo_reconviction_if_decided_after() -> None:
    found = result(
        convicted("02-28", "03-01"),  # decided on the very day of release
        convicted("02-28", "02-28"),
        convicted("02-28", "2016-09-01"),  # decided when every decision is too late
        convicted("02-28", None),
    )
    assert fates(found) == ["pseudo_reconviction", "outside_window", "outside_window", "outside_window"]
    assert the_one(found).reoffended is False


def test_anniversary_of_release_is_outside_and_its_eve_inside() -> None:
    late = "2016-05-01"
    found = result(convicted("2016-03-01", late), convicted("2016-02-29", late))
    assert fates(found) == ["outside_window", "counted"]
    assert the_one(found).time_days == 365


def test_window_longer_than_the_horizon_ends_at_the_horizon() -> None:
    one = the_one(result())
    assert (one.reoffended, one.time_days, one.exposure_days) == (False, 365, 366)


def test_year_after_29_february_ends_before_28_february() -> None:
    people = [person(released="2016-02-29")]
    found = result(
        convicted("2017-02-27", "2017-03-01"), convicted("2017-02-28", "2017-03-01"), people=people
    )
    assert fates(found) == ["counted", "outside_window"]
    assert (the_one(found).time_days, the_one(found).exposure_days) == (364, 365)


def test_months_end_on_the_last_day_of_a_shorter_month() -> None:
    assert months_later(date(2015, 1, 31), 1) == date(2015, 2, 28)
    assert months_later(date(2016, 1, 31), 1) == date(2016, 2, 29)
    assert months_later(date(2016, 2, 29), -12) == date(2015, 2, 28)
    assert months_later(date(2015, 12, 15), 1) == date(2016, 1, 15)
    assert [fewest_days(months) for months in (1, 12, 24, 48)] == [28, 365, 730, 1461]


def test_decision_on_the_deadline_is_too_late() -> None:
    found = result(
        convicted("03-10", "2016-08-31"), convicted("03-09", "2016-09-01"), convicted("03-08", None)
    )
    assert fates(found) == ["counted", "decided_too_late", "undecided"]
    assert the_one(found).time_days == 9, "10 March, although the 8th and the 9th were earlier"


def test_calendar_years_end_with_december() -> None:
    found = result(convicted("03-10", "2018-12-31"), convicted("03-10", "2019-01-01"), definition=DK)
    assert fates(found) == ["counted", "decided_too_late"]


def test_days_after_the_window_run_from_its_last_resort() -> None:
    lag = Reoffending.model_validate({**TEN_DAYS_AT_LIBERTY.model_dump(), "decision_lag": AFTER_FIVE})
    found = result(convicted("03-02", "04-15"), convicted("03-02", "04-16"), definition=lag)
    assert fates(found) == ["counted", "decided_too_late"], "11 March, a month, and five days"


AFTER_FIVE = {"days_after_window": 5}


def test_small_fines_for_traffic_do_not_count() -> None:
    fine = {"sanction": "fine", "offence_class": "traffic"}
    found = result(
        convicted("03-10", **fine, fine_amount=2499.99),
        convicted("03-11", **fine, fine_amount=2500.0),
        convicted("03-12", **fine, fine_amount=None),
        convicted("03-13", **(fine | {"offence_class": "theft"}), fine_amount=10.0),
        convicted("03-14", **(fine | {"sanction": "other"}), fine_amount=10.0),
        {**convicted("03-05"), "kind": "caution"},
        definition=DK,
    )
    assert fates(found) == ["small_fine", "counted", "counted", "counted", "counted", "other_kind"]
    assert (the_one(found).time_days, the_one(found).n_events) == (10, 4)


def test_which_events_are_asked_for() -> None:
    asked = Reoffending(
        kinds=("conviction",),
        sanctions=("imprisonment", "fine"),
        classes_left_out=("traffic",),
        police_initiated="leave_out",
        offences="main_only",
        window_months=12,
    )
    main = {"sanction": "fine", "offence_class": None, "main_offence": True, "police_initiated": None}
    found = result(
        convicted("03-10", **main),
        convicted("03-10", **(main | {"sanction": None})),
        convicted("03-10", **(main | {"offence_class": "traffic"})),
        convicted("03-10", **(main | {"police_initiated": True})),
        convicted("03-10", **(main | {"main_offence": None})),
        convicted(None, **main),
        definition=asked,
    )
    assert fates(found) == [
        "counted",
        "other_sanction",
        "other_class",
        "police_initiated",
        "side_offence",
        "undated",
    ]


@pytest.mark.parametrize(
    ("unit", "n"), [("offence", 5), ("decision", 4), ("case", 2), ("incident_day", 3)], ids=str
)
def test_what_is_counted_once(unit: str, n: int) -> None:
    rows = [
        convicted("03-10", decision="d1", case="c"),
        convicted("03-10", decision="d1", case="c"),
        convicted("03-11", decision="d2", case="c"),
        convicted("03-12", decision=None, case=None),
        convicted("03-12", decision=None, case="c"),
    ]
    found = result(*rows, definition=preset("uk_proven_1y", counting_unit=unit))
    assert the_one(found).n_events == n


def test_death_competes_and_emigration_censors() -> None:
    dead = the_one(result(left=[status("death", "07-01")]))
    assert (dead.event, dead.reoffended, dead.cause) == (False, False, "death")
    assert (dead.time_days, dead.exposure_days) == (122, 122), "March, April, May and June"
    gone = the_one(result(left=[status("emigration", "07-01")]))
    assert (gone.reoffended, gone.cause, gone.time_days) == (None, "", 122)


def test_first_of_two_on_one_day_is_death() -> None:
    both = [status("emigration", "07-01"), status("death", "07-01"), status("deportation", "07-02")]
    assert the_one(result(left=both)).cause == "death"


def test_offence_on_the_day_of_death_still_counts() -> None:
    found = result(convicted("07-01", "08-01"), convicted("07-02", "08-01"), left=[status("death", "07-01")])
    assert fates(found) == ["counted", "after_leaving"]
    one = the_one(found)
    assert (one.reoffended, one.cause, one.time_days, one.n_events) == (True, "", 122, 1)


def test_death_on_the_day_of_release_and_on_the_anniversary() -> None:
    at_once = the_one(result(left=[status("death", "03-01")]))
    assert (at_once.cause, at_once.time_days, at_once.exposure_days) == ("death", 0.5, 0)
    after = the_one(result(left=[status("death", "2016-03-01")]))
    assert (after.cause, after.reoffended, after.exposure_days) == ("", False, 366)


def test_earliest_row_says_why_somebody_left_before_release() -> None:
    gone = result(left=[status("emigration", "02-27"), status("death", "02-28")])
    assert gone.excluded == {"p": "left_before_start"}
    assert result(left=[status("death", "02-28")]).excluded == {"p": "died_before_start"}


def test_official_danish_rules_leave_the_dead_out_even_with_an_offence() -> None:
    official = preset("dk_dst", official=True)
    died = result(convicted("03-10"), definition=official, left=[status("death", "2017-02-28")])
    assert died.excluded == {"p": "died_in_window"} and died.fates == {}
    assert result(definition=official, left=[status("death", "2017-03-01")]).excluded == {}
    gone = result(definition=official, left=[status("deportation", "03-01")])
    assert gone.excluded == {"p": "left_in_window"}


def test_window_at_liberty_makes_up_for_days_in_custody() -> None:
    """Locked up from 3 to 7 March: the ten days at liberty are 1, 2, and 8 to 15 March."""
    found = result(
        convicted("03-15"),
        convicted("03-16"),
        convicted("03-07"),
        definition=TEN_DAYS_AT_LIBERTY,
        custody=[spell("03-03", "03-08")],
    )
    assert fates(found) == ["counted", "outside_window", "in_custody"]
    one = the_one(found)
    assert (one.time_days, one.custody_days, one.exposure_days) == (9, 5, 15)
    free = the_one(result(definition=TEN_DAYS_AT_LIBERTY, custody=[spell("03-03", "03-08")]))
    assert (free.reoffended, free.time_days, free.exposure_days) == (False, 10, 15)


def test_window_at_liberty_that_is_not_reached_is_unknown() -> None:
    """Locked up from 3 March to June: followed to 10 April at most, of which two days were at liberty."""
    one = the_one(result(definition=TEN_DAYS_AT_LIBERTY, custody=[spell("03-03", "06-01")]))
    assert (one.reoffended, one.cause, one.time_days) == (None, "", 2)
    assert (one.custody_days, one.exposure_days) == (39, 41)


def test_leaving_is_timed_at_liberty_too() -> None:
    one = the_one(
        result(
            definition=TEN_DAYS_AT_LIBERTY,
            custody=[spell("03-03", "03-08")],
            left=[status("death", "03-09")],
        )
    )
    assert (one.cause, one.time_days, one.custody_days, one.exposure_days) == ("death", 3, 5, 8)


def test_spells_that_touch_or_overlap_are_one_and_reversed_ones_none() -> None:
    spells = [
        spell("03-03", "03-08"),
        spell("03-06", "03-10"),
        spell("03-10", "03-12"),
        spell("03-20", "03-15"),
        spell("03-25", "03-25"),
    ]
    assert the_one(result(custody=spells)).custody_days == 9, "3 to 11 March"
    assert the_one(result(custody=None)).custody_days is None
    assert the_one(result(custody=[])).custody_days == 0


def test_spell_that_goes_on_lasts_to_the_last_day_of_the_data() -> None:
    definition = Reoffending(kinds=("conviction",), window_days=10)
    one = the_one(result(definition=definition, custody=[spell("03-09", None)], cutoff="03-10"))
    assert (one.custody_days, one.exposure_days) == (2, 10)


def test_first_day_in_custody_is_in_custody_and_the_day_of_release_is_not() -> None:
    found = result(
        convicted("03-03"),
        convicted("03-07"),
        convicted("03-08"),
        definition=preset("uk_proven_1y", offences_in_custody="leave_out"),
        custody=[spell("03-03", "03-08")],
    )
    assert fates(found) == ["in_custody", "in_custody", "counted"]
    assert the_one(found).time_days == 7, "days of the calendar"


def test_spells_for_other_reasons_are_not_custody() -> None:
    remand = preset("uk_proven_1y", custody_reasons=("remand",))
    spells = [spell("03-03", "03-08", reason="remand"), spell("04-01", "04-09", reason=None)]
    assert the_one(result(definition=remand, custody=spells)).custody_days == 5
    assert the_one(result(custody=spells)).custody_days == 13


def test_no_clock_starts_before_randomisation() -> None:
    """Released on 1 March, randomised on 1 April: an offence in March is no event, nor one a year later."""
    late = [person(randomised="04-01", released="03-01")]
    rows = (convicted("03-31", "03-31"), convicted("04-01"), convicted("2016-03-31", "2016-04-01"))
    found = result(*rows, convicted("2016-04-01", "2016-04-01"), people=late)
    assert fates(found) == ["outside_window", "counted", "counted", "outside_window"]
    assert (the_one(found).time_days, the_one(found).exposure_days) == (0.5, 366)
    assert found.fired["clock_waits_for_randomisation"] == 1
    assert found.fired["offence_while_it_waits"] == 1
    assert result().fired["clock_waits_for_randomisation"] == 0


def test_who_left_before_randomisation_had_come_back() -> None:
    """Randomised on 5 January, released on 1 March."""
    for kind in ("emigration", "deportation"):
        back = result(left=[status(kind, "01-04")])
        assert (the_one(back).reoffended, the_one(back).exposure_days) == (False, 366)
        assert back.fired["back_before_randomisation"] == 1
        assert result(left=[status(kind, "01-05")]).excluded == {"p": "left_before_start"}
        again = the_one(result(left=[status(kind, "01-04"), status(kind, "03-11")]))
        assert (again.reoffended, again.time_days) == (None, 10)
    dead = [status("emigration", "01-03"), status("death", "01-04")]
    assert result(left=dead).excluded == {"p": "died_before_start"}


def test_maturity_is_exact_to_the_day_and_takes_later_people_with_it() -> None:
    """Released on 1 March 2015: decisions count to 31 August 2016."""
    people = [
        person("before", randomised="01-04", released="02-01"),
        person("late", randomised="01-05", released="03-01"),
        person("same_day", randomised="01-05", released="02-01"),
        person("after", randomised="01-06", released="02-01"),
        person("unlinked", randomised="01-01", released="03-02", linked=None),
        person("withdrawn", randomised="01-01", released="03-02", excluded="withdrew"),
    ]
    people = [{"linked": True, **one} for one in people]
    mature = result(people=people, cutoff="2016-08-31")
    assert mature.excluded == {"unlinked": "not_linked", "withdrawn": "withdrew"}
    immature = result(people=people, cutoff="2016-08-30")
    assert list(immature.people) == ["before"]
    assert {immature.excluded[one] for one in ("late", "same_day", "after")} == {"not_mature"}
    assert immature.fired["mature_but_randomised_late"] == 2


def test_maturity_looks_at_everybody_whatever_the_population() -> None:
    people = [
        person("outside", randomised="01-05", released="03-01", in_population=False),
        person("inside", randomised="01-06", released="02-01", in_population=True),
    ]
    found = result(people=people, cutoff="2016-08-30")
    assert found.excluded == {"outside": "not_in_population", "inside": "not_mature"}


def test_people_without_a_start() -> None:
    nobody = [person(released=None)]
    assert result(people=nobody).excluded == {"p": "never_released"}
    community = preset("uk_proven_1y", clock_start="community_start")
    assert result(people=nobody, definition=community).excluded == {"p": "no_clock_start"}


def test_decisions_may_be_what_is_dated() -> None:
    decided: dict[str, Any] = {"kinds": ("conviction",), "window_months": 12, "date_used": "decision"}
    rows = (convicted("02-20", "03-04"), convicted("02-20", "2016-03-01"), convicted(None, "03-06"))
    kept = result(*rows, definition=Reoffending(**decided, pseudo_reconvictions="count"))
    assert fates(kept) == ["counted", "outside_window", "counted"]
    assert the_one(kept).time_days == 3
    dropped = result(*rows, definition=Reoffending(**decided))
    assert fates(dropped) == ["pseudo_reconviction", "outside_window", "counted"]
    assert the_one(dropped).time_days == 5


def test_harm_is_that_of_counted_events() -> None:
    one = the_one(
        result(
            convicted("03-10", harm_days=10.0),
            convicted("03-11", harm_days=2.5),
            convicted("03-12", harm_days=None),
            convicted("2016-03-01", harm_days=365.0),
        )
    )
    assert (one.harm_days, one.most_serious_harm_days) == (12.5, 10.0)
    assert the_one(result(convicted("03-10"))).harm_days is None
    nothing = the_one(result(convicted("02-10", harm_days=4.0)))
    assert (nothing.harm_days, nothing.most_serious_harm_days) == (0, 0)


def test_prior_offending_looks_back_from_randomisation() -> None:
    """The year before 29 February 2016 begins on 28 February 2015; verdicts are from before it too."""
    people = [person(randomised="2016-02-29"), person("unknown", linked=False)]
    people[0]["linked"] = True
    rows = [
        convicted("02-27"),
        convicted("02-28", None),
        convicted("2016-02-28", "2016-02-28"),
        convicted("2016-02-28", "2016-02-29"),
        convicted("2016-02-28", "2016-12-01"),
        convicted("2016-02-29"),
        convicted(None),
        {**convicted("06-01"), "kind": "arrest"},
    ]
    assert prior_by_hand(people, rows, UK, months=12) == {"p": 2, "unknown": None}
    assert prior_by_hand(people, rows, UK, months=13)["p"] == 3
    assert prior_by_hand(people, rows, UK, months=12, data_start=day("02-28"))["p"] == 2
    with pytest.raises(Refused, match="PE-C47"):
        prior_by_hand(people, rows, UK, months=12, data_start=day("03-01"))


def test_maturity_cannot_be_known_without_its_dates() -> None:
    with pytest.raises(Refused, match="PE-C41"):
        measure_by_hand([person()], [], None, None, UK, data_cutoff=None)
    with pytest.raises(Refused, match="PE-C41"):
        measure_by_hand([{"id": "p", "released_on": None}], [], None, None, UK, data_cutoff=CUTOFF)


def test_tally_counts_candidates_of_people_measured() -> None:
    rows = [convicted("03-10"), convicted("03-11"), convicted("02-01", "02-02")]
    rows.append({**convicted("03-10"), "kind": "arrest"})
    assert result(*rows).tally(rows, {"p": "usual"}) == {
        ("counted", "usual"): (2, 1),
        ("outside_window", "usual"): (1, 1),
    }


# Random registers ---------------------------------------------------------------------------------------

ALWAYS = {
    *(DECLARED_REASON, "not_linked", "never_released", "died_before_start", "left_before_start"),
    *("not_mature", "mature_but_randomised_late", "immature_but_left_out_before", "just_mature"),
    *(set(TALLIED) - {"in_custody", "after_leaving"}),
    *("other_kind", "on_the_first_day", "the_day_before", "on_the_last_day", "the_day_after"),
    *("on_the_first_day_of_a_spell", "on_the_last_day_of_a_spell", "on_the_day_a_spell_ends"),
    *("decided_on_the_deadline", "decided_the_day_before_it", "first_after_filters"),
    *("clock_waits_for_randomisation", "offence_while_it_waits", "back_before_randomisation"),
    *("no_such_day", "longer_than_the_horizon", "half_a_day", "left_the_day_after", "two_on_one_day"),
    *("open_spell", "reversed_spell", "touching_spells", "overlapping_spells"),
}
"""What must happen under every definition that is compared."""

WHERE_SOME_LEAVE = {
    *("competes", "censors", "after_leaving", "on_the_day_of_leaving"),
    *("left_on_the_first_day", "left_on_the_last_day"),
}
OWN_RULES = {
    *("other_sanction", "other_class", "police_initiated", "side_offence", "small_fine"),
    *("pseudo_counted", "pseudo_reconviction", "several_in_one_unit", "spell_for_another_reason"),
    *("no_clock_start", "died_in_window", "left_in_window", "competes", "censors", "in_custody"),
    *("street_not_reached", "street_extended", "no_such_day"),
}
"""What must happen under one or another of the trial's own definitions."""


def required(definition: Reoffending) -> set[str]:
    rules = set(ALWAYS)
    rules |= (
        {"died_in_window", "left_in_window"} if definition.conditions_on_later_events else WHERE_SOME_LEAVE
    )
    if definition.offences_in_custody == "leave_out":
        rules.add("in_custody")
    if definition.custody == "street":
        rules |= {"street_extended", "street_not_reached"}
    if definition.fine_below is not None:
        rules |= {"small_fine", "fine_of_unknown_amount"}
    return rules


@pytest.fixture(scope="module")
def register() -> Register:
    return random_register(SEED)


def measured(register: Register, name: str, *, everybody: bool = True) -> Result:
    people = [{**one, "in_population": True} for one in register.people] if everybody else register.people
    return measure_by_hand(
        people,
        register.events,
        register.custody,
        register.status,
        definition_of(name),
        data_cutoff=CUTOFF,
    )


@pytest.mark.parametrize("name", PRESET_DEFINITIONS)
def test_every_rule_of_a_preset_fires(register: Register, name: str) -> None:
    found = measured(register, name)
    rare = {rule: found.fired[rule] for rule in required(definition_of(name)) if found.fired[rule] < OFTEN}
    assert rare == {}
    left_out_late = found.fired["not_mature"] / len(register.people)
    assert 0.05 < left_out_late < 0.25, "maturity bites, and most people stay"


def test_every_other_rule_fires_in_some_definition_of_a_trial(register: Register) -> None:
    results = [measured(register, name) for name in OWN_DEFINITIONS]
    most = {rule: max(found.fired[rule] for found in results) for rule in OWN_RULES}
    assert {rule: often for rule, often in most.items() if often < OFTEN} == {}
    assert sum(found.fired["locked_up_to_the_end"] for found in results) >= OFTEN


@pytest.mark.parametrize(
    "name", [name for name in OWN_DEFINITIONS if definition_of(name).clock_start != "randomisation"]
)
def test_every_clock_waits_for_randomisation_for_some(register: Register, name: str) -> None:
    """Whatever starts the clock: the day of the sentence, of the release or of the community sentence."""
    assert measured(register, name).fired["clock_waits_for_randomisation"] >= OFTEN


def test_some_were_convicted_after_randomisation_of_what_they_did_before(register: Register) -> None:
    """By the day: on the day of randomisation, the day before, and later."""
    randomised = {one["id"]: one["randomised_on"] for one in register.people}
    decided = Counter(
        min((row["decision_date"] - randomised[row["person"]]).days, 1)
        for row in register.events
        if row["offence_date"] and row["decision_date"] and row["offence_date"] < randomised[row["person"]]
    )
    assert all(decided[days] >= OFTEN for days in (-1, 0, 1))


@pytest.mark.parametrize("name", DEFINITIONS)
def test_everybody_is_measured_or_left_out_for_a_reason(register: Register, name: str) -> None:
    found = measured(register, name, everybody=False)
    assert set(found.people).isdisjoint(found.excluded)
    assert len(found.people) + len(found.excluded) == len(register.people)
    assert found.fired["not_in_population"] >= OFTEN


def test_whoever_looks_for_maturity_in_one_population_finds_other_people(register: Register) -> None:
    """Otherwise a comparison in a population could not tell the two apart."""
    definition = definition_of("uk_proven_1y_count")
    rest = (register.events, register.custody, register.status, definition)
    among_all = measure_by_hand(register.people, *rest, data_cutoff=CUTOFF)
    alone = [one for one in register.people if one["in_population"]]
    among_themselves = measure_by_hand(alone, *rest, data_cutoff=CUTOFF)
    assert set(among_all.people) < set(among_themselves.people)


def test_same_seed_same_register() -> None:
    again = random_register(3, n_people=600)
    assert again == random_register(3, n_people=600)
    assert again != random_register(4, n_people=600)
