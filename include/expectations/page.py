"""The audit as a page of HTML, every value escaped.

Great Expectations' own Data Docs write cell values into their HTML unescaped, so a ticket's text
could run as script in the browser of whoever reads the report; and they load assets from CDNs.
"""

from html import escape

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid #ccc; padding: .4rem; text-align: left; vertical-align: top }
.failed { color: #a00; font-weight: 600 } .warned { color: #850 } .met { color: #060 }
:root { color-scheme: light dark }
"""


def render(report: dict) -> str:
    """Return the page for a report as `AuditReport.as_json` gives it; failures stand first."""
    verdict = "passed" if report["success"] else "failed"
    title = escape(f"Audit of run {report['run_id']} {verdict}")
    ordered = sorted(report["results"], key=lambda result: (result["success"], result["severity"]))
    rows = "\n".join(_row(result) for result in ordered)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        f"<p>{escape(report['summary'])}</p>\n"
        f"<p>Portal {escape(report['portal_id'])}, audited at {escape(report['audited_at'])}, "
        f"{report['seconds']:.1f} seconds.</p>\n"
        "<table>\n<thead><tr><th>Result</th><th>Suite</th><th>Expectation</th><th>Observed</th>"
        f"<th>Offending keys</th></tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n"
        "</body>\n</html>\n"
    )


def _row(result: dict) -> str:
    if result["success"]:
        word, style = "met", "met"
    elif result["severity"] == "critical":
        word, style = "failed, blocks publishing", "failed"
    else:
        word, style = "warning", "warned"
    keys = "<br>".join(
        escape(", ".join(f"{name} {value}" for name, value in row.items()))
        for row in result["offending"]
    )
    return (
        f'<tr><td class="{style}">{word}</td><td>{escape(result["suite"])}</td>'
        f"<td><b>{escape(result['expectation'])}</b><br>{escape(result['sentence'])}</td>"
        f"<td>{escape(result['observed'])}</td><td>{keys}</td></tr>"
    )
