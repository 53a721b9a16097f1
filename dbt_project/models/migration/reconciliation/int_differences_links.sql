with links as (
    select
        'tickets' as from_type,
        ticket_id as source_id,
        target_id,
        object_type,
        object_id,
        target_object_id,
        is_readable,
        source_kinds,
        target_kinds,
        is_at_source,
        is_at_target
    from {{ ref('int_compared_links') }}
    union all
    select
        item_type as from_type,
        source_id,
        target_id,
        object_type,
        object_id,
        target_object_id,
        is_readable,
        cast(null as varchar) as source_kinds,
        cast(null as varchar) as target_kinds,
        is_at_source,
        is_at_target
    from {{ ref('int_compared_item_links') }}
),

there as (
    {% for object_type in ('contacts', 'companies', 'deals') -%}
    select
        '{{ object_type }}' as object_type,
        id
    from {{ source('target_portal', object_type) }}
    where not archived
    {% if not loop.last %}union all
    {% endif %}
    {%- endfor %}
),

judged as (
    select
        links.*,
        request.missing_records,
        case
            when not links.is_at_target and not links.is_readable then 'expected_orphan'
            when
                not links.is_at_target and links.target_object_id like 'of the source %'
                and request.missing_records = 'list'
                then 'expected_listed'
            when not links.is_at_target then 'link_missing'
            when not links.is_at_source and there.id is null then 'link_to_nobody'
            when not links.is_at_source then 'link_extra'
            when
                coalesce(links.source_kinds, '') <> coalesce(links.target_kinds, '')
                then 'label_differs'
        end as kind
    from links
    cross join {{ ref('stg_migration__request') }} as request
    left join there
        on links.object_type = there.object_type and links.target_object_id = there.id
)

select
    {{ difference('links', 'from_type', 'source_id', 'target_id',
        "object_type || ' ' || target_object_id",
        """case when is_at_source
            then object_type || ' ' || object_id || coalesce(' (' || source_kinds || ')', '')
        end""",
        """case when is_at_target
            then object_type || ' ' || target_object_id || coalesce(' (' || target_kinds || ')', '')
        end""",
        'kind', """case kind
            when 'expected_orphan' then 'the source links to a record that is archived there or was never read'
            when 'expected_listed' then 'missing records were to be listed, not created'
            when 'link_to_nobody' then 'the target links to a record that it does not have'
        end""") }}
from judged
where kind is not null
