-- Contacts, companies and deals of the target by what they can be known by: the source key that a
-- migration of this source gave them, or their e-mail or domain; another source's key says nothing.
{% if is_plan() -%}
with migrated as (
    select
        object_type,
        target_id,
        source_key
    from {{ source('lookups', 'migrated') }}
    where object_type in ('contacts', 'companies', 'deals')
),

named as (
    select
        'contacts' as object_type,
        target_id,
        email as natural_key
    from {{ source('lookups', 'contacts') }}
    union all
    select
        'companies' as object_type,
        target_id,
        domain as natural_key
    from {{ source('lookups', 'companies') }}
)

select
    coalesce(migrated.object_type, named.object_type) as object_type,
    coalesce(migrated.target_id, named.target_id) as target_id,
    migrated.source_key,
    named.natural_key
from migrated
full outer join named
    on migrated.object_type = named.object_type and migrated.target_id = named.target_id
{%- else -%}
{% for object_type, key in (('contacts', 'email'), ('companies', 'domain'), ('deals', none)) -%}
select
    '{{ object_type }}' as object_type,
    id as target_id,
    case
        when
            starts_with(
                {{ property_value('properties', 'migration_source_key') }}, request.key_prefix
            )
            then {{ property_value('properties', 'migration_source_key') }}
    end as source_key,
    {% if not key -%}
    cast(null as varchar) as natural_key
    {% else -%}
    nullif(lower(trim({{ property_value('properties', key) }})), '') as natural_key
    {% endif -%}
from {{ source('target_portal', object_type) }}
cross join {{ ref('stg_migration__request') }} as request
where not archived
{% if not loop.last %}union all
{% endif %}
{%- endfor %}
{%- endif %}
