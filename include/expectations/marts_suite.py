"""The border where readers take over: the staged file, schemas marts and meta."""

from include.expectations.marts_aggregates import AGGREGATES
from include.expectations.marts_clocks import CLOCKS
from include.expectations.marts_conversations import CONVERSATIONS
from include.expectations.marts_publication import PUBLICATION
from include.expectations.marts_tickets import TICKETS

NAME = "marts_suite"
ABOUT = "select ticket_id from staged.marts.tickets"
EXPECTATIONS = (*PUBLICATION, *TICKETS, *CLOCKS, *CONVERSATIONS, *AGGREGATES)
