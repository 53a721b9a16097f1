with source as (
    select * from {{ source('hubspot', 'stages') }}
),

build_moment as (
    select as_of from {{ ref('stg_hubspot__build_moment') }}
),

renamed as (
    select
        source.pipeline_id,
        source.id as stage_id,
        source.label,
        source.display_order,

        coalesce(source.is_closed, false)
        or coalesce(source.ticket_state, '') = 'CLOSED' as is_closed_in_hubspot,
        coalesce(source.archived, false) as is_archived,

        cast(source.created_at as timestamp) as created_at,
        case
            when source.removed_at <= build_moment.as_of then cast(source.removed_at as timestamp)
        end as removed_at
    from source
    cross join build_moment
)

select * from renamed
