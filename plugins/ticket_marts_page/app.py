"""The web application: guarded, read-only, without documentation pages."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from airflow.api_fastapi.core_api.security import requires_authenticated
from fastapi import Depends, FastAPI, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from include.pipeline.errors import PipelineError
from include.pipeline.registry import load_registry
from include.pipeline.settings import data_dir
from include.warehouse.files import PortalFiles
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
    return page


def overview() -> HTMLResponse:
    """Show each portal of the registry with what it has published."""
    portals: list[PublishedMarts] = []
    problem = None
    try:
        portals = [
            read_published(name, PortalFiles(data_dir(), portal.portal_id).published)
            for name, portal in load_registry().items()
        ]
    except PipelineError as error:
        problem = str(error)
    body = _templates().get_template("overview.html").render(portals=portals, problem=problem)
    return HTMLResponse(body, status_code=503 if problem else 200, headers=HEADERS)


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
