-- One row per pipeline and stage that HubSpot has, had, or that some ticket was in, with its category.
with hubspot_stages as (
    select
        *,
        removed_at is null and not coalesce(is_archived, false) as is_living
    from {{ ref('stg_hubspot__stages') }}
),

build_moment as (
    select as_of from {{ ref('stg_hubspot__build_moment') }}
),

visited as (
    select distinct
        pipeline_id,
        stage_id
    from {{ ref('int_ticket_stage_visits') }}
    where stage_id is not null
),

-- A stage that was deleted before the first read is known from histories only. One that was made after the
-- build's moment is not there yet, unless a ticket was in it by then, whatever HubSpot says of its making.
stages as (
    select
        coalesce(hubspot_stages.pipeline_id, visited.pipeline_id) as pipeline_id,
        coalesce(hubspot_stages.stage_id, visited.stage_id) as stage_id,
        hubspot_stages.label,
        hubspot_stages.display_order,
        hubspot_stages.is_closed_in_hubspot,
        hubspot_stages.is_archived,
        hubspot_stages.created_at,
        hubspot_stages.removed_at,
        hubspot_stages.is_living,
        min(case when not hubspot_stages.is_closed_in_hubspot then hubspot_stages.display_order end)
            over (partition by hubspot_stages.pipeline_id) as first_open_order,
        min(case
            when not hubspot_stages.is_closed_in_hubspot and hubspot_stages.is_living
                then hubspot_stages.display_order
        end) over (partition by hubspot_stages.pipeline_id) as first_living_order
    from hubspot_stages
    full outer join visited
        on
            hubspot_stages.pipeline_id = visited.pipeline_id
            and hubspot_stages.stage_id = visited.stage_id
    cross join build_moment
    where
        visited.stage_id is not null
        or coalesce(hubspot_stages.created_at, build_moment.as_of) <= build_moment.as_of
),

said as (
    select
        stages.pipeline_id,
        stages.stage_id,
        categories.category,
        row_number() over (
            partition by stages.pipeline_id, stages.stage_id
            order by categories.specificity desc, categories.category asc
        ) as choice
    from stages
    inner join {{ ref('stg_policies__stage_categories') }} as categories
        on
            stages.stage_id = categories.stage_id
            and (categories.pipeline_id = '*' or categories.pipeline_id = stages.pipeline_id)
)

select
    stages.stage_id,
    stages.pipeline_id,
    stages.label,
    stages.display_order,
    case
        when said.category is not null then said.category
        when stages.is_closed_in_hubspot is null then 'unknown'
        when stages.is_closed_in_hubspot then 'closed'
        when lower(stages.label) like '%waiting on contact%' then 'waiting'
        -- A first stage that is gone keeps its name, and the first one that is left has it too.
        when stages.display_order = stages.first_open_order then 'new'
        when stages.is_living and stages.display_order = stages.first_living_order then 'new'
        else 'open'
    end as category,
    case
        when said.category is not null then 'policy'
        when stages.is_closed_in_hubspot is null then 'unknown'
        else 'hubspot'
    end as category_source,
    coalesce(stages.is_archived, false) as is_archived,
    stages.created_at,
    stages.removed_at
from stages
left join said
    on
        stages.stage_id = said.stage_id
        and coalesce(stages.pipeline_id, '') = coalesce(said.pipeline_id, '')
        and said.choice = 1
