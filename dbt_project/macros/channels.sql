{# HubSpot numbers its channels alike in every portal; a custom channel keeps its number. #}
{% macro channel_name(channel_id) -%}
    case {{ channel_id }}
        when '1000' then 'chat'
        when '1001' then 'facebook'
        when '1002' then 'email'
        when '1003' then 'form'
        when '1004' then 'phone'
        when '1007' then 'whatsapp'
        else {{ channel_id }}
    end
{%- endmacro %}
