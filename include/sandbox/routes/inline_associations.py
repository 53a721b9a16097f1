"""The `associations=` of list and single reads, with the quirks that v3 has."""

from typing import Any

from include.sandbox.association_types import v3_name
from include.sandbox.portal import Portal
from include.sandbox.serving.call import Call
from include.sandbox.store import object_type_of

MOST = 100


def inline_associations(
    portal: Portal, call: Call, object_type: str, record_id: int, body: dict[str, Any]
) -> None:
    """Add a record's links to its body.

    A pair stands once for each of its types, and at most 100 entries stand there
    (airbyte#14390, hubspot-api.md 3.2): the traps of this way of reading links.
    """
    shown: dict[str, Any] = {}
    for name in call.names("associations"):
        other_type = object_type_of(name)
        if other_type is None:
            continue
        entries = [
            {"id": str(other), "type": v3_name(object_type, other_type, type_id)}
            for other, type_ids in sorted(
                portal.readers[object_type].links(object_type, other_type, record_id).items()
            )
            for type_id in type_ids
        ]
        if entries:
            shown[other_type] = {"results": entries[:MOST]}
        if len(entries) > MOST:
            after = entries[MOST]["id"]
            path = f"/crm/v3/objects/{object_type}/{record_id}/associations/{other_type}"
            link = f"{call.origin}{path}?after={after}"
            shown[other_type]["paging"] = {"next": {"after": after, "link": link}}
    if shown:
        body["associations"] = shown
