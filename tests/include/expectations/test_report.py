"""The sentence and the page of a report, for results of every kind."""

from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from include.expectations.page import render
from include.expectations.report import MOST_KEYS_IN_SENTENCE, AuditReport, AuditResult

texts = st.text(max_size=30)
rows = st.lists(st.fixed_dictionaries({"key": st.one_of(st.none(), texts)}), max_size=20)


@st.composite
def results(draw: st.DrawFn) -> AuditResult:
    success = draw(st.booleans())
    offending = [] if success else draw(rows)
    return AuditResult(
        suite="raw_suite",
        expectation=f"Expect{draw(st.integers(0, 99))}",
        sentence=draw(texts),
        severity=draw(st.sampled_from(["critical", "warning"])),
        success=success,
        observed="as expected" if success else f"{len(offending)} rows",
        unexpected_count=len(offending),
        offending=offending,
    )


def report_of(found: list[AuditResult]) -> AuditReport:
    return AuditReport(
        success=not any(result.blocks for result in found),
        results=found,
        portal_id="4980000",
        run_id="run",
        audited_at=datetime(2026, 11, 20, tzinfo=UTC),
        seconds=1.0,
        json_file=Path("reports/audit-run.json"),
        html_file=Path("reports/audit-run.html"),
    )


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@given(st.lists(results(), max_size=8))
def test_the_sentence_is_one_line_that_names_every_failure_and_few_keys(found):
    report = report_of(found)
    sentence = report.summary()

    assert sentence.isprintable()
    named = report.failures or report.warnings
    assert all(result.expectation in sentence for result in named)
    assert report.success is (not report.failures)
    assert ("failed:" in sentence) is bool(report.failures)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=15))
def test_ten_keys_are_shared_among_the_failures(counts):
    found = [
        AuditResult("s", f"Expect{position}", "", "critical", False, f"{count} rows", count,
            [{"ticket_id": str(number)} for number in range(count)])
        for position, count in enumerate(counts)
    ]  # fmt: skip

    shown = report_of(found).summary().count("ticket_id ")

    assert shown <= MOST_KEYS_IN_SENTENCE
    assert shown >= min(MOST_KEYS_IN_SENTENCE, sum(count > 0 for count in counts))


@given(st.lists(results(), max_size=5))
def test_no_value_becomes_markup(found):
    content = report_of(found).as_json()

    page = _Tags()
    page.feed(render(content))

    assert page.tags <= {
        *("html", "head", "meta", "title", "style", "body", "h1", "p"),
        *("table", "thead", "tbody", "tr", "th", "td", "b", "br"),
    }


def test_failures_stand_before_warnings_and_those_before_what_is_met():
    def result(name: str, severity: str, success: bool) -> AuditResult:
        return AuditResult("s", name, "", severity, success, "", 0, [])

    page = render(
        report_of(
            [
                result("ExpectMet", "critical", True),
                result("ExpectWarned", "warning", False),
                result("ExpectFailed", "critical", False),
            ]
        ).as_json()
    )

    table = page[page.index("<tbody>") :]
    positions = [table.index(name) for name in ("ExpectFailed", "ExpectWarned", "ExpectMet")]
    assert positions == sorted(positions)
