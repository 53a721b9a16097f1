"""What a migration left behind, whatever ids the target gave: two runs of one plan are equal."""

from tests.include.migration.portal_state import LINKED, snapshot

KEY = "migration_source_key"
RECORDS = ("tickets", "contacts", "companies", "deals", "notes", "emails", "tasks")


def end_state(portal):
    """The portal with source keys in the place of ids that the target gave."""
    state = snapshot(portal)
    called = {
        record_id: f"{kind} {record.get(KEY, record_id)}"
        for kind in RECORDS
        for record_id, record in state[kind].items()
    }
    stages, labels = _stages(portal), {one["typeId"]: one["label"] for one in state["labels"]}
    files = {
        one["id"]: one["path"] for one in portal.get("/files/v3/files/search?limit=100")["results"]
    }
    for kind in RECORDS:
        named = [(called[i], _named(r, stages, files)) for i, r in state[kind].items()]
        assert len({name for name, _ in named}) == len(named), "a source key stands twice"
        state[kind] = dict(named)
    for kind in LINKED:
        state[f"links {kind}"] = {
            (called[a], called[b]): sorted(str(labels.get(one, one)) for one in types)
            for (a, b), types in state[f"links {kind}"].items()
        }
    state["labels"] = sorted((one["category"], one["label"] or "") for one in state["labels"])
    return state


def _stages(portal):
    named = {}
    for pipeline in portal.get("/crm/v3/pipelines/tickets")["results"]:
        named[pipeline["id"]] = pipeline["label"]
        named |= {stage["id"]: stage["label"] for stage in pipeline["stages"]}
    return named


def _named(record, stages, files):
    named = dict(record)
    for name in ("hs_pipeline", "hs_pipeline_stage"):
        if name in named:
            named[name] = stages[named[name]]
    if "hs_attachment_ids" in named:
        named["hs_attachment_ids"] = [files[one] for one in named["hs_attachment_ids"].split(";")]
    return named
