"""Switches of search that HubSpot is said to have thrown, or not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.include.sandbox.asking import Asker
from tests.include.sandbox.portals import generated_portal

SEARCH = "/crm/v3/objects/tickets/search"
UNTIL = "2026-06-01T00:00:00Z"


def since(value: str, name: str = "hs_lastmodifieddate", operator: str = "GTE") -> dict[str, Any]:
    filter_ = {"propertyName": name, "operator": operator, "value": value, "highValue": "9" * 13}
    return {"filterGroups": [{"filters": [filter_]}]}


def status(body: dict[str, Any], **settings: Any) -> int:
    return Asker(generated_portal(3, 1, UNTIL, **settings))("POST", SEARCH, body)[0]


def test_filters_and_query_together_have_a_length_where_the_switch_says_so() -> None:
    long = since("1" + "0" * 12) | {"query": "x" * 2_950}
    assert status(long) == 200
    assert status(long, filter_characters=3_000) == 400
    assert status({"query": "x" * 3_000}, filter_characters=3_000) == 200
    names = {"properties": ["x" * 100] * 100}
    assert status(names, filter_characters=3_000) == 200  # names of properties do not count


@pytest.mark.parametrize("operator", ["GT", "GTE", "BETWEEN"])
@pytest.mark.parametrize("zero", ["0", "1970-01-01T00:00:00.000Z"])
def test_a_search_from_1970_fails_where_the_switch_says_so(operator: str, zero: str) -> None:
    assert status(since(zero, operator=operator)) == 200
    assert status(since(zero, operator=operator), epoch_filters="error") == 500
    assert status(since("1136073600000", operator=operator), epoch_filters="error") == 200
    assert status(since("0", "hs_object_id", operator), epoch_filters="error") == 200
