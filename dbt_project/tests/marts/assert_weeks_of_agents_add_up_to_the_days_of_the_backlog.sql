-- Every closing and reopening of a week is one agent's: their sum is that of the backlog's days.
with weeks as (
    select
        week,
        sum(closed_count) as closed_count,
        sum(reopened_count) as reopened_count
    from {{ ref('agent_performance_weekly') }}
    where owner_id <> 'all'
    group by week
),

days as (
    select
        cast({{ dbt.date_trunc('week', 'day') }} as date) as week_begins,
        sum(closed_count) as closed_count,
        sum(reopened_count) as reopened_count
    from {{ ref('backlog_daily') }}
    where pipeline_id = 'all' and priority = 'all'
    group by {{ dbt.date_trunc('week', 'day') }}
)

select days.*
from days
left join weeks on days.week_begins = weeks.week
where
    days.closed_count <> coalesce(weeks.closed_count, 0)
    or days.reopened_count <> coalesce(weeks.reopened_count, 0)
