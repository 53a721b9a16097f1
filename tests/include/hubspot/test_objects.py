"""Records by id and by list, against the sandbox: nothing lost, nothing invented."""

import pytest

from include.hubspot.errors import InvalidAuthentication
from include.hubspot.objects import list_records, read_batch, read_many
from include.hubspot.search import all_ids
from tests.include.hubspot.sessions import open_session

BATCH_READ = "/crm/v3/objects/tickets/batch/read"
NAMES = ["subject", "hs_pipeline_stage", "hs_lastmodifieddate"]


@pytest.fixture
def ticket_ids(session):
    return [hit.id for page in all_ids(session, "tickets") for hit in page]


def listed(session, **more):
    return [record for rows, _ in list_records(session, "tickets", **more) for record in rows]


def mutate(portal, **what):
    nothing = {"seed": 3, "changes": 0, "archives": 0, "merges": 0, "links": 0}
    return portal.control("POST", "mutate", nothing | what)


def test_records_come_as_they_are_listed(session, ticket_ids):
    read = read_batch(session, "tickets", ticket_ids[:100], NAMES)
    by_id = {record["id"]: record for record in listed(session, properties=NAMES)}
    assert {record["id"] for record in read.records} == set(ticket_ids[:100])
    assert all(record == by_id[record["id"]] for record in read.records)
    assert read.missing == []
    assert read.at == session.now()


def test_values_stay_text_or_none(session, ticket_ids):
    read = read_batch(session, "tickets", ticket_ids[:50], NAMES, history=["hs_pipeline_stage"])
    for record in read.records:
        assert {type(value) for value in record["properties"].values()} <= {str, type(None)}
        history = record["propertiesWithHistory"]["hs_pipeline_stage"]
        assert history[0]["value"] == record["properties"]["hs_pipeline_stage"]
        times = [entry["timestamp"] for entry in history]
        assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("api", ["v3", "2026-03", "2026-09"])
def test_an_id_that_is_no_record_is_missing(portal, ticket_ids, api):
    with open_session(portal, api=api) as session:
        read = read_batch(session, "tickets", [*ticket_ids[:3], "999999999999"], NAMES)
    assert [record["id"] for record in read.records] == ticket_ids[:3]
    assert read.missing == ["999999999999"]


def test_records_that_an_answer_in_part_left_out_are_asked_for_again(session, ticket_ids, arm):
    served = arm(BATCH_READ, "partial", method="POST", count=1, records=3)
    read = read_batch(session, "tickets", [*ticket_ids[:9], "999999999999"], NAMES)
    assert served() == 1
    assert sorted(record["id"] for record in read.records) == sorted(ticket_ids[:9])
    assert read.missing == ["999999999999"]
    assert session.calls[BATCH_READ, "POST", 207] == 2


def test_an_archived_record_is_read_only_as_such(portal, session):
    archived = [record["id"] for record in listed(session, archived=True)]
    assert archived
    assert read_batch(session, "tickets", archived, NAMES).missing == archived
    read = read_batch(session, "tickets", archived, NAMES, archived=True)
    assert all(record["archived"] and record["archivedAt"] for record in read.records)
    assert {record["id"] for record in read.records} == set(archived)


@pytest.mark.parametrize("with_survivor", [True, False])
def test_a_merged_id_is_the_record_that_it_became(portal, session, ticket_ids, with_survivor):
    mutate(portal, merges=1)
    now = {hit.id for page in all_ids(session, "tickets") for hit in page}
    gone, (survivor,) = sorted(set(ticket_ids) - now), now - set(ticket_ids)
    assert len(gone) == 2
    ids = [*gone, ticket_ids[-1], *([survivor] if with_survivor else [])]
    ids = [one for one in ids if one in gone or one in now]
    read = read_batch(session, "tickets", ids, NAMES)
    assert read.aliases == dict.fromkeys(gone, survivor)
    assert read.missing == []
    assert {record["id"] for record in read.records} == {survivor, *ids} - set(gone)
    assert len(read.records) == len({record["id"] for record in read.records})


@pytest.mark.parametrize(("count", "history"), [(0, ()), (101, ()), (51, ["subject"])])
def test_more_ids_than_hubspot_takes_are_refused_before_sending(session, count, history):
    with pytest.raises(ValueError, match="in one batch read"):
        read_batch(session, "tickets", [str(one) for one in range(count)], NAMES, history)
    assert session.calls_made() == 0


def test_many_are_read_in_order_with_as_few_calls_as_can_be(sandbox):
    portal = sandbox(generate=230, seed=2, limits="off", latency_ms=10, jitter_ms=30)
    with open_session(portal) as session:
        ids = [hit.id for page in all_ids(session, "tickets") for hit in page]
        found = list(read_many(session, "tickets", ids, NAMES, history=["subject"]))
    assert [len(batch.records) for batch in found] == [50, 50, 50, 50, 30]
    assert [record["id"] for batch in found for record in batch.records] == ids
    assert session.calls[BATCH_READ, "POST", 200] == 5


@pytest.mark.parametrize("kind", ["502", "504", "524"])
def test_a_batch_that_is_too_heavy_is_read_in_halves(arm, session, ticket_ids, kind):
    served = arm(BATCH_READ, kind, count=6)
    found = list(read_many(session, "tickets", ticket_ids, NAMES))
    assert [record["id"] for batch in found for record in batch.records] == ticket_ids
    assert served() == 6
    assert session.calls[BATCH_READ, "POST", int(kind)] == 6


def test_the_first_error_stops_the_read(arm, session, ticket_ids):
    arm(BATCH_READ, "401", skip=2, count=1000)
    read = []
    with pytest.raises(InvalidAuthentication):
        read.extend(read_many(session, "tickets", ticket_ids * 20, NAMES, ["subject"]))
    assert session.calls_made() < 40


def test_noise_on_the_line_loses_nothing(arm, session, ticket_ids):
    kinds = ["500", "503", "reset", "truncated", "html", "423"]
    for number, kind in enumerate(kinds):
        arm(BATCH_READ, kind, probability=0.05, seed=number)
    found = list(read_many(session, "tickets", ticket_ids * 5, NAMES, ["subject"]))
    assert [record["id"] for batch in found for record in batch.records] == ticket_ids * 5


def test_the_list_is_the_search_in_a_quiet_portal(session, ticket_ids):
    assert [record["id"] for record in listed(session)] == ticket_ids


def test_more_properties_than_an_address_holds_are_all_read(session, ticket_ids):
    names = [f"not_defined_{number:060d}" for number in range(300)]
    records = listed(session, properties=["subject", *names, "hs_pipeline"])
    assert [record["id"] for record in records] == ticket_ids
    assert all({"subject", "hs_pipeline"} <= record["properties"].keys() for record in records)
