"""Who is who in the target: people who were made again, adopted, declared one; another source."""

import json

import pytest

from include.migration import plan_file
from include.migration.choices import PlanChoices
from include.pipeline.migration.models import build_reconciliation
from tests.dbt_project.migration.migrated import CHOICES, Migrated
from tests.dbt_project.migration.migration_portal import (
    AS_OF,
    BORN,
    SOURCE,
    TARGET,
    MigrationPortal,
    listed,
)
from tests.dbt_project.migration.portals import source_portal, target_portal, write_source_marts
from tests.dbt_project.migration.run import pair
from tests.dbt_project.migration.writing import Writer, write_ledger


def made_again(portal: MigrationPortal, old: str, new: str) -> None:
    """Delete a contact and make one of the same address, with the same links."""
    (row,) = (one for one in portal.rows["contacts"] if one["id"] == old)
    portal.record("contacts", new, **json.loads(row["properties"]))
    row |= {"archived": True, "archived_at": AS_OF}
    for table in ("ticket_associations", "engagement_associations"):
        for link in list(portal.rows[table]):
            if (link["object_type"], link["object_id"]) == ("contacts", old):
                portal.rows[table].append(link | {"object_id": new})
                link["gone_at"] = AS_OF


@pytest.mark.slow
def test_people_made_again_adopted_or_declared_one_keep_their_links(tmp_path, monkeypatch) -> None:
    maps = tmp_path / "maps.csv"
    maps.write_text("kind,source_value,target_value,reason\ncontact,304,5001,they married\n")

    def change(_, target: MigrationPortal) -> None:
        target.record("contacts", "5009", email="first@example.com")  # c3@example.com is its second

    moved = Migrated(tmp_path / "data", monkeypatch, maps=maps, change=change,
                     adopted={"303": "5009"})  # fmt: skip
    (shared,) = (
        row for row in moved.planned["plan_associations"]
        if (row["source_ticket_id"], row["object_type"]) == ("11", "contacts")
    )  # fmt: skip
    assert shared["source_object_id"] == "301"
    assert {(one["typeId"], one.get("label")) for one in json.loads(shared["types"])} == {
        (16, None), (37, "Requester"),
    }  # fmt: skip
    assert not moved.reconcile().passed
    # nobody told who was adopted
    assert {found[:2] for found in moved.unexplained()} == {
        ("link_missing", "13"), ("link_extra", "13"),
    }  # fmt: skip
    write_ledger(moved.pair.files.outcome, moved.writer, SOURCE)
    assert moved.reconcile().passed
    moved.plan()
    assert not moved.still_to_write()
    made_again(moved.source, "302", "306")
    made_again(moved.source, "301", "305")
    moved.pair.put(moved.pair.source, moved.source)
    moved.plan()
    known = {row["source_id"]: row["target_id"] for row in moved.pair.planned()["plan_contacts"]}
    assert (known["305"], known["306"]) == ("5001", moved.writer.ids["contacts", "302"])
    assert not {"301", "302"} & known.keys()
    assert not moved.still_to_write()
    verdict = moved.reconcile()
    assert verdict.passed, moved.unexplained()


def test_who_was_matched_by_a_first_few_tickets_stays_matched(tmp_path, monkeypatch) -> None:
    made = pair(tmp_path, monkeypatch)
    made.put(made.source, source_portal())
    write_source_marts(made.source.files.published, [], [])
    target = target_portal()
    made.plan(target, PlanChoices(filter=(("hs_pipeline", "77"),)))
    writer = Writer(target, made.planned())
    writer.write()
    write_ledger(made.files.outcome, writer, SOURCE)
    made.plan(target)
    companies = {
        row["source_id"]: (row["action"], row["target_id"])
        for row in made.planned()["plan_companies"]
    }
    assert companies == {"401": ("create", None), "402": ("match", "5002")}


