import errno
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.warehouse.errors import LandingCorrupt, LandingMisused, OutOfSpace
from include.warehouse.files import PortalFiles
from include.warehouse.landing import (
    LandingRun,
    discard_unfinished,
    new_run_id,
    read_manifests,
)
from tests.include.warehouse.rows import (
    BEGIN,
    PORTAL_ID,
    at,
    begin,
    edge,
    entry,
    land,
    read_of,
    record,
    run_id,
)

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
moments = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)


def landed(files, manifest, stream):
    path = files.landing / manifest.run_id / manifest.file_of(stream).name
    return pq.read_table(path).to_pylist()


def test_columns_land_as_rows_do_with_moments_as_texts(files):
    stamps = ["2026-03-01T00:00:05.000Z", "2026-03-01T00:05:00.123Z"]
    same = {"ticket_id": ["1", "2"], "property_name": ["a", "b"], "value": ["", "x\ud83d"]}
    columns = same | {"changed_at": stamps, "occurrence": [1, 1], "sequence": [1, 1]}
    run = begin(files, 1)
    run.write_columns("ticket_property_history", columns, at(1))
    moments = [datetime.fromisoformat(stamp) for stamp in stamps]
    rows = [
        dict(zip(columns, row, strict=True))
        for row in zip(*(columns | {"changed_at": moments}).values(), strict=True)
    ]
    run.write("ticket_property_history", rows, at(1))
    manifest = run.commit(data_as_of=at(1), cursors={})
    found = landed(files, manifest, "ticket_property_history")
    assert found[:2] == found[2:]
    assert [row["changed_at"] for row in found[:2]] == [m.replace(tzinfo=None) for m in moments]
    assert found[1]["value"] == "x\ufffd"


@pytest.mark.parametrize(
    "wrong",
    [
        {"changed_at": ["2026-03-01T00:00:05.000"]},
        {"changed_at": ["yesterday"]},
        {"value": ["1", "2"]},
        {"value": [None]},
        {"colour": ["red"]},
    ],
)
def test_columns_that_could_not_be_loaded_are_refused(files, wrong):
    row = entry("1", "a", 1, "x") | {"changed_at": "2026-03-01T00:00:05.000Z"}
    columns = {name: [value] for name, value in row.items()} | wrong
    with pytest.raises(LandingMisused):
        begin(files, 1).write_columns("ticket_property_history", columns, at(1))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "ticket_id": text,
                "property_name": text,
                "changed_at": moments,
                "value": text,
                "occurrence": st.integers(1, 2**63 - 1),
                "sequence": st.integers(1, 2**63 - 1),
            },
            optional={"source_id": st.none() | text},
        ),
        max_size=8,
    )
)
def test_what_lands_is_what_was_handed_over(tmp_path_factory, rows):
    files = PortalFiles(tmp_path_factory.mktemp("data"), PORTAL_ID).ensure()
    manifest = land(files, 1, 1, ticket_property_history=rows)
    wanted = [
        {name: row.get(name) for name in ("ticket_id", "value", "occurrence", "source_id")}
        | {"changed_at": row["changed_at"].replace(tzinfo=None)}
        for row in rows
    ]
    found = landed(files, manifest, "ticket_property_history")
    assert [{name: row[name] for name in wanted[0]} for row in found] == wanted
    assert {row["extracted_at"] for row in found} <= {at(1).replace(tzinfo=None)}


def test_half_a_surrogate_pair_is_replaced_and_stops_nothing(files):
    manifest = land(
        files, 1, 1, ticket_property_history=[entry("1", "subject", 0, "cut \ud83d here")]
    )
    assert landed(files, manifest, "ticket_property_history")[0]["value"] == "cut \ufffd here"


def test_a_moment_of_another_time_zone_is_the_same_moment(files):
    moment = datetime(2026, 3, 1, 2, 0, tzinfo=timezone(timedelta(hours=2)))
    manifest = land(files, 1, 1, tickets=[{**record("1", 0), "updated_at": moment}])
    assert landed(files, manifest, "tickets")[0]["updated_at"] == BEGIN.replace(tzinfo=None)


def test_a_page_is_on_disk_before_write_returns(files):
    run = begin(files, 1)
    run.write("tickets", [record("1", 0, subject="hello")], at(1))
    (page,) = (run.folder / "pages").iterdir()
    with pa.ipc.open_stream(page) as stored:
        (line,) = stored.read_all().to_pylist()
    assert line["id"] == "1"
    assert line["extracted_at"] == at(1)


