-- Values that are not the same text: mapped, the same in other words, expected, or a difference.
with compared as (
    select * from {{ ref('int_compared_values') }}
    where not is_settled
),

facts as (
    select * from {{ ref('int_migration_ticket_facts') }}
),

translated as (
    select * from {{ ref('int_translated_values') }}
),

taken as (
    select distinct
        target_name,
        lower(value) as value
    from {{ ref('int_target_unique_values') }}
),

placed as (
    select
        facts.ticket_id,
        pipelines.target_pipeline_id,
        stages.target_stage_id,
        facts.target_owner_id,
        facts.owner_how
    from facts
    left join {{ ref('int_migration_pipelines') }} as pipelines
        on facts.written_pipeline_id = pipelines.pipeline_id
    left join {{ ref('int_migration_stages') }} as stages
        on
            facts.written_pipeline_id = stages.pipeline_id
            and facts.written_stage_id = stages.stage_id
)

select
    compared.ticket_id,
    compared.target_name,
    compared.source_value,
    compared.target_value,
    case
        when compared.target_name = 'hs_pipeline'
            then
                case
                    when compared.target_value = placed.target_pipeline_id
                        then case when compared.is_equal then 'same' else 'mapped' end
                    else 'pipeline_differs'
                end
        when compared.target_name = 'hs_pipeline_stage'
            then
                case
                    when compared.target_value = placed.target_stage_id
                        then
                            case
                                when coalesce(compared.source_value, '') = '' then 'expected_stage'
                                when compared.is_equal then 'same'
                                else 'mapped'
                            end
                    else 'stage_differs'
                end
        when compared.target_name = 'hubspot_owner_id'
            then
                case
                    when
                        coalesce(compared.source_value, '') = ''
                        and coalesce(compared.target_value, '') = ''
                        then 'expected_empty'
                    when coalesce(compared.source_value, '') = '' then 'value_extra'
                    when
                        placed.owner_how in ('same_email', 'declared')
                        and compared.target_value = placed.target_owner_id
                        then 'mapped'
                    when
                        placed.owner_how in ('fallback', 'none')
                        and coalesce(compared.target_value, '')
                        = coalesce(placed.target_owner_id, '')
                        then 'expected_owner'
                    else 'owner_differs'
                end
        when
            translated.target_values is not null
            and list_sort(list_distinct({{ split_list('compared.target_value') }}))
            = translated.target_values
            then case when translated.unmapped is null then 'mapped' else 'expected_option' end
        -- only where no part of it is known: a known one may not hide behind an unknown one
        when
            translated.target_values is null and translated.unmapped is not null
            and coalesce(compared.target_value, '') = ''
            then 'expected_option'
        when
            translated.target_values is not null and coalesce(compared.target_value, '') <> ''
            and {{ has_all_of('translated.target_values', split_list('compared.target_value')) }}
            then 'part_missing'
        -- another ticket of the target had the value before
        when coalesce(compared.target_value, '') = '' and taken.value is not null
            then 'expected_taken'
        when
            length(compared.source_value) > {{ longest_text() }}
            and compared.target_value = left(compared.source_value, {{ longest_text() }})
            then 'expected_cut'
        else
            {{ kind_of_difference(
                'compared.source_value', 'compared.target_value', 'compared.type'
            ) }}
    end as kind
from compared
left join placed on compared.ticket_id = placed.ticket_id
left join taken
    on compared.target_name = taken.target_name and lower(compared.source_value) = taken.value
left join translated
    on
        compared.ticket_id = translated.ticket_id
        and compared.target_name = translated.target_name
