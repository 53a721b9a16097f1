{# What a build that is not a full refresh rebuilds: whole tickets. Two sets of them: those that changed
   (`stg_hubspot__changed_tickets`), and those and the ones whose clocks run (`int_sla_tickets`). #}

{# The condition that a row is of a rebuilt ticket; a full refresh asks nothing. #}
{% macro is_rebuilt(ticket_id, tickets='stg_hubspot__changed_tickets') -%}
    {%- set rebuilt = ref(tickets) -%}
    {%- if flags.FULL_REFRESH -%}
        true
    {%- else -%}
        {{ ticket_id }} in (select rebuilt.ticket_id from {{ rebuilt }} as rebuilt)
    {%- endif -%}
{%- endmacro %}

{# A table as the build before left it; none in a full refresh. Not a `ref`: what reads it stands before
   the model that writes it. Whether that build can be trusted is for the pipeline to say. #}
{% macro left_by_former_build(name) -%}
    {%- if not execute or flags.FULL_REFRESH -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set node = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model')
        | selectattr('name', 'equalto', name) | first -%}
    {{ return(adapter.get_relation(node.database, node.schema, node.alias)) }}
{%- endmacro %}

{# What that build has not seen: rows that a later run brought or changed, and, of records, those that
   were dated after its moment. Asked only where there was one. #}
{% macro is_unseen(row) -%}
    coalesce({{ row }}._run_id, '') not in (
        select former.run_id from {{ left_by_former_build('stg_hubspot__built_runs') }} as former
    )
{%- endmacro %}

{% macro former_moment() -%}
    (select max(former.as_of) from {{ left_by_former_build('stg_hubspot__built_runs') }} as former)
{%- endmacro %}

{% macro is_new_record(row) -%}
    ({{ is_unseen(row) }} or {{ row }}.created_at > {{ former_moment() }})
{%- endmacro %}

{# The incremental strategy: every row of the rebuilt tickets goes, also where the ticket has none now.
   A model whose rows move with the clock names the wider set in its meta: {rebuilt: int_sla_tickets}. #}
{% macro get_incremental_rebuilt_tickets_sql(arguments) -%}
    {%- set name = config.get('meta', {}).get('rebuilt', 'stg_hubspot__changed_tickets') -%}
    {%- set rebuilt = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model')
        | selectattr('name', 'equalto', name) | first -%}
    {%- set columns = get_quoted_csv(arguments.dest_columns | map(attribute='name')) -%}
    delete from {{ arguments.target_relation }}
    where ticket_id in (select rebuilt.ticket_id from {{ rebuilt.relation_name }} as rebuilt);
    insert into {{ arguments.target_relation }} ({{ columns }})
    select {{ columns }} from {{ arguments.temp_relation }}
{%- endmacro %}

{# A build by hand may select half of the models: what the pipeline would trust or publish is unsaid. #}
{% macro take_back_the_build() -%}
    {%- if execute and target.name == 'warehouse' and flags.WHICH in ('build', 'run', 'seed') -%}
        {%- do run_query('drop table if exists meta.build') -%}
        {%- do run_query('drop table if exists tickets.meta.build') -%}
    {%- endif -%}
{%- endmacro %}
