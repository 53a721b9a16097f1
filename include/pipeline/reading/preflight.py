"""What is checked before anything is read: the token works, and belongs to the right portal."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from include.hubspot.account import account_details
from include.hubspot.errors import InvalidAuthentication
from include.hubspot.session import HubSpotSession
from include.pipeline.errors import WrongPortal
from include.pipeline.registry import Portal


@dataclass(frozen=True)
class Account:
    """The account that a token belongs to.

    Attributes:
        details: HubSpot's answer.
        now: HubSpot's time at the beginning of the read, UTC; this machine's clock is not asked.
    """

    details: dict[str, Any]
    now: datetime


@contextmanager
def naming_connection(portal: Portal) -> Iterator[None]:
    """Let a refusal of the token say which connection of which portal holds it.

    Raises:
        InvalidAuthentication: HubSpot does not accept the token, or it is none.
    """
    try:
        yield
    except InvalidAuthentication as error:
        raise InvalidAuthentication(
            f"portal '{portal.name}', connection '{portal.connection}': {error}",
            route=error.route,
            status=error.status,
        ) from error


def preflight(session: HubSpotSession, portal: Portal) -> Account:
    """Ask who we are before asking anything else.

    Raises:
        WrongPortal: the token belongs to another portal than the registry says.
        HubSpotError: HubSpot refuses the token or cannot be reached.
    """
    with naming_connection(portal):
        details = account_details(session)
    found = str(details.get("portalId"))
    if found != portal.portal_id:
        raise WrongPortal(
            f"the token of connection '{portal.connection}' belongs to portal {found}, but the "
            f"registry says that '{portal.name}' is portal {portal.portal_id}; nothing was read "
            "or written; correct the connection or the registry."
        )
    return Account(details, session.now())
