-- Whatever tickets are counted by, they are as many as all of them.
select
    dimension,
    sum(open_count) as open_count,
    sum(total_count) as total_count
from {{ ref('ticket_stats') }}
group by dimension
having
    sum(open_count) <> (
        select everything.open_count from {{ ref('ticket_stats') }} as everything
        where everything.dimension = 'all'
    )
    or sum(total_count) <> (
        select everything.total_count from {{ ref('ticket_stats') }} as everything
        where everything.dimension = 'all'
    )
    or sum(open_count + closed_count) <> sum(total_count)
