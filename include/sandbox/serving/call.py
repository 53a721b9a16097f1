"""One request as a route sees it, with the checks that HubSpot makes of every field."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, urlencode

import orjson

from include.sandbox.errors import InvalidInput
from include.sandbox.store import record_id_of


@dataclass(slots=True)
class Call:
    """A request: path parameters, query, body; `family` is v3, 2026-03 or 2026-09.

    `url` is where it was asked, without its query; `headers` are as they came (names lower case).
    """

    family: str
    path: dict[str, str]
    query_string: str = ""
    content: bytes = b""
    url: str = "https://api.hubapi.com"
    headers: dict[str, str] = field(default_factory=dict)
    _query: dict[str, list[str]] | None = field(default=None, repr=False)

    @property
    def query(self) -> dict[str, list[str]]:
        """Return the query's fields."""
        if self._query is None:
            self._query = parse_qs(self.query_string, keep_blank_values=True)
        return self._query

    def text(self, name: str, default: str = "") -> str:
        """Return a query field."""
        return self.query.get(name, [default])[-1]

    @property
    def origin(self) -> str:
        """Return scheme and host under which this request came."""
        return "/".join(self.url.split("/", 3)[:3])

    def paging(self, after: str, path: str = "") -> dict[str, Any]:
        """Return `paging` to the page that begins at `after`, its link on this portal's own host.

        Args:
            after: the cursor.
            path: the path to read on at, when it is not this request's own.
        """
        fields = [
            (name, value)
            for name, values in self.query.items()
            for value in values
            if name != "after"
        ]
        url = self.origin + quote(path) if path else self.url
        return {"next": {"after": after, "link": f"{url}?{urlencode([*fields, ('after', after)])}"}}

    def names(self, name: str) -> list[str]:
        """Return a query field that lists names, separated by commas or repeated."""
        return [part for text in self.query.get(name, []) for part in text.split(",") if part]

    def number(self, name: str, default: int, most: int) -> int:
        """Return a query field that is a whole number.

        Raises:
            InvalidInput: it is none, or not in 1..most.
        """
        text = self.text(name)
        if not text:
            return default
        number = record_id_of(text)
        if number is None or not 1 <= number <= most:
            raise InvalidInput(f"Invalid input: {name} must lie in 1..{most}, not {text[:20]!r}")
        return number

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a query field that is true or false.

        Raises:
            InvalidInput: it is neither.
        """
        text = self.text(name).lower()
        if text in ("", "true", "false"):
            return default if not text else text == "true"
        raise InvalidInput(f"Invalid input: {name} must be true or false")

    def body(self) -> dict[str, Any]:
        """Return the JSON object of the body.

        Raises:
            InvalidInput: there is none.
        """
        body = self._json()
        if not isinstance(body, dict):
            raise InvalidInput("Invalid input JSON: an object is expected")
        return body

    def listed(self) -> list[Any]:
        """Return the JSON list of the body.

        Raises:
            InvalidInput: there is none.
        """
        body = self._json()
        if not isinstance(body, list):
            raise InvalidInput("Invalid input JSON: a list is expected")
        return body

    def _json(self) -> Any:
        try:
            return orjson.loads(self.content)
        except orjson.JSONDecodeError as error:
            raise InvalidInput(f"Invalid input JSON: {error.msg}") from None

    def inputs(self, body: dict[str, Any], most: int) -> list[Any]:
        """Return a batch request's inputs.

        Raises:
            InvalidInput: they are missing or too many.
        """
        given = body.get("inputs")
        if not isinstance(given, list):
            raise InvalidInput("Invalid input JSON: inputs must be a list")
        if len(given) > most:
            raise InvalidInput(
                f"The maximum number of inputs supported in a batch request is {most},"
                f" but {len(given)} were given"
            )
        return given

    def items(self, most: int) -> list[dict[str, Any]]:
        """Return the inputs of the body, each an object.

        Raises:
            InvalidInput: they are missing, too many, or one is no object.
        """
        given = self.inputs(self.body(), most)
        if not all(isinstance(item, dict) for item in given):
            raise InvalidInput("Invalid input JSON: inputs must be a list of objects")
        return given

    def named(self, body: dict[str, Any], most: int, field_name: str = "id") -> list[str]:
        """Return the ids (or names) of a batch request's inputs.

        Raises:
            InvalidInput: they are missing, malformed or too many.
        """
        given = self.inputs(body, most)
        found = [item.get(field_name) if isinstance(item, dict) else None for item in given]
        if not all(isinstance(i, str) or (isinstance(i, int) and i is not True) for i in found):
            raise InvalidInput(f"Invalid input JSON: every input needs its {field_name}")
        return [str(i) for i in found]


def listed_names(body: dict[str, Any], name: str) -> list[str]:
    """Return a body's list of names, empty when it has none.

    Raises:
        InvalidInput: it is no list of strings.
    """
    names = body.get(name) or []
    if not isinstance(names, list) or not all(isinstance(item, str) for item in names):
        raise InvalidInput(f"Invalid input JSON: {name} must be a list of strings")
    return names
