-- The contract between the plan (dbt_project/models/migration) and the writer (include/migration).
--
-- A plan is a DuckDB file with these tables in schema `migration`. Its rows are what is still to be
-- written and nothing more. Ids are text. JSON is text (VARCHAR), objects with sorted keys, so that
-- equal plans are equal bytes. Rows have no order; the writer and the hash make their own.
-- Rows with an action that writes nothing (equal, match, skip, list, conflict) are there to be
-- counted and shown, and because other rows refer to them.
--
-- Who calls whom: include/pipeline/migration/models.py (with the dbt models' room) has
-- build_plan(source: Portal, target: Portal, choices: PlanChoices, report) -> None   makes plan.duckdb,
-- build_reconciliation(source, target, report) -> Verdict                            compares both sides;
-- include/pipeline/migration/migrate.py (with the writer's room) looks up first, builds, seals, and writes.
--
-- "source id" is an id in the source portal, "target id" one in the target; NULL: not there yet.
-- Source key = '<source portal id>:<source record id>', unique in the target, kept in the property
-- `migration_source_key` (string, hasUniqueValue) of every object type that is written. The plan's
-- own plan_properties must create it where it is missing, on tickets, on notes, emails, calls,
-- meetings, tasks, and on contacts, companies, deals where such records are created.

create schema if not exists migration;

create table migration.plan_property_groups (
    object_type varchar not null,        -- tickets, contacts, companies, deals, notes, emails, calls, meetings, tasks
    name varchar not null,
    label varchar not null,
    display_order bigint,
    action varchar not null              -- create | equal
);

create table migration.plan_properties (
    object_type varchar not null,
    name varchar not null,
    definition varchar not null,         -- HubSpot's PropertyCreate: {name, label, type, fieldType, groupName, description?, options?, hasUniqueValue?, …};
                                         -- for patch_options the complete united list of options: {"options": […]}
    action varchar not null,             -- create | patch_options | equal | conflict
    reason varchar                       -- of a conflict, in words
);

create table migration.plan_pipelines (
    source_pipeline_id varchar not null,
    label varchar not null,
    display_order bigint,
    target_pipeline_id varchar,          -- null exactly when action = create
    action varchar not null              -- create | equal
);

-- Every stage that a ticket of the plan is in has a row; the writer refuses a plan where one has not.
create table migration.plan_stages (
    source_pipeline_id varchar not null,
    source_stage_id varchar not null,
    label varchar not null,              -- of the target: by a map's target value where one is declared
    display_order bigint,
    ticket_state varchar not null,       -- OPEN | CLOSED
    target_stage_id varchar,             -- null exactly when action = create
    action varchar not null              -- create | equal
);

-- USER_DEFINED labels between tickets and another type; HUBSPOT_DEFINED types are the same everywhere.
create table migration.plan_association_labels (
    object_type varchar not null,        -- contacts | companies | deals
    label varchar not null,
    name varchar,                        -- HubSpot's internal name for a label to create
    inverse_label varchar,
    target_type_id bigint,               -- from tickets to object_type; null exactly when action = create
    action varchar not null              -- create | equal
);

-- plan_contacts, plan_companies, plan_deals: the records that tickets link to.
-- match: it is there (target_id). create: upserted by source key. list: left out by choice, named in exceptions.
create table migration.plan_contacts (
    source_id varchar not null,
    source_key varchar not null,
    target_id varchar,
    action varchar not null,             -- match | create | list
    properties varchar                   -- JSON {name: value} of a record to create, without migration_source_key
);

create table migration.plan_companies (
    source_id varchar not null,
    source_key varchar not null,
    target_id varchar,
    action varchar not null,
    properties varchar
);

create table migration.plan_deals (
    source_id varchar not null,
    source_key varchar not null,
    target_id varchar,
    action varchar not null,
    properties varchar
);

-- Every ticket in the plan's scope, also those skipped (other tables refer to them).
create table migration.plan_tickets (
    source_id varchar not null,
    source_key varchar not null,
    target_id varchar,                   -- where a ticket with this source key is already
    action varchar not null,             -- create | update | skip
    reason varchar,                      -- of a skip or an update, in words
    properties varchar,                  -- JSON {name: value}, values as HubSpot takes them ("" clears), without migration_source_key.
                                         -- hs_pipeline and hs_pipeline_stage hold SOURCE ids, hubspot_owner_id the TARGET's owner id.
                                         -- An update holds only what differs. A unique property's value that another record of the
                                         -- target holds (lookups.unique_values) must not be here: HubSpot refuses the whole ticket.
    payload_hash varchar                 -- sha256 of properties
);

-- Both ends must have a row in plan_tickets and in plan_<object_type> (not with action list).
create table migration.plan_associations (
    source_ticket_id varchar not null,
    object_type varchar not null,        -- contacts | companies | deals
    source_object_id varchar not null,
    types varchar not null,              -- JSON list of {"category", "typeId", "label"} as in raw.ticket_associations: all types the pair shall have;
                                         -- HUBSPOT_DEFINED by typeId, USER_DEFINED by label (its typeId is the source's and is not used)
    action varchar not null              -- create | archive (gone at the source since it was migrated)
);

-- Files that engagements carry; re-uploaded before them.
create table migration.plan_files (
    source_id varchar not null,
    source_key varchar not null,         -- '<source portal id>:files:<id>'
    name varchar not null,               -- without folder, with extension
    access varchar not null,             -- PRIVATE | …, as at the source
    size bigint,                         -- bytes, where the source tells
    action varchar not null              -- create | match (an earlier migration uploaded it, whether the source still has it or not) | list
);

-- Notes, e-mails, calls, meetings, tasks; threads' messages and property histories as notes.
create table migration.plan_engagements (
    object_type varchar not null,        -- notes | emails | calls | meetings | tasks: what it becomes
    kind varchar not null,               -- engagement | message | thread | history: what it was
    source_id varchar not null,          -- of the engagement, message, thread, or of the ticket whose history it is
    source_ticket_id varchar not null,   -- a ticket of the plan that it belongs to; further ones in links
    source_key varchar not null,         -- '<source portal id>:<kind or type>:<source id>', unique per object_type in the target
    target_id varchar,                   -- null exactly when action = create
    action varchar not null,             -- create | update
    properties varchar not null,         -- JSON {name: value}, hs_timestamp included, without migration_source_key and hs_attachment_ids
    links varchar not null,              -- JSON list of {"object_type": tickets|contacts|companies|deals, "source_id"}: every link, its ticket included
    attachment_ids varchar not null,     -- JSON list of source file ids, each with a row in plan_files
    payload_hash varchar
);

create table migration.plan_exceptions (
    kind varchar not null,               -- read_only_property | text_too_long | unmapped_option | archived_stage | orphan | property_conflict | …
    object_type varchar,
    source_id varchar,
    field varchar,
    value varchar,
    reason varchar not null
);

create schema if not exists meta;

-- One row; written by include.migration.plan_file.seal, never by hand: a plan without it is no plan.
create table meta.plan (
    plan_hash varchar not null,          -- over every table of schema migration, the portals and the options
    counts varchar not null,             -- JSON {"tickets": {"create": n, …}, …}
    calls bigint not null,               -- calls that writing it takes
    minutes double not null,             -- at HubSpot's limit
    source_portal_id varchar not null,
    target_portal_id varchar not null,
    options varchar not null,            -- JSON: limit, filter, delta, create_missing, …
    made_at timestamp not null           -- UTC; not part of the hash
);
