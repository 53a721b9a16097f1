-- Which target tickets claim to be a source ticket, by the unique key or by the plain id beside it.
-- The first one is compared; the others are doubles.
with targets as (
    select * from {{ ref('int_target_tickets') }}
),

scope as (
    select * from {{ ref('int_migration_scope') }}
),

request as (
    select * from {{ ref('stg_migration__request') }}
),

claimed as (
    select
        scope.ticket_id,
        targets.target_id,
        targets.created_at,
        coalesce(targets.migration_source_key = scope.source_key, false) as is_keyed
    from targets
    cross join request
    inner join scope
        on
            coalesce(
                case
                    when starts_with(targets.migration_source_key, request.key_prefix)
                        then substr(targets.migration_source_key, length(request.key_prefix) + 1)
                end,
                case
                    when targets.source_portal_id = request.source_portal_id
                        then targets.source_ticket_id
                end
            ) = scope.ticket_id
)

select
    ticket_id,
    target_id,
    created_at,
    row_number() over (
        partition by ticket_id order by is_keyed desc, {{ id_order('target_id') }} asc
    ) as place
from claimed
