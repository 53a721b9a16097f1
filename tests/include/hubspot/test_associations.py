"""Links: complete per record, each pair once, whatever the size of HubSpot's pages."""

import pytest

from include.hubspot.answers import Answer
from include.hubspot.associations import Edge, _Reading, read_edges
from include.hubspot.errors import MalformedAnswer, PagingStuck
from include.hubspot.search import all_ids
from tests.include.hubspot.search_index import BEGIN, moment
from tests.include.hubspot.sessions import open_session

TYPES = ["contacts", "companies", "deals"]


def edges_of(session, to_type, ids):
    return {
        (edge.from_id, edge.to_id): sorted((one["category"], one["typeId"]) for one in edge.types)
        for batch in read_edges(session, "tickets", to_type, ids)
        for edge in batch.edges
    }


def tickets(session):
    return [hit.id for page in all_ids(session, "tickets") for hit in page]


@pytest.fixture
def portals(sandbox):
    """One portal twice: links in one page, and links one by one."""
    same = {"generate": 120, "seed": 7, "limits": "off"}
    return sandbox(**same), sandbox(**same, association_page_size=1)


def test_small_pages_give_the_same_links(portals):
    with open_session(portals[0]) as whole, open_session(portals[1]) as paged:
        ids = tickets(whole)
        for to_type in TYPES:
            assert edges_of(whole, to_type, ids) == edges_of(paged, to_type, ids) != {}
        assert paged.calls_made() > whole.calls_made()


def test_every_record_is_read_whether_it_has_links_or_not(session):
    ids = tickets(session)
    (batch,) = read_edges(session, "tickets", "deals", ids)
    linked = {edge.from_id for edge in batch.edges}
    assert batch.ids_read == ids
    assert linked < set(ids)
    assert batch.at == session.now()


def test_a_pair_stands_once_with_all_its_types(session):
    (batch,) = read_edges(session, "tickets", "companies", tickets(session))
    pairs = [(edge.from_id, edge.to_id) for edge in batch.edges]
    assert len(pairs) == len(set(pairs))
    assert any(len(edge.types) > 1 for edge in batch.edges)
    for edge in batch.edges:
        assert {frozenset(one) for one in edge.types} == {
            frozenset(("category", "typeId", "label"))
        }


def test_links_that_an_answer_in_part_left_out_are_asked_for_again(session, arm):
    ids = tickets(session)
    whole = edges_of(session, "contacts", ids)
    path = "/crm/v4/associations/tickets/contacts/batch/read"
    served = arm(path, "partial", method="POST", count=1, records=4)
    assert edges_of(session, "contacts", ids) == whole
    assert served() == 1


def test_a_new_link_is_seen(portal, session):
    ids = tickets(session)
    before = {to_type: edges_of(session, to_type, ids) for to_type in TYPES}
    portal.control(
        "POST", "mutate", {"seed": 1, "changes": 0, "archives": 0, "merges": 0, "links": 9}
    )
    after = {to_type: edges_of(session, to_type, ids) for to_type in TYPES}
    assert before != after


def test_batches_of_a_thousand_are_cut_and_kept_in_order(session):
    ids = tickets(session) + [str(number) for number in range(1, 1500)]
    batches = list(read_edges(session, "tickets", "contacts", ids))
    assert len(batches) == 2
    assert [one for batch in batches for one in (*batch.ids_read, *batch.missing)]
    # 207: HubSpot names the ids that have no link.
    assert session.calls["/crm/v4/associations/tickets/contacts/batch/read", "POST", 207] == 2


def reading(*contents):
    collected = _Reading("/batch/read", ["1", "2", "3"])
    for content in contents:
        collected.take(Answer(207, content, moment(BEGIN)))
    return collected.batch(moment(BEGIN))


def link(to_id, *type_ids):
    types = [{"category": "USER_DEFINED", "typeId": one, "label": "x"} for one in type_ids]
    return {"toObjectId": to_id, "associationTypes": types}


def test_ids_are_text_whether_sent_as_text_or_number():
    batch = reading({"results": [{"from": {"id": "1"}, "to": [link(7, 15), link("8", 15)]}]})
    assert [edge.to_id for edge in batch.edges] == ["7", "8"]


def test_types_of_one_pair_on_several_pages_are_united():
    page = {"results": [{"from": {"id": "1"}, "to": [link(7, 15)]}]}
    again = {"results": [{"from": {"id": "1"}, "to": [link("7", 15, 99)]}]}
    assert reading(page, again).edges == [Edge("1", "7", link(7, 15, 99)["associationTypes"])]


def test_a_record_without_links_reported_as_an_error_is_read():
    """HubSpot's live answer, seen in the wild; its documentation leaves such records out."""
    no_links = {
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "context": {"fromObjectId": ["2"]},
    }
    gone = {"category": "OBJECT_NOT_FOUND", "context": {"ids": ["3"]}}
    batch = reading({"results": [], "errors": [no_links, gone]})
    assert batch.ids_read == ["1", "2"]
    assert batch.missing == ["3"]


def test_another_error_in_part_is_an_error():
    with pytest.raises(MalformedAnswer, match="category INTERNAL"):
        reading({"results": [], "errors": [{"category": "INTERNAL"}]})


def test_links_of_a_record_not_asked_for_are_an_error():
    with pytest.raises(MalformedAnswer, match="not asked for"):
        reading({"results": [{"from": {"id": "9"}, "to": []}]})


def test_a_next_page_named_twice_stops_the_read():
    page = {"results": [{"from": {"id": "1"}, "to": [], "paging": {"next": {"after": "x"}}}]}
    with pytest.raises(PagingStuck, match="links of record 1 twice"):
        reading(page, page)
