"""Where a portal answers and with which token: read from connections, never written anywhere."""

import json
import os
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from include.pipeline.errors import ConnectionMissing


@dataclass(frozen=True)
class Connection:
    """A HubSpot connection.

    Attributes:
        host: base URL, such as `https://api.hubapi.com` or a sandbox's address.
        token: the bearer token; kept out of repr, so out of logs.
        called: what errors call it.
    """

    host: str
    token: str = field(repr=False)
    called: str = field(default="the connection", compare=False)

    def __post_init__(self) -> None:
        """Refuse an address that is not one, and an empty token."""
        if not _is_address(self.host):
            shown = "" if "@" in self.host else f" {self.host!r}"  # a secret may stand before it
            raise ConnectionMissing(
                f"{self.called} has a host{shown} that is no address; nothing was read or written; "
                "give 'https://…' or 'http://…' and run again."
            )
        if not self.token:
            raise ConnectionMissing(
                f"{self.called} to {self.host} holds no token; nothing was read or written; put "
                "it into its 'password' and run again."
            )


def _is_address(host: str) -> bool:
    try:
        parts = urlsplit(host)
        name, _ = parts.hostname or "", parts.port  # a port that is no number is refused here
        name.encode("idna")
    except ValueError:  # UnicodeError too: a label that is empty or too long
        return False
    is_plain = not re.search(r"[\s?#@]", host)
    return parts.scheme in {"http", "https"} and bool(name) and is_plain


def address_of(host: str | None, schema: str | None, port: int | str | None) -> str:
    """Put a base URL together from the fields that Airflow's own form has.

    Args:
        host: a whole address, or a name alone.
        schema: `http` or `https` (the default), when `host` is a name alone.
        port: when it is not the schema's own.
    """
    host = (host or "").rstrip("/")
    if "://" in host or not host:
        return host
    return f"{schema or 'https'}://{host}" + (f":{port}" if port else "")


def variable_of(connection_id: str) -> str:
    """Return the environment variable that Airflow reads a connection from."""
    return f"AIRFLOW_CONN_{connection_id.upper()}"


def connection_from_environment(connection_id: str) -> Connection:
    """Read `AIRFLOW_CONN_<ID>`, the JSON form that Airflow itself reads.

    Raises:
        ConnectionMissing: not set, not JSON, or without host or password.
    """
    variable = variable_of(connection_id)
    text = os.environ.get(variable)
    example = (
        '{"conn_type": "http", "host": "https://api.hubapi.com", "password": "<token>"}; '
        "nothing was read or written."
    )
    if not text:
        raise ConnectionMissing(f"{variable} is not set; give the connection as JSON: {example}")
    try:
        fields = json.loads(text)
        host, schema, port = (fields.get(name) for name in ("host", "schema", "port"))
        token = str(fields.get("password") or "")
    except (ValueError, AttributeError):
        # `from None`: the JSON error quotes the text, and the text holds the token.
        raise ConnectionMissing(f"{variable} is not a JSON object; give: {example}") from None
    address = address_of(host and str(host), schema and str(schema), port)
    return Connection(address, token, f"connection '{connection_id}' ({variable})")
