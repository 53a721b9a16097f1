from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.sandbox.errors import InvalidInput
from include.sandbox.serving.multipart import read_form
from tests.include.sandbox.asking import Asker
from tests.include.sandbox.portals import generated_portal

FILES = "/files/v3/files"
BYTES = bytes(range(256)) + b"\r\n--not the boundary\r\n"


def form(boundary: str = "x0x", **fields: Any) -> bytes:
    parts = []
    for name, value in fields.items():
        filename, content = value if isinstance(value, tuple) else (None, value.encode())
        head = f'Content-Disposition: form-data; name="{name}"'
        head += "" if filename is None else f'; filename="{filename}"\r\nContent-Type: text/plain'
        parts.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + content + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode()


@pytest.fixture(scope="module")
def portal():
    return generated_portal(10, 1, "2026-06-01T00:00:00Z", limits="off")


@pytest.fixture
def ask(portal) -> Asker:
    return Asker(portal)


def upload(ask: Asker, name: str = "Löwe.pdf", access: str = "PRIVATE", **more: Any) -> Any:
    fields = {"file": (name, BYTES), "options": json.dumps({"access": access})}
    fields |= more or {"folderPath": "/migrated/tickets"}
    answer = ask.answer("POST", FILES, form(**fields), "multipart/form-data; boundary=x0x")
    return answer.status, orjson.loads(answer.content)


def test_what_was_uploaded_is_downloaded_byte_for_byte_by_a_signed_link(ask: Asker) -> None:
    status, file = upload(ask)
    assert (status, file["name"], file["extension"], file["type"]) == (201, "Löwe", "pdf",
                                                                       "DOCUMENT")  # fmt: skip
    assert file["path"] == "/migrated/tickets/Löwe.pdf"
    _, link = ask("GET", f"{FILES}/{file['id']}/signed-url?expirationSeconds=60")
    path = link["url"].removeprefix("http://portal.test:8089")
    ask.token = "nobody's"
    answer = ask.answer("GET", path)
    assert (answer.status, answer.content) == (200, BYTES)
    assert answer.media_type == "application/pdf"
    headers = dict(answer.headers)
    assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''L%C3%B6we.pdf"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert ask.answer("GET", path.replace("Signature=", "Signature=0")).status == 404
    assert ask.answer("GET", path.replace("Expires=1", "Expires=2")).status == 404
    ask.portal.advance(ask.portal.clock.now() + 61_000)
    assert ask.answer("GET", path).status == 404


def test_a_public_file_is_open_and_a_private_one_is_not(ask: Asker) -> None:
    for access, status in (("PUBLIC_NOT_INDEXABLE", 200), ("PRIVATE", 404)):
        _, file = upload(ask, access=access)
        path = file["url"].removeprefix("http://portal.test:8089")
        assert ask.answer("GET", unquote(path)).status == status


def test_a_second_file_of_the_same_name_stands_beside_the_first(ask: Asker) -> None:
    names = [upload(ask, "same.txt", folderPath="/twice")[1]["path"] for _ in range(3)]
    assert names == ["/twice/same.txt", "/twice/same-1.txt", "/twice/same-2.txt"]
    _, found = ask("GET", f"{FILES}/search?name=same&limit=2")
    assert len(found["results"]) == 2
    rest = ask("GET", found["paging"]["next"]["link"].removeprefix("http://portal.test:8089"))[1]
    assert [file["path"] for file in rest["results"]] == ["/twice/same-2.txt"]


def test_a_file_is_renamed_replaced_found_by_path_and_deleted(ask: Asker) -> None:
    _, file = upload(ask, "a.txt")
    one = f"{FILES}/{file['id']}"
    assert (
        ask("PATCH", one, {"name": "b", "parentFolderPath": "/there"})[1]["path"] == "/there/b.txt"
    )
    answer = ask.answer(
        "PUT", one, form(file=("c.txt", b"new")), "multipart/form-data; boundary=x0x"
    )
    assert (answer.status, orjson.loads(answer.content)["size"]) == (200, 3)
    assert ask("GET", f"{FILES}/stat/there/b.txt")[1]["file"]["id"] == file["id"]
    assert "folder" in ask("GET", f"{FILES}/stat/there")[1]
    assert ask("PATCH", one, {"access": "EVERYBODY"})[0] == 400
    assert ask("DELETE", one) == (204, None)
    assert ask("GET", one)[0] == 404


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"file": ("a.txt", b"x")},
        {"file": ("a.txt", b"x"), "options": "{}", "folderPath": "/a"},
        {"file": ("a.txt", b"x"), "options": "[", "folderPath": "/a"},
        {"file": ("a.txt", b"x"), "options": '{"access":"PRIVATE"}'},
        {"file": ("", b"x"), "options": '{"access":"PRIVATE"}', "folderPath": "/a"},
        {"options": '{"access":"PRIVATE"}', "folderPath": "/a"},
    ],
)
def test_a_form_that_lacks_something_is_refused(ask: Asker, fields: dict) -> None:
    answer = ask.answer("POST", FILES, form(**fields), "multipart/form-data; boundary=x0x")
    assert answer.status == 400
    assert upload(ask, folderId="5")[0] == 404


