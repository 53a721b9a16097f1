"""The audit as the pipeline calls it: its verdict, its silence about ticket text, its files."""

import hashlib
import json
import logging
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from include.expectations import raw_suite
from include.expectations.business_expectation import MOST_OFFENDING_ROWS
from include.expectations.errors import AuditError
from include.expectations.report import AuditReport
from tests.include.expectations.small_portal import (
    MART_TABLES,
    RAW_TABLES,
    RUN_ID,
    build_marts,
    build_raw,
    change,
)


def test_a_sound_night_passes_every_expectation(night, failed, capsys):
    report = night.audit()

    assert failed(report) == set()
    assert report.success
    assert report.summary() == (
        f"The audit of run {RUN_ID} of portal 4980000 passed: {len(report.results)} "
        "expectations met."
    )
    assert {result.suite for result in report.results} == {"raw_suite", "marts_suite"}
    assert capsys.readouterr() == ("", "")


def test_the_report_is_written_as_json_and_as_a_page(night):
    report = night.audit()

    content = json.loads((night.reports / f"audit-{RUN_ID}.json").read_text())
    assert content["success"] is True
    assert len(content["results"]) == len(report.results)
    assert set(content["results"][0]) >= {"suite", "expectation", "severity", "offending"}
    page = (night.reports / f"audit-{RUN_ID}.html").read_text()
    assert all(result.expectation in page and result.sentence for result in report.results)
    assert sorted(path.name for path in night.reports.iterdir()) == [
        f"audit-{RUN_ID}.html",
        f"audit-{RUN_ID}.json",
    ]


def test_the_files_are_left_as_they_were_and_closed(night):
    def digests() -> list[str]:
        files = (night.raw, night.staged, night.served)
        return [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]

    before = digests()
    night.audit()

    assert digests() == before
    for path in (night.raw, night.staged, night.served):
        # DuckDB refuses this while any read-only connection of this process is open.
        with duckdb.connect(str(path)) as connection:
            connection.execute("create table writable (yes boolean)")


def test_a_new_portal_without_tickets_and_without_a_served_file_passes(night, failed):
    for path in (night.raw, night.staged, night.served):
        path.unlink()
    build_raw(night.raw, rows="")
    build_marts(night.staged, rows="", version=1)

    report = night.audit()

    assert failed(report) == set()
    assert report.success


def _missing(report: AuditReport, expectation: str) -> set[str]:
    found = next(result for result in report.results if result.expectation == expectation)
    return {row["table_name"] for row in found.offending}


def test_a_missing_raw_table_blocks_and_is_named(night):
    change(night.raw, "drop table raw.owners")

    report = night.audit()

    assert not report.success
    assert "ExpectEveryRawTableToExist (1 row: table_name owners)" in report.summary()
    assert "ExpectEveryRowToBelongToThisPortal (could not be checked: Catalog" in report.summary()


def test_each_raw_table_is_missed_when_it_is_not_there(night):
    change(night.raw, "; ".join(f"drop table raw.{table}" for table in RAW_TABLES))

    # A report names the first of many.
    named = set(sorted(RAW_TABLES)[:MOST_OFFENDING_ROWS])
    assert _missing(night.audit(), "ExpectEveryRawTableToExist") == named


def test_each_mart_is_missed_when_it_is_not_there(night):
    change(night.staged, "drop schema marts cascade; drop schema meta cascade")

    # A report names the first of many: meta's is beyond them.
    named = sorted({*MART_TABLES, "ticket_timeline"})[:MOST_OFFENDING_ROWS]
    assert _missing(night.audit(), "ExpectEveryMartToExist") == set(named)


def test_what_cannot_be_checked_blocks_even_when_it_would_only_warn(night):
    change(night.staged, "alter table marts.tickets drop column owner_id")

    report = night.audit()

    broken = [result for result in report.results if not result.success]
    assert [result.expectation for result in broken] == ["ExpectEveryTicketToHaveAKnownOwner"]
    assert broken[0].severity == "critical"
    assert broken[0].unexpected_count is None
    assert broken[0].observed.startswith("could not be checked: Binder Error")
    assert "owner_id" in broken[0].observed
    assert not report.success


def test_a_file_without_any_schema_blocks(night):
    night.staged.unlink()
    with duckdb.connect(str(night.staged)) as connection:
        connection.execute("create table empty (id integer)")

    report = night.audit()

    failures = [result for result in report.results if result.suite == "marts_suite"]
    assert not report.success
    assert sum(result.blocks for result in failures) > len(failures) / 2


