"""What a command says to a person: short lines, and what matters among them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from include.pipeline.result_lines import night_in_lines, status_in_lines
from include.warehouse.files import PortalFiles
from include.warehouse.status import status

AT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
ROWS = {f"kind_{number}": number for number in range(1200, 1210)}
NIGHT = {
    "extract": {
        "run_id": "r1",
        "rows": {"tickets": 12, "deals": 0},
        "calls": {"GET /a 200": 30, "POST /b 200": 4},
        "drift": [{}, {}],
        "skipped": {"emails": "the token lacks a scope"},
        "proof": {"live": 5000, "missing": 0, "merged": 0, "calls": 47},
    },
    "load": {"loaded": []},
    "build": {"seconds": 12.34, "nodes": {"success": 130, "pass": 147}, "is_full": False},
    "audit": {"run_id": "r1", "expectations": 66},
    "publish": {"version": 3, "path": "/data/tickets.duckdb"},
}
STATUS = {
    "portal_id": "42",
    "locked_by": {"command": "sync", "pid": 7, "host": "h", "since": "2026-03-01T02:00:00Z"},
    "warehouse": {"state": "ready", "why": None},
    "cursors": {"tickets": AT, "deals": AT, "notes": AT - timedelta(hours=1)},
    "loads": [
        {"loaded_at": AT, "mode": "sweep", "run_id": "r1", "rows": ROWS,
         "choices": {"skipped": {"emails": "no scope"}}},
    ],
    "last_proof": {"proof": {"live": 5000, "missing": 0, "merged": 2}},
    "complete_through": AT,
    "landed_runs": 2,
    "pending_runs": ["r2"],
    "unfinished_runs": [],
    "published": {"version": 3, "data_as_of": AT, "path": "/data/tickets.duckdb"},
    "published_unreadable": None,
    "generations": [
        {"version": 3, "is_rolled_back": False}, {"version": 2, "is_rolled_back": True},
    ],
    "search_lag": {"late": 2, "latest_seconds": 3.5, "hold_back_minutes": 60.0},
}  # fmt: skip


def test_a_night_says_what_each_step_did():
    assert list(night_in_lines(NIGHT)) == [
        "extract  run r1, 34 calls: 12 tickets",
        "         2 definitions changed: reports/drift-r1.json",
        "         skipped emails: the token lacks a scope",
        "         proof: 5,000 live, 0 missing, 47 calls",
        "load     nothing waited",
        "build    the tickets that changed in 12.3 s, dbt's nodes: 130 success, 147 pass",
        "audit    66 expectations held or warned",
        "publish  version 3: /data/tickets.duckdb",
    ]


def test_a_status_says_how_far_a_portal_is():
    assert list(status_in_lines(STATUS)) == [
        "portal 42: 'sync' is at work on it (process 7 on h, since 2026-03-01T02:00:00Z)",
        "warehouse: ready",
        "  read until 2026-03-01 02:00:00 UTC: tickets, deals",
        "  read until 2026-03-01 01:00:00 UTC: notes",
        "  loaded 2026-03-01 02:00:00 UTC: sweep r1, 1,200 kind 1200, 1,201 kind 1201, "
        "1,202 kind 1202, 1,203 kind 1203, 1,204 kind 1204, 1,205 kind 1205, 4 kinds more; "
        "skipped emails",
        "nothing missing until: 2026-03-01 02:00:00 UTC",
        "  5,000 live, 0 missing, 2 merged",
        "landings: 2, 1 not loaded yet, 0 unfinished",
        "published: version 3, data as of 2026-03-01 02:00:00 UTC: /data/tickets.duckdb",
        "  versions kept: 3, 2 (rolled back)",
        "search: 2 changes seen late, 3.5 s at most; the cursor is held back 60 minutes",
    ]


def test_a_portal_that_was_never_read_has_a_status_too(tmp_path: Path):
    found = status(PortalFiles(tmp_path, "42")) | {"search_lag": None}
    lines = list(status_in_lines(found))
    assert "published: nothing yet" in lines
    assert "nothing missing until: not proven yet" in lines
