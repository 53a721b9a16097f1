"""What spoils the marts: one change for each expectation of the marts suite."""

from tests.include.expectations.spoiled_raw import Spoiled

MARTS_SPOILED: dict[str, Spoiled] = {
    "ExpectOneWholePublicationRow": (
        "staged",
        "update meta.published set published_at = null",
        [{"table_name": "meta.published", "row_count": "1"}],
        set(),
    ),
    "ExpectThePublicationToBeOfThisRun": (
        "staged",
        "update meta.published set run_id = 'another'",
        [{"portal_id": "4980000", "run_id": "another"}],
        set(),
    ),
    "ExpectThePublicationToBeAsFreshAsTheLoad": (
        "staged",
        "update meta.published set data_as_of = '2026-11-19 02:15'; "
        "update meta.published set version = 3",
        [{"run_id": "20261120T021500Z-abc123", "data_as_of": "2026-11-19T02:15:00"}],
        {"ExpectThePublicationToMoveForward"},
    ),
    "ExpectNoCompletenessAheadOfTheData": (
        "staged",
        "update meta.published set complete_through = '2026-11-21'",
        [{"run_id": "20261120T021500Z-abc123", "complete_through": "2026-11-21T00:00:00"}],
        set(),
    ),
    "ExpectThePublicationToMoveForward": (
        "staged",
        "update meta.published set version = 1",
        [{"version": "1", "data_as_of": "2026-11-20T02:15:00"}],
        set(),
    ),
    "ExpectNoPublishedTicketToVanish": (
        "served",
        "insert into marts.tickets (ticket_id) values ('99')",
        [{"ticket_id": "99"}],
        set(),
    ),
    "ExpectTheServedFileToBeReadable": (
        "served",
        "drop schema meta cascade",
        [{"state": "unreadable"}],
        set(),
    ),
    "ExpectEveryRawTicketInTheMartsOnce": (
        "raw",
        "insert into raw.tickets (id, created_at, updated_at, archived, properties) "
        "values ('4', '2026-11-05', '2026-11-05', false, '{}')",
        [{"ticket_id": "4"}],
        set(),
    ),
    "ExpectEveryMartTicketToBeARawOne": (
        "staged",
        "insert into marts.tickets (ticket_id, status) values ('5', 'resolved'); "
        "insert into marts.tickets_wide values ('5'); "
        "update marts.ticket_stats set closed_count = 2, total_count = 3 where value = 'all'; "
        "update marts.ticket_stats set closed_count = 2, total_count = 2 where value = 'closed'",
        [{"ticket_id": "5"}],
        set(),
    ),
    "ExpectEveryRelatedRecordInTheMartsOnce": (
        "staged",
        "delete from marts.companies",
        [{"object_type": "companies", "id": "201"}],
        set(),
    ),
    "ExpectEveryTicketToHaveAKnownStatus": (
        "staged",
        "update marts.tickets set status = 'OPEN' where ticket_id = '2'",
        [{"ticket_id": "2"}],
        set(),
    ),
    "ExpectEveryTicketToHaveAKnownStageOfItsPipeline": (
        "staged",
        "delete from marts.stages where stage_id = '4'",
        [{"ticket_id": "1", "pipeline_id": "0", "stage_id": "4"}],
        set(),
    ),
    "ExpectEveryTicketToHaveAKnownOwner": (
        "staged",
        "update marts.tickets set owner_id = '78' where ticket_id = '1'",
        [{"ticket_id": "1", "owner_id": "78"}],
        set(),
    ),
    "ExpectEveryHistoryEntryInTheMarts": (
        "staged",
        "delete from marts.ticket_property_history where activity_id = 'a4'",
        [{"ticket_id": "1", "read_count": "4", "mart_count": "3"}],
        set(),
    ),
    "ExpectStageVisitsToTileEveryLife": (
        "staged",
        "update marts.ticket_stage_intervals set entered_at = '2026-11-03 10:00' "
        "where ticket_id = '2'",
        [{"ticket_id": "2", "visit_number": "1"}],
        set(),
    ),
    "ExpectTheStageToBeTheLastVisit": (
        "staged",
        "update marts.tickets set stage_id = '3' where ticket_id = '2'",
        [{"ticket_id": "2"}],
        set(),
    ),
    "ExpectStagesToBeLastVisitsOnTheWhole": (
        "staged",
        "update marts.tickets set stage_id = '3' where ticket_id in ('1', '2')",
        [{"ticket_id": "1"}, {"ticket_id": "2"}],
        {"ExpectTheStageToBeTheLastVisit"},
    ),
    "ExpectEveryActivityToBelongToATicket": (
        "staged",
        "update marts.ticket_activities set ticket_id = '404' where ticket_id = '3'",
        [{"ticket_id": "404"}],
        set(),
    ),
    "ExpectEveryActivityOncePerContact": (
        "staged",
        "insert into marts.ticket_activities from marts.ticket_activities where ticket_id = '3'",
        [{"activity_id": "a6", "contact_id": None}],
        set(),
    ),
    "ExpectTheTimelineToShowAnEventOnce": (
        "staged",
        "create or replace view marts.ticket_timeline as from marts.ticket_activities",
        [{"ticket_id": "1", "activity_id": "a1"}],
        set(),
    ),
    "ExpectNoNegativeDuration": (
        "staged",
        "update marts.ticket_slas set paused_seconds = -1 where ticket_id = '3'",
        [{"mart": "ticket_slas", "ticket_id": "3"}],
        set(),
    ),
    "ExpectEveryClockExactlyOnce": (
        "staged",
        "insert into marts.ticket_slas from marts.ticket_slas where ticket_id = '3'",
        [{"ticket_id": "3", "metric": "resolution", "cycle": "1"}],
        set(),
    ),
    "ExpectEveryClockToBelongToATicket": (
        "staged",
        "update marts.ticket_slas set ticket_id = '404' where ticket_id = '3'",
        [{"ticket_id": "404"}],
        set(),
    ),
    "ExpectEveryClockToHaveAKnownStatus": (
        "staged",
        "update marts.ticket_slas set status = 'done' where ticket_id = '3'",
        [{"ticket_id": "3", "metric": "resolution", "cycle": "1"}],
        set(),
    ),
    "ExpectAnSlaMetExactlyWithinItsTarget": (
        "staged",
        "update marts.ticket_slas set elapsed_seconds = 1801 where ticket_id = '2'",
        [{"ticket_id": "2", "metric": "resolution", "cycle": "1"}],
        set(),
    ),
    "ExpectABreachToSayWhen": (
        "staged",
        "update marts.ticket_slas set breached_at = null where ticket_id = '1'; "
        "update marts.tickets set is_sla_breached = false where ticket_id = '1'",
        [{"ticket_id": "1", "metric": "resolution", "cycle": "1"}],
        set(),
    ),
    "ExpectEveryTicketToSayWhetherItsSlaIsBreached": (
        "staged",
        "update marts.tickets set is_sla_breached = true where ticket_id = '2'",
        [{"ticket_id": "2"}],
        set(),
    ),
    "ExpectAttainmentToAddUp": (
        "staged",
        "delete from marts.sla_attainment_daily where day = '2026-11-03' and priority = 'all'",
        [{"metric": "resolution", "daily_count": "0", "clock_count": "1"}],
        set(),
    ),
    "ExpectAttainmentToBeAShare": (
        "staged",
        "update marts.sla_attainment_daily set attainment_ratio = 0.5 where priority = 'HIGH'",
        [
            {
                "day": "2026-11-03",
                "metric": "resolution",
                "priority": "HIGH",
                "pipeline_id": "all",
            }
        ],
        set(),
    ),
    "ExpectEveryMessageInTheMartsOnce": (
        "staged",
        "update marts.ticket_responses set external_message_id = 'm2' where response_id = 'r1'",
        [{"ticket_id": "1", "message_id": "m1"}],
        set(),
    ),
    "ExpectEveryResponseToBelongToATicket": (
        "staged",
        "update marts.ticket_responses set ticket_id = '404' where response_id = 'r2'",
        [{"ticket_id": "404"}],
        set(),
    ),
    "ExpectAFirstResponseToBeOnePublicWordOfAnAgent": (
        "staged",
        "update marts.ticket_responses set is_first_response = true where response_id = 'r2'",
        [{"ticket_id": "1"}],
        set(),
    ),
    "ExpectTheBacklogToBeTheOpenTickets": (
        "staged",
        "update marts.backlog_daily set open_count = 2 where day = '2026-11-20'",
        [{"day": "2026-11-20", "open_count": "2", "ticket_count": "1"}],
        set(),
    ),
    "ExpectEveryDimensionToCountEveryTicket": (
        "staged",
        "delete from marts.ticket_stats where value = 'closed'",
        [{"dimension": "status"}],
        set(),
    ),
    "ExpectEveryTicketToHaveItsWideRow": (
        "staged",
        "delete from marts.tickets_wide where ticket_id = '2'",
        [{"ticket_id": "2"}],
        set(),
    ),
    "ExpectEveryBreachToBeAnEvent": (
        "staged",
        "update marts.ticket_sla_events set occurred_at = '2026-11-02 09:01'",
        [{"ticket_id": "1", "metric": "resolution", "cycle": "1"}],
        set(),
    ),
}
