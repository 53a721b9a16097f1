{{ config(schema='migration') }}

{{ plan_records('companies') }}
