{{ config(materialized='table') }}

-- What this build has seen, for the next one: the runs whose rows it read, and up to which moment.
-- depends_on: {{ ref('stg_hubspot__changed_tickets') }}
select
    loads.run_id,
    build_moment.as_of
from {{ source('hubspot', 'loads') }} as loads
cross join {{ ref('stg_hubspot__build_moment') }} as build_moment
