import pytest

from include.warehouse.known import KnownVersions
from tests.include.warehouse.rows import land_and_load, record


@pytest.fixture
def known(files):
    tickets = [*(record(str(n), 5) for n in range(5)), record("9", 5, archived=True)]
    land_and_load(files, 1, 10, tickets=tickets)
    with KnownVersions(files) as known:
        yield known


def test_nothing_is_listed_before_a_page_is_noted(known):
    assert list(known.listed_live()) == []
    assert known.unlisted() == ["0", "1", "2", "3", "4"]


def test_what_stands_in_both_lists_counts_as_archived(known):
    known.note_listed(["1", "2", "7"])
    known.note_listed([])
    known.note_listed(["2", "8"], archived=True)
    assert sorted(known.listed_live()) == ["1", "7"]
    assert known.unlisted() == ["0", "3", "4"]


def test_a_long_list_comes_back_whole_while_raw_is_asked(known):
    ids = [str(number) for number in range(3_500)]
    known.note_listed(ids)
    seen = []
    for ticket_id in known.listed_live():
        seen.append(ticket_id)
        if len(seen) % 1_500 == 0:
            assert known.missing("tickets", [ticket_id]) == [ticket_id]
    assert sorted(seen) == sorted(ids)
