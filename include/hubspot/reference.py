"""Reference data: properties, groups, pipelines with stages, owners. Complete lists each time."""

from typing import Any

from include.hubspot.paging import pages, results
from include.hubspot.session import HubSpotSession


def property_definitions(
    session: HubSpotSession, object_type: str, archived: bool = False
) -> list[dict[str, Any]]:
    """Read an object type's property definitions as sent.

    Sensitive properties are invisible unless asked for by `dataSensitivity`, which needs scopes
    of its own; they are not asked for.

    Raises:
        HubSpotError: As drawn in `errors`.
    """
    path = session.paths.properties(object_type)
    return _all(session, path, {"archived": str(archived).lower()})


def property_groups(session: HubSpotSession, object_type: str) -> list[dict[str, Any]]:
    """Read an object type's property groups as sent.

    Raises:
        HubSpotError: As drawn in `errors`.
    """
    return _all(session, session.paths.property_groups(object_type), {})


def pipelines(session: HubSpotSession, object_type: str = "tickets") -> list[dict[str, Any]]:
    """Read an object type's pipelines as sent, each with its `stages`.

    Deleted ones are gone from the answer: whoever keeps them compares with what he had.

    Raises:
        HubSpotError: As drawn in `errors`.
    """
    return _all(session, session.paths.pipelines(object_type), {})


def owners(session: HubSpotSession, archived: bool = False) -> list[dict[str, Any]]:
    """Read all owners as sent; archived ones are a list of their own, with userId null.

    Raises:
        HubSpotError: As drawn in `errors`.
    """
    params = {"archived": str(archived).lower(), "limit": 100}
    return _all(session, session.paths.owners(), params)


def _all(session: HubSpotSession, path: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for answer in pages(session, path, params) for row in results(answer, path)]
