{{ config(schema='marts') }}

with population as (
    select * from {{ ref('int_reconciled_population') }}
),

facts as (
    select
        facts.*,
        strftime(facts.created_at, '%Y-%m') as month
    from {{ ref('int_migration_ticket_facts') }} as facts
),

priorities as (
    select
        ticket_id,
        value
    from {{ ref('stg_migration__source_values') }}
    where property_name = 'hs_ticket_priority'
),

spread as (
    select
        population.standing,
        unnest(['all', 'pipeline', 'stage', 'priority', 'owner', 'month']) as dimension,
        unnest([
            'all', facts.pipeline_label, facts.pipeline_label || ' / ' || facts.stage_label,
            priorities.value, facts.owner_name, facts.month
        ]) as value
    from population
    left join facts on population.ticket_id = facts.ticket_id
    left join priorities on population.ticket_id = priorities.ticket_id
)

select
    dimension,
    coalesce(nullif(value, ''), 'none') as value,
    count(*) as source_count,
    count(*) filter (where standing = 'present') as present_count,
    count(*) filter (where standing = 'skipped') as skipped_count,
    count(*) filter (where standing = 'failed') as failed_count,
    count(*) filter (where standing = 'missing') as missing_count
from spread
group by dimension, coalesce(nullif(value, ''), 'none')
