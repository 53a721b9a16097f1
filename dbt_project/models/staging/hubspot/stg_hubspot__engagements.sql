{%- set shared = {
    'timestamp_text': 'hs_timestamp', 'owner_id': 'hubspot_owner_id',
    'created_by_user_id': 'hs_created_by_user_id', 'attachment_ids': 'hs_attachment_ids',
} %}
{%- set own = {
    'notes': {'body': 'hs_note_body'},
    'emails': {
        'subject': 'hs_email_subject', 'body': 'hs_email_text', 'html': 'hs_email_html',
        'direction': 'hs_email_direction', 'status': 'hs_email_status',
        'external_message_id': 'hs_email_message_id', 'from_email': 'hs_email_from_email',
    },
    'calls': {
        'subject': 'hs_call_title', 'body': 'hs_call_body', 'direction': 'hs_call_direction',
        'status': 'hs_call_status',
    },
    'meetings': {
        'subject': 'hs_meeting_title', 'body': 'hs_meeting_body', 'status': 'hs_meeting_outcome',
    },
    'tasks': {
        'subject': 'hs_task_subject', 'body': 'hs_task_body', 'status': 'hs_task_status',
        'completed_text': 'hs_task_completion_date',
    },
} %}
{%- set columns = [
    'subject', 'body', 'html', 'direction', 'status', 'external_message_id', 'from_email',
    'completed_text',
] %}

-- Notes, e-mails, calls, meetings and tasks of rebuilt tickets, in one shape.
with linked as (
    select * from {{ ref('stg_hubspot__ticket_engagements') }}
),

records as (
    {%- for engagement_type, properties in own.items() %}
    {%- set wanted = shared.copy() %}
    {%- for column in columns %}{% do wanted.update({column: properties.get(column)}) %}{% endfor %}
    {%- if not loop.first %}
    union all
    {%- endif %}
    select
        '{{ engagement_type }}' as engagement_type,
        {{ engagement_type }}.*
    from ({{ staged_records(
        engagement_type, 'engagement_id', wanted,
        "id in (select linked.engagement_id from linked where linked.engagement_type = '" ~ engagement_type ~ "')"
    ) }}) as {{ engagement_type }}
    {%- endfor %}
)

select
    *,
    {{ moment_of_text('completed_text') }} as completed_at,
    -- A task's timestamp is the day on which it is due.
    case
        when engagement_type = 'tasks' then created_at
        else coalesce({{ moment_of_text('timestamp_text') }}, created_at)
    end as occurred_at
from records
