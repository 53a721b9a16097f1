-- One row per day from the first ticket's to the build's: what the semantic layer counts time by.
with numbers as (
    {{ dbt.generate_series(131072) }}
),

moments as (
    select cast(created_at as date) as moment_date from {{ ref('stg_hubspot__tickets') }}
    union all
    select cast(as_of as date) from {{ ref('stg_hubspot__build_moment') }}
),

firsts as (
    select
        min(moment_date) as first_day,
        max(moment_date) as last_day
    from moments
)

select
    cast({{ dbt.dateadd(
        'day', 'cast(numbers.generated_number - 1 as integer)', 'firsts.first_day'
    ) }} as date) as day
from firsts
inner join numbers
    on
        numbers.generated_number
        <= 1 + {{ dbt.datediff('firsts.first_day', 'firsts.last_day', 'day') }}
