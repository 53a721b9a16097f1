{# B(t) and its inverse. `int_calendar_segments` and `int_calendar_openings` hold both as line segments;
   the calendar `always` is the wall clock and needs no row. #}

{# The segment of a calendar that holds a moment: joined on the moment's date. #}
{% macro segment_holds(segments, calendar, moment) -%}
    {{ segments }}.calendar = {{ calendar }}
        and {{ segments }}.segment_date = cast({{ moment }} as date)
        and {{ segments }}.segment_start_at <= {{ moment }}
        and {{ segments }}.segment_end_at > {{ moment }}
{%- endmacro %}

{# B(t) in milliseconds, of a moment joined to its segment. #}
{% macro business_milliseconds(calendar, moment, segments) -%}
    case
        when {{ calendar }} = 'always' then {{ milliseconds(moment) }}
        when {{ segments }}.is_open
            then
                {{ segments }}.business_milliseconds_before
                + {{ milliseconds(moment) }} - {{ milliseconds(segments ~ '.segment_start_at') }}
        else {{ segments }}.business_milliseconds_before
    end
{%- endmacro %}

{# The opening in which a number of business milliseconds is reached: (before, after], so that what ends
   exactly at closing time is reached then, not at the next opening. #}
{% macro opening_holds(openings, calendar, business) -%}
    {{ openings }}.calendar = {{ calendar }}
        and {{ openings }}.business_day
        = cast(floor(({{ business }} - 1) / 86400000.0) as bigint)
        and {{ openings }}.business_milliseconds_before < {{ business }}
        and {{ openings }}.business_milliseconds_after >= {{ business }}
{%- endmacro %}

{% macro moment_of_business(calendar, business, openings) -%}
    case
        when {{ calendar }} = 'always' then {{ moment_of(business) }}
        else {{ moment_of(
            milliseconds(openings ~ '.segment_start_at') ~ ' + ' ~ business ~ ' - '
            ~ openings ~ '.business_milliseconds_before'
        ) }}
    end
{%- endmacro %}
