{{ config(materialized='incremental') }}

-- One row per ticket of which it is known whether it was answered: when it first was, and how often.
with turns as (
    select * from {{ ref('int_ticket_turns') }}
    where {{ is_rebuilt('ticket_id') }}
),

read_tickets as (
    select ticket_id from {{ ref('stg_hubspot__ticket_email_reads') }}
    union
    select ticket_id from {{ ref('stg_hubspot__threads') }}
    where ticket_id is not null
    union
    select ticket_id from turns
),

answers as (
    select
        ticket_id,
        max(case when is_agent_created then 1 else 0 end) = 1 as is_agent_created,
        max(waiting_from) as waiting_from,
        max(first_response_number) as first_response_number,
        max(case when turn_number = first_response_number then occurred_at end)
            as first_response_at,
        sum(case when turn = 'agent' then 1 else 0 end) as response_count
    from turns
    group by ticket_id
),

-- Merging takes a ticket's threads to its survivor: one that has no answer any more may have had one,
-- where it may have lost a thread unseen, or nobody knows when it was merged.
unsure as (
    select ticket_id from {{ ref('stg_hubspot__unseen_moves') }}
    union
    select undated.ticket_id
    from {{ ref('int_ticket_merges') }} as undated
    left join {{ ref('stg_hubspot__merged_tickets') }} as dated
        on undated.ticket_id = dated.ticket_id
    where dated.ticket_id is null
)

select
    tickets.ticket_id,
    coalesce(answers.is_agent_created, false) as is_agent_created,
    -- Agents wrote first and no customer has answered: nobody waits.
    case when answers.ticket_id is null then tickets.created_at else answers.waiting_from end
        as waiting_from,
    answers.first_response_number,
    answers.first_response_at,
    coalesce(answers.response_count, 0) as response_count
from read_tickets
inner join {{ ref('stg_hubspot__tickets') }} as tickets
    on read_tickets.ticket_id = tickets.ticket_id
left join answers on tickets.ticket_id = answers.ticket_id
left join unsure on tickets.ticket_id = unsure.ticket_id
where answers.first_response_at is not null or unsure.ticket_id is null
