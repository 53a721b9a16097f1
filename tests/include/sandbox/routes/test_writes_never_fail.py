"""No write of links, conversations, files or erasure is a defect, however odd it is."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.sandbox.routes import (
    actors,
    association_schema,
    association_writes,
    associations_v3,
    conversation_writes,
    conversations,
    downloads,
    erasure,
    files,
    folders,
    legacy,
    limits,
    oauth,
)
from include.sandbox.serving.endpoint import Endpoint
from tests.include.sandbox.asking import Asker
from tests.include.sandbox.portals import generated_portal
from tests.include.sandbox.routes.test_files import form

ROOMS = (actors, downloads,
         association_schema, association_writes, associations_v3, conversation_writes,
         conversations, erasure, files, folders, legacy, limits, oauth)  # fmt: skip
ENDPOINTS: list[Endpoint] = [endpoint for room in ROOMS for endpoint in room.ENDPOINTS]
ROUTES = [(endpoint.method, endpoint.paths()[-1][1]) for endpoint in ENDPOINTS]

odd = st.one_of(
    st.text(max_size=10),
    st.sampled_from(["", "0", "-1", "²", "9" * 30, "1e9", "true", "1000000057", "🔥", "../x"]),
)
scalars = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63), st.floats(), odd)
values = st.recursive(
    scalars, lambda v: st.lists(v, max_size=3) | st.dictionaries(odd, v, max_size=2), max_leaves=5
)
known_ids = st.sampled_from(["50000007", "50000020", 50000033, "7300000000"])
ends = st.fixed_dictionaries({}, optional={"id": known_ids | values})
types = st.fixed_dictionaries(
    {},
    optional={
        "associationCategory": st.sampled_from(["HUBSPOT_DEFINED", "USER_DEFINED"]) | values,
        "associationTypeId": st.sampled_from([15, 16, 26, 37, 339]) | values,
    },
)
inputs = st.fixed_dictionaries(
    {},
    optional={
        "from": ends | values, "to": ends | st.lists(ends, max_size=2) | values, "id": values,
        "types": st.lists(types, max_size=2) | values, "typeId": values, "after": values,
        "type": st.sampled_from(["ticket_to_contact", "x"]) | values, "maxToObjectIds": values,
        "category": values,
    },
)  # fmt: skip
bodies = st.one_of(
    values,
    st.lists(types, max_size=2),
    st.fixed_dictionaries(
        {},
        optional={
            "inputs": st.lists(inputs, max_size=3) | values, "label": values, "name": values,
            "inverseLabel": values, "associationTypeId": st.sampled_from([16, 37, 39]) | values,
            "type": st.sampled_from(["MESSAGE", "COMMENT"]) | values, "text": values,
            "recipients": values, "senderActorId": st.sampled_from(["S-x", "A-7000001"]) | values,
            "status": st.sampled_from(["OPEN", "CLOSED"]) | values, "archived": values,
            "access": st.sampled_from(["PRIVATE"]) | values, "parentFolderPath": values,
            "parentPath": values, "parentFolderId": values, "objectId": values,
            "idProperty": st.sampled_from(["email", ""]) | values,
        },
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def ask() -> Asker:
    return Asker(generated_portal(40, 1, "2026-06-01T00:00:00Z", limits="off"))


def filled(path: str, segment: str, known: bool) -> str:
    path = path.replace("{from_type}", "tickets").replace("{to_type}", "contacts")
    path = path.replace("{object_type}", "contacts")
    if known:
        path = path.replace("{thread_id}", "7300000000").replace("{type_id}", "37")
        path = path.replace("{actor_id}", "V-50000007").replace("{name}", "tickets")
    return re.sub(r"\{[^}]+\}", lambda _: segment.replace("\\", "/") or "0", path)


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
@settings(max_examples=25, deadline=None)
@given(segment=odd, known=st.booleans(), body=bodies,
       field=st.sampled_from(["after", "limit", "archived", "sort", "associatedTicketId",
                              "latestMessageTimestampAfter", "expirationSeconds", "name"]),
       text=odd)  # fmt: skip
def test_an_odd_request_is_answered(
    ask: Asker, route: tuple[str, str], segment: str, known: bool, body: Any, field: str, text: str
) -> None:
    method, template = route
    path = filled(template, segment, known)
    try:
        content = orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS)
    except (TypeError, orjson.JSONEncodeError):
        content = b"{"
    answer = ask.answer(method, f"{path}?{field}={text}", content, "application/json")
    assert answer.status != 500, (method, path, body, answer.content)
    if answer.status >= 400 and answer.status != 414:
        assert orjson.loads(answer.content)["correlationId"]


@settings(max_examples=150, deadline=None)
@given(
    fields=st.dictionaries(
        st.sampled_from(["file", "options", "folderPath", "folderId", "fileName"]),
        odd | st.sampled_from(['{"access":"PRIVATE"}', "[]", "{}", "/a/b", "/", "." * 5]),
    ),
    name=odd,
)
def test_an_odd_upload_is_answered(ask: Asker, fields: dict[str, str], name: str) -> None:
    parts: dict[str, Any] = dict(fields)
    if "file" in parts:
        parts["file"] = (name.replace('"', ""), parts["file"].encode("utf-8", "replace"))
    answer = ask.answer(
        "POST", "/files/v3/files", form(**parts), "multipart/form-data; boundary=x0x"
    )
    assert answer.status in (201, 400, 404), answer.content
