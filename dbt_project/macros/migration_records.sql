{# The plan's rows of one type of record that tickets link to. #}
{% macro plan_records(object_type) -%}
with filled as (
    select
        record_id,
        {{ rows_to_object('property_name', 'value') }} as properties
    from {{ ref('int_plan_record_values') }}
    where object_type = '{{ object_type }}' and refusal is null
    group by record_id
),

records as (
    select * from {{ ref('int_migration_records') }}
    where object_type = '{{ object_type }}' and (is_linked or target_id is not null)
)

select
    records.record_id as source_id,
    records.source_key,
    records.target_id,
    case
        when records.target_id is not null then 'match'
        when not records.is_linked or not records.is_readable or request.missing_records = 'list' then 'list'
        else 'create'
    end as action,
    case
        when
            records.target_id is null and records.is_linked and records.is_readable
            and request.missing_records <> 'list'
            then coalesce(filled.properties, '{}')
    end as properties
from records
cross join {{ ref('stg_migration__request') }} as request
left join filled on records.record_id = filled.record_id
{%- endmacro %}
