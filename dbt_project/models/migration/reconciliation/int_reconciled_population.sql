-- Where every source ticket of the scope is: in the target, skipped, failed, or nowhere.
with ledger as (
    select
        source_id,
        max(reason) as reason
    from {{ source('migration_request', 'ledger') }}
    where object_type = 'tickets' and state = 'failed'
    group by source_id
),

merged as (
    {{ merged_tickets() }}
)

select
    scope.ticket_id,
    scope.created_at,
    pairs.target_id,
    case
        when pairs.target_id is not null then 'present'
        when scope.is_archived then 'skipped'
        when ledger.source_id is not null then 'failed'
        else 'missing'
    end as standing,
    case
        when pairs.target_id is not null then null
        when merged.survivor_id is not null
            then 'merged into ticket ' || merged.survivor_id || ' in the source portal'
        when scope.is_archived then 'archived in the source portal'
        when ledger.source_id is not null then coalesce(ledger.reason, 'the ledger says no more')
    end as reason
from {{ ref('int_migration_scope') }} as scope
left join {{ ref('int_migration_pairs') }} as pairs
    on scope.ticket_id = pairs.ticket_id and pairs.place = 1
left join ledger on scope.ticket_id = ledger.source_id
left join merged on scope.ticket_id = merged.merged_id
