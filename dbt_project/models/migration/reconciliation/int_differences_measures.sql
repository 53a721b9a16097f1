-- A measure that differs because a value or a message differs, which is listed already, follows from
-- it; what HubSpot makes incomparable is said once.
with measures as (
    select * from {{ ref('int_compared_measures') }}
    where source_value is distinct from target_value
),

causes as (
    select
        source_id as ticket_id,
        string_agg(distinct field, ', ' order by field) as fields
    from {{ ref('int_differences_fields') }}
    where source_id is not null and kind not like 'expected%' and starts_with(field, 'source_')
    group by source_id
    union all
    select
        items.ticket_id,
        'what was said' as fields
    from {{ ref('int_differences_conversations') }} as differences
    inner join {{ ref('int_compared_items') }} as items
        on
            differences.object_type = items.object_type
            and (differences.source_id = items.source_id or differences.target_id = items.target_id)
    where differences.kind not like 'expected%' and items.ticket_id is not null
),

caused as (
    select
        ticket_id,
        string_agg(distinct fields, ', ' order by fields) as fields
    from causes
    group by ticket_id
),

incomparable (measure, reason) as (
    values
    (
        'stage visits',
        'HubSpot stamps them itself when the ticket is written; the history is kept as a note'
    ),
    (
        'create date',
        'HubSpot stamps it when the ticket is written; source_created_at keeps the original'
    ),
    (
        'HubSpot''s own service levels',
        'HubSpot starts its clocks when the ticket is written; source_* keep the originals'
    ),
    ('backlog by day', 'it counts from HubSpot''s create date, which is the day of the migration')
)

select
    {{ difference('measures', "'tickets'", 'measures.ticket_id', 'measures.target_id',
        'measures.measure', 'measures.source_value', 'measures.target_value',
        "case when caused.ticket_id is null then 'measure_differs' else 'expected_follows' end",
        "'it follows from ' || caused.fields || ', which is listed'") }}
from measures
left join caused on measures.ticket_id = caused.ticket_id
union all
select
    {{ difference('measures', "'tickets'", field='measure', kind="'expected_incomparable'",
        reason='reason') }}
from incomparable
