{%- set defaults = hubspot_columns() %}
{%- do defaults.update(mapped_columns()) %}
{%- do defaults.update(hubspot_sla_columns()) %}

-- Which property becomes which column of a ticket: the portal's row, else the default's, else ours.
with source as (
    select * from {{ ref('property_map') }}
),

build_moment as (
    select portal_id from {{ ref('stg_hubspot__build_moment') }}
),

candidates as (
    select
        source."column" as column_name,
        source.property as property_name,
        case when source.portal_id = '*' then 1 else 2 end as precedence
    from source
    cross join build_moment
    where source.portal_id in ('*', build_moment.portal_id)
    {% for column_name, property_name in defaults.items() -%}
    union all
    select
        '{{ column_name }}',
        '{{ property_name }}',
        0
    {% endfor %}
),

ranked as (
    select
        column_name,
        property_name,
        row_number() over (partition by column_name order by precedence desc, property_name asc)
            as choice
    from candidates
)

select
    column_name,
    property_name
from ranked
where choice = 1
