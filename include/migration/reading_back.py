"""What the target holds now: read by source key, or by id."""

from collections.abc import Sequence
from typing import Any

from include.hubspot.objects import read_batch
from include.hubspot.paging import results
from include.hubspot.session import HubSpotSession
from include.migration.run import SOURCE_KEY

LIMIT = 100


def by_key(
    session: HubSpotSession,
    object_type: str,
    keys: Sequence[str],
    properties: Sequence[str] = (),
    id_property: str = SOURCE_KEY,
) -> dict[str, dict[str, Any]]:
    """Read living records by a unique property.

    Args:
        session: The portal.
        object_type: tickets, contacts, …
        keys: At most 100 values of `id_property`.
        properties: Names of further properties to read.
        id_property: The unique property.

    Returns:
        Records as sent, by the key that was asked for; what is not there is not in it.

    Raises:
        HubSpotError: As drawn in its room.
    """
    if not keys:
        return {}
    path = session.paths.batch_read(object_type)
    body = {
        "inputs": [{"id": key} for key in keys],
        "idProperty": id_property,
        "properties": [id_property, *properties],
        "propertiesWithHistory": [],
    }
    wanted = {key.lower(): key for key in keys}
    found = {}
    for record in results(session.post(path, body), path):
        key = wanted.get(str(record["properties"].get(id_property) or "").lower())
        if key is not None:
            found[key] = record
    return found


def values_of(
    session: HubSpotSession, object_type: str, ids: Sequence[str], properties: Sequence[str]
) -> dict[str, dict[str, str | None]]:
    """Read properties of living records by id, at most 100; gone ones are not in the answer.

    Raises:
        HubSpotError: As drawn in its room.
    """
    if not ids:
        return {}
    read = read_batch(session, object_type, ids, properties)
    return {str(record["id"]): record["properties"] for record in read.records}
