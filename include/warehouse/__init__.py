"""Landing files, the DuckDB warehouse they are loaded into, and the file that readers get."""
