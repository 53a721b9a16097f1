-- The ledger: ledger.sqlite in the target's folder, of every migration between two portals.
-- Written ahead: an intent is on the disk before its call, its outcome after it.

create table if not exists migrations (
    migration_id text primary key,       -- the plan's hash; with a number where that plan was undone before
    plan_hash text not null,
    source_portal_id text not null,
    target_portal_id text not null,
    state text not null,                 -- writing | written | undoing | undone
    began_at text not null,              -- HubSpot's time when it began: what is older is not ours
    ended_at text
);

create table if not exists entries (
    migration_id text not null,
    object_type text not null,           -- property_groups, properties, pipelines, stages, association_labels, contacts, companies,
                                         -- deals, tickets, ticket_associations, files, notes, emails, calls, meetings, tasks, engagement_links
    source_key text not null,            -- what it is called on both sides; unique per migration and object type
    source_id text,
    target_id text,
    label text,                          -- of a pipeline, stage or label: how it is found again
    action text not null,                -- of the plan: create, update, patch_options, archive; equal, match, skip, list, conflict (nothing to write)
    payload_hash text,                   -- of what was sent: another payload is sent again
    before_image text,                   -- JSON: what the write replaced, for undo
    state text not null,                 -- planned | sent | confirmed | failed | undone
    is_ours integer not null default 0,  -- made by this migration, so undo takes it away
    reason text,                         -- of a skip, a failure, an adoption; holds no value of a record
    attempt integer not null default 0,
    planned_at text,
    sent_at text,
    settled_at text,
    primary key (migration_id, object_type, source_key)
) without rowid;
