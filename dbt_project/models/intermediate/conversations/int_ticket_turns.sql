{{ config(materialized='incremental') }}

-- What customers and agents said to each other in public, in order: who speaks first, what answers
-- what, and which turn is the first response. In one moment the customer speaks first: an answer is at
-- or after what it answers.
with turns as (
    select
        responses.ticket_id,
        responses.response_id,
        responses.occurred_at,
        responses.turn,
        tickets.created_at,
        coalesce(responses.channel, '') not in ('call', 'meeting') as is_written,
        case responses.turn when 'customer' then responses.response_id end as customer_response_id,
        case responses.turn when 'agent' then responses.response_id end as agent_response_id,
        row_number() over (
            partition by responses.ticket_id
            order by
                responses.occurred_at,
                case responses.turn when 'customer' then 1 else 2 end,
                responses.response_id
        ) as turn_number
    from {{ ref('int_ticket_responses') }} as responses
    inner join {{ ref('stg_hubspot__tickets') }} as tickets
        on responses.ticket_id = tickets.ticket_id
    where responses.turn is not null
),

openings as (
    select
        ticket_id,
        response_id,
        occurred_at,
        turn,
        turn_number,
        created_at,
        last_value(customer_response_id ignore nulls) over before as customer_response_id,
        last_value(agent_response_id ignore nulls) over before as agent_response_id,
        min(case when turn = 'agent' and is_written then turn_number end)
            over (partition by ticket_id) as first_written_number,
        min(case when turn = 'customer' then turn_number end) over (partition by ticket_id)
            as first_customer_number,
        min(case when turn = 'customer' then occurred_at end) over (partition by ticket_id)
            as first_customer_at
    from turns
    window before as (
        partition by ticket_id order by turn_number
        rows between unbounded preceding and 1 preceding
    )
),

-- Who wrote first: a call may answer a ticket, and makes it nobody's.
authored as (
    select
        *,
        coalesce(
            first_written_number < coalesce(first_customer_number, first_written_number + 1), false
        ) as is_agent_created
    from openings
),

-- The wait for a first response begins at the creation; where agents wrote first, when the customer did.
started as (
    select
        *,
        case
            when not is_agent_created then created_at
            when first_customer_at is not null then greatest(created_at, first_customer_at)
        end as waiting_from
    from authored
)

select
    ticket_id,
    response_id,
    occurred_at,
    turn,
    turn_number,
    case turn when 'agent' then customer_response_id else agent_response_id end
        as answered_response_id,
    is_agent_created,
    waiting_from,
    min(case
        when
            turn = 'agent' and occurred_at >= waiting_from
            and (not is_agent_created or turn_number > first_customer_number)
            then turn_number
    end) over (partition by ticket_id) as first_response_number
from started
