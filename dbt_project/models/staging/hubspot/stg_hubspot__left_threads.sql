-- The tickets that a merge took a thread from, and when that was seen. A thread that was given to another
-- ticket without a merge, or before one, is that ticket's alone, as on HubSpot's screen. What was seen
-- has the whole seconds of HubSpot's answers.
select
    source.thread_id,
    source.ticket_id,
    cast(max(source.left_at) as timestamp) as left_at
from {{ source('hubspot', 'thread_moves') }} as source
inner join {{ ref('stg_hubspot__merged_tickets') }} as merged
    on
        source.ticket_id = merged.ticket_id
        and source.left_at >= {{ dbt.date_trunc('second', 'merged.merged_at') }}
group by source.thread_id, source.ticket_id
