"""A policy that first matches after closing counts from the start, and stops nothing later."""

from tests.dbt_project.dbt_run import policy_text, run_dbt
from tests.dbt_project.raw_portal import RawPortal, at

CREATED, CLOSED, LATER = at("2026-06-01 09:00"), at("2026-06-01 10:00"), at("2026-06-08 10:00")
COLUMNS = (
    "portal_id,pipeline_id,priority,ticket_type,metric,target_minutes,calendar,pause_categories,"
    "stop_category,reopen,due_soon_minutes,valid_from,valid_to"
)
HIGH_ONLY = ["*", "*", "HIGH", "*", "resolution", "120", "always", "", "closed", "resume", "10"]


def test_a_clock_that_got_its_policy_after_closing_stopped_when_it_was_closed(tmp_path):
    portal = RawPortal(at("2026-06-10 12:00"))
    portal.pipeline("0", [("1", "New", "OPEN"), ("4", "Closed", "CLOSED")])
    portal.ticket(
        "1",
        CREATED,
        [
            ("hs_pipeline", CREATED, "0"),
            ("hs_pipeline_stage", CREATED, "1"),
            ("hs_ticket_priority", CREATED, "LOW"),
            ("hs_pipeline_stage", CLOSED, "4"),
            ("hs_ticket_priority", LATER, "HIGH"),
        ],
    )
    policies = {"sla_policies": policy_text(COLUMNS, [[*HIGH_ONLY, "", ""]])}
    built = run_dbt(tmp_path, portal, policies=policies)
    assert built.code == 0, built.output
    query = "select stopped_at, elapsed_seconds, status from marts.ticket_slas"
    assert built.rows(query) == [(CLOSED, 3600, "met")]
    assert built.one("select resolution_seconds from marts.tickets") == (3600,)
