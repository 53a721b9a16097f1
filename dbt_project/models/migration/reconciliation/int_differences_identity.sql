select
    {{ difference('identity', "'tickets'", 'ticket_id', 'target_id', kind="'ticket_doubled'",
        reason="'a second ticket of the target claims to be this one'") }}
from {{ ref('int_migration_pairs') }}
where place > 1
union all
select
    {{ difference('identity', "'tickets'", 'copied_id', 'target_id', target_value='subject',
        kind="case when copied_id is null then 'ticket_extra' else 'ticket_doubled' end",
        reason="""case
            when copied_id is null then 'no ticket of the source is this one'
            else 'a ticket without a source key has this one''s subject and text'
        end""") }}
from {{ ref('int_migration_extras') }}
