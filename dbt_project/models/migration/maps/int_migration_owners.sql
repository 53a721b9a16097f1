-- Which owner of the target stands for each owner of the source: the one of the same e-mail, or of
-- the declared one; else the fallback owner, where one is named.
with source_owners as (
    select
        id as owner_id,
        lower(email) as email,
        user_id
    from {{ source('source_portal', 'owners') }}
),

used as (
    select distinct value as owner_id
    from {{ ref('stg_migration__source_values') }}
    where property_name = 'hubspot_owner_id' and value <> ''
),

known as (
    select
        coalesce(source_owners.owner_id, used.owner_id) as owner_id,
        source_owners.email,
        source_owners.user_id
    from source_owners
    full outer join used on source_owners.owner_id = used.owner_id
),

target_owners as (
    select
        email,
        min(owner_id) as owner_id
    from {{ ref('stg_migration__target_owners') }}
    where not is_archived and email is not null
    group by email
),

declared as (
    select
        lower(source_value) as email,
        lower(target_value) as target_email
    from {{ ref('stg_migration__maps') }}
    where kind = 'owner'
),

fallback as (
    select target_owners.*
    from target_owners
    cross join {{ ref('stg_migration__request') }} as request
    left join declared on declared.email = '*'
    where target_owners.email = coalesce(request.fallback_owner, declared.target_email)
)

select
    known.owner_id,
    known.email,
    known.user_id,
    coalesce(same.owner_id, fallback.owner_id) as target_owner_id,
    case
        when same.owner_id is not null and declared.email is not null then 'declared'
        when same.owner_id is not null then 'same_email'
        when fallback.owner_id is not null then 'fallback'
        else 'none'
    end as how
from known
left join declared on known.email = declared.email
left join target_owners as same on coalesce(declared.target_email, known.email) = same.email
left join fallback on same.owner_id is null
