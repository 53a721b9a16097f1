"""What writing a plan takes: calls, and minutes at HubSpot's limit."""

from collections.abc import Mapping
from math import ceil

TICKETS_A_CALL = 100
LINKS_A_CALL = 2000
CALLS_A_SECOND = 19.0  # 190 in 10 seconds: a Professional or Enterprise private app
_RECORDS = ("plan_contacts", "plan_companies", "plan_deals", "plan_tickets", "plan_engagements")
_SINGLE = ("plan_property_groups", "plan_properties", "plan_association_labels")
_CALLS_A_FILE = 3  # where it lies, its bytes, its upload
_WRITES = ("create", "update", "patch_options", "archive")
_PREFLIGHT = 30  # both accounts, the target's definitions, pipelines, labels and usage


def cost_of(counts: Mapping[str, Mapping[str, int]]) -> tuple[int, float]:
    """Count the calls of a plan.

    Args:
        counts: Rows by table (`plan_tickets`, …) and action.

    Returns:
        Calls, and the minutes that they take at HubSpot's limit with one private app.
    """
    calls = _PREFLIGHT + sum(_writes(counts, table) for table in _SINGLE)
    calls += counts.get("plan_pipelines", {}).get("create", 0)
    calls += counts.get("plan_stages", {}).get("create", 0)
    calls += sum(ceil(_writes(counts, table) / TICKETS_A_CALL) for table in _RECORDS)
    # an update's before-image is read first
    calls += ceil(counts.get("plan_tickets", {}).get("update", 0) / TICKETS_A_CALL)
    calls += ceil(_writes(counts, "plan_associations") / LINKS_A_CALL)
    calls += _CALLS_A_FILE * _writes(counts, "plan_files")
    return calls, round(calls / CALLS_A_SECOND / 60, 2)


def _writes(counts: Mapping[str, Mapping[str, int]], table: str) -> int:
    return sum(counts.get(table, {}).get(action, 0) for action in _WRITES)
