{{ config(materialized='table') }}

with source as (
    select * from {{ source('hubspot', 'ticket_associations') }}
    where {{ is_rebuilt('ticket_id') }}
),

tickets as (
    select * from {{ ref('stg_hubspot__tickets') }}
),

-- No link is older than an engagement at its end.
engagements as (
    {%- for engagement_type in ['notes', 'emails', 'calls', 'meetings', 'tasks'] %}
    {%- if not loop.first %}
    union all
    {%- endif %}
    select
        '{{ engagement_type }}' as object_type,
        id as object_id,
        cast(created_at as timestamp) as created_at
    from {{ source('hubspot', engagement_type) }}
    {%- endfor %}
),

build_moment as (
    select as_of from {{ ref('stg_hubspot__build_moment') }}
),

renamed as (
    select
        source.ticket_id,
        source.object_type,
        source.object_id,
        {{ joined_field('source.types', 'label') }} as label,
        {{ joined_field('source.types', 'typeId') }} as type_ids,

        source.is_first_read as is_inferred_start,

        -- HubSpot gives no date: a link of the first read may be as old as the ticket.
        case
            when source.is_first_read and engagements.created_at > tickets.created_at
                then engagements.created_at
            when source.is_first_read then tickets.created_at
            else cast(source.observed_at as timestamp)
        end as associated_at,
        case
            when source.gone_at <= build_moment.as_of then cast(source.gone_at as timestamp)
        end as archived_at
    from source
    inner join tickets on source.ticket_id = tickets.ticket_id
    cross join build_moment
    left join engagements
        on source.object_type = engagements.object_type and source.object_id = engagements.object_id
)

select renamed.*
from renamed
cross join build_moment
where renamed.associated_at <= build_moment.as_of
