from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from include.sandbox.dataset import load_dataset
from include.sandbox.errors import BrokenDataset
from tests.datasets import write_dataset, write_table
from tests.include.sandbox.portals import at, dataset_portal, record

TICKET = {"ticket_id": 1, "created_at": at(1), "subject": "a"}
STAGES = [
    ("p", "new", "New", 0, "OPEN"),
    ("p", "done", "Done", 1, "CLOSED"),
]


def good(**files: Any) -> dict[str, Any]:
    return {
        "pipelines": [("p", "Support", 0)],
        "stages": STAGES,
        "properties": [("colour", "Colour", "string", "text", "g", "")],
        "owners": [("5", "a@example.com", "A", "B", "false")],
        "contacts": [{"id": 7, "email": "c@example.com"}],
        "tickets": [TICKET],
        "property_changes": [(1, at(2), "hs_pipeline_stage", "new", "CRM_UI", "x")],
        "associations": [("tickets", 1, "contacts", 7, 16, "", at(1), "")],
    } | files


def test_a_sound_dataset_loads_whole(tmp_path: Path) -> None:
    portal = dataset_portal(write_dataset(tmp_path, **good()))
    assert portal.id == 4_980_777
    assert portal.stores["tickets"].live == [1]
    assert record(portal, 1)["properties"]["hs_pipeline_stage"] == "new"
    assert portal.associations.of("tickets", "contacts", 1) == {7: (16,)}


def test_a_dataset_of_nothing_but_a_manifest_is_an_empty_portal_with_hubspots_pipeline(
    tmp_path: Path,
) -> None:
    portal = dataset_portal(write_dataset(tmp_path))
    assert portal.stores["tickets"].live == []
    assert [pipeline.id for pipeline in portal.pipelines.all] == ["0"]


CHANGE = "property_changes"
REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    (
        "unknown stage",
        {CHANGE: [(1, at(2), "hs_pipeline_stage", "nope", "", "")]},
        "property_changes.csv.gz, line 2",
        "stage 'nope' is unknown",
    ),
    (
        "unknown stage at creation",
        {"tickets": [TICKET | {"hs_pipeline_stage": "nope"}]},
        "tickets.csv.gz, line 2",
        "stage 'nope' is unknown",
    ),
    (
        "unknown pipeline",
        {"tickets": [TICKET | {"hs_pipeline": "nope"}]},
        "tickets.csv.gz, line 2",
        "pipeline 'nope' is unknown",
    ),
    (
        "change of an unknown ticket",
        {CHANGE: [(1, at(2), "colour", "x", "", ""), (9, at(2), "colour", "x", "", "")]},
        "property_changes.csv.gz, line 3",
        "ticket '9' is unknown",
    ),
    (
        "link of an unknown ticket",
        {"associations": [("tickets", 9, "contacts", 7, 16, "", at(1), "")]},
        "associations.csv.gz, line 2",
        "tickets 9 is unknown",
    ),
    (
        "link to an unknown contact",
        {"associations": [("tickets", 1, "contacts", 8, 16, "", at(1), "")]},
        "associations.csv.gz, line 2",
        "contacts 8 is unknown",
    ),
    (
        "duplicate ticket",
        {"tickets": [TICKET, TICKET]},
        "tickets.csv.gz, line 3",
        "ticket 1 stands twice",
    ),
    (
        "duplicate contact",
        {"contacts": [{"id": 7}, {"id": 7}]},
        "contacts.csv.gz, line 3",
        "id 7 stands twice",
    ),
    (
        "duplicate owner",
        {"owners": [("5", "", "", "", ""), ("5", "", "", "", "")]},
        "owners.csv.gz, line 3",
        "stands twice",
    ),
    (
        "duplicate stage",
        {"stages": [*STAGES, STAGES[0]]},
        "stages.csv.gz, line 4",
        "stands twice",
    ),
    (
        "duplicate pipeline",
        {"pipelines": [("p", "x", 0), ("p", "y", 1)]},
        "pipelines.csv.gz, line 3",
        "stands twice",
    ),
    (
        "duplicate property",
        {"properties": [("colour", "", "", "", "", ""), ("colour", "", "", "", "", "")]},
        "properties.csv.gz, line 3",
        "stands twice",
    ),
    (
        "bad time of creation",
        {"tickets": [TICKET | {"created_at": "yesterday"}]},
        "tickets.csv.gz, line 2",
        "created_at: 'yesterday' is not a time",
    ),
    (
        "a time that does not exist",
        {CHANGE: [(1, "2020-13-01T00:00:00.000Z", "colour", "x", "", "")]},
        "property_changes.csv.gz, line 2",
        "changed_at",
    ),
    (
        "a time without a zone",
        {CHANGE: [(1, "2020-01-01T00:00:00.000", "colour", "x", "", "")]},
        "property_changes.csv.gz, line 2",
        "changed_at",
    ),
    (
        "a change earlier than the row before",
        {CHANGE: [(1, at(3), "colour", "x", "", ""), (1, at(2), "colour", "y", "", "")]},
        "property_changes.csv.gz, line 3",
        "dated earlier than its row before",
    ),
    (
        "unknown property",
        {CHANGE: [(1, at(2), "shape", "x", "", "")]},
        "property_changes.csv.gz, line 2",
        "'shape' is no ticket property",
    ),
    (
        "a property that HubSpot stamps",
        {CHANGE: [(1, at(2), "hs_lastmodifieddate", at(2), "", "")]},
        "property_changes.csv.gz, line 2",
        "hs_lastmodifieddate",
    ),
    (
        "unknown column of tickets",
        {"tickets": [TICKET | {"shape": "x"}]},
        "tickets.csv.gz, line 1",
        "'shape'",
    ),
    (
        "an id that is no number",
        {"tickets": [TICKET | {"ticket_id": "T-1"}]},
        "tickets.csv.gz, line 2",
        "'T-1' is not a whole number",
    ),
    (
        "a link that ends before it begins",
        {"associations": [("tickets", 1, "contacts", 7, 16, "", at(3), at(2))]},
        "associations.csv.gz, line 2",
        "removed_at is earlier",
    ),
    (
        "a ticket archived before it was created",
        {"tickets": [TICKET | {"created_at": at(3), "archived_at": at(2)}]},
        "tickets.csv.gz, line 2",
        "archived_at is earlier",
    ),
    (
        "a stage's state",
        {"stages": [("p", "new", "New", 0, "AJAR")]},
        "stages.csv.gz, line 2",
        "neither OPEN nor CLOSED",
    ),
    (
        "options that are no list",
        {"properties": [("colour", "", "", "", "", "{")]},
        "properties.csv.gz, line 2",
        "not a JSON list",
    ),
]


