-- HubSpot lists teams only as what owners belong to.
with memberships as (
    select
        owner_id,
        {{ json_list_to_rows('teams') }} as team
    from {{ ref('stg_hubspot__owners') }}
    where teams is not null
),

named as (
    select
        owner_id,
        {{ property_value('team', 'id') }} as team_id,
        {{ property_value('team', 'name') }} as name
    from memberships
)

select
    team_id,
    max(name) as name,
    count(distinct owner_id) as owner_count
from named
where team_id is not null
group by team_id
