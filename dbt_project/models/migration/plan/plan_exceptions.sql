{{ config(schema='migration') }}

-- What will not be as it was, listed before the first write.
select
    kind,
    object_type,
    source_id,
    field,
    value,
    reason
from {{ ref('int_plan_property_exceptions') }}
union all
select
    kind,
    object_type,
    source_id,
    field,
    value,
    reason
from {{ ref('int_plan_record_exceptions') }}
union all
select
    {{ exception('kind', 'map_kind', 'reason', field='source_value', value='target_value') }}
from {{ ref('int_plan_map_errors') }}
where reason is not null
