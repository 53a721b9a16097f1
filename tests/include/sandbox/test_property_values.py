"""Values as HubSpot keeps them: what is kept can be written again and stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.sandbox.errors import InvalidInput
from include.sandbox.moments import DAY, to_iso
from include.sandbox.property import Property, option
from include.sandbox.property_values import Problem, normal, text_of

KINDS = {
    kind: Property("p", "P", kind, field_type)
    for kind, field_type in (
        ("string", "text"), ("number", "number"), ("bool", "booleancheckbox"),
        ("datetime", "date"), ("date", "date"), ("phone_number", "phonenumber"),
    )
} | {
    "one of": Property("p", "P", "enumeration", "select", options=[option("a", "A", 0)]),
    "some of": Property(
        "p", "P", "enumeration", "checkbox", options=[option(v, v, 0) for v in "abc"]
    ),
    "open": Property("p", "P", "enumeration", "checkbox"),
}  # fmt: skip
texts = st.one_of(
    st.text(max_size=20),
    st.integers(-(10**14), 10**14).map(str),
    st.datetimes().map(lambda moment: moment.isoformat()),
    st.lists(st.sampled_from(["a", "b", "c", "", "z"]), max_size=5).map(";".join),
    st.sampled_from(["true", "FALSE", "1e5", "inf", "1_0", " 7 ", "0001-01-01", "9999-12-31"]),
)


@given(st.sampled_from(list(KINDS)), texts, st.sampled_from(["", "a;b"]))
def test_a_value_is_refused_with_a_code_or_kept_for_good(
    kind: str, text: str, current: str
) -> None:
    definition = KINDS[kind]
    try:
        kept = normal(definition, text, current)
    except Problem as problem:
        assert problem.code.isupper()
        assert text
        return
    assert normal(definition, kept, current) == kept
    if kind == "some of":
        assert set(kept.split(";")) <= {"a", "b", "c", ""}
        if text.startswith(";") and current:
            assert kept.startswith(current)


@given(st.integers(-60_000_000, 250_000_000))
def test_a_moment_may_be_given_in_milliseconds_or_as_a_text(minutes: int) -> None:
    ms = minutes * 60_000
    for written in (str(ms), to_iso(ms)):
        assert normal(KINDS["datetime"], written, "") == to_iso(ms)
    day = ms // DAY * DAY
    for written in (str(day), to_iso(day), to_iso(day)[:10]):
        assert normal(KINDS["date"], written, "") == to_iso(day)[:10]


@pytest.mark.parametrize(
    ("given_value", "text"),
    [(None, ""), (True, "true"), (7, "7"), (7.0, "7"), (7.5, "7.5"), ("x", "x"), (1e300, "1e+300")],
)
def test_json_values_become_texts(given_value: object, text: str) -> None:
    assert text_of("p", given_value) == text


@pytest.mark.parametrize("given_value", [[], {}, ["a"]])
def test_lists_and_objects_are_no_values(given_value: object) -> None:
    with pytest.raises(InvalidInput):
        text_of("p", given_value)
