select
    {{ difference('population', "'tickets'", 'ticket_id', 'target_id', kind="""case standing
        when 'skipped' then 'expected_skipped' when 'failed' then 'ticket_failed' else 'ticket_missing'
    end""", reason='reason') }}
from {{ ref('int_reconciled_population') }}
where standing <> 'present'
