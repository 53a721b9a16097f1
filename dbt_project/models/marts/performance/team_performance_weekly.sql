-- Assignments count for the team that got the ticket, everything else for the one that has it now.
{{ performance_weekly('team', 'team') }}
