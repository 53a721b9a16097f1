"""Writes: to one portal only, in batches of which each input has its own end, once."""

import pytest

from include.hubspot import definitions, usage
from include.hubspot.association_writing import Pair, link_batch, link_plainly, unlink_batch
from include.hubspot.associations import read_edges
from include.hubspot.batch_writing import archive_batch, update_batch, upsert_batch
from include.hubspot.errors import (
    DailyLimitReached,
    InvalidAuthentication,
    WriteOverloaded,
    WriteRefused,
    WriteUncertain,
    WrongAccount,
)
from include.hubspot.file_transfer import Download, delete_file, download, find_file, upload
from include.hubspot.objects import read_batch
from include.hubspot.retries import Patience
from include.hubspot.writing import WritingSession
from tests.include.hubspot.sessions import QUICK

KEY = "origin_key"
PLACE = {"hs_pipeline": "0", "hs_pipeline_stage": "1"}


@pytest.fixture
def writing(portal):
    with WritingSession(portal.url, portal.token, portal.portal_id, patience=QUICK) as session:
        definitions.create_property(session, "tickets", {
            "name": KEY, "label": "Key", "type": "string", "fieldType": "text",
            "groupName": "ticketinformation", "hasUniqueValue": True,
        })  # fmt: skip
        yield session


def rows(*keys, **properties):
    return [(key, PLACE | {KEY: key, "subject": key} | properties) for key in keys]


def test_a_token_of_another_portal_writes_nothing(portal):
    with WritingSession(portal.url, portal.token, "1", patience=QUICK) as session:
        with pytest.raises(WrongAccount, match=portal.portal_id):
            archive_batch(session, "tickets", ["1"])
        assert session.writes == 0
    with (
        WritingSession(portal.url, "wrong", portal.portal_id, patience=QUICK) as session,
        pytest.raises(InvalidAuthentication),
    ):
        archive_batch(session, "tickets", ["1"])


def test_a_batch_says_of_every_input_what_became_of_it(writing):
    given = rows("a", "b") + rows("c", hs_ticket_priority="SECRET-WORD") + rows("d")
    written = upsert_batch(writing, "tickets", KEY, given)
    assert sorted(written.records) == [0, 1, 3]
    assert all(record["new"] for record in written.records.values())
    assert written.refused[2].reason == "VALIDATION_ERROR: INVALID_OPTION hs_ticket_priority"
    again = upsert_batch(writing, "tickets", KEY, rows("a", subject="other"))
    assert again.records[0]["new"] is False
    assert again.records[0]["id"] == written.records[0]["id"]


def test_an_answer_without_traces_is_matched_by_key_and_by_id(writing, portal, monkeypatch):
    send = writing.write

    def without_traces(method, path, body=None, **more):
        answer = send(method, path, body, **more)
        for record in answer.json.get("results", []):
            record.pop("objectWriteTraceId", None)
        answer.json.get("results", []).reverse()
        return answer

    monkeypatch.setattr(writing, "write", without_traces)
    written = upsert_batch(writing, "tickets", KEY, rows("x", "Y"))
    assert [written.records[i]["properties"][KEY] for i in (0, 1)] == ["x", "Y"]
    ids = [written.records[i]["id"] for i in (0, 1)]
    updated = update_batch(writing, "tickets", [(one, {"subject": one}) for one in ids])
    assert [updated.records[i]["id"] for i in (0, 1)] == ids


def test_what_an_answer_leaves_out_is_unsettled(writing, monkeypatch):
    send = writing.write

    def forgetful(method, path, body=None, **more):
        answer = send(method, path, body, **more)
        answer.json["results"] = answer.json["results"][:1]
        return answer

    monkeypatch.setattr(writing, "write", forgetful)
    assert upsert_batch(writing, "tickets", KEY, rows("p", "q")).unsettled == [1]


def test_a_batch_that_is_refused_whole_is_found_out_by_halves(writing, monkeypatch):
    send = writing.write

    def strict(method, path, body=None, **more):
        if any(one["id"] == "bad" for one in body["inputs"]):
            raise WriteRefused("refused", status=400)
        return send(method, path, body, **more)

    monkeypatch.setattr(writing, "write", strict)
    written = upsert_batch(writing, "tickets", KEY, rows("g1", "g2", "bad", "g3", "g4"))
    assert (sorted(written.records), list(written.refused)) == ([0, 1, 3, 4], [2])


