"""A warehouse that DuckDB opens and cannot load into is one sentence, and a rebuild mends it."""

import duckdb
import pytest

from include.warehouse.errors import LoadFailed
from include.warehouse.load import load_pending
from include.warehouse.rebuild import rebuild
from tests.include.warehouse.rows import land, land_and_load, query, record, run_id


def test_a_run_that_cannot_be_loaded_is_named_and_loaded_by_a_rebuild(files):
    land_and_load(files, 1, 1, tickets=[record("1", 1)])
    with duckdb.connect(str(files.warehouse)) as warehouse:
        warehouse.execute("alter table raw.tickets add constraint one primary key (archived)")
    land(files, 2, 2, tickets=[record("2", 2)])
    with pytest.raises(LoadFailed, match=rf"Run {run_id(2)} .*safe; .*`rebuild`"):
        load_pending(files)
    assert query(files, "select run_id from raw.loads") == [(run_id(1),)]
    rebuild(files)
    assert query(files, "select id from raw.tickets order by id") == [("1",), ("2",)]
