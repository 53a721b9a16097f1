import pytest

from include.warehouse.connection import open_warehouse
from include.warehouse.known import KnownVersions
from tests.include.warehouse.rows import at, edge, entry, land_and_load, read_of, record


@pytest.fixture
def portal(files):
    land_and_load(
        files,
        1,
        10,
        tickets=[record("1", 5), record("2", 6), record("3", 7, archived=True), record("4", 5)],
        notes=[record("n1", 5)],
        ticket_associations=[
            edge("1", "n1", "notes"),
            edge("1", "n2", "notes"),
            edge("2", "n2", "notes"),
            edge("1", "e1", "emails"),
        ],
        ticket_association_reads=[
            read_of("1", "notes"),
            read_of("2", "notes"),
            read_of("1", "emails"),
        ],
        engagement_associations=[
            {
                "engagement_type": "notes",
                "engagement_id": "n1",
                "object_type": "contacts",
                "object_id": "c7",
                "types": "[]",
            }
        ],
        engagement_association_reads=[
            {"engagement_type": "notes", "engagement_id": "n1", "object_type": "contacts"}
        ],
    )
    return files


def test_who_an_engagement_is_linked_to_is_referenced(portal):
    with KnownVersions(portal) as known:
        assert known.referenced("contacts", ["c8", "c7"]) == ["c7"]
        assert known.referenced("companies", ["c7"]) == []


def test_engagement_links_differ_where_a_contact_came_or_went_or_none_was_read(portal):
    with KnownVersions(portal) as known:
        assert known.engagement_links_differ("notes", ["n1"], [("n1", "c7", "[]")]) == []
        assert known.engagement_links_differ("notes", ["n1"], [("n1", "c8", "[]")]) == ["n1"]
        assert known.engagement_links_differ("notes", ["n1"], []) == ["n1"]
        assert known.engagement_links_differ("notes", ["n2", "n1"], [("n1", "c7", "[]")]) == ["n2"]
        assert known.engagement_links_differ("calls", ["n1"], []) == ["n1"]


def test_tickets_linked_to_are_those_whose_link_stands(portal):
    with KnownVersions(portal) as known:
        assert known.tickets_linked_to("notes", ["n2", "n9"]) == ["1", "2"]
        assert known.tickets_linked_to("emails", ["n2"]) == []
    land_and_load(portal, 2, 20, ticket_association_reads=[read_of("1", "notes")])
    with KnownVersions(portal) as known:
        assert known.tickets_linked_to("notes", ["n1", "n2"]) == ["2"]


def test_tickets_without_links_are_the_live_ones_never_asked(portal):
    with KnownVersions(portal) as known:
        assert known.tickets_without_links("notes") == ["4"]
        assert known.tickets_without_links("emails") == ["2", "4"]
        assert known.tickets_without_links("calls") == ["1", "2", "4"]


def test_links_read_longest_ago_come_first_and_those_of_gone_tickets_never(portal):
    asked = [read_of(ticket, "notes") for ticket in ("2", "3", "5", "6")]
    merged = [entry("6", "hs_merged_object_ids", 18, "5")]
    tickets = [record("5", 9), record("6", 18)]
    rows = {"ticket_association_reads": asked, "ticket_property_history": merged}
    land_and_load(portal, 2, 20, tickets=tickets, **rows)
    with KnownVersions(portal) as known:
        found = known.links_read_longest_ago(["notes", "emails", "calls"], 9)
        assert sorted(found) == [
            ("emails", at(10).replace(tzinfo=None), "1"),
            ("notes", at(10).replace(tzinfo=None), "1"),
            ("notes", at(20).replace(tzinfo=None), "2"),
            ("notes", at(20).replace(tzinfo=None), "6"),
        ]
        assert [one for _, _, one in known.links_read_longest_ago(["notes"], 1)] == ["1"]


def test_tickets_with_links_are_those_from_which_one_stands(portal):
    with KnownVersions(portal) as known:
        assert known.with_links("notes", ["1", "2", "4"]) == {"1", "2"}
        assert known.with_links("emails", ["2"]) == set()
    land_and_load(portal, 2, 20, ticket_association_reads=[read_of("1", "notes")])
    with KnownVersions(portal) as known:
        assert known.with_links("notes", ["1", "2"]) == {"2"}


def test_a_warehouse_of_an_earlier_version_knows_nothing_of_later_tables(portal):
    with open_warehouse(portal.warehouse) as connection:
        for table in ("notes", "engagement_associations", "threads", "files"):
            connection.execute(f"drop table raw.{table}")
    with KnownVersions(portal) as known:
        assert known.stale("notes", [("n1", at(5))]) == ["n1"]
        assert known.missing("files", ["f1"]) == ["f1"]
        assert known.live("threads", ["t1"]) == []
        assert known.linked_but_unread("notes") == ["n1", "n2"]
        assert known.referenced("contacts", ["c7"]) == []
