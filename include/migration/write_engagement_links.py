"""Links of notes, e-mails, calls, meetings and tasks with what they belong to."""

from collections.abc import Iterator

import orjson

from include.hubspot.association_writing import Pair
from include.migration.entries import Planned
from include.migration.links import OF_ENGAGEMENTS, RELATED, Link, LinkWriter
from include.migration.run import Run


def enter(run: Run) -> None:
    """Enter the plan's links of engagements into the ledger."""
    sql = (
        "select object_type, source_key, source_id, links from plan.migration.plan_engagements "
        "order by 1, 2"
    )
    run.enter(
        OF_ENGAGEMENTS,
        (
            Planned(_key(kind, key, link), source_id, None, "create")
            for kind, key, source_id, text in run.rows(sql)
            for link in orjson.loads(text)
        ),
    )


def write(run: Run, kind: str) -> None:
    """Link engagements of one kind with their tickets, contacts, companies and deals.

    Raises:
        HubSpotError: As drawn in its room.
    """
    engagements = {
        key: entry.target_id for key, entry in run.entries(kind).items() if entry.target_id
    }
    ours = {key for key, entry in run.entries(kind).items() if entry.is_ours}
    for object_type in ("tickets", *RELATED):
        others = run.ids(object_type)
        source = _engagement_links(run, kind, object_type, engagements, others)
        LinkWriter(run, OF_ENGAGEMENTS, kind, object_type, ours).write(source, "create")


def _engagement_links(
    run: Run,
    kind: str,
    object_type: str,
    engagements: dict[str, str],
    others: dict[str, str],
) -> Iterator[Link]:
    for key, text in run.rows(
        "select source_key, links from plan.migration.plan_engagements where object_type = ? "
        "order by 1",
        [kind],
    ):
        for link in orjson.loads(text):
            if link["object_type"] != object_type:
                continue
            start, end = engagements.get(key), others.get(link["source_id"])
            pair = Pair(start, end) if start and end else None
            yield Link(_key(kind, key, link), "create", pair)


def _key(kind: str, key: str, link: dict[str, str]) -> str:
    return f"{kind}:{key}>{link['object_type']}>{link['source_id']}"
