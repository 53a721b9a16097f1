"""Everything of a portal that a migration can touch, as plain values that can be compared."""

TYPES = ("tickets", "contacts", "companies", "deals", "notes", "emails", "tasks")
LINKED = ("contacts", "companies", "deals", "notes", "emails")
# What HubSpot itself says of a record's writes, and its id: different in every run.
_MOVING = ("createdate", "hs_lastmodifieddate", "lastmodifieddate", "hs_object_id", "hs_ticket_id",
           "hs_helpdesk_sort_timestamp", "hs_createdate")  # fmt: skip

# A stage that is deleted leaves its seven properties behind.
_OF_STAGES = ("hs_v2_", "hs_date_entered_", "hs_date_exited_", "hs_time_in_")


def records(portal, object_type):
    """Living records with all their custom values, by id."""
    names = [one["name"] for one in portal.get(f"/crm/v3/properties/{object_type}")["results"]]
    found, after = {}, ""
    while True:
        page = portal.get(f"/crm/v3/objects/{object_type}?limit=100{after}")
        ids = [{"id": one["id"]} for one in page["results"]]
        if ids:
            body = {"inputs": ids, "properties": names}
            for one in portal.post(f"/crm/v3/objects/{object_type}/batch/read", body)["results"]:
                found[one["id"]] = {
                    name: value
                    for name, value in one["properties"].items()
                    if value not in (None, "") and name not in _MOVING and "date_" not in name
                    and "time_in" not in name
                }  # fmt: skip
        following = page.get("paging")
        if not following:
            return found
        after = f"&after={following['next']['after']}"


def links(portal, object_type, ids):
    """Links of tickets: (ticket, other) to its type ids."""
    found = {}
    if not ids:
        return found
    body = {"inputs": [{"id": one} for one in ids]}
    path = f"/crm/v4/associations/tickets/{object_type}/batch/read"
    status, _, answer = portal.call("POST", path, body)
    assert status in (200, 207)
    for row in answer["results"]:
        for to in row["to"]:
            types = sorted(one["typeId"] for one in to["associationTypes"])
            found[row["from"]["id"], str(to["toObjectId"])] = types
    return found


def snapshot(portal):
    """What a migration can touch: records, links, definitions, pipelines, labels, files."""
    state = {object_type: records(portal, object_type) for object_type in TYPES}
    for object_type in LINKED:
        state[f"links {object_type}"] = links(portal, object_type, list(state["tickets"]))
    for object_type in TYPES:
        properties = portal.get(f"/crm/v3/properties/{object_type}")["results"]
        state[f"properties {object_type}"] = {
            one["name"]: [option["value"] for option in one["options"]]
            for one in properties
            if not one["name"].startswith(_OF_STAGES)
        }
        groups = portal.get(f"/crm/v3/properties/{object_type}/groups")["results"]
        state[f"groups {object_type}"] = {one["name"] for one in groups}
    state["pipelines"] = {
        one["label"]: [
            (stage["label"], stage["metadata"]["ticketState"]) for stage in one["stages"]
        ]
        for one in portal.get("/crm/v3/pipelines/tickets")["results"]
    }
    state["labels"] = portal.get("/crm/v4/associations/tickets/contacts/labels")["results"]
    state["files"] = {
        one["path"]: one["fileMd5"]
        for one in portal.get("/files/v3/files/search?limit=100")["results"]
        # the sandbox invents a file for every attachment that names none
        if not one["path"].startswith("/attachment-")
    }
    return state
