from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.sandbox.association_types import INVERSE
from include.sandbox.associations import Associations
from include.sandbox.moments import from_person
from tests.datasets import write_dataset
from tests.include.sandbox.portals import at, dataset_portal

T, C, P = "tickets", "contacts", "companies"


def test_a_label_stands_beside_the_unlabelled_type_in_both_directions() -> None:
    links = Associations()
    links.define_label(T, C, 37, "Requester")
    links.link(T, 1, C, 7, 37)
    assert links.of(T, C, 1) == {7: (16, 37)}
    assert links.of(C, T, 7) == {1: (15, 37)}
    assert links.types(T, C, (16, 37)) == [
        {"category": "HUBSPOT_DEFINED", "typeId": 16, "label": None},
        {"category": "USER_DEFINED", "typeId": 37, "label": "Requester"},
    ]


def test_a_ticket_has_one_primary_company_and_a_company_many_primary_tickets() -> None:
    links = Associations()
    links.link(T, 1, P, 8, 26)
    links.link(T, 2, P, 8, 26)
    links.link(T, 1, P, 9, 26)
    assert links.of(T, P, 1) == {8: (339,), 9: (26, 339)}
    assert links.of(T, P, 2) == {8: (26, 339)}
    assert links.of(P, T, 8) == {1: (340,), 2: (25, 340)}


def test_removing_a_label_leaves_the_link_and_removing_the_unlabelled_type_ends_it() -> None:
    links = Associations()
    links.link(T, 1, P, 8, 26)
    links.unlink(T, 1, P, 8, 26)
    assert links.of(T, P, 1) == {8: (339,)}
    links.link(T, 1, P, 8, 26)
    links.unlink(T, 1, P, 8, 339)
    assert links.of(T, P, 1) == links.of(P, T, 8) == {}
    links.unlink(T, 1, P, 8, 339)  # a second time does nothing


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["link", "unlink"]),
            st.integers(1, 3),
            st.integers(7, 9),
            st.sampled_from([26, 339]),
        )
    )
)
def test_both_sides_always_say_the_same(steps: list[tuple[str, int, int, int]]) -> None:
    links = Associations()
    for act, ticket, company, type_id in steps:
        getattr(links, act)(T, ticket, P, company, type_id)
    here = {
        (ticket, company): types
        for ticket, ends in links.edges.get((T, P), {}).items()
        for company, types in ends.items()
    }
    there = {
        (ticket, company): tuple(sorted(INVERSE[kind] for kind in types))
        for company, ends in links.edges.get((P, T), {}).items()
        for ticket, types in ends.items()
    }
    assert here == there
    primaries = [ticket for (ticket, _), types in here.items() if 26 in types]
    assert len(primaries) == len(set(primaries))
    assert all(339 in types for types in here.values())


@pytest.mark.parametrize(
    ("moment", "types"),
    [(at(1), None), (at(2), (16,)), (at(4), (16, 37)), (at(6), (16,)), (at(8), None)],
)
def test_a_datasets_link_is_in_force_from_created_to_removed(
    tmp_path: Path, moment: str, types: tuple[int, ...] | None
) -> None:
    folder = write_dataset(
        tmp_path,
        tickets=[(1, at(1))],
        contacts=[{"id": 7}],
        associations=[
            (T, 1, C, 7, 37, "Requester", at(4), at(6)),
            (T, 1, C, 7, 16, "", at(2), at(8)),
        ],
    )
    portal = dataset_portal(folder, from_person(moment))
    assert portal.associations.of(T, C, 1) == ({} if types is None else {7: types})
