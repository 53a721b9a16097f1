-- The property history of each ticket as one text, a line an entry, in the order in which it
-- happened; what HubSpot calculates has no place in it.
with history as (
    select
        history.ticket_id,
        history.property_name,
        history.changed_at,
        history.sequence,
        history.value,
        history.source_type,
        history.source_id
    from {{ source('source_portal', 'ticket_property_history') }} as history
    inner join {{ ref('int_migration_scope') }} as scope on history.ticket_id = scope.ticket_id
    left join {{ ref('int_migration_property_rules') }} as rules
        on history.property_name = rules.name
    where
        not scope.is_archived
        and coalesce(rules.treatment, '') not in ('of_a_stage', 'calculated')
)

select
    ticket_id,
    count(*) as entry_count,
    max(changed_at) as last_changed_at,
    string_agg(
        {{ moment_text('changed_at') }} || ' | ' || property_name || ' | ' || value || ' | '
        || coalesce(source_type, '') || ' ' || coalesce(source_id, ''),
        chr(10)
        order by changed_at, property_name, sequence
    ) as text
from history
group by ticket_id
