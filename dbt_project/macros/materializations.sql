{# dbt makes a table or a view under another name, renames the old one, renames the new one and drops the old:
   four statements a model, which cost a night more than the SQL of its small models. DuckDB replaces either
   in one statement, and takes it back when the transaction fails. Grants, indexes and foreign keys
   that would need more are not used here. #}
{% materialization table, adapter='duckdb' -%}
    {%- set target = this.incorporate(type='table') -%}
    {%- do drop_other_kind(target) -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%}
        {{ create_table_as(false, target, compiled_code) }}
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{%- endmaterialization %}

{% materialization view, adapter='duckdb' -%}
    {%- set target = this.incorporate(type='view') -%}
    {%- do drop_other_kind(target) -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%}
        {{ get_create_view_as_sql(target, compiled_code) }}
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{%- endmaterialization %}

{# A model that was a view and became a table, or the other way: neither replaces the other. #}
{% macro drop_other_kind(target) -%}
    {%- set existing = load_cached_relation(target) -%}
    {%- if existing is not none and existing.type != target.type -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
{%- endmacro %}

{# What dbt-duckdb writes, but for `or replace`; a contract's columns are declared and checked as there. The
   last three arguments are dbt-duckdb's own: other languages, and tables of a lake. #}
{% macro duckdb__create_table_as(
    temporary, relation, compiled_code, language='sql', partitioned_by=none, sorted_by=none
) -%}
    {%- set is_contract = config.get('contract').enforced and not temporary -%}
    {%- if config.get('contract').enforced -%}
        {{ get_assert_columns_equivalent(compiled_code) }}
    {%- endif -%}
    create or replace {{ 'temporary ' if temporary }}table
        {{ relation.include(database=(not temporary), schema=(not temporary)) }}
    {%- if is_contract %}
    {{ get_table_columns_and_constraints() }};
    insert into {{ relation }} {{ get_column_names() }} (
        {{ get_select_subquery(compiled_code) }}
    )
    {%- else %}
    as (
        {{ compiled_code }}
    )
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__create_view_as(relation, sql) -%}
    {%- if config.get('contract').enforced -%}
        {{ get_assert_columns_equivalent(sql) }}
    {%- endif -%}
    create or replace view {{ relation }} as (
        {{ sql }}
    )
{%- endmacro %}
