{{ config(materialized='incremental') }}

select
    responses.response_id,
    responses.ticket_id,
    responses.occurred_at,
    responses.is_public,
    responses.author_type,
    responses.author_id,
    responses.direction,
    responses.channel,
    responses.thread_id,
    -- What HubSpot says it replies to, else the last word of the other side.
    coalesce(responses.in_reply_to_response_id, turns.answered_response_id) as in_reply_to,
    responses.external_message_id,
    responses.text,
    coalesce(turns.turn_number = turns.first_response_number, false) as is_first_response
from {{ ref('int_ticket_responses') }} as responses
left join {{ ref('int_ticket_turns') }} as turns
    on
        responses.response_id = turns.response_id
        and responses.ticket_id = turns.ticket_id
