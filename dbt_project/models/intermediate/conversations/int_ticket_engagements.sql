-- One row per ticket and engagement that had happened: who did it, in which direction, and whether a
-- customer or an agent thereby spoke to the other (`turn`).
with engagements as (
    select
        *,
        case
            when engagement_type = 'emails' and direction = 'INCOMING_EMAIL' then 'INCOMING'
            when engagement_type = 'emails' and direction = 'FORWARDED_EMAIL' then 'FORWARDED'
            when engagement_type = 'emails' then 'OUTGOING'
            when engagement_type = 'calls' and direction = 'INBOUND' then 'INCOMING'
            when engagement_type = 'calls' then 'OUTGOING'
        end as sent_direction,
        -- What was not delivered, not answered or did not take place.
        coalesce(status, '') in (
            'FAILED', 'BOUNCED', 'BUSY', 'CANCELED', 'MISSED', 'NO_ANSWER', 'NO_SHOW',
            'RESCHEDULED', 'QUEUED', 'CONNECTING', 'RINGING', 'CALLING_CRM_USER'
        ) or (engagement_type = 'emails' and coalesce(status, '') = 'SCHEDULED') as has_failed
    from {{ ref('stg_hubspot__engagements') }}
),

owners as (
    select * from {{ ref('stg_hubspot__owners') }}
),

-- The contact whose address it was sent from, else the first of those it is linked to.
senders as (
    select
        links.engagement_id,
        links.contact_id,
        row_number() over (
            partition by links.engagement_id
            order by
                case when lower(contacts.email) = lower(engagements.from_email) then 1 else 2 end,
                {{ id_order('links.contact_id') }}
        ) as choice
    from {{ ref('stg_hubspot__engagement_contacts') }} as links
    inner join engagements
        on
            links.engagement_id = engagements.engagement_id
            and engagements.engagement_type = 'emails'
    left join {{ ref('stg_hubspot__contacts') }} as contacts
        on links.contact_id = contacts.contact_id
    where links.engagement_type = 'emails'
),

authored as (
    select
        links.ticket_id,
        engagements.*,
        senders.contact_id,
        coalesce(engagements.owner_id, user_owners.owner_id) as author_owner_id,
        coalesce(owners.user_id, engagements.created_by_user_id, engagements.owner_id)
            as author_user_id,
        case
            when engagements.engagement_type = 'emails' and engagements.sent_direction = 'INCOMING'
                then 'customer'
            when engagements.sent_direction is not null then 'agent'
            when coalesce(engagements.owner_id, engagements.created_by_user_id) is not null
                then 'agent'
            else 'system'
        end as author_type,
        build_moment.as_of
    from {{ ref('stg_hubspot__ticket_engagements') }} as links
    inner join engagements
        on
            links.engagement_id = engagements.engagement_id
            and links.engagement_type = engagements.engagement_type
    inner join {{ ref('stg_hubspot__tickets') }} as tickets on links.ticket_id = tickets.ticket_id
    cross join {{ ref('stg_hubspot__build_moment') }} as build_moment
    left join owners on engagements.owner_id = owners.owner_id
    left join {{ ref('int_agents') }} as user_owners
        on engagements.created_by_user_id = user_owners.user_id
    left join senders
        on
            engagements.engagement_id = senders.engagement_id
            and engagements.engagement_type = 'emails'
            and senders.choice = 1
    where engagements.occurred_at <= build_moment.as_of
)

select
    ticket_id,
    engagement_type,
    engagement_id,
    occurred_at,
    case
        when
            engagement_type = 'tasks' and status = 'COMPLETED'
            and coalesce(completed_at, created_at) <= as_of
            then coalesce(completed_at, created_at)
    end as completed_at,
    sent_direction as direction,
    status,
    author_type,
    case author_type
        when 'customer' then contact_id
        when 'agent' then coalesce(author_owner_id, author_user_id)
    end as author_id,
    case author_type when 'customer' then 'contact' when 'agent' then 'user' else 'system' end
        as actor_type,
    case author_type
        when 'customer' then contact_id
        when 'agent' then author_user_id
    end as actor_id,
    case
        when has_failed then null
        when engagement_type = 'emails' and sent_direction = 'INCOMING' then 'customer'
        when engagement_type = 'emails' and sent_direction = 'OUTGOING' then 'agent'
        when
            engagement_type in ('calls', 'meetings')
            and engagement_type in (
                select counted.engagement_type
                from {{ ref('stg_policies__response_engagements') }} as counted
            ) then 'agent'
    end as turn,
    external_message_id,
    subject,
    coalesce(body, html) as text,
    attachment_ids
from authored
