-- Two rows that would both win leave it to chance which target counts.
with policies as (
    select
        *,
        row_number() over (order by policy, target_seconds, calendar, stop_category) as row_id
    from {{ ref('stg_policies__sla_policies') }}
)

select
    one.policy,
    other.policy as other_policy
from policies as one
inner join policies as other
    on
        one.metric = other.metric
        and one.specificity = other.specificity
        and one.pipeline_id = other.pipeline_id
        and one.priority = other.priority
        and one.ticket_type = other.ticket_type
        and one.row_id < other.row_id
        and one.valid_from < other.valid_to
        and other.valid_from < one.valid_to
