-- What a plan writes: a kind of write, and the object types that it concerns (preflight_scopes.py).
with definitions as (
    select object_type from migration.plan_properties
    where action in ('create', 'patch_options')
    union
    select object_type from migration.plan_property_groups where action = 'create'
),

records as (
    select 'tickets' as object_type from migration.plan_tickets
    where action in ('create', 'update')
    union
    select 'contacts' from migration.plan_contacts where action = 'create'
    union
    select 'companies' from migration.plan_companies where action = 'create'
    union
    select 'deals' from migration.plan_deals where action = 'create'
    union
    select object_type from migration.plan_engagements
),

engagement_links as (
    select distinct e.object_type, u.link ->> '$.object_type' as to_type
    from migration.plan_engagements as e, unnest(from_json(e.links, '["json"]')) as u(link)
),

pipelines as (
    select action from migration.plan_pipelines
    union all
    select action from migration.plan_stages
)

select 'definitions' as what, object_type, null as to_type from definitions
union
select 'records', object_type, null from records
union
select 'pipelines', 'tickets', null from pipelines where action = 'create'
union
select 'labels', 'tickets', object_type from migration.plan_association_labels
where action = 'create'
union
select 'links', 'tickets', object_type from migration.plan_associations
union
select 'plain_links', object_type, to_type from engagement_links
union
select 'files', null, null from migration.plan_files where action = 'create'
order by all