def second_source() -> MigrationPortal:
    """A smaller portal that knows one of the first one's people, and has one pipeline."""
    portal = MigrationPortal("3333")
    portal.staged("0", "Support Pipeline", [("1", "New", "OPEN"), ("4", "Closed", "CLOSED")])
    portal.owner("901", "ana@example.com")
    portal.record("contacts", "801", email="c2@example.com", firstname="Zwei")
    portal.record("companies", "802", domain="one.example", name="Eins")
    for number in ("91", "92"):
        portal.ticket(number, BORN, [("subject", BORN, f"Other {number}")], hs_pipeline="0",
                      hs_pipeline_stage="1", content="of another portal")  # fmt: skip
        portal.link(number, "contacts", "801")
        portal.link(number, "companies", "802", types=((339, None),))
    for row in portal.rows["ticket_associations"]:
        row["types"] = row["types"].replace('"X"', '"HUBSPOT_DEFINED"')
    portal.record("notes", "9001", hs_timestamp="2026-06-01T10:00:00.000Z", hs_note_body="Here")
    portal.link("91", "notes", "9001")
    return portal


@pytest.mark.slow
def test_a_second_source_in_the_same_target_and_renamed_stages_confuse_nobody(
    tmp_path, monkeypatch
) -> None:
    moved = Migrated(tmp_path, monkeypatch, tickets=3)
    write_ledger(moved.pair.files.outcome, moved.writer, SOURCE)
    other = pair(tmp_path, monkeypatch, "3333")
    other.put(other.source, second_source())
    write_source_marts(other.source.files.published, [], [])
    other.plan(moved.target)
    plan_file.seal(other.files.plan, "3333", TARGET, CHOICES)
    contacts = other.planned()["plan_contacts"]
    assert [row["target_id"] for row in contacts] == [moved.writer.ids["contacts", "302"]]
    writer = Writer(moved.target, other.planned(), first=800_000)
    writer.write()
    write_ledger(other.files.outcome, writer, "3333")
    assert moved.reconcile().passed, moved.unexplained()
    assert build_reconciliation(other.source, other.target).passed
    # what bears no mark any more is in the other one's ledger
    for row in moved.target.rows["tickets"]:
        if row["id"] == writer.ids["tickets", "91"]:
            kept = {"hs_object_source": "INTEGRATION", "hs_object_source_id": "app-1"}
            row["properties"] = json.dumps(kept | {"subject": "bare"})
    labels = {"Scheduled": "Planned", "Requested": "Scheduled"}
    for stage in moved.target.rows["stages"]:
        stage["label"] = labels.get(stage["label"], stage["label"])
    assert not moved.reconcile().passed
    assert moved.unexplained() == {
        ("stage_renamed", f"77/{one}", moved.writer.stages["77", one]) for one in ("771", "772")
    }


@pytest.mark.slow
def test_an_option_that_the_target_refuses_is_listed_and_hides_no_known_one(
    tmp_path, monkeypatch
) -> None:
    def change(source: MigrationPortal, target: MigrationPortal) -> None:
        (mail,) = source.rows["emails"]
        mail["properties"] = json.dumps(
            json.loads(mail["properties"]) | {"hs_email_status": "LOST", "mood": "calm"}
        )
        ticket = source.rows["tickets"][0]
        values = json.loads(ticket["properties"]) | {"services": "net;tel"}
        ticket["properties"] = json.dumps(values)
        target.define("tickets", "services", "enumeration", "checkbox",
                      options=listed("net", "tv"), fixed=True)  # fmt: skip

    moved = Migrated(tmp_path, monkeypatch, change=change)
    listed_now = {
        (row["object_type"], row["field"], row["value"])
        for row in moved.planned["plan_exceptions"]
        if row["kind"] == "unmapped_option"
    }
    assert listed_now == {
        ("tickets", "services", "tel"), ("emails", "hs_email_status", "LOST: 1 records"),
    }  # fmt: skip
    target_id = moved.writer.ids["tickets", "11"]
    (ticket,) = (row for row in moved.target.rows["tickets"] if row["id"] == target_id)
    assert json.loads(ticket["properties"])["services"] == "net"
    assert moved.reconcile().passed, moved.unexplained()
    explained = moved.rows(
        "select object_type, source_id, field from marts.reconciliation_differences "
        "where kind = 'expected_option' or (kind = 'expected_unwritten' and level <> 'fields')"
    )
    assert set(explained) == {
        ("tickets", "11", "services"), ("tickets", "15", "services"),
        ("emails", "9002", "hs_email_status"), ("emails", None, "mood"),
    }  # fmt: skip
    values = json.loads(ticket["properties"]) | {"services": ""}
    ticket["properties"] = json.dumps(values)
    assert not moved.reconcile().passed
    assert moved.unexplained() == {("value_missing", "11", target_id)}