def test_folders_are_made_shown_and_deleted_when_empty(ask: Asker) -> None:
    status, folder = ask("POST", "/files/v3/folders", {"name": "c", "parentPath": "/a/b"})
    assert (status, folder["path"]) == (201, "/a/b/c")
    assert ask("GET", "/files/v3/folders/a/b/c")[1] == folder
    assert ask("GET", f"/files/v3/folders/{folder['id']}")[1] == folder
    assert ask("DELETE", "/files/v3/folders/a/b")[0] == 400
    assert ask("DELETE", "/files/v3/folders/a/b/c") == (204, None)
    assert ask("GET", "/files/v3/folders/a/b/c")[0] == 404
    assert ask("POST", "/files/v3/folders", {"name": "x/y"})[0] == 400
    found = ask("GET", "/files/v3/folders/search?name=/a")[1]["results"]
    assert [f["path"] for f in found][:2] == ["/a", "/a/b"]


def test_what_an_engagement_names_as_its_attachment_can_be_downloaded(ask: Asker) -> None:
    store, texts = ask.portal.stores["notes"], ask.portal.texts
    ticket = next(iter(ask.portal.stores["tickets"].live))
    body = {"properties": {"hs_timestamp": "2026-05-01T00:00:00Z", "hs_note_body": "x",
                           "hs_attachment_ids": "987654;987655"}}  # fmt: skip
    assert ask("POST", "/crm/v3/objects/notes", body)[0] == 201, (store, texts, ticket)
    _, link = ask("GET", f"{FILES}/987655/signed-url")
    path = link["url"].removeprefix("http://portal.test:8089")
    assert ask.answer("GET", path).content == b"Attachment 987655\n"


def test_a_deleted_attachment_stays_deleted_though_an_engagement_names_it(ask: Asker) -> None:
    body = {"properties": {"hs_timestamp": "2026-05-01T00:00:00Z", "hs_note_body": "x",
                           "hs_attachment_ids": "987654;987655"}}  # fmt: skip
    ask("POST", "/crm/v3/objects/notes", body)
    both = f"{FILES}/search?ids=987654&ids=987655&limit=100"
    assert [file["id"] for file in ask("GET", both)[1]["results"]] == ["987654", "987655"]
    assert ask("DELETE", f"{FILES}/987654") == (204, None)
    assert [file["id"] for file in ask("GET", both)[1]["results"]] == ["987655"]
    assert ask("GET", f"{FILES}/987654")[0] == 404


@settings(max_examples=200, deadline=None)
@given(
    fields=st.dictionaries(
        st.sampled_from(["file", "options", "folderPath", "folderId", "fileName", "odd"]),
        st.binary(max_size=40),
        min_size=1,
    ),
    boundary=st.text("abc0", min_size=4, max_size=9).map(lambda b: f"==={b}"),
)
def test_a_form_is_read_as_it_was_written(fields: dict[str, bytes], boundary: str) -> None:
    if any(boundary.encode() in content for content in fields.values()):
        return
    content = form(boundary, **{name: (f"{name}.bin", c) for name, c in fields.items()})
    found = read_form(f'multipart/form-data; boundary="{boundary}"', content)
    assert {name: part.content for name, part in found.items()} == fields


@settings(max_examples=150, deadline=None)
@given(media=st.text(max_size=60), content=st.binary(max_size=200))
def test_an_odd_form_is_refused_never_a_defect(media: str, content: bytes) -> None:
    for kind in (media, "multipart/form-data; boundary=x"):
        try:
            read_form(kind, content)
        except InvalidInput:
            continue
