-- Tickets that the migration is about, in the order in which a limit takes them: by creation and id.
with tickets as (
    select * from {{ ref('stg_migration__source_tickets') }}
),

request as (
    select * from {{ ref('stg_migration__request') }}
),

{% if is_plan() -%}
filters as (
    select * from {{ source('migration_request', 'filters') }}
),

source_values as (
    select * from {{ ref('stg_migration__source_values') }}
),

fulfilled as (
    select
        source_values.ticket_id,
        count(*) as fulfilled_count
    from source_values
    inner join filters
        on
            source_values.property_name = filters.property_name
            and source_values.value = filters.value
    group by source_values.ticket_id
),

filtered as (
    select tickets.*
    from tickets
    left join fulfilled on tickets.ticket_id = fulfilled.ticket_id
    where coalesce(fulfilled.fulfilled_count, 0) = (select count(*) from filters)
),
{%- else -%}
planned as (
    select * from {{ source('migration_request', 'scope') }}
),

filtered as (
    select tickets.*
    from tickets
    inner join planned on tickets.ticket_id = planned.ticket_id
),
{%- endif %}

ranked as (
    select
        *,
        row_number() over (
            order by is_archived, created_at, {{ id_order('ticket_id') }}
        ) as ticket_rank
    from filtered
)

select
    ranked.ticket_id,
    ranked.source_key,
    ranked.is_archived,
    ranked.created_at,
    ranked.updated_at,
    ranked.ticket_rank
from ranked
cross join request
where
    request.ticket_limit is null
    or (ranked.ticket_rank <= request.ticket_limit and not ranked.is_archived)
