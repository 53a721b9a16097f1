{{ config(materialized='table') }}
{%- set portal_id = var('portal_id') or env_var('DBT_PORTAL_ID', '') %}
{%- set as_of = var('as_of') or env_var('DBT_AS_OF', '') %}

-- The only "now" of the project: everything that happened later has not happened.
with loads as (
    select max(data_as_of) as data_as_of from {{ source('hubspot', 'loads') }}
    -- A window or a partial run did not read everything up to its end.
    where coalesce(is_whole, true)
),

account as (
    select
        max(portal_id) as portal_id,
        max(time_zone) as time_zone
    from {{ source('hubspot', 'account') }}
)

select
    {% if portal_id -%}
    cast('{{ portal_id }}' as varchar) as portal_id,
    {%- else -%}
    coalesce(account.portal_id, '') as portal_id,
    {%- endif %}
    coalesce(account.time_zone, 'UTC') as time_zone,
    {% if as_of -%}
    {{ moment_of_text("'" ~ as_of ~ "'") }} as as_of
    {%- else -%}
    cast(loads.data_as_of as timestamp) as as_of
    {%- endif %}
from loads
cross join account
