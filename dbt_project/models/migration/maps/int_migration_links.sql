-- The standing links of the tickets that are migrated, to contacts, companies and deals.
select
    links.ticket_id,
    links.object_type,
    links.object_id,
    links.types
from {{ ref('stg_migration__source_links') }} as links
inner join {{ ref('int_migration_scope') }} as scope on links.ticket_id = scope.ticket_id
where
    links.is_standing
    and not scope.is_archived
    and links.object_type in ('contacts', 'companies', 'deals')
