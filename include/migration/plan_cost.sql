-- The calls to the target of a plan's rows, as the writer makes them (plan_cost.py).
with definitions as (
    select 'groups' as kind, object_type, action from migration.plan_property_groups
    where action = 'create'
    union all
    select 'properties', object_type, action from migration.plan_properties
    where action in ('create', 'patch_options')
),

-- each is made alone; what stands of its object type is read before
defined as (
    select count(*) + count(distinct kind || object_type) + count(distinct object_type)
        filter (where kind = 'properties' and action = 'create') as calls
    from definitions
),

-- a new pipeline comes with its stages
placed as (
    select
        (select count(*) from migration.plan_pipelines where action = 'create')
        + (
            select count(*) from migration.plan_stages as s
            join migration.plan_pipelines as p using (source_pipeline_id)
            where s.action = 'create' and p.action <> 'create'
        ) as calls
),

-- each is made, and looked up for its id
labelled as (
    select 2 * count(*) + count(distinct object_type) as calls
    from migration.plan_association_labels where action = 'create'
),

records as (
    select 'contacts' as object_type, action, properties from migration.plan_contacts
    union all
    select 'companies', action, properties from migration.plan_companies
    union all
    select 'deals', action, properties from migration.plan_deals
    union all
    select 'tickets', action, properties from migration.plan_tickets
    union all
    select object_type, action, properties from migration.plan_engagements
),

-- what an update replaces is read first
batches as (
    select
        case action when 'update' then 2 else 1 end * greatest(
            ceil(count(*) / $records_a_call),
            ceil(sum(length(properties)) / $characters_a_call)
        ) as calls
    from records where action in ('create', 'update') group by object_type, action
),

-- links that records had before are read first; those of new ones go with them
links as (
    select
        ceil(count(*) / case a.action
            when 'create' then $links_a_call
            else $plain_links_a_call
        end)
        + ceil(
            count(distinct a.source_ticket_id) filter (where t.action <> 'create')
            / $links_read_a_call
        ) as calls
    from migration.plan_associations as a
    join migration.plan_tickets as t on a.source_ticket_id = t.source_id
    group by a.object_type, a.action
),

engagement_links as (
    select
        ceil(count(*) / $plain_links_a_call)
        + ceil(
            count(distinct e.source_key) filter (where e.action = 'update')
            / $links_read_a_call
        ) as calls
    from migration.plan_engagements as e, unnest(from_json(e.links, '["json"]')) as u(link)
    group by e.object_type, u.link ->> '$.object_type'
),

files as (
    select count(*) as calls from migration.plan_files where action = 'create'
)

select cast(coalesce(sum(calls), 0) as bigint)
from (
    from defined union all from placed union all from labelled union all from batches
    union all from links union all from engagement_links union all from files
)
