-- What has no home of its own in the target, as text of notes: a line that says what it is, who and
-- when, an empty line, the text.
with messages as (
    select * from {{ ref('int_migration_messages') }}
),

spoken as (
    select
        'message' as kind,
        thread_id || ':' || message_id as source_id,
        ticket_id,
        created_text as at_text,
        case when actor_id like 'A-%' then substr(actor_id, 3) end as user_id,
        file_ids,
        case message_type
            when 'MESSAGE' then 'Message' when 'COMMENT' then 'Comment' else 'Welcome message'
        end
        || ' | ' || coalesce(direction, 'INTERNAL') || ' | ' || created_text || ' | '
        || coalesce(actor_id, '') || ' ' || replace(replace(actor_name, chr(10), ' '), '|', '/')
        || ' | thread ' || thread_id || ' | channel ' || coalesce(channel_id, '-') as header,
        text
    from messages
    where has_text
),

threads as (
    select
        'thread' as kind,
        thread_id as source_id,
        ticket_id,
        min(created_text) as at_text,
        cast(null as varchar) as user_id,
        cast(null as varchar) as file_ids,
        'Thread | ' || thread_id || ' | '
        || coalesce(min({{ json_text('thread_properties', 'status') }}), '') || ' | '
        || coalesce(min({{ json_text('thread_properties', 'createdAt') }}), '') || ' | '
        || coalesce(min({{ json_text('thread_properties', 'closedAt') }}), '-') || ' | '
        || cast(count(*) filter (where has_text) as varchar) || ' messages' as header,
        coalesce(string_agg(
            created_text || ' | ' || message_type || ' | ' || coalesce(event_value, '') || ' | '
            || coalesce(actor_id, ''),
            chr(10)
            order by created_text, message_id
        ) filter (where not has_text), '') as text
    from messages
    group by thread_id, ticket_id
),

histories as (
    select
        'history' as kind,
        ticket_id as source_id,
        ticket_id,
        {{ moment_text('last_changed_at') }} as at_text,
        cast(null as varchar) as user_id,
        cast(null as varchar) as file_ids,
        'Property history | ticket '
        || ticket_id
        || ' | '
        || cast(entry_count as varchar)
        || ' entries'
            as header,
        text
    from {{ ref('int_migration_histories') }}
)

select * from spoken
union all
select * from threads
union all
select * from histories
