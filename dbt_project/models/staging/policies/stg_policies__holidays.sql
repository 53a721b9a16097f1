select distinct
    calendar,
    cast(date as date) as holiday_date
from {{ ref('holidays') }}
