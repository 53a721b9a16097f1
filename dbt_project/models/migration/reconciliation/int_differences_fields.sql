with judged as (
    select * from {{ ref('int_judged_values') }}
    where kind not in ('same', 'mapped')
),

pairs as (
    select * from {{ ref('int_migration_pairs') }}
    where place = 1
),

rules as (
    select * from {{ ref('int_migration_property_rules') }}
),

-- What HubSpot sets or refuses differs on every ticket, for one reason.
unwritten as (
    select
        rules.name,
        rules.reason,
        rules.treatment,
        count(*) as ticket_count
    from rules
    inner join {{ ref('stg_migration__source_values') }} as source_values
        on rules.name = source_values.property_name
    inner join pairs on source_values.ticket_id = pairs.ticket_id
    where rules.treatment not in ('write', 'special') and source_values.value <> ''
    group by rules.name, rules.reason, rules.treatment
)

select
    {{ difference('fields', "'tickets'", 'judged.ticket_id', 'pairs.target_id',
        'judged.target_name', 'judged.source_value', 'judged.target_value', 'judged.kind', """case judged.kind
            when 'expected_empty'
                then 'no value on both sides: HubSpot keeps no clearing of what was never set'
            when 'expected_owner'
                then 'the target has no active owner of this e-mail; source_owner keeps the original'
            when 'expected_option' then 'the target does not know this option and lets none be added'
            when 'part_missing' then 'the target lacks one or more of several options'
            when 'expected_stage' then 'the source has it in no stage, and HubSpot demands one'
            when 'expected_taken' then 'the target allows the value once, and another ticket has it'
            when 'expected_cut' then 'HubSpot takes 65,536 characters'
            when 'trailing_space' then 'only white space at the end differs'
            when 'text_cut' then 'the target has the beginning only'
        end""") }}
from judged
inner join pairs on judged.ticket_id = pairs.ticket_id
union all
select
    {{ difference('fields', "'tickets'", field='name',
        source_value="cast(ticket_count as varchar) || ' tickets'",
        kind="case treatment when 'conflict' then 'property_conflict' else 'expected_unwritten' end",
        reason='reason', occurrences='ticket_count') }}
from unwritten
