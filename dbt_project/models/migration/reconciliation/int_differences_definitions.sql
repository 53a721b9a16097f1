select
    {{ difference('definitions', 'object_type', 'source_id', 'target_id', 'field',
        'source_value', 'target_value', 'kind', """case kind
            when 'expected_label'
                then 'a definition that was there keeps its own label; name and type agree'
            when 'expected_spelling'
                then 'it was there and keeps its own large and small letters'
        end""") }}
from {{ ref('int_compared_definitions') }}
where source_value is distinct from target_value
