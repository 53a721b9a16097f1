-- B(t), the number of business milliseconds before a moment t of a calendar, as line segments that are
-- open or closed. Segments are cut at midnight UTC, so that a moment finds its own by its date.
with windows as (
    select * from {{ ref('int_calendar_windows') }}
),

numbers as (
    {{ dbt.generate_series(131072) }}
),

first_tickets as (
    select min(created_at) as created_at from {{ ref('stg_hubspot__tickets') }}
),

-- Windows may touch or, where clocks go forward, overlap: open is where more began than ended.
changes as (
    select
        calendar,
        opens_at as changed_at,
        1 as opened_count
    from windows
    union all
    select
        calendar,
        closes_at,
        -1
    from windows
),

-- Every day counts, from the first ticket: a calendar may open on few of them.
spans as (
    select
        windows.calendar,
        cast(least(
            min(windows.opens_at), coalesce(min(first_tickets.created_at), min(windows.opens_at))
        ) as date) as first_date,
        cast(max(windows.closes_at) as date) as last_date
    from windows
    cross join first_tickets
    group by windows.calendar
),

days as (
    select
        spans.calendar,
        cast({{ dbt.dateadd('day', 'cast(numbers.generated_number - 1 as integer)',
            'spans.first_date') }} as timestamp) as changed_at
    from spans
    inner join numbers
        on
            numbers.generated_number
            <= {{ dbt.datediff('spans.first_date', 'spans.last_date', 'day') }} + 2
),

all_changes as (
    select * from changes
    union all
    select
        calendar,
        changed_at,
        0
    from days
),

moments as (
    select
        calendar,
        changed_at,
        sum(opened_count) as opened_count
    from all_changes
    group by calendar, changed_at
),

segments as (
    select
        calendar,
        changed_at as segment_start_at,
        lead(changed_at) over in_order as segment_end_at,
        sum(opened_count) over (
            partition by calendar order by changed_at
            rows between unbounded preceding and current row
        ) > 0 as is_open
    from moments
    window in_order as (partition by calendar order by changed_at)
),

measured as (
    select
        *,
        case
            when is_open
                then
                    {{ milliseconds('segment_end_at') }} - {{ milliseconds('segment_start_at') }}
            else 0
        end as open_milliseconds
    from segments
    where segment_end_at is not null
)

select
    calendar,
    segment_start_at,
    segment_end_at,
    cast(segment_start_at as date) as segment_date,
    is_open,
    open_milliseconds,
    sum(open_milliseconds) over (
        partition by calendar order by segment_start_at
        rows between unbounded preceding and current row
    ) - open_milliseconds as business_milliseconds_before
from measured
