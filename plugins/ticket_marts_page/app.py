"""The web application: guarded, read-only, without documentation pages."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from airflow.api_fastapi.core_api.security import requires_access_dag, requires_authenticated
from fastapi import Depends, FastAPI, HTTPException, Response
from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from include.pipeline.errors import PipelineError
from include.pipeline.registry import load_registry
from include.pipeline.settings import data_dir
from include.warehouse.files import PortalFiles
from plugins.ticket_marts_page.migration_reports import MigrationReport, read_reports
from plugins.ticket_marts_page.published_marts import PublishedMarts, read_published

HERE = Path(__file__).parent
# Ticket data come from strangers: no script runs, and only Airflow itself may frame the page.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
# A report is one file: its style is in it.
REPORT_HEADERS = HEADERS | {
    "Content-Security-Policy": HEADERS["Content-Security-Policy"].replace(
        "style-src 'self'", "style-src 'unsafe-inline'"
    )
}
MIGRATE = "migrate_tickets"
REPORT = "/migrations/{portal}/{source_portal_id}"


@cache
def app() -> FastAPI:
    """Build the application, once per process.

    Airflow does not guard a plugin's routes: the dependency answers 401 to whoever has no token.
    The documentation routes would stay open all the same, so there are none. The stylesheet is a
    route, not a static mount, because mounts bypass the dependencies.
    """
    page = FastAPI(
        title="Ticket marts",
        dependencies=[Depends(requires_authenticated())],
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    page.add_api_route("/", overview, methods=["GET"], response_class=HTMLResponse)
    page.add_api_route("/style.css", style, methods=["GET"], response_class=Response)
    # Reports hold values of tickets: for those who may see the DAG that migrates them.
    for path, answer in ((REPORT, migration), (f"{REPORT}/differences.csv", differences)):
        page.add_api_route(
            path,
            answer,
            methods=["GET"],
            response_class=Response,
            dependencies=[Depends(requires_access_dag(method="GET", param_dag_id=MIGRATE))],
        )
    return page


def overview() -> HTMLResponse:
    """Show each portal of the registry with what it has published."""
    portals: list[tuple[PublishedMarts, list[MigrationReport]]] = []
    problem = None
    try:
        portals = [
            (read_published(name, files.published), read_reports(files.root))
            for name, files in _files().items()
        ]
    except PipelineError as error:
        problem = str(error)
    body = _templates().get_template("overview.html").render(portals=portals, problem=problem)
    return HTMLResponse(body, status_code=503 if problem else 200, headers=HEADERS)


def migration(portal: str, source_portal_id: str) -> Response:
    """Serve the whole report of a migration, as it was written."""
    found = _report(portal, source_portal_id)
    return _file(found.page, "text/html; charset=utf-8", REPORT_HEADERS)


def differences(portal: str, source_portal_id: str) -> Response:
    """Serve every difference of a migration as CSV, to be saved."""
    found = _report(portal, source_portal_id)
    name = f"differences_{source_portal_id}_{portal}.csv"
    saved = {"Content-Disposition": f'attachment; filename="{name}"'}
    return _file(found.differences, "text/csv; charset=utf-8", HEADERS | saved)


def _report(portal: str, source_portal_id: str) -> MigrationReport:
    """Find a report among those that are there: no path is made of what a client says."""
    try:
        files = _files().get(portal)
    except PipelineError as error:
        raise HTTPException(503, str(error)) from error
    for report in read_reports(files.root) if files else []:
        if report.source_portal_id == source_portal_id:
            return report
    raise HTTPException(404, "There is no report of such a migration.")


def _file(path: Path, media_type: str, headers: dict[str, str]) -> Response:
    if not path.is_file():
        raise HTTPException(404, f"{path.name} is not there: `migrate reconcile` writes it anew.")
    return FileResponse(path, media_type=media_type, headers=headers)


def _files() -> dict[str, PortalFiles]:
    """Where each portal of the registry keeps its files."""
    return {
        name: PortalFiles(data_dir(), portal.portal_id) for name, portal in load_registry().items()
    }


def style() -> Response:
    """Serve the page's stylesheet."""
    return Response(
        (HERE / "templates" / "style.css").read_text(encoding="utf-8"),
        media_type="text/css",
        headers=HEADERS,
    )


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined
    )
    environment.globals["moment"] = _moment
    return environment


def _moment(value: datetime | None, absent: str = "unknown") -> str:
    if value is None:
        return absent
    in_utc = value.astimezone(UTC) if value.tzinfo else value
    return f"{in_utc:%Y-%m-%d %H:%M:%S} UTC"
