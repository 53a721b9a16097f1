"""The border where HubSpot's records come in: warehouse.duckdb, schema raw."""

from include.expectations.raw_activities import ACTIVITIES
from include.expectations.raw_history import HISTORY
from include.expectations.raw_loads import LOADS
from include.expectations.raw_records import RECORDS

NAME = "raw_suite"
ABOUT = "select id from warehouse.raw.tickets"
EXPECTATIONS = (*RECORDS, *HISTORY, *ACTIVITIES, *LOADS)
