-- One row per opening of a business calendar, in UTC, from the first ticket to the last moment that
-- may be asked for. The calendar `always` has none: its clock is the wall clock.
{%- set longest_days = 131072 %}
with tickets as (
    select min(created_at) as first_created_at from {{ ref('stg_hubspot__tickets') }}
),

hours as (
    select * from {{ ref('stg_policies__business_hours') }}
),

holidays as (
    select * from {{ ref('stg_policies__holidays') }}
),

targets as (
    select max(target_seconds) as longest_target_seconds
    from {{ ref('stg_policies__sla_policies') }}
),

build_moment as (
    select
        cast(moments.as_of as date) as build_date,
        coalesce(cast(tickets.first_created_at as date), cast(moments.as_of as date))
            as first_date
    from {{ ref('stg_hubspot__build_moment') }} as moments
    cross join tickets
),

coming_holidays as (
    select
        holidays.calendar,
        count(*) as holiday_count
    from holidays
    inner join build_moment on holidays.holiday_date >= build_moment.build_date
    group by holidays.calendar
),

-- A due moment lies at most so many weeks ahead: the longest target over the hours of a week, a week
-- for the one that has begun, one for a change of clocks, and one for every holiday to come.
horizons as (
    select
        hours.calendar,
        build_moment.build_date,
        build_moment.first_date,
        7 * (
            3 + coalesce(max(coming_holidays.holiday_count), 0) + ceil(
                max(targets.longest_target_seconds)
                / (60.0 * sum(hours.closes_minute - hours.opens_minute))
            )
        ) as days_ahead
    from hours
    cross join targets
    cross join build_moment
    left join coming_holidays on hours.calendar = coming_holidays.calendar
    group by hours.calendar, build_moment.build_date, build_moment.first_date
),

numbers as (
    {{ dbt.generate_series(longest_days) }}
),

-- Two days before the first ticket: its local date may be the day before, and so may a window.
local_days as (
    select
        horizons.calendar,
        cast({{ dbt.dateadd('day', 'cast(numbers.generated_number - 3 as integer)',
            'horizons.first_date') }} as date) as local_date
    from horizons
    inner join numbers
        on
            numbers.generated_number
            <= {{ dbt.datediff('horizons.first_date', 'horizons.build_date', 'day') }}
            + 5 + horizons.days_ahead
),

open_days as (
    select
        local_days.calendar,
        cast(local_days.local_date as timestamp) as midnight,
        -- 1970-01-05 was a Monday.
        (
            {{ dbt.datediff("cast('1970-01-05' as date)", 'local_days.local_date', 'day') }} % 7 + 7
        ) % 7 as weekday_number
    from local_days
    left join holidays
        on
            local_days.calendar = holidays.calendar
            and local_days.local_date = holidays.holiday_date
    where holidays.calendar is null
),

windows as (
    select
        hours.calendar,
        {{ wall_time_to_utc(
            dbt.dateadd('minute', 'hours.opens_minute', 'open_days.midnight'), 'hours.time_zone'
        ) }} as opens_at,
        {{ wall_time_to_utc(
            dbt.dateadd('minute', 'hours.closes_minute', 'open_days.midnight'), 'hours.time_zone'
        ) }} as closes_at
    from open_days
    inner join hours
        on
            open_days.calendar = hours.calendar
            and open_days.weekday_number = hours.weekday_number
)

-- A window inside a skipped hour may close before it opens: it never was.
select * from windows
where opens_at < closes_at
