-- The week is a circle: Sunday's last window may run into Monday's first.
with windows as (
    select
        calendar,
        time_zone,
        1440 * weekday_number + opens_minute as opens_minute,
        1440 * weekday_number + closes_minute as closes_minute
    from {{ ref('stg_policies__business_hours') }}
),

rounds as (
    select
        calendar,
        time_zone,
        opens_minute,
        closes_minute
    from windows
    union all
    select
        calendar,
        time_zone,
        opens_minute + 10080,
        closes_minute + 10080
    from windows
),

ordered as (
    select
        *,
        max(closes_minute) over (
            partition by calendar order by opens_minute, closes_minute
            rows between unbounded preceding and 1 preceding
        ) as closed_before,
        min(time_zone) over (partition by calendar) <> max(time_zone) over (partition by calendar)
            as has_two_zones
    from rounds
)

select *
from ordered
where closed_before > opens_minute or has_two_zones
