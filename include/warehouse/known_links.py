"""What raw knows of links: which stand, which were read, and what they lead to."""
# ruff: noqa: S608 - table names are those of streams.py; values are bound

from collections.abc import Iterable
from datetime import datetime

from include.warehouse.known_listed import KnownListed

_WINDOWS, _READS = "ticket_associations", "ticket_association_reads"
_OF_ENGAGEMENTS = "engagement_associations"
_LINKED = "select distinct object_type, object_id from stored.raw.{}"
_OF_TICKETS = {
    "owner": "ticket_id",
    "windows": _WINDOWS,
    "reads": _READS,
    "of": "object_type = $object_type",
}
_OF_ENGAGEMENTS_OF_A_KIND = {
    "owner": "engagement_id",
    "windows": _OF_ENGAGEMENTS,
    "reads": "engagement_association_reads",
    "of": "engagement_type = $kind and object_type = 'contacts'",
}
_DIFFERING = """
    with asked as (select unnest($ids::varchar[]) as {owner}),
    seen as (
        select unnest($owners::varchar[]) as {owner}, unnest($objects::varchar[]) as object_id,
            unnest($types::varchar[]) as types
    ),
    standing as (
        select {owner}, object_id, types from stored.raw.{windows}
        where {of} and gone_at is null and {owner} in (select {owner} from asked)
    ),
    read_before as (
        select {owner} from stored.raw.{reads}
        where {of} and {owner} in (select {owner} from asked)
    )
    select {owner} from (select * from seen except select * from standing)
    union select {owner} from (select * from standing except select * from seen)
    union (select {owner} from asked except select {owner} from read_before)
"""

# By history: the properties of a million tickets are gigabytes to look through.
_READ_LONGEST_AGO = """
    with gone as (
        select id from stored.raw.tickets where archived
        union all
        select unnest(string_split(value, ';')) from stored.raw.ticket_property_history
        where property_name = 'hs_merged_object_ids'
    )
    select object_type,
        unnest(
            arg_min(struct_pack(last_read_at, ticket_id), last_read_at, $most), recursive := true
        )
    from stored.raw.ticket_association_reads
    where object_type in (select unnest($kinds::varchar[]))
        and ticket_id not in (select id from gone where id is not null)
    group by object_type
"""


class KnownLinks(KnownListed):
    """Links, as they were when first asked."""

    def referenced(self, object_type: str, ids: Iterable[str]) -> list[str]:
        """Choose the ids that a ticket or an engagement of one is or was linked to.

        Links that are gone count: the timeline still shows who was there.

        Returns:
            Once each and in their order.
        """
        wanted = list(dict.fromkeys(ids))
        found: set[str] = set()
        for table in (_WINDOWS, _OF_ENGAGEMENTS):
            if self._copy(f"linked_in_{table}", _LINKED.format(table), table):
                found |= self._ask(
                    f"select object_id from linked_in_{table} where object_type = $object_type "
                    "and object_id in (select unnest($ids::varchar[]))",
                    object_type=object_type,
                    ids=wanted,
                )
        return [object_id for object_id in wanted if object_id in found]

    def links_differ(
        self, object_type: str, ticket_ids: list[str], edges: list[tuple[str, str, str]]
    ) -> list[str]:
        """Choose the tickets whose standing links are not those just read.

        Args:
            object_type: What the links lead to.
            ticket_ids: Tickets whose links to it were read, whole.
            edges: (ticket id, object id, types as they land) of all of them.

        Returns:
            Sorted ticket ids: another link, a missing one, other types, or never read before.
        """
        return self._differing(_OF_TICKETS, ticket_ids, edges, object_type=object_type)

    def engagement_links_differ(
        self, kind: str, engagement_ids: list[str], edges: list[tuple[str, str, str]]
    ) -> list[str]:
        """Choose the engagements whose standing links to contacts are not those just read.

        Args:
            kind: notes, emails, …
            engagement_ids: Engagements whose links to contacts were read, whole.
            edges: (engagement id, contact id, types as they land) of all of them.

        Returns:
            Sorted engagement ids, as `links_differ`.
        """
        return self._differing(_OF_ENGAGEMENTS_OF_A_KIND, engagement_ids, edges, kind=kind)

    def _differing(
        self,
        of: dict[str, str],
        ids: list[str],
        edges: list[tuple[str, str, str]],
        **values: str,
    ) -> list[str]:
        if not self._files.warehouse.exists():
            return sorted(ids)
        owners, objects, types = list(zip(*edges, strict=True)) or [(), (), ()]
        return self._ids(
            _DIFFERING.format(**of),
            ids=ids,
            owners=list(owners),
            objects=list(objects),
            types=list(types),
            **values,
        )

    def tickets_linked_to(self, object_type: str, ids: Iterable[str]) -> list[str]:
        """Give the tickets that are linked to one of these objects, sorted."""
        return self._ids(
            "select ticket_id from stored.raw.ticket_associations where object_type = $object_type "
            "and gone_at is null and object_id in (select unnest($ids::varchar[]))",
            _WINDOWS,
            object_type=object_type,
            ids=list(ids),
        )

    def tickets_without_links(self, object_type: str) -> list[str]:
        """Give the live tickets whose links to this object type were never read, sorted.

        After an object type was added to what a portal syncs, that is all of them.
        """
        return self._ids(
            "select id from stored.raw.tickets where not archived and id not in (select ticket_id "
            "from stored.raw.ticket_association_reads where object_type = $object_type)",
            _READS,
            object_type=object_type,
        )

    def links_read_longest_ago(
        self, kinds: Iterable[str], most: int
    ) -> list[tuple[str, datetime, str]]:
        """Give the tickets whose links were not looked at for the longest time.

        Those that are archived or were merged away are left out: HubSpot shows no links of them.

        Args:
            kinds: Object types that links lead to.
            most: How many tickets of each; at least 1.

        Returns:
            Object type, moment of the last look (UTC, without a zone) and ticket, of each object
            type the oldest first.
        """
        tables = ("tickets", "ticket_property_history", _READS)
        return self._rows(_READ_LONGEST_AGO, *tables, kinds=list(kinds), most=most)

    def with_links(self, object_type: str, ticket_ids: list[str]) -> set[str]:
        """Choose the tickets from which a link to this object type stands."""
        return set(
            self._ids(
                "select ticket_id from stored.raw.ticket_associations where gone_at is null "
                "and object_type = $object_type and ticket_id in (select unnest($ids::varchar[]))",
                _WINDOWS,
                object_type=object_type,
                ids=ticket_ids,
            )
        )
