-- Which policy is in force for a clock, and from when: the best match at the clock's start, and again
-- whenever pipeline, priority or type changed. Where none matches, the one before stays; time before
-- the first match counts under that first match.
with clocks as (
    select * from {{ ref('int_sla_clocks') }}
),

attributes as (
    select * from {{ ref('int_ticket_sla_attributes') }}
),

policies as (
    select * from {{ ref('stg_policies__sla_policies') }}
),

-- Few combinations for many tickets: wildcards are compared once each.
combinations as (
    select distinct
        pipeline_id,
        priority,
        ticket_type
    from attributes
),

matches as (
    select
        combinations.pipeline_id,
        combinations.priority,
        combinations.ticket_type,
        policies.metric,
        policies.policy,
        policies.specificity,
        policies.valid_from,
        policies.valid_to
    from combinations
    inner join policies
        on
            policies.pipeline_id in ('*', combinations.pipeline_id)
            and policies.priority in ('*', combinations.priority)
            and policies.ticket_type in ('*', combinations.ticket_type)
),

spans as (
    select
        clocks.ticket_id,
        clocks.metric,
        clocks.cycle,
        clocks.started_at,
        attributes.pipeline_id,
        attributes.priority,
        attributes.ticket_type,
        greatest(attributes.effective_at, clocks.started_at) as changed_at
    from clocks
    inner join attributes
        on
            clocks.ticket_id = attributes.ticket_id
            and (
                attributes.next_effective_at is null
                or attributes.next_effective_at > clocks.started_at
            )
),

chosen as (
    select
        spans.*,
        matches.policy,
        row_number() over (
            partition by spans.ticket_id, spans.metric, spans.cycle, spans.changed_at
            order by matches.specificity desc, matches.policy asc
        ) as choice
    from spans
    inner join matches
        on
            spans.pipeline_id = matches.pipeline_id
            and spans.priority = matches.priority
            and spans.ticket_type = matches.ticket_type
            and spans.metric = matches.metric
            and spans.changed_at >= matches.valid_from
            and spans.changed_at < matches.valid_to
)

select
    ticket_id,
    metric,
    cycle,
    policy,
    nullif(priority, '') as priority,
    changed_at,
    row_number() over (partition by ticket_id, metric, cycle order by changed_at) as change_number
from chosen
where choice = 1
