with source as (
    select * from {{ ref('sla_policies') }}
),

build_moment as (
    select portal_id from {{ ref('stg_hubspot__build_moment') }}
),

renamed as (
    select
        source.pipeline_id,
        source.priority,
        source.ticket_type,
        source.metric,
        source.calendar,
        source.stop_category,
        source.reopen,
        concat_ws(
            '/', source.portal_id, source.pipeline_id, source.priority, source.ticket_type,
            source.metric, source.valid_from
        ) as policy,
        ';' || coalesce(source.pause_categories, '') || ';' as pause_categories,

        -- The most values win; on a tie the row whose leftmost value stands further left.
        100 * (
            case when source.portal_id = '*' then 0 else 1 end
            + case when source.pipeline_id = '*' then 0 else 1 end
            + case when source.priority = '*' then 0 else 1 end
            + case when source.ticket_type = '*' then 0 else 1 end
        )
        + case when source.portal_id = '*' then 0 else 8 end
        + case when source.pipeline_id = '*' then 0 else 4 end
        + case when source.priority = '*' then 0 else 2 end
        + case when source.ticket_type = '*' then 0 else 1 end as specificity,
        60 * cast(source.target_minutes as bigint) as target_seconds,
        60 * cast(coalesce(source.due_soon_minutes, '0') as bigint) as due_soon_seconds,

        coalesce({{ moment_of_policy('source.valid_from') }}, {{ beginning_of_time() }})
            as valid_from,
        coalesce({{ moment_of_policy('source.valid_to') }}, {{ end_of_time() }}) as valid_to
    from source
    cross join build_moment
    where source.portal_id in ('*', build_moment.portal_id)
)

select * from renamed
