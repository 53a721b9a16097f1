"""A reconciliation as one page of HTML that needs nothing else, every value escaped."""

from collections.abc import Iterable
from html import escape
from typing import Any

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 2rem }
th, td { border-bottom: 1px solid #ccc; padding: .3rem; text-align: left; vertical-align: top }
td.value { max-width: 24rem; overflow-wrap: anywhere; white-space: pre-wrap }
td.number { text-align: right; font-variant-numeric: tabular-nums }
.failed { color: #a00; font-weight: 600 } .met { color: #060 }
:root { color-scheme: light dark }
@media (prefers-color-scheme: dark) { .failed { color: #f88 } .met { color: #8d8 } }
"""
_LEVEL = ("level", "checked", "equal", "mapped", "expected", "unexplained", "fidelity")
_DIFFERENCE = (
    *("level", "kind", "object_type", "source_id", "target_id", "field"),
    *("source_value", "target_value", "reason"),
)
_EXPECTED = ("level", "kind", "field", "reason", "occurrences", "example")
_POPULATION = (
    *("dimension", "value", "source_count", "present_count"),
    *("skipped_count", "failed_count", "missing_count"),
)


def render_fidelity(report: dict[str, Any]) -> str:
    """Return the page for what `judge_fidelity` found; what is not faithful stands first."""
    verdict = "pass" if report["faithful"] else "fail"
    title = escape(
        f"Migration from portal {report['source_portal_id']} to portal "
        f"{report['target_portal_id']}: {verdict}"
    )
    unexplained = sum(level["unexplained"] for level in report["levels"])
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        f'<meta name="viewport" content="width=device-width">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'<h1 class="{"met" if report["faithful"] else "failed"}">{title}</h1>\n'
        f"<p>{escape(report['summary'])}</p>\n<p>Judged at {escape(report['judged_at'])}.</p>\n"
        f"<h2>Levels</h2>\n{_table(_LEVEL, report['levels'])}"
        f"<h2>Unexplained differences</h2>\n{_shown(report['unexplained'], unexplained)}"
        f"{_table(_DIFFERENCE, report['unexplained'])}"
        f"<h2>Expectations</h2>\n{_expectations(report['expectations'])}"
        f"<h2>Expected differences, with the reason</h2>\n{_table(_EXPECTED, report['expected'])}"
        f"<h2>Where the source's tickets are</h2>\n{_table(_POPULATION, report['population'])}"
        "</body>\n</html>\n"
    )


def _shown(rows: list[dict[str, Any]], count: int) -> str:
    if not count:
        return "<p>None.</p>\n"
    more = f", of which the first {len(rows)} are shown" if len(rows) < count else ""
    return f"<p>{count}{more}; differences.csv lists every one.</p>\n"


def _table(columns: Iterable[str], rows: list[dict[str, Any]]) -> str:
    if not rows:
        return ""
    names = list(columns)
    head = "".join(f"<th>{escape(name.replace('_', ' '))}</th>" for name in names)
    body = "\n".join(
        "<tr>" + "".join(_cell(name, row[name]) for name in names) + "</tr>" for row in rows
    )
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n"


def _cell(name: str, value: object) -> str:
    if value is None:
        return "<td></td>"
    if isinstance(value, int | float):
        return f'<td class="number">{value:,}</td>'
    style = ' class="value"' if name.endswith("value") else ""
    return f"<td{style}>{escape(str(value))}</td>"


def _expectations(results: list[dict[str, Any]]) -> str:
    ordered = sorted(results, key=lambda result: result["success"])
    rows = "\n".join(
        f'<tr><td class="{"met" if result["success"] else "failed"}">'
        f"{'met' if result['success'] else 'failed'}</td>"
        f"<td><b>{escape(result['expectation'])}</b><br>{escape(result['sentence'])}</td>"
        f"<td>{escape(result['observed'])}</td></tr>"
        for result in ordered
    )
    return (
        "<table>\n<thead><tr><th>Result</th><th>Expectation</th><th>Observed</th></tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody>\n</table>\n"
    )
