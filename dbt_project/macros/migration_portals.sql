{# What both halves of a migration say alike of a portal. #}

{# The state of a stage: HubSpot says it in two fields, of which one may be missing. #}
{% macro stage_state(stage) -%}
    case
        when coalesce({{ stage }}.is_closed, false) or {{ stage }}.ticket_state = 'CLOSED' then 'CLOSED'
        else 'OPEN'
    end
{%- endmacro %}

{# Which definition of the target the ledger says each one of the source became; before the write
   labels alone decide, so that a plan makes again what was renamed away. #}
{% macro remembered(object_type) -%}
    select
        source_key,
        target_id
    from {{ source('migration_request', 'ledger') }}
    where object_type = '{{ object_type }}' and target_id is not null{{ ' and false' if is_plan() }}
{%- endmacro %}

{# The source's tickets that were merged away, each with the ticket that it lives on in. #}
{% macro merged_tickets() -%}
    select
        survivors.merged_id,
        max(survivors.ticket_id) as survivor_id
    from (
        select
            {{ split_to_rows('value') }} as merged_id,
            ticket_id
        from {{ ref('stg_migration__source_values') }}
        where property_name = 'hs_merged_object_ids'
    ) as survivors
    group by survivors.merged_id
{%- endmacro %}
