"""What changed in a portal's definitions, told before the run that saw it is loaded."""

import orjson
import pytest

from include.warehouse.drift import Change, schema_drift, write_drift
from include.warehouse.files import PortalFiles
from include.warehouse.load import load_pending
from tests.include.warehouse.rows import PORTAL_ID, land, land_and_load, query


@pytest.fixture
def files(tmp_path):
    return PortalFiles(tmp_path, PORTAL_ID).ensure()


def definition(name, kind="string", object_type="tickets", *, archived=False, label="", **options):
    listed = [{"value": value, "label": text} for value, text in options.items()]
    return {
        "object_type": object_type,
        "name": name,
        "label": label or name,
        "type": kind,
        "field_type": "text",
        "options": orjson.dumps(listed).decode(),
        "archived": archived,
    }


def stage(stage_id, label, state="OPEN"):
    return {
        "pipeline_id": "0",
        "id": stage_id,
        "label": label,
        "ticket_state": state,
        "archived": False,
    }


def pipeline(pipeline_id, label):
    return {"id": pipeline_id, "label": label, "archived": False}


BEFORE = {
    "properties": [
        definition("subject"),
        definition("size", "number"),
        definition("colour", "enumeration", red="Red", green="Green"),
        definition("gone"),
        definition("binned"),
        definition("email", object_type="contacts"),
    ],
    "pipelines": [pipeline("0", "Support"), pipeline("9", "Old")],
    "stages": [stage("1", "New"), stage("2", "Waiting")],
}


def test_every_change_of_a_definition_is_told(files):
    land_and_load(files, 1, 1, **BEFORE)
    manifest = land(
        files,
        2,
        2,
        properties=[
            definition("subject", label="Title"),
            definition("size", "string"),
            definition("colour", "enumeration", green="Green", red="Crimson", blue="Blue"),
            definition("binned", archived=True),
            definition("fresh"),
        ],
        pipelines=[pipeline("0", "Help"), pipeline("7", "Sales")],
        stages=[stage("1", "New", "CLOSED"), stage("3", "Done")],
    )
    assert schema_drift(files, manifest) == [
        Change("property", ("tickets", "binned"), "removed"),
        Change("property", ("tickets", "gone"), "removed"),
        Change("property", ("tickets", "fresh"), "added"),
        Change(
            "property",
            ("tickets", "colour"),
            "options changed",
            {"red": "Red"},
            {"red": "Crimson", "blue": "Blue"},
        ),
        Change("property", ("tickets", "size"), "retyped", "number", "string"),
        Change("property", ("tickets", "subject"), "renamed", "subject", "Title"),
        Change("pipeline", ("9",), "removed"),
        Change("pipeline", ("7",), "added"),
        Change("pipeline", ("0",), "renamed", "Support", "Help"),
        Change("stage", ("0", "2"), "removed"),
        Change("stage", ("0", "3"), "added"),
        Change("stage", ("0", "1"), "ticket state changed", "OPEN", "CLOSED"),
    ]


def test_a_first_run_and_the_same_definitions_in_another_order_are_no_change(files):
    assert schema_drift(files, land(files, 1, 1, **BEFORE)) == []
    load_pending(files)
    turned = [definition("colour", "enumeration", green="Green", red="Red"), *BEFORE["properties"]]
    again = BEFORE | {"properties": [turned[0], *(p for p in turned[1:] if p["name"] != "colour")]}
    assert schema_drift(files, land(files, 2, 2, **again)) == []


def test_the_report_is_json_in_the_reports_folder(files):
    land_and_load(files, 1, 1, **BEFORE)
    manifest = land(files, 2, 2, **BEFORE | {"pipelines": [pipeline("0", "Help")]})
    write_drift(files, manifest, schema_drift(files, manifest))
    report = orjson.loads((files.reports / f"drift-{manifest.run_id}.json").read_bytes())
    assert report["changes"] == [
        {"what": "pipeline", "key": ["9"], "change": "removed", "before": None, "after": None},
        {
            "what": "pipeline",
            "key": ["0"],
            "change": "renamed",
            "before": "Support",
            "after": "Help",
        },
    ]


def test_definitions_that_were_never_read_before_are_no_change(files):
    land_and_load(files, 1, 1, owners=[])
    assert schema_drift(files, land(files, 2, 2, **BEFORE)) == []


def test_what_a_run_was_only_shown_is_told_and_stays_new_to_the_next_one(files):
    land_and_load(files, 1, 1, **BEFORE)
    of_tickets = [one for one in BEFORE["properties"] if one["object_type"] == "tickets"]
    shown = land(files, 2, 2, properties_shown=[*of_tickets, definition("fresh")])
    added = [Change("property", ("tickets", "fresh"), "added")]
    assert schema_drift(files, shown) == added
    load_pending(files)
    assert query(files, "select count(*) from raw.properties where name = 'fresh'") == [(0,)]
    tables = "select count(*) from duckdb_tables() where table_name = 'properties_shown'"
    assert query(files, tables) == [(0,)]
    night = land(files, 3, 3, properties=[*BEFORE["properties"], definition("fresh")])
    assert schema_drift(files, night) == added


def test_some_types_may_be_known_from_a_run_on_and_others_only_shown(files):
    land_and_load(files, 1, 1, **BEFORE)
    both = land(
        files,
        2,
        2,
        properties=[definition("phone", object_type="contacts")],
        properties_shown=BEFORE["properties"][:1],
    )
    told = {(one.key, one.change) for one in schema_drift(files, both)}
    assert {(("contacts", "phone"), "added"), (("tickets", "size"), "removed")} < told
