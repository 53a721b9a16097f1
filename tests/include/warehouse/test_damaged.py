"""A published file that is damaged stops no later night, and rolling back leads past it."""

import duckdb
import pytest

from include.warehouse.errors import NothingToRollBack, PublishedUnreadable
from include.warehouse.publish import generations, published
from include.warehouse.rollback import rollback
from include.warehouse.status import status
from tests.include.warehouse.test_publish import publish_night, served


def overwrite(path):
    """Damage a file in place: the generation that is the same file is damaged with it."""
    path.chmod(0o644)
    path.write_bytes(b"x" * 5000)


def put_another(path):
    path.unlink()
    path.write_bytes(b"")


def put_a_database_of_something_else(path):
    path.unlink()
    duckdb.connect(str(path)).close()


DAMAGES = [overwrite, put_another, put_a_database_of_something_else]


@pytest.mark.parametrize("damage", DAMAGES)
def test_the_next_night_is_published_over_a_damaged_file(files, damage):
    publish_night(files, "a")
    publish_night(files, "b")
    damage(files.published)
    with pytest.raises(PublishedUnreadable, match=r"safe; `publish`.*`rollback`"):
        published(files)
    assert publish_night(files, "c").version == 3
    assert served(files.published) == [("c",)]
    assert [kept.version for kept in generations(files)] == [3, 2, 1]


@pytest.mark.parametrize(("damage", "value"), list(zip(DAMAGES, "abb", strict=True)))
def test_rolling_back_serves_the_newest_file_that_is_whole(files, damage, value):
    publish_night(files, "a")
    publish_night(files, "b")
    damage(files.published)
    rollback(files)
    assert served(files.published) == [(value,)]
    assert publish_night(files, "c").version == 3


def test_rolling_back_passes_over_a_kept_file_that_is_damaged(files):
    for value in "abc":
        publish_night(files, value)
    overwrite(files.generations / "tickets.2.duckdb")
    assert rollback(files).version == 1
    with pytest.raises(NothingToRollBack, match="can be read"):
        rollback(files)


def test_the_status_says_that_what_is_served_is_damaged(files):
    publish_night(files, "a")
    assert status(files)["published_unreadable"] is None
    overwrite(files.published)
    found = status(files)
    assert found["published"] is None
    assert str(files.published) in found["published_unreadable"]
    assert [kept["version"] for kept in found["generations"]] == [1]
