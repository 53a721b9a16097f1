{%- set paths = [
    'threadAssociations.associatedTicketId', 'associatedContactId', 'originalChannelId', 'closedAt',
] %}
-- A thread is its ticket's of now. What a merge took from a ticket was that ticket's until then.
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
),

homes as (
    select
        *,
        cast(null as timestamp) as left_at
    from renamed
    union all
    select
        renamed.thread_id,
        former.ticket_id,
        renamed.contact_id,
        renamed.channel_id,
        renamed.created_at,
        renamed.closed_at,
        former.left_at
    from renamed
    inner join {{ ref('stg_hubspot__left_threads') }} as former
        on renamed.thread_id = former.thread_id
    where coalesce(renamed.ticket_id, '') <> former.ticket_id
)

select
    homes.thread_id,
    homes.ticket_id,
    homes.contact_id,
    homes.channel_id,
    homes.created_at,
    case when homes.closed_at <= build_moment.as_of then homes.closed_at end as closed_at,
    homes.left_at
from homes
cross join build_moment
where homes.created_at <= build_moment.as_of and {{ is_rebuilt('homes.ticket_id') }}
