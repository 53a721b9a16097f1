with source as (
    select * from {{ source('hubspot', 'ticket_property_history') }}
    where {{ is_rebuilt('ticket_id') }}
),

build_moment as (
    select as_of from {{ ref('stg_hubspot__build_moment') }}
),

renamed as (
    select
        {{ hash_of([
            'source.ticket_id', 'source.property_name', milliseconds('source.changed_at'),
            'source.value', 'source.occurrence',
        ]) }} as history_id,
        source.ticket_id,
        source.property_name,
        source.value,
        source.source_type,
        source.source_id,
        source.source_label,
        source.updated_by_user_id,

        source.sequence,
        cast(source.changed_at as timestamp) as changed_at
    from source
    cross join build_moment
    where source.changed_at <= build_moment.as_of
)

select * from renamed
