"""What writing a plan takes: calls to the target, and minutes at HubSpot's limit.

Counted as the writer makes them, so that a plan that does not fit into what is left of today's
calls is refused before it is begun. Not in it: calls repeated because HubSpot refused or lost them,
the source's (one for each file), and reading the target again afterwards.
"""

from pathlib import Path

import duckdb

from include.hubspot import association_writing, associations, batch_writing
from include.migration import preflight_scopes

CALLS_A_SECOND = 19.0  # 190 in 10 seconds: a Professional or Enterprise private app
# Whose token, twice (asked when the session is bound as well); calls of today; room for pipelines
# and properties; the pipelines, for their room and when they are written.
_ALWAYS = 7

_SQL = Path(__file__).with_name("plan_cost.sql")
_SIZES = {
    "records_a_call": batch_writing.LIMIT,
    "characters_a_call": batch_writing.CHARACTERS,
    "links_a_call": association_writing.LIMIT,
    "plain_links_a_call": association_writing.LIMIT_DEFAULT,
    "links_read_a_call": associations.LIMIT,
}


def cost_of(plan: duckdb.DuckDBPyConnection) -> tuple[int, float]:
    """Count the calls of a plan.

    Args:
        plan: Open, its tables in schema `migration`.

    Returns:
        Calls to the target, and the minutes that they take at HubSpot's limit with one private app.
    """
    found = plan.execute(_SQL.read_text(encoding="utf-8"), _SIZES).fetchone()
    calls = _ALWAYS + preflight_scopes.number_of_probes(plan) + (found[0] if found else 0)
    return calls, round(calls / CALLS_A_SECOND / 60, 2)
