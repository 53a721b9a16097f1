{{ config(materialized='view') }}

-- The clocks of responses. The first one runs from the creation (where agents wrote first, from the first
-- customer message); each further one from the first message of an unanswered run, once the first
-- response is done, to the next answer or closing.
with lives as (
    select
        endings.ticket_id,
        endings.created_at,
        endings.ended_at,
        endings.category,
        summaries.first_response_at,
        case
            when summaries.ticket_id is null then endings.created_at
            else summaries.waiting_from
        end as waiting_from,
        -- Nobody asked or can say whether the ticket was answered, or nobody knows its life.
        summaries.ticket_id is null or endings.stage_id is null as is_unknown
    from {{ ref('int_ticket_endings') }} as endings
    left join {{ ref('int_ticket_response_summaries') }} as summaries
        on endings.ticket_id = summaries.ticket_id
    where {{ is_rebuilt('endings.ticket_id', 'int_sla_tickets') }}
),

-- What is said after the first response, and closings; in one moment a message is before what ends its
-- wait.
words as (
    select
        ticket_id,
        turn as speaker,
        occurred_at,
        case turn when 'customer' then 1 else 2 end as speaker_order,
        turn_number as word_number
    from {{ ref('int_ticket_turns') }}
    where
        turn_number > first_response_number
        and {{ is_rebuilt('ticket_id', 'int_sla_tickets') }}
    union all
    select
        visits.ticket_id,
        'closing',
        visits.entered_at,
        3,
        visits.visit_number
    from {{ ref('int_ticket_stage_intervals') }} as visits
    inner join lives
        on visits.ticket_id = lives.ticket_id and visits.entered_at >= lives.first_response_at
    where visits.category = 'closed' and visits.previous_category <> 'closed'
),

runs as (
    select
        ticket_id,
        speaker,
        occurred_at,
        lag(speaker) over in_order as former_speaker,
        min(case when speaker <> 'customer' then occurred_at end) over (
            partition by ticket_id order by occurred_at, speaker_order, word_number
            rows between current row and unbounded following
        ) as stop_at
    from words
    window in_order as (partition by ticket_id order by occurred_at, speaker_order, word_number)
)

select
    ticket_id,
    'first_response' as metric,
    1 as cycle,
    waiting_from as started_at,
    first_response_at as stop_at,
    ended_at,
    category,
    is_unknown
from lives
-- Nothing begins once a ticket was archived or merged away.
where waiting_from = created_at or waiting_from < coalesce(ended_at, {{ end_of_time() }})
union all
select
    runs.ticket_id,
    'next_response',
    row_number() over (partition by runs.ticket_id order by runs.occurred_at),
    runs.occurred_at,
    runs.stop_at,
    lives.ended_at,
    lives.category,
    lives.is_unknown
from runs
inner join lives on runs.ticket_id = lives.ticket_id
where
    runs.speaker = 'customer'
    and coalesce(runs.former_speaker, '') <> 'customer'
    and runs.occurred_at < coalesce(lives.ended_at, {{ end_of_time() }})
