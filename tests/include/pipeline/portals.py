"""A portal and its warehouse, read in this process: extraction and load, without dbt."""

import duckdb
import orjson
import pytest

from include.pipeline.connections import Connection
from include.pipeline.registry import Portal
from include.pipeline.requests import RunRequest
from include.pipeline.steps import Night, plan_step
from include.warehouse.files import PortalFiles
from tests.faults.nights import Unlimited


class Synced:
    """A running sandbox, and a warehouse that is loaded from it."""

    def __init__(self, sandbox, folder, *, hold_back=60, **entry):
        self.sandbox = sandbox
        self.folder = folder
        self.hold_back = hold_back
        self.portal = Portal("test", sandbox.portal_id, "hubspot_test", "0 2 * * *", **entry)
        self.files = PortalFiles(folder, sandbox.portal_id)
        self.said = []

    def sync(self, mode="incremental", **request) -> dict:
        """Read and load; returns what the extraction says of itself."""
        connection = Connection(self.sandbox.url, self.sandbox.token)
        night = Night(self.portal, connection, RunRequest(mode, **request), self.said.append)
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("DATA_DIR", str(self.folder))
            patched.setattr("include.pipeline.reading.reading.ThreadLimiter", Unlimited)
            patched.setenv("HOLD_BACK_MINUTES", str(self.hold_back))
            return night.run(["extract", "load"], command="a test")["extract"]

    def plan(self, mode="incremental") -> dict:
        """Say what the next read would cost."""
        connection = Connection(self.sandbox.url, self.sandbox.token)
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("DATA_DIR", str(self.folder))
            patched.setattr("include.pipeline.reading.reading.ThreadLimiter", Unlimited)
            return plan_step(self.portal, connection, RunRequest(mode))

    def ask(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.files.warehouse), read_only=True) as warehouse:
            return warehouse.execute(sql).fetchall()

    def ids(self, sql: str) -> set[str]:
        return {row[0] for row in self.ask(sql)}

    def properties(self, table: str, record_id: str) -> dict:
        [(text,)] = self.ask(f"select properties from raw.{table} where id = '{record_id}'")
        return orjson.loads(text)

    def tickets(self) -> list[str]:
        return sorted(self.ids("select id from raw.tickets where not archived"))

    def listed(self, *, archived: bool = False) -> list[str]:
        """Ids of the tickets that the portal itself lists, which are fewer than a hundred."""
        flag = str(archived).lower()
        page = self.sandbox.get(f"/crm/v3/objects/tickets?limit=100&archived={flag}")
        assert "paging" not in page
        return [record["id"] for record in page["results"]]

    def standing(self, kind: str) -> set[str]:
        """Ids of the objects of a type that tickets are linked to."""
        return self.ids(
            "select object_id from raw.ticket_associations "
            f"where object_type = '{kind}' and gone_at is null"
        )


def answered(expected: int, answer: tuple) -> dict:
    status, _, body = answer
    assert status == expected, body
    return body
