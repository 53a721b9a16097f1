{%- set paths = [
    'threadAssociations.associatedTicketId', 'associatedContactId', 'originalChannelId', 'closedAt',
] %}
with source as (
    select
        *,
        {{ path_values('properties', paths) }} as value_list
    from {{ source('hubspot', 'threads') }}
),

build_moment as (
    select as_of from {{ ref('stg_hubspot__build_moment') }}
),

renamed as (
    select
        source.id as thread_id,
        {{ list_item('source.value_list', 1) }} as ticket_id,
        {{ list_item('source.value_list', 2) }} as contact_id,
        {{ list_item('source.value_list', 3) }} as channel_id,
        cast(source.created_at as timestamp) as created_at,
        {{ moment_of_text(list_item('source.value_list', 4)) }} as closed_at
    from source
)

select
    renamed.thread_id,
    renamed.ticket_id,
    renamed.contact_id,
    renamed.channel_id,
    renamed.created_at,
    case when renamed.closed_at <= build_moment.as_of then renamed.closed_at end as closed_at
from renamed
cross join build_moment
where renamed.created_at <= build_moment.as_of and {{ is_rebuilt('renamed.ticket_id') }}
