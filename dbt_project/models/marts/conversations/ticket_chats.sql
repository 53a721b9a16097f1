{{ config(materialized='incremental') }}

-- The thread that a ticket was made from is the first one, if it had begun by then.
with threads as (
    select
        threads.ticket_id,
        threads.thread_id,
        threads.contact_id,
        {{ channel_name('threads.channel_id') }} as channel,
        threads.created_at as started_at,
        threads.closed_at,
        threads.created_at <= tickets.created_at
        and row_number() over (
            partition by threads.ticket_id
            order by threads.created_at, {{ id_order('threads.thread_id') }}
        ) = 1 as is_origin
    from {{ ref('stg_hubspot__threads') }} as threads
    inner join {{ ref('stg_hubspot__tickets') }} as tickets on threads.ticket_id = tickets.ticket_id
),

-- What was said in public; comments are among agents.
transcripts as (
    select
        ticket_id,
        thread_id,
        {{ dbt.listagg(
            "cast(occurred_at as varchar) || ' ' || coalesce(author_name, author_type) || ': ' "
            ~ "|| coalesce(text, '')",
            "chr(10)", 'order by occurred_at, message_id'
        ) }} as transcript
    from {{ ref('int_ticket_messages') }}
    where is_public
    group by ticket_id, thread_id
)

select
    threads.ticket_id,
    threads.thread_id,
    threads.is_origin,
    threads.contact_id,
    threads.channel,
    threads.started_at,
    threads.closed_at,
    transcripts.transcript
from threads
left join transcripts
    on threads.ticket_id = transcripts.ticket_id and threads.thread_id = transcripts.thread_id