def test_pages_of_several_threads_all_land(files):
    run = begin(files, 1)
    barrier = threading.Barrier(8)

    def write(worker):
        barrier.wait()
        for page in range(10):
            rows = [record(f"{worker}-{page}-{row}", page) for row in range(5)]
            run.write("tickets", rows, at(worker))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    manifest = run.commit(data_as_of=at(9), cursors={})
    found = landed(files, manifest, "tickets")
    assert len({row["id"] for row in found}) == len(found) == 400
    file = manifest.file_of("tickets")
    assert (file.extracted_from, file.extracted_to) == (at(0), at(7))


def test_a_run_is_many_row_groups_when_it_is_large(files, monkeypatch):
    monkeypatch.setattr("include.warehouse.compaction.ROW_GROUP_ROWS", 10)
    run = begin(files, 1)
    for page in range(13):
        run.write("tickets", [record(f"{page}-{row}", 0) for row in range(4)], at(page))
    manifest = run.commit(data_as_of=at(20), cursors={})
    parquet = pq.ParquetFile(files.landing / run.run_id / "tickets.parquet")
    assert parquet.metadata.num_row_groups == 5
    assert parquet.metadata.num_rows == manifest.rows["tickets"] == 52
    assert [row["id"] for row in landed(files, manifest, "tickets")[:5]] == [
        *(f"0-{row}" for row in range(4)),
        "1-0",
    ]


def test_pages_go_as_the_row_groups_that_they_make_are_written(files, monkeypatch):
    monkeypatch.setattr("include.warehouse.compaction.ROW_GROUP_ROWS", 10)
    run = begin(files, 1)
    for page in range(23):
        run.write("tickets", [record(f"{page}-{row}", 0) for row in range(5)], at(page))
    run.leave()
    assert [path.name for path in (run.folder / "pages").iterdir()] != []
    kept = len(list((run.folder / "pages").iterdir()))
    assert kept <= 1 + 2 * 5  # what is no row group yet, and those that wait for their turn
    run.abandon()
    assert list(files.landing.iterdir()) == []


def test_what_could_not_be_written_beside_the_read_ends_it(files, monkeypatch):
    monkeypatch.setattr("include.warehouse.compaction.ROW_GROUP_ROWS", 10)

    def full(path):
        raise OSError(errno.ENOSPC, "no space left on device")

    monkeypatch.setattr("include.warehouse.compaction.read_page", full)
    run = begin(files, 1)
    with pytest.raises(OutOfSpace):  # at once or at its end, as fast as the disk is
        run.write("tickets", [record(str(row), 0) for row in range(10)], at(1))
        run.commit(data_as_of=at(2), cursors={})
    assert read_manifests(files) == []


def test_the_manifest_says_what_the_run_was(files):
    run = LandingRun.begin(
        files,
        run_id(1),
        mode="window",
        window_from=at(0),
        window_to=at(60),
        portal_id=PORTAL_ID,
    )
    run.write("owners", [], at(61))
    written = run.commit(
        data_as_of=at(62),
        cursors={"tickets": at(50)},
        calls={"search": 3},
        choices={"properties": ["subject"]},
    )
    (manifest,) = read_manifests(files)
    assert manifest == written
    assert (manifest.mode, manifest.window_from, manifest.window_to) == ("window", at(0), at(60))
    assert (manifest.data_as_of, manifest.cursors) == (at(62), {"tickets": at(50)})
    assert manifest.rows == {"owners": 0}
    assert manifest.calls == {"search": 3}
    assert manifest.choices == {"properties": ["subject"]}
    assert not (run.folder / "pages").exists()


def test_runs_are_in_the_order_of_their_commits_not_of_the_clock(files):
    for number in (5, 3, 4):
        land(files, number, 1, owners=[])
    assert [m.run_id for m in read_manifests(files)] == [run_id(n) for n in (5, 3, 4)]


def test_a_run_without_manifest_never_happened(files):
    land(files, 1, 1, owners=[])
    unfinished = begin(files, 2)
    unfinished.write("tickets", [record("1", 0)], at(1))
    (files.landing / run_id(1) / "pages").mkdir()
    assert [manifest.run_id for manifest in read_manifests(files)] == [run_id(1)]
    assert discard_unfinished(files) == [run_id(2)]
    assert discard_unfinished(files) == []
    assert [path.name for path in files.landing.iterdir()] == [run_id(1)]
    assert not (files.landing / run_id(1) / "pages").exists()


def test_an_abandoned_run_leaves_nothing(files):
    run = begin(files, 1)
    run.write("tickets", [record("1", 0)], at(1))
    run.abandon()
    assert list(files.landing.iterdir()) == []


