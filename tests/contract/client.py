"""HubSpot's client on a sandbox, and a record of which of its routes were called."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType
from typing import Any

import hubspot
import pytest

from tests.conftest import RunningSandbox

_ROUTE = re.compile(r'call_api\(\s*"(/[^"]+)",\s*"([A-Z]+)"')


def client_of(server: RunningSandbox) -> Any:
    return hubspot.Client.create(access_token=server.token, host=server.url)


class Called:
    """Which routes of one package of the client were called while this recorded."""

    def __init__(self, package: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        self.package = package
        self.routes: set[tuple[str, str]] = set()
        original = package.ApiClient.call_api

        def call_api(api_client: Any, path: str, method: str, *args: Any, **more: Any) -> Any:
            answer = original(api_client, path, method, *args, **more)
            self.routes.add((method, path))  # one that was refused is not counted
            return answer

        monkeypatch.setattr(package.ApiClient, "call_api", call_api)

    def all_routes(self) -> set[tuple[str, str]]:
        folder = Path(str(self.package.__file__)).parent / "api"
        sources = [path.read_text(encoding="utf-8") for path in folder.glob("*.py")]
        return {(method, path) for text in sources for path, method in _ROUTE.findall(text)}

    def assert_all_but(self, *left_out: tuple[str, str]) -> None:
        """Assert that every route was called but those named, which the client really has."""
        routes = self.all_routes()
        assert len(routes) > 0
        assert routes - self.routes == set(left_out)
