{%- set ages = ['0_1d', '1_3d', '3_7d', '7_30d', '30d_plus'] %}
{%- set flows = ['opened', 'closed', 'reopened', 'removed'] %}
with changes as (
    select
        changes.day,
        changes.change_name,
        changes.change_count,
        coalesce(tickets.pipeline_id, 'none') as pipeline_id,
        coalesce(tickets.priority, 'none') as priority
    from {{ ref('int_backlog_changes') }} as changes
    inner join {{ ref('tickets') }} as tickets on changes.ticket_id = tickets.ticket_id
),

daily as (
    select
        {% for name in flows + ages -%}
        sum(case when change_name = '{{ name }}' then change_count else 0 end)
            as change_{{ name }},
        {% endfor -%}
        day,
        case when grouping(pipeline_id) = 1 then 'all' else pipeline_id end as pipeline_id,
        case when grouping(priority) = 1 then 'all' else priority end as priority
    from changes
    group by day, cube (pipeline_id, priority)
),

-- Every day from a combination's first ticket to the build's day, also those on which nothing happened.
firsts as (
    select
        pipeline_id,
        priority,
        min(day) as first_day
    from daily
    group by pipeline_id, priority
),

numbers as (
    {{ dbt.generate_series(131072) }}
),

days as (
    select
        firsts.pipeline_id,
        firsts.priority,
        cast({{ dbt.dateadd('day', 'cast(numbers.generated_number - 1 as integer)',
            'firsts.first_day') }} as date) as day
    from firsts
    cross join {{ ref('stg_hubspot__build_moment') }} as build_moment
    inner join numbers
        on
            numbers.generated_number <= 1 + {{ dbt.datediff(
                'firsts.first_day',
                'cast(' ~ utc_to_wall_time('build_moment.as_of', 'build_moment.time_zone') ~ ' as date)',
                'day'
            ) }}
),

filled as (
    select
        {% for name in flows + ages -%}
        coalesce(daily.change_{{ name }}, 0) as change_{{ name }},
        {% endfor -%}
        days.day,
        days.pipeline_id,
        days.priority
    from days
    left join daily
        on
            days.day = daily.day
            and days.pipeline_id = daily.pipeline_id
            and days.priority = daily.priority
)

select
    day,
    pipeline_id,
    priority,
    {% for name in flows -%}
    cast(change_{{ name }} as bigint) as {{ name }}_count,
    {% endfor -%}
    {% for name in ages -%}
    cast(sum(change_{{ name }}) over in_order as bigint) as open_{{ name }},
    {% endfor -%}
    cast(
        sum(change_opened + change_reopened - change_closed - change_removed) over in_order
        as bigint
    ) as open_count
from filled
window in_order as (
    partition by pipeline_id, priority order by day
    rows between unbounded preceding and current row
)
