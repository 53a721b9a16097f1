{# Moments are UTC timestamps without zone; arithmetic on them is done in whole milliseconds. #}

{% macro milliseconds(moment) -%}
    {{ return(adapter.dispatch('milliseconds')(moment)) }}
{%- endmacro %}

{% macro duckdb__milliseconds(moment) -%}
    epoch_ms({{ moment }})
{%- endmacro %}

{% macro moment_of(milliseconds) -%}
    {{ return(adapter.dispatch('moment_of')(milliseconds)) }}
{%- endmacro %}

{% macro duckdb__moment_of(milliseconds) -%}
    make_timestamp(1000 * cast({{ milliseconds }} as bigint))
{%- endmacro %}

{% macro seconds_between(from_moment, to_moment) -%}
    ({{ milliseconds(to_moment) }} - {{ milliseconds(from_moment) }}) / 1000.0
{%- endmacro %}

{# Wall time of a zone to UTC. A wall time that occurs twice is its later occurrence, a skipped one
   moves on by the gap: what ICU does, and a test holds it. #}
{% macro wall_time_to_utc(wall_time, zone) -%}
    {{ return(adapter.dispatch('wall_time_to_utc')(wall_time, zone)) }}
{%- endmacro %}

{% macro duckdb__wall_time_to_utc(wall_time, zone) -%}
    timezone('UTC', timezone({{ zone }}, {{ wall_time }}))
{%- endmacro %}

{% macro utc_to_wall_time(moment, zone) -%}
    {{ return(adapter.dispatch('utc_to_wall_time')(moment, zone)) }}
{%- endmacro %}

{% macro duckdb__utc_to_wall_time(moment, zone) -%}
    timezone({{ zone }}, timezone('UTC', {{ moment }}))
{%- endmacro %}

{# A date or moment of a policy file, in UTC unless it says its offset; the session's zone is UTC. #}
{% macro moment_of_policy(text) -%}
    {{ return(adapter.dispatch('moment_of_policy')(text)) }}
{%- endmacro %}

{% macro duckdb__moment_of_policy(text) -%}
    cast(cast({{ text }} as timestamptz) as timestamp)
{%- endmacro %}

{# HubSpot writes a datetime as ISO 8601 or as milliseconds since 1970; what is neither, or lies outside
   the years 1 to 9999, is null. #}
{% macro moment_of_text(text) -%}
    {{ return(adapter.dispatch('moment_of_text')(text)) }}
{%- endmacro %}

{% macro duckdb__moment_of_text(text) -%}
    coalesce(
        make_timestamp(1000 * case
            when try_cast({{ text }} as bigint) between -62135596800000 and 253402300799999
                then try_cast({{ text }} as bigint)
        end),
        case
            when
                try_cast({{ text }} as timestamptz) >= timestamptz '0001-01-01 00:00:00+00'
                and try_cast({{ text }} as timestamptz) < timestamptz '9999-12-31 23:59:59.999+00'
                then cast(try_cast({{ text }} as timestamptz) as timestamp)
        end
    )
{%- endmacro %}

{# The far ends of time, for half-open intervals that have no end yet. #}
{% macro end_of_time() -%}
    cast('9999-12-31 00:00:00' as timestamp)
{%- endmacro %}

{% macro beginning_of_time() -%}
    cast('0001-01-01 00:00:00' as timestamp)
{%- endmacro %}

{# The moment that this build speaks of, as a literal: a view of the published file has nobody to ask. #}
{% macro moment_of_build(build_moment) -%}
    {%- set as_of = none -%}
    {%- if execute -%}
        {%- set as_of = run_query('select as_of from ' ~ build_moment).rows[0][0] -%}
    {%- endif -%}
    cast({{ "'" ~ as_of ~ "'" if as_of else 'null' }} as timestamp)
{%- endmacro %}
