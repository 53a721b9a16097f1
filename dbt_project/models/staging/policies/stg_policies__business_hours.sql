with source as (
    select * from {{ ref('business_hours') }}
),

split as (
    select
        calendar,
        time_zone,
        lower(trim(weekday)) as weekday,
        60 * cast(split_part(opens_at, ':', 1) as integer)
        + cast(split_part(opens_at, ':', 2) as integer) as opens_minute,
        60 * cast(split_part(closes_at, ':', 1) as integer)
        + cast(split_part(closes_at, ':', 2) as integer) as closes_minute
    from source
)

select
    calendar,
    time_zone,
    weekday,
    case weekday
        when 'monday' then 0
        when 'tuesday' then 1
        when 'wednesday' then 2
        when 'thursday' then 3
        when 'friday' then 4
        when 'saturday' then 5
        when 'sunday' then 6
    end as weekday_number,
    opens_minute,
    -- A window that closes at or before it opens runs past midnight.
    case when closes_minute <= opens_minute then closes_minute + 1440 else closes_minute end
        as closes_minute
from split
