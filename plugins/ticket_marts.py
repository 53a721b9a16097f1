"""Registers the ticket marts page with Airflow; the page itself is `ticket_marts_page`.

Airflow runs this file as a top-level module in every process that loads plugins, each task's too.
So nothing heavy is imported here: the page is built when its first request comes.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

Message = MutableMapping[str, Any]


async def ticket_marts_page(
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """Hand a request to the page, an ASGI application."""
    from plugins.ticket_marts_page.app import app  # noqa: PLC0415 - see above

    await app()(scope, receive, send)


class TicketMartsPlugin(AirflowPlugin):
    """One page in Airflow's navigation: how fresh the published marts are, and what they hold."""

    name = "ticket_marts"
    fastapi_apps: ClassVar[list[dict[str, Any]]] = [
        {"name": "ticket_marts", "app": ticket_marts_page, "url_prefix": "/ticket-marts"}
    ]
    external_views: ClassVar[list[dict[str, str]]] = [
        {
            "name": "Ticket marts",
            # Relative: Airflow may sit behind a path prefix.
            "href": "ticket-marts/",
            "destination": "nav",
            "category": "browse",
            "url_route": "ticket_marts",
        }
    ]
