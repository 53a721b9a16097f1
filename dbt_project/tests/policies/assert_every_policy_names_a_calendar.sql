-- A clock on a calendar that has no hours would never move.
select
    'sla_policies.csv' as file_name,
    policies.calendar as offending_value,
    'names no calendar of business_hours.csv' as problem
from {{ ref('sla_policies') }} as policies
where
    policies.calendar is null
    or (
        policies.calendar <> 'always'
        and policies.calendar not in (
            select hours.calendar from {{ ref('business_hours') }} as hours
        )
    )
union all
select
    'holidays.csv',
    holidays.calendar,
    'names no calendar of business_hours.csv'
from {{ ref('holidays') }} as holidays
where holidays.calendar not in (select hours.calendar from {{ ref('business_hours') }} as hours)
