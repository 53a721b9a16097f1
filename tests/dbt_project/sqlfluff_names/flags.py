"""dbt's `flags` for sqlfluff: a build that is not a full refresh."""

FULL_REFRESH = False
