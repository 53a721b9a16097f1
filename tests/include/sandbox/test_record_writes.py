"""Writes change all or nothing, and a portal is a function of what was done to it."""

from __future__ import annotations

import copy
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from include.sandbox.errors import Refusal
from include.sandbox.journal import Journal
from include.sandbox.portal import Portal
from include.sandbox.routes import ENDPOINTS
from include.sandbox.serving.call import Call
from include.sandbox.serving.router import Router
from include.sandbox.serving.writing import Repeater, perform
from tests.include.sandbox.portals import generated_portal, shown

ROUTER = Router(ENDPOINTS)
UNTIL = "2026-06-01T00:00:00Z"
IDS = [str(i) for i in generated_portal(12, 1, UNTIL).stores["tickets"].live]

names = st.sampled_from(
    ["subject", "hs_pipeline_stage", "external_ticket_key", "closed_date", "nope", "is_vip"]
)
properties = st.dictionaries(names, st.sampled_from(["1", "4", "true", "", "148010001"]))
inputs = st.fixed_dictionaries(
    {"properties": properties},
    optional={
        "id": st.sampled_from([*IDS, "7"]),
        "idProperty": st.sampled_from(["external_ticket_key"]),
        "objectWriteTraceId": st.sampled_from("ab"),
    },
)
writes = st.one_of(
    st.tuples(st.just("POST"), st.just(""), inputs),
    st.tuples(st.just("PATCH"), st.sampled_from(IDS).map("/{}".format), inputs),
    st.tuples(st.just("DELETE"), st.sampled_from(IDS).map("/{}".format), st.just({})),
    st.tuples(
        st.just("POST"),
        st.sampled_from(["create", "update", "upsert", "archive"]).map("/batch/{}".format),
        st.lists(inputs, max_size=4).map(lambda items: {"inputs": items}),
    ),
    st.tuples(
        st.just("POST"),
        st.just("/merge"),
        st.fixed_dictionaries(
            {"primaryObjectId": st.sampled_from(IDS), "objectIdToMerge": st.sampled_from(IDS)}
        ),
    ),
)


class Noted(Journal):
    """A journal in memory."""

    def __init__(self) -> None:
        super().__init__(None)
        self.operations: list[dict[str, Any]] = []

    def note(self, operation: dict[str, Any]) -> None:
        self.operations.append(operation)


def ask(portal: Portal, journal: Journal, write: tuple[str, str, Any]) -> int:
    method, rest, body = write
    path = f"/crm/v3/objects/tickets{rest}"
    found = ROUTER.find(method, path)
    call = Call(found.family, found.parameters, "", orjson.dumps(body))
    try:
        perform(portal, found, call, journal, f"{method} {path}")
    except Refusal as refusal:
        return refusal.status
    return 200


@settings(max_examples=60, deadline=None)
@given(st.lists(writes, min_size=1, max_size=8))
def test_a_refused_write_changes_nothing_and_a_restart_repeats_the_others(
    steps: list[tuple[str, str, Any]],
) -> None:
    portal, journal = generated_portal(12, 1, UNTIL), Noted()
    for step in steps:
        before = shown(portal)
        if ask(portal, journal, step) != 200:
            assert shown(portal) == before
    again, repeat = generated_portal(12, 1, UNTIL), Repeater(ROUTER)
    for operation in copy.deepcopy(journal.operations):
        repeat(again, operation)
    assert shown(again) == shown(portal)


@settings(max_examples=60, deadline=None)
@given(st.lists(writes, min_size=1, max_size=8))
def test_lists_index_and_unique_values_agree_with_the_records(
    steps: list[tuple[str, str, Any]],
) -> None:
    portal, journal = generated_portal(12, 1, UNTIL), Noted()
    for step in steps:
        ask(portal, journal, step)
        store, index = portal.stores["tickets"], portal.indexes["tickets"]
        assert store.live == sorted(store.live) == index.by_id
        assert index.by_modified == sorted((store.records[i].modified, i) for i in store.live)
        code = store.definitions.codes["external_ticket_key"]
        values = [store.records[i].value(code, store.records[i].visible) for i in store.live]
        held = [portal.texts.text[v].lower() for v in values if v is not None]
        held = [value for value in held if value]
        assert len(held) == len(set(held))
