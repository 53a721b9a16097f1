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


def test_of_parts_beside_parts_the_one_that_failed_by_itself_says_why(session):
    outer_ended = threading.Event()

    def outer():
        try:
            # waits for answers in the workers, as every part does
            waiting = [session.workers().submit(session._closing.wait, 10) for _ in range(40)]
            for one in waiting:
                one.result()
        finally:
            outer_ended.set()

    def inner():
        assert outer_ended.wait(10)

    with pytest.raises(ZeroDivisionError), beside(session, outer), beside(session, inner):
        raise ZeroDivisionError
