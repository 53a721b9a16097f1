{{ config(schema='migration') }}

{{ plan_records('deals') }}
