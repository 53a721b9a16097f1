{# One week of an agent or a team: what came in, what went out, how fast, how well. `dimension` is the
   column of `tickets`, `attribute` what its history calls it. #}
{% macro performance_weekly(dimension, attribute) -%}
{%- set counts = ['assigned', 'closed', 'reopened'] -%}
{%- set medians = {'first_response_p50_seconds': 'first_response', 'resolution_p50_seconds': 'resolution',
    'touches_p50': 'touches'} -%}
with build_moment as (
    select time_zone from {{ ref('stg_hubspot__build_moment') }}
),

tickets as (
    select
        ticket_id,
        coalesce({{ dimension }}, 'none') as {{ dimension }},
        created_at,
        appeared_at,
        resolution_seconds,
        {{ moment_of(milliseconds('created_at') ~ ' + 1000 * resolution_seconds') }} as resolved_at
    from {{ ref('tickets') }}
),

touches as (
    select
        ticket_id,
        count(distinct event_id) as touch_count
    from {{ ref('ticket_activities') }}
    where
        activity_type in (
            'ticket_email_sent', 'ticket_message_sent', 'ticket_call_logged', 'ticket_meeting_logged'
        )
        -- not what bots and welcome messages say
        and actor_type = 'user'
    group by ticket_id
),

moments as (
    select
        ticket_id,
        value as {{ dimension }},
        'assigned' as fact,
        assigned_at as happened_at,
        cast(null as double) as amount
    from {{ ref('int_ticket_assignments') }}
    where attribute = '{{ attribute }}'
    union all
    select
        clocks.ticket_id,
        tickets.{{ dimension }},
        'first_response',
        clocks.stopped_at,
        {{ seconds_between('clocks.started_at', 'clocks.stopped_at') }}
    from {{ ref('ticket_slas') }} as clocks
    inner join tickets on clocks.ticket_id = tickets.ticket_id
    where
        clocks.metric = 'first_response'
        -- before a merge its predecessors were answered
        and clocks.stopped_at >= tickets.appeared_at
    union all
    select
        ticket_id,
        {{ dimension }},
        'resolution',
        resolved_at,
        resolution_seconds
    from tickets
    where resolved_at >= appeared_at
    union all
    select
        outcomes.ticket_id,
        tickets.{{ dimension }},
        case when outcomes.is_met then 'met' else 'missed' end,
        outcomes.counted_at,
        null
    from {{ ref('int_sla_outcomes') }} as outcomes
    inner join tickets on outcomes.ticket_id = tickets.ticket_id
),

facts as (
    select
        moments.{{ dimension }},
        moments.fact,
        cast({{ utc_to_wall_time('moments.happened_at', 'build_moment.time_zone') }} as date) as day,
        moments.amount
    from moments
    cross join build_moment
    union all
    select
        tickets.{{ dimension }},
        changes.change_name,
        changes.day,
        null
    from {{ ref('int_backlog_changes') }} as changes
    inner join tickets on changes.ticket_id = tickets.ticket_id
    where changes.change_name in ('closed', 'reopened')
    union all
    select
        tickets.{{ dimension }},
        'touches',
        changes.day,
        coalesce(touches.touch_count, 0)
    from {{ ref('int_backlog_changes') }} as changes
    inner join tickets on changes.ticket_id = tickets.ticket_id
    left join touches on changes.ticket_id = touches.ticket_id
    where changes.change_name = 'closed'
),

weekly as (
    select
        cast({{ dbt.date_trunc('week', 'day') }} as date) as week,
        {{ dimension }},
        fact,
        amount
    from facts
)

select
    week,
    case when grouping({{ dimension }}) = 1 then 'all' else {{ dimension }} end as {{ dimension }},
    {% for count in counts -%}
    cast(sum(case when fact = '{{ count }}' then 1 else 0 end) as bigint) as {{ count }}_count,
    {% endfor -%}
    {% for column, fact in medians.items() -%}
    cast(
        percentile_cont(0.5) within group (order by case when fact = '{{ fact }}' then amount end)
        as double
    ) as {{ column }},
    {% endfor -%}
    cast(
        sum(case when fact = 'met' then 1.0 else 0 end)
        / nullif(sum(case when fact in ('met', 'missed') then 1.0 else 0 end), 0) as double
    ) as attainment_ratio
from weekly
group by week, cube ({{ dimension }})
{%- endmacro %}
