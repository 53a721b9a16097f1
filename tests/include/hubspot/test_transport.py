"""Bytes over the wire: what the sandbox, a well-behaved server, does not do."""

import gzip
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from include.hubspot.errors import InvalidAuthentication
from include.hubspot.transport import Broken, Transport

TOKEN = "pat-eu1-secret"


class Edge(BaseHTTPRequestHandler):
    """An edge server with a temper; the path chooses it."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.seen.append((self.client_address, self.path, self.headers["Authorization"]))
        body = {"/gzip": gzip.compress(b'{"zipped": true}')}.get(self.path, b'{"plain": true}')
        self.send_response(302 if self.path == "/moved" else 200)
        if self.path == "/gzip":
            self.send_header("Content-Encoding", "gzip")
        if self.path == "/moved":
            self.send_header("Location", f"http://localhost:{self.server.server_port}/stolen")
        self.send_header("Content-Length", str(len(body) + (self.path == "/short")))
        self.end_headers()
        pause = 0.15 if self.path == "/trickle" else 0
        for byte in body if pause else [body]:
            self.wfile.write(bytes([byte]) if pause else byte)
            self.wfile.flush()
            time.sleep(pause)
        self.close_connection = self.path == "/short"

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def edge():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Edge)
    server.seen = []
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    server.handle_error = lambda *_: None  # a client that hangs up is what is tested
    server.url = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def transport(edge):
    opened = Transport(edge.url, TOKEN, (1.0, 1.0))
    yield opened
    opened.close()


def get(transport, path):
    return transport.exchange("GET", path, None, None)


def test_one_thread_keeps_one_connection(edge, transport):
    assert [get(transport, "/plain").body for _ in range(5)] == [b'{"plain": true}'] * 5
    assert len({address for address, _, _ in edge.seen}) == 1


def test_a_compressed_answer_is_read(transport):
    assert get(transport, "/gzip").body == b'{"zipped": true}'


def test_a_redirect_is_not_followed_so_the_token_stays_here(edge, transport):
    assert get(transport, "/moved").status == 302
    assert [path for _, path, _ in edge.seen] == ["/moved"]


def test_a_netrc_entry_does_not_replace_the_token(edge, transport, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    get(transport, "/plain")
    assert edge.seen[0][2] == f"Bearer {TOKEN}"


def test_a_proxy_does_not_stand_before_this_machine(edge, transport, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert get(transport, "/plain").status == 200


def test_a_proxy_of_the_environment_is_used_for_hubspot(monkeypatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    with pytest.raises(Broken, match="Connection refused"):
        get(Transport("https://api.hubapi.invalid", TOKEN, (1.0, 1.0)), "/plain")


def test_an_answer_that_trickles_ends_at_the_deadline(transport):
    began = time.monotonic()
    with pytest.raises(Broken, match="came too slowly") as broken:
        get(transport, "/trickle")
    assert time.monotonic() - began < 1.5
    assert broken.value.failure.is_overload


def test_an_answer_shorter_than_announced_is_cut_off(transport):
    with pytest.raises(Broken, match="cut off") as broken:
        get(transport, "/short")
    assert broken.value.failure.kind == "malformed"


def test_nobody_listening_is_said_in_the_systems_words():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(Broken, match="Connection refused"):
            get(Transport(url, TOKEN, (1.0, 1.0)), "/plain")


def test_a_listener_that_never_answers_is_a_timeout():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(Broken, match=r"no answer in 0\.2 s"):
            get(Transport(url, TOKEN, (1.0, 0.2)), "/plain")


@pytest.mark.parametrize("token", ["", "  ", "pat\nX-Evil: 1", "pät", "two words"])
def test_what_cannot_be_a_token_is_refused_without_being_shown(token):
    with pytest.raises(InvalidAuthentication) as refused:
        Transport("https://api.hubapi.com", token, (1.0, 1.0))
    assert not token.strip() or token not in str(refused.value)


def test_a_token_file_s_last_newline_does_no_harm(edge):
    get(Transport(edge.url, f"{TOKEN}\n", (1.0, 1.0)), "/plain")
    assert edge.seen[0][2] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("url", ["", "api.hubapi.com", "ftp://api.hubapi.com", "https://"])
def test_what_is_no_address_is_refused(url):
    with pytest.raises(ValueError, match="must look like"):
        Transport(url, TOKEN, (1.0, 1.0))
