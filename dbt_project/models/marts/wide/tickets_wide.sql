{# No contract: the columns are the portal's, and `tickets_wide_columns` says them. #}
{{ config(materialized='incremental', contract={'enforced': false}) }}
{%- set properties = custom_properties(ref('int_custom_properties')) %}

select
    {% for property in properties -%}
    {{ typed_value(
        "max(case when property_values.property_name = '" ~ property.property_name
        ~ "' then property_values.value end)", property.column_type
    ) }} as {{ adapter.quote(property.column_name) }},
    {% endfor -%}
    tickets.ticket_id
from {{ ref('stg_hubspot__tickets') }} as tickets
left join {{ ref('int_ticket_property_values') }} as property_values
    on tickets.ticket_id = property_values.ticket_id
where {{ is_rebuilt('tickets.ticket_id') }}
group by tickets.ticket_id
