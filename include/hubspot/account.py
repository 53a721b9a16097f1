"""Whose token this is."""

from typing import Any

from include.hubspot.session import HubSpotSession


def account_details(session: HubSpotSession) -> dict[str, Any]:
    """Read the account that the token belongs to.

    Returns:
        As sent: portalId (a number), accountType, timeZone, companyCurrency, utcOffset, uiDomain,
        dataHostingLocation and others.

    Raises:
        HubSpotError: As drawn in `errors`.
    """
    return session.get(session.paths.account_details()).json
