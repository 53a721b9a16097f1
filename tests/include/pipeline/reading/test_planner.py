"""What a big read costs, by arithmetic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.pipeline.reading.planner import MANY, Amounts, Pace, lower_bound, plan, ways

HUBSPOT = Pace(calls_per_second=19.0, latency=0.3)


def test_a_hundred_thousand_tickets_with_links_to_three_types():
    found = plan(Amounts(100_000, link_types=3, reference=25), HUBSPOT, calls_left=625_000)
    assert found.way == "search"
    assert found.calls == 500 + 2_000 + 300 + 25
    assert found.lower_bound_calls == 2_325
    assert found.seconds == found.lower_bound_seconds == pytest.approx(122.4)
    assert {way["way"]: (way["calls"], way["seconds"]) for way in found.ways} == {
        "search": (2_825, 122.4),
        "list": (3_325, 300.0),
        "list with history": (2_325, 600.0),
    }


def test_nothing_to_read_costs_the_reference_calls_alone():
    assert plan(Amounts(0, link_types=8), HUBSPOT, calls_left=None).calls == 40


@pytest.mark.parametrize(
    ("left", "kept", "fits"),
    [(None, 0, True), (2_840, 0, True), (2_839, 0, False), (1_840, 1_000, True)],
)
def test_a_plan_fits_when_todays_calls_are_enough_for_what_was_not_answered_yet(left, kept, fits):
    assert plan(Amounts(100_000, link_types=3), HUBSPOT, left, kept).fits_today is fits


AMOUNTS = st.builds(
    Amounts,
    tickets=st.integers(0, 5_000_000),
    link_types=st.integers(0, 8),
    records=st.lists(st.integers(0, 5_000_000), max_size=3).map(tuple),
    engagements=st.lists(st.integers(0, 5_000_000), max_size=5).map(tuple),
    with_contacts=st.booleans(),
    asked=st.integers(0, 20),
    in_turn=st.integers(0, 20),
)
# 100, 110, 190 and 250 calls in 10 seconds are what HubSpot sells
SOLD = (10, 11, 19, 25)
PACES = st.builds(Pace, calls_per_second=st.sampled_from(SOLD), latency=st.floats(0.001, 2))
SLOWER_PACES = st.builds(
    Pace, calls_per_second=st.sampled_from(SOLD[:-1]), latency=st.floats(0.001, 2)
)


@given(AMOUNTS, PACES)
def test_no_way_goes_below_the_bound_and_the_plan_is_of_the_way_that_is_read(amounts, pace):
    found, planned = ways(amounts, pace), plan(amounts, pace, None)
    assert all(way.others >= lower_bound(amounts, pace) for way in found)
    assert (planned.way, planned.calls) == ("search", found[0].calls)
    assert planned.seconds == pytest.approx(found[0].seconds(pace), abs=0.1)


@given(AMOUNTS, SLOWER_PACES)
def test_up_to_twenty_calls_a_second_search_is_the_fastest(amounts, pace):
    found = ways(amounts, pace)
    # a single page may take a call less time than a search
    assert found[0].seconds(pace) <= min(way.seconds(pace) for way in found[1:]) + 0.2


def test_the_plan_of_a_portal_with_the_add_on_and_short_ways_is_of_the_way_that_is_read():
    found = plan(Amounts(100_000), Pace(calls_per_second=25, latency=0.02), None)
    seconds = {way["way"]: way["seconds"] for way in found.ways}
    assert seconds["list with history"] < seconds["search"]
    assert (found.way, found.seconds, found.calls) == ("search", 100.0, 2_540)


@given(AMOUNTS, PACES, st.integers(0, 1_000_000))
def test_answers_that_were_kept_cost_nothing_again(amounts, pace, kept):
    whole, rest = plan(amounts, pace, None), plan(amounts, pace, None, kept)
    assert rest.calls == max(0, whole.calls - kept)
    assert 0 <= rest.seconds <= whole.seconds


def test_many_records_are_read_by_batch_and_by_search_at_a_time():
    amounts = Amounts(100_000, engagements=(400_000, 100_000), with_contacts=True, reference=0)
    found = plan(amounts, HUBSPOT, None)
    searches, batches = 500 + 862, 2_000 + 500 + 3_276
    assert (found.calls, found.lower_bound_calls) == (searches + batches, batches)
    assert found.seconds == pytest.approx(batches / 19, abs=0.1)  # not the 394.7 of batch read


@given(st.lists(st.integers(0, 5_000_000), min_size=1, max_size=5).map(tuple), PACES)
def test_both_ways_together_bring_all_records_in_less_time_than_one(counts, pace):
    alone = sum(-(-count // 100) for count in counts)
    found = ways(Amounts(0, engagements=counts, reference=0), pace)[0]
    assert found.others * 100 + found.records.searches * 200 >= sum(counts)
    assert found.others <= alone
    assert (found.records.searches > 0) is (sum(counts) >= MANY)


def test_engagements_links_to_contacts_are_counted_where_contacts_are_read():
    counts = (1_500, 10)
    without = Amounts(0, engagements=counts, reference=0)
    with_them = Amounts(0, engagements=counts, with_contacts=True, reference=0)
    assert lower_bound(with_them, HUBSPOT) == lower_bound(without, HUBSPOT) + 2 + 1
