{{ config(schema='migration') }}

{{ plan_records('contacts') }}
