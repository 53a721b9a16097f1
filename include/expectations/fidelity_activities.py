"""What a faithful migration has done with notes, e-mails, calls, meetings, tasks and messages."""

# ruff: noqa: S608 - our own fragments

from typing import ClassVar

from include.expectations.business_expectation import BusinessExpectation
from include.expectations.fidelity_tickets import PAIRS

_ENGAGEMENTS = ("notes", "emails", "calls", "meetings", "tasks")


_KEY = "json_extract_string(properties, '$.migration_source_key') as source_key"
# Few carry any: who does not is passed over without being parsed.
_FILES = "json_extract_string(properties, '$.hs_attachment_ids') as file_ids"
_WITH_FILES = "and contains(properties, '\"hs_attachment_ids\"')"


def _of_every_kind(side: str, columns: str, which: str = "") -> str:
    return " union all ".join(
        f"select '{kind}' as object_type, {columns} from {side}.raw.{kind} "
        f"where not archived {which}"
        for kind in _ENGAGEMENTS
    )


# What was done about migrated tickets, by the key that it has in the target.
DONE = f"""
    done as (
        select distinct said.object_type, said.id as source_id,
            source_portal_id || ':' || said.object_type || ':' || said.id as source_key
        from ({_of_every_kind("source", "id")}) as said
        cross join judged_migration
        join source.raw.ticket_associations as links
            on links.object_type = said.object_type and links.object_id = said.id
            and links.gone_at is null
        join pairs on pairs.source_id = links.ticket_id
    )
"""
THERE = f"there as ({_of_every_kind('target', f'id, {_KEY}')})"
# Messages and comments of their threads, each a note in the target.
SAID = """
    said as (
        select messages.id as message_id, pairs.source_id, source_portal_id
            || ':message:' || threads.id || ':' || messages.id as source_key, messages.properties
        from source.raw.messages as messages cross join judged_migration
        join source.raw.threads as threads
            on threads.id = json_extract_string(messages.properties, '$.conversationsThreadId')
        join pairs on pairs.source_id = json_extract_string(
            threads.properties, '$.threadAssociations.associatedTicketId')
        where not messages.archived and not threads.archived
            and json_extract_string(messages.properties, '$.type') in ('MESSAGE', 'COMMENT')
    )
"""


class ExpectEveryEngagementMigratedExactlyOnce(BusinessExpectation):
    """Every note, e-mail, call, meeting and task of a migrated ticket is in the target once."""

    contradictions: ClassVar[str] = f"""
        with {PAIRS}, {DONE}, {THERE}
        select done.object_type, done.source_id, count(there.source_key) as found
        from done left join there using (object_type, source_key)
        group by done.object_type, done.source_id having count(there.source_key) <> 1
    """


class ExpectEveryMessageToBeANoteWithItsText(BusinessExpectation):
    """Every message and comment of a thread is a note that holds its text, escaped, unshortened."""

    # Longer texts are spread over several notes; the reconciliation puts those together.
    contradictions: ClassVar[str] = f"""
        with {PAIRS}, {SAID}, texts as (
            select source_id, message_id, source_key,
                coalesce(json_extract_string(properties, '$.originalText'),
                    json_extract_string(properties, '$.text'), '') as text
            from said
        ), notes as (
            select json_extract_string(properties, '$.migration_source_key') as source_key,
                json_extract_string(properties, '$.hs_note_body') as body
            from target.raw.notes where not archived
        )
        select texts.source_id, texts.message_id from texts left join notes using (source_key)
        where notes.body is null or (length(texts.text) < 12000 and position(
            replace(replace(replace(replace(texts.text, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'),
                chr(10), '<br>') in notes.body) = 0)
    """


class ExpectEveryAttachmentCarried(BusinessExpectation):
    """What carried files at the source carries as many of their sizes in the target."""

    # By number and size; which file is which, and its name, are the reconciliation's questions.
    contradictions: ClassVar[str] = f"""
        with {PAIRS}, {DONE}, {SAID}, carrying as (
            {_of_every_kind("source", f"id as source_id, {_FILES}", _WITH_FILES)}
        ), there as (
            {_of_every_kind("target", f"{_KEY}, {_FILES}", _WITH_FILES)}
        ), named as (
            select object_type, source_key, unnest(string_split(file_ids, ';')) as file_id
            from done join carrying using (object_type, source_id)
            union all
            select 'notes', source_key,
                unnest(json_extract_string(properties, '$.attachments[*].fileId'))
            from said
        ), wanted_files as (
            select object_type, source_key,
                try_cast(json_extract_string(files.properties, '$.size') as bigint) as size,
                count(distinct file_id) as wanted_count
            from named join source.raw.files as files on files.id = named.file_id
            where not files.archived
            group by all
        ), uploaded as (
            select object_type, source_key, unnest(string_split(file_ids, ';')) as file_id
            from there where file_ids is not null
        ), standing as (
            select object_type, source_key,
                try_cast(json_extract_string(files.properties, '$.size') as bigint) as size,
                count(distinct file_id) as found_count
            from uploaded join target.raw.files as files on files.id = uploaded.file_id
            where not files.archived
            group by all
        )
        select object_type, source_key, size, wanted_count, coalesce(found_count, 0) as found_count
        from wanted_files left join standing using (object_type, source_key, size)
        where size is not null and coalesce(found_count, 0) < wanted_count
    """


class ExpectEveryContactOfAnActivityLinked(BusinessExpectation):
    """Every contact that a note, e-mail, call, meeting or task was with is linked to it there."""

    contradictions: ClassVar[str] = f"""
        with {PAIRS}, {DONE}, {THERE}, wanted_links as (
            select distinct done.object_type, done.source_id, there.id as target_id,
                map.target_id as object_id
            from done join there using (object_type, source_key)
            join source.raw.engagement_associations as links
                on links.engagement_type = done.object_type and links.engagement_id = done.source_id
            join reconciled.marts.migration_id_map as map
                on map.object_type = links.object_type and map.source_id = links.object_id
            where links.gone_at is null and links.object_type = 'contacts'
        ), standing as (
            select engagement_type as object_type, engagement_id as target_id, object_id
            from target.raw.engagement_associations
            where gone_at is null and object_type = 'contacts'
        )
        select object_type, source_id, target_id, object_id
        from wanted_links anti join standing using (object_type, target_id, object_id)
    """


ACTIVITIES = (
    ExpectEveryEngagementMigratedExactlyOnce,
    ExpectEveryMessageToBeANoteWithItsText,
    ExpectEveryAttachmentCarried,
    ExpectEveryContactOfAnActivityLinked,
)
