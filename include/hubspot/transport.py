"""How bytes come over the wire: one exchange at a time, on a connection per thread."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, ReadTimeoutError

from include.hubspot.errors import InvalidAuthentication
from include.hubspot.retries import Failure

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Reply:
    """An answer as it came.

    Attributes:
        status: HTTP status.
        headers: Case-insensitive.
        body: Decompressed bytes.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """Sends requests with the token; turns what requests raises into failures."""

    def __init__(self, base_url: str, token: str, timeout: tuple[float, float]):
        """Check address and token; no connection is made yet.

        Args:
            base_url: Scheme and host (`https://api.hubapi.com`), from the connection.
            token: Bearer token.
            timeout: Seconds to connect, seconds for the whole answer.

        Raises:
            ValueError: The address is no http(s) address.
            InvalidAuthentication: The token is empty or holds characters that no token has.
        """
        parts = urlsplit(base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("HubSpot's address must look like https://api.hubapi.com")
        token = token.strip()
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise InvalidAuthentication(
                "the HubSpot token is empty or holds characters that no token has: "
                "nothing was sent; put the app's access token into the connection"
            )
        self.base_url = base_url.rstrip("/")
        self._authorization = f"Bearer {token}"
        self._timeout = timeout
        self._direct = parts.hostname in _LOOPBACK
        self._of_thread = threading.local()
        self._all: list[requests.Session] = []
        self._lock = threading.Lock()

    def exchange(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None,
        body: bytes | None,
        content_type: str | None = None,
    ) -> Reply:
        """Send one request and read its answer whole.

        Args:
            method: HTTP method.
            path: Below the base address.
            params: Query fields.
            body: What is sent, or None.
            content_type: Of a body that is not JSON.

        Raises:
            Broken: No answer, or only a part of one; holds the failure.
        """
        connect, whole = self._timeout
        deadline = time.monotonic() + whole
        try:
            with self._session().request(
                method,
                self.base_url + path,
                params=params,
                data=body,
                headers={"Content-Type": content_type} if content_type else None,
                timeout=(connect, whole),
                stream=True,
                allow_redirects=False,  # a redirect would carry the token to another host
            ) as response:
                return Reply(response.status_code, response.headers, _read(response, deadline))
        except requests.exceptions.ReadTimeout as error:
            raise Broken(Failure("timeout", detail=f"no answer in {whole:g} s")) from error
        except requests.RequestException as error:
            raise Broken(Failure("unreachable", detail=_root(error))) from error

    def close(self) -> None:
        """Close every thread's connection."""
        with self._lock:
            sessions, self._all = self._all, []
        for session in sessions:
            session.close()

    def _session(self) -> requests.Session:
        session = getattr(self._of_thread, "session", None)
        if session is None:
            session = self._of_thread.session = self._new_session()
            with self._lock:
                self._all.append(session)
        return session

    def _new_session(self) -> requests.Session:
        """Make a session that reads the environment once.

        trust_env would read it on every call, and would let a .netrc entry replace the token.
        """
        session = requests.Session()
        if not self._direct:
            found = session.merge_environment_settings(self.base_url, {}, None, None, None)
            session.proxies, session.verify = found["proxies"], found["verify"]
        session.trust_env = False
        adapter = HTTPAdapter(pool_connections=1, pool_maxsize=1, max_retries=0)
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        session.headers["Authorization"] = self._authorization
        session.headers["Content-Type"] = "application/json"
        session.headers["Accept"] = "application/json"
        session.headers["User-Agent"] = "hubspot-ticket-marts"
        return session


class Broken(Exception):
    """An exchange that brought no whole answer."""

    def __init__(self, failure: Failure):
        super().__init__(failure.detail)
        self.failure = failure


def _read(response: requests.Response, deadline: float) -> bytes:
    """Read the body as it comes; one that trickles past the deadline is no answer in time.

    A read timeout alone starts again with every byte, and a read that waits for a full buffer
    looks at no deadline: hence `read1` of the response below requests.
    """
    chunks = []
    try:
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            chunks.append(chunk)
            if time.monotonic() > deadline:
                raise Broken(Failure("timeout", detail="an answer that came too slowly"))
    except ReadTimeoutError as error:
        raise Broken(Failure("timeout", detail="an answer that stopped coming")) from error
    except HTTPError as error:  # cut off, reset, or no valid gzip
        raise Broken(Failure("malformed", detail="an answer that was cut off")) from error
    return b"".join(chunks)


def _root(error: BaseException) -> str:
    """The system's own word for why there is no connection, such as 'Connection refused'."""
    while error.__context__ is not None:
        error = error.__context__
    return getattr(error, "strerror", None) or type(error).__name__
