"""No request, however odd, is a defect: HubSpot's envelope and never a 500."""

from __future__ import annotations

import json
import re
import string
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.sandbox.administration import require, restore
from include.sandbox.faults import Faults
from include.sandbox.request_log import RequestLog
from include.sandbox.routes import ENDPOINTS
from include.sandbox.routes.control import Control
from include.sandbox.serving.gate import Gate
from include.sandbox.serving.router import Router
from include.sandbox.serving.service import Service
from include.sandbox.settings import Settings
from tests.include.sandbox.portals import generated_portal

odd_text = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", "0", "-1", "²", "9" * 30, "1e999", "nan", "true", "1000000057", "🔥"]),
)
scalars = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63), st.floats(), odd_text)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(odd_text, inner),
    max_leaves=6,
)
filters = st.fixed_dictionaries(
    {},
    optional={
        "propertyName": st.sampled_from(
            ["hs_lastmodifieddate", "hs_object_id", "createdate", "subject", "downtime_minutes",
             "visit_date", "hs_ticket_category", "associations.contact", "associations.x", "nope"]
        ) | values,
        "operator": st.sampled_from(
            ["EQ", "NEQ", "LT", "GTE", "BETWEEN", "IN", "NOT_IN", "HAS_PROPERTY",
             "CONTAINS_TOKEN"]) | values,
        "value": values,
        "highValue": values,
        "values": values,
    },
)  # fmt: skip
bodies = st.one_of(
    values,
    st.fixed_dictionaries(
        {},
        optional={
            "filterGroups": st.lists(st.fixed_dictionaries({"filters": st.lists(filters)})),
            "filters": st.lists(filters, max_size=3) | values,
            "sorts": st.lists(st.fixed_dictionaries({"propertyName": odd_text})) | values,
            "query": values,
            "limit": values,
            "after": values,
            "properties": values,
            "propertiesWithHistory": values,
            "inputs": st.lists(st.fixed_dictionaries({"id": values, "after": values})) | values,
            "idProperty": values,
            "until": values,
            "seed": values,
            "changes": values,
            "faults": values,
        },
    ),
)
names = st.sampled_from(
    ["subject", "hs_pipeline_stage", "hs_pipeline", "downtime_minutes", "visit_date", "callback_at",
     "is_vip", "hs_ticket_category", "external_ticket_key", "hs_object_id", "hubspot_owner_id"]
)  # fmt: skip
written = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(["1000000057", "k", 1000000057]) | values,
        "idProperty": st.sampled_from(["external_ticket_key", "hs_object_id"]) | values,
        "properties": st.dictionaries(names, st.sampled_from(["1", "4", "0", ";x"]) | values)
        | values,
        "associations": st.lists(
            st.fixed_dictionaries(
                {
                    "to": st.fixed_dictionaries({"id": values}) | values,
                    "types": st.lists(st.fixed_dictionaries({"associationTypeId": values}))
                    | values,
                }
            ),
            max_size=2,
        )
        | values,
        "objectWriteTraceId": odd_text | values,
        "name": odd_text | values,
        "label": odd_text | values,
        "type": st.sampled_from(["string", "enumeration", "bool", "number"]) | values,
        "fieldType": st.sampled_from(["text", "select", "number"]) | values,
        "groupName": st.sampled_from(["ticketinformation"]) | values,
        "options": st.lists(st.fixed_dictionaries({"label": values, "value": values}), max_size=3)
        | values,
        "displayOrder": values,
        "hasUniqueValue": values,
        "dataSensitivity": values,
        "stages": st.lists(
            st.fixed_dictionaries(
                {"label": odd_text | values, "displayOrder": values},
                optional={"metadata": values, "stageId": odd_text | values},
            ),
            max_size=3,
        )
        | values,
        "metadata": st.sampled_from([{"ticketState": "OPEN"}]) | values,
        "archived": values,
        "primaryObjectId": values,
        "objectIdToMerge": values,
    },
)
paths = [
    path.replace("{object_type}", "tickets")
    .replace("{from_type}", "tickets")
    .replace("{to_type}", "contacts")
    for endpoint in ENDPOINTS
    for _, path in endpoint.paths()
]


@pytest.fixture(scope="module")
def gate() -> Gate:
    service = Service(
        generated_portal(30, 1, "2026-06-01", limits="off"), Settings(), RequestLog(), Faults()
    )
    return Gate(service, Router(ENDPOINTS), Control(service, None))


def scope(method: str, path: str, query: str = "") -> dict[str, Any]:
    return {
        "method": method,
        "path": path,
        "raw_path": path.encode("utf-8", "surrogatepass"),
        "query_string": query.encode("latin-1", "replace"),
        "headers": [(b"authorization", b"Bearer sandbox-token")],
        "client": ("127.0.0.1", 1),
    }


@settings(max_examples=700, deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "POST", "PATCH", "PUT", "DELETE"]),
    path=st.sampled_from(paths),
    segment=odd_text,
    field=st.sampled_from(["after", "limit", "archived", "properties", "idProperty", "email"]),
    text=odd_text,
    body=bodies | written | st.fixed_dictionaries({"inputs": st.lists(written, max_size=3)}),
)
def test_an_odd_request_is_answered(
    gate: Gate, method: str, path: str, segment: str, field: str, text: str, body: Any
) -> None:
    path = re.sub(r"\{[^}]+\}", lambda _: segment, path)
    content = json.dumps(body).encode("utf-8", "replace")
    answer = gate.desk.answer(scope(method, path, f"{field}={text}"), content)
    done = answer.status in (200, 201, 204, 207)
    assert done or answer.status in (400, 401, 404, 405, 409, 413, 414), answer.content[:500]
    if not done and answer.status != 414:
        assert orjson.loads(answer.content)["correlationId"]


@settings(max_examples=200, deadline=None)
@given(
    action=st.sampled_from(["advance", "mutate", "faults", "restore", "require"]),
    body=bodies | st.text(alphabet=string.printable),
)
def test_an_odd_control_request_is_answered(gate: Gate, action: str, body: Any) -> None:
    class Nothing:
        def advance(self, moment: int) -> dict[str, Any]:
            return {"until": moment}

        def do(self, what: str, wanted: dict[str, Any]) -> dict[str, Any]:
            if what == "mutate":
                return wanted
            return {"restore": restore, "require": require}[what](gate.service.portal, wanted)

    gate.control.life = Nothing()
    answer = gate.control(scope("POST", f"/__sandbox__/{action}"), json.dumps(body).encode())
    assert answer.status in (200, 400)
    if answer.status == 400:
        assert list(orjson.loads(answer.content)) == ["error"]


def test_a_defect_is_a_500_in_the_envelope_without_a_traceback(
    gate: Gate, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret ticket text")

    monkeypatch.setattr(gate.service.portal.stores["tickets"], "page", broken)
    answer = gate.desk.answer(scope("GET", "/crm/v3/objects/tickets"), b"")
    assert answer.status == 500
    assert b"secret" not in answer.content
    assert "ZeroDivisionError" in caplog.text
    assert "secret" not in caplog.text
