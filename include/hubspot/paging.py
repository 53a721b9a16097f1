"""Lists over `after`: the token is passed back, HubSpot's `link` is never followed.

Links in the wild point at other hosts and paths than the one that was asked.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from include.hubspot.answers import Answer
from include.hubspot.errors import SAFE, MalformedAnswer, PagingStuck
from include.hubspot.session import HubSpotSession


def pages(session: HubSpotSession, path: str, params: Mapping[str, Any]) -> Iterator[Answer]:
    """Read a list page by page until HubSpot names no next one.

    Raises:
        PagingStuck: A token came twice.
        MalformedAnswer: A page without results.
        HubSpotError: As drawn in `errors`.
    """
    seen, after = set(), None
    while True:
        answer = session.get(path, {**params, "after": after} if after else params)
        results(answer, path)
        yield answer
        after = next_after(answer.json)
        if after is None:
            return
        if after in seen:
            raise PagingStuck(
                f"HubSpot named the same next page of {path} twice: stopped instead of looping; "
                f"{SAFE}",
                route=f"GET {path}",
                status=answer.status,
            )
        seen.add(after)


def next_after(container: Mapping[str, Any]) -> str | None:
    """The token of the next page in anything that has `paging`, or None."""
    following = (container.get("paging") or {}).get("next") or {}
    after = following.get("after")
    return None if after in (None, "") else str(after)


def results(answer: Answer, path: str) -> list[dict[str, Any]]:
    """The rows of an answer.

    Raises:
        MalformedAnswer: There are none: an answer without `results` is not an empty list.
    """
    rows = answer.json.get("results")
    if not isinstance(rows, list):
        raise MalformedAnswer(
            f"HubSpot answered {path} with JSON that has no results: {SAFE}; if it stays, check "
            "the API version",
            route=path,
            status=answer.status,
        )
    return rows
