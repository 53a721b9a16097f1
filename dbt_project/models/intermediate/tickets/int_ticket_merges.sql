-- One row per ticket that was merged away. A survivor lists all its predecessors, those of its
-- predecessors too and when they were merged, so that the survivor of the newest list is the one that lives.
with losers as (
    select
        ticket_id as survivor_id,
        merged_at,
        {{ split_to_rows('loser_ids') }} as ticket_id
    from {{ ref('int_ticket_merge_lists') }}
    where loser_ids <> ''
),

survivors as (
    select
        ticket_id,
        survivor_id,
        min(merged_at) as merged_at,
        max(merged_at) as listed_at
    from losers
    where ticket_id <> survivor_id
    group by ticket_id, survivor_id
),

ranked as (
    select
        *,
        min(merged_at) over (partition by ticket_id) as first_merged_at,
        row_number() over (
            partition by ticket_id order by listed_at desc, {{ id_order('survivor_id') }}
        ) as choice
    from survivors
)

select
    ranked.ticket_id,
    ranked.survivor_id as merged_into_ticket_id,
    greatest(ranked.first_merged_at, tickets.created_at) as merged_at
from ranked
inner join {{ ref('stg_hubspot__tickets') }} as tickets on ranked.ticket_id = tickets.ticket_id
where ranked.choice = 1
