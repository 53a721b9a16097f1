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

renamed as (
    select
        source.id as ticket_id,
        cast(source.created_at as timestamp) as created_at,
        case
            when source.archived and source.gone_at <= build_moment.as_of
                then cast(source.gone_at as timestamp)
        end as archived_at
    from source
    cross join build_moment
    where source.created_at <= build_moment.as_of
)

select * from renamed
