{{ config(materialized='incremental') }}

-- One row per visit of a stage. A ticket is in a pair (pipeline, stage); a visit begins where the pair
-- becomes another one.
with stages as (
    select
        pipeline_id,
        stage_id,
        count(*) over (partition by stage_id) as pipeline_count
    from {{ ref('stg_hubspot__stages') }}
),

changes as (
    select
        *,
        case when attribute = 'pipeline' then coalesce(value, '') end as pipeline_value,
        case when attribute = 'stage' then coalesce(value, '') end as stage_value,
        case when attribute = 'pipeline' then 1 else 2 end as attribute_order
    from {{ ref('int_ticket_attribute_changes') }}
    where attribute in ('pipeline', 'stage')
),

-- In one moment the pipeline moves before the stage: the pair between was never set.
carried as (
    select
        ticket_id,
        history_id,
        attribute,
        effective_at,
        nullif(last_value(pipeline_value ignore nulls) over in_order, '') as pipeline_id,
        last_value(stage_value ignore nulls) over in_order as stage_value,
        row_number() over in_order as change_number,
        max(attribute_order) over (partition by ticket_id, effective_at) as last_attribute_order
    from changes
    window in_order as (
        partition by ticket_id order by effective_at, attribute_order, changed_at, sequence
        rows between unbounded preceding and current row
    )
),

-- A stage that the pipeline does not have, but exactly one other has, tells the pipeline.
placed as (
    select
        carried.ticket_id,
        carried.history_id,
        carried.effective_at,
        carried.change_number,
        nullif(carried.stage_value, '') as stage_id,
        case
            when known_pair.stage_id is null and only_pair.stage_id is not null
                then only_pair.pipeline_id
            else carried.pipeline_id
        end as pipeline_id
    from carried
    left join stages as known_pair
        on
            carried.pipeline_id = known_pair.pipeline_id
            and carried.stage_value = known_pair.stage_id
    left join stages as only_pair
        on carried.stage_value = only_pair.stage_id and only_pair.pipeline_count = 1
    where
        carried.stage_value is not null
        and (carried.attribute = 'stage' or carried.last_attribute_order = 1)
),

compared as (
    select
        *,
        row_number() over in_order as place_number,
        lag(pipeline_id) over in_order as previous_pipeline_id,
        lag(stage_id) over in_order as previous_stage_id
    from placed
    window in_order as (partition by ticket_id order by change_number)
)

select
    ticket_id,
    pipeline_id,
    stage_id,
    history_id,
    previous_stage_id,
    row_number() over in_order as visit_number,
    row_number() over (
        partition by ticket_id, pipeline_id, stage_id order by change_number
    ) as stage_visit_number,
    effective_at as entered_at,
    lead(effective_at) over in_order as exited_at
from compared
where
    place_number = 1
    or coalesce(pipeline_id, '') <> coalesce(previous_pipeline_id, '')
    or coalesce(stage_id, '') <> coalesce(previous_stage_id, '')
window in_order as (partition by ticket_id order by change_number)
