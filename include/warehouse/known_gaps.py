"""What raw names and has not: asked where an earlier run was not allowed to read it."""
# ruff: noqa: S608 - table names are those of streams.py

from include.warehouse.known_links import KnownLinks

_ATTACHED = """
    select unnest(json_extract_string(properties, '$.attachments[*].fileId'))
    from stored.raw.messages
"""
# `[*]` gives a list, the other paths one text.
_ACTORS = """
    select unnest(json_extract_string(properties, '$.senders[*].actorId')
        || json_extract_string(properties, '$.recipients[*].actorId')
        || [json_extract_string(properties, '$.createdBy'),
            json_extract_string(properties, '$.assignedTo')]) as id
    from stored.raw.messages
    union
    select json_extract_string(properties, '$.assignedTo') from stored.raw.threads
"""


class KnownGaps(KnownLinks):
    """What is named in raw, by what it is named."""

    def linked_but_unread(self, object_type: str) -> list[str]:
        """Give the objects that a ticket is linked to and raw has no version of, sorted."""
        known = (
            f"and object_id not in (select id from stored.raw.{object_type})"
            if self._rows("select 1", object_type)
            else ""
        )
        return self._ids(
            "select object_id from stored.raw.ticket_associations "
            f"where object_type = $object_type and gone_at is null {known}",
            "ticket_associations",
            object_type=object_type,
        )

    def engagements_without_contacts(self, kind: str) -> list[str]:
        """Give the live engagements whose links to contacts were never read, sorted."""
        return self._ids(
            f"select id from stored.raw.{kind} where not archived and id not in ("
            "select engagement_id from stored.raw.engagement_association_reads "
            "where engagement_type = $kind and object_type = 'contacts')",
            kind,
            "engagement_association_reads",
            kind=kind,
        )

    def archived_threads_without_messages(self) -> list[str]:
        """Give the archived threads of which raw has no message, sorted."""
        return self._ids(
            "select id from stored.raw.threads where archived and id not in ("
            "select json_extract_string(properties, '$.conversationsThreadId') "
            "from stored.raw.messages "
            "where json_extract_string(properties, '$.conversationsThreadId') is not null)",
            "threads",
            "messages",
        )

    def actors_unread(self) -> list[str]:
        """Give the actors that messages and threads name and raw has no version of, sorted."""
        return self._ids(
            f"select id from ({_ACTORS}) where id <> '' "
            "and id not in (select id from stored.raw.actors)",
            *("messages", "threads", "actors"),
        )

    def attached_to_messages(self) -> list[str]:
        """Give the ids of files that are attached to any message, sorted."""
        return [file_id for file_id in self._ids(_ATTACHED, "messages") if file_id]
