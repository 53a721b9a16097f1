{{ config(schema='migration') }}

with used as (
    select distinct
        object_type,
        label
    from {{ ref('int_plan_link_types') }}
    where category = 'USER_DEFINED' and label is not null
),

target_labels as (
    select
        object_type,
        label,
        min(type_id) as type_id
    from {{ source('lookups', 'association_labels') }}
    where category = 'USER_DEFINED'
    group by object_type, label
)

select
    used.object_type,
    used.label,
    trim(lower({{ word_of('used.label') }}), '_') as name,
    cast(null as varchar) as inverse_label,
    target_labels.type_id as target_type_id,
    case when target_labels.type_id is null then 'create' else 'equal' end as action
from used
left join target_labels
    on used.object_type = target_labels.object_type and used.label = target_labels.label
