-- Declared properties into whose counterpart something else is written too: one of both would be lost.
with writers as (
    select
        name,
        target_name
    from {{ ref('int_migration_property_rules') }}
    where treatment in ('write', 'special', 'conflict')
    union all
    select
        'the migration itself' as name,
        originals.target_name
    from (
        values
        {% for original in migration_originals() %}('{{ original.name }}'),
        {% endfor %}
        ('migration_source_key')
    ) as originals (target_name)
)

select
    maps.source_value as name,
    min(writers.name) as written_besides
from {{ ref('stg_migration__maps') }} as maps
inner join writers
    on maps.target_value = writers.target_name and maps.source_value <> writers.name
where maps.kind = 'property'
group by maps.source_value
