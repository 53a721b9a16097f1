{{ config(materialized='incremental') }}

-- Tickets with an engagement that has been made and has not happened yet, such as a meeting next week:
-- they change by time alone.
select distinct links.ticket_id
from {{ ref('stg_hubspot__ticket_engagements') }} as links
inner join {{ ref('stg_hubspot__engagements') }} as engagements
    on
        links.engagement_type = engagements.engagement_type
        and links.engagement_id = engagements.engagement_id
cross join {{ ref('stg_hubspot__build_moment') }} as build_moment
where
    engagements.occurred_at > build_moment.as_of
    or engagements.completed_at > build_moment.as_of
