{{ config(materialized='incremental') }}

-- HubSpot's own service level fields, by ticket and metric, in our words.
{%- set metrics = ['first_response', 'next_response', 'resolution'] %}
with hubspot_values as (
    select
        ticket_id,
        column_name,
        value
    from {{ ref('int_ticket_values') }}
    where column_name like 'hubspot%' and value is not null
),

fields as (
    {%- for metric in metrics %}
    {%- if not loop.first %}
    union all
    {%- endif %}
    select
        ticket_id,
        '{{ metric }}' as metric,
        max(case when column_name = 'hubspot_{{ metric }}_due_at' then value end) as due_text,
        max(case when column_name = 'hubspot_{{ metric }}_status' then value end) as status_code
    from hubspot_values
    where column_name like 'hubspot_{{ metric }}%'
    group by ticket_id
    {%- endfor %}
)

select
    ticket_id,
    metric,
    {{ moment_of_text('due_text') }} as hubspot_due_at,
    case status_code
        when '0' then 'active'
        when '1' then 'overdue'
        when '2' then 'due_soon'
        when '3' then 'met'
        when '4' then 'breached'
        else status_code
    end as hubspot_status
from fields
