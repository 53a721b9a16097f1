{{ config(materialized='table') }}

with source as (
    select
        *,
        -- HubSpot says when; should it not, it was gone when it was read.
        coalesce(archived_at, _extracted_at) as gone_at
    from {{ source('hubspot', 'tickets') }}
),

build_moment as (
    select as_of from {{ ref('stg_hubspot__build_moment') }}
),

survivors as (
    select * from {{ ref('stg_hubspot__survivors') }}
),

renamed as (
    select
        source.id as ticket_id,
        cast(source.created_at as timestamp) as created_at,
        cast(
            greatest(source.created_at, coalesce(survivors.merged_at, source.created_at))
            as timestamp
        ) as appeared_at,
        case
            when source.archived and source.gone_at <= build_moment.as_of
                then cast(source.gone_at as timestamp)
        end as archived_at
    from source
    cross join build_moment
    left join survivors on source.id = survivors.ticket_id
    where source.created_at <= build_moment.as_of
)

select renamed.*
from renamed
cross join build_moment
where renamed.appeared_at <= build_moment.as_of