@pytest.mark.parametrize(
    ("files", "place", "reason"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_a_broken_row_is_refused_with_file_line_and_reason(
    tmp_path: Path, files: dict[str, Any], place: str, reason: str
) -> None:
    with pytest.raises(BrokenDataset) as refused:
        load_dataset(write_dataset(tmp_path, **good(**files)))
    assert str(refused.value).startswith(f"{place}: ")
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("file", "column"),
    [
        ("tickets", "created_at"),
        ("property_changes", "changed_at"),
        ("associations", "type_id"),
        ("stages", "ticket_state"),
        ("owners", "email"),
        ("contacts", "id"),
    ],
)
def test_a_missing_column_is_named(tmp_path: Path, file: str, column: str) -> None:
    folder = write_dataset(tmp_path, **good())
    write_table(folder / f"{file}.csv.gz", ["other"], [{"other": "x"}])
    with pytest.raises(
        BrokenDataset, match=rf"{file}\.csv\.gz, line 1: the column '.*' is missing"
    ):
        load_dataset(folder)


def test_a_row_with_too_few_cells_is_refused_at_its_line(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path, **good())
    with gzip.open(folder / "tickets.csv.gz", "wt", encoding="utf-8") as file:
        file.write(f'ticket_id,created_at,subject\n1,{at(1)},"two\nlines"\n2,{at(1)}\n')
    with pytest.raises(BrokenDataset, match=r"tickets\.csv\.gz, line 4: 2 cells"):
        load_dataset(folder)


@pytest.mark.parametrize(
    "content",
    [b"not gzip", gzip.compress(b"ticket_id,created_at\n1", mtime=0)[:-9]],
    ids=["other", "cut short"],
)
def test_a_file_that_cannot_be_unpacked_is_refused(tmp_path: Path, content: bytes) -> None:
    folder = write_dataset(tmp_path, **good())
    (folder / "tickets.csv.gz").write_bytes(content)
    with pytest.raises(BrokenDataset, match=r"tickets\.csv\.gz, line \d+: the file cannot be read"):
        load_dataset(folder)


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        (None, "there is none"),
        ("{", "not JSON"),
        ("[]", "'name' is missing"),
        (json.dumps({"name": "x"}), "portal_id"),
        (json.dumps({"name": "x", "portal_id": "abc"}), "portal_id"),
        (json.dumps({"name": "x", "portal_id": 1, "time_zone": "Mars/Base"}), "time_zone"),
    ],
)
def test_a_broken_manifest_is_refused(tmp_path: Path, manifest: str | None, reason: str) -> None:
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(BrokenDataset, match=reason):
        load_dataset(tmp_path)


def test_known_answers_are_never_read(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path, **good())
    (folder / "truth.csv.gz").write_bytes(b"not even gzip")
    (folder / "policies").mkdir()
    (folder / "policies" / "sla_policies.csv").write_text("nonsense", encoding="utf-8")
    assert load_dataset(folder).records["tickets"]


def test_an_owner_may_have_teams_the_primary_one_first(tmp_path: Path) -> None:
    teams = '[{"id": 5, "name": "First"}, {"id": "6", "name": "Second"}]'
    owner = {"id": "61", "email": "a@example.com", "teams": teams}
    folder = write_dataset(tmp_path, owners=[owner, {"id": "62"}], tickets=[(1, at(1))])
    with_teams, without = load_dataset(folder).owners
    assert with_teams.body()["teams"] == [
        {"id": "5", "name": "First", "primary": True},
        {"id": "6", "name": "Second", "primary": False},
    ]
    assert "teams" not in without.body()


def test_teams_that_are_no_list_are_refused(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path, owners=[{"id": "61", "teams": "First"}], tickets=[(1, at(1))])
    with pytest.raises(BrokenDataset, match="owners.csv.gz, line 2: teams"):
        load_dataset(folder)
