-- Assignments count for who got the ticket, everything else for who has it as of the build.
{{ performance_weekly('owner_id', 'owner') }}
