"""Each run tells what changed in the portal's definitions: result, report and a line."""

import json
from unittest.mock import patch

from include.pipeline.requests import RunRequest
from include.pipeline.steps import extract_step
from tests.faults.nights import night_of


def extract(night):
    with patch.dict("os.environ", DATA_DIR=str(night.folder)):
        night.portal.files.ensure()
        return extract_step(night.portal, night.connection, RunRequest(), night.said.append)


def test_a_new_property_and_a_renamed_stage_are_told(sandbox, tmp_path):
    portal = sandbox(generate=5, limits="off")
    night = night_of(portal, tmp_path)
    assert extract(night)["drift"] == []
    night.load()
    fresh = {"name": "shoe_size", "label": "Shoe size", "type": "number", "fieldType": "number"}
    status, _, _ = portal.call(
        "POST", "/crm/v3/properties/tickets", fresh | {"groupName": "ticketinformation"}
    )
    assert status == 201
    pipeline = portal.get("/crm/v3/pipelines/tickets")["results"][0]
    stage = pipeline["stages"][0]
    path = f"/crm/v3/pipelines/tickets/{pipeline['id']}/stages/{stage['id']}"
    body = {"label": "Brand new", "metadata": stage["metadata"]}
    assert portal.call("PATCH", path, body)[0] == 200
    outcome = extract(night)
    expected = [
        {
            "what": "property",
            "key": ("tickets", "shoe_size"),
            "change": "added",
            "before": None,
            "after": None,
        },
        {
            "what": "stage",
            "key": (pipeline["id"], stage["id"]),
            "change": "renamed",
            "before": stage["label"],
            "after": "Brand new",
        },
    ]
    # A stage has properties of its own, whose labels name it.
    told = [one for one in outcome["drift"] if not one["key"][-1].startswith("hs_")]
    assert told == expected
    others = {one["change"] for one in outcome["drift"] if one not in told}
    assert others == {"renamed", "options changed"}  # of the property that lists the stages
    report = night.portal_files.reports / f"drift-{outcome['run_id']}.json"
    written = json.loads(report.read_text())["changes"]
    assert written == json.loads(json.dumps(outcome["drift"]))
    assert night.said[-1].startswith("definitions changed: 1 property added, ")
    assert "1 stage renamed" in night.said[-1]