def test_a_lost_answer_to_an_upsert_doubles_nothing(writing, portal, arm):
    served = arm("*/batch/upsert", "lost_answer")
    written = upsert_batch(writing, "tickets", KEY, rows("once"))
    assert served() == 1
    assert written.records[0]["new"] is False  # the second asking found what the first had made
    found = portal.post("/crm/v3/objects/tickets/search", {"filterGroups": [{"filters": [
        {"propertyName": KEY, "operator": "EQ", "value": "once"}]}]})  # fmt: skip
    assert found["total"] == 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"kind": "lost_answer"}, WriteOverloaded),
        ({"kind": "reset", "at": "after"}, WriteUncertain),
    ],
)
def test_what_would_be_made_twice_is_not_asked_for_twice(writing, portal, arm, fault, kind):
    arm("*/pipelines/tickets", **fault, method="POST")
    stages = [{"label": "One", "displayOrder": 0, "metadata": {"ticketState": "OPEN"}}]
    with pytest.raises(WriteUncertain, match="may have been done") as caught:
        definitions.create_pipeline(writing, "tickets", {"label": "Twin", "stages": stages})
    assert isinstance(caught.value, kind)
    labels = [one["label"] for one in portal.get("/crm/v3/pipelines/tickets")["results"]]
    assert labels.count("Twin") == 1


def test_a_limit_that_is_reached_is_waited_for_also_where_nothing_may_be_doubled(writing, arm):
    served = arm("*/groups", "429", method="POST", count=2, policy="SECONDLY")
    group = {"name": "moved", "label": "Moved"}
    assert definitions.create_group(writing, "tickets", group)["name"] == "moved"
    assert served() == 2
    definitions.archive_group(writing, "tickets", "moved")
    definitions.archive_group(writing, "tickets", "moved")  # gone already is fine


def test_a_refusal_holds_no_value_that_was_written(writing):
    text = "a ticket's own words " * 5000
    with pytest.raises(WriteRefused) as caught:
        writing.write("POST", "/crm/v3/objects/tickets", {"properties": PLACE | {"subject": text}})
    assert "own words" not in str(caught.value)
    assert caught.value.refusal.properties == ("subject",)


def test_links_are_made_labelled_and_taken_apart(writing, portal):
    ticket = upsert_batch(writing, "tickets", KEY, rows("linked")).records[0]["id"]
    contacts = [one["id"] for one in portal.get("/crm/v3/objects/contacts?limit=2")["results"]]
    (label,) = definitions.create_label(
        writing, "tickets", "contacts", {"label": "Payer", "name": "payer"}
    )[:1]
    types = (("HUBSPOT_DEFINED", 16), ("USER_DEFINED", label["typeId"]))
    pairs = [Pair(ticket, contacts[0], types), Pair(ticket, "999", types)]
    refused = link_batch(writing, "tickets", "contacts", pairs)
    assert refused[ticket, "999"].reason == "crm.associations.TO_OBJECT_NOT_FOUND"
    assert list(refused) == [(ticket, "999")]
    assert link_plainly(writing, "tickets", "contacts", [Pair(ticket, contacts[1])]) == {}

    def linked():
        (batch,) = read_edges(writing, "tickets", "contacts", [ticket])
        return {edge.to_id: sorted(one["typeId"] for one in edge.types) for edge in batch.edges}

    assert linked() == {contacts[0]: sorted([16, label["typeId"]]), contacts[1]: [16]}
    unlink_batch(writing, "tickets", "contacts", [Pair(ticket, one) for one in contacts])
    assert linked() == {}
    definitions.delete_label(writing, "tickets", "contacts", label["typeId"])


def test_a_file_is_found_again_in_its_folder(writing):
    file = Download('Rechnung "Süd"\n.txt', "Grüße".encode() * 1000)
    made = upload(writing, "/moved/1", file)
    assert find_file(writing, "/moved/1") == made
    assert download(writing, made).content == file.content
    assert find_file(writing, "/moved/2") is None
    delete_file(writing, made)
    delete_file(writing, made)
    assert find_file(writing, "/moved/1") is None


def test_archived_records_are_gone_and_archiving_again_is_fine(writing):
    record_id = upsert_batch(writing, "tickets", KEY, rows("gone")).records[0]["id"]
    archive_batch(writing, "tickets", [record_id, "12345"])
    archive_batch(writing, "tickets", [record_id])
    assert read_batch(writing, "tickets", [record_id], []).missing == [record_id]


def test_an_account_tells_what_is_left(writing):
    assert usage.daily_calls(writing).left > 1000
    assert usage.custom_properties(writing)["tickets"].used > 0
    assert usage.pipelines(writing)["tickets"].left > 0


def test_a_write_ends_when_patience_does(portal, arm):
    arm("*/batch/archive", "503", count=1000)
    patience = Patience(seconds=0.2, longest_pause=0.05)
    with (
        WritingSession(portal.url, portal.token, portal.portal_id, patience=patience) as session,
        pytest.raises(WriteUncertain, match="may have been done or not"),
    ):
        archive_batch(session, "tickets", ["1"])


def test_an_error_of_a_writing_session_does_not_say_that_nothing_was_changed(writing, arm):
    arm("*/batch/archive", "429", policy="DAILY")
    with pytest.raises(DailyLimitReached, match="what was written before it stands"):
        archive_batch(writing, "tickets", ["1"])
    arm("*/batch/read", "429", policy="DAILY")
    with pytest.raises(DailyLimitReached, match="what was written before it stands"):
        read_batch(writing, "tickets", ["1"], [])
