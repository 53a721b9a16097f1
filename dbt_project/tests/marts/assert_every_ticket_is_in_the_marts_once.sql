-- Source to mart, by ticket: archived and merged ones too, but none from after the build's moment, nor what
-- a later merge made.
select
    source.id as ticket_id,
    count(tickets.ticket_id) as mart_count
from {{ source('hubspot', 'tickets') }} as source
cross join {{ ref('stg_hubspot__build_moment') }} as build_moment
left join {{ ref('stg_hubspot__survivors') }} as survivors on source.id = survivors.ticket_id
left join {{ ref('tickets') }} as tickets on source.id = tickets.ticket_id
where
    source.created_at <= build_moment.as_of
    and coalesce(survivors.merged_at, source.created_at) <= build_moment.as_of
group by source.id
having count(tickets.ticket_id) <> 1
