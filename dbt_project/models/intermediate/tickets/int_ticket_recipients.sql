-- Who an event of a ticket goes to, by spans of the ticket's time: the contacts of the span; where it
-- has none, the event waits for the first contact associated after it.
with windows as (
    select
        ticket_id,
        object_id as contact_id,
        associated_at,
        coalesce(archived_at, {{ end_of_time() }}) as archived_at
    from {{ ref('int_ticket_associations') }}
    where object_type = 'contacts'
),

cuts as (
    select
        ticket_id,
        {{ beginning_of_time() }} as span_from
    from windows
    union
    select
        ticket_id,
        associated_at
    from windows
    union
    select
        ticket_id,
        archived_at
    from windows
),

spans as (
    select
        ticket_id,
        span_from,
        coalesce(
            lead(span_from) over (partition by ticket_id order by span_from), {{ end_of_time() }}
        ) as span_to
    from cuts
),

candidates as (
    select
        spans.ticket_id,
        spans.span_from,
        spans.span_to,
        windows.contact_id,
        windows.associated_at,
        case when windows.associated_at <= spans.span_from then 1 else 0 end as is_present,
        row_number() over (
            partition by spans.ticket_id, spans.span_from
            order by windows.associated_at, {{ id_order('windows.contact_id') }}
        ) as recipient_number
    from spans
    left join windows
        on
            spans.ticket_id = windows.ticket_id
            and windows.archived_at > spans.span_from
            -- A window of no length saw nothing.
            and windows.archived_at > windows.associated_at
    where spans.span_from < {{ end_of_time() }}
)

select
    ticket_id,
    span_from,
    span_to,
    contact_id,
    recipient_number,
    case when is_present = 0 and contact_id is not null then associated_at end as waited_until
from candidates
where is_present = 1 or recipient_number = 1
