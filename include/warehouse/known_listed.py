"""What HubSpot lists of tickets, held against raw without a Python object for each of a million."""

import contextlib
from collections.abc import Iterator

from include.warehouse.stored import Stored

_AT_A_TIME = 1_000


class KnownListed(Stored):
    """Ids that a sweep was shown: 16 bytes each, in the memory of DuckDB."""

    def note_listed(self, ids: list[str], *, archived: bool = False) -> None:
        """Remember a page of tickets that HubSpot lists.

        Args:
            ids: Of the page.
            archived: They are of the archived list. One that stands in both lists was archived
                between them, and counts as archived.
        """
        self._prepare_listed()
        with contextlib.closing(self._memory.cursor()) as cursor:
            cursor.execute(
                "insert into listed select unnest($ids::varchar[]), $archived",
                {"ids": ids, "archived": archived},
            )

    def listed_live(self) -> Iterator[str]:
        """Give the ids of the live list, but those of the archived one, in no order."""
        self._prepare_listed()
        with contextlib.closing(self._memory.cursor()) as cursor:
            cursor.execute(
                "select id from listed where not archived "
                "and id not in (select id from listed where archived)"
            )
            while rows := cursor.fetchmany(_AT_A_TIME):
                yield from (row[0] for row in rows)

    def _prepare_listed(self) -> None:
        with self._guard:
            self._memory.execute("create table if not exists listed (id varchar, archived boolean)")
