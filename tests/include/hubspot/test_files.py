"""What files are; one that is gone is no error."""

import pytest
import requests

from include.hubspot import files
from include.hubspot.files import read_files


def upload(portal, name):
    answer = requests.post(
        f"{portal.url}/files/v3/files",
        headers={"Authorization": f"Bearer {portal.token}"},
        files={"file": (name, b"paid")},
        data={"options": '{"access": "PRIVATE"}', "folderPath": "/in"},
        timeout=30,
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def test_files_are_read_in_the_order_asked_for_and_the_gone_ones_are_named(portal, session):
    ids = [upload(portal, f"invoice-{number}.txt") for number in range(3)]
    read = read_files(session, [*ids, "424242"])
    assert [one.id for one in read] == [*ids, "424242"]
    assert [one.record and one.record["id"] for one in read] == [*ids, None]
    assert read[0].record["name"] == "invoice-0"
    assert read[3].at == session.now()
    assert session.calls["/files/v3/files/search", "GET", 200] == 1
    assert session.calls["/files/v3/files/{id}", "GET", 404] == 1
    assert ("/files/v3/files/{id}", "GET", 200) not in session.calls


def test_files_that_the_search_does_not_show_are_read_one_by_one(portal, session, monkeypatch):
    ids = [upload(portal, f"scan-{number}.txt") for number in range(2)]
    monkeypatch.setattr(files, "results", lambda *_: [])
    assert [one.record["id"] for one in read_files(session, ids)] == ids


def test_more_files_than_a_page_shows_are_refused_before_sending(session):
    with pytest.raises(ValueError, match="101 ids"):
        read_files(session, [str(number) for number in range(101)])
