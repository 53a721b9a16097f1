{{ config(materialized='incremental') }}

-- What a policy is chosen by, pipeline, priority and type, as spans of a ticket's life. What changes in
-- one moment changes once.
with priorities as (
    select * from {{ ref('stg_policies__priorities') }}
),

changes as (
    select
        changes.ticket_id,
        changes.attribute,
        changes.effective_at,
        case
            when changes.attribute = 'priority' then coalesce(priorities.priority, '')
            else coalesce(changes.value, '')
        end as value,
        row_number() over (
            partition by changes.ticket_id, changes.attribute, changes.effective_at
            order by changes.changed_at desc, changes.sequence desc
        ) as age_number
    from {{ ref('int_ticket_attribute_changes') }} as changes
    left join priorities on changes.value = priorities.value
    where changes.attribute in ('pipeline', 'priority', 'ticket_type')
),

moments as (
    select
        ticket_id,
        effective_at,
        max(case when attribute = 'pipeline' then value end) as pipeline_value,
        max(case when attribute = 'priority' then value end) as priority_value,
        max(case when attribute = 'ticket_type' then value end) as type_value
    from (
        select
            ticket_id,
            attribute,
            effective_at,
            value
        from changes
        where age_number = 1
        union all
        select
            ticket_id,
            'creation' as attribute,
            created_at as effective_at,
            null as value
        from {{ ref('stg_hubspot__tickets') }}
        where {{ is_rebuilt('ticket_id') }}
    ) as all_changes
    group by ticket_id, effective_at
)

select
    ticket_id,
    effective_at,
    lead(effective_at) over (partition by ticket_id order by effective_at) as next_effective_at,
    coalesce(last_value(pipeline_value ignore nulls) over in_order, '') as pipeline_id,
    coalesce(last_value(priority_value ignore nulls) over in_order, '') as priority,
    coalesce(last_value(type_value ignore nulls) over in_order, '') as ticket_type
from moments
window in_order as (
    partition by ticket_id order by effective_at
    rows between unbounded preceding and current row
)
