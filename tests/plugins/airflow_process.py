"""Airflow's web application with this project's plugins, in a process of its own.

Run as a script it answers requests, one JSON object per line: {"path", "method", "user", "env"}
→ {"status", "headers", "body"}, on the file descriptor that its argument names (Airflow logs to
stdout). Plugins are loaded and mounted by Airflow's own functions, and tokens are signed and
checked by its auth manager; only the web server between is left out. A process of its own because
Airflow reads AIRFLOW_HOME once, at its first import.
"""

import json
import os
import sys

from airflow import plugins_manager
from airflow.api_fastapi.app import create_auth_manager, init_plugins
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.models.revoked_token import RevokedToken
from airflow.settings import engine
from fastapi import FastAPI
from fastapi.testclient import TestClient


def client_of_ours() -> TestClient:
    """Return a client of an application that has our plugins mounted as the api-server does."""
    api = FastAPI()
    init_plugins(api)
    return TestClient(api, follow_redirects=False)


def token_of_a_viewer() -> str:
    """Return a token as logging in gives it; checking one asks the table of revoked ones."""
    RevokedToken.__table__.create(engine, checkfirst=True)
    auth_manager = create_auth_manager()
    auth_manager.init()
    return auth_manager.generate_jwt(SimpleAuthManagerUser(username="ada", role="viewer"))


def answer(client: TestClient, token: str, request: dict) -> dict:
    """Send one request as the user it names."""
    os.environ.update(request.get("env", {}))
    headers = {
        "bearer": {"Authorization": f"Bearer {token}"},
        "cookie": {"Cookie": f"_token={token}"},
        "forged": {"Authorization": f"Bearer {token[:-4]}AAAA"},
        "nobody": {},
    }[request["user"]]
    response = client.request(request.get("method", "GET"), request["path"], headers=headers)
    return {
        "status": response.status_code,
        "headers": dict(response.headers),
        "body": response.text,
    }


def registered() -> dict:
    """Return what the plugin loader found in our folder."""
    plugins, errors = plugins_manager._get_plugins()
    return {
        "plugins": [plugin.name for plugin in plugins if "PLUGINS_FOLDER" in str(plugin.source)],
        "errors": errors,
        "views": plugins_manager._get_ui_plugins()[0],
        "imported": "plugins.ticket_marts_page.app" in sys.modules,
    }


if __name__ == "__main__":
    with os.fdopen(int(sys.argv[1]), "w") as out:
        print(json.dumps(registered()), file=out, flush=True)
        page, viewer = client_of_ours(), token_of_a_viewer()
        for line in sys.stdin:
            print(json.dumps(answer(page, viewer, json.loads(line))), file=out, flush=True)
