{{ config(materialized='incremental') }}

-- One row per ticket that is linked to anything now: who asked, for which company.
select
    ticket_id,
    max(case when object_type = 'contacts' then 1 else 0 end) = 1 as has_contact,
    max(case when role = 'requester' and requester_order = 1 then object_id end)
        as requester_contact_id,
    max(case when is_primary and primary_order = 1 then object_id end) as primary_company_id
from (
    select
        *,
        row_number() over (
            partition by ticket_id, role order by associated_at, {{ id_order('object_id') }}
        ) as requester_order,
        row_number() over (
            partition by ticket_id, is_primary order by associated_at, {{ id_order('object_id') }}
        ) as primary_order
    from {{ ref('int_ticket_associations') }}
    where archived_at is null
) as standing
group by ticket_id
