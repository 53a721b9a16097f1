"""Does checked writes: values, history, index, and what HubSpot itself writes because of them."""

from typing import TYPE_CHECKING

from include.sandbox.derived import stage_histories
from include.sandbox.moments import from_person, to_iso
from include.sandbox.record_drafts import Draft
from include.sandbox.records import Record
from include.sandbox.write_checks import current_values

if TYPE_CHECKING:
    from include.sandbox.portal import Portal

# What HubSpot itself writes into a record that an app creates (hubspot-api.md 2.1).
_BIRTH = {"hs_object_source": "API", "hs_object_source_label": "INTERNAL_PROCESSING"}


def apply(portal: "Portal", draft: Draft) -> Record:
    """Do a checked write at the portal's moment."""
    record = _create(portal, draft) if draft.record is None else _update(portal, draft)
    for name, value in draft.values.items():
        portal.unique[draft.object_type].note(name, value, record)
    return record


def _create(portal: "Portal", draft: Draft) -> Record:
    object_type, now = draft.object_type, portal.clock.now()
    store = portal.stores[object_type]
    record = Record(portal.new_id(object_type), now)
    values = {name: value for name, value in draft.values.items() if value}
    if "createdate" in values:  # only where the portal's settings make it writable
        record.created = from_person(values["createdate"])
    _write(portal, object_type, record, _born(object_type, now) | values)
    record.modified = now
    _complete_task(portal, object_type, record, values)
    store.admit([record])
    for link in draft.links:
        target = portal.stores[link.to_type].resolve(link.to_id)
        to_id = link.to_id if target is None else target.id
        portal.associations.link(object_type, record.id, link.to_type, to_id, link.type_id)
    portal.indexes[object_type].touch([record], now)
    return record


def _born(object_type: str, now: int) -> dict[str, str]:
    if object_type != "tickets":
        return _BIRTH
    sort = {"hs_helpdesk_sort_timestamp": to_iso(now), "hs_last_message_from_visitor": "false"}
    return _BIRTH | sort


def _update(portal: "Portal", draft: Draft) -> Record:
    record = draft.record
    assert record is not None  # noqa: S101
    current = current_values(portal, draft.object_type, record)
    changed = {
        name: value for name, value in draft.values.items() if current.get(name, "") != value
    }
    now = portal.clock.now()
    if not changed:
        if portal.settings.no_op_writes == "bump":
            record.modified = max(record.modified, now)
            portal.indexes[draft.object_type].touch([record], now)
        return record
    _write(portal, draft.object_type, record, changed)
    if changed.get("createdate"):
        record.created = from_person(changed["createdate"])
    if "hs_pipeline_stage" in changed and "closed_date" in current:
        _close_again(portal, record, changed)
    _complete_task(portal, draft.object_type, record, changed)
    portal.indexes[draft.object_type].touch([record], now)
    return record


def _write(portal: "Portal", object_type: str, record: Record, values: dict[str, str]) -> None:
    source = portal.sources.code("API", "sandbox")
    _put(portal, object_type, record, values, source)


def _put(
    portal: "Portal", object_type: str, record: Record, values: dict[str, str], source: int
) -> None:
    codes, now = portal.stores[object_type].definitions.codes, portal.clock.now()
    for name, value in values.items():
        record.write(now, codes[name], portal.texts.code(value), source)


def _close_again(portal: "Portal", record: Record, changed: dict[str, str]) -> None:
    """Let a change of stage overrule a `closed_date` that someone wrote before."""
    text, upto = portal.texts.text, record.visible
    code = portal.stores["tickets"].definitions.codes["hs_pipeline_stage"]
    visits = [(when, text[value]) for when, value in record.changes(code, upto)]
    found = stage_histories(visits, record.created, portal.pipelines.closed_stage_ids)
    last = found.get("closed_date")
    if last and last[-1][1] == to_iso(portal.clock.now()) and "closed_date" not in changed:
        source = portal.sources.code("CALCULATED")
        _put(portal, "tickets", record, {"closed_date": last[-1][0]}, source)


def _complete_task(
    portal: "Portal", object_type: str, record: Record, values: dict[str, str]
) -> None:
    """Set a task's completion when its status changes."""
    if object_type != "tasks" or "hs_task_status" not in values:
        return
    done = values["hs_task_status"] == "COMPLETED"
    completion = {
        "hs_task_is_completed": "1" if done else "0",
        "hs_task_completion_date": to_iso(portal.clock.now()) if done else "",
    }
    current = current_values(portal, object_type, record)
    changed = {name: value for name, value in completion.items() if current.get(name, "") != value}
    _put(portal, object_type, record, changed, portal.sources.code("CALCULATED"))
