"""A plan is what is still to be written, and nothing more; what cannot be followed is refused."""

import json

import pytest

from include.migration import plan_file
from include.migration.choices import PlanChoices
from include.pipeline.errors import BadRequest
from tests.dbt_project.migration.migration_portal import AS_OF, SOURCE, TARGET, iso
from tests.dbt_project.migration.portals import source_portal, target_portal, write_source_marts
from tests.dbt_project.migration.run import pair
from tests.dbt_project.migration.writing import Writer

pytestmark = pytest.mark.slow


@pytest.fixture
def planned(tmp_path, monkeypatch):
    made = pair(tmp_path, monkeypatch)
    made.put(made.source, source_portal())
    write_source_marts(made.source.files.published, [], [])
    return made


def seal(made) -> str:
    return plan_file.seal(made.files.plan, SOURCE, TARGET, {}).plan_hash


def actions(rows: list[dict]) -> dict[str, str]:
    return {row["source_id"]: row["action"] for row in rows}


def test_equal_inputs_have_an_equal_hash_and_a_changed_value_another(planned) -> None:
    target = target_portal()
    planned.plan(target)
    first = seal(planned)
    planned.plan(target)
    assert seal(planned) == first
    source = source_portal()
    source.rows["tickets"][0]["properties"] = json.dumps(
        json.loads(source.rows["tickets"][0]["properties"]) | {"subject": "Printers"}
    )
    planned.put(planned.source, source)
    planned.plan(target)
    assert seal(planned) != first


def test_a_second_plan_holds_what_changed_at_the_source(planned) -> None:
    target = target_portal()
    planned.plan(target)
    plan = planned.planned()
    assert actions(plan["plan_tickets"]) == dict.fromkeys(
        ["11", "12", "13", "14", "15"], "create"
    ) | {"16": "skip"}
    Writer(target, plan).write()
    source = source_portal()
    ticket = source.rows["tickets"][3]
    ticket["updated_at"] = source.data_as_of
    ticket["properties"] = json.dumps(
        json.loads(ticket["properties"]) | {"subject": "somebody's", "hs_pipeline_stage": "771"}
    )
    source.link("14", "contacts", "301", types=((16, None),))
    entry = next(
        row for row in source.rows["ticket_property_history"]
        if (row["ticket_id"], row["property_name"]) == ("14", "subject")
    )  # fmt: skip
    grown = {"changed_at": source.data_as_of, "value": "somebody's"}
    source.rows["ticket_property_history"].append(entry | grown)
    note = source.rows["notes"][0]
    note["properties"] = json.dumps(
        json.loads(note["properties"]) | {"hs_note_body": "<p>Seen again</p>"}
    )
    planned.put(planned.source, source)
    planned.plan(target, PlanChoices(delta=True, fallback_owner="desk@example.com"))
    plan = planned.planned()
    changed = {row["source_id"]: row for row in plan["plan_tickets"] if row["action"] == "update"}
    assert json.loads(changed.pop("14")["properties"]) == {
        "hs_pipeline": "77", "hs_pipeline_stage": "771", "subject": "somebody's",
        "source_modified_at": iso(source.data_as_of), "source_stage": "Requested",
    }  # fmt: skip
    assert not changed
    assert [
        (row["source_ticket_id"], row["source_object_id"]) for row in plan["plan_associations"]
    ] == [("14", "301")]
    names = ("kind", "source_id", "action")
    assert sorted(tuple(row[name] for name in names) for row in plan["plan_engagements"]) == [
        ("engagement", "9001", "update"),
        ("history", "14", "update"),
    ]


def test_a_limit_takes_the_oldest_and_a_filter_those_that_fulfil_it(planned) -> None:
    planned.plan(target_portal(), PlanChoices(limit=2))
    assert actions(planned.planned()["plan_tickets"]) == {"11": "create", "12": "create"}
    planned.plan(target_portal(), PlanChoices(filter=(("hs_pipeline", "77"),)))
    plan = planned.planned()
    assert actions(plan["plan_tickets"]) == {"12": "create", "14": "create"}
    assert {row["source_id"] for row in plan["plan_contacts"]} == {"302", "304"}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("stage,Support Pipeline / Old,New,", "the source has no stage"),
        ("stage,Support Pipeline / New,Newest,", "the target has no stage labelled Newest"),
        ("owner,bo@example.com,nobody@example.com,", "no active owner"),
        ("stages,a,b,", "no kind of map"),
        ("property,subject,content,", "content is written into the target's content"),
        ("property,subject,source_stage,", "the migration itself is written into"),
    ],
)
def test_a_map_that_names_what_is_not_there_is_refused_and_leaves_no_plan(
    planned, tmp_path, row, words
) -> None:
    maps = tmp_path / "maps.csv"
    maps.write_text(f"kind,source_value,target_value,reason\n{row}\n")
    with pytest.raises(BadRequest, match=words):
        planned.plan(target_portal(), maps=maps)
    assert not planned.files.plan.exists()


def test_a_file_is_planned_under_the_name_that_it_is_downloaded_and_uploaded_by(planned) -> None:
    source = source_portal()
    for file_id, told in {
        "7104": {"name": "log.txt", "extension": "txt"},
        "7105": {"name": "a.pdf.zip", "extension": "pdf"},
        "7106": {"name": "", "extension": "png"},
        "7107": {},
        "7108": {"name": "README", "extension": ""},
    }.items():
        source.rows["files"] = [row for row in source.rows["files"] if row["id"] != file_id]
        source.answer("files", file_id, AS_OF, id=file_id, size=3, **told)
    for row in source.rows["notes"]:
        values = json.loads(row["properties"])
        if "hs_attachment_ids" in values:
            values["hs_attachment_ids"] += ";7105;7106;7107;7108"
        row["properties"] = json.dumps(values)
    planned.put(planned.source, source)
    planned.plan(target_portal())
    names = {row["source_id"]: row["name"] for row in planned.planned()["plan_files"]}
    assert names == {
        "7101": "Scan of bill.pdf", "7102": "7102", "7103": "photo.png", "7104": "log.txt",
        "7105": "a.pdf.zip.pdf", "7106": "7106.png", "7107": "7107", "7108": "README",
    }  # fmt: skip


def test_what_cannot_stay_as_it_is_is_listed_before_the_first_write(planned) -> None:
    target = target_portal()
    target.define("tickets", "only_here", "string", "text")
    source = source_portal()
    source.define("tickets", "technician", "enumeration", "select")
    ticket = source.rows["tickets"][0]
    ticket["properties"] = json.dumps(json.loads(ticket["properties"]) | {"technician": "501"})
    planned.put(planned.source, source)
    planned.plan(target, PlanChoices())
    plan = planned.planned()
    listed = {(row["kind"], row["field"], row["value"]) for row in plan["plan_exceptions"]}
    assert listed == {
        ("orphan", "contacts", "309"), ("property_conflict", "only_here", "1 tickets"),
        ("owner_without_target", "hubspot_owner_id", "gone@example.com"),
        ("owner_without_target", "hubspot_owner_id", "bo@example.com"),
        ("read_only_property", "closed_date", "1 tickets"),
        ("skipped_property", "hs_inbox_id", "1 tickets"),
        ("skipped_property", "hubspot_team_id", "1 tickets"),
        ("refused_value", "hs_task_is_completed", "1 records"),
        ("owner_ids_kept", "technician", "1 owners"), ("file_listed", None, None),
    }  # fmt: skip
    assert all(row["reason"] for row in plan["plan_exceptions"])
