-- The pipelines of the source: those that stand, and those that tickets are in though they are gone.
with stood_in as (
    select distinct source_values.value as pipeline_id
    from {{ ref('stg_migration__source_values') }} as source_values
    inner join {{ ref('int_migration_scope') }} as scope
        on source_values.ticket_id = scope.ticket_id
    where source_values.property_name = 'hs_pipeline' and not scope.is_archived
),

named as (
    select
        id as pipeline_id,
        label,
        display_order,
        coalesce(archived, false) or removed_at is not null as is_archived
    from {{ source('source_portal', 'pipelines') }}
)

select
    coalesce(named.pipeline_id, stood_in.pipeline_id) as pipeline_id,
    coalesce(named.label, stood_in.pipeline_id) as source_label,
    coalesce(named.display_order, 0) as display_order,
    coalesce(named.is_archived, true) as is_archived
from named
full outer join stood_in on named.pipeline_id = stood_in.pipeline_id
where
    (not named.is_archived or stood_in.pipeline_id is not null)
    and coalesce(named.pipeline_id, stood_in.pipeline_id) <> ''