def test_an_error_that_quotes_a_cell_is_told_without_the_cell(night, caplog):
    change(
        night.staged,
        "create or replace view marts.ticket_timeline as select ticket_id, "
        "cast(new_value as integer) as activity_id from marts.ticket_property_history",
    )

    with caplog.at_level(logging.DEBUG):
        report = night.audit()

    broken = [result for result in report.results if not result.success]
    assert [result.expectation for result in broken] == ["ExpectTheTimelineToShowAnEventOnce"]
    assert broken[0].observed == ("could not be checked: the query ended with ConversionException")
    written = report.json_file.read_text() + report.html_file.read_text()
    assert "secret" not in written + report.summary()
    assert not [record for record in caplog.records if "secret text" in record.getMessage()]


def test_hostile_ids_are_escaped_in_the_page_and_cannot_forge_a_log_line(night):
    hostile = '<script>alert("1")</script>\n2026-11-20 INFO all is well'
    with duckdb.connect(str(night.raw)) as connection:
        connection.execute(
            "insert into raw.ticket_associations (ticket_id, object_type, object_id, observed_at) "
            "values (?, 'contacts', '1', '2026-11-10')",
            [hostile],
        )

    report = night.audit()

    page = report.html_file.read_text()
    assert "<script" not in page
    assert "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;" in page
    assert "default-src &#x27;none&#x27;" in page
    assert "\n" not in report.summary()
    offending = json.loads(report.json_file.read_text())["results"]
    assert {"ticket_id": hostile} in [row for result in offending for row in result["offending"]]


def test_the_sentence_names_at_most_ten_keys_and_each_failure(night):
    change(
        night.raw,
        "insert into raw.ticket_property_history "
        "(ticket_id, property_name, changed_at, value, occurrence, sequence) "
        "select 'h' || range, 'subject', '2026-11-01', 'secret text', 1, 1 from range(50)",
    )
    change(night.raw, "update raw.owners set _portal_id = '666'")

    report = night.audit()

    assert len(report.failures) == 2
    sentence = report.summary()
    assert sentence.count("ticket_id h") == 5
    assert "(50 rows: " in sentence
    assert "portal_id 666" in sentence
    assert [len(result.offending) for result in report.failures] == [20, 1]


@pytest.mark.parametrize("which", ["raw", "staged"])
def test_a_missing_file_is_an_error_that_names_it(which, night):
    path: Path = getattr(night, which)
    path.unlink()

    with pytest.raises(AuditError, match=path.name) as error:
        night.audit()
    assert "nothing was published" in str(error.value)
    assert not path.exists()


def test_a_damaged_staged_file_is_an_error(night):
    night.staged.write_bytes(b"not a database" * 1000)

    with pytest.raises(AuditError, match="staged.duckdb"):
        night.audit()


def test_a_warehouse_that_another_process_writes_is_an_error(night):
    writer = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); "
            "sys.stdin.read()",
            str(night.raw),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert writer.stdout.readline() == b"open\n"
        with pytest.raises(AuditError, match="somebody has it open for writing"):
            night.audit()
    finally:
        writer.communicate()
    assert night.audit().success


def test_a_folder_with_a_quote_in_its_name_is_no_hindrance(night):
    night.folder.rename(moved := night.folder.with_name("o'hara; drop"))

    assert type(night)(moved).audit().success


def test_a_run_id_cannot_lead_out_of_the_reports_folder(night):
    with pytest.raises(AuditError, match="run id"):
        night.audit(run_id="../../elsewhere")


def test_what_a_killed_audit_left_behind_is_removed(night):
    left_behind = night.reports / ".audit-killed" / "spilled"
    left_behind.parent.mkdir(parents=True)
    left_behind.write_bytes(b"pages")

    night.audit()

    assert not left_behind.parent.exists()


def test_a_report_that_cannot_be_written_is_told_in_a_sentence(night):
    night.reports.write_text("a file where the folder should be")

    with pytest.raises(AuditError, match="could not write into .*reports.*nothing was published"):
        night.audit()


def test_a_suite_that_holds_nothing_is_an_error(night, monkeypatch):
    monkeypatch.setattr(raw_suite, "EXPECTATIONS", ())

    with pytest.raises(AuditError, match="raw_suite did not answer for anything"):
        night.audit()


def test_importing_the_audit_does_not_import_great_expectations():
    code = (
        "import sys, include.expectations.audit as _; "
        "sys.exit('great_expectations' in sys.modules or 'pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
