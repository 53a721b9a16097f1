{%- set names = ['source_created_at', 'source_resolved_at', 'source_resolution_status',
    'source_first_response_status'] -%}
-- Service levels told twice: by the source's marts, and from what stands in the target, that is the
-- source_* properties, the notes that stand for messages, and the e-mails.
with pairs as (
    select * from {{ ref('int_migration_pairs') }}
    where place = 1
),

facts as (
    select * from {{ ref('int_migration_ticket_facts') }}
),

told as (
    select
        pairs.ticket_id,
        pairs.target_id,
        {{ property_values('tickets.properties', names) }} as texts
    from {{ source('target_portal', 'tickets') }} as tickets
    inner join pairs on tickets.id = pairs.target_id
),

target_side as (
    select
        ticket_id,
        target_id,
        {{ moment_of_text('texts[1]') }} as created_at,
        {{ moment_of_text('texts[2]') }} as resolved_at,
        texts[3] as resolution_status,
        texts[4] as first_response_status
    from told
),

spoken as (
    select
        links.ticket_id as target_id,
        {{ moment_of_text(property_value('notes.properties', 'hs_timestamp')) }} as spoken_at,
        {{ property_value('notes.properties', 'hs_note_body') }}
        like 'Message | OUTGOING | % | A-%' as is_answer
    from {{ source('target_portal', 'notes') }} as notes
    inner join {{ source('target_portal', 'ticket_associations') }} as links
        on notes.id = links.object_id and links.object_type = 'notes' and links.gone_at is null
    where
        not notes.archived
        and (
            {{ property_value('notes.properties', 'hs_note_body') }}
            like 'Message | OUTGOING | % | A-%'
            or {{ property_value('notes.properties', 'hs_note_body') }}
            like 'Message | INCOMING | %'
        )
    union all
    select
        links.ticket_id as target_id,
        {{ moment_of_text(property_value('emails.properties', 'hs_timestamp')) }} as spoken_at,
        {{ property_value('emails.properties', 'hs_email_direction') }} = 'EMAIL' as is_answer
    from {{ source('target_portal', 'emails') }} as emails
    inner join {{ source('target_portal', 'ticket_associations') }} as links
        on emails.id = links.object_id and links.object_type = 'emails' and links.gone_at is null
    where
        not emails.archived
        and {{ property_value('emails.properties', 'hs_email_direction') }}
        in ('EMAIL', 'INCOMING_EMAIL')
),

-- Where an agent spoke first, the clock starts at the customer's first word.
openings as (
    select
        target_id,
        min_by(is_answer, (spoken_at, is_answer)) as is_by_agent,
        min(spoken_at) filter (where not is_answer) as asked_at
    from spoken
    group by target_id
),

responses as (
    select
        target_side.ticket_id,
        min(spoken.spoken_at) as first_response_at
    from target_side
    inner join openings on target_side.target_id = openings.target_id
    inner join spoken on target_side.target_id = spoken.target_id
    where
        spoken.is_answer
        and spoken.spoken_at
        >= case when openings.is_by_agent then openings.asked_at else target_side.created_at end
    group by target_side.ticket_id
)

select
    facts.ticket_id,
    target_side.target_id,
    unnest(
        [
            'resolution_seconds',
            'resolution_status',
            'first_response_seconds',
            'first_response_status'
        ]
    )
        as measure,
    unnest([
        cast({{ seconds_between('facts.created_at', 'facts.resolved_at') }} as varchar),
        facts.resolution_status,
        cast({{ seconds_between('facts.created_at', 'facts.first_response_at') }} as varchar),
        facts.first_response_status
    ]) as source_value,
    unnest([
        cast({{ seconds_between('target_side.created_at', 'target_side.resolved_at') }} as varchar),
        target_side.resolution_status,
        -- without an answer in the source's marts there is nothing to compare one with
        case
            when facts.first_response_at is not null then cast({{ seconds_between(
                'target_side.created_at', 'responses.first_response_at'
            ) }} as varchar)
        end,
        target_side.first_response_status
    ]) as target_value
from facts
inner join target_side on facts.ticket_id = target_side.ticket_id
left join responses on facts.ticket_id = responses.ticket_id
