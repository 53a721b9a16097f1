-- Notes as they are written: a text that one note cannot hold becomes several, each with its number.
with notes as (
    select
        *,
        case
            when
                length({{ html_of("header || chr(10) || chr(10) || text") }})
                <= {{ longest_text() }} - 500
                then 1
            else cast(ceil(length(text) * 1.0 / {{ note_part() }}) as bigint)
        end as part_count
    from {{ ref('int_migration_notes') }}
),

parts as (
    select
        *,
        unnest(range(1, part_count + 1)) as part
    from notes
)

select
    parts.kind,
    parts.source_id,
    parts.ticket_id,
    parts.at_text,
    parts.user_id,
    parts.file_ids,
    parts.part,
    request.key_prefix || parts.kind || ':' || parts.source_id
    || case when parts.part > 1 then ':' || cast(parts.part as varchar) else '' end as source_key,
    {{ html_of("""parts.header
        || case
            when parts.part_count > 1
                then ' | part ' || cast(parts.part as varchar) || ' of ' || cast(parts.part_count as varchar)
            else ''
        end || chr(10) || chr(10)
        || case
            when parts.part_count = 1 then parts.text
            else substr(parts.text, (parts.part - 1) * " ~ note_part() ~ " + 1, " ~ note_part() ~ ")
        end""") }} as body
from parts
cross join {{ ref('stg_migration__request') }} as request
