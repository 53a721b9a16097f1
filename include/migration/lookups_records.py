"""Which of the source's records the target has: by e-mail, by domain, by source key."""

from collections.abc import Iterable, Iterator, Sequence

import orjson

from include.hubspot.associations import read_edges
from include.hubspot.batches import in_order
from include.hubspot.objects import read_many
from include.hubspot.paging import next_after, results
from include.hubspot.session import HubSpotSession
from include.migration.reading_back import LIMIT, by_key
from include.migration.run import SOURCE_KEY, batched

RELATED = ("contacts", "companies", "deals")
ENGAGEMENTS = ("notes", "emails", "calls", "meetings", "tasks")
_DOMAINS, _CHARACTERS = 100, 2_500  # of one search: HubSpot's documents say 3,000 in all
_HITS = 200


def contacts(session: HubSpotSession, emails: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Find contacts by e-mail: (e-mail in lower case, id).

    Raises:
        HubSpotError: As drawn in its room.
    """

    def read(batch: list[str]) -> dict[str, dict]:
        return by_key(session, "contacts", batch, id_property="email")

    for found in in_order(session, batched(emails, LIMIT), read):
        for email, record in found.items():
            yield email, str(record["id"])


def companies(session: HubSpotSession, domains: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Find companies by domain: (domain in lower case, id); several of one domain are several rows.

    Search, for a domain is no unique property: what was made minutes ago may be missing.

    Raises:
        HubSpotError: As drawn in its room.
    """
    path = session.paths.search("companies")
    for batch in _bounded(domains):
        asked = {"propertyName": "domain", "operator": "IN", "values": batch}
        body = {"filterGroups": [{"filters": [asked]}], "properties": ["domain"], "limit": _HITS}
        after: str | None = None
        while True:
            answer = session.post(path, body | ({"after": after} if after else {}))
            for record in results(answer, path):
                domain = str(record["properties"].get("domain") or "").lower()
                if domain in batch:
                    yield domain, str(record["id"])
            after = next_after(answer.json)
            if after is None:
                break


def _bounded(domains: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for domain in domains:
        if batch and (len(batch) == _DOMAINS or sum(map(len, batch)) + len(domain) > _CHARACTERS):
            yield batch
            batch = []
        batch.append(domain)
    if batch:
        yield batch


def unique_values(
    session: HubSpotSession, object_type: str, name: str, values: Iterable[str]
) -> Iterator[tuple[str, str, str, str]]:
    """Find who holds values of a unique property, as `lookups.unique_values`.

    Raises:
        HubSpotError: As drawn in its room.
    """

    def read(batch: list[str]) -> dict[str, dict]:
        return by_key(session, object_type, batch, id_property=name)

    for found in in_order(session, batched(values, LIMIT), read):
        for value, record in found.items():
            yield object_type, name, value, str(record["id"])


def migrated(
    session: HubSpotSession, object_type: str, keys: Iterable[str], properties: Sequence[str]
) -> Iterator[tuple[str, str, str, str]]:
    """Find records by source key, as `lookups.migrated`.

    Raises:
        HubSpotError: As drawn in its room.
    """

    def read(batch: list[str]) -> dict[str, dict]:
        return by_key(session, object_type, batch, properties)

    for found in in_order(session, batched(keys, LIMIT), read):
        for key, record in found.items():
            yield object_type, key, str(record["id"]), _values(record["properties"])


def migrated_engagements(
    session: HubSpotSession, kind: str, ids: Sequence[str], properties: Sequence[str]
) -> Iterator[tuple[str, str, str, str]]:
    """Find those of a kind's engagements that carry a source key, as `lookups.migrated`.

    By the tickets they hang on and not by key: which keys there are is for the plan to say.

    Args:
        session: The portal.
        kind: notes, emails, calls, meetings or tasks.
        ids: Of the engagements that migrated tickets are linked to.
        properties: Names of the properties that a plan may write.

    Raises:
        HubSpotError: As drawn in its room.
    """
    for read in read_many(session, kind, ids, [SOURCE_KEY, *properties]):
        for record in read.records:
            key = record["properties"].get(SOURCE_KEY)
            if key:
                yield kind, key, str(record["id"]), _values(record["properties"])


def ticket_links(
    session: HubSpotSession, ticket_ids: Sequence[str], object_types: Iterable[str]
) -> Iterator[tuple[str, str, str, str]]:
    """Read tickets' links to some object types, as `lookups.ticket_associations`.

    Raises:
        HubSpotError: As drawn in its room.
    """
    for object_type in object_types:
        for batch in read_edges(session, "tickets", object_type, ticket_ids):
            for edge in batch.edges:
                types = orjson.dumps(edge.types, option=orjson.OPT_SORT_KEYS).decode()
                yield edge.from_id, object_type, edge.to_id, types


def engagement_contacts(
    session: HubSpotSession, kind: str, ids: Sequence[str]
) -> Iterator[tuple[str, str, str]]:
    """Read a kind's engagements' links to contacts, as `lookups.engagement_contacts`.

    Raises:
        HubSpotError: As drawn in its room.
    """
    for batch in read_edges(session, kind, "contacts", ids):
        for edge in batch.edges:
            yield kind, edge.from_id, edge.to_id


def _values(properties: dict[str, str | None]) -> str:
    kept = {name: value for name, value in properties.items() if value is not None}
    return orjson.dumps(kept, option=orjson.OPT_SORT_KEYS).decode()
