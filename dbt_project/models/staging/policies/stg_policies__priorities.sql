with source as (
    select * from {{ ref('priorities') }}
),

build_moment as (
    select portal_id from {{ ref('stg_hubspot__build_moment') }}
),

-- HubSpot's own four need no mapping, whatever a portal's file says or leaves out.
candidates as (
    select
        source.value,
        source.priority,
        case when source.portal_id = '*' then 1 else 2 end as precedence
    from source
    cross join build_moment
    where source.portal_id in ('*', build_moment.portal_id)
    {% for priority in ['LOW', 'MEDIUM', 'HIGH', 'URGENT'] -%}
    union all
    select
        '{{ priority }}',
        '{{ priority }}',
        0
    {% endfor %}
),

ranked as (
    select
        value,
        priority,
        row_number() over (partition by value order by precedence desc, priority asc) as choice
    from candidates
)

select
    value,
    priority
from ranked
where choice = 1
