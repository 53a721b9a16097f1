{{ config(schema='marts') }}

with differences as (
    select
        level,
        sum(occurrences) filter (where is_explained) as expected,
        sum(occurrences) filter (where not is_explained) as unexplained
    from {{ ref('reconciliation_differences') }}
    group by level
),

counted as (
    select
        counts.level,
        counts.checked,
        counts.mapped,
        coalesce(differences.expected, 0) as expected,
        coalesce(differences.unexplained, 0) as unexplained
    from {{ ref('int_reconciliation_counts') }} as counts
    left join differences on counts.level = differences.level
)

select
    level,
    cast(checked as bigint) as checked,
    cast(checked - mapped - expected - unexplained as bigint) as equal,
    cast(mapped as bigint) as mapped,
    cast(expected as bigint) as expected,
    cast(unexplained as bigint) as unexplained,
    case
        when checked = 0 then 100.0
        else round(100.0 * (checked - unexplained) / checked, 4)
    end as fidelity
from counted
