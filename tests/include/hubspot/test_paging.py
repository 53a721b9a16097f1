"""Lists over `after` end, and an answer without results is none."""

import pytest

from include.hubspot.errors import MalformedAnswer, PagingStuck
from include.hubspot.paging import next_after, pages, results
from tests.include.hubspot.one_answer import OneAnswer
from tests.include.hubspot.sessions import open_session


def test_a_page_token_that_comes_twice_stops_the_read():
    page = {"results": [], "paging": {"next": {"after": "7", "link": "https://elsewhere"}}}
    with pytest.raises(PagingStuck, match="same next page"):
        list(pages(OneAnswer(page), "/crm/v3/owners", {}))


def test_an_answer_without_results_is_no_empty_list():
    with pytest.raises(MalformedAnswer, match="no results"):
        list(pages(OneAnswer({"status": "COMPLETE"}), "/crm/v3/owners", {}))


def test_every_page_is_read_by_its_token_alone(portal):
    with open_session(portal) as session:
        path = session.paths.objects("tickets")
        found = [
            row["id"] for page in pages(session, path, {"limit": 7}) for row in results(page, path)
        ]
        assert session.calls == {(path, "GET", 200): 18}
    assert len(found) == len(set(found)) == 120


@pytest.mark.parametrize(
    ("container", "after"),
    [
        ({}, None),
        ({"paging": None}, None),
        ({"paging": {"next": {"after": ""}}}, None),
        ({"paging": {"next": {"after": 0}}}, "0"),
        ({"paging": {"next": {"after": "MC0yLTc1MDI%3D"}}}, "MC0yLTc1MDI%3D"),
    ],
)
def test_a_next_page_is_known_by_its_token(container, after):
    assert next_after(container) == after
