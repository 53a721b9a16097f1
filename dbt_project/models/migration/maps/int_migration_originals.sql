-- The values of the source_* properties: what HubSpot does not accept, kept beside it.
with originals (name, property_name) as (
    values
    {% for original in migration_originals() if original.property -%}
    ('{{ original.name }}', '{{ original.property }}'){{ ',' if not loop.last }}
    {% endfor %}
),

from_facts as (
    select
        ticket_id,
        unnest([
            {%- for original in migration_originals() if original.column %}
            '{{ original.name }}'{{ ',' if not loop.last }}{% endfor %}
        ]) as property_name,
        unnest([
            {%- for original in migration_originals() if original.column %}
            cast({{ original.column }} as varchar){{ ',' if not loop.last }}{% endfor %}
        ]) as value
    from {{ ref('int_migration_ticket_facts') }}
)

select
    ticket_id,
    property_name,
    value
from from_facts
where value is not null
union all
select
    source_values.ticket_id,
    originals.name as property_name,
    source_values.value
from {{ ref('stg_migration__source_values') }} as source_values
inner join originals on source_values.property_name = originals.property_name
inner join {{ ref('int_migration_scope') }} as scope on source_values.ticket_id = scope.ticket_id
where source_values.value <> ''
