-- Which pipeline of the target each pipeline of the source becomes: the declared one, or the one of
-- the same label, letters large or small. After the write the ledger knows it, whatever it is called
-- since; where there is no ledger, one that was renamed is known by the place it has among the rest.
with declared as (
    select * from {{ ref('stg_migration__maps') }}
    where kind = 'pipeline'
),

target_pipelines as (
    select
        pipeline_id,
        min(pipeline_label) as label,
        min(pipeline_order) as display_order
    from {{ ref('stg_migration__target_stages') }}
    group by pipeline_id
),

first_of_label as (
    select
        label,
        min(pipeline_id) as pipeline_id
    from target_pipelines
    group by label
),

named_so as (
    select
        wanted.*,
        coalesce(declared.target_value, wanted.source_label) as label,
        declared.reason as declared_reason
    from {{ ref('int_migration_source_pipelines') }} as wanted
    left join declared on wanted.source_label = declared.source_value
),

-- Two of the source may not become one of the target by their letters' size alone.
spelled_alike as (
    select
        lower(label) as label,
        min(pipeline_id) as pipeline_id
    from target_pipelines
    where label not in (select named_so.label from named_so)
    group by lower(label)
),

remembered as (
    {{ remembered('pipelines') }}
),

labelled as (
    select
        named_so.*,
        remembered.source_key is not null as is_remembered,
        coalesce(
            standing.pipeline_id, same.pipeline_id, alike.pipeline_id
        ) as target_pipeline_id
    from named_so
    left join remembered on named_so.pipeline_id = remembered.source_key
    left join target_pipelines as standing on remembered.target_id = standing.pipeline_id
    left join first_of_label as same on named_so.label = same.label
    left join spelled_alike as alike
        on same.pipeline_id is null and lower(named_so.label) = alike.label
),

left_over as (
    select
        pipeline_id,
        row_number() over (order by display_order, {{ id_order('pipeline_id') }}) as place
    from labelled
    where target_pipeline_id is null and not is_remembered
),

target_left_over as (
    select
        pipeline_id,
        row_number() over (order by display_order, {{ id_order('pipeline_id') }}) as place
    from target_pipelines
    where pipeline_id not in (
        select labelled.target_pipeline_id from labelled
        where labelled.target_pipeline_id is not null
    )
)

select
    labelled.pipeline_id,
    labelled.source_label,
    labelled.label,
    labelled.display_order,
    labelled.is_archived,
    labelled.declared_reason,
    coalesce(
        labelled.target_pipeline_id
        {%- if not is_plan() %}, target_left_over.pipeline_id{% endif %}
    ) as target_pipeline_id
from labelled
left join left_over on labelled.pipeline_id = left_over.pipeline_id
left join target_left_over on left_over.place = target_left_over.place
