from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import RunningSandbox, start_sandbox
from tests.contract.client import client_of


@pytest.fixture(scope="module")
def server() -> Iterator[RunningSandbox]:
    """A portal for the tests of one module, which write to it."""
    running = start_sandbox(generate=120, seed=6, until="2026-06-01T00:00:00Z", limits="off")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def client(server: RunningSandbox) -> Any:
    return client_of(server)
