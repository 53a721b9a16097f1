import pytest

from include.warehouse.load import load_pending
from include.warehouse.streams import STREAMS, Column, Stream
from tests.include.warehouse.rows import land, land_and_load, query, record


def test_a_new_stream_is_data_only(files, monkeypatch):
    land_and_load(files, 1, 1, tickets=[record("1", 0)])
    leads = Stream("leads", "object", STREAMS["tickets"].columns, key=("id",))
    monkeypatch.setitem(STREAMS, "leads", leads)
    land_and_load(files, 2, 2, leads=[record("7", 1, hs_lead_name="Door")])
    assert query(files, "select id, _run_id[-6:] from raw.leads") == [("7", "000002")]


def test_a_column_added_to_a_spec_is_null_for_what_landed_before(files, monkeypatch):
    land_and_load(files, 1, 1, owners=[{"id": "a"}])
    land(files, 2, 2, owners=[{"id": "b"}, {"id": "a"}])
    owners = STREAMS["owners"]
    wider = Stream(
        "owners", "snapshot", (*owners.columns, Column("work_days", "BIGINT")), key=("id",)
    )
    monkeypatch.setitem(STREAMS, "owners", wider)
    assert len(load_pending(files)) == 1
    land_and_load(files, 3, 3, owners=[{"id": "b", "work_days": 5}])
    found = query(files, "select id, work_days, removed_at is null from raw.owners order by 1")
    assert found == [("a", None, False), ("b", 5, True)]


def test_a_spec_that_no_merge_could_be_made_from_is_rejected():
    column = (Column("id"),)
    with pytest.raises(ValueError, match="do not exist"):
        Stream("x", "object", column, key=("number",))
    with pytest.raises(ValueError, match="do not exist"):
        Stream("x", "object", column, key=())
    with pytest.raises(ValueError, match="name their reads"):
        Stream("x", "edges", column, key=("id",))
