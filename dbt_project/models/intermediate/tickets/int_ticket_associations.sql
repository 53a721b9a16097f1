-- Links with their roles. The requester is the contact so labelled; where none is, the unlabelled one
-- that was associated first.
with associations as (
    select
        *,
        object_type = 'companies' and ';' || type_ids || ';' like '%;26;%' as is_primary,
        case
            when object_type <> 'contacts' then null
            when ';' || lower(label) || ';' like '%;requester;%' then 'requester'
            when ';' || lower(label) || ';' like '%;cc;%' then 'cc'
            when ';' || lower(label) || ';' like '%;follower;%' then 'follower'
        end as labelled_role
    from {{ ref('stg_hubspot__ticket_associations') }}
),

ranked as (
    select
        *,
        max(case when labelled_role = 'requester' and archived_at is null then 1 else 0 end)
            over (partition by ticket_id) as has_labelled_requester,
        row_number() over (
            partition by ticket_id, object_type, archived_at is null, label is null
            order by associated_at, {{ id_order('object_id') }}
        ) as seniority
    from associations
)

select
    ticket_id,
    object_type,
    object_id,
    label,
    type_ids,
    case
        when labelled_role is not null then labelled_role
        when
            object_type = 'contacts' and has_labelled_requester = 0
            and archived_at is null and label is null and seniority = 1 then 'requester'
    end as role,
    is_primary,
    associated_at,
    archived_at,
    is_inferred_start
from ranked
