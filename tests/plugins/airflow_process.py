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
from airflow.models import import_all_models
from airflow.models.base import Base
from airflow.settings import engine
from fastapi import FastAPI
from fastapi.testclient import TestClient


def client_of_ours() -> TestClient:
    """Return a client of an application that has our plugins mounted as the api-server does."""
    api = FastAPI()
    init_plugins(api)
    return TestClient(api, follow_redirects=False)


def tokens() -> tuple[str, str]:
    """Return tokens as logging in gives them, of a viewer and of somebody without any role.

    Checking one asks the table of revoked ones, asking for a DAG those of teams.
    """
    import_all_models()
    Base.metadata.create_all(engine)
    auth_manager = create_auth_manager()
    auth_manager.init()
    users = (("ada", "viewer"), ("eve", None))
    viewer, stranger = (
        auth_manager.generate_jwt(SimpleAuthManagerUser(username=name, role=role))
        for name, role in users
    )
    return viewer, stranger


def answer(client: TestClient, token: str, stranger: str, request: dict) -> dict:
    """Send one request as the user it names."""
    os.environ.update(request.get("env", {}))
    headers = {
        "bearer": {"Authorization": f"Bearer {token}"},
        "cookie": {"Cookie": f"_token={token}"},
        "forged": {"Authorization": f"Bearer {token[:-4]}AAAA"},
        "nobody": {},
        "without a role": {"Authorization": f"Bearer {stranger}"},
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
        page, (viewer, stranger) = client_of_ours(), tokens()
        for line in sys.stdin:
            told = answer(page, viewer, stranger, json.loads(line))
            print(json.dumps(told), file=out, flush=True)
