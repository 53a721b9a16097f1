"""One served portal for the tests that only read it over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import RunningSandbox, start_sandbox


@pytest.fixture(scope="session")
def served() -> Iterator[RunningSandbox]:
    """A generated portal without limits, standing at a fixed moment. Tests must not change it."""
    server = start_sandbox(
        generate=900, seed=4, until="2026-06-01T00:00:00Z", limits="off", association_page_size=3
    )
    yield server
    server.stop()
