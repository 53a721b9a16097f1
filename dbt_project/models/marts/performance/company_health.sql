-- A ticket counts for every company that it is linked to now. Ninety days before the build's moment.
with build_moment as (
    select
        as_of,
        {{ dbt.dateadd('day', -90, 'as_of') }} as since,
        cast({{ utc_to_wall_time(dbt.dateadd('day', -90, 'as_of'), 'time_zone') }} as date)
            as since_day
    from {{ ref('stg_hubspot__build_moment') }}
),

links as (
    select distinct
        object_id as company_id,
        ticket_id
    from {{ ref('ticket_associations') }}
    where object_type = 'companies' and archived_at is null
),

tickets as (
    select
        links.company_id,
        max(tickets.created_at) as last_ticket_at,
        sum(case
            when
                tickets.status not in ('resolved', 'closed')
                and tickets.archived_at is null
                and tickets.merged_into_ticket_id is null then 1
            else 0
        end) as open_count
    from links
    inner join {{ ref('tickets') }} as tickets on links.ticket_id = tickets.ticket_id
    group by links.company_id
),

clocks as (
    select
        links.company_id,
        sum(case when outcomes.is_met then 0 else 1 end) as breached_90d,
        sum(case when outcomes.is_met then 1.0 else 0 end) / count(*) as attainment_90d
    from links
    inner join {{ ref('int_sla_outcomes') }} as outcomes on links.ticket_id = outcomes.ticket_id
    cross join build_moment
    where outcomes.counted_at > build_moment.since
    group by links.company_id
),

turns as (
    select
        links.company_id,
        count(distinct case when changes.change_name = 'reopened' then changes.ticket_id end)
            as reopened_count,
        count(distinct case when changes.change_name = 'closed' then changes.ticket_id end)
            as closed_count
    from links
    inner join {{ ref('int_backlog_changes') }} as changes on links.ticket_id = changes.ticket_id
    cross join build_moment
    where changes.day > build_moment.since_day
    group by links.company_id
),

known as (
    select company_id from {{ ref('companies') }}
    union
    select company_id from links
)

select
    known.company_id,
    cast(coalesce(tickets.open_count, 0) as bigint) as open_count,
    cast(coalesce(clocks.breached_90d, 0) as bigint) as breached_90d,
    cast(clocks.attainment_90d as double) as attainment_90d,
    cast(turns.reopened_count as double) / nullif(turns.closed_count, 0) as reopen_ratio_90d,
    tickets.last_ticket_at
from known
left join tickets on known.company_id = tickets.company_id
left join clocks on known.company_id = clocks.company_id
left join turns on known.company_id = turns.company_id
