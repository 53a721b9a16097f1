-- Stages, records, files and links that are not as they were.
with records as (
    select * from {{ ref('int_migration_records') }}
),

orphans as (
    select links.*
    from {{ ref('int_migration_links') }} as links
    inner join records
        on links.object_type = records.object_type and links.object_id = records.record_id
    where not records.is_readable and records.target_id is null
),

other_states as (
    select
        stages.label,
        stages.ticket_state,
        target.ticket_state as target_state
    from {{ ref('int_migration_stages') }} as stages
    inner join {{ ref('stg_migration__target_stages') }} as target
        on
            stages.target_pipeline_id = target.pipeline_id
            and stages.target_stage_id = target.stage_id
    where stages.ticket_state <> target.ticket_state
),

listed as (
    select records.*
    from records
    cross join {{ ref('stg_migration__request') }} as request
    where
        records.target_id is null and records.is_linked and records.is_readable
        and request.missing_records = 'list'
),

refused as (
    select
        object_type,
        property_name,
        refusal,
        unknown_options,
        count(*) as record_count
    from {{ ref('int_plan_record_values') }}
    where
        refusal is not null
        and property_name not in (
            'createdate', 'lastmodifieddate', 'hs_createdate', 'hs_lastmodifieddate', 'hs_object_id'
        )
    group by object_type, property_name, refusal, unknown_options
)

select
    {{ exception("'archived_stage'", "'tickets'",
        "'tickets stand in a stage that the source has deleted: it is made again, or mapped'",
        field="'hs_pipeline_stage'", value="pipeline_id || ' / ' || source_label") }}
from {{ ref('int_migration_stages') }}
where is_archived
union all
select
    {{ exception("'stage_state_differs'", "'tickets'", """'the target''s stage of this label is '
        || target_state || ', the source''s is ' || ticket_state""",
        field="'hs_pipeline_stage'", value='label') }}
from other_states
union all
select
    {{ exception("'orphan'", 'object_type',
        "'the source links to a record that is archived there or was never read: left out'",
        'ticket_id', 'object_type', 'object_id') }}
from orphans
union all
select
    {{ exception("'record_listed'", 'object_type',
        "'the target has no such record, and none is to be created: its links are left out'",
        'record_id') }}
from listed
union all
select
    {{ exception("'refused_value'", 'object_type', 'refusal', field='property_name',
        value="cast(record_count as varchar) || ' records'") }}
from refused
where unknown_options is null
union all
select
    {{ exception("'unmapped_option'", 'object_type', 'refusal', field='property_name',
        value="unknown_options || ': ' || cast(record_count as varchar) || ' records'") }}
from refused
where unknown_options is not null
union all
select
    {{ exception("'file_listed'", "'files'", "'the source no longer has this file'", 'source_id') }}
from {{ ref('plan_files') }}
where action = 'list'
