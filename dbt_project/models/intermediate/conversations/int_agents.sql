{{ config(materialized='view') }}

-- One owner per user: threads and engagements name users, tickets name owners.
select
    user_id,
    min(owner_id) as owner_id
from {{ ref('stg_hubspot__owners') }}
where user_id is not null
group by user_id
