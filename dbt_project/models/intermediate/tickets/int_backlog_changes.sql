{{ config(materialized='view') }}

-- What changes the backlog, day by day of the portal: tickets that open, close, reopen or go away, and
-- open ones that grow from one age into the next. A span that is open in an age adds one where both
-- begin and takes one where either ends: no row per day.
{%- set ages = [
    ('0_1d', 0, 1), ('1_3d', 1, 3), ('3_7d', 3, 7), ('7_30d', 7, 30), ('30d_plus', 30, none),
] %}
with spans as (
    select * from {{ ref('int_ticket_open_spans') }}
),

tickets as (
    select
        endings.ticket_id,
        endings.appeared_at,
        coalesce(endings.ended_at <= endings.appeared_at, false) as is_gone_at_once,
        spans.ticket_id is not null as is_open_at_first,
        survivors.ticket_id is not null as is_survivor
    from {{ ref('int_ticket_endings') }} as endings
    left join spans on endings.ticket_id = spans.ticket_id and not spans.is_reopening
    left join {{ ref('stg_hubspot__survivors') }} as survivors
        on endings.ticket_id = survivors.ticket_id
),

changes as (
    -- A ticket is opened by its creation, also when it is created closed. A survivor is opened by the merge,
    -- which takes its predecessors away; one of closed tickets moves nothing.
    select
        ticket_id,
        'opened' as change_name,
        appeared_at as changed_at,
        1 as change_count
    from tickets
    where is_open_at_first or not is_survivor
    union all
    select
        ticket_id,
        case when is_gone_at_once then 'removed' else 'closed' end,
        appeared_at,
        1
    from tickets
    where not is_open_at_first and not is_survivor
    union all
    select
        ticket_id,
        'reopened',
        opened_at,
        1
    from spans
    where is_reopening
    union all
    select
        ticket_id,
        'closed',
        closed_at,
        1
    from spans
    where closed_at is not null
    union all
    select
        ticket_id,
        'removed',
        removed_at,
        1
    from spans
    where removed_at is not null
    {%- for name, from_day, to_day in ages %}
    {%- set begins = 'greatest(opened_at, ' ~ dbt.dateadd('day', from_day, 'created_at') ~ ')' %}
    {%- set ends = 'coalesce(ended_at, ' ~ end_of_time() ~ ')' %}
    {%- if to_day %}
    {%- set ends = 'least(' ~ ends ~ ', ' ~ dbt.dateadd('day', to_day, 'created_at') ~ ')' %}
    {%- endif %}
    union all
    select
        ticket_id,
        '{{ name }}',
        {{ begins }},
        1
    from spans
    where {{ begins }} < {{ ends }}
    union all
    select
        ticket_id,
        '{{ name }}',
        {{ ends }},
        -1
    from spans
    where {{ begins }} < {{ ends }}
    {%- endfor %}
)

select
    changes.ticket_id,
    changes.change_name,
    cast({{ utc_to_wall_time('changes.changed_at', 'build_moment.time_zone') }} as date) as day,
    changes.change_count
from changes
cross join {{ ref('stg_hubspot__build_moment') }} as build_moment
where changes.changed_at <= build_moment.as_of
