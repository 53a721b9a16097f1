"""Search: matches come from its own index, rows from the records as they are now."""

from typing import Any

from include.sandbox.portal import Portal
from include.sandbox.search_query import parse, refuse_by_switch
from include.sandbox.serving.call import Call
from include.sandbox.serving.endpoint import Endpoint


def search(portal: Portal, call: Call) -> dict[str, Any]:
    """Answer a search.

    Rows are hydrated after the match, so one that changed since it was indexed may lie outside
    the filters, and one that was archived since is not returned though `total` counts it.
    """
    object_type = call.path["object_type"]
    query, settings = parse(call.body()), portal.settings
    since_1970 = settings.epoch_filters == "error"
    refuse_by_switch(query, settings.filter_characters, since_1970=since_1970)
    now = portal.clock.now()
    total, ids = portal.searches[object_type].run(query, now)
    store, reader = portal.stores[object_type], portal.readers[object_type]
    plan = reader.plan(query.properties)
    records = [store.records[i] for i in ids]
    body: dict[str, Any] = {
        "total": total,
        "results": [
            reader.body(record, plan, now)
            for record in records
            if record.archived_at is None and record.merged_into is None
        ],
    }
    following = query.after + query.limit
    if following < total and query.limit:
        body["paging"] = {"next": {"after": str(following)}}
    return body


ENDPOINTS = [
    Endpoint(
        "POST",
        "/crm/v3/objects/{object_type}/search",
        "/crm/objects/{D}/{object_type}/search",
        search,
        is_search=True,
    )
]
