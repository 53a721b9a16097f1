from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.sandbox.errors import ControlRefused
from include.sandbox.faults import KINDS, Asked, Faults

PATH = "/crm/v3/objects/tickets/batch/read"


def test_a_fault_strikes_its_route_and_method_count_times_after_skip() -> None:
    faults = Faults()
    faults.arm(
        [{"route": "/crm/v3/objects/*", "method": "POST", "kind": "500", "count": 2, "skip": 1}]
    )
    assert faults.strike(Asked("GET", PATH)) is None
    assert faults.strike(Asked("POST", "/crm/v3/owners")) is None
    assert [bool(faults.strike(Asked("POST", PATH))) for _ in range(5)] == [
        False,
        True,
        True,
        False,
        False,
    ]
    (listed,) = faults.listed()
    assert listed["served"] == 2
    assert listed["seen"] == 5
    assert listed["armed"] is False


def test_a_fault_without_count_or_probability_strikes_once() -> None:
    faults = Faults()
    faults.arm([{"kind": "html"}])
    assert [bool(faults.strike(Asked("GET", PATH))) for _ in range(3)] == [True, False, False]


@given(st.integers(0, 1000), st.floats(0, 1))
def test_a_seeded_share_is_the_same_again(seed: int, probability: float) -> None:
    def struck() -> list[bool]:
        faults = Faults()
        faults.arm([{"kind": "503", "probability": probability, "seed": seed}])
        return [bool(faults.strike(Asked("GET", PATH))) for _ in range(50)]

    first = struck()
    assert first == struck()
    assert probability > 0 or not any(first)


@pytest.mark.parametrize(
    "fault",
    [
        "500",
        {"kind": "418"},
        {},
        {"kind": "500", "count": -1},
        {"kind": "500", "count": "2"},
        {"kind": "500", "probability": 2},
        {"kind": "429", "policy": "HOURLY"},
        {"kind": "reset", "at": "lunch"},
        {"kind": "500", "route": 5},
        {"kind": "500", "colour": "red"},
        {"kind": "html", "retry_after": 3},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_and_none_is_armed(fault: Any) -> None:
    faults = Faults()
    with pytest.raises(ControlRefused):
        faults.arm([{"kind": "500"}, fault])
    assert faults.all == []


def test_every_kind_can_be_armed() -> None:
    faults = Faults()
    faults.arm([{"kind": kind} for kind in KINDS])
    assert [fault["kind"] for fault in faults.listed()] == list(KINDS)


@pytest.mark.parametrize(
    ("asked", "reads_on"),
    [
        (Asked("GET", PATH), False),
        (Asked("GET", PATH, "after="), False),
        (Asked("GET", PATH, "limit=5&after=77"), True),
        (Asked("POST", PATH, "", b'{"after": 0}'), False),
        (Asked("POST", PATH, "", b'{"after": "200"}'), True),
        (Asked("POST", PATH, "", b'{"inputs": [{"id": "1"}, {"id": "2", "after": "MC0y"}]}'), True),
        (Asked("POST", PATH, "", b'{"inputs": [{"id": "1"}]}'), False),
        (Asked("POST", PATH, "", b"["), False),
        (Asked("POST", PATH, "", b"[1]"), False),
    ],
)
@pytest.mark.parametrize("kind", ["expired_cursor", "change_between_pages"])
def test_a_fault_of_paging_waits_for_a_request_that_reads_on(
    kind: str, asked: Asked, reads_on: bool
) -> None:
    faults = Faults()
    faults.arm([{"kind": kind}])
    assert bool(faults.strike(asked)) is reads_on
    assert faults.listed()[0]["served"] == int(reads_on)
    assert faults.listed()[0]["armed"] is not reads_on


def test_an_answer_is_lost_of_a_write_only() -> None:
    faults = Faults()
    faults.arm([{"kind": "lost_answer"}])
    assert faults.strike(Asked("GET", PATH)) is None
    assert faults.strike(Asked("POST", PATH, writes=lambda: True)) is not None
