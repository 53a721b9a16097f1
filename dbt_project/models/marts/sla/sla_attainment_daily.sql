-- A clock counts on the day on which it stopped, or breached if that was earlier; one that neither
-- stopped nor breached does not count yet.
with clocks as (
    select
        slas.metric,
        coalesce(slas.priority, 'none') as priority,
        coalesce(tickets.pipeline_id, 'none') as pipeline_id,
        coalesce(tickets.team, 'none') as team,
        coalesce(tickets.owner_id, 'none') as owner_id,
        slas.elapsed_seconds,
        slas.is_met,
        cast({{ utc_to_wall_time('slas.counted_at', 'build_moment.time_zone') }} as date) as day
    from {{ ref('int_sla_outcomes') }} as slas
    inner join {{ ref('tickets') }} as tickets on slas.ticket_id = tickets.ticket_id
    cross join {{ ref('stg_hubspot__build_moment') }} as build_moment
),

counted as (
    select
        day,
        metric,
        case when grouping(priority) = 1 then 'all' else priority end as priority,
        case when grouping(pipeline_id) = 1 then 'all' else pipeline_id end as pipeline_id,
        case when grouping(team) = 1 then 'all' else team end as team,
        case when grouping(owner_id) = 1 then 'all' else owner_id end as owner_id,
        sum(case when is_met then 1 else 0 end) as met_count,
        sum(case when is_met then 0 else 1 end) as breached_count,
        percentile_cont(0.5) within group (order by elapsed_seconds) as median_elapsed_seconds
    from clocks
    group by day, metric, cube (priority, pipeline_id, team, owner_id)
)

select
    day,
    metric,
    priority,
    pipeline_id,
    team,
    owner_id,
    cast(met_count as bigint) as met_count,
    cast(breached_count as bigint) as breached_count,
    met_count / cast(met_count + breached_count as double) as attainment_ratio,
    cast(median_elapsed_seconds as double) as median_elapsed_seconds
from counted