@pytest.mark.parametrize(
    ("stream", "row", "complaint"),
    [
        ("tickets", {**record("1", 0), "subject": "s"}, "unknown columns"),
        ("tickets", {**record("1", 0), "id": None}, "a row has no id"),
        ("tickets", {**record("1", 0), "updated_at": datetime(2026, 1, 1)}, "no time zone"),
        ("ticket_property_history", {**entry("1", "a", 0, ""), "value": None}, "has no value"),
        ("nothing", {}, "no stream 'nothing'"),
    ],
)
def test_rows_that_could_not_be_loaded_are_refused_when_they_land(files, stream, row, complaint):
    run = begin(files, 1)
    with pytest.raises(LandingMisused, match=complaint):
        run.write(stream, [row], at(1))


def test_a_refusal_never_tells_a_value(files):
    with pytest.raises(LandingMisused) as refused:
        begin(files, 1).write(
            "tickets", [{**record("1", 0, subject="secret"), "x": "secret"}], at(1)
        )
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("reads", [[], [read_of("2")], [read_of("1", "companies")]])
def test_links_without_their_read_are_refused(files, reads):
    run = begin(files, 1)
    run.write("ticket_associations", [edge("1", "a")], at(1))
    if reads:
        run.write("ticket_association_reads", reads, at(1))
    with pytest.raises(LandingMisused, match="land a set and its read"):
        run.commit(data_as_of=at(1), cursors={})
    assert read_manifests(files) == []


def test_links_of_another_moment_than_their_read_are_refused(files):
    run = begin(files, 1)
    run.write("ticket_association_reads", [read_of("1")], at(1))
    run.write("ticket_associations", [edge("1", "a")], at(2))
    with pytest.raises(LandingMisused, match="1 rows of ticket_associations"):
        run.commit(data_as_of=at(2), cursors={})


def test_another_portals_data_cannot_land_here(files):
    with pytest.raises(LandingMisused, match="portal 7 may not land"):
        LandingRun.begin(files, run_id(1), mode="full", portal_id="7")
    assert list(files.landing.iterdir()) == []


def test_another_portals_landing_is_not_read(files, tmp_path):
    land(files, 1, 1, owners=[])
    moved = PortalFiles(tmp_path / "data", "7")
    files.root.rename(moved.root)
    with pytest.raises(LandingCorrupt, match=f"belongs to portal {PORTAL_ID}"):
        read_manifests(moved)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 1}', b'{"format": 2}'])
def test_a_manifest_that_cannot_be_read_is_named(files, content):
    manifest = land(files, 1, 1, owners=[])
    path = files.landing / manifest.run_id / "manifest.json"
    path.write_bytes(content)
    with pytest.raises(LandingCorrupt) as refused:
        read_manifests(files)
    assert str(path) in str(refused.value)


def test_a_run_id_is_used_once(files):
    land(files, 1, 1, owners=[])
    with pytest.raises(LandingMisused, match="has landed already"):
        begin(files, 1)
    with pytest.raises(LandingMisused, match="is not a run id"):
        LandingRun.begin(files, "../x", mode="full", portal_id=PORTAL_ID)


def test_run_ids_sort_by_time_whatever_the_time_zone():
    east = datetime(2026, 11, 20, 4, 15, tzinfo=timezone(timedelta(hours=2)))
    assert new_run_id(east).startswith("20261120T021500Z-")
    assert new_run_id(east) < new_run_id(east + timedelta(seconds=1))


def test_an_empty_page_beside_a_full_one_compacts(files):
    run = begin(files, 1)
    for rows in ([], [{"id": "a"}], []):
        run.write("owners", rows, at(1))
    manifest = run.commit(data_as_of=at(2), cursors={})
    assert manifest.rows == {"owners": 1}
    assert [row["id"] for row in landed(files, manifest, "owners")] == ["a"]


def test_pages_are_made_without_pandas_which_arrow_still_finds_afterwards():
    lines = (
        "import sys",
        "import include.warehouse.pages",
        "import pyarrow as pa",
        "table = pa.table({'a': pa.array(['x'])})",
        "assert 'pandas' not in sys.modules",
        "assert table.to_pandas().a[0] == 'x'",
    )
    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True)


def test_what_arrow_frees_goes_back_to_the_machine():
    lines = (
        "import include.warehouse.compaction",
        "import pyarrow as pa",
        "assert pa.default_memory_pool().backend_name == 'system'",
    )
    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True)
