"""What was written to links, labels, threads and files survives a kill."""

from __future__ import annotations

import signal
import urllib.request
from pathlib import Path

from tests.conftest import RunningSandbox
from tests.include.sandbox.routes.test_files import BYTES, form

UNTIL = "2026-06-01T00:00:00Z"
LABELS = "/crm/v4/associations/tickets/contacts/labels"
THREADS = "/conversations/v3/conversations/threads"


def upload(server: RunningSandbox) -> str:
    content = form(file=("a.bin", BYTES), folderPath="/x", options='{"access":"PRIVATE"}')

    request = urllib.request.Request(  # noqa: S310  http on loopback
        server.url + "/files/v3/files",
        content,
        {
            "Authorization": f"Bearer {server.token}",
            "Content-Type": "multipart/form-data; boundary=x0x",
        },
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        assert answer.status == 201
    return server.get("/files/v3/files/search?name=a")["results"][0]["id"]


def test_writes_are_there_again_after_a_kill(sandbox, tmp_path: Path) -> None:
    options = {"generate": 30, "until": UNTIL, "limits": "off", "state": tmp_path / "state.jsonl"}
    server = sandbox(**options)
    ticket = server.get("/crm/v3/objects/tickets")["results"][0]["id"]
    contact = server.get("/crm/v3/objects/contacts?limit=100")["results"][-1]["id"]
    made = server.post(LABELS, {"label": "Payer", "name": "payer"})["results"][0]
    pair = f"/crm/v4/objects/tickets/{ticket}/associations/contacts"
    types = [{"associationCategory": "USER_DEFINED", "associationTypeId": made["typeId"]}]
    assert server.call("PUT", f"{pair}/{contact}", types)[0] == 201
    thread = server.get(THREADS)["results"][0]["id"]
    comment = {"type": "COMMENT", "text": "Überall"}
    assert server.call("POST", f"{THREADS}/{thread}/messages", comment)[0] == 201
    file = upload(server)
    paths = [LABELS, pair, f"{THREADS}/{thread}/messages", f"/files/v3/files/{file}/signed-url"]
    before = [server.get(path) for path in paths[:3]]
    size = server.get(paths[3])["size"]
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    again = sandbox(**options)
    assert [again.get(path) for path in paths[:3]] == before
    link = again.get(paths[3])
    assert link["size"] == size == len(BYTES)
    _, _, content = again.call("GET", link["url"].removeprefix(again.url))
    assert content.encode("utf-8", "replace") == BYTES.decode("utf-8", "replace").encode()
