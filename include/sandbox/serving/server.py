"""Runs the portal as a server on a port of this machine."""

import socket

import uvicorn

from include.sandbox.faults import Faults
from include.sandbox.request_log import RequestLog
from include.sandbox.routes import ENDPOINTS
from include.sandbox.routes.control import Control
from include.sandbox.serving.gate import Gate
from include.sandbox.serving.protocol import protocol
from include.sandbox.serving.router import Router
from include.sandbox.serving.service import Service
from include.sandbox.source import Life


class PortTaken(Exception):
    """The port cannot be had: the sentence says which and how to choose another."""


def listen(host: str, port: int) -> socket.socket:
    """Bind the port before anything is loaded, so that a taken one is known at once.

    Raises:
        PortTaken: another process has it, or it may not be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(512)
    except (OSError, OverflowError) as error:
        bound.close()
        raise PortTaken(
            f"The sandbox cannot listen on {host}:{port} ({error}); nothing was started: set"
            " SANDBOX_PORT (or --port) to a free port."
        ) from None
    return bound


def application(life: Life) -> Gate:
    """Build the ASGI application of a portal that was started."""
    assert life.portal is not None  # noqa: S101
    service = Service(life.portal, life.settings, RequestLog(), Faults(), life.journal, life.do)
    return Gate(service, Router(ENDPOINTS), Control(service, life))


def run(gate: Gate, bound: socket.socket) -> None:
    """Serve until the process is told to stop."""
    config = uvicorn.Config(
        gate,
        http=protocol(gate.refuse_line),
        ws="none",  # HubSpot has none: whoever asks for one is answered as if they had not
        loop="auto",  # uvloop where it exists
        timeout_keep_alive=75,  # a client's idle connection is not cut under its next request
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=2,
        proxy_headers=False,
    )
    uvicorn.Server(config).run(sockets=[bound])
