"""Request lines that the server's own parser cannot hold: the edge refuses them, as it does others.

The parser keeps a URL's lengths in 16 bits, and the server answers what exceeds them with a plain
400 that no sandbox ever counted.
"""

from collections.abc import Callable

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

PARSED = 65_535  # bytes of a URL that the parser can take apart
_READ = 1_000_000  # bytes of a URL that are read at all

Refuse = Callable[[str], bytes]


def protocol(refuse: Refuse) -> type[HttpToolsProtocol]:
    """Return uvicorn's protocol, in which `refuse` answers a request line that is too long.

    Args:
        refuse: takes the method, returns the whole answer as it goes over the wire.
    """

    class LongLines(HttpToolsProtocol):
        def on_url(self, url: bytes) -> None:
            super().on_url(url)
            if len(self.url) > _READ:
                raise ValueError("nobody reads a URL to such an end")

        def send_400_response(self, msg: str) -> None:
            if not self.url or len(self.url) <= PARSED:
                super().send_400_response(msg)
                return
            self.transport.write(refuse(self.parser.get_method().decode("ascii", "replace")))
            self.transport.close()

    return LongLines
