"""A unique property's value finds what lies in the recycle bin, when the bin is asked for."""

from __future__ import annotations

from tests.include.sandbox.asking import Asker
from tests.include.sandbox.portals import generated_portal

V3 = "/crm/v3/objects"


def test_an_archived_record_is_read_by_its_key_only_where_the_archived_are_asked_for() -> None:
    ask = Asker(generated_portal(5, 1, "2026-06-01T00:00:00Z", limits="off"))
    email = "gone@example.com"
    one = f"{V3}/contacts/{email}?idProperty=email"
    batch = {"idProperty": "email", "inputs": [{"id": email}, {"id": "none@example.com"}]}
    made = ask("POST", f"{V3}/contacts", {"properties": {"email": email}})[1]["id"]

    def found(archived: bool) -> list[str]:
        query = f"archived={str(archived).lower()}"
        status, single = ask("GET", f"{one}&{query}")
        _, read = ask("POST", f"{V3}/contacts/batch/read?{query}", batch)
        ids = [row["id"] for row in read["results"]]
        assert (status == 200) == bool(ids)
        assert status == 404 or (single["id"], single["archived"]) == (ids[0], archived)
        return ids

    assert (found(archived=False), found(archived=True)) == ([made], [])
    assert ask("DELETE", f"{V3}/contacts/{made}")[0] == 204
    assert (found(archived=False), found(archived=True)) == ([], [made])
    again = ask("POST", f"{V3}/contacts", {"properties": {"email": email}})[1]["id"]
    assert (found(archived=False), found(archived=True)) == ([again], [made])
