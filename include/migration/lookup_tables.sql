-- What the target portal has, asked live before planning: lookups.duckdb, schema `lookups`.
-- dbt's models/migration read it beside both warehouses. Ids are text, JSON is text.

create schema if not exists lookups;

-- Definitions of tickets, contacts, companies, deals, notes, emails, calls, meetings, tasks.
create table lookups.property_groups (object_type varchar, name varchar, label varchar, display_order bigint);
create table lookups.properties (
    object_type varchar,
    name varchar,
    type varchar,
    field_type varchar,
    group_name varchar,
    is_read_only boolean,                -- modificationMetadata.readOnlyValue, or calculated
    is_unique boolean,
    is_hubspot_defined boolean,
    is_archived boolean,                 -- an archived homonym: creating it restores it
    definition varchar                   -- HubSpot's answer
);

create table lookups.pipelines (pipeline_id varchar, label varchar, display_order bigint);
create table lookups.stages (pipeline_id varchar, stage_id varchar, label varchar, display_order bigint, ticket_state varchar);
create table lookups.owners (owner_id varchar, email varchar, type varchar, is_archived boolean);   -- e-mail in lower case
create table lookups.association_labels (object_type varchar, category varchar, type_id bigint, label varchar);  -- from tickets to object_type

-- What was found for the source's records; nothing found, no row. Several hits: one row each.
create table lookups.contacts (email varchar, target_id varchar);       -- e-mail in lower case, as asked
create table lookups.companies (domain varchar, target_id varchar);     -- domain in lower case, as asked
-- Values of unique properties that records of the target hold already: another record cannot have
-- them too, so a ticket that is written with one is refused whole (those the migration itself made
-- are in `migrated`, by target_id).
create table lookups.unique_values (object_type varchar, property varchar, value varchar, target_id varchar);

-- Records of the target that carry a source key of this source portal (tickets and engagements with
-- the values of every property that can be written; all others with id and key alone).
create table lookups.migrated (
    object_type varchar,                 -- tickets, contacts, companies, deals, notes, emails, calls, meetings, tasks
    source_key varchar,
    target_id varchar,
    properties varchar                   -- JSON {name: value}
);
-- The links of the migrated tickets, to engagements as well.
create table lookups.ticket_associations (target_ticket_id varchar, object_type varchar, target_object_id varchar, types varchar);
-- The contacts that migrated engagements are linked to.
create table lookups.engagement_contacts (object_type varchar, target_engagement_id varchar, target_contact_id varchar);

create schema if not exists meta;
create table meta.lookups (source_portal_id varchar, target_portal_id varchar, target_time_zone varchar, looked_up_at timestamp);
