"""Bytes on the wire: answers whole, cut short, or not at all."""

import asyncio
import fcntl
import socket
import struct
import termios
from array import array
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import orjson

MAX_BODY = 32 * 1024 * 1024  # a batch of 100 tickets with long texts has a few megabytes
JSON = "application/json;charset=utf-8"
HTML = "text/html;charset=utf-8"
LONG_LINE = (414, "414 Request-URI Too Large")


@dataclass(slots=True)
class Answer:
    """An answer: status, body, and headers beside those that every answer has."""

    status: int
    content: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)
    media_type: str = JSON


def json_answer(status: int, payload: Any) -> Answer:
    """Return an answer with a JSON body, without any when there is no payload (204)."""
    return Answer(status, b"" if payload is None else orjson.dumps(payload))


def created_answer(url: str, key: str, payload: dict[str, Any]) -> Answer:
    """Return the answer to a creation, which says where what was created stands.

    Args:
        url: where it was asked to be created.
        key: its id or name there.
        payload: the answer's body.
    """
    return Answer(201, orjson.dumps(payload), [("Location", f"{url}/{quote(key, safe='')}")])


def html_answer(status: int, title: str) -> Answer:
    """Return what the edge in front of HubSpot says: a page, not the envelope."""
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Answer(status, page.encode(), media_type=HTML)


async def read_body(receive) -> bytes:
    """Return a request's body; of one that is too large so much that it shows."""
    parts, length = [], 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        if length <= MAX_BODY:
            parts.append(part)
            length += len(part)
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return b"".join(parts)


def _start(answer: Answer, date: str) -> dict[str, Any]:
    headers = [
        ("content-type", answer.media_type),
        ("content-length", str(len(answer.content))),
        ("date", date),
        ("x-sandbox", "1"),
        *answer.headers,
    ]
    return {
        "type": "http.response.start",
        "status": answer.status,
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
    }


def whole(answer: Answer, date: str) -> bytes:
    """Return an answer's bytes as they go over the wire, where no server stands between."""
    start = _start(answer, date)
    phrase = HTTPStatus(answer.status).phrase
    lines = [f"HTTP/1.1 {answer.status} {phrase}".encode()]
    lines += [name + b": " + value for name, value in start["headers"]]
    return b"\r\n".join([*lines, b"connection: close", b"", answer.content])


async def send_whole(send, answer: Answer, date: str) -> None:
    """Send an answer."""
    await send(_start(answer, date))
    await send({"type": "http.response.body", "body": answer.content})


async def send_and_reset(send, answer: Answer, date: str, where: str) -> None:
    """Cut the connection of a request that was done.

    Args:
        send: as ASGI has it.
        answer: what it would be answered.
        date: for its `Date` header.
        where: "after" the request (nothing is sent), "inside" the body (half of it is), or at its
            "end": a client has the whole answer, on a connection that breaks when it is used again.
    """
    if where in ("inside", "end"):
        half = answer.content[: len(answer.content) // 2]
        sent = half if where == "inside" else answer.content
        await send(_start(answer, date))
        # Never the last part: a next request on this connection would be answered meanwhile.
        await send({"type": "http.response.body", "body": sent, "more_body": True})
        await _delivered(send)
    reset(send)


async def _delivered(send) -> None:
    """Wait until the client's machine has what was sent: a reset discards what is on the way."""
    transport = send.__self__.transport
    connection = transport.get_extra_info("socket")
    for _ in range(100):
        await asyncio.sleep(0.02)
        unsent = array("i", [0])
        try:
            fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, unsent)
        except OSError:  # a system that does not tell it of sockets: what Python holds must do
            unsent[0] = 0
        if not unsent[0] and not transport.get_write_buffer_size():
            return


def reset(send) -> None:
    """Cut the connection with a TCP reset.

    ASGI has no word for it. `send` is a method of uvicorn's request cycle, which holds the
    transport; zero linger makes closing it a reset.
    """
    transport = send.__self__.transport
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
