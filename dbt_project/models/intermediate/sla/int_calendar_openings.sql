-- The way back: the moment of a number of business milliseconds. Filed under the whole days of business
-- time that a segment touches (one or two), so that a number finds its segment by a join on equality.
with segments as (
    select
        calendar,
        segment_start_at,
        business_milliseconds_before,
        business_milliseconds_before + open_milliseconds as business_milliseconds_after
    from {{ ref('int_calendar_segments') }}
    where is_open
),

steps as (
    select 0 as step
    union all
    select 1 as step
)

select
    segments.*,
    cast(floor(segments.business_milliseconds_before / 86400000.0) as bigint) + steps.step
        as business_day
from segments
inner join steps
    on
        floor(segments.business_milliseconds_before / 86400000.0) + steps.step
        <= floor((segments.business_milliseconds_after - 1) / 86400000.0)
