"""What the target is asked before a plan: its definitions, and which records it has already."""

import pytest

from include.migration.files import MigrationFiles
from include.migration.lookups import look_up
from include.warehouse.connection import attached, open_memory, open_warehouse
from include.warehouse.files import PortalFiles
from tests.include.hubspot.sessions import open_session
from tests.include.migration.plans import SOURCE, TARGET, key, small_plan


def source_warehouse(path, target):
    """Three contacts (one of them known to the target), two companies, tickets 1 and 99."""
    known = target.get("/crm/v3/objects/contacts?limit=1&properties=email")["results"][0]
    company = target.get("/crm/v3/objects/companies?limit=1&properties=domain")["results"][0]
    rows = {
        "contacts": [{"email": known["properties"]["email"].upper()}, {"email": "no@x.com"}, {}],
        "companies": [{"domain": company["properties"]["domain"]}, {"domain": "nowhere.test"}],
        "tickets": [{"subject": "one"}],
    }
    with open_warehouse(path) as connection:
        connection.execute("create schema raw")
        for table, records in rows.items():
            connection.execute(f"create table raw.{table} (id varchar, properties varchar)")
            for number, properties in enumerate(records, start=1):
                values = [str(number), str(properties).replace("'", '"')]
                connection.execute(f"insert into raw.{table} values (?, ?)", values)
    return known["id"], company["id"]


@pytest.fixture
def asked(tmp_path, portals):
    """Look up in a target into which `small_plan` was written."""
    files, seal = small_plan().save(tmp_path)
    portals.write(files, seal.plan_hash)
    warehouse = tmp_path / "source.duckdb"
    ids = source_warehouse(warehouse, portals.target)
    with open_session(portals.target) as session:
        look_up(MigrationFiles(PortalFiles(tmp_path, TARGET), SOURCE), warehouse, session)
    with open_memory() as connection, attached(connection, files.lookups, "found"):
        connection.execute("use found")
        yield connection, ids
        connection.execute("use memory")


def test_a_target_is_asked_for_all_that_a_plan_needs(asked):
    connection, (contact, company) = asked

    def all_of(sql):
        return connection.execute(sql).fetchall()

    assert [row[1] for row in all_of("from lookups.contacts")] == [contact]
    assert [row[1] for row in all_of("from lookups.companies")] == [company]
    ((kind, name, properties),) = all_of(
        "select object_type, source_key, properties from lookups.migrated "
        "where object_type = 'tickets'"
    )
    assert (kind, name) == ("tickets", key(1))
    assert '"tier":"gold"' in properties
    notes = all_of("select source_key from lookups.migrated where object_type = 'notes'")
    assert notes == [(key(801, "notes"),)]
    links = all_of("select object_type from lookups.ticket_associations order by 1")
    assert links == [("companies",), ("contacts",), ("notes",)]
    ((note, linked_contact),) = all_of(
        "select migrated.source_key, target_contact_id from lookups.engagement_contacts "
        "join lookups.migrated on target_id = target_engagement_id"
    )
    assert note == key(801, "notes")
    assert all_of(
        "select target_object_id from lookups.ticket_associations where object_type = 'contacts'"
    ) == [(linked_contact,)]
    flags = all_of(
        "select is_read_only, is_unique from lookups.properties where object_type = 'tickets' "
        "and name in ('createdate', 'migration_source_key') order by name"
    )
    assert flags == [(True, False), (False, True)]
    ((source_id, target_id, zone),) = all_of("select * exclude (looked_up_at) from meta.lookups")
    assert (source_id, target_id, zone) == (SOURCE, TARGET, zone)
    assert all_of("select count(*) > 5 from lookups.owners") == [(True,)]
