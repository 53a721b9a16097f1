-- What became of every migration between two portals, for dbt and for people: outcome.duckdb, made
-- from ledger.sqlite after each run of the writer and of undo. Before-images stay in the ledger.

create schema if not exists ledger;

create table ledger.migrations (
    migration_id varchar,                -- the plan's hash; with a number where that plan was undone before
    plan_hash varchar,
    source_portal_id varchar,
    target_portal_id varchar,
    state varchar,                       -- writing | written | undoing | undone
    began_at timestamp                   -- HubSpot's time, UTC
);

create table ledger.entries (
    migration_id varchar,
    object_type varchar,                 -- as in ledger_tables.sql
    source_key varchar,
    source_id varchar,
    target_id varchar,
    action varchar,
    state varchar,                       -- planned | sent | confirmed | failed | undone
    is_ours boolean,
    reason varchar,
    attempt integer
);

-- Where every source object is now: of the newest migration that has it at the target.
create view ledger.id_map as
select e.object_type, e.source_id, e.target_id, e.source_key, e.action, e.migration_id
from ledger.entries as e
inner join ledger.migrations as m using (migration_id)
where e.target_id is not null and e.state = 'confirmed'
    and e.object_type not in ('ticket_associations', 'engagement_links')
qualify row_number() over (
    partition by e.object_type, e.source_key order by m.began_at desc, e.migration_id
) = 1;
