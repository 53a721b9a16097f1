import threading

import pytest

from include.hubspot.errors import SessionClosed
from include.hubspot.session import HubSpotSession
from include.pipeline.reading.beside import beside


@pytest.fixture
def session():
    with HubSpotSession("http://127.0.0.1:9", "token") as made:
        yield made


def test_both_parts_are_done_when_the_block_is_left(session):
    done, block_began = [], threading.Event()

    def work():
        block_began.wait(5)
        done.append("work")

    with beside(session, work):
        block_began.set()
    assert done == ["work"]


def test_an_error_of_the_work_ends_the_block_and_is_what_is_said(session):
    def work():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), beside(session, work):
        session._closing.wait(5)
        session.get("/crm/v3/owners")


def test_an_error_of_the_block_ends_the_work_and_is_what_is_said(session):
    ended = []

    def work():
        session._closing.wait(5)
        try:
            session.get("/crm/v3/owners")
        except SessionClosed as error:
            ended.append(error)
            raise

    with pytest.raises(ZeroDivisionError), beside(session, work):
        raise ZeroDivisionError
    assert len(ended) == 1
